# %% [markdown]
# # A network from its parts
#
# Libraries offer dense layers, convolutions, LSTMs and Adam ready to use. In this notebook you build them yourself,
# each from its formula, check every gradient with nothing but subtraction, and put the parts together: a stack that
# fits a noisy sine, LeNet-5 that reads digits, and recurrent networks that tell apart where sequences come from. In
# the end nothing in your networks is a black box, and your LSTM is about as fast as the library's.
#
# **How the notebook works.** Where a cell raises `NotImplementedError`, a blank waits for you: replace that line.
# Below each blank a cell checks your answer and says in a sentence what it expected, what came, and where to look.
# These checks are there to help and score nothing; the grading asks further questions of the same kind. A cell that
# needs a blank which is still empty says so, so you can always run the notebook from top to bottom.
#
# **What is graded.** The cells with blanks and the four written questions. All other cells are not: checks, pictures,
# trainings and whatever you add. Helpers of your own may stand in the cell of the blank that needs them.
#
# **Tensors or arrays?** What you build takes float32 tensors and returns tensors. The `call` of a layer never sees
# anything else, because Keras turns arrays into float32 tensors before it. The functions (the losses, `patches`) may be
# given NumPy arrays of float32 as well; `keras.ops` takes both, and whether they return float32 or float64 is up to
# you. Two exceptions say so where they stand: gradients by differences are arrays, and the data feed hands on whatever
# it is given.
#
# **What is allowed.** Everything that computes on tensors by simple steps: arithmetic, `ops.matmul`, `ops.exp`,
# `ops.maximum`, slices, `ops.pad`, sums and means. Leave alone whatever *is* the part that you are to build:
# `keras.layers.Dense`, `ops.softmax`, `ops.conv`, `keras.optimizers.Adam` and so on. The grading asks what your parts
# compute, not how, so this is up to you: whoever calls `ops.conv` has a convolution and has learnt nothing about it.
#
# You need calculus (the chain rule), linear algebra, and Python classes. Sections 1 to 11 take seven to eight hours: a
# long day, or two afternoons with a break after section 7. Sections 8 to 10 can be done in any order. Section 12, on
# feeding a network by a thread, is optional and takes another hour. Running everything takes 1.8 to 2.7 minutes on two
# processor cores (measured with `atelier demo`), most of it for LeNet-5.

# %%
import math
import os
import sys
import threading
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path.cwd()
ROOT = next((folder for folder in [HERE, *HERE.parents] if (folder / "util" / "checks.py").is_file()), HERE)
sys.path.insert(0, str(ROOT))  # so that `util` is found, wherever the notebook was started
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # keeps TensorFlow's messages about its start to itself

import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import ops

from util import checks, data, plots, training

PRESET = os.environ.get("PRESET", "quick")  # "quick" takes minutes on a laptop, "full" is meant for a GPU
RUN = ROOT / "build" / "layers"

# %% [markdown]
# ## 1 What a layer is
#
# A **layer** is a function with memory. Called on a batch of examples $x$ it returns another batch $y$; what it
# remembers are its **weights**, which training changes. In Keras a layer is a class with four methods:
#
# - `__init__` keeps what the layer was asked to be (how many units, which rate). It makes no weights yet, because it
#   does not know the size of its input.
# - `build(input_shape)` is called once, before the first input, and makes the weights with `self.add_weight`. The
#   first entry of `input_shape` is the size of the batch, often `None`: a layer does not care how many examples come.
# - `call(x)` computes. If it has an argument `training`, Keras passes `True` in training and `False` at inference
#   (when the network is only used). Some layers behave differently in the two. Inside `call`, `self.add_loss(value)`
#   adds a term to whatever loss the network is trained with.
# - `get_config` returns the arguments of `__init__` in a dictionary. With it a layer can be saved, and made again.
#
# Here is a complete one as an example, with nothing to fill in. It multiplies every feature by a number and adds
# another. (A *feature* is a place on the last axis: a column of a table, a channel of an image.) Both numbers are
# weights, so training may change them; `ScaleOffset(0.5, 0.5, trainable=False)` is a fixed map, say from
# $[-1, 1]$ to $[0, 1]$.
#
# $$y = \gamma\, x + \beta$$

# %%
register = keras.saving.register_keras_serializable("layers")  # lets Keras find our classes when it loads a file


@register
class ScaleOffset(keras.layers.Layer):
    """Multiplies each feature by a scale and adds an offset; both are learnt, from the given start."""

    def __init__(self, scale=1.0, offset=0.0, **kwargs):
        """`kwargs` are those of every layer, such as `name` and `trainable`."""
        super().__init__(**kwargs)
        self.scale, self.offset = scale, offset

    def build(self, input_shape):
        """Make one scale and one offset for each feature."""
        features = (input_shape[-1],)
        self.gamma = self.add_weight(shape=features, initializer=keras.initializers.Constant(self.scale), name="gamma")
        self.beta = self.add_weight(shape=features, initializer=keras.initializers.Constant(self.offset), name="beta")

    def call(self, x):
        """Map x (batch, ..., features) to the same shape."""
        return self.gamma * x + self.beta

    def get_config(self):
        """What `__init__` was given."""
        return {**super().get_config(), "scale": self.scale, "offset": self.offset}


@register
class Flatten(keras.layers.Layer):
    """Makes one row of numbers of each example: (batch, ...) to (batch, features)."""

    def call(self, x):
        """Map x (batch, ...) to (batch, features)."""
        return ops.reshape(x, (-1, math.prod(x.shape[1:])))


half = ScaleOffset(0.5, 0.5)
print("called:        ", ops.convert_to_numpy(half(np.array([[-1.0, 0.0, 1.0]], np.float32))))
print("its weights:   ", [(weight.name, tuple(weight.shape)) for weight in half.weights])
print("made once more:", ScaleOffset.from_config(half.get_config()).get_config()["scale"])

# %% [markdown]
# ### Compiled
#
# Training is fast because Keras *compiles* the step. It runs your Python code once with stand-ins for the tensors,
# which have a shape and a type but no numbers in them, writes down what is computed from what, and from then on only
# repeats what it has written down. (In TensorFlow this is `tf.function`, in JAX `jit`.) What follows from that:
#
# - **Python runs once** (or twice, if the shapes have to be found first). A counter like `self.steps += 1` and a number
#   drawn by NumPy get the value that they had while the code was written down, and keep it in every later step. What
#   has to change from step to step is a *variable* of Keras, made by `add_weight` and set by `assign`, and random
#   numbers come from `keras.random`.
# - **A stand-in has no numbers.** NumPy's functions, `float(x)` and `if x > 0:` need some, and stop with an error.
#   Compute with `ops`, and choose with `ops.where`. (`if training:` is fine: `training` is a plain Python bool.)
# - **The size of the batch may be unknown.** Then `x.shape[0]` is `None`, and `ops.reshape(x, (x.shape[0], -1))` stops.
#   Leave the batch to slices and to one `-1` in a shape, or ask `ops.shape(x)[0]`. All other lengths are known numbers.
#
# Called directly, as in most checks, a layer is not compiled, so a mistake of this kind can hide until the training.
# The grading therefore asks layers, cells, `patches` and optimizers compiled too, for batches of any size, and so do
# the checks. An example: a layer that counts its calls in both ways, and twelve examples in batches of four.


# %%
class Counter(keras.layers.Layer):
    """Hands x on, and counts the calls by Python and in a variable."""

    def build(self, _input_shape):
        """Make the variable."""
        self.by_python = 0
        self.by_variable = self.add_weight(shape=(), dtype="int32", initializer="zeros", trainable=False)

    def call(self, x):
        """Map x (batch, ...) to itself."""
        self.by_python += 1
        self.by_variable.assign(self.by_variable + 1)
        print("Python runs, and sees a batch of", x.shape[0])
        return x


counter = Counter()
counter.build((None, 1))
keras.Sequential([counter]).predict(np.zeros((12, 1), np.float32), batch_size=4, verbose=0)
print("three batches, counted by Python:", counter.by_python, "and in a variable:", int(counter.by_variable))

# %% [markdown]
# The next cell holds what several checks share. There is nothing to do in it.


# %%
class CheckCompiled(keras.Model):
    """Calls a layer or a function in compiled code, for batches of any size."""

    def __init__(self, function, **options):
        """`options` are arguments of every call, such as `training=True`."""
        super().__init__()
        self.function, self.options = function, options
        self.compile(jit_compile=training.jit_compile())

    def call(self, x):
        """Map x to what the function makes of it."""
        return self.function(x, **self.options)


def check_compiled(function, x, **options):
    """Write down what `function` does to x (batch, ...), or to several, for batches of unknown size: no error comes."""
    stand_ins = [keras.Input(each.shape[1:]) for each in x] if isinstance(x, list) else keras.Input(x.shape[1:])
    CheckCompiled(function, **options)(stand_ins)


def check_input_gradient(function, x, expected, what):
    """The gradient of the sum of `function(x)`."""
    gradient = training.input_gradients(function, x)
    checks.expect(gradient is not None, f"no gradient passes through {what}. What in it is not computed by `ops`?")
    checks.close(gradient, expected, f"the gradient of {what}", atol=1e-4)


def check_compiled_steps(make_optimizer, gradients, what):
    """A number that starts at 0 goes the same way along the gradients, step by step and in compiled steps."""
    plain, place = make_optimizer(), keras.Variable(np.zeros(1, np.float32))
    model = keras.Sequential([keras.Input((1,)), ScaleOffset(0.0, 0.0)])
    model.compile(
        make_optimizer(), loss=lambda gradient, output: ops.mean(gradient * output), jit_compile=training.jit_compile()
    )
    for gradient in np.array(gradients, np.float32).reshape(-1, 1, 1):
        plain.apply([gradient[0]], [place])
        model.train_on_batch(np.ones((1, 1), np.float32), gradient)
    checks.close(model.layers[-1].beta, np.asarray(place), f"a weight after {len(gradients)} compiled steps of {what}")


# %% [markdown]
# ## 2 Activations
#
# Between the layers that have weights stand functions that have none. Without them a stack of layers would be no more
# than one: a linear map of a linear map is a linear map. Compute these, and all that follows, with `keras.ops`
# (imported as `ops`): gradients have to pass, and NumPy's functions stop them.
#
# ### Each number by itself
#
# $$\operatorname{leaky}(x) = \begin{cases} x & x \ge 0 \\ a\,x & x < 0 \end{cases}, \qquad
# \sigma(x) = \frac{1}{1 + e^{-x}}, \qquad
# \tanh(x) = \frac{e^{x} - e^{-x}}{e^{x} + e^{-x}} = 2\,\sigma(2x) - 1, \qquad
# \operatorname{clip}(x) = \min(\max(x, low), high).$$
#
# With a slope $a$ of 0 the first is the ReLU.
#
# **Large numbers.** In float32, $e^{89}$ is infinite, and $\infty / \infty$ is not a number. Look for forms in which
# no exponential is ever of a positive number: $\sigma(x)$ is $1 / (1 + e^{-x})$ for $x \ge 0$, and
# $e^{x} / (1 + e^{x})$ for $x < 0$. Both have $e^{-|x|}$ in them, and if you compute *that* first, no branch can
# overflow. It is not enough that the values are right: the gradient passes through everything that was computed, and
# $0 \cdot \infty$ is not a number either.
#
# **Zero.** At exactly 0 the libraries take 0 for the gradient of `ops.abs` and of `ops.sign`, and $\sigma$ made of
# these has the gradient 0 where it is steepest. Both branches have the same gradient there, so choose one:
# `ops.where(x >= 0, x, -x)` is $|x|$ too, with the gradient 1 at 0, as the branch for $x \ge 0$ needs it.
#
# Write the four `call`s; all take and return tensors. (`ops.tanh`, `ops.sigmoid` and `ops.clip` are what you are
# building.)

# %% demo
numbers = np.linspace(-4, 4, 201)
shapes = {
    "leaky ReLU, slope 0.2": np.maximum(numbers, 0) + 0.2 * np.minimum(numbers, 0),
    "sigmoid": 1 / (1 + np.exp(-numbers)),
    "tanh": np.tanh(numbers),
    "clip to [-0.5, 1.5]": np.clip(numbers, -0.5, 1.5),
}
plots.curves(numbers, shapes, "what becomes of a number", xlabel="x", name="activations")


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
        ### BEGIN SOLUTION
        return ops.maximum(x, 0.0) + self.slope * ops.minimum(x, 0.0)
        ### END SOLUTION

    def get_config(self):
        """What `__init__` was given."""
        return {**super().get_config(), "slope": self.slope}


@register
class Sigmoid(keras.layers.Layer):
    """1 / (1 + exp(-x)), for x of any size."""

    def call(self, x):
        """Map x to the same shape, with values in [0, 1]."""
        ### BEGIN SOLUTION
        small = ops.exp(-ops.where(x >= 0, x, -x))  # in (0, 1]
        return ops.where(x >= 0, 1.0, small) / (1.0 + small)
        ### END SOLUTION


@register
class Tanh(keras.layers.Layer):
    """The hyperbolic tangent, for x of any size."""

    def call(self, x):
        """Map x to the same shape, with values in [-1, 1]."""
        ### BEGIN SOLUTION
        small = ops.exp(-2.0 * ops.where(x >= 0, x, -x))  # in (0, 1]
        return ops.where(x >= 0, 1.0, -1.0) * (1.0 - small) / (1.0 + small)
        ### END SOLUTION


@register
class Clip(keras.layers.Layer):
    """x, but never below `low` and never above `high`."""

    def __init__(self, low=0.0, high=1.0, **kwargs):
        """`low` is smaller than `high`."""
        super().__init__(**kwargs)
        self.low, self.high = low, high

    def call(self, x):
        """Map x to the same shape, with values in [low, high]."""
        ### BEGIN SOLUTION
        return ops.minimum(ops.maximum(x, self.low), self.high)
        ### END SOLUTION

    def get_config(self):
        """What `__init__` was given."""
        return {**super().get_config(), "low": self.low, "high": self.high}


# %% test="activations" points=3
@checks.check("activations")
def check_activations():
    x = np.array([[-2.0, -0.5, 0.0, 1.5]], np.float32)
    checks.close(LeakyReLU(0.1)(x), [[-0.2, -0.05, 0, 1.5]], "LeakyReLU(0.1)")
    checks.close(LeakyReLU()(x), [[0, 0, 0, 1.5]], "LeakyReLU() (a slope of 0)")
    checks.close(LeakyReLU(3.0)(x), [[-6, -1.5, 0, 1.5]], "LeakyReLU(3.0) (also a slope above 1 is a slope)")
    checks.close(LeakyReLU(-1.0)(x), [[2, 0.5, 0, 1.5]], "LeakyReLU(-1.0) (and so is one below 0)")
    checks.close(Sigmoid()(x), [[0.119203, 0.377541, 0.5, 0.817574]], "Sigmoid()")
    checks.close(Tanh()(x), [[-0.964028, -0.462117, 0, 0.905148]], "Tanh()")
    checks.close(Clip(-1.0, 0.5)(x), [[-1, -0.5, 0, 0.5]], "Clip(-1.0, 0.5)")
    check_input_gradient(LeakyReLU(0.1), x[:, [0, 1, 3]], [[0.1, 0.1, 1]], "LeakyReLU(0.1) at -2, -0.5, 1.5")
    check_input_gradient(Clip(-1.0, 0.5), x, [[0, 1, 1, 0]], "Clip(-1.0, 0.5) at -2, -0.5, 0, 1.5")
    check_input_gradient(Sigmoid(), x, [[0.104994, 0.235004, 0.25, 0.149146]], "Sigmoid() at -2, -0.5, 0, 1.5")
    check_input_gradient(Tanh(), x, [[0.070651, 0.786448, 1, 0.180707]], "Tanh() at -2, -0.5, 0, 1.5")
    large = np.array([[-1000.0, -90.0, 90.0, 1000.0]], np.float32)
    checks.close(Sigmoid()(large), [[0, 0, 1, 1]], "Sigmoid() at -1000, -90, 90, 1000")
    checks.close(Tanh()(large), [[-1, -1, 1, 1]], "Tanh() at -1000, -90, 90, 1000")
    check_input_gradient(Sigmoid(), large, np.zeros((1, 4)), "Sigmoid() at -1000, -90, 90, 1000")
    check_input_gradient(Tanh(), large, np.zeros((1, 4)), "Tanh() at -1000, -90, 90, 1000")


