"""A microphone is followed until it is lost, and then it says so."""

import asyncio
import sys
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from captioner.audio.frame import SAMPLE_RATE, Samples
from captioner.audio.sources.device import DeviceSource, SoundSystem
from captioner.audio.sources.pulse import PulseWatch
from captioner.clock import SimulatedClock
from captioner.errors import AudioError
from captioner.settings import Settings
from tests.fakes.fake_pactl import PROCESS_ID, FakePactl
from tests.fakes.fake_portaudio import FakeDevice, FakePortAudio, FakeStream

NO_PULSE = PulseWatch("no-such-pactl")


def tone(seconds: float, rate: int = 48_000, channels: int = 1) -> npt.NDArray[np.float32]:
    wave = 0.5 * np.sin(2 * np.pi * 440 * np.arange(int(rate * seconds)) / rate)
    return np.repeat(wave[:, None], channels, axis=1).astype(np.float32)


def strength(sound: Samples, frequency: float = 440) -> float:
    t = np.arange(len(sound)) / SAMPLE_RATE
    return float(2 * np.abs(np.mean(sound * np.exp(-2j * np.pi * frequency * t))))


class Heard:
    """Takes a source's blocks in the background."""

    def __init__(self, source: DeviceSource) -> None:
        self.samples: Samples = np.zeros(0, np.float32)
        self.error: AudioError | None = None
        self._source = source
        self.task = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        try:
            async for block in self._source.blocks():
                self.samples = np.concatenate((self.samples, block))
        except AudioError as error:
            self.error = error

    async def seconds(self, wanted: float) -> None:
        """Return when this much has been heard."""
        async with asyncio.timeout(5):
            while len(self.samples) < wanted * SAMPLE_RATE:  # noqa: ASYNC110
                await asyncio.sleep(0.001)

    async def loss(self) -> AudioError:
        async with asyncio.timeout(5):
            await self.task
        assert self.error is not None
        return self.error


class Desk:
    """One microphone on the table, with all that belongs to it."""

    def __init__(self, device: FakeDevice | None = None, pulse: PulseWatch = NO_PULSE) -> None:
        self.library = FakePortAudio([device or FakeDevice("Table")])
        self.clock = SimulatedClock()
        self.system = SoundSystem(self.library, pulse, self.clock)
        self.source = self.system.device("ALSA: " + self.library.devices[0].name, Settings())

    @property
    def stream(self) -> FakeStream:
        return self.library.streams[-1]

    async def feed(self, samples: npt.NDArray[np.float32]) -> None:
        """From another thread, as PortAudio does."""
        await asyncio.to_thread(self.stream.feed, samples)


async def begin_to_open(desk: Desk) -> tuple[asyncio.Task[None], threading.Event]:
    """Opening, stopped inside PortAudio until the event is set."""
    may_open = desk.library.opening = threading.Event()
    opening = asyncio.create_task(desk.source.open())
    async with asyncio.timeout(5):
        while not desk.library.asked:  # noqa: ASYNC110
            await asyncio.sleep(0.001)
    return opening, may_open


async def open_as_stream(desk: Desk, pactl: FakePactl) -> None:
    """Open it; the sound server calls it stream 5, which hears source 1."""
    opening, may_open = await begin_to_open(desk)
    pactl.set_streams({5: 1})
    may_open.set()
    await opening


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    desk = Desk()
    yield desk
    await desk.source.close()


async def test_a_block_has_its_moment_on_the_devices_thread_less_what_is_held_back(
    desk: Desk,
) -> None:
    """Not that of the loop: blocks may have waited for seconds while another device opened."""
    await desk.source.open()
    heard = 0
    for number in range(1, 33):
        desk.clock.advance_to(number * 0.032)
        await desk.feed(tone(0.032))
    desk.clock.advance_to(60.0)
    blocks = desk.source.blocks()
    while heard < 0.9 * SAMPLE_RATE:
        heard += len(await anext(blocks))
        assert desk.source.arrived_at_s == pytest.approx(heard / SAMPLE_RATE, abs=0.001)


