# %% [markdown]
# # Colour, scale and the craft
#
# Two hundred thousand photographs of faces do not fit into memory, and colour pictures of a useful size do not forgive
# what grey digits of 28 × 28 pixels did. This lesson is about the craft between a good idea and a good picture: how to
# pack an archive so that training never waits for it, how to build a pair of networks for colour, where the famous
# checkerboard comes from, which of the tricks that everybody recommends do anything, and how to tell by numbers that a
# training goes wrong.
#
# **How the notebook works.** Where a cell raises `NotImplementedError`, a blank waits for you: replace that line.
# Below each blank a cell checks your answer and says in a sentence what it expected, what came, and where to look.
# These checks are there to help and score nothing; the grading asks further questions of the same kind. A cell that
# needs a blank which is still empty says so, so you can always run the notebook from top to bottom.
#
# You should know how a generative adversarial network is trained (the lesson `gan`), and have met a convolution. Three
# hours are enough.
#
# **Two presets.** `quick`, the default, is for a laptop: 800 faces, pictures of 55 × 45 and 32 × 32 pixels, short
# trainings. All of it together takes 5.8 minutes on two processor cores (measured with `atelier demo --all`). `full`
# uses the sizes of the text, 218 × 178 and 128 × 128, on 20,000 faces and for longer, and wants a GPU. Its time has not
# been measured.

# %%
import io
import os
import sys
import time
import zipfile
from pathlib import Path

HERE = Path.cwd()
ROOT = next((folder for folder in [HERE, *HERE.parents] if (folder / "util" / "checks.py").is_file()), HERE)
sys.path.insert(0, str(ROOT))  # so that `util` is found, wherever the notebook was started
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # keeps TensorFlow's messages about its start to itself

import h5py
import keras
import numpy as np
from keras import layers, ops
from matplotlib.colors import rgb_to_hsv
from PIL import Image

from util import checks, data, features, metrics, plots, training

PRESET = os.environ.get("PRESET", "quick")  # "quick" takes minutes on a laptop, "full" is meant for a GPU
QUICK = PRESET == "quick"
RUN = ROOT / "build" / "faces"

FACES = 800 if QUICK else 20_000  # how many are packed
BATCH = 32
SIDE = 32 if QUICK else 128  # of the pictures for the convolutional pair
LATENT = 100

# %% [markdown]
# ## 1 Packing an archive
#
# [CelebA](https://mmlab.ie.cuhk.edu.hk/projects/CelebA.html) (Liu et al., 2015) is the set that most networks for faces
# have been tried on. Its aligned version is one zip file, `img_align_celeba.zip`, with 202,599 JPEGs of 218 × 178
# pixels, `img_align_celeba/000001.jpg` and so on. If you have it, put it into the folder `data`. If not, the next cell
# makes a small archive of the same layout, with faces drawn by a program.

# %% demo
ARCHIVE = data.celeba_archive(n_drawn=FACES)
print(f"{ARCHIVE}: {ARCHIVE.stat().st_size / 1e6:.1f} MB")

# %% [markdown]
# A network wants random batches, again and again. A zip file of JPEGs is a poor source: every picture has to be
# found and decoded anew in every epoch. All pictures in memory are none either: as bytes, CelebA is
# $202\,599 \cdot 218 \cdot 178 \cdot 3 \approx 23.6 \cdot 10^9$ numbers. The middle way is a file with one large array
# in it that lies on the disk and is read in parts. [HDF5](https://docs.h5py.org) is such a format:
#
# ```python
# with h5py.File("faces.h5", "a") as packed:      # "a": made if it does not exist, kept if it does
#     images = packed.create_dataset(
#         "images", (0, 218, 178, 3), "uint8", maxshape=(None, 218, 178, 3), chunks=(1, 218, 178, 3)
#     )
#     images.resize(64, axis=0)                   # grows on the disk
#     images[0:64] = some_array                   # written; nothing of it has to stay in memory
#     images.attrs["done"] = 64                   # a small note that is kept with it
#     packed.flush()                              # now it is on the disk
# ```
#
# A *chunk* is what is read or written at once. With one picture in a chunk, any picture can be had without its
# neighbours.
#
# ### What a good packer does
#
# Write `pack(archive, target, count, block)`. It reads the JPEGs of the zip file `archive` and writes them to the HDF5
# file `target`:
#
# - **Content.** A data set `images`, uint8 (n, height, width, 3), has every entry whose name ends with `.jpg`, in the
#   ascending order of the names, whatever their order in the archive is. With a `count` only the first `count` of them.
#   `zipped.read(name)` gives the bytes of an entry, and `Image.open(io.BytesIO(...))` makes a picture of them; say
#   `.convert("RGB")`, and NumPy makes an array of it.
# - **Streaming.** At most `block` pictures are in memory at a time. After every block the attribute `done` of
#   `images` says how many pictures are stored, and the file is flushed.
# - **Going on.** If a packing is broken off, by an error or by you, the next call goes on at `done`, and what is
#   already stored is not read again. Rows beyond `done` count for nothing until then.
# - **Progress.** Print something after each block; `keras.utils.Progbar` is a bar.
# - **Clear errors.** A `ValueError` whose sentence contains the path of the archive, if it is no zip file (the library
#   raises `zipfile.BadZipFile`, for a damaged entry too), if there is no JPEG in it, if an entry is no picture
#   (`OSError`), or if one has another size than the first. The blocks before the error stay stored.


# %% solution="packing"
def pack(archive, target, count=None, block=64):
    """Pack the first `count` JPEGs of the zip `archive` into the HDF5 file `target`; go on where it was broken off."""
    ### BEGIN SOLUTION
    with open_zip(archive) as zipped, h5py.File(target, "a") as packed:
        names = sorted(name for name in zipped.namelist() if name.endswith(".jpg"))[:count]
        if not names:
            raise ValueError(f"There is no JPEG in {archive}.")
        if "images" not in packed:
            shape = read_image(zipped, names[0]).shape  # (height, width, 3)
            packed.create_dataset("images", (0, *shape), "uint8", maxshape=(None, *shape), chunks=(1, *shape))
            packed["images"].attrs["done"] = 0
        images = packed["images"]  # (stored so far, height, width, 3)
        done, progress = int(images.attrs["done"]), keras.utils.Progbar(len(names), unit_name="picture")
        while done < len(names):
            pictures = [read_image(zipped, name, images.shape[1:]) for name in names[done : done + block]]
            images.resize(done + len(pictures), axis=0)
            images[done:] = np.stack(pictures)  # (block, height, width, 3)
            done += len(pictures)
            images.attrs["done"] = done  # only now: whatever happens before, these pictures are read again
            packed.flush()
            progress.update(done)


def open_zip(archive):
    """The zip file, open, or an error that says which file it is."""
    try:
        return zipfile.ZipFile(archive)
    except zipfile.BadZipFile as error:
        raise ValueError(f"{archive} is no zip file, or a broken one: {error}") from error


def read_image(zipped, name, shape=None):
    """The picture `name` of an open zip file, uint8 (height, width, 3), of this shape if one is given."""
    try:
        picture = np.asarray(Image.open(io.BytesIO(zipped.read(name))).convert("RGB"))
    except (zipfile.BadZipFile, OSError) as error:
        raise ValueError(f"{name} in {zipped.filename} is no picture, or a broken one: {error}") from error
    if shape is not None and picture.shape != shape:
        raise ValueError(
            f"{name} in {zipped.filename} is a picture of shape {picture.shape}, not {shape} as the first."
        )
    return picture
    ### END SOLUTION


# %% test="packing" points=6
import contextlib
import tempfile


def write_zip(path, pictures):
    """A zip for the check, with flat pictures of one grey value and one size each: {name: (grey, height, width)}."""
    with zipfile.ZipFile(path, "w") as zipped:
        for name, (grey, height, width) in pictures.items():
            jpeg = io.BytesIO()
            Image.new("RGB", (width, height), (grey, grey, grey)).save(jpeg, "JPEG")
            zipped.writestr(name, jpeg.getvalue())


def packed_greys(path):
    """The grey values of the stored pictures (done,), and the shape of the data set."""
    with h5py.File(path, "r") as packed:
        checks.expect("images" in packed, "the file should have a data set `images`.")
        checks.expect("done" in packed["images"].attrs, "`images` should have an attribute `done`.")
        return packed["images"][: packed["images"].attrs["done"], 0, 0, 0].astype(int), packed["images"].shape


