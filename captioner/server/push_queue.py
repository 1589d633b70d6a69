"""What waits to be sent to somebody, how long it may wait, and when the next attempt is due."""

from collections import deque
from dataclasses import dataclass

from captioner.server.push_formats import Pushed

MOST_WAITING = 1000
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 30.0


@dataclass(frozen=True, slots=True)
class Waiting:
    """A caption and when it came, on a steady clock."""

    caption: Pushed
    since_s: float


class PushQueue:
    """Never longer than MOST_WAITING: the oldest goes first, and is counted.

    The same caption is given until it has arrived, with the same number: who is sent it twice can
    tell. A number is only used up by a caption that was tried.
    """

    def __init__(self, longest_wait_s: float) -> None:
        self._waiting: deque[Waiting] = deque()
        self._longest_wait_s = longest_wait_s
        self._failures = 0
        self._sending: Waiting | None = None
        self.number = 1
        """Of the caption that is tried next."""
        self.lost = 0
        """Captions that were never sent."""

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, caption: Pushed, now_s: float) -> None:
        """Add one; the oldest makes room."""
        if len(self._waiting) >= MOST_WAITING:
            self._waiting.popleft()
            self.lost += 1
        self._waiting.append(Waiting(caption, now_s))

    def forget(self, utterance: str) -> bool:
        """Try no more of an utterance: a person changed it.

        Whether nothing of it has left: what is on its way may have arrived.
        """
        gone = [each for each in self._waiting if each.caption.utterance == utterance]
        self._waiting = deque(each for each in self._waiting if each.caption.utterance != utterance)
        return bool(gone) and not any(each is self._sending for each in gone)

    def first(self, now_s: float) -> Waiting | None:
        """What is to be sent now; what waited too long is let go."""
        while self._waiting and now_s - self._waiting[0].since_s > self._longest_wait_s:
            self._waiting.popleft()
            self.lost += 1
        self._sending = self._waiting[0] if self._waiting else None
        return self._sending

    def succeed(self, sent: Waiting) -> None:
        """It has arrived."""
        self._failures = 0
        self._sending = None
        self.number += 1
        if self._waiting and self._waiting[0] is sent:  # else it made room meanwhile
            self._waiting.popleft()

    def fail(self) -> float:
        """It has not; the seconds to wait before the next attempt."""
        self._failures += 1
        self._sending = None
        return float(min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2 ** (self._failures - 1)))

    @property
    def is_failing(self) -> bool:
        """Whether the last attempt failed."""
        return self._failures > 0