async def test_sound_arrives_at_16_khz_as_it_was(desk: Desk) -> None:
    await desk.source.open()
    heard = Heard(desk.source)
    await desk.feed(tone(1.0))
    await heard.seconds(0.95)
    assert strength(heard.samples[1600:15_000]) == pytest.approx(0.5, abs=0.01)
    assert np.max(np.abs(heard.samples)) < 0.6  # PortAudio uses its blocks again: ours are copies
    await desk.source.close()
    await heard.task
    assert heard.error is None


async def test_two_inputs_become_one() -> None:
    desk = Desk(FakeDevice("Stereo", channels=2, rate=44_100))
    await desk.source.open()
    heard = Heard(desk.source)
    sound = tone(1.0, 44_100, channels=2)
    sound[:, 1] = 0
    await desk.feed(sound)
    await heard.seconds(0.9)
    assert strength(heard.samples[1600:14_000]) == pytest.approx(0.25, abs=0.01)
    await desk.source.close()


async def test_a_device_that_ends_gives_its_last_sound_and_is_lost(desk: Desk) -> None:
    await desk.source.open()
    await desk.feed(tone(0.5))
    heard = Heard(desk.source)
    await asyncio.to_thread(desk.stream.finish)
    error = await heard.loss()
    assert error.code == "device_lost"
    assert error.message == (
        "The microphone Table was unplugged or switched off: plug it in again, or choose another."
    )
    assert len(heard.samples) == 0.5 * SAMPLE_RATE


async def test_a_device_that_goes_quiet_as_a_device_is_lost(desk: Desk) -> None:
    await desk.source.open()
    heard = Heard(desk.source)
    await desk.feed(tone(0.5))
    await heard.seconds(0.4)
    desk.clock.advance_to(1.9)
    await asyncio.sleep(0.3)  # it looks every 0.25 s
    assert heard.error is None
    desk.clock.advance_to(2.1)
    error = await heard.loss()
    assert "Table no longer sends any sound" in error.message
    assert len(heard.samples) == 0.5 * SAMPLE_RATE


async def test_the_first_block_may_come_late(desk: Desk) -> None:
    await desk.source.open()
    heard = Heard(desk.source)
    desk.clock.advance_to(4.9)
    await asyncio.sleep(0.3)
    assert heard.error is None
    desk.clock.advance_to(5.1)
    await heard.loss()


async def test_silence_is_not_a_loss(desk: Desk) -> None:
    await desk.source.open()
    heard = Heard(desk.source)
    for second in range(1, 6):
        desk.clock.advance_to(float(second))
        await desk.feed(np.zeros((4800, 1), np.float32))
        await heard.seconds(0.09 * second - 0.04)
    assert heard.error is None


async def test_a_loop_that_was_away_loses_sound_but_no_time(desk: Desk) -> None:
    await desk.source.open()
    desk.stream.feed(tone(12.0))  # on the loop's own thread: nobody takes it
    await desk.feed(tone(0.032))
    heard = Heard(desk.source)
    await heard.seconds(9.0)
    await desk.feed(tone(0.032))
    await heard.seconds(11.9)
    assert desk.source.dropped_frames == pytest.approx(2.4 * 48_000, abs=3000)
    assert desk.source.lost_s == pytest.approx(2.4, abs=0.07)
    assert not np.any(heard.samples[int(9.7 * SAMPLE_RATE) : int(11.9 * SAMPLE_RATE)])


async def test_closing_twice_is_fine_and_frees_the_device(desk: Desk) -> None:
    await desk.source.open()
    await desk.source.close()
    await desk.source.close()
    assert desk.stream.is_closed
    assert [block async for block in desk.source.blocks()] == []


