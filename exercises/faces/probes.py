"""Hidden tests of the lesson ``faces``, the asking half: what is put to the student's code.

Every probe is named after its test. ``student`` holds the notebook's names; ``rng`` is seeded alike for student and
solution, so a probe draws all its inputs before it calls any student code. Probes yield what they saw, as arrays and
numbers; ``judges.py`` decides what it is worth.

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
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import h5py
import keras
import numpy as np
from keras import ops
from PIL import Image

from autograder.inside.probing import Answer, ask_each, gradient_sizes, to_array, with_given

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


def _write_zip(path: Path, jpegs: dict[str, bytes], damaged: Collection[str] = (), others: bool = False) -> None:
    """A zip of JPEGs under their names, in their order; some may be damaged, and there may be other entries."""
    with zipfile.ZipFile(path, "w") as zipped:
        if others:
            zipped.writestr("faces/", b"")
        for place, (name, jpeg) in enumerate(jpegs.items()):
            zipped.writestr(name, jpeg)
            if others and place == 1:
                zipped.writestr("faces/readme.txt", b"no picture")
    content = path.read_bytes()
    for name in damaged:
        start = content.index(jpegs[name]) + len(jpegs[name]) // 2
        content = content[:start] + bytes(255 - byte for byte in content[start : start + 8]) + content[start + 8 :]
    path.write_bytes(content)


class _Stopped(BaseException):
    """Somebody breaks a packing off."""


@contextlib.contextmanager
def _stopped_at(name: str) -> Iterator[None]:
    """While the block runs, whoever opens the entry ``name`` of a zip file is broken off, as if by Ctrl-C."""
    usual = zipfile.ZipFile.open

    def opened(self: Any, entry: Any, *args: Any, **kwargs: Any) -> Any:
        if getattr(entry, "filename", entry) == name:
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


def packing(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """Whole archives, a part, grey pictures, broken off in the middle, begun by somebody else, and no archives."""
    folder = Path(tempfile.mkdtemp())
    n, block = int(rng.integers(20, 24)), int(rng.integers(2, 4))
    numbers = [*rng.choice(range(100, 1000), n // 2, replace=False), *rng.choice(range(1000, 9000), n - n // 2, False)]
    names = sorted(f"faces/{number}.jpg" for number in numbers)  # as strings, 1000 comes before 999
    pictures, older, order = _pictures(rng, n), _pictures(rng, n), rng.permutation(n)
    broken = (block + 1) * int(rng.integers(2, 4)) + block  # who reads one more at a time stores fewer before it
    count, begun = int(rng.integers(4, 9)), int(rng.integers(3, 7))
    is_grey = np.isin(np.arange(n), rng.choice(np.arange(1, n), 4, replace=False))  # whatever the first is
    greys = _pictures(rng, n)[..., 0]
    jpegs = {names[k]: _jpeg(pictures[k]) for k in order}
    ordered = dict(sorted(jpegs.items()))  # where the order of the names is no matter
    mixed = {name: _jpeg(greys[k]) if is_grey[k] else ordered[name] for k, name in enumerate(names)}
    good, plain, bad, grey, stale = (folder / f"{name}.zip" for name in ("good", "plain", "bad", "grey", "stale"))
    _write_zip(good, jpegs, others=True)
    _write_zip(plain, jpegs)
    _write_zip(bad, ordered, damaged=[names[broken]])
    _write_zip(grey, mixed)
    _write_zip(stale, ordered, damaged=names[1:begun])  # the first may be read for its size

    def pack(archive: Path, name: str, **options: Any) -> np.ndarray:
        student.pack(archive, folder / name, block=block, **options)
        return _stored(folder / name)

    def whole() -> Answer:
        stored = pack(good, "whole.h5")
        with h5py.File(folder / "whole.h5", "r") as packed:
            return {"whole": stored, "rows": len(packed["images"])}

    def interrupted() -> Answer:
        with contextlib.suppress(Exception):
            student.pack(bad, folder / "bad.h5", block=block)
        return {"interrupted": _stored(folder / "bad.h5")}

    def stopped() -> Answer:
        with contextlib.suppress(Exception), _stopped_at(names[broken]):
            student.pack(plain, folder / "stopped.h5", block=block)
        return {"stopped": _stored(folder / "stopped.h5")}

    def begin(name: str) -> None:
        with h5py.File(folder / name, "w") as packed:
            images = packed.create_dataset(
                "images", data=older, maxshape=(None, HEIGHT, WIDTH, 3), chunks=(1, HEIGHT, WIDTH, 3)
            )
            images.attrs["done"] = begun

    def resumed() -> Answer:
        begin("begun.h5")
        return {"resumed": pack(plain, "begun.h5")}

    def finished() -> Answer:
        return {"finished": pack(plain, "begun.h5")}

    def unread() -> Answer:
        begin("unread.h5")
        return {"unread": len(pack(stale, "unread.h5"))}

    def errors() -> Answer:
        no_zip, empty, foreign, other = (folder / f"{name}.zip" for name in ("none", "empty", "foreign", "other"))
        no_zip.write_bytes(plain.read_bytes()[: plain.stat().st_size // 2])
        with zipfile.ZipFile(empty, "w") as zipped:
            zipped.writestr("faces/readme.txt", b"no picture")
        with zipfile.ZipFile(foreign, "w") as zipped:
            zipped.writestr("faces/000001.jpg", b"this is no picture")
        turned = {names[k]: _jpeg(np.swapaxes(older[k], 0, 1)) for k in range(3)}
        _write_zip(other, turned | {"faces/999999.jpg": ordered[names[0]]})
        told = []
        for place in (no_zip, empty, foreign, other, bad):
            try:
                student.pack(place, folder / f"{place.stem}-error.h5", block=block)
                told.append(False)
            except ValueError as error:
                told.append(str(place) in str(error))
            except Exception:
                told.append(False)
        return {"told": np.array(told)}

    yield {"sizes": np.array([broken, block, begun])}  # and not the pictures: judges take those that were packed
    with contextlib.redirect_stdout(io.StringIO()):
        yield from ask_each(
            whole,
            lambda: {"grey": pack(grey, "grey.h5")},
            lambda: {"few": pack(plain, "few.h5", count=count)},
            interrupted,
            stopped,
            resumed,
            finished,
            unread,
            errors,
        )


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


def batches(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """Two epochs of a lenient data set, one more from an equal generator; an epoch of a strict one, and of a file.

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

    def epoch(images: Any, random: np.random.Generator, name: str) -> Answer:
        handed = []
        for batch in student.epoch_batches(images, size, random):
            handed.append(to_array(batch))
            if len(handed) > 2 * n:
                raise ValueError("The epoch has no end.")
        return {f"{name}_sizes": np.array([len(batch) for batch in handed]), name: np.concatenate(handed)}

    def two(images: Any, *names: str) -> Answer:
        random = np.random.default_rng(seed)
        return epoch(images, random, names[0]) | epoch(images, random, names[1])

    def of_file() -> Answer:
        with h5py.File(path, "r") as packed:
            return two(packed["images"], "file", "file_second") | epoch(
                packed["images"], np.random.default_rng(seed), "file_again"
            )

    lenient = _Lenient(pictures, size)
    yield {"colours": colours, "size": size}
    yield from ask_each(
        lambda: two(lenient, "first", "second"),
        lambda: epoch(lenient, np.random.default_rng(seed), "again"),
        of_file,
        lambda: epoch(_Shelf(pictures, size), np.random.default_rng(seed), "strict"),
    )