# %% [markdown]
# ### Softmax
#
# The next function is not computed number by number. It turns all scores of one example, which lie along the *last
# axis*, into probabilities: numbers above 0 that sum to 1.
#
# $$\operatorname{softmax}(x)_k = \frac{e^{x_k}}{\sum_j e^{x_j}}.$$
#
# - **The axis.** What an example becomes must not depend on the others in its batch. So each example has a sum of its
#   own, along the last axis, however many axes stand before it. `ops.sum(x, axis=-1, keepdims=True)` keeps this axis,
#   with length 1, so that the numbers of each example are divided by its own sum.
# - **Large numbers.** Softmax does not change if the same number is subtracted from all scores of an example: this
#   divides numerator and denominator by its exponential. Which number makes sure that no exponential overflows, and
#   that not all of them become 0? It is a number of the example, not of the batch.
#
# In the picture one score grows and the other two stay. Where two scores are equal, so are their probabilities. The
# two classes whose scores stay lose in the same proportion: the ratio of their probabilities is always $e$.
#
# Write the `call`. (`ops.softmax` is what you are building.)

# %% demo
first_score = np.linspace(-4, 6, 200)
scores = np.stack([first_score, np.full(200, 2.0), np.full(200, 1.0)], axis=-1)  # (200, 3)
shares = np.exp(scores) / np.exp(scores).sum(axis=-1, keepdims=True)  # (200, 3)
plots.curves(
    first_score,
    {"class of score s": shares[:, 0], "class of score 2": shares[:, 1], "class of score 1": shares[:, 2]},
    "softmax of the scores (s, 2, 1)",
    xlabel="s",
    ylabel="probability",
    name="softmax",
)


# %% solution="softmax"
@register
class Softmax(keras.layers.Layer):
    """exp(x) over its sum along the last axis, for x of any size."""

    def call(self, x):
        """Map x (..., classes) to the same shape, with values in [0, 1] that sum to 1 along the last axis."""
        ### BEGIN SOLUTION
        powers = ops.exp(x - ops.max(x, axis=-1, keepdims=True))  # in [0, 1], one of them 1
        return powers / ops.sum(powers, axis=-1, keepdims=True)
        ### END SOLUTION


# %% test="softmax" points=1
@checks.check("softmax")
def check_softmax():
    x = np.array([[-2.0, -0.5, 0.0, 1.5]], np.float32)
    checks.close(Softmax()(x), [[0.021746, 0.097457, 0.160680, 0.720117]], "Softmax()")
    first = [[0.021273, -0.002119, -0.003494, -0.015660]]
    what = "the first output of Softmax() at (-2, -0.5, 0, 1.5)"
    check_input_gradient(lambda x: Softmax()(x)[:, :1], x, first, what)
    sums = ops.sum(Softmax()(np.zeros((2, 3, 4), np.float32)), axis=-1)
    checks.close(sums, np.ones((2, 3)), "the sums of Softmax() over the last of three axes")
    large = np.array([[-1000.0, -90.0, 90.0, 1000.0]], np.float32)
    checks.close(Softmax()(large), [[0, 0, 0, 1]], "Softmax() of -1000, -90, 90, 1000")
    rows = np.array([[1000.0, 0.0], [-1000.0, -1000.0]], np.float32)
    checks.close(Softmax()(rows), [[1, 0], [0.5, 0.5]], "Softmax() of (1000, 0) and, in the same batch, (-1000, -1000)")
    what = "the first output of Softmax() at (-1000, -90, 90, 1000)"
    check_input_gradient(lambda x: Softmax()(x)[:, :1], large, np.zeros((1, 4)), what)


# %% [markdown]
# ## 3 Losses
#
# A loss says in one number how far outputs $y$ are from targets $t$. For one example we *sum* over all its outputs,
# and take the *mean* over the examples of the batch: then the loss does not depend on how many examples a batch
# happens to have, and an image of many pixels weighs as much as its pixels do.
#
# $$L_{square} = \frac{1}{n} \sum_{i=1}^n \sum_k (y_{ik} - t_{ik})^2, \qquad
# L_{binary} = -\frac{1}{n} \sum_{i=1}^n \sum_k \bigl( t_{ik} \log y_{ik} + (1 - t_{ik}) \log (1 - y_{ik}) \bigr).$$
#
# An output of exactly 0 or 1 would make a logarithm infinite, and its gradient with it, so for $L_{binary}$ clip $y$ to
# $[\epsilon, 1 - \epsilon]$ first, with $\epsilon$ = `EPSILON`. (Example and output: an image of 28 × 28 pixels has
# 784 outputs, however its axes are arranged. All axes but the first belong to the example.)
#
# The third term is no loss but a **penalty**, which keeps weights small: $\lambda$ times the sum of all their
# squares. There is no mean in it, since weights belong to no example. All three are functions of tensors, or of arrays,
# that return a tensor with a single number.
#
# $$R(W) = \lambda \sum_{ij} W_{ij}^2$$

# %% solution="losses"
EPSILON = 1e-7


@register
def squared_error(targets, outputs):
    """Squared differences of targets and outputs (batch, ...): summed over each example, mean over them. A scalar."""
    ### BEGIN SOLUTION
    squares = ops.square(outputs - targets)  # (batch, ...)
    return ops.sum(squares) / ops.shape(squares)[0]
    ### END SOLUTION


@register
def binary_cross_entropy(targets, outputs):
    """Cross-entropy of targets and outputs, both in [0, 1] (batch, ...): summed and averaged likewise. A scalar."""
    ### BEGIN SOLUTION
    outputs = ops.minimum(ops.maximum(outputs, EPSILON), 1 - EPSILON)  # (batch, ...)
    likelihood = targets * ops.log(outputs) + (1 - targets) * ops.log(1 - outputs)  # (batch, ...)
    return -ops.sum(likelihood) / ops.shape(likelihood)[0]
    ### END SOLUTION


def l2_penalty(weights, strength):
    """`strength` times the sum of the squares of all weights. A scalar."""
    ### BEGIN SOLUTION
    return strength * ops.sum(ops.square(weights))
    ### END SOLUTION


# %% test="losses" points=3
@checks.check("losses")
def check_losses():
    targets = np.array([[1.0, 0.0, 1.0], [0.0, 0.0, 1.0]], np.float32)
    outputs = np.array([[0.9, 0.2, 0.5], [0.1, 0.4, 0.8]], np.float32)
    loss = checks.scalar(squared_error(targets, outputs), "squared_error")
    checks.close(loss, 0.255, "squared_error (sum over each example, mean over the examples)")
    loss = checks.scalar(binary_cross_entropy(targets, outputs), "binary_cross_entropy")
    checks.close(loss, 0.930567, "binary_cross_entropy (sum over each example, mean over the examples)")
    images = [each.reshape(2, 3, 1) for each in (targets, outputs)]
    checks.close(squared_error(*images), 0.255, "squared_error of two images of 3 × 1 pixels")
    checks.close(binary_cross_entropy(*images), 0.930567, "binary_cross_entropy of two images of 3 × 1 pixels")
    sure = checks.scalar(binary_cross_entropy(targets, 1 - targets), "binary_cross_entropy of sure mistakes")
    checks.expect(40 < sure < 60, f"three sure mistakes should cost -3 log(EPSILON), about 48, but cost {sure:.4g}.")
    weights = np.array([[1.0, -2.0], [0.5, 0.0]], np.float32)
    checks.close(l2_penalty(weights, 0.1), 0.525, "l2_penalty")
    differences = outputs - targets
    check_input_gradient(lambda y: squared_error(targets, y), outputs, differences, "squared_error")
    expected = differences / (2 * outputs * (1 - outputs))
    check_input_gradient(lambda y: binary_cross_entropy(targets, y), outputs, expected, "binary_cross_entropy")
    check_input_gradient(lambda W: l2_penalty(W, 0.1), weights, 0.2 * weights, "l2_penalty")
    gradient = training.input_gradients(lambda y: binary_cross_entropy(targets, y), 1 - targets)
    checks.finite(gradient, "the gradient of binary_cross_entropy at outputs of exactly 0 and 1")


# %% [markdown]
# For classes there is a third loss, given here: minus the logarithm of the probability of the right class.


# %%
@register
def cross_entropy(labels, probabilities):
    """Minus the log-probability of the right class, mean over the batch: labels (batch,), probabilities (batch, n)."""
    labels = ops.cast(ops.reshape(labels, (-1,)), "int32")  # (batch,)
    right = ops.one_hot(labels, probabilities.shape[-1]) * probabilities  # (batch, classes)
    return -ops.mean(ops.log(ops.sum(right, axis=-1) + 1e-7))


# %% [markdown]
# ## 4 Gradients, checked
#
# Training follows the gradient, and the framework computes it by the chain rule, step by step back through what
# `call` did. But is it the gradient of what you *meant*? There is a way to know that needs no derivative. Move one
# weight a little, and see what the loss does:
#
# $$\frac{\partial L}{\partial w} \approx \frac{L(w + h) - L(w)}{h}, \qquad
# \frac{\partial L}{\partial w} \approx \frac{L(w + h) - L(w - h)}{2h}.$$
#
# Expand $L$ by Taylor: $L(w \pm h) = L \pm h L' + \frac{h^2}{2} L'' \pm \frac{h^3}{6} L''' + \dots$ The one-sided
# difference on the left is wrong by $\frac{h}{2} L''$; on the right the second derivative cancels, and only
# $\frac{h^2}{6} L'''$ is left. So we take the right one. Why not simply a tiny $h$? Because float32 carries seven
# digits: the difference of two losses near 1 has an error of about $10^{-7}$, and that is divided by $2h$.

# %% demo
steps = np.logspace(-6.5, 0, 60)
at, derivative = np.float32(0.7), float(np.cos(0.7))
errors = {
    "one-sided": [abs((np.sin(at + np.float32(h)) - np.sin(at)) / np.float32(h) - derivative) for h in steps],
    "central": [
        abs((np.sin(at + np.float32(h)) - np.sin(at - np.float32(h))) / np.float32(2 * h) - derivative) for h in steps
    ],
}
plots.curves(
    np.log10(steps),
    errors,
    "the derivative of sin at 0.7 by differences, in float32",
    xlabel="step $h$, as a power of ten",
    ylabel="error",
    log=True,
    name="differences",
)

# %% [markdown]
# Write `numerical_gradients`: for every entry of every variable, the central difference of the loss. Afterwards all
# variables hold what they held before, to the last bit (put the original values back, do not add and subtract).
# `variable.assign(array)` sets a `keras.Variable`, `ops.convert_to_numpy(variable)` reads it. Here nothing has to be
# differentiated or compiled, so use NumPy as you like: the result is a list of arrays, one for each variable.
#
# To compare two lists of gradients $a$ and $b$ (read all their entries as one long vector), use a number that does
# not depend on their scale. It is 0 for equal ones, about 0.7 for two of the same length that have nothing in common,
# and 1 if they are opposite or one of them is zero (gradients come as arrays or tensors, the answer is one number):
#
# $$\frac{\lVert a - b \rVert}{\lVert a \rVert + \lVert b \rVert}$$
#
# (If both are zero everywhere, they are equal: return 0.)


# %% solution="gradient_check"
def numerical_gradients(loss_fn, variables, step=1e-2):
    """Central differences of the scalar `loss_fn()`: for each variable an array of its shape. Leaves all as it was."""
    ### BEGIN SOLUTION
    gradients = []
    for variable in variables:
        start = ops.convert_to_numpy(variable).copy()  # the variable's shape, as `gradient`
        gradient = np.zeros_like(start)
        for place in np.ndindex(start.shape):
            losses = []
            for direction in (+step, -step):
                moved = start.copy()
                moved[place] += direction
                variable.assign(moved)
                losses.append(float(loss_fn()))
            gradient[place] = (losses[0] - losses[1]) / (2 * step)
        variable.assign(start)
        gradients.append(gradient)
    return gradients
    ### END SOLUTION


def relative_error(first, second):
    """How far apart two lists of gradients are, from 0 (equal) to 1: norm of the difference over the sum of norms."""
    ### BEGIN SOLUTION
    a, b = (np.concatenate([np.ravel(each) for each in gradients]) for gradients in (first, second))  # (entries,)
    size = np.linalg.norm(a) + np.linalg.norm(b)
    return float(np.linalg.norm(a - b) / size) if size > 0 else 0.0
    ### END SOLUTION


# %% test="gradient_check" points=4
@checks.check("gradient_check")
def check_gradient_check():
    w = keras.Variable(np.array([1.0, -2.0, 0.5], np.float32))
    v = keras.Variable(np.array([[3.0], [1.0]], np.float32))
    before = [np.asarray(each).copy() for each in (w, v)]
    differences = numerical_gradients(lambda: ops.sum(w**3) + ops.sum(v), [w, v], step=0.1)
    checks.expect(len(differences) == 2, f"two variables should give two gradients, but {len(differences)} came.")
    checks.close(differences[0], [3.01, 12.01, 0.76], "the difference of w³ (3w² + h²) for h = 0.1", atol=1e-3)
    checks.close(differences[1], [[1], [1]], "the difference of a sum, in the variable's own shape", atol=1e-3)
    for each, was in zip((w, v), before, strict=True):
        checks.expect(np.array_equal(each, was), "a variable is not what it was before numerical_gradients.")
    place = keras.Variable(np.array([0.9, 0.95, 0.0007], np.float32))
    (differences,) = numerical_gradients(lambda: place[0] * place[1] * place[1], [place], step=0.3)
    what = "the difference of x y² at (0.9, 0.95, 0.0007), one number moved at a time,"
    checks.close(differences, [0.9025, 1.71, 0.0], what, atol=1e-3)
    kept = np.array_equal(place, np.array([0.9, 0.95, 0.0007], np.float32))
    checks.expect(kept, "a variable is nearly, but not to the last bit, what it was before numerical_gradients.")
    pair = [np.array([3.0]), np.array([[4.0]])]
    checks.close(relative_error(pair, [0 * each for each in pair]), 1.0, "the relative error of (3, 4) and (0, 0)")
    checks.close(relative_error(pair, [pair[0], -pair[1]]), 0.8, "the relative error of (3, 4) and (3, -4)")
    checks.close(relative_error([np.array([2.0])], [np.array([1.0])]), 1 / 3, "the relative error of 2 and 1")
    tiny = [np.array([2e-6])], [np.array([1e-6])]
    checks.close(relative_error(*tiny), 1 / 3, "the relative error of 0.000002 and 0.000001")
    several = [np.array([3.0, 0.0]), np.array([4.0])], [np.array([3.0, 0.0]), np.array([0.0])]
    checks.close(relative_error(*several), 0.5, "the relative error of ((3, 0), 4) and ((3, 0), 0), one vector each,")
    checks.close(relative_error([np.zeros(2)], [np.zeros(2)]), 0.0, "the relative error of nothing and nothing")


