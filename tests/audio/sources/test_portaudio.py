"""Devices keep their names, and open in the way that they can."""

import os
import subprocess
import sys

import pytest

from captioner.audio.sources.portaudio import (
    DeviceCard,
    find_card,
    how_to_get_portaudio,
    list_cards,
    load_sounddevice,
    look_again,
    merge_sources,
    start_stream,
)
from captioner.audio.sources.pulse_listing import PulseSource
from captioner.errors import AudioError
from tests.fakes.fake_portaudio import FakeDevice, FakePortAudio

HOOKS = {"callback": lambda *_: None, "finished_callback": lambda: None}


def opened(*devices: FakeDevice) -> FakePortAudio:
    library = FakePortAudio(list(devices))
    start_stream(library, list_cards(library)[0], HOOKS)
    return library


def test_only_devices_that_listen_are_listed() -> None:
    library = FakePortAudio([FakeDevice("Speakers", channels=0), FakeDevice("Table")], default=1)
    cards = list_cards(library)
    assert [(card.id, card.label, card.index) for card in cards] == [("ALSA: Table", "Table", 1)]
    assert (cards[0].channels, cards[0].rate, cards[0].is_default) == (1, 48_000, True)


def test_microphones_of_the_same_name_are_told_apart() -> None:
    library = FakePortAudio([FakeDevice("USB"), FakeDevice("USB", api=1), FakeDevice("USB")])
    assert [card.id for card in list_cards(library)] == ["ALSA: USB", "JACK: USB", "ALSA: USB #2"]
    assert [card.label for card in list_cards(library)] == ["USB", "USB", "USB #2"]


def test_the_id_stays_when_another_device_is_plugged_in_before_it() -> None:
    before = list_cards(FakePortAudio([FakeDevice("Table")]))[0]
    library = FakePortAudio([FakeDevice("Headset"), FakeDevice("Table")])
    assert find_card(list_cards(library), before.id).index == 1


def test_a_name_over_several_lines_becomes_one() -> None:
    library = FakePortAudio([FakeDevice("Mic\r\n (Realtek)\t HD ")])
    assert list_cards(library)[0].label == "Mic (Realtek) HD"


def test_a_machine_without_a_default_still_lists_its_microphones() -> None:
    library = FakePortAudio([FakeDevice("Table")], default=7)
    assert [card.is_default for card in list_cards(library)] == [False]


def test_a_microphone_that_is_not_there() -> None:
    with pytest.raises(AudioError, match=r"ALSA: Table is not there.*captioner devices") as caught:
        find_card([], "ALSA: Table")
    assert caught.value.code == "no_device"


def test_a_device_opens_at_its_own_rate_and_width() -> None:
    assert opened(FakeDevice("Table", rate=44_100)).asked == [(44_100, 1)]
    assert opened(FakeDevice("Table", channels=2)).asked == [(48_000, 2)]


def test_of_32_inputs_two_are_opened() -> None:
    assert opened(FakeDevice("pulse", channels=32)).asked == [(48_000, 2)]


def test_a_device_that_lies_about_its_rate_gets_another() -> None:
    library = opened(FakeDevice("Table", rate=44_100, rates=[16_000]))
    assert library.asked == [(44_100, 1), (48_000, 1), (16_000, 1)]
    assert library.streams[0].is_running


def test_a_rate_that_cannot_be_brought_to_16_khz_is_not_asked_for() -> None:
    assert opened(FakeDevice("Studio", rate=384_000)).asked == [(48_000, 1)]


def test_a_device_that_refuses_is_told_in_a_sentence() -> None:
    library = FakePortAudio([FakeDevice("Table", refuses="Device unavailable\nPaErrorCode -9985")])
    with pytest.raises(AudioError) as caught:
        start_stream(library, list_cards(library)[0], HOOKS)
    assert caught.value.code == "device_failed"
    assert caught.value.message == (
        "The microphone Table does not open (Device unavailable): plug it in again, or close the"
        " program that uses it."
    )


def test_looking_again_finds_what_was_plugged_in() -> None:
    library = FakePortAudio([])
    look_again(library)
    assert library.looks == 1


