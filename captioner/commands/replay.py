"""`captioner replay`: a recorded meeting through the live path."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from captioner.app import Service, stop_signals
from captioner.asr.glossary import Term, parse_glossary
from captioner.asr.weights import Weights, find_weights
from captioner.asr.whisper import weights_languages
from captioner.audio.sources.recording import RecordedMeeting
from captioner.captions.roster import ChannelSpec
from captioner.clock import SimulatedClock, SystemClock
from captioner.errors import AudioError, MeetingError, SettingsError
from captioner.service.explaining import Explanations
from captioner.service.live_export import NOWHERE, LiveExport, LiveExportOptions
from captioner.service.meetings import Meetings
from captioner.service.microphones import NoDevices
from captioner.service.replay import play, play_simulated
from captioner.service.running import RunningMeeting
from captioner.settings import LoadedSettings, Origin, Settings
from captioner.store.files import EventFile, write_files
from captioner.translate.languages import name_of
from captioner.translate.routes import choose_route, describe_pairs

EVENTS_NAME = "events.jsonl"


@dataclass(frozen=True, slots=True)
class ReplayOptions:
    """What `replay` was asked for."""

    folder: Path
    speed: float | None
    """Times real time; None: as fast as it can be decoded, on a simulated clock."""
    events: Path | None
    out: Path | None
    serve: bool
    explain: Path | None = None
    """Where to write what was heard and not shown; it holds text that nobody was shown."""
    glossary: Path | None = None
    """Names and terms to put right."""
    live: LiveExportOptions = NOWHERE
    """Where captions go while they are spoken."""
    translate: tuple[str, ...] = ()
    """Languages to read it in."""


async def run_replay(loaded: LoadedSettings, options: ReplayOptions, out: TextIO) -> int:
    """Play it, leave what was asked for, and end. Raises CaptionerError."""
    settings = loaded.settings
    if options.folder.suffix == ".json" and options.folder.is_file():
        raise AudioError(
            "bad_recording",
            f"{options.folder} is text and no sound: `captioner export FILE --show` shows what was"
            " said in an old meeting; to replay a recording give its folder.",
        )
    recording = RecordedMeeting.open(options.folder)
    weights = find_weights(settings.asr.model, settings.store.folder)
    specs = channel_specs(recording, loaded, weights)
    glossary = read_glossary(options.glossary) if options.glossary else ()
    clock = SimulatedClock() if options.speed is None else SystemClock(options.speed)
    meetings = Meetings(settings, NoDevices(), clock=clock)
    event_files = [EventFile(path) for path in event_paths(options.events, options.out)]
    export = LiveExport(options.live)
    with contextlib.ExitStack() as opened:
        for file in event_files:
            opened.callback(file.close)
            file.open()
        explanations = Explanations(options.explain, is_added_to=False)
        opened.callback(explanations.close)
        epoch = None if options.serve else "replay"
        running = await meetings.prepare(
            weights,
            recording.title,
            specs,
            glossary=glossary,
            epoch=epoch,
            sinks=[file.accept for file in event_files],
        )
        running.folder = options.out
        export.follow(running)
        explanations.follow(running)
        if options.out is not None:
            keep_reference(options.folder, options.out)
        async with served(meetings, settings, running, options.serve, out):
            with stop_signals() as stop, read_in(running, options.translate, out):
                playing = asyncio.create_task(play_at(recording, running, clock, options.speed))
                await finish_or_stop(playing, stop)
                await running.end()
                await export.close()
    for problem in recording.problems.values():
        print(problem.message, file=out)
    files = event_files if explanations.file is None else [*event_files, explanations.file]
    return 1 if running.problem or any(file.problem for file in files) else 0


@contextlib.contextmanager
def read_in(running: RunningMeeting, languages: Sequence[str], out: TextIO) -> Iterator[None]:
    """Ask for these languages as a viewer would; one that cannot be had is told, and the captions
    come as they are spoken."""
    pairs, problem = running.translations.pairs(), running.translations.problem()
    spoken = {entry.language for entry in running.meeting.roster.entries}
    for language in languages:
        if problem is not None:
            print(problem.message, file=out, flush=True)
            break
        others = sorted(spoken - {language})
        if others and not any(choose_route(pairs, each, language) for each in others):
            sources = ", ".join(map(name_of, others))
            print(
                f"No package here translates {sources} into {name_of(language)};"
                f" there are: {describe_pairs(pairs)}.",
                file=out,
                flush=True,
            )
    with running.translations.follow(languages):
        yield


def read_glossary(path: Path) -> tuple[Term, ...]:
    """The terms of a file. Raises MeetingError."""
    try:
        return parse_glossary(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        message = f"The glossary {path} cannot be read: {error}."
        raise MeetingError("bad_meeting", message) from error


async def play_at(
    recording: RecordedMeeting,
    running: RunningMeeting,
    clock: SystemClock | SimulatedClock,
    speed: float | None,
) -> None:
    """Play on whichever clock it is."""
    if isinstance(clock, SimulatedClock):
        await play_simulated(recording, running.live, clock, settle=running.settle)
    else:
        await play(recording, running.live, speed or 1.0)


async def finish_or_stop(playing: "asyncio.Task[None]", stop: asyncio.Event) -> None:
    """Wait for the end of the recording, or for somebody who wants to stop it there."""
    waiting = asyncio.create_task(stop.wait())
    await asyncio.wait((playing, waiting), return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if not playing.done():
        playing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await playing
    else:
        playing.result()


def channel_specs(
    recording: RecordedMeeting, loaded: LoadedSettings, weights: Weights
) -> list[ChannelSpec]:
    """The recording's channels; --language beats what the recording says of itself.

    Raises SettingsError for a list of another length, MeetingError for a language nobody hears.
    """
    chosen = [part.strip() for part in loaded.settings.asr.language.split(",")]
    channels = recording.channels
    if len(chosen) not in (1, len(channels)):
        raise SettingsError(
            "bad_setting",
            f"--language needs one language, or one for each of {len(channels)} channels:"
            f" {loaded.settings.asr.language}.",
        )
    if len(chosen) == 1:
        chosen = chosen * len(channels)
    if loaded.origins["language"] is Origin.DEFAULT:
        chosen = [
            channel.language or default for channel, default in zip(channels, chosen, strict=True)
        ]
    known = weights_languages(weights)
    for language in chosen:
        if language not in known:
            raise MeetingError(
                "bad_meeting",
                f"The weights {weights.name} do not hear the language {language!r}:"
                " choose others with --model, or another --language.",
            )
    return [
        ChannelSpec(channel.channel, channel.speaker, "", language)
        for channel, language in zip(channels, chosen, strict=True)
    ]


def event_paths(events: Path | None, out: Path | None) -> list[Path]:
    """Where events are written: the file that was named, and one in the folder that was."""
    return [path for path in (events, out and out / EVENTS_NAME) if path is not None]


def keep_reference(folder: Path, out: Path) -> None:
    """Put the recording's meeting.json beside the events, so that they can be scored."""
    source = folder / "meeting.json"
    write_files(out, {"meeting.json": source.read_text(encoding="utf-8")})


@asynccontextmanager
async def served(
    meetings: Meetings, settings: Settings, running: RunningMeeting, wanted: bool, out: TextIO
) -> AsyncIterator[Service | None]:
    """Serve the meeting to viewers for as long as the context lasts, if that was asked for."""
    service = Service(meetings, settings) if wanted else None
    try:
        if service is not None:
            await service.start()
            for url, label in service.viewer_links(running.meeting.spec.code):
                print(f"Viewers: {url}  ({label})", file=out, flush=True)
        yield service
    finally:
        await (service.stop() if service is not None else meetings.close())
