from pathlib import Path

import pytest

from captioner.asr.speed import remember_speed
from captioner.asr.weights import find_weights
from captioner.captions.roster import ChannelSpec
from captioner.domain import ChannelId
from captioner.errors import MeetingError
from captioner.server.desk import DeviceOffer
from captioner.server.new_meeting import NewChannel, NewMeeting
from captioner.service.choosing import (
    check_choice,
    choose_weights,
    ids_of,
    new_meeting_id,
    weights_offer,
)
from captioner.store.retention import opened_at
from tests.asr.test_weights import write_weights
from tests.fakes.sample_meeting import STARTED


def wanted(*devices: str, language: str = "en") -> NewMeeting:
    channels = tuple(
        NewChannel(device, ChannelSpec(ChannelId(number), language=language))
        for number, device in enumerate(devices, 1)
    )
    return NewMeeting("", "", channels)


def test_what_cannot_be_had_is_said_before_anything_is_opened() -> None:
    demo = find_weights("demo", Path("none"))
    check_choice(wanted("mic-1", "mic-2"), demo)
    with pytest.raises(MeetingError, match="only once"):
        check_choice(wanted("mic-1", "mic-1"), demo)
    with pytest.raises(MeetingError, match="do not hear"):
        check_choice(wanted("mic-1", language="tlh"), demo)


def test_demo_weights_are_offered_as_what_they_are() -> None:
    assert "no people" in weights_offer(find_weights("demo", Path("none"))).label


def test_without_a_wish_the_best_weights_that_keep_up_here_are_chosen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A laptop that holds base was given small because it lay there too: captions fell behind."""
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "cache"))
    for name in ("tiny", "base", "small"):
        write_weights(tmp_path / "models" / name)
    assert choose_weights("", tmp_path).name == "small"  # nobody has measured yet
    for tiny_s, name in ((0.02, "small"), (0.1, "base"), (0.3, "tiny"), (5.0, "small")):
        remember_speed(tmp_path, tiny_s)
        assert choose_weights("", tmp_path).name == name, tiny_s
    assert choose_weights("base", tmp_path).name == "base"


def test_a_device_is_known_by_its_inputs_too() -> None:
    assert ids_of(DeviceOffer("a", "A", 2, 48000, False, ("a:1", "a:2"))) == ["a", "a:1", "a:2"]


def test_the_id_of_a_meeting_tells_its_age() -> None:
    assert opened_at(new_meeting_id(STARTED)) == STARTED
    assert new_meeting_id(STARTED) != new_meeting_id(STARTED)
