"""What a host does with a meeting while it runs, apart from its captions."""

import asyncio
import copy
from collections.abc import Mapping
from dataclasses import replace
from typing import Protocol

from captioner.asr.weights import Weights
from captioner.audio.source import AudioSource
from captioner.audio.sources.inputs import is_heard_twice
from captioner.captions.conduct import (
    change_topic,
    end_private,
    make_private,
    mark_topic,
    tell_channel,
)
from captioner.captions.roster import ChannelEntry
from captioner.captions.timeline import Entry
from captioner.domain import ChannelId, MeetingId, MeetingState, TopicId
from captioner.errors import MeetingError
from captioner.server.new_meeting import MOST_CHANNELS, NewChannel
from captioner.service.choosing import check_language
from captioner.service.kept import Held
from captioner.service.phones import Phones
from captioner.service.records import Records
from captioner.service.running import RunningMeeting


class Holder(Protocol):
    """Who has the meetings."""

    records: Records | None
    phones_here: Phones

    def held(self, meeting: MeetingId) -> Held:
        """The meeting, out of the record if need be. Raises CaptionerError."""

    def sources(self, devices: Mapping[int, str]) -> dict[ChannelId, AudioSource]:
        """The sources of these devices, not yet open. Raises AudioError."""

    def weights_of(self, name: str) -> Weights:
        """What hears in a meeting. Raises WeightsError."""


class Conductor:
    """Implements the endpoints' Conducting. Used from the event loop's thread."""

    def __init__(self, holder: Holder) -> None:
        self._holder = holder
        self._changing = asyncio.Lock()
        """One microphone comes or goes at a time."""

    def pause(self, meeting: MeetingId, *, is_on: bool) -> None:
        running = self._hearing(meeting)
        state = running.meeting.state
        if state is MeetingState.PRIVATE:
            raise MeetingError("wrong_state", "The meeting is private: end that first.")
        if is_on is (state is MeetingState.PAUSED):
            return
        if is_on:
            running.live.finish()
            running.publish(running.meeting.pause)
        else:
            running.live.hear_again()
            running.publish(running.meeting.resume)

    def make_private(self, meeting: MeetingId, *, is_on: bool) -> None:
        running = self._hearing(meeting)
        state = running.meeting.state
        if is_on is (state is MeetingState.PRIVATE):
            return
        if not is_on:
            running.live.hear_again()
            running.publish(lambda at: end_private(running.meeting, at, running.back_to))
            return
        is_paused = state is MeetingState.PAUSED
        running.back_to = MeetingState.PAUSED if is_paused else MeetingState.LIVE
        try:
            running.publish(lambda at: make_private(running.meeting, at))
        finally:
            running.live.drop()  # whoever failed to be told of it

    def mark_topic(self, meeting: MeetingId, text: str) -> None:
        held = self._holder.held(meeting)
        held.publish(lambda at: mark_topic(held.meeting, text, at))

    def change_topic(self, meeting: MeetingId, topic: TopicId, text: str) -> None:
        held = self._holder.held(meeting)
        held.publish(lambda at: change_topic(held.meeting, topic, text, at))
        held.rewrite_transcript()

    def swap(self, meeting: MeetingId, first: ChannelId, second: ChannelId) -> None:
        held = self._holder.held(meeting)
        for entry in held.meeting.roster.swap(first, second):
            if isinstance(held, RunningMeeting):
                held.live.follow_language(entry.channel)
            _tell(held, entry, "swapped")

    async def add_microphone(self, meeting: MeetingId, new: NewChannel) -> None:
        async with self._changing:
            running = self._hearing(meeting)
            devices = running.setup.devices
            if is_heard_twice([*devices.values(), new.device]):
                raise MeetingError("bad_meeting", "This microphone is in the meeting already.")
            if len(running.meeting.roster.present) >= MOST_CHANNELS:
                raise MeetingError("bad_meeting", f"A meeting has {MOST_CHANNELS} channels.")
            weights = self._holder.weights_of(running.meeting.spec.weights)
            check_language(new.spec.language, weights)
            (source,) = self._holder.sources({0: new.device}).values()
            await source.open()
            try:
                self._hearing(meeting)  # it may have ended meanwhile
                channel = self._seat(running, new)
            except BaseException:
                await source.close()
                raise
            await running.listen_also(channel, source)
            self._holder.phones_here.attach(running, {channel: source})
            self._remember(running, {**devices, channel: new.device})

    async def remove_microphone(self, meeting: MeetingId, channel: ChannelId) -> None:
        async with self._changing:
            running = self._hearing(meeting)
            copy.deepcopy(running.meeting.roster).remove(channel)  # may it go?
            await running.stop_listening_to(channel)
            _tell(running, running.meeting.roster.remove(channel), "removed")
            self._holder.phones_here.detach(meeting, channel)
            devices = {
                number: device
                for number, device in running.setup.devices.items()
                if number != channel
            }
            self._remember(running, devices)

    def _seat(self, running: RunningMeeting, new: NewChannel) -> ChannelId:
        spec = new.spec
        entry = running.meeting.roster.add(spec.name, spec.colour, spec.language)
        _tell(running, entry, "added")
        return entry.channel

    def _remember(self, running: RunningMeeting, devices: Mapping[int, str]) -> None:
        """For who takes the meeting up after a crash."""
        running.setup = replace(running.setup, devices=dict(devices))
        if self._holder.records is not None:
            self._holder.records.change(running.meeting, running.setup)

    def _hearing(self, meeting: MeetingId) -> RunningMeeting:
        held = self._holder.held(meeting)
        if not isinstance(held, RunningMeeting) or held.is_over:
            raise MeetingError("wrong_state", "This meeting hears nothing now.")
        return held


def _tell(held: Held, entry: ChannelEntry, change: str) -> None:
    def command(at: float) -> Entry:
        return tell_channel(held.meeting, entry, change, at)

    held.publish(command)
