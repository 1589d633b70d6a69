"""The sound server is asked, and nobody waits for it for ever."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from captioner.audio.sources.pactl import ask, list_sources
from tests.fakes.fake_pactl import FakePactl

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="PulseAudio is not on Windows")


@pytest.fixture
def pactl(tmp_path: Path) -> Iterator[FakePactl]:
    pactl = FakePactl(tmp_path)
    yield pactl
    pactl.close()


async def test_the_sources_of_the_server_are_listed_with_its_default(pactl: FakePactl) -> None:
    pactl.set_sources("headset", "speakers.monitor", default="headset")
    found = await list_sources(pactl.program) or []
    assert [(each.name, each.is_monitor, each.is_default) for each in found] == [
        ("headset", False, True),
        ("speakers.monitor", True, False),
    ]


async def test_without_a_server_there_is_nothing_to_list(pactl: FakePactl) -> None:
    assert await list_sources("no-such-pactl") is None
    pactl.switch("gone")
    assert await list_sources(pactl.program) is None


async def test_a_server_that_hangs_is_given_up(pactl: FakePactl) -> None:
    pactl.switch("slow", "3")  # more than the two seconds that an answer may take
    assert await ask(pactl.program, "-f", "json", "info") is None
