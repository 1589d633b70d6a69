import math
from dataclasses import replace

import numpy as np
import pytest

from captioner.asr.filters import (
    FREE_WORDS,
    MOST_WORDS_A_SECOND,
    SLIPS,
    Reason,
    compression_of,
    figures_of,
    is_loop,
    judge_sound,
    judge_text,
    plain_words,
)
from captioner.asr.sound import Sound, measure_sound
from captioner.audio.frame import SAMPLE_RATE
from captioner.domain import Hypothesis
from tests.fakes.noises import fan, noise

CLEAR = Sound(level_db=-25.0, contrast_db=30.0, voiced_s=3.0)


def said(
    text: str, likelihood: float = -0.2, no_speech: float = 0.05, language: str = "en"
) -> Hypothesis:
    return Hypothesis(text, language, likelihood, no_speech)


@pytest.mark.parametrize("text", ["", "Thank you.", "No, no, no!", "Yes.", "Bedankt.", "Okay."])
def test_clear_speech_is_believed_whatever_it_says(text: str) -> None:
    assert judge_text(said(text), replace(CLEAR, voiced_s=0.9)) is None


def test_a_quiet_speaker_is_decoded() -> None:
    """A voice of -45 dBFS over the noise of its room, for as short as a word."""
    for seconds in (0.8, 5.0):
        times = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
        syllables = np.sin(2 * np.pi * 4 * times) > 0
        voice = np.sin(2 * np.pi * 220 * times) * syllables * 10 ** (-42 / 20)
        sound = voice.astype(np.float32) + fan(seconds, np.random.default_rng(1), level_db=-55.0)
        assert judge_sound(measure_sound(sound, seconds)) is None


def test_sound_without_a_voice_is_not_decoded() -> None:
    room = fan(3.0, np.random.default_rng(1), level_db=-70.0)
    assert judge_sound(measure_sound(room, 3.0)) is Reason.TOO_QUIET
    hiss = (0.02 * np.random.default_rng(1).normal(size=48_000)).astype(np.float32)
    assert judge_sound(measure_sound(hiss, 3.0)) is Reason.STEADY_NOISE
    assert judge_sound(measure_sound(np.zeros(0, np.float32), 0.0)) is Reason.TOO_QUIET


def test_a_door_is_not_steady_and_is_left_to_the_other_gates() -> None:
    assert judge_sound(measure_sound(noise("slams", 3.0), 3.0)) is None


@pytest.mark.parametrize(
    ("level_db", "contrast_db", "reason"),
    [
        (-64.9, 30.0, None),
        (-65.1, 30.0, Reason.TOO_QUIET),
        (-20.0, 2.6, None),
        (-20.0, 2.4, Reason.STEADY_NOISE),
        (-20.0, math.inf, None),
    ],
)
def test_the_bounds_of_what_is_decoded(
    level_db: float, contrast_db: float, reason: Reason | None
) -> None:
    assert judge_sound(Sound(level_db, contrast_db, 1.0)) is reason


@pytest.mark.parametrize(
    ("likelihood", "no_speech", "reason"),
    [
        (-1.2, 0.7, Reason.NO_SPEECH),
        (-0.5, 0.99, None),  # likely words beat the engine's doubt, as in Whisper itself
        (-1.2, 0.1, Reason.UNLIKELY),
        (-0.99, 0.59, None),
    ],
)
def test_the_weights_own_doubt(likelihood: float, no_speech: float, reason: Reason | None) -> None:
    assert judge_text(said("we could do that", likelihood, no_speech), CLEAR) is reason


def test_a_text_without_words_is_nobodys() -> None:
    assert judge_text(said("... ♪ -"), CLEAR) is Reason.NO_SPEECH


@pytest.mark.parametrize(
    ("text", "voiced_s", "language", "reason"),
    [
        ("Anna, can you approve the roadmap before Monday?", 0.3, "en", Reason.TOO_FAST),
        ("Anna, can you approve the roadmap before Monday?", 1.1, "en", None),
        ("yes please", 0.1, "en", None),
        ("Anna, kun je", 0.3, "nl", None),
        ("Donaudampfschifffahrtsgesellschaft abgesagt", 0.4, "de", Reason.TOO_LONG),
        ("Donaudampfschifffahrtsgesellschaft abgesagt", 2.0, "de", None),
        ("我们今天讨论预算和下一步的计划然后决定谁来做", 0.3, "zh", Reason.TOO_LONG),
        ("我们今天讨论预算和下一步的计划", 2.0, "zh", None),
        # Half of Hindi's vowels are marks on a letter: they part no words.
        ("हमें अगले सप्ताह की बैठक", 1.0, "hi", None),
    ],
)
def test_nobody_says_more_than_a_tongue_can(
    text: str, voiced_s: float, language: str, reason: Reason | None
) -> None:
    assert judge_text(said(text, language=language), replace(CLEAR, voiced_s=voiced_s)) is reason


def test_the_fastest_talkers_are_believed() -> None:
    """330 words a minute, on and on."""
    words = [f"word{number % 7}x{number}" for number in range(55)]
    assert len(words) / 10.0 == 5.5 < MOST_WORDS_A_SECOND
    assert is_loop(words) is False
    assert (
        judge_text(said(" ".join(f"w{n}" for n in range(55))), replace(CLEAR, voiced_s=10)) is None
    )
    assert FREE_WORDS >= 1, "a word is never too fast"


@pytest.mark.parametrize(
    "text",
    [
        "no no no",
        "no no no no no no no",
        "thank you thank you thank you",
        "I don't know, I don't know, I don't know",
        "left left right, left left right",
        "ja ja ja ja ja ja ja",
        "we need the budget and the planning and the agenda and the minutes and the list",
    ],
)
def test_people_repeat_themselves(text: str) -> None:
    assert judge_text(said(text), replace(CLEAR, voiced_s=5.0)) is None


