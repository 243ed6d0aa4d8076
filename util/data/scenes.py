"""Scenes from LSUN, or any folder of pictures, as small squares."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from .download import data_folder, reading
from .images import ImageSet

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["load_lsun", "square"]

LSUN_URL = "http://dl.yf.io/lsun/scenes/{name}.zip"
ENDINGS = (".jpg", ".jpeg", ".png", ".webp")


def load_lsun(
    path: str | Path | None = None,
    category: str = "bedroom",
    max_images: int = 10_000,
    size: tuple[int, int] = (64, 64),
) -> ImageSet:
    """Scenes of one category: the middle square of each picture, resized; a tenth of them for testing.

    Args:
        path: a folder with LSUN's LMDB (``data.mdb``) or with pictures, also in folders below; by default
            ``CATEGORY_train_lmdb`` in the data folder. Nothing is downloaded: the bedrooms alone take 43 GB.
        category: what LSUN calls them.
        max_images: how many are read, from the first on.
        size: height and width in pixels.

    Raises:
        FileNotFoundError: no such folder, or no picture in it.
        ValueError: the LMDB or a picture is broken.
    """
    name = f"{category}_train_lmdb"
    folder = Path(path) if path is not None else data_folder() / name
    if not folder.is_dir():
        url = LSUN_URL.format(name=name)
        raise FileNotFoundError(f"LSUN's {category} scenes are not within reach: unzip {url} to {folder}.")
    content = _from_lmdb(folder) if (folder / "data.mdb").is_file() else _from_files(folder)
    pictures = [_decode(folder / key, data, size) for (key, data), _ in zip(content, range(max_images), strict=False)]
    if not pictures:
        raise FileNotFoundError(f"There is no picture in {folder}: put an LMDB of LSUN there, or {', '.join(ENDINGS)}.")
    images, n_test = np.stack(pictures), len(pictures) // 10
    labels = np.zeros(len(images), np.uint8)
    cut = len(images) - n_test
    source = f"LSUN, {category}: {cut:,} scenes for training and {n_test:,} for testing from {folder}."
    print(source)
    return ImageSet(images[:cut], labels[:cut], images[cut:], labels[cut:], (category,), source)


def _from_lmdb(folder: Path) -> Iterator[tuple[str, bytes]]:
    import lmdb

    with reading(folder, "an LMDB of LSUN"):
        # No lock and no read-ahead: nobody writes, and of 43 GB a lesson wants the first pictures only.
        environment = lmdb.open(str(folder), readonly=True, lock=False, readahead=False)
    with environment, environment.begin() as transaction:
        for key, value in transaction.cursor():
            yield key.decode("ascii", "replace"), value


def _from_files(folder: Path) -> Iterator[tuple[str, bytes]]:
    for file in sorted(folder.rglob("*")):
        if file.suffix.lower() in ENDINGS and file.is_file():
            yield str(file.relative_to(folder)), file.read_bytes()


def _decode(name: Path, content: bytes, size: tuple[int, int]) -> np.ndarray:
    from PIL import Image

    with reading(name, "a JPEG, PNG or WebP picture"), Image.open(io.BytesIO(content)) as picture:
        return square(picture, size)


def square(picture: Image.Image, size: tuple[int, int]) -> np.ndarray:
    """The largest middle part of a picture that has the shape of ``size``, resized: uint8 (height, width, 3)."""
    from PIL import Image, ImageOps

    height, width = size
    return np.asarray(ImageOps.fit(picture.convert("RGB"), (width, height), Image.Resampling.LANCZOS))
