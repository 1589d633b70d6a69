"""The meetings that a service has: those that go on, and those out of the record."""

from captioner.domain import MeetingId
from captioner.errors import MeetingError
from captioner.server.desk import MeetingHandle
from captioner.service.keeping import KeptMeetings
from captioner.service.kept import Held
from captioner.service.records import Records
from captioner.service.translators import Translators
from captioner.settings import Settings


class Shelf:
    """Finds meetings for the endpoints. Used from the event loop's thread."""

    def __init__(self, settings: Settings, translators: Translators | None = None) -> None:
        self.settings = settings
        self.records: Records | None = None
        """None: nothing is written down but transcripts."""
        self.translators = translators or Translators.of(settings.store.folder)
        self._meetings: dict[MeetingId, Held] = {}

    async def resume(self, meeting: MeetingId) -> MeetingHandle:
        """Let a meeting that broke off go on. Raises CaptionerError."""
        raise MeetingError("wrong_state", f"The meeting {meeting} cannot go on here.")

    def keep_in(self, records: Records) -> None:
        """Write meetings down there; those that broke off are here again, paused."""
        self.records, records.find = records, self._meetings.get
        records.translators = self.translators
        records.open()
        for kept in records.broken_off():
            self._meetings[kept.meeting.spec.id] = kept

    @property
    def kept(self) -> KeptMeetings:
        return KeptMeetings(self)

    def by_code(self, code: str) -> MeetingHandle:
        for held in self._meetings.values():
            if held.meeting.spec.code == code:
                return held
        for row in self.records.rows() if self.records else ():
            if row.spec.code == code:
                return self.held(row.spec.id)
        raise MeetingError(
            "unknown_meeting", f"There is no meeting with the code {code}: check it with the host."
        )

    def by_id(self, meeting: MeetingId) -> MeetingHandle:
        return self.held(meeting)

    def held(self, meeting: MeetingId) -> Held:
        """The meeting of this id, out of the record if need be. Raises CaptionerError."""
        held = self._meetings.get(meeting)
        for row in self.records.rows() if self.records and held is None else ():
            if row.spec.id == meeting and row.ended and self.records is not None:
                self._meetings[meeting] = held = self.records.load(row)
        if held is None:
            raise MeetingError("unknown_meeting", f"There is no meeting {meeting}.")
        return held

    def meetings(self) -> list[MeetingHandle]:
        newest_last = reversed(self._meetings.values())
        return sorted(newest_last, key=lambda held: held.meeting.spec.started, reverse=True)

    async def try_again(self) -> None:
        """Write what the disk refused: once a meeting is over, nothing else in it would."""
        if self.records is not None:
            self.records.try_again()
        for held in self._meetings.values():
            if held.problem is not None:
                held.rewrite_transcript()

    async def purge(self, days: float | None = None) -> list[MeetingId]:
        """Delete what was kept long enough, but for what still goes on."""
        if self.records is None:
            return []
        going = {id_ for id_, held in self._meetings.items() if not held.is_over}
        gone = self.records.forget_older(self.records.keep_days if days is None else days, going)
        for meeting in gone:
            if (held := self._meetings.pop(meeting, None)) is not None:
                held.feed.close()
        return gone
