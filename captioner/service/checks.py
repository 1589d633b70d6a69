"""Checks that the doctor and the host's page share: what is well, what is not, and how to mend it.

Each has a stable name and a code with its figures, so that a page can say it in its own language.
"""

import asyncio
import shutil
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from captioner import resources
from captioner.asr.capacity import STRETCH_S, Fit, count_speakers, judge
from captioner.asr.engine import DecodeKind, DecodeRequest
from captioner.audio.frame import Samples
from captioner.audio.sources.recording import RecordedMeeting
from captioner.domain import ChannelId, SamplePos, UtteranceId
from captioner.errors import CaptionerError, CertificateError
from captioner.server.address import lan_addresses
from captioner.server.readiness import Check
from captioner.server.tls import check_pair
from captioner.settings import Settings
from captioner.store.certificates import FOLDER, CertificateStore

CLIP_S = 6.0
"""Length of the bundled sound that is decoded: about one utterance."""

SMALLEST_FREE_MB = 500
"""Free space under which a check warns: weights and transcripts need some."""


Figures = Mapping[str, float | str]


class Finding(Exception):  # noqa: N818 - not an error of the program
    """A check that failed: what was found and what to do."""

    def __init__(
        self, detail: str, fix: str, code: str = "", figures: Figures | None = None
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.fix = fix
        self.code = code
        self.figures = figures or {}


async def run_check(name: str, check: Callable[[], Awaitable[Check | str]]) -> Check:
    """Its outcome, whatever happens in it; a text means that all is well."""
    try:
        found = await check()
        return found if isinstance(found, Check) else Check(name, True, found)
    except Finding as finding:
        return Check(name, False, finding.detail, finding.fix, finding.code, finding.figures)
    except CaptionerError as error:
        return Check(name, False, error.codes[error.code], error.message, error.code)
    except Exception as error:  # a check that breaks is a finding too
        return Check(name, False, f"{type(error).__name__}: {error}", "Report this as a bug.")


async def check_addresses() -> Check:
    """Whether phones can have an address of this computer."""
    addresses = lan_addresses()
    if not addresses:
        raise Finding(
            "this computer is on no network",
            "Join the network that the viewers' phones are on.",
            "no_network",
        )
    shown = ", ".join(addresses)
    return Check("addresses", True, shown, "", "on_network", {"addresses": shown})


async def check_data_folder(settings: Settings) -> Check:
    """Whether what is kept can be written, and for how long."""
    folder = settings.store.folder
    there = next(each for each in (folder, *folder.parents) if each.is_dir())
    try:
        with tempfile.TemporaryFile(dir=there):
            pass
    except OSError as error:
        raise Finding(
            f"{there} cannot be written ({error.strerror})",
            "Choose another with --data.",
            "cannot_write_data",
            {"folder": str(there)},
        ) from error
    free_mb = shutil.disk_usage(there).free // 1_000_000
    figures: Figures = {"free_mb": free_mb, "free_gb": round(free_mb / 1000), "folder": str(folder)}
    if free_mb < SMALLEST_FREE_MB:
        raise Finding(
            f"{folder}: only {free_mb} MB free", "Free some space.", "disk_nearly_full", figures
        )
    detail = f"{folder}, {free_mb / 1000:.0f} GB free"
    return Check("data folder", True, detail, "", "disk", figures)


async def check_certificate(settings: Settings) -> Check:
    """Whether phones can be microphones; reading needs no certificate. Raises CertificateError."""
    name = "phones as microphones"
    if not await asyncio.to_thread(_has_certificate, settings):
        detail = "not set up: `captioner cert init`, where phones are to be microphones"
        return Check(name, True, detail, "", "certificate_none")
    return Check(name, True, "there is a certificate", "", "certificate")


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


def judge_speed(weights: str, took_s: float, words: int, more: str = "") -> Check:
    """What a decode of the bundled sound says of weights on this computer. Raises Finding."""
    speakers = count_speakers(took_s * STRETCH_S / CLIP_S)
    figures: Figures = {
        "weights": weights,
        "took_s": round(took_s, 2),
        "clip_s": CLIP_S,
        "words": words,
        "speakers": speakers,
    }
    if judge(speakers) is Fit.TOO_LARGE:
        raise Finding(
            f"{weights} takes {took_s:.1f} s for {CLIP_S:.0f} s of speech: too slow to keep up"
            " with one person who talks",
            "Choose smaller weights with --model; `captioner models list --measure` says which.",
            "engine_slow",
            figures,
        )
    if not words:
        raise Finding(
            f"{weights} hear nothing in the bundled sound",
            "Fetch the weights again, or choose others with --model.",
            "engine_deaf",
            figures,
        )
    detail = (
        f"{weights}: {words} words of {CLIP_S:.0f} s in {took_s:.2f} s, enough while {speakers}"
        f" talk at once{more}"
    )
    return Check("weights", True, detail, "", "engine_warm", figures)


def clip_request(samples: Samples, language: str = "en") -> DecodeRequest:
    """A sound by itself as something to decode."""
    return DecodeRequest(
        channel=ChannelId(1),
        utterance=UtteranceId("check"),
        kind=DecodeKind.FINAL,
        start=SamplePos(0),
        end=SamplePos(len(samples)),
        samples=samples,
        language=language,
    )


def demo_clip() -> Samples:
    """The first CLIP_S seconds of the bundled meeting's first speaker."""
    recording = RecordedMeeting.open(resources.demo_meeting_folder())
    return recording.beginning(recording.channels[0].channel, CLIP_S)


def stopwatch() -> Callable[[], float]:
    """Seconds since this call."""
    began = time.perf_counter()
    return lambda: time.perf_counter() - began
