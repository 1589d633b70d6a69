"""Phones as microphones: which token is which channel, and what everybody is told of it."""

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from captioner.audio.source import AudioSource
from captioner.audio.sources.phone import PhoneCall, PhoneSource, Taken
from captioner.audio.sources.phone_line import PhoneStart, PhoneState
from captioner.clock import Clock
from captioner.domain import ChannelId, ChannelState, MeetingId
from captioner.errors import MeetingError
from captioner.service.running import RunningMeeting

DEVICE = "phone:"
"""What the id of a device begins with that is a phone; the rest tells several apart."""

LABEL = "A phone"

WHY = {
    PhoneState.WAITING: "No phone is connected yet: scan the code of this microphone with one.",
    PhoneState.LOST: "The phone sends no sound: it goes on by itself when it is back.",
    PhoneState.OFF: "The phone was switched off: press its button to go on.",
}
"""Why a channel is lost, for the host and everybody who reads."""


@dataclass(slots=True)
class PhoneChannel:
    """Implements the endpoints' Phone."""

    handle: RunningMeeting
    channel: ChannelId
    source: PhoneSource

    @property
    def token(self) -> str:
        return self.source.token

    @property
    def state(self) -> str:
        return self.source.state

    def join(self, start: PhoneStart, on_over: Taken) -> PhoneCall:
        return self.source.join(start, on_over)

    def tell(self, state: PhoneState) -> None:
        """The channel is lost while no sound comes, and back with it; each is told once."""
        meeting, channel = self.handle.meeting, self.channel
        if self.handle.is_over:
            return
        shown = meeting.roster.find(channel).state
        if state is PhoneState.CONNECTED and shown is ChannelState.LOST:
            self.handle.publish(lambda at: meeting.regain_channel(channel, at))
        elif state is not PhoneState.CONNECTED and shown is ChannelState.LIVE:
            self.handle.publish(lambda at: meeting.lose_channel(channel, WHY[state], at))


class Phones:
    """The phones of all meetings of a service."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._channels: dict[MeetingId, dict[ChannelId, PhoneChannel]] = {}
        self.links: Callable[[str], list[tuple[str, str]]] = lambda _: []
        """Where a path of the page is found; set once there is a listener."""

    def source(self, device: str) -> PhoneSource | None:
        """The source where the device is a phone; None: it is something else."""
        return PhoneSource(self._clock, LABEL) if device.startswith(DEVICE) else None

    def attach(self, running: RunningMeeting, sources: Mapping[ChannelId, AudioSource]) -> None:
        """A meeting listens to these; what is no phone is left alone."""
        found: dict[ChannelId, PhoneChannel] = {}
        for number, source in sources.items():
            if isinstance(source, PhoneSource):
                found[number] = PhoneChannel(running, number, source)
                source.on_state = found[number].tell
                source.on_state(source.state)
        if found:
            self._channels.setdefault(running.meeting.spec.id, {}).update(found)

    def detach(self, meeting: MeetingId, channel: ChannelId) -> None:
        """A channel is gone, and its token with it."""
        self._channels.get(meeting, {}).pop(channel, None)

    def forget(self, meeting: MeetingId) -> None:
        """A meeting is gone, and its tokens with it."""
        self._channels.pop(meeting, None)

    def of(self, meeting: MeetingId) -> Mapping[ChannelId, PhoneChannel]:
        """The phones of a meeting, by channel."""
        return self._channels.get(meeting, {})

    def find(self, token: str) -> PhoneChannel:
        """The channel that a token is for. Raises MeetingError."""
        given = token.encode()
        for channels in self._channels.values():
            for phone in channels.values():
                if hmac.compare_digest(phone.token.encode(), given):
                    return phone
        raise MeetingError(
            "unknown_meeting",
            "This link is not known here, or not any more: ask the host for a new one.",
        )
