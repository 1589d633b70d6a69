"""Translations of what was said: whether one still belongs to what is shown, and who is sent it."""

from bisect import bisect_left, bisect_right
from collections.abc import Collection
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from captioner.captions.events import CaptionRevised, TranslationRevised
from captioner.captions.roster import visible_line
from captioner.domain import UtteranceId, UtteranceState


@dataclass(frozen=True, slots=True)
class Translation:
    """What came back for one revision of an utterance."""

    utterance: UtteranceId
    rev: int
    """Of the caption that was translated."""
    language: str
    text: str
    state: UtteranceState
    """PARTIAL or FINAL."""


def is_current(
    translation: Translation, caption: CaptionRevised | None, before: TranslationRevised | None
) -> bool:
    """Whether it may be shown beside the newest revision of its caption.

    A final goes with its very revision. A partial is made of stable words only, which the next
    partial has too: it goes with any of them, in their order.
    """
    if caption is None or not caption.text or caption.language == translation.language:
        return False
    if before is not None and before.rev > translation.rev:
        return False
    if translation.state is UtteranceState.PARTIAL:
        return caption.state == UtteranceState.PARTIAL
    return caption.state != UtteranceState.PARTIAL and caption.rev == translation.rev


def revised(translation: Translation, seq: int, at: float) -> TranslationRevised:
    """The event of a translation."""
    return TranslationRevised(
        seq=seq,
        at=at,
        utterance=translation.utterance,
        rev=translation.rev,
        language=translation.language,
        text=visible_line(translation.text),
        state=translation.state,
    )


class Numbered(Protocol):
    """What is kept of each event."""

    @property
    def seq(self) -> int:
        """The event's number."""


E = TypeVar("E", bound=Numbered)


class Translated(Generic[E]):
    """Keeps the newest translation of every utterance into every language; see Timeline.

    Finals of a language lie in a list of their own, in order: to find what a reader lacks costs a
    search in the lists of their languages, however many others are read.
    """

    def __init__(self) -> None:
        self._finals: dict[str, list[E]] = {}
        self._partials: dict[str, dict[UtteranceId, E]] = {}
        self._newest: dict[UtteranceId, dict[str, tuple[TranslationRevised, E]]] = {}

    def place(self, event: TranslationRevised, entry: E) -> None:
        """Take in the next one; what it replaces is gone."""
        known = self._newest.setdefault(event.utterance, {})
        if event.language in known:
            self._remove(*known[event.language])
        known[event.language] = event, entry
        if event.state == UtteranceState.PARTIAL:
            self._partials.setdefault(event.language, {})[event.utterance] = entry
        else:
            self._finals.setdefault(event.language, []).append(entry)

    def forget(self, utterance: UtteranceId) -> None:
        """What was said is not said any more, in no language."""
        for event, entry in self._newest.pop(utterance, {}).values():
            self._remove(event, entry)

    def since(self, seq: int, limit: int | None, languages: Collection[str] | None) -> list[E]:
        """What came after `seq` in these languages (None: in all), at most `limit` of each, in no
        order."""
        found: list[E] = []
        for language in self._finals.keys() if languages is None else languages:
            finals = self._finals.get(language, [])
            first = bisect_right(finals, seq, key=lambda entry: entry.seq)
            found += finals[first : None if limit is None else first + limit]
        for language in self._partials.keys() if languages is None else languages:
            partials = self._partials.get(language, {}).values()
            found += [entry for entry in partials if entry.seq > seq]
        return found

    def find(self, utterance: UtteranceId, language: str) -> TranslationRevised | None:
        """The newest one of an utterance into a language."""
        known = self._newest.get(utterance, {}).get(language)
        return known and known[0]

    def finals(self, utterance: UtteranceId) -> dict[str, str]:
        """The texts that are final, by language."""
        return {
            language: event.text
            for language, (event, _) in self._newest.get(utterance, {}).items()
            if event.state == UtteranceState.FINAL
        }

    def _remove(self, event: TranslationRevised, entry: E) -> None:
        if event.state == UtteranceState.PARTIAL:
            self._partials[event.language].pop(event.utterance, None)
            return
        finals = self._finals[event.language]
        del finals[bisect_left(finals, entry.seq, key=lambda each: each.seq)]
