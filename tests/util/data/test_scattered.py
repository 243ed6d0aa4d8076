"""Scattered digits: nothing of a digit is lost, and all that is added comes from other digits."""

from __future__ import annotations

import numpy as np
import pytest

from util import data

DIGITS = np.random.default_rng(0).integers(1, 100, (6, 7, 5)).astype(np.uint8)


def test_every_digit_lies_whole_where_it_is_said_to_lie() -> None:
    images, places = data.clutter(DIGITS, np.random.default_rng(1), size=20, pieces=0, piece=3)
    assert images.shape == (6, 20, 20)
    assert images.dtype == np.uint8
    for image, digit, (top, left) in zip(images, DIGITS, places, strict=True):
        assert np.array_equal(image[top : top + 7, left : left + 5], digit)
        assert image.sum() == digit.sum()


def test_fragments_add_ink_of_other_digits_and_take_none_away() -> None:
    plain, places = data.clutter(DIGITS, np.random.default_rng(1), size=20, pieces=0, piece=3)
    one, same = data.clutter(DIGITS, np.random.default_rng(1), size=20, pieces=1, piece=3)
    assert np.array_equal(places, same)
    fragments = {DIGITS[k, i : i + 3, j : j + 3].tobytes() for k in range(6) for i in range(5) for j in range(3)}
    for before, after in zip(plain, one, strict=True):
        added = after.astype(int) - before
        assert added.min() == 0
        rows, columns = np.nonzero(added)
        cut = added[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1].astype(np.uint8)
        assert cut.shape == (3, 3)
        assert cut.tobytes() in fragments


def test_ink_never_runs_over() -> None:
    full = np.full((4, 5, 5), 200, np.uint8)
    images, _ = data.clutter(full, np.random.default_rng(2), size=6, pieces=9, piece=5)
    assert images.max() == 255
    assert set(np.unique(images)) <= {0, 200, 255}


def test_places_reach_every_corner() -> None:
    _, places = data.clutter(np.repeat(DIGITS, 100, axis=0), np.random.default_rng(3), size=9, pieces=0, piece=3)
    assert places.min(axis=0).tolist() == [0, 0]
    assert places.max(axis=0).tolist() == [2, 4]


def test_two_digits_are_those_that_are_named() -> None:
    images, chosen = data.two_digits(DIGITS, 8, np.random.default_rng(4), size=30)
    assert images.shape == (8, 30, 30)
    for image, pair in zip(images, chosen, strict=True):
        assert image.sum() == DIGITS[pair].sum()  # the pixels have room for the ink of two


def test_equal_generators_scatter_alike() -> None:
    first, again, other = (data.two_digits(DIGITS, 3, np.random.default_rng(seed))[0] for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize(
    ("settings", "sentence"), [({"size": 6}, "no room for a digit of 7 × 5"), ({"piece": 6}, "cannot be cut")]
)
def test_what_does_not_fit_is_said(settings, sentence) -> None:
    with pytest.raises(ValueError, match=sentence):
        data.clutter(DIGITS, np.random.default_rng(1), **settings)
