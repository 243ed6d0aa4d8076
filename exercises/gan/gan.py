# %% [markdown]
# # Generating digits with a generative adversarial network
#
# In this notebook two small neural networks play a game. One makes images, the other tells them from real ones, and
# by playing against each other both get better, until the first one draws handwritten digits that nobody ever wrote.
# You build both networks, derive what each of them minimises, train them, and measure what they can and cannot do.
#
# **How the notebook works.** Where a cell raises `NotImplementedError`, a blank waits for you: replace that line.
# Below each blank a cell checks your answer and says in a sentence what it expected, what came, and where to look.
# These checks are there to help and score nothing; the grading asks further questions of the same kind. A cell that
# needs a blank which is still empty says so, so you can always run the notebook from top to bottom.
#
# Graded are the twelve blanks with a check below them and the two written questions; what only trains or draws is not.
# Each task says whether it is about NumPy's arrays or about tensors. Where `float32` is asked for, the check insists,
# so that what you build fits together; the grading takes `float64` as well.
#
# You need linear algebra, a little probability, and some Python. Reckon with three hours. The model is from [Goodfellow
# et al., *Generative Adversarial Networks*, 2014](https://arxiv.org/abs/1406.2661). Running everything takes about four
# minutes on two processor cores (`atelier demo` took 2.6 to 3.3 without section 10 and the short games of section 8,
# whose share is an estimate).

# %%
import os
import sys
from pathlib import Path

HERE = Path.cwd()
ROOT = next((folder for folder in [HERE, *HERE.parents] if (folder / "util" / "checks.py").is_file()), HERE)
sys.path.insert(0, str(ROOT))  # so that `util` is found, wherever the notebook was started
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # keeps TensorFlow's messages about its start to itself

import keras
import numpy as np
from keras import ops

from util import checks, data, metrics, plots, training

PRESET = os.environ.get("PRESET", "quick")  # "quick" takes minutes on a laptop, "full" half an hour
TRAINED = os.environ.get("TRAINED") == "yes"  # load players that were trained for 400 epochs in place of training some

# %% [markdown]
# ## 1 The data
#
# MNIST is a set of 70,000 handwritten digits, scanned, centred, and labelled with the digit that was meant: 60,000
# to learn from and 10,000 to test with. The next cell takes it from the `data` folder or from the network. Where
# neither has it, it makes do with 5,000 of the digits, and says so.

# %%
mnist = data.load_mnist()

print("images:     ", mnist.images.shape, mnist.images.dtype)  # (n, 28, 28)
print("labels:     ", mnist.labels.shape, mnist.labels.dtype)  # (n,)
print("test images:", mnist.test_images.shape)
print("of each digit:", np.bincount(mnist.labels))

# %% [markdown]
# An image is a matrix of 28 × 28 bytes, where 0 is the background and 255 is full ink. (The pictures here show ink
# dark on white, as on paper.)

# %% demo
plots.grid(mnist.images[:100], "the first 100 training images", name="training_images")

# %% [markdown]
# A computer sees no digit, only a matrix of numbers. Here is one, as it is stored, and the same one as a picture.

# %% demo
with np.printoptions(linewidth=200):
    print(mnist.images[0])
plots.digit(mnist.images[0], mnist.labels[0])

# %% [markdown]
# ## 2 Why generate, and what
#
# Such data usually serve to *recognise*: image in, digit out. The question here is the reverse: can a machine make
# new images that look as if they came from the same source? This is useful in its own right. Generated examples can
# enlarge a small training set or stand in for data that may not be shared; a model of what images look like helps to
# fill in missing parts, to sharpen, and to notice what does not belong; and whoever can make a thing has understood
# something about it, often from data that nobody had to label.
#
# Put formally: the training images are samples of a random variable $X \sim P_{real}$, a distribution over
# $[0, 1]^{784}$, of which we know nothing but these samples. We look for a way to draw new samples from it.
#
# - The **noise** $Z \sim P_z$ is a random vector of a distribution that we choose and can easily draw from, here
#   uniform on $[-1, 1]^n$ with some tens of numbers. All randomness comes from here.
# - The **generator** $G$ is a function that maps a noise vector to an image. It turns $P_z$ into a distribution of
#   images, that of $G(Z)$. The goal is that this distribution is $P_{real}$.
# - The **discriminator** $D$ is a function that maps an image to a number in $(0, 1)$: the probability, as $D$ sees
#   it, that the image is a real one.
#
# $D$ learns to tell $X$ from $G(Z)$, and $G$ learns to make this impossible. Nobody has to write down what makes an
# image look like a digit: $D$ finds out, and $G$ learns it from $D$.

# %% demo
plots.gan_diagram()

# %% [markdown]
# Both players are multi-layer perceptrons with one hidden layer. They differ in what goes in and what comes out.

# %% demo
plots.network_diagram(
    [("noise $z$", "latent_dim"), ("hidden layer, ReLU", "hidden_dim"), ("pixels, sigmoid", "image_dim")],
    "the generator $G$",
    plots.G_COLOUR,
    name="generator",
)
plots.network_diagram(
    [("pixels $x$", "image_dim"), ("hidden layer, ReLU", "hidden_dim"), ("logit; its sigmoid is $D(x)$", "1")],
    "the discriminator $D$",
    plots.D_COLOUR,
    name="discriminator",
)

# %% [markdown]
# ## 3 Preparing the data
#
# A perceptron takes vectors, so an image becomes one row of 784 pixels. And bytes become numbers of a size that
# networks work well with, either in $[0, 1]$ or in $[-1, 1]$.
#
# Fill in both functions for NumPy arrays, of any number of images; arrays come back, and what was passed in stays as it
# is. `scale` maps 0 to `low`, 255 to `high`, and everything between in proportion, whichever numbers `low` and `high`
# are. Mind the type: the arithmetic of bytes wraps around at 256.


# %% solution="transform"
def flatten(images):
    """Turn images (n, 28, 28) into rows of pixels (n, 784)."""
    ### BEGIN SOLUTION
    return images.reshape(len(images), -1)  # (n, 784)
    ### END SOLUTION


def scale(images, low=0.0, high=1.0):
    """Map bytes 0..255 to float32 numbers from `low` to `high`, in proportion."""
    ### BEGIN SOLUTION
    return low + images.astype(np.float32) * np.float32((high - low) / 255)  # same shape
    ### END SOLUTION


# %% test="transform" points=2
@checks.check("transform")
def check_transform():
    images = np.arange(3 * 784).reshape(3, 28, 28) % 251
    rows = checks.shape(flatten(images), (3, 784), "flatten(images)")
    checks.expect(
        np.array_equal(rows[1, 28:56], images[1, 1]),
        "flatten should put the rows of an image one after the other, but pixels 28 to 55 are not its second row.",
    )
    checks.shape(flatten(images[:1]), (1, 784), "flatten of a single image in a batch")
    values = np.array([[0, 51, 255]], np.uint8)
    checks.dtype(checks.shape(scale(values), (1, 3), "scale(images)"), "float32", "scale(images)")
    checks.between(scale(values), 0, 1, "scale(images)")
    checks.close(scale(values), [[0, 0.2, 1]], "scale of the bytes 0, 51, 255 to [0, 1]")
    checks.close(scale(values, -1, 1), [[-1, -0.6, 1]], "scale of the bytes 0, 51, 255 to [-1, 1]")
    checks.close(scale(values, -0.5, 0.25), [[-0.5, -0.35, 0.25]], "scale of the bytes 0, 51, 255 to [-0.5, 0.25]")
    checks.close(
        scale(values[:, :2]), [[0, 0.2]], "scale of the bytes 0, 51 (1 stands for 255, whether it occurs or not)"
    )
    checks.expect(values.tolist() == [[0, 51, 255]], "scale has changed the array that was passed in: make a new one.")


# %% [markdown]
# ### Minibatches
#
# Training goes through the data in *minibatches*, a few images at a time. One pass through all of them is an
# *epoch*. Write the class `Dataset`, which gets NumPy's arrays and hands them out:
#
# - `next_batch(batch_size)` returns the next `batch_size` images and their labels, as two arrays. No batch is larger
#   than the data set, but two batches may have different sizes.
# - Every epoch, the first included, has a new random order and hands out every example exactly once.
# - Image and label stay together.
# - If fewer than `batch_size` examples are left in this epoch, the batch takes them and is filled up from the next
#   one.
# - `epochs_completed` counts the epochs that are used up: it goes up as soon as the last example of one is handed
#   out.
# - With a `seed`, the order of all epochs depends on the seed alone. Without one it is another every time.
# - The arrays that were passed in stay as they are; they belong to the caller. So does the state of the global random
#   generators, such as the one behind `np.random.permutation`: whoever seeds one of them makes everybody else's noise
#   repeat itself. A generator of your own, such as `np.random.default_rng(seed)`, disturbs nobody.


# %% solution="dataset"
class Dataset:
    """Hands out a set of labelled images in minibatches, in a new random order every epoch."""

    def __init__(self, images, labels, seed=None):
        """`images` (n, ...) and `labels` (n,) belong together; `seed` makes the order repeatable."""
        ### BEGIN SOLUTION
        self.images = images
        self.labels = labels
        self.epochs_completed = 0
        self.random = np.random.default_rng(seed)
        self.waiting = self.random.permutation(len(images))  # indices that this epoch has still to hand out
        ### END SOLUTION

    def next_batch(self, batch_size):
        """Return the next images (batch_size, ...) and their labels (batch_size,)."""
        ### BEGIN SOLUTION
        chosen = np.empty(0, dtype=int)  # (batch_size,) in the end
        while len(chosen) < batch_size:
            missing = batch_size - len(chosen)
            chosen = np.append(chosen, self.waiting[:missing])
            self.waiting = self.waiting[missing:]
            if len(self.waiting) == 0:
                self.epochs_completed += 1
                self.waiting = self.random.permutation(len(self.images))
        return self.images[chosen], self.labels[chosen]
        ### END SOLUTION


