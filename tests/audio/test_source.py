"""Every source keeps the one protocol: the real microphone, and what stands in for it."""

import inspect

import pytest

from captioner.audio.source import AudioSource, NumberedSource, TimedSource
from captioner.audio.sources.device import DeviceSource, SoundSystem
from captioner.settings import Settings
from tests.fakes.fake_devices import ScriptedSource


@pytest.mark.parametrize("kind", [DeviceSource, ScriptedSource])
def test_a_source_has_all_that_is_promised_and_of_the_same_kind(kind: type) -> None:
    assert inspect.isdatadescriptor(vars(kind)["label"])
    for name in ("open", "close"):
        assert inspect.iscoroutinefunction(getattr(kind, name))
        assert inspect.signature(getattr(kind, name)) == inspect.signature(
            getattr(AudioSource, name)
        )
    assert inspect.isasyncgenfunction(kind.blocks)  # type: ignore[attr-defined]


async def test_a_source_can_be_closed_twice_and_says_what_became_of_it() -> None:
    source: AudioSource = ScriptedSource("Table mic")
    await source.open()
    await source.close()
    await source.close()
    assert source.label == "Table mic"


def test_a_microphone_has_a_clock_of_its_own_and_what_is_scripted_has_not() -> None:
    device = SoundSystem().device("ALSA: Table", Settings())
    assert isinstance(device, TimedSource)
    assert not isinstance(device, NumberedSource)
    assert not isinstance(ScriptedSource("Table mic"), TimedSource)
