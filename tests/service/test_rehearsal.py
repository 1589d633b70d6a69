import asyncio

import numpy as np
import pytest

from captioner.audio.frame import SAMPLE_RATE
from captioner.audio.soundcheck import Likeness
from captioner.errors import AudioError
from captioner.service.rehearsal import Rehearsal
from tests.fakes.fake_devices import FakeDevices


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_the_level_of_who_speaks_moves_and_no_other() -> None:
    devices = FakeDevices(["mic-1", "mic-2"])
    rehearsal = Rehearsal(devices.sources, devices.source)
    rehearsal.start()
    devices.sources["mic-2"].say("one two")
    await settle()
    quiet, loud = rehearsal.levels()
    assert (quiet.device, quiet.rms_db) == ("mic-1", -100.0)
    assert (loud.device, loud.problem) == ("mic-2", "")
    assert loud.rms_db > -20
    await rehearsal.stop()
    assert [source.is_open for source in devices.sources.values()] == [False, False]
    assert rehearsal.is_over
    await rehearsal.stop()


async def test_a_microphone_that_does_not_open_says_why_and_the_others_go_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    devices = FakeDevices()
    devices.breaks("mic-1")
    devices.breaks("mic-2", OSError("driver"))
    rehearsal = Rehearsal([*devices.sources, "mic-9"], devices.source)
    rehearsal.start()
    devices.sources["mic-3"].say("one")
    await settle()
    broken, thrown, fine, unknown = rehearsal.levels()
    assert "does not open" in broken.problem
    assert "cannot be tried out" in thrown.problem
    assert fine.rms_db > -20
    assert "no microphone mic-9" in unknown.problem
    assert "mic-2 cannot be tried out" in caplog.text
    await rehearsal.stop()


async def test_one_that_is_pulled_out_says_so() -> None:
    devices = FakeDevices(["mic-1"])
    rehearsal = Rehearsal(devices.sources, devices.source)
    rehearsal.start()
    devices.sources["mic-1"].vanish(AudioError("device_lost", "It was unplugged."))
    await settle()
    assert rehearsal.levels()[0].problem == "It was unplugged."
    await rehearsal.stop()


async def test_what_the_last_seconds_say_comes_with_the_level() -> None:
    devices = FakeDevices(["mic-1", "mic-2", "mic-3"])
    devices.switched_off = {"mic-3"}
    rehearsal = Rehearsal(devices.sources, devices.source, devices.muted)
    rehearsal.start()
    same = np.random.default_rng(1).standard_normal(2 * SAMPLE_RATE).astype(np.float32) * 0.01
    for name in ("mic-1", "mic-2"):
        devices.sources[name].play(same)
    await settle()
    await rehearsal.look()
    first, _, third = rehearsal.levels()
    assert first.heard is not None
    assert first.heard.floor_db == pytest.approx(-40, abs=2)
    assert (first.is_muted, third.is_muted, third.heard) == (False, True, None)
    (pair,) = rehearsal.pairs
    assert (pair.one, pair.other, pair.likeness) == ("mic-1", "mic-2", Likeness.SAME)
    await rehearsal.stop()


async def test_microphones_that_cannot_be_compared_still_show_their_levels(
    caplog: pytest.LogCaptureFixture,
) -> None:
    devices, looked = FakeDevices(["mic-1"]), asyncio.Event()

    async def muted() -> frozenset[str]:
        looked.set()
        raise OSError("gone")

    async def pause(_: float) -> None:
        if looked.is_set():
            await asyncio.Event().wait()

    rehearsal = Rehearsal(devices.sources, devices.source, muted, pause)
    rehearsal.start()
    devices.sources["mic-1"].say("one")
    await settle()
    assert rehearsal.levels()[0].rms_db > -20
    assert "could not be compared" in caplog.text
    await rehearsal.stop()
