"""One meeting in other languages, with a translator that does as it is told."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from captioner.captions.events import NumberedEvent, TranslationRevised
from captioner.captions.meeting import Meeting
from captioner.captions.timeline import Entry
from captioner.domain import UtteranceId, UtteranceState
from captioner.errors import TranslateError
from captioner.service.translating import LATE_S, REMEMBERED_FINALS, MeetingTranslations
from captioner.translate.demand import LINGER_S
from captioner.translate.engine import Pair
from tests.fakes.recording_viewer import until
from tests.fakes.sample_meeting import said, spec
from tests.fakes.scripted_translator import ScriptedTranslator, translators_of

EN_NL, EN_DE = ("en", "nl"), ("en", "de")
PARTIAL = UtteranceState.PARTIAL


class Reading:
    """A meeting and what came of it; `say` takes a second of its clock."""

    def __init__(self, *pairs: Pair, problem: TranslateError | None = None) -> None:
        self.translator = ScriptedTranslator(*(pairs or (EN_NL, EN_DE)))
        self.meeting = Meeting(spec("Anna", "Bram"))
        self.now_s = 0.0
        self.translators = translators_of(self.translator, problem)
        self.translations = MeetingTranslations(
            self.meeting, self.translators, self.publish, lambda: self.now_s
        )
        self.entries: list[Entry] = []
        self.publish(self.meeting.start)

    def publish(self, command: Callable[[float], Entry]) -> Entry:
        entry = command(self.now_s)
        self.entries.append(entry)
        self.translations.accept(entry)
        return entry

    def say(
        self, text: str, number: int = 1, *, rev: int = 1, state: UtteranceState | None = None
    ) -> None:
        self.now_s += 1.0
        utterance = said(
            text,
            f"u{number}",
            rev=rev,
            start_s=float(number),
            state=state or UtteranceState.FINAL,
        )
        self.publish(lambda at: self.meeting.revise(utterance, at))

    def say_partial(self, text: str, rev: int) -> None:
        """All of it stable."""
        self.now_s += 1.0
        words = replace(said(text, rev=rev, state=UtteranceState.PARTIAL), stable=len(text))
        self.publish(lambda at: self.meeting.revise(words, at))

    async def settle(self) -> None:
        await self.translations.settle(5.0)

    @property
    def translated(self) -> list[tuple[str, str, str]]:
        """Utterance, language and text of every translation, in order."""
        return [(e.utterance, e.language, e.text) for e in self._events() if is_final(e)]

    @property
    def partials(self) -> list[str]:
        return [e.text for e in self._events() if e.state == PARTIAL]

    def _events(self) -> list[TranslationRevised]:
        events: Sequence[NumberedEvent] = [entry.event for entry in self.entries]
        return [event for event in events if isinstance(event, TranslationRevised)]


def is_final(event: TranslationRevised) -> bool:
    return event.state == UtteranceState.FINAL


async def test_a_final_is_translated_for_every_language_that_is_read_and_for_no_other() -> None:
    room = Reading(EN_NL, EN_DE, ("en", "fr"))
    with room.translations.follow(["nl"]), room.translations.follow(["de", "nl"]):
        room.say("Hello.")
        await room.settle()
    assert sorted(room.translated) == [("u1", "de", "de:Hello."), ("u1", "nl", "nl:Hello.")]
    assert {pair for pair, _ in room.translator.batches} == {EN_NL, EN_DE}


async def test_nothing_is_translated_for_nobody_nor_into_what_is_spoken() -> None:
    room = Reading(EN_NL, ("nl", "en"))
    room.say("Hello.")
    await room.settle()
    with room.translations.follow(["en"]):
        room.say("Hello again.", 2)
        await room.settle()
    assert room.translator.batches == []


async def test_a_language_goes_on_for_a_minute_after_its_last_reader() -> None:
    room = Reading()
    with room.translations.follow(["nl"]):
        pass
    room.say("One.", 1)
    await room.settle()
    assert len(room.translated) == 1
    room.now_s += LINGER_S
    room.say("Two.", 2)
    await room.settle()
    assert len(room.translated) == 1


async def test_a_language_newly_asked_for_brings_the_last_fifty_newest_first() -> None:
    room = Reading()
    for number in range(1, REMEMBERED_FINALS + 11):
        room.say(f"Number {number}.", number)
    with room.translations.follow(["nl"]):
        await room.settle()
        first, *_, last = [utterance for utterance, *_ in room.translated]
        assert (first, last) == (f"u{REMEMBERED_FINALS + 10}", "u11")
        assert len(room.translated) == REMEMBERED_FINALS


async def test_what_is_being_said_comes_before_what_was() -> None:
    room = Reading()
    for number in range(1, 31):
        room.say(f"Number {number}.", number)
    with room.translations.follow(["nl"]):
        room.say("Now.", 99)
        await room.settle()
    order = [utterance for utterance, *_ in room.translated]
    assert order.index("u99") <= 4  # behind one short batch at the most


async def test_older_ones_come_when_somebody_scrolls_to_them_and_only_once() -> None:
    room = Reading()
    for number in range(1, REMEMBERED_FINALS + 6):
        room.say(f"Number {number}.", number)
    with room.translations.follow(["nl"]):
        await room.settle()
        ids = [UtteranceId(f"u{number}") for number in (1, 2, 40, 999)]
        room.translations.ask("nl", ids)
        room.translations.ask("de", ids)  # nobody reads it
        await room.settle()
    assert [utterance for utterance, *_ in room.translated[REMEMBERED_FINALS:]] == ["u1", "u2"]


async def test_the_stable_words_of_a_partial_are_translated_and_grow_until_the_final() -> None:
    room = Reading()
    with room.translations.follow(["nl"]):
        for rev, text in enumerate(
            [
                "We have three",
                "We have three open questions",
                "We have three open questions now ok",
            ],
            1,
        ):
            room.say_partial(text, rev)
            await room.settle()
        room.say("We have three open questions now, okay.", rev=9)
        await room.settle()
    assert room.partials == [
        "nl:We",
        "nl:We nl:have nl:three",
        "nl:We nl:have nl:three nl:open nl:questions",
    ]
    assert room.translated[-1][2].startswith("nl:We nl:have nl:three nl:open nl:questions")
    assert room.meeting.timeline.translations(UtteranceId("u1")).keys() == {"nl"}


async def test_while_captions_are_late_only_finals_are_translated() -> None:
    room = Reading()
    for number in range(2, 6):
        room.say(f"Number {number}.", number)
    room.translations.lag_s = lambda: LATE_S + 0.1
    with room.translations.follow(["nl"]):
        room.say_partial("We have three open questions", 1)
        room.say("Now.", 99)
        await asyncio.sleep(0.05)
        assert [utterance for utterance, *_ in room.translated] == ["u99"]
        room.translations.lag_s = lambda: 0.0
        room.say("And now.", 100)
        await room.settle()
    assert len(room.translated) == 6


async def test_a_caption_that_is_edited_while_it_is_translated_is_translated_anew() -> None:
    room = Reading()
    room.translator.may_translate.clear()
    with room.translations.follow(["nl"]):
        room.say("My number is 12.")
        await asyncio.sleep(0.01)
        room.publish(lambda at: room.meeting.edit(UtteranceId("u1"), "No number.", at))
        room.translator.may_translate.set()
        await room.settle()
    assert room.translated == [("u1", "nl", "nl:No nl:number.")]
    assert room.translations.load().stale == 1


async def test_a_caption_that_is_deleted_while_it_is_translated_leaves_nothing() -> None:
    room = Reading()
    room.translator.may_translate.clear()
    with room.translations.follow(["nl"]):
        room.say("Secret.")
        await asyncio.sleep(0.01)
        room.publish(lambda at: room.meeting.delete(UtteranceId("u1"), at))
        room.translator.may_translate.set()
        await room.settle()
    assert room.translated == []


async def test_a_failing_translator_stops_nothing_and_is_counted() -> None:
    room = Reading()
    room.translator.fails = lambda *_: RuntimeError("broken")
    with room.translations.follow(["nl"]):
        room.say("One.", 1)
        await room.settle()
        room.translator.fails = lambda *_: None
        room.say("Two.", 2)
        await room.settle()
    assert room.translated == [("u2", "nl", "nl:Two.")]
    assert (room.translations.load().failed, room.translations.load().made) == (1, 1)


async def test_a_package_that_is_installed_in_mid_meeting_is_used_for_who_reads_already() -> None:
    room = Reading(EN_DE)
    with room.translations.follow(["nl"]):
        room.say("One.", 1)
        await room.settle()
        assert room.translated == []
        room.translator.known = frozenset({EN_NL})
        assert room.translations.pairs() == {EN_NL}
        await room.settle()
        assert room.translated == [("u1", "nl", "nl:One.")]


async def test_a_package_that_is_removed_meanwhile_leaves_captions_as_they_were_spoken() -> None:
    room = Reading()
    with room.translations.follow(["nl"]):
        room.say("One.", 1)
        room.translator.known = frozenset()
        room.say("Two.", 2)
        await room.settle()
        room.translations.pairs()
        room.say("Three.", 3)
        await room.settle()
    assert {utterance for utterance, *_ in room.translated} <= {"u1"}


async def test_names_of_speakers_and_of_the_glossary_stay() -> None:
    room = Reading()
    room.translator.says = lambda _, sentence: sentence.lower()
    room.translations.terms = ["Siobhan"]
    with room.translations.follow(["nl"]):
        room.say("Anna saw Siobhan THERE.")
        await room.settle()
    assert room.translated == [("u1", "nl", "Anna saw Siobhan there.")]


async def test_a_transcript_is_completed_also_in_a_language_that_nobody_read() -> None:
    room = Reading()
    for number in range(1, 80):
        room.say(f"Number {number}.", number)
    assert await room.translations.complete("nl") == ""
    assert len(room.translated) == 79


async def test_a_transcript_that_is_not_complete_in_time_says_so() -> None:
    room = Reading()
    room.say("One.")
    room.translator.may_translate.clear()
    lacks = await room.translations.complete("nl", timeout_s=0.02)
    assert lacks.startswith("1 captions could not be translated into Dutch in time")
    room.translator.may_translate.set()
    assert await room.translations.complete("nl") == ""


async def test_a_transcript_for_which_there_is_no_package_says_what_there_is() -> None:
    room = Reading()
    room.say("One.")
    lacks = await room.translations.complete("th")
    assert "English into Thai" in lacks
    assert "en → de, en → nl" in lacks


async def test_a_missing_library_is_told_where_a_transcript_is_asked_for() -> None:
    problem = TranslateError("no_translator", "pip install it")
    room = Reading(("fr", "de"), problem=problem)
    room.say("One.")
    assert await room.translations.complete("nl") == "pip install it"


async def test_the_work_is_done_once_however_many_read() -> None:
    room = Reading()
    readers = [room.translations.follow(["nl"]) for _ in range(500)]
    for reader in readers:
        reader.__enter__()
    room.say("Hello.")
    await room.settle()
    assert room.translator.sentences == ["Hello."]
    for reader in readers:
        reader.__exit__(None, None, None)


@pytest.mark.parametrize("language", ["xx", "", "nl-be"])
async def test_an_unknown_language_changes_nothing(language: str) -> None:
    room = Reading()
    with room.translations.follow([language]):
        room.say("Hello.")
        await room.settle()
    assert room.translator.batches == []


async def test_a_package_is_loaded_as_soon_as_somebody_asks_for_its_language() -> None:
    room = Reading()
    with room.translations.follow(["nl", "xx"]):
        await until(lambda: room.translator.prepared)
    assert room.translator.prepared == [EN_NL]
