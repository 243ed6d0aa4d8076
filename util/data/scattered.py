"""Digits scattered over larger images, one among fragments of others or two together, for models that must look.

After the experiments of Gregor et al., *DRAW*, 2015, sections 4.1 and 4.3; the clutter is from Mnih et al., *Recurrent
Models of Visual Attention*, 2014.
"""

from __future__ import annotations

import numpy as np

__all__ = ["clutter", "two_digits"]


def clutter(
    digits: np.ndarray, random: np.random.Generator, *, size: int = 100, pieces: int = 8, piece: int = 8
) -> tuple[np.ndarray, np.ndarray]:
    """Put each digit anywhere on an image of its own, among fragments of digits drawn from the others.

    Args:
        digits: bytes (n, height, width).
        random: decides on all places and fragments.
        size: the sides of the new images, in pixels, at least as large as a digit.
        pieces: how many fragments lie on each image; they never cover the digit, only add ink to it.
        piece: the sides of a fragment, in pixels.

    Returns:
        Bytes (n, size, size), and the row and column of each digit's first pixel (n, 2).

    Raises:
        ValueError: a digit, or a fragment, is larger than what it is to lie on.
    """
    n, height, width = digits.shape
    _check(size, height, width)
    if not 0 < piece <= min(height, width):
        raise ValueError(f"A fragment of {piece} × {piece} pixels cannot be cut from digits of {height} × {width}.")
    images = np.zeros((n, size, size), np.uint8)
    places = random.integers(0, [size - height + 1, size - width + 1], (n, 2))
    for image, digit, place in zip(images, digits, places, strict=True):
        for other in random.integers(0, n, pieces):
            top, left = random.integers(0, [height - piece + 1, width - piece + 1])
            fragment = digits[other, top : top + piece, left : left + piece]
            _add(image, fragment, random.integers(0, size - piece + 1, 2))
        _add(image, digit, place)
    return images, places


def two_digits(
    digits: np.ndarray, n: int, random: np.random.Generator, *, size: int = 60
) -> tuple[np.ndarray, np.ndarray]:
    """Put two digits, drawn with replacement, anywhere on each of ``n`` images; where they overlap ink adds up.

    Args:
        digits: bytes (m, height, width).
        n: how many images.
        random: decides on digits and places.
        size: the sides of the new images, in pixels.

    Returns:
        Bytes (n, size, size), and which two digits lie on each (n, 2).

    Raises:
        ValueError: a digit is larger than an image.
    """
    m, height, width = digits.shape
    _check(size, height, width)
    images, chosen = np.zeros((n, size, size), np.uint8), random.integers(0, m, (n, 2))
    for image, pair in zip(images, chosen, strict=True):
        for digit in digits[pair]:
            _add(image, digit, random.integers(0, [size - height + 1, size - width + 1]))
    return images, chosen


def _check(size: int, height: int, width: int) -> None:
    if size < max(height, width):
        raise ValueError(f"An image of {size} × {size} pixels has no room for a digit of {height} × {width}.")


def _add(image: np.ndarray, patch: np.ndarray, place: np.ndarray) -> None:
    """Add ink in place; a pixel that has all the ink it can hold gets no more."""
    (top, left), (height, width) = place, patch.shape
    there = image[top : top + height, left : left + width]
    there[:] = np.minimum(there.astype(np.uint16) + patch, 255)
