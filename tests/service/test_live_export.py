import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from captioner.domain import Keeping, UtteranceId
from captioner.errors import SettingsError, StoreError
from captioner.service.live_export import NOWHERE, LiveExport, LiveExportOptions
from tests.fakes.caption_input import caption_input
from tests.fakes.open_house import House, open_house

NOW = datetime(2025, 3, 4, 9, 0, tzinfo=UTC)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path / "data") as house:
        yield house


async def test_other_programs_get_every_final_and_every_correction(
    house: House, tmp_path: Path
) -> None:
    text = tmp_path / "captions.txt"
    text.write_text("[00:00:09] of the meeting before\n")
    with caption_input() as hook, caption_input() as zoom, caption_input() as youtube:
        options = LiveExportOptions(text, hook.url, zoom.url, youtube.url)
        export = LiveExport(options, lambda: NOW)
        house.meetings.on_started = export.follow
        running = await house.begin()
        house.source(1).say("one two three")
        house.source(1).be_silent()
        await house.heard(running)
        (caption,) = running.meeting.timeline.captions()
        running.publish(lambda at: running.meeting.edit(UtteranceId(caption.utterance), "123", at))
        await running.end()
        await export.close()
        bodies = [json.loads(body) for _, body in hook.came]
        sent = [body for _, body in zoom.came if body != "GET"]
        assert len(youtube.came) == 1
    assert text.read_text(encoding="utf-8").splitlines() == [
        "[00:00:09] of the meeting before",
        "[00:00:00] Anna: one two three",
        "[00:00:00] Anna (corrected): 123",
    ]
    assert [(body["sequence"], body["state"], body["text"]) for body in bodies] in (
        [(1, "final", "one two three"), (2, "edited", "123")],
        [(1, "edited", "123")],  # it was quicker than the thread
    )
    assert sent in (["Anna: one two three\n"], ["Anna: 123\n"])


async def test_unless_the_host_says_so_nobody_is_sent_anything(house: House) -> None:
    export = LiveExport(NOWHERE)
    running = await house.begin()
    export.follow(running)
    assert export.pushers == []
    assert export.file is None
    await export.close()


def test_what_cannot_work_is_said_before_anybody_speaks(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="begins with http"):
        LiveExport(LiveExportOptions(zoom="wmcc.example/cc"))
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError):
        LiveExport(LiveExportOptions(text=tmp_path / "file" / "captions.txt"))


async def test_of_a_meeting_that_is_not_kept_no_file_gets_a_word(
    house: House, tmp_path: Path
) -> None:
    text = tmp_path / "captions.txt"
    export = LiveExport(LiveExportOptions(text))
    running = await house.begin()
    running.meeting.spec = replace(running.meeting.spec, keeping=Keeping.CAPTIONS)
    export.follow(running)
    house.source(1).say("one two three")
    house.source(1).be_silent()
    await house.heard(running)
    await running.end()
    await export.close()
    assert running.meeting.timeline.captions()
    assert text.read_text(encoding="utf-8") == ""
