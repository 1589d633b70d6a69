"""One channel's microphone in a meeting: listened to, missed, looked for, listened to again."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping
from itertools import chain, repeat

from captioner.audio.frame import Samples, samples_to_seconds
from captioner.audio.source import AudioSource, NumberedSource, TimedSource
from captioner.domain import ChannelId
from captioner.errors import AudioError, CaptionerError
from captioner.service.live import LiveMeeting

logger = logging.getLogger(__name__)

Wait = Callable[[float], Awaitable[None]]


_HOLDS_S = 10.0
"""A microphone that sends less than this before it is lost again has a loose contact."""


def pauses_s(relapses: int) -> Iterator[float]:
    """Seconds before each look for a lost microphone: a plug that was pulled by mistake is soon
    back, one that was taken away costs a look every 5 s.

    `relapses`: how often in a row it was lost as soon as it was back. Everybody is told each time,
    so it comes back less and less often, down to once a minute.
    """
    return chain((min(60.0, 2.0**relapses),), repeat(1.0, 30), repeat(5.0))


class Listener:
    """Carries the sound of one source to the meeting until it is cancelled.

    Whatever happens to the microphone stays here: the meeting is told that it is lost and that it
    is back, each once. `wait` sleeps.
    """

    def __init__(
        self,
        channel: ChannelId,
        source: AudioSource,
        live: LiveMeeting,
        *,
        is_open: bool = True,
        wait: Wait = asyncio.sleep,
    ) -> None:
        self._channel = channel
        self._source = source
        self._timed = source if isinstance(source, TimedSource) else None
        self._numbered = source if isinstance(source, NumberedSource) else None
        self._recording = 0
        self._live = live
        self._is_open = is_open
        self._wait = wait
        self._heard_samples = 0
        self._relapses = 0

    async def run(self) -> None:
        """Listen for ever."""
        try:
            while True:
                if not self._is_open:
                    await self._find_again()
                self._live.lose_channel(self._channel, await self._hear())
                if self._heard_samples:  # of one that only opened nobody has been told
                    held = samples_to_seconds(self._heard_samples) >= _HOLDS_S
                    self._relapses = 0 if held else min(self._relapses + 1, 9)
                self._is_open = False
                await self._source.close()
        finally:
            await self._source.close()

    async def _hear(self) -> CaptionerError:
        """Pass the sound on for as long as it comes; why it comes no more."""
        self._heard_samples = 0
        try:
            async for block in self._source.blocks():
                if not getattr(self._source, "is_away", False):  # silence that stands in for it
                    self._live.regain_channel(self._channel)  # not before there is sound
                self._heard_samples += len(block)
                self._pass_on(block)
        except CaptionerError as error:
            return error
        except Exception:  # whatever a driver throws, the other channels go on
            logger.exception("channel %d failed", self._channel)
        # A source that just ends is gone too: to a reader that looks like silence.
        return failed(self._source)

    def _pass_on(self, block: Samples) -> None:
        arrived_s = None if self._timed is None else self._timed.arrived_at_s
        if self._numbered is None:
            self._live.accept_block(self._channel, block, arrived_s)
            return
        if self._numbered.recording != self._recording:
            self._recording = self._numbered.recording
            self._live.break_off(self._channel)
        self._live.accept_block(self._channel, block, arrived_s, is_numbered=True)

    async def _find_again(self) -> None:
        for pause_s in pauses_s(self._relapses):
            await self._wait(pause_s)
            try:
                await self._source.open()
            except AudioError:
                continue
            except Exception:  # it is said once that it is lost: a driver may throw every second
                logger.debug("channel %d does not open", self._channel, exc_info=True)
                continue
            self._is_open = True
            return


def failed(source: AudioSource) -> AudioError:
    """What is told of a source that failed without a word."""
    message = f"The microphone {source.label} failed: plug it in again or choose another."
    return AudioError("device_failed", message)


async def open_all(
    sources: Mapping[ChannelId, AudioSource],
) -> tuple[dict[ChannelId, AudioSource], dict[ChannelId, AudioError]]:
    """The sources that opened, and why the others did not."""
    opened: dict[ChannelId, AudioSource] = {}
    failures: dict[ChannelId, AudioError] = {}
    for channel, source in sources.items():
        try:
            await source.open()
            opened[channel] = source
        except AudioError as error:
            failures[channel] = error
        except Exception:  # whatever a driver throws, the other channels go on
            logger.exception("channel %d does not open", channel)
            failures[channel] = failed(source)
    return opened, failures
