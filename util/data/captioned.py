"""Photographs with captions: Common Objects in Context (COCO), with drawn scenes as the stand-in."""

from __future__ import annotations

import json
import pickle
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from .download import data_folder, reading
from .drawn_scenes import load_drawn_scenes
from .images import CaptionedSet
from .scenes import square

__all__ = ["load_coco"]

COCO_URL = "https://cocodataset.org/#download"
PICKLE = "dict_key_imgID_value_caps_train_and_valid.pkl"  # of the conditional image generation project of 2017
SPLITS = (("train2014", "val2014"), ("train2017", "val2017"))
FOLDERS = ("inpainting", "coco")  # where they are looked for in the data folder
LABELS = 40
Captions = Mapping[str, tuple[str, ...]]


def load_coco(
    path: str | Path | None = None, max_images: int = 20_000, max_test: int = 2_000, size: tuple[int, int] = (64, 64)
) -> CaptionedSet:
    """COCO's photographs (height, width, 3) with the sentences, mostly five, that people wrote about each.

    Two layouts are read, each with a folder of JPEGs for training and one for testing, ``train2014`` and ``val2014``
    (or 2017): COCO's own, with ``annotations/captions_train2014.json`` and its like; and that of the conditional image
    generation project of 2017, where the JPEGs have 64 × 64 pixels and one pickle holds the sentences. Of a larger
    photograph the middle square is taken, and resized. ``labels`` say whether the sentences about an image have each of
    the 40 most frequent longer words, which are ``names``. Nothing is downloaded (the photographs take 19 GB); if there
    are none, drawn scenes take their place, and a sentence says so.

    Args:
        path: the folder with all that; by default ``inpainting`` or ``coco`` in the data folder.
        max_images: how many are read for training, in the order of their names.
        max_test: how many for testing.
        size: height and width in pixels.

    Raises:
        FileNotFoundError: a part is missing in ``path``.
        ValueError: a file is not what it should be.
    """
    folders = [Path(path)] if path is not None else [data_folder() / name for name in FOLDERS]
    found = next((folder for folder in folders if _layout(folder)), None)
    if found is None:
        wanted = f"{' and '.join(SPLITS[0])}, and {PICKLE} or annotations/captions_{SPLITS[0][0]}.json"
        if path is not None:
            raise FileNotFoundError(f"There is no COCO in {path}: it should have the folders {wanted}.")
        print(
            f"COCO is not within reach, so here are drawn scenes. For the photographs, put {wanted} of {COCO_URL} "
            f"into {folders[-1]}."
        )
        return load_drawn_scenes()
    train, test = _layout(found)
    images, captions = _read(found, train, max_images, size)
    test_images, test_captions = _read(found, test, max_test, size)
    names = _frequent(captions)
    source = f"COCO: {len(images):,} photographs for training, {len(test_images):,} for testing from {found}."
    print(source)
    return CaptionedSet(
        images, _labels(captions, names), test_images, _labels(test_captions, names), names, source,
        captions=captions, test_captions=test_captions,
    )  # fmt: skip


def _layout(folder: Path) -> tuple[str, ...]:
    """The names of the two splits, none if this is not a folder of COCO."""
    for splits in SPLITS:
        jsons = all(_json(folder, split).is_file() for split in splits)
        if all((folder / split).is_dir() for split in splits) and (jsons or (folder / PICKLE).is_file()):
            return splits
    return ()


def _json(folder: Path, split: str) -> Path:
    return folder / "annotations" / f"captions_{split}.json"


def _read(folder: Path, split: str, count: int, size: tuple[int, int]) -> tuple[np.ndarray, list[tuple[str, ...]]]:
    """The first ``count`` images that have captions, and these."""
    captions = _from_json(_json(folder, split)) if _json(folder, split).is_file() else _from_pickle(folder / PICKLE)
    files = [file for file in sorted((folder / split).glob("*.jpg")) if file.stem in captions]
    images = list(islice(_pictures(files, size), count))
    if not images:
        raise ValueError(f"No picture in {folder / split} has a caption.")
    return np.stack(images), [captions[file.stem] for file in files[: len(images)]]


def _pictures(files: list[Path], size: tuple[int, int]) -> Iterator[np.ndarray]:
    from PIL import Image

    for file in files:
        with reading(file, "a JPEG picture"), Image.open(file) as picture:
            image = square(picture, size)  # a few are grey: they become coloured ones of equal channels
        yield image


def _from_json(place: Path) -> Captions:
    """COCO's own: sentences, each with the number of its image, and images, each with its file."""
    with reading(place, "COCO's captions in JSON"):
        content = json.loads(place.read_text(encoding="utf-8"))
        sentences: dict[int, list[str]] = {}
        for item in content["annotations"]:
            sentences.setdefault(item["image_id"], []).append(item["caption"])
        return _checked({
            Path(item["file_name"]).stem: sentences[item["id"]]
            for item in content["images"] if item["id"] in sentences
        })  # fmt: skip


def _from_pickle(place: Path) -> Captions:
    """The project's: a dictionary from the name of a file, without its ending, to a list of sentences."""
    with reading(place, "a pickle of captions"), place.open("rb") as file:
        return _checked(_PlainUnpickler(file, encoding="utf-8", errors="replace").load())


def _checked(captions: Any) -> Captions:
    right = isinstance(captions, dict) and all(
        isinstance(name, str) and isinstance(lines, list) and all(isinstance(line, str) for line in lines)
        for name, lines in captions.items()
    )
    if not right:
        raise ValueError("it holds no lists of sentences")
    return {name: tuple(" ".join(line.split()) for line in lines) for name, lines in captions.items() if lines}


class _PlainUnpickler(pickle.Unpickler):
    """Reads dictionaries, lists and strings, which need no name from any module.

    A pickle is a program: plain `pickle.load` calls whatever function the file names. Here none passes.
    """

    def find_class(self, module: str, name: str) -> Any:
        """Called for every name in the pickle."""
        raise pickle.UnpicklingError(f"it asks for {module}.{name}, which no list of captions needs")


# What the sentences say -----------------------------------------------------------------------------------------------


def _words(sentences: tuple[str, ...]) -> set[str]:
    return {word.strip(".,;:!?\"'()").lower() for sentence in sentences for word in sentence.split()}


def _frequent(captions: list[tuple[str, ...]]) -> tuple[str, ...]:
    """The words of more than four letters (most shorter ones name nothing) that most images have."""
    counts = Counter(word for sentences in captions for word in _words(sentences) if len(word) > 4)
    return tuple(word for word, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:LABELS])


def _labels(captions: list[tuple[str, ...]], names: tuple[str, ...]) -> np.ndarray:
    """Which of the words ``names`` occur in the sentences about each image: uint8 (n, names)."""
    return np.array([[name in words for name in names] for words in map(_words, captions)], np.uint8)
