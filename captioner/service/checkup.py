"""Whether all is ready: rooms that were set up before, what hears, this machine, the meeting's own
microphones."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Sequence

from captioner.asr.decoder import Decoded, Outcome
from captioner.asr.engine import DecodeRequest
from captioner.asr.spoken import suggest_language
from captioner.asr.weights import Weights
from captioner.asr.whisper import weights_languages
from captioner.audio.frame import Samples
from captioner.audio.soundcheck import NOTHING, RECENT_S, MicrophonePair, find_pairs, judge_sound
from captioner.domain import ChannelId
from captioner.errors import DecodeError, MeetingError
from captioner.server.address import own_addresses
from captioner.server.pings import Pings
from captioner.server.readiness import ChannelCheck, Check
from captioner.service.checks import (
    Figures,
    check_addresses,
    check_certificate,
    check_data_folder,
    clip_request,
    demo_clip,
    judge_speed,
    run_check,
    stopwatch,
)
from captioner.service.running import Hearing, RunningMeeting
from captioner.settings import Settings
from captioner.store.room_setup import RoomSetup
from captioner.store.rooms import forget_room, load_rooms
from captioner.translate.engine import Pair

MOST_LANGUAGES = 4
"""That one sound is tried in: each costs a decode."""

COLD = Check("weights", False, "not loaded yet", "Wait a moment.", "engine_cold")


class Checkup:
    """Implements the endpoints' Readiness. Used from the event loop's thread."""

    def __init__(
        self,
        settings: Settings,
        find: Callable[[str], Weights],
        load: Callable[[Weights], Awaitable[Hearing]],
        links: Callable[[str], list[tuple[str, str]]],
    ) -> None:
        """`find`: the weights of a name; `load`: what hears by them, refused while a meeting goes
        on or begins; `links`: where viewers find a path."""
        self.links = links
        self.pairs: Callable[[], frozenset[Pair]] = frozenset
        self.pings = Pings(lambda: secrets.token_urlsafe(9))
        self.recent: Callable[[str], Samples] = lambda _: NOTHING
        """What a microphone heard just now, before a meeting."""
        self.going: Callable[[], RunningMeeting | None] = lambda: None
        """The meeting that hears now."""
        self._settings = settings
        self._find = find
        self._load = load
        self._measured = COLD

    def is_own_address(self, sender: str) -> bool:
        return sender in own_addresses()

    def rooms(self) -> list[RoomSetup]:
        return load_rooms(self._settings.store.folder)

    def forget_room(self, name: str) -> None:
        forget_room(self._settings.store.folder, name)

    async def lines(self) -> list[Check]:
        """What can be said at once; what hears is as it was measured last."""
        settings, running = self._settings, self.going()
        return [
            self._measured if running is None else judge_load(running),
            await run_check("addresses", check_addresses),
            await run_check("phones as microphones", lambda: check_certificate(settings)),
            await run_check("data folder", lambda: check_data_folder(settings)),
        ]

    async def measure(self, weights: str) -> Check:
        found = self._find(weights)
        hearing = await self._load(found)
        clip = await asyncio.to_thread(demo_clip)

        async def listen() -> Check:
            elapsed_s = stopwatch()
            (outcome,) = await _decoded(hearing, [clip_request(clip)])
            if isinstance(outcome, DecodeError):
                raise outcome
            return judge_speed(found.name, elapsed_s(), len(outcome.hypothesis.text.split()))

        self._measured = await run_check("weights", listen)
        return self._measured

    async def suggest_language(
        self, device: str, weights: str, chosen: str, candidates: Sequence[str]
    ) -> str | None:
        """Which language the last seconds of a microphone seem to be in. Raises CaptionerError."""
        found, sound = self._find(weights), self.recent(device)
        known = weights_languages(found)
        wanted = [each for each in dict.fromkeys((chosen, *candidates)) if each in known]
        if len(wanted) < 2 or not judge_sound(sound).has_voice:
            return None
        try:
            hearing = await self._load(found)
        except MeetingError:
            return None  # a meeting goes on: there is nothing to try
        requests = [clip_request(sound, language) for language in wanted[:MOST_LANGUAGES]]
        outcomes = await _decoded(hearing, requests)
        heard = [each.hypothesis for each in outcomes if isinstance(each, Decoded)]
        return suggest_language(heard, chosen)

    async def channels(self) -> tuple[list[ChannelCheck], list[MicrophonePair]]:
        running = self.going()
        return ([], []) if running is None else await check_channels(running)


def judge_load(running: RunningMeeting) -> Check:
    """What hears, while it does: whether it keeps up."""
    load, weights = running.load(), running.meeting.spec.weights
    figures: Figures = {
        "weights": weights,
        "busy": round(100 * load.busy),
        "lag_s": round(load.lag_s, 1),
    }
    detail = f"{weights}: busy {load.busy:.0%} of the time, {load.lag_s:.1f} s behind"
    if load.problem or running.meeting.lag_s is not None:
        fix = load.problem or "Fewer microphones or smaller weights would help."
        code = "" if load.problem else "engine_late"
        return Check("weights", False, detail, fix, code, figures)
    return Check("weights", True, detail, "", "engine_live", figures)


async def _decoded(hearing: Hearing, requests: Sequence[DecodeRequest]) -> list[Outcome]:
    heard: asyncio.Future[list[Outcome]] = asyncio.get_running_loop().create_future()
    hearing.worker.submit(requests, heard.set_result)
    return await heard


async def check_channels(
    running: RunningMeeting,
) -> tuple[list[ChannelCheck], list[MicrophonePair]]:
    """The microphones of a meeting; pairs are named by the channels' numbers."""
    recent = running.live.recent(RECENT_S)
    newest: dict[ChannelId, float] = {}
    for caption in running.meeting.timeline.captions():
        newest[caption.channel] = max(newest.get(caption.channel, 0.0), caption.at)
    checks = [
        ChannelCheck(
            entry.channel,
            running.sources().get(entry.channel, ""),
            entry.channel in running.switched_off,
            judge_sound(recent[entry.channel]) if entry.channel in recent else None,
            running.now_s - newest[entry.channel] if entry.channel in newest else None,
        )
        for entry in running.meeting.roster.entries
    ]
    named = {str(channel): samples for channel, samples in recent.items()}
    return checks, await asyncio.to_thread(find_pairs, named)
