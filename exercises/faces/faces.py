# %% [markdown]
# # Colour, scale and the craft
#
# Two hundred thousand photographs of faces do not fit into memory, and colour pictures of a useful size do not forgive
# what grey digits of 28 × 28 pixels did. This lesson is about the craft between a good idea and a good picture: how to
# pack an archive so that training never waits for it, how to build a pair of networks for colour, where the famous
# checkerboard comes from, which of the tricks that everybody recommends do anything, and how to tell by numbers that a
# training goes wrong.
#
# **How the notebook works.** Where a cell raises `NotImplementedError`, a blank waits for you: replace that line (all
# of them, where there are several). Below each blank a cell checks your answer and says in a sentence what it
# expected, what came, and where to look. These checks are there to help and score nothing; the grading asks further
# questions of the same kind. A cell that needs a blank which is still empty says so, so you can always run the notebook
# from top to bottom.
#
# **What is graded.** The cells with a blank, by what their functions return, and the written questions. All other cells
# are not graded: the checks, the given functions between the blanks, and everything that trains, measures or draws,
# which the grading does not even run. So a blank may use what stands in given cells above it, and nothing from a cell
# that trains or draws. Further functions of your own belong into the cell of the blank that uses them.
#
# **Arrays or tensors.** Pictures, labels and features are NumPy arrays, and functions of them return NumPy arrays or
# plain numbers (a list or a tensor with the same numbers is as good). Only `layer_norm` is part of a network: it takes
# tensors and returns one, computed with `keras.ops`. The Keras models of both pairs take either and return tensors.
#
# You should know how a generative adversarial network is trained (the lesson `gan`), and have met a convolution. Take
# five to seven hours, two of them for the archive in section 1 if zip files and HDF5 are new to you.
#
# **Two presets.** `quick`, the default, is for a laptop: 800 faces, pictures of 55 × 45 and 32 × 32 pixels, short
# trainings. All of it together takes 5.8 minutes on two processor cores (measured with `atelier demo --all`). `full`
# uses the sizes of the text, 218 × 178 and 128 × 128, on 20,000 faces and for longer, and wants a GPU. Its time has not
# been measured.

# %%
import contextlib
import io
import os
import sys
import tempfile
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

from util import checks, damage, data, features, metrics, plots, training

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
# `pack(archive, target, count, block)` reads the JPEGs of the zip file `archive` and writes them to the HDF5 file
# `target`. The cell below has its frame, with six steps left to you, of one to four lines each:
#
# - **Content.** A data set `images`, uint8 (n, height, width, 3), has every entry whose name ends with `.jpg`, in the
#   ascending order of the names (as strings), whatever their order in the archive is. With a `count` (a number from 1)
#   only the first `count` of them. `zipped.namelist()` lists all entries, `zipped.read(name)` gives the bytes of one,
#   and `Image.open(io.BytesIO(...))` makes a picture of them, of which NumPy makes an array.
# - **Colour.** Some JPEGs in such archives are grey, and have no axis for colours. `.convert("RGB")` makes a picture
#   with three of any, so that a grey one is stored with three equal colours.
# - **Streaming.** At most `block` pictures are in memory at a time. After every block the attribute `done` of
#   `images` says how many pictures are stored, and the file is flushed.
# - **Going on.** If a packing is broken off, by an error or by you, the next call goes on at `done`. What is already
#   stored stays as it is and is not read from the archive again, not even to be thrown away (except the first picture,
#   if you want to know its size). Rows beyond `done` count for nothing. If nothing is missing any more, a call changes
#   nothing.
# - **Progress.** Something is printed after each block; `keras.utils.Progbar` would be a bar.
# - **Clear errors.** A `ValueError` whose sentence contains the path of the archive, if it is no zip file (the library
#   raises `zipfile.BadZipFile`, for a damaged entry too), if there is no JPEG in it, if an entry is no picture or a
#   damaged one (`OSError`), or if one has another size than the first. The blocks before the error stay stored. (An
#   archive that does not exist at all is left to the library's own error.)
#
# You may also write it all by yourself, in another form: the grading calls `pack` only.


# %% solution="packing"
def open_zip(archive):
    """The zip file, open, or an error that says which file it is. This function is given."""
    try:
        return zipfile.ZipFile(archive)
    except zipfile.BadZipFile as error:
        raise ValueError(f"{archive} is no zip file, or a broken one: {error}") from error


def read_image(zipped, name, shape=None):
    """The picture `name` of an open zip file, uint8 (height, width, 3), of this shape if one is given."""
    try:
        # Step 1: read the bytes of the entry, make a picture of them, in RGB, and of that an array called `picture`.
        ### BEGIN SOLUTION
        picture = np.asarray(Image.open(io.BytesIO(zipped.read(name))).convert("RGB"))
        ### END SOLUTION
    except (zipfile.BadZipFile, OSError) as error:
        raise ValueError(f"{name} in {zipped.filename} is no picture, or a damaged one.") from error
    # Step 2: if a `shape` is given and `picture` has another, raise a ValueError like the one above.
    ### BEGIN SOLUTION
    if shape is not None and picture.shape != shape:
        raise ValueError(
            f"{name} in {zipped.filename} is a picture of shape {picture.shape}, not {shape} as the first."
        )
    ### END SOLUTION
    return picture


def pack(archive, target, count=None, block=64):
    """Pack the first `count` JPEGs of the zip `archive` into the HDF5 file `target`; go on where it was broken off."""
    with open_zip(archive) as zipped, h5py.File(target, "a") as packed:
        # Step 3: `names`, a list: the names of the JPEGs, ascending, the first `count` if there is a count. If there
        # are none, a ValueError with the archive's path.
        ### BEGIN SOLUTION
        names = sorted(name for name in zipped.namelist() if name.endswith(".jpg"))[:count]
        if not names:
            raise ValueError(f"There is no JPEG in {archive}.")
        ### END SOLUTION
        # Step 4: if `packed` has no data set "images" yet (`"images" not in packed`), make one that has no rows yet
        # and can grow, for pictures of the size of the first, and note in its attribute `done` that none is stored.
        ### BEGIN SOLUTION
        if "images" not in packed:
            shape = read_image(zipped, names[0]).shape  # (height, width, 3)
            packed.create_dataset("images", (0, *shape), "uint8", maxshape=(None, *shape), chunks=(1, *shape))
            packed["images"].attrs["done"] = 0
        ### END SOLUTION
        images = packed["images"]  # (rows so far, height, width, 3)
        done = int(images.attrs["done"])
        while done < len(names):
            # Step 5: `pictures`, a list: the next `block` pictures (the last block may be smaller), read and checked
            # against the size of the pictures in `images`.
            ### BEGIN SOLUTION
            pictures = [read_image(zipped, name, images.shape[1:]) for name in names[done : done + block]]
            ### END SOLUTION
            # Step 6: give `images` as many rows as are stored after this block, and write `pictures` into the last.
            ### BEGIN SOLUTION
            images.resize(done + len(pictures), axis=0)
            images[done:] = np.stack(pictures)  # (block, height, width, 3)
            ### END SOLUTION
            done += len(pictures)
            images.attrs["done"] = done  # only now: whatever happens before, these pictures are read again
            packed.flush()
            print(f"{done} of {len(names)} pictures", end="\n" if done == len(names) else "\r")


