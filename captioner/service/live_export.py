"""Captions for other programs while a meeting goes on: a text file, and addresses of the host's."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from captioner.captions.events import CaptionRevised
from captioner.captions.timeline import Entry
from captioner.domain import ChannelId, Keeping, UtteranceState
from captioner.server.push import Pusher, check_url
from captioner.server.push_formats import Pushed, Target, Webhook, YouTube, Zoom
from captioner.service.running import RunningMeeting
from captioner.store.files import AppendedFile
from captioner.store.live_text import live_line

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LiveExportOptions:
    """Where captions go besides the readers; nowhere, unless the host says so."""

    text: Path | None = None
    webhook: str = ""
    zoom: str = ""
    youtube: str = ""

    def targets(self) -> list[Target]:
        """Who is sent captions. Raises SettingsError for what is no address."""
        for url in (self.webhook, self.zoom, self.youtube):
            if url:
                check_url(url)
        return [
            *([Webhook(self.webhook)] if self.webhook else []),
            *([Zoom(self.zoom)] if self.zoom else []),
            *([YouTube(self.youtube)] if self.youtube else []),
        ]


NOWHERE = LiveExportOptions()


class LiveExport:
    """Follows the meetings of a service, one after another. Used from the event loop's thread."""

    def __init__(
        self, options: LiveExportOptions, wall_time: Callable[[], datetime] | None = None
    ) -> None:
        """Raises SettingsError, StoreError."""
        self._targets = options.targets()
        self._wall_time = wall_time or (lambda: datetime.now(UTC))
        self.file = AppendedFile(options.text) if options.text else None
        if self.file is not None:
            self.file.open()
        self.pushers: list[Pusher] = []

    def follow(self, running: RunningMeeting) -> None:
        """Send what is said in this meeting from now on."""
        pushers = [Pusher(target) for target in self._targets]
        for pusher in pushers:
            pusher.start()
        self.pushers += pushers
        file = self.file
        if file is not None and running.meeting.spec.keeping is Keeping.CAPTIONS:
            logger.warning("Of this meeting nothing is kept, so %s gets nothing of it.", file.path)
            file = None
        if file is not None or pushers:
            running.add_sink(lambda entry: self._accept(running, file, pushers, entry))

    async def close(self) -> None:
        """Send what still waits, if that is quick."""
        for pusher in self.pushers:
            await pusher.close()
        if self.file is not None:
            self.file.close()

    def _accept(
        self,
        running: RunningMeeting,
        file: AppendedFile | None,
        pushers: Sequence[Pusher],
        entry: Entry,
    ) -> None:
        event = entry.event
        if not isinstance(event, CaptionRevised) or event.state == UtteranceState.PARTIAL:
            return
        speaker = running.meeting.roster.find(ChannelId(event.channel)).name
        line = live_line(event, speaker)
        if line is None:
            return
        if file is not None:
            file.write_line(line)
        pushed = Pushed(
            meeting=running.meeting.spec.id,
            utterance=event.utterance,
            rev=event.rev,
            channel=event.channel,
            speaker=speaker,
            state=event.state,
            text=event.text,
            language=event.language,
            start=event.start,
            end=event.end,
            said_at=self._wall_time() - timedelta(seconds=max(0.0, event.at - event.start)),
        )
        for pusher in pushers:
            pusher.accept(pushed)