# %% test="dataset" points=5
@checks.check("dataset")
def check_dataset():
    labels = np.arange(10)
    images = np.repeat(labels, 4).reshape(10, 2, 2)  # every pixel of an image is its label
    small = Dataset(images, labels, seed=1)
    handed = [small.next_batch(4), small.next_batch(4)]
    checks.shape(handed[0][0], (4, 2, 2), "the images of next_batch(4)")
    checks.shape(handed[0][1], (4,), "the labels of next_batch(4)")
    checks.expect(
        small.epochs_completed == 0,
        f"epochs_completed should be 0 after 8 of 10 examples, but is {small.epochs_completed}.",
    )
    handed.append(small.next_batch(4))
    checks.shape(handed[2][1], (4,), "the labels of a batch of 4 when 2 examples are left (fill it up)")
    checks.expect(
        small.epochs_completed == 1,
        f"epochs_completed should be 1 after 12 of 10 examples, but is {small.epochs_completed}.",
    )
    handed.append(small.next_batch(8))
    checks.shape(handed[3][1], (8,), "the labels of a batch of 8 after batches of 4")
    for batch_images, batch_labels in handed:
        checks.expect(
            np.array_equal(batch_images[:, 0, 0], batch_labels),
            "an image came with the label of another one: both need the same order.",
        )
    came = np.concatenate([batch_labels for _, batch_labels in handed])
    for epoch in (came[:10], came[10:]):
        checks.expect(
            sorted(epoch) == list(range(10)),
            f"an epoch should hand out every example once, but of 10 examples came {sorted(epoch.tolist())}.",
        )
    checks.expect(
        np.array_equal(labels, np.arange(10)) and np.array_equal(images[:, 0, 0], labels),
        "the arrays that were passed in were changed: work on copies.",
    )

    def orders(seed, epochs=3):
        """The orders of the first epochs, each of 50 examples."""
        larger = Dataset(np.zeros((50, 2, 2)), np.arange(50), seed=seed)
        came = [np.asarray(larger.next_batch(50)[1]) for _ in range(epochs)]
        checks.expect(
            larger.epochs_completed == epochs,
            f"{epochs} batches that each end with an epoch should give epochs_completed {epochs}, "
            f"not {larger.epochs_completed}.",
        )
        return came

    first, second, third = orders(seed=1)
    checks.differs(first, np.arange(50), "the order of the data and that of the first epoch")
    for one, other in ((first, second), (second, third)):
        checks.differs(one, other, "the orders of two epochs")
        turned = {tuple(np.roll(one, k)) for k in range(50)} | {tuple(np.roll(one[::-1], k)) for k in range(50)}
        checks.expect(
            tuple(other) not in turned,
            "an epoch has the order of the one before, only turned round: shuffle anew.",
        )
    checks.close(np.stack(orders(seed=1)), np.stack([first, second, third]), "the order of another one with this seed")
    checks.differs(first, orders(seed=2)[0], "the orders of two data sets with different seeds")
    checks.close(np.stack(orders(seed=0)), np.stack(orders(seed=0)), "the order of another one with the seed 0")
    checks.differs(orders(seed=None)[0], orders(seed=None)[0], "the orders of two data sets without a seed")

    import random as check_random

    before, of_python = np.random.get_state(), check_random.getstate()
    orders(seed=3)
    same = all(np.array_equal(old, new) for old, new in zip(before, np.random.get_state(), strict=True))
    same = same and of_python == check_random.getstate()
    np.random.set_state(before)
    check_random.setstate(of_python)
    checks.expect(same, "a data set with a seed changes a global random generator: let it have one of its own.")


# %% [markdown] question="scaling" points=2
# **Question.** We scale pixels to $[0, 1]$.
#
# 1. What goes wrong if the training images keep their values from 0 to 255, while everything else in this notebook
#    stays as it is? Say what $D$ could then do.
# 2. What else would you have to change to work with $[-1, 1]$ in place of $[0, 1]$?
#
# *Your answer (a few sentences):*
#
# ### BEGIN MARK SCHEME
# 1. (1 point) The generator's sigmoid only reaches $[0, 1]$, so real images and generated ones lie in different
#    ranges: $D$ tells them apart by their size or brightness alone, at once and with certainty, and $G$ has no way
#    to answer. Also right: inputs of some hundreds make large activations and logits, the sigmoid saturates and the
#    gradients that reach $G$ vanish or the training is unstable. One of the two, with its reason, is enough.
# 2. (1 point) The generator's last layer has to reach $[-1, 1]$: tanh (or $2\sigma - 1$) in place of the sigmoid.
#    (That pictures have to be scaled back for showing is a good remark, but not enough by itself. The sigmoid of the
#    discriminator stays, because it is a probability.)
# ### END MARK SCHEME

# %% [markdown]
# ## 4 The two networks
#
# ### Intermezzo: with which weights to begin
#
# A layer computes $y_j = \sum_{i=1}^{n_{in}} x_i\, w_{ij}$ (plus a bias, which begins at zero). If the weights begin
# too large, signals grow from layer to layer and drive sigmoids into saturation; if they begin too small, signals
# fade. Glorot and Bengio (2010) asked which size keeps signals as they are.
#
# **Forwards.** Let the $x_i$ and $w_{ij}$ be independent, with mean zero. The variance of a product of independent
# variables with mean zero is the product of the variances, and variances of independent terms add up:
#
# $$\operatorname{Var}(y_j) = \sum_{i=1}^{n_{in}} \operatorname{Var}(x_i w_{ij})
# = n_{in} \operatorname{Var}(w) \operatorname{Var}(x).$$
#
# The variance is kept if $\operatorname{Var}(w) = 1 / n_{in}$.
#
# **Backwards.** The gradient of a loss $L$ passes through the same weights the other way,
# $\partial L / \partial x_i = \sum_{j=1}^{n_{out}} w_{ij}\, \partial L / \partial y_j$. The same argument, now with
# a sum of $n_{out}$ terms, gives $\operatorname{Var}(w) = 1 / n_{out}$.
#
# **Both** can hold only if $n_{in} = n_{out}$. The compromise replaces the two by their mean:
#
# $$\operatorname{Var}(w) = \frac{1}{(n_{in} + n_{out}) / 2} = \frac{2}{n_{in} + n_{out}}.$$
#
# **Uniform.** A uniform distribution on $[-a, a]$ has mean zero and the variance
#
# $$\int_{-a}^{a} w^2 \,\frac{1}{2a}\, dw = \frac{a^2}{3}.$$
#
# Set the two equal, solve for $a$, and draw the weights from the uniform distribution on $[-a, a]$. In Glorot's
# names, $n_{in}$ is `fan_in` and $n_{out}$ is `fan_out`. An array of NumPy or a tensor may come back, every entry drawn
# by itself and new ones at every call. `seed` is for you, to begin with the same weights again: hand it to the
# generator that you draw with. Nothing in this notebook depends on it, and it is not graded.


# %% solution="glorot"
def glorot_uniform(fan_in, fan_out, seed=None):
    """Draw a weight matrix (fan_in, fan_out), float32, from Glorot's uniform distribution; `seed` as you like."""
    ### BEGIN SOLUTION
    limit = np.sqrt(6 / (fan_in + fan_out))
    random = np.random.default_rng(seed)
    return random.uniform(-limit, limit, size=(fan_in, fan_out)).astype(np.float32)  # (fan_in, fan_out)
    ### END SOLUTION


# %% test="glorot" points=2
@checks.check("glorot")
def check_glorot():
    weights = checks.dtype(glorot_uniform(200, 300), "float32", "glorot_uniform(200, 300)")
    checks.shape(weights, (200, 300), "glorot_uniform(200, 300)")
    checks.expect(abs(weights.mean()) < 2e-3, f"the mean of the weights should be 0, but is {weights.mean():.3g}.")
    variance = weights.var() * (200 + 300) / 2
    checks.expect(
        0.97 < variance < 1.03,
        f"the variance of the weights should be 2 / (fan_in + fan_out), but is {variance:.3g} times that.",
    )
    checks.expect(
        np.abs(weights).max() < 2 * weights.std(),
        "the weights should be uniform, but some lie further out than a uniform distribution reaches.",
    )
    checks.expect(
        np.mean(np.abs(weights) < 0.5 * np.abs(weights).max()) < 0.52,
        "the weights should be uniform, but too many lie near 0.",
    )
    checks.expect(len(np.unique(weights)) > 50_000, "many of the 60,000 weights are the same: draw each by itself.")
    checks.differs(glorot_uniform(3, 4), glorot_uniform(3, 4), "two matrices drawn without a seed")