with checks.check("packing"), tempfile.TemporaryDirectory() as folder:
    some_zip, some_pack = Path(folder) / "some.zip", Path(folder) / "some.h5"
    flat = {f"faces/{k:03d}.jpg": (10 * k, 6, 4) for k in (3, 1, 4, 2, 5)}
    write_zip(some_zip, flat | {"faces/readme.txt": (0, 6, 4)})
    with contextlib.redirect_stdout(io.StringIO()):
        pack(some_zip, some_pack, block=2)
    greys, shape = packed_greys(some_pack)
    checks.expect(shape == (5, 6, 4, 3), f"5 pictures of 6 × 4 should give a data set (5, 6, 4, 3), not {shape}.")
    checks.expect(
        np.abs(greys - [10, 20, 30, 40, 50]).max() <= 1,
        f"pictures of the greys 10 to 50, in the order of their names, came out as {greys.tolist()}.",
    )
    with contextlib.redirect_stdout(io.StringIO()):
        pack(some_zip, Path(folder) / "few.h5", count=3)
    checks.expect(len(packed_greys(Path(folder) / "few.h5")[0]) == 3, "count=3 should pack 3 pictures.")

    some_pack = Path(folder) / "resumed.h5"
    write_zip(some_zip, flat | {"faces/004.jpg": (40, 9, 9)})  # the fourth has another size: an error
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            pack(some_zip, some_pack, block=1)
        checks.expect(False, "a picture of another size should raise a ValueError.")
    except ValueError as error:
        checks.expect("some.zip" in str(error), f"the error should name the archive, but says: {error}")
    greys, _ = packed_greys(some_pack)
    checks.expect(len(greys) == 3, f"the three pictures before the error should be stored, but done is {len(greys)}.")
    write_zip(some_zip, flat | {"faces/001.jpg": (200, 6, 4)})
    with contextlib.redirect_stdout(io.StringIO()):
        pack(some_zip, some_pack, block=1)
    greys, _ = packed_greys(some_pack)
    checks.expect(len(greys) == 5, f"the second call should go on to 5 pictures, but done is {len(greys)}.")
    checks.expect(abs(greys[0] - 10) <= 1, "the second call should not read again what was stored.")
    some_zip.write_text("no zip")
    try:
        pack(some_zip, Path(folder) / "none.h5")
        checks.expect(False, "a file that is no zip should raise a ValueError.")
    except zipfile.BadZipFile:
        checks.expect(False, "a file that is no zip should raise a ValueError: make one of the zipfile.BadZipFile.")
    except ValueError as error:
        checks.expect("some.zip" in str(error), f"the error should name the archive, but says: {error}")

# %% demo
with checks.waits():
    RUN.mkdir(parents=True, exist_ok=True)
    PACKED = RUN / f"{ARCHIVE.stem}-{FACES}.h5"
    start = time.perf_counter()
    pack(ARCHIVE, PACKED, count=FACES)
    with h5py.File(PACKED) as packed:
        print(f"{packed['images'].shape}: {PACKED.stat().st_size / 1e6:.0f} MB", end=", ")
        print(f"{time.perf_counter() - start:.0f} s (none, if it was packed before)")
        plots.grid(packed["images"][:18], "as packed, 218 × 178", columns=9, inches=9, name="packed")

# %% [markdown]
# The file is larger than the archive, because JPEG is a good compression and bytes are none. That is the trade: disk
# for time.
#
# ### Reading it back
#
# A data set of an HDF5 file can be read like an array, but only what is asked for leaves the disk. `images[3]`,
# `images[10:20]` and `images[[2, 5, 7]]` work. A list of indices **must be ascending**, without repeats, and it is
# slow, because h5py makes up a selection of many pieces first. Time it: where this was written, 32 scattered pictures
# took 350 ms as one list, and 8 ms one after the other.
#
# `epoch_batches(images, batch_size, random)` is a generator function (one with `yield`): it goes through all images
# once, in random order, and yields them in batches `(batch_size, height, width, 3)`. The last batch is smaller if they
# do not come out even. The order of the images within a batch does not matter, but *which* images meet in a batch is to
# be random, from the NumPy generator `random` and nothing else. No single reading may ask for more than
# `batch_size` images.


# %% solution="batches"
def epoch_batches(images, batch_size, random):
    """Yield every image of the data set (n, h, w, 3) once, in random batches (batch_size, h, w, 3)."""
    ### BEGIN SOLUTION
    order = random.permutation(len(images))  # (n,)
    for start in range(0, len(order), batch_size):
        rows = np.sort(order[start : start + batch_size])  # (batch_size,), so that the disk is read forwards
        yield np.stack([images[row] for row in rows])  # (batch_size, h, w, 3)
    ### END SOLUTION


# %% test="batches" points=4
class Shelf:
    """A data set for the check, as strict as HDF5; picture k has the grey value k."""

    def __init__(self, count, most):
        """`count` pictures of 2 × 2, of which `most` may be asked for at a time."""
        self.pictures, self.most = np.repeat(np.arange(count, dtype=np.uint8), 12).reshape(count, 2, 2, 3), most
        self.shape, self.dtype = self.pictures.shape, self.pictures.dtype

    def __len__(self):
        return len(self.pictures)

    def __getitem__(self, rows):
        picked = np.arange(len(self))[rows]
        checks.expect(
            np.size(picked) <= self.most, f"{np.size(picked)} pictures were read at once; the most is {self.most}."
        )
        checks.expect(
            (np.diff(np.atleast_1d(picked)) > 0).all(), "HDF5 wants ascending indices, but they came in another order."
        )
        return self.pictures[rows]


with checks.check("batches"):
    handed = [np.asarray(batch) for batch in epoch_batches(Shelf(50, 8), 8, np.random.default_rng(1))]
    checks.expect(
        [len(batch) for batch in handed] == [8] * 6 + [2],
        f"50 images in batches of 8 should come as 8, 8, 8, 8, 8, 8, 2, not as {[len(batch) for batch in handed]}.",
    )
    checks.shape(handed[0], (8, 2, 2, 3), "a batch")
    order = np.concatenate(handed)[:, 0, 0, 0]
    checks.expect(np.array_equal(np.sort(order), np.arange(50)), "every image should come exactly once in an epoch.")
    checks.expect(
        np.ptp(order[:8].astype(int)) > 10, f"images from everywhere should meet in a batch, not {order[:8]}."
    )
    again = np.concatenate(list(epoch_batches(Shelf(50, 8), 8, np.random.default_rng(1))))[:, 0, 0, 0]
    checks.expect(np.array_equal(order, again), "a generator in the same state should give the same batches.")
    random = np.random.default_rng(1)
    first, second = (np.concatenate(list(epoch_batches(Shelf(50, 8), 8, random)))[:, 0, 0, 0] for _ in range(2))
    checks.expect(not np.array_equal(first, second), "two epochs with one generator should have different orders.")

# %% demo
with checks.waits(), h5py.File(PACKED) as packed:
    start, read = time.perf_counter(), 0
    for batch in epoch_batches(packed["images"], BATCH, np.random.default_rng(0)):
        read += len(batch)
    seconds = time.perf_counter() - start
    print(
        f"{read:,} pictures in {seconds:.2f} s, {1000 * seconds * BATCH / read:.0f} ms for a batch of {BATCH}", end=""
    )
    print(f", of which {batch.nbytes / 1e6:.1f} MB at most are in memory" if len(batch) == BATCH else "")

# %% [markdown] question="reading" points=2
# **Question.**
#
# 1. One may sort the indices of each batch, so that the disk is read forwards. Does the training see another
#    distribution of batches because of that? And if one sorted the whole order of the epoch?
# 2. Somebody saves memory and time by reading contiguous blocks: `images[start : start + batch_size]`, with the blocks
#    in random order. When does this hurt a training, when not? Name a remedy that still reads contiguously.
#
# *Your answer (a few sentences):*
#
# ### BEGIN MARK SCHEME
# 1. (1 point) No: which images are in a batch is as random as before, and the loss is a mean over the batch, so the
#    order inside does not matter. (That batch normalisation also does not see the order is a good remark.) Sorting the
#    whole order would give the images in the order of the file, always the same batches. Half a point for each part.
# 2. (1 point) It hurts if neighbours in the file are alike (the same person, place, or class, or sorted by anything):
#    the gradient of a batch is then one-sided. It does not if the file itself is in random order, though the same
#    images meet in every epoch. Remedy, one is enough: shuffle once while packing; or read several blocks into a buffer
#    and draw batches from it at random; or let a batch consist of several short blocks.
# ### END MARK SCHEME

# %% [markdown]
# ## 2 From bytes to numbers and back
#
# The last layer of $G$ is a hyperbolic tangent, which reaches $(-1, 1)$, so the bytes 0…255 go to $[-1, 1]$, linearly:
# 0 to −1 and 255 to 1. This is the first *heuristic* of this lesson, and like the others it will be switched off
# later. The way back has two traps: numbers that are slightly beyond the limits (clip them), and conversion to bytes
# that cuts off the fraction (round to the nearest).


# %% solution="scaling"
def scale(images):
    """Bytes 0..255 to float32 numbers from -1 to 1, in proportion; any shape."""
    ### BEGIN SOLUTION
    return images.astype(np.float32) / np.float32(127.5) - np.float32(1)
    ### END SOLUTION


def to_bytes(images):
    """The way back: numbers to the nearest bytes uint8, what is beyond -1 or 1 to 0 or 255."""
    ### BEGIN SOLUTION
    return np.rint(np.clip((np.asarray(images) + 1) * 127.5, 0, 255)).astype(np.uint8)
    ### END SOLUTION


