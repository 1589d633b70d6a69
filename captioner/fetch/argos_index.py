"""The list of translation packages that Argos publishes, and one package of it."""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from captioner.errors import FetchError
from captioner.fetch.asking import OTHERWISE, Interrupted, ask

VARIABLE = "ARGOS_PACKAGE_INDEX"
"""As argostranslate knows it: a folder's address that ends with /, below which index.json lies."""

USUAL = "https://raw.githubusercontent.com/argosopentech/argospm-index/main/"

_MOST_BYTES = 20_000_000
_CODE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


@dataclass(frozen=True, slots=True)
class OfferedPackage:
    """A translation package that can be fetched."""

    from_code: str
    to_code: str
    from_name: str
    """In English."""
    to_name: str
    version: str
    links: tuple[str, ...]
    """Addresses of the same file, in the order in which they are tried."""


def list_packages(env: Mapping[str, str] | None = None) -> tuple[OfferedPackage, ...]:
    """Ask the index; nobody does so unless a person wants to see it. Raises FetchError."""
    url = index_address(os.environ if env is None else env)
    source = urlsplit(url).netloc
    try:
        with ask(url) as answer:
            body = b""
            while (block := answer.read(1 << 16)) and len(body) < _MOST_BYTES:
                body += block
    except Interrupted as cut:
        code = "source_busy" if cut.status in (429, 503) else "source_unreachable"
        raise FetchError(code, f"{source} {cut.reason}: {OTHERWISE}.") from cut
    try:
        return parse_index(body)
    except ValueError:
        raise FetchError(
            "source_failed",
            f"{source} answers something that is no list of packages. If this network has a sign-in"
            " page, open it in a browser first; else try again later.",
        ) from None


def index_address(env: Mapping[str, str]) -> str:
    """Where index.json lies."""
    return f"{(env.get(VARIABLE) or USUAL).rstrip('/')}/index.json"


def parse_index(body: bytes) -> tuple[OfferedPackage, ...]:
    """The newest package of each pair of languages, by their codes. Raises ValueError.

    Rows that are no translation, or have no link that we could follow, are left out.
    """
    try:
        rows = json.loads(body)
    except RecursionError:
        raise ValueError("too deep") from None
    if not isinstance(rows, list):
        raise ValueError("no list")
    found: dict[tuple[str, str], OfferedPackage] = {}
    for row in rows:
        offer = _offer(row) if isinstance(row, dict) else None
        if offer is None:
            continue
        pair = (offer.from_code, offer.to_code)
        if pair not in found or _order(offer.version) > _order(found[pair].version):
            found[pair] = offer
    return tuple(found[pair] for pair in sorted(found))


def _offer(row: Mapping[str, object]) -> OfferedPackage | None:
    from_code, to_code, links = row.get("from_code"), row.get("to_code"), row.get("links")
    if row.get("type", "translate") != "translate" or not isinstance(links, list):
        return None
    if not isinstance(from_code, str) or not isinstance(to_code, str):
        return None
    usable = tuple(link for link in links if isinstance(link, str) and link.startswith("http"))
    if not usable or not _CODE.fullmatch(from_code) or not _CODE.fullmatch(to_code):
        return None
    return OfferedPackage(
        from_code,
        to_code,
        str(row.get("from_name", "")),
        str(row.get("to_name", "")),
        str(row.get("package_version", "")),
        usable,
    )


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d{1,9}", version))
