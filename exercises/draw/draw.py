# %% [markdown]
# # An image in many glimpses
#
# The generators of the other lessons make an image at one stroke. Nobody draws like that. In this notebook you build
# **DRAW**, a network that paints a digit in many steps onto a *canvas*, looks each time at what is still missing, and
# learns where to look and where to paint. It is not a game of two players but a *variational autoencoder* that runs
# through time, so it comes with a number that a GAN cannot give: an upper bound on how many nats it takes to tell
# somebody which image it was.
#
# **How the notebook works.** Where a cell raises `NotImplementedError`, a blank waits for you: replace that line.
# Below each blank a cell checks your answer and says in a sentence what it expected, what came, and where to look. If a
# blank builds on another one whose check is crossed, its own check says which to mend first. These checks are there to
# help and score nothing; the grading asks further questions of the same kind, and sees also what a check does not. A
# cell that needs a blank which is still empty says so, so you can always run the notebook from top to bottom.
#
# **What is graded.** The seventeen blanks, by what they compute: their names, arguments and what they return stand in
# their docstrings, and how they compute it is up to you where the text says nothing else. And the three questions, by
# hand. All other cells are not graded: classes and functions that are given, and everything that trains or shows
# pictures. You may change and rerun these as you like, but the grading uses `Window` and `State` as they are given.
#
# **Tensors or arrays.** `binarise` takes and returns NumPy arrays. All other blanks get float32 tensors and return
# tensors of `keras.ops`, through which gradients pass. Where two or three things are to be returned, a tuple or a list
# will do. Each function may call those of the blanks above it; should one of them be wrong, that costs its own points
# only.
#
# A careful reader who fills in everything needs about eight hours.
#
# You need linear algebra, the normal distribution, and an idea of what an LSTM does (the lesson `layers` builds one).
# The model is from [Gregor et al., *DRAW: A Recurrent Neural Network For Image Generation*,
# 2015](https://arxiv.org/abs/1502.04623). Most blanks are its equations.
#
# With the preset `quick` everything takes 7.5 minutes on two processor cores (measured with `atelier demo draw`).
# `full`, the paper's sizes, wants a GPU, and its time has not been measured.

# %%
import json
import math
import os
import sys
import time
from collections import namedtuple
from pathlib import Path

HERE = Path.cwd()
ROOT = next((folder for folder in [HERE, *HERE.parents] if (folder / "util" / "checks.py").is_file()), HERE)
sys.path.insert(0, str(ROOT))  # so that `util` is found, wherever the notebook was started
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # keeps TensorFlow's messages about its start to itself

import keras
import numpy as np
from keras import ops

from util import checks, data, plots, training

PRESET = os.environ.get("PRESET", "quick")  # "quick" takes minutes on a laptop, "full" is meant for a GPU
PICTURES = os.environ.get("PICTURES", "drawn")  # those in colour; or "svhn" or "cifar10", as data/README.md says
TRAINED = os.environ.get("TRAINED") == "yes"  # load the model of section 8 instead of training it

# %% [markdown]
# ## 1 Digits of ink and paper
#
# The model will say, for each pixel, with which probability it is ink. The images must then consist of ink and paper,
# and nothing between: a grey pixel has no probability under such a model, and whoever puts 0.4 into a cross-entropy
# gets a number that can be compared with no other. MNIST's pixels are grey, so they are **binarised**: a pixel with
# the value $v \in \{0, \dots, 255\}$ becomes ink (1) with probability $v/255$, each pixel by itself, and else paper
# (0). Rounding would be simpler, and would make other data, of smoother digits that are easier to model.
#
# This can be done once for all (*fixed*: what results is the data set) or anew each time that an image is looked at
# (*dynamic*: every digit comes in endless slightly different versions, which makes overfitting harder). Figures from
# the two cannot be compared, so always say which it was. Here we **train with dynamic binarisation and test with a
# fixed one**, drawn once with seed 0.

# %%
mnist = data.load_mnist()  # bytes: images (60000, 28, 28), labels (60000,); and test_images, test_labels
HEIGHT, WIDTH = mnist.images.shape[1:]

# %% [markdown]
# Fill in `binarise`. Here, and nowhere else in this lesson, NumPy arrays come in and go out. `random` is a NumPy
# generator, as from `np.random.default_rng(0)`; whoever hands in an equal one gets the same images again.


# %% solution="binarise"
def binarise(images, random):
    """Make each byte (n, height, width) a float32 1 with probability byte / 255, else 0, by the generator `random`."""
    ### BEGIN SOLUTION
    return (random.uniform(size=images.shape) < images / 255).astype(np.float32)  # (n, height, width)
    ### END SOLUTION


# %% test="binarise" points=2
@checks.check("binarise")
def check_binarise():
    greys = np.tile(np.array([[0, 255, 51]], np.uint8), (400, 5, 1))  # (400, 5, 3)
    ink = checks.dtype(binarise(greys, np.random.default_rng(1)), "float32", "binarise(images, random)")
    checks.shape(ink, (400, 5, 3), "The binarised images")
    checks.expect(set(np.unique(ink)) <= {0.0, 1.0}, "every pixel should be 0 or 1: draw, do not scale.")
    checks.expect((ink[..., 0] == 0).all() and (ink[..., 1] == 1).all(), "a byte of 0 is never ink, one of 255 always.")
    checks.between(ink[..., 2].mean(), 0.16, 0.24, "The share of ink among 2,000 pixels of 51 (51/255 = 0.2)")
    checks.expect(ink[..., 2].std(axis=1).max() > 0, "each pixel should be drawn by itself, not each image.")
    checks.expect(ink[..., 2].std(axis=0).max() > 0, "each image should be drawn by itself, not once for all.")
    drawn = ink[..., 2].T - ink[..., 2].mean()  # (5, 400)
    alike = max(np.corrcoef(drawn.ravel(), np.roll(drawn, k, axis=1).ravel())[0, 1] for k in range(1, 201))
    checks.expect(alike < 0.2, f"pixels of different images are drawn together (correlation {alike:.2f}).")
    alike = np.max(np.corrcoef(drawn) - np.eye(5))
    checks.expect(alike < 0.4, f"pixels of one image are drawn together (correlation {alike:.2f}).")
    checks.differs(*(binarise(greys, random) for random in [np.random.default_rng(1)] * 2), "Two calls, one generator:")
    again = binarise(greys, np.random.default_rng(1))
    checks.close(
        again, ink, "The images of two generators with the same seed: draw with the one that is handed in. What came"
    )
    other = binarise(greys, np.random.default_rng(2))
    checks.differs(other, ink, "The images of two generators with different seeds")


# %% demo
with checks.waits():
    digits = mnist.images[:5]
    versions = [binarise(digits, np.random.default_rng(seed)) for seed in range(3)]
    plots.rows(
        {"grey": digits / 255, **{f"draw {k + 1}": version for k, version in enumerate(versions)}},
        "five digits, and three binarisations of them",
        name="binarised",
    )

# %% [markdown]
# ## 2 The idea
#
# A **variational autoencoder** has two networks. The *encoder* looks at an image $x$ and says what it makes of it: a
# normal distribution $Q(z \mid x)$ over a short vector $z$, the *latent*. The *decoder* gets a sample of $z$ and says,
# pixel by pixel, what image it stands for: $P(x \mid z)$. To generate, one leaves the encoder out and draws $z$ from
# a *prior* $P(z)$, here $\mathcal{N}(0, I)$.
#
# DRAW does this in $T$ steps with two LSTMs, which remember what has been seen and painted. At each step $t$
#
# $$\begin{aligned}
# \hat x_t &= x - \sigma(c_{t-1}) && \text{the error image: what is still wrong} \\
# r_t &= \mathit{read}(x, \hat x_t, h^{dec}_{t-1}) && \text{a glimpse} \\
# h^{enc}_t &= \mathit{RNN}^{enc}\big(h^{enc}_{t-1}, [r_t, h^{dec}_{t-1}]\big) && \text{what to make of it} \\
# z_t &\sim Q(z_t \mid h^{enc}_t) && \text{a message, with noise} \\
# h^{dec}_t &= \mathit{RNN}^{dec}(h^{dec}_{t-1}, z_t) && \text{what to do about it} \\
# c_t &= c_{t-1} + \mathit{write}(h^{dec}_t) && \text{a stroke on the canvas}
# \end{aligned}$$
#
# (equations 3 to 8 of the paper; $[\cdot, \cdot]$ puts two vectors one behind the other). The canvas $c_t$ holds
# *logits*: $\sigma(c_t)$ are probabilities of ink, and strokes add up. As a function $\sigma$ is the sigmoid,
# $\sigma(c) = 1 / (1 + e^{-c})$; without an argument it will be the standard deviation of a normal distribution. What
# matters is the last canvas, $c_T$. The encoder knows the image, the decoder only the messages $z_1, \dots, z_T$; so
# the decoder can also paint by itself, from messages drawn from the prior.
#
# Shapes in this notebook: images, errors and canvases are `(batch, height, width)`, all else `(batch, size)` unless its
# docstring says otherwise. From here on compute with `keras.ops`, which is imported as `ops`: tensors come in and go
# out, gradients have to pass through everything, and training compiles it, which NumPy's functions stop (constants may
# come from NumPy). When it is compiled `batch` is not known, so write -1 for it in `ops.reshape`. The grading asks for
# all three (values, gradients, and that it can be compiled) of all blanks that training uses; of `generate` and of the
# bound in section 7 it asks for values only.
#
# ### The error image
#
# What the decoder has painted so far stands on the canvas in logits. How far is it from the image?


# %% solution="error_image"
def error_image(x, canvas):
    """What is still missing: x minus the canvas's probabilities of ink; all (batch, height, width)."""
    ### BEGIN SOLUTION
    return x - ops.sigmoid(canvas)  # (batch, height, width)
    ### END SOLUTION


# %% test="error_image" points=2
class CheckLayer(keras.layers.Layer):
    """In the place of the model: calls a function as training does, compiled and for a batch of any size."""

    def __init__(self, function):
        super().__init__()
        self.function = function

    def call(self, inputs):
        return self.function(*inputs)


def check_tensor(values):
    """A tensor of these numbers, as the blanks get them."""
    return ops.convert_to_tensor(np.asarray(values, "float32"))


def check_gradients(names, function, *inputs):
    """Expect `function` to change with its inputs (called `names`) as its gradients say, also when it is compiled."""

    def total(*inputs):  # of all that comes out, each number with a weight of its own
        outputs = [ops.reshape(ops.cast(each, "float32"), (-1,)) for each in keras.tree.flatten(function(*inputs))]
        numbers = ops.concatenate(outputs)
        return ops.sum(numbers * check_tensor(np.cos(np.arange(numbers.shape[0]))))

    inputs = [check_tensor(each) for each in inputs]  # a tensor of its own for each
    for k, start in enumerate(inputs):

        def along(moved, k=k):
            return total(*inputs[:k], moved, *inputs[k + 1 :])

        way = check_tensor(0.01 * np.sin(1 + np.arange(np.size(start))).reshape(start.shape))
        change = float(along(start + way) - along(start - way)) / 2
        gradients = training.input_gradients(along, start)
        passes = gradients is not None and abs(float(ops.sum(gradients * way)) - change) < 1e-4 + 0.02 * abs(change)
        checks.expect(
            passes,
            f"the values are right, but no gradient, or not all of it, passes to `{names.split()[k]}`: it is cut "
            "on its way (by NumPy, `float(...)`, `ops.stop_gradient`, ...). Compute with `ops` from end to end.",
        )
    CheckLayer(function)([keras.Input(start.shape[1:]) for start in inputs])


@checks.check("error_image")
def check_error_image():
    images, logits = check_tensor([[[0, 1, 1]]]), check_tensor([[[0, 0, 1]]])  # (1, 1, 3) each
    wrong = error_image(images, logits)
    checks.expect(not np.allclose(wrong, images - logits), "the canvas holds logits: where is the sigmoid?")
    checks.close(wrong, [[[-0.5, 0.5, 0.268941]]], "The error image of (0, 1, 1) where the canvas is (0, 0, 1)")
    checks.close(error_image(images, -3 * logits), [[[-0.5, 0.5, 0.952574]]], "The same where it is (0, 0, -3)")
    check_gradients("x canvas", error_image, images, logits)


