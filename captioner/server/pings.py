"""Can a phone reach this computer? A link with a one-time token for each of its addresses, and who
opened it. Randomness, time and senders come in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

LASTS_S = 30 * 60.0
"""How long a link may be opened."""

MOST_TOKENS = 64


@dataclass(slots=True)
class Ping:
    """A link that waits to be opened."""

    token: str
    url: str
    label: str
    offered_s: float
    reached_by: str = ""
    """The address of the phone that opened it; empty: none has."""
    was_opened_here: bool = False
    """Whether this computer itself opened it, which says nothing of phones."""


class Pings:
    """Used from the event loop's thread."""

    def __init__(self, new_token: Callable[[], str]) -> None:
        self._new_token = new_token
        self._known: dict[str, Ping] = {}
        self._offered: list[Ping] = []

    def offer(
        self, links: Callable[[str], Sequence[tuple[str, str]]], now_s: float
    ) -> Sequence[Ping]:
        """A new link for each address; `links` gives those of a path. Older ones still count."""
        count = len(links("/"))
        tokens = [self._new_token() for _ in range(count)]
        self._offered = [
            Ping(token, *links(f"/ping/{token}")[number], now_s)
            for number, token in enumerate(tokens)
        ]
        for ping in self._offered:
            self._known[ping.token] = ping
        for token in list(self._known)[:-MOST_TOKENS]:
            del self._known[token]
        return self._offered

    @property
    def offered(self) -> Sequence[Ping]:
        """The newest links."""
        return self._offered

    def accept(self, token: str, sender: str, *, is_own: bool, now_s: float) -> bool:
        """Somebody opened a link; False: it is not known, or not any more."""
        ping = self._known.get(token)
        if ping is None or now_s - ping.offered_s > LASTS_S:
            return False
        if is_own:
            ping.was_opened_here = True
        elif not ping.reached_by:
            ping.reached_by = sender
        return True
