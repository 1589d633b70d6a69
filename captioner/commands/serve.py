"""`captioner serve`: the service, from the host's first look to the last farewell."""

import asyncio
import logging
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from captioner.app import Service, stop_signals
from captioner.asr.speed import capacity_hint
from captioner.audio.sources.device import SoundSystem
from captioner.clock import SystemClock
from captioner.commands.cert import named_tls, own_tls, trust_offer
from captioner.commands.links import print_links, print_secure_links
from captioner.errors import CaptionerError
from captioner.server.tls import TlsFiles
from captioner.service.choosing import choose_weights
from captioner.service.explaining import Explanations
from captioner.service.live_export import NOWHERE, LiveExport, LiveExportOptions
from captioner.service.meetings import Meetings
from captioner.service.microphones import Microphones
from captioner.service.records import HOUR_S, Records, every
from captioner.service.running import RunningMeeting
from captioner.settings import Settings

logger = logging.getLogger(__name__)


async def run_serve(
    settings: Settings,
    out: TextIO,
    meetings: Meetings | None = None,
    live: LiveExportOptions = NOWHERE,
    explain: Path | None = None,
) -> int:
    """Serve until Ctrl-C or SIGTERM. Raises AddressError when the ports cannot be had.

    `meetings`: others than those of this machine's microphones. `live`: where captions go besides.
    `explain`: where what was heard and not shown is added.
    """
    export = LiveExport(live)
    explanations = Explanations(explain, is_added_to=True)
    meetings = meetings or Meetings(settings, Microphones(settings, SoundSystem()))
    if meetings.records is None:
        meetings.keep_in(open_records(settings))
    tell_of_record(meetings, out)
    tls = _prepare_tls(meetings, settings, out)
    service = Service(meetings, settings, tls=tls)

    def tell_started(running: RunningMeeting) -> None:
        export.follow(running)
        explanations.follow(running)
        print(f"\nThe meeting “{running.meeting.title}” has begun.", file=out)
        print_links(service, running.meeting.spec.code, out)

    meetings.on_started = tell_started
    with stop_signals(service) as stop:  # first of all: who reads the links may stop it right then
        await service.start()
        warming = asyncio.create_task(_warm_up(meetings, settings, out))
        tidying = asyncio.create_task(every(HOUR_S, meetings.purge))
        try:
            print_links(service, "", out)
            print_secure_links(service, meetings.authority(), out)
            print(
                "Open the host's link to start a meeting. Ctrl-C stops the service.",
                file=out,
                flush=True,
            )
            await stop.wait()
            print("Stopping: what was said is being finished.", file=out, flush=True)
        finally:
            warming.cancel()
            tidying.cancel()
            await asyncio.gather(warming, tidying, return_exceptions=True)
            await service.stop()
            await export.close()
            explanations.close()
    return 0


def open_records(settings: Settings) -> Records:
    """The record of this data folder; opened by whoever keeps meetings in it."""
    return Records(settings.store.folder, settings.store.keep_days, SystemClock())


def tell_of_record(meetings: Meetings, out: TextIO) -> None:
    """Say what is wrong with the record, and what a crash broke off."""
    records = meetings.records
    if records is not None:
        for sentence in (records.journal.note, records.problem and records.problem.message):
            if sentence:
                print(sentence, file=out, flush=True)
    for handle in meetings.meetings():
        title = handle.meeting.title
        text = f"The meeting “{title}” broke off: go on with it or end it on the host's page."
        print(text, file=out, flush=True)


def _prepare_tls(meetings: Meetings, settings: Settings, out: TextIO) -> TlsFiles | None:
    """What the secure listener needs. Raises CertificateError for files that were named.

    Trouble with an authority of our own is told, and the rest of the service does without.
    """
    if settings.server.tls_cert:
        return named_tls(settings)
    try:
        tls = own_tls(settings, datetime.now(UTC))
        meetings.trust = trust_offer(settings) if tls else None
    except CaptionerError as error:
        print(error.message, file=out, flush=True)
        return None
    return tls


async def _warm_up(meetings: Meetings, settings: Settings, out: TextIO) -> None:
    """Load the weights before somebody waits for them; without any, say what to do."""
    try:
        weights = choose_weights(settings.asr.model, settings.store.folder)
        if hint := capacity_hint(weights.name, settings.store.folder):
            print(hint, file=out, flush=True)
        await meetings.load(weights)
    except CaptionerError as error:
        print(error.message, file=out, flush=True)