# %% [markdown]
# ### The generator
#
# $$h = \operatorname{ReLU}(z W_1 + b_1), \qquad G(z) = \sigma(h W_2 + b_2), \qquad \sigma(l) = \frac{1}{1 + e^{-l}}$$
#
# Write it for a whole batch of noise vectors, one in each row. The list `theta` holds the four variables
# (`keras.Variable`) that training may change, in any order. Weights begin at Glorot's, biases at zero. If your
# `glorot_uniform` is not ready, `keras.initializers.GlorotUniform()` does the same. `keras.ops`, imported as `ops`, has
# `matmul`, `relu` and `sigmoid`; Keras layers are as good. From here on networks and losses take arrays or tensors and
# return tensors: gradients have to pass through them, and NumPy's functions stop gradients.


# %% solution="generator"
class Generator:
    """Turns noise into images: one hidden layer of ReLUs, one sigmoid per pixel."""

    def __init__(self, input_dim, hidden_dim, output_dim):
        """Make the four variables, and the list `theta` of them."""
        ### BEGIN SOLUTION
        self.W1 = keras.Variable(glorot_uniform(input_dim, hidden_dim), name="W1")  # (input_dim, hidden_dim)
        self.b1 = keras.Variable(np.zeros(hidden_dim, np.float32), name="b1")  # (hidden_dim,)
        self.W2 = keras.Variable(glorot_uniform(hidden_dim, output_dim), name="W2")  # (hidden_dim, output_dim)
        self.b2 = keras.Variable(np.zeros(output_dim, np.float32), name="b2")  # (output_dim,)
        self.theta = [self.W1, self.b1, self.W2, self.b2]
        ### END SOLUTION

    def forward(self, z):
        """Map noise z (batch, input_dim) to images (batch, output_dim) with pixels in [0, 1]."""
        ### BEGIN SOLUTION
        hidden = ops.relu(ops.matmul(z, self.W1) + self.b1)  # (batch, hidden_dim)
        return ops.sigmoid(ops.matmul(hidden, self.W2) + self.b2)  # (batch, output_dim)
        ### END SOLUTION


# %% test="generator" points=4
def check_network(make, output):
    """Look at networks that `make(inputs, hidden)` makes; return `output(network, x)` for theta of 1 and of -1."""
    x = np.array([[2.0], [-2.0]], np.float32)
    tiny = make(1, 1)
    output(tiny, x)  # in case its layers are made by a first call
    for variable in tiny.theta:
        variable.assign(np.ones(variable.shape, np.float32))
    came = np.asarray(output(tiny, x))
    for variable in tiny.theta:
        variable.assign(np.zeros(variable.shape, np.float32))
        checks.expect(
            not np.allclose(output(tiny, x), came), "a variable of theta has no effect: forward has to use all four."
        )
        variable.assign(np.ones(variable.shape, np.float32))
    gradients = training.input_gradients(lambda x: output(tiny, x), x)
    _, to_theta = training.gradients(lambda: ops.sum(output(tiny, x)), tiny.theta)
    checks.expect(
        gradients is not None and all(gradient is not None for gradient in to_theta),
        "no gradient passes through forward: compute with `ops` and with the variables of theta, not with NumPy.",
    )
    for variable in tiny.theta:
        variable.assign(-np.ones(variable.shape, np.float32))
    negative = np.asarray(output(tiny, x))

    large = make(50, 200)
    output(large, np.zeros((1, 50), np.float32))
    weights = next(np.asarray(variable) for variable in large.theta if sorted(variable.shape) == [50, 200])
    share = weights.var() * (50 + 200) / 2
    checks.expect(
        0.85 < share < 1.15, f"the variance of the first weights should be Glorot's, but is {share:.3g} times that."
    )
    return np.concatenate([came, negative])


@checks.check("generator")
def check_generator():
    g = Generator(input_dim=5, hidden_dim=7, output_dim=6)
    z = np.random.default_rng(1).uniform(-1, 1, (4, 5)).astype(np.float32)
    pixels = checks.shape(g.forward(z), (4, 6), "forward(z) for z of shape (4, 5)")
    checks.variables(g.theta, [(5, 7), (7,), (7, 6), (6,)], "theta")
    checks.between(pixels, 0, 1, "The pixels of forward(z), which come out of a sigmoid,")
    checks.expect(
        np.ptp(pixels, axis=0).max() > 0, "four noise vectors give the same image: do the weights begin at Glorot's?"
    )
    checks.close(
        g.forward(np.zeros((1, 5), np.float32)), np.full((1, 6), 0.5), "forward(0) (sigmoid of 0, as the biases are 0)"
    )
    checks.expect(
        not np.allclose(pixels, 1 - np.asarray(g.forward(-z)), atol=1e-5),
        "turning the sign of z turns the sign of every logit: the hidden layer has no ReLU.",
    )
    came = check_network(lambda inputs, hidden: Generator(inputs, hidden, 1), lambda g, z: g.forward(z))
    expected = [[0.982014], [0.731059], [0.268941], [0.119203]]
    checks.close(came, expected, "forward of 2 and -2 with all of theta set to 1, and to -1,")


# %% [markdown]
# ### The discriminator
#
# $$h = \operatorname{ReLU}(x W_1 + b_1), \qquad l = h W_2 + b_2, \qquad D(x) = \sigma(l)$$
#
# The number $l$ before the sigmoid is called a **logit**. It can be any real number: large means "surely real", very
# negative means "surely generated", 0 means "no idea". `forward` returns both, the probabilities and the logits,
# because the losses will be computed from logits. Mind that both keep two axes, `(batch, 1)`. Arrays or tensors come
# in, tensors go out.


# %% solution="discriminator"
class Discriminator:
    """Tells real images from generated ones: one hidden layer of ReLUs, one logit per image."""

    def __init__(self, input_dim, hidden_dim, output_dim=1):
        """Make the four variables, and the list `theta` of them."""
        ### BEGIN SOLUTION
        self.W1 = keras.Variable(glorot_uniform(input_dim, hidden_dim), name="W1")  # (input_dim, hidden_dim)
        self.b1 = keras.Variable(np.zeros(hidden_dim, np.float32), name="b1")  # (hidden_dim,)
        self.W2 = keras.Variable(glorot_uniform(hidden_dim, output_dim), name="W2")  # (hidden_dim, output_dim)
        self.b2 = keras.Variable(np.zeros(output_dim, np.float32), name="b2")  # (output_dim,)
        self.theta = [self.W1, self.b1, self.W2, self.b2]
        ### END SOLUTION

    def forward(self, x):
        """Map images x (batch, input_dim) to `(probabilities, logits)` of being real, both (batch, output_dim)."""
        ### BEGIN SOLUTION
        hidden = ops.relu(ops.matmul(x, self.W1) + self.b1)  # (batch, hidden_dim)
        logits = ops.matmul(hidden, self.W2) + self.b2  # (batch, output_dim)
        return ops.sigmoid(logits), logits
        ### END SOLUTION


# %% test="discriminator" points=4
@checks.check("discriminator")
def check_discriminator():
    d = Discriminator(input_dim=6, hidden_dim=7)
    x = np.random.default_rng(1).uniform(-3, 3, (4, 6)).astype(np.float32)
    answer = checks.pair(d.forward(x), "forward(x)", "the probabilities and the logits")
    probabilities = checks.shape(answer[0], (4, 1), "The first result, the probabilities for 4 images,")
    logits = checks.shape(answer[1], (4, 1), "The second result, the logits for 4 images,")
    checks.variables(d.theta, [(6, 7), (7,), (7, 1), (1,)], "theta")
    checks.probabilities(probabilities, "The probabilities that forward(x) returns first")
    checks.logits(logits, probabilities, "The logits that forward(x) returns second")
    checks.expect(np.ptp(logits) > 0, "four images get the same logit: do the weights begin at Glorot's?")
    checks.close(
        d.forward(np.zeros((1, 6), np.float32))[1], [[0.0]], "the logit of an image of zeros (0, as the biases are 0)"
    )
    checks.expect(
        not np.allclose(logits, -np.asarray(d.forward(-x)[1]), atol=1e-5),
        "turning the sign of x turns the sign of every logit: the hidden layer has no ReLU.",
    )
    came = check_network(Discriminator, lambda d, x: d.forward(x)[1])
    checks.close(came, [[4.0], [1.0], [-1.0], [-2.0]], "the logits of 2 and -2 with all of theta set to 1, and to -1,")


# %% [markdown]
# ### Their sizes
#
# Choose the sizes of the layers. Two of the four follow from the data and from what $D$ answers. For the hidden
# layers take 128 units or so. The noise needs fewer numbers than an image has pixels, which is what makes $G$ find
# the few ways in which digits differ: some tens, up to about a hundred, are usual.


# %% solution="parameters"
def model_parameters():
    """The sizes of both networks: a dictionary of whole numbers, by "latent_dim" (of z), "image_dim" (of an image),
    "hidden_dim" (of either hidden layer) and "decision_dim" (what D gives for an image)."""
    ### BEGIN SOLUTION
    return {
        "latent_dim": 64,  # numbers in one noise vector z
        "image_dim": 28 * 28,  # pixels in one image
        "hidden_dim": 128,  # units in each hidden layer
        "decision_dim": 1,  # the discriminator's logit
    }
    ### END SOLUTION


