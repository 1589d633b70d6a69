"""Who may host: one key, one-time invitations for more devices, two roles, and who is there.

Randomness and time come in.
"""

from dataclasses import dataclass
from enum import StrEnum

from captioner.captions.roster import visible_line
from captioner.errors import AccessError
from captioner.server.access import is_key

INVITED_FOR_S = 600.0
"""An invitation that nobody took by then is over."""

MOST_INVITATIONS = 20
LONGEST_NAME = 40
OWNER = "owner"
"""The seat of who has the key that captioner printed; nobody takes it away."""


class Role(StrEnum):
    """What somebody may do."""

    HOST = "host"
    HELPER = "helper"
    """Reads along and corrects lines, nothing else."""


@dataclass(frozen=True, slots=True)
class Seat:
    """A device that hosts or helps."""

    id: str
    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class SeatReport:
    """A seat as hosts see it."""

    seat: Seat
    is_here: bool


class Hosts:
    """Lives as long as the service. Used from one thread."""

    def __init__(self, key: str) -> None:
        self._owner = Seat(OWNER, "", Role.HOST)
        self._keys: dict[str, tuple[str, Seat]] = {OWNER: (key, self._owner)}
        """By the id of the seat."""
        self._invitations: dict[str, tuple[Role, float]] = {}
        self._here: dict[str, int] = {}
        self._last = 0

    def find(self, key: str | None) -> Seat | None:
        """The seat that a key is for."""
        found = None
        for known, seat in self._keys.values():  # all of them: how long it takes tells nothing
            if is_key(key, known):
                found = seat
        return found

    def is_seated(self, seat: Seat) -> bool:
        """Whether it was not taken back since."""
        return seat.id in self._keys

    def invite(self, role: Role, token: str, now_s: float) -> None:
        """Whoever comes first with this token gets a seat."""
        while len(self._invitations) >= MOST_INVITATIONS:
            self._invitations.pop(next(iter(self._invitations)))
        self._invitations[token] = role, now_s + INVITED_FOR_S

    def is_invited(self, token: str, now_s: float) -> bool:
        """Whether a token is still good."""
        _, until_s = self._invitations.get(token, (Role.HELPER, now_s))
        return now_s < until_s

    def accept(self, token: str, name: str, key: str, now_s: float) -> Seat:
        """Somebody comes with an invitation, which is used up; `key` is theirs from now on.

        Raises AccessError.
        """
        is_good = self.is_invited(token, now_s)
        role, _ = self._invitations.pop(token, (Role.HELPER, 0.0))
        if not is_good:
            raise AccessError(
                "not_allowed", "This code was used, or it is over: ask the host for a new one."
            )
        self._last += 1
        seat = Seat(f"h{self._last}", visible_line(name)[:LONGEST_NAME], role)
        self._keys[seat.id] = key, seat
        return seat

    def take_back(self, seat: str) -> None:
        """A device hosts no more. Raises AccessError."""
        if seat == OWNER or seat not in self._keys:
            raise AccessError("not_allowed", "This device cannot be taken off: it is not there.")
        del self._keys[seat]
        self._here.pop(seat, None)

    def enter(self, seat: Seat) -> None:
        """A page of theirs is open."""
        self._here[seat.id] = self._here.get(seat.id, 0) + 1

    def leave(self, seat: Seat) -> None:
        """One page less."""
        left = self._here.pop(seat.id, 1) - 1
        if left > 0:
            self._here[seat.id] = left

    def report(self) -> list[SeatReport]:
        """Everybody, the owner first."""
        return [SeatReport(seat, seat.id in self._here) for _, seat in self._keys.values()]
