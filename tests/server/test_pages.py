import gzip
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from starlette.requests import Request

from captioner.errors import MeetingError, WireError
from captioner.server.pages import CONTENT_TYPES, PageFolder, error_response, read_body
from captioner.server.wire import LARGEST_BODY_BYTES


@pytest.fixture
def pages(tmp_path: Path) -> PageFolder:
    web = tmp_path / "web"
    (web / "viewer").mkdir(parents=True)
    (web / "viewer" / "index.html").write_text("<title>page</title>")
    (web / "viewer" / "viewer.js").write_text("export {}")
    (web / "viewer" / "notes.txt").write_text("no type of ours")
    (tmp_path / "secret.json").write_text("{}")
    (tmp_path / "web-secret.json").write_text("{}")
    (web / "way-out.json").symlink_to(tmp_path / "secret.json")
    (web / "folder.js").mkdir()
    return PageFolder(web)


def test_a_file_goes_out_with_our_own_type_and_is_asked_for_again(pages: PageFolder) -> None:
    answer = pages.page("viewer/viewer.js")
    assert answer.body == b"export {}"
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"


def test_who_takes_it_gets_a_page_packed_and_who_has_it_gets_nothing(pages: PageFolder) -> None:
    packed = pages.page("viewer/viewer.js", {"accept-encoding": "gzip, br"})
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(bytes(packed.body)) == b"export {}"
    again = pages.page("viewer/viewer.js", {"if-none-match": packed.headers["etag"]})
    assert (again.status_code, again.body) == (304, b"")


def test_a_page_that_was_changed_goes_out_anew(pages: PageFolder, tmp_path: Path) -> None:
    before = pages.page("viewer/viewer.js")
    script = tmp_path / "web" / "viewer" / "viewer.js"
    script.write_text("export const more = 1;")
    os.utime(script, ns=(1, 1))
    after = pages.page("viewer/viewer.js", {"if-none-match": before.headers["etag"]})
    assert (after.status_code, after.body) == (200, b"export const more = 1;")


def test_letters_and_pictures_are_packed_already(pages: PageFolder, tmp_path: Path) -> None:
    (tmp_path / "web" / "letters.woff2").write_bytes(b"wOF2")
    answer = pages.page("letters.woff2", {"accept-encoding": "gzip"})
    assert "content-encoding" not in answer.headers


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "viewer",
        "folder.js",
        "viewer/none.js",
        "viewer/notes.txt",
        "../secret.json",
        "viewer/../../secret.json",
        "../web-secret.json",
        "way-out.json",
        "/etc/hostname.json",
        "viewer/\0.js",  # resolve() says ValueError
        "a" * 5000 + ".js",  # is_file() says OSError
        "..\\secret.json",
        "%2e%2e/secret.json",
    ],
)
def test_nothing_but_a_page_is_given_out(pages: PageFolder, name: str) -> None:
    assert pages.page(name).status_code == 404


def test_every_kind_of_file_that_pages_need_has_a_type() -> None:
    web = Path(__file__).parents[2] / "web"
    served = {
        path.suffix
        for part in ("viewer", "host", "shared", "lang")
        for path in (web / part).rglob("*")
        if path.is_file() and "LICENSE" not in path.name
    }
    assert served <= CONTENT_TYPES.keys()


def test_an_error_has_its_status() -> None:
    answer = error_response(MeetingError("unknown_meeting", "No."))
    assert (answer.status_code, answer.media_type) == (404, "application/json")


def request_of(*chunks: bytes) -> Request:
    messages: AsyncIterator[dict[str, object]]

    async def each() -> AsyncIterator[dict[str, object]]:
        for number, chunk in enumerate(chunks, 1):
            yield {"type": "http.request", "body": chunk, "more_body": number < len(chunks)}
        raise AssertionError("it read on after it had seen enough")

    messages = each()
    return Request({"type": "http", "headers": []}, lambda: anext(messages))


async def test_a_body_comes_in_parts() -> None:
    assert await read_body(request_of(b"on", b"e")) == b"one"


async def test_a_body_is_refused_as_soon_as_it_is_too_large() -> None:
    part = bytes(LARGEST_BODY_BYTES // 2)
    assert len(await read_body(request_of(part, part))) == LARGEST_BODY_BYTES
    with pytest.raises(WireError) as refused:
        await read_body(request_of(part, part, b"1", b"never read"))
    assert refused.value.code == "too_large"
