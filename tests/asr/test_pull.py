import hashlib
import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from captioner import resources
from captioner.asr.pull import repository_of
from captioner.asr.weights import REPOSITORIES, find_weights, list_weights
from captioner.errors import WeightsError
from captioner.fetch.origin import ORIGIN, read_origin
from tests.fakes.fake_hub import COMMIT, FakeHub, folder_as_repository

PULL = """
import json, sys
from pathlib import Path
reached = set()
def listen(event, arguments):
    if event == "socket.connect":
        reached.add(str(arguments[1]))
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        reached.add(str(arguments[:2]))
sys.addaudithook(listen)
from captioner.asr.pull import pull_weights
from captioner.errors import CaptionerError
told, code, message = [], "", ""
try:
    pull_weights(sys.argv[1], Path(sys.argv[2]), lambda here, total: told.append((here, total)))
except CaptionerError as error:
    code, message = error.code, error.message
print(json.dumps([code, message, sorted(reached), told]))
"""
"""Pulls in a process of its own: what may be asked is settled by huggingface_hub's first import."""

NAME = "tester/nano"


@dataclass(frozen=True)
class Pulled:
    """How a pull ended."""

    code: str
    """Of the error, or empty."""
    message: str
    reached: list[str]
    """Every address that Python connected to or looked up."""
    told: list[list[int]]
    """The progress: bytes here, bytes in all."""


@pytest.fixture
def hub() -> Iterator[FakeHub]:
    repository = folder_as_repository(resources.demo_weights_folder())
    with FakeHub({NAME: repository, REPOSITORIES["tiny.en"]: repository}) as hub:
        yield hub


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def command(name: str, data: Path) -> list[str]:
    return [sys.executable, "-c", PULL, name, str(data)]


