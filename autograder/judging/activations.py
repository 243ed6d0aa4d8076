"""Activations, for judges that compute what a network gives, be it the right one or one with a known mistake."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from autograder.judging.rubric import Array

__all__ = ["Activation", "elu", "identity", "leaky", "relu", "sigmoid", "silu", "softmax", "softplus"]

Activation = Callable[[Array], Array]
"""The same shape comes out as goes in."""


def identity(x: Array) -> Array:
    """None at all."""
    return x


def relu(x: Array) -> Array:
    """Nothing of what is below zero."""
    return np.maximum(x, 0)


def leaky(slope: float) -> Activation:
    """Of what is below zero this share."""
    return lambda x: np.where(x < 0, slope * x, x)


def elu(x: Array) -> Array:
    """Exponential linear unit."""
    return np.where(x < 0, np.expm1(np.minimum(x, 0)), x)


def sigmoid(x: Array) -> Array:
    """From 0 to 1, also where an exponential overflows."""
    return 0.5 * (1 + np.tanh(0.5 * x))


def softplus(x: Array) -> Array:
    """The logarithm of one and the exponential."""
    return np.logaddexp(x, 0)


def silu(x: Array) -> Array:
    """Times its own sigmoid."""
    return x * sigmoid(x)


def softmax(x: Array) -> Array:
    """Shares along the last axis."""
    powers = np.exp(x - x.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)
