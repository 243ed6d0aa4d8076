"""Reference models train in pieces: a piece goes on where the last one stopped, and what ships can be loaded."""

import json
import warnings

import h5py
import numpy as np
import pytest

from benchmarks import reference

# Keras hands TensorFlow's variables to h5py, which NumPy remarks on.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword")

SMALL = {**reference.DRAW, "glimpses": 2, "batch_size": 8, "parts": "Parts"}
SMALL |= {"sizes": {"hidden": 8, "latent": 2, "read_size": 3, "write_size": 3}}


@pytest.fixture
def small(monkeypatch, tmp_path):
    """A run of two steps an epoch, which ships to a folder of its own."""
    monkeypatch.setenv("ATELIER_OFFLINE", "1")
    monkeypatch.setattr(reference, "STEPS_PER_EPOCH", 2)
    monkeypatch.setattr(reference, "RUNS", {"small": reference.Run(reference.start_draw, SMALL)})
    monkeypatch.setattr(reference, "shipped", lambda name: tmp_path / f"{name}.weights.h5")
    return "small"


def epochs(curve):
    return [json.loads(line)["epoch"] for line in curve.read_text().splitlines()]


def weights(folder):
    model, _, _ = reference.RUNS["small"].start(SMALL, None)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the optimizer's state, which does not ship
        model.load_weights(max(folder.glob("*.weights.h5")))
    return [np.asarray(variable) for variable in model.trainable_variables]


def test_pieces_give_what_one_training_would_have_given(small, tmp_path):
    for _ in range(2):  # no time at all: one epoch each
        curve = reference.train(small, 0, tmp_path / "pieces")
    assert epochs(curve) == [1, 2]
    ends = iter([False, True])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reference.Curve, "is_over", property(lambda self: next(ends)))
        reference.train(small, 1, tmp_path / "whole")
    for piece, whole in zip(weights(tmp_path / "pieces"), weights(tmp_path / "whole"), strict=True):
        np.testing.assert_array_equal(piece, whole)


def test_what_ships_is_small_and_the_next_training_begins_with_it(small, tmp_path):
    reference.train(small, 0, tmp_path / "run")
    target = reference.ship(small, tmp_path / "run")
    kinds = set()
    with h5py.File(target) as file:
        assert "optimizer" not in file
        file.visititems(lambda _, item: kinds.add(item.dtype.str) if isinstance(item, h5py.Dataset) else None)
    assert "<f2" in kinds
    assert "<f4" not in kinds
    (tmp_path / "shipped").mkdir()
    target.rename(tmp_path / "shipped" / target.name)
    for before, after in zip(weights(tmp_path / "run"), weights(tmp_path / "shipped"), strict=True):
        np.testing.assert_allclose(before, after, rtol=2e-3, atol=1e-6)


def test_lines_about_epochs_that_were_not_backed_up_are_forgotten(small, tmp_path):
    curve = reference.train(small, 0, tmp_path)
    with curve.open("a") as file:
        file.write(json.dumps({"epoch": 2, "processor_hours": 5.0, "loss": 1.0}) + "\n")
    assert epochs(reference.train(small, 0, tmp_path)) == [1, 2]
    assert json.loads(curve.read_text().splitlines()[-1])["processor_hours"] < 1.0
