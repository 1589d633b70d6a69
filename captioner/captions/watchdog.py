"""Does sound arrive? Does text arrive? In this order; silence is never taken for a fault.

A decode that never comes back is not for here: asr/patience.py counts its time, and who asks says
so with `is_decoding`. Seconds are of the meeting's clock.
"""

from collections import deque
from enum import StrEnum

from captioner.domain import ChannelId

SOUND_S = 15.0
"""A channel that is neither muted nor lost sends blocks all the time, of silence too. Devices are
told to be lost after 2 s, phones after 3: this is for whatever hangs and is not noticed there."""

TEXT_S = 30.0
"""Somebody has spoken for so long without a word of text; and so long a step has to help."""

VOICE_S = 5.0
RECENT_S = 45.0
"""So much voice within the last so many seconds: a cough in a silent room is no speech."""

EMPTY_ANSWERS = 2
"""One decode without a text is a noise."""


class Step(StrEnum):
    """What is done, one after the other, until text comes."""

    RESTART = "restart"
    """The decode is started anew, in its plainest way."""
    RELOAD = "reload"
    """The weights are read anew."""
    TELL = "tell"
    """Nothing has helped: people are asked to help themselves."""
    WELL = "well"
    """Text has come again."""


LADDER = (Step.RESTART, Step.RELOAD, Step.TELL)


class SoundWatch:
    """Whether blocks come on every channel that should send them."""

    def __init__(self) -> None:
        self._last_s: dict[ChannelId, float] = {}

    def accept_block(self, channel: ChannelId, now_s: float) -> None:
        """Sound came, or silence."""
        self._last_s[channel] = now_s

    def forget(self, channel: ChannelId) -> None:
        """The channel is muted, lost or gone: nobody waits for it."""
        self._last_s.pop(channel, None)

    def take_silent(self, now_s: float) -> list[ChannelId]:
        """The channels from which nothing comes any more; each is named once."""
        silent = [each for each, last_s in self._last_s.items() if now_s - last_s >= SOUND_S]
        for channel in silent:
            self.forget(channel)
        return silent


class TextWatch:
    """Whether what is spoken becomes text, and what to do when it does not."""

    def __init__(self) -> None:
        self._voiced: deque[tuple[float, float]] = deque()
        """Moments since the last text, with seconds of voice."""
        self._since_s: float | None = None
        """Since when somebody speaks without a text, or the last step is at work."""
        self._empty = 0
        self._taken = 0
        """Steps of the ladder."""
        self._has_text = False

    def accept_voice(self, length_s: float, now_s: float) -> None:
        """Somebody has spoken for so long."""
        self._voiced.append((now_s, length_s))
        if self._since_s is None:
            self._since_s = now_s

    def accept_text(self) -> None:
        """A caption with a text was shown."""
        self.rest()
        self._has_text = True

    def accept_nothing(self) -> None:
        """A decode came back without a text, or failed."""
        self._empty += 1

    def rest(self) -> None:
        """Nobody is listened to for now: what came before counts no more."""
        self._voiced.clear()
        self._since_s, self._empty = None, 0

    def choose_step(self, now_s: float, *, is_decoding: bool) -> Step | None:
        """What to do now, if anything; asked about once a second."""
        had_text, self._has_text = self._has_text, False
        if had_text and self._taken:
            self._taken = 0
            return Step.WELL
        while self._voiced and self._voiced[0][0] < now_s - RECENT_S:
            self._voiced.popleft()
        if not self._voiced:
            self.rest()
        if not self._is_stalled(now_s, is_decoding) or self._taken == len(LADDER):
            return None
        self.rest()
        self._taken += 1
        return LADDER[self._taken - 1]

    def _is_stalled(self, now_s: float, is_decoding: bool) -> bool:
        if self._since_s is None or sum(length_s for _, length_s in self._voiced) < VOICE_S:
            return False
        if self._empty < EMPTY_ANSWERS and is_decoding:
            return False
        # Nothing has come back and nothing is in hand: what was asked for got lost on the way.
        patience_s = TEXT_S if self._empty >= EMPTY_ANSWERS else 2 * TEXT_S
        return now_s - self._since_s >= patience_s