# %% test="scaling" points=2
with checks.check("scaling"):
    few_bytes = np.array([[0, 51, 255]], np.uint8)
    few_numbers = checks.dtype(checks.shape(scale(few_bytes), (1, 3), "scale(images)"), "float32", "scale(images)")
    checks.close(few_numbers, [[-1, -0.6, 1]], "scale of the bytes 0, 51, 255")
    checks.close(
        scale(few_bytes[:, :2]), [[-1, -0.6]], "scale of the bytes 0, 51 (1 stands for 255, if it occurs or not)"
    )
    all_bytes = np.arange(256, dtype=np.uint8).reshape(4, 64)
    came = checks.dtype(to_bytes(scale(all_bytes)), "uint8", "to_bytes(...)")
    checks.expect(
        np.array_equal(came, all_bytes),
        "to_bytes(scale(images)) should give all bytes back. Is the fraction cut off?",
    )
    checks.close(to_bytes(np.array([-1.2, 1.3], np.float32)), [0, 255], "to_bytes of numbers beyond the limits")


# %% [markdown]
# The pictures come in two formats. The *dense* pair gets whole pictures, 218 × 178 in `full` and every fourth row
# and column in `quick`. The *convolutional* pair gets the middle 128 × 128, in `quick` shrunk to 32 × 32 by taking
# means of 4 × 4 pixels.


