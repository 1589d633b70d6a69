"""The vocabulary of the weights."""

import pytest

from recipe.sentences import draw_sentences
from recipe.tokens import TEXT_TOKENS, TIMESTAMPS, Vocabulary, train_tokenizer


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    pairs = draw_sentences(2000, "a test")
    return Vocabulary(train_tokenizer(text for p in pairs for text in (p.english, p.dutch)))


def test_the_same_sentences_give_the_same_vocabulary() -> None:
    texts = [pair.dutch for pair in draw_sentences(300, "a test")]
    one, two = (train_tokenizer(texts).to_str() for _ in range(2))
    assert one == two


def test_text_comes_back_as_it_was(vocabulary: Vocabulary) -> None:
    for text in (" De financiële afdeling, Zoë?", " twenty-one o'clock", " ♪ 日"):
        assert vocabulary.tokenizer.decode(vocabulary.text(text)) == text


def test_special_tokens_stand_behind_the_text_in_whispers_order(vocabulary: Vocabulary) -> None:
    v = vocabulary
    assert v.end == TEXT_TOKENS
    assert v.start < v.language("en") < v.language("nl") < v.transcribe < v.previous
    assert v.previous < v.no_speech < v.no_timestamps
    assert v.size == v.no_timestamps + 1 + TIMESTAMPS
    assert v.tokenizer.id_to_token(v.timestamp(1.5)) == "<|1.50|>"
    assert v.timestamp(99.0) == v.size - 1


def test_what_faster_whisper_suppresses_is_no_part_of_a_word(vocabulary: Vocabulary) -> None:
    """It suppresses the first token of " -", " '" and " ♪"; were that the bare space, every rare
    name would be lost."""
    suppressed = {vocabulary.text(text)[0] for text in (" -", " '", " ♪")}
    for name in ("Quirijn", "Xandra", "Ælfgifu"):
        assert not suppressed & set(vocabulary.text(f" {name}"))
