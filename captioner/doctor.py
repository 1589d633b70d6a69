"""Every check of a machine before a meeting, each with how to mend it; changes nothing."""

import asyncio
import shutil
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from captioner import resources
from captioner.asr.capacity import STRETCH_S, Fit, count_speakers, judge
from captioner.asr.decoder import decode_batch
from captioner.asr.engine import DecodeKind, DecodeRequest
from captioner.asr.grouping import USUAL_BATCHING
from captioner.asr.remembered import RememberedBatching
from captioner.asr.trial import measure_batching
from captioner.asr.weights import Weights, find_weights
from captioner.asr.whisper import WhisperEngine
from captioner.audio.frame import FRAME_SAMPLES, SAMPLE_RATE, Samples
from captioner.audio.sources.device import SoundSystem
from captioner.audio.sources.recording import RecordedMeeting
from captioner.audio.vad import SileroDetector, SileroModel
from captioner.domain import ChannelId, SamplePos, UtteranceId
from captioner.errors import CaptionerError, CertificateError, DecodeError
from captioner.server.address import lan_addresses
from captioner.server.listener import listen
from captioner.server.tls import check_pair
from captioner.settings import Settings
from captioner.store.certificates import FOLDER, CertificateStore
from captioner.translate.installed import Installed, translator_problem
from captioner.translate.routes import describe_pairs

CLIP_S = 6.0
"""Length of the bundled sound that is decoded: about one utterance."""

SMALLEST_FREE_MB = 500
"""Free space under which a check warns: weights and transcripts need some."""


@dataclass(frozen=True, slots=True)
class Check:
    """The outcome of one check."""

    name: str
    ok: bool
    detail: str
    """What was found, for people."""
    fix: str = ""
    """What to do; empty when it is well."""


async def run_checks(settings: Settings) -> list[Check]:
    """All checks, whatever the others say. Takes a few seconds: the weights are really loaded."""
    checks: list[tuple[str, Callable[[Settings], Awaitable[str]]]] = [
        ("python", _check_python),
        ("pages", _check_pages),
        ("voice detector", _check_detector),
        ("weights", _check_weights),
        ("microphones", _check_microphones),
        ("viewer port", _check_viewer_port),
        ("host port", _check_host_port),
        ("phones as microphones", _check_phones),
        ("addresses", _check_addresses),
        ("data folder", _check_data_folder),
        ("translation", _check_translation),
    ]
    return [await _outcome(name, check, settings) for name, check in checks]


class _Finding(Exception):  # noqa: N818 - not an error of the program
    """A check that failed: what was found and what to do."""

    def __init__(self, detail: str, fix: str) -> None:
        super().__init__(detail)
        self.detail = detail
        self.fix = fix


async def _outcome(
    name: str, check: Callable[[Settings], Awaitable[str]], settings: Settings
) -> Check:
    try:
        return Check(name, True, await check(settings))
    except _Finding as finding:
        return Check(name, False, finding.detail, finding.fix)
    except CaptionerError as error:
        return Check(name, False, error.codes[error.code], error.message)
    except Exception as error:  # a check that breaks is a finding too
        return Check(name, False, f"{type(error).__name__}: {error}", "Report this as a bug.")


async def _check_python(_: Settings) -> str:
    return ".".join(str(part) for part in sys.version_info[:3])


async def _check_pages(_: Settings) -> str:
    folder = resources.web_folder()
    for page in ("viewer/index.html", "viewer/join.html", "host/index.html"):
        if not (folder / page).is_file():
            raise _Finding(f"{folder / page} is missing", "Install captioner again.")
    return str(folder)


async def _check_detector(_: Settings) -> str:
    model = SileroModel()
    await asyncio.to_thread(model.load)
    detector = SileroDetector(model)
    loudest = max(
        detector.speech_probability(step) for step in _frames(await asyncio.to_thread(_demo_clip))
    )
    if loudest < 0.5:
        raise _Finding("it hears no voice in the bundled sound", "Install captioner again.")
    return "hears the voice in the bundled sound"


async def _check_weights(settings: Settings) -> str:
    weights = find_weights(settings.asr.model, settings.store.folder)
    took_s, words, fed = await asyncio.to_thread(_decode_clip, weights, settings)
    speakers = count_speakers(took_s * STRETCH_S / CLIP_S)
    if judge(speakers) is Fit.TOO_LARGE:
        raise _Finding(
            f"{weights.name} takes {took_s:.1f} s for {CLIP_S:.0f} s of speech: too slow to keep up"
            " with one person who talks",
            "Choose smaller weights with --model; `captioner models list --measure` says which.",
        )
    return (
        f"{weights.name}: {words} words of {CLIP_S:.0f} s in {took_s:.2f} s, enough while"
        f" {speakers} talk at once; {fed}"
    )