# %% [markdown]
# ### Reading and writing everything
#
# The simplest DRAW looks at everything and paints everywhere (section 3.1 of the paper):
#
# $$\mathit{read}(x, \hat x_t, h^{dec}_{t-1}) = [x, \hat x_t], \qquad \mathit{write}(h^{dec}_t) = W(h^{dec}_t),$$
#
# where $W$ is an affine layer with one output for each pixel. `read_plain` flattens both images and puts one behind the
# other, the image first. `write_plain` gets the affine layer, calls it on $h^{dec}_t$, and gives the result the form of
# an image, row by row.


# %% solution="plain"
def read_plain(x, error):
    """Images x and their errors, (batch, height, width) each, to one row for each image (batch, 2 * height * width)."""
    ### BEGIN SOLUTION
    pixels = x.shape[1] * x.shape[2]
    return ops.concatenate([ops.reshape(x, (-1, pixels)), ops.reshape(error, (-1, pixels))], axis=-1)
    ### END SOLUTION


def write_plain(h_dec, affine, height, width):
    """What the layer `affine` makes of h_dec (batch, hidden), as a stroke (batch, height, width)."""
    ### BEGIN SOLUTION
    return ops.reshape(affine(h_dec), (-1, height, width))
    ### END SOLUTION


# %% test="plain" points=2
@checks.check("plain")
def check_plain():
    counted = check_tensor(np.arange(12).reshape(2, 2, 3))  # (2, 2, 3)
    glimpses = checks.shape(read_plain(counted, -counted), (2, 12), "The glimpses of two images of 2 × 3 pixels")
    checks.close(glimpses[0], [0, 1, 2, 3, 4, 5, -0, -1, -2, -3, -4, -5], "The first glimpse (x, then its error)")
    checks.close(glimpses[1, 6:], [-6, -7, -8, -9, -10, -11], "The second half of the second glimpse")
    states, weights = check_tensor([[1], [2]]), check_tensor(np.arange(6))
    strokes = write_plain(states, lambda h: h * weights, 2, 3)
    checks.close(strokes, [[[0, 1, 2], [3, 4, 5]], [[0, 2, 4], [6, 8, 10]]], "The strokes of two states")
    check_gradients("x error", read_plain, counted, -counted)
    check_gradients("h_dec", lambda h: write_plain(h, lambda h: h * weights, 2, 3), states)


# %% [markdown]
# ## 3 Attention
#
# Now the network shall choose *where* to look, how large a region, and how sharply; and all of this so that gradients
# pass through, or it could not learn it. The trick (section 3.2 of the paper): lay a grid of $N \times N$ soft spots
# over the image. Each spot is a Gaussian, and what is seen in it is the mean of the pixels with the Gaussian's
# weights. Five numbers say all about the grid. An affine layer computes them from the decoder's state:
#
# $$(\tilde g_X, \tilde g_Y, \log \sigma^2, \log \tilde\delta, \log\gamma) = W(h^{dec}).$$
#
# With an image of $A$ columns and $B$ rows they mean:
#
# | | |
# |---|---|
# | centre of the grid | $g_X = \frac{A+1}{2}(\tilde g_X + 1) - 1, \quad g_Y = \frac{B+1}{2}(\tilde g_Y + 1) - 1$ |
# | stride, the distance between neighbouring spots | $\delta = \frac{\max(A, B) - 1}{N - 1}\,\tilde\delta$ |
# | variance of the Gaussians | $\sigma^2$ |
# | intensity, by which what is seen is multiplied | $\gamma$ |
#
# Three of them are given by their logarithms, so that they are positive whatever the layer says. All are scaled such
# that zeros from the layer lay the grid over the whole image.
#
# **Where does the −1 come from?** The paper counts pixels from 1 to $A$, and its formula has no −1. NumPy counts from
# 0 to $A - 1$. Copying the formula and counting from 0 shifts every glimpse by a pixel, which no error message will
# ever tell you, and several public versions do just that. The test: for $\tilde g_X = 0$ the centre must be the
# middle of the image, pixel $\frac{A-1}{2}$.
#
# The layer's five outputs come in the order of the formula, and the parts of a `Window` in another: name them. Return a
# `Window`, each part of shape `(batch, 1)`.

# %%
Window = namedtuple("Window", "x y stride variance intensity")  # each (batch, 1); x and y are the grid's centre


# %% solution="attention_window"
def attention_window(raw, size, height, width):
    """Turn the layer's outputs (batch, 5) into the Window of a size × size grid on images (height, width)."""
    ### BEGIN SOLUTION
    g_x, g_y, log_variance, log_stride, log_intensity = ops.split(raw, 5, axis=-1)  # (batch, 1) each
    return Window(
        x=(width + 1) / 2 * (g_x + 1) - 1,
        y=(height + 1) / 2 * (g_y + 1) - 1,
        stride=(max(height, width) - 1) / (size - 1) * ops.exp(log_stride),
        variance=ops.exp(log_variance),
        intensity=ops.exp(log_intensity),
    )
    ### END SOLUTION


# %% test="attention_window" points=4
@checks.check("attention_window")
def check_attention_window():
    window = attention_window(check_tensor(np.zeros((2, 5))), 3, 5, 9)
    checks.expect(isinstance(window, Window), "the five numbers should come as a `Window(...)`.")
    for part, name in zip(window, Window._fields, strict=True):
        checks.shape(part, (2, 1), f"`{name}` of two images")
    x, y, stride, variance, intensity = (float(part[0, 0]) for part in window)
    checks.expect((x, y) != (2.0, 4.0), "x runs along the width, y along the height: they are swapped.")
    checks.expect((x, y) != (5.0, 3.0), "the centre is a pixel off: the first pixel is number 0 here, not 1.")
    checks.close(np.array([x, y]), [4, 2], "The centre (x, y) for outputs of zero, on 9 columns and 5 rows,")
    checks.close(stride, 4, "The stride for outputs of zero: 3 spots from the first to the last of 9 columns,")
    checks.close(np.array([variance, intensity]), [1, 1], "Variance and intensity for outputs of zero")
    raw = check_tensor([[0.2, -0.4, -1.0, -0.5, 0.3]])
    values = np.array([float(part[0, 0]) for part in attention_window(raw, 3, 5, 9)])
    checks.close(values[:2], [5, 0.8], "The centre for the outputs (0.2, -0.4, -1, -0.5, 0.3)")
    checks.expect(abs(values[3] - 0.135335) > 1e-4, "the layer gives the logarithm of σ²: do not square again.")
    checks.close(values[2:], [2.426123, 0.367879, 1.349859], "Stride, variance and intensity for the same outputs")
    beyond = attention_window(check_tensor([[2, -3, 0, 0, 0]]), 3, 5, 9)
    checks.close([beyond.x, beyond.y], [[[14]], [[-7]]], "The centre for the outputs (2, -3, 0, 0, 0), off the image,")
    high = attention_window(raw, 5, 9, 5)
    checks.close(high.stride, [[1.213061]], "The stride of 5 spots on 5 columns and 9 rows, for the same outputs,")
    check_gradients("raw", lambda raw: attention_window(raw, 3, 5, 9), raw)


# %% [markdown]
# ### The grid and its filters
#
# Along each axis the grid has $N$ spots, symmetric about its centre $g$, with the distance $\delta$ between
# neighbours. With $i = 0, 1, \dots, N - 1$,
#
# $$\mu_i = g + \Big(i - \frac{N - 1}{2}\Big)\, \delta.$$
#
# (Equations 19 and 20; again the paper counts $i$ from 1.) `ops.arange(n, dtype="float32")` gives $0, \dots, n - 1$;
# without the dtype they are whole numbers, which TensorFlow's `-` and `*` refuse beside others.


# %% solution="filter_centres"
def filter_centres(centre, stride, size):
    """Where `size` spots lie along one axis, (batch, size), for a grid's centre and stride, both (batch, 1)."""
    ### BEGIN SOLUTION
    offsets = np.arange(size, dtype="float32") - (size - 1) / 2  # (size,), from -(size - 1) / 2 to (size - 1) / 2
    return centre + offsets * stride  # (batch, size)
    ### END SOLUTION


# %% test="filter_centres" points=2
@checks.check("filter_centres")
def check_filter_centres():
    middles, strides = check_tensor([[3], [0.5]]), check_tensor([[2], [1]])
    mu = checks.shape(filter_centres(middles, strides, 3), (2, 3), "The centres of 3 spots for two images")
    checks.close(mu.mean(axis=1), [3, 0.5], "The mean of the three centres (the grid lies symmetrically about its own)")
    checks.close(mu, [[1, 3, 5], [-0.5, 0.5, 1.5]], "Three centres about 3 with stride 2, and about 0.5 with stride 1")
    even = filter_centres(middles[:1], strides[:1], 4)
    checks.close(even, [[0, 2, 4, 6]], "Four centres about 3 with stride 2")
    check_gradients("centre stride", lambda *grid: filter_centres(*grid, 3), middles, strides)


# %% [markdown]
# Each spot is a **filter**: a weight for every pixel $a = 0, 1, \dots, A - 1$ of the axis. Weights fall like a
# Gaussian with the distance from $\mu_i$, and the $A$ weights of a filter sum to one (equations 25 and 26):
#
# $$F[i, a] = \frac{1}{Z_i} \exp\Big(-\frac{(a - \mu_i)^2}{2\sigma^2}\Big), \qquad Z_i = \sum_a
# \exp\Big(-\frac{(a - \mu_i)^2}{2\sigma^2}\Big).$$
#
# **A spot that lies outside.** Nothing keeps the grid on the image. If $\mu_i$ is 40 pixels away and $\sigma$ is 1,
# every exponential is $e^{-800}$, which is 0 in float32, and $0 / 0$ is not a number. Many versions write
# $\max(Z_i, \epsilon)$ in the denominator. Then there is no NaN, but the filter is zero, the glimpse is black, and no
# gradient leads the grid back. Look at the formula again: exponentials, divided by their sum. You know a function of
# the library that computes just this, and loses nothing on the way, however small all of them are: a spot outside
# sees the pixels that are nearest to it.


# %% solution="filterbank"
def filterbank(centres, variance, length):
    """The filters (batch, size, length) of spots at `centres` (batch, size) with this variance (batch, 1)."""
    ### BEGIN SOLUTION
    distances = np.arange(length, dtype="float32") - centres[:, :, None]  # (batch, size, length)
    return ops.softmax(-(distances**2) / (2 * variance[:, :, None]), axis=-1)  # (batch, size, length)
    ### END SOLUTION


# %% test="filterbank" points=3
@checks.check("filterbank")
def check_filterbank():
    spots = check_tensor([[1, 3.5, 4], [0, 60, 3]])  # (2, 3): one of them is far away
    variances = check_tensor([[3], [0.5]])
    F = checks.finite(checks.shape(filterbank(spots, variances, 5), (2, 3, 5), "The filters"), "A filter")
    checks.close(F[0].sum(axis=-1), [1, 1, 1], "The sums of three filters over the pixels of their axis")
    checks.close(F[0, 0], [0.246823, 0.291587, 0.246823, 0.149706, 0.065062], "The filter at pixel 1 with σ² = 3")
    checks.close(F[1, 2], [0.000070, 0.010441, 0.209714, 0.570061, 0.209714], "The second image's, at 3 with σ² = ½,")
    checks.close(F[1, 1], [0, 0, 0, 0, 1], "The filter of a spot far behind the last pixel (which has it all)")
    outside = check_tensor([[-0.7, 4.6, 12]])
    weights = [
        [0.677085, 0.269002, 0.049522, 0.004224, 0.000167],
        [0.000220, 0.005161, 0.056026, 0.281803, 0.656789],
        [0.000000, 0.000000, 0.000001, 0.001445, 0.998554],
    ]
    checks.close(filterbank(outside, check_tensor([[1.3]]), 5)[0], weights, "The filters of spots just outside")
    check_gradients("centres variance", lambda *spots: filterbank(*spots, 5), spots[:1], variances[:1])
    check_gradients("centres", lambda spots: filterbank(spots, check_tensor([[40]]), 5), check_tensor([[60, -50]]))


# %% [markdown]
# One filterbank serves the rows, another the columns, with the same stride and variance:

# %%


def filterbank_pair(window, size, height, width):
    """The filters F_y (batch, size, height) and F_x (batch, size, width) of a Window."""
    F_y = filterbank(filter_centres(window.y, window.stride, size), window.variance, height)
    F_x = filterbank(filter_centres(window.x, window.stride, size), window.variance, width)
    return F_y, F_x


