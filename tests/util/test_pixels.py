"""Pixels of every kind become the same numbers."""

from __future__ import annotations

import numpy as np
import pytest

from util import pixels


def test_bytes_and_numbers_become_the_same() -> None:
    colours = np.random.default_rng(1).integers(0, 256, (3, 4, 5, 3)).astype(np.uint8)
    expected = colours / np.float32(255)
    assert np.allclose(pixels.unit(colours), expected)
    assert np.allclose(pixels.unit(expected), expected)
    assert np.allclose(pixels.unit(2 * expected - 1, (-1, 1)), expected, atol=1e-6)
    assert pixels.unit(colours).dtype == np.float32


@pytest.mark.parametrize("wrong", [-0.5, 1.5, np.nan])
def test_numbers_out_of_range_are_refused(wrong: float) -> None:
    with pytest.raises(ValueError, match=r"between 0 and 1.* limits=\(-1, 1\)"):
        pixels.unit([0.5, wrong])


def test_rows_of_pixels_and_single_channels_are_images() -> None:
    images = np.arange(18).reshape(2, 3, 3)
    assert np.array_equal(pixels.as_images(images.reshape(2, 9)), images)
    assert np.array_equal(pixels.as_images(images[..., None]), images)
    assert pixels.as_images(np.zeros((2, 3, 3, 3))).shape == (2, 3, 3, 3)
