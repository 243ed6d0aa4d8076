"""Which of a student's variables is which weight, and what a network makes of known values in them."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from autograder.inside import networks
from autograder.inside.probing import to_tensor

SIZES = 3, 5, 4, 1


def variables(*shapes):
    return [keras.Variable(np.zeros(shape, "float32")) for shape in shapes]


@pytest.mark.parametrize(
    "shapes",
    [
        [(3, 5), (5,), (5, 4), (4,), (4, 1), (1,)],
        [(5, 3), (5, 1), (4, 5), (4, 1), (1, 4), (1, 1)],  # here a bias is as long as the next layer's weights
        [(3, 5), (1, 5), (4, 5), (4,), (4, 1), (1,)],
    ],
    ids=["rows", "columns", "mixed"],
)
@pytest.mark.parametrize("order", [slice(None), slice(None, None, -1)], ids=["in order", "the last first"])
def test_weights_and_biases_are_known_by_their_shapes(shapes, order):
    theta = variables(*shapes)
    found = networks.roles(theta[order], SIZES)
    assert all(one is other for one, other in zip(found, theta, strict=True))


def test_what_is_missing_is_none():
    W, c, V = variables((3, 5), (4,), (5, 4))
    assert [each is not None for each in networks.roles([W, c, V], (3, 5, 4))] == [True, False, True, True]


class Turned:
    """A network of one layer that holds its weights as columns, and has a variable without effect."""

    def __init__(self):
        self.theta = variables((2, 3), (1, 2))

    def forward(self, x):
        return to_tensor(np.zeros((len(x), 2))) + keras.ops.matmul(x, keras.ops.transpose(self.theta[0]))


def test_known_values_show_what_has_an_effect():
    x, W, b = np.ones((1, 3)), np.array([[1, 2], [3, 4], [5, 6.0]]), np.array([7.0, 8.0])
    came = dict(networks.explored(Turned(), x, [W, b], [W + 1, b + 1]).named(""))
    assert came[".found"].tolist() == [True, True]
    assert came[".outputs[0]"].tolist() == [[9, 12]]
    assert [came[f".moved[{k}]"].tolist() for k in range(2)] == [[[12, 15]], [[9, 12]]]
    assert came[".gradients"][0] > 0
    assert came[".gradients"][1] == 0


def test_each_step_of_a_match_begins_at_the_start():
    """Here D's loss is the product of both players' sums, and so is G's."""
    d, g = networks.Affine([[1.0]], [1.0]), networks.Affine([[2.0]], [0.0])
    match = networks.Match(to_tensor([[0]]), to_tensor([[0]]), d, g, {"d": 0.5, "g": 0.25}, momentum=0.5)

    def train_step(X, Z, d, g, d_optimizer, g_optimizer):
        before = d.values().sum(), g.values().sum()
        d_optimizer.apply([np.full(v.shape, before[1], "float32") for v in d.theta], d.theta)
        g_optimizer.apply([np.full(v.shape, before[0], "float32") for v in g.theta], g.theta)
        return before

    both, only_d, still = (dict(match.step(train_step, moving).named("")) for moving in ("dg", "d", ""))
    assert (both[".d"].tolist(), both[".g"].tolist()) == ([0, 0], [1.5, -0.5])
    assert (only_d[".d"].tolist(), only_d[".g"].tolist(), only_d[".again"].tolist()) == ([0, 0], [2, 0], [-1.5, -1.5])
    assert (still[".first"], still[".second"], still[".d"].tolist()) == (2, 2, [1, 1])


@pytest.mark.parametrize("momentum", [0.0, 0.9])
@pytest.mark.parametrize("compiled", [False, True])
def test_a_descent_moves_as_that_of_keras_does(momentum, compiled):
    random = np.random.default_rng(1)
    gradients = [random.normal(size=(3, 2)).astype("float32") for _ in range(3)]

    def ended(kind):
        variable, optimizer = keras.Variable(np.ones((3, 2), "float32")), kind(0.1, momentum=momentum)
        optimizer.build([variable])

        def step(gradient):
            optimizer.apply([gradient], [variable])

        for gradient in gradients:
            (tf.function(step) if compiled else step)(to_tensor(gradient))
        return [np.asarray(variable), *map(np.asarray, optimizer.momentums), int(optimizer.iterations)]

    for ours, theirs in zip(ended(networks.Descent), ended(keras.optimizers.SGD), strict=True):
        assert np.allclose(ours, theirs, rtol=1e-6)