# %% test="parameters" points=1
@checks.check("parameters")
def check_parameters():
    chosen = model_parameters()
    for key in ("latent_dim", "image_dim", "hidden_dim", "decision_dim"):
        checks.expect(key in chosen, f"model_parameters() should have the key '{key}'.")
        checks.positive_integer(chosen[key], key)
    checks.expect(
        chosen["image_dim"] == mnist.images[0].size,
        f"image_dim is {chosen['image_dim']}: a flattened image has more or fewer.",
    )
    checks.expect(
        chosen["decision_dim"] == 1, f"decision_dim is {chosen['decision_dim']}: how many logits has an image?"
    )
    checks.expect(
        chosen["latent_dim"] < chosen["image_dim"],
        "latent_dim should be smaller than image_dim: noise is not an image.",
    )


# %% [markdown]
# ## 5 Noise
#
# `sample_Z(m, n)` draws `m` noise vectors of `n` numbers each, independent and uniform in $[-1, 1]$, and new ones at
# every call. Let NumPy draw them, as `float32`: what is drawn outside of the networks stays random when Keras
# compiles the training step.


# %% solution="sample_z"
def sample_Z(m, n):
    """Draw m noise vectors of n numbers each: float32 (m, n), uniform in [-1, 1]."""
    ### BEGIN SOLUTION
    return np.random.uniform(-1.0, 1.0, size=(m, n)).astype(np.float32)  # (m, n)
    ### END SOLUTION


# %% test="sample_z" points=1
@checks.check("sample_z")
def check_sample_z():
    noise = checks.shape(sample_Z(400, 25), (400, 25), "sample_Z(400, 25)")
    checks.dtype(noise, "float32", "sample_Z(400, 25)")
    checks.between(noise, -1, 1, "sample_Z(400, 25)")
    checks.differs(noise[0], noise[1], "the first two of 400 noise vectors")
    checks.differs(noise[:, 0], noise[:, 1], "the first two numbers of 400 noise vectors")
    for quarter in (-1.0, -0.5, 0.0, 0.5):
        share = np.mean((noise >= quarter) & (noise < quarter + 0.5))
        checks.expect(
            0.2 < share < 0.3,
            f"a quarter of the numbers should lie between {quarter} and {quarter + 0.5}, but {share:.0%} do.",
        )
    checks.expect(len(np.unique(noise)) > 5000, "many of the 10,000 numbers are the same: draw each by itself.")
    checks.differs(sample_Z(2, 3), sample_Z(2, 3), "two draws of sample_Z(2, 3)")


# %% demo
with checks.waits():
    plots.noise(sample_Z(16, model_parameters()["latent_dim"]))

# %% [markdown]
# An untrained generator already turns noise into images, only not into good ones.

# %% demo
with checks.waits():
    sizes = model_parameters()
    untrained = Generator(sizes["latent_dim"], sizes["hidden_dim"], sizes["image_dim"])
    plots.grid(
        untrained.forward(sample_Z(16, sizes["latent_dim"])), "before any training", inches=2.5, name="untrained"
    )

# %% [markdown]
# ## 6 The losses
#
# ### The game
#
# How well does $D$ do? Give it a real image, and $\log D(X)$ is 0 if it is sure and right, and very negative if it
# is sure and wrong. Give it a generated one, and the same holds for $\log (1 - D(G(Z)))$. So $D$ wants the **value**
#
# $$V(D, G) = \mathbb{E}_{X} \log D(X) + \mathbb{E}_{Z} \log\bigl(1 - D(G(Z))\bigr)$$
#
# to be large, and $G$, which wants to fool $D$, wants it to be small:
#
# $$\min_G \max_D V(D, G).$$
#
# It is known where the game ends when both play perfectly. For a fixed $G$ the best answer is
# $D^*(x) = p_{real}(x) \,/\, (p_{real}(x) + p_G(x))$, and the best $G$ makes the two densities equal. Then
# $D^* = \frac12$ everywhere: all that $D$ can do is guess.
#
# ### From the game to two losses
#
# Optimizers *minimise*, so signs need care. The **cross-entropy** of a label $y$ and a probability $p$ is
#
# $$H(y, p) = -y \log p - (1 - y) \log(1 - p), \qquad H(1, p) = -\log p, \qquad H(0, p) = -\log(1 - p).$$
#
# **$D$ maximises $V$, so it minimises $-V$**, which is a sum of two cross-entropies, with label 1 for the real
# images and label 0 for the generated ones:
#
# $$L_D = -V = \mathbb{E}_X\, H\bigl(1, D(X)\bigr) + \mathbb{E}_Z\, H\bigl(0, D(G(Z))\bigr).$$
#
# **$G$ minimises $V$.** The first term does not depend on $G$. What is left is the *saturating* loss, which is
# *minus* a cross-entropy:
#
# $$L_G^{sat} = \mathbb{E}_Z \log\bigl(1 - D(G(Z))\bigr) = -\,\mathbb{E}_Z\, H\bigl(0, D(G(Z))\bigr).$$
#
# It has a flaw. $G$ learns from the gradient of its loss along $D$'s logit $l$, which by
# $\frac{d}{dl} \log(1 - \sigma(l)) = -\sigma(l)$ is $-D(G(Z))$. At the beginning $G$ is bad and $D$ sees through it,
# $D(G(Z)) \approx 0$: the gradient vanishes just when $G$ has most to learn. The way out is to swap the label. The
# *non-saturating* loss
#
# $$L_G = \mathbb{E}_Z\, H\bigl(1, D(G(Z))\bigr) = -\,\mathbb{E}_Z \log D(G(Z))$$
#
# also falls when $D$ is fooled more often, but its gradient $\sigma(l) - 1$ is close to $-1$ when $D$ sees through $G$.

# %% demo
plots.generator_losses()

# %% [markdown]
# Two numbers to remember. When $D$ can only guess, its logits are 0, $L_D = 2 \log 2 \approx 1.39$ and
# $L_G = \log 2 \approx 0.69$.
#
# ### Cross-entropy from logits
#
# Computing $\sigma(l)$ first and its logarithm then goes wrong for large $|l|$. In float32, $\sigma(-104)$ is
# exactly 0 and its logarithm $-\infty$; $\sigma(17)$ is exactly 1, and $1 - \sigma$ is lost. The gradients are then
# infinite, zero or not a number, and training is over. Put $\log\sigma(l) = -\log(1 + e^{-l})$ and
# $\log(1 - \sigma(l)) = -l - \log(1 + e^{-l})$ into $H$:
#
# $$H = l - l\,y + \log\bigl(1 + e^{-l}\bigr).$$
#
# This is exact and good for $l \ge 0$, where $e^{-l} \le 1$. For $l < 0$ the exponential can overflow, but
# $\log(1 + e^{-l}) = -l + \log(1 + e^{l})$ turns it into
#
# $$H = -l\,y + \log\bigl(1 + e^{l}\bigr).$$
#
# Find *one* expression that is the first for $l \ge 0$ and the second for $l < 0$, and in which no exponential is
# ever of a positive number. (Choosing between the two by `where` is not enough: the branch that is not chosen still
# overflows, and its gradient turns into NaN. At 0 itself $|l|$ has a kink and no gradient, which does not matter here:
# a logit that is 0 to the last digit is never met.) Logits and labels are arrays or tensors of one shape, or the label
# is a single number; a tensor comes back.

# %% demo
plots.stable_cross_entropy()


# %% solution="cross_entropy"
def sigmoid_cross_entropy(logits, labels):
    """Cross-entropy of each label in [0, 1] and the sigmoid of its logit, for logits of any size; shape of `logits`."""
    ### BEGIN SOLUTION
    return ops.maximum(logits, 0.0) - logits * labels + ops.log1p(ops.exp(-ops.abs(logits)))
    ### END SOLUTION


# %% test="cross_entropy" points=4
@checks.check("cross_entropy")
def check_cross_entropy():
    logits = np.array([[2.0], [2.0], [-3.0], [0.0]], np.float32)
    labels = np.array([[1.0], [0.0], [1.0], [0.25]], np.float32)
    values = sigmoid_cross_entropy(logits, labels)
    checks.shape(values, (4, 1), "the cross-entropy of logits of shape (4, 1) (one for each, no mean)")
    checks.close(values, [[0.126928], [2.126928], [3.048587], [0.693147]], "the cross-entropy")
    checks.close(
        sigmoid_cross_entropy(np.array([[1.0, -2.0]], np.float32), np.array([[0.25, 0.75]], np.float32)),
        [[1.063262, 1.626928]],
        "the cross-entropy of the labels 0.25 and 0.75 at logits of 1 and -2",
    )
    extreme = np.array([[1e4], [-1e4], [1e4], [-1e4]], np.float32)
    labels = np.array([[1.0], [0.0], [0.0], [1.0]], np.float32)
    values = sigmoid_cross_entropy(extreme, labels)
    checks.close(values, [[0.0], [0.0], [1e4], [1e4]], "the cross-entropy at logits of 10,000 and -10,000")
    gradients = training.input_gradients(lambda logits: sigmoid_cross_entropy(logits, labels), extreme)
    checks.expect(gradients is not None, "no gradient passes: compute with `ops`, not with NumPy.")
    checks.close(gradients, [[0.0], [0.0], [1.0], [-1.0]], "the gradient of the cross-entropy at these logits")


# %% [markdown]
# ### The losses of the players
#
# Write both losses as means over the batch, each a single number that its player *minimises*. They get logits, arrays
# or tensors (n, 1), use your `sigmoid_cross_entropy`, and return a tensor. $L_D$ is the *sum* of two means.


