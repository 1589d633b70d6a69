"""What a host does with a meeting as a whole while it runs: private, topics, who sits where.

Each is a command on a meeting: it takes `at`, the second on its clock, and returns what came of it.
"""

from dataclasses import replace

from captioner.captions.cards import changed
from captioner.captions.events import PaceChanged, TopicMarked
from captioner.captions.meeting import GOING_ON, LONGEST_TITLE, Meeting
from captioner.captions.roster import ChannelEntry, visible_line
from captioner.captions.timeline import Entry
from captioner.domain import MeetingState, TopicId
from captioner.errors import MeetingError


def make_private(meeting: Meeting, at: float) -> Entry:
    """Nothing is heard from now on, and everybody is told so in neutral words."""
    return meeting.turn(
        MeetingState.PRIVATE, at, [each for each in GOING_ON if each is not MeetingState.PRIVATE]
    )


def end_private(meeting: Meeting, at: float, back_to: MeetingState) -> Entry:
    """The room is heard again, or paused as it was before."""
    return meeting.turn(back_to, at, (MeetingState.PRIVATE,))


def mark_topic(meeting: Meeting, text: str, at: float) -> Entry:
    """The meeting turns to something else."""
    title = _title(text)
    if not title:
        raise MeetingError("bad_meeting", "A topic needs a text.")
    _require_going(meeting)
    topic = TopicId(f"{meeting.spec.epoch}.t{meeting.timeline.seq + 1}")
    return meeting.note(
        lambda seq, now: TopicMarked(seq=seq, at=now, topic=topic, text=title, start=now), at
    )


def change_topic(meeting: Meeting, topic: TopicId, text: str, at: float) -> Entry:
    """A topic has another text; an empty one takes it away. Its moment stays."""
    known = meeting.timeline.topic(topic)
    if known is None or not known.text:
        raise MeetingError("wrong_state", "This topic is not in the meeting, or not any more.")
    title = _title(text)
    return meeting.note(lambda seq, now: replace(known, seq=seq, at=now, text=title), at)


def tell_channel(meeting: Meeting, entry: ChannelEntry, change: str, at: float) -> Entry:
    """Everybody is told what a channel has become."""
    return meeting.note(lambda seq, now: changed(entry, change, seq, now), at)


def tell_pace(meeting: Meeting, *, is_fast: bool, at: float) -> Entry:
    """People speak faster than can be read, or not any more."""
    state = "fast" if is_fast else "well"
    return meeting.note(lambda seq, now: PaceChanged(seq=seq, at=now, state=state), at)


def _title(text: str) -> str:
    title = visible_line(text)
    if len(title) > LONGEST_TITLE:
        raise MeetingError("bad_meeting", f"A topic has at most {LONGEST_TITLE} characters.")
    return title


def _require_going(meeting: Meeting) -> None:
    if meeting.state is MeetingState.ENDED:
        raise MeetingError("wrong_state", "The meeting has ended; this is not possible.")