# %%
def check_write_zip(path, pictures):
    """A zip for the check, with flat pictures of one grey value and one size each: {name: (grey, height, width)}."""
    with zipfile.ZipFile(path, "w") as zipped:
        for name, (grey, height, width) in pictures.items():
            jpeg = io.BytesIO()
            Image.new("RGB", (width, height), (grey, grey, grey)).save(jpeg, "JPEG")
            zipped.writestr(name, jpeg.getvalue())


def check_pack(archive, target, **options):
    """Call `pack` without what it prints."""
    with contextlib.redirect_stdout(io.StringIO()):
        pack(archive, target, **options)


def check_stored(path):
    """The pictures that are stored, as integers (done, height, width, 3), and the shape of the data set."""
    with h5py.File(path, "r") as packed:
        checks.expect("images" in packed, "the file should have a data set `images`.")
        checks.expect("done" in packed["images"].attrs, "`images` should have an attribute `done`.")
        return packed["images"][: packed["images"].attrs["done"]].astype(int), packed["images"].shape


def check_error(archive, target, what, **options):
    """Expect a ValueError that names the archive, in which there is `what`."""
    try:
        check_pack(archive, target, **options)
    except zipfile.BadZipFile:
        checks.expect(False, f"{what} should raise a ValueError: make one of the zipfile.BadZipFile.")
    except ValueError as error:
        checks.expect(
            archive.name in str(error), f"the error for {what} should contain the archive's path, but says: {error}"
        )
    else:
        checks.expect(False, f"{what} should raise a ValueError, but nothing was raised.")


# %%
CHECK_PICTURES = {f"faces/{k:03d}.jpg": (10 * k, 6, 4) for k in (3, 1, 4, 2, 5)}


def check_content(folder):
    """A whole archive, once and again, a part of it, and names that have to be compared as strings."""
    archive = folder / "content.zip"
    check_write_zip(archive, CHECK_PICTURES | {"faces/readme.txt": (0, 6, 4)})
    check_pack(archive, folder / "whole.h5", block=2)
    pictures, shape = check_stored(folder / "whole.h5")
    checks.expect(shape == (5, 6, 4, 3), f"5 pictures of 6 × 4 should give a data set (5, 6, 4, 3), not {shape}.")
    greys = pictures[:, 0, 0, 0]
    checks.expect(
        np.abs(greys - [10, 20, 30, 40, 50]).max() <= 1,
        f"pictures of the greys 10 to 50, in the order of their names, came out as {greys.tolist()}.",
    )
    try:
        check_pack(archive, folder / "whole.h5", block=2)
    except Exception as error:
        checks.expect(False, f"a second call finds everything stored and should change nothing, but: {error}")
    checks.expect(len(check_stored(folder / "whole.h5")[0]) == 5, "a second call should find nothing to do.")

    check_pack(archive, folder / "part.h5", count=3)
    greys_of_part = check_stored(folder / "part.h5")[0][:, 0, 0, 0]
    checks.expect(len(greys_of_part) == 3, f"count=3 should pack 3 pictures, not {len(greys_of_part)}.")
    checks.expect(
        np.abs(greys_of_part - greys[:3]).max() <= 1, "count=3 should pack the first 3 in the order of the names."
    )

    check_write_zip(archive, {f"faces/{k}.jpg": (k, 6, 4) for k in (90, 100)})
    check_pack(archive, folder / "strings.h5")
    greys = check_stored(folder / "strings.h5")[0][:, 0, 0, 0]
    checks.expect(
        np.abs(greys - [100, 90]).max() <= 1, "100.jpg should come before 90.jpg: names are compared as strings."
    )


def check_colours(folder):
    """A red picture and a grey JPEG among others."""
    archive, red, grey = folder / "colours.zip", io.BytesIO(), io.BytesIO()
    check_write_zip(archive, CHECK_PICTURES)
    Image.new("RGB", (4, 6), (200, 0, 0)).save(red, "JPEG", quality=95, subsampling=0)
    Image.new("L", (4, 6), 100).save(grey, "JPEG")
    with zipfile.ZipFile(archive, "a") as zipped:
        zipped.writestr("faces/006.jpg", red.getvalue())
        zipped.writestr("faces/007.jpg", grey.getvalue())
    try:
        check_pack(archive, folder / "colours.h5")
    except (ValueError, TypeError) as error:
        checks.expect(False, f"a grey JPEG among the others should be stored with three colours, but: {error}")
    colours = check_stored(folder / "colours.h5")[0][:, 0, 0]
    checks.expect(len(colours) == 7, f"7 pictures, of which one is grey, should all be stored, but {len(colours)} are.")
    checks.expect(
        np.abs(colours[5] - [200, 0, 0]).max() < 12,
        f"a red picture should be stored with colours near [200, 0, 0], red first, not {colours[5].tolist()}.",
    )
    checks.expect(
        np.abs(colours[6] - 100).max() <= 1,
        f"a picture of the grey 100 should be stored with the colours [100, 100, 100], not {colours[6].tolist()}.",
    )


# %% test="packing" points=6
def check_going_on(folder):
    """A packing that is broken off by a picture of another size, and goes on with an archive damaged before it."""
    archive, target = folder / "resumed.zip", folder / "resumed.h5"
    check_write_zip(archive, CHECK_PICTURES | {"faces/004.jpg": (40, 9, 9)})
    check_error(archive, target, "a picture of another size", block=1)
    greys = check_stored(target)[0][:, 0, 0, 0]
    checks.expect(
        len(greys) == 3,
        "with block=1 the three pictures before the one of another size should be stored, but `done` says "
        f"{len(greys)}.",
    )
    with h5py.File(target, "a") as packed:
        packed["images"].resize(5, axis=0)  # rows beyond `done`, as if a block had been broken off half written
    check_write_zip(archive, {"faces/001.jpg": (200, 6, 4)} | {f"faces/00{k}.jpg": (10 * k, 6, 4) for k in (4, 5)})
    with zipfile.ZipFile(archive, "a") as zipped:
        zipped.writestr("faces/002.jpg", b"no picture any more")
        zipped.writestr("faces/003.jpg", b"no picture any more")
    try:
        check_pack(archive, target, block=1)
    except ValueError as error:
        checks.expect(
            False,
            "in the archive of the second call only pictures are damaged that are stored already. It should not "
            f"read them again, but failed: {error}",
        )
    greys = check_stored(target)[0][:, 0, 0, 0]
    checks.expect(len(greys) == 5, f"the second call should go on to 5 pictures, but `done` is {len(greys)}.")
    checks.expect(abs(greys[0] - 10) <= 1, "the second call should keep what was stored.")
    checks.expect(
        np.abs(greys[3:] - [40, 50]).max() <= 1,
        f"the second call should add the greys 40 and 50, but added {greys[3:].tolist()}.",
    )
    check_error(archive, folder / "broken.h5", "an entry that is no picture")


