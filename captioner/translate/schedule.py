"""What is translated next."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from enum import IntEnum

from captioner.domain import UtteranceId
from captioner.translate.engine import Pair


class Urgency(IntEnum):
    """Why something is translated; the lowest goes first."""

    FINAL = 0
    """It has just been said."""
    PARTIAL = 1
    """It is being said."""
    HISTORY = 2
    """It was said before somebody asked for the language."""
    SCROLLED = 3
    """Somebody looks at what was said long ago."""
    TRANSCRIPT = 4
    """It is missing in a transcript that somebody waits for."""


@dataclass(frozen=True, slots=True)
class Job:
    """A revision of an utterance that is to be had in another language."""

    utterance: UtteranceId
    rev: int
    source: str
    target: str
    text: str
    urgency: Urgency

    @property
    def pair(self) -> Pair:
        """From which language into which."""
        return self.source, self.target


MOST_IN_A_BATCH = {
    Urgency.FINAL: 16,
    Urgency.PARTIAL: 8,
    Urgency.HISTORY: 4,
    Urgency.SCROLLED: 4,
    Urgency.TRANSCRIPT: 8,
}
"""What has just been said waits for one batch of old texts at the most: those are kept short."""

MOST_WAITING = {
    Urgency.FINAL: 400,
    Urgency.PARTIAL: 64,
    Urgency.HISTORY: 400,
    Urgency.SCROLLED: 400,
    Urgency.TRANSCRIPT: 100_000,
}
"""Beyond this the oldest is given up and counted. Ten minutes of eight speakers are 400 finals; a
transcript is no longer than its meeting."""

Key = tuple[UtteranceId, str]


class Schedule:
    """Jobs that wait, at most one for an utterance and a language."""

    def __init__(self) -> None:
        self._waiting: dict[Urgency, dict[Key, Job]] = {urgency: {} for urgency in Urgency}
        self.dropped = 0
        """Jobs that were given up because too many waited."""

    def __len__(self) -> int:
        return sum(len(jobs) for jobs in self._waiting.values())

    def put(self, job: Job) -> None:
        """Take one in. It replaces what waits for an older revision; of one revision the more
        urgent of both stays."""
        key = job.utterance, job.target
        for jobs in self._waiting.values():
            known = jobs.get(key)
            if known is not None and (-known.rev, known.urgency) <= (-job.rev, job.urgency):
                return
        for jobs in self._waiting.values():
            jobs.pop(key, None)
        jobs = self._waiting[job.urgency]
        jobs[key] = job
        if len(jobs) > MOST_WAITING[job.urgency]:
            jobs.pop(next(iter(jobs)))
            self.dropped += 1

    def forget(self, utterance: UtteranceId) -> None:
        """It was withdrawn, deleted or changed."""
        self._drop(lambda job: job.utterance == utterance)

    def forget_unread(self, wanted: Collection[str]) -> None:
        """Drop what only a reader of another language than these would see; what a transcript
        lacks stays."""
        self._drop(lambda job: job.target not in wanted and job.urgency is not Urgency.TRANSCRIPT)

    def take(self, *, only_finals: bool = False) -> list[Job]:
        """The next batch: of one urgency and one pair of languages, in the order in which they
        came. `only_finals`: captions are late, so that everything else has to wait."""
        for urgency, jobs in self._waiting.items():
            if only_finals and urgency is not Urgency.FINAL:
                return []
            if jobs:
                pair = next(iter(jobs.values())).pair
                chosen = [job for job in jobs.values() if job.pair == pair]
                chosen = chosen[: MOST_IN_A_BATCH[urgency]]
                for job in chosen:
                    del jobs[job.utterance, job.target]
                return chosen
        return []

    def waiting(self) -> Counter[str]:
        """How many jobs wait for each language."""
        return Counter(job.target for job in self._all())

    def _all(self) -> Iterator[Job]:
        for jobs in self._waiting.values():
            yield from jobs.values()

    def _drop(self, is_useless: Callable[[Job], bool]) -> None:
        for urgency, jobs in self._waiting.items():
            kept = {key: job for key, job in jobs.items() if not is_useless(job)}
            self._waiting[urgency] = kept
