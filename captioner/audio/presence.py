"""Which samples of a channel are heard: not while it is muted, nor just after."""

from dataclasses import dataclass

from captioner.audio.frame import seconds_to_samples

GUARD_S = 0.3
"""Sound that still comes after a channel is unmuted and was made before: two blocks of a device's
buffer (64 ms), a sound server's (about 100 ms) and the wait for its news (50 ms), with a margin."""


@dataclass(frozen=True, slots=True)
class Presented:
    """What is heard of some samples."""

    skipped: int
    """So many of the first nobody may hear."""
    begins_anew: bool
    """What is heard does not follow on from what was heard before."""


class Presence:
    """Follows one channel. Its time counts on while it is muted. Used from one thread."""

    def __init__(self) -> None:
        self._is_whole = True
        self._was_muted = False
        self._guard = 0

    def accept(self, count: int, is_muted: bool) -> Presented:
        """What is heard of the next `count` samples."""
        skipped = self._keep_out(count, is_muted)
        if skipped:
            self._is_whole = False
        begins_anew = skipped < count and not self._is_whole
        if begins_anew:
            self._is_whole = True
        return Presented(skipped, begins_anew)

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
