"""Pictures damaged on purpose, in several ways and by any amount: what a measure of quality has to notice.

Before you conclude something from a number, try it on pictures whose quality is known. Here they are: real pictures, of
which more and more is lost, without any model. A number that finds them as good as undamaged ones does not measure
quality, whatever its name. A measure of variety has to notice at least `few_copies` and `towards_mean`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from util import pixels

__all__ = ["KINDS", "blurred", "few_copies", "noisy", "towards_grey", "towards_mean", "upside_down"]


def blurred(images: Any, amount: float, seed: int = 0) -> np.ndarray:  # noqa: ARG001 - all kinds are called alike
    """Each picture blurred by a Gaussian; with the ``amount`` 1 its width is an eighth of the picture's side."""
    from scipy.ndimage import gaussian_filter

    images = _images(images)
    width = amount * images.shape[1] / 8
    return np.asarray(gaussian_filter(images, (0, width, width, *[0] * (images.ndim - 3))), np.float32)


def noisy(images: Any, amount: float, seed: int = 0) -> np.ndarray:
    """Normal noise added to every number; with the ``amount`` 1 its standard deviation is one half."""
    images = _images(images)
    noise = np.random.default_rng(seed).normal(scale=0.5 * amount, size=images.shape) if amount else 0.0
    return np.clip(images + noise, 0, 1).astype(np.float32)


def towards_grey(images: Any, amount: float, seed: int = 0) -> np.ndarray:  # noqa: ARG001
    """Contrast taken away; with the ``amount`` 1 all pictures are one grey."""
    return ((1 - amount) * _images(images) + 0.5 * amount).astype(np.float32)


def towards_mean(images: Any, amount: float, seed: int = 0) -> np.ndarray:  # noqa: ARG001
    """The mean of all pictures mixed in; with the ``amount`` 1 every picture is the mean one."""
    images = _images(images)
    return ((1 - amount) * images + amount * images.mean(axis=0)).astype(np.float32)


def few_copies(images: Any, amount: float, seed: int = 0) -> np.ndarray:
    """As many pictures (n) as before, but only ``n ** (1 - amount)`` different ones, drawn again and again."""
    images, random = _images(images), np.random.default_rng(seed)
    if not amount:
        return images
    kept = random.permutation(len(images))[: max(1, round(len(images) ** (1 - amount)))]
    return images[kept[np.arange(len(images)) % len(kept)]]


def upside_down(images: Any, amount: float, seed: int = 0) -> np.ndarray:
    """A share ``amount`` of the pictures, drawn by lot, upside down."""
    images = _images(images).copy()
    turned = np.random.default_rng(seed).permutation(len(images))[: round(amount * len(images))]
    images[turned] = images[turned, ::-1]
    return images


KINDS: dict[str, Callable[..., np.ndarray]] = {
    "blurred": blurred,
    "noisy": noisy,
    "towards one grey": towards_grey,
    "towards the mean": towards_mean,
    "few copies": few_copies,
    "upside down": upside_down,
}
"""All kinds, each called with images, an amount from 0 (nothing) to 1 (all of it), and a seed."""


def _images(images: Any) -> np.ndarray:
    """Images (n, h, w) or (n, h, w, 3) as float32 in [0, 1]: bytes, or numbers that lie there already."""
    return pixels.unit(pixels.as_images(images))