# %% solution="losses"
def discriminator_loss(real_logits, fake_logits):
    """What D minimises: small if real images get large logits and generated ones small logits. A scalar."""
    ### BEGIN SOLUTION
    real_loss = ops.mean(sigmoid_cross_entropy(real_logits, 1.0))  # -log D(X)
    fake_loss = ops.mean(sigmoid_cross_entropy(fake_logits, 0.0))  # -log(1 - D(G(Z)))
    return real_loss + fake_loss
    ### END SOLUTION


def generator_loss(fake_logits, saturating=False):
    """What G minimises: small if generated images get large logits. A scalar."""
    ### BEGIN SOLUTION
    if saturating:
        return -ops.mean(sigmoid_cross_entropy(fake_logits, 0.0))  # log(1 - D(G(Z)))
    return ops.mean(sigmoid_cross_entropy(fake_logits, 1.0))  # -log D(G(Z))
    ### END SOLUTION


# %% test="losses" points=4
@checks.check("losses")
def check_losses():
    real, fake = np.array([[2.0], [1.0]], np.float32), np.array([[-1.0], [0.5]], np.float32)
    loss = checks.scalar(discriminator_loss(real, fake), "discriminator_loss")
    checks.expect(
        abs(loss - 2.613764) > 1e-3, "discriminator_loss has its labels swapped: which images should get the label 1?"
    )
    checks.close(loss, 0.863764, "discriminator_loss")
    loss = checks.scalar(generator_loss(fake), "generator_loss")
    checks.expect(loss > 0, "generator_loss is negative, but a mean cross-entropy never is: look at its sign.")
    checks.close(loss, 0.893669, "generator_loss")
    loss = checks.scalar(generator_loss(fake, saturating=True), "generator_loss(saturating=True)")
    checks.expect(
        loss < 0,
        "generator_loss(saturating=True) is positive, but it is the mean of log(1 - D(G(Z))), which is negative.",
    )
    checks.close(loss, -0.643669, "generator_loss(saturating=True)")
    large = np.array([[1e3], [-1e3]], np.float32)
    checks.close(discriminator_loss(large, large), 1e3, "discriminator_loss at logits of 1,000 and -1,000")
    checks.close(generator_loss(large), 5e2, "generator_loss at logits of 1,000 and -1,000")
    for name, loss in (
        ("discriminator_loss, along the logits of real images", lambda logits: discriminator_loss(logits, fake)),
        ("discriminator_loss, along those of generated ones", lambda logits: discriminator_loss(real, logits)),
        ("generator_loss", generator_loss),
        ("generator_loss(saturating=True)", lambda logits: generator_loss(logits, saturating=True)),
    ):
        gradients = training.input_gradients(loss, fake)
        checks.expect(gradients is not None, f"no gradient passes through {name}: compute with `ops`, not with NumPy.")


# %% [markdown]
# ### Both losses of the model
#
# `gan_model_loss(X, Z, d, g)` puts everything together: real images `X` (batch, image_dim), noise `Z` (batch,
# latent_dim), arrays or tensors, and the two players. It returns $L_D$ and the non-saturating $L_G$, two tensors.


# %% solution="model_loss"
def gan_model_loss(X, Z, d, g):
    """Both players' losses `(D_loss, G_loss)` on real images X (batch, image_dim) and noise Z (batch, latent_dim)."""
    ### BEGIN SOLUTION
    _, real_logits = d.forward(X)  # (batch, 1)
    _, fake_logits = d.forward(g.forward(Z))  # (batch, 1)
    return discriminator_loss(real_logits, fake_logits), generator_loss(fake_logits)
    ### END SOLUTION


# %% test="model_loss" points=4
class CheckScaledNoise:
    """A generator for the checks: an image is its noise times w plus b."""

    def __init__(self, w, b):
        """Start with these two values."""
        self.theta = [keras.Variable([[w]], dtype="float32"), keras.Variable([b], dtype="float32")]

    def forward(self, z):
        """Noise (batch, 1) to images (batch, 1)."""
        return ops.matmul(ops.convert_to_tensor(z), self.theta[0]) + self.theta[1]


class CheckScaledLogit(CheckScaledNoise):
    """A discriminator for the checks: the logit of an image of one pixel is the pixel times w plus b."""

    def forward(self, x):
        """Images (batch, 1) to probabilities and logits (batch, 1)."""
        logits = super().forward(x)
        return ops.sigmoid(logits), logits


@checks.check("model_loss")
def check_model_loss():
    X, Z = np.array([[2.0], [1.0]], np.float32), np.array([[-2.0], [1.0]], np.float32)
    d, g = CheckScaledLogit(1.0, 0.0), CheckScaledNoise(0.5, 0.0)
    answer = checks.pair(gan_model_loss(X, Z, d, g), "gan_model_loss", "D_loss and G_loss")
    D_loss = checks.scalar(answer[0], "D_loss")
    G_loss = checks.scalar(answer[1], "G_loss")
    checks.expect(abs(D_loss - 0.893669) > 1e-3, "the losses are returned in the wrong order: D_loss comes first.")
    checks.expect(
        abs(D_loss - 1.314204) > 1e-3 and abs(G_loss - 0.498639) > 1e-3,
        "a loss got probabilities in the place of logits: `forward` of D returns `(probabilities, logits)`.",
    )
    checks.close(D_loss, 0.863764, "D_loss")
    checks.close(G_loss, 0.893669, "G_loss")
    for k, (name, player) in enumerate((("D_loss", d), ("G_loss", g))):
        _, gradients = training.gradients(lambda k=k: gan_model_loss(X, Z, d, g)[k], player.theta)
        checks.expect(
            all(gradient is not None for gradient in gradients),
            f"no gradient of {name} reaches the variables of its player.",
        )


# %% [markdown]
# ## 7 Training
#
# ### One step
#
# Theory lets $D$ play perfectly before $G$ moves. In practice they take turns, one step each:
#
# 1. the gradient of $L_D$ with respect to `d.theta`, and one step of `d_optimizer` on `d.theta`;
# 2. the gradient of $L_G$ with respect to `g.theta`, *against the $D$ that has just moved*, on the same `X` and `Z`,
#    and one step of `g_optimizer` on `g.theta`.
#
# $L_D$ depends on $G$ too, but $D$'s step must leave $G$ alone, and the other way round: each player moves only its
# own variables. Return the two losses, each as it was just before the step of its player. (Keras will compile your
# step, so return them as they come, without turning them into Python numbers. `X` and `Z` are arrays or tensors.)
#
# Two tools: `training.gradients(loss_fn, variables)` calls the function `loss_fn` without arguments and returns its
# value and a list of gradients, one for each variable. `optimizer.apply(gradients, variables)` moves the variables
# one step down. Leave the moving to the optimizer, whichever it is: most of them, Adam among them, do more than to
# subtract the gradient times a rate, and remember the steps before.


# %% solution="train_step"
def train_step(X, Z, d, g, d_optimizer, g_optimizer):
    """Move D one step, then G one step against the new D; return `(D_loss, G_loss)` from just before each step."""
    ### BEGIN SOLUTION
    D_loss, d_gradients = training.gradients(lambda: gan_model_loss(X, Z, d, g)[0], d.theta)
    d_optimizer.apply(d_gradients, d.theta)

    G_loss, g_gradients = training.gradients(lambda: gan_model_loss(X, Z, d, g)[1], g.theta)
    g_optimizer.apply(g_gradients, g.theta)

    return D_loss, G_loss
    ### END SOLUTION


# %% test="train_step" points=5
@checks.check("train_step")
def check_train_step():
    X, Z = np.array([[2.0], [4.0]], np.float32), np.array([[1.0], [-1.0]], np.float32)

    def play(d_rate, g_rate, d_start=(0.5, 0.0), rounds=1, momentum=0.0):
        """What D and G are after some rounds, two values each, and what the last round returned."""
        d, g = CheckScaledLogit(*d_start), CheckScaledNoise(1.0, 0.5)
        optimizers = [keras.optimizers.SGD(rate, momentum=momentum) for rate in (d_rate, g_rate)]
        for optimizer in optimizers:
            optimizer.build([*d.theta, *g.theta])
        for _ in range(rounds):
            answer = train_step(X, Z, d, g, *optimizers)
        return *(np.concatenate([np.ravel(value) for value in player.theta]) for player in (d, g)), answer

    first = gan_model_loss(X, Z, CheckScaledLogit(0.5, 0.0), CheckScaledNoise(1.0, 0.5))
    first = [float(np.asarray(loss)) for loss in first]
    checks.close(first, [1.0765, 0.606405], "gan_model_loss, on which this cell builds (mend it first),")
    d, g, answer = play(0.5, 0.0)
    checks.expect(not np.allclose(d, [0.5, 0]), "the step of D does not move d.theta.")
    checks.expect(np.allclose(g, [1, 0.5]), "d_optimizer also moves g.theta: give it d.theta only.")
    checks.expect(
        d[1] < 0, "the step of D makes its loss larger: `apply` already goes down the gradients that it gets."
    )
    checks.close(d, [0.55371, -0.182214], "d.theta after a step of D alone")
    answer = checks.pair(answer, "train_step", "D_loss and G_loss")
    checks.close(answer[0], 1.0765, "D_loss as returned, the one from before the step of D,")
    d, g, answer = play(0.0, 0.5)
    checks.expect(not np.allclose(g, [1, 0.5]), "the step of G does not move g.theta.")
    checks.expect(np.allclose(d, [0.5, 0]), "g_optimizer also moves d.theta: give it g.theta only.")
    checks.expect(g[1] > 0.5, "the step of G makes its loss larger: it goes down its own loss, not D's.")
    checks.close(g, [0.969831, 0.610375], "g.theta after a step of G alone")
    checks.close(answer[1], 0.606405, "G_loss as returned, the one from before the step of G,")
    d, g, answer = play(0.5, 0.5, d_start=(0.0, 0.5))  # a D that is blind until it has moved
    checks.expect(
        not np.allclose(g, [1, 0.5]),
        "G takes its step against the D from before D's step. Take G's gradient when D has moved.",
    )
    checks.close(d, [0.410696, 0.377541], "d.theta after a step of D, followed by one of G,")
    checks.close(g, [0.980815, 0.574671], "g.theta after a step of D, followed by one of G,")
    checks.close(answer[0], 1.448154, "D_loss as returned, the one from before the step of D,")
    checks.close(answer[1], 0.462872, "G_loss as returned, the one against the D that has just moved,")
    d, g, answer = play(0.2, 0.2, rounds=2, momentum=0.9)
    left = "after two steps of an optimizer that remembers (leave all moving to `apply`)"
    checks.close(d, [0.558149, -0.209142], f"d.theta {left}")
    checks.close(g, [0.959981, 0.643719], f"g.theta {left}")


