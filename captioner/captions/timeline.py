"""The ordered events of a meeting: what was said, in what order, and what a viewer has missed."""

from bisect import bisect_right
from collections.abc import Collection
from dataclasses import dataclass

from captioner.captions.events import (
    CaptionRevised,
    MessageTyped,
    NumberedEvent,
    TopicMarked,
    TranslationRevised,
    render_json,
)
from captioner.captions.statistics import Delays
from captioner.captions.translations import Translated
from captioner.domain import MessageId, MessageState, TopicId, UtteranceId, UtteranceState


@dataclass(frozen=True, slots=True)
class Entry:
    """One numbered event with the line of JSON that goes out for it, made once for all viewers."""

    event: NumberedEvent
    line: str

    @property
    def seq(self) -> int:
        """The event's number."""
        return self.event.seq


class Timeline:
    """Keeps every event but superseded partials; `since` gives anybody what they lack.

    A partial lives only until its utterance's next revision, so memory grows with what was said and
    not with how often it was revised. Used from one thread.
    """

    def __init__(self) -> None:
        self._settled: list[Entry] = []
        self._partials: dict[UtteranceId, Entry] = {}
        self._captions: dict[UtteranceId, CaptionRevised] = {}
        self._topics: dict[TopicId, TopicMarked] = {}
        self.delays = Delays()
        """How soon what was said could be read."""
        self._messages: dict[MessageId, MessageTyped] = {}
        self._translated: Translated[Entry] = Translated()
        self.seq = 0
        """The highest number so far."""

    def append(self, event: NumberedEvent) -> Entry:
        """Add the next event; its `seq` must be above all others."""
        if event.seq <= self.seq:
            raise ValueError(f"seq must rise: {event.seq} after {self.seq}")
        self.seq = event.seq
        entry = Entry(event, render_json(event))  # type: ignore[arg-type]
        if isinstance(event, CaptionRevised):
            self.delays.accept(event)
            self._place(event, entry)
            return entry
        if isinstance(event, TranslationRevised):
            self._translated.place(event, entry)
            return entry
        if isinstance(event, TopicMarked):
            self._place_topic(event)
        elif isinstance(event, MessageTyped):
            self._place_message(event)
        self._settled.append(entry)
        return entry

    def since(
        self, seq: int, limit: int | None = None, languages: Collection[str] | None = None
    ) -> list[Entry]:
        """What came after `seq`, in order, at most `limit`; superseded partials left out.

        Of translations those into these languages; None: all of them. A language that is not asked
        for costs nothing.
        """
        first = bisect_right(self._settled, seq, key=lambda entry: entry.seq)
        stop = None if limit is None else first + limit
        later = self._settled[first:stop]
        more = [entry for entry in self._partials.values() if entry.seq > seq]
        more += self._translated.since(seq, limit, languages)
        if more:
            later = sorted([*later, *more], key=lambda entry: entry.seq)
        return later[:limit]

    def caption(self, utterance: UtteranceId) -> CaptionRevised | None:
        """The newest revision of an utterance."""
        return self._captions.get(utterance)

    def message(self, message: MessageId) -> MessageTyped | None:
        """A typed message as it is now."""
        return self._messages.get(message)

    def messages(self) -> list[MessageTyped]:
        """What was typed and still stands, in order."""
        typed = MessageState.TYPED
        return [message for message in self._messages.values() if message.state == typed]

    def translation(self, utterance: UtteranceId, language: str) -> TranslationRevised | None:
        """The newest translation of an utterance into a language."""
        return self._translated.find(utterance, language)

    def translations(self, utterance: UtteranceId) -> dict[str, str]:
        """The finals of an utterance's translations, by language."""
        return self._translated.finals(utterance)

    def captions(self) -> list[CaptionRevised]:
        """The newest revision of every utterance that has a text, by start, then channel."""
        shown = [caption for caption in self._captions.values() if caption.text]
        return sorted(
            shown, key=lambda caption: (caption.start, caption.channel, caption.utterance)
        )

    def topic(self, topic: TopicId) -> TopicMarked | None:
        """A topic as it was marked last."""
        return self._topics.get(topic)

    def topics(self) -> list[TopicMarked]:
        """The topics that were not taken away, by start."""
        shown = [each for each in self._topics.values() if each.text]
        return sorted(shown, key=lambda topic: topic.start)

    def _place_topic(self, event: TopicMarked) -> None:
        """What a topic was called before is nowhere from now on."""
        if event.topic in self._topics:
            self._settled = [
                item
                for item in self._settled
                if not (isinstance(item.event, TopicMarked) and item.event.topic == event.topic)
            ]
        self._topics[event.topic] = event

    def _place(self, event: CaptionRevised, entry: Entry) -> None:
        self._captions[event.utterance] = event
        if event.state == UtteranceState.PARTIAL:
            self._partials[event.utterance] = entry
            return
        self._partials.pop(event.utterance, None)
        if event.state in (UtteranceState.EDITED, UtteranceState.DELETED):
            self._settled = [item for item in self._settled if not _is_of(item, event.utterance)]
        if event.state != UtteranceState.FINAL or not event.text:
            self._translated.forget(event.utterance)  # they are of a text that is no more
        self._settled.append(entry)

    def _place_message(self, event: MessageTyped) -> None:
        if event.state == MessageState.DELETED:
            known = self._messages.get(event.message)
            self._settled = [item for item in self._settled if item.event is not known]
        self._messages[event.message] = event


def _is_of(entry: Entry, utterance: UtteranceId) -> bool:
    return isinstance(entry.event, CaptionRevised) and entry.event.utterance == utterance
