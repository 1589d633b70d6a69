"""What the endpoints need to conduct a meeting that runs; the composition root provides it."""

from typing import Protocol

from captioner.domain import ChannelId, MeetingId, TopicId
from captioner.server.new_meeting import NewChannel


class Conducting(Protocol):
    """Every command tells everybody what came of it. All raise CaptionerError."""

    def pause(self, meeting: MeetingId, *, is_on: bool) -> None:
        """Caption nothing for now, or go on; what was said before is finished."""

    def make_private(self, meeting: MeetingId, *, is_on: bool) -> None:
        """Decode and keep nothing for now, or go on; what is unfinished is thrown away."""

    def mark_topic(self, meeting: MeetingId, text: str) -> None:
        """The meeting turns to something else."""

    def change_topic(self, meeting: MeetingId, topic: TopicId, text: str) -> None:
        """Call a topic something else; with an empty text it is taken away."""

    def swap(self, meeting: MeetingId, first: ChannelId, second: ChannelId) -> None:
        """Two speakers sit at each other's microphones."""

    async def add_microphone(self, meeting: MeetingId, new: NewChannel) -> None:
        """Listen to one more microphone; the channel that `new` names does not count."""

    async def remove_microphone(self, meeting: MeetingId, channel: ChannelId) -> None:
        """Listen to a microphone no more."""