async def test_sources_open_one_at_a_time() -> None:
    library = FakePortAudio([FakeDevice(f"Mic {number}") for number in range(8)])
    system = SoundSystem(library, NO_PULSE, SimulatedClock())
    sources = [system.device(f"ALSA: Mic {number}", Settings()) for number in range(8)]
    await asyncio.gather(*(source.open() for source in sources))
    assert len(library.streams) == 8
    await asyncio.gather(*(source.close() for source in sources))
    assert all(stream.is_closed for stream in library.streams)


async def test_one_lost_microphone_leaves_the_others_alone() -> None:
    library = FakePortAudio([FakeDevice("One"), FakeDevice("Two")])
    system = SoundSystem(library, NO_PULSE, SimulatedClock())
    sources = [system.device(f"ALSA: {name}", Settings()) for name in ("One", "Two")]
    for source in sources:
        await source.open()
    one, two = (Heard(source) for source in sources)
    await asyncio.to_thread(library.streams[0].finish)
    assert "One" in (await one.loss()).message
    await asyncio.to_thread(library.streams[1].feed, tone(0.5))
    await two.seconds(0.4)
    assert two.error is None
    await asyncio.gather(*(source.close() for source in sources))


async def test_devices_are_looked_for_anew_only_while_none_is_open(desk: Desk) -> None:
    await desk.system.devices()
    assert desk.library.looks == 1
    await desk.source.open()
    assert [card.label for card in await desk.system.devices()] == ["Table"]
    assert desk.library.looks == 1
    await desk.source.close()
    desk.library.devices.append(FakeDevice("New"))
    assert [card.label for card in await desk.system.devices()] == ["Table", "New"]
    assert desk.library.looks == 2


async def test_a_microphone_that_is_not_there_is_told(desk: Desk) -> None:
    with pytest.raises(AudioError) as caught:
        await desk.system.device("ALSA: Gone", Settings()).open()
    assert caught.value.code == "no_device"


async def test_a_microphone_that_refuses_leaves_nothing_behind() -> None:
    desk = Desk(FakeDevice("Table", refuses="Device unavailable"))
    with pytest.raises(AudioError) as caught:
        await desk.source.open()
    assert caught.value.code == "device_failed"
    await desk.source.close()
    await desk.system.devices()
    assert desk.library.looks == 1


async def test_a_machine_without_portaudio_is_told() -> None:
    def missing() -> object:
        raise AudioError("no_portaudio", "The PortAudio library is missing.")

    with pytest.raises(AudioError, match="PortAudio"):
        await SoundSystem(missing, NO_PULSE).devices()


async def test_giving_up_while_a_device_opens_closes_it_again(desk: Desk) -> None:
    opening, may_open = await begin_to_open(desk)
    opening.cancel()
    await asyncio.sleep(0)
    may_open.set()
    with pytest.raises(asyncio.CancelledError):
        await opening
    assert desk.stream.is_closed
    await desk.system.devices()
    assert desk.library.looks == 1


async def test_a_callback_after_the_loop_has_gone_does_no_harm() -> None:
    desk = Desk()
    done = threading.Thread(target=lambda: asyncio.run(desk.source.open()))
    done.start()
    await asyncio.to_thread(done.join)
    desk.stream.feed(tone(0.1))
    desk.stream.finish()


@pytest.mark.skipif(sys.platform == "win32", reason="PulseAudio is not on Windows")
async def test_not_a_block_of_another_microphone_gets_under_this_name(tmp_path: Path) -> None:
    pactl = FakePactl(tmp_path)
    desk = Desk(pulse=PulseWatch(pactl.program, PROCESS_ID))
    await open_as_stream(desk, pactl)
    heard = Heard(desk.source)
    await desk.feed(tone(0.5))
    await heard.seconds(0.4)

    pactl.set_streams({5: 0})
    pactl.emit("change", "source-output", 5)
    await desk.feed(np.ones((4800, 1), np.float32))  # the other microphone's sound
    error = await heard.loss()
    assert "the sound server put another one in its place" in error.message
    assert 0.4 * SAMPLE_RATE <= len(heard.samples) <= 0.5 * SAMPLE_RATE
    assert np.max(np.abs(heard.samples)) < 0.6
    await desk.source.close()
    pactl.close()


