"""What was heard and not shown is written down for who asks, and never of captions only."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from captioner.domain import ChannelId, Decision, Keeping, SamplePos
from captioner.errors import StoreError
from captioner.service.explaining import Explanations
from captioner.service.running import Hearing, RunningMeeting
from tests.fakes.fake_clock import FakeClock
from tests.fakes.live_run import SETTINGS
from tests.fakes.sample_meeting import spec
from tests.fakes.scripted_engine import PromptWorker, ScriptedEngine
from tests.fakes.tone_source import ToneModel

DECISION = Decision(
    what="rejected",
    kind="final",
    channel=ChannelId(2),
    start=SamplePos(16_000),
    end=SamplePos(40_000),
    reason="loop",
    heard="thank you thank you",
    figures={"ratio": 3.5},
)


def running(keeping: Keeping = Keeping.TRANSCRIPT) -> RunningMeeting:
    hearing = Hearing(PromptWorker(ScriptedEngine()), ToneModel())
    meeting = replace(spec("Anna", "Bram"), keeping=keeping)
    return RunningMeeting(meeting, hearing, SETTINGS, FakeClock())


def decide(explanations: Explanations, meeting: RunningMeeting) -> None:
    explanations.follow(meeting)
    meeting.live.on_decision(DECISION)
    explanations.close()


def test_a_decision_is_a_line_with_its_meeting_its_reason_and_seconds(tmp_path: Path) -> None:
    meeting = running()
    decide(Explanations(tmp_path / "why.jsonl", is_added_to=False), meeting)
    assert json.loads((tmp_path / "why.jsonl").read_text()) == {
        "meeting": meeting.meeting.spec.id,
        "decision": "rejected",
        "kind": "final",
        "channel": 2,
        "start": 1.0,
        "end": 2.5,
        "reason": "loop",
        "heard": "thank you thank you",
        "figures": {"ratio": 3.5},
    }


@pytest.mark.parametrize(("is_added_to", "lines"), [(True, 2), (False, 1)])
def test_a_service_adds_to_the_file_and_a_replay_begins_it_anew(
    tmp_path: Path, is_added_to: bool, lines: int
) -> None:
    for _ in range(2):
        decide(Explanations(tmp_path / "why.jsonl", is_added_to=is_added_to), running())
    assert len((tmp_path / "why.jsonl").read_text().splitlines()) == lines


def test_of_captions_only_nothing_touches_the_disk(tmp_path: Path) -> None:
    """A text that was rejected was said all the same, or may have been."""
    decide(Explanations(tmp_path / "why.jsonl", is_added_to=True), running(Keeping.CAPTIONS))
    assert (tmp_path / "why.jsonl").read_text() == ""


def test_without_a_file_nothing_is_followed() -> None:
    decide(Explanations(None, is_added_to=True), running())


def test_a_file_that_cannot_be_written_is_told_before_the_meeting(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError):
        Explanations(tmp_path / "file" / "why.jsonl", is_added_to=True)
