"""What a service shows, fetches and removes of weights and packages."""

import shutil
from pathlib import Path

import pytest

from captioner import resources
from captioner.asr.speed import remember_speed
from captioner.errors import CaptionerError, WeightsError
from captioner.fetch.argos_index import VARIABLE
from captioner.fetch.download import fetching_folder
from captioner.server.depot import ErrandKind
from captioner.service.depot import ServiceDepot
from captioner.translate.packages import install_package, installed_packages
from tests.fakes.argos_package import argosmodel
from tests.fakes.fake_source import FakeIndex


class House:
    """A data folder, a meeting or none, and what was let go."""

    def __init__(self, folder: Path) -> None:
        self.is_busy = False
        self.let_go: list[Path] = []
        self.depot = ServiceDepot(folder, lambda: self.is_busy, self._let_go)
        self.folder = folder

    async def _let_go(self, folder: Path) -> None:
        self.let_go.append(folder)

    def add_weights(self, name: str) -> Path:
        source = resources.demo_weights_folder()
        folder = Path(shutil.copytree(source, self.folder / "models" / name))
        (folder / "captioner.json").unlink()
        return folder

    def add_package(self) -> None:
        file = self.folder / "x"
        file.write_bytes(argosmodel())
        install_package(file, self.folder)


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "cache"))
    return House(tmp_path)


def test_everything_that_is_here_has_its_card(house: House) -> None:
    house.add_weights("small.en")
    house.add_package()
    remember_speed(house.folder, 0.12)
    stock = house.depot.stock()
    small, demo = stock.weights
    assert (small.name, small.languages, small.removable) == ("small.en", ("en",), True)
    assert (small.memory_mb, small.speakers) == (560, 0)
    assert "too large for this computer" in small.hint
    assert (demo.demo, demo.removable, demo.speakers, demo.hint) == (True, False, None, "")
    (package,) = stock.packages
    assert (package.name, package.from_code, package.to_code) == ("translate-en_nl", "en", "nl")
    assert stock.used_bytes > small.size_bytes
    assert stock.free_bytes > 0
    assert {size.name for size in stock.sizes if size.here} == {"small.en"}
    assert [size.name for size in stock.sizes if size.recommended] == ["base"]
    assert stock.errand is None


def test_a_machine_that_nobody_measured_gets_no_advice(house: House) -> None:
    stock = house.depot.stock()
    assert not stock.measured
    assert {size.speakers for size in stock.sizes} == {None}
    assert not any(size.recommended for size in stock.sizes)


def test_what_is_half_fetched_or_broken_is_shown(house: House) -> None:
    with fetching_folder(house.folder / "models", "owner--weights") as folder:
        (folder / "model.bin.part").write_bytes(bytes(7))
    (house.folder / "models" / "torn").mkdir()
    stock = house.depot.stock()
    assert stock.half_fetched == [("owner/weights", 7)]
    assert "torn holds no usable weights" in stock.broken[0]


def test_the_index_is_asked_only_for_offers(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.add_package()
    with FakeIndex({"en_nl": b"", "en_de": b""}) as index:
        monkeypatch.setenv(VARIABLE, f"{index.url}/argos/")
        house.depot.stock()
        assert index.requests == []
        offers = house.depot.offers()
    assert [(offer.name, offer.here) for offer in offers] == [
        ("translate-en_de", False),
        ("translate-en_nl", True),
    ]


async def test_weights_are_let_go_before_they_are_removed(house: House) -> None:
    folder = house.add_weights("mine")
    await house.depot.remove("mine")
    assert house.let_go == [folder]
    assert not folder.exists()


async def test_packages_and_halves_are_removed(house: House) -> None:
    house.add_package()
    with fetching_folder(house.folder / "models", "small") as folder:
        (folder / "model.bin.part").write_bytes(b"half")
    await house.depot.remove("translate-en_nl")
    await house.depot.remove("small")
    assert installed_packages(house.folder).found == ()
    assert house.depot.stock().half_fetched == []


@pytest.mark.parametrize("name", ["demo", "..", "../models", "translate-../x_nl", "", "/etc"])
async def test_nothing_else_is_removed(house: House, name: str) -> None:
    house.add_weights("mine")
    with pytest.raises(CaptionerError):
        await house.depot.remove(name)
    assert (house.folder / "models" / "mine").is_dir()


async def test_a_meeting_keeps_what_it_may_use_and_its_processor(house: House) -> None:
    folder = house.add_weights("mine")
    house.is_busy = True
    with pytest.raises(WeightsError, match="remove it after its end"):
        await house.depot.remove("mine")
    for kind in (ErrandKind.VERIFY, ErrandKind.MEASURE):
        with pytest.raises(WeightsError, match="Wait for its end"):
            await house.depot.begin(kind, "")
    assert folder.is_dir()
    assert house.let_go == []


async def test_a_meeting_that_begins_while_weights_are_let_go_keeps_their_folder(
    house: House,
) -> None:
    folder = house.add_weights("mine")

    async def begin_meanwhile(_: Path) -> None:
        house.is_busy = True

    house.depot._let_go = begin_meanwhile
    with pytest.raises(WeightsError, match="remove it after its end"):
        await house.depot.remove("mine")
    assert folder.is_dir()
