"""What the pixels themselves say, without a classifier: the histogram, and the checkerboard."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from util.pixels import Limits, unit

__all__ = ["Checkerboard", "checkerboard", "pixel_kl"]


def pixel_kl(real: Any, fake: Any, *, bins: int = 64, limits: Limits | None = None, smoothing: float = 1.0) -> float:
    """The Kullback-Leibler divergence KL(real || fake) of pixel values, in nats; in colour the mean of the channels.

    Images are (n, h, w) or (n, h, w, 3), or (n, pixels). Values lie in ``limits`` (by default 0 to 255 for bytes, else
    0 to 1), from one to the other in ``bins`` equal bins; one outside raises a ValueError. Every bin counts
    ``smoothing`` pixels more than it has, so that a bin that is empty on one side costs much, but not infinitely much.
    Without smoothing, a value that only real images have makes the divergence infinite.
    """
    divergences = []
    for real_values, fake_values in zip(_channels(unit(real, limits)), _channels(unit(fake, limits)), strict=True):
        p, q = (_shares(values, bins, smoothing) for values in (real_values, fake_values))
        present = p > 0
        with np.errstate(divide="ignore"):
            divergences.append(np.sum(p[present] * np.log(p[present] / q[present])))
    return float(np.mean(divergences))


def _channels(images: np.ndarray) -> np.ndarray:
    """All values of each channel, (channels, values)."""
    return images.reshape(-1, images.shape[3]).T if images.ndim == 4 else images.reshape(1, -1)


def _shares(values: np.ndarray, bins: int, smoothing: float) -> np.ndarray:
    """The share of values from 0 to 1 in each bin, (bins,)."""
    counts = np.histogram(values, bins, (0, 1))[0] + smoothing
    shares: np.ndarray = counts / counts.sum()
    return shares


@dataclass(frozen=True)
class Checkerboard:
    """The energy of a pattern that repeats with a stride.

    ``share`` is its part of all energy of the images, their means left out; ``ratio`` is its energy over that of the
    frequencies next to it: 1 where there is no such pattern.
    """

    share: float
    ratio: float

    def __str__(self) -> str:
        """One line for a notebook."""
        return f"{self.ratio:.1f} times the energy of neighbouring frequencies, {self.share:.2%} of all"


def checkerboard(images: Any, stride: int = 2) -> Checkerboard:
    """Measure what a transposed convolution of this stride leaves in images (n, h, w) or (n, h, w, 3).

    Such a pattern repeats after ``stride`` pixels in rows or columns, so its energy lies at the multiples of the
    frequency 1 / stride (Odena et al., 2016, show where it comes from). Real images have as much there as at the
    frequencies beside. The images need at least three times the stride in height and width (else ValueError); what is
    beyond a multiple of the stride is cut off.
    """
    images = np.asarray(images, dtype=np.float64)
    if images.ndim == 3:
        images = images[..., None]
    height, width = (size - size % stride for size in images.shape[1:3])
    if stride < 2 or min(height, width) < 3 * stride:
        raise ValueError(f"Images of {images.shape[1]} × {images.shape[2]} show no pattern of stride {stride}.")
    power = np.abs(np.fft.fft2(images[:, :height, :width], axes=(1, 2))) ** 2
    power = power.mean(axis=(0, 3))  # (height, width)
    power[0, 0] = 0
    rows, columns = height // stride * np.arange(stride), width // stride * np.arange(stride)
    peaks = [(row, column) for row, column in product(rows, columns) if row or column]
    at_peaks = sum(power[peak] for peak in peaks)
    return Checkerboard(
        share=float(at_peaks / power.sum()), ratio=float(at_peaks / sum(_beside(power, *peak) for peak in peaks))
    )


def _beside(power: np.ndarray, row: int, column: int) -> float:
    """The mean energy up to two frequencies away. On an axis only along it, where images have more than elsewhere."""
    offsets = range(-2, 3)
    around = [
        power[(row + i) % power.shape[0], (column + j) % power.shape[1]]
        for i, j in product(offsets if row else [0], offsets if column else [0])
        if i or j
    ]
    return float(np.mean(around))
