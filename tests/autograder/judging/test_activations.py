"""Activations as judges compute them: known values, also where an exponential overflows."""

import numpy as np
import pytest

from autograder.judging import activations

X = np.array([-1e4, -1.0, 0.0, 1.0, 1e4])


@pytest.mark.parametrize(
    ("activation", "right"),
    [
        (activations.identity, X),
        (activations.relu, [0, 0, 0, 1, 1e4]),
        (activations.leaky(0.2), [-2e3, -0.2, 0, 1, 1e4]),
        (activations.elu, [-1, np.expm1(-1), 0, 1, 1e4]),
        (activations.sigmoid, [0, 1 / (1 + np.e), 0.5, np.e / (1 + np.e), 1]),
        (activations.softplus, [0, np.log1p(np.exp(-1)), np.log(2), np.log1p(np.e), 1e4]),
        (activations.silu, [0, -1 / (1 + np.e), 0, np.e / (1 + np.e), 1e4]),
        (activations.softmax, [0, 0, 0, 0, 1]),
    ],
)
def test_values_are_those_of_the_formulas(activation, right):
    np.testing.assert_allclose(activation(X), right, atol=1e-12)


def test_shares_are_those_of_each_row():
    shares = activations.softmax(np.log([[1.0, 3.0], [2.0, 2.0]]))
    np.testing.assert_allclose(shares, [[0.25, 0.75], [0.5, 0.5]])
