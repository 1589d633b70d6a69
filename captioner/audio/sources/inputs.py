"""The inputs of one device as microphones of their own: one stream, split for all of them."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any

from captioner.audio.sources.pulse import StreamWatch

Home = frozenset[str]
"""The names of the sound server's sources that a stream hears."""

NOWHERE: Home = frozenset()

Hooks = dict[str, Callable[..., None]]
"""callback and finished_callback, as PortAudio calls them."""

_INPUT = re.compile(r"^(.+) / input ([1-9]\d?)$")


def input_id(device_id: str, number: int) -> str:
    """The id of one input of a device, numbered from 1."""
    return f"{device_id} / input {number}"


def split_input(device_id: str) -> tuple[str, int | None]:
    """The device and the number of its input; None: all of them, mixed."""
    match = _INPUT.match(device_id)
    return (match[1], int(match[2])) if match else (device_id, None)


def is_heard_twice(device_ids: list[str]) -> bool:
    """Whether a microphone is in it twice: as it is, or once by itself and once in the mix."""
    seen = [split_input(each) for each in device_ids]
    mixed = {device for device, number in seen if number is None}
    split = {device for device, number in seen if number is not None}
    return len(set(seen)) < len(seen) or bool(mixed & split)


class SplitStream:
    """Hands each input of a stream to who listens to it.

    `accept_sound` and `accept_end` are called on a thread of PortAudio; `add` and `remove` on the
    loop's: what they change is replaced as a whole.
    """

    def __init__(self) -> None:
        self._takers: tuple[tuple[int, Hooks], ...] = ()

    @property
    def hooks(self) -> Hooks:
        """What PortAudio calls."""
        return {"callback": self.accept_sound, "finished_callback": self.accept_end}

    @property
    def is_idle(self) -> bool:
        """Whether nobody listens."""
        return not self._takers

    def add(self, number: int, hooks: Hooks) -> None:
        """Hand input `number`, from 1, to these."""
        self._takers = (*self._takers, (number, hooks))

    def remove(self, hooks: Hooks) -> None:
        """Hand nothing more to these."""
        self._takers = tuple(each for each in self._takers if each[1] is not hooks)

    def accept_sound(self, block: Any, *rest: Any) -> None:
        """A block of all inputs, (frames, inputs)."""
        for number, hooks in self._takers:
            hooks["callback"](block[:, number - 1 : number], *rest)

    def accept_end(self) -> None:
        """The stream has ended."""
        for _, hooks in self._takers:
            hooks["finished_callback"]()


@dataclass(frozen=True, slots=True, eq=False)
class OpenedStream:
    """A running stream, and what is known of where its sound comes from."""

    stream: Any
    watch: StreamWatch | None
    """None where it does not belong to a sound server."""
    home: Home
    split: SplitStream | None = None
    """Where it is shared by those who listen to one input each."""
    hooks: Hooks = field(default_factory=dict)
    """Of who listens to one input."""


class SharedInputs:
    """Opens a device once for all who listen to an input of it. Used from the loop's thread."""

    def __init__(self) -> None:
        self._streams: dict[str, OpenedStream] = {}
        self._lock = asyncio.Lock()

    async def open(
        self,
        device: str,
        number: int,
        hooks: Hooks,
        open_whole: Callable[[Hooks], Awaitable[OpenedStream]],
    ) -> OpenedStream:
        """Listen to input `number`, from 1. Raises AudioError."""
        async with self._lock:
            shared = self._streams.get(device)
            if shared is None or shared.split is None:
                split = SplitStream()
                shared = replace(await open_whole(split.hooks), split=split)
                self._streams[device] = shared
            assert shared.split is not None
            shared.split.add(number, hooks)
        return replace(shared, hooks=hooks)

    async def leave(self, opened: OpenedStream) -> bool:
        """Listen no more; whether the stream is nobody's now, and has to be closed.

        Who comes next gets a stream of its own: one that somebody left may have been lost.
        """
        async with self._lock:
            for device, shared in list(self._streams.items()):
                if shared.split is opened.split:
                    del self._streams[device]
        assert opened.split is not None
        opened.split.remove(opened.hooks)
        return opened.split.is_idle
