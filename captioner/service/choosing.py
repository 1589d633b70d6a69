"""What a host may choose for a meeting, and whether a choice can be had."""

import asyncio
import secrets
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from captioner.asr.capacity import SIZES, keeps_up
from captioner.asr.speed import remembered_speed
from captioner.asr.weights import Weights, find_weights, list_weights
from captioner.asr.whisper import weights_languages
from captioner.audio.sources.inputs import is_heard_twice
from captioner.domain import KnownDevice, MeetingId
from captioner.errors import MeetingError
from captioner.server.desk import DeviceOffer, WeightsOffer
from captioner.server.new_meeting import NewMeeting
from captioner.service.running import RunningMeeting
from captioner.store.known_devices import remember
from captioner.store.retention import NAMED_BY
from captioner.store.room_setup import RoomChannel, RoomSetup, room_name
from captioner.store.rooms import remember_room


def weights_offer(weights: Weights) -> WeightsOffer:
    """Weights as a host is offered them."""
    return WeightsOffer(weights.name, weights.is_demo, _label(weights), weights_languages(weights))


def choose_weights(model: str, folder: Path) -> Weights:
    """The weights that `model` means; without any, the best installed that keep up here.

    Where nobody has measured this machine, or none of them keeps up, the best installed. `folder`
    is the data folder. Raises WeightsError.
    """
    found = find_weights(model, folder)
    tiny_s = None if model else remembered_speed(folder)
    if tiny_s is None or keeps_up(found.name, tiny_s):
        return found
    others = [each for each in list_weights(folder) if not each.is_demo and each.name in SIZES]
    fitting = [each for each in others if keeps_up(each.name, tiny_s)]
    return max(fitting, key=lambda each: SIZES[each.name].cost, default=found)


def ids_of(offer: DeviceOffer) -> list[str]:
    """A device and its inputs."""
    return [offer.id, *offer.inputs]


def check_choice(new: NewMeeting, weights: Weights) -> None:
    """Raises MeetingError for a language that nobody hears, or a microphone chosen twice."""
    for channel in new.channels:
        check_language(channel.spec.language, weights)
    devices = [channel.device for channel in new.channels]
    if is_heard_twice(devices):
        raise MeetingError(
            "bad_meeting",
            "Each microphone can be chosen only once, as a whole or by its inputs.",
        )


def check_language(language: str, weights: Weights) -> None:
    """Raises MeetingError for a language that nobody hears."""
    known = weights_languages(weights)
    if language not in known:
        raise MeetingError(
            "bad_meeting",
            f"The weights {weights.name} do not hear the language"
            f" {language!r}: choose {_some(known)}, or other weights.",
        )


def remember_choice(folder: Path, new: NewMeeting, running: RunningMeeting) -> None:
    """What was chosen now is offered next time."""
    entries = [running.meeting.roster.find(each.spec.channel) for each in new.channels]
    chosen = {
        each.device: KnownDevice(
            entry.name, entry.colour, entry.language, is_chosen=True, channel=entry.channel
        )
        for each, entry in zip(new.channels, entries, strict=True)
    }
    remember(folder, chosen)
    if room_name(new.room):
        remember_room(folder, room_of(new, running))


def room_of(new: NewMeeting, running: RunningMeeting) -> RoomSetup:
    """The room as it was set up for this meeting; of the meeting itself nothing is in it."""
    meeting, sources = running.meeting, running.sources()
    channels = []
    for each in new.channels:
        entry = meeting.roster.find(each.spec.channel)
        label = sources.get(entry.channel, "")
        channels.append(RoomChannel(each.device, label, entry.name, entry.colour, entry.language))
    return RoomSetup(
        name=room_name(new.room),
        channels=tuple(channels),
        weights=meeting.spec.weights,
        glossary=new.glossary,
        keep=meeting.spec.keeping,
        notice=meeting.notice,
        languages=new.languages,
    )


async def keep_translating(running: RunningMeeting, languages: Sequence[str]) -> None:
    """These are ready from the first word on and in the transcript, whether somebody reads them or
    not; until it is cancelled."""
    with running.translations.follow(languages):
        await asyncio.Event().wait()


def new_meeting_id(started: datetime) -> MeetingId:
    """Readable and unique: the folder of the transcript has this name."""
    return MeetingId(f"{started:{NAMED_BY}}-{secrets.token_hex(3)}")


def _label(weights: Weights) -> str:
    if weights.is_demo:
        return "demo: hears synthetic voices only, no people"
    return f"{weights.name} ({weights.size_bytes / 1e6:.0f} MB)"


def _some(languages: tuple[str, ...]) -> str:
    return ", ".join(languages[:5]) + (" …" if len(languages) > 5 else "")