# %% [markdown]
# ### The whole training
#
# `training.TwoPlayer` makes a Keras model of the two players and your step, so that Keras's own `fit` does the rest:
# it compiles the step, shows a progress bar with the running means of both losses, and calls *callbacks*:
#
# - `SampleFrames` lets $G$ draw from the same noise again and again, and shows the images every few epochs;
# - `LossCurves` keeps the losses of every single step;
# - `ModelCheckpoint` saves the weights and the state of both optimizers every few epochs;
# - `BackupAndRestore` does so after every epoch: if training is interrupted, run this cell again, and it goes on
#   with the epoch that it was in. (To begin anew instead, delete the folder `build/gan/backup`.)
# - `AveragedWeights`, of the next cell, keeps a running mean of the weights of $G$.
#
# That mean was promised in the lesson `toy_gan`: where players circle around a solution, the mean of their path can be
# nearer to it than any point of it. Here it is a mean of $w$, all that $G$ has learnt, which forgets what is long past:
#
# $$\bar w \leftarrow \bar w + (1 - \beta)\,(w - \bar w).$$
#
# What was $k$ updates ago is in it with the weight $(1 - \beta)\,\beta^k$, so it reaches back some $1 / (1 - \beta)$
# updates, 100 with $\beta = 0.99$. Nobody plays with the mean: the training goes on as if it were not there. Keras
# calls for an update after every step or, with TensorFlow, after nine steps here, which it takes in one go.

# %% demo
class AveragedWeights(keras.callbacks.Callback):
    """Keeps the running mean of the generator's weights: `means`, one array for each variable of its theta."""

    def __init__(self, decay=0.99):
        """`decay` is how much of the old mean stays at each update."""
        super().__init__()
        self.decay = decay

    def on_train_begin(self, *_, **__):
        """Begin with the weights as they are: (latent_dim, 128), (128,), (128, 784), (784,), in the order of theta."""
        self.means = list(map(ops.convert_to_numpy, self.model.g.theta))

    def on_train_batch_end(self, *_, **__):
        """Move each mean a small share of the way to the weights."""
        self.means = [
            mean + (1 - self.decay) * (ops.convert_to_numpy(weight) - mean)
            for mean, weight in zip(self.means, self.model.g.theta, strict=True)
        ]


# %% [markdown]
# Batches have 128 images, and both players use Adam. It likes a shorter memory here than elsewhere (`beta_1=0.5`,
# found by [Radford et al., 2015](https://arxiv.org/abs/1511.06434)), because what a gradient was some steps ago says
# little about a game in which the other side has moved since. $D$ has the easier task and soon wins if it learns as
# fast as $G$, so its learning rate is smaller; try what happens if both have the same.
#
# An epoch below is as many steps as one pass through all of MNIST, however many digits there are, so that training
# takes the same number of steps with 60,000 digits and with 4,500.

# %% demo
BATCH_SIZE = 128
STEPS_PER_EPOCH = 60_000 // BATCH_SIZE
EPOCHS = {"quick": 40, "full": 500}[PRESET]
EVERY = {"quick": 10, "full": 50}[PRESET]  # epochs between two pictures, and between two checkpoints
RUN = ROOT / "build" / "gan"


def batches(dataset, latent_dim):
    """Endless pairs of real images (128, 784) and noise (128, latent_dim)."""
    while True:
        images, _ = dataset.next_batch(BATCH_SIZE)
        yield images, sample_Z(BATCH_SIZE, latent_dim)


def new_players(step):
    """Two new players, who do not learn yet."""
    sizes = model_parameters()
    d = Discriminator(sizes["image_dim"], sizes["hidden_dim"], sizes["decision_dim"])
    g = Generator(sizes["latent_dim"], sizes["hidden_dim"], sizes["image_dim"])
    return training.TwoPlayer(d, g, step)


def new_model(step, d_rate, g_rate):
    """Two new players, with an Adam for each."""
    model = new_players(step)
    model.compile(
        d_optimizer=training.Adam(d_rate, beta_1=0.5), g_optimizer=training.Adam(g_rate, beta_1=0.5)
    )
    return model


