"""Which waiting requests are decoded next."""

from captioner.asr.engine import DecodeKind, DecodeRequest
from captioner.domain import ChannelId, UtteranceId

LARGEST_BATCH = 8
"""Rows decoded together: the channels of a full table."""


class DecodeQueue:
    """Waiting requests: every final, and the newest partial of each channel.

    Finals go first and are never dropped; those of a channel keep their order, so a batch holds at
    most one request of a channel. A newer partial takes the place of an older one, and a final
    that of its utterance's partial: captions that are out of date are not worth a decode.
    """

    def __init__(self) -> None:
        self._finals: list[DecodeRequest] = []
        self._partials: dict[ChannelId, DecodeRequest] = {}
        self.shed = 0
        """Partials that were replaced before they were decoded."""

    def __len__(self) -> int:
        return len(self._finals) + len(self._partials)

    def accept(self, request: DecodeRequest) -> None:
        """Put a request in its place."""
        if request.kind is DecodeKind.PARTIAL:
            self.shed += request.channel in self._partials
            self._partials[request.channel] = request
            return
        self._drop_partial(request.channel, request.utterance)
        if request.attempt > 1:
            self._finals.insert(0, request)
        else:
            self._finals.append(request)

    def drop(self) -> None:
        """Nothing of what waits is wanted any more."""
        self._finals.clear()
        self._partials.clear()

    def choose_batch(self) -> tuple[DecodeRequest, ...]:
        """Take the next batch out; empty when nothing waits.

        A partial waits while a final of its channel does: its utterance is the later one. Channels
        that have waited longest for a partial come first.
        """
        batch: dict[ChannelId, DecodeRequest] = {}
        for request in list(self._finals):
            if len(batch) < LARGEST_BATCH and request.channel not in batch:
                batch[request.channel] = request
                self._finals.remove(request)
        for channel in list(self._partials):
            if len(batch) < LARGEST_BATCH and channel not in batch:
                batch[channel] = self._partials.pop(channel)
        return tuple(batch.values())

    def _drop_partial(self, channel: ChannelId, utterance: UtteranceId) -> None:
        waiting = self._partials.get(channel)
        if waiting is not None and waiting.utterance == utterance:
            del self._partials[channel]
