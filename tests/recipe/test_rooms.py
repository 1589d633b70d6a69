"""Simulated rooms."""

from pathlib import Path

import numpy as np

from recipe.rooms import write_rooms


def test_the_same_seed_gives_the_same_rooms(tmp_path: Path) -> None:
    for name in ("one.npz", "two.npz"):
        write_rooms(tmp_path / name, "a test", near=2, far=1)
    with np.load(tmp_path / "one.npz") as one, np.load(tmp_path / "two.npz") as two:
        assert np.array_equal(one["near"], two["near"])
        assert one["near"].shape == (2, 6400)
        assert np.abs(one["near"]).max(axis=1).tolist() == [1.0, 1.0]
        assert np.abs(one["near"]).argmax(axis=1).max() < 50
