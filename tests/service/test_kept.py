from pathlib import Path

import pytest

from captioner.captions.meeting import Meeting
from captioner.captions.recovery import Past, break_off
from captioner.captions.timeline import Entry
from captioner.domain import ChannelId, Muting
from captioner.errors import MeetingError
from captioner.service.kept import KeptMeeting
from captioner.store.rows import Setup
from tests.fakes.fake_clock import FakeClock
from tests.fakes.sample_meeting import said, started


def broken(clock: FakeClock, folder: Path | None) -> tuple[KeptMeeting, Meeting, list[Entry]]:
    meeting, seen = started(), list[Entry]()
    meeting.revise(said("We have it"), 2.0)
    break_off(meeting, [], 9.0)
    return KeptMeeting(Past(meeting, 1, 9.0), Setup({}), clock, seen.append, folder), meeting, seen


async def test_its_clock_goes_on_until_it_is_over(clock: FakeClock, tmp_path: Path) -> None:
    kept, _, _ = broken(clock, tmp_path)
    clock.advance(5.0)
    assert kept.now_s == pytest.approx(14.0)
    assert kept.past().at_s == pytest.approx(14.0)
    await kept.end()
    clock.advance(5.0)
    assert kept.now_s == 9.0


async def test_it_hears_nothing_and_can_be_read(clock: FakeClock) -> None:
    kept, _, _ = broken(clock, None)
    assert (kept.levels(), kept.sources(), kept.load().queue) == ([], {}, 0)
    with pytest.raises(MeetingError, match="Anna"):
        kept.mute_channel(ChannelId(1), Muting.MUTED)


async def test_what_is_done_to_it_is_written_down_before_readers_are_woken(
    clock: FakeClock, tmp_path: Path
) -> None:
    kept, meeting, seen = broken(clock, tmp_path)
    with kept.feed.subscribe() as subscription:
        entry = kept.publish(lambda at: meeting.rename(ChannelId(1), "Ada", at))
        await subscription.wait(5)
    assert seen == [entry]


async def test_it_ends_once_and_its_transcript_follows_every_change(
    clock: FakeClock, tmp_path: Path
) -> None:
    kept, meeting, seen = broken(clock, tmp_path)
    kept.rewrite_transcript()
    assert not (tmp_path / "transcript.txt").exists()  # not before it has ended
    await kept.end()
    await kept.end()
    assert [entry.line for entry in seen if '"ended"' in entry.line] == [seen[-1].line]
    utterance = meeting.timeline.captions()[0].utterance
    kept.publish(lambda at: meeting.edit(utterance, "By hand", at))
    kept.rewrite_transcript()
    assert "By hand" in (tmp_path / "transcript.txt").read_text()
