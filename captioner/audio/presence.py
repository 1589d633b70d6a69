"""Which samples of a channel are heard, and where they stand: time counts while it is muted."""

from captioner.audio.frame import FRAME_SAMPLES, Samples, seconds_to_samples
from captioner.domain import SamplePos

GUARD_S = 0.3
"""Sound that still comes after a channel is unmuted and was made before: two blocks of a device's
buffer (64 ms), a sound server's (about 100 ms) and the wait for its news (50 ms), with a margin."""


class Presence:
    """One channel's sound on the meeting's clock, with the stretches in which it is not heard.

    Used from one thread. Muted samples are counted and go nowhere.
    """

    def __init__(self, start: SamplePos) -> None:
        self._end = start
        self._is_whole = True
        """Whether the next sample follows on from the last one that was heard."""
        self._is_away = False
        self._was_muted = False
        self._guard = 0

    def leave(self) -> None:
        """The microphone is gone; what it sends when it is back stands by the meeting's clock."""
        self._is_away = True

    def accept(
        self, samples: Samples, now: SamplePos, is_muted: bool
    ) -> tuple[Samples, SamplePos | None]:
        """What is heard of the next samples, and where that begins if it does not follow on.

        `now`: the meeting's clock, which counts only after `leave`.
        """
        if self._is_away:
            # Half a frame may have been filled up when it went: never before the end of that.
            self._end = SamplePos(max(self._end + FRAME_SAMPLES, now - len(samples)))
            self._is_away = self._is_whole = False
        self._end = SamplePos(self._end + len(samples))
        kept_out = self._keep_out(len(samples), is_muted)
        if kept_out:
            self._is_whole = False
        heard = samples[kept_out:]
        if self._is_whole or not len(heard):
            return heard, None
        self._is_whole = True
        return heard, SamplePos(self._end - len(heard))

    def _keep_out(self, count: int, is_muted: bool) -> int:
        """How many of the next samples nobody may hear."""
        if is_muted:
            self._was_muted = True
            return count
        if self._was_muted:
            self._was_muted = False
            self._guard = seconds_to_samples(GUARD_S)
        kept_out = min(count, self._guard)
        self._guard -= kept_out
        return kept_out
