"""A small convolutional classifier, whose last layer but one says in few numbers what is in an image.

Pixels are a poor measure of how alike two images are. Distances of distributions (`util.metrics`) are taken between
features instead; those of a network that has learnt labels of the same images are small, quick, and know what matters.
Numbers from different classifiers cannot be compared, so one is trained once for given data and then kept.
"""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import keras
import numpy as np

from util import pixels
from util.data import data_folder

__all__ = ["Classifier", "classifier"]

_FORM = "1"  # to be changed with the network or its training: it is a part of the name of what is kept
BATCH_SIZE = 64


class Classifier:
    """A trained classifier: of classes that exclude each other, or of attributes that are there or not.

    Images are (n, h, w), (n, h, w, 3) or rows of pixels, of the size that it has learnt: bytes, numbers in [0, 1], or
    in what ``limits`` says.
    """

    def __init__(self, shape: tuple[int, ...], outputs: int, exclusive: bool, seed: int) -> None:
        """Make an untrained one for images (h, w, channels); use `classifier`."""
        self.shape, self.exclusive = shape, exclusive
        self.model = _network(shape, outputs, seed)
        self._inside = keras.Model(self.model.input, [self.model.get_layer("features").output, self.model.output])

    def features(self, images: Any, limits: pixels.Limits | None = None) -> np.ndarray:
        """What the last layer but one makes of the images: float32 (n, 64), none negative."""
        return self._predict(images, limits)[0]

    def probabilities(self, images: Any, limits: pixels.Limits | None = None) -> np.ndarray:
        """The probability of every class (n, classes), each row with the sum 1; or of every attribute by itself."""
        logits = self._predict(images, limits)[1].astype(np.float64)
        if not self.exclusive:
            return np.exp(-np.logaddexp(0, -logits))
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        return powers / powers.sum(axis=1, keepdims=True)

    def accuracy(self, images: Any, labels: Any, limits: pixels.Limits | None = None) -> np.ndarray:
        """The share that it gets right: one number for classes; for attributes (attributes,), one for each."""
        probabilities, labels = self.probabilities(images, limits), np.asarray(labels)
        right = probabilities.argmax(axis=1) == labels if self.exclusive else (probabilities > 0.5) == (labels > 0.5)
        return right.mean(axis=0)

    def _predict(self, images: Any, limits: pixels.Limits | None) -> tuple[np.ndarray, np.ndarray]:
        features, logits = self._inside.predict(self._inputs(images, limits), batch_size=256, verbose=0)
        return features, logits

    def _inputs(self, images: Any, limits: pixels.Limits | None = None) -> np.ndarray:
        """Images as the network takes them, float32 (n, h, w, channels) in [0, 1]."""
        inputs = _with_channels(pixels.as_images(images))
        if inputs.shape[1:] != self.shape:
            raise ValueError(f"The classifier has learnt images of shape {self.shape}, but {inputs.shape[1:]} came.")
        return pixels.unit(inputs, limits)


def classifier(
    images: Any, labels: Any, *, seed: int = 0, steps: int = 1000, folder: str | Path | None = None
) -> Classifier:
    """The classifier for these images, from the data folder or, the first time, trained; prints a line on which.

    Args:
        images: bytes, or numbers in [0, 1]; (n, h, w), (n, h, w, 3), or rows of pixels.
        labels: whole numbers (n,), one of the classes 0, 1, …; or zeros and ones (n, attributes).
        seed: of the weights at the start and the order of the images. The same seed gives nearly the same features
            again; only a classifier that was kept gives them to the last bit.
        steps: of training, on 64 images each. Attributes that show in few pixels, such as a smile, want many images and
            steps, or the network learns the images by heart: look at ``accuracy`` on others before you rely on it.
        folder: where it is kept; the data folder by default.
    """
    images, labels = pixels.as_images(images), np.asarray(labels)
    exclusive = labels.ndim == 1
    outputs = int(labels.max()) + 1 if exclusive else labels.shape[1]
    result = Classifier(_with_channels(images).shape[1:], outputs, exclusive, seed)
    file = Path(folder or data_folder()) / f"classifier-{_name(images, labels, seed, steps)}.weights.h5"
    if file.is_file():
        result.model.load_weights(file)
        print(f"Classifier: as trained before, from {file}.")
        return result
    start = time.monotonic()
    _train(result, images, labels, seed, steps)
    with suppress(OSError):  # a read-only folder only means training again next time
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_name(f"part-{file.name}")
        result.model.save_weights(part)
        part.replace(file)
    print(f"Classifier: trained for {steps:,} steps in {time.monotonic() - start:.0f} s.")
    return result


