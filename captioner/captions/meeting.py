"""A meeting from its first sample to its end: commands in, numbered events out."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from captioner.captions.cards import card_of, changed, entry_of
from captioner.captions.edits import check_rev, revised_by_hand
from captioner.captions.events import (
    ChannelChanged,
    Hello,
    MeetingCard,
    NumberedEvent,
    StatusChanged,
)
from captioner.captions.messages import message_deleted, message_typed, signal_raised
from captioner.captions.revisions import caption_of
from captioner.captions.roster import ChannelEntry, ChannelSpec, Roster, visible_line
from captioner.captions.timeline import Entry, Timeline
from captioner.captions.translations import Translation, is_current, revised
from captioner.domain import (
    ChannelId,
    Keeping,
    MeetingId,
    MeetingState,
    MessageId,
    Muting,
    Utterance,
    UtteranceId,
    UtteranceState,
)
from captioner.errors import MeetingError

LONGEST_TITLE = 120
LONGEST_NOTICE = 1000
OVERLOADED = "overloaded"
BROKE_OFF = "broke_off"
"""Reason of a pause that a crash made."""
GOING_ON = (MeetingState.LOBBY, MeetingState.LIVE, MeetingState.PAUSED, MeetingState.PRIVATE)
"""The states of a meeting that has not ended."""


@dataclass(frozen=True, slots=True)
class MeetingSpec:
    """What a meeting is before it begins."""

    id: MeetingId
    code: str
    """What viewers type to join."""
    epoch: str
    title: str
    weights: str
    demo_weights: bool
    started: datetime
    channels: list[ChannelSpec]
    viewer_transcript: bool = True
    keeping: Keeping = Keeping.TRANSCRIPT
    notice: str = ""  # what everybody is told first


class Meeting:
    """Turns what happens into numbered events on its timeline.

    Every command takes `at`, the second on the meeting's clock, and returns the entry it made. The
    clock may be read by several hands: `at` never falls. Used from one thread.
    """

    def __init__(self, spec: MeetingSpec) -> None:
        if not spec.channels:
            raise MeetingError("bad_meeting", "A meeting needs at least one microphone.")
        self.spec = spec
        self.title = _one_line(spec.title, LONGEST_TITLE) or "Meeting"
        self.notice = _one_line(spec.notice, LONGEST_NOTICE)
        self.roster = Roster(spec.channels)
        self.timeline = Timeline()
        self.state = MeetingState.LOBBY
        self.lag_s: float | None = None
        """Seconds that captions are behind, as everybody was told; None: they keep up."""
        self._troubles: dict[str, str] = {}
        """What everybody should know of the service while it lasts, a sentence for each part."""
        self._broke_off = False
        self._at = 0.0

    @property
    def shown_state(self) -> str:
        """The state as everybody is told: a live meeting may be overloaded."""
        if self.state is MeetingState.LIVE and self.lag_s is not None:
            return OVERLOADED
        return self.state

    def hello(self, at: float) -> Hello:
        """What a newcomer needs to know."""
        spec = self.spec
        return Hello(
            epoch=spec.epoch,
            seq=self.timeline.seq,
            at=max(at, self._at),
            meeting=MeetingCard(
                id=spec.id,
                title=self.title,
                state=self.shown_state,
                weights=spec.weights,
                demo_weights=spec.demo_weights,
                started=spec.started.isoformat(timespec="seconds"),
                transcript=spec.viewer_transcript,
                notice=self.notice or None,
            ),
            channels=tuple(card_of(entry) for entry in self.roster.entries),
        )

    def start(self, at: float) -> Entry:
        """Sound begins."""
        self._require(MeetingState.LOBBY)
        self.state = MeetingState.LIVE
        return self._status(at)

    def end(self, at: float) -> Entry:
        """The meeting is over. Every utterance must have its final by now."""
        return self.turn(MeetingState.ENDED, at, GOING_ON)

    def pause(self, at: float, broke_off: str = "") -> Entry:
        """No sound comes for now. `broke_off`: what people are told if nobody wished it."""
        return self.turn(MeetingState.PAUSED, at, GOING_ON, broke_off)

    def resume(self, at: float) -> Entry:
        """Sound comes again."""
        return self.turn(MeetingState.LIVE, at, (MeetingState.PAUSED,))

    def report(self, trouble: str | None, at: float, about: str = "record") -> Entry:
        """Something is wrong that stops no captions, or nothing any more."""
        self._require(*GOING_ON)
        if trouble is None:
            self._troubles.pop(about, None)
        else:
            self._troubles[about] = trouble
        return self._status(at)

    def turn(
        self, state: MeetingState, at: float, out_of: Collection[MeetingState], message: str = ""
    ) -> Entry:
        """The meeting is in another state from now on; only `out_of` one of these."""
        self._require(*out_of)
        self.state, self.lag_s = state, None
        self._broke_off = state is MeetingState.PAUSED and bool(message)
        return self._status(at, message)

    def note(self, make: Callable[[int, float], NumberedEvent], at: float) -> Entry:
        """Take in the event that is made of its number and its time."""
        return self._append(make(self._next(), self._moment(at)))

    def adopt(self, event: NumberedEvent) -> Entry:
        """Take in an event of this meeting's own past; its number and time stand."""
        self._at = max(self._at, event.at)
        if isinstance(event, StatusChanged):
            going = (MeetingState.LIVE, OVERLOADED)
            self.state = MeetingState.LIVE if event.state in going else MeetingState(event.state)
            self._broke_off = event.reason == BROKE_OFF
        elif isinstance(event, ChannelChanged):
            self.roster.restore(entry_of(event), is_new=event.change == "added")
        return self.timeline.append(event)

    def fall_behind(self, lag_s: float, at: float) -> Entry:
        """Captions are late, by so many seconds."""
        self._require(MeetingState.LIVE)
        self.lag_s = round(lag_s, 1)
        return self._status(at)

    def catch_up(self, at: float) -> Entry:
        """Captions keep up again."""
        self._require(MeetingState.LIVE)
        self.lag_s = None
        return self._status(at)

    def revise(self, utterance: Utterance, at: float) -> Entry:
        """An utterance has a new partial text or its final."""
        known = self.timeline.caption(utterance.id)
        if known is not None and known.state != UtteranceState.PARTIAL:
            raise MeetingError("wrong_state", f"The utterance {utterance.id} has had its final.")
        return self._append(caption_of(utterance, self._next(), self._moment(at)))

    def translate(self, translation: Translation, at: float) -> Entry:
        """An utterance has a text in another language; of a text that is not shown any more it is
        refused with MeetingError."""
        known = self.timeline.caption(translation.utterance)
        before = self.timeline.translation(translation.utterance, translation.language)
        if not is_current(translation, known, before):
            raise MeetingError("wrong_state", "What this translates is not shown any more.")
        return self._append(revised(translation, self._next(), self._moment(at)))

    def edit(self, utterance: UtteranceId, text: str, at: float, rev: int | None = None) -> Entry:
        """A person corrects a final; `rev`: the revision that they saw. Raises StaleEditError."""
        check_rev(self.timeline.caption(utterance), rev)
        words = visible_line(text)
        if not words:
            raise MeetingError(
                "bad_meeting", "A correction needs a text; to remove a caption, delete it."
            )
        return self._by_hand(utterance, UtteranceState.EDITED, words, at)

    def delete(self, utterance: UtteranceId, at: float) -> Entry:
        """A person removes a final; its text is nowhere from now on."""
        return self._by_hand(utterance, UtteranceState.DELETED, "", at)

    def rename(self, channel: ChannelId, name: str, at: float) -> Entry:
        """A channel's speaker has another name."""
        return self._channel(self.roster.rename(channel, name), "renamed", at)

    def recolour(self, channel: ChannelId, colour: str, at: float) -> Entry:
        """A channel has another colour."""
        return self._channel(self.roster.recolour(channel, colour), "recoloured", at)

    def lose_channel(self, channel: ChannelId, message: str, at: float) -> Entry:
        """No sound comes from a microphone any more; `message` says why, for people."""
        return self._channel(self.roster.lose(channel), "lost", at, message)

    def regain_channel(self, channel: ChannelId, at: float) -> Entry:
        """Sound comes again from a lost microphone."""
        return self._channel(self.roster.regain(channel), "back", at)

    def mute_channel(self, channel: ChannelId, muting: Muting, at: float) -> Entry | None:
        """A channel is switched off, made private or heard again; None where it is so already."""
        if self.roster.find(channel).muting is muting:
            return None
        change = "unmuted" if muting is Muting.HEARD else "muted"
        return self._channel(self.roster.mute(channel, muting), change, at)

    def raise_signal(self, signal: str, name: str, at: float) -> Entry:
        """A viewer asks the room for something; an empty name is anonymous."""
        self._require(MeetingState.LIVE)
        return self._append(signal_raised(signal, name, self._next(), self._moment(at)))

    def type_message(
        self,
        name: str,
        text: str,
        at: float,
        message: MessageId | None = None,
        language: str = "",
    ) -> Entry:
        """A viewer says something by typing it; `message` is their own name for it, a new one."""
        self._require(MeetingState.LIVE)
        seq = self._next()
        # No viewer can choose an id with a dot.
        own = message or MessageId(f"{self.spec.epoch}.{seq}")
        return self._append(message_typed(own, name, text, language, seq, self._moment(at)))

    def delete_message(self, message: MessageId, at: float) -> Entry:
        """A person removes what was typed; its text is nowhere from now on."""
        known = self.timeline.message(message)
        return self._append(message_deleted(known, self._next(), self._moment(at)))

    def _by_hand(
        self, utterance: UtteranceId, state: UtteranceState, text: str, at: float
    ) -> Entry:
        known = self.timeline.caption(utterance)
        return self._append(revised_by_hand(known, state, text, self._next(), self._moment(at)))

    def _channel(
        self, entry: ChannelEntry, change: str, at: float, message: str | None = None
    ) -> Entry:
        return self._append(changed(entry, change, self._next(), self._moment(at), message))

    def _status(self, at: float, message: str | None = None) -> Entry:
        lag_s = self.lag_s if self.shown_state == OVERLOADED else None
        late = None if lag_s is None else f"Captions are {lag_s:.0f} seconds behind."
        message = " ".join(filter(None, (message, late, *self._troubles.values()))) or None
        return self._append(
            StatusChanged(
                seq=self._next(),
                at=self._moment(at),
                state=self.shown_state,
                lag_s=lag_s,
                message=message,
                reason=BROKE_OFF if self._broke_off else None,
            )
        )

    def _append(self, event: NumberedEvent) -> Entry:
        return self.timeline.append(event)

    def _next(self) -> int:
        return self.timeline.seq + 1

    def _moment(self, at: float) -> float:
        self._at = max(self._at, round(at, 3))
        return self._at

    def _require(self, *states: MeetingState) -> None:
        if self.state not in states:
            raise MeetingError("wrong_state", f"The meeting is {self.state}; this is not possible.")


def _one_line(text: str, longest: int) -> str:
    clean = visible_line(text)
    if len(clean) > longest:
        raise MeetingError("bad_meeting", f"A text here has at most {longest} characters.")
    return clean