# %% demo
with checks.waits():
    shown = mnist.images[:1] / np.float32(255)
    looks = {
        "the whole, blurred": [0, 0, 2, 0, 0],
        "half of it": [0, 0, 0, -0.7, 0],
        "a corner": [-0.3, -0.3, -1, -1.5, 0],
    }
    glimpses = {}
    for label, raw in looks.items():
        window = attention_window(np.array([raw], np.float32), 12, HEIGHT, WIDTH)
        F_y, F_x = filterbank_pair(window, 12, HEIGHT, WIDTH)
        glimpses[label] = np.asarray(F_y @ shown @ ops.transpose(F_x, (0, 2, 1)))
        print(
            f"{label}: centre ({float(window.x[0, 0]):.1f}, {float(window.y[0, 0]):.1f}), "
            f"stride {float(window.stride[0, 0]):.2f}, variance {float(window.variance[0, 0]):.2f}"
        )
    plots.rows({"the digit": shown, **glimpses}, "what a 12 × 12 grid sees of it", name="glimpses")

# %% [markdown]
# ### Reading and writing through the grid
#
# $F_Y$ mixes the rows of an image and $F_X$ its columns, so a glimpse is a product of three matrices. `read` takes it
# of the image and of the error, with the same filters (equation 27):
#
# $$\mathit{read}(x, \hat x_t, h^{dec}_{t-1}) = \gamma\, \big[F_Y\, x\, F_X^T,\; F_Y\, \hat x\, F_X^T\big].$$
#
# `write` goes the other way. The decoder gives a patch $w$ of $N \times N$ and the grid spreads it over the canvas
# (equation 29, with a window of its own):
#
# $$\mathit{write}(h^{dec}_t) = \frac{1}{\gamma}\, F_Y^T\, w\, F_X.$$
#
# But for $\gamma$ these are *adjoint* maps, as a matrix and its transpose are: for every image $x$ and every patch $w$,
# $\langle F_Y x F_X^T, w \rangle = \langle x, F_Y^T w F_X \rangle$. The check below uses it.
#
# `read_attention` returns one row for each image, as `read_plain` does: the N × N numbers of the image row by row, then
# those of its error. `ops.matmul` and `@` multiply the last two axes of each example of the batch. The intensity is
# (batch, 1); beside matrices, (batch, height, width), it needs a third axis.


# %% solution="read_attention"
def read_attention(x, error, window, size):
    """Glimpses of x and of error, (batch, height, width) each, through a Window: (batch, 2 * size * size)."""
    ### BEGIN SOLUTION
    F_y, F_x = filterbank_pair(window, size, x.shape[1], x.shape[2])  # (batch, size, height), (batch, size, width)
    both = ops.stack([x, error], axis=1)  # (batch, 2, height, width)
    glimpses = F_y[:, None] @ both @ ops.transpose(F_x, (0, 2, 1))[:, None]  # (batch, 2, size, size)
    return window.intensity * ops.reshape(glimpses, (-1, 2 * size * size))  # (batch, 2 * size * size)
    ### END SOLUTION


# %% test="read_attention" points=3
def check_window(*numbers):
    """The Window (x, y, stride, variance, intensity) of two images: a number for both, or a list with one for each."""
    return Window(*(check_tensor(np.full(2, number)[:, None]) for number in numbers))


# 3 × 3 spots with stride 1, each no wider than a pixel, about row 2 and column 4; in the second image column 3
CHECK_SHARP = check_window([4, 3], 2, 1, 1e-4, 1)


@checks.check("read_attention", builds_on=["filter_centres", "filterbank"])
def check_read_attention():
    both = np.random.default_rng(1).uniform(size=(2, 2, 6, 8))
    images, wrong = map(check_tensor, both)  # (2, 6, 8) each
    what = "The glimpses of size 3 of two images"
    glimpses = checks.shape(read_attention(images, wrong, CHECK_SHARP, 3), (2, 18), what)
    patches, errors = (np.stack([part[0, 1:4, 3:6], part[1, 1:4, 2:5]]) for part in both)  # (2, 3, 3) each
    turned = patches.transpose(0, 2, 1).reshape(2, 9)
    checks.expect(not np.allclose(glimpses[:, :9], turned), "the patch comes transposed: F_y is for the rows.")
    checks.close(glimpses[:, :9], patches.reshape(2, 9), "What sharp grids see (rows 1-3, columns 3-5 and 2-4)")
    checks.close(glimpses[:, 9:], errors.reshape(2, 9), "The second half, the same patches of the errors,")
    bright = read_attention(images, wrong, check_window([4, 3], 2, 1, 1e-4, [2, 3]), 3)
    expected = glimpses * [[2], [3]]
    checks.close(bright, expected, "Glimpses with the intensities 2 and 3, and 2 and 3 times those with 1,")
    soft = check_window([3.3, 2.9], [2.2, 1.8], 1.4, 0.8, [1.5, 0.7])
    check_gradients(
        "x error window.x window.y window.stride window.variance window.intensity",
        lambda x, error, *parts: read_attention(x, error, Window(*parts), 3),
        images,
        wrong,
        *soft,
    )


# %% solution="write_attention"
def write_attention(patch, window, height, width):
    """The stroke (batch, height, width) that spreads a patch (batch, size, size) through a Window."""
    ### BEGIN SOLUTION
    F_y, F_x = filterbank_pair(window, patch.shape[1], height, width)  # (batch, size, height), (batch, size, width)
    return ops.transpose(F_y, (0, 2, 1)) @ patch @ F_x / window.intensity[:, :, None]  # (batch, height, width)
    ### END SOLUTION


# %% test="write_attention" points=3
@checks.check("write_attention", builds_on=["filter_centres", "filterbank"])
def check_write_attention():
    draws = np.random.default_rng(2)
    patches, images = check_tensor(draws.normal(size=(2, 3, 3))), check_tensor(draws.normal(size=(2, 6, 8)))
    strokes = checks.shape(write_attention(patches, CHECK_SHARP, 6, 8), (2, 6, 8), "Two strokes on canvases of 6 × 8")
    expected = np.zeros((2, 6, 8))
    expected[0, 1:4, 3:6], expected[1, 1:4, 2:5] = patches
    checks.close(strokes, expected, "What sharp grids paint (rows 1-3, columns 3-5 and 2-4)")
    faint = write_attention(patches, check_window([4, 3], 2, 1, 1e-4, [2, 4]), 6, 8)
    quotients = expected / [[[2]], [[4]]]
    checks.close(faint, quotients, "The same with intensities of 2 and 4: reading multiplies, writing divides. It")
    soft = check_window([3.3, 2.9], [2.2, 1.8], 1.4, 0.8, 1)
    F_y, F_x = (np.asarray(F) for F in filterbank_pair(soft, 3, 6, 8))  # (2, 3, 6) and (2, 3, 8)
    read = np.sum(F_y @ np.asarray(images) @ F_x.transpose(0, 2, 1) * patches, axis=(1, 2))
    written = np.sum(images * np.asarray(write_attention(patches, soft, 6, 8)), axis=(1, 2))
    checks.close(written, read, "The image times the stroke, which is the glimpse times the patch (they are adjoint),")
    check_gradients(
        "patch window.x window.y window.stride window.variance window.intensity",
        lambda patch, *parts: write_attention(patch, Window(*parts), 6, 8),
        patches,
        *soft,
    )


# %% [markdown]
# ## 4 The two networks
#
# ### Two LSTMs
#
# A `keras.layers.LSTMCell` computes one step: called on an input `(batch, features)` and its state, a list `[h, c]` of
# two `(batch, hidden)`, it returns the pair `(h, [h, c])`, the new output and the new state. The output *is* $h$; the
# state also has the memory $c$, which nobody else sees.
#
# The encoder's input is $[r_t, h^{dec}_{t-1}]$: the glimpse first, then what the decoder last had in mind. The
# decoder's is $z_t$ alone. It sees neither the image nor the encoder's state; else it could not paint without them.


# %% solution="lstm_steps"
def encoder_step(encoder, glimpse, h_dec, state):
    """One step of the cell `encoder` on a glimpse (batch, features) and h_dec (batch, hidden): `(h_enc, new state)`."""
    ### BEGIN SOLUTION
    return encoder(ops.concatenate([glimpse, h_dec], axis=-1), state)
    ### END SOLUTION


def decoder_step(decoder, z, state):
    """One step of the cell `decoder` on z (batch, latent): `(h_dec, new state)`."""
    ### BEGIN SOLUTION
    return decoder(z, state)
    ### END SOLUTION


# %% test="lstm_steps" points=2
def check_cell(inputs, state):
    """In the place of an LSTM: adds the inputs up, each with a weight of its own, and counts in its memory."""
    h = state[0] + ops.sum(inputs * np.arange(1, inputs.shape[-1] + 1, dtype="float32"), axis=-1, keepdims=True)
    return h, [h, state[1] + 1]


@checks.check("lstm_steps")
def check_lstm_steps():
    one = check_tensor([[1]])
    h, state = checks.pair(
        encoder_step(check_cell, 2 * one, 3 * one, [one, 4 * one]), "encoder_step", "h and the state"
    )
    checks.expect(isinstance(state, list | tuple), "the new state should be the list [h, c], as the cell returns it.")
    checks.expect(float(h[0, 0]) != 8, "the glimpse comes first, then the decoder's state.")
    checks.close(h, [[9]], "The encoder's h (the cell should be called on the glimpse and h_dec, side by side)")
    checks.close(state[0], [[9]], "The h in the encoder's new state")
    checks.close(state[1], [[5]], "The memory in the encoder's new state")
    h, state = checks.pair(decoder_step(check_cell, 2 * one, [one, 4 * one]), "decoder_step", "h and the state")
    checks.expect(isinstance(state, list | tuple), "the new state should be the list [h, c], as the cell returns it.")
    checks.close(h, [[3]], "The decoder's h")
    checks.close(state[0], [[3]], "The h in the decoder's new state")
    checks.close(state[1], [[5]], "The memory in the decoder's new state")
    check_gradients(
        "glimpse h_dec state[0] state[1]",
        lambda glimpse, h_dec, *state: encoder_step(check_cell, glimpse, h_dec, [*state]),
        one,
        one,
        one,
        one,
    )
    check_gradients("z state[0] state[1]", lambda z, *state: decoder_step(check_cell, z, [*state]), one, one, one)


# %% [markdown]
# ### A message, with noise
#
# The encoder's state gives mean and standard deviation of a normal distribution, by an affine layer each (equations 1
# and 2); the exponential makes the standard deviation positive:
#
# $$\mu_t = W_\mu(h^{enc}_t), \qquad \sigma_t = \exp\big(W_\sigma(h^{enc}_t)\big), \qquad Q(z_t \mid h^{enc}_t) =
# \mathcal{N}(\mu_t, \operatorname{diag} \sigma_t^2).$$
#
# A sample must let gradients through to $\mu_t$ and $\sigma_t$, and no gradient passes through the drawing of random
# numbers. So the randomness comes from outside, from noise that depends on nothing: $\epsilon_t \sim \mathcal{N}(0,
# I)$ is drawn *before*, and the sample is (the *reparameterisation*)
#
# $$z_t = \mu_t + \sigma_t\, \epsilon_t.$$


# %% solution="latent"
def posterior(h_enc, to_mean, to_log_std):
    """Mean and standard deviation of Q, (batch, latent) each, by two affine layers from h_enc (batch, hidden)."""
    ### BEGIN SOLUTION
    return to_mean(h_enc), ops.exp(to_log_std(h_enc))  # (batch, latent) each
    ### END SOLUTION


def sample(mean, std, noise):
    """The sample z that standard normal noise makes of a mean and a standard deviation, (batch, latent) each."""
    ### BEGIN SOLUTION
    return mean + std * noise  # (batch, latent)
    ### END SOLUTION


# %% test="latent" points=3
@checks.check("latent")
def check_latent():
    state = check_tensor([[0.5, -1]])
    answer = posterior(state, lambda h: 3 * h, lambda h: 2 * h)
    mean, std = checks.pair(answer, "posterior", "mean and standard deviation")
    checks.close(mean, [[1.5, -3]], "The mean")
    checks.expect(not np.allclose(std, np.exp(state)), "the second layer gives log σ, and not log σ².")
    checks.close(std, np.exp(2 * state), "The standard deviation (the exponential of what the second layer says)")
    arguments = state, check_tensor([[2, 0.1]]), check_tensor([[1, -3]])
    what = "A sample with mean (0.5, -1), standard deviation (2, 0.1) and noise (1, -3)"
    checks.close(sample(*arguments), [[2.5, -1.3]], what)
    check_gradients("h_enc", lambda h: posterior(h, lambda h: 3 * h, lambda h: 2 * h), state)
    check_gradients("mean std noise", sample, *arguments)


