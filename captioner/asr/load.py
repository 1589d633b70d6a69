"""How a meeting keeps up: what waits for a decode, since when, and what decoding costs.

Lag counts from the moment a decode could be asked for. The silence that shows that an utterance is
over is no load, and neither is a microphone whose clock runs slow.
"""

from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from captioner.asr.engine import DecodeKind, DecodeRequest
from captioner.audio.frame import samples_to_seconds
from captioner.domain import ChannelId, SamplePos, UtteranceId

WINDOW_S = 60.0
"""How far back the figures of batches look."""

MOST_BATCHES = 2000
"""Batches that are remembered, however many there were in WINDOW_S."""

MOST_REASONS = 32
"""Reasons of rejections that are counted by themselves; all others count as `other`."""

OVERLOADED_LAG_S = 3.0
"""Behind by more than this for OVERLOADED_AFTER_S, and readers are told."""

OVERLOADED_AFTER_S = 1.0

WELL_LAG_S = 1.5
"""Behind by less than this for WELL_AFTER_S, and readers are told that it is over."""

WELL_AFTER_S = 3.0

TOLD_AGAIN_AFTER_S = 5.0
"""Readers are told a new lag at most this often, and only if it is another by TOLD_AGAIN_BY_S."""

TOLD_AGAIN_BY_S = 1.0


@dataclass(frozen=True, slots=True)
class Load:
    """The figures of one moment; seconds are of the meeting's clock."""

    lag_s: float = 0.0
    """Age of the oldest sound that still waits for its decode or final, over all channels."""
    channel_lags_s: Mapping[ChannelId, float] = field(default_factory=dict)
    queue: int = 0
    """Requests that wait, those in hand not counted."""
    batch_size: float = 0.0
    """Mean rows of a batch in the last minute."""
    batch_s_median: float = 0.0
    """Seconds that a batch took, in the last minute."""
    batch_s_p95: float = 0.0
    busy: float = 0.0
    """Share of the last minute in which something was decoded, 0 to 1."""
    batches: int = 0
    decode_s: float = 0.0
    """Seconds of decoding since the meeting began."""
    speech_s: float = 0.0
    """Seconds of speech that have had their final."""
    partials: int = 0
    finals: int = 0
    shed: int = 0
    """Partials that were out of date before they were decoded."""
    failed: int = 0
    """Decodes that failed, those that were tried again among them."""
    fallbacks: int = 0
    """Decodes beyond the first of texts that looked bad."""
    rejected: Mapping[str, int] = field(default_factory=dict)
    """Texts that were not believed, by reason."""
    problem: str = ""
    """What the host should know of the engine; empty: all is well."""

    @property
    def cost(self) -> float:
        """Seconds of decoding per second of speech, partials included; 0 before the first final."""
        return self.decode_s / self.speech_s if self.speech_s else 0.0


@dataclass(frozen=True, slots=True)
class _Waiting:
    utterance: UtteranceId
    end: SamplePos
    since_s: float


@dataclass(frozen=True, slots=True)
class _Batch:
    at_s: float
    size: int
    took_s: float


