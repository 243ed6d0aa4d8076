"""Photographs of faces: Labeled Faces in the Wild and CelebA, with drawn faces as the stand-in for both."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np

from .download import data_folder, may_reach, reading, write_atomically
from .drawn_faces import ATTRIBUTES, VERSION, load_drawn_faces, stream_faces
from .images import ImageSet
from .scenes import square

__all__ = ["celeba_archive", "celeba_attributes", "celeba_images", "draw_celeba", "load_celeba", "load_lfw"]

LFW_URL = "https://ndownloader.figshare.com/files/5976015"  # what scikit-learn downloads, and checks by SHA-256
CELEBA_URL = "https://mmlab.ie.cuhk.edu.hk/projects/CelebA.html"
CELEBA_SIZE = (218, 178)
STAND_IN = 2_000


def load_lfw(path: str | Path | None = None, size: int = 64) -> ImageSet:
    """Labeled Faces in the Wild: 13,233 faces (size, size, 3), a tenth of them for testing; labels are the persons.

    scikit-learn's `fetch_lfw_people` reads them, and downloads them if there is a network (230 MB). Without either,
    drawn faces of that size take their place, with their attributes, and the printed sentence says so.

    Args:
        path: scikit-learn's ``data_home``, a folder with ``lfw_home`` in it; by default the data folder.
        size: height and width in pixels of the middle 125 × 125 of each photograph.

    Raises:
        FileNotFoundError: there is no ``lfw_home`` in ``path``.
        ValueError: what is there is broken.
    """
    home = Path(path) if path is not None else data_folder()
    there = any((home / "lfw_home" / name).exists() for name in ("lfw_funneled", "lfw-funneled.tgz"))
    if path is not None and not there:
        raise FileNotFoundError(f"There is no lfw_home in {home}: give the folder that scikit-learn calls data_home.")
    if not there and not may_reach(LFW_URL):
        return _instead_of_lfw(home, size)
    return _read_lfw(home, size, download=not there)


def _read_lfw(home: Path, size: int, download: bool) -> ImageSet:
    from sklearn.datasets import fetch_lfw_people

    if download:
        print("Downloading Labeled Faces in the Wild (230 MB) …")
    middle = (slice(62, 187), slice(62, 187))
    ratio = (size + 0.5) / 125  # scikit-learn rounds down
    try:
        found = fetch_lfw_people(data_home=home, color=True, slice_=middle, resize=ratio, download_if_missing=download)
    except Exception as error:
        if download and isinstance(error, OSError):
            print(f"Downloading failed: {error}")
            return _instead_of_lfw(home, size)
        raise ValueError(
            f"{home / 'lfw_home'} is incomplete or broken ({error}). Delete it, and load again."
        ) from error
    images, labels = np.rint(255 * found.images).astype(np.uint8), found.target.astype(np.int32)
    cut = len(images) - len(images) // 10  # scikit-learn has shuffled them
    source = (
        f"Labeled Faces in the Wild: {cut:,} photographs for training, {len(images) - cut:,} for testing from {home}."
    )
    print(source)
    return ImageSet(images[:cut], labels[:cut], images[cut:], labels[cut:], tuple(found.target_names), source)


def _instead_of_lfw(home: Path, size: int) -> ImageSet:
    print(
        "Labeled Faces in the Wild are not within reach, so here are drawn faces. For the photographs, put "
        f"{LFW_URL} at {home / 'lfw_home' / 'lfw-funneled.tgz'}, with the lists of pairs that scikit-learn wants."
    )
    return load_drawn_faces(size=(size, size))


# CelebA ---------------------------------------------------------------------------------------------------------------


def celeba_archive(path: str | Path | None = None, n_drawn: int = STAND_IN) -> Path:
    """The zip of aligned CelebA: ``path``, else ``img_align_celeba.zip`` in the data folder, else one of drawn faces.

    Nothing is downloaded: CelebA asks for one's consent to its terms. The stand-in has the same layout, ``n_drawn``
    faces and a list of attributes beside it. Prints which.

    Raises:
        FileNotFoundError: there is no file at ``path``.
    """
    place = Path(path) if path is not None else data_folder() / "img_align_celeba.zip"
    if place.is_file():
        print(f"CelebA: the archive {place}.")
        return place
    if path is not None:
        raise FileNotFoundError(f"There is no file {place}: put img_align_celeba.zip of {CELEBA_URL} there.")
    drawn = data_folder() / f"drawn-celeba-{n_drawn}-v{VERSION}" / "img_align_celeba.zip"
    if not drawn.is_file():
        draw_celeba(drawn, n_drawn)
    print(
        f"CelebA is not within reach, so here are {n_drawn:,} drawn faces in its layout, {drawn}. For the photographs, "
        f"put img_align_celeba.zip and list_attr_celeba.txt of {CELEBA_URL} into {data_folder()}."
    )
    return drawn


def draw_celeba(path: Path, n: int = STAND_IN, seed: int = 0, size: tuple[int, int] = CELEBA_SIZE) -> None:
    """Write drawn faces as CelebA's zip of JPEGs to ``path``, and ``list_attr_celeba.txt`` beside it."""
    from PIL import Image

    rows = []

    def write(target: Path) -> None:
        with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:  # JPEGs do not shrink
            for i, (image, labels) in enumerate(stream_faces(n, seed, size), start=1):
                buffer = io.BytesIO()
                Image.fromarray(image).save(buffer, "JPEG", quality=92)
                archive.writestr(f"img_align_celeba/{i:06d}.jpg", buffer.getvalue())
                rows.append(f"{i:06d}.jpg " + " ".join(" 1" if yes else "-1" for yes in labels))

    def write_list(target: Path) -> None:
        target.write_text("\n".join([str(n), " ".join(ATTRIBUTES), *rows, ""]), encoding="ascii")

    write_atomically(path, write)
    write_atomically(path.with_name("list_attr_celeba.txt"), write_list)


