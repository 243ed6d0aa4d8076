"""Variety in numbers."""

from __future__ import annotations

import numpy as np
import pytest

from util import metrics


@pytest.mark.parametrize(
    ("counts", "expected"),
    [([5, 5, 5, 5], 1.0), ([9, 0, 0, 0], 0.0), ([5, 5, 0, 0], 0.5)],
)
def test_evenness(counts: list[int], expected: float) -> None:
    assert metrics.evenness(np.array(counts)) == pytest.approx(expected)


def test_diversity() -> None:
    probabilities = np.zeros((200, 3))
    probabilities[:199, 0] = 0.75
    probabilities[199, 1] = 0.95  # half a percent: not found
    seen = metrics.diversity(probabilities)
    assert seen.counts.tolist() == [199, 1, 0]
    assert seen.found == 1
    assert seen.confidence == pytest.approx(0.751)
    assert "1 of 3 classes found" in str(seen)