# %% [markdown]
# From now on you can check whatever you build. `gradient_error(layer, x)` mixes all outputs of a layer into one
# number with random weights, and compares both kinds of gradients, with respect to the layer's weights *and* to its
# input. A right layer has an error well below 0.01.


# %%
def gradient_error(layer, x, train=False):
    """The relative error of a layer's gradients at the input x, against central differences."""
    place = keras.Variable(np.asarray(x, np.float32))
    outputs = layer(ops.convert_to_tensor(place))
    mix = np.random.default_rng(1).normal(size=outputs.shape).astype(np.float32)  # the shape of the outputs

    def loss_fn():
        return ops.sum(layer(ops.convert_to_tensor(place), training=train) * mix) + sum(layer.losses)

    variables = [*layer.trainable_variables, place]
    _, gradients = training.gradients(loss_fn, variables)
    return relative_error([ops.convert_to_numpy(each) for each in gradients], numerical_gradients(loss_fn, variables))


with checks.waits():
    away_from_kinks = np.array([[-2.0, -0.6, 0.3, 1.4]], np.float32)
    without_weights = ScaleOffset(2.0, 1.0), LeakyReLU(0.1), Sigmoid(), Tanh(), Softmax(), Clip(-1.0, 1.0)
    errors_by_name = {type(each).__name__: gradient_error(each, away_from_kinks) for each in without_weights}
    print("\n".join(f"{kind_name:12} {error_of_it:.1e}" for kind_name, error_of_it in errors_by_name.items()))

# %% [markdown] question="check" points=2
# **Question.** Two people report that their layers fail the check.
#
# 1. One has checked a right `LeakyReLU` at $x = (-2,\ 0.004,\ 3)$ with the step $h = 0.01$. What went wrong, and is
#    the layer or the check to blame?
# 2. The other has chosen $h = 10^{-7}$ "to be more exact", in float32, and finds an error near 1 in every layer. Why?
#
# *Your answer (a few sentences):*
#
# ### BEGIN MARK SCHEME
# 1. (1 point) The check. At 0.004 the interval from $x - h$ to $x + h$ contains the kink at 0: the difference mixes
#    the two slopes, while the gradient is the slope on one side. Remedy (not asked for): check away from kinks, or
#    with a smaller step. Half a point for "because of the kink" without the reason.
# 2. (1 point) $w + h$ is rounded to $w$, or the losses differ by less than their last digit (a relative precision of
#    about $10^{-7}$), so that the difference is zero or pure rounding noise, which the division by $2h$ makes as large
#    as the gradient or larger.
# ### END MARK SCHEME

# %% [markdown]
# ## 5 The affine layer
#
# Also called *dense* or *fully connected*: every output is a weighted sum of all inputs, plus a number of its own.
#
# $$y = x W + b, \qquad x \in \mathbb{R}^{batch \times inputs},\; W \in \mathbb{R}^{inputs \times units},\;
# b \in \mathbb{R}^{units}$$
#
# Weights begin at Glorot's uniform distribution, which keeps signals and gradients as large as they are
# (`initializer="glorot_uniform"`), biases at zero. If `l2` is above zero, each call adds `l2_penalty` of `W` to the
# loss; the bias goes free, because it does not make the function any steeper.
#
# From here on the *names* of the weights matter: call them `self.W` and `self.b`, so that the checks find them.


# %% solution="affine"
@register
class Affine(keras.layers.Layer):
    """y = x W + b, with an L2 penalty on W."""

    def __init__(self, units, l2=0.0, **kwargs):
        """`units` is the number of outputs, `l2` the strength of the penalty."""
        super().__init__(**kwargs)
        self.units, self.l2 = units, l2

    def build(self, input_shape):
        """Make the weights `self.W` (inputs, units), Glorot's, and `self.b` (units,), zero."""
        ### BEGIN SOLUTION
        self.W = self.add_weight(shape=(input_shape[-1], self.units), initializer="glorot_uniform", name="W")
        self.b = self.add_weight(shape=(self.units,), initializer="zeros", name="b")
        ### END SOLUTION

    def call(self, x):
        """Map x (batch, inputs) to (batch, units), and add the penalty to the loss."""
        ### BEGIN SOLUTION
        self.add_loss(l2_penalty(self.W, self.l2))
        return ops.matmul(x, self.W) + self.b  # (batch, units)
        ### END SOLUTION

    def get_config(self):
        """What `__init__` was given."""
        ### BEGIN SOLUTION
        return {**super().get_config(), "units": self.units, "l2": self.l2}
        ### END SOLUTION


# %% test="affine" points=4
@checks.check("affine")
def check_affine():
    wide = Affine(100)
    wide.build((None, 200))
    checks.close(wide.b, np.zeros(100), "b at the start")
    checks.close(np.std(wide.W), np.sqrt(2 / 300), "the standard deviation of W (200, 100) at the start", rtol=0.05)
    affine = Affine(2, l2=0.1)
    checks.shape(affine(np.zeros((4, 3), np.float32)), (4, 2), "Affine(2) of an input (4, 3)")
    checks.variables(affine.trainable_variables, [(3, 2), (2,)], "trainable_variables")
    affine.W.assign([[1.0, 2.0], [0.0, -1.0], [3.0, 0.0]])
    affine.b.assign([0.5, -3.0])
    checks.close(affine(np.array([[1.0, 2.0, 3.0]], np.float32)), [[10.5, -3.0]], "x W + b")
    checks.close(sum(affine.losses), 1.5, "the penalty that Affine(2, l2=0.1) adds to the loss")
    again = Affine.from_config(affine.get_config())
    checks.expect((again.units, again.l2) == (2, 0.1), "a layer made from get_config() has other units or another l2.")
    check_compiled(affine, np.ones((5, 3)))
    error = gradient_error(affine, np.random.default_rng(1).normal(size=(2, 3)))
    checks.expect(error < 0.01, f"the relative error of its gradients is {error:.2g}, but should be below 0.01.")


# %% [markdown]
# ### One backward pass by hand
#
# *About 45 minutes.* So far the framework has computed all gradients, and you have checked them. Here you do once what
# it does: the gradient of an affine layer with softmax and the cross-entropy of classes, in which most classifiers end.
# For $n$ examples $x$ (batch, inputs) with the right classes $t_1, \dots, t_n$:
#
# $$s = x W + b, \qquad p = \operatorname{softmax}(s), \qquad L = -\frac{1}{n} \sum_{i=1}^n \log p_{i, t_i}.$$
#
# **From the loss to the scores.** Take one example, and write out its logarithm:
#
# $$-\log p_t = \log \sum_j e^{s_j} - s_t.$$
#
# The derivative of the first term by the score $s_k$ is $e^{s_k} / \sum_j e^{s_j}$, which is $p_k$ again. The second
# term has a derivative only where $k = t$, and there it is $-1$. Let $y$ be the row with a 1 at the right class and
# zeros elsewhere (*one-hot*). Then
#
# $$\frac{\partial (-\log p_t)}{\partial s_k} = p_k - y_k.$$
#
# For scores $(2, 1, 0)$, if the second class is right:
#
# | | first class | second class | third class | sum |
# |---|--:|--:|--:|--:|
# | probabilities $p$ | 0.665 | 0.245 | 0.090 | 1 |
# | one-hot $y$ | 0 | 1 | 0 | 1 |
# | gradient $p - y$ | 0.665 | -0.755 | 0.090 | 0 |
#
# A step against the gradient raises the score of the right class, and lowers each other score by as much as its class
# was believed in. The loss is a mean over $n$ examples, so all scores together have the gradient $E = (p - y) / n$, a
# matrix (batch, classes).
#
# **From the scores to weights and inputs.** Example $i$ has the scores $s_{ik} = \sum_j x_{ij} W_{jk} + b_k$. A weight
# $W_{jk}$ acts on the score of class $k$ in every example, with the factor $x_{ij}$; $b_k$ acts on the same scores with
# the factor 1; and an input $x_{ij}$ acts on all scores of its own example. The chain rule adds up all of this:
#
# $$\frac{\partial L}{\partial W_{jk}} = \sum_i x_{ij}\, E_{ik}, \qquad
# \frac{\partial L}{\partial b_k} = \sum_i E_{ik}, \qquad
# \frac{\partial L}{\partial x_{ij}} = \sum_k E_{ik}\, W_{jk}.$$
#
# Each is a sum that a product of matrices or a sum over one axis computes at once. Which product it is, and what is to
# be transposed, you can tell from the shapes alone: a gradient has the shape of what it belongs to. The gradient of $x$
# would be handed on to the layer before, and so on to the first: this is *backpropagation*.
#
# Write `backward_pass`. `x`, `W` and `b` are tensors, `labels` is an array of whole numbers from 0. It must work for
# scores of any size, so begin as in softmax. You need no automatic gradients here, and nothing will be compiled: use
# `ops` or NumPy.


# %% solution="backward"
def backward_pass(x, W, b, labels):
    """Gradients of the cross-entropy of softmax(x W + b), mean over the batch, by hand.

    x (batch, inputs), W (inputs, classes), b (classes,), labels (batch,). Returns the gradients of W, of b and of x,
    each with the shape of what it belongs to.
    """
    ### BEGIN SOLUTION
    scores = ops.matmul(x, W) + b  # (batch, classes)
    powers = ops.exp(scores - ops.max(scores, axis=-1, keepdims=True))  # (batch, classes)
    probabilities = powers / ops.sum(powers, axis=-1, keepdims=True)  # (batch, classes)
    targets = ops.one_hot(labels, scores.shape[-1])  # (batch, classes)
    errors = (probabilities - targets) / len(labels)  # (batch, classes)
    return ops.matmul(ops.transpose(x), errors), ops.sum(errors, axis=0), ops.matmul(errors, ops.transpose(W))
    ### END SOLUTION


# %% test="backward" points=4
@checks.check("backward")
def check_backward():
    x, W, b = (
        ops.convert_to_tensor(np.array(each, np.float32)) for each in ([[1, 2]], [[2, 1, 0], [0, 0, 0]], [0] * 3)
    )
    gradients = backward_pass(x, W, b, np.array([1]))
    checks.expect(len(gradients) == 3, f"three gradients should come, those of W, b and x, but {len(gradients)} came.")
    error = np.array([0.665241, -0.755272, 0.090031])
    for name, gradient, expected in zip("Wbx", gradients, ([error, 2 * error], error, [[0.575210, 0]]), strict=True):
        checks.shape(gradient, np.shape(expected), f"the gradient of {name}")
        checks.close(gradient, expected, f"the gradient of {name} for one example with the scores (2, 1, 0)")
    draws = np.random.default_rng(1)
    variables = [keras.Variable(draws.normal(size=shape).astype(np.float32)) for shape in ((3, 4), (4,), (5, 3))]
    labels = np.array([0, 3, 1, 1, 2])

    def check_loss():
        """The same loss, for automatic differentiation."""
        W, b, x = (ops.convert_to_tensor(variable) for variable in variables)
        return cross_entropy(labels, ops.softmax(ops.matmul(x, W) + b))

    W, b, x = (ops.convert_to_tensor(variable) for variable in variables)
    _, expected = training.gradients(check_loss, variables)
    for name, ours, theirs in zip("Wbx", backward_pass(x, W, b, labels), expected, strict=True):
        what = f"the gradient of {name} for five examples, beside the automatic one,"
        checks.close(ours, np.asarray(theirs), what, atol=1e-4)
    _, of_b, _ = backward_pass(ops.ones((1, 1)), ops.convert_to_tensor([[1000.0, 0.0]]), ops.zeros(2), np.array([1]))
    checks.close(of_b, [1, -1], "the gradient of b for the scores (1000, 0), if the second class is right,")


# %% [markdown]
# Beside automatic differentiation. First the three gradients of a random batch: the differences are those of rounding.
# Then two classes, of which the second is right, and the first has a score that is larger by $d$ (smaller if $d$ is
# below 0). How strongly does each gradient pull the score of the wrong class down?

# %% demo
with checks.waits():
    draws = np.random.default_rng(2)
    shapes = (8, 5), (5,), (64, 8)  # of W, b and x
    places = [keras.Variable(draws.normal(0, 0.3, shape).astype(np.float32)) for shape in shapes]
    labels = draws.integers(0, 5, 64)

    def automatic_loss():
        """The loss of the batch, from our parts."""
        W, b, x = (ops.convert_to_tensor(place) for place in places)
        return cross_entropy(labels, Softmax()(ops.matmul(x, W) + b))

    _, automatic = training.gradients(automatic_loss, places)
    W, b, x = (ops.convert_to_tensor(place) for place in places)
    for name, ours, theirs in zip("Wbx", backward_pass(x, W, b, labels), automatic, strict=True):
        error = relative_error([ops.convert_to_numpy(ours)], [ops.convert_to_numpy(theirs)])
        print(f"gradient of {name}: relative error {error:.1e}")

    leads = np.linspace(-5, 30, 141, dtype=np.float32)
    score_pairs = ops.convert_to_tensor(np.stack([leads, 0 * leads], axis=-1))  # (141, 2)
    of_second = np.ones(len(leads), np.int32)  # the second class is right
    *_, by_hand = backward_pass(score_pairs, ops.eye(2), ops.zeros(2), of_second)  # with this W and b inputs are scores
    by_machine = training.input_gradients(lambda x: cross_entropy(of_second, Softmax()(x)), score_pairs)
    plots.curves(
        leads,
        {
            "by hand, $p - y$": len(leads) * ops.convert_to_numpy(by_hand)[:, 0],
            "automatic, through $\\log(p + 10^{-7})$": len(leads) * ops.convert_to_numpy(by_machine)[:, 0],
        },
        "gradient of the wrong class's score",
        xlabel="$d$, by how much it is larger",
        ylabel="gradient",
        name="backward",
    )

# %% [markdown] question="cancellation" points=2
# **Question.** Look at the table and at the picture.
#
# 1. The three numbers of $p - y$ sum to zero. Why must the gradient of the scores do so for *every* loss that depends
#    on the scores only through softmax?
# 2. The automatic gradient fades just where the network is most wrong, although the framework makes no mistake. Where
#    is it lost, and why does $p - y$ not lose it?
#
# *Your answer (a few sentences):*
#
# ### BEGIN MARK SCHEME
# 1. (1 point) Softmax does not change if the same number is added to all scores. So the loss does not change along the
#    direction $(1, \dots, 1)$, and its derivative along it, which is the sum of the gradient's entries, is zero. Half a
#    point for "both $p$ and $y$ sum to 1", which explains it for this loss only.
# 2. (1 point) The given loss is $-\log(p + 10^{-7})$, so its derivative by the scores has the factor
#    $p / (p + 10^{-7})$, which goes to 0 as soon as the probability of the right class is far below $10^{-7}$. (Without
#    the small number $p$ would in the end be rounded to 0, and $0 \cdot \infty$ would come.) In the derivation the
#    factor $p$ of softmax cancels with the $1 / p$ of the logarithm before any number is computed, so nothing is
#    divided by a small number.
# ### END MARK SCHEME

