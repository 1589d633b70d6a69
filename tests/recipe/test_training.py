"""The training's own sums; skipped where there is no torch, which only the recipe's extra has."""

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="torch is only in captioner[recipe]")

from recipe.batches import batch_of  # noqa: E402
from recipe.conversion import convert, load_arrays  # noqa: E402
from recipe.examples import IGNORED, Example  # noqa: E402
from recipe.losses import guided_loss, losses_of  # noqa: E402
from recipe.sentences import draw_sentences  # noqa: E402
from recipe.tokens import TEXT_TOKENS, Vocabulary, train_tokenizer  # noqa: E402
from recipe.training import Course, Training  # noqa: E402
from recipe.whisper_shape import Shape  # noqa: E402

COURSE = Course(steps=300, clean_until=100, guided_from=0, warm_up=10)


@pytest.fixture
def work(tmp_path: Path) -> Path:
    texts = [pair.dutch for pair in draw_sentences(100, "a test")]
    train_tokenizer(texts).save(str(tmp_path / "tokenizer.json"))
    return tmp_path


def training_in(work: Path) -> Training:
    size = Vocabulary.load(work / "tokenizer.json").size
    shape = Shape(size, width=64, heads=2, encoder_layers=1, decoder_layers=2)
    return Training(work, shape, COURSE, "a test")


def examples(vocabulary: Vocabulary) -> list[Example]:
    """One with the times of its two words, one without, one without speech."""
    v = vocabulary
    words = v.text(" ja")[:1] + v.text(" nee")[:1]
    task = [v.start, v.language("nl"), v.transcribe, v.no_timestamps]
    head = [v.language("nl"), IGNORED, IGNORED]
    noise = np.random.default_rng(1).standard_normal((3, 80, 200)).astype(np.float32)
    timed = Example(noise[0], [*task, *words, v.end], [*head, *words, v.end], words, "nl")
    timed.spans = [(3, 0.5, 1.0), (4, 1.0, 1.4), (5, 1.4, 1.5)]
    untimed = Example(noise[1], [*task, *words, v.end], [*head, *words, v.end], words, "nl")
    empty = Example(noise[2], [*task, v.end], [v.no_speech, IGNORED, IGNORED, v.end], [], "nl")
    return [timed, untimed, empty]


def test_the_rate_rises_stays_and_falls() -> None:
    rates = [COURSE.rate_at(step) for step in range(300)]
    assert rates[0] < rates[5] < rates[10] == rates[199] == COURSE.rate
    assert rates[200:] == sorted(rates[200:], reverse=True)
    assert rates[-1] < COURSE.rate / 30


def test_frames_are_told_what_is_said_in_them(work: Path) -> None:
    vocabulary = Vocabulary.load(work / "tokenizer.json")
    batch = batch_of(2.0, examples(vocabulary)[:3], vocabulary.end)
    one, two = examples(vocabulary)[0].text
    assert batch.frames.shape == (3, 100)
    assert (
        batch.frames[0].tolist()
        == [TEXT_TOKENS] * 25 + [one] * 25 + [two] * 20 + [TEXT_TOKENS] * 30
    )
    assert set(batch.frames[1]) == {IGNORED}
    assert set(batch.frames[2]) == {TEXT_TOKENS}
    assert batch.untimed.tolist() == [1]


def test_attention_on_the_word_costs_less_than_elsewhere() -> None:
    spans = torch.tensor([[0, 0, 2, 4]])
    on, off = torch.full((2, 1, 3, 1, 10), -9.0)
    on[..., 2:4] = -0.7
    off[..., 7:9] = -0.7
    assert guided_loss(on, spans) < guided_loss(off, spans)


def test_training_goes_on_where_it_stopped(work: Path) -> None:
    first = training_in(work)
    batch = batch_of(2.0, examples(first.vocabulary), first.vocabulary.end)
    before = float(losses_of(first.model, batch, True).words.detach())
    for _ in range(20):
        first.advance(batch)
    first.save()
    second = training_in(work)
    assert second.resume()
    assert second.step == 20
    after = float(losses_of(second.model, batch, True).words.detach())
    assert after < before
    assert after == pytest.approx(float(losses_of(first.model, batch, True).words.detach()))


def test_ctranslate2_computes_what_torch_does(work: Path) -> None:
    from faster_whisper import WhisperModel

    training = training_in(work)
    training.save()
    arrays, shape = load_arrays(work / "whisper.pt")
    convert(arrays, shape, work / "tokenizer.json", work / "made", [(1, 0)])
    features = examples(training.vocabulary)[0].features
    with torch.no_grad():
        wanted = training.model.encoder(torch.from_numpy(features[None])).numpy()
    found = np.array(WhisperModel(str(work / "made"), compute_type="float32").encode(features))
    # The weights are stored as int8.
    assert np.abs(found - wanted).max() < 0.1
    assert np.corrcoef(found.ravel(), wanted.ravel())[0, 1] > 0.999
