"""Meetings and their events as rows of the record, and back."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from captioner.captions.events import (
    CaptionRevised,
    MessageTyped,
    NumberedEvent,
    TopicMarked,
    TranslationRevised,
    from_dict,
)
from captioner.captions.meeting import MeetingSpec
from captioner.captions.roster import ChannelEntry, ChannelSpec
from captioner.domain import (
    ChannelId,
    ChannelState,
    Keeping,
    MeetingId,
    MessageState,
    Muting,
    UtteranceState,
)
from captioner.errors import WireError

BY_HAND = (UtteranceState.EDITED, UtteranceState.DELETED)


@dataclass(frozen=True, slots=True)
class Setup:
    """What is needed besides its events to take a meeting up again."""

    devices: dict[int, str]
    """The microphone of each channel, by its id."""
    glossary: str = ""


@dataclass(frozen=True, slots=True)
class MeetingRow:
    """A meeting in the record."""

    spec: MeetingSpec
    setup: Setup
    reserved: int
    """No event of it has a number above this one."""
    run: int
    """How often it was taken up after a crash."""
    ended: bool
    roster: tuple[ChannelEntry, ...] = ()
    """Who sat where when it broke off; empty: its events tell."""


def is_kept(event: NumberedEvent) -> bool:
    """Whether an event has a row: all but partials, of captions and of translations."""
    if not isinstance(event, CaptionRevised | TranslationRevised):
        return True
    return event.state != UtteranceState.PARTIAL


def is_precious(event: NumberedEvent) -> bool:
    """Whether it must be safe from a power cut; a translation can be made again."""
    return is_kept(event) and not isinstance(event, TranslationRevised)


def render_row(
    spec: MeetingSpec,
    devices: Mapping[int, str],
    glossary: str,
    roster: Sequence[ChannelEntry] = (),
) -> str:
    """Everything of a meeting that has no column of its own, as JSON."""
    body = {
        "title": spec.title,
        "weights": spec.weights,
        "demo_weights": spec.demo_weights,
        "viewer_transcript": spec.viewer_transcript,
        "keeping": spec.keeping,
        "notice": spec.notice,
        "channels": [
            {
                "channel": each.channel,
                "name": each.name,
                "colour": each.colour,
                "language": each.language,
            }
            for each in spec.channels
        ],
        "devices": {str(channel): device for channel, device in devices.items()},
        "glossary": glossary,
        "roster": [asdict(entry) for entry in roster],
    }
    # The name of a file can hold half a character, which is no UTF-8: kept as \uXXXX.
    return json.dumps(body)


def _spec_of(
    id_: MeetingId, code: str, epoch: str, started: datetime, body: Mapping[str, Any]
) -> MeetingSpec:
    """The meeting of a row."""
    return MeetingSpec(
        id=id_,
        code=code,
        epoch=epoch,
        title=body["title"],
        weights=body["weights"],
        demo_weights=body["demo_weights"],
        started=started,
        channels=[
            ChannelSpec(ChannelId(each["channel"]), each["name"], each["colour"], each["language"])
            for each in body["channels"]
        ],
        viewer_transcript=body["viewer_transcript"],
        keeping=Keeping(body["keeping"]),
        notice=body.get("notice", ""),
    )


def kept_of(row: Sequence[Any]) -> MeetingRow:
    """The meeting of a row: id, code, epoch, started, row, reserved, run, ended."""
    id_, code, epoch, started, text, reserved, run, ended = row
    body = json.loads(text)
    spec = _spec_of(MeetingId(id_), code, epoch, datetime.fromisoformat(started), body)
    devices = {int(channel): device for channel, device in body["devices"].items()}
    setup = Setup(devices, body["glossary"])
    roster = tuple(_entry_of(each) for each in body.get("roster", []))
    return MeetingRow(spec, setup, reserved, run, bool(ended), roster)


def _entry_of(body: Mapping[str, Any]) -> ChannelEntry:
    """A channel of a row."""
    known = {**body, "channel": ChannelId(body["channel"])}
    known |= {"state": ChannelState(body["state"]), "muting": Muting(body["muting"])}
    return ChannelEntry(**known)


def owner_of(event: NumberedEvent) -> str | None:
    """What an event belongs to and is deleted with: an utterance, a typed message or a topic.

    A viewer may have chosen the id of a message: it must not be taken for an utterance's.
    """
    if isinstance(event, MessageTyped):
        return f"message {event.message}"
    if isinstance(event, TopicMarked):
        return f"topic {event.topic}"
    return getattr(event, "utterance", None)


def replaces_all_before(event: NumberedEvent) -> bool:
    """Whether nothing that came before of the same owner may stay: E8."""
    if isinstance(event, CaptionRevised):
        return event.state in BY_HAND
    if isinstance(event, MessageTyped):
        return event.state == MessageState.DELETED
    return isinstance(event, TopicMarked)


def events_of(rows: Iterable[tuple[str]]) -> Iterator[NumberedEvent]:
    """The events of rows that hold their JSON; what is none is left out."""
    for (body,) in rows:
        with suppress(WireError, ValueError, TypeError):
            event = from_dict(json.loads(body))
            if isinstance(event, NumberedEvent):
                yield event