# %% [markdown]
# **Fresh noise at every step.** The noise of the $T$ messages has to be independent: with the same $\epsilon$ at all
# steps the decoder would learn the noise from the first message and subtract it from the others, and the
# bound that we minimise would bound nothing. Draw the noise of all steps and images at once, standard normal, with
# `keras.random.normal(shape, seed=seed)`. `seed` is a `keras.random.SeedGenerator`, with which it draws something new
# at each call. Hand it on as it is: an equal generator has to give the same noise. (`batch` is a number or, when
# compiled, a tensor.)


# %% solution="step_noise"
def step_noise(batch, steps, latent, seed):
    """Independent standard normal noise (batch, steps, latent) from a `keras.random.SeedGenerator`."""
    ### BEGIN SOLUTION
    return keras.random.normal((batch, steps, latent), seed=seed)  # (batch, steps, latent)
    ### END SOLUTION


# %% test="step_noise" points=3
@checks.check("step_noise")
def check_step_noise():
    seed = keras.random.SeedGenerator(1)
    noise = checks.shape(step_noise(50, 4, 30, seed), (50, 4, 30), "The noise of 50 images, 4 steps, 30 latents")
    checks.differs(noise[:, 0], noise[:, 1], "The noise of two steps")
    checks.differs(noise[..., 0], noise[..., 1], "The noise of two latents")
    checks.differs(noise[0], noise[1], "The noise of two images")
    checks.between(noise.mean(), -0.05, 0.05, "The mean of 6,000 numbers of noise")
    checks.between(noise.std(), 0.95, 1.05, "The standard deviation of 6,000 numbers of noise")
    checks.between(np.mean(noise**4), 2.4, 3.6, "The mean fourth power of the noise (3 for normal numbers)")
    for axis, name in enumerate(("images", "steps", "latents")):
        rows = np.moveaxis(noise, axis, 0).reshape(noise.shape[axis], -1)
        alike = np.abs(np.corrcoef(rows) - np.eye(len(rows))).max()
        checks.expect(alike < 0.6, f"the noise of two {name} is not independent (correlation {alike:.2f}).")
    checks.differs(noise, step_noise(50, 4, 30, seed), "The noise of two calls (hand the generator on as it is)")
    again = step_noise(50, 4, 30, keras.random.SeedGenerator(1))
    checks.close(again, noise, "The noise of an equal generator (draw with the one that is handed in)")
    other = step_noise(50, 4, 30, keras.random.SeedGenerator(2))
    checks.differs(other, noise, "The noise of a generator with another seed")


# %% [markdown]
# ### The parts
#
# All that DRAW learns is in one layer with four methods, which call what you have written. Nothing here is blank, but
# read it: the next two blanks use `parts.read`, `parts.encode`, `parts.decode` and `parts.write`. (The first states and
# the first canvas are learnt too.)

# %%
State = namedtuple("State", "encoder decoder canvas")  # [h, c], [h, c], (batch, height, width)


class Parts(keras.layers.Layer):
    """Two LSTMs, and the affine layers between them, the image and the canvas."""

    def __init__(self, height=28, width=28, hidden=128, latent=10, read_size=None, write_size=None, **kwargs):
        """A size of None reads or writes without attention."""
        super().__init__(**kwargs)
        self.height, self.width, self.hidden, self.n_latent = height, width, hidden, latent
        self.read_size, self.write_size = read_size, write_size
        self.features = 2 * (read_size**2 if read_size else height * width)  # of a glimpse
        self.encoder, self.decoder = keras.layers.LSTMCell(hidden), keras.layers.LSTMCell(hidden)
        self.mean, self.log_deviation = keras.layers.Dense(latent), keras.layers.Dense(latent)
        self.read_window = keras.layers.Dense(5) if read_size else None
        self.write_window = keras.layers.Dense(5) if write_size else None
        self.patch = keras.layers.Dense(write_size**2 if write_size else height * width)

    def build(self, _=None):
        """Make all weights: they must be there before the loop over time begins."""
        self.encoder.build((None, self.features + self.hidden))
        self.decoder.build((None, self.n_latent))
        for layer in (self.mean, self.log_deviation, self.read_window, self.write_window, self.patch):
            if layer and not layer.built:
                layer.build((None, self.hidden))
        zeros = {"initializer": "zeros"}
        self.first_states = self.add_weight(shape=(4, self.hidden), name="first_states", **zeros)
        self.first_canvas = self.add_weight(shape=(self.height, self.width), name="first_canvas", **zeros)
        self.built = True

    def first(self, batch):
        """The State before the first step."""
        h_enc, c_enc, h_dec, c_dec = (ops.tile(row, (batch, 1)) for row in ops.split(self.first_states, 4))
        return State([h_enc, c_enc], [h_dec, c_dec], ops.tile(self.first_canvas[None], (batch, 1, 1)))

    def read(self, x, error, h_dec):
        """The glimpse (batch, features) of x and error (batch, height, width)."""
        if not self.read_size:
            return read_plain(x, error)
        window = attention_window(self.read_window(h_dec), self.read_size, self.height, self.width)
        return read_attention(x, error, window, self.read_size)

    def encode(self, glimpse, h_dec, state):
        """One step of the encoder: h_enc (batch, hidden) and its new state."""
        return encoder_step(self.encoder, glimpse, h_dec, state)

    def decode(self, z, state):
        """One step of the decoder: h_dec (batch, hidden) and its new state."""
        return decoder_step(self.decoder, z, state)

    def write(self, h_dec):
        """The stroke (batch, height, width)."""
        if not self.write_size:
            return write_plain(h_dec, self.patch, self.height, self.width)
        patch = ops.reshape(self.patch(h_dec), (-1, self.write_size, self.write_size))  # (batch, size, size)
        window = attention_window(self.write_window(h_dec), self.write_size, self.height, self.width)
        return write_attention(patch, window, self.height, self.width)


# %% [markdown]
# ### One step of painting
#
# The decoder's half of a step: the message goes to the decoder, and what its new state says is added to the canvas.
# This half needs no image, so it also generates.
#
# $$h^{dec}_t = \mathit{RNN}^{dec}(h^{dec}_{t-1}, z_t), \qquad c_t = c_{t-1} + \mathit{write}(h^{dec}_t).$$


# %% solution="generation_step"
def generation_step(parts, z, decoder_state, canvas):
    """Paint once, after a message z (batch, latent): the new decoder state [h, c] and canvas (batch, height, width)."""
    ### BEGIN SOLUTION
    h_dec, decoder_state = parts.decode(z, decoder_state)
    return decoder_state, canvas + parts.write(h_dec)
    ### END SOLUTION


# %% test="generation_step" points=2
class CheckParts:
    """In the place of the parts, for the checks: simple functions of all that they get, (1, 1) or (1, 1, 1)."""

    mean, log_deviation = staticmethod(lambda h: h), staticmethod(lambda h: 0.1 * h)

    def read(self, x, error, h_dec):
        return x[:, :, 0] + 10 * error[:, :, 0] + 100 * h_dec

    def encode(self, glimpse, h_dec, state):
        return self.encoder(ops.concatenate([glimpse, h_dec], axis=-1), state)

    def encoder(self, inputs, state):
        h = 0.1 * inputs[:, :1] + inputs[:, 1:] + state[0]
        return h, [h, state[1] + 1]

    def decode(self, z, state):
        return self.decoder(z, state)

    def decoder(self, z, state):
        h = 0.5 * (z + state[0])
        return h, [h, state[1] + 1]

    def write(self, h_dec):
        return 2 * h_dec[:, :, None]


@checks.check("generation_step")
def check_generation_step():
    one, before = check_tensor([[1]]), check_tensor([[[5]]])
    answer = generation_step(CheckParts(), one, [3 * one, 7 * one], before)
    decoder_state, canvas = checks.pair(answer, "generation_step", "the decoder's state and the canvas")
    checks.expect(isinstance(decoder_state, list | tuple), "the decoder's new state should be the list [h, c].")
    checks.close(decoder_state[0], [[2]], "The decoder's new h")
    checks.close(decoder_state[1], [[8]], "The decoder's new memory")
    checks.expect(float(ops.squeeze(canvas)) != 4, "a stroke is added to the canvas; it does not replace it.")
    checks.expect(float(ops.squeeze(canvas)) != 11, "the stroke comes from the decoder's *new* state.")
    checks.close(canvas, [[[9]]], "The canvas, 5 before, after a stroke of 4")
    check_gradients(
        "z decoder_state[0] decoder_state[1] canvas",
        lambda z, h, c, canvas: generation_step(CheckParts(), z, [h, c], canvas),
        one,
        3 * one,
        7 * one,
        before,
    )


# %% [markdown]
# ### One step of looking and painting
#
# And the whole step, in the order of the equations in section 2. `state.decoder[0]` is $h^{dec}_{t-1}$; it goes into
# `parts.read` (which must know where to look) and into `parts.encode`. `posterior` gets the layers `parts.mean` and
# `parts.log_deviation`. Return the new `State`, and mean and standard deviation of $Q$, which the loss needs. The
# grading asks one by one what is looked at, what is painted, which states are handed on, and whether gradients pass.


# %% solution="inference_step"
def inference_step(parts, x, noise, state):
    """Look at x (batch, height, width) and paint once, with noise (batch, latent): `(new State, mean, std)`."""
    ### BEGIN SOLUTION
    h_dec = state.decoder[0]  # (batch, hidden)
    error = error_image(x, state.canvas)  # (batch, height, width)
    glimpse = parts.read(x, error, h_dec)  # (batch, features)
    h_enc, encoder_state = parts.encode(glimpse, h_dec, state.encoder)  # (batch, hidden)
    mean, std = posterior(h_enc, parts.mean, parts.log_deviation)  # (batch, latent) each
    z = sample(mean, std, noise)  # (batch, latent)
    decoder_state, canvas = generation_step(parts, z, state.decoder, state.canvas)
    return State(encoder_state, decoder_state, canvas), mean, std
    ### END SOLUTION


# %% test="inference_step" points=5
@checks.check("inference_step", builds_on=["error_image", "latent", "generation_step"])
def check_inference_step():
    one = check_tensor([[1]])
    before = State([0.2 * one, one], [-0.03 * one, one], 0.5 * one[..., None])
    answer = inference_step(CheckParts(), one[..., None], 2 * one, before)
    three = isinstance(answer, list | tuple) and len(answer) == 3
    checks.expect(three, "three things should come: the State, the mean and the standard deviation.")
    after, mean, std = answer
    checks.expect(isinstance(after, State), "the first of the three should be a `State(...)`.")
    both = isinstance(after.encoder, list | tuple) and isinstance(after.decoder, list | tuple)
    checks.expect(both, "the encoder's and the decoder's new states should be lists [h, c].")
    checks.close(mean, [[0.347541]], "The mean (of what the encoder makes of the glimpse and of h_dec from before)")
    checks.close(std, [[1.035365]], "The standard deviation")
    checks.close(after.encoder[0], [[0.347541]], "The encoder's new h")
    checks.close(after.decoder[0], [[1.194135]], "The decoder's new h (it gets the sample)")
    checks.close(after.canvas, [[[2.888271]]], "The new canvas")
    memories = [after.encoder[1], after.decoder[1]]
    checks.close(memories, np.full((2, 1, 1), 2), "The memories in the two new states")

    def step(x, noise, h_enc, h_dec, canvas):
        return inference_step(CheckParts(), x, noise, State([h_enc, one], [h_dec, one], canvas))

    check_gradients(
        "x noise state.encoder[0] state.decoder[0] state.canvas",
        step,
        one[..., None],
        2 * one,
        before.encoder[0],
        before.decoder[0],
        before.canvas,
    )


# %% [markdown]
# ### The loop
#
# `keras.layers.RNN` calls a *cell* once for each step, as it does with an LSTM cell: in goes what the sequence holds at
# this step, and the states. Here the sequence is the noise (batch, steps, latent). The image is needed at every step
# and never changes, so it travels along as a state that each step hands on. A second cell generates: its sequence are
# the messages themselves.
#
# Why not a Python loop? A loop in Python is *unrolled*: all steps become one graph of $T$ times the size, and it takes
# long to compile. `RNN` compiles one step, whatever $T$ is.

# %%


