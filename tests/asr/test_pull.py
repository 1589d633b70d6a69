import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from captioner import resources
from captioner.asr.pull import repository_of
from captioner.asr.weights import REPOSITORIES, find_weights, list_weights
from captioner.errors import WeightsError
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
    assert folder_as_repository(data / "models" / "tester--nano") == repository


def test_a_size_of_whisper_is_fetched_from_where_faster_whisper_would(
    hub: FakeHub, data: Path
) -> None:
    assert pull(hub, data, "tiny.en").code == ""

    assert installed(data) == ["tiny.en"]
    assert hub.requests[0] == "GET /api/models/Systran/faster-whisper-tiny.en"


def test_nobody_but_the_named_hub_is_reached_and_nothing_lands_in_the_users_cache(
    hub: FakeHub, data: Path
) -> None:
    pulled = pull(hub, data)

    assert pulled.reached
    for address in pulled.reached:
        assert address == str(("127.0.0.1", hub.port))
    paths = {request.split()[1].partition("?")[0] for request in hub.requests}
    api, files = f"/api/models/{NAME}", f"/{NAME}/resolve/{COMMIT}/"
    assert {path for path in paths if not path.startswith(files)} == {api, f"{api}/tree/{COMMIT}"}
    assert not (data.parent / "home").exists()


def test_a_user_who_is_otherwise_offline_can_pull_all_the_same(hub: FakeHub, data: Path) -> None:
    pulled = pull(hub, data, HF_HUB_OFFLINE="1", TRANSFORMERS_OFFLINE="1")

    assert pulled.code == ""


def test_progress_ends_with_all_bytes(hub: FakeHub, data: Path) -> None:
    told = pull(hub, data).told

    size = find_weights(NAME, data).size_bytes
    assert told[-1] == [size, size]
    assert told == sorted(told)


def test_a_short_break_of_the_connection_is_bridged_while_progress_is_told(
    hub: FakeHub, data: Path
) -> None:
    hub.hangs = "model.bin"

    def mend() -> None:
        hub.is_hanging.wait(30)
        hub.hangs = None
        hub.released.wait(0.6)  # long enough for progress to be told
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

    assert pulled.code == "pull_failed"
    assert f"127.0.0.1:{hub.port} has no public repository tester/nobody" in pulled.message
    assert installed(data) == []


def test_without_a_network_one_sentence_names_both_ways_out(hub: FakeHub, data: Path) -> None:
    pulled = pull(hub, data, HF_ENDPOINT="http://127.0.0.1:9")

    assert pulled.code == "pull_failed"
    assert "this machine is online" in pulled.message
    assert "--model FOLDER" in pulled.message
    assert "\n" not in pulled.message
    assert installed(data) == []


def test_a_hub_in_trouble_is_not_mistaken_for_a_wrong_name(hub: FakeHub, data: Path) -> None:
    hub.status = 500

    pulled = pull(hub, data)

    assert pulled.code == "pull_failed"
    assert "cannot serve tester/nano now (HTTP 500): try again later" in pulled.message


def test_a_disk_that_is_too_small_is_told_before_anything_is_fetched(
    hub: FakeHub, data: Path
) -> None:
    hub.claimed_size["model.bin"] = 10**18

    pulled = pull(hub, data)

    assert pulled.code == "pull_failed"
    assert "not enough space" in pulled.message
    assert not any("/resolve/" in request for request in hub.requests)
    assert installed(data) == []


def test_a_folder_that_cannot_be_written_is_told(hub: FakeHub, data: Path) -> None:
    data.write_text("a file where the data folder should be")

    pulled = pull(hub, data)

    assert pulled.code == "pull_failed"
    assert "cannot be written" in pulled.message


def test_weights_that_arrive_damaged_are_refused(hub: FakeHub, data: Path) -> None:
    """The hub's library compares sizes only: it takes zeros of the right length."""
    hub.claimed_sha256["model.bin"] = "0" * 64

    pulled = pull(hub, data)

    assert pulled.code == "pull_failed"
    assert "model.bin of tester/nano arrived damaged" in pulled.message
    assert installed(data) == []


def test_a_repository_in_another_form_is_refused_before_anything_is_fetched(data: Path) -> None:
    with FakeHub({NAME: {"config.json": b"{}", "model.safetensors": b"w"}}) as hub:
        pulled = pull(hub, data)

    assert pulled.code == "pull_failed"
    assert "model.bin and tokenizer.json and vocabulary.json is missing" in pulled.message
    assert not any("/resolve/" in request for request in hub.requests)
    assert installed(data) == []


def test_files_that_faster_whisper_could_not_read_are_refused(data: Path) -> None:
    repository = folder_as_repository(resources.demo_weights_folder())
    with FakeHub({NAME: repository | {"vocabulary.json": b"[1"}}) as hub:
        pulled = pull(hub, data)

    assert pulled.code == "pull_failed"
    assert "vocabulary.json is damaged" in pulled.message
    assert installed(data) == []


def test_a_pull_that_is_killed_installs_nothing_and_the_next_one_sweeps_up(
    hub: FakeHub, data: Path
) -> None:
    hub.hangs = "model.bin"
    env = hub.environment(data.parent / "home")
    with subprocess.Popen(command(NAME, data), env=env, stdout=subprocess.DEVNULL) as process:
        assert hub.is_hanging.wait(30)
        process.kill()
    assert [weights.name for weights in list_weights(data, data / "cache")] == ["demo"]
    assert len(installed(data)) == 1

    hub.hangs = None
    assert pull(hub, data).code == ""
    assert installed(data) == ["tester--nano"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot interrupt a single process")
def test_a_pull_that_is_interrupted_stops_at_once_and_leaves_nothing(
    hub: FakeHub, data: Path
) -> None:
    """huggingface_hub.snapshot_download would wait for its threads: for minutes on a slow line."""
    hub.hangs = "model.bin"
    env = hub.environment(data.parent / "home")
    with subprocess.Popen(command(NAME, data), env=env, stderr=subprocess.PIPE) as process:
        assert hub.is_hanging.wait(30)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)

    assert b"KeyboardInterrupt" in errors
    assert installed(data) == []


def test_a_pull_leaves_alone_what_another_one_is_still_fetching(hub: FakeHub, data: Path) -> None:
    hub.hangs = "model.bin"
    env = hub.environment(data.parent / "home")
    with subprocess.Popen(command(NAME, data), env=env, stdout=subprocess.DEVNULL) as process:
        assert hub.is_hanging.wait(30)
        hub.hangs = None
        pull(hub, data, "tiny.en")
        assert len(installed(data)) == 2
        process.kill()


@pytest.mark.slow
def test_a_connection_that_keeps_breaking_is_given_up_and_leaves_nothing(
    hub: FakeHub, data: Path
) -> None:
    """Slow because the hub's library tries five times, a second apart."""
    hub.cuts_off = "model.bin"

    pulled = pull(hub, data)

    assert pulled.code == "pull_failed"
    assert "broke off" in pulled.message
    assert installed(data) == []


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
