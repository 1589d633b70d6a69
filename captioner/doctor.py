"""Every check of a machine before a meeting, each with how to mend it; changes nothing."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from functools import partial

from captioner import resources
from captioner.asr.decoder import decode_batch
from captioner.asr.grouping import USUAL_BATCHING
from captioner.asr.remembered import RememberedBatching
from captioner.asr.trial import measure_batching
from captioner.asr.weights import Weights, find_weights
from captioner.asr.whisper import WhisperEngine
from captioner.audio.frame import FRAME_SAMPLES, Samples
from captioner.audio.sources.device import SoundSystem
from captioner.audio.vad import SileroDetector, SileroModel
from captioner.errors import DecodeError
from captioner.server.listener import listen
from captioner.server.readiness import Check
from captioner.service.checks import (
    Finding,
    check_addresses,
    check_certificate,
    check_data_folder,
    clip_request,
    demo_clip,
    judge_speed,
    run_check,
    stopwatch,
)
from captioner.settings import Settings
from captioner.translate.installed import Installed, translator_problem
from captioner.translate.routes import describe_pairs


async def run_checks(settings: Settings) -> list[Check]:
    """All checks, whatever the others say. Takes a few seconds: the weights are really loaded."""
    checks: list[tuple[str, Callable[[Settings], Awaitable[Check | str]]]] = [
        ("python", _check_python),
        ("pages", _check_pages),
        ("voice detector", _check_detector),
        ("weights", _check_weights),
        ("microphones", _check_microphones),
        ("viewer port", _check_viewer_port),
        ("host port", _check_host_port),
        ("phones as microphones", _check_phones),
        ("addresses", lambda _: check_addresses()),
        ("data folder", check_data_folder),
        ("translation", _check_translation),
    ]
    return [await run_check(name, partial(check, settings)) for name, check in checks]


async def _check_python(_: Settings) -> str:
    return ".".join(str(part) for part in sys.version_info[:3])


async def _check_pages(_: Settings) -> str:
    folder = resources.web_folder()
    for page in ("viewer/index.html", "viewer/join.html", "host/index.html"):
        if not (folder / page).is_file():
            raise Finding(f"{folder / page} is missing", "Install captioner again.")
    return str(folder)


async def _check_detector(_: Settings) -> str:
    model = SileroModel()
    await asyncio.to_thread(model.load)
    detector = SileroDetector(model)
    loudest = max(
        detector.speech_probability(step) for step in _frames(await asyncio.to_thread(demo_clip))
    )
    if loudest < 0.5:
        raise Finding("it hears no voice in the bundled sound", "Install captioner again.")
    return "hears the voice in the bundled sound"


async def _check_weights(settings: Settings) -> Check:
    weights = find_weights(settings.asr.model, settings.store.folder)
    took_s, words, fed = await asyncio.to_thread(_decode_clip, weights, settings)
    return judge_speed(weights.name, took_s, words, f"; {fed}")


async def _check_microphones(_: Settings) -> str:
    devices = await SoundSystem().devices()
    if not devices:
        raise Finding("none", "Plug in a microphone, then look again with `captioner devices`.")
    return ", ".join(device.label for device in devices[:8])


async def _check_viewer_port(settings: Settings) -> str:
    return _check_port(settings.server.viewer_address, settings.server.viewer_port)


async def _check_host_port(settings: Settings) -> str:
    return _check_port(settings.server.host_address, settings.server.host_port)


async def _check_phones(settings: Settings) -> Check | str:
    certificate = await check_certificate(settings)
    if certificate.code == "certificate_none":
        return certificate
    return _check_port(settings.server.tls_address, settings.server.tls_port)


def _check_port(address: str, port: int) -> str:
    listen(address, port).close()
    return f"{port} is free"


async def _check_translation(settings: Settings) -> str:
    """Captions need none: a computer without packages is well too."""
    pairs = Installed(settings.store.folder).pairs()
    if not pairs:
        return "no packages: captions are shown as they are spoken"
    problem = translator_problem()
    if problem is not None:
        raise Finding(f"{len(pairs)} packages without what uses them", problem.message)
    return describe_pairs(pairs)


def _decode_clip(weights: Weights, settings: Settings) -> tuple[float, int, str]:
    """Load the weights and decode the clip: seconds that the decode took, words heard, and how rows
    share calls of these weights here."""
    engine = WhisperEngine(weights, settings.asr.device, settings.asr.cpu_threads)
    engine.load()
    samples = demo_clip()
    request = clip_request(samples)
    decode_batch(engine, [request], settings.asr.beam_size)  # the first one warms up
    elapsed_s = stopwatch()
    (outcome,) = decode_batch(engine, [request], settings.asr.beam_size)
    took_s = elapsed_s()
    if isinstance(outcome, DecodeError):
        raise outcome
    text = outcome.hypothesis.text
    chosen = RememberedBatching(settings.store.folder).known(engine) or measure_batching(
        engine, [samples]
    )
    return took_s, len(text.split()), (chosen or USUAL_BATCHING).in_words


def _frames(samples: Samples) -> list[Samples]:
    whole = len(samples) // FRAME_SAMPLES * FRAME_SAMPLES
    return [samples[at : at + FRAME_SAMPLES] for at in range(0, whole, FRAME_SAMPLES)]
