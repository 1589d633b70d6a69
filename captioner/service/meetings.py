"""The service's meetings, microphones and weights behind the endpoints."""

import asyncio
import secrets
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeGuard

from captioner.asr.glossary import Term, parse_glossary
from captioner.asr.weights import Weights, list_weights
from captioner.audio.source import AudioSource
from captioner.captions.meeting import MeetingSpec
from captioner.captions.roster import ChannelSpec
from captioner.captions.timeline import Entry
from captioner.clock import Clock, SystemClock
from captioner.domain import ChannelId, Keeping, MeetingId
from captioner.errors import CaptionerError, MeetingError, WeightsError
from captioner.server.access import make_code
from captioner.server.address import viewer_links
from captioner.server.desk import (
    DeviceOffer,
    MeetingHandle,
    TrustOffer,
    WeightsOffer,
)
from captioner.server.new_meeting import NewMeeting
from captioner.server.readiness import Rehearsing
from captioner.service.checkup import Checkup
from captioner.service.choosing import (
    check_choice,
    choose_weights,
    ids_of,
    keep_translating,
    new_meeting_id,
    remember_choice,
    weights_offer,
)
from captioner.service.conducting import Conductor
from captioner.service.depot import ServiceDepot
from captioner.service.hearing import HearingLoader, Hearings, load_whisper
from captioner.service.kept import Held, KeptMeeting
from captioner.service.microphones import Devices
from captioner.service.phones import PhoneChannel, Phones
from captioner.service.rehearsal import Rehearsal, join_rehearsal
from captioner.service.running import Hearing, RunningMeeting, end_all, new_epoch
from captioner.service.shelf import Shelf
from captioner.service.system_mute import watch_switches
from captioner.service.translators import Translators
from captioner.settings import Settings
from captioner.store.known_devices import load_known
from captioner.store.rows import Setup


