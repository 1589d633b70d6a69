"""Who may do what: join codes, the host key, origins, rates. Randomness and time come in."""

import hmac
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

CODE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""No letter or digit that is easily taken for another."""

CODE_LENGTH = 6

MOST_REMEMBERED = 10_000
"""Addresses whose last request is remembered."""


def make_code(choose: Callable[[Sequence[str]], str]) -> str:
    """A join code; `choose` picks one of a sequence at random."""
    return "".join(choose(CODE_LETTERS) for _ in range(CODE_LENGTH))


def normalise_code(typed: str) -> str:
    """A code as somebody typed it, or the link they pasted: capitals without spaces and dashes."""
    code = typed.upper().rpartition("/M/")[2]
    return "".join(letter for letter in code if letter.isalnum())


def is_key(given: str | None, key: str) -> bool:
    """Whether the host key is right, in constant time."""
    return given is not None and hmac.compare_digest(given.encode(), key.encode())


def is_own_origin(origin: str | None, host: str | None) -> bool:
    """Whether a request comes from a page of this very service, or from no page at all."""
    if origin is None:
        return True
    try:
        return host is not None and urlsplit(origin).netloc == host
    except ValueError:  # no address at all, such as http://[
        return False


class RateLimit:
    """At most one request per `interval_s` of each sender."""

    def __init__(self, interval_s: float) -> None:
        self._interval_s = interval_s
        self._last: dict[str, float] = {}

    def allow(self, sender: str, now_s: float) -> bool:
        """Whether this request may pass; if so it counts."""
        if self.wait_s(sender, now_s) > 0.0:
            return False
        if len(self._last) >= MOST_REMEMBERED:
            self._last = {
                who: at for who, at in self._last.items() if now_s - at < self._interval_s
            }
        self._last[sender] = now_s
        return True

    def wait_s(self, sender: str, now_s: float) -> float:
        """How long this sender has to wait; 0: not at all."""
        last = self._last.get(sender)
        return 0.0 if last is None else max(0.0, last + self._interval_s - now_s)
