"""A meeting whose captions are made up, served as a real one is: to measure and test pages.

    python -m tools.staged_meeting [--port 8090] [--history 200]

serves one in which eight people talk without end. No microphone, model or record is in it; what
viewers reach is the very site of `captioner serve`.
"""

import argparse
import asyncio
import itertools
import random
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import InitVar, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar, cast

from captioner.captions.events import NumberedEvent, from_dict
from captioner.captions.meeting import Meeting, MeetingSpec
from captioner.captions.roster import ChannelSpec
from captioner.captions.timeline import Entry
from captioner.domain import (
    ChannelId,
    MeetingId,
    SamplePos,
    Utterance,
    UtteranceId,
    UtteranceState,
)
from captioner.errors import MeetingError
from captioner.server.desk import Desk
from captioner.server.feed import Feed
from captioner.server.listener import WebServer, listen
from captioner.server.site import create_viewer_site
from captioner.service.translating import MeetingTranslations
from captioner.service.translators import Translators

WEB = Path(__file__).parents[1] / "web"
CODE = "STAGED"
NAMES = ("Anna", "Bram", "Chen", "Daan", "Elif", "Femke", "Goran", "Hanne")
HEARTBEAT_S = 5.0
SAMPLES_A_SECOND = 16_000
SPEECH = (
    "the plan for next week is that we move the first part to Tuesday and ask the others what they"
    " think about the budget because nobody has seen the new numbers yet and there are a few"
    " questions left about the room the guests and who takes the notes so let us look at it again"
)
WORDS = SPEECH.split()

Result = TypeVar("Result")


@dataclass
class Handle:
    """What the viewers' endpoints need of a meeting."""

    meeting: Meeting
    feed: Feed
    zero_s: float
    translators: InitVar[Translators]
    viewers: int = 0
    translations: MeetingTranslations = field(init=False)

    def __post_init__(self, translators: Translators) -> None:
        self.translations = MeetingTranslations(
            self.meeting, translators, self.publish, lambda: self.now_s
        )

    @property
    def now_s(self) -> float:
        """Seconds on the meeting's clock."""
        return time.monotonic() - self.zero_s

    def publish(self, command: Callable[[float], Entry]) -> Entry:
        """Carry out a command, and wake everybody."""
        entry = command(self.now_s)
        self.translations.accept(entry)
        self.feed.announce()
        return entry


@dataclass
class OneMeeting:
    """A desk on which one meeting lies."""

    handle: Handle
    port: int = 0

    def by_code(self, code: str) -> Handle:
        """The meeting, or MeetingError."""
        if code != CODE:
            raise MeetingError("unknown_meeting", "There is no such meeting.")
        return self.handle


