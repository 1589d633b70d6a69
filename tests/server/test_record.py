"""tests/scenarios/test_record.py tells what these calls do; here is how they answer."""

from pathlib import Path

from captioner.errors import StoreError
from captioner.server.record import problem_card
from tests.fakes.open_house import open_house
from tests.fakes.recording_viewer import fetch


def test_a_problem_is_a_code_and_a_sentence() -> None:
    assert problem_card(None) is None
    assert problem_card(StoreError("disk_full", "No space.")) == {
        "code": "disk_full",
        "message": "No space.",
    }


async def test_every_call_asks_for_the_key_and_for_something_that_is_there(tmp_path: Path) -> None:
    calls = (
        ("/api/record", "GET", 200),
        ("/api/meetings/none/resume", "POST", 404),
        ("/api/meetings/none/utterances/u1", "PATCH", 404),
        ("/api/meetings/none/utterances/u1", "DELETE", 404),
        ("/api/meetings/none/messages/m1", "DELETE", 404),
        ("/api/meetings/none/channels/1/utterances", "DELETE", 404),
    )
    async with open_house(tmp_path) as house:
        for path, method, status in calls:
            body = {"text": "by hand"} if method == "PATCH" else None
            assert (await fetch(house.host_port, path, method, body)).status == 401
            assert (await house.host(path, method, body)).status == status
            assert (await house.viewers(path, method, body)).status in (404, 405)


async def test_a_level_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        body = {"channels": [{"device": "mic-1"}], "weights": "demo", "keep": "for ever"}
        assert (await house.host("/api/meetings", "POST", body)).status == 400
        body["keep"] = "captions"
        answer = await house.host("/api/meetings", "POST", body)
        assert (answer.status, answer.json["keep"]) == (201, "captions")