class Meetings(Shelf):
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
        translators: Translators | None = None,
    ) -> None:
        """`load_hearing`: what loads weights in the place of Whisper; `translators`: what
        translates in the place of the packages of the data folder."""
        super().__init__(settings, translators)
        self.viewer_port = settings.server.viewer_port
        """The port that viewers really find; set once the listener has it."""
        self._devices = devices
        self._clock = clock or SystemClock()
        self.phones_here = Phones(self._clock)
        self.trust: TrustOffer | None = None
        """Whose certificates phones are asked to trust; set once there is a secure listener."""
        self._hearings = Hearings(settings, load_hearing or load_whisper, self._is_busy)
        load = self._hearings.load_to_try
        self.ready = Checkup(settings, self._find_weights, load, self._viewer_links)
        self.ready.recent = lambda device: self._rehearsal.recent(device)
        self.ready.pairs = self.translators.look_again
        self.ready.going = lambda: next(filter(_hears, self._meetings.values()), None)
        self.depot = ServiceDepot(settings.store.folder, self._is_busy, self._hearings.let_go)
        self._starting = asyncio.Lock()
        self.conduct = Conductor(self)
        self._rehearsal = Rehearsal((), devices.source)
        self._latest: tuple[NewMeeting, RunningMeeting] | None = None
        self.on_started: Callable[[RunningMeeting], None] = lambda _: None
        """Told of every meeting that begins."""

    async def devices(self) -> list[DeviceOffer]:
        if self._latest is not None and self._latest[1].is_over:
            # Somebody may have been renamed since.
            remember_choice(self.settings.store.folder, *self._latest)
            self._latest = None
        known = load_known(self.settings.store.folder)
        return [
            replace(offer, known={each: known[each] for each in ids_of(offer) if each in known})
            for offer in await self._devices.offers()
        ]

    async def rehearse(self) -> Rehearsing:
        if any(not running.is_over for running in self._meetings.values()):
            raise MeetingError("wrong_state", "A meeting is going on: its page shows the levels.")
        self._rehearsal = await join_rehearsal(self._devices, lambda: self._rehearsal)
        return self._rehearsal

    def weights(self) -> list[WeightsOffer]:
        return [weights_offer(each) for each in list_weights(self.settings.store.folder)]

    def chosen_weights(self) -> tuple[str | None, CaptionerError | None]:
        try:
            return self._find_weights("").name, None
        except WeightsError as error:
            return None, error

    def links(self, code: str) -> list[tuple[str, str]]:
        return self._viewer_links(f"/m/{code}" if code else "/")

    def _viewer_links(self, path: str) -> list[tuple[str, str]]:
        return viewer_links(self.settings.server.viewer_address, self.viewer_port, path)

    def authority(self) -> TrustOffer | None:
        return self.trust

    def phone(self, token: str) -> PhoneChannel:
        return self.phones_here.find(token)

    def phones(self, meeting: MeetingId) -> Mapping[ChannelId, PhoneChannel]:
        return self.phones_here.of(meeting)

    def host_links(self, path: str) -> list[tuple[str, str]]:
        return self.phones_here.links(path)

    def phone_links(self, token: str) -> list[tuple[str, str]]:
        return self.phones_here.links(f"/mic/{token}")

    async def create(self, new: NewMeeting) -> MeetingHandle:
        async with self._starting:  # two clicks are not two meetings
            return await self._create(new)

    async def _create(self, new: NewMeeting) -> MeetingHandle:
        if any(not running.is_over for running in self._meetings.values()):
            raise MeetingError("wrong_state", "A meeting is going on: end it, then start another.")
        weights = self._find_weights(new.weights)
        check_choice(new, weights)
        glossary = parse_glossary(new.glossary)
        devices = {int(each.spec.channel): each.device for each in new.channels}
        sources, specs = self.sources(devices), [each.spec for each in new.channels]
        keeping = new.keeping or Keeping(self.settings.store.keep)
        running = await self.prepare(
            weights, new.title, specs, glossary=glossary, keeping=keeping, notice=new.notice
        )
        running.setup = Setup(devices, new.glossary)
        if self.records is not None:
            self.records.begin(running, running.setup)
        try:
            await self._rehearsal.stop()  # a device may be open only once; from now on none begins
            await running.listen(sources)
            self.phones_here.attach(running, sources)
        except BaseException:
            # A meeting that hears nobody must not stand in the next one's way.
            self._meetings.pop(running.meeting.spec.id, None)
            if self.records is not None:
                self.records.drop(running.meeting.spec.id)
            raise
        watch_switches(running, self._devices.muted)
        running.attend(keep_translating(running, new.languages))
        self._latest = new, running
        remember_choice(self.settings.store.folder, new, running)
        self.on_started(running)
        return running

    async def resume(self, meeting: MeetingId) -> MeetingHandle:
        """Take up a meeting that broke off, with the microphones that it had."""
        async with self._starting:
            kept = self.held(meeting)
            if not isinstance(kept, KeptMeeting) or kept.is_over:
                raise MeetingError("wrong_state", "This meeting does not wait to go on.")
            hearing = await self.load(self.weights_of(kept.meeting.spec.weights))
            folder, past = kept.folder, kept.past()
            running = RunningMeeting(
                *(kept.meeting.spec, hearing, self.settings, self._clock, folder),
                past=past,
                translators=self.translators,
            )
            running.setup = kept.setup
            running.use_glossary(parse_glossary(kept.setup.glossary))
            if self.records is not None:
                self.records.attach(running)
            await self._rehearsal.stop()
            sources = self.sources(kept.setup.devices)
            await running.listen(sources)
            running.publish(running.meeting.resume)  # somebody may have ended it meanwhile
            self._meetings[meeting] = running
            watch_switches(running, self._devices.muted)
            self.phones_here.attach(running, sources)
            kept.feed.close()  # who reads comes back, to the meeting that hears
            self.on_started(running)
            return running

    def weights_of(self, name: str) -> Weights:
        """Those of this name, or what hears now where they are gone. Raises WeightsError."""
        try:
            return self._find_weights(name)
        except WeightsError:
            return self._find_weights("")

    def sources(self, devices: Mapping[int, str]) -> dict[ChannelId, AudioSource]:
        return {
            ChannelId(channel): self.phones_here.source(device) or self._devices.source(device)
            for channel, device in devices.items()
        }

    async def prepare(
        self,
        weights: Weights,
        title: str,
        channels: list[ChannelSpec],
        *,
        glossary: Sequence[Term] = (),
        epoch: str | None = None,
        sinks: Sequence[Callable[[Entry], None]] = (),
        keeping: Keeping = Keeping.TRANSCRIPT,
        notice: str = "",
    ) -> RunningMeeting:
        """Load the weights and open a meeting that nobody speaks in yet. Raises WeightsError.

        `epoch` is for replays that must be repeatable; `sinks` see every entry.
        """
        hearing = await self.load(weights)
        started = self._clock.wall_time()
        spec = MeetingSpec(
            id=new_meeting_id(started),
            code=make_code(secrets.choice),
            epoch=epoch or new_epoch(),
            title=title,
            weights=weights.name,
            demo_weights=weights.is_demo,
            started=started,
            channels=channels,
            viewer_transcript=self.settings.server.viewer_transcript,
            keeping=keeping,
            notice=notice,
        )
        is_kept = keeping is Keeping.TRANSCRIPT
        folder = self.settings.store.folder / "meetings" / spec.id if is_kept else None
        running = RunningMeeting(
            *(spec, hearing, self.settings, self._clock, folder, sinks),
            translators=self.translators,
        )
        running.use_glossary(glossary)
        self._meetings[spec.id] = running
        return running

    async def load(self, weights: Weights) -> Hearing:
        """The weights, loaded once and kept; those of an earlier meeting are let go."""
        return await self._hearings.load(weights)

    async def delete(self, meeting: MeetingId) -> None:
        held = self.held(meeting)
        await held.end()
        held.feed.close()
        self._meetings.pop(meeting, None)  # somebody else may have been as quick
        self.phones_here.forget(meeting)
        if held.folder is not None:
            shutil.rmtree(held.folder, ignore_errors=True)
        if self.records is not None:
            self.records.drop(meeting, "meeting")

    async def end_meetings(self) -> None:
        """End what still hears: nothing already said is lost. What broke off waits for its host."""
        held = self._meetings.values()
        await end_all([each for each in held if _hears(each)])

    async def close(self) -> None:
        """Take leave of all readers and let the weights go."""
        await self.depot.close()
        await self._rehearsal.stop()
        for running in self._meetings.values():
            running.feed.close()
        await self._hearings.close()
        await self.translators.close()
        await self.try_again()
        if self.records is not None:
            self.records.close()

    def _is_busy(self) -> bool:
        """Whether a meeting goes on or begins: until its weights are there it is none yet."""
        return self._starting.locked() or any(_hears(held) for held in self._meetings.values())

    def _find_weights(self, name: str) -> Weights:
        return choose_weights(name or self.settings.asr.model, self.settings.store.folder)


def _hears(held: Held) -> TypeGuard[RunningMeeting]:
    return isinstance(held, RunningMeeting) and not held.is_over
