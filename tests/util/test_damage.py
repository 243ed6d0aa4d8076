"""Every number from which a lesson concludes something, on pictures whose quality is known.

The numbers that are trusted are worse, the more is damaged. What others do not notice stands here, too, and in the text
of the lesson that prints them: `BLIND` is as much a promise as the rest.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import pytest

from util import damage, data, features, metrics, pixels

# Keras itself copies variables to NumPy in a way that NumPy 2 frowns on.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning")

AMOUNTS = (0.0, 0.25, 0.5, 1.0)
HALF = 250
"""Pictures on either side of a comparison."""
TRUSTED = ("KID", "Fréchet distance", "two-sample accuracy")
BLIND = [
    *(("faces", name, kind) for name in ("precision", "density") for kind in ("blurred", "towards one grey")),
    *(("faces", name, kind) for name in ("precision", "density") for kind in ("towards the mean", "few copies")),
    ("faces", "recall", "noisy"),
    ("faces", "pixel histogram", "upside down"),
    ("digits", "confidence", "few copies"),
    ("scenes", "sharpness", "noisy"),
    ("scenes", "sharpness", "upside down"),
    ("scenes", "pixel histogram", "upside down"),
]
"""Of which pictures, which number, and which kind of damage, even the whole of it, it does not call worse than none."""
NOTICED = [
    *(("faces", "coverage", kind) for kind in damage.KINDS),
    *(("faces", "recall", kind) for kind in damage.KINDS if kind != "noisy"),
    *(("digits", "confidence", kind) for kind in damage.KINDS if kind != "few copies"),
    *(("digits", "normalised entropy", kind) for kind in ("towards one grey", "towards the mean", "few copies")),
    *(("scenes", name, kind) for name in ("L1", "read") for kind in damage.KINDS),
    *(("scenes", "sharpness", kind) for kind in ("blurred", "towards one grey", "towards the mean")),
]
"""The same for what it calls clearly worse, if all of it is done; less of it may go unnoticed."""


Pictures = tuple[np.ndarray, np.ndarray]
"""Images and labels: four times `HALF` to be measured, and before them those that a classifier learns from."""


def faces() -> Pictures:
    """Drawn faces and their attributes."""
    drawn = data.draw_faces(600 + 4 * HALF, size=(32, 32))
    return drawn.images, drawn.labels


def digits() -> Pictures:
    """Digits, of which there are enough everywhere."""
    mnist = data.load_mnist()
    return mnist.images[:4000], mnist.labels[:4000]


def scenes() -> Pictures:
    """The middles of drawn scenes, and what is in them."""
    drawn = data.draw_scenes(600 + 4 * HALF, seed=1)
    return drawn.images[:, 16:48, 16:48], drawn.labels


PICTURES: dict[str, Callable[[], Pictures]] = {"faces": faces, "digits": digits, "scenes": scenes}


class Subject:
    """Pictures, a classifier of what is in them, and how bad each number calls a set of others."""

    def __init__(self, what: str, folder: Path) -> None:
        """Train the classifier, which takes seconds."""
        images, labels = PICTURES[what]()
        last = slice(-4 * HALF, None)
        self.what, self.images, self.labels = what, pixels.unit(images[last]), labels[last]
        self.judge = features.classifier(images[: -4 * HALF], labels[: -4 * HALF], steps=200, folder=folder)
        self.real = self.images[:HALF]
        self.seen = self.judge.features(self.real)
        sets = [self.badness(self.images[start : start + HALF], start) for start in (HALF, 2 * HALF, 3 * HALF)]
        self.chance = {name: float(np.ptp([each[name] for each in sets])) for name in sets[0]}
        held = self.images[HALF : 2 * HALF]
        self.on_damage = {
            kind: [self.badness(spoil(held, amount), HALF) for amount in AMOUNTS]
            for kind, spoil in damage.KINDS.items()
        }

    def badness(self, fakes: np.ndarray, start: int) -> dict[str, float]:
        """All numbers, turned such that more is worse, of ``fakes`` that stand for the pictures from ``start`` on."""
        seen, truth = self.judge.features(fakes), self.images[start : start + HALF]
        ball = metrics.neighbours(self.seen, seen)
        return self.verdicts(fakes, start) | {
            "KID": metrics.kid(self.seen, seen),
            "Fréchet distance": metrics.frechet(self.seen, seen),
            "two-sample accuracy": metrics.two_sample_accuracy(self.seen, seen),
            "precision": -ball.precision,
            "coverage": -ball.coverage,
            "recall": -ball.recall,
            "density": -ball.density,
            "pixel histogram": metrics.pixel_kl(self.real, fakes),
            "L1": float(np.abs(fakes - truth).mean()),
            "sharpness": -gradient_energy(fakes),
        }

    def verdicts(self, fakes: np.ndarray, start: int) -> dict[str, float]:
        """The numbers that come from what the classifier says: of digits which they are, of scenes what is in them."""
        if self.what == "faces":
            return {}
        said, labels = self.judge.probabilities(fakes), self.labels[start : start + HALF]
        if self.what == "scenes":
            return {"read": -float(said[labels == 1].mean())}
        found = metrics.diversity(said)
        return {"confidence": -found.confidence, "normalised entropy": -found.normalised_entropy}


def gradient_energy(images: np.ndarray) -> float:
    """That of the lesson `inpainting`: mean squared differences to the right and to the lower neighbour."""
    return float(np.mean(np.diff(images, axis=2) ** 2) + np.mean(np.diff(images, axis=1) ** 2))


class Subjects(dict):
    """Each made when it is first asked for."""

    def __init__(self, folder: Path) -> None:
        """``folder`` keeps classifiers."""
        super().__init__()
        self.folder = folder

    def __missing__(self, what: str) -> Subject:
        """Make it."""
        self[what] = Subject(what, self.folder)
        return self[what]


@pytest.fixture(scope="module")
def subjects(tmp_path_factory: pytest.TempPathFactory) -> Subjects:
    """Drawn faces, digits, and the middles of drawn scenes, as in the lessons."""
    return Subjects(tmp_path_factory.mktemp("classifiers"))


def values(subject: Subject, name: str, kind: str) -> np.ndarray:
    """How bad the number calls more and more of this damage, in units of what it differs by chance."""
    return np.array([each[name] for each in subject.on_damage[kind]]) / max(subject.chance[name], 1e-9)


@pytest.mark.parametrize("kind", damage.KINDS)
@pytest.mark.parametrize("name", TRUSTED)
@pytest.mark.parametrize("what", ["faces", "digits", "scenes"])
def test_what_is_trusted_is_worse_the_more_is_damaged(what: str, name: str, kind: str, subjects: Subjects) -> None:
    """Never better by more than chance, and in the end clearly worse."""
    by_and_by = values(subjects[what], name, kind)
    assert np.diff(by_and_by).min() > -1, by_and_by
    assert by_and_by[-1] - by_and_by[0] > 3, by_and_by


@pytest.mark.parametrize(("what", "name", "kind"), BLIND)
def test_what_is_not_noticed_is_known(what: str, name: str, kind: str, subjects: Subjects) -> None:
    """All of the damage is not clearly worse than none."""
    by_and_by = values(subjects[what], name, kind)
    assert by_and_by[-1] - by_and_by[0] <= 3, by_and_by


@pytest.mark.parametrize(("what", "name", "kind"), NOTICED)
def test_what_is_noticed_is_clearly_worse(what: str, name: str, kind: str, subjects: Subjects) -> None:
    """If all of it is done."""
    by_and_by = values(subjects[what], name, kind)
    assert by_and_by[-1] - by_and_by[0] > 3, by_and_by


def test_little_damage_does_not_lower_the_coverage_of_faces(subjects: Subjects) -> None:
    """So it cannot stand for quality either."""
    assert all(np.diff(values(subjects["faces"], "coverage", kind))[0] < 3 for kind in ("blurred", "towards the mean"))


def test_little_damage_does_not_change_which_digits_are_counted(subjects: Subjects) -> None:
    """So the counts of `dcgan` and `gan` say nothing about quality."""
    for kind in ("blurred", "noisy", "towards one grey", "towards the mean"):
        whole, little, *_ = (each["normalised entropy"] for each in subjects["digits"].on_damage[kind])
        assert little == pytest.approx(whole, abs=0.02)


def test_the_classifier_of_gan_reads_noise_with_confidence() -> None:
    """It has to choose, and has met nothing but digits."""
    keras.utils.set_random_seed(1)
    digits, random = data.load_mnist(), np.random.default_rng(1)
    layers = [keras.Input((784,)), keras.layers.Dense(128, "relu"), keras.layers.Dense(10, "softmax")]
    classifier = keras.Sequential(layers)
    classifier.compile("adam", "sparse_categorical_crossentropy")
    classifier.fit(pixels.unit(digits.images).reshape(-1, 784), digits.labels, epochs=10, batch_size=128, verbose=0)
    noise = random.uniform(size=(500, 784)).astype(np.float32)
    assert metrics.diversity(classifier.predict(noise, verbose=0)).confidence > 0.5


# Points, as in the lesson `toy_gan` -----------------------------------------------------------------------------------


def spread_points(points: np.ndarray, amount: float) -> np.ndarray:
    """Points that lie around where they should, with the ``amount`` 1 by the radius of their ring."""
    return points + np.random.default_rng(1).normal(scale=amount, size=points.shape)


def few_modes(points: np.ndarray, amount: float) -> np.ndarray:
    """As many points, of the first modes only; with the ``amount`` 1 of a single one."""
    centres = data.Ring().centres
    mode = np.linalg.norm(points[:, None] - centres, axis=2).argmin(axis=1)
    kept = points[mode < max(1, round(len(centres) * (1 - amount)))]
    return kept[np.arange(len(points)) % len(kept)]


def copied_points(points: np.ndarray, amount: float) -> np.ndarray:
    """As many points, but few different ones, as `damage.few_copies` does it."""
    return points[np.arange(len(points)) % max(1, round(len(points) ** (1 - amount)))]


POINTS = {"spread": spread_points, "few modes": few_modes, "few copies": copied_points}


@pytest.mark.parametrize("kind", POINTS)
def test_mmd_is_worse_the_more_is_damaged(kind: str) -> None:
    """With the widths of the lesson."""
    ring = data.Ring()
    truth, points = (ring.sample(1000, np.random.default_rng(seed)) for seed in (0, 1))
    distances = [metrics.mmd(POINTS[kind](points, amount), truth, (0.1, 0.5, 1.0)) for amount in AMOUNTS]
    assert (np.diff(distances) > 0).all(), distances


def test_modes_found_sees_lost_modes_and_spread_but_no_copies() -> None:
    """One point of each mode, drawn again and again, is perfect in its eyes."""
    ring = data.Ring()
    points = ring.sample(1000, np.random.default_rng(1))
    seen = {
        kind: [metrics.modes_found(spoil(points, amount), ring.centres, 0.3) for amount in AMOUNTS]
        for kind, spoil in POINTS.items()
    }
    assert [each.found for each in seen["few modes"]] == [8, 6, 4, 1]
    assert np.all(np.diff([each.near for each in seen["spread"]]) < 0)
    assert seen["few copies"][2].found == 8


# The damage itself ----------------------------------------------------------------------------------------------------


@pytest.fixture
def pictures() -> np.ndarray:
    """Twenty different pictures in colour."""
    return np.random.default_rng(0).integers(0, 256, (20, 16, 12, 3)).astype(np.uint8)


@pytest.mark.parametrize("kind", damage.KINDS)
def test_no_damage_is_none_and_the_pictures_stay_as_they_are(kind: str, pictures: np.ndarray) -> None:
    """Of bytes and of numbers, in colour and in grey; the seed decides."""
    before = pictures.copy()
    for images in (pictures, pictures[..., 0], pixels.unit(pictures)):
        spoil = damage.KINDS[kind]
        assert np.allclose(spoil(images, 0.0), pixels.unit(images))
        whole = spoil(images, 1.0)
        assert whole.shape == images.shape
        assert whole.dtype == np.float32
        assert 0 <= whole.min() <= whole.max() <= 1
        assert np.array_equal(spoil(images, 0.5, seed=3), spoil(images, 0.5, seed=3))
        assert not np.allclose(whole, pixels.unit(images), atol=0.05)
    assert np.array_equal(pictures, before)


def test_each_kind_does_what_it_is_called(pictures: np.ndarray) -> None:
    """With the amount 1."""
    whole = pixels.unit(pictures)
    assert np.allclose(damage.towards_grey(pictures, 1), 0.5)
    assert np.allclose(damage.towards_mean(pictures, 1), whole.mean(axis=0))
    assert np.allclose(damage.upside_down(pictures, 1), whole[:, ::-1])
    assert len(np.unique(damage.few_copies(pictures, 1), axis=0)) == 1
    assert len(np.unique(damage.few_copies(pictures, 0.5), axis=0)) == 4
    dot = np.zeros((1, 17, 17))
    dot[0, 8, 8] = 1
    rows = np.arange(17) - 8
    spread = (damage.blurred(dot, 1)[0].sum(axis=1) * rows**2).sum()
    assert spread == pytest.approx((17 / 8) ** 2, rel=0.05)
    assert damage.noisy(np.full((1, 100, 100), 0.5), 0.2).std() == pytest.approx(0.1, rel=0.05)