async def _check_microphones(_: Settings) -> str:
    devices = await SoundSystem().devices()
    if not devices:
        raise _Finding("none", "Plug in a microphone, then look again with `captioner devices`.")
    return ", ".join(device.label for device in devices[:8])


async def _check_viewer_port(settings: Settings) -> str:
    return _check_port(settings.server.viewer_address, settings.server.viewer_port)


async def _check_host_port(settings: Settings) -> str:
    return _check_port(settings.server.host_address, settings.server.host_port)


async def _check_phones(settings: Settings) -> str:
    if not await asyncio.to_thread(_has_certificate, settings):
        return "not set up: `captioner cert init`, where phones are to be microphones"
    return _check_port(settings.server.tls_address, settings.server.tls_port)


def _has_certificate(settings: Settings) -> bool:
    """Whether there is a certificate, ours or one that was named. Raises CertificateError."""
    server = settings.server
    if server.tls_cert:
        check_pair(Path(server.tls_cert).expanduser(), Path(server.tls_key).expanduser())
        return True
    try:
        CertificateStore(settings.store.folder / FOLDER).authority()
    except CertificateError as error:
        if error.code == "no_certificate":
            return False
        raise
    return True


def _check_port(address: str, port: int) -> str:
    listen(address, port).close()
    return f"{port} is free"


async def _check_addresses(_: Settings) -> str:
    addresses = lan_addresses()
    if not addresses:
        raise _Finding(
            "this computer is on no network", "Join the network that the viewers' phones are on."
        )
    return ", ".join(addresses)


async def _check_data_folder(settings: Settings) -> str:
    folder = settings.store.folder
    there = next(each for each in (folder, *folder.parents) if each.is_dir())
    try:
        with tempfile.TemporaryFile(dir=there):
            pass
    except OSError as error:
        raise _Finding(
            f"{there} cannot be written ({error.strerror})", "Choose another with --data."
        ) from error
    free_mb = shutil.disk_usage(there).free // 1_000_000
    if free_mb < SMALLEST_FREE_MB:
        raise _Finding(f"{folder}: only {free_mb} MB free", "Free some space.")
    return f"{folder}, {free_mb / 1000:.0f} GB free"


async def _check_translation(settings: Settings) -> str:
    """Captions need none: a computer without packages is well too."""
    pairs = Installed(settings.store.folder).pairs()
    if not pairs:
        return "no packages: captions are shown as they are spoken"
    problem = translator_problem()
    if problem is not None:
        raise _Finding(f"{len(pairs)} packages without what uses them", problem.message)
    return describe_pairs(pairs)


def _decode_clip(weights: Weights, settings: Settings) -> tuple[float, int, str]:
    """Load the weights and decode the clip: seconds that the decode took, words heard, and how rows
    share calls of these weights here."""
    engine = WhisperEngine(weights, settings.asr.device, settings.asr.cpu_threads)
    engine.load()
    samples = _demo_clip()
    request = DecodeRequest(
        channel=ChannelId(1),
        utterance=UtteranceId("doctor"),
        kind=DecodeKind.FINAL,
        start=SamplePos(0),
        end=SamplePos(len(samples)),
        samples=samples,
        language="en",
    )
    decode_batch(engine, [request], settings.asr.beam_size)  # the first one warms up
    began = time.perf_counter()
    (outcome,) = decode_batch(engine, [request], settings.asr.beam_size)
    took_s = time.perf_counter() - began
    if isinstance(outcome, DecodeError):
        raise outcome
    text = outcome.hypothesis.text
    if not text:
        raise _Finding(
            f"{weights.name} hear nothing in the bundled sound",
            "Fetch the weights again, or choose others with --model.",
        )
    chosen = RememberedBatching(settings.store.folder).known(engine) or measure_batching(
        engine, [samples]
    )
    return took_s, len(text.split()), (chosen or USUAL_BATCHING).in_words


def _demo_clip() -> Samples:
    """The first CLIP_S seconds of the bundled meeting's first speaker."""
    recording = RecordedMeeting.open(resources.demo_meeting_folder())
    channel = recording.channels[0].channel
    frames = []
    length = 0
    for step in recording.steps():
        frames.append(step[channel])
        length += len(step[channel])
        if length >= CLIP_S * SAMPLE_RATE:
            break
    return np.concatenate(frames)


def _frames(samples: Samples) -> list[Samples]:
    whole = len(samples) // FRAME_SAMPLES * FRAME_SAMPLES
    return [samples[at : at + FRAME_SAMPLES] for at in range(0, whole, FRAME_SAMPLES)]
