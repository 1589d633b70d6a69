import itertools

import numpy as np
import pytest

from captioner.audio.bleed.speaker_sets import STAY, SpeakerSets
from captioner.audio.bleed.spectrum import Numbers


@pytest.mark.parametrize("size", range(6))
def test_nobody_one_and_two_are_all_the_sets_there_are(size: int) -> None:
    sets = SpeakerSets(size)
    found = {tuple(np.flatnonzero(row)) for row in sets.members}
    wanted = {each for k in (0, 1, 2) for each in itertools.combinations(range(size), k)}
    assert found == wanted
    assert len(sets.members) == len(wanted)
    assert sets.members[0].sum() == 0, "nobody comes first"
    assert sets.members[1 : 1 + size].tolist() == np.eye(size).tolist(), "then the single ones"


@pytest.mark.parametrize("size", range(6))
def test_something_always_follows(size: int) -> None:
    sets = SpeakerSets(size)
    assert sets.transitions.sum(1) == pytest.approx(np.ones(len(sets.members)))
    assert np.all(sets.transitions > 0)


def test_most_often_nothing_changes_and_one_change_is_likelier_than_two() -> None:
    sets = SpeakerSets(3)
    nobody, first, both = sets.transitions[0, 0], sets.transitions[0, 1], sets.transitions[0, 4]
    assert nobody > STAY / 2
    assert nobody > first > both


def test_pairs_are_told_from_the_rest() -> None:
    sets = SpeakerSets(3)
    assert sets.is_pair.tolist() == [0, 0, 0, 0, 1, 1, 1]
    assert sets.counts.tolist() == [0, 1, 1, 1, 2, 2, 2]


def test_forward_and_backward_agree_with_every_way_counted() -> None:
    """Three speakers, three frames: 7³ ways, each with its probability."""
    sets, frames = SpeakerSets(3), 3
    count = len(sets.members)
    seen = np.random.default_rng(3).normal(0, 3, (frames, count))
    ways = list(itertools.product(range(count), repeat=frames))
    weights = np.array([_weight(sets, seen, way) for way in ways])
    for frame in range(frames):
        forward = np.zeros(count)
        for row in seen[: frame + 1]:
            forward = sets.forward(forward) + row
        after = np.zeros(count)
        for row in seen[:frame:-1]:
            after = sets.backward(after + row)
        both = np.exp(forward + after)
        counted = [weights[[way[frame] == each for way in ways]].sum() for each in range(count)]
        assert both / both.sum() == pytest.approx(np.array(counted) / weights.sum())


def _weight(sets: SpeakerSets, seen: Numbers, way: tuple[int, ...]) -> float:
    """Before the first frame every set is as likely as any."""
    weight = float(sets.transitions[:, way[0]].sum() * np.exp(seen[0, way[0]]))
    for frame, (one, other) in enumerate(itertools.pairwise(way), 1):
        weight *= float(sets.transitions[one, other] * np.exp(seen[frame, other]))
    return weight


def test_what_cannot_be_is_still_a_number() -> None:
    sets = SpeakerSets(2)
    hopeless = np.array([0.0, -1e6, -1e6, -2e6])
    assert np.all(np.isfinite(sets.forward(hopeless)))
    assert np.all(np.isfinite(sets.backward(hopeless)))