class InferenceCell(keras.layers.Layer):
    """One step of looking and painting, under `keras.layers.RNN`."""

    def __init__(self, parts, **kwargs):
        """`parts` are shared with the other cell."""
        super().__init__(**kwargs)
        self.parts = parts
        pixels = parts.height * parts.width
        self.state_size = [pixels, *[parts.hidden] * 4, pixels]
        self.output_size = 2 * parts.n_latent + parts.hidden + pixels

    def call(self, noise, states):
        """From noise (batch, latent) and states: mean, std, h_dec and canvas side by side, and new states."""
        x, h_enc, c_enc, h_dec, c_dec, canvas = states
        state, mean, std = inference_step(self.parts, x, noise, State([h_enc, c_enc], [h_dec, c_dec], canvas))
        canvas = ops.reshape(state.canvas, (-1, self.parts.height * self.parts.width))
        output = ops.concatenate([mean, std, state.decoder[0], canvas], axis=-1)
        return output, [x, *state.encoder, *state.decoder, state.canvas]


class GenerationCell(keras.layers.Layer):
    """One step of painting, under `keras.layers.RNN`."""

    def __init__(self, parts, **kwargs):
        """`parts` are shared with the other cell."""
        super().__init__(**kwargs)
        self.parts = parts
        self.pixels = parts.height * parts.width
        self.state_size = [parts.hidden, parts.hidden, self.pixels]
        self.output_size = parts.hidden + self.pixels

    def call(self, z, states):
        """From a message z (batch, latent) and states: h_dec and canvas side by side, and the new states."""
        *decoder_state, canvas = states
        decoder_state, canvas = generation_step(self.parts, z, decoder_state, canvas)
        output = ops.concatenate([decoder_state[0], ops.reshape(canvas, (-1, self.pixels))], axis=-1)
        return output, [*decoder_state, canvas]


# %% [markdown]
# ## 5 What it costs to tell an image
#
# Suppose that you know the decoder, and somebody wants to tell you which image $x$ it is. They run the encoder and
# send you $z_1, \dots, z_T$, you paint $\sigma(c_T)$, and they correct the pixels that you would have got wrong. Both
# parts cost something, and their sum is what we minimise. It is an upper bound on $-\log P(x)$, measured in **nats**
# per image (a bit is $\log 2 \approx 0.69$ nats).
#
# **The correction.** The canvas says for every pixel a probability $p = \sigma(c_T)$ of ink. The reconstruction loss
# is the negative log-probability of the true pixels (equation 9),
#
# $$L_x = -\log D(x \mid c_T) = -\sum_{\text{pixels}} \big[ x \log p + (1 - x) \log (1 - p) \big],$$
#
# *summed* over the pixels: a mean would weigh it 784 times less against the other part. From logits it is, pixel by
# pixel, $\operatorname{softplus}(c) - x\, c$, which no large $c$ can make infinite. (`ops.softplus`$(c) = \log(1 +
# e^c)$. Why is it the same?) Return one number for each image.


# %% solution="reconstruction_loss"
def reconstruction_loss(x, canvas):
    """Nats for the pixels of each image x given the logits of the canvas, (batch, height, width) each: (batch,)."""
    ### BEGIN SOLUTION
    return ops.sum(ops.softplus(canvas) - x * canvas, axis=(1, 2))  # (batch,)
    ### END SOLUTION


# %% test="reconstruction_loss" points=3
@checks.check("reconstruction_loss")
def check_reconstruction_loss():
    images = check_tensor([[[1, 0], [0, 1]], [[1, 1], [0, 0]]])  # (2, 2, 2)
    logits = check_tensor([[[0, 0], [0, 0]], [[2, -1], [-1, 2]]])
    nats = checks.shape(reconstruction_loss(images, logits), (2,), "The reconstruction losses of two images")
    checks.expect(abs(nats[0] - 0.693147) > 1e-4, "the pixels of an image are summed, not averaged.")
    checks.close(nats, [2.772589, 3.880380], "The losses of two images of four pixels")
    checks.close(reconstruction_loss(images, 1000 * logits), [2.772589, 3000], "The losses with logits × 1000")
    check_gradients("canvas", lambda canvas: reconstruction_loss(images[:1], canvas), logits[1:])
    gradients = training.input_gradients(lambda canvas: reconstruction_loss(images, canvas), 1000 * logits)
    checks.finite(gradients, "The gradient of the losses with logits × 1000")


# %% [markdown]
# **The messages.** Telling a sample of $Q$ to somebody who expects the prior costs, on average, the Kullback-Leibler
# divergence between the two (how is in the literature under *bits back*). For normal distributions it has a closed
# form, summed over all latents of all steps (equation 11):
#
# $$L_z = \sum_{t=1}^T \mathrm{KL}\big(Q(z_t \mid h^{enc}_t)\, \|\, P(z_t)\big) = \frac12 \sum_{t=1}^T \sum_{j}
# \big(\mu_{t,j}^2 + \sigma_{t,j}^2 - \log \sigma_{t,j}^2 - 1\big).$$
#
# If $Q$ is the prior the messages say nothing, and cost nothing. This tells you where the constant belongs: the
# paper writes $-T/2$ for it, which is right only with one latent; with $n$ of them it is $-nT/2$. A missing constant
# changes no gradient, but the bound is then no bound.


# %% solution="latent_loss"
def latent_loss(mean, std):
    """Nats for the messages of each image, from mean and standard deviation, (batch, steps, latent) each: (batch,)."""
    ### BEGIN SOLUTION
    return 0.5 * ops.sum(mean**2 + std**2 - 2 * ops.log(std) - 1, axis=(1, 2))  # (batch,)
    ### END SOLUTION


# %% test="latent_loss" points=3
@checks.check("latent_loss")
def check_latent_loss():
    zeros, ones = check_tensor(np.zeros((2, 3, 4))), check_tensor(np.ones((2, 3, 4)))
    nats = checks.shape(latent_loss(zeros, ones), (2,), "The latent losses of two images with 3 steps of 4 latents")
    checks.close(nats, [0, 0], "The latent loss at the prior, where the mean is 0 and the standard deviation 1,")
    checks.close(latent_loss(2 * ones, ones), [24, 24], "The latent loss with 12 means of 2 (½ Σ μ²)")
    narrow = latent_loss(zeros, 0.5 * ones)
    checks.close(narrow, [3.817766, 3.817766], "The latent loss with 12 standard deviations of ½")
    check_gradients("mean std", latent_loss, 2 * ones, 0.5 * ones)


# %% [markdown]
# ### The model
#
# Everything put together as a Keras model. Called on images it draws noise, runs the loop, and returns all means and
# standard deviations, the decoder's states and the canvas after every step. `compute_loss` is the mean over the batch
# of $L_x + L_z$; `fit` does the rest.

# %%


class Draw(keras.Model):
    """DRAW. Called on binary images (batch, height, width) it returns all that happened, in a dictionary."""

    def __init__(self, steps, parts, seed=1):
        """`parts` are a Parts, or something with the same methods."""
        super().__init__()
        self.steps, self.parts = steps, parts
        self.latent, self.hidden = parts.n_latent, parts.hidden
        self.seed = keras.random.SeedGenerator(seed)
        parts.build()
        self.inference = keras.layers.RNN(InferenceCell(parts), return_sequences=True)
        self.generation = keras.layers.RNN(GenerationCell(parts), return_sequences=True)
        for loop in (self.inference, self.generation):
            loop.build((None, steps, self.latent))
        self.nats = {name: keras.metrics.Mean(name) for name in ("pixels", "messages")}
        self.built = True

    def call(self, x):
        """What happened at each step: noise, mean, std, h_dec (batch, steps, ...) and canvases."""
        batch = ops.shape(x)[0]
        noise = step_noise(batch, self.steps, self.latent, self.seed)  # (batch, steps, latent)
        outputs = self.inference(noise, initial_state=[x, *self._first(batch)])  # (batch, steps, ...)
        ends = [self.latent, 2 * self.latent, 2 * self.latent + self.hidden]
        mean, std, h_dec, canvases = ops.split(outputs, ends, axis=-1)
        canvases = ops.reshape(canvases, (-1, self.steps, *x.shape[1:]))  # (batch, steps, height, width)
        return {"noise": noise, "mean": mean, "std": std, "h_dec": h_dec, "canvases": canvases}

    def paint(self, z):
        """The canvases (batch, steps, height, width) and h_dec (batch, steps, hidden) after messages z."""
        outputs = self.generation(z, initial_state=self._first(ops.shape(z)[0])[2:])
        h_dec, canvases = ops.split(outputs, [self.hidden], axis=-1)
        return ops.reshape(canvases, (-1, z.shape[1], self.parts.height, self.parts.width)), h_dec

    def _first(self, batch):
        state = self.parts.first(batch)
        return [*state.encoder, *state.decoder, state.canvas]

    def compute_loss(self, x, _y, y_pred, _sample_weight=None):
        """The bound: nats per image, the mean over the batch; called by Keras."""
        pixels = reconstruction_loss(x, y_pred["canvases"][:, -1])  # (batch,)
        messages = latent_loss(y_pred["mean"], y_pred["std"])  # (batch,)
        self.nats["pixels"].update_state(pixels)
        self.nats["messages"].update_state(messages)
        return ops.mean(pixels + messages)


# %% [markdown] question="cost" points=3
# **Question.**
#
# 1. Where does the term $\mu^2 + \sigma^2 - \log\sigma^2 - 1$ have its minimum, and what would the decoder learn to
#    paint if the encoder always sent messages at this minimum, all through the training?
# 2. Somebody draws one noise vector for each image and uses it at all $T$ steps. The program runs, and the loss falls
#    faster than yours. Why is it no bound any more, and what would the *generated* digits look like?
# 3. Somebody takes the mean in place of the sum over the pixels in $L_x$. What will the trained model do?
#
# *Your answer (a few sentences):*
#
# ### BEGIN MARK SCHEME
# 1. (1 point) At $\mu = 0$, $\sigma = 1$, where it is zero: $Q$ is the prior, whatever the image. The messages carry
#    no information, so the decoder paints the same for all images: about the mean image (more precisely, the canvas
#    that is best for all of them at once, up to what noise it cannot ignore). Also right: a decoder that was trained
#    otherwise, and then gets such messages, paints samples that have nothing to do with the image.
# 2. (1 point) The decoder can infer the noise from the first messages and remove it from later ones, which so become
#    almost exact; the sum of the divergences assumes independent samples and charges for much less than what is sent.
#    In generation the messages are independent draws from the prior (or one draw, at all steps), which the decoder has
#    never met: bad images. Half a point for each half.
# 3. (1 point) The messages cost 784 times more than they bring, so the model sends none ($Q$ becomes the prior) and
#    all reconstructions look like the mean image.
# ### END MARK SCHEME

# %% [markdown]
# ## 6 Painting from nothing
#
# To generate, the encoder is left out (section 2.3 of the paper): messages come from the prior, $\tilde z_t \sim
# \mathcal{N}(0, I)$, and the decoder paints. A **reconstruction**, painted from the messages about a true image, is not
# a sample: it only shows that the messages said enough. Pictures of reconstructions under the title "samples" are the
# quickest way to a good-looking paper, and a wrong one.
#
# Draw messages with `step_noise`, and hand them to `model.paint`; it returns the canvases after every step, in logits,
# (batch, steps, height, width), and the decoder's states $h^{dec}$ (batch, steps, hidden), which know where the strokes
# were. Use the generator `seed` as it is handed in: an equal one paints the same images again. Return the
# *probabilities* of ink at every step, and the states. The model knows its numbers `model.steps` and
# `model.latent`.


# %% solution="generate"
def generate(model, count, seed):
    """Paint `count` images: ink's probability (count, steps, height, width), and h_dec (count, steps, hidden)."""
    ### BEGIN SOLUTION
    z = step_noise(count, model.steps, model.latent, seed)  # (count, steps, latent), from the prior
    canvases, h_dec = model.paint(z)
    return ops.sigmoid(canvases), h_dec
    ### END SOLUTION


# %% test="generate" points=3
class CheckPainter:
    """In the place of a model, for the check: its canvases are the messages themselves."""

    steps, latent = 3, 6

    def paint(self, z):
        return ops.reshape(z, (-1, 3, 2, 3)), z[:, :, :4]