@pytest.mark.parametrize(
    "text",
    [
        "no no no no no no no no",
        "So I was going to and I was going to and I was going to and I was",
        "the end of the end of the end of the end of the end",
        "We agreed. Thank you very much thank you very much thank you very much",
        " ".join(["a b c d e f g h"] * 3),
    ],
)
def test_a_loop_is_no_speech(text: str) -> None:
    assert judge_text(said(text), replace(CLEAR, voiced_s=20.0)) is Reason.LOOP


def test_a_text_that_packs_too_well_goes_in_circles() -> None:
    """Whole sentences that come back with a word changed are no loop by the word."""
    nouns = ("plan", "list", "team", "room", "code", "date", "task", "link")
    text = " ".join(f"I think that we should all look at the {noun} again." for noun in nouns)
    assert not is_loop(plain_words(text))
    assert compression_of(text) > 2.4
    assert judge_text(said(text), replace(CLEAR, voiced_s=60.0)) is Reason.REPETITIVE


def test_short_texts_are_not_judged_by_their_compression() -> None:
    laugh = "hahahahahahahahahahahahahahahahaha"
    assert compression_of(laugh) > 2.4
    assert judge_text(said(laugh), CLEAR) is None


HOTWORDS = "Yusuf, Noor, Kubernetes, ISO 27001, Q3 roadmap"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Yusuf, Noor, Kubernetes, ISO 27001, Q3 roadmap.", Reason.ECHO),
        ("Noor Kubernetes ISO 27001", Reason.ECHO),
        ("Yusuf.", None),
        ("Kubernetes Noor Yusuf ISO", None),
        ("Yusuf and Noor run Kubernetes", None),
    ],
)
def test_hotwords_alone_in_their_order_are_an_echo(text: str, reason: Reason | None) -> None:
    assert judge_text(said(text), CLEAR, HOTWORDS) is reason
    assert judge_text(said(text), CLEAR) is None, "without hotwords there is no echo"


def test_a_single_hotword_is_an_echo_on_weak_evidence() -> None:
    assert judge_text(said("Kubernetes", no_speech=0.5), CLEAR, HOTWORDS) is Reason.ECHO


WEAK = {
    "the engine doubts that anybody spoke": (said("", no_speech=0.5), CLEAR),
    "the engine doubts its words": (said("", likelihood=-0.8), CLEAR),
    "it is quiet": (said(""), replace(CLEAR, level_db=-58.0)),
    "it hardly stands out": (said(""), replace(CLEAR, contrast_db=4.0)),
    "it fills seconds with a word or two": (said(""), replace(CLEAR, voiced_s=16.0)),
    "it fits into no such instant": (said(""), replace(CLEAR, voiced_s=0.05)),
}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Thank you.", "en"),
        ("Thanks for watching!", "en"),
        ("Thank you. Thank you.", "nl"),
        ("Bedankt voor het kijken.", "nl"),
        ("Vielen Dank fürs Zuschauen!", "de"),
        ("Merci d'avoir regardé cette vidéo !", "fr"),
        ("¡Suscríbete al canal!", "es"),
        ("Subtitles by the Amara.org community", "en"),
        ("Ondertiteling door de Amara.org gemeenschap", "nl"),
        ("Untertitel im Auftrag des ZDF, 2020", "de"),
        ("Sous-titrage Société Radio-Canada", "fr"),
        ("Subtítulos realizados por la comunidad de Amara.org", "es"),
    ],
)
@pytest.mark.parametrize("weak", WEAK)
def test_a_known_invention_needs_weak_evidence_besides(text: str, language: str, weak: str) -> None:
    hypothesis, sound = WEAK[weak]
    known = replace(hypothesis, text=text, language=language)
    assert judge_text(known, sound) in (Reason.PHRASE, Reason.TOO_FAST, Reason.TOO_LONG)
    assert judge_text(said(text, language=language), CLEAR) is None, "on good evidence it is said"


def test_a_phrase_within_a_sentence_is_a_sentence() -> None:
    faint = replace(CLEAR, level_db=-58.0)
    assert judge_text(said("Thank you for the minutes, Noor."), faint) is None
    assert judge_text(said("The subtitles by the door are wrong."), faint) is None


def test_credits_are_doubted_sooner_than_thanks() -> None:
    assert judge_text(said("Subtitles by Zoo", no_speech=0.3), CLEAR) is Reason.PHRASE
    assert judge_text(said("Thank you", no_speech=0.3), CLEAR) is None


def test_chance_helps_only_a_decoder_that_slipped() -> None:
    """A draw at random adds no evidence: it would only find words that pass."""
    assert {Reason.LOOP, Reason.TOO_FAST} <= SLIPS
    assert not SLIPS & {Reason.NO_SPEECH, Reason.UNLIKELY, Reason.PHRASE, Reason.ECHO}


def test_words_are_compared_without_case_marks_of_speech_or_apostrophes() -> None:
    assert plain_words("Don’t — “STOP”, l'été!") == ["dont", "stop", "lété"]
    assert plain_words("हमें अगले") == ["हमें", "अगले"]
    assert plain_words("… ♪ -") == []


def test_the_figures_of_a_verdict_can_be_written_as_json() -> None:
    figures = figures_of(said("no no", -0.123456), replace(CLEAR, contrast_db=math.inf))
    assert figures["words"] == 2.0
    assert figures["average_log_probability"] == -0.123
    assert "contrast_db" not in figures, "JSON has no infinity"