# %%
THIN = 4 if QUICK else 1
WHOLE = (-(-218 // THIN), -(-178 // THIN))  # (55, 45) or (218, 178)


def whole(images):
    """Pictures (n, 218, 178, 3) without all but every THIN-th row and column: (n, *WHOLE, 3)."""
    return images[:, ::THIN, ::THIN]


def crop(images):
    """The middle 128 × 128 of pictures (n, 218, 178, 3), shrunk to (n, SIDE, SIDE, 3), bytes as before."""
    middle = images[:, 45:173, 25:153]  # (n, 128, 128, 3)
    cells = middle.reshape(len(images), SIDE, 128 // SIDE, SIDE, 128 // SIDE, 3)
    return np.rint(cells.mean(axis=(2, 4))).astype(np.uint8)


# %% [markdown]
# ## 3 Layer normalisation
#
# In a dense network for pictures the sums are over tens of thousands of pixels, and the size of the signal is a matter
# of luck. **Layer normalisation** ([Ba et al., 2016](https://arxiv.org/abs/1607.06450)) puts every example on one
# scale, by itself: with the mean and variance over its $m$ features,
#
# $$\mu = \frac1m \sum_i x_i, \qquad \sigma^2 = \frac1m \sum_i (x_i - \mu)^2, \qquad
# y_i = g_i\, \frac{x_i - \mu}{\sqrt{\sigma^2 + \epsilon}} + s_i .$$
#
# The gain $g$ and the shift $s$ are learnt, one number for each feature. Unlike in batch normalisation, no example
# looks at the others, so training and use are the same.


# %% solution="layer_norm"
def layer_norm(x, gain, shift, epsilon=1e-5):
    """Normalise each row of x (batch, m) by itself, times gain (m,) plus shift (m,): (batch, m). Use `keras.ops`."""
    ### BEGIN SOLUTION
    mean = ops.mean(x, axis=-1, keepdims=True)  # (batch, 1)
    variance = ops.mean((x - mean) ** 2, axis=-1, keepdims=True)  # (batch, 1)
    return gain * (x - mean) / ops.sqrt(variance + epsilon) + shift  # (batch, m)
    ### END SOLUTION


# %% test="layer_norm" points=2
with checks.check("layer_norm"):
    few_rows = ops.convert_to_tensor(np.array([[1.0, 2.0, 3.0], [30.0, 10.0, 20.0]], np.float32))
    ones, zeros = ops.ones(3), ops.zeros(3)
    came = checks.shape(layer_norm(few_rows, ones, zeros), (2, 3), "layer_norm of (2, 3)")
    expected = [[-1.22474, 0, 1.22474], [1.22474, -1.22474, 0]]
    checks.expect(
        not np.allclose(came, np.array(expected) * np.sqrt(2 / 3), atol=1e-3),
        "the variance divides by m, not by m - 1.",
    )
    checks.close(came, expected, "layer_norm with gain 1 and shift 0 (each row by itself)", rtol=1e-3)
    came = layer_norm(few_rows, ops.convert_to_tensor([1.0, 2.0, 3.0]), ops.convert_to_tensor([0.0, 5.0, 0.0]))
    checks.close(came[0], [-1.22474, 5, 3.67423], "layer_norm with gain (1, 2, 3) and shift (0, 5, 0)", rtol=1e-3)
    checks.close(
        layer_norm(few_rows, ones, zeros, epsilon=1.0)[0],
        [-0.774597, 0, 0.774597],
        "layer_norm with epsilon 1 (which is added to the variance)",
    )


# %% [markdown]
# Around your function goes a Keras layer that keeps the two variables.


# %%
class LayerNorm(layers.Layer):
    """`layer_norm` with a gain and a shift to be learnt."""

    def build(self, input_shape):
        """Make the variables for inputs (batch, m)."""
        self.gain = self.add_weight(shape=(input_shape[-1],), initializer="ones", name="gain")
        self.shift = self.add_weight(shape=(input_shape[-1],), initializer="zeros", name="shift")

    def call(self, x):
        """x (batch, m) to (batch, m)."""
        return layer_norm(x, self.gain, self.shift)


# %% [markdown]
# ## 4 A dense pair
#
# Both players are given by the `widths` of their hidden layers. Build each as a Keras model and return it:
#
# - **$D$**: flatten the picture; for each width a dense layer, a leaky ReLU with the slope 0.2 below zero, and a
#   `LayerNorm`, in this order; at the end a dense layer with one number, the logit, without activation.
# - **$G$**: for each width the same three layers; at the end a dense layer with as many numbers as the picture has, a
#   tanh, and the form of the picture.
#
# A `keras.Sequential` that begins with a `keras.Input` knows its variables at once. Note how many weights the first
# layer of $D$ has for a picture of 218 × 178: this is the price of density.


# %% solution="dense_pair"
def dense_discriminator(shape, widths):
    """A Keras model from pictures (batch, *shape), numbers in [-1, 1], to logits (batch, 1)."""
    ### BEGIN SOLUTION
    hidden = [
        layer for width in widths for layer in (layers.Dense(width), layers.LeakyReLU(negative_slope=0.2), LayerNorm())
    ]  # (batch, width)
    return keras.Sequential([keras.Input(shape), layers.Flatten(), *hidden, layers.Dense(1)])
    ### END SOLUTION


def dense_generator(latent_dim, widths, shape):
    """A Keras model from noise (batch, latent_dim) to pictures (batch, *shape), numbers in [-1, 1]."""
    ### BEGIN SOLUTION
    hidden = [
        layer for width in widths for layer in (layers.Dense(width), layers.LeakyReLU(negative_slope=0.2), LayerNorm())
    ]  # (batch, width)
    pixels = layers.Dense(int(np.prod(shape)), activation="tanh")  # (batch, height * width * 3)
    return keras.Sequential([keras.Input((latent_dim,)), *hidden, pixels, layers.Reshape(shape)])
    ### END SOLUTION


# %% test="dense_pair" points=4
with checks.check("dense_pair"):
    few_pictures = np.random.default_rng(1).uniform(-1, 1, (5, 6, 4, 3)).astype(np.float32)
    some_d = dense_discriminator((6, 4, 3), (7, 5))
    logits = checks.shape(some_d(few_pictures), (5, 1), "D(pictures)")
    sizes = sorted(tuple(variable.shape) for variable in some_d.trainable_variables if len(variable.shape) == 2)
    checks.expect(sizes == [(5, 1), (7, 5), (72, 7)], f"D should have weights (72, 7), (7, 5) and (5, 1), not {sizes}.")
    checks.expect(
        len(some_d.trainable_variables) == 10,
        f"D should have 10 variables (three layers with biases, gain and shift twice), "
        f"but has {len(some_d.trainable_variables)}.",
    )
    many = np.asarray(some_d(np.random.default_rng(4).uniform(-1, 1, (60, 6, 4, 3)).astype(np.float32)))
    checks.expect(
        not ((many > 0) & (many < 1)).all(), "D's answers all lie between 0 and 1: return logits, not probabilities."
    )
    some_g = dense_generator(9, (5, 7), (6, 4, 3))
    some_noise = 100 * np.random.default_rng(2).normal(size=(50, 9)).astype(np.float32)
    came = checks.shape(some_g(some_noise), (50, 6, 4, 3), "G(noise)")
    checks.between(came, -1, 1, "G(noise)")
    checks.expect(came.min() < -0.2, "G never draws anything dark: its last activation has to reach -1.")
    few_rows = np.random.default_rng(3).normal(size=(4, 9)).astype(np.float32)
    checks.expect(
        np.abs(np.asarray(some_g(few_rows)) - np.asarray(some_g(1000 * few_rows))).max() < 0.05,
        "with LayerNorm after every hidden layer, and biases that begin at 0, noise that is a thousand times as large "
        "should give the same pictures.",
    )
    some_d, some_g, dots = dense_discriminator((1, 1, 1), (3,)), dense_generator(1, (3,), (1, 1, 1)), np.ones((1, 1))
    known = {(1, 3): np.array([[1.0, -1.0, 0.0]]), (3, 1): np.array([[1.0], [0.0], [0.0]])}
    for some_model, some_input in ((some_d, dots.reshape(1, 1, 1, 1)), (some_g, dots)):
        some_model(some_input)  # builds it, if it is not yet
        for variable in some_model.trainable_variables:
            variable.assign(known.get(tuple(variable.shape), variable))
    hidden = "of hidden units that begin as 1, -1 and 0 (leaky ReLU with slope 0.2, then LayerNorm; the first is kept)"
    checks.close(some_d(dots.reshape(1, 1, 1, 1)), [[1.397]], f"D's logit {hidden},", rtol=3e-3)
    checks.close(some_g(dots), [[[[0.8847]]]], f"G's picture {hidden},", rtol=2e-3)

# %% [markdown]
# ### D against random noise
#
# Before $G$ exists, see whether $D$ can learn anything. It should tell faces from random numbers, which is easy, and a
# $D$ that fails here has a mistake in it. This costs seconds and saves evenings.

# %% demo
with checks.waits():
    keras.utils.set_random_seed(1)
    judge_of_noise = dense_discriminator((*WHOLE, 3), (100,))
    judge_of_noise.compile(keras.optimizers.Adam(3e-3), keras.losses.BinaryCrossentropy(from_logits=True))
    noise_random, noise_losses = np.random.default_rng(1), []
    with h5py.File(PACKED) as packed:
        while len(noise_losses) < 100:
            for pictures in epoch_batches(packed["images"], BATCH, noise_random):
                real = scale(whole(pictures))  # (batch, *WHOLE, 3)
                static = noise_random.uniform(-1, 1, real.shape).astype(np.float32)
                labels = np.repeat([1.0, 0.0], len(real))[:, None]  # (2 * batch, 1)
                judge_of_noise.reset_metrics()  # Keras returns the mean since the last reset
                noise_losses.append(float(judge_of_noise.train_on_batch(np.concatenate([real, static]), labels)))
    steps = np.arange(len(noise_losses))
    plots.curves(steps, {"D": noise_losses}, "D against noise", xlabel="step", ylabel="loss", name="against_noise")
    means = np.broadcast_to(real.mean(axis=(1, 2), keepdims=True), real.shape)
    mixed = noise_random.permuted(real.reshape(len(real), -1), axis=1).reshape(real.shape)
    for name, images in {"faces": real, "noise": static, "faces, pixels mixed": mixed, "plain colours": means}.items():
        verdict = ops.convert_to_numpy(ops.sigmoid(judge_of_noise(images))).mean()
        print(f"{name:>20}: real with a mean probability of {verdict:.3f}")

# %% [markdown]
# The loss should fall. Look at the last two lines as well, at pictures that $D$ has never met: what it has learnt has
# little to do with faces yet. That is how far noise can teach it, and for more it needs an opponent that gets better.
#
# ## 5 Labels
#
# $D$ learns from labels, 1 for real and 0 for generated, with the cross-entropy. Two heuristics change them.
#
# - **Soft labels.** A $D$ that wants exactly 1 can never be sure enough: its logits grow without end, and it becomes a
#   cliff, steep between real and generated pictures and of no use elsewhere. So a 1 becomes a random number in
#   $[1 - a, 1]$, a 0 one in $[0, a]$, uniformly. (Both sides are softened here, as in many recipes; the lesson `dcgan`
#   softens the ones only, and says what speaks against softening the zeros.)
# - **Flipped labels.** With a small probability a label becomes its opposite, which keeps $D$ from being too sure
#   in another way.
#
# Both take labels (n, 1), 0 or 1 (`flip` also soft ones: $l \mapsto 1 - l$), decide for every label by itself with the
# NumPy generator `random`, return float32, and leave the array that they are given as it is.


# %% solution="labels"
def soften(labels, amount, random):
    """Labels (n, 1), each 0 or 1, moved at random by up to `amount` towards the middle: float32 (n, 1)."""
    ### BEGIN SOLUTION
    moved = amount * random.uniform(size=labels.shape)  # (n, 1)
    return np.where(labels > 0.5, 1 - moved, moved).astype(np.float32)
    ### END SOLUTION


def flip(labels, share, random):
    """Labels (n, 1) in [0, 1], each turned into 1 - label with the probability `share`: float32 (n, 1)."""
    ### BEGIN SOLUTION
    turned = random.uniform(size=labels.shape) < share  # (n, 1)
    return np.where(turned, 1 - labels, labels).astype(np.float32)
    ### END SOLUTION


# %% test="labels" points=3
with checks.check("labels"):
    hard = np.repeat([1.0, 0.0], 2000)[:, None]
    soft = checks.dtype(soften(hard, 0.2, np.random.default_rng(1)), "float32", "soften(labels, ...)")
    soft = checks.shape(soft, (4000, 1), "soften(labels, 0.2, random) for labels (4000, 1)")
    checks.between(soft[:2000], 0.8, 1, "ones, softened by 0.2,")
    checks.between(soft[2000:], 0, 0.2, "zeros, softened by 0.2,")
    checks.expect(abs(soft[:2000].mean() - 0.9) < 0.01, f"ones should be 0.9 on average, not {soft[:2000].mean():.3f}.")
    checks.expect(len(np.unique(soft)) > 3000, "every label should be softened by a random amount of its own.")
    turned = checks.shape(flip(hard, 0.1, np.random.default_rng(2)), (4000, 1), "flip(labels, 0.1, random)")
    checks.expect(
        np.array_equal(hard, np.repeat([1.0, 0.0], 2000)[:, None]),
        "the labels passed in were changed: write into a new array.",
    )
    share = (turned != hard).mean()
    checks.expect(0.08 < share < 0.12, f"about a tenth of the labels should be flipped, but {share:.1%} are.")
    checks.between(flip(soft, 0.5, np.random.default_rng(3)), 0, 1, "soft labels, flipped,")
    checks.expect(
        np.array_equal(soft, soften(hard, 0.2, np.random.default_rng(1)))
        and np.array_equal(turned, flip(hard, 0.1, np.random.default_rng(2))),
        "generators in equal states should give equal labels: draw from `random` only.",
    )

# %% [markdown]
# ### The game
#
# The step is that of the lesson `gan`, with labels that come along with the noise: both players use the cross-entropy
# on logits, and $G$ wants $D$ to say 1. `training=True` switches dropout and the batch statistics on.

# %%
cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)


def train_step(X, Z, d, g, d_optimizer, g_optimizer):
    """Move D, then G against the new D. X (batch, h, w, 3); Z holds noise (batch, latent) and both sorts of labels."""
    z, real_labels, fake_labels = Z  # (batch, latent), (batch, 1), (batch, 1)
    fakes = g(z, training=True)  # (batch, h, w, 3)

    def loss_of_d():
        real_loss = cross_entropy(real_labels, d(X, training=True))
        return real_loss + cross_entropy(fake_labels, d(fakes, training=True))

    def loss_of_g():
        logits = d(g(z, training=True), training=True)  # (batch, 1)
        return cross_entropy(ops.ones_like(logits), logits)

    d_loss, gradients = training.gradients(loss_of_d, d.trainable_variables)
    d_optimizer.apply(gradients, d.trainable_variables)
    g_loss, gradients = training.gradients(loss_of_g, g.trainable_variables)
    g_optimizer.apply(gradients, g.trainable_variables)
    return d_loss, g_loss


def rounds(prepare, latent_dim, seed, soft=0.1, flipped=0.02):
    """Endless batches for the game, from the packed file: `prepare` makes of bytes what D gets to see."""
    random = np.random.default_rng(seed)
    ones, zeros = np.ones((BATCH, 1), np.float32), np.zeros((BATCH, 1), np.float32)
    with h5py.File(PACKED) as packed:
        while True:
            for pictures in epoch_batches(packed["images"], BATCH, random):
                if len(pictures) == BATCH:
                    z = random.normal(size=(BATCH, latent_dim)).astype(np.float32)
                    labels = [soften(hard, soft, random) for hard in (ones, zeros)]
                    yield prepare(pictures), (z, *[flip(label, flipped, random) for label in labels])


def two_player(d, g, rate):
    """Both players with an Adam each."""
    model = training.TwoPlayer(d, g, train_step)
    optimizers = {name: keras.optimizers.Adam(rate, beta_1=0.5) for name in ("d_optimizer", "g_optimizer")}
    model.compile(**optimizers)
    return model


# %% demo
DENSE_EPOCHS = 24 if QUICK else 60

with checks.waits():
    keras.utils.set_random_seed(2)
    dense_model = two_player(
        dense_discriminator((*WHOLE, 3), (100,)), dense_generator(LATENT, (100,), (*WHOLE, 3)), rate=2e-3
    )
    fixed_noise = np.random.default_rng(1).normal(size=(24, LATENT)).astype(np.float32)
    dense_frames = training.SampleFrames(fixed_noise)
    dense_losses = training.LossCurves()
    dense_model.fit(
        rounds(lambda pictures: scale(whole(pictures)), LATENT, seed=1),
        steps_per_epoch=FACES // BATCH,
        epochs=DENSE_EPOCHS,
        verbose=0,
        callbacks=[dense_frames, dense_losses],
    )
    plots.grid(dense_frames.frames[-1][1], "the dense pair", limits=(-1, 1), columns=8, inches=8, name="dense")
    plots.loss_curves(dense_losses.curves, smooth=50, name="dense_losses")
    plots.animation(dense_frames.frames, RUN / "dense.gif", limits=(-1, 1), columns=8, caption="epoch {}")

# %% [markdown]
# A dense $G$ finds the outline, the colours and the places of eyes and hair, because all faces have them at the same
# place. Its noise is in every pixel for itself: nothing tells it that neighbours belong together. Convolutions do.
#
# ## 6 A convolutional pair
#
# The kernels are large, 8 × 8, and the stride is 2: each layer halves (or doubles) the size of the picture. Both
# players are given by the `filters` of their layers, and the padding is always `"same"`. `start` is the
# `kernel_initializer` of *every* layer that has a kernel, dense ones too; biases begin at zero.
#
# - **$D$**: for each number in `filters` a convolution, a leaky ReLU with slope 0.2, and dropout with the given
#   `rate`, in this order; then flatten, and one dense layer to the logit.
# - **$G$**: with $k$ numbers in `filters` there are $k$ transposed convolutions, so it begins with pictures of the side
#   $s = \mathrm{size} / 2^k$. A dense layer to $s \cdot s \cdot \mathrm{filters}[0]$ numbers, a leaky ReLU with slope
#   0.2, and the form (s, s, filters[0]). For each *further* number a transposed convolution, batch normalisation, and a
#   leaky ReLU, in this order. At the end a transposed convolution to the 3 colours with the activation `last`.


# %% solution="conv_pair"
def conv_discriminator(size, filters, kernel=8, start="glorot_uniform", rate=0.3):
    """A Keras model from pictures (batch, size, size, 3) to logits (batch, 1)."""
    ### BEGIN SOLUTION
    d = keras.Sequential([keras.Input((size, size, 3))])
    for count in filters:
        d.add(layers.Conv2D(count, kernel, strides=2, padding="same", kernel_initializer=start))
        d.add(layers.LeakyReLU(negative_slope=0.2))
        d.add(layers.Dropout(rate))  # (batch, half the side, half the side, count)
    d.add(layers.Flatten())
    d.add(layers.Dense(1, kernel_initializer=start))  # (batch, 1)
    return d
    ### END SOLUTION


def conv_generator(latent_dim, size, filters, kernel=8, start="glorot_uniform", last="tanh"):
    """A Keras model from noise (batch, latent_dim) to pictures (batch, size, size, 3)."""
    ### BEGIN SOLUTION
    first, *further = filters
    side = size // 2 ** len(filters)
    g = keras.Sequential([keras.Input((latent_dim,))])
    g.add(layers.Dense(side * side * first, kernel_initializer=start))
    g.add(layers.LeakyReLU(negative_slope=0.2))
    g.add(layers.Reshape((side, side, first)))  # (batch, side, side, first)
    for count in further:
        g.add(layers.Conv2DTranspose(count, kernel, strides=2, padding="same", kernel_initializer=start))
        g.add(layers.BatchNormalization())
        g.add(layers.LeakyReLU(negative_slope=0.2))  # (batch, twice the side, twice the side, count)
    g.add(layers.Conv2DTranspose(3, kernel, strides=2, padding="same", kernel_initializer=start, activation=last))
    return g
    ### END SOLUTION


# %% test="conv_pair" points=6
with checks.check("conv_pair"):
    few_pictures = np.random.default_rng(1).uniform(-1, 1, (3, 16, 16, 3)).astype(np.float32)
    some_d = conv_discriminator(16, (4, 6), kernel=5)
    checks.shape(some_d(few_pictures), (3, 1), "D(pictures)")
    sizes = sorted(tuple(v.shape) for v in some_d.trainable_variables if len(v.shape) > 1)
    expected = [(5, 5, 3, 4), (5, 5, 4, 6), (96, 1)]
    checks.expect(sizes == expected, f"D(16, (4, 6), kernel=5) should have kernels {expected}, not {sizes}.")
    checks.close(some_d(few_pictures), some_d(few_pictures), "D's second answer, without training,")
    many = np.asarray(some_d(1000 * few_pictures))
    checks.expect(
        not ((many >= 0) & (many <= 1)).all(), "D's answers all lie between 0 and 1: return logits, not probabilities."
    )
    checks.expect(
        not np.array_equal(some_d(few_pictures, training=True), some_d(few_pictures, training=True)),
        "with training=True D should use dropout, and never answer twice alike.",
    )
    some_g = conv_generator(7, 16, (6, 4), kernel=5)
    few_noise = np.random.default_rng(2).normal(size=(3, 7)).astype(np.float32)
    came = checks.shape(some_g(few_noise), (3, 16, 16, 3), "G(noise)")
    sizes = sorted(tuple(v.shape) for v in some_g.trainable_variables if len(v.shape) > 1)
    expected = [(5, 5, 3, 4), (5, 5, 4, 6), (7, 96)]
    checks.expect(sizes == expected, f"G(7, 16, (6, 4), kernel=5) should have kernels {expected}, not {sizes}.")
    checks.expect(
        len(some_g.non_trainable_variables) >= 2,
        "G has no moving statistics: batch normalisation comes after every transposed convolution but the last.",
    )
    sizes = [tuple(v.shape) for v in some_g.non_trainable_variables]
    checks.expect(
        set(sizes) == {(4,)},
        f"only the 4 maps behind the first transposed convolution should be normalised, but statistics have {sizes}.",
    )
    started = conv_generator(7, 16, (6, 4), start=keras.initializers.Constant(0.5)).trainable_variables
    started += conv_discriminator(16, (4, 6), start=keras.initializers.Constant(0.5)).trainable_variables
    checks.expect(
        all((np.asarray(v) == 0.5).all() for v in started if len(v.shape) > 1), "every kernel should begin as `start`."
    )
    checks.between(
        conv_generator(7, 16, (6, 4), start=keras.initializers.RandomNormal(stddev=1), last="sigmoid")(few_noise),
        0, 1, 'G(noise) with last="sigmoid"',
    )  # fmt: skip
    ones = keras.initializers.Constant(1.0)
    black = -np.ones((1, 4, 4, 3), np.float32)
    checks.close(
        conv_discriminator(4, (1,), kernel=2, start=ones)(black),
        [[-9.6]],
        "D of a black picture, if all weights are 1 (leaky ReLU with slope 0.2),",
    )
    some_d = conv_discriminator(16, (4, 6), rate=0.0)
    checks.close(some_d(few_pictures, training=True), some_d(few_pictures), "D in training with rate=0")
    came = conv_generator(1, 8, (1, 1), kernel=2, start=ones, last="linear")(np.array([[-1.0], [1.0]]), training=True)
    checks.close(
        np.asarray(came)[:, 0, 0, 0],
        [-0.2, 1],
        "G in training for the noise -1 and 1, if all weights are 1 (batch normalisation, then leaky ReLU),",
        rtol=1e-2,
    )

# %% [markdown]
# `start` is the fourth heuristic, a Gaussian with the standard deviation 0.02
# ([Radford et al., 2015](https://arxiv.org/abs/1511.06434)) in place of Glorot's, whose width depends on the layer.
# (With `quick` the pair of section 8 starts by Glorot's rule, and section 10 tries the Gaussian; with `full` it starts
# Gaussian.)
#
# ## 7 Two numbers
#
# Whether a generator gets better should not be a matter of taste. Pixels are a poor measure of how alike two pictures
# are, so a small classifier, which has learnt to read glasses, hats, hair and so on, turns each into 64 features. Among
# the features of real pictures, each one gets a *ball* that reaches to its $k$-th nearest other real picture. Then
#
# - **precision**, a number for quality, is the share of generated pictures that lie in at least one real ball
#   ([Kynkäänniemi et al., 2019](https://arxiv.org/abs/1904.06991));
# - **coverage**, a number for diversity, is the share of real balls with at least one generated picture in them
#   ([Naeem et al., 2020](https://arxiv.org/abs/2002.09797)).
#
# One good picture, drawn again and again, has precision 1, and coverage next to nothing. The border belongs to the
# ball. Distances are Euclidean. (`util.metrics.neighbours` has both and more; write it by yourself first, and then
# compare.)


# %% solution="numbers"
def precision_and_coverage(real, fake, k=5):
    """Features of real (n, dim) and generated pictures (m, dim) to `(precision, coverage)`, two numbers in [0, 1]."""
    ### BEGIN SOLUTION
    among_real = np.linalg.norm(real[:, None] - real, axis=2)  # (n, n)
    radii = np.sort(among_real, axis=1)[:, k]  # (n,); the nearest of all is the picture itself
    inside = np.linalg.norm(real[:, None] - fake, axis=2) <= radii[:, None]  # (n, m)
    return inside.any(axis=0).mean(), inside.any(axis=1).mean()
    ### END SOLUTION


# %% test="numbers" points=3
with checks.check("numbers"):
    on_a_line = np.array([[0.0], [1.0], [2.0], [10.0]])
    answer = precision_and_coverage(on_a_line, np.array([[0.5], [2.5], [4.5]]), k=1)
    answer = checks.pair(answer, "precision_and_coverage", "precision and coverage")
    checks.close(
        answer[0],
        1.0,
        "the precision of 0.5, 2.5 and 4.5 among 0, 1, 2 and 10 with k = 1 (no picture is its own neighbour)",
    )
    checks.close(answer[1], 1.0, "the coverage there (the ball of 10 reaches to 2)")
    answer = precision_and_coverage(on_a_line, np.array([[0.5], [-5.0], [-6.0]]), k=1)
    checks.expect(
        not np.allclose(answer, [1 / 2, 1 / 3]), "precision and coverage have changed places: precision comes first."
    )
    checks.close(answer[0], 1 / 3, "the precision of 0.5, -5 and -6, of which only 0.5 lies in a ball,")
    checks.close(answer[1], 0.5, "the coverage of 0.5, -5 and -6: the balls of 0 and of 1 have one of them,")
    answer = precision_and_coverage(on_a_line, np.array([[3.9]]), k=2)
    checks.close(answer[0], 1.0, "the precision of 3.9 with k = 2")
    checks.close(answer[1], 0.5, "the coverage of 3.9 with k = 2: the ball of 2 reaches to 4, that of 10 to 1,")
    answer = precision_and_coverage(on_a_line, np.array([[4.0]]), k=2)
    checks.close(answer[1], 0.5, "the coverage of 4 with k = 2, where 4 lies on the border of a ball,")

# %% [markdown]
# Three more numbers stand beside them: the **KID**, a distance of the two distributions of features (0 is best, and
# about 0 is what real pictures get against real ones); the **saturation**, the mean of HSV's S, which is 0 for grey and
# 1 for pure colours; and later the energy of the checkerboard. The classifier learns from drawn faces, whose attributes
# are known, and is the same for all models. (For photographs it is a makeshift. It still compares models with one
# another, but trust its differences less.)

# %% demo
TRAIN_JUDGE, JUDGE_STEPS, SAMPLES = (1000, 250, 400) if QUICK else (10_000, 2000, 1000)
limits = (-1, 1)


def measure(fakes):
    """The numbers of generated pictures (n, SIDE, SIDE, 3) in [-1, 1], n = SAMPLES."""
    seen = judge.features(fakes, limits)  # (n, 64)
    precision, coverage = precision_and_coverage(real_features, seen)
    saturation = rgb_to_hsv((fakes + 1) / 2)[..., 1].mean()
    return {
        "precision": precision,
        "coverage": coverage,
        "KID": metrics.kid(real_features, seen),
        "saturation": saturation,
        "checkerboard": metrics.checkerboard(fakes).ratio,
    }


with checks.waits():
    with h5py.File(PACKED) as packed:
        pictures = [crop(batch) for batch in epoch_batches(packed["images"], BATCH, np.random.default_rng(3))]
    real = scale(np.concatenate(pictures)[: 2 * SAMPLES])  # (2 * SAMPLES, SIDE, SIDE, 3)
    read_faces = data.draw_faces(TRAIN_JUDGE, seed=2, size=(218, 178))
    judge = features.classifier(crop(read_faces.images), read_faces.labels, steps=JUDGE_STEPS, folder=RUN)
    real_features = judge.features(real[:SAMPLES], limits)
    best = measure(real[SAMPLES:])
    print("real pictures among other real ones:", {name: round(float(value), 3) for name, value in best.items()})

# %% [markdown]
# The last line is the best that can be reached: what follows is to be compared with it.
#
# ## 8 Over the epochs
#
# Now the pair plays, and after every epoch the numbers are taken. In `quick` an epoch here is 90 steps.

# %% demo
EPOCHS = 8
STEPS = 90 if QUICK else FACES // BATCH
G_FILTERS, D_FILTERS = ((64, 48, 32), (24, 48, 64)) if QUICK else ((256, 128, 64), (64, 128, 256))


def gaussian(shape, dtype=None):
    """The Gaussian start, drawn anew for every kernel; one RandomNormal would give the same numbers to all of them."""
    return keras.random.normal(shape, stddev=0.02, dtype=dtype)


START = "glorot_uniform" if QUICK else gaussian


def conv_model(latent_dim=LATENT, kernel=8, start=START, last="tanh", seed=1):
    """A new convolutional pair."""
    keras.utils.set_random_seed(seed)
    d = conv_discriminator(SIDE, D_FILTERS, kernel, start)
    return two_player(d, conv_generator(latent_dim, SIDE, G_FILTERS, kernel, start, last), rate=1e-3 if QUICK else 2e-4)


def samples(model, latent_dim=LATENT, count=SAMPLES):
    """Pictures (count, SIDE, SIDE, 3) from noise that is always the same."""
    z = np.random.default_rng(4).normal(size=(count, latent_dim)).astype(np.float32)
    drawn = [ops.convert_to_numpy(model(z[start : start + 100])) for start in range(0, count, 100)]
    return np.concatenate(drawn)


with checks.waits():
    model = conv_model()
    model.summary(expand_nested=True) if not QUICK else None
    frames, losses = training.SampleFrames(fixed_noise), training.LossCurves()
    numbers = training.Snapshots(lambda model: measure(samples(model)))
    model.fit(
        rounds(lambda pictures: scale(crop(pictures)), LATENT, seed=2),
        steps_per_epoch=STEPS,
        epochs=EPOCHS,
        verbose=2,
        callbacks=[frames, losses, numbers],
    )
    plots.rows(
        {f"epoch {epoch}": images[:10] for epoch, images in frames.frames if epoch in (1, 2, 4, 8)},
        "the same ten noise vectors",
        limits=limits,
        name="epochs",
    )
    plots.grid(frames.frames[-1][1], "the convolutional pair", limits=limits, columns=8, inches=8, name="convolutional")
    plots.animation(frames.frames, RUN / "convolutional.gif", limits=limits, columns=8, caption="epoch {}")

# %% demo
with checks.waits():
    plots.loss_curves(losses.curves, smooth=50, name="losses")
    epochs, taken = zip(*numbers.taken[1:], strict=True)
    table = {name: {"G": [row[name] for row in taken]} for name in ("precision", "coverage", "KID", "saturation")}
    plots.metric_curves(epochs, table, floors={name: float(best[name]) for name in table}, name="over_epochs")

# %% [markdown]
# What to look for: a *mode collapse* shows as a coverage that falls while the precision stays, *over-saturation* as a
# saturation that leaves the dotted line, together with glaring colours. In the run after which this text was written
# (`quick`, drawn faces), precision rose from 0.40 after the first epoch to 0.94 after the eighth, near the 0.95 of real
# pictures, and the KID fell from 2.5 to 0.4. Coverage rose to 0.6 in epoch 5 and then stayed there: the pictures get
# better, but a large part of the real faces has nothing like it among them. The saturation swung between 0.30 and 0.44
# (real pictures: 0.41); the peak in epoch 3 came with a fall of the precision, and glaring pictures can still be seen
# in the row of epoch 4. No single number would have told all this, and neither would the losses.
#
# ## 9 The checkerboard
#
# Look closely at a generated picture: there is often a fine regular pattern in it, most visible where it should be
# plain. [Odena et al., 2016](https://distill.pub/2016/deconv-checkerboard/) explain where it comes from. A transposed
# convolution with the kernel size $k$ and the stride $s$ puts one copy of its kernel (times the value) at the places
# $0, s, 2s, \ldots$ of the output, one for each of its inputs, and adds up what overlaps. In one dimension, input $i$
# reaches the outputs $si, \ldots, si + k - 1$. Without padding, $n$ inputs give $s(n - 1) + k$ outputs.
#
# By how many inputs is each output reached?


# %% solution="overlaps"
def overlaps(inputs, kernel, stride):
    """How many inputs reach each output of a transposed convolution: integers (stride * (inputs - 1) + kernel,)."""
    ### BEGIN SOLUTION
    counts = np.zeros(stride * (inputs - 1) + kernel, dtype=int)
    for i in range(inputs):
        counts[stride * i : stride * i + kernel] += 1
    return counts
    ### END SOLUTION


# %% test="overlaps" points=2
with checks.check("overlaps"):
    came = checks.shape(overlaps(3, 4, 2), (8,), "overlaps(3 inputs, kernel 4, stride 2)")
    checks.close(came, [1, 1, 2, 2, 2, 2, 1, 1], "overlaps(3, 4, 2)")
    checks.close(overlaps(3, 3, 2), [1, 1, 2, 1, 2, 1, 1], "overlaps(3, 3, 2)")
    checks.close(overlaps(2, 2, 3), [1, 1, 0, 1, 1], "overlaps(2, 2, 3) (a stride larger than the kernel leaves gaps)")

# %% demo
with checks.waits():
    for kernel in (8, 7, 5, 3):
        print(f"kernel {kernel}, stride 2: {overlaps(12, kernel, 2).tolist()}")

# %% [markdown]
# Away from the border, an output is reached by the inputs $i$ with $x - k < si \le x$: by $k / s$ of them if $s$
# divides $k$, and otherwise, depending on $x$, by $\lfloor k/s \rfloor$ or one more. Then some outputs are sums of more
# terms than their neighbours, in a pattern of period $s$, and in two dimensions the counts multiply. A network *can*
# learn weights that make up for it, but it begins with the pattern, and every step of training has to keep it away.
#
# ### Measuring it
#
# A pattern of period $s$ has its energy at the frequencies that are multiples of $1/s$. Let $f$ be a picture of
# $h \times w$ pixels ($s$ divides both), and $F$ its Fourier transform. At the frequency $(a/s, b/s)$
#
# $$F = \sum_{x, y} f(x, y)\, e^{-2 \pi i (a x + b y) / s}
# = \frac{h w}{s^2} \sum_{u, v = 0}^{s - 1} p(u, v)\, e^{-2 \pi i (a u + b v) / s},$$
#
# because the exponential repeats after $s$ pixels: only the mean $p(u, v)$ of all pixels with $x \equiv u$,
# $y \equiv v$ (mod $s$) counts. So fold the picture into its mean pattern $p$, an $s \times s$ picture. Parseval's
# theorem says for both that the energy without the mean is a variance: $(hw)^2 \operatorname{Var}(p)$ at these
# frequencies (without zero), and $(hw)^2 \operatorname{Var}(f)$ at all. The share of the energy at the stride's
# frequency is
#
# $$\frac{\operatorname{Var}(p)}{\operatorname{Var}(f)},$$
#
# no Fourier transform needed. For several pictures, add up the variances above and below the line, each around the
# mean of its own picture. Variances divide by the number of values. Rows and columns beyond the last multiple of $s$
# are cut off.


# %% solution="checkerboard"
def stride_energy(images, stride):
    """The share of the energy of pictures (n, h, w) that lies at multiples of the frequency 1 / stride: a number."""
    ### BEGIN SOLUTION
    n, height, width = images.shape
    rows, columns = height // stride, width // stride
    images = images[:, : rows * stride, : columns * stride]  # (n, rows * stride, columns * stride)
    patterns = images.reshape(n, rows, stride, columns, stride).mean(axis=(1, 3))  # (n, stride, stride)
    return patterns.var(axis=(1, 2)).sum() / images.var(axis=(1, 2)).sum()
    ### END SOLUTION


# %% test="checkerboard" points=3
with checks.check("checkerboard"):
    board = np.indices((6, 8)).sum(axis=0) % 2  # (6, 8), a checkerboard
    ramp = np.repeat(np.arange(6.0), 8).reshape(6, 8)
    checks.close(stride_energy(board[None] * 1.0, 2), 1.0, "the energy of a checkerboard at stride 2")
    checks.close(stride_energy(ramp[None], 2), 0.085714, "the energy of a ramp at stride 2", rtol=1e-3)
    some_images = np.random.default_rng(1).normal(size=(4, 13, 11)) * np.arange(1, 5)[:, None, None]
    for stride in (2, 3):
        expected = metrics.checkerboard((some_images - some_images.min()) / np.ptp(some_images), stride).share
        checks.close(stride_energy(some_images, stride), expected, f"the energy of noise at stride {stride}")

# %% [markdown]
# First $G$ as it begins, with weights that are positive on average and without training, and then after a short one.
# The stride is always 2; the kernels 8 and 6 are multiples of it, 7 and 5 are not. To judge a share, compare with that
# of real pictures, which have a little energy everywhere.

# %% demo
SHORT = 120 if QUICK else 2000

with checks.waits():
    boards, energies = {}, {}
    for kernel in (8, 7, 6, 5):
        blank_model = conv_model(kernel=kernel, start=keras.initializers.RandomNormal(mean=0.01, stddev=0.01))
        drawn = samples(blank_model, count=100)
        boards[f"kernel {kernel}"] = drawn[:1]
        energies[f"kernel {kernel}"] = stride_energy(np.moveaxis(drawn, 3, 1).reshape(-1, SIDE, SIDE), 2)
    stretched = {name: (image - image.min()) / np.ptp(image) for name, image in boards.items()}
    plots.grid(
        np.concatenate(list(stretched.values())), "untrained, contrast stretched: kernels 8, 7, 6, 5",
        columns=4, inches=9, name="checkerboard",
    )  # fmt: skip
    real_grey = np.moveaxis(real[:100], 3, 1).reshape(-1, SIDE, SIDE)
    print(f"real pictures: {stride_energy(real_grey, 2):.3%} of the energy at the stride's frequency")
    for name, energy in energies.items():
        print(f"{name}, untrained: {energy:.3%}")

# %% demo
with checks.waits():
    for kernel in (8, 5):
        short_model = conv_model(kernel=kernel)
        short_model.fit(
            rounds(lambda pictures: scale(crop(pictures)), LATENT, seed=2), steps_per_epoch=SHORT, verbose=0
        )
        drawn = samples(short_model, count=100)
        energy = stride_energy(np.moveaxis(drawn, 3, 1).reshape(-1, SIDE, SIDE), 2)
        print(f"kernel {kernel}, after {SHORT} steps: {energy:.3%}, {metrics.checkerboard(drawn)}")

# %% [markdown]
# Without training, the kernels that the stride divides have next to nothing (where this was written 0.2% and 0.7%, most
# of it from the border), the others 6% and 13%: just what the counts say. After a short training the order is no longer
# so clear: 5% for the kernel 8, 3% for the kernel 5. So the count is not the whole story.

# %% [markdown] question="unevenness" points=2
# **Question.**
#
# 1. With kernel 8 and stride 2 every inner output is reached equally often. Why can a *trained* network still draw a
#    checkerboard? (Think of what may differ between the outputs at even and at odd places.)
# 2. What happens if $G$ instead enlarges its maps by repeating every pixel (nearest neighbour) and then convolves with
#    stride 1? And which part of $D$ has the same trouble, seen from its gradient?
#
# *Your answer (a few sentences):*
#
# ### BEGIN MARK SCHEME
# 1. (1 point) Equally many, but not the same weights: outputs at even places are sums with one half of the kernel's
#    weights, those at odd places with the other half. If the halves have different sums, a constant input gives a
#    pattern of period 2. (Equal counts only mean that nothing has to be unlearnt.) Half a point for "the weights may be
#    uneven" without which weights.
# 2. (1 point) Then every output of the convolution sees the same weights, so a constant map stays constant, and no
#    pattern is preferred (copies of pixels are smooth). In $D$: a convolution with stride is, backwards, a transposed
#    convolution, so its gradient with respect to the picture has the pattern (pixels are seen by different numbers of
#    outputs), and G learns from this gradient. Half a point for each part.
# ### END MARK SCHEME

# %% [markdown]
# ## 10 Which heuristics do anything?
#
# Four tricks, each recommended everywhere: soft labels, flipped labels, a Gaussian start, and pixels in $[-1, 1]$ (the
# alternative is $[0, 1]$ with a sigmoid). Here each is switched off by itself, everything else stays, and the numbers
# of all trainings stand in one table. In `quick` the trainings are short and there is one seed. So the first two lines
# are the *same* settings with another seed: a difference that is not clearly larger than theirs says nothing.

# %% demo
SEEDS = (1,) if QUICK else (1, 2, 3)


def trained(seed, latent_dim=LATENT, steps=SHORT, soft=0.1, flipped=0.02, start=START, low=-1.0):
    """Train a convolutional pair for so many steps; return its pictures in [-1, 1]."""
    last = "tanh" if low < 0 else "sigmoid"
    model = conv_model(latent_dim, start=start, last=last, seed=seed)
    span = 1 - low  # the pixels lie in [low, 1]

    def prepare(pictures):
        return (scale(crop(pictures)) + 1) * (span / 2) + low

    model.fit(rounds(prepare, latent_dim, seed, soft, flipped), steps_per_epoch=steps, verbose=0)
    return (samples(model, latent_dim) - low) * (2 / span) - 1


SETTINGS = {
    "all on": {},
    "all on, another seed": {"seed": 11},
    "hard labels": {"soft": 0.0},
    "no label flipped": {"flipped": 0.0},
    "Glorot's start": {"start": "glorot_uniform"},
    "pixels in [0, 1]": {"low": 0.0},
}
LIKE_MAIN = "Glorot's start" if START == "glorot_uniform" else "all on"  # the line with the settings of section 8


def mean_numbers(rows):
    """The mean of several rows of numbers."""
    return {name: float(np.mean([row[name] for row in rows])) for name in rows[0]}


def print_table(table):
    """One line for each run, one column for each number."""
    print(f"{'':>22}" + "".join(f"{name:>14}" for name in next(iter(table.values()))))
    for run, row in table.items():
        print(f"{run:>22}" + "".join(f"{value:>14.3f}" for value in row.values()))


with checks.waits():
    effects, pictures_of = {}, {}
    for name, choices in SETTINGS.items():
        drawn = [trained(**{"seed": seed, "start": gaussian} | choices) for seed in SEEDS]
        effects[name], pictures_of[name] = mean_numbers([measure(images) for images in drawn]), drawn[0][:10]
    print_table({"real": mean_numbers([best])} | effects)
    plots.rows(pictures_of, f"after {SHORT} steps", limits=limits, name="heuristics")
    plots.metric_bars(
        {name: {run: row[name] for run, row in effects.items()} for name in ("precision", "coverage", "KID")},
        floors={name: float(best[name]) for name in ("precision", "coverage", "KID")},
        name="heuristics_numbers",
    )

# %% [markdown] question="heuristics" points=2
# **Question.** Look at your table (and quote from it).
#
# 1. For which heuristic can you say, from these numbers, that it helps, hurts, or does nothing? What would you need to
#    say more?
# 2. Each heuristic was switched off alone. Why might two of them look useless in such a table, although switching off
#    both would be a disaster? Name two of the four for which you would expect this.
#
# *Your answer (a few sentences):*
#
# ### BEGIN MARK SCHEME
# 1. (1 point) The answer compares each difference with that between the two seeds of "all on", names one clear effect
#    of the own table or says that there is none, and does not call the rest an effect. Needed: several seeds for every
#    line (mean and spread), longer trainings, more samples. Half a point if differences are read without regard to the
#    seeds.
# 2. (1 point) If two do the same work, one alone suffices, and only without both it is missing: an interaction. Soft
#    and flipped labels: both keep $D$ from being sure. Half a point without a sensible pair.
# ### END MARK SCHEME

# %% [markdown]
# ## 11 How large a latent space?
#
# The noise has 100 numbers, and nobody derived that. With one number all pictures lie on a curve, and such a curve
# cannot pass near every face. With many numbers, most are superfluous, but do they hurt? `full` compares 1, 5, 10, 100,
# 200 and 400, `quick` three of them.

# %% demo
SIZES = (1, 10, 100) if QUICK else (1, 5, 10, 100, 200, 400)

with checks.waits():
    by_size, shown = {}, {}
    for size in SIZES:
        same = size == LATENT  # was trained above
        drawn = [] if same else [trained(seed, latent_dim=size) for seed in SEEDS]
        by_size[f"latent size {size}"] = effects[LIKE_MAIN] if same else mean_numbers([measure(x) for x in drawn])
        shown[f"latent size {size}"] = pictures_of[LIKE_MAIN] if same else drawn[0][:10]
    print_table({"real": mean_numbers([best])} | by_size)
    plots.rows(shown, f"after {SHORT} steps", limits=limits, name="latent_sizes")
    plots.metric_curves(
        [str(size) for size in SIZES],
        {
            f"{name} ({what})": {"G": [row[name] for row in by_size.values()]}
            for name, what in (("precision", "quality"), ("coverage", "diversity"))
        },
        xlabel="latent size",
        name="latent_numbers",
    )

# %% [markdown]
# With one number the pictures were the "best" of all in `quick`, with a precision of 0.87, and next to nothing was
# covered, 0.06: a quality that is bought with diversity is the reason why this lesson always prints two numbers.
# Between 10 and 100 numbers the difference was small after such a short training (precision 0.81 and 0.66, coverage
# 0.29 and 0.27). Now look at the pictures. Most of those with one number are grey blots. A ball of an outlier is large,
# and one blot that lies in it counts like a good picture. The KID is not fooled, 0.93 beside 0.99 and 0.80. A number
# sees what it looks at; never leave the pictures out.
#
# ## 12 Walks
#
# A generator that has understood something maps neighbouring noise to similar pictures. Two walks show it.
#
# - **A block of ones** of the given `width` moves through a vector of zeros, one place at a time: from the first
#   places to the last.
# - **A spherical walk** from $a$ to $b$. Noise with normal numbers has nearly always the length $\sqrt{n}$, so a
#   straight line between two vectors leads through a middle that is too short and that $G$ has never seen. Along the
#   arc, with the angle $\theta$ between $a$ and $b$ and $t$ from 0 to 1,
#   $$w(t) = \frac{\sin((1 - t)\,\theta)}{\sin \theta}\, a + \frac{\sin(t\,\theta)}{\sin \theta}\, b,$$
#   the length stays where it was if both are equally long ([White, 2016](https://arxiv.org/abs/1609.04468)). If
#   $\theta$ is zero, or so small that you would divide by nothing, take the straight line. (Rounding may make the
#   cosine of $\theta$ a little larger than 1.)


# %% solution="walks"
def moving_ones(latent_dim, width):
    """All vectors with a block of `width` ones in zeros, from left to right: (latent_dim - width + 1, latent_dim)."""
    ### BEGIN SOLUTION
    places = np.arange(latent_dim) - np.arange(latent_dim - width + 1)[:, None]  # (rows, latent_dim)
    return ((places >= 0) & (places < width)).astype(np.float32)
    ### END SOLUTION


def spherical_walk(a, b, steps):
    """From the vector a (n,) to b (n,) along the arc, in `steps` points with even steps of t, both ends included."""
    ### BEGIN SOLUTION
    t = np.linspace(0, 1, steps)[:, None]  # (steps, 1)
    cosine = a @ b / (np.linalg.norm(a) * np.linalg.norm(b))
    angle = np.arccos(np.clip(cosine, -1, 1))
    if np.sin(angle) < 1e-6:
        return (1 - t) * a + t * b  # (steps, n)
    return (np.sin((1 - t) * angle) * a + np.sin(t * angle) * b) / np.sin(angle)  # (steps, n)
    ### END SOLUTION


# %% test="walks" points=3
with checks.check("walks"):
    came = checks.shape(moving_ones(5, 2), (4, 5), "moving_ones(5, 2)")
    checks.close(came[0], [1, 1, 0, 0, 0], "the first row of moving_ones(5, 2)")
    checks.close(came[-1], [0, 0, 0, 1, 1], "the last row of moving_ones(5, 2)")
    right, up = np.array([2.0, 0.0]), np.array([0.0, 2.0])
    came = checks.shape(spherical_walk(right, up, 3), (3, 2), "spherical_walk of 3 points in the plane")
    checks.close(came, [[2, 0], [np.sqrt(2), np.sqrt(2)], [0, 2]], "a quarter of a circle with the radius 2")
    checks.close(
        spherical_walk(np.array([3.0, 0.0]), np.array([1.0, 1.0]), 3)[1],
        [2.164784, 0.541196],
        "the middle of a walk from (3, 0) to (1, 1) (an angle of 45°)",
    )
    checks.close(spherical_walk(right, right, 3), [[2, 0]] * 3, "a walk from a point to itself")
    checks.close(
        spherical_walk(right, 2 * right, 3), [[2, 0], [3, 0], [4, 0]], "a walk between vectors of the same direction"
    )
    some_walks = [spherical_walk(row, 2 * row, 3) for row in 1 + np.random.default_rng(1).uniform(size=(60, 5))]
    checks.expect(
        np.isfinite(np.asarray(some_walks)).all(),
        "some of 60 walks between vectors of the same direction are NaN: look for a cosine that rounding has made "
        "larger than 1.",
    )

# %% demo
with checks.waits():
    block = 2.5 * moving_ones(LATENT, 16)  # (85, 100), about as long as noise is
    walked = ops.convert_to_numpy(model(block))  # (85, SIDE, SIDE, 3)
    plots.animation(
        [(i, walked[i : i + 1]) for i in range(0, len(walked), 2)], RUN / "ones.gif", limits=limits, scale=128 // SIDE,
        back=True,
    )  # fmt: skip
    stops = np.random.default_rng(7).normal(size=(5, 6, LATENT))  # (stops, walkers, latent)
    route = np.concatenate(
        [
            np.stack([spherical_walk(a, b, 9)[:-1] for a, b in zip(stops[k], stops[(k + 1) % 5], strict=True)], axis=1)
            for k in range(5)
        ]
    )  # (40, walkers, latent), a round trip
    arcs = [ops.convert_to_numpy(model(z.astype(np.float32))) for z in route]  # each (walkers, SIDE, SIDE, 3)
    plots.animation(list(enumerate(arcs)), RUN / "walks.gif", limits=limits, columns=3, scale=96 // SIDE or 1)
    plots.rows(
        {
            "a block of ones": walked[np.linspace(0, len(walked) - 1, 9).astype(int)],
            "along the arc": np.stack([images[0] for images in arcs[:9]]),
            "another": np.stack([images[1] for images in arcs[:9]]),
        },
        limits=limits,
        name="walks",
    )

# %% [markdown]
# ## 13 Where to go next
#
# - Train with `PRESET=full` on a GPU, at 128 × 128. Which of the conclusions from 32 × 32 survive?
# - Replace the transposed convolutions by enlarging and convolving (the second checkerboard question) and measure.
# - Give the table of heuristics ten seeds and error bars. Which effects remain?
# - Save an average of $G$'s weights over the last steps, and measure its pictures beside those of the last step.
# - The lesson `dcgan` asks what the directions of the latent space mean.
