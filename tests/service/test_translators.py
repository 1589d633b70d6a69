from pathlib import Path

from captioner.service.translators import Translators
from tests.fakes.word_package import DUTCH, install


async def test_the_packages_of_a_data_folder_are_there_as_soon_as_they_lie_in_it(
    tmp_path: Path,
) -> None:
    translators = Translators.of(tmp_path / "data")
    assert translators.pairs() == frozenset()
    install(tmp_path / "data", "en", "nl", DUTCH)
    assert translators.look_again() == {("en", "nl")}
    assert translators.problem() is None
    await translators.close()


async def test_none_translates_nothing() -> None:
    assert Translators.none().pairs() == frozenset()