def scaling(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """Random bytes of two shapes; and numbers that go beyond the limits."""
    some_bytes = [rng.integers(0, 256, shape).astype(np.uint8) for shape in ((2, 5, 4, 3), (7,))]
    narrow = rng.integers(40, 90, (3, 4)).astype(np.uint8)
    numbers = rng.uniform(-1.3, 1.3, (2, 4, 6, 3)).astype(np.float32)
    yield from ask_each(
        *(
            lambda k=k, value=value: {f"scaled_{k}": to_array(student.scale(value.copy()))}
            for k, value in enumerate([*some_bytes, narrow])
        ),
        lambda: {"back": to_array(student.to_bytes(numbers.copy()))},
    )


# Networks ------------------------------------------------------------------------------------------------------------


def layer_norm(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """Rows of very different size, with gain, shift and another epsilon; and rows without any variance."""
    m = int(rng.integers(3, 7))
    x = rng.normal(size=(6, m))
    x = (x - x.mean(axis=1, keepdims=True)) / x.std(axis=1, keepdims=True)  # so that no row is by chance next to flat
    x = (x * np.exp(rng.uniform(-1, 3, (6, 1))) + rng.normal(size=(6, 1))).astype(np.float32)
    gain, shift = (rng.normal(size=m).astype(np.float32) for _ in range(2))
    flat = np.full((5, m), rng.integers(1, 5), np.float32)  # alike, along whichever axis the mean is taken
    tensors = [ops.convert_to_tensor(value) for value in (x, flat, gain, shift)]
    yield {"x": x, "flat_x": flat, "gain": gain, "shift": shift}
    yield from ask_each(
        lambda: {"rows": to_array(student.layer_norm(tensors[0], tensors[2], tensors[3]))},
        lambda: {"rows_epsilon": to_array(student.layer_norm(tensors[0], tensors[2], tensors[3], 0.25))},
        lambda: {"flat": to_array(student.layer_norm(tensors[1], tensors[2], tensors[3]))},
        lambda: {
            "slopes": gradient_sizes(lambda: student.layer_norm(tensors[0], *tensors[2:]), tensors[0], *tensors[2:])
        },
    )


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


def dense_pair(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """Both players with known weights, pictures for one and noise for the other; and with a known normalisation."""
    shape, widths, latent = (5, 4, 3), (11, 7), 9
    sizes = {"d": [60, *widths, 1], "g": [latent, *widths, 60]}
    kernels = {
        name: [rng.normal(size=pair) / np.sqrt(pair[0]) for pair in zip(line[:-1], line[1:], strict=True)]
        + [rng.normal(size=(widths[0], line[-1])) / np.sqrt(widths[0])]  # only for who has one hidden layer
        for name, line in sizes.items()
    }
    vectors = {
        name: {
            "bias": [rng.normal(size=width) for width in line[1:]],
            "gain": [rng.uniform(0.5, 1.5, width) for width in widths],
            "shift": [rng.normal(size=width) for width in widths],
        }
        for name, line in sizes.items()
    }
    pictures = rng.uniform(-1, 1, (8, *shape)).astype(np.float32)
    noise = rng.normal(size=(8, latent)).astype(np.float32)

    def ask_d() -> Answer:
        d = student.dense_discriminator(shape, widths)
        d(pictures)  # in case its layers are built by that
        _fill(d, kernels["d"], vectors["d"])
        return {"logits": to_array(d(pictures))}

    def ask_g() -> Answer:
        g = student.dense_generator(latent, widths, shape)
        g(noise)
        _fill(g, kernels["g"], vectors["g"])
        return {"images": to_array(g(noise))}

    yield {"pictures": pictures, "noise": noise}
    for name in ("d", "g"):  # the judge computes with these
        yield {f"{name}_kernel_{k}": value for k, value in enumerate(kernels[name])} | {
            f"{name}_{kind}_{k}": value for kind, values in vectors[name].items() for k, value in enumerate(values)
        }
    yield from ask_each(
        ask_d,
        ask_g,
        with_given(student, ask_d, layer_norm=_known_norm),
        with_given(student, ask_g, layer_norm=_known_norm),
    )


def conv_pair(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """Both players with known weights; a D whose logit is one single unit, in training; and a start that is known.

    And a G of three layers, since 16 / 2², 16 / (2 · 2) and 2² are the same.
    """
    size, kernel, filters, latent = 16, 5, (4, 7), 6
    flat = 4 * 4 * filters[1]
    d_kernels = [
        rng.normal(size=shape) * 2 / np.sqrt(np.prod(shape[:-1]))
        for shape in ((kernel, kernel, 3, 4), (kernel, kernel, 4, 7), (flat, 1))
    ]
    g_kernels = [
        rng.normal(size=shape) * 2 / np.sqrt(shape[-1] * (kernel / 2) ** 2 if len(shape) == 4 else shape[0])
        for shape in ((latent, flat), (kernel, kernel, 4, 7), (kernel, kernel, 3, 4))
    ]
    widths = (4, 3, filters[1], flat)  # the last three only for normalisations where none belongs
    g_vectors = {
        "gain": [rng.uniform(0.5, 1.5, width) for width in widths],
        "shift": [rng.normal(size=width) for width in widths],
        "moving_mean": [rng.normal(size=width) for width in widths],
        "moving_variance": [rng.uniform(0.5, 2, width) for width in widths],
    }
    pictures = rng.uniform(-1, 1, (6, size, size, 3)).astype(np.float32)
    noise = rng.normal(size=(6, latent)).astype(np.float32)
    rate, value = float(rng.uniform(0.65, 0.75)), float(rng.uniform(0.01, 0.4))
    unit = int(rng.integers(flat))
    bright = np.repeat(rng.uniform(0.5, 1, (1, size, size, 3)), 5000, axis=0).astype(np.float32)

    def ask_d() -> Answer:
        d = student.conv_discriminator(size, filters, kernel=kernel, rate=0.0)  # "dropout" is asked by itself
        d(pictures)
        _fill(d, d_kernels, g_vectors)  # it has none of these, unless it normalises where it should not
        return {"logits": to_array(d(pictures))}

    def ask_g(last: str) -> Answer:
        g = student.conv_generator(latent, size, filters[::-1], kernel=kernel, last=last)
        g(noise)
        _fill(g, g_kernels, g_vectors)
        return {f"images_{last}": to_array(g(noise))}

    def ask_deeper() -> Answer:
        g = student.conv_generator(latent, 24, (4, 3, 2), kernel=kernel)
        return {"deeper": np.array(g(noise).shape)}

    def ask_dropout() -> Answer:
        d = student.conv_discriminator(size, filters, kernel=kernel, rate=rate)
        d(pictures)
        _fill(d, [np.abs(d_kernels[0]), np.abs(d_kernels[1])], {})
        for variable in d.weights:
            if len(variable.shape) == 2 and variable.shape[1] == 1:
                one_unit = np.zeros(tuple(variable.shape), np.float32)
                one_unit[unit % len(one_unit)] = 0.01  # a logit of about one
                variable.assign(one_unit)
        return {"in_use": to_array(d(bright[:20])), "in_training": to_array(d(bright, training=True))}

    def ask_start() -> Answer:
        start = keras.initializers.Constant(value)
        d = student.conv_discriminator(size, filters, kernel=kernel, start=start)
        g = student.conv_generator(latent, size, filters[::-1], kernel=kernel, start=start)
        d(pictures), g(noise)
        found = [np.unique(to_array(v)) for model in (d, g) for v in model.trainable_variables if len(v.shape) > 1]
        return {"start": np.concatenate(found)}

    # The filters of G are (7, 4): its first maps are 4 × 4 × 7.
    yield {"rate": rate, "unit": unit, "bright": bright[0], "pictures": pictures, "noise": noise}
    yield {f"d_kernel_{k}": kernel for k, kernel in enumerate(d_kernels)}
    yield {f"g_kernel_{k}": kernel for k, kernel in enumerate(g_kernels)}
    yield {kind: values[0] for kind, values in g_vectors.items()}
    yield from ask_each(ask_d, lambda: ask_g("tanh"), lambda: ask_g("sigmoid"), ask_deeper, ask_dropout, ask_start)


# Labels --------------------------------------------------------------------------------------------------------------


def labels(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """Many labels, softened and flipped; many small batches; drawn again from equal generators. Judged by theory."""
    hard = rng.permutation(np.repeat([0.0, 1.0], [1500, 1700]))[:, None].astype(np.float32)
    between = rng.uniform(0.1, 0.4, (3000, 1)).astype(np.float32)
    amount, share, seed = float(rng.uniform(0.1, 0.4)), float(rng.uniform(0.1, 0.3)), int(rng.integers(2**31))

    def soften() -> Answer:
        return {"soft": to_array(student.soften(hard.copy(), amount, np.random.default_rng(seed)))}

    def flip() -> Answer:
        return {
            "flipped": to_array(student.flip(hard.copy(), share, np.random.default_rng(seed))),
            "flipped_between": to_array(student.flip(between.copy(), share, np.random.default_rng(seed + 1))),
        }

    def small_batches() -> Answer:
        random = np.random.default_rng(seed + 2)
        counts = [to_array(student.flip(np.zeros((20, 1), np.float32), share, random)).sum() for _ in range(400)]
        return {"counts": np.array(counts)}

    def small_soft() -> Answer:
        random = np.random.default_rng(seed + 3)
        means = [to_array(student.soften(np.zeros((8, 1), np.float32), amount, random)).mean() for _ in range(400)]
        return {"means": np.array(means)}

    def again() -> Answer:
        mine, random = hard.copy(), np.random.default_rng(seed)
        first, second = (to_array(student.soften(mine, amount, random)) for _ in range(2))
        random = np.random.default_rng(seed)
        third, fourth = (to_array(student.flip(mine, share, random)) for _ in range(2))
        return {
            "soft_again": to_array(student.soften(hard.copy(), amount, np.random.default_rng(seed))),
            "soft_first": first,
            "soft_second": second,
            "flipped_again": to_array(student.flip(hard.copy(), share, np.random.default_rng(seed))),
            "flipped_first": third,
            "flipped_second": fourth,
            "kept": mine,
        }

    yield {"hard": hard, "between": between, "amount": amount, "share": share}
    yield from ask_each(soften, flip, small_batches, small_soft, again)


# Numbers -------------------------------------------------------------------------------------------------------------


def numbers(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
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
    for k in (2, 3):
        corners = 6  # more than k + 1, so that one neighbour more is in the same simplex, too
        m = int(rng.integers(5, 8))
        middles = 100 * np.eye(corners)[np.arange(m) % corners] * (1 + np.arange(m) // corners)[:, None]
        real = (middles[:, None] + np.eye(corners)).reshape(-1, corners)
        met = rng.choice(m, int(rng.integers(2, m - 1)), replace=False)
        inside = [middles[i] + 1 / corners + 0.02 * rng.normal(size=(int(rng.integers(1, 5)), corners)) for i in met]
        other = next(i for i in range(m) if i not in met)
        near_one = middles[other] + np.eye(corners)[:1] * 2.15  # in the ball of one corner only
        outside = rng.uniform(-90, -50, (int(rng.integers(3, 9)), corners))
        cases.append((rng.permutation(real), rng.permutation(np.concatenate([*inside, near_one, outside])), k))

    def ask(i: int) -> Answer:
        real, fake, k = cases[i]
        pair = student.precision_and_coverage(real.copy(), fake.copy(), k)
        precision, coverage = (to_array(value) for value in pair)
        return {f"precision_{i}": precision, f"coverage_{i}": coverage}

    yield from ask_each(*(lambda i=i: ask(i) for i in range(len(cases))))


def overlaps(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """Kernels that the stride divides, that it does not divide, and that are smaller than the stride."""
    n = int(rng.integers(4, 9))
    cases = {
        "dividing": [(n, 6, 3), (n + 1, 4, 2), (n, 5, 1)],
        "uneven": [(n, 5, 2), (n + 2, 7, 3), (3, 11, 4)],
        "gaps": [(n, 2, 4), (n, 1, 3), (n + 1, 3, 5)],
    }
    yield {f"{name}_case_{k}": np.array(case) for name, line in cases.items() for k, case in enumerate(line)}
    yield from ask_each(
        *(
            lambda name=name, k=k, case=case: {f"{name}_{k}": to_array(student.overlaps(*case))}
            for name, line in cases.items()
            for k, case in enumerate(line)
        )
    )


def checkerboard(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """Pictures of unequal contrast and brightness whose size is a multiple of the stride; and others, to be cut."""

    def pictures(height: int, width: int, stride: int) -> np.ndarray:
        n = int(rng.integers(3, 6))
        pattern = np.tile(rng.normal(size=(n, stride, stride)), (1, height // stride + 1, width // stride + 1))
        noise = rng.normal(size=(n, height, width)) + pattern[:, :height, :width]
        return noise * np.exp(rng.normal(size=(n, 1, 1))) + 3 * rng.normal(size=(n, 1, 1))

    whole = [(pictures(12, 18, 2), 2), (pictures(12, 18, 3), 3), (pictures(12, 16, 4), 4)]
    cut = [(pictures(13, 11, 2), 2), (pictures(17, 10, 3), 3), (pictures(19, 14, 4), 4)]
    cases = {"whole": whole, "cut": cut}
    yield {f"{name}_images_{k}": images for name, line in cases.items() for k, (images, _) in enumerate(line)}
    yield from ask_each(
        *(
            lambda name=name, k=k, case=case: {f"{name}_{k}": to_array(student.stride_energy(case[0].copy(), case[1]))}
            for name, line in cases.items()
            for k, case in enumerate(line)
        )
    )


# Walks ---------------------------------------------------------------------------------------------------------------


def walks(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
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
    many = 1 + np.abs(rng.normal(size=(60, 5)))

    def rounded() -> Answer:
        return {"straight_2": to_array([to_array(student.spherical_walk(row, factor * row, 3)) for row in many])}

    cases = {"arc": arcs, "straight": straight}
    yield {"factor": factor, "many": many} | {
        f"{name}_{k}_{end}": value
        for name, line in cases.items()
        for k, (a, b, _) in enumerate(line)
        for end, value in (("a", a), ("b", b))
    }
    yield from ask_each(
        *(lambda k=k, case=case: {f"block_{k}": to_array(student.moving_ones(*case))} for k, case in enumerate(blocks)),
        *(
            lambda name=name, k=k, case=case: {
                f"{name}_{k}": to_array(student.spherical_walk(case[0].copy(), case[1].copy(), case[2]))
            }
            for name, line in cases.items()
            for k, case in enumerate(line)
        ),
        rounded,
    )