@dataclass
class Stage:
    """A meeting and its listener, on a thread of their own; methods are called from outside it."""

    names: tuple[str, ...] = NAMES[:3]
    title: str = "Planning"
    transcript: bool = True
    port: int = 0
    translators: Translators = field(default_factory=Translators.none)
    """None can be made unless somebody brings one."""
    handle: Handle = field(init=False)
    sent_at: dict[int, float] = field(default_factory=dict)
    """Wall time at which each seq was given to the feed."""

    def __post_init__(self) -> None:
        self._numbers = itertools.count(1)
        self._revs: dict[str, int] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._server: WebServer | None = None
        channels = [ChannelSpec(ChannelId(at), name) for at, name in enumerate(self.names, 1)]
        spec = MeetingSpec(
            id=MeetingId("staged"),
            code=CODE,
            epoch="e1",
            title=self.title,
            weights="none",
            demo_weights=False,
            started=datetime.now(UTC),
            channels=channels,
            viewer_transcript=self.transcript,
        )
        self.handle = Handle(Meeting(spec), Feed(), time.monotonic(), self.translators)

    @staticmethod
    def channel(number: int) -> ChannelId:
        """A channel by its number."""
        return ChannelId(number)

    @property
    def url(self) -> str:
        """Where viewers go."""
        return f"http://127.0.0.1:{self.port}/m/{CODE}"

    def open(self) -> "Stage":
        """Serve; the meeting goes live."""
        self._thread.start()
        self.listen()
        self.command(lambda meeting, at: meeting.start(at))
        return self

    def close(self) -> None:
        """Take leave of everybody."""
        self.hang_up()
        asyncio.run_coroutine_threadsafe(self.translators.close(), self._loop).result(20)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def listen(self) -> None:
        """Answer, on the port of last time if there was one."""
        self.handle.feed.is_closed = False

        async def begin() -> None:
            listening = listen("127.0.0.1", self.port)
            self.port = listening.getsockname()[1]
            desk = cast(Desk, OneMeeting(self.handle))
            self._server = WebServer(create_viewer_site(desk, WEB, HEARTBEAT_S), listening)
            await self._server.start()

        asyncio.run_coroutine_threadsafe(begin(), self._loop).result(10)

    def hang_up(self) -> None:
        """End the service; the meeting stays as it is."""
        server, self._server = self._server, None
        if server is None:
            return

        async def end() -> None:
            self.handle.feed.close()
            await server.stop()

        asyncio.run_coroutine_threadsafe(end(), self._loop).result(20)

    def command(self, act: Callable[[Meeting, float], Entry | None]) -> int:
        """Do something to the meeting; returns the last seq."""
        return self._call(lambda: self._publish(act))

    def command_result(self, look: Callable[[Meeting], Result]) -> Result:
        """Something of the meeting as it is now."""
        return self._call(lambda: look(self.handle.meeting))

    def say(
        self,
        channel: int,
        text: str,
        *,
        utterance: str = "",
        state: UtteranceState = UtteranceState.FINAL,
        start_s: float | None = None,
        language: str = "en",
    ) -> str:
        """A caption, or another revision of one. Returns its utterance."""
        return self._call(lambda: self._say(channel, text, utterance, state, start_s, language))

    def partial(self, channel: int, text: str, utterance: str, start_s: float | None = None) -> str:
        """Words of somebody who goes on speaking."""
        state = UtteranceState.PARTIAL
        return self.say(channel, text, utterance=utterance, state=state, start_s=start_s)

    def translate(self, utterance: str, language: str, text: str, state: str = "final") -> None:
        """What it means in another language."""

        def act(meeting: Meeting, at: float) -> Entry:
            known = meeting.timeline.caption(UtteranceId(utterance))
            numbers = {"seq": meeting.timeline.seq + 1, "at": round(at, 3)}
            what = {"utterance": utterance, "language": language, "text": text, "state": state}
            event = {"type": "translation", "rev": known.rev if known else 1, **numbers, **what}
            return meeting.adopt(cast(NumberedEvent, from_dict(event)))

        self.command(act)

    def talk(self, utterances: int, *, seed: int = 1, every_s: float = 3.0) -> None:
        """So many finals at once, as if said one after the other from the beginning."""

        def all_of_it() -> None:
            chance = random.Random(seed)
            for at in range(utterances):
                text = sentence(chance)
                channel = chance.randint(1, len(self.names))
                self._say(channel, text, "", UtteranceState.FINAL, at * every_s, "en", wake=False)
            self.handle.zero_s -= utterances * every_s
            self.handle.feed.announce()

        self._call(all_of_it)

    def _say(
        self,
        channel: int,
        text: str,
        utterance: str,
        state: UtteranceState,
        start_s: float | None,
        language: str,
        wake: bool = True,
    ) -> str:
        name = utterance or f"u{next(self._numbers)}"
        rev = self._revs[name] = self._revs.get(name, 0) + 1
        known = self.handle.meeting.timeline.caption(UtteranceId(name))
        begun = known.start if known else self.handle.now_s if start_s is None else start_s
        said = Utterance(
            id=UtteranceId(name),
            channel=ChannelId(channel),
            rev=rev,
            state=state,
            text=text,
            stable=len(text),
            start=SamplePos(round(begun * SAMPLES_A_SECOND)),
            end=SamplePos(round((begun + 0.4 * len(text.split())) * SAMPLES_A_SECOND)),
            language=language,
            reason=None if text else "no_speech",
        )
        self._publish(lambda meeting, at: meeting.revise(said, at), wake)
        return name

    def _publish(self, act: Callable[[Meeting, float], Entry | None], wake: bool = True) -> int:
        meeting = self.handle.meeting
        if entry := act(meeting, self.handle.now_s):
            self.handle.translations.accept(entry)
        self.sent_at[meeting.timeline.seq] = time.time()
        if wake:
            self.handle.feed.announce()
        return meeting.timeline.seq

    def _call(self, act: Callable[[], Result]) -> Result:
        async def run() -> Result:
            return act()

        return asyncio.run_coroutine_threadsafe(run(), self._loop).result(60)


def sentence(chance: random.Random) -> str:
    """Something that somebody may have said."""
    first = chance.randrange(len(WORDS))
    words = [WORDS[(first + at) % len(WORDS)] for at in range(chance.randint(3, 22))]
    return " ".join(words).capitalize() + "."


def growing(text: str, words: int) -> Iterator[str]:
    """A text as its partials show it, so many words more each time."""
    said = text.rstrip(".").split()
    for end in range(words, len(said), words):
        yield " ".join(said[:end])


def main() -> None:
    """Serve one until Ctrl-C."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--history", type=int, default=30)
    options: Any = parser.parse_args()
    stage = Stage(NAMES, port=options.port).open()
    stage.talk(options.history)
    print(stage.url, flush=True)
    chance = random.Random(0)
    for number in itertools.count():
        text, channel, name = sentence(chance), chance.randint(1, len(NAMES)), f"live{number}"
        for part in growing(text, 3):
            stage.partial(channel, part, name)
            time.sleep(0.7)
        stage.say(channel, text, utterance=name)
        time.sleep(0.5)


if __name__ == "__main__":
    main()
