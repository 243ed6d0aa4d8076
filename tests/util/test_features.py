"""The classifier learns, is kept, and gives features that tell classes apart."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest

from util import features, metrics

ROOT = Path(__file__).resolve().parents[2]

# Keras itself copies variables to NumPy in a way that NumPy 2 frowns on.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning")


def bars(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw noisy images (n, 12, 12) with a bar that lies (class 0) or stands (class 1) somewhere."""
    random = np.random.default_rng(seed)
    images, labels = random.integers(0, 60, (n, 12, 12)), random.integers(0, 2, n)
    for image, label, place in zip(images, labels, random.integers(0, 12, n), strict=True):
        (image.T if label else image)[place] = 200
    return images.astype(np.uint8), labels


def train(seed: int, folder: Path) -> features.Classifier:
    """Train on 256 bars."""
    return features.classifier(*bars(256, 0), seed=seed, steps=60, folder=folder)


def test_it_learns_classes_and_is_kept(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    first, (images, labels) = train(0, tmp_path), bars(200, 1)
    assert first.accuracy(images, labels) > 0.95
    assert "trained for 60 steps" in capsys.readouterr().out
    again, other = train(0, tmp_path), train(1, tmp_path)
    assert "as trained before" in capsys.readouterr().out
    assert np.array_equal(first.features(images), again.features(images))
    assert not np.allclose(first.features(images), other.features(images), atol=1e-3), "another seed, other features"
    assert len(list(tmp_path.iterdir())) == 2


def test_the_seed_decides_and_the_callers_random_numbers_are_left_alone(tmp_path: Path) -> None:
    state = np.random.get_state()[1].copy()
    one, two = train(0, tmp_path / "a"), train(0, tmp_path / "b")
    images, _ = bars(20, 1)
    assert np.allclose(one.features(images), two.features(images), rtol=1e-2, atol=1e-2)
    assert np.array_equal(np.random.get_state()[1], state)


def test_features_know_the_class(tmp_path: Path) -> None:
    judge = train(0, tmp_path)
    (images, labels), (others, other_labels) = bars(400, 1), bars(400, 2)
    probabilities = judge.probabilities(images)
    assert judge.features(images).shape == (400, 64)
    assert np.allclose(probabilities.sum(axis=1), 1)
    same = metrics.frechet(judge.features(images[labels == 0]), judge.features(others[other_labels == 0]))
    different = metrics.frechet(judge.features(images[labels == 0]), judge.features(others[other_labels == 1]))
    assert different > 10 * same
    scaled = judge.features(images / 127.5 - 1, limits=(-1, 1))
    assert np.allclose(scaled, judge.features(images), atol=1e-3)
    with pytest.raises(ValueError, match="has learnt images of shape"):
        judge.features(np.zeros((2, 14, 14)))


def test_it_learns_attributes_of_coloured_images(tmp_path: Path) -> None:
    def draw(seed: int) -> tuple[np.ndarray, np.ndarray]:
        random = np.random.default_rng(seed)
        labels = random.integers(0, 2, (300, 2)).astype(np.uint8)
        images = random.integers(0, 100, (300, 10, 14, 3)).astype(np.uint8)
        images[..., 0] += 80 * labels[:, :1, None]  # the first is red, the second a dark lower half
        images[:, 5:] //= 1 + 3 * labels[:, 1, None, None, None]
        return images, labels

    judge = features.classifier(*draw(0), steps=60, folder=tmp_path)
    accuracy = judge.accuracy(*draw(1))
    assert accuracy.shape == (2,)
    assert (accuracy > 0.95).all()


@pytest.mark.skipif(importlib.util.find_spec("jax") is None, reason="JAX is not installed")
@pytest.mark.skipif(keras.backend.backend() == "jax", reason="these tests run on JAX already")
def test_the_same_on_jax() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", __file__],
        env=os.environ | {"KERAS_BACKEND": "jax"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-3000:]
