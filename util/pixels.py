"""Images as numbers from 0 to 1, whatever they were."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

__all__ = ["Limits", "as_images", "unit"]

Limits = tuple[float, float]
"""The numbers that stand for black and for white (or, on paper, for paper and for ink), such as ``(-1, 1)``."""


def as_images(images: Any) -> np.ndarray:
    """Images (n, h, w) or, in colour, (n, h, w, 3); they may come as rows of pixels (n, h * h) or as (n, h, w, 1)."""
    images = np.asarray(images)
    if images.ndim == 2:  # rows of pixels of square images
        side = math.isqrt(images.shape[1])
        images = images.reshape(-1, side, side)
    return images[..., 0] if images.ndim == 4 and images.shape[3] == 1 else images


def unit(images: Any, limits: Limits | None = None) -> np.ndarray:
    """Pixels as float32 in [0, 1]. Bytes go from 0 to 255, other numbers from 0 to 1, or as ``limits`` says.

    Numbers beyond raise a ValueError: most often they were meant in other limits.
    """
    images = np.asarray(images)
    low, high = limits or ((0, 255) if images.dtype == np.uint8 else (0, 1))
    images = images.astype(np.float32)
    slack = 0.001 * (high - low)
    if images.size and not (images.min() >= low - slack and images.max() <= high + slack):
        raise ValueError(
            f"The pixels should lie between {low:g} and {high:g}, but go from {images.min():.3g} to "
            f"{images.max():.3g}. Say which numbers stand for black and for white, such as limits=(-1, 1)."
        )
    return np.clip((images - low) / (high - low), 0, 1)