# %% [markdown]
# ## 6 Optimizers
#
# ### Momentum
#
# Plain gradient descent, $w \leftarrow w - \eta\, g$, has no memory. In a long valley it bounces from wall to wall,
# and hardly moves along the floor. A heavy ball does better: it keeps a *velocity*, in which pushes to and fro cancel
# and pushes that agree add up.
#
# $$v \leftarrow \beta\, v - \eta\, g, \qquad w \leftarrow w + v \qquad (v = 0 \text{ at first})$$
#
# Keras's class `Optimizer` brings what is the same for all optimizers. `build` is called once with the list of
# variables and makes the memory; `update_step` is called for each variable in every step. The three things that you
# need: `self.velocities[self._get_variable_index(variable)]` is the velocity of this variable, and
# `self.assign(v, value)`, `self.assign_add(v, value)` change variables. `gradient` and `learning_rate` are tensors, and
# the step is compiled: what it should remember has to be assigned. (`build` is written for you here. In Adam,
# below, it is yours.)


# %% solution="momentum"
@register
class Momentum(keras.optimizers.Optimizer):
    """Gradient descent with a velocity."""

    def __init__(self, learning_rate=0.01, momentum=0.9, name="momentum", **kwargs):
        """`momentum` is the share of the velocity that is left after a step; 0 makes plain gradient descent."""
        super().__init__(learning_rate=learning_rate, name=name, **kwargs)
        self.momentum = momentum

    def build(self, variables):
        """Make a velocity for each variable, of its shape, zero."""
        if not self.built:
            super().build(variables)
            self.velocities = self.add_optimizer_variables(variables, "velocity")

    def update_step(self, gradient, variable, learning_rate):
        """Change the velocity of `variable`, and then `variable` itself, by one step."""
        ### BEGIN SOLUTION
        velocity = self.velocities[self._get_variable_index(variable)]  # the variable's shape
        self.assign(velocity, self.momentum * velocity - learning_rate * gradient)
        self.assign_add(variable, velocity)
        ### END SOLUTION

    def get_config(self):
        """What `__init__` was given."""
        return {**super().get_config(), "momentum": self.momentum}


# %% test="momentum" points=3
@checks.check("momentum")
def check_momentum():
    w, v = keras.Variable(np.array([1.0, 2.0], np.float32)), keras.Variable(np.float32(5.0))
    optimizer = Momentum(learning_rate=0.1, momentum=0.5)
    optimizer.apply([np.array([1.0, -1.0], np.float32), np.float32(0.0)], [w, v])
    checks.close(w, [0.9, 2.1], "w after one step against the gradient (1, -1) with learning rate 0.1")
    optimizer.apply([np.array([1.0, 0.0], np.float32), np.float32(1.0)], [w, v])
    checks.close(w, [0.75, 2.15], "w after a second step against (1, 0) (half of the velocity goes on)")
    checks.close(v, 4.9, "another variable, which has a velocity of its own,")
    check_compiled_steps(lambda: Momentum(0.1, momentum=0.5), (1, -2, 0.5, 3), "Momentum")


# %% [markdown]
# ### Adam
#
# Momentum has one learning rate for all weights. Adam ([Kingma and Ba, 2014](https://arxiv.org/abs/1412.6980)) also
# remembers how *large* the gradient of each weight usually is, and divides by it, so that every weight moves by steps
# of about $\eta$. Both memories are running means, of the gradient and of its square:
#
# $$m \leftarrow \beta_1 m + (1 - \beta_1)\, g, \qquad v \leftarrow \beta_2 v + (1 - \beta_2)\, g^2
# \qquad (m = v = 0 \text{ at first})$$
#
# **Bias correction.** Both begin at zero, so both are too small at first. By how much? If all gradients were alike,
# then after $t$ steps $m = (1 - \beta_1) \sum_{s=0}^{t-1} \beta_1^s\, g = (1 - \beta_1^t)\, g$. Divide by this factor,
# and the first step is as good as any:
#
# $$\hat m = \frac{m}{1 - \beta_1^t}, \qquad \hat v = \frac{v}{1 - \beta_2^t}, \qquad
# w \leftarrow w - \eta\, \frac{\hat m}{\sqrt{\hat v} + \epsilon}.$$
#
# Here $t$ is 1 in the first step. `self.iterations` counts the steps that are finished, so $t$ is one more; make it a
# float first, `ops.cast(self.iterations + 1, "float32")`. (A counter of your own in Python would stand still in
# compiled steps, and one that `update_step` moves would count every variable as a step.) Mind that $\epsilon$ stands
# outside of the root, beside $\sqrt{\hat v}$. In `build` make two lists of memories, as `Momentum` does one.


# %% solution="adam"
@register
class Adam(keras.optimizers.Optimizer):
    """Steps of even size along a running mean of the gradients."""

    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, name="adam", **kwargs):
        """`beta_1` and `beta_2` say how long the means of the gradient and of its square remember."""
        super().__init__(learning_rate=learning_rate, name=name, **kwargs)
        self.beta_1, self.beta_2, self.epsilon = beta_1, beta_2, epsilon

    def build(self, variables):
        """Make both memories for each variable, of its shape, zero."""
        if not self.built:
            super().build(variables)
            ### BEGIN SOLUTION
            self.means = self.add_optimizer_variables(variables, "mean")
            self.squares = self.add_optimizer_variables(variables, "square")
            ### END SOLUTION

    def update_step(self, gradient, variable, learning_rate):
        """Change both memories of `variable`, and then `variable` itself, by one step."""
        ### BEGIN SOLUTION
        index = self._get_variable_index(variable)
        mean, square = self.means[index], self.squares[index]  # the variable's shape, both
        step = ops.cast(self.iterations + 1, "float32")
        self.assign(mean, self.beta_1 * mean + (1 - self.beta_1) * gradient)
        self.assign(square, self.beta_2 * square + (1 - self.beta_2) * ops.square(gradient))
        corrected_mean = mean / (1 - self.beta_1**step)
        corrected_square = square / (1 - self.beta_2**step)
        self.assign_sub(variable, learning_rate * corrected_mean / (ops.sqrt(corrected_square) + self.epsilon))
        ### END SOLUTION

    def get_config(self):
        """What `__init__` was given."""
        settings = {"beta_1": self.beta_1, "beta_2": self.beta_2, "epsilon": self.epsilon}
        return {**super().get_config(), **settings}


# %% test="adam" points=4
@checks.check("adam")
def check_adam():
    w, v = keras.Variable(np.array([1.0, 2.0], np.float32)), keras.Variable(np.float32(5.0))
    optimizer = Adam(learning_rate=0.1, beta_1=0.5, beta_2=0.75)
    optimizer.apply([np.array([0.01, -100.0], np.float32), np.float32(1.0)], [w, v])
    checks.close(w, [0.9, 2.1], "w after its first step (0.1 towards the right side, however large the gradient)")
    optimizer.apply([np.array([0.03, -100.0], np.float32), np.float32(-1.0)], [w, v])
    checks.close(w, [0.801146, 2.2], "w after a second step against (0.03, -100)")
    checks.close(v, 4.93333, "another variable, which has memories of its own,")
    optimizer = Adam(learning_rate=0.1, epsilon=1.0)
    optimizer.apply([np.float32(1.0)], [v])
    checks.close(v, 4.88333, "a step of 0.1 with epsilon = 1, which halves it,")
    ours, theirs = (keras.Variable(np.array([0.5, -1.0], np.float32)) for _ in range(2))
    for step in range(20):
        gradient = np.array([np.sin(step), 2.0], np.float32)
        if step == 0:
            optimizers = Adam(0.05, 0.5, 0.6), keras.optimizers.Adam(0.05, 0.5, 0.6)
        for optimizer, variable in zip(optimizers, (ours, theirs), strict=True):
            optimizer.apply([gradient], [variable])
    checks.close(ours, np.asarray(theirs), "w after 20 steps beside that of keras.optimizers.Adam", atol=1e-4)
    check_compiled_steps(lambda: Adam(0.1, beta_1=0.5, beta_2=0.75), (1, -2, 0.5, 3), "Adam")


# %% [markdown]
# All three on the same valley, $f(x, y) = \frac{1}{2} x^2 + 10\, y^2$, for 30 steps each. Watch what each does across
# the valley, and along it.

# %% demo
with checks.waits():
    contenders = {
        "gradient descent": Momentum(0.09, momentum=0.0),
        "momentum": Momentum(0.02, momentum=0.8),
        "Adam": Adam(0.5),
    }
    ways = {}
    for name, optimizer in contenders.items():
        spot = keras.Variable(np.array([-4.5, 1.2], np.float32))
        ways[name] = [np.asarray(spot).copy()]
        for _ in range(30):
            optimizer.apply([np.array([1.0, 20.0], np.float32) * np.asarray(spot)], [spot])
            ways[name].append(np.asarray(spot).copy())
    along, across = ({name: np.array(way)[:, axis] for name, way in ways.items()} for axis in range(2))
    table = {"along the valley, $x$": along, "across the valley, $y$": across}
    plots.metric_curves(np.arange(31), table, xlabel="step", name="optimizers")

# %% [markdown]
# ## 7 The network
#
# A network is a layer made of layers. `Network` chains a list of them: the output of one is the input of the next. As
# a Keras model it can be compiled with *our* losses and *our* optimizers, and its method `train` takes one step for
# each minibatch that it is given.
#
# **Saving.** `network.save("file.keras")` writes one file with three things in it: the weights, the state of the
# optimizer, and the *configuration*, from which `keras.models.load_model("file.keras")` makes the same network again
# before it fills in the weights. For this the configuration must be plain data, and a layer is none. Two functions
# translate: `keras.saving.serialize_keras_object(layer)` gives a dictionary, and
# `keras.saving.deserialize_keras_object(dictionary)` gives a new layer of the same kind, which is why every layer has
# a `get_config`.
#
# Write `call`, `get_config` and `from_config`. The configuration holds the list of dictionaries under the name
# `"chain"`, as `__init__` calls it. Every layer has to know whether it is being trained: `layer(x, training=training)`
# tells it, and does no harm if its `call` does not ask.


# %% solution="network"
@register
class Network(keras.Model):
    """A chain of layers that learns from minibatches."""

    def __init__(self, chain, **kwargs):
        """`chain` is the list of layers, from input to output."""
        super().__init__(**kwargs)
        self.chain = list(chain)

    def build(self, input_shape):
        """Build layer after layer; Keras calls this before the first input and when it loads a file."""
        x = keras.tree.map_shape_structure(keras.KerasTensor, input_shape)  # stands for an input: a shape, no numbers
        for layer in self.chain:
            x = layer(x)

    def call(self, x, training=False):
        """Pass x through all layers, one after the other."""
        ### BEGIN SOLUTION
        for layer in self.chain:
            x = layer(x, training=training)  # (batch, ...), a shape of its own after each layer
        return x
        ### END SOLUTION

    def train(self, batches):
        """Take one step of the optimizer on each `(x, y)` of `batches`; returns the loss of every step."""
        losses = []
        for x, y in batches:
            self.reset_metrics()  # Keras would return the mean over all steps so far
            losses.append(float(np.ravel(self.train_on_batch(x, y))[0]))
        return losses

    def get_config(self):
        """What `__init__` was given, as plain data."""
        ### BEGIN SOLUTION
        return {**super().get_config(), "chain": [keras.saving.serialize_keras_object(each) for each in self.chain]}
        ### END SOLUTION

    @classmethod
    def from_config(cls, config):
        """A new network from what `get_config` returned."""
        ### BEGIN SOLUTION
        chain = [keras.saving.deserialize_keras_object(each) for each in config["chain"]]
        return cls(**{**config, "chain": chain})
        ### END SOLUTION


# %% test="network" points=4
@checks.check("network")
def check_network():
    doubled = Network([ScaleOffset(2.0, 1.0), ScaleOffset(1.0, -3.0)])
    checks.close(doubled(np.array([[1.0, 5.0]], np.float32)), [[0.0, 8.0]], "x through two layers, 2x + 1 and x - 3")
    ones = np.ones((1, 200), np.float32)
    dropping = Network([keras.layers.Dropout(0.5)])
    checks.close(dropping(ones), ones, "what passes a layer of dropout at inference")
    checks.differs(dropping(ones, training=True), ones, "in training, a layer's input and output in dropout")
    config = doubled.get_config()
    checks.expect("chain" in config, "get_config() has no 'chain', without which the network cannot be made again.")
    checks.expect(
        all(isinstance(each, dict) for each in config["chain"]),
        "get_config() still has layers in its list 'chain', but a file can hold only plain data.",
    )
    doubled.chain[0].gamma.assign([7.0, 0.0])
    RUN.mkdir(parents=True, exist_ok=True)
    doubled.save(RUN / "check.keras")
    loaded = keras.models.load_model(RUN / "check.keras")
    checks.expect(isinstance(loaded, Network), f"what comes from the file is a {type(loaded).__name__}, not a Network.")
    checks.close(loaded(np.array([[1.0, 5.0]], np.float32)), [[5.0, -2.0]], "the output of the network from the file")


# %% [markdown]
# ### A noisy sine
#
# The first job: 300 points of a sine with noise, and a stack of affine layers and tanh that has to find the sine in
# them. `random_batches` hands out random batches, as many as it is asked for.
#
# What to expect: after 2,000 steps momentum and Adam lie within about 0.1 of the sine, less than half of the noise, and
# their loss has come down to that of the noise alone. Plain descent has found the shape, and is still on its way.


# %%
def random_batches(x, y, size, steps, seed=1):
    """`steps` random minibatches of `size` examples each: pairs x (size, ...), y (size, ...)."""
    random = np.random.default_rng(seed)
    for _ in range(steps):
        chosen = random.integers(0, len(x), size)  # (size,)
        yield x[chosen], y[chosen]


def noisy_sine(n, noise=0.25, seed=1):
    """n points x (n, 1) in [-3, 3] and sin(2 x) + noise (n, 1)."""
    random = np.random.default_rng(seed)
    x = random.uniform(-3, 3, (n, 1)).astype(np.float32)
    return x, (np.sin(2 * x) + noise * random.normal(size=(n, 1))).astype(np.float32)


# %% demo
def sine_stack(l2=0.0):
    """Two hidden layers of 48 units."""
    return Network([Affine(48, l2), Tanh(), Affine(48, l2), Tanh(), Affine(1)])


with checks.waits():
    keras.utils.set_random_seed(1)
    sine_x, sine_y = noisy_sine(300)
    STEPS = {"quick": 2000, "full": 10_000}[PRESET]
    contenders = {
        "gradient descent": Momentum(0.05, momentum=0.0),
        "momentum": Momentum(0.05, momentum=0.9),
        "Adam": Adam(0.005),
    }
    line = np.linspace(-3, 3, 300, dtype=np.float32)[:, None]  # (300, 1)
    fits, losses = {"the sine": np.sin(2 * line)}, {}
    for name, optimizer in contenders.items():
        keras.utils.set_random_seed(1)
        stack = sine_stack(l2=1e-5)
        stack.compile(optimizer=optimizer, loss=squared_error)
        curve = stack.train(random_batches(sine_x, sine_y, 150, STEPS))
        losses[name] = np.convolve(curve, np.full(50, 1 / 50), "valid")
        fits[name] = ops.convert_to_numpy(stack(line))  # (300, 1)
        distance = float(np.sqrt(np.mean((fits[name] - np.sin(2 * line)) ** 2)))
        print(f"{name:17} distance from the sine {distance:.3f} (root mean square; the noise has 0.25)")
    losses["the noise alone"] = np.full(STEPS - 49, 0.25**2)
    plots.curves(line[:, 0], fits, f"after {STEPS} steps", xlabel="$x$", ylabel="$y$", name="noisy_sine")
    title = "loss (mean of 50 steps)"
    plots.curves(np.arange(49, STEPS), losses, title, xlabel="step", log=True, name="sine_losses")

