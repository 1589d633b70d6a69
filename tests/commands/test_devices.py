"""`captioner devices` shows every microphone, whatever is wrong with one of them."""

import asyncio
import io

import numpy as np
import numpy.typing as npt
import pytest

from captioner.audio.level import SILENCE, Level
from captioner.audio.sources.device import SoundSystem
from captioner.audio.sources.portaudio import DeviceCard
from captioner.audio.sources.pulse import PulseWatch
from captioner.commands.devices import render_bar, render_rows, run_devices
from captioner.errors import AudioError
from captioner.settings import Settings
from tests.fakes.fake_portaudio import FakeDevice, FakePortAudio


class FakeTerminal(io.StringIO):
    """A screen that can be drawn on again."""

    def isatty(self) -> bool:
        return True


class OldTerminal(io.TextIOWrapper):
    """Speaks a code page from before Unicode."""

    def __init__(self) -> None:
        self.bytes = io.BytesIO()
        super().__init__(self.bytes, encoding="cp1252", write_through=True)


def tone(rms_db: float, seconds: float = 0.5) -> npt.NDArray[np.float32]:
    wave = np.sin(2 * np.pi * 440 * np.arange(int(48_000 * seconds)) / 48_000)
    return np.asarray(wave * np.sqrt(2) * 10 ** (rms_db / 20), np.float32)


async def shown(
    library: FakePortAudio, out: io.TextIOBase | None = None, seconds: float = 0.0
) -> tuple[int, list[str]]:
    out = out or io.StringIO()
    system = SoundSystem(library, PulseWatch("no-such-pactl"))
    code = await run_devices(Settings(), seconds, out, system)  # type: ignore[arg-type]
    text = out.getvalue() if isinstance(out, io.StringIO) else ""
    return code, text.splitlines()


async def test_each_microphone_has_a_line_with_its_level() -> None:
    library = FakePortAudio(
        [
            FakeDevice("Table mic 1", plays=tone(-32)),
            FakeDevice("Headset", channels=2, rate=44_100, plays=tone(-10)),
            FakeDevice("Muted", plays=np.zeros(48_000, np.float32)),
        ],
        default=1,
    )
    code, lines = await shown(library)
    assert code == 0
    assert lines == [
        "  1  Table mic 1   ▮▮▮▮▯▯▯▯   −32 dB   48 kHz, 1 channel",
        "  2  Headset       ▮▮▮▮▮▮▮▯   −10 dB   44.1 kHz, 2 channels, default",
        "  3  Muted         ▯▯▯▯▯▯▯▯   silent   48 kHz, 1 channel",
    ]


async def test_a_word_counts_even_when_it_is_over() -> None:
    sound = np.concatenate((tone(-20), np.zeros(48_000, np.float32)))
    _, lines = await shown(FakePortAudio([FakeDevice("Table", plays=sound)]))
    assert "−20 dB" in lines[0]


async def test_a_microphone_that_does_not_open_says_so_in_its_line_and_the_others_go_on() -> None:
    library = FakePortAudio(
        [FakeDevice("Table", plays=tone(-30)), FakeDevice("Busy", refuses="Device unavailable")]
    )
    code, lines = await shown(library)
    assert code == 0
    assert "−30 dB" in lines[0]
    assert lines[1] == (
        "  2  Busy    The microphone Busy does not open (Device unavailable): plug it in again,"
        " or close the program that uses it."
    )


async def test_when_none_opens_the_exit_code_says_so() -> None:
    code, lines = await shown(FakePortAudio([FakeDevice("Busy", refuses="Device unavailable")]))
    assert code == 1
    assert len(lines) == 1


async def test_no_microphone_at_all() -> None:
    code, lines = await shown(FakePortAudio([]))
    assert code == 1
    assert lines == ["No microphone is there: plug one in, and run `captioner devices` again."]


async def test_no_portaudio() -> None:
    def missing() -> object:
        raise AudioError("no_portaudio", "The PortAudio library is missing: install it.")

    out = io.StringIO()
    assert await run_devices(Settings(), None, out, SoundSystem(missing)) == 1
    assert out.getvalue() == "The PortAudio library is missing: install it.\n"


async def test_on_a_terminal_the_lines_are_drawn_again_in_their_place() -> None:
    library = FakePortAudio([FakeDevice("Table", plays=tone(-30)), FakeDevice("Headset")])
    terminal = FakeTerminal()
    code, _ = await shown(library, terminal, seconds=0.5)
    assert code == 0
    first, *others = terminal.getvalue().split("\x1b[2F\x1b[J")
    assert len(others) >= 1
    assert all(drawing.count("\n") == 2 for drawing in (first, *others))
    assert "−30 dB" in others[-1]
    assert "Headset   no sound yet" in others[-1]


async def test_on_a_terminal_it_goes_on_until_it_is_cancelled_and_closes_all() -> None:
    library = FakePortAudio([FakeDevice("Table", plays=tone(-30))])
    system = SoundSystem(library, PulseWatch("no-such-pactl"))
    showing = asyncio.create_task(run_devices(Settings(), None, FakeTerminal(), system))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(asyncio.shield(showing), 0.3)
    showing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await showing
    assert all(stream.is_closed for stream in library.streams)


async def test_an_old_terminal_gets_plain_bars() -> None:
    terminal = OldTerminal()
    await shown(FakePortAudio([FakeDevice("Table", plays=tone(-30))]), terminal)
    assert b"1  Table   ####....   -30 dB   48 kHz" in terminal.bytes.getvalue()


@pytest.mark.parametrize(
    ("rms_db", "filled"), [(0, 8), (-3, 8), (-32, 4), (-57, 0), (-60, 0), (-100, 0)]
)
def test_the_bar_grows_with_the_level(rms_db: float, filled: int) -> None:
    bar = render_bar(Level(rms_db, rms_db, is_clipping=False))
    assert bar == "▮" * filled + "▯" * (8 - filled)


def test_a_device_without_any_sound_yet_is_not_called_silent() -> None:
    card = DeviceCard("ALSA: Table", "Table", 1, 48_000, False, 0)
    assert render_rows([(card, SILENCE, "no sound yet")]) == ["  1  Table   no sound yet"]
