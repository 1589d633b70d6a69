"""Whether what is here of a file can be gone on with."""

import pytest

from captioner.fetch.partial import (
    Course,
    Started,
    Wanted,
    can_go_on,
    identity_of,
    range_headers,
    read_course,
)

HASHED = Wanted("model.bin", "https://x/model.bin", 100, sha256="ab")
BARE = Wanted("package", "https://x/package")


def begun(wanted: Wanted, etag: str = "", size: int | None = None) -> Started:
    return Started(identity_of(wanted), etag, size)


@pytest.mark.parametrize(
    ("started", "wanted", "here", "expected"),
    [
        (begun(HASHED), HASHED, 50, True),
        (begun(HASHED), HASHED, 100, True),
        (begun(HASHED), HASHED, 0, False),
        (begun(HASHED), HASHED, 101, False),
        (None, HASHED, 50, False),
        (begun(Wanted("model.bin", "https://x/model.bin", 100, "cd")), HASHED, 50, False),
        (begun(HASHED, size=90), HASHED, 50, False),
        (begun(HASHED), Wanted("m", "https://mirror/m", 100, "ab"), 50, True),
        # Without a hash only the source can say that it is still the same.
        (begun(BARE), BARE, 50, False),
        (begun(BARE, 'W/"weak"'), BARE, 50, False),
        (begun(BARE, '"strong"'), BARE, 50, True),
        (begun(BARE, '"strong"', size=40), BARE, 50, False),
    ],
)
def test_only_the_beginning_of_the_same_content_is_gone_on_with(
    started: Started | None, wanted: Wanted, here: int, expected: bool
) -> None:
    assert can_go_on(started, wanted, here) is expected


def test_where_a_hash_will_tell_the_tag_of_one_server_does_not() -> None:
    assert range_headers(begun(HASHED, '"a"'), HASHED, 5) == {"Range": "bytes=5-"}
    assert range_headers(begun(BARE, '"a"'), BARE, 5) == {"Range": "bytes=5-", "If-Range": '"a"'}


def test_the_course_of_an_answer() -> None:
    whole = read_course(200, {"Content-Length": "100", "ETag": '"a"'}, HASHED, 50)
    assert whole == Course(0, 100, Started("ab", '"a"', 100))
    rest = read_course(206, {"Content-Range": "bytes 50-99/100"}, HASHED, 50)
    assert (rest.start, rest.size_bytes) == (50, 100)
    assert read_course(200, {}, BARE, 0).size_bytes is None
    assert read_course(206, {"Content-Range": "bytes 5-9/*"}, BARE, 5).size_bytes is None


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (200, {"Content-Length": "99"}),
        (200, {"Content-Encoding": "gzip"}),
        (206, {"Content-Range": "bytes 0-99/100"}),
        (206, {"Content-Range": "bytes 50-98/99"}),
        (206, {}),
    ],
)
def test_an_answer_that_does_not_fit_is_refused(status: int, headers: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_course(status, headers, HASHED, 50)