def celeba_images(path: str | Path) -> Iterator[tuple[str, np.ndarray]]:
    """The pictures of CelebA's zip in the order of their names, one in memory at a time.

    Yields:
        The name, such as ``000001.jpg``, and the picture, uint8 (218, 178, 3).

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is no zip, has no such pictures, or one of them is broken.
    """
    from PIL import Image

    path = Path(path)
    with reading(path, "the zip of aligned CelebA"):
        archive = zipfile.ZipFile(path)
    with archive:
        members = sorted(name for name in archive.namelist() if name.lower().endswith(".jpg"))
        if not members:
            raise ValueError(f"{path} holds no JPEG: it is not img_align_celeba.zip of {CELEBA_URL}.")
        for member in members:
            with reading(path / member, "a JPEG"), archive.open(member) as file, Image.open(file) as picture:
                image = np.asarray(picture.convert("RGB"))
            yield Path(member).name, image


def celeba_attributes(path: str | Path) -> tuple[tuple[str, ...], dict[str, np.ndarray]]:
    """Read ``list_attr_celeba.txt``: the attributes' names, and of each picture by name 0 or 1 for each (attributes,).

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is not such a list.
    """
    path = Path(path)
    with reading(path, "CelebA's list of attributes"):
        count, header, *rows = path.read_text(encoding="ascii").splitlines()
        names = tuple(header.split())
        table = {name: np.array(values) for name, *values in (row.split() for row in rows if row.strip())}
        if len(table) != int(count):
            raise ValueError(f"{count} rows are announced, {len(table)} are there")
        if any(values.shape != (len(names),) or set(values) - {"1", "-1"} for values in table.values()):
            raise ValueError("a row does not hold 1 or -1 for each attribute")
    return names, {name: (values == "1").astype(np.uint8) for name, values in table.items()}


def load_celeba(path: str | Path | None = None, max_images: int = 10_000, size: tuple[int, int] = (64, 64)) -> ImageSet:
    """The first pictures of CelebA, middle and resized, a tenth for testing, with their attributes.

    Args:
        path: the zip, as `celeba_archive` takes it, with ``list_attr_celeba.txt`` beside it.
        max_images: how many; all 202,599 would take 2.5 GB at 64 × 64.
        size: height and width in pixels.

    Returns:
        ``labels`` uint8 (n, attributes); without the list there are none, (n, 0).

    Raises:
        FileNotFoundError: there is no file at ``path``.
        ValueError: it is not such an archive.
    """
    from PIL import Image

    archive = celeba_archive(path)
    file = archive.with_name("list_attr_celeba.txt")
    names, attributes = celeba_attributes(file) if file.is_file() else ((), {})
    found = [(name, square(Image.fromarray(image), size)) for name, image in islice(celeba_images(archive), max_images)]
    nothing = np.zeros(len(names), np.uint8)
    images, labels = np.stack([image for _, image in found]), np.stack([attributes.get(n, nothing) for n, _ in found])
    cut = len(images) - len(images) // 10
    source = f"CelebA: {cut:,} faces for training and {len(images) - cut:,} for testing from {archive}."
    print(source)
    return ImageSet(images[:cut], labels[:cut], images[cut:], labels[cut:], names, source)
