"""LSUN: an LMDB as its makers give it, or a folder of pictures."""

from __future__ import annotations

import io
from pathlib import Path

import lmdb
import numpy as np
import pytest
from PIL import Image

from util import data


def encoded(shade: int, form: str) -> bytes:
    """A wide picture: the middle square has the shade, what lies beside it is green."""
    pixels = np.zeros((80, 120, 3), np.uint8)
    pixels[:, :, 1] = 255
    pixels[:, 20:100] = (shade, 0, 0)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, form, quality=95)
    return buffer.getvalue()


@pytest.fixture
def scenes(tmp_path: Path) -> Path:
    folder = tmp_path / "bedroom_train_lmdb"
    with lmdb.open(str(folder), map_size=2**24) as environment, environment.begin(write=True) as transaction:
        for i in range(10):
            transaction.put(f"{i:040x}".encode(), encoded(20 * i, "WEBP"))
    return folder


def test_an_lmdb_of_scenes_becomes_squares(scenes: Path) -> None:
    found = data.load_lsun(scenes)
    assert found.images.shape == (9, 64, 64, 3)
    assert found.test_images.shape == (1, 64, 64, 3)
    shades = found.images[:, 32, 32].astype(int)
    assert np.abs(shades[:, 0] - 20 * np.arange(9)).max() < 12
    assert found.images[:, 30:34, 4:60, 1].max() < 40, "the sides should be cut off, not squeezed in"
    assert found.names == ("bedroom",)


def test_only_so_many_are_read(scenes: Path) -> None:
    assert len(data.load_lsun(scenes, max_images=4).images) == 4


def test_a_folder_of_pictures_will_do(own_data_folder: Path) -> None:
    folder = own_data_folder / "kitchen_train_lmdb"
    (folder / "deeper").mkdir(parents=True)
    (folder / "b.jpg").write_bytes(encoded(200, "JPEG"))
    (folder / "deeper" / "c.png").write_bytes(encoded(100, "PNG"))
    (folder / "notes.txt").write_text("no picture")
    found = data.load_lsun(category="kitchen", size=(16, 24))
    assert found.images.shape == (2, 16, 24, 3)
    assert np.allclose(found.images[:, 8, 12, 0], [200, 100], atol=3)


def test_what_is_missing_or_broken_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"unzip http://dl.yf.io/lsun/scenes/bedroom_train_lmdb.zip to "):
        data.load_lsun()
    with pytest.raises(FileNotFoundError, match="There is no picture"):
        data.load_lsun(tmp_path)
    (tmp_path / "x.jpg").write_bytes(b"no picture")
    with pytest.raises(ValueError, match=r"x\.jpg is not a JPEG"):
        data.load_lsun(tmp_path)
    (tmp_path / "data.mdb").write_bytes(b"no database" * 1000)
    with pytest.raises(ValueError, match="is not an LMDB"):
        data.load_lsun(tmp_path)
