"""Small pictures in colour: CIFAR-10 and the Street View House Numbers."""

from __future__ import annotations

import pickle
import tarfile
from pathlib import Path
from typing import IO, Any

import numpy as np

from .download import Remote, data_folder, provide, reading
from .images import ImageSet

__all__ = ["load_cifar10", "load_svhn"]

# The sums are those that the makers publish (CIFAR-10) and that torchvision checks (both).
CIFAR10 = Remote("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz", "c32a1d4ab5d03f1284b67883e8d87530")
CIFAR10_OTHERS = ("cifar-10-python.tar.gz", "cifar10.npz")  # taken from the data folder if they are there
SVHN_TRAIN = Remote("http://ufldl.stanford.edu/housenumbers/train_32x32.mat", "e26dedcc434d2e4c54c9b2d4a06d8373")
SVHN_TEST = Remote("http://ufldl.stanford.edu/housenumbers/test_32x32.mat", "eb5a983be6a315427106f1b164d9cef3")

CIFAR10_NAMES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
RECORD = 1 + 3 * 32 * 32  # a label, then the red, the green and the blue plane
Part = tuple[np.ndarray, np.ndarray]


def load_cifar10(path: str | Path | None = None) -> ImageSet:
    """CIFAR-10: 50,000 training and 10,000 test pictures (32, 32, 3) of ten kinds of things.

    Args:
        path: ``cifar-10-binary.tar.gz`` or ``cifar-10-python.tar.gz`` as its makers give them, or an ``.npz`` with
            Keras's keys. By default one of these in the data folder, else the binary version is downloaded (170 MB).

    Raises:
        FileNotFoundError: none is within reach.
        ValueError: the file is not one of these.
    """
    place = _cifar10_file(path)
    if place.suffix == ".npz":
        with reading(place, "an archive of CIFAR-10 with Keras's keys"), np.load(place, allow_pickle=False) as archive:
            train = archive["x_train"], archive["y_train"].ravel()
            test = archive["x_test"], archive["y_test"].ravel()
    else:
        with reading(place, "an archive of CIFAR-10 in its binary or its Python version"), tarfile.open(place) as tar:
            train, test = _read_cifar10(tar)
    for images, labels in (train, test):
        _check(place, images, labels)
    source = f"CIFAR-10: {len(train[0]):,} training and {len(test[0]):,} test pictures from {place}."
    print(source)
    return ImageSet(*train, *test, CIFAR10_NAMES, source)


def _cifar10_file(path: str | Path | None) -> Path:
    if path is None:
        for name in (CIFAR10.name, *CIFAR10_OTHERS):
            if (data_folder() / name).is_file():
                return data_folder() / name
    return provide(CIFAR10, path)


def _read_cifar10(tar: tarfile.TarFile) -> tuple[Part, Part]:
    """Read the members in memory, so that no name in the archive can lead anywhere."""
    members = {Path(member.name).name: member for member in tar if member.isfile()}
    binary = "test_batch.bin" in members
    ending, read = (".bin", _binary_batch) if binary else ("", _python_batch)

    def part(names: list[str]) -> Part:
        batches = [read(tar.extractfile(members[name + ending])) for name in names]
        images, labels = (np.concatenate(pieces) for pieces in zip(*batches, strict=True))
        return np.ascontiguousarray(images.reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)), labels

    return part([f"data_batch_{i}" for i in range(1, 6)]), part(["test_batch"])


def _binary_batch(file: IO[bytes] | None) -> Part:
    assert file is not None
    records = np.frombuffer(file.read(), np.uint8).reshape(-1, RECORD)
    return records[:, 1:], records[:, 0]


def _python_batch(file: IO[bytes] | None) -> Part:
    assert file is not None
    batch = _NumpyUnpickler(file, encoding="bytes").load()
    images, labels = np.asarray(batch[b"data"]), np.asarray(batch[b"labels"])
    if images.dtype != np.uint8 or images.ndim != 2:
        raise ValueError("its pictures are no table of bytes")
    return images, labels.astype(np.uint8)


class _NumpyUnpickler(pickle.Unpickler):
    """Reads dictionaries, lists, numbers, bytes and NumPy arrays, and nothing else.

    A pickle is a program: plain `pickle.load` calls whatever function the file names, so a forged archive could do
    anything that the reader may do. Here only the three names pass that an array is rebuilt from.
    """

    ADMITTED = frozenset({"_reconstruct", "ndarray", "dtype"})
    MODULES = frozenset({"numpy", "numpy.core.multiarray", "numpy._core.multiarray"})

    def find_class(self, module: str, name: str) -> Any:
        """Called for every name in the pickle."""
        if module not in self.MODULES or name not in self.ADMITTED:
            raise pickle.UnpicklingError(f"it asks for {module}.{name}, which no batch of CIFAR-10 needs")
        return super().find_class(module.replace("numpy.core", "numpy._core"), name)


def _check(place: Path, images: np.ndarray, labels: np.ndarray) -> None:
    right = images.shape == (len(labels), 32, 32, 3) and images.dtype == np.uint8 and np.isin(labels, range(10)).all()
    if not right:
        raise ValueError(f"{place} does not hold 32 × 32 colour pictures of uint8 with labels 0…9.")


def load_svhn(path: str | Path | None = None) -> ImageSet:
    """Street View House Numbers, cropped: 73,257 training and 26,032 test digits (32, 32, 3), labels 0…9.

    Args:
        path: a folder with the official ``train_32x32.mat`` and ``test_32x32.mat``; by default the data folder, to
            which they are downloaded (182 and 64 MB).

    Raises:
        FileNotFoundError: a file is not within reach.
        ValueError: a file is not what it should be.
    """
    train, test = (
        _read_svhn(provide(remote, None if path is None else Path(path) / remote.name))
        for remote in (SVHN_TRAIN, SVHN_TEST)
    )
    folder = data_folder() if path is None else path
    source = f"SVHN, cropped: {len(train[0]):,} training and {len(test[0]):,} test digits from {folder}."
    print(source)
    return ImageSet(*train, *test, tuple("0123456789"), source)


def _read_svhn(place: Path) -> Part:
    from scipy.io import loadmat

    with reading(place, "a MATLAB file of SVHN's cropped digits"):
        content = loadmat(place, variable_names=["X", "y"])
        images = np.ascontiguousarray(content["X"].transpose(3, 0, 1, 2))  # MATLAB counts the pictures last
        labels = content["y"].ravel() % 10  # … and calls the zero 10
    _check(place, images, labels)
    return images, labels.astype(np.uint8)
