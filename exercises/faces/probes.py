"""Hidden tests of the lesson ``faces``, the asking half: what is put to the student's code.

Every probe is named after its test. ``student`` holds the notebook's names; ``rng`` is seeded alike for student and
solution. What was answered to a question stands under its name; ``judges.py`` decides what it is worth.

`packing` writes small archives to a folder of its own, some of them damaged in places, and reads back what the
student's code made of them. Only the archive of which everything is packed has other entries than pictures, and only
one has grey ones, so that who stumbles over those loses no more than that. The players get weights that are drawn here,
so that no answer depends on the framework's random numbers; dropout, which draws its own, is asked often enough to be
judged by its share.
"""

import contextlib
import gc
import io
import tempfile
import zipfile
from collections.abc import Callable, Collection, Iterator
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import h5py
import keras
import numpy as np
import tensorflow as tf
from keras import ops
from PIL import Image

from autograder.inside.probing import Parts, ask, pair, to_array, to_tensor

# Packing -------------------------------------------------------------------------------------------------------------

HEIGHT, WIDTH = 24, 16


def _pictures(rng: np.random.Generator, n: int) -> np.ndarray:
    """Pictures of 3 × 2 plain fields of 8 × 8 pixels, which decoders read alike: (n, 24, 16, 3)."""
    return rng.integers(0, 256, (n, 3, 2, 3)).astype(np.uint8).repeat(8, axis=1).repeat(8, axis=2)


def _jpeg(picture: np.ndarray) -> bytes:
    """A picture (height, width, 3), or a grey one (height, width), as a JPEG.

    So coarse a one that the colours are others afterwards: who has not read the JPEG does not have its picture.
    """
    jpeg = io.BytesIO()
    Image.fromarray(picture).save(jpeg, "JPEG", quality=4, subsampling=0)
    return jpeg.getvalue()


def _write_zip(path: Path, jpegs: dict[str, bytes], damaged: Collection[str] = (), more: bool = False) -> None:
    """A zip of JPEGs under their names, in their order; some may be damaged, and there may be other entries."""
    with zipfile.ZipFile(path, "w") as zipped:
        if more:
            zipped.writestr("faces/", b"")
        for place, (name, jpeg) in enumerate(jpegs.items()):
            zipped.writestr(name, jpeg)
            if more and place == 1:
                zipped.writestr("faces/readme.txt", b"no picture")
    content = path.read_bytes()
    for name in damaged:
        start = content.index(jpegs[name]) + len(jpegs[name]) // 2
        content = content[:start] + bytes(255 - byte for byte in content[start : start + 8]) + content[start + 8 :]
    path.write_bytes(content)


class _Stopped(BaseException):
    """Somebody breaks a packing off."""


@contextlib.contextmanager
def _stopped_at(name: str | None) -> Iterator[None]:
    """While the block runs, whoever opens the entry ``name`` of a zip file is broken off, as if by Ctrl-C."""
    usual = zipfile.ZipFile.open

    def opened(self: Any, entry: Any, *args: Any, **kwargs: Any) -> Any:
        if name and getattr(entry, "filename", entry) == name:
            raise _Stopped
        return usual(self, entry, *args, **kwargs)

    zipfile.ZipFile.open = opened  # type: ignore[method-assign, assignment]
    try:
        yield
    except _Stopped:
        pass
    finally:
        zipfile.ZipFile.open = usual  # type: ignore[method-assign]


def _stored(path: Path) -> np.ndarray:
    """The pictures that the file says are done, (done, height, width, 3)."""
    try:
        packed = h5py.File(path, "r")
    except OSError:
        gc.collect()  # an exception may have held the file open
        packed = h5py.File(path, "r")
    with packed:
        return packed["images"][: int(packed["images"].attrs["done"])][:200]