def pull(hub: FakeHub, data: Path, name: str = NAME, **environment: str) -> Pulled:
    done = subprocess.run(
        command(name, data),
        env=hub.environment(data.parent / "home") | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    return Pulled(*json.loads(done.stdout))


def installed(data: Path) -> list[str]:
    """Everything that lies where weights are installed, hidden or not."""
    folder = data / "models"
    return sorted(item.name for item in folder.iterdir()) if folder.exists() else []


def test_what_was_pulled_is_exactly_what_the_repository_holds(hub: FakeHub, data: Path) -> None:
    assert pull(hub, data).code == ""

    assert installed(data) == ["tester--nano"]
    repository = dict(hub.repositories[NAME])
    del repository["README.md"]
    here = folder_as_repository(data / "models" / "tester--nano")
    del here[ORIGIN]
    assert here == repository


def test_where_it_came_from_and_every_hash_is_written_down(hub: FakeHub, data: Path) -> None:
    pull(hub, data)

    origin = read_origin(data / "models" / "tester--nano")
    assert origin is not None
    assert origin.source == f"{hub.url}/{NAME}/tree/{COMMIT}"
    assert origin.revision == COMMIT
    binary = hub.repositories[NAME]["model.bin"]
    assert origin.sha256["model.bin"] == hashlib.sha256(binary).hexdigest()
    assert set(origin.sha256) == set(hub.repositories[NAME]) - {"README.md"}


def test_a_size_of_whisper_is_fetched_from_where_faster_whisper_would(
    hub: FakeHub, data: Path
) -> None:
    assert pull(hub, data, "tiny.en").code == ""

    assert installed(data) == ["tiny.en"]
    assert hub.requests[0] == "GET /api/models/Systran/faster-whisper-tiny.en?blobs=true"


def test_nobody_but_the_named_hub_is_reached_and_nothing_lands_in_the_users_cache(
    hub: FakeHub, data: Path
) -> None:
    pulled = pull(hub, data)

    assert pulled.reached
    for address in pulled.reached:
        assert address == str(("127.0.0.1", hub.port))
    paths = {request.split()[1].partition("?")[0] for request in hub.requests}
    api, files = f"/api/models/{NAME}", f"/{NAME}/resolve/{COMMIT}/"
    assert {path for path in paths if not path.startswith(files)} == {api}
    assert not (data.parent / "home").exists()


def test_a_user_who_is_otherwise_offline_can_pull_all_the_same(hub: FakeHub, data: Path) -> None:
    pulled = pull(hub, data, HF_HUB_OFFLINE="1", TRANSFORMERS_OFFLINE="1")

    assert pulled.code == ""


def test_progress_ends_with_all_bytes(hub: FakeHub, data: Path) -> None:
    told = pull(hub, data).told

    repository = hub.repositories[NAME]
    size = sum(len(content) for name, content in repository.items() if name != "README.md")
    assert told[-1] == [size, size]
    assert told == sorted(told)


def wait_for(is_so: Callable[[], bool]) -> None:
    """What another process does takes its time; half a minute is enough for it."""
    until = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_a_short_break_of_the_connection_is_bridged_while_progress_is_told(
    hub: FakeHub, data: Path
) -> None:
    hub.hangs = "model.bin"

    def mend() -> None:
        hub.is_hanging.wait(30)
        hub.hangs = None
        hub.released.set()

    mending = threading.Thread(target=mend)
    mending.start()
    pulled = pull(hub, data)
    mending.join()

    assert pulled.code == ""
    assert any(0 < here < total for here, total in pulled.told)


def test_weights_that_are_there_are_not_fetched_again(hub: FakeHub, data: Path) -> None:
    pull(hub, data)
    hub.requests.clear()

    assert pull(hub, data).code == ""
    assert hub.requests == []


def test_broken_weights_are_replaced(hub: FakeHub, data: Path) -> None:
    pull(hub, data)
    (data / "models" / "tester--nano" / "model.bin").write_bytes(b"")

    assert pull(hub, data).code == ""
    assert find_weights(NAME, data).size_bytes > 1_000_000


def test_a_repository_that_does_not_exist_is_told_and_leaves_nothing(
    hub: FakeHub, data: Path
) -> None:
    pulled = pull(hub, data, "tester/nobody")

    assert pulled.code == "not_at_source"
    assert f"127.0.0.1:{hub.port} has no public repository tester/nobody" in pulled.message
    assert [weights.name for weights in list_weights(data, data / "cache")] == ["demo"]


def test_without_a_network_one_sentence_names_both_ways_out(hub: FakeHub, data: Path) -> None:
    pulled = pull(hub, data, HF_ENDPOINT="http://127.0.0.1:9")

    assert pulled.code == "source_unreachable"
    assert "this computer is online" in pulled.message
    assert "on a stick and run `captioner models import PATH`" in pulled.message
    assert "\n" not in pulled.message


@pytest.mark.parametrize(
    ("status", "code", "sentence"),
    [
        (500, "source_failed", "cannot serve tester/nano now (HTTP 500): try again later"),
        (429, "source_busy", "is too busy (HTTP 429): try again in 5 minutes"),
    ],
)
def test_a_hub_in_trouble_is_not_mistaken_for_a_wrong_name(
    hub: FakeHub, data: Path, status: int, code: str, sentence: str
) -> None:
    hub.status, hub.retry_after = status, "300"

    pulled = pull(hub, data)

    assert pulled.code == code
    assert sentence in pulled.message


@pytest.mark.parametrize("rubbish", [b"<html>Sign in</html>", b"[]", b'{"siblings": 7}'])
def test_a_sign_in_page_instead_of_a_listing_is_known_as_one(
    hub: FakeHub, data: Path, rubbish: bytes
) -> None:
    hub.rubbish = rubbish

    pulled = pull(hub, data)

    assert pulled.code == "source_failed"
    assert "sign-in page" in pulled.message


def test_a_disk_that_is_too_small_is_told_before_anything_is_fetched(
    hub: FakeHub, data: Path
) -> None:
    hub.claimed_size["model.bin"] = 10**18

    pulled = pull(hub, data)

    assert pulled.code == "disk_full"
    assert "not enough space" in pulled.message
    assert not any("/resolve/" in request for request in hub.requests)


def test_a_folder_that_cannot_be_written_is_told(hub: FakeHub, data: Path) -> None:
    data.write_text("a file where the data folder should be")

    pulled = pull(hub, data)

    assert pulled.code == "cannot_write"
    assert "cannot be written" in pulled.message


def test_weights_that_arrive_damaged_are_refused(hub: FakeHub, data: Path) -> None:
    """The hub's library compares sizes only: it takes zeros of the right length."""
    hub.claimed_sha256["model.bin"] = "0" * 64

    pulled = pull(hub, data)

    assert pulled.code == "damaged_download"
    assert f"model.bin from 127.0.0.1:{hub.port} arrived damaged" in pulled.message
    assert [weights.name for weights in list_weights(data, data / "cache")] == ["demo"]


def test_a_repository_in_another_form_is_refused_before_anything_is_fetched(data: Path) -> None:
    with FakeHub({NAME: {"config.json": b"{}", "model.safetensors": b"w"}}) as hub:
        pulled = pull(hub, data)

    assert pulled.code == "unusable_download"
    assert "model.bin and tokenizer.json and vocabulary.json is missing" in pulled.message
    assert not any("/resolve/" in request for request in hub.requests)


def test_files_that_faster_whisper_could_not_read_are_refused(data: Path) -> None:
    repository = folder_as_repository(resources.demo_weights_folder())
    with FakeHub({NAME: repository | {"vocabulary.json": b"[1"}}) as hub:
        pulled = pull(hub, data)

    assert pulled.code == "unusable_download"
    assert "vocabulary.json is damaged" in pulled.message
    assert [weights.name for weights in list_weights(data, data / "cache")] == ["demo"]


def test_a_pull_that_is_killed_installs_nothing_and_the_next_one_goes_on(
    hub: FakeHub, data: Path
) -> None:
    half = len(hub.repositories[NAME]["model.bin"]) // 2
    hub.hangs = "model.bin"
    env = hub.environment(data.parent / "home")
    part = data / "models" / ".fetching-tester--nano" / "model.bin.part"
    with subprocess.Popen(command(NAME, data), env=env, stdout=subprocess.DEVNULL) as process:
        assert hub.is_hanging.wait(30)
        wait_for(lambda: part.is_file() and part.stat().st_size > half - 300_000)
        process.kill()
    assert [weights.name for weights in list_weights(data, data / "cache")] == ["demo"]
    here = part.stat().st_size

    hub.hangs = None
    hub.requests.clear()
    assert pull(hub, data).code == ""
    assert installed(data) == ["tester--nano"]
    assert hub.ranges == [f"bytes={here}-"]
    assert not any(each.endswith("/config.json") for each in hub.requests)  # it is there


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot interrupt a single process")
def test_a_pull_that_is_interrupted_stops_at_once(hub: FakeHub, data: Path) -> None:
    hub.hangs = "model.bin"
    env = hub.environment(data.parent / "home")
    with subprocess.Popen(command(NAME, data), env=env, stderr=subprocess.PIPE) as process:
        assert hub.is_hanging.wait(30)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)

    assert b"KeyboardInterrupt" in errors
    assert [weights.name for weights in list_weights(data, data / "cache")] == ["demo"]


