"""What a training example sounds like and what is to come of it, on tones instead of speech."""

import json
from dataclasses import replace

import numpy as np
import pytest

from recipe.difficulty import CLEAN, ROOMS
from recipe.examples import IGNORED, SHARES, WINDOWS, Composer, Example, draw_batch
from recipe.passages import cut
from recipe.speech import Split
from recipe.tokens import Vocabulary, train_tokenizer

RATE = 16_000
TEXTS = {"en": "We agree on that.", "nl": "Dat klopt wel."}


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return Vocabulary(train_tokenizer(TEXTS.values()))


@pytest.fixture(scope="module")
def splits(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Split]:
    """Lines of 1.2 s whose words last 0.3 s each."""
    folder = tmp_path_factory.mktemp("speech")
    length = round(1.2 * RATE)
    tone = (np.sin(np.arange(length) / 8) * 9000).astype(np.int16)
    for code, text in TEXTS.items():
        words = text.split()
        times = [[w, i * 1.2 / len(words), (i + 1) * 1.2 / len(words)] for i, w in enumerate(words)]
        rows = [
            {
                "offset": index * length,
                "length": length,
                "language": code,
                "voice": "tone",
                "text": text,
                "words": times,
            }
            for index in range(4)
        ]
        (folder / f"{code}.i16").write_bytes(np.tile(tone, 4).tobytes())
        (folder / f"{code}.jsonl").write_text("\n".join(map(json.dumps, rows)))
    return {code: Split(folder, code) for code in TEXTS}


def composer(splits: dict[str, Split], vocabulary: Vocabulary, seed: str) -> Composer:
    response = np.zeros((1, 400), np.float32)
    response[0, 0], response[0, 300] = 1.0, 0.3
    return Composer(splits, {"near": response, "far": response}, vocabulary, seed)


def named(example: Example, vocabulary: Vocabulary) -> list[str]:
    return [str(vocabulary.tokenizer.id_to_token(token)) for token in example.tokens]


def test_the_same_seed_gives_the_same_examples(
    splits: dict[str, Split], vocabulary: Vocabulary
) -> None:
    one, two = (
        draw_batch(composer(splits, vocabulary, "a"), ROOMS, WINDOWS, 20.0)[1] for _ in range(2)
    )
    assert [each.tokens for each in one] == [each.tokens for each in two]
    assert all(np.array_equal(a.features, b.features) for a, b in zip(one, two, strict=True))


def test_every_target_is_the_next_token_or_none(
    splits: dict[str, Split], vocabulary: Vocabulary
) -> None:
    drawn = composer(splits, vocabulary, "b")
    for _ in range(60):
        example = drawn.example(6.0, ROOMS)
        assert example.features.shape == (80, 600)
        assert len(example.targets) == len(example.tokens) - 1
        for target, token in zip(example.targets, example.tokens[1:], strict=True):
            assert target in (token, IGNORED, vocabulary.no_speech)


def test_the_language_is_asked_for_and_the_prompt_is_not(
    splits: dict[str, Split], vocabulary: Vocabulary
) -> None:
    drawn = composer(splits, vocabulary, "c")
    prompted = replace(CLEAN, prompts=1.0, empty=0.0)
    for _ in range(20):
        example = drawn.example(5.0, prompted)
        start = example.tokens.index(vocabulary.start)
        assert example.tokens[0] == vocabulary.previous
        assert start > 1
        assert set(example.targets[:start]) == {IGNORED}
        assert example.targets[start] == vocabulary.language(example.language)


def test_english_is_heard_more_often_than_dutch(
    splits: dict[str, Split], vocabulary: Vocabulary
) -> None:
    drawn = composer(splits, vocabulary, "h")
    languages = [drawn.example(3.0, CLEAN).language for _ in range(200)]
    assert languages.count("en") / 200 == pytest.approx(SHARES["en"], abs=0.1)


def test_without_speech_nothing_is_said(splits: dict[str, Split], vocabulary: Vocabulary) -> None:
    drawn = composer(splits, vocabulary, "d")
    for _ in range(20):
        example = drawn.example(5.0, replace(CLEAN, empty=1.0))
        assert example.text == []
        assert example.targets[0] == vocabulary.no_speech
        assert example.targets[-1] == vocabulary.end


def test_timestamps_frame_each_sentence(splits: dict[str, Split], vocabulary: Vocabulary) -> None:
    drawn = composer(splits, vocabulary, "e")
    seen = 0
    for _ in range(40):
        example = drawn.example(10.0, replace(CLEAN, empty=0.0))
        tokens = named(example, vocabulary)
        if "<|notimestamps|>" in tokens:
            continue
        times = [float(token[2:-2]) for token in tokens if token[2:3].isdigit()]
        assert times == sorted(times)
        assert len(times) % 2 == 0
        assert times[1] - times[0] == pytest.approx(1.2, abs=0.02)
        seen += 1
    assert seen > 5


def test_attention_is_asked_to_be_where_each_word_is(
    splits: dict[str, Split], vocabulary: Vocabulary
) -> None:
    drawn = composer(splits, vocabulary, "f")
    for _ in range(20):
        example = drawn.example(4.0, replace(CLEAN, empty=0.0))
        assert example.spans
        tokens = [example.tokens[position + 1] for position, _, _ in example.spans]
        assert tokens[:-1] == example.text
        starts = [start for _, start, _ in example.spans]
        assert starts == sorted(starts)


def test_a_cut_takes_what_was_heard_and_no_more(
    splits: dict[str, Split], vocabulary: Vocabulary
) -> None:
    drawn = composer(splits, vocabulary, "g")
    for _ in range(20):
        whole = drawn.passage("en", 5.0)
        part = cut(whole, drawn.chance)
        said = " ".join(text for _, _, text in whole.sentences)
        left = " ".join(text for _, _, text in part.sentences)
        assert said.startswith(left)
        assert len(left) < len(said)
        assert len(part.sound) / RATE == pytest.approx(part.words[-1].end_s, abs=0.001)
        assert [word.text for word in part.words] == left.split()
