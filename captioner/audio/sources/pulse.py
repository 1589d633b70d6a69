"""Which microphone a recording of ours really hears, on PulseAudio and on PipeWire.

When a microphone is unplugged, the sound server moves its recordings to another microphone: no
gap, no error, and the words of one person would appear under the name of another. Only the server
knows, and `pactl` tells. One `pactl subscribe` serves all streams; every event about one of them
puts it under suspicion at once, and one `pactl list` (about 8 ms) clears or condemns it.

Promised: a block that is handed on after `HOLD_S`, without suspicion, is of the right microphone,
as long as pactl passes on the server's event within HOLD_S of the block's arrival. Measured: the
event comes 40 to 60 ms before the first wrong block, with the processor idle or four times
overbooked. Should an event ever be missed, a check every `CHECK_S` finds the move.
"""

import asyncio
import contextlib
import logging
import os
import shutil

from captioner.audio.sources.pactl import QUIETLY, ask, environment, list_sources
from captioner.audio.sources.pulse_listing import (
    Event,
    Outputs,
    PulseSource,
    parse_event,
    parse_source_outputs,
)

HOLD_S = 0.05
"""How long a block waits for the news that it is not what it seems; a part of the latency."""

CHECK_S = 2.0
"""Seconds between two checks when no event asks for one."""

_TRIES = 3
"""How often a check is tried before its streams count as lost."""

_PAUSE_S = 0.1
"""Between two tries."""

_HANDSHAKES = 20
"""How often a new subscriber is tried out before there is no watching."""

log = logging.getLogger(__name__)


class StreamWatch:
    """One stream of ours and whether it still hears its own microphone. Lives on the loop."""

    def __init__(self, outputs: Outputs) -> None:
        self.outputs = outputs
        self.is_moved = False
        """Whether it hears another microphone, or nothing; for good."""
        self.suspicions = 0
        self._is_settled = asyncio.Event()
        self._is_settled.set()

    def suspect(self) -> None:
        """Something happened to the stream: nothing may be handed on until it is clear what."""
        self.suspicions += 1
        self._is_settled.clear()

    def accept_listing(self, outputs: Outputs, suspicions: int) -> None:
        """Judge by a listing that was asked for after this many suspicions."""
        if any(outputs.get(output) != source for output, source in self.outputs.items()):
            self.condemn()
        elif suspicions == self.suspicions:
            self._is_settled.set()

    def condemn(self) -> None:
        """The stream is lost."""
        self.is_moved = True
        self._is_settled.set()

    async def is_own(self) -> bool:
        """Whether the stream hears its own microphone; waits while that is in doubt."""
        await self._is_settled.wait()
        return not self.is_moved

    def is_touched_by(self, event: Event) -> bool:
        """Whether the event may mean that the stream has moved."""
        if event.facility == "source-output":
            return event.index in self.outputs
        return (event.facility, event.kind) == ("source", "remove") and (
            event.index in self.outputs.values()
        )


class _Subscriber(asyncio.SubprocessProtocol):
    """Reads `pactl subscribe`; events reach the watch before any timer of the same turn fires."""

    def __init__(self, watch: "PulseWatch") -> None:
        self._watch = watch
        self._rest = b""
        self.lines = 0
        self.over = asyncio.Event()
        """Set when the process has ended."""

    def pipe_data_received(self, fd: int, data: bytes) -> None:  # noqa: ARG002
        *lines, self._rest = (self._rest + data).split(b"\n")
        self.lines += len(lines)
        for line in lines:
            event = parse_event(line.decode("utf-8", "replace"))
            if event is not None:
                self._watch.accept_event(event)

    def process_exited(self) -> None:
        self.over.set()
        self._watch.suspect_all()


