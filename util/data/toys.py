"""Toy distributions in few dimensions.

Each has ``sample(n, random)``, which draws float32 (n, dim) with a NumPy generator, and says what is known about it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["Normal", "Pattern", "Ring"]


@dataclass(frozen=True)
class Ring:
    """A mixture of ``modes`` equal Gaussians with standard deviation ``std``, evenly on a circle in the plane."""

    modes: int = 8
    radius: float = 2.0
    std: float = 0.1

    @property
    def centres(self) -> np.ndarray:
        """The means of the Gaussians, (modes, 2); the first lies on the horizontal axis."""
        angles = 2 * np.pi * np.arange(self.modes) / self.modes
        return self.radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)

    def sample(self, n: int, random: np.random.Generator) -> np.ndarray:
        """Draw points (n, 2)."""
        chosen = random.integers(self.modes, size=n)
        return (self.centres[chosen] + self.std * random.normal(size=(n, 2))).astype(np.float32)


@dataclass(frozen=True, eq=False)
class Normal:
    """A normal distribution with ``mean`` (dim,) and ``covariance`` (dim, dim), symmetric and positive definite."""

    mean: Any = (1.0, -0.5)
    covariance: Any = ((1.0, 0.6), (0.6, 0.8))

    def sample(self, n: int, random: np.random.Generator) -> np.ndarray:
        """Draw points (n, dim)."""
        return random.multivariate_normal(self.mean, self.covariance, size=n).astype(np.float32)

    def density(self, x: Any) -> np.ndarray:
        """The density at each of the points (n, dim): (n,)."""
        away, covariance = np.asarray(x, dtype=np.float64) - np.asarray(self.mean), np.asarray(self.covariance)
        distance = np.sum(away * np.linalg.solve(covariance, away.T).T, axis=1)
        return np.exp(-distance / 2) / np.sqrt(np.linalg.det(2 * np.pi * covariance))


@dataclass(frozen=True)
class Pattern:
    """Rows of numbers, high where ``bits`` has a 1 and low where it has a 0: uniform in a range of width ``spread``."""

    bits: str = "1010"
    spread: float = 0.2

    def sample(self, n: int, random: np.random.Generator) -> np.ndarray:
        """Draw rows (n, len(bits)): a 1 becomes a number from 1 - spread to 1, a 0 one from 0 to spread."""
        low = np.array([1 - self.spread if bit == "1" else 0.0 for bit in self.bits])
        return (low + self.spread * random.uniform(size=(n, len(self.bits)))).astype(np.float32)
