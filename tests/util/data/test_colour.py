"""CIFAR-10 and SVHN, on tiny files in the official layouts."""

from __future__ import annotations

import io
import pickle
import struct
import tarfile
from pathlib import Path

import numpy as np
import pytest
from scipy.io import savemat

from util import data

BATCHES = [f"data_batch_{i}" for i in range(1, 6)] + ["test_batch"]


def pictures(seed: int, n: int = 4) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    return random.integers(256, size=(n, 32, 32, 3), dtype=np.uint8), random.integers(10, size=n, dtype=np.uint8)


def planes(images: np.ndarray) -> np.ndarray:
    """Rows of the red, then the green, then the blue plane, as in the archives."""
    return images.transpose(0, 3, 1, 2).reshape(len(images), -1)


def write_tar(path: Path, members: dict[str, bytes]) -> Path:
    with tarfile.open(path, "w:gz") as tar:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return path


def binary_archive(path: Path) -> Path:
    members = {"cifar-10-batches-bin/batches.meta.txt": b"airplane\n"}
    for seed, name in enumerate(BATCHES):
        images, labels = pictures(seed)
        members[f"cifar-10-batches-bin/{name}.bin"] = np.hstack([labels[:, None], planes(images)]).tobytes()
    return write_tar(path, members)


class Python2Pickler(pickle._Pickler):
    """Writes text and bytes alike as the strings of Python 2."""

    dispatch = dict(pickle._Pickler.dispatch)  # noqa: RUF012

    def save_string(self, text: str | bytes) -> None:
        content = text.encode("latin-1") if isinstance(text, str) else text
        self.write(pickle.BINSTRING + struct.pack("<i", len(content)) + content)
        self.memoize(text)

    dispatch[str] = dispatch[bytes] = save_string


def pickled_by_python_2(batch: dict) -> bytes:
    """As the official archive has them: an old protocol, old strings, and NumPy's names of the time."""
    buffer = io.BytesIO()
    Python2Pickler(buffer, protocol=2).dump(batch)
    return buffer.getvalue().replace(b"numpy._core", b"numpy.core")


def python_archive(path: Path, **changed: bytes) -> Path:
    members = {}
    for seed, name in enumerate(BATCHES):
        images, labels = pictures(seed)
        batch = {b"batch_label": b"x", b"labels": labels.tolist(), b"data": planes(images), b"filenames": [b"a"]}
        members[f"cifar-10-batches-py/{name}"] = changed.get(name, pickled_by_python_2(batch))
    return write_tar(path, members)


def npz_archive(path: Path) -> Path:
    train = [np.concatenate(parts) for parts in zip(*map(pictures, range(5)), strict=True)]
    test = pictures(5)
    np.savez(path, x_train=train[0], y_train=train[1][:, None], x_test=test[0], y_test=test[1][:, None])
    return path


@pytest.mark.parametrize(
    ("write", "name"),
    [
        (binary_archive, "cifar-10-binary.tar.gz"),
        (python_archive, "cifar-10-python.tar.gz"),
        (npz_archive, "cifar10.npz"),
    ],
)
def test_every_form_of_cifar10_gives_the_same_pictures(
    write, name: str, own_data_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own_data_folder.mkdir()
    write(own_data_folder / name)
    for found in (data.load_cifar10(), data.load_cifar10(own_data_folder / name)):
        expected = [pictures(seed) for seed in range(6)]
        assert np.array_equal(found.images, np.concatenate([images for images, _ in expected[:5]]))
        assert np.array_equal(found.labels, np.concatenate([labels for _, labels in expected[:5]]))
        assert np.array_equal(found.test_images, expected[5][0])
        assert np.array_equal(found.test_labels, expected[5][1])
        assert found.images.flags.c_contiguous
        assert found.names[3] == "cat"
    assert f"20 training and 4 test pictures from {own_data_folder / name}" in capsys.readouterr().out


def test_a_pickle_that_calls_something_is_refused(tmp_path: Path) -> None:
    class Evil:
        def __reduce__(self) -> tuple:
            return (Path.touch, (tmp_path / "was here",))

    path = python_archive(tmp_path / "cifar-10-python.tar.gz", data_batch_3=pickle.dumps(Evil(), protocol=2))
    with pytest.raises(ValueError, match="which no batch of CIFAR-10 needs"):
        data.load_cifar10(path)
    assert not (tmp_path / "was here").exists()


def test_a_broken_or_foreign_cifar10_is_named(tmp_path: Path) -> None:
    whole = binary_archive(tmp_path / "whole.tar.gz").read_bytes()
    (tmp_path / "half.tar.gz").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "page.tar.gz").write_text("<html>not found</html>")
    write_tar(tmp_path / "other.tar.gz", {"readme.txt": b"hello"})
    np.savez(tmp_path / "digits.npz", x_train=np.zeros((2, 28, 28)), y_train=[0, 1], x_test=[0], y_test=[0])
    for name in ("half.tar.gz", "page.tar.gz", "other.tar.gz", "digits.npz"):
        with pytest.raises(ValueError, match=name):
            data.load_cifar10(tmp_path / name)


def test_without_cifar10_the_sentence_says_what_to_put_where(own_data_folder: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"put https://www.cs.toronto.edu/\S+ at \S+cifar-10-binary.tar.gz\."):
        data.load_cifar10()


def write_svhn(folder: Path) -> list[tuple[np.ndarray, np.ndarray]]:
    parts = []
    for seed, name in enumerate(["train", "test"]):
        images, labels = pictures(seed, n=10)
        labels = np.arange(1, 11, dtype=np.uint8)  # the zero is called 10
        savemat(folder / f"{name}_32x32.mat", {"X": images.transpose(1, 2, 3, 0), "y": labels[:, None]})
        parts.append((images, labels % 10))
    return parts


def test_svhn_counts_pictures_first_and_calls_zero_zero(tmp_path: Path) -> None:
    (images, labels), (test_images, test_labels) = write_svhn(tmp_path)
    found = data.load_svhn(tmp_path)
    assert np.array_equal(found.images, images)
    assert np.array_equal(found.labels, labels)
    assert found.labels[-1] == 0
    assert np.array_equal(found.test_images, test_images)
    assert np.array_equal(found.test_labels, test_labels)


def test_a_broken_or_missing_svhn_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"put http://ufldl\S+ at \S+train_32x32.mat"):
        data.load_svhn()
    write_svhn(tmp_path)
    (tmp_path / "test_32x32.mat").write_bytes(b"MATLAB" * 50)
    with pytest.raises(ValueError, match=r"test_32x32.mat is not a MATLAB file of SVHN"):
        data.load_svhn(tmp_path)
