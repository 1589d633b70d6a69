"""A real call of two people, each side mixed into the other: who speaks is known from the sides."""

import os
from pathlib import Path

import pytest

pytest.importorskip("pyroomacoustics", reason="needs pyroomacoustics")

from captioner.audio.vad import SileroDetector, SileroModel
from tests.rooms.call import mix_call, read_call
from tests.rooms.listening import listen

VARIABLE = "CAPTIONER_TEST_CALL"
FOLDER = os.environ.get(VARIABLE, "")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not FOLDER,
        reason=f"needs a recorded call: {VARIABLE}=FOLDER with *_agent.wav and *_caller.wav",
    ),
]


@pytest.mark.parametrize("level_db", [-6, -10, -15])
@pytest.mark.parametrize("gain_db", [0, 10])
def test_two_people_on_a_call_stay_apart(level_db: int, gain_db: int) -> None:
    silero = SileroModel()
    silero.load()
    microphones, truth = mix_call(read_call(Path(FOLDER)), level_db, gain_db=gain_db)
    figures = listen(microphones, lambda _: SileroDetector(silero)).count(truth)
    assert figures.leaked < 0.1 * figures.others
    assert figures.worst_lost < 0.15
