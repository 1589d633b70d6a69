"""Engine threads that are none, and a timer that tests advance: a decode can hang for hours."""

from collections.abc import Callable

from captioner.asr.inference import (
    Batch,
    BatchingChooser,
    Finished,
    Inference,
    Loaded,
    Report,
    choose_usual,
)
from captioner.asr.upkeep import Upkeep
from captioner.asr.worker import DecodeWorker
from tests.fakes.scripted_engine import ScriptedEngine


class FakeTimer:
    """Stands still until it is advanced; calls what is due, in order."""

    def __init__(self) -> None:
        self.moment_s = 0.0
        self.due: list[tuple[float, Callable[[], None]]] = []

    def now_s(self) -> float:
        return self.moment_s

    def call_later(self, seconds: float, callback: Callable[[], None]) -> Callable[[], None]:
        entry = (self.moment_s + seconds, callback)
        self.due.append(entry)
        return lambda: self.due.remove(entry) if entry in self.due else None

    def advance(self, seconds: float) -> None:
        until_s = self.moment_s + seconds
        while due := [entry for entry in self.due if entry[0] <= until_s]:
            first = min(due, key=lambda entry: entry[0])
            self.due.remove(first)
            self.moment_s = max(self.moment_s, first[0])
            first[1]()
        self.moment_s = until_s


class HeldThread:
    """Loads and decodes when it is told to, on the caller's thread; hangs until then."""

    def __init__(self, inference: Inference, report: Callable[[Report], None]) -> None:
        self._inference = inference
        self.report = report
        self.held: list[Batch] = []
        self.may_measure = False
        self.is_loading = False
        self.is_stopped = False
        self.is_joined = False

    def start(self, may_measure: bool) -> None:
        self.may_measure = may_measure
        self.is_loading = True

    def put(self, batch: Batch) -> None:
        self.held.append(batch)

    def stop(self) -> None:
        self.is_stopped = True

    def join(self) -> None:
        self.is_joined = True

    def finish(self) -> None:
        """Load what is to be loaded, else decode what is held."""
        if self.is_loading:
            self.is_loading = False
            try:
                self._inference.load(self.may_measure)
            except Exception as error:
                self.report(Loaded(error))
            else:
                self.report(Loaded())
            return
        held, self.held = self.held, []
        for batch in held:
            self.report(Finished(self._inference.decode(*batch)))


class HeldHouse:
    """A worker whose every thread is held; engines share one script."""

    def __init__(
        self,
        engine: ScriptedEngine | None = None,
        choose_batching: BatchingChooser = choose_usual,
        least_s: float = 20.0,
    ) -> None:
        self.engine = engine or ScriptedEngine()
        self.timer = FakeTimer()
        self.threads: list[HeldThread] = []
        self.new_engines = 0
        upkeep = Upkeep(self._new_engine, least_s, choose_batching, self.timer, self._new_thread)
        self.worker = DecodeWorker(self.engine, 1, upkeep)

    @property
    def thread(self) -> HeldThread:
        """The last that was started."""
        return self.threads[-1]

    def _new_engine(self) -> ScriptedEngine:
        self.new_engines += 1
        return self.engine

    def _new_thread(self, inference: Inference, report: Callable[[Report], None]) -> HeldThread:
        self.threads.append(HeldThread(inference, report))
        return self.threads[-1]
