"""What a host does with what is kept: correct a caption, delete it, let a meeting go on."""

import asyncio
from contextlib import nullcontext
from typing import Protocol

from captioner.captions.events import CaptionRevised, MessageTyped
from captioner.captions.timeline import Entry
from captioner.domain import (
    ChannelId,
    Keeping,
    MeetingId,
    MessageId,
    MessageState,
    UtteranceId,
    UtteranceState,
)
from captioner.errors import CaptionerError, StoreError
from captioner.server.desk import Deletion, KeptCard, MeetingHandle
from captioner.service.kept import Held
from captioner.service.records import Records
from captioner.settings import Settings


class Holder(Protocol):
    """Who has the meetings."""

    records: Records | None

    @property
    def settings(self) -> Settings:
        """What holds."""

    def held(self, meeting: MeetingId) -> Held:
        """The meeting, out of the record if need be. Raises CaptionerError."""

    async def resume(self, meeting: MeetingId) -> MeetingHandle:
        """Let it go on. Raises CaptionerError."""


class KeptMeetings:
    """Implements the endpoints' Kept. Used from the event loop's thread.

    Every change is an event that everybody gets; the transcript that lies on the disk follows.
    """

    def __init__(self, holder: Holder) -> None:
        self._holder = holder

    def cards(self) -> list[KeptCard]:
        records = self._holder.records
        return records.cards() if records else []

    def problem(self) -> CaptionerError | None:
        records = self._holder.records
        return records.problem if records else None

    def days(self) -> int:
        records = self._holder.records
        return records.keep_days if records else 0

    def deletions(self) -> list[Deletion]:
        records = self._holder.records
        return records.deletions() if records else []

    def level(self) -> Keeping:
        return Keeping(self._holder.settings.store.keep)

    async def resume(self, meeting: MeetingId) -> MeetingHandle:
        return await self._holder.resume(meeting)

    def edit(
        self, meeting: MeetingId, utterance: UtteranceId, text: str, rev: int | None = None
    ) -> None:
        held = self._holder.held(meeting)

        def command(at: float) -> Entry:
            return held.meeting.edit(utterance, text, at, rev)

        held.publish(command)
        self._finish(held)

    def erase(self, meeting: MeetingId, utterance: UtteranceId) -> None:
        held = self._holder.held(meeting)
        if not self._is_owed(held, held.meeting.timeline.caption(utterance)):
            _erase(held, utterance)
        self._finish(held)

    def erase_message(self, meeting: MeetingId, message: MessageId) -> None:
        held = self._holder.held(meeting)

        def command(at: float) -> Entry:
            return held.meeting.delete_message(message, at)

        if not self._is_owed(held, held.meeting.timeline.message(message)):
            held.publish(command)
        self._finish(held)

    async def erase_channel(self, meeting: MeetingId, channel: ChannelId) -> int:
        held, records = self._holder.held(meeting), self._holder.records
        held.meeting.roster.find(channel)
        said = [
            caption.utterance
            for caption in held.meeting.timeline.captions()
            if caption.channel == channel and caption.state != UtteranceState.PARTIAL
        ]
        with records.journal.scrubbed_once() if records else nullcontext():
            for utterance in said:
                known = held.meeting.timeline.caption(utterance)
                if known is not None and known.state != UtteranceState.DELETED:  # by another host
                    _erase(held, utterance)
                await asyncio.sleep(0)  # each is written to the disk: captions go on in between
        self._finish(held)
        return len(said)

    def _is_owed(self, held: Held, known: CaptionRevised | MessageTyped | None) -> bool:
        """Whether it is deleted for everybody, and the disk may have it still."""
        deleted = (UtteranceState.DELETED, MessageState.DELETED)
        return known is not None and known.state in deleted and self._refusal(held) is not None

    def _finish(self, held: Held) -> None:
        """Raises StoreError where the disk still has what was taken away."""
        if self._holder.records is not None:
            self._holder.records.try_again()
        held.rewrite_transcript()
        if (refusal := self._refusal(held)) is not None:
            raise refusal

    def _refusal(self, held: Held) -> StoreError | None:
        records = self._holder.records
        problem = records.problem_of(held.meeting.spec.id) if records else None
        return problem or held.problem


def _erase(held: Held, utterance: UtteranceId) -> None:
    def command(at: float) -> Entry:
        return held.meeting.delete(utterance, at)

    held.publish(command)
