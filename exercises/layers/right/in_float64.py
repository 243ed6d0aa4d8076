"""Computed in double precision, and returned so."""


# %% solution="activations"
@register
class LeakyReLU(keras.layers.Layer):
    """x where it is positive, slope * x where it is negative."""

    def __init__(self, slope=0.0, **kwargs):
        """`slope` may be any number; 0 makes the ReLU."""
        super().__init__(**kwargs)
        self.slope = slope

    def call(self, x):
        """Map x to the same shape."""
        return ops.maximum(x, 0.0) + self.slope * ops.minimum(x, 0.0)

    def get_config(self):
        """What `__init__` was given."""
        return {**super().get_config(), "slope": self.slope}


@register
class Sigmoid(keras.layers.Layer):
    """1 / (1 + exp(-x)), for x of any size."""

    def call(self, x):
        """Map x to the same shape, with values in [0, 1]."""
        x = ops.cast(x, "float64")
        small = ops.exp(-ops.where(x >= 0, x, -x))  # in (0, 1]
        return ops.where(x >= 0, 1.0, small) / (1.0 + small)


@register
class Tanh(keras.layers.Layer):
    """The hyperbolic tangent, for x of any size."""

    def call(self, x):
        """Map x to the same shape, with values in [-1, 1]."""
        small = ops.exp(-2.0 * ops.where(x >= 0, x, -x))  # in (0, 1]
        return ops.where(x >= 0, 1.0, -1.0) * (1.0 - small) / (1.0 + small)


@register
class Clip(keras.layers.Layer):
    """x, but never below `low` and never above `high`."""

    def __init__(self, low=0.0, high=1.0, **kwargs):
        """`low` is smaller than `high`."""
        super().__init__(**kwargs)
        self.low, self.high = low, high

    def call(self, x):
        """Map x to the same shape, with values in [low, high]."""
        return ops.minimum(ops.maximum(x, self.low), self.high)

    def get_config(self):
        """What `__init__` was given."""
        return {**super().get_config(), "low": self.low, "high": self.high}


# %% solution="softmax"
@register
class Softmax(keras.layers.Layer):
    """exp(x) over its sum along the last axis, for x of any size."""

    def call(self, x):
        """Map x (..., classes) to the same shape, with values in [0, 1] that sum to 1 along the last axis."""
        x = ops.cast(x, "float64")
        powers = ops.exp(x - ops.max(x, axis=-1, keepdims=True))  # in [0, 1], one of them 1
        return powers / ops.sum(powers, axis=-1, keepdims=True)


# %% solution="losses"
EPSILON = 1e-7


@register
def squared_error(targets, outputs):
    """Squared differences of targets and outputs (batch, ...): summed over each example, mean over them. A scalar."""
    targets, outputs = ops.cast(targets, "float64"), ops.cast(outputs, "float64")
    rows = ops.reshape((outputs - targets) ** 2, (targets.shape[0], -1))
    return ops.mean(ops.sum(rows, axis=1))


@register
def binary_cross_entropy(targets, outputs):
    """Cross-entropy of targets and outputs, both in [0, 1] (batch, ...): summed and averaged likewise. A scalar."""
    targets, outputs = ops.cast(targets, "float64"), ops.cast(outputs, "float64")
    outputs = ops.clip(outputs, EPSILON, 1 - EPSILON)
    costs = -targets * ops.log(outputs) - (1 - targets) * ops.log1p(-outputs)
    return ops.sum(costs) / len(targets)


def l2_penalty(weights, strength):
    """`strength` times the sum of the squares of all weights. A scalar."""
    return ops.einsum("i,i->", *[ops.reshape(weights, (-1,))] * 2) * strength


# %% solution="gradient_check"
def numerical_gradients(loss_fn, variables, step=1e-2):
    """Central differences of the scalar `loss_fn()`: for each variable an array of its shape. Leaves all as it was."""

    def loss_at(variable, values):
        variable.assign(values)
        return float(ops.convert_to_numpy(loss_fn()))

    def slopes(variable):
        start = np.array(variable.numpy())

        def slope(place):
            above, below = start.copy(), start.copy()
            above[place] += step
            below[place] -= step
            return (loss_at(variable, above) - loss_at(variable, below)) / (2 * step)

        found = [slope(place) for place in np.ndindex(start.shape)]
        variable.assign(start)
        return ops.convert_to_tensor(np.array(found).reshape(start.shape))

    return [slopes(variable) for variable in variables]


def relative_error(first, second):
    """How far apart two lists of gradients are, from 0 (equal) to 1: norm of the difference over the sum of norms."""
    norm = lambda arrays: np.sqrt(sum(float(np.sum(np.asarray(each, "float64") ** 2)) for each in arrays))
    size = norm(first) + norm(second)
    return norm([np.asarray(a, "float64") - np.asarray(b, "float64") for a, b in zip(first, second)]) / max(size, 1e-30)
