"""Faces: LFW and CelebA on tiny files in the official layouts, and what stands in for them."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from util import data


def save_picture(path: Path, shade: int, size: tuple[int, int]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, (shade, 0, 255 - shade)).save(path, quality=95)


@pytest.fixture
def lfw(tmp_path: Path) -> Path:
    """Ten people with two photographs each, whose shade of red tells who it is."""
    home = tmp_path / "scikit"
    for person in range(10):
        for i in (1, 2):
            name = f"Person_{person}"
            save_picture(home / "lfw_home" / "lfw_funneled" / name / f"{name}_{i:04d}.jpg", 20 * person, (250, 250))
    for name in ("pairsDevTrain.txt", "pairsDevTest.txt", "pairs.txt"):
        (home / "lfw_home" / name).touch()
    return home


def test_lfw_comes_in_colour_with_names(lfw: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = data.load_lfw(lfw)
    assert found.images.shape == (18, 64, 64, 3)
    assert found.test_images.shape == (2, 64, 64, 3)
    assert found.images.dtype == np.uint8
    assert found.names[3] == "Person 3"
    shades = found.images[:, 32, 32, 0].astype(int)
    assert np.abs(shades - 20 * found.labels).max() <= 4, "each picture should have its own person's label"
    assert str(lfw) in capsys.readouterr().out


def test_lfw_that_is_not_there_is_drawn(own_data_folder: Path, capsys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data.load_drawn_faces, "__defaults__", (20, 0, (64, 64)))
    found = data.load_lfw(size=32)
    assert found.images.shape == (18, 32, 32, 3)
    assert found.names == data.ATTRIBUTES
    said = capsys.readouterr().out
    assert "drawn faces" in said
    assert "lfw-funneled.tgz" in said


def test_a_wrong_or_broken_lfw_is_named(lfw: Path, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="data_home"):
        data.load_lfw(tmp_path / "elsewhere")
    broken = lfw / "lfw_home" / "lfw_funneled" / "Person_0" / "Person_0_0001.jpg"
    broken.write_bytes(b"no picture")
    with pytest.raises(ValueError, match=r"lfw_home is incomplete or broken .*Person_0_0001"):
        data.load_lfw(lfw)


# CelebA ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
def celeba(tmp_path: Path) -> Path:
    """Twenty pictures, whose redness grows with their number, in the official layout."""
    path = tmp_path / "celeba" / "img_align_celeba.zip"
    rows = []
    for i in range(1, 21):
        save_picture(tmp_path / "celeba" / f"{i:06d}.jpg", 10 * i, (178, 218))
        rows.append(f"{i:06d}.jpg  1 {-1 if i % 2 else ' 1'}")
    with zipfile.ZipFile(path, "w") as archive:
        archive.mkdir("img_align_celeba")
        for file in sorted((tmp_path / "celeba").glob("*.jpg"), reverse=True):
            archive.write(file, f"img_align_celeba/{file.name}")
    path.with_name("list_attr_celeba.txt").write_text("20\nYoung Eyeglasses \n" + "\n".join(rows) + "\n")
    return path


def test_celeba_is_read_picture_by_picture_in_order(celeba: Path) -> None:
    stream = data.celeba_images(celeba)
    name, image = next(stream)
    assert name == "000001.jpg"
    assert image.shape == (218, 178, 3)
    assert image.dtype == np.uint8
    rest = list(stream)
    assert [name for name, _ in rest] == [f"{i:06d}.jpg" for i in range(2, 21)]
    assert np.all(np.diff([image[100, 100, 0].astype(int) for _, image in rest]) > 0)


def test_celeba_attributes_are_0_and_1(celeba: Path) -> None:
    names, attributes = data.celeba_attributes(celeba.with_name("list_attr_celeba.txt"))
    assert names == ("Young", "Eyeglasses")
    assert attributes["000003.jpg"].tolist() == [1, 0]
    assert attributes["000004.jpg"].tolist() == [1, 1]


def test_celeba_as_a_set(celeba: Path) -> None:
    found = data.load_celeba(celeba, max_images=10, size=(32, 32))
    assert found.images.shape == (9, 32, 32, 3)
    assert found.test_images.shape == (1, 32, 32, 3)
    assert found.column("Eyeglasses").tolist() == [False, True] * 4 + [False]
    celeba.with_name("list_attr_celeba.txt").unlink()
    assert data.load_celeba(celeba).labels.shape == (18, 0)


def test_a_broken_or_foreign_celeba_is_named(celeba: Path, tmp_path: Path) -> None:
    (tmp_path / "half.zip").write_bytes(celeba.read_bytes()[:3000])
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("readme.txt", "hello")
    with zipfile.ZipFile(tmp_path / "bad.zip", "w") as archive:
        archive.writestr("img_align_celeba/000001.jpg", b"no picture")
    for name in ("half.zip", "other.zip", "bad.zip"):
        with pytest.raises(ValueError, match=name):
            list(data.celeba_images(tmp_path / name))
    with pytest.raises(FileNotFoundError, match=r"nothing\.zip"):
        data.celeba_archive(tmp_path / "nothing.zip")


@pytest.mark.parametrize(
    "text", ["", "2\nYoung\n000001.jpg 1\n", "1\nYoung\n000001.jpg 7\n", "1\nYoung\n000001.jpg 1 1\n"]
)
def test_a_foreign_list_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "list.txt").write_text(text)
    with pytest.raises(ValueError, match=r"list\.txt is not CelebA's list of attributes"):
        data.celeba_attributes(tmp_path / "list.txt")


def test_without_celeba_drawn_faces_come_in_its_layout(own_data_folder: Path, capsys) -> None:
    archive = data.celeba_archive(n_drawn=5)
    assert "drawn faces" in capsys.readouterr().out
    names, attributes = data.celeba_attributes(archive.with_name("list_attr_celeba.txt"))
    drawn = data.draw_faces(5, size=(218, 178))
    assert names == drawn.names
    for (name, image), original, labels in zip(data.celeba_images(archive), drawn.images, drawn.labels, strict=True):
        assert np.array_equal(attributes[name], labels)
        assert np.abs(image.astype(int) - original).mean() < 8, "JPEG changes a picture only a little"
    before = archive.stat().st_mtime_ns
    assert data.celeba_archive(n_drawn=5).stat().st_mtime_ns == before, "it is drawn once"
