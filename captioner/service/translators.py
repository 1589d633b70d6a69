"""What translates for every meeting: the packages on this machine and the thread that has them."""

from collections.abc import Callable
from pathlib import Path

from captioner.errors import TranslateError
from captioner.translate.argos import ArgosTranslator
from captioner.translate.engine import Pair, Translator
from captioner.translate.installed import Installed, translator_problem
from captioner.translate.worker import TranslateWorker


class Translators:
    """Cheap to make: nothing is read, loaded or started before somebody asks for a language."""

    def __init__(
        self,
        pairs: Callable[[], frozenset[Pair]],
        look_again: Callable[[], frozenset[Pair]],
        new_translator: Callable[[], Translator],
        problem: Callable[[], TranslateError | None] = translator_problem,
    ) -> None:
        self.pairs = pairs
        """What can be translated, as far as is known."""
        self.look_again = look_again
        """The same, looked at anew."""
        self.problem = problem
        """Why nothing can be translated, if that is so."""
        self.worker = TranslateWorker(new_translator)

    @classmethod
    def of(cls, *data: Path) -> "Translators":
        """Those of a data folder, and of others where it has none."""
        installed = Installed(*data)
        return cls(installed.pairs, installed.look_again, lambda: ArgosTranslator(installed))

    @classmethod
    def none(cls) -> "Translators":
        """For a meeting that nobody reads in another language."""
        return cls.of(Path("no-such-folder"))

    async def close(self) -> None:
        """Let them go."""
        await self.worker.close()