@checks.check("packing")
def check_packing():
    """What is stored of whole archives, in which colours, after an interruption; and archives that are none."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        check_content(folder)
        check_colours(folder)
        check_going_on(folder)
        archive = folder / "none.zip"
        check_write_zip(archive, {"faces/readme.txt": (0, 6, 4)})
        check_error(archive, folder / "none.h5", "an archive without a JPEG")
        archive.write_text("no zip")
        check_error(archive, folder / "none.h5", "a file that is no zip")


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
# `batch_size` images. A batch is an array like the data set, bytes as they are stored.


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
class CheckShelf:
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


@checks.check("batches")
def check_batches():
    """Two epochs of a small data set, from equal generators and from one."""

    def batches_of(generator):
        return [np.asarray(batch) for batch in epoch_batches(CheckShelf(50, 8), 8, generator)]

    epoch = batches_of(np.random.default_rng(1))
    checks.expect(
        [len(batch) for batch in epoch] == [8] * 6 + [2],
        f"50 images in batches of 8 should come as 8, 8, 8, 8, 8, 8, 2, not as "
        f"{', '.join(str(len(batch)) for batch in epoch[:8])}{', …' if len(epoch) > 8 else ''}.",
    )
    checks.shape(epoch[0], (8, 2, 2, 3), "a batch")
    order = np.concatenate(epoch)[:, 0, 0, 0]
    checks.expect(np.array_equal(np.sort(order), np.arange(50)), "every image should come exactly once in an epoch.")
    spans = [np.ptp(batch[:, 0, 0, 0].astype(int)) for batch in epoch[:6]]
    checks.expect(
        min(spans) > 10,
        "a batch should have images from everywhere in the file, but one has only neighbours: "
        f"{np.sort(epoch[int(np.argmin(spans))][:, 0, 0, 0]).tolist()}.",
    )
    again = np.concatenate(batches_of(np.random.default_rng(1)))[:, 0, 0, 0]
    checks.expect(np.array_equal(order, again), "a generator in the same state should give the same batches.")
    random = np.random.default_rng(1)
    first, second = ([set(batch[:, 0, 0, 0]) for batch in batches_of(random)] for _ in range(2))
    checks.expect(
        not any(batch in first for batch in second),
        "in two epochs with one generator the same images met in a batch: draw a new order for every epoch.",
    )


# %% demo
with checks.waits(), h5py.File(PACKED) as packed:
    start, count = time.perf_counter(), 0
    for batch in epoch_batches(packed["images"], BATCH, np.random.default_rng(0)):
        count += len(batch)
    seconds = time.perf_counter() - start
    print(
        f"{count:,} pictures in {seconds:.2f} s, {1000 * seconds * BATCH / count:.0f} ms for a batch of {BATCH}", end=""
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
@checks.check("scaling")
def check_scaling():
    """There, back, and beyond the limits."""
    three_bytes = np.array([[0, 51, 255]], np.uint8)
    numbers = checks.dtype(checks.shape(scale(three_bytes), (1, 3), "scale(images)"), "float32", "scale(images)")
    checks.close(numbers, [[-1, -0.6, 1]], "scale of the bytes 0, 51, 255")
    checks.close(
        scale(three_bytes[:, :2]), [[-1, -0.6]], "scale of the bytes 0, 51 (1 stands for 255, if it occurs or not)"
    )
    all_bytes = np.arange(256, dtype=np.uint8).reshape(4, 64)
    back = checks.dtype(to_bytes(scale(all_bytes)), "uint8", "to_bytes(...)")
    errors = back.astype(int) - all_bytes
    cut = " Is the fraction cut off?" if set(np.unique(errors)) == {-1, 0} else ""
    checks.expect(
        not errors.any(),
        f"to_bytes(scale(images)) should give all 256 bytes back, but {(errors != 0).sum()} are off by "
        f"{errors.min()} to {errors.max()}.{cut}",
    )
    checks.close(
        to_bytes(np.array([0.0040, 0.0065, 0.57259, 0.9], np.float32)),
        [128, 128, 201, 242],
        "to_bytes of 0.0040, 0.0065, 0.57259 and 0.9, which lie between the bytes,",
    )
    checks.close(to_bytes(np.array([-1.2, 1.3], np.float32)), [0, 255], "to_bytes of numbers beyond the limits")



# %% [markdown]
# The pictures come in two formats. The *dense* pair gets whole pictures, 218 × 178 in `full` and every fourth row
# and column in `quick`. The *convolutional* pair gets the middle 128 × 128, in `quick` shrunk to 32 × 32 by taking
# means of 4 × 4 pixels.


# %%
THIN = 4 if QUICK else 1
WHOLE = (-(-218 // THIN), -(-178 // THIN))  # (55, 45) or (218, 178)


def whole_pictures(images):
    """Pictures (n, 218, 178, 3) without all but every THIN-th row and column: (n, *WHOLE, 3)."""
    return images[:, ::THIN, ::THIN]


def middle_pictures(images):
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
# looks at the others, so it does the same in training and at inference. The small $\epsilon$ is there for examples
# without any variance, all of whose features are equal: they become the shift.
#
# `layer_norm` gets float32 tensors and returns a tensor. Gradients have to pass through it, to $x$, $g$ and $s$, so
# compute with `keras.ops` and not with NumPy.


# %% solution="layer_norm"
def layer_norm(x, gain, shift, epsilon=1e-5):
    """Normalise each row of x (batch, m) by itself, times gain (m,) plus shift (m,): (batch, m). Use `keras.ops`."""
    ### BEGIN SOLUTION
    mean = ops.mean(x, axis=-1, keepdims=True)  # (batch, 1)
    variance = ops.mean((x - mean) ** 2, axis=-1, keepdims=True)  # (batch, 1)
    return gain * (x - mean) / ops.sqrt(variance + epsilon) + shift  # (batch, m)
    ### END SOLUTION


# %% test="layer_norm" points=2
@checks.check("layer_norm")
def check_layer_norm():
    """Two rows, with gain and shift, with another epsilon, and without variance; and the gradients."""
    rows = ops.convert_to_tensor(np.array([[1.0, 2.0, 3.0], [30.0, 10.0, 20.0]], np.float32))
    ones, zeros = ops.ones(3), ops.zeros(3)
    normalised = checks.shape(layer_norm(rows, ones, zeros), (2, 3), "layer_norm of (2, 3)")
    expected = [[-1.22474, 0, 1.22474], [1.22474, -1.22474, 0]]
    checks.expect(
        not np.allclose(normalised, np.array(expected) * np.sqrt(2 / 3), atol=1e-3),
        "the variance divides by m, not by m - 1.",
    )
    checks.close(normalised, expected, "layer_norm with gain 1 and shift 0 (each row by itself)", rtol=1e-3)
    gain, shift = ops.convert_to_tensor([1.0, 2.0, 3.0]), ops.convert_to_tensor([0.0, 5.0, 0.0])
    checks.close(
        layer_norm(rows, gain, shift)[0],
        [-1.22474, 5, 3.67423],
        "layer_norm with gain (1, 2, 3) and shift (0, 5, 0)",
        rtol=1e-3,
    )
    checks.close(
        layer_norm(rows, ones, zeros, epsilon=1.0)[0],
        [-0.774597, 0, 0.774597],
        "layer_norm with epsilon 1 (which is added to the variance, before the root)",
    )
    checks.close(
        layer_norm(ops.ones((2, 3)), gain, shift), [[0, 5, 0]] * 2, "layer_norm of rows of ones, with shift (0, 5, 0),"
    )
    for name, function, value in (
        ("x", lambda x: layer_norm(x, gain, shift) ** 2, rows),
        ("the gain", lambda gain: layer_norm(rows, gain, shift) ** 2, gain),
    ):
        gradient = training.input_gradients(function, value)  # None, if nothing passes at all
        checks.expect(
            gradient is not None and np.abs(np.asarray(gradient)).max() > 1e-3,
            f"no gradient passes through layer_norm to {name}: compute with `keras.ops`.",
        )
    gradient = training.input_gradients(lambda x: layer_norm(x, ones, zeros), rows)
    checks.expect(
        np.abs(np.asarray(gradient)).max() < 1e-3,
        "with gain 1 and shift 0 the sum of a row is always 0, so its gradient should be 0, too, but is not: "
        "gradients have to pass through the mean and the variance as well.",
    )
    gradient = training.input_gradients(lambda x: layer_norm(x, ones, zeros) ** 2, rows)
    checks.expect(
        np.abs(np.asarray(gradient)).max() < 1e-3,
        "with gain 1 and shift 0 the squares of a row always have the same sum, so its gradient should be 0, too, but "
        "is not: does the gradient pass through the variance?",
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
# The slope has to be said to Keras, `layers.LeakyReLU(negative_slope=0.2)`: its own default is 0.3. (Given as
# `activation="leaky_relu"` it would be 0.2, and other libraries have 0.01.) Biases stay as Keras has them.
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


# %%
CHECK_SLOPES = {"0.2": 0.2, "0.3 (Keras's default)": 0.3, "0.01": 0.01, "0 (a plain ReLU)": 0.0, "1 (none at all)": 1.0}


def check_slope(value, value_with, what):
    """Expect the value with the slope 0.2; where it is that of another, say of which. `value_with(slope)` has all."""
    value = float(np.ravel(value)[0])
    name = min(CHECK_SLOPES, key=lambda name: abs(value - value_with(CHECK_SLOPES[name])))
    checks.expect(
        name == "0.2" or not np.isclose(value, value_with(CHECK_SLOPES[name]), rtol=2e-3),
        f"{what} is what a leaky ReLU with the slope {name} gives, not one with 0.2.",
    )
    checks.close(value, value_with(0.2), what, rtol=3e-3)


def check_dense_variables(player, name, expected):
    """Expect the weights of three dense layers with their biases, and a gain and a shift for each of two LayerNorms."""
    sizes = sorted(tuple(variable.shape) for variable in player.trainable_variables if len(variable.shape) == 2)
    checks.expect(sizes == sorted(expected), f"{name} should have weights of the sizes {expected}, not {sizes}.")
    checks.expect(
        len(player.trainable_variables) == 10,
        f"{name} should have 10 variables: the weights and biases of three dense layers, and the gains and shifts of "
        f"two LayerNorms. It has {len(player.trainable_variables)}.",
    )


# %% test="dense_pair" points=4
@checks.check("dense_pair")
def check_dense_pair():
    """Shapes and variables of both players; and both with weights that are known."""
    pictures = np.random.default_rng(1).uniform(-1, 1, (60, 6, 4, 3)).astype(np.float32)
    d = dense_discriminator((6, 4, 3), (7, 5))
    logits = checks.shape(d(pictures), (60, 1), "D(pictures)")
    check_dense_variables(d, "D", [(72, 7), (7, 5), (5, 1)])
    checks.expect(
        not ((logits > 0) & (logits < 1)).all(),
        "D's answers all lie between 0 and 1: return logits, not probabilities.",
    )
    g = dense_generator(9, (5, 7), (6, 4, 3))
    checks.shape(g(np.ones((50, 9), np.float32)), (50, 6, 4, 3), "G(noise)")
    check_dense_variables(g, "G", [(9, 5), (5, 7), (7, 72)])

    # One hidden layer of three units, which begin as 1, -1 and 0; the first of them is all that counts at the end.
    def normed(*values):
        row = ops.convert_to_tensor([values], "float32")  # (1, 3)
        return float(np.asarray(layer_norm(row, ops.ones(3), ops.zeros(3)))[0, 0])

    def first(slope):
        return normed(1, -slope, 0)

    d, g, one = dense_discriminator((1, 1, 1), (3,)), dense_generator(1, (3,), (1, 1, 1)), np.ones((1, 1), np.float32)
    known = {(1, 3): np.array([[1.0, -1.0, 0.0]]), (3, 1): np.array([[1.0], [0.0], [0.0]])}
    for model, value in ((d, one.reshape(1, 1, 1, 1)), (g, one)):
        model(value)  # builds it, if it is not yet
        for variable in model.trainable_variables:
            variable.assign(known.get(tuple(variable.shape), variable))
    logit, pixel = float(np.ravel(d(one.reshape(1, 1, 1, 1)))[0]), float(np.ravel(g(one))[0])
    checks.expect(
        not np.isclose(logit, 1.0, atol=1e-3) and not np.isclose(pixel, np.tanh(1.0), atol=1e-3),
        "with known weights a player answers as if its hidden layers had no LayerNorm.",
    )
    normalised_first = normed(1, -1, 0)
    checks.expect(
        not np.isclose(logit, normalised_first, atol=1e-3)
        and not np.isclose(pixel, np.tanh(normalised_first), atol=1e-3),
        "with known weights a player answers as if LayerNorm came before the leaky ReLU, not after it, or as if there "
        "were no leaky ReLU.",
    )
    hidden = "of hidden units that begin as 1, -1 and 0, then leaky ReLU, then LayerNorm, of which the first is kept"
    check_slope(logit, first, f"D's logit {hidden},")
    checks.expect(not np.isclose(pixel, first(0.2), atol=1e-3), "G's last layer has no tanh.")
    checks.expect(
        not np.isclose(pixel, 1 / (1 + np.exp(-first(0.2))), atol=1e-3), "G's last layer has a sigmoid, not a tanh."
    )
    check_slope(pixel, lambda slope: np.tanh(first(slope)), f"G's picture {hidden},")
    g, pixels = dense_generator(1, (3,), (2, 2, 3)), np.linspace(-1, 1, 12)
    g(one)
    for variable in g.trainable_variables:
        if variable.shape[-1] == 12:  # of the last dense layer: only its bias counts
            variable.assign(pixels if len(variable.shape) == 1 else np.zeros(variable.shape))
    checks.close(
        g(one)[0],
        np.tanh(pixels).reshape(2, 2, 3),
        "G's picture, if the biases of its last layer rise and all else is zero (which numbers get to which pixels),",
    )


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
                real = scale(whole_pictures(pictures))  # (batch, *WHOLE, 3)
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
# NumPy generator `random`, return float32, and leave the array that they are given as it is. By itself means that how
# many labels of a batch are flipped is random, too: of 32 labels with a probability of 2% mostly none or one, sometimes
# three.


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
@checks.check("labels")
def check_labels():
    """Many labels, softened and flipped, and many small batches."""
    hard = np.repeat([1.0, 0.0], 2000)[:, None]
    soft = checks.dtype(soften(hard, 0.2, np.random.default_rng(1)), "float32", "soften(labels, ...)")
    soft = checks.shape(soft, (4000, 1), "soften(labels, 0.2, random) for labels (4000, 1)")
    checks.between(soft[:2000], 0.8, 1, "ones, softened by 0.2,")
    checks.between(soft[2000:], 0, 0.2, "zeros, softened by 0.2,")
    checks.expect(len(np.unique(soft)) > 3000, "every label should be softened by a random amount of its own.")
    for name, moved in (("ones", 1 - soft[:2000]), ("zeros", soft[2000:])):
        quarters = np.histogram(moved, bins=4, range=(0, 0.2))[0] / 2000
        checks.expect(
            np.abs(quarters - 0.25).max() < 0.06,
            f"{name}, softened by 0.2, should be uniform, but the four quarters of their interval got the shares "
            f"{quarters.round(2).tolist()}.",
        )
    flipped = checks.dtype(flip(hard, 0.1, np.random.default_rng(2)), "float32", "flip(labels, ...)")
    flipped = checks.shape(flipped, (4000, 1), "flip(labels, 0.1, random)")
    checks.expect(
        np.array_equal(hard, np.repeat([1.0, 0.0], 2000)[:, None]),
        "the labels passed in were changed: write into a new array.",
    )
    for name, part in (("ones", slice(2000)), ("zeros", slice(2000, None))):
        share = (flipped[part] != hard[part]).mean()
        checks.expect(0.07 < share < 0.13, f"about a tenth of the {name} should be flipped, but {share:.1%} are.")
    turned = np.asarray(flip(soft, 0.5, np.random.default_rng(3)))
    checks.expect(
        (np.isclose(turned, soft) | np.isclose(turned, 1 - soft)).all(),
        "a soft label l, flipped, should be l or 1 - l, but some are neither.",
    )
    random = np.random.default_rng(4)
    counts = [int(np.sum(flip(np.zeros((20, 1), np.float32), 0.2, random))) for _ in range(200)]
    checks.expect(
        1 < np.std(counts) < 2.6,
        f"200 times 20 labels with the probability 0.2 gave {min(counts)} to {max(counts)} flipped ones, with the "
        f"standard deviation {np.std(counts):.2f}: if each label decides by itself, it is about 1.8.",
    )
    means = [float(np.mean(soften(np.zeros((8, 1), np.float32), 0.2, random))) for _ in range(200)]
    checks.expect(
        0.014 < np.std(means) < 0.028,
        f"the means of 200 times 8 zeros, softened by 0.2, have the standard deviation {np.std(means):.3f}: if each "
        "label is moved by itself, it is about 0.020.",
    )
    checks.expect(
        np.array_equal(soft, soften(hard, 0.2, np.random.default_rng(1)))
        and np.array_equal(flipped, flip(hard, 0.1, np.random.default_rng(2))),
        "generators in equal states should give equal labels: draw from `random` only.",
    )
    checks.differs(soften(hard, 0.2, random), soften(hard, 0.2, random), "two calls of `soften` with one generator")
    checks.differs(flip(hard, 0.2, random), flip(hard, 0.2, random), "two calls of `flip` with one generator")


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
    fakes, pull_back = training.pullback(lambda: g(z, training=True), g.trainable_variables)  # (batch, h, w, 3)

    def loss_of_d():
        real_loss = cross_entropy(real_labels, d(X, training=True))
        return real_loss + cross_entropy(fake_labels, d(fakes, training=True))

    def loss_of_g(fakes):
        logits = d(fakes, training=True)  # (batch, 1)
        return cross_entropy(ops.ones_like(logits), logits)

    d_loss, gradients = training.gradients(loss_of_d, d.trainable_variables)
    d_optimizer.apply(gradients, d.trainable_variables)
    g_loss, gradient = training.loss_and_input_gradients(loss_of_g, fakes)  # (batch, h, w, 3)
    g_optimizer.apply(pull_back(gradient), g.trainable_variables)
    return d_loss, g_loss


def game_rounds(prepare, latent_dim, seed, soft=0.1, flipped=0.02):
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
    optimizers = {name: training.Adam(rate, beta_1=0.5) for name in ("d_optimizer", "g_optimizer")}
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
        game_rounds(lambda pictures: scale(whole_pictures(pictures)), LATENT, seed=1),
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
#
# All leaky ReLUs have the slope 0.2, batch normalisation stays as Keras has it, and `rate` is the share that is
# dropped.


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


# %%
def check_conv_discriminator():
    """Its shapes and variables, that it returns logits, and that it uses dropout in training only."""
    pictures = np.random.default_rng(1).uniform(-1, 1, (3, 16, 16, 3)).astype(np.float32)
    d = conv_discriminator(16, (4, 6), kernel=5)
    checks.shape(d(pictures), (3, 1), "D(pictures)")
    shapes = sorted(tuple(v.shape) for v in d.trainable_variables if len(v.shape) > 1)
    expected = [(5, 5, 3, 4), (5, 5, 4, 6), (96, 1)]
    checks.expect(shapes == expected, f"D(16, (4, 6), kernel=5) should have kernels {expected}, not {shapes}.")
    checks.expect(
        len(d.trainable_variables) <= 6,
        "D should have three kernels and their biases and nothing else to learn (nothing in it is normalised), but has "
        f"{len(d.trainable_variables)} variables.",
    )
    checks.close(d(pictures), d(pictures), "D's second answer to the same pictures, without training=True,")
    large_logits = np.asarray(d(1000 * pictures))
    checks.expect(
        not ((large_logits >= 0) & (large_logits <= 1)).all(),
        "D's answers all lie between 0 and 1: return logits, not probabilities.",
    )
    checks.expect(
        not np.array_equal(d(pictures, training=True), d(pictures, training=True)),
        "with training=True D should use dropout, and so give other answers each time.",
    )


def check_conv_generator():
    """Its shapes and variables, and what is normalised."""
    g = conv_generator(7, 16, (6, 4), kernel=5)
    noise = np.random.default_rng(2).normal(size=(3, 7)).astype(np.float32)
    checks.shape(g(noise), (3, 16, 16, 3), "G(noise)")
    checks.shape(conv_generator(7, 24, (6, 4, 2))(noise), (3, 24, 24, 3), "G(noise) with size 24 and three filters")
    shapes = sorted(tuple(v.shape) for v in g.trainable_variables if len(v.shape) > 1)
    expected = [(5, 5, 3, 4), (5, 5, 4, 6), (7, 96)]
    checks.expect(shapes == expected, f"G(7, 16, (6, 4), kernel=5) should have kernels {expected}, not {shapes}.")
    statistics = [tuple(v.shape) for v in g.non_trainable_variables if len(v.shape) == 1]
    checks.expect(
        len(statistics) >= 2,
        "G has no moving statistics: batch normalisation comes after every transposed convolution but the last.",
    )
    checks.expect(
        set(statistics) == {(4,)},
        "only the 4 maps behind the first transposed convolution should be normalised, but there are statistics of "
        f"the shapes {sorted(set(statistics))}.",
    )


def check_dropout():
    """The share of units that D drops in training, and that it drops some behind every convolution."""
    ones, shares = keras.initializers.Constant(1.0), {}
    bright = np.random.default_rng(3).uniform(0.5, 1, (1, 8, 8, 3)).astype(np.float32).repeat(2000, axis=0)
    for rate in (0.0, 0.7):
        dropping = conv_discriminator(8, (2,), kernel=2, start=ones, rate=rate)
        for variable in dropping.trainable_variables:
            if variable.shape == (32, 1):
                variable.assign(np.eye(32, 1))  # the logit is one single unit of the last maps
        shares[rate] = float((np.asarray(dropping(bright, training=True)) == 0).mean())
    checks.expect(
        shares[0.0] == 0 and abs(shares[0.7] - 0.7) < 0.07,
        f"in training one unit of D's last maps was dropped in {shares[0.0]:.0%} of all cases with rate=0, and in "
        f"{shares[0.7]:.0%} with rate=0.7.",
    )
    two_convolutions = conv_discriminator(8, (1, 1), kernel=2, start=ones, rate=0.5)
    logits = np.asarray(two_convolutions(bright[:200], training=True)).ravel()
    logit = np.asarray(conv_discriminator(8, (1, 1), kernel=2, start=ones, rate=0.5)(bright[:1])).item()
    checks.expect(
        len(np.unique((logits / logit).round(3))) > 30,
        "in training D should drop single units of the first maps too: put dropout after every leaky ReLU.",
    )


# %% test="conv_pair" points=6
@checks.check("conv_pair")
def check_conv_pair():
    """Shapes and variables of both players, answers that can be computed by hand, and dropout."""
    check_conv_discriminator()
    check_conv_generator()
    noise = np.random.default_rng(2).normal(size=(3, 7)).astype(np.float32)
    half = keras.initializers.Constant(0.5)
    variables = conv_generator(7, 16, (6, 4), start=half).trainable_variables
    variables += conv_discriminator(16, (4, 6), start=half).trainable_variables
    kernels = [variable for variable in variables if len(variable.shape) > 1]
    checks.expect(all((np.asarray(kernel) == 0.5).all() for kernel in kernels), "every kernel should begin as `start`.")
    gaussian_start = keras.initializers.RandomNormal(stddev=1)
    checks.between(
        conv_generator(7, 16, (6, 4), start=gaussian_start, last="sigmoid")(noise),
        0, 1, 'G(noise) with last="sigmoid"',
    )  # fmt: skip
    ones = keras.initializers.Constant(1.0)
    black = -np.ones((1, 8, 8, 3), np.float32)
    check_slope(
        conv_discriminator(8, (1, 1), kernel=2, start=ones)(black),
        lambda slope: -12 * slope * 4 * slope * 4,
        "D's logit of a black picture, if all weights are 1,",
    )
    check_slope(
        conv_generator(1, 4, (1,), kernel=2, start=ones, last="linear")(np.array([[-1.0]], np.float32)),
        lambda slope: -slope,
        "G's picture of the noise -1, if all weights are 1 and there is one transposed convolution,",
    )
    two_layers = conv_generator(1, 8, (1, 1), kernel=2, start=ones, last="linear")
    pixels = np.asarray(two_layers(np.array([[-1.0], [1.0]], np.float32), training=True))[:, 0, 0, 0]
    checks.expect(
        not np.allclose(pixels, [-1, 1], rtol=2e-2),
        "G in training, if all weights are 1, answers as if batch normalisation came after the leaky ReLU, not before "
        "it, or as if there were no leaky ReLU behind it.",
    )
    check_slope(pixels, lambda slope: -slope * 1.0, "G's picture of the noise -1 in training, if all weights are 1,")
    check_dropout()


# %% [markdown]
# `start` is the fourth heuristic, a Gaussian with the standard deviation 0.02
# ([Radford et al., 2015](https://arxiv.org/abs/1511.06434)) in place of Glorot's, whose width depends on the layer.
# (With `quick` the pair of section 8 starts by Glorot's rule, and section 10 tries the Gaussian; with `full` it starts
# Gaussian.)
#
# ## 7 Two numbers, and whether they deserve their names
#
# Whether a generator gets better should not be a matter of taste. Pixels are a poor measure of how alike two pictures
# are, so a small classifier, which has learnt to read glasses, hats, hair and so on, turns each into 64 features. Among
# the features of real pictures, each one gets a *ball* that reaches to its $k$-th nearest other real picture. Then
#
# - **precision** is the share of generated pictures that lie in at least one real ball
#   ([Kynkäänniemi et al., 2019](https://arxiv.org/abs/1904.06991)). It is meant as a number for quality; whether it is
#   one, you will test below;
# - **coverage**, a number for diversity, is the share of real balls with at least one generated picture in them
#   ([Naeem et al., 2020](https://arxiv.org/abs/2002.09797)).
#
# One good picture, drawn again and again, has precision 1, and coverage next to nothing. The border belongs to the
# ball. Distances are Euclidean. No picture is its own neighbour, and there are always more than $k$ real pictures.
# (`util.metrics.neighbours` has both and more; write it by yourself first, and then compare.)


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
@checks.check("numbers")
def check_numbers():
    """Real pictures on a line and in the plane, so that all balls can be told by hand."""
    line = np.array([[0.0], [1.0], [2.0], [10.0]])

    def ask(fakes, k):
        pair = precision_and_coverage(line.copy(), np.array(fakes)[:, None], k=k)
        return checks.pair(pair, "precision_and_coverage", "precision and coverage")

    precision, coverage = (float(value) for value in ask([0.5, -5.0, -6.0], 1))
    checks.expect(
        not np.allclose([precision, coverage], [1 / 2, 1 / 3]),
        "precision and coverage have changed places: precision comes first.",
    )
    where = "0.5, -5 and -6 among the real 0, 1, 2 and 10, with k = 1 (balls of the radii 1, 1, 1 and 8)"
    checks.expect(
        not np.allclose([precision, coverage], [0, 0]),
        f"nothing lies in any ball for {where}. Is every picture its own nearest neighbour?",
    )
    checks.close(precision, 1 / 3, f"the precision of {where}")
    checks.close(coverage, 0.5, f"the coverage of {where}")
    where = "0.5, 2.5 and 4.5 among the real 0, 1, 2 and 10, with k = 1"
    checks.close(ask([0.5, 2.5, 4.5], 1)[0], 1.0, f"the precision of {where}")
    checks.close(ask([0.5, 2.5, 4.5], 1)[1], 1.0, f"the coverage of {where} (the ball of 10 reaches to 2)")
    where = "3.9 among the real 0, 1, 2 and 10, with k = 2"
    checks.close(ask([3.9], 2)[0], 1.0, f"the precision of {where}")
    checks.close(ask([3.9], 2)[1], 0.5, f"the coverage of {where} (the ball of 2 reaches to 4, that of 10 to 1)")
    checks.close(ask([4.0], 2)[1], 0.5, "the coverage of 4 in place of 3.9, where 4 lies on the border of a ball,")
    square = np.array([[0.0, 0.0], [3.0, 4.0]])
    precision, _ = precision_and_coverage(square, np.array([[-5.5, 0.0], [0.0, 4.9]]), k=1)
    checks.close(
        precision,
        0.5,
        "the precision of (-5.5, 0) and (0, 4.9) among the real (0, 0) and (3, 4), with k = 1 (Euclidean distances)",
    )


# %% [markdown]
# Three more numbers stand beside them: the **KID**, a distance of the two distributions of features (0 is best, and
# about 0 is what real pictures get against real ones); the **saturation**, the mean of HSV's S, which is 0 for grey and
# 1 for pure colours; and later the energy of the checkerboard. The classifier learns from drawn faces, whose attributes
# are known, and is the same for all models. (For photographs it is a makeshift. It still compares models with one
# another, but trust its differences less.)

# %% demo
TRAIN_JUDGE, JUDGE_STEPS, SAMPLES = (1000, 250, 400) if QUICK else (10_000, 2000, 1000)
limits = (-1, 1)


def compare(fakes):
    """How pictures (n, SIDE, SIDE, 3) in [-1, 1], n = SAMPLES, compare with real ones, by their features."""
    fake_features = judge.features(fakes, limits)  # (n, 64)
    precision, coverage = precision_and_coverage(real_features, fake_features)
    return {"precision": precision, "coverage": coverage, "KID": metrics.kid(real_features, fake_features)}


def measure(fakes):
    """All numbers of generated pictures (n, SIDE, SIDE, 3) in [-1, 1], n = SAMPLES."""
    saturation = rgb_to_hsv((fakes + 1) / 2)[..., 1].mean()
    return compare(fakes) | {"saturation": saturation, "checkerboard": metrics.checkerboard(fakes).ratio}


with checks.waits():
    with h5py.File(PACKED) as packed:
        stored = epoch_batches(packed["images"], BATCH, np.random.default_rng(3))
        pictures = [middle_pictures(batch) for batch in stored]
    real = scale(np.concatenate(pictures)[: 2 * SAMPLES])  # (2 * SAMPLES, SIDE, SIDE, 3)
    read_faces = data.draw_faces(TRAIN_JUDGE, seed=2, size=(218, 178))
    judge = features.classifier(middle_pictures(read_faces.images), read_faces.labels, steps=JUDGE_STEPS, folder=RUN)
    real_features = judge.features(real[:SAMPLES], limits)
    best = measure(real[SAMPLES:])
    print("real pictures among other real ones:", {name: round(float(value), 3) for name, value in best.items()})

# %% [markdown]
# The last line is what real pictures get: what follows is to be compared with it.
#
# ### Numbers on known damage
#
# Before a number rates a generator, rate the number, by pictures whose quality is known. `util.damage` spoils real
# faces that the numbers have not seen, in six ways and by as much as one likes: it blurs them, puts noise on them,
# takes their contrast away until all are one grey, mixes the mean of all faces into each until only the mean is left,
# draws few of them again and again, and turns some of them upside down.
#
# **Predict, and write it down before you run the next cell and read what stands below it.** For each of the six: will
# the precision fall? The coverage? Will the KID rise? A number for quality should get worse, the more is spoilt, in
# every row but that of the copies; a number for diversity in that of the copies, of the mean and of the grey.


# %% demo
def spoilt(kind, amount):
    """Real faces (SAMPLES, SIDE, SIDE, 3) in [-1, 1] with this kind of damage, from 0 (none) to 1 (all of it)."""
    return 2 * damage.KINDS[kind]((real[SAMPLES:] + 1) / 2, amount) - 1


AMOUNTS = (0.25, 0.5, 1.0)

with checks.waits():
    by_damage = {kind: [compare(spoilt(kind, amount)) for amount in AMOUNTS] for kind in damage.KINDS}
    for name in ("precision", "coverage", "KID"):
        print(f"\n{name:>16}  real {best[name]:6.3f}   damage " + "".join(f"{amount:>8}" for amount in AMOUNTS))
        for kind, rows in by_damage.items():
            print(f"{kind:>37}" + "".join(f"{row[name]:8.3f}" for row in rows))
    plots.rows({kind: spoilt(kind, 0.5)[:10] for kind in damage.KINDS}, "damage 0.5", limits=limits, name="damage")

# %% [markdown]
# What we found (`quick`, drawn faces; real pictures have the precision 0.95, the coverage 0.97 and the KID 0.00):
#
# | damage 1.0 | blurred | noisy | one grey | the mean | one copy | upside down |
# |---|--:|--:|--:|--:|--:|--:|
# | precision | **1.00** | 0.00 | **1.00** | **1.00** | **1.00** | 0.76 |
# | coverage | 0.60 | 0.00 | 0.03 | 0.03 | 0.01 | 0.50 |
# | KID | 0.62 | 7.75 | 1.71 | 0.93 | 11.7 | 0.37 |
#
# The precision calls most of the damage *better than real*, and all the better, the more there is. Its balls are the
# reason: whatever takes away what is special about a face moves its features towards the middle, where the balls of
# many real faces lie one over the other, and some belong to outliers and are large. It is not the fault of these
# features: a classifier that had also learnt to tell whole faces from damaged ones still gave the grey and the mean
# face 1.00. So precision says what its definition says, and nothing about quality. The coverage falls with each kind of
# damage, but little damage hardly moves it (0.95 for a quarter of the blur). The KID rises with all six, step by step.
#
# In what follows the **KID** is the number to conclude from, the table above its yardstick, and coverage says something
# about diversity. The KID does not tell a lack of quality from a lack of diversity; together with the coverage, and
# with your eyes, it can be told.
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
        game_rounds(lambda pictures: scale(middle_pictures(pictures)), LATENT, seed=2),
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
# What to look for: a *mode collapse* shows as a coverage that falls, *over-saturation* as a saturation that leaves the
# dotted line, together with glaring colours. In the run after which this text was written (`quick`, drawn faces), the
# KID fell from 2.5 after the first epoch to 0.4 after the eighth: from further away than the mean face to between faces
# that are all upside down (0.37) and faces without half of their contrast (0.51). Coverage rose to 0.6 in epoch 5 and
# then stayed there, so for a large part of the real faces there is nothing like it among the generated ones. Precision
# rose from 0.40 to 0.94, and real pictures have 0.95; that they are nearly as good does not follow, since blurred ones
# have more. The saturation swung between 0.30 and 0.44 (real pictures: 0.41); the peak in epoch 3 came with a fall of
# the precision, and glaring pictures can still be seen in the row of epoch 4. No single number would have told all
# this, and neither would the losses. All of it is one training: a second seed would tell which of the swings come
# again.
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
@checks.check("overlaps")
def check_overlaps():
    """An even kernel, an odd one, and gaps."""
    counts = checks.shape(overlaps(3, 4, 2), (8,), "overlaps(3 inputs, kernel 4, stride 2)")
    checks.close(counts, [1, 1, 2, 2, 2, 2, 1, 1], "overlaps(3, 4, 2)")
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
# are cut off, at the bottom and on the right. (A flat picture, of one value only, adds nothing to either sum. If all
# are flat there is no energy to share out, and it does not matter what comes back.)


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
@checks.check("checkerboard")
def check_checkerboard():
    """A checkerboard, a ramp, noise of several contrasts, and sizes that do not come out even."""
    board = np.indices((6, 8)).sum(axis=0) % 2  # (6, 8), a checkerboard
    ramp = np.repeat(np.arange(6.0), 8).reshape(6, 8)
    checks.close(stride_energy(board[None] * 1.0, 2), 1.0, "the energy of a checkerboard at stride 2")
    checks.close(stride_energy(ramp[None], 2), 0.085714, "the energy of a ramp at stride 2", rtol=1e-3)
    noise = np.random.default_rng(1).normal(size=(4, 12, 12)) * np.arange(1, 5)[:, None, None]
    noise = noise + np.arange(4)[:, None, None]
    for stride in (2, 3):
        expected = metrics.checkerboard((noise - noise.min()) / np.ptp(noise), stride).share
        checks.close(stride_energy(noise, stride), expected, f"the energy of noise (4, 12, 12) at stride {stride}")
    uneven = np.pad(noise, ((0, 0), (0, 1), (0, 1)), constant_values=9)
    checks.close(
        stride_energy(uneven, 2),
        stride_energy(noise, 2),
        "the energy at stride 2 of pictures with a row below and a column on the right too many",
    )


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
            game_rounds(lambda pictures: scale(middle_pictures(pictures)), LATENT, seed=2),
            steps_per_epoch=SHORT,
            verbose=0,
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
        return (scale(middle_pictures(pictures)) + 1) * (span / 2) + low

    model.fit(game_rounds(prepare, latent_dim, seed, soft, flipped), steps_per_epoch=steps, verbose=0)
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
        trained_above = size == LATENT
        drawn = [] if trained_above else [trained(seed, latent_dim=size) for seed in SEEDS]
        measured = effects[LIKE_MAIN] if trained_above else mean_numbers([measure(images) for images in drawn])
        by_size[f"latent size {size}"] = measured
        shown[f"latent size {size}"] = pictures_of[LIKE_MAIN] if trained_above else drawn[0][:10]
    print_table({"real": mean_numbers([best])} | by_size)
    plots.rows(shown, f"after {SHORT} steps", limits=limits, name="latent_sizes")
    plots.metric_curves(
        [str(size) for size in SIZES],
        {name: {"G": [row[name] for row in by_size.values()]} for name in ("precision", "coverage", "KID")},
        xlabel="latent size",
        name="latent_numbers",
    )

# %% [markdown]
# With one number the precision was the highest of all in `quick`, 0.87, and next to nothing was covered, 0.06. Now look
# at the pictures: most of those with one number are grey blots. It is what section 7 lets one expect, as blots and
# greys lie in the balls of real pictures. The KID does not prefer them, 0.93 beside 0.99 with 10 numbers and 0.80 with
# 100; but these are one training each, and so are the precisions 0.81 and 0.66 and the coverages 0.29 and 0.27 of the
# two larger spaces. Before you call such a difference an effect, hold it against that of the two seeds in section 10.
# Only the lost coverage of the smallest space is beyond doubt, and follows from what a curve can reach. A number sees
# what it looks at; never leave the pictures out.
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
#   cosine of $\theta$ a little larger than 1.) Exactly opposite vectors have no shortest arc, because all great circles
#   through them are equally short: what comes back then does not matter, nor for vectors of length zero. $a$ and $b$
#   are float arrays, `steps` is at least 2, and a walk returns an array (steps, n).


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
@checks.check("walks")
def check_walks():
    """The block; arcs between equal and unequal lengths, acute and obtuse; and equal directions."""
    rows = checks.shape(moving_ones(5, 2), (4, 5), "moving_ones(5, 2)")
    for k in range(4):
        expected = [float(k <= place < k + 2) for place in range(5)]
        checks.close(rows[k], expected, f"row {k} of moving_ones(5, 2)")
    right, up = np.array([2.0, 0.0]), np.array([0.0, 2.0])
    walk = checks.shape(spherical_walk(right, up, 3), (3, 2), "spherical_walk of 3 points in the plane")
    checks.close(walk, [[2, 0], [np.sqrt(2), np.sqrt(2)], [0, 2]], "a quarter of a circle with the radius 2")
    checks.close(
        spherical_walk(np.array([3.0, 0.0]), np.array([1.0, 1.0]), 3)[1],
        [2.164784, 0.541196],
        "the middle of a walk from (3, 0) to (1, 1) (an angle of 45°)",
    )
    checks.close(
        spherical_walk(np.array([1.0, 0.0]), np.array([-1.0, np.sqrt(3)]) / 2, 3)[1],
        [0.5, np.sqrt(3) / 2],
        "the middle of a walk over an angle of 120°",
    )
    checks.close(spherical_walk(right, right, 3), [[2, 0]] * 3, "a walk from a point to itself")
    checks.close(
        spherical_walk(right, 2 * right, 3), [[2, 0], [3, 0], [4, 0]], "a walk between vectors of the same direction"
    )
    starts = 1 + np.random.default_rng(1).uniform(size=(60, 5))
    walks = np.array([np.asarray(spherical_walk(row, 2 * row, 3)) for row in starts])  # (60, 3, 5)
    checks.expect(
        np.isfinite(walks).all(),
        "some of 60 walks between vectors of the same direction are NaN: look for a cosine that rounding has made "
        "larger than 1.",
    )
    checks.close(walks[:, 1], 1.5 * starts, "the middles of 60 walks from vectors to twice the same", rtol=1e-3)


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
            "along another arc": np.stack([images[1] for images in arcs[:9]]),
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
