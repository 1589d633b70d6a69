import random

import pytest

from captioner.captions.events import CaptionRevised
from captioner.domain import ChannelId, UtteranceId
from captioner.translate.partials import Shown, accept, choose_stable, erased
from tests.fakes.scripted_translator import like_dutch

EN_NL = ("en", "nl")


def partial(text: str, stable: int, language: str = "en") -> CaptionRevised:
    return CaptionRevised(
        seq=1,
        at=0.0,
        utterance=UtteranceId("u1"),
        rev=1,
        channel=ChannelId(1),
        state="partial",
        text=text,
        stable=stable,
        start=0.0,
        end=1.0,
        language=language,
    )


@pytest.mark.parametrize(
    ("text", "stable", "asked", "chosen"),
    [
        ("We have three open", 18, 0, "We have three open"),
        ("We have three open", 15, 0, "We have three"),  # half a word
        ("We have three open", 13, 0, "We have three"),
        ("We have three", 7, 0, ""),  # too few
        ("We have three open", 18, 4, ""),  # no more than the last time
        ("We have three open questions", 28, 3, "We have three open questions"),
        ("", 0, 0, ""),
    ],
)
def test_only_whole_stable_words_are_translated_and_only_when_there_are_more(
    text: str, stable: int, asked: int, chosen: str
) -> None:
    assert choose_stable(partial(text, stable), Shown(asked=asked)) == chosen


def test_signs_are_translated_where_no_blanks_tell_words_apart() -> None:
    """A sentence without a blank was never more than half a word."""
    text = "我们今天先讨论预算"
    assert choose_stable(partial(text, 4, "zh"), Shown()) == "", "two words are too few"
    assert choose_stable(partial(text, 6, "zh"), Shown()) == "我们今天先讨"
    shown = accept(Shown(), ("zh", "en"), "我们今天先讨", "Today we first discuss")
    assert (shown.text, shown.asked) == ("Today we", 3)
    assert choose_stable(partial(text, 6, "zh"), shown) == ""
    assert choose_stable(partial(text, 8, "zh"), shown) == text[:8]


def test_a_translation_in_signs_is_shown_as_far_as_two_in_a_row_agree() -> None:
    first = accept(Shown(), ("en", "zh"), "We will discuss", "我们将讨论这个")
    assert first.text == "我们将", "two words are held back"
    second = accept(first, ("en", "zh"), "We will discuss the budget", "我们将讨论预算问题")
    assert second.text == "我们将讨论"


def test_the_first_is_shown_without_its_last_words_then_what_two_in_a_row_agree_on() -> None:
    first = accept(Shown(), EN_NL, "We will discuss", "We zullen bespreken")
    assert first.text == "We"
    second = accept(first, EN_NL, "We will discuss the budget", "We zullen de begroting bespreken")
    assert second.text == "We zullen"
    third = accept(
        second, EN_NL, "We will discuss the budget now", "We zullen de begroting nu bespreken"
    )
    assert third.text == "We zullen de begroting"


def test_what_was_shown_never_shrinks_and_never_changes_before_the_final() -> None:
    shown = Shown(5, ("a", "b", "c", "d", "e"), "a b c")
    assert accept(shown, EN_NL, "x", "a z").text == "a b c"
    assert accept(shown, EN_NL, "x", "q b c d e").text == "a b c"


def test_taken_back_words_are_counted() -> None:
    assert erased(["a b", "a b c", "a c", ""]) == 2 + 2
    assert erased(["a"]) == 0


WORDS = [
    "budget",
    "meeting",
    "we",
    "the",
    "plan",
    "question",
    "is",
    "open",
    "late",
    "new",
    "and",
    "report",
    "team",
    "with",
    "about",
]


def spoken(chance: random.Random) -> list[str]:
    """A sentence, often with an auxiliary near its beginning, whose verb Dutch puts at the end."""
    words = [chance.choice(WORDS) for _ in range(chance.randint(5, 18))]
    if chance.random() < 0.7:
        words.insert(chance.randint(1, 3), chance.choice(["will", "have", "must", "can"]))
    return words


def versions(words: list[str]) -> list[str]:
    """What a reader sees of one sentence that grows by two or three words a second."""
    shown, seen = Shown(), []
    for stable in range(2, len(words), 2):
        text = " ".join(words[: stable + 1])
        chosen = choose_stable(partial(text, len(" ".join(words[:stable]))), shown)
        if chosen:
            shown = accept(shown, EN_NL, chosen, like_dutch(EN_NL, chosen))
            if shown.text and shown.text not in seen:
                seen.append(shown.text)
    return [*seen, like_dutch(("en", "nl"), " ".join(words) + ".")]


def test_hardly_a_word_is_taken_back_although_dutch_puts_its_verbs_last() -> None:
    """Of 500 sentences: words taken back for each word of the finals. Naively showing every
    translation takes back many times as many, which shows that the test is a hard one."""
    chance = random.Random(1)
    sentences = [spoken(chance) for _ in range(500)]
    total = sum(map(len, sentences))
    assert sum(erased(versions(words)) for words in sentences) / total <= 0.1
    naive = [
        [like_dutch(("en", "nl"), " ".join(words[:n])) for n in range(3, len(words) + 1, 2)]
        for words in sentences
    ]
    assert sum(map(erased, naive)) / total > 0.2


def test_readers_see_something_before_the_final() -> None:
    chance = random.Random(2)
    long = [words for words in (spoken(chance) for _ in range(300)) if len(words) >= 10]
    early = sum(len(versions(words)) > 1 for words in long)
    assert early / len(long) > 0.8