def _name(images: np.ndarray, labels: np.ndarray, seed: int, steps: int) -> str:
    """A name that stands for these data and this training."""
    digest = hashlib.sha256(f"{_FORM} {images.shape} {images.dtype} {labels.shape} {seed} {steps}".encode())
    digest.update(np.ascontiguousarray(images).data)
    digest.update(np.ascontiguousarray(labels, dtype=np.int64).data)
    return digest.hexdigest()[:16]


def _with_channels(images: np.ndarray) -> np.ndarray:
    return images[..., None] if images.ndim == 3 else images


def _network(shape: tuple[int, ...], outputs: int, seed: int) -> keras.Model:
    """Convolutions down to at most 8 × 8, then 64 features, then logits. Large images are shrunk first."""
    layers = keras.layers
    shrink = math.ceil(max(shape[:2]) / 80)
    inputs = keras.Input(shape)
    x = layers.AveragePooling2D(shrink, dtype="float32")(inputs) if shrink > 1 else inputs
    channels = 24
    while max(x.shape[1:3]) > 8:
        x = _normalised(layers.Conv2D, channels, 3, strides=2, padding="same", seed=seed + channels)(x)
        channels = min(2 * channels, 96)
    x = layers.Flatten(dtype="float32")(x)
    x = _normalised(layers.Dense, 64, seed=seed + 1, name="features")(x)
    start = keras.initializers.GlorotUniform(seed + 2)
    return keras.Model(inputs, layers.Dense(outputs, kernel_initializer=start, dtype="float32")(x))


def _normalised(layer: type[keras.Layer], *args: Any, seed: int, name: str | None = None, **kwargs: Any) -> Any:
    """A layer with batch normalisation and ReLU, so that every feature has a size of about one.

    In full precision, whatever the players have.
    """
    start = keras.initializers.HeUniform(seed)
    parts = [
        layer(*args, **kwargs, use_bias=False, kernel_initializer=start, dtype="float32"),
        keras.layers.BatchNormalization(momentum=0.9, dtype="float32"),
        keras.layers.ReLU(dtype="float32"),
    ]
    return keras.Sequential(parts, name=name)


def _train(student: Classifier, images: np.ndarray, labels: np.ndarray, seed: int, steps: int) -> None:
    """Train with Adam, whose rate falls to nothing, on batches drawn from ``seed`` alone."""
    random = np.random.default_rng(seed)

    def batches() -> Iterator[tuple[np.ndarray, np.ndarray]]:
        while True:
            order = random.permutation(len(images))
            for start in range(0, max(len(order) - BATCH_SIZE, 0) + 1, BATCH_SIZE):
                rows = order[start : start + BATCH_SIZE]
                yield student._inputs(images[rows]), labels[rows].astype("int32" if student.exclusive else "float32")

    losses = keras.losses
    loss = losses.SparseCategoricalCrossentropy if student.exclusive else losses.BinaryCrossentropy
    rate = keras.optimizers.schedules.CosineDecay(2e-3, steps)
    student.model.compile(keras.optimizers.Adam(rate), loss(from_logits=True))
    student.model.fit(batches(), steps_per_epoch=steps, verbose=0, shuffle=False)
