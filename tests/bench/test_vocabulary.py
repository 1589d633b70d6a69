import pytest

from captioner.bench.vocabulary import (
    END_OF_TEXT,
    LANGUAGES,
    TEXT_TOKENS,
    special_tokens,
    text_tokens,
    tokenizer_json,
    vocabulary,
)

NUMBERS = {
    51_865: {END_OF_TEXT: 50_257, "<|en|>": 50_259, "<|transcribe|>": 50_359, "<|0.00|>": 50_364},
    51_866: {END_OF_TEXT: 50_257, "<|yue|>": 50_358, "<|transcribe|>": 50_360, "<|0.00|>": 50_365},
}
"""Of OpenAI's own vocabularies."""


@pytest.mark.parametrize("size", NUMBERS)
def test_special_tokens_have_whispers_numbers(size: int) -> None:
    tokens = vocabulary(size)
    assert len(tokens) == size == len(set(tokens))
    assert {token: tokens.index(token) for token in NUMBERS[size]} == NUMBERS[size]
    assert tokens[TEXT_TOKENS] == ""  # which says that it knows many languages
    assert tokens[-1] == "<|30.00|>"


def test_the_smaller_vocabulary_lacks_the_last_language() -> None:
    assert f"<|{LANGUAGES[-1]}|>" not in special_tokens(51_865)
    assert len(LANGUAGES) == len(set(LANGUAGES)) == 100


def test_every_merge_makes_a_token_of_two_that_are_there() -> None:
    tokens, merges = text_tokens()
    assert len(tokens) == TEXT_TOKENS == len(set(tokens)) == 256 + len(merges)
    known = set(tokens)
    assert all({left, right, left + right} <= known for left, right in merges)


def test_the_tokenizer_has_the_whole_vocabulary() -> None:
    made = tokenizer_json(51_865)
    numbers = {each["id"] for each in made["added_tokens"]} | set(made["model"]["vocab"].values())
    assert numbers == set(range(51_865))