class PulseWatch:
    """Watches all recording streams of this process, with at most two pactl processes."""

    def __init__(
        self, program: str = "pactl", process_id: int | None = None, check_s: float = CHECK_S
    ) -> None:
        """`process_id`: whose streams; None for our own."""
        self._program = program
        self._check_s = check_s
        self._process_id = os.getpid() if process_id is None else process_id
        self._streams: set[StreamWatch] = set()
        self._subscriber: _Subscriber | None = None
        self._transport: asyncio.SubprocessTransport | None = None
        self._checking: asyncio.Task[None] | None = None
        self._is_due = asyncio.Event()

    async def sources(self) -> list[PulseSource] | None:
        """What the server can record now; None where there is no server."""
        if shutil.which(self._program) is None:
            return None
        return await list_sources(self._program)

    async def outputs(self) -> Outputs | None:
        """Our streams before a new one is opened; None where nothing can be watched.

        Opening must be serialised: what is new at `watch_since` belongs to what was opened.
        """
        if not self._is_subscribed:
            if shutil.which(self._program) is None or await self._listing() is None:
                return None
            if not await self._subscribe():
                log.warning("pactl subscribe is silent: a moved microphone will not be noticed")
                return None
        return await self._listing()

    async def watch_since(self, before: Outputs) -> StreamWatch | None:
        """Watch what is new since `before`; None where the device is not the sound server's."""
        after = await self._listing() or {}
        new = {output: source for output, source in after.items() if output not in before}
        if not new:
            await self._stop_if_idle()
            return None
        stream = StreamWatch(new)
        self._streams.add(stream)
        if self._checking is None:
            self._checking = asyncio.create_task(self._check_for_ever(), name="pulse-watch")
        stream.suspect()  # it may have moved between the listing and now
        self._is_due.set()
        return stream

    async def forget(self, stream: StreamWatch) -> None:
        """The stream is closed; with the last one the watching ends."""
        self._streams.discard(stream)
        stream.condemn()  # whoever waits for a verdict waits no longer
        await self._stop_if_idle()

    def accept_event(self, event: Event) -> None:
        """Called for every event of the server, before its sound can be handed on."""
        for stream in self._streams:
            if stream.is_touched_by(event):
                stream.suspect()
                self._is_due.set()

    def suspect_all(self) -> None:
        """No events come any more: nothing is sure."""
        for stream in self._streams:
            stream.suspect()
        self._is_due.set()

    @property
    def _is_subscribed(self) -> bool:
        return self._subscriber is not None and not self._subscriber.over.is_set()

    async def _stop_if_idle(self) -> None:
        if self._streams:
            return
        checking, self._checking = self._checking, None
        if checking is not None:
            checking.cancel()
            await asyncio.gather(checking, return_exceptions=True)
        await self._unsubscribe()

    async def _subscribe(self) -> bool:
        """Start a subscriber and see that it hears: our own listings are events, too."""
        await self._unsubscribe()
        subscriber = self._subscriber = _Subscriber(self)
        loop = asyncio.get_running_loop()
        try:
            self._transport, _ = await loop.subprocess_exec(
                lambda: subscriber, self._program, "subscribe", **QUIETLY, env=environment()
            )
        except OSError:
            return False
        for _ in range(_HANDSHAKES):
            if await self._listing() is None or subscriber.over.is_set():
                break
            await asyncio.sleep(HOLD_S)
            if subscriber.lines:
                return True
        await self._unsubscribe()
        return False

    async def _unsubscribe(self) -> None:
        transport, self._transport = self._transport, None
        subscriber, self._subscriber = self._subscriber, None
        if transport is None or subscriber is None:
            return
        with contextlib.suppress(ProcessLookupError):
            transport.kill()
        await subscriber.over.wait()
        transport.close()

    async def _check_for_ever(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                # Not wait_for: on Python 3.11 it can swallow a cancellation, and run on for ever.
                async with asyncio.timeout(self._check_s):
                    await self._is_due.wait()
            self._is_due.clear()
            try:
                await self._check()
            except Exception:  # a watch that died would hold every block back for ever
                log.exception("the sound server cannot be asked")
                for stream in self._streams:
                    stream.condemn()

    async def _check(self) -> None:
        """Ask the server, and clear or condemn every stream."""
        outputs: Outputs | None = None
        suspicions: dict[StreamWatch, int] = {}
        for _ in range(_TRIES):
            suspicions = {stream: stream.suspicions for stream in self._streams}
            # Events first: a move between a listing and a new subscriber would be seen by neither.
            if self._is_subscribed or await self._subscribe():
                outputs = await self._listing()
            if outputs is not None:
                break
            await asyncio.sleep(_PAUSE_S)
        if outputs is None:
            log.warning("the sound server no longer answers pactl")
        for stream, count in suspicions.items():
            stream.accept_listing(outputs or {}, count)

    async def _listing(self) -> Outputs | None:
        """Our streams as of now; None where the server does not answer."""
        arguments = ("-f", "json", "list", "source-outputs")
        text = await ask(self._program, *arguments)
        return None if text is None else parse_source_outputs(text, self._process_id)
