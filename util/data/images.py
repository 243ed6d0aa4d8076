"""The one shape in which every set of images comes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

__all__ = ["CaptionedSet", "ImageSet"]


@dataclass(frozen=True, eq=False)
class ImageSet:
    """Images with what is known about them, for training and for testing.

    Attributes:
        images: uint8 (n, height, width), 0 is background, or in colour (n, height, width, 3), red first.
        labels: one class for each image (n,), or 0 and 1 for each attribute (n, attributes).
        test_images: as ``images``; may be none, (0, …).
        test_labels: as ``labels``.
        names: what the classes, or the attributes, are called.
        source: the sentence that says where they come from; loaders print it.
        numbers: what else was measured on the training images, each (n,), by name.
    """

    images: np.ndarray
    labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray
    names: tuple[str, ...] = ()
    source: str = ""
    numbers: dict[str, np.ndarray] = field(default_factory=dict)

    def column(self, name: str) -> np.ndarray:
        """The attribute ``name`` of each training image, bool (n,)."""
        if self.labels.ndim != 2 or name not in self.names:
            raise ValueError(f"There is no attribute {name!r}; there are {', '.join(self.names) or 'none'}.")
        return self.labels[:, self.names.index(name)].astype(bool)


@dataclass(frozen=True, eq=False)
class CaptionedSet(ImageSet):
    """Images with sentences about them; in ``labels`` is what can be told from the sentences.

    Attributes:
        captions: for each image one sentence or several that say the same in other words.
        test_captions: likewise for each test image.
    """

    captions: Sequence[tuple[str, ...]] = ()
    test_captions: Sequence[tuple[str, ...]] = ()
