"""A device with several inputs is several microphones, and is opened once."""

import asyncio

import numpy as np
import pytest

from captioner.audio.sources.device import DeviceSource, SoundSystem
from captioner.audio.sources.inputs import SplitStream, input_id, is_heard_twice, split_input
from captioner.audio.sources.portaudio import list_cards
from captioner.audio.sources.pulse import PulseWatch
from captioner.clock import SimulatedClock
from captioner.errors import AudioError
from captioner.settings import Settings
from tests.fakes.fake_portaudio import FakeDevice, FakePortAudio

MIXER = "JACK: Mixer"


def test_an_input_has_an_id_of_its_own() -> None:
    assert split_input(input_id(MIXER, 3)) == (MIXER, 3)
    assert split_input(MIXER) == (MIXER, None)
    assert split_input("ALSA: Mic / input 0") == ("ALSA: Mic / input 0", None)


def test_a_microphone_is_not_heard_by_itself_and_in_the_mix() -> None:
    one, two = input_id(MIXER, 1), input_id(MIXER, 2)
    assert not is_heard_twice([one, two, "ALSA: Table"])
    assert is_heard_twice([one, MIXER])
    assert is_heard_twice([one, one])
    assert is_heard_twice([MIXER, MIXER])


def test_each_input_gets_its_own_sound_until_it_is_removed() -> None:
    split, got = SplitStream(), {1: 0.0, 2: 0.0}

    def hooks(number: int) -> dict[str, object]:
        def take(block: np.ndarray, *_: object) -> None:
            got[number] = float(block.mean())

        return {"callback": take, "finished_callback": lambda: None}

    one, two = hooks(1), hooks(2)
    split.add(1, one)  # type: ignore[arg-type]
    split.add(2, two)  # type: ignore[arg-type]
    block = np.repeat(np.array([[0.25, 0.5]], np.float32), 10, axis=0)
    split.accept_sound(block, 10, None, None)
    assert got == {1: 0.25, 2: 0.5}
    split.remove(two)  # type: ignore[arg-type]
    split.accept_sound(block * 0, 10, None, None)
    assert got == {1: 0.0, 2: 0.5}
    assert not split.is_idle


class Mixer:
    """An interface of four inputs, two of which are listened to."""

    def __init__(self) -> None:
        self.library = FakePortAudio([FakeDevice("Mixer", channels=4, rate=16_000, api=1)])
        self.system = SoundSystem(self.library, PulseWatch("no-such-pactl"), SimulatedClock())
        self.sources = [self.source(1), self.source(4)]

    def source(self, number: int) -> DeviceSource:
        return self.system.device(input_id(MIXER, number), Settings())

    async def open(self) -> None:
        await asyncio.gather(*(source.open() for source in self.sources))

    async def close(self) -> None:
        await asyncio.gather(*(source.close() for source in self.sources))


async def test_two_inputs_are_two_microphones_of_one_stream() -> None:
    mixer = Mixer()
    await mixer.system.devices()
    await mixer.open()
    assert mixer.library.asked == [(16_000, 4)]
    assert [source.label for source in mixer.sources] == ["Mixer, input 1", "Mixer, input 4"]
    sound = np.tile(np.array([0.1, 0.2, 0.3, 0.4], np.float32), (16_000, 1))
    await asyncio.to_thread(mixer.library.streams[0].feed, sound)
    for source, level in zip(mixer.sources, (0.1, 0.4), strict=True):
        blocks = source.blocks()
        for _ in range(5):
            block = await anext(blocks)
        assert block[-1] == pytest.approx(level, abs=0.01)
        await blocks.aclose()  # type: ignore[attr-defined]
    await mixer.sources[0].close()
    assert not mixer.library.streams[0].is_closed, "the other one goes on"
    await mixer.sources[1].close()
    assert mixer.library.streams[0].is_closed


async def test_a_device_that_was_lost_is_opened_anew_for_all_its_inputs() -> None:
    """Whoever comes back first must not be given the dead stream of who has not left yet."""
    mixer = Mixer()
    await mixer.open()
    await asyncio.to_thread(mixer.library.streams[0].finish)
    for source in mixer.sources:
        with pytest.raises(AudioError):
            async for _ in source.blocks():
                pass
    await mixer.sources[0].close()
    await mixer.sources[0].open()
    await mixer.sources[1].close()
    await mixer.sources[1].open()
    assert len(mixer.library.streams) == 2
    assert mixer.library.streams[0].is_closed
    assert mixer.library.streams[1].is_running
    await mixer.close()
    assert mixer.library.streams[1].is_closed


async def test_an_input_that_the_device_does_not_have_is_told() -> None:
    mixer = Mixer()
    with pytest.raises(AudioError) as caught:
        await mixer.source(5).open()
    assert caught.value.code == "no_device"
    with pytest.raises(AudioError):
        await mixer.source(5).open()


def test_the_many_inputs_of_alsas_plugins_are_nobodys() -> None:
    devices = [
        FakeDevice("table_mic", channels=32),
        FakeDevice("Scarlett: USB Audio (hw:1,0)", channels=18),
        FakeDevice("Headset", channels=1, api=1),
    ]
    assert [card.inputs for card in list_cards(FakePortAudio(devices))] == [1, 18, 1]
