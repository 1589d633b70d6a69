"""One meeting in other languages: what is said goes to the translators, what comes back onto the
timeline."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial

from captioner.asr.ordinary import ordinary_words
from captioner.captions.events import CaptionRevised
from captioner.captions.meeting import Meeting
from captioner.captions.timeline import Entry
from captioner.captions.translations import Translation
from captioner.domain import UtteranceId, UtteranceState
from captioner.errors import MeetingError, TranslateError
from captioner.server.translating import TranslationLoad
from captioner.service.translators import Translators
from captioner.translate.demand import Demand
from captioner.translate.engine import Outcome, Pair, TranslateRequest
from captioner.translate.keeping import names_to_keep
from captioner.translate.languages import describe_lack
from captioner.translate.partials import Shown, accept, choose_stable
from captioner.translate.routes import choose_route
from captioner.translate.schedule import Job, Schedule, Urgency

logger = logging.getLogger(__name__)

REMEMBERED_FINALS = 50
"""So much of what was said before is translated for whoever newly asks for a language."""

LATE_S = 1.0
"""Sound that has waited so long for its caption: only finals are translated until it is better."""

HELD_BACK_S = 0.5
"""After so long it is looked at again whether captions are still late."""

COMPLETE_S = 20.0
"""Nobody waits longer for a transcript."""

Publish = Callable[[Callable[[float], Entry]], Entry]


class MeetingTranslations:
    """Implements the endpoints' Translations. Used from the event loop's thread.

    One batch is under way at a time. Nothing here stops a meeting: what fails is counted, and the
    caption stays as it was spoken.
    """

    def __init__(
        self,
        meeting: Meeting,
        translators: Translators,
        publish: Publish,
        now_s: Callable[[], float],
    ) -> None:
        self._meeting = meeting
        self._translators = translators
        self._publish = publish
        self._now_s = now_s
        self.terms: Sequence[str] = ()
        """Names and terms of the glossary, which stay as they are; so do the speakers' names."""
        self.lag_s: Callable[[], float] = lambda: 0.0
        """How late captions are."""
        self._demand = Demand()
        self._schedule = Schedule()
        self._shown: dict[UtteranceId, dict[str, Shown]] = {}
        """Of the utterances that are being said, by language."""
        self._known_pairs: frozenset[Pair] = frozenset()
        self._in_hand: list[Job] = []
        self._came_back = asyncio.Event()
        self._timer: asyncio.TimerHandle | None = None
        self._made = self._failed = self._stale = 0

    @contextmanager
    def follow(self, languages: Sequence[str]) -> Iterator[None]:
        fresh = self._demand.join(languages, self._now_s())
        self._notice(self._translators.pairs())
        self._prepare(fresh)
        self._recall(fresh)
        self._pump()
        try:
            yield
        finally:
            self._demand.leave(languages, self._now_s())

    def pairs(self) -> frozenset[Pair]:
        pairs = self._translators.look_again()
        self._notice(pairs)
        return pairs

    def problem(self) -> TranslateError | None:
        return self._translators.problem()

    def accept(self, entry: Entry) -> None:
        """Something happened in the meeting; called for every entry."""
        event = entry.event
        if not isinstance(event, CaptionRevised):
            return
        wanted = self._demand.wanted(self._now_s())
        if event.state == UtteranceState.PARTIAL:
            if wanted:
                self._accept_partial(event, wanted)
        else:
            self._shown.pop(event.utterance, None)
            self._schedule.forget(event.utterance)
            for language in wanted:
                self._put(event, language, Urgency.FINAL)
        self._pump()

    def ask(self, language: str, utterances: Sequence[UtteranceId]) -> None:
        if language not in self._demand.wanted(self._now_s()):
            return
        for utterance in utterances:
            caption = self._meeting.timeline.caption(utterance)
            if caption is not None and caption.state != UtteranceState.PARTIAL:
                self._put(caption, language, Urgency.SCROLLED)
        self._pump()

    async def complete(self, language: str, timeout_s: float = COMPLETE_S) -> str:
        self.pairs()
        for caption in self._lacking(language):
            self._put(caption, language, Urgency.TRANSCRIPT)
        self._pump()
        try:
            async with asyncio.timeout(timeout_s):
                while self._is_under_way(language):
                    await self._turn()
        except TimeoutError:
            pass
        return self._shortcoming(language)

    async def settle(self, timeout_s: float = COMPLETE_S) -> None:
        """Wait until nothing waits for a translation, or long enough."""
        try:
            async with asyncio.timeout(timeout_s):
                while self._in_hand or len(self._schedule):
                    await self._turn()
        except TimeoutError:
            logger.warning("%d translations are not waited for", len(self._schedule))

    def load(self) -> TranslationLoad:
        return TranslationLoad(
            waiting=len(self._schedule) + len(self._in_hand),
            made=self._made,
            failed=self._failed,
            stale=self._stale,
            dropped=self._schedule.dropped,
            busy_s=self._translators.worker.busy_s,
        )

    def _accept_partial(self, caption: CaptionRevised, wanted: Iterable[str]) -> None:
        shown = self._shown.setdefault(caption.utterance, {})
        for language in wanted:
            words = choose_stable(caption, shown.get(language, Shown()))
            if words:
                self._put(caption, language, Urgency.PARTIAL, words)

    def _put(
        self, caption: CaptionRevised, language: str, urgency: Urgency, text: str = ""
    ) -> None:
        """Have a caption translated, if it is not yet and can be."""
        known = self._meeting.timeline.translation(caption.utterance, language)
        is_there = known is not None and known.rev >= caption.rev and not text
        is_there = is_there or self._is_in_hand(caption, language)
        if is_there or not caption.text or caption.language == language:
            return
        if choose_route(self._known_pairs, caption.language, language):
            said = (caption.utterance, caption.rev, caption.language)
            self._schedule.put(Job(*said, language, text or caption.text, urgency))

    def _prepare(self, languages: Iterable[str]) -> None:
        """Have what these need loaded, so that the first sentence does not wait for it."""
        spoken = {entry.language for entry in self._meeting.roster.entries}
        pairs = ((source, language) for source in sorted(spoken) for language in languages)
        nothing = [
            TranslateRequest(source, language, "")
            for source, language in pairs
            if choose_route(self._known_pairs, source, language)
        ]
        if nothing:
            self._translators.worker.submit(nothing, lambda _: None)

    def _recall(self, languages: Iterable[str]) -> None:
        """What was said before somebody asked for these, newest first."""
        for language in languages:
            finals = [each for each in self._meeting.timeline.captions() if _is_final(each)]
            for caption in reversed(finals[-REMEMBERED_FINALS:]):
                self._put(caption, language, Urgency.HISTORY)

    def _notice(self, pairs: frozenset[Pair]) -> None:
        """Packages may have come or gone since the last time."""
        if pairs != self._known_pairs:
            self._known_pairs = pairs
            self._recall(self._demand.wanted(self._now_s()))
            self._pump()

    def _lacking(self, language: str) -> list[CaptionRevised]:
        timeline = self._meeting.timeline
        return [
            each
            for each in timeline.captions()
            if _is_final(each)
            and each.language != language
            and language not in timeline.translations(each.utterance)
        ]

    def _is_under_way(self, language: str) -> bool:
        in_hand = any(job.target == language for job in self._in_hand)
        return in_hand or bool(self._schedule.waiting()[language])

    def _shortcoming(self, language: str) -> str:
        """What a reader of this language must know of the transcript."""
        lacking = self._lacking(language)
        if not lacking:
            return ""
        problem = self._translators.problem()
        if problem is not None:
            return problem.message
        sources = {caption.language for caption in lacking}
        return describe_lack(len(lacking), sources, language, self._known_pairs)

    def _pump(self) -> None:
        """Send the next batch, if none is under way."""
        if self._in_hand or not len(self._schedule):
            self._came_back.set()
            return
        self._schedule.forget_unread(self._demand.wanted(self._now_s()))
        batch = self._schedule.take(only_finals=self.lag_s() > LATE_S)
        if not batch:
            self._came_back.set()
            if len(self._schedule) and self._timer is None:
                loop = asyncio.get_running_loop()
                self._timer = loop.call_later(HELD_BACK_S, self._look_again)
            return
        self._in_hand = batch
        names = self._names(batch[0].source)
        requests = [TranslateRequest(each.source, each.target, each.text, names) for each in batch]
        self._translators.worker.submit(requests, partial(self._take, batch))

    def _names(self, source: str) -> tuple[str, ...]:
        speakers = [entry.name for entry in self._meeting.roster.entries]
        return names_to_keep([*speakers, *self.terms], ordinary_words(source))

    def _look_again(self) -> None:
        self._timer = None
        self._pump()

    def _take(self, batch: Sequence[Job], outcomes: Sequence[Outcome]) -> None:
        self._in_hand = []
        self._came_back.set()
        for job, outcome in zip(batch, outcomes, strict=True):
            if isinstance(outcome, TranslateError):
                self._failed += 1
                logger.debug("no translation: %s", outcome.code)
            elif job.urgency is Urgency.PARTIAL:
                self._take_partial(job, outcome)
            else:
                self._show(job, outcome, UtteranceState.FINAL)
        self._pump()

    def _take_partial(self, job: Job, text: str) -> None:
        shown = self._shown.get(job.utterance)
        if shown is None:
            return  # it has its final meanwhile
        before = shown.get(job.target, Shown())
        shown[job.target] = accept(before, (job.source, job.target), job.text, text)
        if shown[job.target].text != before.text:
            self._show(job, shown[job.target].text, UtteranceState.PARTIAL)

    def _show(self, job: Job, text: str, state: UtteranceState) -> None:
        translation = Translation(job.utterance, job.rev, job.target, text, state)
        try:
            self._publish(lambda at: self._meeting.translate(translation, at))
            self._made += 1
        except MeetingError:
            self._stale += 1

    def _is_in_hand(self, caption: CaptionRevised, language: str) -> bool:
        return any(
            (job.utterance, job.rev, job.target) == (caption.utterance, caption.rev, language)
            for job in self._in_hand
        )

    async def _turn(self) -> None:
        """Wait until a batch has come back."""
        self._came_back.clear()
        await self._came_back.wait()


def _is_final(caption: CaptionRevised) -> bool:
    return caption.state != UtteranceState.PARTIAL
