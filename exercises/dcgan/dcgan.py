# %% [markdown]
# # Convolutions, and what the latent space knows
#
# In this notebook a generator and a discriminator made of convolutions play the game of the lesson `gan`. They are
# built after the guidelines of [Radford, Metz and Chintala, *Unsupervised Representation Learning with Deep
# Convolutional Generative Adversarial Networks*, 2015](https://arxiv.org/abs/1511.06434), DCGAN for short, the first
# recipe with which such games went well on nearly any kind of picture. First they learn digits, then faces.
#
# The second half asks what they have *understood*, without ever having seen a label. You walk through the space of
# noise vectors, add glasses to faces by adding vectors, make the generator forget glasses altogether, look at what
# excites the discriminator, read digits with its features from a hundred labels, and look for copied training images.
#
# **How the notebook works.** Where a cell raises `NotImplementedError`, a blank waits for you: replace that line.
# Below each blank a cell checks your answer and says in a sentence what it expected, what came, and where to look.
# These checks are there to help and score nothing; the grading asks further questions of the same kind. A cell that
# needs a blank which is still empty says so, so you can always run the notebook from top to bottom.
#
# **What is graded**: the eleven blanks, by questions that you do not see, and by hand the three written questions. No
# other cell is: neither the checks nor the cells that train players, draw pictures and print tables, so that it costs
# nothing if you train for less long, change a seed or skip one. A blank that uses another one of yours is also asked
# with a right one in its place.
#
# **Arrays or tensors.** The players, the losses and the step take tensors or NumPy arrays, as Keras does, and return
# tensors. `guided_backpropagation` takes and returns either. All other blanks get NumPy arrays and return NumPy arrays
# or, where a share or an accuracy is asked for, a number.
#
# You should have met the game before, in the lesson `gan`, and convolutions, for example in `layers`. Take ten to
# twelve hours for all of it, on two or three days: sections 1 to 5 are about half. The preset `quick` takes 5.9 minutes
# on two processor cores (measured with `atelier demo --all`). `full` is meant for a GPU, and its time has not been
# measured.

# %%
import os
import sys
from pathlib import Path

HERE = Path.cwd()
ROOT = next((folder for folder in [HERE, *HERE.parents] if (folder / "util" / "checks.py").is_file()), HERE)
sys.path.insert(0, str(ROOT))  # so that `util` is found, wherever the notebook was started
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # keeps TensorFlow's messages about its start to itself

import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import layers, ops
from sklearn.cluster import MiniBatchKMeans
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

from util import checks, data, features, metrics, plots, training

PRESET = os.environ.get("PRESET", "quick")  # "quick" takes minutes on two cores, "full" is meant for a GPU
RUN = ROOT / "build" / "dcgan"
SIZES = {
    "quick": {
        "latent_dim": 64,
        "digit_filters": 16,
        "digit_steps": 1300,
        "few_steps": 250,
        "face_side": 32,
        "face_filters": 24,
        "faces": 4500,
        "face_steps": 1500,
        "object_steps": 400,
    },
    "full": {  # the sizes of the paper
        "latent_dim": 100,
        "digit_filters": 64,
        "digit_steps": 10_000,
        "few_steps": 1000,
        "face_side": 64,
        "face_filters": 128,
        "faces": 20_000,
        "face_steps": 40_000,
        "object_steps": 20_000,
    },
}[PRESET]
BATCH_SIZE = 64

# %% [markdown]
# ## 1 Pictures for convolutions
#
# Digits are MNIST again. In the second half we want faces of which we *know* who wears glasses and who smiles, so a
# program draws them; every one is another person, with another light and another background. (Photographs have their
# turn in section 12.)

# %%
mnist = data.load_mnist()

# %% demo
face_side = SIZES["face_side"]


def cut_out(pictures):
    """The middle of larger pictures (n, 3/2 side, 3/2 side, 3), so that faces fill theirs: (n, side, side, 3)."""
    edge = face_side // 4
    return pictures[:, edge : edge + face_side, edge : edge + face_side]


