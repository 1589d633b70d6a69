"""The service's meetings, microphones and weights behind the endpoints."""

import asyncio
import secrets
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from captioner.asr.glossary import Term, parse_glossary
from captioner.asr.weights import Weights, find_weights, list_weights
from captioner.asr.whisper import weights_languages
from captioner.audio.source import AudioSource
from captioner.audio.sources.inputs import is_heard_twice
from captioner.audio.vad import SileroModel
from captioner.captions.meeting import MeetingSpec
from captioner.captions.roster import ChannelSpec
from captioner.captions.timeline import Entry
from captioner.clock import Clock, SystemClock
from captioner.domain import ChannelId, KnownDevice, MeetingId
from captioner.errors import CaptionerError, MeetingError, WeightsError
from captioner.hearing import HearingLoader, load_whisper
from captioner.microphones import Devices
from captioner.phones import PhoneChannel, Phones
from captioner.rehearsal import Rehearsal
from captioner.running import Hearing, RunningMeeting, end_all, new_epoch
from captioner.server.access import make_code
from captioner.server.address import viewer_links
from captioner.server.desk import (
    DeviceOffer,
    MeetingHandle,
    Rehearsing,
    TrustOffer,
    WeightsOffer,
)
from captioner.server.wire import NewMeeting
from captioner.settings import Settings
from captioner.store.known_devices import load_known, remember