@pytest.mark.skipif(sys.platform == "win32", reason="PulseAudio is not on Windows")
async def test_a_watched_microphone_that_is_closed_is_not_called_lost(tmp_path: Path) -> None:
    pactl = FakePactl(tmp_path)
    desk = Desk(pulse=PulseWatch(pactl.program, PROCESS_ID))
    await open_as_stream(desk, pactl)
    heard = Heard(desk.source)
    pactl.switch("slow", "3")
    pactl.emit("change", "source-output", 5)
    await desk.feed(tone(0.5))  # held back, since the server takes its time
    await desk.source.close()
    async with asyncio.timeout(5):
        await heard.task
    assert heard.error is None
    pactl.close()


async def test_a_microphone_that_was_lost_can_be_opened_again(desk: Desk) -> None:
    await desk.source.open()
    heard = Heard(desk.source)
    await asyncio.to_thread(desk.stream.finish)
    await heard.loss()
    await desk.source.close()
    desk.clock.advance_to(100.0)
    await desk.source.open()
    again = Heard(desk.source)
    await desk.feed(tone(0.5))
    await again.seconds(0.4)
    assert again.error is None


async def test_a_microphone_is_looked_for_anew_when_no_other_would_be_disturbed(desk: Desk) -> None:
    """PortAudio lists what was there when it was started, and starting it again ends streams."""
    await desk.source.open()
    await desk.source.close()
    desk.library.devices.insert(0, FakeDevice("Other"))
    looks = desk.library.looks
    other = desk.system.device("ALSA: Other", Settings())
    await desk.source.open()
    assert desk.library.looks == looks + 1
    await other.open()
    await desk.source.close()
    await desk.source.open()
    assert desk.library.looks == looks + 1
    await other.close()


@pytest.mark.skipif(sys.platform == "win32", reason="PulseAudio is not on Windows")
async def test_a_microphone_of_a_sound_server_comes_back_as_itself_or_not_at_all(
    tmp_path: Path,
) -> None:
    """`table_mic` opens whether or not its microphone is there; the server may give another."""
    pactl = FakePactl(tmp_path)
    pactl.set_sources("speakers.monitor", "jabra")
    desk = Desk(pulse=PulseWatch(pactl.program, PROCESS_ID))
    await open_as_stream(desk, pactl)
    await desk.source.close()

    pactl.set_sources("speakers.monitor")
    asked = len(desk.library.asked)
    with pytest.raises(AudioError) as caught:
        await desk.source.open()
    assert caught.value.code == "no_device"
    assert len(desk.library.asked) == asked, "PortAudio complains aloud: it is not even asked"

    pactl.set_sources("speakers.monitor", "jabra")
    pactl.set_streams({})
    desk.library.opening, desk.library.asked = None, []
    opening, may_open = await begin_to_open(desk)
    pactl.set_streams({8: 0})
    may_open.set()
    with pytest.raises(AudioError, match="not what the sound server gives us"):
        await opening
    assert desk.stream.is_closed
    await desk.source.close()
    pactl.close()


@pytest.mark.skipif(sys.platform == "win32", reason="PulseAudio is not on Windows")
async def test_microphones_of_a_sound_server_are_listed_by_their_own_names(tmp_path: Path) -> None:
    pactl = FakePactl(tmp_path)
    pactl.set_sources("speakers.monitor", "jabra", default="jabra")
    desk = Desk(FakeDevice("pulse", channels=32), PulseWatch(pactl.program, PROCESS_ID))
    assert [card.id for card in await desk.system.devices()] == [
        "Pulse: jabra",
        "Pulse: speakers.monitor",
    ]
    assert desk.system.device("Pulse: jabra", Settings()).label == "Jabra"
    pactl.close()
