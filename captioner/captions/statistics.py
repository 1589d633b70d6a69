"""What a meeting was like in figures: who spoke for how long and how fast, and how soon it could be
read. Speakers stand in the order of their microphones: nobody is ranked.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median, quantiles

from captioner.captions.events import CaptionRevised
from captioner.domain import ChannelId, UtteranceId, UtteranceState

FEWEST_S = 10.0
"""Seconds of speech under which a pace says nothing."""


@dataclass(frozen=True, slots=True)
class Delay:
    """How late something came, in seconds."""

    median_s: float
    p95_s: float
    count: int


@dataclass(frozen=True, slots=True)
class Speaking:
    """What one channel said."""

    channel: ChannelId
    seconds: float
    """From first voice to last, pauses inside an utterance among them."""
    utterances: int
    words: int

    @property
    def words_per_minute(self) -> float | None:
        """None: too little was said."""
        return self.words * 60 / self.seconds if self.seconds >= FEWEST_S else None


@dataclass(frozen=True, slots=True)
class Statistics:
    """One meeting."""

    length_s: float
    overlap_s: float
    """Seconds in which several people spoke."""
    speaking: tuple[Speaking, ...]
    first_text: Delay | None
    """From the first voice of an utterance to its first text; None: not known any more."""
    final: Delay | None
    """From the end of an utterance to its final text."""


@dataclass(slots=True)
class Delays:
    """Follows a meeting, event by event; holds figures and no words."""

    first_text_s: dict[UtteranceId, float] = field(default_factory=dict)
    final_s: dict[UtteranceId, float] = field(default_factory=dict)

    def accept(self, event: CaptionRevised) -> None:
        """Take the next one. Out of a record come finals alone: only those that had no partial
        before them, rev 1, say when the first text came."""
        if not event.text:
            return
        if event.state == UtteranceState.PARTIAL or event.rev == 1:
            self.first_text_s.setdefault(event.utterance, max(0.0, event.at - event.start))
        if event.state == UtteranceState.FINAL:
            self.final_s.setdefault(event.utterance, max(0.0, event.at - event.end))


def measure(
    captions: Sequence[CaptionRevised],
    channels: Iterable[ChannelId],
    length_s: float,
    delays: Delays,
) -> Statistics:
    """The figures of the newest captions; of whoever said nothing, too."""
    is_whole = delays.first_text_s.keys() >= delays.final_s.keys()
    said = [each for each in captions if each.state != UtteranceState.PARTIAL]
    return Statistics(
        length_s=length_s,
        overlap_s=_overlap_s(said),
        speaking=tuple(_speaking(channel, said) for channel in channels),
        first_text=_delay(delays.first_text_s) if is_whole else None,
        final=_delay(delays.final_s),
    )


def _speaking(channel: ChannelId, captions: Sequence[CaptionRevised]) -> Speaking:
    own = [each for each in captions if each.channel == channel]
    seconds = sum(each.end - each.start for each in own)
    return Speaking(channel, seconds, len(own), sum(len(each.text.split()) for each in own))


def _overlap_s(captions: Sequence[CaptionRevised]) -> float:
    moments = sorted(
        [*((each.start, 1) for each in captions), *((each.end, -1) for each in captions)]
    )
    overlap, speaking, since = 0.0, 0, 0.0
    for at, change in moments:
        if speaking > 1:
            overlap += at - since
        speaking, since = speaking + change, at
    return overlap


def _delay(delays: Mapping[UtteranceId, float]) -> Delay | None:
    values = list(delays.values())
    if not values:
        return None
    worst = quantiles(values, n=20)[-1] if len(values) > 1 else values[0]
    return Delay(median(values), min(worst, max(values)), len(values))