# %% [markdown]
# The last of them into one file, and back: the same outputs to the last bit, and an optimizer that knows how many
# steps it has taken.

# %% demo
with checks.waits():
    stack.save(RUN / "sine.keras")
    loaded = keras.models.load_model(RUN / "sine.keras")
    print("the same outputs:", np.array_equal(loaded(line), stack(line)))
    print("steps that the loaded optimizer has taken:", int(loaded.optimizer.iterations))

# %% [markdown]
# ## 8 Layers that behave differently in training
#
# ### Dropout
#
# In training, dropout sets every number to zero with probability `rate`, a new choice for each number of each example
# and each call. No unit can rely on another one being there. At inference nothing is dropped, but something has to
# make up for it: with $p = 1 - rate$ only a share $p$ of the signal came through in training, and the next layer has
# got used to that. There are two ways, and both keep the *expected* output:
#
# | | in training | at inference |
# |---|---|---|
# | plain (as in the first papers) | $x \cdot mask$ | $p\, x$ |
# | inverted (as everywhere today) | $x \cdot mask / p$ | $x$ |
#
# with a mask of ones (with probability $p$) and zeros. The second costs nothing at inference. Random numbers come from
# `keras.random.uniform(ops.shape(x), seed=self.random)`, uniform in $[0, 1)$; the generator `self.random` moves on
# with every call, compiled or not. It is given, and with the same `seed` another layer draws the same numbers again, so
# that a run can be repeated. Leave the generators alone that belong to everybody: no `np.random.seed`, and no
# `keras.utils.set_random_seed` in a layer. The input may be rows (batch, features) or maps (batch, height, width,
# channels).


# %% solution="dropout"
@register
class Dropout(keras.layers.Layer):
    """Sets numbers to zero in training, and makes up for it, in training (inverted) or at inference (plain)."""

    def __init__(self, rate, inverted=True, seed=None, **kwargs):
        """`rate` is the probability of being dropped, below 1."""
        super().__init__(**kwargs)
        self.rate, self.inverted, self.seed = rate, inverted, seed
        self.random = keras.random.SeedGenerator(seed)

    def call(self, x, training=False):
        """Map x to the same shape."""
        ### BEGIN SOLUTION
        keep = 1 - self.rate
        if not training:
            return x if self.inverted else keep * x
        mask = ops.cast(keras.random.uniform(ops.shape(x), seed=self.random) < keep, "float32")  # the shape of x
        return x * mask / keep if self.inverted else x * mask
        ### END SOLUTION

    def get_config(self):
        """What `__init__` was given."""
        return {**super().get_config(), "rate": self.rate, "inverted": self.inverted, "seed": self.seed}


# %% test="dropout" points=4
@checks.check("dropout")
def check_dropout():
    ones = np.ones((200, 50), np.float32)
    checks.close(Dropout(0.2)(ones), ones, "inverted dropout at inference")
    checks.close(Dropout(0.2, inverted=False)(ones), 0.8 * ones, "plain dropout at inference, with rate 0.2")
    for inverted, kept in ((True, 1.25), (False, 1.0)):
        dropout = Dropout(0.2, inverted=inverted, seed=1)
        once, twice = (np.asarray(dropout(ones, training=True)) for _ in range(2))
        what = f"Dropout(0.2, inverted={inverted}) in training"
        values = sorted({round(float(value), 3) for value in np.unique(once)})
        checks.expect(values == [0.0, kept], f"{what} should turn ones into 0 or {kept}, but has the values {values}.")
        share = np.mean(once == 0)
        checks.expect(0.17 < share < 0.23, f"{what} should drop about 20%, but drops {share:.0%}.")
        checks.differs(once, twice, f"{what}: two calls")
        checks.differs(once[0], once[1], f"{what}: two examples")
        checks.differs(once[:, 0], once[:, 1], f"{what}: two features of all examples")
        again = np.asarray(Dropout(0.2, inverted=inverted, seed=1)(ones, training=True))
        checks.expect(np.array_equal(again, once), f"{what}: another layer with the same seed drops other numbers.")
        maps = np.asarray(dropout(np.ones((20, 4, 4, 3), np.float32), training=True)).reshape(20, 16, 3)
        checks.differs(maps[..., 0], maps[..., 1], f"{what}: two channels of maps")
        checks.differs(maps[:, 0], maps[:, 1], f"{what}: two places of maps")
        compiled = CheckCompiled(dropout, training=True).predict(ones[:150], batch_size=60, verbose=0)
        checks.differs(compiled[:60], compiled[60:120], f"{what}, compiled: two calls")
    state = np.random.get_state()[1].copy()
    Dropout(0.2, seed=2)(ones, training=True)
    checks.expect(
        np.array_equal(np.random.get_state()[1], state), "Dropout changes NumPy's generator, which belongs to all."
    )


# %% [markdown]
# ### Batch normalisation
#
# [Ioffe and Szegedy (2015)](https://arxiv.org/abs/1502.03167) let a layer see to it that every feature has mean 0 and
# variance 1 *within each batch*, whatever the layers before it do, and then lets training choose another mean $\beta$
# and standard deviation $\gamma$. For a feature with the values $x_1, \dots, x_m$ in the batch:
#
# $$\mu = \frac{1}{m} \sum_i x_i, \qquad s^2 = \frac{1}{m} \sum_i (x_i - \mu)^2, \qquad
# y_i = \gamma\, \frac{x_i - \mu}{\sqrt{s^2 + \epsilon}} + \beta.$$
#
# **In maps** (batch, height, width, channels) a feature is a *channel*: all places of all images count together,
# since a convolution does the same everywhere. So the mean goes over all axes but the last, for rows and for maps.
#
# **At inference** an output must not depend on which other examples happen to be in the batch, and there may be only
# one. Hence the layer keeps running means of $\mu$ and $s^2$ in training, and uses these:
#
# $$\mu_{run} \leftarrow \alpha\, \mu_{run} + (1 - \alpha)\, \mu, \qquad
# s^2_{run} \leftarrow \alpha\, s^2_{run} + (1 - \alpha)\, s^2, \qquad \alpha = \text{momentum}.$$
#
# They begin at 0 and 1. They are weights, so that they are saved, but `trainable=False`: no gradient moves them. Set
# them with `.assign`, in training only. In training the gradient passes through $\mu$ and $s$ too: they are functions
# of the batch like everything else, so do nothing that would stop it.
#
# Names: `self.gamma`, `self.beta`, `self.moving_mean`, `self.moving_variance`, each (features,).


# %% solution="batch_norm"
@register
class BatchNorm(keras.layers.Layer):
    """Normalises each feature over the batch in training, by running statistics at inference."""

    def __init__(self, momentum=0.9, epsilon=1e-3, **kwargs):
        """`momentum` is the share of the running statistics that stays at each step."""
        super().__init__(**kwargs)
        self.momentum, self.epsilon = momentum, epsilon

    def build(self, input_shape):
        """Make `gamma` (ones), `beta` (zeros), `moving_mean` (zeros) and `moving_variance` (ones): (features,) each."""
        ### BEGIN SOLUTION
        features = (input_shape[-1],)
        self.gamma = self.add_weight(shape=features, initializer="ones", name="gamma")
        self.beta = self.add_weight(shape=features, initializer="zeros", name="beta")
        self.moving_mean = self.add_weight(shape=features, initializer="zeros", trainable=False, name="moving_mean")
        self.moving_variance = self.add_weight(
            shape=features, initializer="ones", trainable=False, name="moving_variance"
        )
        ### END SOLUTION

    def call(self, x, training=False):
        """Map x (batch, features) or (batch, height, width, features) to the same shape."""
        ### BEGIN SOLUTION
        mean, variance = self.moving_mean, self.moving_variance  # (features,)
        if training:
            axes = list(range(len(x.shape) - 1))  # all but the features
            mean = ops.mean(x, axis=axes)  # (features,)
            variance = ops.mean(ops.square(x - mean), axis=axes)  # (features,)
            for running, new in ((self.moving_mean, mean), (self.moving_variance, variance)):
                running.assign(self.momentum * running + (1 - self.momentum) * new)
        return self.gamma * (x - mean) / ops.sqrt(variance + self.epsilon) + self.beta
        ### END SOLUTION

    def get_config(self):
        """What `__init__` was given."""
        return {**super().get_config(), "momentum": self.momentum, "epsilon": self.epsilon}


# %% test="batch_norm" points=6
@checks.check("batch_norm")
def check_batch_norm():
    draws = np.random.default_rng(1)
    for shape, axes in (((64, 3), 0), ((8, 5, 6, 3), (0, 1, 2))):
        x = draws.normal([1, -2, 0], [0.5, 3, 1], shape).astype(np.float32)
        norm = BatchNorm(momentum=0.75)
        output = checks.shape(norm(x, training=True), shape, f"BatchNorm of {shape} in training")
        checks.close(
            output.mean(axis=axes), np.zeros(3), f"the mean of each feature of {shape}, in training,", atol=1e-4
        )
        checks.close(output.std(axis=axes), np.ones(3), f"the standard deviation of each feature of {shape}", atol=5e-3)
        checks.close(norm.moving_mean, x.mean(axis=axes) / 4, "moving_mean after one step with momentum 0.75")
        checks.close(norm.moving_variance, 0.75 + x.var(axis=axes) / 4, "moving_variance after one step")
        checks.expect(hasattr(norm.moving_mean, "assign"), "moving_mean is no weight any more: set it with `.assign`.")
        moved = np.asarray(norm.moving_mean).copy()
        expected = (x - moved) / np.sqrt(np.asarray(norm.moving_variance) + 1e-3)
        checks.close(norm(x), expected, f"BatchNorm of {shape} at inference (by the running statistics)", atol=1e-4)
        checks.expect(
            np.array_equal(norm.moving_mean, moved), "moving_mean changes at inference, not only in training."
        )
        checks.expect(
            len(norm.trainable_variables) == 2,
            f"gamma and beta are learnt, the running statistics are not: {len(norm.trainable_variables)} trainable.",
        )
    norm, rows = BatchNorm(momentum=0.5), draws.normal(size=(4, 3)).astype(np.float32)
    norm(rows)
    CheckCompiled(norm, training=True).predict(rows, batch_size=2, verbose=0)
    expected = rows[:2].mean(axis=0) / 4 + rows[2:].mean(axis=0) / 2
    checks.close(norm.moving_mean, expected, "moving_mean after two compiled steps with momentum 0.5", atol=1e-4)
    error = gradient_error(BatchNorm(), draws.normal(size=(4, 2)), train=True)
    checks.expect(error < 0.01, f"the relative error of its gradients in training is {error:.2g}, not below 0.01.")


# %% [markdown]
# What it is good for: eight affine layers with tanh between them, whose weights begin three times too small. Without
# normalisation the signal fades from layer to layer, and the gradient with it.

# %% demo
with checks.waits():
    keras.utils.set_random_seed(1)
    spread = {}
    for name in ("as they are", "normalised"):
        signal = np.random.default_rng(1).normal(size=(256, 100)).astype(np.float32)  # (256, 100), as all that follows
        spread[name] = []
        for _ in range(8):
            affine = Affine(100)
            affine.build(signal.shape)
            affine.W.assign(affine.W / 3)
            signal = affine(signal)
            if name == "normalised":
                signal = BatchNorm()(signal, training=True)
            signal = Tanh()(signal)
            spread[name].append(float(np.std(signal)))
    title = "standard deviation of the signal"
    plots.curves(np.arange(1, 9), spread, title, xlabel="behind layer", log=True, name="batch_norm")

# %% [markdown]
# ## 9 Images
#
# ### Patches
#
# A convolution looks at an image through a small window of `size` × `size` pixels that slides over it, and computes
# the same weighted sum at every place. All that sliding can be had without a loop over places: cut out what the window
# sees at every place, and lay these **patches** side by side.
#
# `patches(x, size, stride, padding)` maps images (batch, height, width, channels) to (batch, rows, columns, size²,
# channels). The entry $[n, r, c, i \cdot size + j]$ holds the channels of the pixel in row $r \cdot stride + i$ and
# column $c \cdot stride + j$ of image $n$. The **stride** is how far the window jumps from place to place.
#
# - With `padding="valid"` the window stays inside: as many places as fit,
#   $\lfloor (height - size) / stride \rfloor + 1$ rows of them.
# - With `padding="same"` zeros are put around the image first, so that there are $\lceil height / stride \rceil$ rows.
#   The last window begins at $(rows - 1) \cdot stride$ and needs `size` pixels, so the number of missing rows is
#   $\max\bigl((rows - 1) \cdot stride + size - height,\ 0\bigr)$. Half of them go before, half after; if the number is
#   odd, the extra one goes *after*. (The same for columns.)
#
# The trick: do not loop over places, of which there are hundreds, but over the `size`² entries of the window. Its
# entry $(i, j)$ sees, over all places, one slice of the image with steps:
# `x[:, i : i + … : stride, j : j + … : stride, :]`. Stack these slices. Height and width are in `x.shape`; the batch
# there may be `None`, so leave it to the slices. `x` is a tensor or an array, the patches are a tensor.

# %% demo
boards = {}
for title, side, stride, behind in (
    ("valid, stride 1", 4, 1, 0),
    ("valid, stride 2", 5, 2, 0),
    ("same, stride 2", 4, 2, 1),
):
    board = np.full((side + behind, side + behind), 0.1)  # zeros that were put around the image
    board[:side, :side] = 0.4 + 0.15 * (np.indices((side, side)).sum(axis=0) % 2)
    corners = [(r, c) for r in (0, stride) for c in (0, stride)]  # row by row
    frames = [(c - 0.5, r - 0.5, c + 2.4, r + 2.4) for r, c in corners]
    boards[f"{title}:\n{side} × {side} pixels"] = plots.boxed([board] * 4, frames, scale=12)
plots.rows(boards, "a window of 3 × 3 pixels, and all places where it stands", name="patches")