class Meetings:
    """Implements the endpoints' desk. Used from the event loop's thread.

    One meeting goes on at a time: one room, one set of microphones. Ended ones stay until they are
    deleted or the service stops; their transcripts lie in the data folder.
    """

    def __init__(
        self,
        settings: Settings,
        devices: Devices,
        clock: Clock | None = None,
        load_hearing: HearingLoader | None = None,
    ) -> None:
        """`load_hearing`: what loads weights in the place of Whisper."""
        self.settings = settings
        self.viewer_port = settings.server.viewer_port
        """The port that viewers really find; set once the listener has it."""
        self._devices = devices
        self._clock = clock or SystemClock()
        self.phones_here = Phones(self._clock)
        self.trust: TrustOffer | None = None
        """Whose certificates phones are asked to trust; set once there is a secure listener."""
        self._silero = SileroModel()
        self._load_hearing = load_hearing or load_whisper
        self._hearing: dict[Path, Hearing] = {}
        """By the folder of the weights: two folders may have one name."""
        self._loading = asyncio.Lock()
        self._starting = asyncio.Lock()
        self._meetings: dict[MeetingId, RunningMeeting] = {}
        self._rehearsal = Rehearsal((), devices.source)
        self._latest: tuple[NewMeeting, RunningMeeting] | None = None
        self.on_started: Callable[[RunningMeeting], None] = lambda _: None
        """Told of every meeting that begins."""

    def by_code(self, code: str) -> MeetingHandle:
        for running in self._meetings.values():
            if running.meeting.spec.code == code:
                return running
        raise MeetingError(
            "unknown_meeting", f"There is no meeting with the code {code}: check it with the host."
        )

    def by_id(self, meeting: MeetingId) -> MeetingHandle:
        running = self._meetings.get(meeting)
        if running is None:
            raise MeetingError("unknown_meeting", f"There is no meeting {meeting}.")
        return running

    def meetings(self) -> list[MeetingHandle]:
        return list(reversed(self._meetings.values()))

    async def devices(self) -> list[DeviceOffer]:
        if self._latest is not None and self._latest[1].is_over:
            self._remember(*self._latest)  # somebody may have been renamed since
            self._latest = None
        known = load_known(self.settings.store.folder)
        return [
            replace(offer, known={each: known[each] for each in _ids(offer) if each in known})
            for offer in await self._devices.offers()
        ]

    async def rehearse(self) -> Rehearsing:
        if any(not running.is_over for running in self._meetings.values()):
            raise MeetingError("wrong_state", "A meeting is going on: its page shows the levels.")
        await self._rehearsal.stop()
        offers = await self._devices.offers()
        ids = [each for offer in offers for each in (offer.inputs or [offer.id])]
        self._rehearsal = Rehearsal(ids, self._devices.source)
        self._rehearsal.start()
        return self._rehearsal

    def weights(self) -> list[WeightsOffer]:
        return [
            WeightsOffer(each.name, each.is_demo, _label(each), weights_languages(each))
            for each in list_weights(self.settings.store.folder)
        ]

    def chosen_weights(self) -> tuple[str | None, CaptionerError | None]:
        try:
            return self._find_weights("").name, None
        except WeightsError as error:
            return None, error

    def links(self, code: str) -> list[tuple[str, str]]:
        path = f"/m/{code}" if code else "/"
        return viewer_links(self.settings.server.viewer_address, self.viewer_port, path)

    def authority(self) -> TrustOffer | None:
        return self.trust

    def phone(self, token: str) -> PhoneChannel:
        return self.phones_here.find(token)

    def phones(self, meeting: MeetingId) -> Mapping[ChannelId, PhoneChannel]:
        return self.phones_here.of(meeting)

    def phone_links(self, token: str) -> list[tuple[str, str]]:
        return self.phones_here.links(f"/mic/{token}")

    async def create(self, new: NewMeeting) -> MeetingHandle:
        async with self._starting:  # two clicks are not two meetings
            return await self._create(new)

    async def _create(self, new: NewMeeting) -> MeetingHandle:
        if any(not running.is_over for running in self._meetings.values()):
            raise MeetingError("wrong_state", "A meeting is going on: end it, then start another.")
        weights = self._find_weights(new.weights)
        self._check(new, weights)
        glossary = parse_glossary(new.glossary)
        sources: dict[ChannelId, AudioSource] = {
            each.spec.channel: self.phones_here.source(each.device)
            or self._devices.source(each.device)
            for each in new.channels
        }
        specs = [each.spec for each in new.channels]
        running = await self.prepare(weights, new.title, specs, glossary=glossary)
        try:
            await self._rehearsal.stop()  # a device may be open only once; from now on none begins
            await running.listen(sources)
            self.phones_here.attach(running, sources)
        except BaseException:
            # Whatever went wrong: a meeting that hears nobody must not stand in the next one's way.
            self._meetings.pop(running.meeting.spec.id, None)
            raise
        self._latest = new, running
        self._remember(new, running)
        self.on_started(running)
        return running

    def _remember(self, new: NewMeeting, running: RunningMeeting) -> None:
        """What was chosen now is offered next time."""
        entries = [running.meeting.roster.find(each.spec.channel) for each in new.channels]
        chosen = {
            each.device: KnownDevice(
                entry.name, entry.colour, entry.language, is_chosen=True, channel=entry.channel
            )
            for each, entry in zip(new.channels, entries, strict=True)
        }
        remember(self.settings.store.folder, chosen)

    async def prepare(
        self,
        weights: Weights,
        title: str,
        channels: list[ChannelSpec],
        *,
        glossary: Sequence[Term] = (),
        epoch: str | None = None,
        sinks: Sequence[Callable[[Entry], None]] = (),
    ) -> RunningMeeting:
        """Load the weights and open a meeting that nobody speaks in yet. Raises WeightsError.

        `epoch` is for replays that must be repeatable; `sinks` see every entry.
        """
        hearing = await self.load(weights)
        started = self._clock.wall_time()
        spec = MeetingSpec(
            id=_new_meeting_id(started),
            code=make_code(secrets.choice),
            epoch=epoch or new_epoch(),
            title=title,
            weights=weights.name,
            demo_weights=weights.is_demo,
            started=started,
            channels=channels,
            viewer_transcript=self.settings.server.viewer_transcript,
        )
        folder = self.settings.store.folder / "meetings" / spec.id
        running = RunningMeeting(spec, hearing, self.settings, self._clock, folder, sinks)
        running.use_glossary(glossary)
        self._meetings[spec.id] = running
        return running

    async def load(self, weights: Weights) -> Hearing:
        """The weights, loaded once and kept; those of an earlier meeting are let go."""
        async with self._loading:
            known = self._hearing.get(weights.folder)
            if known is None or known.worker.has_given_up:
                for folder in list(self._hearing):
                    await self._hearing.pop(folder).worker.close()
                self._hearing[weights.folder] = await self._load_hearing(
                    weights, self._silero, self.settings
                )
            return self._hearing[weights.folder]

    async def delete(self, meeting: MeetingId) -> None:
        self.by_id(meeting)
        running = self._meetings[meeting]
        await running.end()
        running.feed.close()
        self._meetings.pop(meeting, None)  # somebody else may have been as quick
        self.phones_here.forget(meeting)
        if running.folder is not None:
            shutil.rmtree(running.folder, ignore_errors=True)

    async def end_meetings(self) -> None:
        """End what is still going on: nothing already said is lost."""
        await end_all([each for each in self._meetings.values() if not each.is_over])

    async def close(self) -> None:
        """Take leave of all readers and let the weights go."""
        await self._rehearsal.stop()
        for running in self._meetings.values():
            running.feed.close()
        for hearing in self._hearing.values():
            await hearing.worker.close()
        self._hearing.clear()

    def _find_weights(self, name: str) -> Weights:
        return find_weights(name or self.settings.asr.model, self.settings.store.folder)

    def _check(self, new: NewMeeting, weights: Weights) -> None:
        known = weights_languages(weights)
        for channel in new.channels:
            if channel.spec.language not in known:
                raise MeetingError(
                    "bad_meeting",
                    f"The weights {weights.name} do not hear the language"
                    f" {channel.spec.language!r}: choose {_some(known)}, or other weights.",
                )
        devices = [channel.device for channel in new.channels]
        if is_heard_twice(devices):
            raise MeetingError(
                "bad_meeting",
                "Each microphone can be chosen only once, as a whole or by its inputs.",
            )


def _ids(offer: DeviceOffer) -> list[str]:
    return [offer.id, *offer.inputs]


def _label(weights: Weights) -> str:
    if weights.is_demo:
        return "demo: hears synthetic voices only, no people"
    return f"{weights.name} ({weights.size_bytes / 1e6:.0f} MB)"


def _some(languages: tuple[str, ...]) -> str:
    return ", ".join(languages[:5]) + (" …" if len(languages) > 5 else "")


def _new_meeting_id(started: datetime) -> MeetingId:
    """Readable and unique: the folder of the transcript has this name."""
    return MeetingId(f"{started:%Y%m%d-%H%M%S}-{secrets.token_hex(3)}")