def test_two_do_not_fetch_the_same_at_once(hub: FakeHub, data: Path) -> None:
    hub.hangs = "model.bin"
    env = hub.environment(data.parent / "home")
    with subprocess.Popen(command(NAME, data), env=env, stdout=subprocess.DEVNULL) as process:
        assert hub.is_hanging.wait(30)
        hub.hangs = None
        assert pull(hub, data).code == "already_fetching"
        assert pull(hub, data, "tiny.en").code == ""
        process.kill()


@pytest.mark.weights
def test_what_was_pulled_hears_in_the_real_faster_whisper(hub: FakeHub, data: Path) -> None:
    import soundfile
    from faster_whisper import WhisperModel

    pull(hub, data)
    folder = resources.demo_meeting_folder()
    first = json.loads((folder / "meeting.json").read_text(encoding="utf-8"))["utterances"][0]
    sound, rate = soundfile.read(folder / "anna.ogg", dtype="float32")

    model = WhisperModel(str(find_weights(NAME, data).folder), device="cpu", compute_type="int8")
    segments, _ = model.transcribe(sound[: int((first["end"] + 0.3) * rate)], language="en")

    assert " ".join(segment.text.strip() for segment in segments) == first["text"]


@pytest.mark.parametrize(
    ("name", "repository"),
    [
        ("small", "Systran/faster-whisper-small"),
        ("turbo", "mobiuslabsgmbh/faster-whisper-large-v3-turbo"),
        ("someone/whisper-nl", "someone/whisper-nl"),
    ],
)
def test_a_name_means_one_repository(name: str, repository: str) -> None:
    assert repository_of(name) == repository


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("smal", "choose large-v3-turbo, "),
        ("demo", "come with captioner"),
        ("../up", "OWNER/REPOSITORY"),
        ("a/b/c", "OWNER/REPOSITORY"),
        ("", "OWNER/REPOSITORY"),
    ],
)
def test_a_name_that_means_nothing_is_told_with_those_that_do(name: str, hint: str) -> None:
    with pytest.raises(WeightsError) as raised:
        repository_of(name)

    assert raised.value.code == "unknown_weights"
    assert hint in raised.value.message


def test_the_marker_of_the_demo_weights_travels_with_them(hub: FakeHub, data: Path) -> None:
    pull(hub, data)

    assert find_weights(NAME, data).is_demo
