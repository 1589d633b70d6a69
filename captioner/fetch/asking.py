"""One question to a source over HTTP; whatever goes wrong becomes a reason for people."""

import http.client
import socket
import ssl
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from typing import IO
from urllib.parse import urlsplit

from captioner import __version__
from captioner.errors import FetchError

TIMEOUT_S = 20.0
"""For a connection, and for every silence in an answer."""

OTHERWISE = (
    "check that this computer is online and try again, or carry the files in on a stick and run"
    " `captioner models import PATH`"
)
"""What somebody without a network can do."""


class Interrupted(Exception):  # noqa: N818 - it is tried again; only its end is an error
    """An answer that did not come, or not to its end. `reason` is an unfinished sentence."""

    def __init__(
        self,
        reason: str,
        wait_s: float | None = None,
        *,
        is_final: bool = False,
        status: int | None = None,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status
        self.wait_s = wait_s
        """How long the source asks to be left alone."""
        self.is_final = is_final
        """Whether another try would be pointless while nothing has come at all: no network."""


@dataclass(slots=True)
class Answer:
    """What a source says; a context manager that hangs up."""

    status: int
    headers: Mapping[str, str]
    _body: IO[bytes]

    def read(self, most_bytes: int) -> bytes:
        """The next bytes, at most so many; empty at the end. Raises Interrupted."""
        try:
            return self._body.read(most_bytes)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise Interrupted(f"broke off ({_name(error)})") from error

    def __enter__(self) -> "Answer":
        return self

    def __exit__(self, *_: object) -> None:
        self._body.close()


def ask(url: str, headers: Mapping[str, str] | None = None) -> Answer:
    """GET it, through the proxy and with the certificates that this system says.

    Raises Interrupted where another try may help, FetchError where none will.
    """
    place = urlsplit(url)
    if place.scheme not in ("http", "https") or not place.hostname:
        raise FetchError("bad_source", f"{url} is no address that begins with http: check it.")
    request = urllib.request.Request(
        url,
        headers={
            "User-Agent": f"captioner/{__version__}",
            "Accept-Encoding": "identity",  # ranges and lengths are of the file itself
            **(headers or {}),
        },
    )
    try:
        answer = _opener().open(request, timeout=TIMEOUT_S)
    except urllib.error.HTTPError as error:
        with error:
            _refuse(error.code, error.headers, place.netloc, url)
            raise Interrupted(f"answers with HTTP {error.code}", status=error.code) from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise _unreachable(error) from error
    return Answer(answer.status, answer.headers, answer)


def parse_wait(value: str | None) -> float | None:
    """The seconds of a Retry-After; None of a date or of nothing, which is left to us."""
    try:
        return max(0.0, float(value)) if value else None
    except ValueError:
        return None


class _Redirects(urllib.request.HTTPRedirectHandler):
    """As usual, but never from https to http: what is fetched would be open to everybody."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        if req.full_url.startswith("https:") and not newurl.startswith("https:"):
            raise FetchError(
                "bad_source",
                f"{urlsplit(req.full_url).netloc} leads on to an address without encryption:"
                " nothing was fetched. If this network has a sign-in page, open it in a browser"
                " first.",
            )
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _opener() -> urllib.request.OpenerDirector:
    """Made anew each time: the proxy may have been set since. No other protocol than HTTP."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(context=ssl.create_default_context()),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.UnknownHandler(),
        _Redirects(),
    ):
        opener.add_handler(handler)
    return opener


def _refuse(status: int, headers: Message, netloc: str, url: str) -> None:
    """Raise what an answer other than 2xx means, if it means anything certain."""
    if status in (401, 403, 404, 410, 451):
        raise FetchError(
            "not_at_source",
            f"{netloc} does not give out {urlsplit(url).path} (HTTP {status}): check the name, or"
            " look there in a browser.",
        )
    if status in (429, 503):
        wait_s = parse_wait(headers.get("Retry-After"))
        raise Interrupted("is too busy", wait_s, status=status)


def _unreachable(error: Exception) -> Interrupted:
    reason = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(reason, ssl.SSLCertVerificationError):
        return Interrupted(
            f"shows a certificate that this computer does not trust ({reason.verify_message})",
            is_final=True,
        )
    if isinstance(reason, socket.gaierror):
        return Interrupted("cannot be found in this network", is_final=True)
    if isinstance(reason, ConnectionRefusedError):
        return Interrupted("refuses the connection", is_final=True)
    if isinstance(reason, TimeoutError):
        return Interrupted("does not answer", is_final=True)
    return Interrupted(f"cannot be reached ({_name(reason)})", is_final=True)


def _name(error: object) -> str:
    text = getattr(error, "strerror", None) or str(error)
    return text if isinstance(text, str) and text else type(error).__name__