drawn_size = (face_side * 3 // 2, face_side * 3 // 2)
drawn = data.draw_faces(60, seed=1, size=drawn_size)
faces_shown, names = cut_out(drawn.images), drawn.names
print("images:    ", faces_shown.shape, faces_shown.dtype)  # (n, side, side, 3)
print("attributes:", ", ".join(names))
plots.grid(faces_shown, "drawn faces", columns=12, inches=8, name="drawn_faces")

# %% [markdown]
# The players take images as float32 numbers in $[-1, 1]$, which is what a tanh can make, in the shape
# (batch, side, side, channels). Sides should be powers of two, since every layer will halve or double them. So a
# digit, 28 × 28, gets a margin of two pixels of background all around: 32 × 32.
#
# `prepare` turns bytes, grey (n, h, w) or in colour (n, h, w, 3), into such numbers: 0 becomes −1, 255 becomes 1.
# Images are square, h = w, and not larger than `side`. Smaller ones get the same margin of background (bytes 0) on all
# four sides; `side - h` is even. `to_bytes` is the way back, rounded to the nearest byte, with the channels kept.


# %% solution="transform"
def prepare(images, side):
    """Bytes (n, h, w) or (n, h, w, channels) to float32 (n, side, side, channels) in [-1, 1], with a margin if smaller.

    Grey images have one channel.
    """
    ### BEGIN SOLUTION
    if images.ndim == 3:
        images = images[..., None]  # (n, h, w, 1)
    margin = (side - images.shape[1]) // 2
    images = np.pad(images, ((0, 0), (margin, margin), (margin, margin), (0, 0)))  # (n, side, side, channels)
    return images.astype(np.float32) / np.float32(127.5) - 1
    ### END SOLUTION


def to_bytes(images):
    """Numbers in [-1, 1], of any shape, to uint8 of the same shape."""
    ### BEGIN SOLUTION
    return np.rint((np.asarray(images) + 1) * 127.5).astype(np.uint8)
    ### END SOLUTION


# %% test="transform" points=2
@checks.check("transform")
def check_transform():
    grey_bytes = np.full((3, 4, 4), 255, np.uint8)
    grey_bytes[0, 0, 0] = 51
    prepared = checks.shape(prepare(grey_bytes, 8), (3, 8, 8, 1), "prepare of three grey images 4 × 4 for side 8")
    checks.dtype(prepared, "float32", "what prepare returns")
    checks.between(prepared, -1, 1, "what prepare returns")
    checks.close(prepared[0, 2, 2, 0], -0.6, "the first pixel of the first image, a byte of 51,")
    checks.close(prepared[1, :2, :, 0], np.full((2, 8), -1), "the upper margin, which is background,")
    checks.close(prepare(grey_bytes[:1, :2, :2], 2)[0, 1, 1, 0], 1.0, "a byte of 255, where no margin is needed,")
    checks.close(prepare(grey_bytes[:1, :1, :1], 1), [[[[-0.6]]]], "a byte of 51, where no other is in the batch,")
    checks.shape(prepare(np.zeros((2, 8, 8, 3), np.uint8), 8), (2, 8, 8, 3), "prepare of images in colour")
    checks.shape(to_bytes(np.zeros((2, 4, 4, 3), np.float32)), (2, 4, 4, 3), "to_bytes of two images in colour")
    all_bytes = np.arange(256, dtype=np.uint8).reshape(1, 16, 16, 1)
    checks.dtype(to_bytes(prepare(all_bytes, 16)), "uint8", "what to_bytes returns")
    checks.expect(
        np.array_equal(to_bytes(prepare(all_bytes, 16)), all_bytes),
        "to_bytes should undo prepare for every byte: round first, since conversion to bytes cuts off the fraction.",
    )


# %% [markdown]
# ## 2 The generator
#
# A dense layer from noise to pixels has to learn anew, at every place, what a stroke looks like. A convolution uses
# the same small filters everywhere. The generator needs one that makes maps *larger*. A convolution with stride 2
# computes each output from a window of inputs, and moves the window by two pixels: the map is halved. Written as a
# matrix, $y = Cx$. The **transposed convolution** is the product with $C^T$: every *input* pixel stamps the filter,
# multiplied by its value, onto the output, two pixels further than its neighbour, and stamps that overlap are added.
# The map is doubled, and how it is filled in is learnt. It is the very operation that backpropagation uses to send
# gradients back through a convolution.


# %% demo
def show_stamps():
    """Draw a small map and its transposed convolution with a filter of 4 × 4 and stride 2."""
    small = np.zeros((4, 4))
    small[0, 0], small[1, 2], small[3, 1] = 1, 0.7, 0.5
    stamp = np.outer([0.2, 0.8, 1.0, 0.4], [0.2, 0.8, 1.0, 0.4])  # (4, 4)
    large = ops.conv_transpose(small[None, :, :, None], stamp[:, :, None, None], strides=2, padding="same")
    figure, axes = plt.subplots(1, 3, figsize=(8, 2.8), layout="constrained")
    for place, (title, picture) in zip(
        axes, {"a map, 4 × 4": small, "the filter": stamp, "stamped, 8 × 8": ops.squeeze(large)}.items(), strict=True
    ):
        place.imshow(picture, cmap="gray_r", vmin=0, vmax=1.2)
        place.set_title(title, fontsize=10)
        place.set(xticks=[], yticks=[])
    plots.show(figure, "stamps")


show_stamps()

# %% [markdown]
# ### The guidelines
#
# Deep convolutional players had been tried before, and had mostly failed. The authors of DCGAN searched through many
# architectures and named what those had in common that trained stably:
#
# 1. **No pooling and no fixed upsampling.** $D$ halves its maps by convolutions with stride 2, $G$ doubles its maps by
#    transposed convolutions with stride 2, so that both *learn* how to change the size.
# 2. **Batch normalisation** in both, after every layer but three: $G$'s output and $D$'s first layer, the two ends that
#    touch pixels (normalised there, samples began to oscillate), and the dense layer that gives $D$'s logit.
# 3. **No hidden dense layers.** One dense layer projects the noise onto the first maps of $G$, one turns the last maps
#    of $D$ into a logit.
# 4. $G$ has **ReLU** everywhere but at its output, which is a **tanh**.
# 5. $D$ has **leaky ReLU** everywhere, with slope 0.2 below zero, and its output is a **sigmoid**.
#
# And three settings for training: weights start from a normal distribution with mean 0 and standard deviation **0.02**;
# Adam has $\beta_1 = 0.5$; images lie in $[-1, 1]$. What happens without some of them you will see below. (Make a new
# `keras.initializers.RandomNormal` for every layer: each gives the same numbers whenever it is asked.)
#
# The generator starts with maps of 4 × 4 and doubles them until they have the side of the image. The maps are few
# where they are large, and many where they are small:
#
# | for side 32, 3 channels, `filters` $= f$ | shape |
# |---|---|
# | noise | (batch, latent_dim) |
# | dense, reshaped; batch normalisation, ReLU | (batch, 4, 4, $4f$) |
# | transposed convolution, stride 2; batch normalisation, ReLU | (batch, 8, 8, $2f$) |
# | transposed convolution, stride 2; batch normalisation, ReLU | (batch, 16, 16, $f$) |
# | transposed convolution, stride 2; tanh | (batch, 32, 32, 3) |
#
# So `filters` is the number of maps in the largest hidden layer, and each layer nearer to the noise has twice as many.
# The paper's filters have 5 × 5 pixels. Take 5 or 4; since 4 is a multiple of the stride, all pixels of the output
# are stamped equally often. (What happens otherwise is a subject of the lesson `faces`.)
#
# In every hidden layer the order is that of the table: what has the weights, then batch normalisation, then ReLU.
#
# Return a `keras.Model`, in whichever style you like: `keras.Sequential`, the functional one, or a class of your own.
# Give every activation a layer of its own (`layers.ReLU()`, not `activation="relu"`); only the tanh may be part of
# its convolution. And let `model.layers` be a chain of these layers, in the order in which they are applied: later
# sections take the players apart there. (A class of your own should make its layers in this order.) Where there is
# batch normalisation a bias has no effect (why?), so you can spare it by `use_bias=False`.


# %% solution="generator"
def make_generator(latent_dim, side, channels, filters):
    """A new generator: a keras.Model from noise (batch, latent_dim) to images (batch, side, side, channels) in [-1, 1].

    `side` is a power of two, at least 8; `filters` is the number of maps in the largest hidden layer.
    """
    ### BEGIN SOLUTION
    start = keras.initializers.RandomNormal(stddev=0.02, seed=keras.random.SeedGenerator())
    doublings = int(np.log2(side)) - 2
    maps = filters * 2 ** (doublings - 1)
    model = keras.Sequential(
        [
            keras.Input((latent_dim,)),
            layers.Dense(4 * 4 * maps, use_bias=False, kernel_initializer=start),
            layers.Reshape((4, 4, maps)),  # (batch, 4, 4, maps)
            layers.BatchNormalization(),
            layers.ReLU(),
        ]
    )
    for _ in range(doublings - 1):
        maps //= 2
        model.add(layers.Conv2DTranspose(maps, 4, 2, "same", use_bias=False, kernel_initializer=start))
        model.add(layers.BatchNormalization())
        model.add(layers.ReLU())  # (batch, 8, 8, maps), then (batch, 16, 16, maps), …
    model.add(layers.Conv2DTranspose(channels, 4, 2, "same", activation="tanh", kernel_initializer=start))
    return model  # (batch, side, side, channels)
    ### END SOLUTION


# %%
def check_start(kernels, tolerance):
    """For the checks: each kernel's standard deviation is 0.02, and 4.6% of all weights lie beyond two of it."""
    for kernel in kernels:
        checks.expect(
            abs(float(ops.std(kernel)) - 0.02) < tolerance,
            f"weights of shape {tuple(kernel.shape)} start with standard deviation {float(ops.std(kernel)):.3f}, "
            "but should with 0.02.",
        )
    weights = np.concatenate([np.asarray(ops.convert_to_numpy(kernel)).ravel() for kernel in kernels])
    checks.expect(
        0.03 < np.mean(np.abs(weights) > 0.04) < 0.06,
        f"of the weights at the start {np.mean(np.abs(weights) > 0.04):.1%} lie further than 0.04 from 0, but of a "
        "normal distribution with standard deviation 0.02 it should be 4.6%.",
    )


def outputs_along(chain, x):
    """The output of every layer of a chain, one after the other, for the input x (batch, ...), as at inference."""
    outputs = []
    for layer in chain:
        if not isinstance(layer, layers.InputLayer):
            x = layer(x)
            outputs.append(x)
    return outputs


# %% test="generator" points=7
@checks.check("generator")
def check_generator():
    noise = np.random.default_rng(1).normal(size=(6, 10)).astype(np.float32)
    g = make_generator(10, 16, 3, 8)
    images = checks.shape(g(noise), (6, 16, 16, 3), "six images in colour, of side 16,")
    checks.shape(make_generator(5, 32, 1, 4)(noise[:, :5]), (6, 32, 32, 1), "six grey images of side 32")
    checks.between(images, -1, 1, "the images")
    checks.expect(
        np.asarray(images).min() < 0,
        "no pixel is below 0: the last operation should be a tanh.",
    )
    kernel_sizes = sorted(np.prod(variable.shape) for variable in g.trainable_variables if len(variable.shape) > 1)
    checks.expect(
        len(kernel_sizes) == 3,
        f"a generator for side 16 should have 3 layers with weights (dense, two that double), not {len(kernel_sizes)}.",
    )
    statistics = [tuple(variable.shape) for variable in g.non_trainable_variables]
    checks.expect(
        statistics == [(16,), (16,), (8,), (8,)],
        "for 8 filters and side 16, batch normalisation should keep the means and variances of 16 maps and of 8, but "
        f"what is kept has the shapes {statistics}. Every layer but the last has one, right behind it.",
    )
    checks.close(
        g(noise[:1]), images[:1], "an image made alone (at inference it should be the same as in a batch)"
    )
    checks.differs(
        g(noise[:3], training=True)[0],
        g(noise[::2], training=True)[0],
        "in training, images of the same noise in two different batches",
    )
    kernels = [variable for variable in g.trainable_variables if len(variable.shape) > 1]
    check_start(kernels, tolerance=0.005)
    for kernel in kernels:
        if 3 in tuple(kernel.shape)[2:]:  # the last layer's: large enough that the tanh bends
            kernel.assign(kernel * 0.7 / np.abs(g(noise)).max())
            images = np.asarray(g(noise))
            kernel.assign(2 * kernel)
            checks.expect(
                np.allclose(g(noise), np.tanh(2 * np.arctanh(images)), atol=1e-3),
                "with twice the weights in the last layer, the images are not the tanh of twice the numbers as before: "
                "the tanh should come last, and the last layer should have no other activation.",
            )
    checks.expect(
        not [layer for layer in g.layers if isinstance(layer, layers.UpSampling2D)],
        "there is an UpSampling2D, but maps should be doubled by the stride of a Conv2DTranspose.",
    )
    relus = sum(isinstance(layer, layers.ReLU) for layer in g.layers)
    checks.expect(
        relus == 2,
        f"for side 16 there should be 2 layers.ReLU in `model.layers`, one for each hidden layer, not {relus}: "
        "later sections look for them.",
    )
    kinds = [type(x) for x in g.layers if isinstance(x, layers.BatchNormalization | layers.ReLU)]
    statistics_of_64 = [np.prod(variable.shape) for variable in make_generator(3, 64, 1, 2).non_trainable_variables]
    checks.expect(
        sorted(statistics_of_64) == [2, 2, 4, 4, 8, 8, 16, 16],
        "for 2 filters and side 64, the hidden layers should have 16, 8, 4 and 2 maps, but batch normalisation keeps "
        f"{sorted(statistics_of_64)} numbers.",
    )
    checks.expect(
        kinds == [layers.BatchNormalization, layers.ReLU] * 2,
        "each batch normalisation should come before its ReLU.",
    )
    checks.expect(
        np.allclose(outputs_along(g.layers, noise)[-1], g(noise), atol=1e-4),
        "`model.layers`, applied one after the other, should give what the model gives: later sections take it apart.",
    )


# %% [markdown]
# ## 3 The discriminator
#
# The mirror image: from the side of the image down to 4 × 4, with `filters` maps in the first layer and twice as many
# in each further one, then one dense layer. The order in a layer is that of the table again. Nothing else belongs in
# it: no dropout, which tutorials like to add, and no average over the last maps, of which each pixel counts by itself.
#
# | for side 32, `filters` $= f$ | shape |
# |---|---|
# | image | (batch, 32, 32, channels) |
# | convolution, stride 2; leaky ReLU | (batch, 16, 16, $f$) |
# | convolution, stride 2; batch normalisation, leaky ReLU | (batch, 8, 8, $2f$) |
# | convolution, stride 2; batch normalisation, leaky ReLU | (batch, 4, 4, $4f$) |
# | flattened, dense: the logit | (batch, 1) |
# | sigmoid: the probability | (batch, 1) |
#
# The model returns a pair, probabilities and logits, as in the lesson `gan`: losses are computed from the logit, whose
# cross-entropy stays finite however sure $D$ is. In `model.layers` the sigmoid comes last, a layer of its own
# (`layers.Activation("sigmoid")`), and the dense layer before it.


# %% solution="discriminator"
def make_discriminator(side, channels, filters):
    """A new discriminator: a keras.Model from images (batch, side, side, channels) to (probabilities, logits).

    Both are (batch, 1). `side` is a power of two, at least 8; `filters` is the number of maps in the first layer.
    """
    ### BEGIN SOLUTION
    start = keras.initializers.RandomNormal(stddev=0.02, seed=keras.random.SeedGenerator())
    images = x = keras.Input((side, side, channels))
    for k in range(int(np.log2(side)) - 2):
        x = layers.Conv2D(filters * 2**k, 4, 2, "same", use_bias=k == 0, kernel_initializer=start)(x)
        if k > 0:
            x = layers.BatchNormalization()(x)
        x = layers.LeakyReLU(0.2)(x)  # (batch, side / 2, side / 2, filters), and so on down to 4 × 4
    x = layers.Flatten()(x)
    logits = layers.Dense(1, kernel_initializer=start)(x)  # (batch, 1)
    probabilities = layers.Activation("sigmoid")(logits)  # (batch, 1)
    return keras.Model(images, [probabilities, logits])
    ### END SOLUTION


# %% test="discriminator" points=6
@checks.check("discriminator")
def check_discriminator():
    images = np.random.default_rng(1).uniform(-1, 1, (6, 16, 16, 3)).astype(np.float32)
    d = make_discriminator(16, 3, 8)
    answer = checks.pair(d(images), "the discriminator", "probabilities and logits")
    probabilities = checks.probabilities(checks.shape(answer[0], (6, 1), "the probabilities"), "the first results")
    logits = checks.logits(checks.shape(answer[1], (6, 1), "the logits"), probabilities, "the second results")
    kernels = [variable for variable in d.trainable_variables if len(variable.shape) > 1]
    checks.expect(
        len(kernels) == 3,
        f"a discriminator for side 16 should have 3 layers with weights (two that halve, and the dense one), not "
        f"{len(kernels)}.",
    )
    statistics = [tuple(variable.shape) for variable in d.non_trainable_variables]
    checks.expect(
        statistics == [(16,), (16,)],
        "for 8 filters and side 16, batch normalisation should keep mean and variance of the 16 maps of the second "
        f"layer only, but what is kept has the shapes {statistics}.",
    )
    checks.differs(
        d(images[:3], training=True)[1][0],
        d(images[::2], training=True)[1][0],
        "in training, logits of the same image in two different batches",
    )
    check_start(kernels, tolerance=0.007)
    lowest_logits = [logits.min()]
    for kernel in kernels:
        if len(kernel.shape) == 2:
            kernel.assign(-kernel)
            lowest_logits.append(np.min(d(images)[1]))
    checks.expect(
        min(lowest_logits) < 0,
        "the logits stay above 0 when the dense layer's weights change their sign, so they are no logits: that layer "
        "has no activation.",
    )
    checks.expect(
        np.allclose(d(images, training=True)[1], d(images, training=True)[1], atol=1e-5),
        "in training the same batch gives other logits each time: is there a dropout?",
    )
    outputs = outputs_along(d.layers, images)
    probabilities, logits = d(images)
    checks.expect(
        np.allclose(outputs[-1], probabilities, atol=1e-4) and np.allclose(outputs[-2], logits, atol=1e-4),
        "`model.layers`, applied one after the other, should give the logits last but one and the probabilities last: "
        "later sections take it apart.",
    )
    checks.expect(
        not [layer for layer in d.layers if "Pooling" in type(layer).__name__],
        "there is a pooling layer, but maps should be halved by the stride of a Conv2D.",
    )
    negative_slopes = [layer.negative_slope for layer in d.layers if isinstance(layer, layers.LeakyReLU)]
    checks.expect(
        np.allclose(negative_slopes, [0.2, 0.2]) if len(negative_slopes) == 2 else False,
        f"for side 16 there should be two layers.LeakyReLU with slope 0.2, but there are slopes {negative_slopes}.",
    )
    kinds = [type(x) for x in d.layers if isinstance(x, layers.BatchNormalization | layers.LeakyReLU)]
    checks.expect(kinds[-1] is layers.LeakyReLU, "the batch normalisation should come before its leaky ReLU.")
    checks.expect(
        min(x.shape[1] for x in outputs if len(x.shape) == 4) == 4, "the smallest maps should have 4 × 4 pixels."
    )


# %% [markdown] question="guidelines" points=2
# **Question.** 1. In training, batch normalisation makes the output for one image depend on the other images of its
# batch. What could go wrong if real and generated images went through $D$ in one batch, half of it real and half
# generated? 2. Why does a batch normalisation at $G$'s *output* do harm? Think of a batch of very dark pictures.
#
# *Your answer (a few sentences):*
#
# ### BEGIN MARK SCHEME
# 1. (1 point) In a mixed batch the statistics are a blend of both kinds: every real image is normalised by numbers
#    that depend on the fakes beside it and the other way round. Early on, when the two differ much, the normalisation
#    itself separates them (after it one half lies on one side of zero, the other half on the other), whatever is in
#    the pictures; and the statistics at inference are those of the blend. In batches of one kind, each is normalised
#    by its own. Full mark for any one reason: information leaks between the halves; or statistics belong to a mixture
#    that neither kind has; or $G$'s step shows $D$ fakes only, under other statistics than those it was trained with.
# 2. (1 point) The output would have, for every batch, the same mean and variance in each channel: $G$ could not make a
#    batch that is dark, or of another contrast or colour, and the brightness of a picture would depend on the others.
#    The distribution of real pixels need not be like that. Half a point for "the pictures would depend on each other"
#    alone.
# ### END MARK SCHEME

# %% [markdown]
# ## 4 Losses, and labels that are not so sure
#
# As before, $D$ minimises the cross-entropy of its verdicts and $G$ that of the wish to be called real. In terms of
# logits $l$, with $\log(1 + e^{l})$ = `ops.softplus(l)`:
#
# $$-\log \sigma(l) = \log(1 + e^{-l}), \qquad -\log (1 - \sigma(l)) = \log(1 + e^{l}).$$
#
# One thing is new. A $D$ that is nearly sure of everything has large logits, and its gradient is large where it
# should be small. **One-sided label smoothing** ([Salimans et al., 2016](https://arxiv.org/abs/1606.03498)) asks it to
# call real images real with probability $1 - s$ only, $s = 0.1$, say:
#
# $$L_D = \mathrm{mean}\big[-(1 - s) \log \sigma(l_{real}) - s \log(1 - \sigma(l_{real}))\big]
#   + \mathrm{mean}\big[-\log(1 - \sigma(l_{fake}))\big].$$
#
# Fakes keep the hard label 0. If they were smoothed too, the best $D$ would be
# $\frac{(1 - s)\, p_{real} + s\, p_{fake}}{p_{real} + p_{fake}}$: with fakes in the numerator, where there are no real
# images $D$ would still say $s$, and $G$ would have less reason to leave such places.
#
# $L_G$ is the non-saturating loss with a hard label, $\mathrm{mean}[-\log \sigma(l_{fake})]$. Compute both with `ops`:
# gradients have to pass, and NumPy's functions stop them. Losses and gradients have to be finite for logits of
# thousands, too.


# %% solution="losses"
def discriminator_loss(real_logits, fake_logits, smooth=0.1):
    """D's loss, a scalar, from logits of real and of generated images, both (batch, 1); real labels are smoothed."""
    ### BEGIN SOLUTION
    real = (1 - smooth) * ops.softplus(-real_logits) + smooth * ops.softplus(real_logits)  # (batch, 1)
    fake = ops.softplus(fake_logits)  # (batch, 1)
    return ops.mean(real) + ops.mean(fake)
    ### END SOLUTION


def generator_loss(fake_logits):
    """G's non-saturating loss, a scalar, from D's logits of generated images (batch, 1)."""
    ### BEGIN SOLUTION
    return ops.mean(ops.softplus(-fake_logits))
    ### END SOLUTION


# %% test="losses" points=3
@checks.check("losses")
def check_losses():
    real_logits = np.array([[2.0], [0.0]], np.float32)
    fake_logits = np.array([[-1.0], [0.5]], np.float32)
    loss = checks.scalar(discriminator_loss(real_logits, fake_logits, smooth=0.0), "discriminator_loss")
    checks.close(loss, 1.053706, "discriminator_loss with smooth=0, for real logits 2, 0 and fake ones -1, 0.5,")
    loss = checks.scalar(discriminator_loss(real_logits, fake_logits), "discriminator_loss")
    checks.expect(abs(loss - 1.178706) > 1e-3, "the labels of fakes are smoothed as well, but they should stay 0.")
    checks.close(loss, 1.153706, "discriminator_loss with smooth=0.1, for the same logits,")
    checks.close(checks.scalar(generator_loss(fake_logits), "generator_loss"), 0.893669, "generator_loss of -1, 0.5")
    checks.finite(discriminator_loss(real_logits * 1e4, fake_logits * 1e4), "discriminator_loss for logits of 10,000")
    for factor in (1, 1e4):
        for name, loss_of in {
            "discriminator_loss, from real logits": lambda logits: discriminator_loss(logits, fake_logits),
            "discriminator_loss, from generated ones": lambda logits: discriminator_loss(real_logits, logits),
            "generator_loss": generator_loss,
        }.items():
            gradient = training.input_gradients(loss_of, factor * fake_logits)
            checks.expect(gradient is not None, f"no gradient passes through {name}: compute with `ops`.")
            checks.finite(gradient, f"the gradient of {name}, for logits of {factor:g},")
            checks.expect(np.any(gradient), f"the gradient of {name} is zero: compute with `ops`.")


# %% [markdown]
# ## 5 The step, and the first training
#
# One step is as in the lesson `gan`: $D$ moves, then $G$ moves against the new $D$, each only its own
# `trainable_variables`, and the losses from just before each step are returned. What is new is batch normalisation:
#
# - both players are called with `training=True` throughout, also the one that does not move;
# - real and generated images go through $D$ in *two calls*, so that each kind is normalised by its own statistics;
# - the player that does not move is *not* frozen by `trainable = False`. You find that in many programs, and with other
#   layers it does no harm. But Keras's batch normalisation takes it as an order to behave as at inference, whatever
#   `training` says, so the other player would be trained against one that it never meets. It is also needless: only
#   those variables move that you give to an optimizer.
#
# See for yourself what a frozen batch normalisation makes of a batch:


# %% demo
def show_frozen():
    """Print mean and standard deviation of a batch that was normalised in training, not frozen and frozen."""
    rows = 5 + 2 * np.random.default_rng(1).normal(size=(256, 1)).astype(np.float32)
    layer = layers.BatchNormalization()
    for trainable in (True, False):
        layer.trainable = trainable
        outputs = np.asarray(layer(rows, training=True))
        print(f"trainable = {trainable!s:5}: mean {outputs.mean():5.2f}, standard deviation {outputs.std():.2f}")


show_frozen()

# %% [markdown]
# The rows have mean 5 and standard deviation 2. Frozen, the layer takes its moving statistics, which after one step
# have hardly left 0 and 1.
#
# $G$'s images are needed twice, in $D$'s step and in its own, and they are the same both times. So make them once:
#
# - `fakes, pull_back = training.pullback(lambda: g(Z, training=True), g.trainable_variables)` calls the function
#   without arguments, and remembers how its images $\tilde x$ came about;
# - `training.loss_and_input_gradients(loss_fn, fakes)` returns `loss_fn(fakes)` and its gradient with respect to
#   `fakes`, $\partial L / \partial \tilde x$: where $D$ would have each pixel lighter or darker;
# - `pull_back(gradient)` carries it on to $G$'s variables,
#   $\partial L / \partial \tilde x \cdot \partial \tilde x / \partial \theta_G$. That is the chain rule, with both its
#   factors in sight.
#
# It spares a forward pass of $G$ in each step, and its moving statistics move once. `training.gradients` with $G$'s
# variables, as in the lesson `gan`, is right as well.
#
# `smooth` goes on to the loss of $D$.


# %% solution="train_step"
def train_step(X, Z, d, g, d_optimizer, g_optimizer, smooth=0.1):
    """Move D one step, then G one step against the new D; return `(D_loss, G_loss)` from just before each step.

    X are images (batch, side, side, channels), Z noise (batch, latent_dim); d returns (probabilities, logits).
    """

    ### BEGIN SOLUTION
    fakes, pull_back = training.pullback(lambda: g(Z, training=True), g.trainable_variables)  # as X

    def d_loss():
        _, real_logits = d(X, training=True)  # (batch, 1)
        _, fake_logits = d(fakes, training=True)  # (batch, 1)
        return discriminator_loss(real_logits, fake_logits, smooth)

    def g_loss(fakes):
        _, fake_logits = d(fakes, training=True)  # (batch, 1)
        return generator_loss(fake_logits)

    D_loss, d_gradients = training.gradients(d_loss, d.trainable_variables)
    d_optimizer.apply(d_gradients, d.trainable_variables)

    G_loss, gradient = training.loss_and_input_gradients(g_loss, fakes)  # as X: how the loss changes with every pixel
    g_optimizer.apply(pull_back(gradient), g.trainable_variables)

    return D_loss, G_loss
    ### END SOLUTION


# %%
class TinyPlayer(keras.Model):
    """For the check: batch normalisation, tanh and a dense layer; as D it returns a pair."""

    def __init__(self, inputs, outputs, pair):
        super().__init__()
        self.pair = pair
        self.normalise = layers.BatchNormalization(center=False, scale=False)
        self.kernel = self.add_weight(
            shape=(inputs, outputs), initializer=keras.initializers.RandomNormal(0, 1, seed=3)
        )
        self.normalise.build((None, inputs))
        self.built = True

    def call(self, x, training=False):
        """Rows (batch, inputs) to (batch, outputs), once or as probabilities and logits."""
        logits = ops.tanh(self.normalise(ops.convert_to_tensor(x), training=training)) @ self.kernel
        return (ops.sigmoid(logits), logits) if self.pair else logits


def check_each_moves(X, Z):
    """Each player moves, down its own loss, in later steps too, and alone where the other has a learning rate of 0."""
    for mover, rester, index in (("d", "g", 0), ("g", "d", 1)):
        players = {"d": TinyPlayer(6, 1, True), "g": TinyPlayer(3, 6, False)}
        optimizers = {
            f"{mover}_optimizer": keras.optimizers.SGD(0.05),
            f"{rester}_optimizer": keras.optimizers.SGD(0.0),
        }
        before = {name: np.array(ops.convert_to_numpy(player.kernel)) for name, player in players.items()}
        answer = train_step(X, Z, **players, **optimizers)
        moved = {name: (before[name] != ops.convert_to_numpy(players[name].kernel)).any() for name in "dg"}
        checks.expect(moved[mover], f"the step of {mover.upper()} does not move its trainable_variables.")
        checks.expect(not moved[rester], f"{mover}_optimizer also moves {rester}: give it {mover}'s variables only.")
        answer = checks.pair(answer, "train_step", "D_loss and G_loss")
        again = train_step(X, Z, **players, **optimizers)
        name = f"{mover.upper()}_loss"
        checks.expect(
            checks.scalar(again[index], name) < checks.scalar(answer[index], name),
            f"the step of {mover.upper()} makes {name} larger: each player goes down its own loss.",
        )
        later = np.array(ops.convert_to_numpy(players[mover].kernel))
        train_step(X, Z, **players, **optimizers)
        checks.expect(
            (later != ops.convert_to_numpy(players[mover].kernel)).any(),
            f"{mover.upper()} does not move in a later step: is it frozen?",
        )


def check_optimizers_remember(X, Z):
    """Two steps of optimizers with and without momentum lead to different places."""
    ends = []
    for memory in (0.0, 0.9):
        players = {"d": TinyPlayer(6, 1, True), "g": TinyPlayer(3, 6, False)}
        moving = {f"{name}_optimizer": keras.optimizers.SGD(0.05, momentum=memory) for name in "dg"}
        for _ in range(2):
            train_step(X, Z, **players, **moving)
        ends.append([np.array(ops.convert_to_numpy(players[name].kernel)) for name in "dg"])
    for name, plain, remembered in zip("DG", *ends, strict=True):
        what = f"{name} after two steps of optimizers without and with a memory (leave all moving to `apply`)"
        checks.differs(plain, remembered, what)


# %% test="train_step" points=6
@checks.check("train_step")
def check_train_step():
    random = np.random.default_rng(1)
    X = (2 + random.normal(size=(8, 6))).astype(np.float32)
    Z = random.normal(size=(8, 3)).astype(np.float32)
    check_each_moves(X, Z)
    players = {"d": TinyPlayer(6, 1, True), "g": TinyPlayer(3, 6, False)}
    still = {f"{name}_optimizer": keras.optimizers.SGD(0.0) for name in "dg"}
    _, real_logits = players["d"](X, training=True)
    _, fake_logits = players["d"](players["g"](Z, training=True), training=True)
    answer = train_step(X, Z, **players, **still)
    checks.close(
        answer[0],
        np.asarray(discriminator_loss(real_logits, fake_logits)),
        "D_loss (both players called with training=True and not frozen, real and generated images in two calls)",
    )
    checks.close(
        answer[1],
        np.asarray(generator_loss(fake_logits)),
        "G_loss (both players are called with training=True, and D is not frozen)",
    )
    answer = train_step(X, Z, **players, **still, smooth=0.4)
    checks.close(
        answer[0], np.asarray(discriminator_loss(real_logits, fake_logits, 0.4)), "D_loss with smooth=0.4 (pass it on)"
    )
    moving = {f"{name}_optimizer": keras.optimizers.SGD(0.5) for name in "dg"}
    answer = train_step(X, Z, **players, **moving)
    checks.close(
        answer[0],
        np.asarray(discriminator_loss(real_logits, fake_logits)),
        "D_loss where both move (take it just before D's step)",
    )
    g_before = TinyPlayer(3, 6, False)  # starts as every G here does
    _, fake_logits = players["d"](g_before(Z, training=True), training=True)
    checks.close(
        answer[1],
        np.asarray(generator_loss(fake_logits)),
        "G_loss where both move (take it just before G's step, from the D that has moved)",
    )
    check_optimizers_remember(X, Z)


# %% [markdown]
# The noise has a normal distribution here; the paper draws it uniformly from $[-1, 1]$. You will see in section 6 what
# this is good for. Batches and callbacks are those of `util.training`. With `quick` the learning rate is 0.001, five
# times the paper's: these players are small and have little time. (Try both.)


# %% demo
def sample_noise(count, random):
    """Noise (count, latent_dim) with a standard normal distribution, from a NumPy generator."""
    return random.normal(size=(count, SIZES["latent_dim"])).astype(np.float32)


def new_players(side, channels, filters, beta_1=0.5, smooth=0.1):
    """A generator and a discriminator, new, with an Adam for each, as one model to be trained."""

    def step(X, Z, d, g, d_optimizer, g_optimizer):
        return train_step(X, Z, d, g, d_optimizer, g_optimizer, smooth)

    d, g = make_discriminator(side, channels, filters), make_generator(SIZES["latent_dim"], side, channels, filters)
    d(np.zeros((1, side, side, channels), np.float32))  # builds models that are classes of their own
    g(np.zeros((1, SIZES["latent_dim"]), np.float32))
    model = training.TwoPlayer(d, g, step)
    rate = {"quick": 1e-3, "full": 2e-4}[PRESET]
    model.compile(
        d_optimizer=training.Adam(rate, beta_1=beta_1), g_optimizer=training.Adam(rate, beta_1=beta_1)
    )
    return model


def train(model, images, side, steps, callbacks=(), epochs=8):
    """Train on images as bytes, prepared for `side`, for so many steps, divided into epochs."""
    batches = training.Batches(
        images, sample_noise, BATCH_SIZE, transform=lambda batch: prepare(batch, side), steps=steps // epochs, seed=1
    )
    model.fit(batches, epochs=epochs, verbose=2, callbacks=list(callbacks))


def generate(g, z):
    """Images (n, side, side, channels) in [-1, 1] from noise (n, latent_dim), a few at a time."""
    return np.concatenate([np.asarray(g(z[at : at + 250])) for at in range(0, len(z), 250)])


# %% demo
with checks.waits():
    keras.utils.set_random_seed(1)
    draws = np.random.default_rng(1)
    fixed_noise = sample_noise(64, draws)
    digits = new_players(32, 1, SIZES["digit_filters"])
    frames, losses = training.SampleFrames(fixed_noise), training.LossCurves()
    train(digits, mnist.images, 32, SIZES["digit_steps"], [frames, losses])
    plots.grid(digits(fixed_noise), "digits after training", limits=(-1, 1), name="digits")
    plots.loss_curves(losses.curves, smooth=100, name="digit_losses")
    plots.animation(frames.frames, RUN / "digits.gif", limits=(-1, 1))

# %% [markdown]
# Now that $D$ has learnt, see what it would have said to $G$ if it had been frozen by `trainable = False`. In training
# its batch normalisation computes $(x - \mu_B) / \sigma_B$ with the mean and the standard deviation of the batch $B$,
# one of real digits or one of generated ones; frozen, with moving averages of both kinds. **Write down first:** which
# of the first two lines below, if any, will be equal to the third, which has `training=False`?

# %% demo
with checks.waits():
    asked = {"real": prepare(mnist.images[:64], 32), "generated": digits(fixed_noise)}  # (64, 32, 32, 1) each
    learnt = digits.d.get_weights()  # to be put back, since each call in training moves the moving averages
    for trainable, training_too in ((True, True), (False, True), (True, False)):
        digits.d.trainable = trainable
        answers = {name: digits.d(images, training=training_too)[0] for name, images in asked.items()}  # (64, 1) each
        shares = ", ".join(f"{name} digits {float(ops.mean(answer)):.4f}" for name, answer in answers.items())
        print(f"trainable = {trainable!s:5}, training={training_too!s:5}: D says of {shares}")
    digits.d.trainable = True
    digits.d.set_weights(learnt)

# %% [markdown]
# The last two lines agree: frozen, $D$ answers as at inference although it was called with `training=True`, and that is
# another opinion of the same images than the one that it has in its own step.

# %% [markdown]
# $G$'s loss falls a little and then both stay where they are: two that learn at the same pace look like this, and the
# digits still become better. How good are they in numbers? A small classifier, trained on real digits, reads them.
# `diversity` counts what it finds, as in the lesson `gan`. The **kernel distance** (KID) compares its 64 *features*,
# the numbers before its last layer, of generated and of real digits; 0 is expected if both come from one
# distribution. The floor is the distance of real digits from other real digits.
#
# Which of them says something about quality? We tried both on real digits with known damage (`util.damage`). The KID
# rises with each kind, the more the worse: half of the blur gives 0.69, half of the noise 0.37, half of the contrast
# lost 0.92, all digits upside down 0.20. The counts do not: a quarter of the blur, of the noise or of the grey leaves
# ten digits with a normalised entropy above 0.99. So judge quality by the KID, and variety by the counts.


# %% demo
def report(images, name):
    """Print how varied digits (n, 32, 32, 1) in [-1, 1] are, and how far from real ones."""
    inner = to_bytes(images)[:, 2:30, 2:30, 0]  # (n, 28, 28), without the margin
    distance = metrics.kid(reader.features(inner), test_features)
    print(f"{name}: KID {distance:.4f}; {metrics.diversity(reader.probabilities(inner))}")


with checks.waits():
    samples = generate(digits.g, sample_noise(500, draws))  # (500, 32, 32, 1)
    reader = features.classifier(mnist.images, mnist.labels, steps=600)
    test_features = reader.features(mnist.test_images)  # (n, 64)
    print(f"it reads {reader.accuracy(mnist.test_images, mnist.test_labels):.1%} of the test digits rightly")
    report(prepare(mnist.images[:500], 32), "real digits")
    report(samples, "generated")

# %% [markdown]
# ### What happens without
#
# The same players for a few hundred steps, with one setting at a time put back to what is usual elsewhere: Adam with
# $\beta_1 = 0.9$; weights that start by Glorot's rule, as Keras does by default; hard labels. Judge by the pictures
# and by the numbers. One short training each proves little, so the first two lines are the *same* settings with two
# seeds: a difference that is not clearly larger than theirs says nothing. Does any of the others say something?


# %% demo
def glorot(model):
    """Let all weights of both players start by Glorot's rule."""
    for seed, variable in enumerate([*model.d.trainable_variables, *model.g.trainable_variables]):
        if len(variable.shape) > 1:
            variable.assign(keras.initializers.GlorotUniform(seed=seed)(variable.shape))


with checks.waits():
    rows = {}
    for name, settings in {
        "all of them": {},
        "all of them, another seed": {},
        "Adam with beta_1 = 0.9": {"beta_1": 0.9},
        "start by Glorot": {},
        "hard labels": {"smooth": 0.0},
    }.items():
        keras.utils.set_random_seed(12 if "another" in name else 2)
        model = new_players(32, 1, SIZES["digit_filters"], **settings)
        if "Glorot" in name:
            glorot(model)
        train(model, mnist.images, 32, SIZES["few_steps"], epochs=1)
        report(generate(model.g, sample_noise(500, np.random.default_rng(2))), name)
        rows[name] = generate(model.g, fixed_noise[:12])
    plots.rows(rows, f"after {SIZES['few_steps']} steps", limits=(-1, 1), inches=0.6, name="without")

# %% [markdown]
# ## 6 Walking through the latent space
#
# A generator that has learnt images by heart would jump from one to the next. Walk from one noise vector to another
# and look at what lies on the way. The **straight** way is
#
# $$z(t) = (1 - t)\, z_0 + t\, z_1, \qquad 0 \le t \le 1.$$
#
# But noise vectors do not lie everywhere. The squared length of a normal vector in $n$ dimensions is a sum of $n$
# squares, so it has mean $n$ and standard deviation $\sqrt{2n}$: nearly all lie close to a sphere of radius
# $\sqrt n$. Two of them are nearly at right angles, and the middle of the straight way has length $\sqrt{n/2}$ only,
# where $G$ has never been trained. The **spherical** way goes around ([Shoemake,
# 1985](https://doi.org/10.1145/325165.325242), for animation; [White, 2016](https://arxiv.org/abs/1609.04468), for
# GANs). With the angle $\Omega$ between the two vectors,
#
# $$\cos \Omega = \frac{z_0 \cdot z_1}{|z_0|\,|z_1|}, \qquad
#   z(t) = \frac{\sin((1 - t)\,\Omega)}{\sin \Omega}\, z_0 + \frac{\sin(t\,\Omega)}{\sin \Omega}\, z_1.$$
#
# For $t = 0$ and $t = 1$ both ways give the ends themselves. If the vectors are parallel, be they equal or not,
# $\sin \Omega = 0$ and the formula is 0 / 0: then take the straight way, which is its limit. Rounding may make the
# cosine a little larger than 1. (For exactly opposite vectors the sine is 0, too, and all ways around are as good as
# each other. That case, and that of a vector of zeros, is left to you: nobody asks for it.)


# %% solution="interpolation"
def straight(z0, z1, steps):
    """The straight way from z0 to z1, both (latent_dim,), in even steps, both ends included: (steps, latent_dim)."""
    ### BEGIN SOLUTION
    t = np.linspace(0, 1, steps)[:, None]  # (steps, 1)
    return (1 - t) * z0 + t * z1
    ### END SOLUTION


def spherical(z0, z1, steps):
    """The spherical way from z0 to z1, both (latent_dim,), in even steps of t with both ends: (steps, latent_dim)."""
    ### BEGIN SOLUTION
    cosine = np.dot(z0, z1) / (np.linalg.norm(z0) * np.linalg.norm(z1))
    angle = np.arccos(np.clip(cosine, -1, 1))
    if np.sin(angle) < 1e-4:
        return straight(z0, z1, steps)
    t = np.linspace(0, 1, steps)[:, None]  # (steps, 1)
    return (np.sin((1 - t) * angle) * z0 + np.sin(t * angle) * z1) / np.sin(angle)
    ### END SOLUTION


# %% test="interpolation" points=3
@checks.check("interpolation")
def check_interpolation():
    ends = np.array([[2.0, 0.0], [0.0, 2.0]])
    checks.close(straight(*ends, 3), [[2, 0], [1, 1], [0, 2]], "the straight way from (2, 0) to (0, 2)")
    checks.close(spherical(*ends, 3)[::2], ends, "the two ends of the spherical way")
    checks.close(spherical(*ends, 3)[1], [2**0.5, 2**0.5], "the middle of the spherical way from (2, 0) to (0, 2)")
    checks.close(
        spherical(np.array([1.0, 0.0]), np.array([2.0, 2.0]), 3)[1],
        [1.623588, 1.082392],
        "the middle of the spherical way from (1, 0) to (2, 2), at an angle of 45 degrees,",
    )
    checks.close(
        spherical(np.array([1.0, 0.0]), np.array([-1.0, 1.0]), 3)[1],
        [0.0, 1.306563],
        "the middle of the spherical way from (1, 0) to (-1, 1), at an angle of 135 degrees,",
    )
    lengths = np.linalg.norm(spherical(ends[0], ends[1] * 2, 5), axis=1)
    checks.expect(lengths.max() < 4.01, "the spherical way leads further out than either of its ends.")
    checks.close(
        spherical(ends[0], ends[0], 3), ends[[0, 0, 0]], "the way from a vector to itself (the sine is 0 there)"
    )
    starts = 1 + np.random.default_rng(1).uniform(size=(60, 5))
    ways = [spherical(row, 2 * row, 3) for row in starts]
    checks.expect(
        np.isfinite(np.asarray(ways)).all(),
        "some of 60 ways between parallel vectors are NaN: look for a cosine that rounding has made larger than 1.",
    )
    middles = [way[1] for way in ways]
    checks.close(middles, 1.5 * starts, "the middles of 60 ways from vectors to twice the same", rtol=1e-3)


# %% demo
with checks.waits():
    ends = sample_noise(6, np.random.default_rng(4))
    ways = {
        f"{name} {k // 2 + 1}": generate(digits.g, way(ends[k], ends[k + 1], 10).astype(np.float32))
        for k in (0, 2, 4)
        for name, way in (("straight", straight), ("spherical", spherical))
    }
    lengths = {
        name: np.linalg.norm(way(ends[0], ends[1], 50), axis=1)
        for name, way in (("straight", straight), ("spherical", spherical))
    }
    plots.rows(ways, "from one noise vector to another, three times", limits=(-1, 1), inches=0.6, name="ways")
    plots.curves(
        np.linspace(0, 1, 50), lengths, "how long the vector is", xlabel="t", ylabel="$|z(t)|$", name="lengths"
    )

# %% [markdown]
# Digits turn into each other, with strange ones in between: the space has no gaps, although the digits have. Between
# the two ways there is little to see here, although the middle of the straight one is shorter by a quarter: batch
# normalisation and ReLU make much the same image of a vector and of a shorter one. A closed tour through several
# vectors makes an animation.

# %% demo
with checks.waits():
    stops = sample_noise(5, np.random.default_rng(5))
    tour = np.concatenate([spherical(stops[k], stops[(k + 1) % 5], 13)[:-1] for k in range(5)])  # (60, latent_dim)
    tours = np.stack([np.roll(tour, 12 * k, axis=0) for k in range(5)], axis=1)  # (60, 5, latent_dim)
    pictures = generate(digits.g, tours.reshape(-1, tours.shape[-1]).astype(np.float32)).reshape(60, 5, 32, 32)
    plots.animation(list(enumerate(pictures)), RUN / "tour.gif", limits=(-1, 1), columns=5, seconds=12)

# %% [markdown]
# ## 7 Faces, and arithmetic with them
#
# Now the same code with colour. The faces differ in everything at once, and the players see no label.

# %% demo
with checks.waits():
    keras.utils.set_random_seed(3)
    people = new_players(face_side, 3, SIZES["face_filters"])
    drawn = data.load_drawn_faces(SIZES["faces"], seed=1, size=drawn_size)
    faces, attributes = cut_out(drawn.images), drawn.labels  # (n, side, side, 3), (n, 11)
    frames, losses = training.SampleFrames(fixed_noise), training.LossCurves()
    train(people, faces, face_side, SIZES["face_steps"], [frames, losses])
    plots.grid(people(fixed_noise), "generated faces", limits=(-1, 1), inches=6, name="faces")
    plots.animation(frames.frames, RUN / "faces.gif", limits=(-1, 1))

# %% [markdown]
# The famous picture of the paper shows *man with glasses − man without glasses + woman without glasses = woman with
# glasses*, computed with noise vectors: for each of the three, the vectors of a few generated faces are averaged. If it
# works, directions in the latent space have a meaning that nobody taught. But a picture of one success proves little.
# Since our faces have known attributes, we can train a classifier that says who wears glasses, and *count*.
#
# `attribute_vector` makes the direction. `score` holds, for many noise vectors `z`, the probability that the face made
# from it has the attribute. Take the `count` vectors with the highest score and the `count` with the lowest; the
# result is the mean of the former minus the mean of the latter.
#
# `converted` counts. `reads(images)` gives the probability of the attribute, (n,), for images as $G$ makes them.
# Of the faces made from `z`, look only at those that do *not* have the attribute (probability below 0.5): the result is
# the share of them that has it (above 0.5) once `vector` is added to their noise. There is always a face without.


# %% solution="arithmetic"
def attribute_vector(z, score, count):
    """From noise z (n, latent_dim) and the attribute's probability for each, score (n,): a direction (latent_dim,)."""
    ### BEGIN SOLUTION
    order = np.argsort(score)  # (n,)
    return z[order[-count:]].mean(axis=0) - z[order[:count]].mean(axis=0)
    ### END SOLUTION


def converted(g, reads, z, vector):
    """The share of faces g(z) without the attribute that have it as g(z + vector); z (n, latent_dim)."""
    ### BEGIN SOLUTION
    without = z[np.asarray(reads(g(z))) < 0.5]  # (m, latent_dim)
    return float(np.mean(np.asarray(reads(g(without + vector))) > 0.5))
    ### END SOLUTION


# %% test="arithmetic" points=4
@checks.check("arithmetic")
def check_arithmetic():
    z = np.array([[1.0, 0.0], [2.0, 5.0], [4.0, 1.0], [0.0, 7.0]], np.float32)
    score = np.array([0.2, 0.9, 0.8, 0.1])
    checks.close(attribute_vector(z, score, 1), [2.0, -2.0], "attribute_vector with one vector on each side")
    checks.close(attribute_vector(z, score, 2), [2.5, -0.5], "attribute_vector with two on each side")
    reads = lambda images: np.clip(np.asarray(images)[:, 0] / 2, 0, 1)  # noqa: E731 - who has a first number above 1
    noise = np.array([[0.9, 0.0], [0.2, 0.0], [3.0, 0.0]], np.float32)
    share = converted(lambda z: np.asarray(z) ** 3.0, reads, noise, np.array([0.5, 0.0], np.float32))
    checks.expect(
        abs(share - 2 / 3) > 1e-6, "who has the attribute already does not count: look only at those without it."
    )
    checks.close(share, 0.5, "the share of two faces without the attribute, one of which gets it,")


# %% demo
def reads_glasses(images):
    """The probability of glasses (n,) for images (n, side, side, 3) in [-1, 1]."""
    return attribute_reader.probabilities(np.asarray(images), limits=(-1, 1))[:, names.index("glasses")]


with checks.waits():
    studied_z = sample_noise(2000, np.random.default_rng(7))
    studied_faces = generate(people.g, studied_z)  # (2000, side, side, 3)
    attribute_reader = features.classifier(faces, attributes, steps=800)
    accuracies = attribute_reader.accuracy(cut_out(drawn.test_images), drawn.test_labels)  # (11,)
    for name, share in zip(names, accuracies, strict=True):
        print(f"{name:12s} read rightly in {share:.1%} of unseen faces")

# %% [markdown]
# How many faces should be averaged? The paper takes three. And what would a vector do that has nothing to do with
# glasses? As a control, a random direction of the same length.

# %% demo
with checks.waits():
    draws = np.random.default_rng(8)
    score = reads_glasses(studied_faces)  # (2000,)
    print(f"{np.mean(score > 0.5):.0%} of the generated faces have glasses")
    fresh_z = sample_noise(500, draws)
    for count in (1, 3, 10, 100, 500):
        vector = attribute_vector(studied_z, score, count)
        control = draws.normal(size=vector.shape).astype(np.float32)
        control *= np.linalg.norm(vector) / np.linalg.norm(control)
        shares = [
            converted(lambda z: generate(people.g, z), reads_glasses, fresh_z, direction)
            for direction in (vector, control)
        ]
        print(
            f"mean of {count:3d}: length {np.linalg.norm(vector):5.2f}, {shares[0]:4.0%} get glasses, "
            f"{shares[1]:4.0%} with a random vector of that length"
        )

# %% [markdown]
# A mean of few vectors is long and mostly noise, and takes faces out of where $G$ was trained; a mean of many is a
# short, clean direction, and then it is a question of how far to go. So compare them at one length.

# %% demo
with checks.waits():
    for count in (1, 3, 10, 100, 500):
        vector = attribute_vector(studied_z, score, count)
        vector *= 4 / np.linalg.norm(vector)
        share = converted(lambda z: generate(people.g, z), reads_glasses, fresh_z, vector)
        print(f"mean of {count:3d}, at length 4: {share:4.0%} get glasses")

    vector = attribute_vector(studied_z, score, 500)
    vector /= np.linalg.norm(vector)
    plain = fresh_z[reads_glasses(generate(people.g, fresh_z)) < 0.1][:6]  # (6, latent_dim)
    ways = np.concatenate([z + np.linspace(0, 4, 8)[:, None] * vector for z in plain]).astype(np.float32)
    plots.grid(
        generate(people.g, ways),
        "six faces without glasses, and 0 … 4 times the direction of glasses",
        columns=8,
        limits=(-1, 1),
        inches=7,
        name="glasses",
    )

# %% [markdown] question="glasses" points=2
# **Question.** 1. What would you conclude from the picture alone, and what do the two columns of the first table add
# to it? 2. The vector was made from the verdicts of a classifier on *generated* faces. Name one other thing, besides
# glasses, that the direction may change, why, and how you would find out.
#
# *Your answer (a few sentences):*
#
# ### BEGIN MARK SCHEME
# 1. (1 point) The picture shows that it can work, for faces that somebody chose. The share says how often it works on
#    faces that nobody chose; the control, a random vector of equal length, says how often faces get glasses just by
#    being moved that far. Only the difference is due to the direction. Half a point without the control.
# 2. (1 point) Anything that goes together with glasses in the samples or in the classifier's eyes: by chance in few
#    samples, because $G$ has learnt them together, or because the classifier mistakes dark eyes or a hat's shadow for
#    glasses. One finds out by reading the *other* attributes of the faces before and after. Half a point for a
#    plausible thing without a way to find out.
# ### END MARK SCHEME

# %% [markdown]
# ## 8 Forgetting
#
# If one direction of the noise means glasses, perhaps a few of the *feature maps* inside $G$ draw them. The authors
# of DCGAN made their generator of bedrooms forget windows: by logistic regression on the maps of one hidden layer
# they found those that speak for a window, and set them to zero. We do the same with glasses.
#
# We cut $G$ in two behind one of its ReLUs: `front` makes maps (n, h, w, f) from noise, `back` makes images of maps.
# `telling_maps` gets the maps of many images and which of them have the attribute. It describes each image by the mean
# of every map over height and width, (n, f), fits a logistic regression to the *standardised* means
# (`make_pipeline(StandardScaler(), LogisticRegression())`), and returns the indices of all maps with a positive weight,
# the largest weight first. (A regression weighs all maps together: one that only goes along with another, which says
# the same better, may well get a negative weight.) `silenced` returns maps in which those of the given indices, a list
# or an array, are zero. The maps that were passed in stay as they are.


# %% solution="forgetting"
def telling_maps(maps, has):
    """Which maps speak for an attribute, from maps (n, h, w, f) and bools has (n,): indices, the strongest first."""
    ### BEGIN SOLUTION
    means = np.asarray(maps).mean(axis=(1, 2))  # (n, f)
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(means, has)
    weights = model[-1].coef_[0]  # (f,)
    order = np.argsort(-weights)
    return order[weights[order] > 0]
    ### END SOLUTION


def silenced(maps, indices):
    """The maps (n, h, w, f), with those of these `indices` set to zero, in a new array."""
    ### BEGIN SOLUTION
    quiet = np.array(maps)
    quiet[..., indices] = 0
    return quiet
    ### END SOLUTION


# %% test="forgetting" points=3
@checks.check("forgetting")
def check_forgetting():
    random = np.random.default_rng(1)
    maps = random.uniform(size=(60, 4, 4, 5)).astype(np.float32)
    has = random.uniform(size=60) < 0.5
    maps[has, :, :, 3] += 0.5
    maps[has, :, :, 1] -= 0.5
    maps[~has, 0, 0, 3] += 4
    maps[..., 0] = 2 * maps[..., 3] + 0.1 * maps[..., 0] - 0.4 * has[:, None, None]
    maps[..., 3] *= 1e-3
    order = np.asarray(telling_maps(maps, has)).tolist()
    checks.expect(
        order[:1] == [3],
        f"map 3, whose mean over height and width is larger where the attribute is, should come first in {order}.",
    )
    checks.expect(1 not in order, "map 1 is darker where the attribute is: its weight is negative.")
    checks.expect(
        0 not in order,
        "map 0 is a little brighter where the attribute is, but darker than map 3 would let one expect: in a "
        "regression on all maps together its weight is negative.",
    )
    before = maps.copy()
    quiet = checks.shape(silenced(maps, [0, 3]), (60, 4, 4, 5), "silenced(maps, [0, 3])")
    checks.expect(not quiet[..., [0, 3]].any(), "maps 0 and 3 should be zero after silenced(maps, [0, 3]).")
    checks.expect(
        np.array_equal(quiet[..., 1], before[..., 1]), "silenced should leave the other maps as they are."
    )
    checks.expect(np.array_equal(maps, before), "silenced changes the array that was passed in: copy it first.")


# %% demo
with checks.waits():
    chain = list(people.g.layers)
    ends_of = [k for k, layer in enumerate(chain) if isinstance(layer, layers.ReLU)]
    cut = ends_of[-2] + 1  # behind the last hidden layer but one, as in the paper

    def front(z):
        """Noise (n, latent_dim) to maps (n, h, w, f)."""
        return np.asarray(outputs_along(chain[:cut], z)[-1])

    def back(maps):
        """Maps (n, h, w, f) to images (n, side, side, 3)."""
        return np.asarray(outputs_along(chain[cut:], maps)[-1])

    maps = front(studied_z[:1000])
    has = reads_glasses(back(maps)) > 0.5
    telling = telling_maps(maps, has)
    print(f"{len(telling)} of {maps.shape[-1]} maps speak for glasses; {has.mean():.0%} of the faces have some")
    draws = np.random.default_rng(8)
    for count in (1, 2, 4, 8, len(telling)):
        still = reads_glasses(back(silenced(maps, telling[:count]))) > 0.5
        control = draws.permutation(maps.shape[-1])[:count]
        still_at_random = reads_glasses(back(silenced(maps, control))) > 0.5
        print(
            f"{count:2d} maps silenced: {still[has].mean():4.0%} of those faces keep their glasses, "
            f"{still_at_random[has].mean():4.0%} if the maps are chosen at random"
        )
    wearers = np.flatnonzero(has)[:10]
    plots.rows(
        {
            "as they are": back(maps[wearers]),
            "8 maps silenced": back(silenced(maps[wearers], telling[:8])),
            "all that tell": back(silenced(maps[wearers], telling)),
        },
        "ten faces with glasses",
        limits=(-1, 1),
        inches=0.7,
        name="forgotten",
    )

# %% [markdown]
# Do not expect a clean cut. The chosen maps take the glasses away from more faces than as many maps chosen at random
# do, so they have a part in them; but maps share their work, each of them draws other things as well, and what is zero
# for one layer is an unusual input for the next. Many faces keep their glasses, and all of them lose contrast.
#
# ## 9 What excites the discriminator
#
# Which pixels make a map of $D$ respond? The gradient of the response with respect to the image would say, but looks
# noisy: it adds up what speaks for and what speaks against. **Guided backpropagation** ([Springenberg et al.,
# 2014](https://arxiv.org/abs/1412.6806)) lets through only what speaks for, at every (leaky) ReLU on the way back:
#
# $$\text{gradient before} = \begin{cases} \text{gradient behind} & \text{where the input of the ReLU was positive and
# the gradient behind is positive} \\ 0 & \text{elsewhere.} \end{cases}$$
#
# The slope below zero plays no part on the way back. At every other layer the gradient is as always.
#
# So write backpropagation by hand, along the chain of layers: forwards keep the input of every layer, backwards go
# through the layers in reverse. For a layer $f$ with input $x$ and a gradient $v$ behind it (with respect to its
# output), the gradient before it (with respect to its input) is that of $\sum f(x) \cdot v$ with respect to $x$:
# `training.input_gradients(function, x)` gives the gradient of the sum of `function(x)`. It also gives the start: of
# each image, the strongest response of the map `feature` anywhere in the output of the last layer,
# `ops.max(maps[..., feature], axis=(1, 2))`.


# %% solution="guided"
def guided_backpropagation(chain, images, feature):
    """What in each image speaks for the strongest response of one map, by guided backpropagation: as images.

    `chain` is a list of layers, the last of which gives maps (n, h, w, f); `images` are (n, side, side, channels);
    `feature` is the index of the map.
    """
    ### BEGIN SOLUTION
    inputs, x = [], ops.convert_to_tensor(images)
    for layer in chain:
        inputs.append(x)
        x = layer(x)
    gradient = training.input_gradients(lambda maps: ops.max(maps[..., feature], axis=(1, 2)), x)  # (n, h, w, f)
    for layer, x in zip(reversed(chain), reversed(inputs), strict=True):
        if isinstance(layer, layers.LeakyReLU):
            gradient = ops.where((x > 0) & (gradient > 0), gradient, 0.0)
        else:
            gradient = training.input_gradients(lambda x: layer(x) * gradient, x)  # noqa: B023 - called at once
    return gradient  # (n, side, side, channels)
    ### END SOLUTION


# %% test="guided" points=4
@checks.check("guided")
def check_guided():
    images = np.random.default_rng(1).normal(size=(3, 4, 4, 2)).astype(np.float32)
    convolution = layers.Conv2D(2, 1, use_bias=False)
    convolution.build((None, 4, 4, 2))
    convolution.kernel.assign(np.array([[1.0, 0.5], [-1.0, 2.0]], np.float32).reshape(1, 1, 2, 2))
    gradient = checks.shape(guided_backpropagation([convolution], images, 1), images.shape, "the result")
    strongest = (images @ np.array([0.5, 2.0], np.float32)).reshape(3, 16).argmax(axis=1)  # (3,)
    expected = np.zeros((3, 16, 2), np.float32)
    expected[np.arange(3), strongest] = [0.5, 2.0]
    checks.close(
        gradient, expected.reshape(3, 4, 4, 2), "the gradient of the strongest response of map 1, without any ReLU,"
    )
    strongest = (images @ np.array([1.0, -1.0], np.float32)).reshape(3, 16).argmax(axis=1)  # (3,)
    expected_of_map_0 = np.zeros((3, 16, 2), np.float32)
    expected_of_map_0[np.arange(3), strongest] = [1.0, -1.0]
    checks.close(
        guided_backpropagation([convolution], images, 0),
        expected_of_map_0.reshape(3, 4, 4, 2),
        "the gradient of map 0, which is negative along the second channel, where no ReLU stops it,",
    )
    chain = [convolution, layers.Conv2D(5, 3)]
    checks.shape(guided_backpropagation(chain, images, 4), images.shape, "the result for maps (3, 2, 2, 5)")
    normalisation = layers.BatchNormalization(epsilon=0)
    normalisation.build((None, 4, 4, 2))
    normalisation.moving_variance.assign([4.0, 4.0])
    checks.close(
        guided_backpropagation([convolution, normalisation], images, 1),
        expected.reshape(3, 4, 4, 2) / 2,
        "the gradient with a batch normalisation whose moving variance is 4, called as at inference,",
    )
    chain = [layers.LeakyReLU(0.2), convolution]
    images[:, 1, 1] = [-9.0, 9.0]
    gradient = np.asarray(guided_backpropagation(chain, images, 1))
    checks.close(gradient[:, 1, 1], [[0.0, 2.0]] * 3, "the gradient where the inputs of a leaky ReLU are -9 and 9")
    images[:, 1, 1] = [9.0, 1.0]
    gradient = np.asarray(guided_backpropagation(chain, images, 0))
    checks.close(gradient[:, 1, 1], [[1.0, 0.0]] * 3, "the gradient where, behind a leaky ReLU, it is 1 and -1")


# %% [markdown]
# For the maps of the second layer of $D$ that respond most strongly, here are the faces that excite each of them most,
# and below each face what in it does so.

# %% demo
with checks.waits():
    face_images = prepare(faces[:600], face_side)  # (600, side, side, 3)

    def excited(model, title, name):
        """Draw what excites three maps of the second hidden layer of a discriminator, in ten images each."""
        chain = [layer for layer in model.layers if not isinstance(layer, layers.InputLayer)]
        second = [k for k, layer in enumerate(chain) if isinstance(layer, layers.LeakyReLU)][1] + 1
        responses = np.asarray(outputs_along(chain[:second], face_images)[-1]).max(axis=(1, 2))  # (600, f)
        rows = []
        for feature in np.argsort(-responses.std(axis=0))[:3]:
            best = face_images[np.argsort(-responses[:, feature])[:10]]  # (10, side, side, 3)
            parts = np.asarray(guided_backpropagation(chain[:second], best, int(feature)))
            largest = np.abs(parts).max(axis=(1, 2, 3), keepdims=True) + 1e-9
            rows += [best, parts / largest]
        plots.grid(np.concatenate(rows), title, columns=10, limits=(-1, 1), inches=8, name=name)

    excited(people.d, "what excites three maps of D: faces, and the parts that do it", "guided")
    untrained = make_discriminator(face_side, 3, SIZES["face_filters"])
    excited(untrained, "the same for a D that has learnt nothing", "guided_random")

# %% [markdown]
# ## 10 Features for free
#
# $D$ had to learn what digits look like in order to judge them, and it did so without labels. Are its maps a good
# description of an image for another task? The authors pooled the maps of *all* convolutional layers to 4 × 4, put
# them in one long row, and trained a linear support vector machine on few labels.
#
# - `pooled(maps)` takes the list of maps of one batch of images, each (n, h, w, f) with its own $h = w$, a multiple
#   of 4, and its own f. Of each map it keeps the largest value in each field of a 4 × 4 grid, and puts all into rows.
# - `svm_accuracy` standardises the features (mean 0, variance 1), trains a `LinearSVC(C=0.01)`, and returns the share
#   of the test examples that it gets right. Means and variances are those of the *training* set alone, for the test
#   examples, too: nothing may be learnt from these, which in earnest come one at a time.
#
# One rival learns without labels too, **k-means features** ([Coates, Lee and Ng,
# 2011](https://proceedings.mlr.press/v15/coates11a.html)): small patches of the images are grouped into k clusters,
# and a patch $x$ is described by how much nearer than on average it is to each centre $c_j$,
#
# $$f_j = \max(0,\; \mu - d_j), \qquad d_j = |x - c_j|, \qquad \mu = \frac{1}{k} \sum_j d_j,$$
#
# so that about half of the features of a patch are zero. These are maps too: one value for each centre at each place.
# `triangle(patches, centres)` computes them. (Below, m is 36,000: an array (m, k, size) of all differences would have
# 86 million numbers for digits, and three times as many for pictures in colour.)


# %% solution="features"
def pooled(maps):
    """A list of maps, each (n, h, w, f), as rows of features (n, 16 * (f + f' + …)): maxima in a grid of 4 × 4."""
    ### BEGIN SOLUTION
    rows = []
    for each in map(np.asarray, maps):
        n, side, _, f = each.shape
        fields = each.reshape(n, 4, side // 4, 4, side // 4, f)
        rows.append(fields.max(axis=(2, 4)).reshape(n, 16 * f))  # (n, 4, 4, f), then (n, 16 f)
    return np.concatenate(rows, axis=1)
    ### END SOLUTION


def triangle(patches, centres):
    """How much nearer than on average patches (m, size) are to each of the centres (k, size): (m, k), none negative."""
    ### BEGIN SOLUTION
    squares = (patches**2).sum(axis=1)[:, None] + (centres**2).sum(axis=1) - 2 * patches @ centres.T  # (m, k)
    distances = np.sqrt(np.maximum(squares, 0))
    return np.maximum(distances.mean(axis=1, keepdims=True) - distances, 0)
    ### END SOLUTION


def svm_accuracy(rows, labels, test_rows, test_labels):
    """Train on features (n, f) with labels (n,); return the share of test examples, (m, f) and (m,), that is right."""
    ### BEGIN SOLUTION
    model = make_pipeline(StandardScaler(), LinearSVC(C=0.01)).fit(rows, labels)
    return model.score(test_rows, test_labels)
    ### END SOLUTION


# %% test="features" points=4
@checks.check("features")
def check_features():
    maps = [np.arange(128.0).reshape(2, 8, 8, 1), -np.arange(64.0).reshape(2, 4, 4, 2)]
    pooled_rows = checks.shape(pooled(maps), (2, 48), "pooled of maps (2, 8, 8, 1) and (2, 4, 4, 2)")
    checks.close(
        sorted(np.asarray(pooled_rows)[0]),
        sorted([8 * row + column for row in (1, 3, 5, 7) for column in (1, 3, 5, 7)] + [-v for v in range(32)]),
        "the features of the first image, sorted,",
    )
    nearness = triangle(np.array([[0.0, 0.0]]), np.array([[3.0, 4.0], [1.0, 0.0], [0.0, 3.0]]))
    checks.close(nearness, [[0.0, 2.0, 0.0]], "triangle for distances 5, 1, 3")
    nearness = triangle(np.array([[0.0, 0.0], [0.0, 0.6]]), np.array([[0.3, 0.4], [0.1, 0.0], [0.0, 0.3]]))
    expected = [[0.0, 0.2, 0.0], [0.062389, 0.0, 0.122944]]
    checks.close(nearness, expected, "triangle of two patches, one of them with the distances 0.5, 0.1, 0.3,")
    patches = 3 + np.random.default_rng(1).normal(size=(60, 8))
    checks.finite(triangle(patches, patches), "triangle of patches that are centres (a root of less than 0?)")
    random = np.random.default_rng(1)
    rows = random.normal(size=(300, 6)) * [1e3, 1e-3, 1, 1, 1, 1]
    labels = (rows[:, 1] > 0).astype(int)
    rows[:, 1] += 1
    accuracy = svm_accuracy(rows[:200], labels[:200], rows[200:], labels[200:])
    checks.expect(
        accuracy > 0.2, f"on an easy task svm_accuracy is {float(accuracy):.2f}: is that the share that is wrong?"
    )
    checks.expect(
        0.9 < checks.scalar(accuracy, "svm_accuracy") <= 1,
        f"on an easy task svm_accuracy is {float(accuracy):.2f}: the feature that tells varies far less than others, "
        "around a mean far from 0, so the features have to be standardised.",
    )
    accuracy = svm_accuracy(rows[:200], labels[:200], rows[200:], 1 - labels[200:])
    checks.expect(
        accuracy < 0.1,
        "with all test labels turned round nearly all answers should be wrong: compare with the labels that are given.",
    )
    of_label_one = 200 + np.flatnonzero(labels[200:])
    accuracy = svm_accuracy(rows[:200], labels[:200], rows[of_label_one], labels[of_label_one])
    checks.expect(
        accuracy > 0.8,
        f"among test examples of a single label svm_accuracy falls to {float(accuracy):.2f}: take the mean and the "
        "variance of the training set for them, too.",
    )
    rows[200 + np.argmax(rows[200:, 1]), 1] *= 1e5
    accuracy = svm_accuracy(rows[:200], labels[:200], rows[200:], labels[200:])
    checks.expect(
        accuracy > 0.8,
        f"with one test example that is far from all others svm_accuracy falls to {float(accuracy):.2f}: nothing may "
        "be learnt from the test examples, neither a mean nor a variance.",
    )


# %% [markdown]
# The rivals: the pixels themselves, k-means features, and a $D$ that has learnt nothing. (Random convolutions are
# better than one would think.)


# %% demo
def maps_of(d, images):
    """The maps behind every leaky ReLU of a discriminator, for images (n, side, side, channels), as pooled rows."""
    rows = []
    for at in range(0, len(images), 250):
        outputs = outputs_along(d.layers, images[at : at + 250])
        chain = [layer for layer in d.layers if not isinstance(layer, layers.InputLayer)]
        behind = [x for layer, x in zip(chain, outputs, strict=True) if isinstance(layer, layers.LeakyReLU)]
        rows.append(pooled([np.asarray(maps) for maps in behind]))
    return np.concatenate(rows)


def patches_of(images, size=5):
    """All patches of size × size, every second pixel, with mean 0: (n, places, places, size * size * channels)."""
    windows = np.lib.stride_tricks.sliding_window_view(images, (size, size), axis=(1, 2))[:, ::2, ::2]
    patches = windows.reshape(*windows.shape[:3], -1)[:, :12, :12]  # (n, 12, 12, ...)
    return patches - patches.mean(axis=-1, keepdims=True)


def k_means_maps(images, centres):
    """Pooled k-means features of images (n, 32, 32, channels)."""
    rows = []
    for at in range(0, len(images), 250):
        patches = patches_of(images[at : at + 250])  # (250, 12, 12, size)
        maps = triangle(patches.reshape(-1, patches.shape[-1]), centres)
        rows.append(pooled([maps.reshape(*patches.shape[:3], len(centres))]))
    return np.concatenate(rows)


def compare(d, untrained, images, labels, test_images, test_labels, counts=(100, 1000)):
    """Print the accuracy of a linear SVM on four kinds of features, for few labels; images (n, 32, 32, channels)."""
    random = np.random.default_rng(1)
    everywhere = patches_of(images[:1000]).reshape(-1, 25 * images.shape[-1])
    centres = (
        MiniBatchKMeans(96, n_init=1, random_state=1).fit(random.permutation(everywhere)[:20_000]).cluster_centers_
    )
    kinds = {
        "D": lambda x: maps_of(d, x),
        "a random D": lambda x: maps_of(untrained, x),
        "k-means": lambda x: k_means_maps(x, centres),
        "pixels": lambda x: x.reshape(len(x), -1),
    }
    for name, describe in kinds.items():
        rows, test_rows = describe(images[: max(counts)]), describe(test_images)
        shares = [svm_accuracy(rows[:n], labels[:n], test_rows, test_labels) for n in counts]
        print(f"{name:10s}", ", ".join(f"{n} labels: {share:.1%}" for n, share in zip(counts, shares, strict=True)))


with checks.waits():
    untrained = make_discriminator(32, 1, SIZES["digit_filters"])
    compare(
        digits.d,
        untrained,
        prepare(mnist.images[:1000], 32),
        mnist.labels[:1000],
        prepare(mnist.test_images[:1000], 32),
        mnist.test_labels[:1000],
    )

# %% [markdown]
# $D$ has learnt something that pixels do not say and that a random $D$ does not find. (A share of 1,000 test digits
# has a standard error of about one per cent, of 500 digits one and a half, and both $D$ are one draw: a difference of
# one or two per cent is none.) On digits k-means does as well: strokes are all there is to know, and small patches show
# them. In the paper $D$ was far larger and had seen more than a million photographs, and there it was ahead of k-means.
#
# The same with photographs of ten kinds of things (CIFAR-10) and of house numbers (SVHN): for each, a new pair of
# players is trained without labels, and then $D$ is asked. The cell takes the sets that lie in the data folder. They
# are large; `OBJECTS=cifar10` or `OBJECTS=cifar10,svhn`, set before you start Jupyter, has them downloaded (170 MB and
# 250 MB).

# %% demo
with checks.waits():
    for name, load, files in (
        ("cifar10", data.load_cifar10, "cifar*10*"),
        ("svhn", data.load_svhn, "train_32x32.mat"),
    ):
        if not list(data.data_folder().glob(files)) and name not in os.environ.get("OBJECTS", ""):
            print(f"{name} is not in the data folder.")
            continue
        objects = load()
        keras.utils.set_random_seed(5)
        model = new_players(32, 3, SIZES["face_filters"])
        train(model, objects.images, 32, SIZES["object_steps"], epochs=1)
        plots.grid(model(fixed_noise[:32]), "generated", columns=8, limits=(-1, 1), name="objects")
        compare(
            model.d,
            make_discriminator(32, 3, SIZES["face_filters"]),
            prepare(objects.images[:1000], 32),
            objects.labels[:1000],
            prepare(objects.test_images[:1000], 32),
            objects.test_labels[:1000],
        )

# %% [markdown]
# ## 11 Copies?
#
# A generator that has stored its training set would pass every test above. So look for each sample's **nearest
# neighbour** among the training images. A picture of pairs is convincing, but what does "near" mean? Compare with
# *real* images that were not trained on: they have a nearest training image, too, and its distance is what a newcomer
# from the same distribution should have. A generator that copies stays far below.
#
# - `nearest(images, training_images)` returns for each image, given as a row of numbers (n, size), the index of its
#   nearest training image (m, size), and the Euclidean distance. Mind the memory: for 500 samples and all of MNIST an
#   array (n, m, size) would have 31 billion numbers, but $|x - y|^2 = |x|^2 - 2\, x \cdot y + |y|^2$ needs only
#   (n, m). Where $x = y$, rounding may leave slightly less than 0 of it, which has no root.
# - `copied_share(distances, held_out_distances)`: the share of samples that are nearer to a training image than all
#   but the nearest 5% of the held-out real images are, that is, below their 5% quantile. An honest generator gets
#   about 5%, a copier nearly 100%.


# %% solution="neighbours"
def nearest(images, training_images):
    """For rows (n, size) the index of the nearest among rows (m, size), and its distance: two arrays (n,)."""
    ### BEGIN SOLUTION
    x, y = (np.asarray(rows, np.float64) for rows in (images, training_images))
    squares = (x**2).sum(axis=1)[:, None] - 2 * x @ y.T + (y**2).sum(axis=1)  # (n, m)
    index = squares.argmin(axis=1)
    return index, np.sqrt(np.maximum(squares[np.arange(len(x)), index], 0))
    ### END SOLUTION


def copied_share(distances, held_out_distances):
    """The share of distances (n,) below the 5% quantile of the held-out ones (m,)."""
    ### BEGIN SOLUTION
    return float(np.mean(distances < np.quantile(held_out_distances, 0.05)))
    ### END SOLUTION


# %% test="neighbours" points=3
@checks.check("neighbours")
def check_neighbours():
    rows = np.array([[0.0, 0.0], [3.0, 4.0], [10.0, 0.0]])
    answer = checks.pair(nearest(np.array([[9.0, 1.0], [3.0, 4.0]]), rows), "nearest", "indices and distances")
    checks.expect(
        np.array_equal(answer[0], [2, 1]), f"the nearest rows should be 2 and 1, not {np.asarray(answer[0])}."
    )
    checks.close(answer[1], [2**0.5, 0.0], "the distances")
    images = 3 + np.random.default_rng(1).normal(size=(60, 8))
    to_themselves = np.asarray(nearest(images, images)[1])
    checks.expect(
        np.isfinite(to_themselves).all(),
        "some of 60 images have a distance of NaN from themselves: rounding has made the square slightly negative.",
    )
    checks.close(to_themselves, np.zeros(60), "the distance of 60 images from themselves", atol=1e-2)
    share = copied_share(np.array([0.5, 3.0, 30.0, 0.2]), np.arange(101.0) ** 2)
    checks.close(
        checks.scalar(share, "copied_share"), 0.75, "copied_share where three of four lie below the 5% quantile"
    )


# %% demo
with checks.waits():
    training_images = prepare(mnist.images, 32).reshape(len(mnist.images), -1)  # (n, 1024)
    held_out = prepare(mnist.test_images[:500], 32).reshape(-1, 1024)
    samples = generate(digits.g, sample_noise(500, np.random.default_rng(9))).reshape(-1, 1024)
    copies = training_images[:500] + 0.02 * np.random.default_rng(9).normal(size=(500, 1024)).astype(np.float32)
    _, held_out_distances = nearest(held_out, training_images)
    for name, images in {"our generator": samples, "one that copies": copies}.items():
        _, distances = nearest(images, training_images)
        print(
            f"{name}: median distance {np.median(distances):.2f} "
            f"(real test digits: {np.median(held_out_distances):.2f}), "
            f"{copied_share(distances, held_out_distances):.0%} nearer than 95% of the test digits"
        )
    index, distances = nearest(samples, training_images)
    order = np.argsort(distances)[:10]  # the ten samples that are most like a training image
    plots.rows(
        {"samples": samples[order], "training images": training_images[index[order]]},
        "the ten samples that are nearest to a training image",
        limits=(-1, 1),
        inches=0.7,
        name="neighbours",
    )

# %% [markdown] question="copies" points=2
# **Question.** 1. A generator gets a `copied_share` of 0%. Is that good news? What kind of bad generator gets it? 2. A
# generator moves stored training images by one pixel. What do the distances in pixel space say, and what would you
# measure instead?
#
# *Your answer (a few sentences):*
#
# ### BEGIN MARK SCHEME
# 1. (1 point) Not by itself: it says only that samples are not copies. One that draws noise, or blurred or broken
#    images, comes close to no single training image and gets 0% too. An honest one gets about 5%.
# 2. (1 point) A shift by a pixel changes many pixels of thin strokes: the distance is about as large as that to
#    another digit of the same class, so the copy is not noticed. Measure distances between features that change
#    little under shifts (those of a classifier, of D, pooled), or take the smallest distance over small shifts. Half a
#    point if only one of the two parts is there.
# ### END MARK SCHEME

# %% [markdown]
# ## 12 Other pictures
#
# The same players learn whatever pictures you have. `PHOTOS=lfw` takes photographs of faces (*Labeled Faces in the
# Wild*, which scikit-learn downloads), `PHOTOS=path/to/a/folder` pictures of your own or an LMDB of the LSUN scenes.
# Set it before you start Jupyter, as with `PRESET`.

# %% demo
PHOTOS = os.environ.get("PHOTOS", "")

with checks.waits():
    if PHOTOS:
        photos = data.load_lfw() if PHOTOS == "lfw" else data.load_lsun(PHOTOS)  # images (n, 64, 64, 3)
        keras.utils.set_random_seed(6)
        model = new_players(64, 3, SIZES["face_filters"])
        train(model, photos.images, 64, SIZES["face_steps"])
        plots.grid(model(fixed_noise), "generated from photographs", limits=(-1, 1), inches=7, name="photos")
    else:
        print("No photographs were asked for.")

# %% [markdown]
# ## 13 Where to go next
#
# - Train with `PRESET=full`: 64 × 64, with the sizes of the paper.
# - Put the batch normalisation back where the guidelines forbid it and look at the samples after a few hundred steps.
# - Take the direction of another attribute: `smile`, `hat`, `long_hair`. Which is the easiest to add, which the
#   hardest? Is the direction *from* an attribute the reverse of the one *to* it?
# - Silence the maps that speak for a digit in the generator of digits.
# - Read on about what came next: [Salimans et al., *Improved techniques for training GANs*,
#   2016](https://arxiv.org/abs/1606.03498); [Karras et al., *Progressive growing of GANs*,
#   2018](https://arxiv.org/abs/1710.10196).