# %% solution="patches"
def patches(x, size, stride=1, padding="valid"):
    """What a window sees of x (batch, height, width, channels): (batch, rows, columns, size * size, channels)."""
    ### BEGIN SOLUTION
    if padding == "same":
        margins = []
        for length in x.shape[1:3]:
            places = -(-length // stride)
            missing = max((places - 1) * stride + size - length, 0)
            margins.append((missing // 2, missing - missing // 2))
        x = ops.pad(x, [(0, 0), *margins, (0, 0)])  # (batch, height, width, channels), larger now
    rows, columns = ((length - size) // stride + 1 for length in x.shape[1:3])
    slices = [
        x[:, i : i + (rows - 1) * stride + 1 : stride, j : j + (columns - 1) * stride + 1 : stride, :]
        for i in range(size)
        for j in range(size)
    ]  # size * size of them, (batch, rows, columns, channels) each
    return ops.stack(slices, axis=3)  # (batch, rows, columns, size * size, channels)
    ### END SOLUTION


# %% test="patches" points=4
@checks.check("patches")
def check_patches():
    counted = np.arange(2 * 5 * 6, dtype=np.float32).reshape(2, 5, 6, 1)
    windows = checks.shape(patches(counted, 3), (2, 3, 4, 9, 1), "patches(x, 3) of two images 5 × 6")
    checks.close(windows[1, 2, 1, :, 0], counted[1, 2:5, 1:4, 0].ravel(), "what the window sees at row 2, column 1")
    windows = checks.shape(patches(counted, 2, stride=2), (2, 2, 3, 4, 1), "patches(x, 2, stride=2)")
    checks.close(windows[0, 1, 2, :, 0], counted[0, 2:4, 4:6, 0].ravel(), "the place at row 1, column 2 with stride 2")
    windows = checks.shape(patches(counted, 3, padding="same"), (2, 5, 6, 9, 1), 'patches(x, 3, padding="same")')
    checks.close(windows[0, 0, 0, :, 0], [0, 0, 0, 0, 0, 1, 0, 6, 7], "what the window sees in the upper left corner")
    windows = checks.shape(patches(counted, 2, 1, "same"), (2, 5, 6, 4, 1), 'patches(x, 2, padding="same")')
    checks.close(windows[0, 4, 5, :, 0], [29, 0, 0, 0], "the lower right corner (the extra zeros go after the image)")
    windows = checks.shape(patches(counted, 3, 2, "same"), (2, 3, 3, 9, 1), 'patches(x, 3, 2, padding="same")')
    checks.close(
        windows[0, 0, 0, :, 0], [0, 0, 0, 0, 1, 2, 6, 7, 8], "the upper left corner, size 3, stride 2, width 6"
    )
    windows = checks.shape(patches(counted, 1, 3, "same"), (2, 2, 2, 1, 1), 'patches(x, 1, 3, padding="same")')
    checks.close(windows[0, :, :, 0, 0], [[0, 3], [18, 21]], "what windows of one pixel see with stride 3")
    colours = np.arange(2 * 3 * 3 * 2, dtype=np.float32).reshape(2, 3, 3, 2)
    windows = checks.shape(patches(colours, 2), (2, 2, 2, 4, 2), "patches(x, 2) of images with two channels")
    checks.close(windows[0, 0, 1], [[2, 3], [4, 5], [8, 9], [10, 11]], "the pixels of a window, channels last,")
    check_compiled(patches, counted, size=3)
    check_compiled(patches, counted, size=3, padding="same")
    times = [[1, 2, 2, 2, 2, 1]] + 3 * [[2, 4, 4, 4, 4, 2]] + [[1, 2, 2, 2, 2, 1]]  # seen by so many windows
    check_input_gradient(lambda x: patches(x, 2), counted[:1], np.reshape(times, (1, 5, 6, 1)), "patches(x, 2)")


# %% [markdown]
# ### Convolution and pooling
#
# With patches a convolution is an affine layer: each patch, as a row of $size^2 \cdot channels$ numbers, times a
# matrix with one column for each filter. The weights `self.W` have the shape (size, size, channels, filters), so that
# `W[i, j]` belongs to the entry $(i, j)$ of the window:
#
# $$y_{n,r,c,f} = b_f + \sum_{i,j,k} x_{n,\; r \cdot stride + i,\; c \cdot stride + j,\; k}\; W_{i,j,k,f}.$$
#
# (Mathematicians would call this a cross-correlation, and turn the window round for a convolution. Since $W$ is
# learnt, it makes no difference.) `W` begins at `"glorot_uniform"`, which knows what the four axes mean, and `b` at
# zero. The penalty is as in `Affine`, on `W` alone.


# %% solution="convolution"
@register
class Convolution(keras.layers.Layer):
    """The same affine map of every patch of an image, with an L2 penalty on its weights."""

    def __init__(self, filters, size, stride=1, padding="valid", l2=0.0, **kwargs):
        """`size` is the side of the window in pixels; `padding` is "valid" or "same"."""
        super().__init__(**kwargs)
        self.filters, self.size, self.stride, self.padding, self.l2 = filters, size, stride, padding, l2

    def build(self, input_shape):
        """Make the weights `self.W` (size, size, channels, filters), Glorot's, and `self.b` (filters,), zero."""
        ### BEGIN SOLUTION
        shape = (self.size, self.size, input_shape[-1], self.filters)
        self.W = self.add_weight(shape=shape, initializer="glorot_uniform", name="W")
        self.b = self.add_weight(shape=(self.filters,), initializer="zeros", name="b")
        ### END SOLUTION

    def call(self, x):
        """Map x (batch, height, width, channels) to (batch, rows, columns, filters); add the penalty to the loss."""
        ### BEGIN SOLUTION
        self.add_loss(l2_penalty(self.W, self.l2))
        windows = patches(x, self.size, self.stride, self.padding)  # (batch, rows, columns, size * size, channels)
        inputs = self.size * self.size * x.shape[-1]
        windows = ops.reshape(windows, (-1, *windows.shape[1:3], inputs))  # (batch, rows, columns, inputs)
        W = ops.reshape(self.W, (inputs, self.filters))  # (inputs, filters)
        return ops.matmul(windows, W) + self.b  # (batch, rows, columns, filters)
        ### END SOLUTION

    def get_config(self):
        """What `__init__` was given."""
        names = ("filters", "size", "stride", "padding", "l2")
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}


# %% test="convolution" points=4
@checks.check("convolution")
def check_convolution():
    wide = Convolution(32, 3)
    wide.build((None, 8, 8, 16))
    checks.close(wide.b, np.zeros(32), "b at the start")
    what = "the standard deviation of W (3, 3, 16, 32) at the start"
    checks.close(np.std(wide.W), np.sqrt(2 / (9 * 16 + 9 * 32)), what, rtol=0.05)
    draws = np.random.default_rng(1)
    images = draws.normal(size=(2, 6, 7, 3)).astype(np.float32)
    for stride, padding in ((1, "valid"), (2, "valid"), (1, "same"), (2, "same")):
        ours = Convolution(4, 3, stride, padding, l2=0.5)
        theirs = keras.layers.Conv2D(4, 3, stride, padding)
        theirs.build(images.shape)
        ours(images)
        checks.shape(ours.W, (3, 3, 3, 4), "W of Convolution(4, 3) on 3 channels")
        ours.W.assign(draws.normal(size=(3, 3, 3, 4)))
        ours.b.assign(draws.normal(size=4))
        theirs.kernel.assign(ours.W)
        theirs.bias.assign(ours.b)
        name = f"Convolution(4, 3, {stride}, '{padding}')"
        checks.close(ours(images), np.asarray(theirs(images)), f"{name}, beside keras.layers.Conv2D,", atol=1e-4)
        checks.close(sum(ours.losses), 0.5 * np.sum(np.asarray(ours.W) ** 2), f"the penalty of {name} with l2=0.5")
    checks.variables(ours.trainable_variables, [(3, 3, 3, 4), (4,)], "trainable_variables")
    check_compiled(ours, images)
    error = gradient_error(Convolution(2, 2), images[:1, :3, :3])
    checks.expect(error < 0.01, f"the relative error of its gradients is {error:.2g}, but should be below 0.01.")


# %% [markdown]
# **Max pooling** takes the largest number that the window sees, for each channel by itself. It makes maps smaller, and
# forgets where exactly in the window something was. The window does not leave the image (`"valid"`), and without a
# `stride` it jumps by its own size. It has no weights.


# %% solution="pooling"
@register
class MaxPooling(keras.layers.Layer):
    """The largest number in each window, for each channel."""

    def __init__(self, size=2, stride=None, **kwargs):
        """`size` is the side of the window in pixels; the `stride` is the same unless it is given."""
        super().__init__(**kwargs)
        self.size, self.stride = size, stride

    def call(self, x):
        """Map x (batch, height, width, channels) to (batch, rows, columns, channels)."""
        ### BEGIN SOLUTION
        return ops.max(patches(x, self.size, self.stride or self.size), axis=3)  # (batch, rows, columns, channels)
        ### END SOLUTION

    def get_config(self):
        """What `__init__` was given."""
        return {**super().get_config(), "size": self.size, "stride": self.stride}


# %% test="pooling" points=2
@checks.check("pooling")
def check_pooling():
    images = np.array([[1, 2, 3, -4], [5, 0, -1, -2], [-9, -8, 7, 6]], np.float32).reshape(1, 3, 4, 1)
    images = np.concatenate([images, -images], axis=-1)  # (1, 3, 4, 2)
    pooled = checks.shape(MaxPooling(2)(images), (1, 1, 2, 2), "MaxPooling(2) of an image 3 × 4 with 2 channels")
    checks.close(pooled[0, 0], [[5, 0], [3, 4]], "the largest of each window, for each channel,")
    pooled = MaxPooling(2, stride=1)(images)
    checks.close(np.asarray(pooled)[0, :, :, 0], [[5, 3, 3], [5, 7, 7]], "MaxPooling(2, stride=1)")
    below = -1 - np.arange(16, dtype=np.float32).reshape(1, 4, 4, 1)
    checks.close(np.asarray(MaxPooling(2)(below))[0, :, :, 0], [[-1, -3], [-9, -11]], "the largest of negative numbers")
    check_compiled(MaxPooling(2), images)
    check_input_gradient(MaxPooling(2), below, np.reshape([1, 0, 1, 0, 0, 0, 0, 0] * 2, (1, 4, 4, 1)), "MaxPooling(2)")


# %% [markdown]
# What a filter sees depends on its nine numbers. Three that are chosen by hand, on one digit, with and without stride,
# and what pooling leaves:

# %% demo
with checks.waits():
    mnist = data.load_mnist()
    digit = mnist.images[:1, :, :, None].astype(np.float32) / 255  # (1, 28, 28, 1)
    edges = np.stack([[[-1, 0, 1]] * 3, np.transpose([[-1, 0, 1]] * 3), np.full((3, 3), 1 / 3)], axis=-1)  # (3, 3, 3)
    by_hand, with_stride = Convolution(3, 3, padding="same"), Convolution(3, 3, stride=2, padding="same")
    for layer in (by_hand, with_stride):
        layer.build(digit.shape)
        layer.W.assign(edges[:, :, None, :])
    maps = by_hand(digit)  # (1, 28, 28, 3)
    outputs = {"stride 1": maps, "stride 2": with_stride(digit), "stride 1, pooled": MaxPooling(2)(maps)}
    rows = {name: np.moveaxis(np.asarray(output)[0], -1, 0) for name, output in outputs.items()}  # (3, height, width)
    rows["the digit"] = 6 * digit - 3  # its ink black too, and its paper white
    captions = ("left to right", "top to bottom", "blur")
    plots.rows(rows, "black is 3, grey is 0, white is -3", columns=captions, limits=(-3, 3), inches=1.6, name="filters")

# %% [markdown]
# ### LeNet-5
#
# The network of [LeCun et al., 1998](http://yann.lecun.com/exdb/publis/pdf/lecun-98.pdf), which read the cheques of
# American banks, in a form of today: two convolutions with pooling, and three affine layers. Beside it runs a dense
# classifier with *as many weights*. Both get the same digits in the same order, and the same optimizer.
#
# What to expect after 800 steps: with all of MNIST about 98% for LeNet-5 and 95% for the dense classifier, with 4,500
# digits 96% and 91%. More than half of the mistakes are gone, at nearly the same number of weights (61,706 and 61,225).


# %% demo
def lenet():
    """LeNet-5 for images (28, 28, 1)."""
    return Network(
        [
            Convolution(6, 5, padding="same", l2=1e-5),  # (batch, 28, 28, 6)
            LeakyReLU(0.01),
            MaxPooling(2),  # (batch, 14, 14, 6)
            Convolution(16, 5, l2=1e-5),  # (batch, 10, 10, 16)
            LeakyReLU(0.01),
            MaxPooling(2),  # (batch, 5, 5, 16)
            Flatten(),  # (batch, 400)
            Affine(120),
            LeakyReLU(0.01),
            Affine(84),
            LeakyReLU(0.01),
            Affine(10),
            Softmax(),
        ]
    )


def dense_classifier():
    """One hidden layer, and as many weights as LeNet-5."""
    return Network([Flatten(), Affine(77), LeakyReLU(0.01), Affine(10), Softmax()])


def accuracy(network, images, labels):
    """The share of images (n, 28, 28, 1) whose most probable class is their label (n,)."""
    probabilities = [ops.convert_to_numpy(network(images[k : k + 500])) for k in range(0, len(images), 500)]
    return float(np.mean(np.concatenate(probabilities).argmax(axis=-1) == labels))


with checks.waits():
    keras.utils.set_random_seed(1)
    EPOCHS = {"quick": 8, "full": 20}[PRESET]
    STEPS_PER_EPOCH = {"quick": 100, "full": 469}[PRESET]
    train_images, test_images = (each[..., None].astype(np.float32) / 255 for each in (mnist.images, mnist.test_images))
    readers = {"LeNet-5": lenet(), "dense": dense_classifier()}
    scores = {}
    for name, network in readers.items():
        network.compile(optimizer=Adam(0.002), loss=cross_entropy)
        network.build((None, 28, 28, 1))
        began, scores[name] = time.perf_counter(), [accuracy(network, test_images, mnist.test_labels)]
        for epoch in range(EPOCHS):
            batches = random_batches(train_images, mnist.labels.astype(np.int32), 128, STEPS_PER_EPOCH, seed=epoch)
            network.train(batches)
            scores[name].append(accuracy(network, test_images, mnist.test_labels))
        spent = time.perf_counter() - began
        print(f"{name:8} {network.count_params():,} weights, {spent:.0f} s: {scores[name][-1]:.1%} of test digits")

# %% demo
with checks.waits():
    title, xlabel = "test digits read rightly", f"epoch ({STEPS_PER_EPOCH} steps)"
    plots.curves(np.arange(EPOCHS + 1), scores, title, xlabel=xlabel, ylabel="share", name="lenet")

# %% [markdown] question="assumptions" points=2
# **Question.** The first layer of LeNet-5 has 156 weights and computes 28 · 28 · 6 numbers from the 28 · 28 pixels.
#
# 1. How many weights would an affine layer need for the same sizes? Name the two assumptions about images that make
#    the difference.
# 2. Somebody permutes the pixels of all images, training and test, by the same random permutation. How does the
#    accuracy of the dense classifier change, how that of LeNet-5, and why?
#
# *Your answer (a few sentences):*
#
# ### BEGIN MARK SCHEME
# 1. (1 point) 784 · 4704 + 4704 = 3,692,640 (without biases 3,687,936; "3.7 million" will do). The assumptions:
#    *locality* (what is near belongs together, so an output looks at a small window only), and *translation
#    invariance* or weight sharing (the same pattern means the same everywhere). Half a point for the number, half for
#    both assumptions.
# 2. (1 point) The dense classifier stays as good as it was: it has a weight for each pixel and does not know which are
#    neighbours, so a permuted problem is the same problem with its weights permuted. LeNet-5 gets worse (its accuracy
#    falls towards that of the dense one or below it), since neighbouring pixels no longer belong together, and its two
#    assumptions do not hold any more. Half a point for each with its reason.
# ### END MARK SCHEME

# %% [markdown]
# ### A latent vector as a fourth channel
#
# Networks that complete or invent images get an image *and* a random vector, the latent $z$. How can a convolution
# make use of a vector? One way, from a report on filling in the missing middle of photographs, is to turn the vector
# into a picture of its own by an affine map, and to put it behind red, green and blue as a fourth channel:
#
# $$plane = z W + b \in \mathbb{R}^{batch \times (height \cdot width)}, \qquad
# y = [\, x \mid plane \text{ as } (batch, height, width, 1) \,].$$
#
# The layer gets a pair `(x, z)` of images (batch, height, width, channels) and latents (batch, n), and returns (batch,
# height, width, channels + 1), the images unchanged in front. The plane is filled row by row. Weights `self.W`
# (n, height · width), Glorot's, and `self.b` (height · width,), zero. `build` gets the two shapes as a pair, too.


# %% solution="latent_channel"
@register
class LatentChannel(keras.layers.Layer):
    """Puts a channel behind those of an image that an affine map makes of a latent vector."""

    def build(self, input_shape):
        """Make `self.W` (n, height * width) and `self.b` (height * width,) for the shapes of images and latents."""
        ### BEGIN SOLUTION
        (_, height, width, _), (_, n) = input_shape
        self.W = self.add_weight(shape=(n, height * width), initializer="glorot_uniform", name="W")
        self.b = self.add_weight(shape=(height * width,), initializer="zeros", name="b")
        ### END SOLUTION

    def call(self, inputs):
        """Map (x, z), x (batch, height, width, channels) and z (batch, n), to (batch, height, width, channels + 1)."""
        ### BEGIN SOLUTION
        x, z = inputs
        plane = ops.matmul(z, self.W) + self.b  # (batch, height * width)
        plane = ops.reshape(plane, (-1, *x.shape[1:3], 1))  # (batch, height, width, 1)
        return ops.concatenate([x, plane], axis=-1)  # (batch, height, width, channels + 1)
        ### END SOLUTION


# %% test="latent_channel" points=2
@checks.check("latent_channel")
def check_latent_channel():
    images, latents = np.ones((2, 2, 3, 3), np.float32), np.array([[1.0, 2.0], [0.0, 1.0]], np.float32)
    channel = LatentChannel()
    output = checks.shape(channel((images, latents)), (2, 2, 3, 4), "LatentChannel of images (2, 2, 3, 3)")
    channel.W.assign(np.arange(12).reshape(2, 6))
    channel.b.assign(np.full(6, 0.5))
    output = np.asarray(channel((images, latents)))
    checks.close(output[..., :3], images, "the image in the first three channels")
    checks.close(output[0, :, :, 3], [[12.5, 15.5, 18.5], [21.5, 24.5, 27.5]], "the fourth channel of the first image")
    checks.close(output[1, :, :, 3], [[6.5, 7.5, 8.5], [9.5, 10.5, 11.5]], "the fourth channel of the second image")
    checks.variables(channel.trainable_variables, [(2, 6), (6,)], "trainable_variables")
    check_compiled(channel, [images, latents])
    pixels = np.array([[15.0, 51.0]])  # the sums of both rows of W
    check_input_gradient(lambda z: channel((images[:1], z)), latents[:1], pixels, "LatentChannel")
    wide = LatentChannel()
    wide.build([(None, 10, 10, 1), (None, 100)])
    checks.close(wide.b, np.zeros(100), "b at the start")
    checks.close(np.std(wide.W), 0.1, "the standard deviation of W (100, 100) at the start", rtol=0.05)


# %% [markdown]
# ## 10 Sequences
#
# ### A cell with a memory
#
# A sequence $x_1, x_2, \dots, x_T$ can have any length, so no affine layer fits it. A **recurrent** network reads it
# one step at a time, and carries a *state* $h$ along, with the same weights at each step:
#
# $$h_t = \tanh(x_t W + h_{t-1} U + b), \qquad h_0 = 0.$$
#
# You write the **cell**, that is, one step. `keras.layers.RNN(cell)` brings the loop: it calls `cell(x_t, states)` for
# $t = 1, 2, \dots$ and hands the returned states to the next step. A cell has `state_size` and `output_size`, and its
# `call` returns `(output, new_states)`, where the states are a list (here with one tensor in it, which is also the
# output). $U$ begins `"orthogonal"`, which keeps the length of $h$; $W$ at Glorot's, $b$ at zero. `ops.tanh` and
# `ops.sigmoid` are yours to use now: you have built them.
#
# A cell takes and returns tensors, and so does the mask: both are part of the compiled step.
#
# ### Sequences of different lengths
#
# A batch is an array, so all its sequences must be equally long: shorter ones are filled up with zeros at the end. The
# network must not read the filling. A **mask** (batch, time) tells it: `True` for a real step, `False` for a filled
# one. Where the mask is `False`, `keras.layers.RNN` leaves the state as it is. Layers hand masks on by the method
# `compute_mask`. Write that of the layer `Mask`: a step is real if *any* of its features is not zero.


# %% solution="recurrent"
@register
class SimpleCell(keras.layers.Layer):
    """One step of a simple recurrent network."""

    def __init__(self, units, **kwargs):
        """`units` is the length of the state."""
        super().__init__(**kwargs)
        self.units = self.state_size = self.output_size = units

    def build(self, input_shape):
        """Make `self.W` (inputs, units), Glorot's, `self.U` (units, units), orthogonal, and `self.b` (units,), zero."""
        ### BEGIN SOLUTION
        self.W = self.add_weight(shape=(input_shape[-1], self.units), initializer="glorot_uniform", name="W")
        self.U = self.add_weight(shape=(self.units, self.units), initializer="orthogonal", name="U")
        self.b = self.add_weight(shape=(self.units,), initializer="zeros", name="b")
        ### END SOLUTION

    def call(self, x, states):
        """Map x (batch, inputs) and the states [h], h (batch, units), to `(new h, [new h])`: output and states."""
        ### BEGIN SOLUTION
        h = ops.tanh(ops.matmul(x, self.W) + ops.matmul(states[0], self.U) + self.b)  # (batch, units)
        return h, [h]
        ### END SOLUTION

    def get_config(self):
        """What `__init__` was given."""
        return {**super().get_config(), "units": self.units}


@register
class Mask(keras.layers.Layer):
    """Leaves x as it is, and marks steps of nothing but zeros as filling."""

    def call(self, x):
        """Map x (batch, time, features) to itself."""
        return x + 0.0  # a new tensor, which gets the mask

    def compute_mask(self, x, _mask=None):
        """The mask (batch, time) of x (batch, time, features): True where any feature is not zero."""
        ### BEGIN SOLUTION
        return ops.any(ops.not_equal(x, 0.0), axis=-1)  # (batch, time)
        ### END SOLUTION


# %% test="recurrent" points=4
@checks.check("recurrent")
def check_recurrent():
    cell = SimpleCell(2)
    cell.build((None, 3))
    product = ops.matmul(cell.U, ops.transpose(cell.U))
    checks.close(product, np.eye(2), "U times its transpose at the start (orthogonal)", atol=1e-4)
    cell.W.assign([[1.0, 0.0], [0.0, 1.0], [0.5, 0.5]])
    cell.U.assign([[0.0, 1.0], [2.0, 0.0]])
    cell.b.assign([0.1, 0.0])
    answer = cell(np.array([[0.2, -0.3, 1.0]], np.float32), [np.array([[0.5, -0.5]], np.float32)])
    output, states = checks.pair(answer, "the cell's call", "the output and the list of states")
    checks.close(output, np.tanh([[-0.2, 0.7]]), "h after one step from h = (0.5, -0.5)")
    checks.expect(isinstance(states, list | tuple), "the states should come as a list, with the new h in it.")
    checks.close(states[0], np.tanh([[-0.2, 0.7]]), "the new state (it is the output)")
    checks.variables(cell.trainable_variables, [(3, 2), (2, 2), (2,)], "trainable_variables of SimpleCell(2)")
    before, x = ops.convert_to_tensor([[0.5, -0.5]]), np.array([[0.2, -0.3, 1.0]], np.float32)
    expected = (1 - np.tanh([[-0.2, 0.7]]) ** 2) @ np.array([[1.0, 0.0, 0.5], [0.0, 1.0, 0.5]])
    check_input_gradient(lambda x: cell(x, [before])[0], x, expected, "SimpleCell at this step")
    wide = SimpleCell(100)
    wide.build((None, 200))
    checks.close(np.std(wide.W), np.sqrt(2 / 300), "the standard deviation of W (200, 100) at the start", rtol=0.05)
    checks.close(wide.b, np.zeros(100), "b at the start")
    sequences = np.array([[[1.0, -1.0], [0.0, -2.0], [0.0, 0.0]]], np.float32)
    mask = checks.shape(Mask().compute_mask(sequences), (1, 3), "the mask of a sequence of 3 steps")
    marked = mask.astype(bool).tolist()
    checks.expect(marked == [[True, True, False]], f"the mask should be [[True, True, False]], but is {marked}.")
    small = np.asarray(Mask().compute_mask(1e-5 * sequences)).tolist()
    checks.expect(small == marked, f"numbers of any size but 0 are real, but the mask of small ones is {small}.")
    reader = keras.Sequential([Mask(), keras.layers.RNN(SimpleCell(4))])
    padded, plain = (np.asarray(reader(each)) for each in (sequences, sequences[:, :2]))
    checks.close(padded, plain, "the state after a sequence of two steps that is filled up to three")
    check_compiled(reader, sequences)


# %% [markdown]
# ### Long short-term memory
#
# The state of the simple cell is written over at each step, and what it knew about the beginning of a long sequence
# fades, as does the gradient on its way back. The LSTM ([Hochreiter and Schmidhuber,
# 1997](https://www.bioinf.jku.at/publications/older/2604.pdf); Gers et al. added the forget gate in 2000) has a
# second state, the *carry* $c$, which goes from step to step by multiplication with a number near 1 and an addition,
# and three **gates** between 0 and 1 that say what is kept, what is written, and what is shown:
#
# $$\begin{aligned}
# i &= \sigma(x W_i + h U_i + b_i) &&\text{input gate: how much is written} \\
# f &= \sigma(x W_f + h U_f + b_f) &&\text{forget gate: how much is kept} \\
# g &= \tanh(x W_g + h U_g + b_g) &&\text{candidate: what is written} \\
# o &= \sigma(x W_o + h U_o + b_o) &&\text{output gate: how much is shown} \\
# c' &= f \cdot c + i \cdot g, \qquad h' = o \cdot \tanh(c')
# \end{aligned}$$
#
# Eight small products would be slow. Put the four $W$ side by side into one matrix `self.W` (inputs, 4 · units), in
# the order **i, f, g, o**, likewise `self.U` (units, 4 · units) and `self.b` (4 · units,), compute all four sums at
# once, and cut the result into four. The report that this notebook follows gave up its LSTM for being too slow; ours
# will be measured against Keras's.
#
# `W` begins at Glorot's, `U` orthogonal, and `b` at zero, *but for the forget gate's part, which begins at one*: at
# first the cell should remember. The states are `[h, c]`, the output is $h'$.


# %% solution="lstm"
@register
class LSTMCell(keras.layers.Layer):
    """One step of long short-term memory."""

    def __init__(self, units, **kwargs):
        """`units` is the length of h and of c."""
        super().__init__(**kwargs)
        self.units = self.output_size = units
        self.state_size = [units, units]

    def build(self, input_shape):
        """Make `self.W` (inputs, 4 * units), `self.U` (units, 4 * units), `self.b` (4 * units,): parts i, f, g, o."""
        ### BEGIN SOLUTION
        self.W = self.add_weight(shape=(input_shape[-1], 4 * self.units), initializer="glorot_uniform", name="W")
        self.U = self.add_weight(shape=(self.units, 4 * self.units), initializer="orthogonal", name="U")
        self.b = self.add_weight(shape=(4 * self.units,), initializer="zeros", name="b")
        self.b.assign(np.repeat([0.0, 1.0, 0.0, 0.0], self.units))
        ### END SOLUTION

    def call(self, x, states):
        """Map x (batch, inputs) and the states [h, c], (batch, units) each, to `(output, [new h, new c])`."""
        ### BEGIN SOLUTION
        h, c = states
        sums = ops.matmul(x, self.W) + ops.matmul(h, self.U) + self.b  # (batch, 4 * units)
        i, f, g, o = ops.split(sums, 4, axis=-1)  # (batch, units) each
        c = ops.sigmoid(f) * c + ops.sigmoid(i) * ops.tanh(g)  # (batch, units)
        h = ops.sigmoid(o) * ops.tanh(c)  # (batch, units)
        return h, [h, c]
        ### END SOLUTION

    def get_config(self):
        """What `__init__` was given."""
        return {**super().get_config(), "units": self.units}


# %% test="lstm" points=5
@checks.check("lstm")
def check_lstm():
    draws = np.random.default_rng(1)
    sequences = draws.normal(size=(3, 5, 2)).astype(np.float32)
    cell = LSTMCell(4)
    ours, theirs = keras.layers.RNN(cell), keras.layers.LSTM(4, use_cudnn=False)
    ours(sequences)
    theirs(sequences)
    checks.variables(cell.trainable_variables, [(2, 16), (4, 16), (16,)], "trainable_variables of LSTMCell(4)")
    checks.close(cell.b, np.repeat([0.0, 1, 0, 0], 4), "b at the start (i, f, g, o: the forget gate's part is one)")
    values = [draws.normal(size=shape) for shape in ((2, 16), (4, 16), (16,))]
    for variable, value in zip((cell.W, cell.U, cell.b), values, strict=True):
        variable.assign(value)
    theirs.set_weights(values)
    checks.close(
        ours(sequences), np.asarray(theirs(sequences)), "the last h of three sequences, beside keras.layers.LSTM,"
    )
    mask = np.array([[True] * 5, [True] * 3 + [False] * 2, [True] + [False] * 4])
    checks.close(ours(sequences, mask=mask), np.asarray(theirs(sequences, mask=mask)), "the same with a mask")
    answer = cell(
        sequences[:, 0], [sequences[:, 1, :1] * np.ones(4, np.float32), sequences[:, 2, :1] * np.ones(4, np.float32)]
    )
    output, states = checks.pair(answer, "the cell's call", "the output and the list of states")
    checks.expect(len(states) == 2, f"two states should come, h and c, but {len(states)} did.")
    checks.close(states[0], np.asarray(output), "the first state (it is the output)")
    check_compiled(ours, sequences)
    check_input_gradient(
        ours,
        sequences,
        np.asarray(training.input_gradients(theirs, sequences)),
        "the last h, beside keras.layers.LSTM,",
    )
    wide = LSTMCell(50)
    wide.build((None, 200))
    ratio = np.std(wide.W) / np.sqrt(2 / 400)  # or as four matrices side by side
    close = abs(ratio - 1) < 0.05 or abs(ratio - np.sqrt(400 / 250)) < 0.05
    checks.expect(close, f"the standard deviation of W (200, 200) at the start is {ratio:.2f} times that of Glorot's.")
    product = np.asarray(ops.matmul(wide.U, ops.transpose(wide.U)))
    checks.expect(
        np.allclose(product, product[0, 0] * np.eye(50), atol=1e-3), "U should begin orthogonal, but its rows are not."
    )


# %% [markdown]
# ### Which cluster does it come from?
#
# Two overlapping Gaussian clusters in the plane. Each sequence has between 1 and 12 points, all drawn from the same
# one, and the network has to say which. One point tells little, many tell much. What is the best that anybody can do?
# If the densities are known, add up $\log p_1(x_t) - \log p_0(x_t)$ over the sequence and look at the sign. The
# networks have never seen a density; how near do they come? (Very near: the best possible is right for about 89% of all
# sequences and 70% of single points, and both cells come within one percent.)

# %%
CENTRES = np.array(
    [[-0.5, 0.0], [0.5, 0.4]], np.float32
)  # of the clusters; both have the standard deviation 1 in each direction


def cluster_sequences(n, longest=12, seed=1):
    """n padded sequences (n, longest, 2) from one of two clusters each, their labels (n,) and lengths (n,)."""
    random = np.random.default_rng(seed)
    labels, lengths = random.integers(0, 2, n), random.integers(1, longest + 1, n)  # (n,)
    points = CENTRES[labels][:, None] + random.normal(size=(n, longest, 2))  # (n, longest, 2)
    real = np.arange(longest) < lengths[:, None]  # (n, longest)
    return (points * real[..., None]).astype(np.float32), labels.astype(np.int32), lengths


def best_guess(points):
    """The sign of the summed log-likelihood ratio: sequences (n, time, 2) to labels (n,)."""
    real = np.any(points != 0, axis=-1)  # (n, time)
    distances = np.sum((points[:, :, None] - CENTRES) ** 2, axis=-1)  # (n, time, 2)
    ratio = (distances[..., 0] - distances[..., 1]) / 2  # (n, time)
    return (np.sum(ratio * real, axis=1) > 0).astype(int)


# %% demo
with checks.waits():
    keras.utils.set_random_seed(1)
    STEPS = {"quick": 400, "full": 3000}[PRESET]
    sequences, labels, _ = cluster_sequences(4000)
    new_sequences, new_labels, new_lengths = cluster_sequences(6000, seed=2)
    guesses = {"best possible": best_guess(new_sequences)}
    for name, cell in (("simple cell", SimpleCell(16)), ("LSTM", LSTMCell(16))):
        network = Network([Mask(), keras.layers.RNN(cell), Affine(2), Softmax()])
        network.compile(optimizer=Adam(0.005), loss=cross_entropy)
        network.train(random_batches(sequences, labels, 64, STEPS))
        guesses[name] = ops.convert_to_numpy(network(new_sequences)).argmax(axis=-1)  # (6000,)
    for name, guess in guesses.items():
        print(f"{name:13} {np.mean(guess == new_labels):.1%} of new sequences told rightly")

# %% demo
with checks.waits():
    figure, panel = plt.subplots(figsize=(4.5, 3.6), layout="constrained")
    for label, colour, marker in ((0, plots.D_COLOUR, "o"), (1, plots.G_COLOUR, "^")):
        chosen = new_sequences[(new_labels == label) & (new_lengths == 12)]
        panel.plot(*chosen[:40].reshape(-1, 2).T, marker, ms=3, color=colour, alpha=0.25)
        panel.plot(*chosen[0].T, f"{marker}-", lw=0.8, ms=5, color=colour, label=f"a sequence of cluster {label}")
    panel.set(title="two clusters", xlabel="$x_1$", ylabel="$x_2$", aspect="equal")
    panel.legend(fontsize=7)
    plots.show(figure, "clusters")
    lengths = np.arange(1, 13)
    shares = {
        name: [np.mean(guess[new_lengths == n] == new_labels[new_lengths == n]) for n in lengths]
        for name, guess in guesses.items()
    }
    title = "new sequences told rightly"
    plots.curves(lengths, shares, title, xlabel="length of the sequence", ylabel="share", name="sequences")

# %% [markdown]
# And the time: a training step of `RNN(LSTMCell(64))` and of `keras.layers.LSTM(64, use_cudnn=False)`, which compute
# the same, on 64 sequences of 50 steps.

# %% demo
with checks.waits():
    long_sequences = np.random.default_rng(1).normal(size=(64, 50, 8)).astype(np.float32)
    targets = np.zeros((64, 64), np.float32)
    networks = {
        "ours": Network([keras.layers.RNN(LSTMCell(64))]),
        "Keras's": Network([keras.layers.LSTM(64, use_cudnn=False)]),
    }
    for network in networks.values():
        network.compile(optimizer=Adam(), loss=squared_error)
        network.train([(long_sequences, targets)] * 3)  # compiles the step
    durations = {name: [] for name in networks}
    for _ in range(5):  # in turn, so that whatever else the machine does meets both
        for name, network in networks.items():
            began = time.perf_counter()
            network.train([(long_sequences, targets)] * 10)
            durations[name].append((time.perf_counter() - began) / 10)
    ours, theirs = (float(np.median(durations[name])) for name in networks)
    print(f"ours {1000 * ours:.1f} ms, Keras's {1000 * theirs:.1f} ms: ours takes {ours / theirs:.2f} times as long")

# %% [markdown] question="memory" points=2
# **Question.** Think of one unit of an LSTM whose gates are constant, and of a simple cell with one unit.
#
# 1. By what is the gradient of a late loss with respect to $c_0$ multiplied at every step in the LSTM (along $c$
#    alone), and by what with respect to $h_0$ in the simple cell? Why does the bias of the forget gate begin at one?
# 2. Somebody forgets the mask: zeros at the end of short sequences are read like data, in training and at inference. In
#    which sequences of our two clusters does this do harm, and what could a network learn to live with it?
#
# *Your answer (a few sentences):*
#
# ### BEGIN MARK SCHEME
# 1. (1 point) In the LSTM by $f$, which can be near 1; in the simple cell by $u\,(1 - h_t^2)$, the slope of tanh times
#    the recurrent weight, which fades (or, rarely, explodes) over many steps. With a bias of one $f$ starts at
#    $\sigma(1) \approx 0.73$ in place of 0.5, so that gradients (and memories) reach back further from the very first
#    step of training. Half a point without the last part.
# 2. (1 point) In short ones: most of what they hold is filling, and the state drifts away while zeros are read, so
#    that what was known fades before the end. A network can learn to treat (0, 0) as "no news", since the exact value
#    hardly ever occurs in data (or: to count with a bias that holds the state where it is), at the price of capacity
#    and training time. Any sensible remark on that for the second half.
# ### END MARK SCHEME

# %% [markdown]
# ## 11 Everything checked
#
# The gradients of all that you have built, once more in one table. Each layer is checked at random inputs, where few
# numbers lie near a kink; dropout at inference, batch normalisation in both ways. (Dropout in training cannot be
# checked like this. Why?)

# %% demo
with checks.waits():
    draws = np.random.default_rng(3)
    rows, maps, steps = (draws.normal(size=shape) for shape in ((3, 4), (2, 5, 5, 2), (2, 4, 3)))
    table = {
        "scale and offset": (ScaleOffset(2.0, 1.0), rows, False),
        "leaky ReLU": (LeakyReLU(0.2), rows, False),
        "tanh": (Tanh(), rows, False),
        "sigmoid": (Sigmoid(), rows, False),
        "softmax": (Softmax(), rows, False),
        "clip": (Clip(-1.0, 1.0), rows, False),
        "affine, L2": (Affine(3, l2=0.1), rows, False),
        "dropout at inference": (Dropout(0.3, inverted=False), rows, False),
        "batch norm at inference": (BatchNorm(), rows, False),
        "batch norm in training": (BatchNorm(), rows, True),
        "batch norm of maps": (BatchNorm(), maps, True),
        "convolution, same, L2": (Convolution(2, 3, padding="same", l2=0.1), maps, False),
        "convolution, stride 2": (Convolution(2, 3, stride=2), maps, False),
        "max pooling": (MaxPooling(2), maps, False),
        "simple recurrent": (keras.layers.RNN(SimpleCell(3)), steps, False),
        "LSTM": (keras.layers.RNN(LSTMCell(3)), steps, False),
    }
    for name, case in table.items():
        error = gradient_error(*case)
        print(f"{name:24} {error:.1e}" + (" (above 0.01: there is a mistake)" if error > 0.01 else ""))

# %% [markdown]
# ## 12 Optional: a network fed by a thread
#
# *About one hour.* This part is about programs that wait, not about networks: no other part builds on it, so you can
# leave it out and still know how everything else works. Its blank is graded like the others, with 4 points, so leaving
# it out costs these 4 points and nothing else.
#
# Images lie on a disk, one file each, and have to be read and decoded before anyone can learn from them. Done naively,
# the device that trains waits while a batch is read, and the reader waits while the device trains. Two remedies:
#
# - A **cache** keeps batches that have been loaded. `cached(load, capacity)` gets a function that loads the batch with
#   number `k`, and returns a function that does the same, but remembers: the first `capacity` different batches that it
#   is asked for are kept for good and loaded only once. All others are loaded whenever they are asked for. (Why not
#   throw out the oldest one to make room? Epochs go round and round. If 11 batches go in turn through a cache
#   for 10, the oldest one is always the very one that is needed next.)
# - **Prefetching** loads the next batches in a thread *while* the device is busy with this one.
#   `prefetched(batches, ahead)` is a generator that yields the items of the iterable `batches`, in their order. While
#   whoever uses it works on one item, a thread goes on, until `ahead` further ones have been made and wait; then it
#   stops, since memory is finite. (One more or one less makes no difference to the grading: a thread with a full queue
#   holds another one in its hand.) Nobody has to wait for the second item to get the first. The stream ends when
#   `batches` ends. If `batches` raises an exception, so does the stream, the same one, at the place of the item that
#   could not be made.
#
# The batches may be anything, arrays for instance: hand them on as they are, and do not compare them. Nothing here is
# compiled or has a gradient.
#
# For the second, one worker of `ThreadPoolExecutor(1)` is enough: `future = pool.submit(next, iterator, END)` lets it
# fetch one item, `future.result()` waits for it, and raises whatever was raised there. Keep `ahead` futures waiting in
# a `deque`. Or use a thread and a `queue.Queue(ahead)`.


# %% solution="feeding"
def cached(load, capacity):
    """A function `k -> load(k)` that keeps the first `capacity` different batches it loads."""
    ### BEGIN SOLUTION
    kept = {}

    def get(k):
        if k in kept:
            return kept[k]
        batch = load(k)
        if len(kept) < capacity:
            kept[k] = batch
        return batch

    return get
    ### END SOLUTION


def prefetched(batches, ahead):
    """Yield the items of `batches` in order, while a thread makes up to `ahead` further ones."""
    ### BEGIN SOLUTION
    iterator, end = iter(batches), object()
    pool = ThreadPoolExecutor(1)
    try:
        waiting = deque(pool.submit(next, iterator, end) for _ in range(ahead))
        while (batch := waiting.popleft().result()) is not end:
            waiting.append(pool.submit(next, iterator, end))
            yield batch
    finally:  # also if nobody wants the rest
        pool.shutdown(cancel_futures=True)
    ### END SOLUTION


# %% test="feeding" points=4
@checks.check("feeding")
def check_feeding():
    loaded_numbers = []

    def load_square(k):
        """Remember that number k was loaded."""
        loaded_numbers.append(k)
        return k * k

    get = cached(load_square, capacity=2)
    came = [get(k) for k in (3, 4, 3, 5, 5, 4)]
    checks.expect(came == [9, 16, 9, 25, 25, 16], "cached returns other batches than load.")
    checks.expect(
        loaded_numbers == [3, 4, 5, 5],
        f"for batches 3, 4, 3, 5, 5, 4 with room for two, 3, 4, 5, 5 should be loaded, but {loaded_numbers} were.",
    )
    get = cached(lambda k: np.full(2, k), capacity=2)
    checks.close([get(k) for k in (0, 1, 0)], [[0, 0], [1, 1], [0, 0]], "three arrays from cached")
    made = []

    def counting(n):
        """Count to n, and remember how far it has come."""
        for k in range(n):
            made.append(k)
            yield k

    came = list(prefetched(counting(7), 3))
    checks.expect(came == list(range(7)), f"prefetched should yield 0 to 6, but yields {came}.")
    came = list(prefetched((np.full(2, k) for k in range(3)), 2))
    checks.close(came, [[0, 0], [1, 1], [2, 2]], "three arrays from prefetched")
    slow, in_use = [], threading.Event()

    def waiting():
        """Yield one item, and the next only when the first is in use."""
        yield 0
        slow.append(in_use.wait(timeout=5))
        yield 1

    stream = iter(prefetched(waiting(), 3))
    next(stream)
    in_use.set()
    next(stream)
    checks.expect(slow == [True], "the second item is made before the first one is handed out.")
    made.clear()
    stream = prefetched(counting(100), 3)
    next(stream)
    for _ in range(200):
        if len(made) > 3:
            break
        time.sleep(0.01)
    time.sleep(0.05)
    checks.expect(len(made) > 1, "nothing is made while the first item is in use: the thread should work ahead.")
    checks.expect(len(made) > 2, f"with ahead=3 and one item in use, only {len(made) - 1} more is made.")
    checks.expect(len(made) < 6, f"with ahead=3 and one item in use, {len(made)} items have been made.")
    stream.close()

    def broken():
        """Yield one item, and fail."""
        yield 1
        raise OSError("the disk is gone")

    came = []
    try:
        for each in prefetched(broken(), 2):
            came.append(each)
    except OSError:
        came.append("OSError")
    checks.expect(came == [1, "OSError"], f"if the second item fails, 1 and OSError should come, but {came} came.")


# %% [markdown]
# Now with real files: every digit a PNG on the disk. A dense network is so fast that reading takes longer than
# learning. Six passes through the files, in four ways. (Expect two to four times as many steps per second with both.
# On a machine whose cores are busy prefetching gains little, because the thread and the training share them.)

# %% demo
with checks.waits():
    from PIL import Image

    FILES = RUN / "digits"
    FILES.mkdir(parents=True, exist_ok=True)
    BATCH, BATCHES = 64, 25
    for k, image in enumerate(mnist.images[: BATCH * BATCHES]):
        if not (FILES / f"{k}.png").exists():
            Image.fromarray(image).save(FILES / f"{k}.png")

    def load_files(k):
        """Batch k from its files, as tensors on the device: images (64, 784), labels (64,)."""
        numbers = range(k * BATCH, (k + 1) * BATCH)
        pixels = np.stack([np.asarray(Image.open(FILES / f"{number}.png")) for number in numbers])  # (64, 28, 28)
        rows = pixels.reshape(BATCH, -1).astype(np.float32) / 255  # (64, 784)
        return ops.convert_to_tensor(rows), ops.convert_to_tensor(mnist.labels[numbers.start : numbers.stop], "int32")

    keras.utils.set_random_seed(1)
    reader = Network([Affine(256), LeakyReLU(), Affine(10), Softmax()])
    reader.compile(optimizer=Adam(0.001), loss=cross_entropy)
    reader.train([load_files(0)] * 3)  # compiles the step
    seconds = {}
    for name, capacity, ahead in (("neither", 0, 0), ("prefetch", 0, 4), ("cache", BATCHES, 0), ("both", BATCHES, 4)):
        get = cached(load_files, capacity)
        batches = (get(k) for _ in range(6) for k in np.random.default_rng(1).permutation(BATCHES))
        began = time.perf_counter()
        reader.train(prefetched(batches, ahead) if ahead else batches)
        seconds[name] = time.perf_counter() - began
    for name, spent in seconds.items():
        milliseconds = 1000 * spent / (6 * BATCHES)
        print(f"{name:9} {milliseconds:5.1f} ms per step, {seconds['neither'] / spent:.1f} times as fast")

# %% [markdown]
# ## 13 Where to go next
#
# - Run with `PRESET=full` and the whole of MNIST. LeCun et al. report 99% for LeNet-5. How near is the dense one?
# - Put `BatchNorm` and `Dropout` into LeNet-5. Which of them helps with 4,500 digits, and which with 60,000?
# - Permute the pixels as in the question above. Were you right?
# - Write the gated recurrent unit ([Cho et al., 2014](https://arxiv.org/abs/1406.1078)) and put it beside the LSTM.
# - Count: how much memory do `patches` take, compared with the image? Libraries avoid it by cutting the work into
#   tiles.
# - The next lessons use these parts, from the library this time, and you know what is inside.