@checks.check("generate", builds_on=["step_noise"])
def check_generate():
    seed = keras.random.SeedGenerator(1)
    images, h_dec = checks.pair(generate(CheckPainter(), 200, seed), "generate", "probabilities and h_dec")
    checks.shape(images, (200, 3, 2, 3), "The generated images of 200 messages")
    checks.shape(h_dec, (200, 3, 4), "The states")
    checks.expect(np.min(h_dec) < 0, "the states should come as `model.paint` returns them, without a sigmoid.")
    images = checks.probabilities(images, "The generated images")
    checks.close(
        images[:, :, 0, 0], 1 / (1 + np.exp(-np.asarray(h_dec)[:, :, 0])), "The first pixel (the message's sigmoid)"
    )
    logits = np.log(images / (1 - images))
    checks.differs(images[:, 0], images[:, 1], "Painted by messages of their own, two steps")
    checks.differs(images[0], images[1], "Painted by messages of their own, two images")
    checks.between(logits.std(), 0.95, 1.05, "The standard deviation of the messages (the prior is standard normal)")
    checks.between(np.mean(logits**4), 2.2, 3.8, "The mean fourth power of the messages (3 for normal numbers)")
    checks.differs(images, generate(CheckPainter(), 200, seed)[0], "Two sets of generated images")
    again, _ = generate(CheckPainter(), 200, keras.random.SeedGenerator(1))
    checks.close(again, images, "What an equal generator paints (draw with the one that is handed in)")


# %% [markdown]
# ## 7 A tighter bound
#
# The bound $L_x + L_z$ is above $-\log P(x)$ by as much as $Q$ is a bad guess of the true posterior. With more samples
# one gets nearer without a better $Q$. For a sample $z_1, \dots, z_T$ from $Q$ define its **weight**
#
# $$w = \frac{P(x, z)}{Q(z \mid x)} = D(x \mid c_T) \prod_{t,j} \frac{P(z_{t,j})}{Q(z_{t,j} \mid h^{enc}_t)}.$$
#
# Its mean over $Q$ is exactly $P(x)$. So the mean of $K$ weights is near it, and (by Jensen's inequality, [Burda et
# al., *Importance Weighted Autoencoders*, 2015](https://arxiv.org/abs/1509.00519))
#
# $$L_K = -\mathbb{E}\Big[\log \frac1K \sum_{k=1}^K w_k\Big]$$
#
# is an upper bound of $-\log P(x)$ which falls with $K$, and for $K = 1$ is, on average, $L_x + L_z$.
#
# `log_weight` computes $\log w$ for a batch. With $z = \mu + \sigma \epsilon$ two normal densities are simple: the
# constants cancel, and what remains for each latent is $\log P - \log Q = -\tfrac12 z^2 + \tfrac12 \epsilon^2 + \log
# \sigma$. (Note that it does *not* contain the closed form of the divergence, which is the mean of this over
# $\epsilon$.) This $z$ is what `sample` gives, and $\log D$ is minus the reconstruction loss. `importance_bound` gets
# $\log w$ of $K$ samples for each image. The weights themselves are far too small
# for float32 ($e^{-100}$ is 0): use `ops.logsumexp`.


# %% solution="importance"
def log_weight(x, canvas, mean, std, noise):
    """log w (batch,) of one sample, from x, the last canvas, and mean, std, noise (batch, steps, latent)."""
    ### BEGIN SOLUTION
    z = sample(mean, std, noise)  # (batch, steps, latent)
    prior_over_posterior = -0.5 * z**2 + 0.5 * noise**2 + ops.log(std)  # (batch, steps, latent), in logarithms
    return ops.sum(prior_over_posterior, axis=(1, 2)) - reconstruction_loss(x, canvas)  # (batch,)
    ### END SOLUTION


def importance_bound(log_weights):
    """The bound (batch,) in nats, from log w of K samples for each image, (batch, K)."""
    ### BEGIN SOLUTION
    return math.log(log_weights.shape[1]) - ops.logsumexp(log_weights, axis=1)  # (batch,)
    ### END SOLUTION


# %% test="importance" points=4
@checks.check("importance", builds_on=["latent", "reconstruction_loss"])
def check_importance():
    one = check_tensor([[[1]]])  # an image of one pixel, one step, one latent
    weight = log_weight(one, 0 * one, 0 * one, one, 0.7 * one)
    checks.close(weight, [-0.693147], "log w where Q is the prior (only the pixel counts)")
    weight = log_weight(one, 0 * one, one, 2 * one, 0.5 * one)
    checks.close(weight, [-1.875], "log w with mean 1, standard deviation 2, noise ½ (z is 2)")
    mean, std, noise = (check_tensor(np.full((2, 3, 4), value)) for value in (1, 2, 0.5))
    weights = log_weight(check_tensor(np.ones((2, 1, 2))), check_tensor(np.zeros((2, 1, 2))), mean, std, noise)
    checks.close(weights, [-15.568528] * 2, "log w of two images of 2 pixels, with 3 steps of 4 such latents")
    checks.close(importance_bound(check_tensor([[-3]])), [3], "The bound with one sample, log w = -3,")
    three = check_tensor([[-3, -3, -3], [-500, -501, -502]])
    checks.close(importance_bound(three), [3, 500.691006], "The bound with three samples for two images")


# %% [markdown]
# ## 8 Training
#
# How large the model is, and how long it trains, depends on the preset: `full` has the paper's sizes for MNIST. The
# model that is trained here with `quick` comes with the course, too: with `TRAINED=yes` it is loaded instead, and all
# that looks at a trained model starts at once.

# %%
SETTINGS = {
    "quick": {
        "model": {"steps": 8, "hidden": 128, "latent": 10, "read_size": 5, "write_size": 5},
        "batch_size": 64,
        "learning_rate": 2e-3,
        "training_steps": 3600,
        "samples": 20,  # of the importance-weighted bound
        "test_images": 500,
    },
    "full": {
        "model": {"steps": 64, "hidden": 256, "latent": 100, "read_size": 2, "write_size": 5},
        "batch_size": 128,
        "learning_rate": 1e-3,
        "training_steps": 250_000,
        "samples": 100,
        "test_images": 10_000,
    },
}[PRESET]
RUN = ROOT / "build" / "draw"
CHECKPOINT = ROOT / "data" / f"draw-{PRESET}.weights.h5"

# %% [markdown]
# Batches are binarised anew each time that they are made.


# %%
class RandomBatches(keras.utils.PyDataset):
    """Random batches of images, dynamically binarised, as many as there are `steps` in an epoch."""

    def __init__(self, images, batch_size, steps, seed=1, prepare=binarise):
        """`images` are bytes (n, height, width); `prepare` makes them what the model sees."""
        super().__init__()
        self.images, self.batch_size, self.steps, self.prepare = images, batch_size, steps, prepare
        self.random = np.random.default_rng(seed)

    def __len__(self):
        return self.steps

    def __getitem__(self, _):
        chosen = self.images[self.random.integers(0, len(self.images), self.batch_size)]
        return (self.prepare(chosen, self.random),)  # (batch, height, width)


# %% [markdown]
# A training "epoch" here is 100 steps, so that the progress can be seen. `train_draw` also takes the time of a step.


# %%
class Watch(keras.callbacks.Callback):
    """Takes the time of every epoch."""

    def on_train_begin(self, *_):
        self.seconds = []

    def on_epoch_begin(self, *_):
        self.began = time.perf_counter()

    def on_epoch_end(self, *_):
        self.seconds.append(time.perf_counter() - self.began)


