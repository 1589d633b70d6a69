import asyncio

import numpy as np
import pytest

from captioner.audio.sources.device import SoundSystem
from captioner.audio.sources.pulse import PulseWatch
from captioner.clock import SimulatedClock
from captioner.errors import AudioError
from captioner.server.desk import DeviceOffer
from captioner.service.microphones import Devices, Microphones
from captioner.settings import Settings
from tests.fakes.fake_portaudio import FakeDevice, FakePortAudio


def microphones(library: FakePortAudio) -> Microphones:
    system = SoundSystem(library, PulseWatch("no-such-pactl"), SimulatedClock())
    return Microphones(Settings(), system)


async def test_what_the_sound_system_finds_is_offered() -> None:
    library = FakePortAudio(
        [FakeDevice("Table mic", channels=2, rate=44_100.0), FakeDevice("Clip")]
    )
    devices: Devices = microphones(library)
    table, clip = await devices.offers()
    assert table == DeviceOffer(
        id=table.id, label="Table mic", channels=2, rate=44_100, default=True
    )
    assert (clip.label, clip.default) == ("Clip", False)
    assert table.id != clip.id


async def test_a_device_with_several_inputs_offers_each_besides_the_whole() -> None:
    (mixer,) = await microphones(FakePortAudio([FakeDevice("Mixer", channels=2, api=1)])).offers()
    assert mixer.inputs == ("JACK: Mixer / input 1", "JACK: Mixer / input 2")


async def test_an_offer_can_be_listened_to_by_its_id() -> None:
    sound = np.full(48_000, 0.25, np.float32)
    devices = microphones(FakePortAudio([FakeDevice("Table mic", plays=sound)]))
    (offer,) = await devices.offers()
    source = devices.source(offer.id)
    assert source.label == "Table mic"
    await source.open()
    blocks = source.blocks()
    block = await anext(blocks)
    assert block.dtype == np.float32
    assert len(block)
    await source.close()
    async with asyncio.timeout(5):
        async for _ in blocks:  # it ends
            pass


async def test_a_device_that_has_gone_is_told_when_it_is_opened() -> None:
    devices = microphones(FakePortAudio([FakeDevice("Table mic")]))
    source = devices.source("ALSA: Another mic")
    with pytest.raises(AudioError) as refused:
        await source.open()
    assert refused.value.code == "no_device"
    await source.close()


async def test_a_missing_library_is_an_error_that_says_what_to_install() -> None:
    def nothing() -> object:
        raise AudioError("no_portaudio", "Install libportaudio2.")

    system = SoundSystem(nothing, PulseWatch("no-such-pactl"), SimulatedClock())
    with pytest.raises(AudioError) as refused:
        await Microphones(Settings(), system).offers()
    assert refused.value.code == "no_portaudio"