class LoadMeter:
    """Keeps count for one meeting. Every `now_s` is a second on the meeting's clock.

    Memory is bounded by what waits, a minute of batches, and a few counters.
    """

    def __init__(self) -> None:
        self._waiting: dict[ChannelId, list[_Waiting]] = {}
        self._recent: deque[_Batch] = deque(maxlen=MOST_BATCHES)
        self._began_s: float | None = None
        self._size = 0
        self._batches = 0
        self._decode_s = 0.0
        self._speech_s = 0.0
        self._partials = 0
        self._finals = 0
        self._failed = 0
        self._fallbacks = 0
        self._rejected: Counter[str] = Counter()

    def accept_request(self, request: DecodeRequest, now_s: float) -> None:
        """A decode was asked for; what is tried again has waited since its first time."""
        waiting = _Waiting(request.utterance, request.end, now_s)
        self._waiting.setdefault(request.channel, []).append(waiting)

    def accept_started(self, batch: Sequence[DecodeRequest], now_s: float) -> None:
        """A batch is in hand from now on; one at a time."""
        self._began_s, self._size = now_s, len(batch)

    def accept_finished(self, now_s: float) -> None:
        """The batch in hand came back, whatever became of its rows."""
        if self._began_s is None:
            return
        took_s = max(0.0, now_s - self._began_s)
        self._recent.append(_Batch(now_s, self._size, took_s))
        self._batches += 1
        self._decode_s += took_s
        self._began_s = None

    def accept_decoded(
        self, request: DecodeRequest, rejection: str | None = None, fallbacks: int = 0
    ) -> None:
        """A request has its text, or one that is not believed for the reason given."""
        self._fallbacks += fallbacks
        if rejection is not None:
            known = rejection in self._rejected or len(self._rejected) < MOST_REASONS - 1
            self._rejected[rejection if known else "other"] += 1
        self._settle(request)

    def accept_failed(self, request: DecodeRequest, *, is_tried_again: bool) -> None:
        """A decode of a request failed."""
        self._failed += 1
        if not is_tried_again:
            self._settle(request)

    def accept_idle(self) -> None:
        """Nothing waits and nothing is in hand, whatever the counting says."""
        self._waiting.clear()

    def lag_s(self, now_s: float) -> float:
        """Age of the oldest sound of any channel that still waits."""
        return max(self._lags(now_s).values(), default=0.0)

    def report(self, now_s: float, queue: int, shed: int) -> Load:
        """All figures; `queue` and `shed` as the queue itself counts them."""
        recent = [batch for batch in self._recent if now_s - batch.at_s <= WINDOW_S]
        took = sorted(batch.took_s for batch in recent)
        lags = self._lags(now_s)
        return Load(
            lag_s=max(lags.values(), default=0.0),
            channel_lags_s=lags,
            queue=queue,
            batch_size=sum(batch.size for batch in recent) / len(recent) if recent else 0.0,
            batch_s_median=_percentile(took, 0.5),
            batch_s_p95=_percentile(took, 0.95),
            busy=self._busy(recent, now_s),
            batches=self._batches,
            decode_s=self._decode_s,
            speech_s=self._speech_s,
            partials=self._partials,
            finals=self._finals,
            shed=shed,
            failed=self._failed,
            fallbacks=self._fallbacks,
            rejected=dict(self._rejected),
        )

    def _settle(self, request: DecodeRequest) -> None:
        is_final = request.kind is DecodeKind.FINAL
        if is_final:
            self._finals += 1
            self._speech_s += samples_to_seconds(request.end - request.start)
        else:
            self._partials += 1
        still = [
            waiting
            for waiting in self._waiting.get(request.channel, ())
            if waiting.utterance != request.utterance
            or (waiting.end > request.end and not is_final)
        ]
        if still:
            self._waiting[request.channel] = still
        else:
            self._waiting.pop(request.channel, None)

    def _lags(self, now_s: float) -> dict[ChannelId, float]:
        return {
            channel: max(0.0, now_s - min(each.since_s for each in waiting))
            for channel, waiting in self._waiting.items()
        }

    def _busy(self, recent: Sequence[_Batch], now_s: float) -> float:
        since_s = max(0.0, now_s - WINDOW_S)
        spent_s = sum(min(batch.took_s, batch.at_s - since_s) for batch in recent)
        if self._began_s is not None:
            spent_s += now_s - max(self._began_s, since_s)
        span_s = now_s - since_s
        return min(1.0, spent_s / span_s) if span_s > 0 else 0.0


@dataclass(frozen=True, slots=True)
class LoadStatus:
    """What readers are to be told."""

    is_overloaded: bool
    lag_s: float


class Overload:
    """Whether readers must know that captions are late; slow to say so, slower to take it back."""

    def __init__(self) -> None:
        self.is_on = False
        """What readers were told last."""
        self._since_s: float | None = None
        """Since when the lag speaks against what readers were told."""
        self._told_s = 0.0
        self._told_lag_s = 0.0

    def choose_status(self, lag_s: float, now_s: float) -> LoadStatus | None:
        """What to tell readers now, or None where nothing is new."""
        speaks_against = lag_s < WELL_LAG_S if self.is_on else lag_s > OVERLOADED_LAG_S
        if not speaks_against:
            self._since_s = None
        elif self._since_s is None:
            self._since_s = now_s
        patience_s = WELL_AFTER_S if self.is_on else OVERLOADED_AFTER_S
        if self._since_s is not None and now_s - self._since_s >= patience_s:
            self._since_s = None
            return self._tell(not self.is_on, lag_s, now_s)
        is_due = self.is_on and now_s - self._told_s >= TOLD_AGAIN_AFTER_S
        if is_due and not speaks_against and abs(lag_s - self._told_lag_s) >= TOLD_AGAIN_BY_S:
            return self._tell(True, lag_s, now_s)
        return None

    def _tell(self, is_on: bool, lag_s: float, now_s: float) -> LoadStatus:
        self.is_on, self._told_s, self._told_lag_s = is_on, now_s, lag_s
        return LoadStatus(is_on, lag_s)


def _percentile(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0