def test_a_machine_without_portaudio_is_told_what_to_install() -> None:
    assert "sudo apt install libportaudio2" in how_to_get_portaudio("linux")
    for platform in ("darwin", "win32"):
        assert "pip install --force-reinstall sounddevice" in how_to_get_portaudio(platform)


def test_a_library_that_does_not_start_is_an_error_of_ours() -> None:
    def fails(_: str) -> object:
        raise OSError("PortAudio library not found")

    with pytest.raises(AudioError, match="PortAudio") as caught:
        load_sounddevice(fails)
    assert caught.value.code == "no_portaudio"


def test_importing_our_modules_does_not_start_portaudio() -> None:
    script = (
        "import sys; import captioner.audio.sources.device, captioner.commands.devices;"
        "print('sounddevice' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"


JABRA = PulseSource(1, "alsa_input.usb-Jabra", "Jabra", 1, 16_000, False, True)
SPEAKERS = PulseSource(0, "alsa_output.pci.monitor", "Loudspeakers", 2, 48_000, True, False)


def with_server(*labels: str) -> list[DeviceCard]:
    return merge_sources(
        list_cards(FakePortAudio([FakeDevice(label) for label in labels])), [SPEAKERS, JABRA]
    )


def test_on_a_sound_server_microphones_have_the_names_that_people_know() -> None:
    """PortAudio sees only `pulse`: whatever is the default, under one name for all of them."""
    cards = with_server("Jabra: USB Audio (hw:1,0)", "pulse", "default", "sysdefault:CARD=0")
    assert [(card.id, card.label, card.is_monitor, card.is_default) for card in cards] == [
        ("Pulse: alsa_input.usb-Jabra", "Jabra", False, True),
        ("Pulse: alsa_output.pci.monitor", "Loudspeakers", True, False),
    ]
    assert {card.index for card in cards} == {1}, "both are reached by way of `pulse`"


def test_names_that_somebody_gave_to_alsa_stay() -> None:
    assert [card.label for card in with_server("table_mic_1", "pulse")][2:] == ["table_mic_1"]


def test_a_server_that_portaudio_cannot_reach_changes_nothing() -> None:
    assert [card.label for card in with_server("Jabra: USB Audio (hw:1,0)")] == [
        "Jabra: USB Audio (hw:1,0)"
    ]
    cards = list_cards(FakePortAudio([FakeDevice("pulse")]))
    assert merge_sources(cards, None) == cards


def test_the_server_is_told_which_microphone_is_meant_and_the_next_program_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str | None] = []

    class Asking(FakePortAudio):
        def InputStream(self, **options: object) -> object:  # type: ignore[override]  # noqa: N802
            asked.append(os.environ.get("PULSE_SOURCE"))
            return super().InputStream(**options)  # type: ignore[arg-type]

    library = Asking([FakeDevice("pulse", channels=32)])
    monkeypatch.delenv("PULSE_SOURCE", raising=False)
    start_stream(library, merge_sources(list_cards(library), [JABRA])[0], HOOKS)
    assert (asked, os.environ.get("PULSE_SOURCE")) == (["alsa_input.usb-Jabra"], None)
    monkeypatch.setenv("PULSE_SOURCE", "mine")
    start_stream(library, merge_sources(list_cards(library), [JABRA])[0], HOOKS)
    assert os.environ["PULSE_SOURCE"] == "mine"
    assert library.asked == [(16_000, 1), (16_000, 1)], "at its own rate and width"


@pytest.mark.parametrize(
    "name", ["BlackHole 2ch", "Speakers (Realtek(R) Audio) [Loopback]", "Stereo Mix (Realtek)"]
)
def test_what_the_computer_plays_is_known_by_the_names_that_it_has_elsewhere(name: str) -> None:
    devices = [FakeDevice(name, channels=2, api=1), FakeDevice("Mixer", channels=2, api=1)]
    loopback, mixer = list_cards(FakePortAudio(devices))
    assert (loopback.is_monitor, loopback.inputs) == (True, 1)
    assert (mixer.is_monitor, mixer.inputs) == (False, 2)
