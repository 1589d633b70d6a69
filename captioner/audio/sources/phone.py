"""A phone as the microphone of one channel; its sound is handed in by whoever has its socket."""

import asyncio
import contextlib
import secrets
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace

import numpy as np

from captioner.audio.frame import SAMPLE_RATE, Samples, samples_to_seconds
from captioner.audio.resample import Resampler
from captioner.audio.sources.phone_line import PhoneLine, PhoneStart, PhoneState
from captioner.clock import Clock
from captioner.errors import AccessError, CaptionerError, WireError

LOOK_S = 0.5
"""How often a phone that sends nothing is looked at."""

FULL_S = 20.0
"""With so much waiting to be heard, a phone has to wait; it keeps its sound meanwhile."""

SILENCE_SAMPLES = SAMPLE_RATE
"""Silence is heard a second at a time: others get their turn in between."""

Taken = Callable[[CaptionerError], None]
"""Told why a connection is over, by somebody else's doing."""


@dataclass(frozen=True, slots=True)
class _Block:
    """Sound that nobody has taken yet."""

    samples: Samples
    arrived_s: float
    recording: int


class PhoneCall:
    """One connection of a phone; the newest one speaks, the others are over."""

    def __init__(self, source: "PhoneSource", on_over: Taken) -> None:
        self._source = source
        self.on_over = on_over

    @property
    def next(self) -> int:
        """Number of the first sample that is still wanted."""
        return self._source.line.next

    def accept(self, pcm: bytes) -> None:
        """Mono 16-bit sound, little endian. Raises WireError when it comes too fast."""
        if self._source.call is self:
            self._source.accept(pcm)

    def skip_to(self, at: int) -> None:
        """What comes next has this number: the phone heard nothing for a while."""
        if self._source.call is self:
            self._source.skip_to(at)

    async def room(self) -> None:
        """Until there is room for more."""
        await self._source.room()

    def leave(self, *, on_purpose: bool) -> None:
        """The connection is gone; `on_purpose`: somebody pressed the button."""
        if self._source.call is self:
            self._source.leave(on_purpose=on_purpose)