def train_draw(model, images, steps, seed=1, verbose=2, callbacks=(), prepare=binarise):
    """Train on bytes (n, height, width): the nats per image of every 100 steps, and the milliseconds that one took."""
    batches = RandomBatches(images, SETTINGS["batch_size"], min(100, steps), seed, prepare)
    adam = keras.optimizers.Adam(SETTINGS["learning_rate"], clipnorm=5.0)
    model.compile(optimizer=adam, jit_compile=training.jit_compile())
    adam.build(model.trainable_variables)  # what is not built is not restored from a backup either
    watch = Watch()
    epochs = max(1, steps // 100)
    losses = model.fit(batches, epochs=epochs, verbose=verbose, callbacks=[watch, *callbacks]).history["loss"]
    after_the_first = watch.seconds[1:] or watch.seconds  # the first compiles
    return losses, 1000 * np.median(after_the_first) / len(batches)


def new_model(seed=1, steps=8, parts=Parts, **sizes):
    """A DRAW that starts from this seed; `parts` is the class of its parts."""
    keras.utils.set_random_seed(seed)
    return Draw(steps, parts(HEIGHT, WIDTH, **sizes), seed)


# %% [markdown]
# The test images are binarised once. On them both bounds are measured: the loss that is trained, and the tighter one
# of section 7.


# %%
def test_bounds(model, x, samples):
    """The bound with 1 and with `samples` samples, means over binary images x (n, height, width)."""
    bounds, tighter = [], []
    for batch in np.array_split(x, max(1, len(x) // 100)):  # about 100 images each
        log_weights = []
        for _ in range(samples):
            outputs = model.predict_on_batch(batch)
            noise, mean, std, canvas = *(outputs[name] for name in ("noise", "mean", "std")), outputs["canvases"][:, -1]
            bounds.append(ops.convert_to_numpy(reconstruction_loss(batch, canvas) + latent_loss(mean, std)))
            log_weights.append(ops.convert_to_numpy(log_weight(batch, canvas, mean, std, noise)))
        tighter.append(ops.convert_to_numpy(importance_bound(np.stack(log_weights, axis=1))))
    return np.mean(np.concatenate(bounds)), np.mean(np.concatenate(tighter))


# %% demo
with checks.waits():
    x_test = binarise(mnist.test_images[: SETTINGS["test_images"]], np.random.default_rng(0))  # fixed from here on
    x_train = binarise(mnist.images[: SETTINGS["test_images"]], np.random.default_rng(0))

# %% demo
with checks.waits():
    model = new_model(**SETTINGS["model"])
    print(f"{model.count_params():,} numbers to learn")
    RUN.mkdir(parents=True, exist_ok=True)
    if TRAINED:
        model.load_weights(CHECKPOINT)
    else:
        backup = training.Backup(RUN / f"backup-{PRESET}")  # if interrupted, run the cell again, and it goes on
        curve, milliseconds = train_draw(model, mnist.images, SETTINGS["training_steps"], callbacks=[backup])
        print(f"{milliseconds:.0f} ms a step")
        model.save_weights(RUN / f"{PRESET}.weights.h5")
        (RUN / f"{PRESET}-curve.json").write_text(json.dumps({"ms_per_step": milliseconds, "curve": curve}))
        plots.curves(
            100 * np.arange(1, len(curve) + 1),
            {"training, dynamic": curve},
            "the bound, mean over 100 steps",
            xlabel="step",
            ylabel="nats per image",
            name="bound",
        )

# %% demo
with checks.waits():
    mean_ink = np.clip(mnist.images.mean(axis=0) / 255, 1e-3, 1 - 1e-3)  # (height, width)
    same_canvas = np.log(mean_ink / (1 - mean_ink)).astype("float32") + np.zeros_like(x_test)  # (n, height, width)
    blind = reconstruction_loss(x_test, same_canvas)
    print(f"knowing nothing but each pixel's mean ink: {float(ops.mean(blind)):.1f} nats per image")
    table = {"training images": x_train, "test images": x_test}
    record = {"preset": PRESET, "settings": SETTINGS, "seed": 1, "backend": keras.backend.backend()}
    for name, x in table.items():
        bound, tighter = test_bounds(model, x, SETTINGS["samples"])
        record[f"{name.split()[0]}_bound_nats"] = float(bound)
        record[f"{name.split()[0]}_importance_weighted_nats"] = float(tighter)
        print(
            f"{name} (binarised once): {bound:.1f} nats per image; "
            f"importance-weighted with {SETTINGS['samples']} samples {tighter:.1f}"
        )
    (RUN / f"{PRESET}-bounds.json").write_text(json.dumps(record, indent=1))

# %% [markdown]
# With `quick` expect about 106 nats for a test image, and 100 importance-weighted, where knowing nothing costs 198. The
# paper reports at most 80.97 nats with attention and 87.40 without, with $T = 64$ and long training.
#
# ### The canvas over time
#
# In each pair of rows the upper one shows a test image, with a blue rectangle where the encoder looks at this step, and
# the lower one what has been painted, with a red rectangle where the decoder has just written. A rectangle reaches from
# the first to the last spot of its grid, and may hang over the edge.


# %%
def window_boxes(window, size):
    """The rectangle (batch, 4) of a Window's grid, in pixels: left, top, right, bottom."""
    reach = (size - 1) / 2 * window.stride  # (batch, 1)
    return np.concatenate([window.x - reach, window.y - reach, window.x + reach, window.y + reach], axis=-1)


def framed_windows(images, h_dec, layer, size, colour):
    """Images (n, steps, height, width) in colour, with the window that `layer` makes of h_dec (n, steps, hidden)."""
    windows = attention_window(layer(h_dec.reshape(-1, h_dec.shape[-1])), size, *images.shape[2:])
    corners = window_boxes(Window(*map(ops.convert_to_numpy, windows)), size).reshape(*h_dec.shape[:2], 4)
    return plots.boxed(images, corners, colour=colour)


# %% demo
with checks.waits():
    outputs = model.predict(x_test[:6], verbose=0)
    inked = ops.convert_to_numpy(ops.sigmoid(outputs["canvases"]))  # (6, steps, height, width)
    first = ops.convert_to_numpy(model.parts.first(6).decoder[0])[:, None]  # (6, 1, hidden)
    before = np.concatenate([first, outputs["h_dec"][:, :-1]], axis=1)  # h_dec of t - 1, which the encoder looked after
    looked = np.repeat(x_test[:6, None], model.steps, axis=1)  # (6, steps, height, width)
    parts, write_size, read_size = model.parts, SETTINGS["model"]["write_size"], SETTINGS["model"]["read_size"]
    reading = framed_windows(looked, before, parts.read_window, read_size, plots.G_COLOUR)
    writing = framed_windows(inked, outputs["h_dec"], parts.write_window, write_size, plots.D_COLOUR)
    shown = np.linspace(0, model.steps - 1, min(8, model.steps)).astype(int)
    plots.rows(
        {
            f"{what} {k + 1}": row[k, shown]
            for k in range(3)
            for what, row in {"reads": reading, "writes": writing}.items()
        },
        "test images: where DRAW looks, and what it has painted",
        columns=[f"t = {t + 1}" for t in shown],
        name="reconstructions",
    )

# %% [markdown]
# And now from nothing: samples, painted step by step.

# %% demo
with checks.waits():
    seed = keras.random.SeedGenerator(7)
    painted, h_dec = (ops.convert_to_numpy(part) for part in generate(model, 64, seed))  # (64, steps, height, width)
    strokes = framed_windows(painted, h_dec, parts.write_window, write_size, plots.D_COLOUR)
    frames = [(t + 1, strokes[:25, t]) for t in range(model.steps)]
    seconds = max(3, model.steps / 6)
    plots.animation(frames, RUN / "painting.gif", columns=5, scale=1, caption="step {}", seconds=seconds)
    plots.rows(
        {f"sample {k + 1}": strokes[k, shown] for k in range(4)},
        "painted from the prior",
        columns=[f"t = {t + 1}" for t in shown],
        name="painting",
    )
    plots.grid(painted[:, -1], "64 samples: the probability of ink", limits=(0, 1), name="samples")

# %% [markdown] question="samples" points=2
# **Question.** Look at the painted samples and at the numbers of the two bounds.
#
# 1. In which steps does the digit come into being? Describe what the strokes do at the beginning and at the end.
# 2. The importance-weighted bound is smaller than the other. Has the *model* become better by it? And why may the
#    difference between training and test images be trusted only if both were binarised in the same way?
#
# *Your answer (a few sentences):*
#
# ### BEGIN MARK SCHEME
# 1. (1 point) Whatever the pictures of the student's run show, described with steps: typically the first strokes are
#    large and blurred and darken or whiten a whole region (most of the canvas becomes paper), later ones are smaller
#    and sharper and follow the digit's line; strokes move along it. A description that mentions the change of size or
#    place of the rectangle over time earns the point.
# 2. (1 point) No: the model is the same, only the bound on its −log P(x) is nearer to it. And binarisation changes the
#    data's entropy (rounded digits are easier to tell than drawn ones), so nats of differently binarised images differ
#    even for the same model. Half a point for each half.
# ### END MARK SCHEME

# %% [markdown]
# ### Where the nats go
#
# Which messages cost something? Each step has its share of $L_z$.

# %% demo
with checks.waits():
    outputs = model.predict(x_test[:500], batch_size=100, verbose=0)
    now = [slice(t, t + 1) for t in range(model.steps)]
    per_step = [float(ops.mean(latent_loss(outputs["mean"][:, t], outputs["std"][:, t]))) for t in now]
    left = [float(ops.mean(reconstruction_loss(x_test[:500], outputs["canvases"][:, t]))) for t in range(model.steps)]
    plots.metric_curves(
        np.arange(1, model.steps + 1),
        {
            "nats for the message of step t": {"test images": per_step},
            "nats for the pixels after step t": {"test images": left},
        },
        xlabel="step t",
        name="nats",
    )

# %% [markdown]
# ## 9 What is it good for?
#
# ### Attention against none
#
# The same sizes and the same number of training steps, once with both attentions and once with none; and the model
# without attention once more with a change that suggests itself: **convolutions** in place of flat affine layers, two
# (stride 2) that look at image and error as two channels, and two transposed ones that paint.
#
# With `quick` expect attention to be *behind* after these 400 steps: about 174 nats, against 127 without and 112 with
# convolutions, one training each (the table below shows how far apart two seeds are). It has yet to learn where to
# look, and writes 25 numbers in a step where the others paint 784. The model of section 8 needed 3,600 steps. After
# long training attention is ahead in the paper: 80.97 against 87.40.

# %%
COMPARED_STEPS = {"quick": 400, "full": 250_000}[PRESET]  # of training, for each of the three



class ConvolutionalParts(Parts):
    """Looks at everything through two convolutions and paints everywhere through two transposed ones."""

    def __init__(self, height=28, width=28, hidden=128, latent=10, filters=16, **kwargs):
        """`height` and `width` are multiples of 4; if both are 28, a glimpse is as long as one of `read_plain`."""
        super().__init__(height, width, hidden, latent, **kwargs)
        down = {"strides": 2, "padding": "same", "activation": "relu"}
        self.look = keras.Sequential(
            [
                keras.Input((height, width, 2)),
                keras.layers.Conv2D(filters, 3, **down),  # (batch, height / 2, width / 2, filters)
                keras.layers.Conv2D(2 * filters, 3, **down),  # (batch, height / 4, width / 4, 2 * filters)
                keras.layers.Flatten(),
            ]
        )
        self.features = self.look.output_shape[-1]
        self.patch = keras.Sequential(
            [
                keras.Input((hidden,)),
                keras.layers.Dense(height // 4 * width // 4 * 2 * filters, activation="relu"),
                keras.layers.Reshape((height // 4, width // 4, 2 * filters)),
                keras.layers.Conv2DTranspose(filters, 4, **down),  # (batch, height / 2, width / 2, filters)
                keras.layers.Conv2DTranspose(1, 4, strides=2, padding="same"),  # (batch, height, width, 1)
            ]
        )

    def read(self, x, error, h_dec):  # noqa: ARG002
        """The glimpse (batch, features) of x and error (batch, height, width)."""
        return self.look(ops.stack([x, error], axis=-1))


# %% demo
with checks.waits():
    sizes = {name: SETTINGS["model"][name] for name in ("hidden", "latent")}
    attentive = {name: SETTINGS["model"][name] for name in ("read_size", "write_size")}
    kinds = {
        "with attention": Parts(HEIGHT, WIDTH, **sizes, **attentive),
        "without": Parts(HEIGHT, WIDTH, **sizes),
        "with convolutions": ConvolutionalParts(HEIGHT, WIDTH, **sizes),
    }
    compared = {}
    for name, parts in kinds.items():
        keras.utils.set_random_seed(1)
        rival = Draw(SETTINGS["model"]["steps"], parts)
        compared[name], milliseconds = train_draw(rival, mnist.images, COMPARED_STEPS, verbose=0)
        bound = rival.evaluate(x_test, batch_size=100, verbose=0, return_dict=True)["loss"]
        print(
            f"{name:18} {bound:6.1f} nats a test image, {milliseconds:.0f} ms a step, {rival.count_params():,} weights"
        )
    plots.curves(
        100 * np.arange(1, 1 + len(compared["without"])),
        compared,
        "the bound in training (dynamic binarisation)",
        xlabel="step",
        ylabel="nats per image",
        name="attention_or_not",
    )

# %% [markdown]
# ### What each part is worth
#
# Leave out one thing at a time and train each with the same budget of steps: the error image, attention in reading,
# in writing, the decoder's state in the encoder's input; then fewer and more glimpses, and fewer latents. Each with
# several seeds, because a difference smaller than their spread means nothing. With the `quick` budget nothing has
# converged, and the table says what *starts* fastest; `full` gives it time.

# %%
ABLATION = {
    "quick": {
        "model": {"steps": 5, "hidden": 64, "latent": 10, "read_size": 5, "write_size": 5},
        "training_steps": 100,
        "seeds": 2,
    },
    "full": {
        "model": {"steps": 16, "hidden": 256, "latent": 50, "read_size": 2, "write_size": 5},
        "training_steps": 10_000,
        "seeds": 3,
    },
}[PRESET]


class AblatedParts(Parts):
    """Parts that do without the error image, or whose encoder does without h_dec: both are seen as zeros."""

    def __init__(self, *args, error_image=True, feedback=True, **kwargs):
        """`feedback` is what the encoder sees of h_dec."""
        super().__init__(*args, **kwargs)
        self.error_image, self.feedback = error_image, feedback

    def read(self, x, error, h_dec):
        """The glimpse (batch, features) of x and error (batch, height, width)."""
        return super().read(x, error if self.error_image else ops.zeros_like(error), h_dec)

    def encode(self, glimpse, h_dec, state):
        """One step of the encoder: h_enc (batch, hidden) and its new state."""
        return super().encode(glimpse, h_dec if self.feedback else ops.zeros_like(h_dec), state)


# %% demo
with checks.waits():
    whole, budget_steps, seeds = ABLATION["model"], ABLATION["training_steps"], ABLATION["seeds"]
    variants = {
        "everything": {},
        "no error image": {"error_image": False},
        "no attention in reading": {"read_size": None},
        "no attention in writing": {"write_size": None},
        "encoder without h_dec": {"feedback": False},
        "half the glimpses": {"steps": (whole["steps"] + 1) // 2},
        "twice the glimpses": {"steps": 2 * whole["steps"]},
        "a fifth of the latents": {"latent": whole["latent"] // 5},
    }
    print(f"{budget_steps} steps each, nats per test image, mean and spread (largest minus smallest) of {seeds} seeds")
    for name, change in variants.items():
        bounds = []
        for k in range(seeds):
            variant = new_model(k + 1, parts=AblatedParts, **{**whole, **change})
            train_draw(variant, mnist.images, budget_steps, seed=k + 1, verbose=0)
            bounds.append(variant.evaluate(x_test, batch_size=100, verbose=0, return_dict=True)["loss"])
        print(f"{name:24} {np.mean(bounds):7.1f}   ± {np.ptp(bounds):.1f}")

# %% [markdown] question="parts" points=3
# **Question.** Look at the comparison and at the table.
#
# 1. Attention makes the description of a stroke shorter: 5 × 5 numbers and a window in place of 784. In your curves it
#    is behind at first, in the paper it is ahead in the end. Why can it make images *better*, and not only cheaper?
#    What kind of image would it harm?
# 2. Name a row of the table in which the bound differs from that of "everything" by less than the spread of the seeds.
#    What may you conclude, and what not?
# 3. The encoder sees $x$ and $\hat x$. Since $\hat x$ can be computed from $x$ and the canvas, and the canvas depends
#    on messages that the encoder has sent itself: what does the error image spare the encoder?
#
# *Your answer (a few sentences):*
#
# ### BEGIN MARK SCHEME
# 1. (1 point) One of: the same few weights serve at every place, so that a stroke is learnt once and used everywhere;
#    strokes are sharp and local by construction; the few numbers are easy to predict from a short message. It harms
#    images whose detail is everywhere at once (textures, photographs with much background), which few small patches
#    cannot cover. Half a point for each half.
# 2. (1 point) Any row for which this is so in the student's table. Conclusion: at this budget no difference is shown;
#    not: that the part is useless. (More seeds, a longer training or larger images may show one.) If there is none
#    in the table, saying so earns the point.
# 3. (1 point) Remembering: without it the encoder's LSTM would have to keep what it sent *and what noise was added*,
#    and to simulate the decoder. (Through h_dec it could learn something of it.)
# ### END MARK SCHEME

# %% [markdown]
# ## 10 The same window, for other tasks
#
# ### Reading in a mess
#
# The window can also serve to *recognise* (section 4.1 of the paper). A digit lies somewhere on a larger image, among
# fragments of other digits. A network that takes in all of the image at once must learn each digit at each place. One
# that looks a few times through a small window can find it first, and then read it. Nothing is painted: the window
# comes from the state of the one LSTM, and after the last glimpse an affine layer says which digit it is.


# %%
class ReaderCell(keras.layers.Layer):
    """One glimpse through a window that the state chooses, under `keras.layers.RNN`."""

    def __init__(self, height, width, size, hidden, **kwargs):
        """`size` spots in each direction of the window, `hidden` numbers in the state."""
        super().__init__(**kwargs)
        self.height, self.width, self.size = height, width, size
        self.lstm, self.window = keras.layers.LSTMCell(hidden), keras.layers.Dense(5)
        self.lstm.build((None, size * size))
        self.window.build((None, hidden))
        self.state_size, self.output_size = [height * width, hidden, hidden], hidden

    def call(self, _, states):
        """From an image (batch, height, width), h and c (batch, hidden): h, and the three of them after a glimpse."""
        x, h, c = states
        window = attention_window(self.window(h), self.size, self.height, self.width)
        F_y, F_x = filterbank_pair(window, self.size, self.height, self.width)
        glimpse = F_y @ x @ ops.transpose(F_x, (0, 2, 1))  # (batch, size, size)
        h, state = self.lstm(window.intensity * ops.reshape(glimpse, (-1, self.size**2)), [h, c])
        return h, [x, *state]


class Reader(keras.Model):
    """Says which digit lies on an image, after a few glimpses."""

    def __init__(self, height, width, glimpses, read_size, hidden):
        """`glimpses` is how often it looks."""
        super().__init__()
        self.glimpses, self.hidden = glimpses, hidden
        self.cell = ReaderCell(height, width, read_size, hidden)
        self.loop = keras.layers.RNN(self.cell, return_sequences=True)
        self.loop.build((None, glimpses, 1))
        self.verdict = keras.layers.Dense(10)
        self.verdict.build((None, hidden))
        self.built = True

    def states(self, x):
        """h after each glimpse (batch, glimpses, hidden)."""
        nothing = ops.zeros((ops.shape(x)[0], max(self.glimpses, self.hidden)))
        first = nothing[:, : self.hidden]  # (batch, hidden)
        return self.loop(nothing[:, : self.glimpses, None], initial_state=[x, first, first])

    def call(self, x):
        """Logits (batch, 10) of images (batch, height, width)."""
        return self.verdict(self.states(x)[:, -1])


# %% [markdown]
# The digits are put among fragments of others anew for each batch.


# %%
class Cluttered(keras.utils.PyDataset):
    """Endlessly new cluttered images in [0, 1], and which digit lies on each."""

    def __init__(self, images, labels, batch_size, steps, seed=1, **clutter):
        """`clutter` are the settings of `data.clutter`."""
        super().__init__()
        self.images, self.labels, self.batch_size, self.steps = images, labels, batch_size, steps
        self.random, self.clutter = np.random.default_rng(seed), clutter

    def __len__(self):
        return self.steps

    def __getitem__(self, _):
        chosen = self.random.integers(0, len(self.images), self.batch_size)
        images, _ = data.clutter(self.images[chosen], self.random, **self.clutter)
        return images.astype(np.float32) / 255, self.labels[chosen].astype(np.int32)


# %% [markdown]
# `full` has the paper's sizes for this task, too.

# %% demo
CLUTTERED = {
    "quick": {
        "mess": {"size": 60, "pieces": 4},
        "reader": {"glimpses": 4, "read_size": 12, "hidden": 128},
        "training_steps": 600,
    },
    "full": {
        "mess": {"size": 100, "pieces": 8},
        "reader": {"glimpses": 8, "read_size": 12, "hidden": 256},
        "training_steps": 100_000,
    },
}[PRESET]

with checks.waits():
    mess, reading_steps = CLUTTERED["mess"], CLUTTERED["training_steps"]
    keras.utils.set_random_seed(1)
    reader = Reader(mess["size"], mess["size"], **CLUTTERED["reader"])
    reader.compile(
        keras.optimizers.Adam(1e-3, clipnorm=5.0),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
        jit_compile=training.jit_compile(),
    )
    batches = Cluttered(mnist.images, mnist.labels, 64, min(100, reading_steps), **mess)
    reader.fit(batches, epochs=max(1, reading_steps // 100), verbose=2)
    unseen = Cluttered(mnist.test_images, mnist.test_labels, 100, 10, seed=2, **mess)
    right = reader.evaluate(unseen, verbose=0, return_dict=True)["accuracy"]
    print(f"{right:.1%} of 1,000 new images read rightly (guessing: 10%)")

# %% demo
with checks.waits():
    images, labels = (part[:4] for part in unseen[0])
    h = ops.convert_to_numpy(reader.states(images))  # (4, glimpses, hidden)
    before = np.concatenate([np.zeros_like(h[:, :1]), h[:, :-1]], axis=1)
    looked = np.repeat(images[:, None], reader.glimpses, axis=1)
    glances = framed_windows(looked, before, reader.cell.window, reader.cell.size, plots.G_COLOUR)
    plots.rows(
        {f"a {labels[k]}": glances[k] for k in range(4)},
        "cluttered digits, and where the reader looks",
        columns=[f"glimpse {t + 1}" for t in range(reader.glimpses)],
        name="cluttered",
    )

# %% [markdown]
# ### Two digits
#
# On images with two digits, anywhere on 60 × 60 pixels (section 4.3 of the paper), attention pays more: a stroke that
# is learnt once serves at every place, and a good model paints one digit after the other. With `quick` (150 steps)
# expect no digits yet: a grey cloud where digits may lie, and windows that are still as wide as the image.

# %% demo
TWO_DIGITS = {
    "quick": {"images": 5_000, "steps": 8, "training_steps": 150},
    "full": {"images": 60_000, "steps": 32, "training_steps": 100_000},
}[PRESET]

with checks.waits():
    pairs, _ = data.two_digits(mnist.images, TWO_DIGITS["images"], np.random.default_rng(3))
    keras.utils.set_random_seed(1)
    size = pairs.shape[1]
    painter = Draw(TWO_DIGITS["steps"], Parts(size, size, **sizes, **attentive))
    train_draw(painter, pairs, TWO_DIGITS["training_steps"])
    painted, h_dec = (ops.convert_to_numpy(part) for part in generate(painter, 4, keras.random.SeedGenerator(3)))
    strokes = framed_windows(painted, h_dec, painter.parts.write_window, write_size, plots.D_COLOUR)
    shown = np.linspace(0, painter.steps - 1, min(8, painter.steps)).astype(int)
    plots.rows(
        {"data": pairs[: len(shown)], **{f"sample {k + 1}": strokes[k, shown] for k in range(4)}},
        "two digits: some of the data, and samples painted step by step",
        name="two_digits",
    )

# %% [markdown]
# ### In colour
#
# House numbers and CIFAR-10 (sections 4.4 and 4.5 of the paper) have no ink and paper: red, green and blue have every
# intensity between 0 and 1. The paper keeps the cross-entropy all the same, and reads an intensity as a probability.
# That trains well, but what comes out is not what it costs to tell the bytes of a picture, so these nats can be
# compared with each other only. Even the true picture as a canvas does not cost 0 nats: what it costs is the least that
# any canvas can.
#
# To keep all other parts as they are, the three planes of a picture lie one below the other, as one image of three
# times the height. Only attention has to know of it: one window serves all three planes. With `PICTURES=svhn` or
# `cifar10` you train on these (the first needs its file in the data folder), else on drawn scenes, shrunk to 32 × 32.
# With `quick` and its 100 steps expect skies and grounds of the right colours, and a shadow where the things stand.

# %%


class ColourParts(Parts):
    """Looks and paints with attention on three planes (red, green, blue), one below the other."""

    def __init__(self, height, width, hidden, latent, read_size, write_size, **kwargs):
        """`height` and `width` are those of one plane."""
        super().__init__(3 * height, width, hidden, latent, read_size, write_size, **kwargs)
        self.features *= 3  # a glimpse of each plane
        self.patch = keras.layers.Dense(3 * write_size**2)

    def read(self, x, error, h_dec):
        """The glimpse (batch, features) of x and error (batch, 3 * height, width)."""
        window = attention_window(self.read_window(h_dec), self.read_size, self.height // 3, self.width)
        planes = zip(ops.split(x, 3, axis=1), ops.split(error, 3, axis=1), strict=True)  # (batch, height, width) each
        return ops.concatenate([read_attention(*plane, window, self.read_size) for plane in planes], axis=-1)

    def write(self, h_dec):
        """The stroke (batch, 3 * height, width)."""
        window = attention_window(self.write_window(h_dec), self.write_size, self.height // 3, self.width)
        patches = ops.reshape(self.patch(h_dec), (-1, 3, self.write_size, self.write_size))
        strokes = [write_attention(patches[:, k], window, self.height // 3, self.width) for k in range(3)]
        return ops.concatenate(strokes, axis=1)


def to_planes(pictures):
    """Pictures (n, height, width, 3) with their planes one below the other: (n, 3 * height, width)."""
    n, height, width, _ = pictures.shape
    return pictures.transpose(0, 3, 1, 2).reshape(n, 3 * height, width)


def to_pictures(planes):
    """The way back, from (n, 3 * height, width) to (n, height, width, 3)."""
    n, height, width = planes.shape
    return planes.reshape(n, 3, height // 3, width).transpose(0, 2, 3, 1)


def to_intensities(images, _random):
    """Bytes as numbers in [0, 1], of the same shape."""
    return images.astype(np.float32) / 255


def load_pictures(count):
    """Bytes (count, 32, 32, 3) of what `PICTURES` says."""
    load = {"svhn": data.load_svhn, "cifar10": data.load_cifar10}.get(PICTURES)
    if load:
        return load().images[:count]
    large = data.load_drawn_scenes(count).images  # (n, 64, 64, 3)
    return np.rint(large.reshape(-1, 32, 2, 32, 2, 3).mean(axis=(2, 4))).astype(np.uint8)  # means of 2 × 2 pixels


# %% demo
COLOUR = {
    "quick": {"images": 2_000, "steps": 8, "training_steps": 100},
    "full": {"images": 50_000, "steps": 64, "training_steps": 100_000},
}[PRESET]

with checks.waits():
    pictures = load_pictures(COLOUR["images"])  # (n, 32, 32, 3)
    keras.utils.set_random_seed(1)
    painter = Draw(COLOUR["steps"], ColourParts(32, 32, **sizes, **attentive))
    nats, _ = train_draw(painter, to_planes(pictures), COLOUR["training_steps"], prepare=to_intensities)
    originals = to_intensities(to_planes(pictures[:200]), None)  # (200, 96, 32)
    clipped = np.clip(originals, 1e-6, 1 - 1e-6)
    floor = reconstruction_loss(originals, np.log(clipped / (1 - clipped)))
    print(f"the last steps: {nats[-1]:.0f} nats; true pictures as canvases: {float(ops.mean(floor)):.0f}")

# %% demo
with checks.waits():
    painted = ops.convert_to_numpy(generate(painter, 3, keras.random.SeedGenerator(4))[0])  # (3, steps, 96, 32)
    canvases = painter.predict_on_batch(originals[:2])["canvases"]
    repainted = ops.convert_to_numpy(ops.sigmoid(canvases))  # (2, steps, 96, 32)
    shown = np.linspace(0, painter.steps - 1, min(8, painter.steps)).astype(int)
    rows = {"data": pictures[: len(shown)]}
    rows |= {f"of picture {k + 1}": to_pictures(repainted[k, shown]) for k in range(2)}
    rows |= {f"sample {k + 1}": to_pictures(painted[k, shown]) for k in range(3)}
    plots.rows(rows, "in colour: data, two reconstructions and three samples, step by step", name="colour")

# %% [markdown]
# ## 11 Where to go next
#
# - Train with `PRESET=full` on a GPU and compare with the paper's 80.97 nats. Watch how the learning curve crawls
#   through the last three nats.
# - Let `read_size` and `write_size` be 2, and 12. What do the rectangles do?
# - The learnt prior: let the prior of $z_t$ depend on $h^{dec}_{t-1}$. Which of the blanks change?
# - Scale the standard deviation of the messages in `generate` by 0.7. The samples look better. What has been lost?
# - Read how convolutional DRAW compresses images: [Gregor et al., *Towards Conceptual Compression*,
#   2016](https://arxiv.org/abs/1604.08772).
