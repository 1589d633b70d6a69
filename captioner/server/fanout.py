"""What one viewer still lacks of a meeting."""

from captioner.captions.timeline import Entry, Timeline


class Cursor:
    """A viewer's place on a timeline.

    There is no queue per viewer: whoever can take more asks the timeline for what came after the
    last thing they got. A slow viewer therefore skips partials that were superseded meanwhile,
    never misses anything else, holds no memory, and slows nobody.
    """

    def __init__(
        self,
        timeline: Timeline,
        epoch: str,
        since: int,
        since_epoch: str | None,
        languages: tuple[str, ...] = (),
    ) -> None:
        """`since` counts only within the meeting's own `epoch` and up to its own `seq`.
        `languages`: of the translations that the viewer wants."""
        is_known = since <= timeline.seq and since_epoch in (None, epoch)
        self._timeline = timeline
        self._seq = since if is_known else 0
        self._languages = languages

    def take(self, limit: int) -> list[Entry]:
        """The next entries in order, at most `limit`; empty when the viewer has everything."""
        entries = self._timeline.since(self._seq, limit, self._languages)
        if entries:
            self._seq = entries[-1].seq
        return entries