class PhoneSource:
    """A channel that waits for a phone, hears it, and waits for it again; see NumberedSource.

    Used from the loop's thread. It is never lost in the way a device is: while no sound comes,
    `on_state` says so, and the channel goes on when there is some again.
    """

    def __init__(self, clock: Clock, label: str) -> None:
        self._clock = clock
        self._label = label
        self.token = secrets.token_urlsafe(12)
        """Who has it may be this microphone."""
        self.line = PhoneLine(clock.monotonic_s())
        self.call: PhoneCall | None = None
        self.state = PhoneState.WAITING
        self.on_state: Callable[[PhoneState], None] = lambda _: None
        """Told the state again and again, at least every LOOK_S while nothing comes."""
        self.arrived_at_s = 0.0
        self.lost_s = 0.0
        self.recording = 0
        self._resampler: Resampler | None = None
        self._start: PhoneStart | None = None
        self._recordings = 0
        """Of which the newest may still wait."""
        self._waiting: deque[_Block] = deque()
        self._waiting_samples = 0
        self._is_open = False
        self._wake = asyncio.Event()
        self._has_room = asyncio.Event()

    @property
    def label(self) -> str:
        return self._label

    @property
    def is_away(self) -> bool:
        """Whether what `blocks` yields now is only silence in the place of its sound."""
        return self.state is not PhoneState.CONNECTED

    @property
    def backlog_s(self) -> float:
        """Seconds of sound that nobody has taken yet."""
        return samples_to_seconds(self._waiting_samples)

    async def open(self) -> None:
        self._is_open = True

    async def close(self) -> None:
        self._is_open = False
        self._wake.set()
        self._has_room.set()
        self._end_call(AccessError("not_allowed", "The meeting has ended: nobody listens now."))

    async def blocks(self) -> AsyncIterator[Samples]:
        while self._is_open:
            block = self._take()
            if block is not None:
                self.arrived_at_s, self.recording = block.arrived_s, block.recording
                yield block.samples
                await asyncio.sleep(0)  # a long backlog is not heard in one go
                continue
            self._look()
            self._wake.clear()
            if self._waiting or not self._is_open:
                continue
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_S):
                    await self._wake.wait()

    def join(self, start: PhoneStart, on_over: Taken) -> PhoneCall:
        """A phone connects; who was connected is told and is over. Raises WireError."""
        if not self._is_open:
            raise AccessError("not_allowed", "The meeting has ended: nobody listens now.")
        self._end_call(AccessError("taken_over", "Another phone has taken this microphone over."))
        self._begin(start)
        self.call = PhoneCall(self, on_over)
        return self.call

    def accept(self, pcm: bytes) -> None:
        """Called by the call that speaks."""
        now_s = self._clock.monotonic_s()
        sound = np.frombuffer(pcm, "<i2")
        known = self.line.accept(len(sound), now_s)
        assert self._resampler is not None
        heard = self._resampler.accept(sound[known:] * np.float32(1 / 32768))
        self._put(heard, now_s - self._resampler.held_back_s)
        if self.line.is_ahead(now_s):
            raise WireError("bad_message", "More sound came than time has passed: reload the page.")
        self._tell(PhoneState.CONNECTED)

    def skip_to(self, at: int) -> None:
        """Called by the call that speaks."""
        assert self._start is not None
        self._begin(replace(self._start, at=at))

    def leave(self, *, on_purpose: bool) -> None:
        """Called by the call that spoke; an accident is told only when it lasts."""
        self.call = None
        if on_purpose:
            self._tell(PhoneState.OFF)

    async def room(self) -> None:
        """Until so little waits that more may come."""
        while self._is_open and self.backlog_s > FULL_S:
            self._has_room.clear()
            await self._has_room.wait()

    def _begin(self, start: PhoneStart) -> None:
        """What comes next has the number that `start` says."""
        now_s = self._clock.monotonic_s()
        is_same = self.line.is_same(start)
        goes_on = is_same and start.at <= self.line.next
        silence_s = self.line.begin(start, now_s)
        self._start = start
        if goes_on and self._resampler is not None:
            return
        self._put(self._rest(), now_s)
        self._recordings += not is_same
        self._put(np.zeros(round(silence_s * SAMPLE_RATE), np.float32), now_s)
        self._resampler = Resampler(start.rate)

    def _take(self) -> _Block | None:
        if not self._waiting:
            return None
        block = self._waiting.popleft()
        if len(block.samples) > SILENCE_SAMPLES:
            self._waiting.appendleft(replace(block, samples=block.samples[SILENCE_SAMPLES:]))
            block = replace(block, samples=block.samples[:SILENCE_SAMPLES])
        self._waiting_samples -= len(block.samples)
        self._has_room.set()
        return block

    def _put(self, samples: Samples, arrived_s: float) -> None:
        if len(samples):
            self._waiting.append(_Block(samples, arrived_s, self._recordings))
            self._waiting_samples += len(samples)
            self._wake.set()

    def _rest(self) -> Samples:
        """What the filter still holds of the recording before."""
        if self._resampler is None:
            return np.zeros(0, np.float32)
        return self._resampler.flush()

    def _look(self) -> None:
        """Nothing waits: has anything come of late?"""
        now_s = self._clock.monotonic_s()
        silence_s = self.line.fill(now_s)
        self._put(np.zeros(round(silence_s * SAMPLE_RATE), np.float32), now_s)
        is_gone = self.state is PhoneState.CONNECTED and self.line.is_silent(now_s)
        self._tell(PhoneState.LOST if is_gone else self.state)

    def _tell(self, state: PhoneState) -> None:
        self.state = state
        self.on_state(state)

    def _end_call(self, error: CaptionerError) -> None:
        call, self.call = self.call, None
        if call is not None:
            call.on_over(error)
