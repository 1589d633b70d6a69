"""One file from a source that goes wrong in every known way."""

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from captioner.errors import CaptionerError, FetchError
from captioner.fetch import download
from captioner.fetch.download import fetch_files, fetching_folder, fetching_path, unfinished
from captioner.fetch.partial import Wanted
from tests.fakes.fake_source import FakeSource

CONTENT = bytes(range(256)) * 8_000
"""Two megabytes, of which no two parts of a few hundred bytes are alike by chance of position."""

SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def source() -> Iterator[FakeSource]:
    with FakeSource({"/model.bin": CONTENT}) as source:
        yield source


class Fetch:
    """Fetches model.bin and keeps what was told, without ever waiting."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.waited: list[float] = []
        self.told: list[tuple[int, int]] = []

    def run(
        self, source: FakeSource, sha256: str = SHA256, size: int | None = len(CONTENT)
    ) -> None:
        wanted = Wanted("model.bin", f"{source.url}/model.bin", size, sha256, revision="c0ffee")
        fetch_files(
            [wanted],
            self.folder,
            lambda here, total: self.told.append((here, total)),
            self.waited.append,
        )

    def error(self, source: FakeSource, **wanted: object) -> CaptionerError:
        with pytest.raises(CaptionerError) as raised:
            self.run(source, **wanted)  # type: ignore[arg-type]
        assert "\n" not in raised.value.message
        assert not (self.folder / "model.bin").exists()
        return raised.value


@pytest.fixture
def fetch(tmp_path: Path) -> Fetch:
    return Fetch(tmp_path)


def the_file(fetch: Fetch) -> bytes:
    assert [path.name for path in fetch.folder.iterdir()] == ["model.bin"]
    return (fetch.folder / "model.bin").read_bytes()


def leave_half(fetch: Fetch, source: FakeSource, **wanted: object) -> None:
    """What a killed process leaves: half of the file, and whose it is."""
    source.dies_every = len(CONTENT) // 2
    source.ignores_ranges = True
    fetch.error(source, **wanted)
    source.dies_every, source.ignores_ranges = None, False
    source.requests.clear()
    source.ranges.clear()
    fetch.waited.clear()


def test_a_file_arrives_and_progress_is_told_to_the_last_byte(
    source: FakeSource, fetch: Fetch
) -> None:
    fetch.run(source)
    assert the_file(fetch) == CONTENT
    assert fetch.told[-1] == (len(CONTENT), len(CONTENT))
    assert fetch.told == sorted(fetch.told)
    assert fetch.waited == []


def test_the_address_of_another_store_is_followed(source: FakeSource, fetch: Fetch) -> None:
    source.moves_on = True
    fetch.run(source)
    assert the_file(fetch) == CONTENT
    assert source.requests == ["GET /model.bin", "GET /store/model.bin"]


def test_a_source_that_dies_every_ten_megabytes_is_gone_on_with(
    source: FakeSource, fetch: Fetch
) -> None:
    """In proportion: every tenth of the file. The client library of the hub gives up at five."""
    source.dies_every = len(CONTENT) // 10
    fetch.run(source)
    assert the_file(fetch) == CONTENT
    assert source.ranges == [f"bytes={source.dies_every * each}-" for each in range(1, 10)]


def test_what_a_killed_process_left_is_gone_on_with(source: FakeSource, fetch: Fetch) -> None:
    leave_half(fetch, source)
    fetch.run(source)
    assert source.ranges == [f"bytes={len(CONTENT) // 2}-"]
    assert the_file(fetch) == CONTENT
    assert fetch.told[-1] == (len(CONTENT), len(CONTENT))


def test_what_is_whole_is_not_fetched_again(source: FakeSource, fetch: Fetch) -> None:
    fetch.run(source)
    source.requests.clear()
    fetch.run(source)
    assert source.requests == []


def test_a_kill_between_the_last_byte_and_the_name_costs_no_byte(
    source: FakeSource, fetch: Fetch
) -> None:
    leave_half(fetch, source)
    (fetch.folder / "model.bin.part").write_bytes(CONTENT)
    fetch.run(source)
    assert source.requests == []
    assert the_file(fetch) == CONTENT


def test_half_of_another_version_is_not_gone_on_with(source: FakeSource, fetch: Fetch) -> None:
    leave_half(fetch, source)
    newer = CONTENT[::-1]
    source.files["/model.bin"] = newer
    fetch.run(source, hashlib.sha256(newer).hexdigest())
    assert source.ranges == []
    assert the_file(fetch) == newer


def test_a_file_that_changed_at_a_source_without_hashes_comes_anew(
    source: FakeSource, fetch: Fetch
) -> None:
    leave_half(fetch, source, sha256="", size=None)
    newer = CONTENT[::-1]
    source.files["/model.bin"] = newer
    fetch.run(source, "", None)
    assert source.ranges == [f"bytes={len(CONTENT) // 2}-"]  # asked for, with If-Range
    assert the_file(fetch) == newer


def test_notes_that_nobody_wrote_so_are_no_reason_to_go_on(
    source: FakeSource, fetch: Fetch
) -> None:
    leave_half(fetch, source)
    (fetch.folder / "model.bin.part.json").write_text(json.dumps([1]))
    fetch.run(source)
    assert source.ranges == []
    assert the_file(fetch) == CONTENT


def test_a_server_that_knows_no_ranges_sends_it_all_again(source: FakeSource, fetch: Fetch) -> None:
    leave_half(fetch, source)
    source.ignores_ranges = True
    fetch.run(source)
    assert the_file(fetch) == CONTENT


def test_a_server_that_knows_no_ranges_and_dies_half_way_is_given_up(
    source: FakeSource, fetch: Fetch
) -> None:
    source.ignores_ranges = True
    source.dies_every = 500_000
    error = fetch.error(source)
    assert error.code == "source_failed"
    assert "broke off: check that this computer is online" in error.message
    assert "What is here is kept" in error.message
    assert fetch.waited == [0.5, 1.0, 2.0, 4.0, 8.0]


def test_a_part_that_turns_out_to_be_damaged_is_fetched_anew_once(
    source: FakeSource, fetch: Fetch
) -> None:
    leave_half(fetch, source)
    (fetch.folder / "model.bin.part").write_bytes(bytes(len(CONTENT) // 2))
    fetch.run(source)
    assert len(source.requests) == 2
    assert the_file(fetch) == CONTENT


def test_a_wrong_hash_is_refused_and_not_gone_on_with(source: FakeSource, fetch: Fetch) -> None:
    error = fetch.error(source, sha256="0" * 64)
    assert error.code == "damaged_download"
    assert "arrived damaged" in error.message
    assert list(fetch.folder.iterdir()) == []


def test_the_hash_of_git_is_checked_where_it_is_all_there_is(
    source: FakeSource, fetch: Fetch
) -> None:
    right = hashlib.sha1(f"blob {len(CONTENT)}\0".encode() + CONTENT).hexdigest()
    for git_sha1, is_right in ((right, True), ("0" * 40, False)):
        folder = fetch.folder / git_sha1
        folder.mkdir()
        wanted = Wanted("x", f"{source.url}/model.bin", len(CONTENT), git_sha1=git_sha1)
        if is_right:
            fetch_files([wanted], folder, lambda *_: None)
        else:
            with pytest.raises(FetchError, match="damaged"):
                fetch_files([wanted], folder, lambda *_: None)


@pytest.mark.parametrize("size", [len(CONTENT) - 1, len(CONTENT) + 1])
def test_a_wrong_length_is_known_before_the_last_byte(
    source: FakeSource, fetch: Fetch, size: int
) -> None:
    """A sign-in page is what mostly comes instead of a file."""
    error = fetch.error(source, size=size)
    assert error.code == "source_failed"
    assert f"{len(CONTENT)} bytes instead of {size}" in error.message
    assert "sign-in page" in error.message


def test_a_server_that_sends_less_than_it_says_is_given_up(
    source: FakeSource, fetch: Fetch
) -> None:
    source.short_by = 10
    error = fetch.error(source, size=None)
    assert error.code == "source_failed"
    assert fetch.waited


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_what_is_not_there_is_not_asked_for_twice(
    source: FakeSource, fetch: Fetch, status: int
) -> None:
    source.status = status
    error = fetch.error(source)
    assert error.code == "not_at_source"
    assert f"does not give out /model.bin (HTTP {status})" in error.message
    assert len(source.requests) == 1


def test_a_source_that_asks_to_wait_a_moment_is_waited_for(
    source: FakeSource, fetch: Fetch
) -> None:
    source.status, source.retry_after, source.fails = 429, "30", 2
    fetch.run(source)
    assert fetch.waited == [30.0, 30.0]
    assert the_file(fetch) == CONTENT


def test_a_source_that_asks_to_wait_for_long_is_told_to_the_user(
    source: FakeSource, fetch: Fetch
) -> None:
    source.status, source.retry_after = 429, "600"
    error = fetch.error(source)
    assert error.code == "source_busy"
    assert "asks to be left alone for 10 minutes" in error.message
    assert fetch.waited == []


def test_a_date_to_wait_for_is_no_reason_to_fail(source: FakeSource, fetch: Fetch) -> None:
    source.status, source.retry_after, source.fails = 503, "Sat, 21 Nov 2026 20:00:00 GMT", 1
    fetch.run(source)
    assert fetch.waited == [0.5]


def test_a_source_that_fails_for_a_moment_is_tried_again(source: FakeSource, fetch: Fetch) -> None:
    source.status, source.fails = 500, 3
    fetch.run(source)
    assert fetch.waited == [0.5, 1.0, 2.0]


def test_without_a_network_it_is_told_at_once(fetch: Fetch) -> None:
    gone = FakeSource()
    gone._server.server_close()
    error = fetch.error(gone)
    assert error.code == "source_unreachable"
    assert "refuses the connection: check that this computer is online" in error.message
    assert "carry the files in on a stick and run `captioner models import PATH`" in error.message
    assert fetch.waited == []


def test_a_name_that_cannot_be_found_is_a_network_that_is_gone(fetch: Fetch) -> None:
    wanted = Wanted("model.bin", "http://no-such-place.invalid/model.bin")
    with pytest.raises(FetchError, match="cannot be found in this network") as raised:
        fetch_files([wanted], fetch.folder, lambda *_: None)
    assert raised.value.code == "source_unreachable"


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://example.org/x", "model.bin", "http://"]
)
def test_only_the_web_is_a_source(fetch: Fetch, url: str) -> None:
    with pytest.raises(FetchError) as raised:
        fetch_files([Wanted("x", url)], fetch.folder, lambda *_: None)
    assert raised.value.code == "bad_source"


def test_a_server_that_packs_what_it_sends_is_not_believed(
    source: FakeSource, fetch: Fetch
) -> None:
    source.packs = True
    assert "packs what it sends" in fetch.error(source, size=None).message


def test_a_disk_without_room_is_told_before_a_byte_is_fetched(
    source: FakeSource, fetch: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = SimpleNamespace(free=len(CONTENT))
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    error = fetch.error(source)
    assert error.code == "disk_full"
    assert "(2 MB are needed)" in error.message
    assert source.requests == []


def test_a_disk_without_room_is_told_when_the_source_says_how_much_it_sends(
    source: FakeSource, fetch: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = SimpleNamespace(free=100_000_001)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    assert fetch.error(source, size=None).code == "disk_full"


def test_a_file_of_an_older_listing_is_not_taken_for_the_new_one(
    source: FakeSource, fetch: Fetch
) -> None:
    (fetch.folder / "model.bin").write_bytes(CONTENT[::-1])
    fetch.run(source)
    assert the_file(fetch) == CONTENT


def test_a_second_process_is_told_to_wait(tmp_path: Path) -> None:
    with fetching_folder(tmp_path, "small"):
        owner = tmp_path / ".fetching-small.owner"
        owner.write_text(str(os.getppid()))
        with (
            pytest.raises(FetchError, match="Another captioner is fetching small"),
            fetching_folder(tmp_path, "small"),
        ):
            raise AssertionError
        owner.write_text("999999999")  # somebody who was killed
        with fetching_folder(tmp_path, "small"):
            pass


def test_what_is_unfinished_is_listed_with_its_size(tmp_path: Path) -> None:
    with fetching_folder(tmp_path, "small") as folder:
        (folder / "model.bin.part").write_bytes(bytes(100))
    assert unfinished(tmp_path) == {"small": 100}
    shutil.rmtree(fetching_path(tmp_path, "small"))
    assert unfinished(tmp_path) == {}


def test_where_nothing_came_nothing_stays(tmp_path: Path) -> None:
    with fetching_folder(tmp_path, "small"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_the_waits_end_within_a_minute() -> None:
    assert sum(download.WAITS_S) < 60