# %% demo
with checks.waits():
    keras.utils.set_random_seed(1)
    latent_dim = model_parameters()["latent_dim"]
    dataset = Dataset(scale(flatten(mnist.images)), mnist.labels, seed=1)
    fixed_noise = sample_Z(64, latent_dim)

    frames = training.SampleFrames(fixed_noise, every=max(1, EPOCHS // 40), show=plots.grid, show_every=EVERY)
    losses = training.LossCurves()
    average = AveragedWeights()
    both_weights = training.Snapshots(
        lambda model: {"last": list(map(ops.convert_to_numpy, model.g.theta)), "averaged": average.means},
        every=EVERY,
    )
    RUN.mkdir(parents=True, exist_ok=True)
    if TRAINED:
        model = new_players(train_step)
        model.load_weights(ROOT / "data" / "gan.weights.h5")
        plots.grid(model(fixed_noise), "after 400 epochs")
    else:
        model = new_model(train_step, d_rate=2e-4, g_rate=1e-3)
        model.fit(
            batches(dataset, latent_dim),
            steps_per_epoch=STEPS_PER_EPOCH,
            epochs=EPOCHS,
            shuffle=False,  # the data set has done so
            callbacks=[
                frames,
                losses,
                average,
                both_weights,
                keras.callbacks.ModelCheckpoint(
                    RUN / "epoch-{epoch:03d}.weights.h5", save_weights_only=True, save_freq=EVERY * STEPS_PER_EPOCH
                ),
                keras.callbacks.BackupAndRestore(RUN / "backup"),
            ],
        )
        print(f"{dataset.epochs_completed} passes through {len(mnist.images):,} images")

# %% [markdown]
# ### Coming back to a checkpoint
#
# A new model with new random weights, and then the weights from the file: the images are the same to the last bit,
# and the optimizers know how many steps they have taken, so that training could go on as if nothing had happened.
# (Players that come with the course have been parted from their training: this and the next two cells need one.)

# %% demo
with checks.waits():
    if not TRAINED:
        restored = new_model(train_step, d_rate=2e-4, g_rate=1e-3)
        restored.load_weights(RUN / f"epoch-{EPOCHS:03d}.weights.h5")
        print("the same images:", np.array_equal(restored(fixed_noise), model(fixed_noise)))
        print("steps that the restored optimizers have taken:", int(restored.g_optimizer.iterations))

# %% [markdown]
# ## 8 Looking back at the training
#
# The losses do not simply fall, as those of a classifier do: a gain of one player is a loss of the other, and what
# counts is the balance. Compare them with the two dotted lines, where $D$ could only guess. Which of the two is
# ahead?

# %% demo
with checks.waits():
    if not TRAINED:
        plots.loss_curves(losses.curves)

# %% [markdown]
# Each place in the animation shows the image of one noise vector, from before the training to its end.

# %% demo
with checks.waits():
    if not TRAINED:
        plots.animation(frames.frames, RUN / "training.gif")

# %% [markdown]
# And here are new ones, from noise that the model has never met. Draw as many as you like.

# %% demo
with checks.waits():
    plots.grid(model(sample_Z(100, latent_dim)), "100 generated digits", name="generated")

# %% [markdown]
# ### The loss that we did not take
#
# Section 6 says of the saturating loss that it teaches $G$ least when $G$ has most to learn. Four games show whether
# this matters: either loss of your `generator_loss`, and for $G$ either plain gradient descent (SGD), whose step is the
# gradient times a rate, or Adam, which first divides each gradient by the size that it had lately. All four begin with
# the same weights and get the same batches; $D$ learns with Adam as before. They are short, 400 steps, less than an
# epoch, so no digits are to be expected yet. Every 20 steps we look at the mean of $D(G(Z))$ and at the length of the
# gradient that $G$ learns from.
#
# **Before you run:** write down how you think the four will stand after 400 steps. In which games does $D$ see through
# $G$ for good? And if a gradient shrinks to a thousandth, what becomes of a step of SGD, and what of one of Adam?

# %% demo
GAME_STEPS, LOOK_EVERY = 400, 20


def short_game(saturating, g_optimizer, start):
    """Play from the weights `start`; return the model, and what was seen every few steps, two numbers each time."""

    def G_loss(Z, d, g):
        _, fake_logits = d.forward(g.forward(Z))  # (batch, 1)
        return generator_loss(fake_logits, saturating)

    def step(X, Z, d, g, d_optimizer, g_optimizer):
        D_loss, d_gradients = training.gradients(lambda: gan_model_loss(X, Z, d, g)[0], d.theta)
        d_optimizer.apply(d_gradients, d.theta)
        loss, g_gradients = training.gradients(lambda: G_loss(Z, d, g), g.theta)
        g_optimizer.apply(g_gradients, g.theta)
        return D_loss, loss

    def look(model):
        """D's mean probability for fakes, and the length of the gradient that G would get now."""
        probabilities, _ = model.d.forward(model.g.forward(fixed_noise))  # (64, 1)
        _, gradients = training.gradients(lambda: G_loss(fixed_noise, model.d, model.g), model.g.theta)
        return float(ops.mean(probabilities)), float(ops.sqrt(sum(ops.sum(ops.square(part)) for part in gradients)))

    keras.utils.set_random_seed(1)
    same_batches = batches(Dataset(scale(flatten(mnist.images)), mnist.labels, seed=1), latent_dim)
    model = new_players(step)
    for variable, value in zip([*model.d.theta, *model.g.theta], start, strict=True):
        variable.assign(value)
    model.compile(d_optimizer=training.Adam(2e-4, beta_1=0.5), g_optimizer=g_optimizer)
    seen = training.Snapshots(look)
    model.fit(
        same_batches,
        steps_per_epoch=LOOK_EVERY,
        epochs=GAME_STEPS // LOOK_EVERY,
        shuffle=False,
        verbose=0,
        callbacks=[seen],
    )
    return model, np.array([numbers for _, numbers in seen.taken])  # (times, 2)


with checks.waits():
    beginning = new_players(train_step)
    start = [ops.convert_to_numpy(variable) for variable in [*beginning.d.theta, *beginning.g.theta]]
    games = {
        f"{loss}, {name}": short_game(loss == "saturating", make(), start)
        for name, make in {
            "SGD": lambda: keras.optimizers.SGD(0.1),
            "Adam": lambda: training.Adam(1e-3, beta_1=0.5),
        }.items()
        for loss in ("non-saturating", "saturating")
    }
    steps = np.arange(0, GAME_STEPS + 1, LOOK_EVERY)
    for column, what in enumerate(["mean of D(G(Z))", "length of G's gradient"]):
        plots.curves(
            steps,
            {label: looks[:, column] for label, (_, looks) in games.items()},
            f"{what} in the four games",
            xlabel="step",
            log=True,
            name="two_losses",
        )
    plots.rows(
        {label: game(fixed_noise[:12]) for label, (game, _) in games.items()},
        f"the same noise after {GAME_STEPS} steps",
        inches=0.7,
        name="two_losses",
    )

# %% [markdown]
# What we found with three seeds (4,500 digits), from the lowest to the highest:
#
# | | after | SGD, non-saturating | SGD, saturating | Adam, non-saturating | Adam, saturating |
# |---|---|---|---|---|---|
# | mean of $D(G(Z))$ | 100 steps | 0.05 to 0.12 | 0.004 to 0.006 | 0.13 to 0.16 | 0.05 to 0.12 |
# | | 400 steps | 0.20 to 0.41 | below 0.001 | 0.35 to 0.46 | 0.37 to 0.53 |
# | length of $G$'s gradient | 100 steps | 1 to 2 | 0.003 to 0.005 | 0.3 to 1 | 0.04 to 0.2 |
# | | 400 steps | 1 to 2 | 0.0004 to 0.0005 | 0.5 to 0.8 | 0.4 to 0.7 |
#
# With SGD the flaw shows as section 6 derived it: $D$ sees through $G$ within some tens of steps, the gradient shrinks
# with $D(G(Z))$, and $G$ stands still. It draws grey noise to the end, when the non-saturating one has found out where
# the ink is. Adam divides a shrinking gradient by its shrinking size and goes on with steps as long as before, so $G$
# falls behind for a while (with a fourth seed not even that) and gets away: after 400 steps the two losses differ by no
# more than two seeds do. So the flaw lies in the size of the gradient, and an optimizer can hide it. Swapping the label
# removes it.

# %% [markdown]
# ## 9 Mode collapse
#
# A single good image is not enough: the distribution of $G(Z)$ should have all the variety of the real one. A
# generator can fail at this in a way that no single image shows. In *mode collapse* it maps most noise to a few
# images, or even to one, that $D$ happens to find convincing.
#
# To see this in numbers we need someone who reads the generated digits. A small classifier, trained on the real
# ones, will do. Then 1,000 samples are sorted into the ten digits, and we look at
#
# - how many of the ten digits are **found**, that is, get at least 1% of the samples;
# - the **normalised entropy**, that of the ten shares divided by $\log 10$: 1 if all digits are equally frequent, 0 if
#   there is only one;
# - the **confidence**, the mean probability that the classifier gives to its own verdict. A classifier has to choose
#   some digit even for a blot, so the first two numbers mean little where this one is low. Where it is high, that alone
#   means little, too: a classifier that has seen digits only is often sure of what is none. On real digits under strong
#   noise, with a standard deviation of a half, we measured 0.78, on pure uniform noise 0.7 to 0.9, on a flat grey 0.6
#   to 0.9, and on one digit, drawn again and again, 1.00.
#
# So these are numbers for variety, of digits that you have seen with your own eyes to be digits. A number for quality
# is a distance from the real ones, as in the next section.

# %% demo
with checks.waits():
    classifier = keras.Sequential(
        [
            keras.Input((784,)),
            keras.layers.Dense(128, activation="relu"),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    classifier.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    passes = 2 if len(mnist.images) > 10_000 else 15
    classifier.fit(scale(flatten(mnist.images)), mnist.labels, epochs=passes, batch_size=128, verbose=2)
    test_rows = scale(flatten(mnist.test_images))  # (n, 784)
    accuracy = classifier.evaluate(test_rows, mnist.test_labels, verbose=0, return_dict=True)["accuracy"]
    print(f"it reads {accuracy:.1%} of the test digits rightly")

# %% [markdown]
# For comparison, here is a generator that is driven into collapse on purpose. It takes five steps for every step of
# $D$. This turns the game around: $\max_D$ should be inside, so that $G$ has to please the best $D$; here it is
# outside, and the best answer to a $D$ that stands still is the *one* image that this $D$ likes most. When $D$ has
# learnt to reject it, all of $G$ moves on to another.
#
# With `quick` expect ten digits out of ten from ours, a normalised entropy near 0.96 and a confidence near 0.77 (real
# digits: 0.94), and a single digit from the collapsed one, of which the classifier may be surer than of real ones.


# %% demo
def greedy_step(X, Z, d, g, d_optimizer, g_optimizer):
    """One ordinary step, and four more of G alone."""
    losses = train_step(X, Z, d, g, d_optimizer, g_optimizer)
    for _ in range(4):
        _, gradients = training.gradients(lambda: gan_model_loss(X, Z, d, g)[1], g.theta)
        g_optimizer.apply(gradients, g.theta)
    return losses


def show_small(images, title):
    """Show a few images in a small grid."""
    plots.grid(images, f"collapsed, {title} of 200 steps", inches=2.5, name="collapsed")


with checks.waits():
    collapsed = new_model(greedy_step, d_rate=2e-4, g_rate=1e-3)
    collapsed.fit(
        batches(dataset, latent_dim),
        steps_per_epoch=200,
        epochs=3,
        shuffle=False,
        callbacks=[training.SampleFrames(fixed_noise[:16], show=show_small)],
    )

# %% demo
with checks.waits():
    noise = sample_Z(1000, latent_dim)  # (1000, latent_dim)
    samples = {
        "real test digits": test_rows[:1000],
        "our generator": ops.convert_to_numpy(model(noise)),
        "the collapsed one": ops.convert_to_numpy(collapsed(noise)),
    }
    seen = {name: metrics.diversity(classifier.predict(images, verbose=0)) for name, images in samples.items()}
    for name, diversity in seen.items():
        print(f"{name}: {diversity}")
    plots.class_counts({name: diversity.counts for name, diversity in seen.items()})

# %% [markdown] question="collapse" points=2
# **Question.** Look at the three sets of samples and at their numbers.
#
# 1. Why does the loss of $G$ not prevent mode collapse? Argue with what $L_G$ looks at.
# 2. A generator has learnt by heart ten training images, one of each digit, and draws one of them at random. What do
#    the three numbers say about it, and what do they miss? Name a measurement that would notice.
#
# *Your answer (a few sentences):*
#
# ### BEGIN MARK SCHEME
# 1. (1 point) $L_G$ is a mean over single images: each is judged by itself, and nothing in it compares images with
#    one another. If all noise is mapped to the one image to which the present $D$ gives the largest probability, the
#    loss is as small as it can be. (Only $D$'s next steps punish it, and then $G$ can move on.) Just "G finds an
#    image that fools D" is half a point.
# 2. (1 point) 10 digits found, normalised entropy 1 and a high confidence: a perfect result. The numbers miss variety
#    *within* a digit, and copying. A measurement that would notice, any of: distances between the samples of one digit
#    compared with real ones; number of distinct images; distance to the nearest training image; counting finer
#    classes; a score that compares distributions of features, such as FID. Half a point if the measurement is
#    missing.
# ### END MARK SCHEME

# %% [markdown]
# ## 10 Does averaging help?
#
# During the training the mean of the weights of $G$ was kept beside the weights themselves. Which of the two draws
# better? To tell, we need a number for quality, and take the **Fréchet distance**. A small convolutional network that
# has learnt to read digits turns each image into 64 features; the means $m$ and covariances $C$ of the features of real
# images and of generated ones are compared by
#
# $$\lVert m_r - m_g \rVert^2 + \operatorname{tr}\bigl(C_r + C_g - 2\,(C_r C_g)^{1/2}\bigr).$$
#
# It is 0 for equal moments, and the larger the further they are apart. (With the features of a network named Inception
# it is called FID.) Such a number deserves trust once it has noticed what was spoilt on purpose. So here it is for real
# digits, and for the same digits with more and more damage, always 500 images against 500.

# %% demo
from util import damage, features


def frechet(images):
    """The Fréchet distance of 500 images from 500 test digits, in the features of the reader."""
    return metrics.frechet(reader.features(mnist.test_images[:500]), reader.features(images))


with checks.waits():
    digits = scale(flatten(mnist.images[:500]))  # (500, 784)
    reader = features.classifier(mnist.images, mnist.labels, steps=600)
    print(f"real digits, whole: {frechet(digits):.1f}")
    for kind, spoil in damage.KINDS.items():
        by_amount = [frechet(spoil(digits, amount)) for amount in (0.25, 0.5, 1.0)]
        print(f"{kind}, by a quarter, a half, all:", *(f"{distance:.1f}" for distance in by_amount))

# %% [markdown]
# It notices each kind, and more of it more. **Before you run the next cell:** in the first epochs the weights of $G$
# move fast; in the last ones they stay in one region, but do not rest. When do you expect the mean to draw better than
# the weights of the moment, and when worse?

# %% demo
with checks.waits():
    if not TRAINED:
        noise = sample_Z(500, latent_dim)
        generator = new_players(train_step).g
        drawn = {"last": [], "averaged": []}  # of each kind the samples after each of `epochs`
        epochs = [epoch for epoch, _ in both_weights.taken]
        for _, weights in both_weights.taken:
            for kind, values in weights.items():
                for variable, value in zip(generator.theta, values, strict=True):
                    variable.assign(value)
                drawn[kind].append(ops.convert_to_numpy(generator.forward(noise)))  # (500, 784)
        distances = {kind: [frechet(images) for images in sets] for kind, sets in drawn.items()}
        for epoch, *pair in zip(epochs, *distances.values(), strict=True):
            print(f"after {epoch:3} epochs: weights of the moment {pair[0]:.1f}, averaged {pair[1]:.1f}")
        plots.rows(
            {f"{kind} weights": sets[-1][:12] for kind, sets in drawn.items()},
            f"the same noise after {epochs[-1]} epochs",
            inches=0.7,
            name="averaged_weights",
        )

# %% [markdown]
# On the 4,500 digits, where other real digits are at 0.9, we found with three seeds, of which one went on to epoch 40,
# from the lowest to the highest:
#
# | after epoch | 4 | 8 | 12 | 20 | 40 |
# |---|---|---|---|---|---|
# | weights of the moment | 19.7 to 20.1 | 10.6 to 16.0 | 12.9 to 13.7 | 14.4 to 21.2 | 4.8 |
# | averaged | 19.1 to 20.3 | 8.2 to 9.9 | 7.3 to 8.3 | 5.7 to 6.7 | 4.0 |
#
# At first the mean is no better, as the weights of long ago were worse (after two epochs, 37.6 against 31.6). From
# epoch 8 on it is better with every seed, and above all steadier: the weights of the moment swing, and whoever stops at
# a bad moment has bad luck. The better they become, the less there is to gain. What is left after 40 epochs is the word
# of a single training: try another seed before you believe it.

# %% [markdown]
# ## 11 Copies?
#
# A generator that has stored its training images and hands them out would look perfect, in pictures as in numbers. So
# look for the training image that is **nearest** to each sample. Near means here: at a small Euclidean distance, pixel
# by pixel,
#
# $$\lVert a - b \rVert^2 = \sum_i (a_i - b_i)^2.$$
#
# Mind the memory. NumPy would compute all differences at once, as an array of shape (n, m, 784): for 100 samples and
# all of MNIST these are 4.7 billion numbers, or 19 GB. But multiply out:
#
# $$\lVert a - b \rVert^2 = \lVert a \rVert^2 - 2\, a \cdot b + \lVert b \rVert^2.$$
#
# The products $a \cdot b$ of all pairs are *one* product of two matrices, of shape (n, m), and the squared lengths need
# one number for each image: 24 MB in place of 19 GB. (One sample after the other needs little memory as well, and a
# little more time.)
#
# `nearest(samples, images)` gets two of NumPy's arrays with an image in each row, (n, size) and (m, size), as `flatten`
# and `scale` make them. It returns n whole numbers, the indices of the images, as an array, a tensor or a list. Where
# two images are equally near, either will do.


# %% solution="nearest"
def nearest(samples, images):
    """For each of the samples (n, size) the index of the closest of the images (m, size): whole numbers (n,)."""
    ### BEGIN SOLUTION
    lengths = (images**2).sum(axis=1)  # (m,)
    distances = lengths - 2 * samples @ images.T  # (n, m), squared, less |a|^2, which is the same for all images
    return distances.argmin(axis=1)  # (n,)
    ### END SOLUTION


# %% test="nearest" points=2
@checks.check("nearest")
def check_nearest():
    images = np.array([[0.0, 1.0], [0.7, 0.7], [1.0, 0.0]], np.float32)
    samples = np.array([[0.9, 0.1], [0.6, 0.9], [0.1, 0.8], [0.8, 0.6]], np.float32)
    found = checks.shape(nearest(samples, images), (4,), "nearest for 4 samples and 3 images (one index a sample)")
    checks.expect(found.dtype.kind in "iu", f"indices are whole numbers, but {found.dtype} came.")
    checks.close(found, [2, 1, 0, 1], "the array of indices")
    checks.shape(nearest(samples[:1], images), (1,), "nearest for one sample")
    for sample, pair, index, mistake in (
        ([0.2, 0.2], [[0.3, 0.3], [1.0, 1.0]], 0, "prefers images with much ink: where is the length of b?"),
        ([1.0, 1.0], [[0.9, 0.9], [0.5, 0.4]], 0, "prefers images with little ink: did you forget the 2 of 2ab?"),
        ([0.5, 0.5], [[0.1, 0.1], [0.6, 0.5]], 1, "looks at directions only, but a pale image is not its dark twin."),
        ([0.0, 0.0], [[0.5, 0.0], [0.3, 0.3]], 1, "adds up differences that are not squared."),
        ([0.0, 0.0], [[0.5, 0.5], [0.6, 0.0]], 1, "looks at the largest difference only: add up all squares."),
    ):
        found = np.asarray(nearest(np.array([sample], np.float32), np.array(pair, np.float32)))
        checks.expect(found.item() == index, f"for the sample {sample} and the images {pair}, nearest {mistake}")


# %% [markdown]
# A picture of pairs convinces, but how near is near? Real digits that nobody has trained on have nearest training
# images, too, and their distance is what a newcomer should have. A copier stays far below.

# %% demo
with checks.waits():
    rows = scale(flatten(mnist.images))  # (m, 784)
    newcomers = {
        "real test digits": test_rows[:100],
        "copies with a little noise": rows[:100] + 0.05 * np.random.normal(size=(100, 784)).astype(np.float32),
        "our generator": ops.convert_to_numpy(model(sample_Z(100, latent_dim))),
    }
    closest = {name: rows[np.asarray(nearest(images, rows))] for name, images in newcomers.items()}  # (100, 784)
    for name, images in newcomers.items():
        distances = np.linalg.norm(images - closest[name], axis=1)  # (100,)
        print(f"{name}: median distance {np.median(distances):.1f}, smallest {distances.min():.1f}")
    plots.rows(
        {"samples": newcomers["our generator"][:12], "nearest training images": closest["our generator"][:12]},
        "each sample and the training image that is nearest to it",
        inches=0.7,
        name="nearest",
    )

# %% [markdown]
# On the 4,500 digits we found median distances of 5.1 for test digits and 6.1 for samples after 40 epochs, and for the
# nearest of all pairs 1.3 and 3.0: samples lie *further* from every training image than new digits do, so nothing was
# copied. That is all it says: noise lies further away still, so this is no number for quality.

# %% [markdown]
# ## 12 Where to go next
#
# - Train with `PRESET=full`: 500 epochs in place of 40. Does the normalised entropy improve, or only the images?
# - Let $D$ learn alone for the first few hundred steps of the short games in section 8. Which $G$ gets away now?
# - Walk in a straight line from one noise vector to another and draw the images on the way. Does a digit *turn into*
#   another, or does it jump?
# - Give both players the label as a second input: then you can ask for a digit (a *conditional* GAN).
# - Replace the perceptrons by convolutions and you have the DCGAN of [Radford et al.,
#   2015](https://arxiv.org/abs/1511.06434).
# - Read why the game can go round in circles, and what else one can optimise in its place: [Goodfellow's tutorial,
#   2016](https://arxiv.org/abs/1701.00160), and [Arjovsky et al., *Wasserstein GAN*,
#   2017](https://arxiv.org/abs/1701.07875).