class _Archives:
    """A folder with archives of the same pictures: whole ones, of which ``good`` has other entries too, and odd ones.

    ``bad`` has a damaged picture, number ``broken``; of ``stale`` those are damaged that somebody has stored already,
    and there is one with grey JPEGs, ``grey``.
    """

    def __init__(self, rng: np.random.Generator) -> None:
        self.folder = Path(tempfile.mkdtemp())
        n, self.block = int(rng.integers(20, 24)), int(rng.integers(2, 4))
        half = n // 2
        numbers = [*rng.choice(range(100, 1000), half, replace=False), *rng.choice(range(1000, 9000), n - half, False)]
        self.names = sorted(f"faces/{number}.jpg" for number in numbers)  # as strings, 1000 comes before 999
        pictures, self.older, order = _pictures(rng, n), _pictures(rng, n), rng.permutation(n)
        # Who reads one more at a time stores fewer before it.
        self.broken = (self.block + 1) * int(rng.integers(2, 4)) + self.block
        self.begun = int(rng.integers(3, 7))
        is_grey = np.isin(np.arange(n), rng.choice(np.arange(1, n), 4, replace=False))  # whatever the first is
        greys = _pictures(rng, n)[..., 0]
        jpegs = {self.names[k]: _jpeg(pictures[k]) for k in order}
        self.ordered = dict(sorted(jpegs.items()))  # where the order of the names is no matter
        mixed = {name: _jpeg(greys[k]) if is_grey[k] else self.ordered[name] for k, name in enumerate(self.names)}
        _write_zip(self.path("good"), jpegs, more=True)
        _write_zip(self.path("plain"), jpegs)
        _write_zip(self.path("bad"), self.ordered, damaged=[self.names[self.broken]])
        _write_zip(self.path("grey"), mixed)
        _write_zip(self.path("stale"), self.ordered, damaged=self.names[1 : self.begun])  # the first gives the size

    def path(self, name: str) -> Path:
        return self.folder / f"{name}.zip"

    def begin(self, path: Path) -> None:
        """A file that somebody else has begun, with other pictures."""
        with h5py.File(path, "w") as packed:
            images = packed.create_dataset(
                "images", data=self.older, maxshape=(None, HEIGHT, WIDTH, 3), chunks=(1, HEIGHT, WIDTH, 3)
            )
            images.attrs["done"] = self.begun

    def useless(self) -> list[Path]:
        """What cannot be packed: a file that is cut off, no JPEG, one that is none, one of another size, damage."""
        paths = [self.path(name) for name in ("none", "empty", "foreign", "turned", "bad")]
        paths[0].write_bytes(self.path("plain").read_bytes()[: self.path("plain").stat().st_size // 2])
        for path, name, content in (
            (paths[1], "faces/readme.txt", b"no picture"),
            (paths[2], "faces/000001.jpg", b"this is no picture"),
        ):
            with zipfile.ZipFile(path, "w") as zipped:
                zipped.writestr(name, content)
        turned = {self.names[k]: _jpeg(np.swapaxes(self.older[k], 0, 1)) for k in range(3)}
        _write_zip(paths[3], turned | {"faces/999999.jpg": self.ordered[self.names[0]]})
        return paths


def _rows(path: Path) -> int:
    """How many pictures the file has room for."""
    with h5py.File(path, "r") as packed:
        return len(packed["images"])


def packing(student: Any, rng: np.random.Generator) -> None:
    """Whole archives, a part, grey pictures, broken off in the middle, begun by somebody else, and no archives."""
    archives, count = _Archives(rng), int(rng.integers(4, 9))
    whole, begun, unread = (archives.folder / f"{name}.h5" for name in ("whole", "begun", "unread"))
    archives.begin(begun)
    archives.begin(unread)

    def pack(archive: str, to: Path, **options: Any) -> np.ndarray:
        student.pack(archives.path(archive), to, block=archives.block, **options)
        return _stored(to)

    def broken_off(archive: str, at: str | None = None) -> np.ndarray:
        to = archives.folder / f"{archive}-broken-off.h5"
        with contextlib.suppress(Exception), _stopped_at(at):
            student.pack(archives.path(archive), to, block=archives.block)
        return _stored(to)

    def told(archive: Path) -> bool:
        try:
            student.pack(archive, archives.folder / f"{archive.stem}-error.h5", block=archives.block)
        except ValueError as error:
            return str(archive) in str(error)
        except Exception:
            return False
        return False

    # And not the pictures: judges take those that were packed.
    ask.tell(sizes=[archives.broken, archives.block, archives.begun])
    with contextlib.redirect_stdout(io.StringIO()):
        ask("whole", pack, "good", whole)
        ask("rows", _rows, whole)
        ask("grey", pack, "grey", archives.folder / "grey.h5")
        ask("part", pack, "plain", archives.folder / "part.h5", count=count)
        ask("interrupted", broken_off, "bad")
        ask("stopped", broken_off, "plain", at=archives.names[archives.broken])
        ask("resumed", pack, "plain", begun)
        ask("finished", pack, "plain", begun)
        ask("unread", lambda: len(pack("stale", unread)))
        ask("told", lambda: np.array([told(archive) for archive in archives.useless()]))


# Reading back --------------------------------------------------------------------------------------------------------


class _Shelf:
    """A data set as strict as HDF5, which also refuses to hand out more than ``most`` pictures at a time."""

    def __init__(self, pictures: np.ndarray, most: int) -> None:
        self._pictures, self._most = pictures, most
        self.shape, self.dtype, self.ndim, self.size = pictures.shape, pictures.dtype, pictures.ndim, pictures.size

    def __len__(self) -> int:
        return len(self._pictures)

    def __getitem__(self, key: Any) -> np.ndarray:
        rows = key[0] if isinstance(key, tuple) else key
        picked = np.atleast_1d(np.arange(len(self))[rows if rows is not Ellipsis else slice(None)])
        if len(picked) > self._most:
            raise MemoryError(f"{len(picked)} pictures were asked for at once, more than a batch.")
        if (np.diff(picked) <= 0).any():
            raise TypeError("Indexing elements must be in increasing order")
        return self._pictures[key]


class _Lenient(_Shelf):
    """A data set that hands out whatever is asked for, in any order, as an array in memory does."""

    def __getitem__(self, key: Any) -> np.ndarray:
        return self._pictures[key].copy()


def batches(student: Any, rng: np.random.Generator) -> None:
    """Two epochs of a lenient data set, one more from an equal generator; the same of a file; an epoch of a strict one.

    A picture is of one colour, no two of the same.
    """
    n, size, seed = int(rng.integers(150, 240)), int(rng.integers(8, 17)), int(rng.integers(2**31))
    n += n % size == 0  # so that a smaller batch comes last
    colours = rng.choice(2**24, n, replace=False)
    channels = np.stack([colours >> 16, colours >> 8 & 255, colours & 255], axis=1).astype(np.uint8)
    pictures = np.broadcast_to(channels[:, None, None], (n, 2, 3, 3)).copy()
    path = Path(tempfile.mkdtemp()) / "some.h5"
    with h5py.File(path, "w") as packed:
        packed.create_dataset("images", data=pictures, chunks=(1, 2, 3, 3))

    def epoch(images: Any, random: np.random.Generator) -> Parts:
        handed = []
        for batch in student.epoch_batches(images, size, random):
            handed.append(to_array(batch))
            if len(handed) > 2 * n:
                raise ValueError("The epoch has no end.")
        return Parts(pictures=np.concatenate(handed), sizes=np.array([len(batch) for batch in handed]))

    def three(images: Any) -> Parts:
        random, equal = np.random.default_rng(seed), np.random.default_rng(seed)
        return Parts(first=epoch(images, random), second=epoch(images, random), again=epoch(images, equal))

    def of_file() -> Parts:
        with h5py.File(path, "r") as packed:
            return three(packed["images"])

    ask.tell(colours=colours, size=size)
    ask("lenient", three, _Lenient(pictures, size))
    ask("file", of_file)
    ask("strict", epoch, _Shelf(pictures, size), np.random.default_rng(seed))


def scaling(student: Any, rng: np.random.Generator) -> None:
    """Random bytes of two shapes, and a narrow range of them; and numbers that go beyond the limits."""
    random_bytes = [rng.integers(0, 256, shape).astype(np.uint8) for shape in ((2, 5, 4, 3), (7,))]
    ask.each("scaled", student.scale, [*random_bytes, rng.integers(40, 90, (3, 4)).astype(np.uint8)])
    ask("back", student.to_bytes, rng.uniform(-1.3, 1.3, (2, 4, 6, 3)).astype(np.float32))


# Networks ------------------------------------------------------------------------------------------------------------


def layer_norm(student: Any, rng: np.random.Generator) -> None:
    """Rows of very different size, with gain, shift and another epsilon; and rows without any variance."""
    m = int(rng.integers(3, 7))
    x = rng.normal(size=(6, m))
    x = (x - x.mean(axis=1, keepdims=True)) / x.std(axis=1, keepdims=True)  # so that no row is by chance next to flat
    x = to_tensor(x * np.exp(rng.uniform(-1, 3, (6, 1))) + rng.normal(size=(6, 1)))
    gain, shift = to_tensor(rng.normal(size=m)), to_tensor(rng.normal(size=m))
    flat = to_tensor(np.full((5, m), rng.integers(1, 5)))  # alike, along whichever axis the mean is taken
    weights = to_tensor(rng.normal(size=(6, m)))

    def along_rows(rows: Any) -> Any:
        """How a weighted sum of what becomes of the rows changes with them: (6, m)."""
        with tf.GradientTape() as tape:
            tape.watch(rows)
            total = tf.reduce_sum(weights * student.layer_norm(rows, gain, shift))
        gradients = tape.gradient(total, rows)
        if gradients is None:
            raise TypeError("no gradient passes from the rows to what becomes of them")
        return gradients

    ask.tell(x=x, gain=gain, shift=shift)
    ask("rows", student.layer_norm, x, gain, shift)
    ask("another epsilon", student.layer_norm, x, gain, shift, 0.25)
    ask("flat", student.layer_norm, flat, gain, shift)
    ask.gradient("gradient", student.layer_norm, x, gain, shift)
    ask("along rows", along_rows, x)


def _known_norm(x: Any, gain: Any, shift: Any, epsilon: float = 1e-5) -> Any:
    """What stands in the place of layer normalisation: of the same form, and otherwise unlike it."""
    return gain * x / (1 + epsilon + ops.mean(ops.abs(x), axis=-1, keepdims=True)) + 0.5 * shift


def _fill(model: Any, kernels: list[np.ndarray], vectors: dict[str, list[np.ndarray]]) -> None:
    """Give the variables of a model known values: kernels by their shape, vectors by their name and length.

    ``vectors`` has what is drawn for every kind of name; what is not in it keeps its value.
    """
    kernels, vectors = list(kernels), {kind: list(values) for kind, values in vectors.items()}
    aliases = {"gamma": "gain", "scale": "gain", "beta": "shift", "offset": "shift"}
    for variable in model.weights:
        shape, name = tuple(variable.shape), str(variable.name)
        kind = aliases.get(name, name)
        pool = kernels if len(shape) > 1 else vectors.get(kind, [])
        found = next((k for k, value in enumerate(pool) if value.shape == shape), None)
        if found is not None:
            variable.assign(pool.pop(found).astype("float32"))


def dense_pair(student: Any, rng: np.random.Generator) -> None:
    """Both players with known weights, pictures for one and noise for the other; and with a known normalisation."""
    shape, widths, latent = (5, 4, 3), (11, 7), 9
    kernels, vectors = {}, {}
    for name, sizes in (("d", [60, *widths, 1]), ("g", [latent, *widths, 60])):
        kernels[name] = [rng.normal(size=pair) / np.sqrt(pair[0]) for pair in pairwise(sizes)]
        kernels[name] += [rng.normal(size=(widths[0], sizes[-1])) / np.sqrt(widths[0])]  # for who has one hidden layer
        vectors[name] = {
            "bias": [rng.normal(size=width) for width in sizes[1:]],
            "gain": [rng.uniform(0.5, 1.5, width) for width in widths],
            "shift": [rng.normal(size=width) for width in widths],
        }
    pictures = rng.uniform(-1, 1, (8, *shape)).astype(np.float32)
    noise = rng.normal(size=(8, latent)).astype(np.float32)

    def answer(name: str, model: Any, x: np.ndarray) -> Any:
        model(x)  # in case its layers are built by that
        _fill(model, kernels[name], vectors[name])
        return model(x)

    ask.tell(pictures=pictures, noise=noise)
    for name in "dg":  # the judge computes with these
        known = {kind: Parts(*values) for kind, values in vectors[name].items()}
        ask.tell(**{name: Parts(kernel=Parts(*kernels[name]), **known)})
    for _ in ask.both_ways(layer_norm=_known_norm):
        ask("logits", lambda: answer("d", student.dense_discriminator(shape, widths), pictures))
        ask("images", lambda: answer("g", student.dense_generator(latent, widths, shape), noise))


def conv_pair(student: Any, rng: np.random.Generator) -> None:
    """Both players with known weights; a D whose logit is one single unit, in training; and a start that is known.

    And a G of three layers, since 16 / 2², 16 / (2 · 2) and 2² are the same.
    """
    size, kernel, filters, latent = 16, 5, (4, 7), 6
    flat = 4 * 4 * filters[1]
    d_shapes = (kernel, kernel, 3, 4), (kernel, kernel, 4, 7), (flat, 1)
    d_kernels = [rng.normal(size=shape) * 2 / np.sqrt(np.prod(shape[:-1])) for shape in d_shapes]
    g_kernels = [
        rng.normal(size=shape) * 2 / np.sqrt(shape[-1] * (kernel / 2) ** 2 if len(shape) == 4 else shape[0])
        for shape in ((latent, flat), (kernel, kernel, 4, 7), (kernel, kernel, 3, 4))
    ]
    vectors = _vectors(rng, (4, 3, filters[1], flat))  # the last three only for normalisations where none belongs
    pictures = rng.uniform(-1, 1, (6, size, size, 3)).astype(np.float32)
    noise = rng.normal(size=(6, latent)).astype(np.float32)
    new_d = partial(student.conv_discriminator, size, filters, kernel=kernel)
    new_g = partial(student.conv_generator, latent, size, filters[::-1], kernel=kernel)

    def answer(model: Any, x: np.ndarray, kernels: list[np.ndarray]) -> Any:
        model(x)
        _fill(model, kernels, vectors)  # D has none of these, unless it normalises where it should not
        return model(x)

    def start(value: float) -> np.ndarray:
        begin = keras.initializers.Constant(value)
        d, g = new_d(start=begin), new_g(start=begin)
        d(pictures), g(noise)
        found = [np.unique(to_array(v)) for model in (d, g) for v in model.trainable_variables if len(v.shape) > 1]
        return np.concatenate(found)

    # The filters of G are (7, 4): its first maps are 4 × 4 × 7.
    ask.tell(pictures=pictures, noise=noise, d_kernels=Parts(*d_kernels), g_kernels=Parts(*g_kernels))
    ask.tell(**{kind: values[0] for kind, values in vectors.items()})
    ask("logits", lambda: answer(new_d(rate=0.0), pictures, d_kernels))  # "dropout" is asked by itself
    ask("images tanh", lambda: answer(new_g(last="tanh"), noise, g_kernels))
    ask("images sigmoid", lambda: answer(new_g(last="sigmoid"), noise, g_kernels))
    ask("deeper", lambda: np.array(student.conv_generator(latent, 24, (4, 3, 2), kernel=kernel)(noise).shape))
    _ask_dropout(rng, new_d, d_kernels)
    ask("start", start, float(rng.uniform(0.01, 0.4)))


def _vectors(rng: np.random.Generator, widths: tuple[int, ...]) -> dict[str, list[np.ndarray]]:
    """What a batch normalisation of each width may hold."""
    return {
        "gain": [rng.uniform(0.5, 1.5, width) for width in widths],
        "shift": [rng.normal(size=width) for width in widths],
        "moving_mean": [rng.normal(size=width) for width in widths],
        "moving_variance": [rng.uniform(0.5, 2, width) for width in widths],
    }


def _ask_dropout(rng: np.random.Generator, new_d: Callable[..., Any], kernels: list[np.ndarray]) -> None:
    """A D whose logit is one unit of its last layer, of a bright picture, at inference and many times in training."""
    unit, rate = int(rng.integers(len(kernels[-1]))), float(rng.uniform(0.65, 0.75))
    bright = np.repeat(rng.uniform(0.5, 1, (1, 16, 16, 3)), 5000, axis=0).astype(np.float32)

    def one_unit() -> Parts:
        d = new_d(rate=rate)
        d(bright[:6])
        _fill(d, [np.abs(kernel) for kernel in kernels[:2]], {})
        for variable in d.weights:
            if len(variable.shape) == 2 and variable.shape[1] == 1:
                counting = np.zeros(tuple(variable.shape), np.float32)
                counting[unit % len(counting)] = 0.01  # a logit of about one
                variable.assign(counting)
        return Parts(at_inference=d(bright[:20]), in_training=d(bright, training=True))

    ask.tell(rate=rate, unit=unit, bright=bright[0])
    ask("one unit", one_unit)


# Labels --------------------------------------------------------------------------------------------------------------


def labels(student: Any, rng: np.random.Generator) -> None:
    """Many labels, softened and flipped; many small batches; drawn again from equal generators. Judged by theory."""
    hard = rng.permutation(np.repeat([0.0, 1.0], [1500, 1700]))[:, None].astype(np.float32)
    between = rng.uniform(0.1, 0.4, (3000, 1)).astype(np.float32)
    amount, share = float(rng.uniform(0.1, 0.4)), float(rng.uniform(0.1, 0.3))
    seed, of_soft_means, of_flipped, of_flipped_means = rng.integers(2**31, size=4).tolist()

    def once(change: Callable[..., Any], labels: np.ndarray, by: float, seed: int) -> Any:
        return change(labels, by, np.random.default_rng(seed))

    def twice(change: Callable[..., Any], labels: np.ndarray, by: float) -> Parts:
        before, random = labels.copy(), np.random.default_rng(seed)
        first, second = (to_array(change(labels, by, random)) for _ in range(2))
        return Parts(again=once(change, before, by, seed), first=first, second=second, kept=labels)

    def means(change: Callable[..., Any], size: int, by: float, seed: int) -> np.ndarray:
        random = np.random.default_rng(seed)
        return np.array([to_array(change(np.zeros((size, 1), np.float32), by, random)).mean() for _ in range(400)])

    ask.tell(hard=hard, between=between, amount=amount, share=share)
    ask("soft", once, student.soften, hard, amount, seed)
    ask("soft means", means, student.soften, 8, amount, of_soft_means)
    ask("soft twice", twice, student.soften, hard, amount)
    ask("flipped", once, student.flip, hard, share, seed)
    ask("flipped between", once, student.flip, between, share, of_flipped)
    ask("flipped means", means, student.flip, 20, share, of_flipped_means)
    ask("flipped twice", twice, student.flip, hard, share)


# Numbers -------------------------------------------------------------------------------------------------------------


def numbers(student: Any, rng: np.random.Generator) -> None:
    """Clouds of unequal size in two to five dimensions, for five k; points at equal distances; and simplices.

    The corners of a regular simplex are equally far from each other, so that all balls of its corners are alike, which
    neighbour ever they reach to. Simplices of several sizes lie far from each other, and fakes beside some of them.
    """
    cases = []
    for k, dim in ((1, 2), (3, 3), (5, 4), (2, 5), (4, 3)):
        real = rng.normal(size=(int(rng.integers(60, 90)), dim))
        fake = 2 * rng.normal(size=(int(rng.integers(50, 59)), dim)) + rng.uniform(-1, 1, dim)
        cases.append((real, fake, k))
    line = np.arange(0, 40, 2.0)[rng.permutation(20)][:, None]
    cases.append((line, np.array([[-2.0], [-3.0], [40.0], [43.0]]) + 0.0, 1))
    cases += [_simplices(rng, k) for k in (2, 3)]
    ask.each("shares", pair(student.precision_and_coverage), cases)


def _simplices(rng: np.random.Generator, k: int) -> tuple[np.ndarray, np.ndarray, int]:
    """Real corners of simplices, fakes inside of some of them, near one corner, and outside; and the number k."""
    corners = 6  # more than k + 1, so that one neighbour more is in the same simplex, too
    m = int(rng.integers(5, 8))
    middles = 100 * np.eye(corners)[np.arange(m) % corners] * (1 + np.arange(m) // corners)[:, None]
    real = (middles[:, None] + np.eye(corners)).reshape(-1, corners)
    met = rng.choice(m, int(rng.integers(2, m - 1)), replace=False)
    inside = [middles[i] + 1 / corners + 0.02 * rng.normal(size=(int(rng.integers(1, 5)), corners)) for i in met]
    not_met = next(i for i in range(m) if i not in met)
    near_one = middles[not_met] + np.eye(corners)[:1] * 2.15  # in the ball of one corner only
    outside = rng.uniform(-90, -50, (int(rng.integers(3, 9)), corners))
    return rng.permutation(real), rng.permutation(np.concatenate([*inside, near_one, outside])), k


def overlaps(student: Any, rng: np.random.Generator) -> None:
    """Kernels that the stride divides, that it does not divide, and that are smaller than the stride."""
    n = int(rng.integers(4, 9))
    cases = {
        "dividing": [(n, 6, 3), (n + 1, 4, 2), (n, 5, 1)],
        "uneven": [(n, 5, 2), (n + 2, 7, 3), (3, 11, 4)],
        "gaps": [(n, 2, 4), (n, 1, 3), (n + 1, 3, 5)],
    }
    ask.tell(cases=Parts(**{name: np.array(line) for name, line in cases.items()}))
    for name, line in cases.items():
        ask.each(name, student.overlaps, line)


def checkerboard(student: Any, rng: np.random.Generator) -> None:
    """Pictures of unequal contrast and brightness whose size is a multiple of the stride; and others, to be cut."""

    def pictures(height: int, width: int, stride: int) -> np.ndarray:
        n = int(rng.integers(3, 6))
        pattern = np.tile(rng.normal(size=(n, stride, stride)), (1, height // stride + 1, width // stride + 1))
        noise = rng.normal(size=(n, height, width)) + pattern[:, :height, :width]
        return noise * np.exp(rng.normal(size=(n, 1, 1))) + 3 * rng.normal(size=(n, 1, 1))

    whole = [(pictures(12, 18, 2), 2), (pictures(12, 18, 3), 3), (pictures(12, 16, 4), 4)]
    cut = [(pictures(13, 11, 2), 2), (pictures(17, 10, 3), 3), (pictures(19, 14, 4), 4)]
    ask.tell(images=Parts(whole=Parts(*(images for images, _ in whole)), cut=Parts(*(images for images, _ in cut))))
    ask.each("whole", student.stride_energy, whole)
    ask.each("cut", student.stride_energy, cut)


# Walks ---------------------------------------------------------------------------------------------------------------


def walks(student: Any, rng: np.random.Generator) -> None:
    """Blocks of several widths; arcs between vectors of equal and of unequal length; and straight ones.

    Of sixty walks between equal directions rounding takes the cosine of some above 1, however it is computed from two
    lengths.
    """
    blocks = [(int(rng.integers(7, 12)), int(rng.integers(2, 5))), (6, 1), (5, 5)]
    arcs = []
    for n in (3, int(rng.integers(5, 9))):
        a, b = rng.normal(size=(2, n))
        b *= -np.sign(a @ b) if n == 3 else np.sign(a @ b)  # an obtuse angle and an acute one
        arcs += [(a, b, int(rng.integers(3, 8))), (a / np.linalg.norm(a), b / np.linalg.norm(b), 5)]
    c, factor = 1 + np.abs(rng.normal(size=6)), float(rng.uniform(2, 3))
    axis = np.where(np.arange(6) == rng.integers(6), c, 0)  # nothing is rounded: the angle is zero to the last bit
    straight = [(axis, axis, 4), (axis, factor * axis, int(rng.integers(4, 8)))]
    starts = 1 + np.abs(rng.normal(size=(60, 5)))

    def rounded() -> np.ndarray:
        return np.stack([to_array(student.spherical_walk(row, factor * row, 3)) for row in starts.copy()])

    ask.tell(factor=factor, starts=starts)
    ends = {"arc": [np.stack(case[:2]) for case in arcs], "straight": [np.stack(case[:2]) for case in straight]}
    ask.tell(ends=Parts(**{name: Parts(*line) for name, line in ends.items()}))
    ask.each("block", student.moving_ones, blocks)
    ask.each("arc", student.spherical_walk, arcs)
    ask.each("straight", student.spherical_walk, straight)
    ask("rounded", rounded)
