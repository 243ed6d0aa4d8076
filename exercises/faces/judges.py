"""Hidden tests of the lesson ``faces``, the judging half: how an answer to ``probes.py`` earns points.

Rationales say what was seen, hints where to look; neither gives an expected value away. A part that builds on another
of the student's own is right if it agrees with the reference, as the notebook is or with something known in the place
of the other part, so that no mistake is paid for twice. For the same reason players are compared with what players with
one known mistake would answer, computed here: who leaves the slope to Keras loses the slope, and nothing else.

Where students draw random numbers, their draws are compared with theory: Kolmogorov and Smirnov's distance of soft
labels stays below 2.7 / sqrt(n), a share of flipped labels or of units dropped within six standard errors, the spread
of counts in small batches within a fifth, which is more than five standard errors, and the correlation of an order with
that of the file below 0.4, which is more than four.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import product

import numpy as np

from autograder.judging import Criterion, Rubric, alike, how_many
from autograder.judging.activations import Activation, identity, leaky, sigmoid

Array = np.ndarray


# What judges share ---------------------------------------------------------------------------------------------------


def _or_nothing(c: Criterion, key: str) -> Array:
    """The answer ``key``, or an empty array where there is none."""
    found = [np.zeros(0)]
    c.either(lambda: found.append(c.array(key, key)), lambda: None)
    return found[-1]


def _any_of(c: Criterion, what: str, *keys: str) -> None:
    """Not reached unless one of the answers came, in whichever way it was asked."""
    c.either(*(partial(way.array, key, what) for key in keys for way in c.ways))


# Packing -------------------------------------------------------------------------------------------------------------


def _same_pictures(c: Criterion, key: str, what: str, expected: Array) -> None:
    """Pictures that went through JPEG, whoever decoded them: nearly the same on average."""
    pictures = c.array(key, what)
    c.expect(pictures.ndim == 4, f"{what} came as an array of {pictures.ndim} axes.")
    c.expect(len(pictures) == len(expected), f"{what}: {len(pictures)} pictures came, which is not the right number.")
    c.expect(pictures.shape == expected.shape, f"{what}: the shape is {pictures.shape}, which is not the right one.")
    c.expect(pictures.dtype == np.uint8, f"{what}: the numbers are {pictures.dtype}, but should be bytes.")
    differences = np.abs(pictures.astype(float) - expected).mean(axis=(1, 2, 3))
    c.expect((differences <= 4).all(), f"{what}: some pictures are not the ones that belong there.")


COLOURS: tuple[Callable[[Array], Array], ...] = (
    lambda pictures: pictures,
    lambda pictures: pictures[..., ::-1],
    lambda pictures: (pictures @ [0.299, 0.587, 0.114])[..., None].repeat(3, axis=-1),
)
"""As they are, blue first, and grey: whoever has lost "content" for it still has these pictures."""


def _from_archive(c: Criterion, key: str, what: str) -> Array:
    """The answer ``key``, pictures of which each is one of the archive's, in whatever order, in one way of colours."""
    pictures, every = c.array(key, what), c.reference("whole").astype(float)
    same_size = pictures.ndim == 4 and pictures.shape[1:] == every.shape[1:] and 0 < len(pictures) <= len(every)
    c.expect(same_size, f"{what} came with the shape {pictures.shape}.")

    def are_there(colours: Callable[[Array], Array]) -> bool:
        differences = np.abs(pictures[:, None].astype(float) - colours(every)).mean(axis=(2, 3, 4))
        return bool((differences.min(axis=1) < 4).all())

    c.expect(any(map(are_there, COLOURS)), f"{what} holds pictures that the archive does not have.")
    return pictures


def _own_place(c: Criterion, number: int) -> int:
    """Where the picture of this number stands in the whole archive as the student has packed it."""
    whole, right = _from_archive(c, "whole", "The whole archive"), c.reference("whole")[number].astype(float)
    return int(np.abs(whole - right).mean(axis=(1, 2, 3)).argmin())


def packing(rubric: Rubric) -> None:
    """What is stored, in which colours, before an error, what happens to what was stored, and what errors say.

    Pictures are compared with those that the solution has packed.
    """
    with rubric.criterion(
        "content", points=1, hint="Every JPEG of the archive, red first, in the order of the names, not of the archive."
    ) as c:
        _same_pictures(c, "whole", "The whole archive", c.reference("whole"))
        rows = int(c.number("rows", "The length of the data set"))
        c.expect(rows == len(c.reference("whole")), f"The data set has {rows} rows, which is not what is stored.")
    with rubric.criterion(
        "grey",
        points=1,
        hint='A JPEG may be grey: look at the shape of such a picture as an array, before and after `.convert("RGB")`.',
    ) as c:
        right = c.reference("grey")
        is_grey = np.ptp(right, axis=-1).max(axis=(1, 2)) == 0
        stored = c.array("grey", "an archive with grey JPEGs among others")
        c.expect(
            stored.shape == right.shape,
            f"An archive with grey JPEGs among others was stored with the shape {stored.shape}, which is not right.",
        )
        apart = np.abs(right[is_grey][:, None].astype(float) - stored).mean(axis=(2, 3, 4))  # (4, n)
        kept = apart.min(axis=1) <= 4  # wherever it was stored: "content" is about the order
        c.expect(kept.all(), "Grey JPEGs are not grey any more once they are stored, or not as bright as before.")
    with rubric.criterion("count", points=1, hint="With a count, the first so many in the order of the names.") as c:
        right = c.reference("part")
        part = _from_archive(c, "part", "A part of the archive")
        what = f"With a count, {len(part)} pictures were stored, which is not that count."
        c.expect(len(part) == len(right), what)
        c.either(  # whoever takes another order or layout has lost "content" for it already
            lambda: _same_pictures(c, "part", "A part of the archive", right),
            lambda: c.expect(
                alike(part, c.array("whole", "the whole archive")[: len(right)]),
                "The pictures that were stored are not the first ones.",
            ),
        )
    with rubric.criterion(
        "streaming", points=1, hint="After an error, look into the file: what was read before should be stored."
    ) as c:
        broken, block, _ = (int(size) for size in c.reference("sizes"))

        def stored_in_blocks(key: str, what: str, place: int) -> None:
            stored = len(_from_archive(c, key, "What an interrupted packing stored"))
            c.expect(
                place - block < stored <= place,
                f"With blocks of {block} pictures, and {what} number {broken + 1} in the order of the names, {stored} "
                "pictures were stored.",
            )

        c.either(  # whoever passes over damaged pictures, or has another order, has lost a point for it already
            lambda: stored_in_blocks("interrupted", "a damaged picture,", broken),
            lambda: stored_in_blocks("stopped", "broken off at picture", _own_place(c, broken)),
        )
    with rubric.criterion(
        "going_on",
        points=1,
        hint="Begin at the attribute `done`, and keep what is stored; rows beyond it do not count.",
    ) as c:
        begun, right = int(c.reference("sizes")[2]), c.reference("resumed")
        stored = c.array("resumed", "what a second packing stored")
        c.expect(len(stored) == len(right), f"After going on, {len(stored)} pictures were stored.")
        kept = np.abs(stored[:begun].astype(float) - right[:begun]).mean() < 4
        c.expect(kept, "What was stored before is no longer there.")

        def new(right: Array) -> None:
            difference = np.abs(stored[begun:].astype(float) - right[begun:]).mean(axis=(1, 2, 3)).max()
            c.expect(difference < 4, "What was added are not the pictures that were missing.")

        c.either(lambda: new(right), lambda: new(_from_archive(c, "whole", "The whole archive")))
        again = "Where nothing is missing, a call changes nothing."
        c.expect(
            alike(_or_nothing(c, "finished"), stored),
            "A call that found everything stored failed or changed it.",
            again,
        )
        unread, whole = _or_nothing(c, "unread"), _or_nothing(c, "whole")
        every = c.reference("whole")
        other_order = whole.shape == every.shape and not alike(whole, every, 0, 40)  # lost "content" for it
        c.expect(
            other_order or unread.size == 1 and int(unread) == len(every),
            "The packing did not go on where pictures are damaged that it has stored already: it reads them again.",
            "Begin to read at `done`: the pictures before it are not read, not even to be thrown away.",
        )
    with rubric.criterion(
        "errors", points=1, hint="A ValueError with the path of the archive in it, whatever is wrong with the archive."
    ) as c:
        told = c.array("told", "what the errors were")
        c.expect(told.shape == c.reference("told").shape, "The errors could not be read.")
        c.either(  # who always raises an error tells nothing
            lambda: _from_archive(c, "whole", "A good archive"),
            lambda: _from_archive(c, "part", "A part of a good archive"),
        )
        kinds = ("a file that is cut off", "no JPEG", "a JPEG that is none", "a picture of another size", "damage")
        missed = [kind for kind, yes in zip(kinds, told, strict=True) if not yes]
        c.expect(not missed, f"No ValueError with the archive's path for: {', '.join(missed)}.")


# Reading back --------------------------------------------------------------------------------------------------------


def _order(epoch: Criterion, known: Array) -> Array:
    """The numbers of an epoch's pictures, of which ``known`` are the colours, in the order in which they came."""
    pictures = epoch.array("pictures", "the batches")
    as_stored = pictures.ndim == 4 and pictures.shape[1:] == (2, 3, 3)
    epoch.expect(as_stored, f"Batches came with the shape {pictures.shape}.")
    plain = pictures[:, :1, :1].astype(int)  # (n, 1, 1, 3)
    colours = plain[:, 0, 0] @ [2**16, 2**8, 1]
    places = {int(colour): place for place, colour in enumerate(known)}
    are_known = (pictures == plain).all() and all(int(colour) in places for colour in colours)
    epoch.expect(are_known, "The pixels of the pictures are not what was stored.")
    return np.array([places[int(colour)] for colour in colours])


def batches(rubric: Rubric) -> None:
    """An epoch, its order, and how it is read.

    The first two are asked of a data set that hands out whatever is asked for, and of a file in HDF5, so that who asks
    HDF5 for what it refuses loses the third only.
    """
    with rubric.criterion(
        "epoch",
        points=2,
        hint="Count what comes in an epoch: it should be every picture once, with a smaller batch at the end.",
    ) as c:
        known = c.reference("colours")
        c.either(*(partial(_whole_epochs, c.of(source), known) for source in ("lenient", "file")))
    with rubric.criterion(
        "order", points=1, hint="A new permutation of all pictures for every epoch, drawn with the generator passed in."
    ) as c:
        known, size = c.reference("colours"), int(c.reference("size"))
        c.either(*(partial(_random_order, c.of(source), known, size) for source in ("lenient", "file")))
    with rubric.criterion(
        "reading",
        points=1,
        hint="HDF5 takes only ascending indices, and no reading may ask for more than a batch.",
    ) as c:
        strict, file, known = c.of("strict"), c.of("file").of("first"), c.reference("colours")
        strict.array("pictures", "what came from a data set that hands out one batch at a time, in ascending order")
        different = len(np.unique(_order(strict, known)))
        c.expect(
            different > 0.5 * len(known), "Few of the pictures came from a data set that hands out a batch at most."
        )
        file.array("pictures", "what came from a file in HDF5")
        c.expect(
            len(np.unique(_order(file, known))) > 0.5 * len(known), "Few of the pictures came from a file in HDF5."
        )
        batches = len(strict.array("sizes", "the sizes of the batches"))
        c.expect(batches < len(known), "The pictures did not come in batches.")


def _whole_epochs(source: Criterion, known: Array) -> None:
    """In both epochs every picture came once, in batches of the right sizes."""
    n = len(known)
    for epoch in (source.of("first"), source.of("second")):
        numbers = _order(epoch, known)
        epoch.expect(len(numbers) == n, f"Of {n} pictures {len(numbers)} came in an epoch.")
        every = np.array_equal(np.sort(numbers), np.arange(n))
        epoch.expect(every, "Some pictures came twice in an epoch, others never.")
        sizes = epoch.array("sizes", "the sizes of the batches")
        right = alike(sizes, epoch.reference("sizes"))
        epoch.expect(right, "The batches do not have the sizes that were asked for.")


def _random_order(source: Criterion, known: Array, size: int) -> None:
    """Another order in every epoch, and the same from an equal generator."""
    n = len(known)
    first, second, again = (_order(source.of(name), known) for name in ("first", "second", "again"))
    for numbers in (first, second):
        source.expect(len(numbers) >= 50, "There are not enough pictures to see an order.")
        span = np.mean([np.ptp(numbers[k : k + size]) for k in range(0, len(numbers) - size + 1, size)])
        source.expect(span > 0.5 * n, "Pictures that are neighbours in the file meet in a batch.")
        correlation = np.corrcoef(numbers, np.arange(len(numbers)))[0, 1]
        source.expect(abs(correlation) < 0.4, "The batches come in the order of the file, or nearly so.")
    source.expect(np.array_equal(first, again), "An equal generator gave another order.")
    meeting = {frozenset(first[k : k + size].tolist()) for k in range(0, len(first), size)}
    source.expect(
        not any(frozenset(second[k : k + size].tolist()) in meeting for k in range(0, len(second), size)),
        "In two epochs with one generator the same pictures met in a batch.",
    )


def scaling(rubric: Rubric) -> None:
    """There, and back."""
    with rubric.criterion("scale", points=1, hint="0 becomes -1 and 255 becomes 1, whether they occur or not.") as c:
        c.close("scaled", "the scaled bytes", atol=1e-4)
    with rubric.criterion("back", points=1, hint="Clip first, then round to the nearest byte.") as c:
        value = c.finite("back", "the bytes")
        c.expect(value.dtype == np.uint8, f"The bytes came as {value.dtype}, not as uint8.")
        value = value.astype(int)
        errors = np.abs(value - c.reference("back").astype(int))
        c.expect(errors.max() < 2, f"The bytes: {how_many(errors >= 2)}, and not by one")
        c.expect((errors > 0).mean() < 0.01, f"The bytes: {how_many(errors > 0)}, by one")


# Networks ------------------------------------------------------------------------------------------------------------


def layer_norm(rubric: Rubric) -> None:
    """Rows, and what epsilon does."""
    with rubric.criterion(
        "rows",
        points=1,
        hint="Mean and variance are those of one row. The result is multiplied by the gain, and the shift is added.",
    ) as c:
        c.close("rows", "the normalised rows", rtol=1e-3, atol=1e-3)
        c.differentiable("gradient", "layer_norm")
        along, right = c.finite("along rows", "the gradient along the rows"), c.reference("along rows")
        c.expect(
            alike(along, right, 1e-2, 1e-4),
            "The gradient along the rows is not that of the right function, though its values are.",
            "Mean and variance change with the rows, too: does the gradient pass through them?",
        )
    with rubric.criterion(
        "epsilon", points=1, hint="What does epsilon do for a row of equal numbers? It is added before the root."
    ) as c:
        value = c.array("flat", "rows of equal numbers")
        c.expect(value.shape == c.reference("flat").shape, f"An array of shape {value.shape} came.")
        c.expect(np.isfinite(value).all(), "Rows of equal numbers give NaN or infinity.")
        c.expect(np.ptp(value, axis=0).max() < 1e-2, "All rows of equal numbers should become the same, but do not.")
        rows = c.finite("rows", "the normalised rows")
        ways = [norm for norm in NORMS if alike(rows, norm(c, 1e-5), 1e-3, 1e-3)]
        c.expect(ways, "The rows are not the result of a normalisation.", "Begin with the criterion above.")
        larger = c.finite("another epsilon", "the normalised rows with another epsilon")
        c.expect(not alike(larger, rows, 1e-4, 1e-5), "Another epsilon changes nothing.")
        right = any(alike(larger, norm(c, 0.25), 1e-3, 1e-3) for norm in ways)
        c.expect(right, "With the usual epsilon the rows are right, but with a large one they are wrong.")


@dataclass(frozen=True)
class Norm:
    """A normalisation, right or with one mistake, which costs in "rows"."""

    axis: int | None = -1
    fewer: int = 0
    """By how much the squares are divided less than by their number."""
    power: float = 0.5
    has_gain: bool = True
    shift: str = "plain"

    def __call__(self, c: Criterion, epsilon: float) -> Array:
        """What it makes of the known rows, (6, m)."""
        x, gain, shift = (c.reference(name).astype(np.float64) for name in ("x", "gain", "shift"))
        variance = x.var(axis=self.axis, ddof=self.fewer, keepdims=True)
        normalised = (x - x.mean(axis=self.axis, keepdims=True)) / (variance + epsilon) ** self.power
        shift = {"plain": shift, "none": 0 * shift, "times gain": gain * shift}[self.shift]
        return normalised * (gain if self.has_gain else 1) + shift


NORMS = [
    *(Norm(), Norm(axis=0), Norm(axis=None), Norm(fewer=1), Norm(power=1.0)),
    *(Norm(has_gain=False), Norm(shift="none"), Norm(shift="times gain"), Norm(has_gain=False, shift="none")),
]


# The players, with and without one known mistake ----------------------------------------------------------------------

SLOPES = (0.2, 0.3, 0.01, 0.0, 1.0)
"""Of the leaky ReLU: what was asked for, Keras's and PyTorch's own, a plain ReLU, and none at all."""


LASTS: dict[str, Activation] = {"none": identity, "tanh": np.tanh, "sigmoid": sigmoid}


def _normalised(x: Array, gain: Array, shift: Array, known: bool) -> Array:
    """Layer normalisation, or what is ``known`` in its place: that of `probes.py`."""
    if known:
        return gain * x / (1 + 1e-5 + np.abs(x).mean(axis=-1, keepdims=True)) + 0.5 * shift
    centred = x - x.mean(axis=-1, keepdims=True)
    return gain * centred / np.sqrt((centred**2).mean(axis=-1, keepdims=True) + 1e-5) + shift


@dataclass(frozen=True)
class Player:
    """A dense player: its slope, where it normalises, how many hidden layers it has, and its last activation."""

    slope: float
    order: str
    depth: int
    last: str

    def answer(self, given: Criterion, x: Array, known: bool) -> Array:
        """What it answers to x (batch, inputs) with the weights ``given``: (batch, outputs). See `_normalised`."""
        kernels, biases, gains, shifts = map(given.references, ("kernel", "bias", "gain", "shift"))
        for k in range(self.depth):
            x = x @ kernels[k] + biases[k]
            if self.order == "before":
                x = _normalised(x, gains[k], shifts[k], known)
            x = leaky(self.slope)(x)
            if self.order == "after":
                x = _normalised(x, gains[k], shifts[k], known)
        return LASTS[self.last](x @ kernels[self.depth if self.depth == 2 else 3] + biases[2])


RIGHT = Player(0.2, "after", 2, "")
ORDER = "For each width there are a dense layer, a leaky ReLU and a LayerNorm, in this order."


def _players() -> Iterator[Player]:
    """Those with the fewest mistakes first."""
    every = [Player(*parts) for parts in product(SLOPES, ("after", "before", "never"), (2, 1), LASTS)]
    yield from sorted(
        every, key=lambda p: sum((p.slope != RIGHT.slope, p.order != RIGHT.order, p.depth != RIGHT.depth))
    )


def _tells(answer: Array, last: str) -> bool:
    """Whether some of the numbers lie where the last activation is steep: others say little more than their sign."""
    steep = {"none": np.isfinite(answer), "tanh": np.abs(answer) < 0.9, "sigmoid": np.abs(answer - 0.5) < 0.45}
    return np.count_nonzero(steep[last]) > 2


def _recognised(c: Criterion, name: str) -> Player | None:
    """Which player the student's ``name`` is, by what it answers; None if it is none of those with known mistakes."""
    key, inputs = {"d": ("logits", "pictures"), "g": ("images", "noise")}[name]
    expected = c.reference(key)
    x = c.reference(inputs).reshape(len(expected), -1).astype(np.float64)
    # As the notebook is, with some room for another epsilon; or with something known in layer normalisation's place.
    ways = ((c, False, 3e-3), (c.stubbed, True, 1e-3))
    for player in _players():
        for way, known, tolerance in ways:
            answer = player.answer(c.of(name), x, known).reshape(expected.shape)
            if _tells(answer, player.last) and alike(_or_nothing(way, key), answer, tolerance, tolerance):
                return player
    return None


def dense_pair(rubric: Rubric) -> None:
    """What is behind every hidden layer of both players; and each player."""
    with rubric.criterion(
        "activation", points=1, hint="A leaky ReLU with the slope 0.2 follows each hidden layer of both players."
    ) as c:
        d, g = _asked(c)
        for name, player in (("D", d), ("G", g)):
            _right_slope(c, name, player.slope if player else 0.2)
        _some_player(c, d, g)
    with rubric.criterion("normalisation", points=1, hint=ORDER) as c:
        d, g = _asked(c)
        for name, player in (("D", d), ("G", g)):
            order = player.order if player else "after"
            c.expect(order != "never", f"{name} answers as if nothing in it were normalised.")
            c.expect(order != "before", f"{name} answers as if it were normalised before the leaky ReLU.")
        _some_player(c, d, g)
    with rubric.criterion(
        "discriminator",
        points=1,
        hint=f"First flatten. {ORDER} At the end comes a dense layer to one number, without activation.",
    ) as c:
        d, _ = _asked(c)
        _any_of(c, "D's logits", "logits")
        c.expect(d is not None, "D's logits with known weights are not those of the layers that were asked for.")
        c.expect(d is None or d.depth == 2, "D has one hidden layer, whatever the widths are.")
        c.expect(d is None or d.last == "none", "D's logits went through an activation.", "A logit is any number.")
    with rubric.criterion(
        "generator",
        points=1,
        hint=f"{ORDER} At the end come a dense layer to the numbers of a picture, a tanh, and the picture's shape.",
    ) as c:
        d, g = _asked(c)
        _any_of(c, "G's pictures", "images")
        c.expect(g is not None, "G's pictures with known weights are not those of the layers that were asked for.")
        paid = d is not None and d.depth == 1  # for D already
        c.expect(paid or g is None or g.depth == 2, "G has one hidden layer, whatever the widths are.")
        c.expect(g is None or g.last == "tanh", "The last activation of G is not a tanh.")


def _asked(c: Criterion) -> tuple[Player | None, Player | None]:
    """Both players, as they are recognised."""
    return _recognised(c, "d"), _recognised(c, "g")


def _some_player(c: Criterion, d: Player | None, g: Player | None) -> None:
    """Who has no player that answers in a known way shows nothing."""
    _any_of(c, "the players' answers", "logits", "images")
    c.expect(d is not None or g is not None, "Neither player answers as the layers that were asked for would.")


def _right_slope(c: Criterion, name: str, slope: float) -> None:
    """Say which slope it is if it is another."""
    c.expect(slope != 1, f"{name} answers as if nothing stood where a leaky ReLU should.")
    c.expect(slope != 0, f"{name} answers as if it had plain ReLUs, not leaky ones.")
    c.expect(
        slope == SLOPES[0],
        f"{name} answers as if its leaky ReLUs had the slope {slope:g} below zero, not the one that was asked for.",
        "Each library has a default slope of its own: give it as `negative_slope`.",
    )


def _borders(size: int, kernel: int) -> tuple[int, int]:
    """How many zeros padding "same" puts before and behind for a stride of 2."""
    total = max((-(-size // 2) - 1) * 2 + kernel - size, 0)
    return total // 2, total - total // 2


def _convolved(x: Array, kernel: Array) -> Array:
    """x (batch, side, side, in) to (batch, side / 2, side / 2, out): stride 2, padding "same"."""
    size, side = len(kernel), x.shape[1] // 2
    borders = _borders(x.shape[1], size)
    x = np.pad(x, ((0, 0), borders, borders, (0, 0)))
    return sum(
        x[:, u : u + 2 * side : 2, v : v + 2 * side : 2] @ kernel[u, v] for u in range(size) for v in range(size)
    )


def _spread(x: Array, kernel: Array) -> Array:
    """x (batch, side, side, in) to (batch, 2 side, 2 side, out) by the transpose of the above."""
    size, side = len(kernel), x.shape[1]
    whole = np.zeros((len(x), 2 * side + size, 2 * side + size, kernel.shape[2]))
    for u in range(size):
        for v in range(size):
            whole[:, u : u + 2 * side : 2, v : v + 2 * side : 2] += x @ kernel[u, v].T
    before = _borders(2 * side, size)[0]
    return whole[:, before : before + 2 * side, before : before + 2 * side]


def _conv_slope(c: Criterion, key: str, answer: Callable[[float], Array]) -> float | None:
    """The slope with which a player would give the answer ``key``; None if there is none."""
    value = _or_nothing(c, key)
    return next((slope for slope in SLOPES if alike(value, answer(slope), 1e-3, 2e-3)), None)


def _d_answer(c: Criterion, slope: float) -> Array:
    """What D answers with this slope: (batch, 1)."""
    x = c.reference("pictures").astype(np.float64)
    *convolutions, last = c.references("d_kernels")
    for kernel in convolutions:
        x = leaky(slope)(_convolved(x, kernel))
    return x.reshape(len(x), -1) @ last


def _g_answer(c: Criterion, slope: float, last: str) -> Array:
    """What G draws with this slope: (batch, side, side, 3)."""
    mean, variance, gain, shift = (c.reference(key) for key in ("moving_mean", "moving_variance", "gain", "shift"))
    dense, first, second = c.references("g_kernels")
    x = leaky(slope)(c.reference("noise").astype(np.float64) @ dense)
    x = _spread(x.reshape(len(x), 4, 4, -1), first)
    x = leaky(slope)(gain * (x - mean) / np.sqrt(variance + 1e-3) + shift)
    return LASTS[last](_spread(x, second))


def conv_pair(rubric: Rubric) -> None:
    """The slope in both; each player with known weights, dropout in training, and the start."""
    with rubric.criterion(
        "activation",
        points=1,
        hint="In both players there is a leaky ReLU with the slope 0.2 wherever the lists have one.",
    ) as c:
        d = _conv_slope(c, "logits", lambda slope: _d_answer(c, slope))
        if d is None:  # a sigmoid behind the logit costs "discriminator"
            d = _conv_slope(c, "logits", lambda slope: sigmoid(_d_answer(c, slope)))
        g = _conv_slope(c, "images tanh", lambda slope: _g_answer(c, slope, "tanh"))
        for name, slope in (("D", d), ("G", g)):
            _right_slope(c, name, SLOPES[0] if slope is None else slope)
        _any_of(c, "the players' answers", "logits", "images tanh")
        c.expect(d is not None or g is not None, "Neither player answers as the layers that were asked for would.")
    with rubric.criterion(
        "discriminator",
        points=1,
        hint="For each number of filters a convolution and a leaky ReLU; then flatten; then one number, no activation.",
    ) as c:
        c.finite("logits", "D's logits with known weights")
        slope = _conv_slope(c, "logits", lambda slope: _d_answer(c, slope))
        c.expect(slope is not None, "D's logits with known weights are not those of the layers that were asked for.")
    with rubric.criterion(
        "generator", points=2, hint="Compare the order of the layers with the list, from the dense one to the last."
    ) as c:
        c.finite("images tanh", "G's pictures with known weights")
        slope = _conv_slope(c, "images tanh", lambda slope: _g_answer(c, slope, "tanh"))
        c.expect(slope is not None, "G's pictures with known weights are not those of the layers that were asked for.")
        c.finite("images sigmoid", "G's pictures with known weights and another last activation")
        slope = _conv_slope(c, "images sigmoid", lambda slope: _g_answer(c, slope, "sigmoid"))
        c.expect(slope is not None, "G's pictures with known weights and another last activation are not right.")
        c.close("deeper", "the shape of pictures of size 24 from three numbers of filters")
    with rubric.criterion(
        "dropout",
        points=1,
        hint="Dropout follows every leaky ReLU, has the rate that is given, and acts only with training=True.",
    ) as c:
        logits, rate = c.of("one unit"), float(c.reference("rate"))
        in_training = logits.array("in_training", "D's logits in training").ravel()
        one_each = "D does not give one number for each picture."
        c.expect(in_training.size == logits.reference("in_training").size, one_each)
        at_inference = logits.array("at_inference", "D's logits at inference").ravel()
        c.expect(at_inference.size == logits.reference("at_inference").size, one_each)
        same = np.allclose(at_inference, at_inference[0], rtol=1e-4)
        c.expect(same, "At inference, equal pictures get different logits.")
        known = any(np.isclose(at_inference[0], (unit, sigmoid(unit)), rtol=1e-2).any() for unit in _bright_units(c))
        c.expect(known, "At inference, the logit of a known unit is not what two convolutions give.")
        silent = np.isin(in_training, (0, 0.5))  # one half, if a sigmoid follows, which is no matter here
        dropped = float(silent.mean())
        error = 6 * np.sqrt(rate * (1 - rate) / in_training.size)
        c.expect(abs(dropped - rate) < error, f"In training {dropped:.0%} of the last units were dropped.")
        c.expect(np.ptp(in_training[~silent]) > 1e-3, "In training nothing is dropped in the first layers.")
    with rubric.criterion("start", points=1, hint="`start` is for every layer with a kernel, in both players.") as c:
        _known_player(c)
        start, value = c.array("start", "the kernels at the start"), float(c.reference("start")[0])
        c.expect(start.size >= 4, f"{start.size} kernels were found.")
        c.expect(np.allclose(start, value, rtol=1e-4), "Some kernel does not begin with `start`.")


def _known_player(c: Criterion) -> None:
    """One of both players is known by what it answers, with whatever slope: of others a start would be a mere claim."""
    at_inference = _or_nothing(c.of("one unit"), "at_inference").ravel()
    known = (
        _conv_slope(c, "logits", lambda slope: _d_answer(c, slope)) is not None
        or _conv_slope(c, "images tanh", lambda slope: _g_answer(c, slope, "tanh")) is not None
        or any(np.isclose(at_inference[:1], (unit, sigmoid(unit)), rtol=1e-2).any() for unit in _bright_units(c))
    )
    c.expect(known, "Neither player answers as the layers that were asked for would.", "Begin with the criteria above.")


def _bright_units(c: Criterion) -> Iterator[Array]:
    """The logit of the one unit that counts, for the bright picture: with strides, without padding, and by pooling.

    All numbers are positive, so that no slope matters.
    """
    kernels = [np.abs(kernel) for kernel in c.references("d_kernels")]
    unit, bright = int(c.reference("unit")), c.reference("bright")[None].astype(np.float64)

    def plain(x: Array, kernel: Array, stride: int, margin: int) -> Array:
        x = np.pad(x, ((0, 0), (margin, margin), (margin, margin), (0, 0)))
        windows = np.lib.stride_tricks.sliding_window_view(x, kernel.shape[:2], axis=(1, 2))[:, ::stride, ::stride]
        return np.einsum("bijcuv,uvco->bijo", windows, kernel)

    def fields(x: Array) -> Array:
        return x.reshape(1, x.shape[1] // 2, 2, x.shape[2] // 2, 2, -1)

    ways: tuple[Callable[[Array, Array], Array], ...] = (
        _convolved,
        lambda x, kernel: plain(x, kernel, 2, 0),
        lambda x, kernel: fields(plain(x, kernel, 1, 2)).max(axis=(2, 4)),
        lambda x, kernel: fields(plain(x, kernel, 1, 2)).mean(axis=(2, 4)),
    )
    for way in ways:
        units = way(way(bright, kernels[0]), kernels[1]).ravel()
        yield 0.01 * units[unit % units.size]


# Labels --------------------------------------------------------------------------------------------------------------


def _labels(c: Criterion, key: str, what: str) -> Array:
    """Finite labels of the right shape."""
    return c.finite(key, what).astype(np.float64)


def labels(rubric: Rubric) -> None:
    """The two distributions, and where the randomness comes from."""
    with rubric.criterion(
        "soften",
        points=1,
        hint="Draw a histogram of softened ones, and one of softened zeros: in which interval is each uniform?",
    ) as c:
        _softened(c)
    with rubric.criterion(
        "flip",
        points=1,
        hint="A flipped label becomes 1 - label. Each label is flipped with this probability, whatever the others do.",
    ) as c:
        _flipped(c)
    with rubric.criterion(
        "generator",
        points=1,
        hint="All randomness comes from the generator passed in; the array of labels passed in does not change.",
    ) as c:
        for name, twice in (("soft", c.of("soft twice")), ("flipped", c.of("flipped twice"))):
            once, again = _labels(c, name, "the labels"), _labels(twice, "again", "the labels, again,")
            c.expect(alike(once, again), "Generators in equal states gave different labels.")
            first, second = _labels(twice, "first", "the labels"), _labels(twice, "second", "the labels")
            c.expect(name != "soft" or not alike(first, c.reference("hard")), "No label has been softened.")
            moved = np.abs(first - c.reference("hard")).ravel()
            fixed = np.ptp(moved) < 1e-5 or (np.diff(moved) != 0).sum() < 2  # not at random at all: lost already
            c.expect(fixed or not np.array_equal(first, second), "Two calls with one generator gave the same labels.")
            kept = _labels(twice, "kept", "the labels passed in")
            c.expect(alike(kept, c.reference("hard")), "The labels passed in were changed.")
        c.either(lambda: _softened(c), lambda: _flipped(c))  # who has neither right shows nothing about chance


def _softened(c: Criterion) -> None:
    """Soft labels are uniform in their intervals, each by itself."""
    soft, hard, amount = _labels(c, "soft", "the soft labels"), c.reference("hard"), float(c.reference("amount"))
    for label, moved in ((0, soft[hard == 0]), (1, 1 - soft[hard == 1])):
        share = np.sort(moved / amount)
        c.expect(share[0] > -1e-4 and share[-1] < 1 + 1e-4, f"Softened, a {label} leaves its interval.")
        distance = np.abs(share - (np.arange(share.size) + 0.5) / share.size).max()
        c.expect(distance < 0.07, f"Softened, a {label} is not uniform in its interval.")
    spread = float(np.std(c.finite("soft means", "the means of small batches")))
    alone = amount / np.sqrt(12 * 8)
    whole = np.ptp(soft[hard == 0]) < 1e-5  # all moved alike: lost already
    c.expect(
        whole or abs(spread / alone - 1) < 0.2,
        "The means of small batches do not vary as they would if each label were moved by itself.",
        "Every label draws its own amount, whatever the others of its batch have drawn.",
    )


def _flipped(c: Criterion) -> None:
    """This share of labels is flipped, each by itself."""
    share = float(c.reference("share"))
    for key, before in (("flipped", "hard"), ("flipped between", "between")):
        after, known = _labels(c, key, "the flipped labels"), c.reference(before).astype(np.float64)
        turned = np.isclose(after, 1 - known, atol=1e-5)
        c.expect((turned | np.isclose(after, known, atol=1e-5)).all(), "Some labels are neither kept nor flipped.")
        error = 6 * np.sqrt(share * (1 - share) / known.size)
        c.expect(abs(turned.mean() - share) < error, f"{turned.mean():.1%} of the labels were flipped.")
        for label in np.unique(known) if before == "hard" else []:
            c.expect(
                0.5 * share < turned[known == label].mean() < 1.5 * share,
                "Zeros are flipped much more or less often than ones.",
            )
        places = np.flatnonzero(turned.ravel()) / known.size
        distance = np.abs(places - (np.arange(places.size) + 0.5) / places.size).max()
        c.expect(distance < 2.3 / np.sqrt(places.size), "The flipped labels all lie together.")
    spread = float(np.std(c.finite("flipped means", "the shares of small batches")))
    alone = np.sqrt(share * (1 - share) / 20)
    c.expect(
        abs(spread / alone - 1) < 0.2,
        "How many labels of a small batch are flipped varies less or more than if each label decided by itself.",
        "Do not flip a fixed share of the batch, but each label with this probability: draw a number for each.",
    )


# Numbers -------------------------------------------------------------------------------------------------------------


SIMPLICES, CLOUDS, LINE = (6, 7), range(5), 5
"""Of the cases: those whose balls are the same for any neighbour, random ones, and the one with border cases."""


def _shares(c: Criterion, case: int) -> tuple[float, float]:
    """Precision and coverage that came for this case, two finite numbers."""
    shares = c.each("shares")[case]
    return shares.number("first", "The first number"), shares.number("second", "The second number")


PRECISION, COVERAGE = "first", "second"
"""Where each belongs."""


def _right(c: Criterion, name: str, case: int, share: float) -> bool:
    return abs(share - float(c.each("shares")[case].reference(name))) < 1e-4


def _swapped(c: Criterion) -> bool:
    """Whether the first number is not the precision, but the coverage."""
    firsts = [(i, _shares(c, i)[0]) for i in SIMPLICES]
    right = {name: all(_right(c, name, i, share) for i, share in firsts) for name in (PRECISION, COVERAGE)}
    return right[COVERAGE] and not right[PRECISION]


def numbers(rubric: Rubric) -> None:
    """Both shares, where every way to draw the balls gives the same; and how far the balls reach.

    Who returns the two the wrong way round loses the first only.
    """
    with rubric.criterion(
        "precision",
        points=1,
        hint="A generated picture counts if it lies in a real ball, no matter in how many. Return this share first.",
    ) as c:
        c.expect(not _swapped(c), "The first number is the coverage.", "Precision comes first, then coverage.")
        for i in SIMPLICES:
            share = _shares(c, i)[0]
            c.expect(_right(c, PRECISION, i, share), f"The precision is {share:.3f}, which is not right.")
    with rubric.criterion(
        "coverage", points=1, hint="Here the balls are counted, and they are those of the real pictures."
    ) as c:
        place = 0 if _swapped(c) else 1
        for i in SIMPLICES:
            share = _shares(c, i)[place]
            c.expect(_right(c, COVERAGE, i, share), f"The coverage is {share:.3f}, which is not right.")
    with rubric.criterion(
        "balls",
        points=1,
        hint="To which neighbour does a ball reach, and by which distance? A picture is not its own neighbour, and "
        "what lies exactly on the border is inside.",
    ) as c:

        def reaching(name: str, place: int) -> None:
            for i in CLOUDS:
                right = _right(c, name, i, _shares(c, i)[place])
                c.expect(
                    right, "Among random points, neither share is right: the balls do not reach as far as they should."
                )
            right = _right(c, name, LINE, _shares(c, LINE)[place])
            c.expect(right, "Where pictures lie exactly on the border of balls, neither share is right.")

        ways = [(name, place) for name in (PRECISION, COVERAGE) for place in (0, 1)]
        # That share which is right among random points, if there is one, decides on the border as well.
        inner = [way for way in ways if all(_right(c, way[0], i, _shares(c, i)[way[1]]) for i in CLOUDS)]
        c.either(*(partial(reaching, *way) for way in inner or ways))


def _counts(inputs: int, kernel: int, stride: int) -> Array:
    """How many inputs reach each output."""
    counts = np.zeros(stride * (inputs - 1) + kernel)
    for i in range(inputs):
        counts[stride * i : stride * i + kernel] += 1
    return counts


MISCOUNTS: tuple[Callable[[int, int, int], Array], ...] = (
    lambda inputs, kernel, stride: _counts(inputs - 1, kernel, stride),
    lambda inputs, kernel, stride: _counts(inputs, stride, kernel),
)
"""Counts with one mistake: without the last input, and with kernel and stride exchanged."""


def _counts_so(c: Criterion, name: str, way: Callable[[int, int, int], Array]) -> bool:
    """Whether all answers ``name`` are counted in this way; outputs may be cut off, or zeros stand behind them."""
    for counts, case in zip(c.arrays(name, "the counts"), c.of("cases").reference(name).tolist(), strict=True):
        right = way(*case)
        size = min(counts.size, right.size)
        if (
            counts.ndim != 1
            or 4 * size < right.size
            or not np.array_equal(counts[:size], right[:size])
            or counts[size:].any()
        ):
            return False
    return True


def overlaps(rubric: Rubric) -> None:
    """Where the kernel is larger than the stride, and where it is smaller."""
    with rubric.criterion(
        "overlapping", points=1, hint="Write down for three inputs which outputs each reaches, and count."
    ) as c:
        c.close("dividing", "the counts")
        c.close("uneven", "the counts")
    with rubric.criterion(
        "gaps", points=1, hint="With a stride larger than the kernel some outputs are reached by no input."
    ) as c:

        def with_the_same_mistake() -> None:
            ways = (way for way in MISCOUNTS if all(_counts_so(c, name, way) for name in ("dividing", "uneven")))
            c.expect(any(_counts_so(c, "gaps", way) for way in ways), "The counts are not right.")

        # Whoever has made the same mistake has lost "overlapping" already.
        c.either(lambda: c.close("gaps", "the counts"), with_the_same_mistake)


def checkerboard(rubric: Rubric) -> None:
    """The share, and what does not come out even."""
    with rubric.criterion(
        "share",
        points=2,
        hint="Divide the variance of the mean patterns by that of the pictures, each summed over the pictures first.",
    ) as c:
        _expect_shares(c, "whole")
    with rubric.criterion(
        "cut", points=1, hint="Rows and columns beyond the last multiple of the stride are cut off before either sum."
    ) as c:

        def with_the_same_mistake() -> None:
            ways = [way for way in ENERGIES if _shares_so(c, "whole", way)]
            same = any(_shares_so(c, "cut", way) for way in ways)
            c.expect(same, "Rows or columns that are to be cut off change the share.")

        # Whoever computes another share has lost "share" for it already.
        c.either(lambda: _expect_shares(c, "cut"), with_the_same_mistake)


def _expect_shares(c: Criterion, question: str) -> None:
    for case in c.cases(question):
        value, right = c.number(case, "The share"), float(c.reference(case))
        c.expect(abs(value - right) < 1e-3 * right, f"The share is {value:.4g}, which is not right.")


ENERGIES: dict[str, Callable[[Array, Array], Array]] = {
    "right": lambda blocks, images: _variance(blocks.mean(axis=(1, 3))).sum() / _variance(images).sum(),
    "common mean": lambda blocks, images: blocks.mean(axis=(1, 3)).var() / images.var(),
    "standard deviations": lambda blocks, images: (
        np.sqrt(_variance(blocks.mean(axis=(1, 3)))).sum() / np.sqrt(_variance(images)).sum()
    ),
    "mean of shares": lambda blocks, images: (_variance(blocks.mean(axis=(1, 3))) / _variance(images)).mean(),
    "average picture": lambda blocks, images: blocks.mean(axis=(0, 1, 3)).var() / _variance(images).sum(),
    "inside blocks": lambda blocks, images: _variance(blocks.mean(axis=(2, 4))).sum() / _variance(images).sum(),
    "sums": lambda blocks, images: _variance(blocks.sum(axis=(1, 3))).sum() / _variance(images).sum(),
    "squares": lambda blocks, images: (blocks.mean(axis=(1, 3)) ** 2).mean() / (images**2).mean(),
}
"""The share, right or with one mistake, of blocks (n, rows, stride, columns, stride) and of the pictures (n, h, w)."""


def _variance(pictures: Array) -> Array:
    """Of each picture by itself: (n,)."""
    return pictures.var(axis=(1, 2))


def _shares_so(c: Criterion, name: str, way: str) -> bool:
    """Whether shares are computed in this way, of pictures that are cut as asked; or all of them by a stride of 2."""

    def are_so(strides: tuple[int, ...]) -> bool:
        for case, whole, stride in zip(c.cases(name), c.of("images").references(name), strides, strict=True):
            n, height, width = whole.shape
            rows, columns = height // stride, width // stride
            images = whole[:, : rows * stride, : columns * stride]
            right = ENERGIES[way](images.reshape(n, rows, stride, columns, stride), images)
            if not np.isclose(c.number(case, "The share"), right, rtol=1e-3):
                return False
        return True

    return are_so((2, 3, 4)) or are_so((2, 2, 2))


# Walks ---------------------------------------------------------------------------------------------------------------


def walks(rubric: Rubric) -> None:
    """The block, the arc, and where the arc is a line."""
    with rubric.criterion(
        "block", points=1, hint="The block goes from the first places to the last: how many places are there?"
    ) as c:
        c.close("block", "the moving ones")
    with rubric.criterion(
        "arc",
        points=1,
        hint="The angle depends on the directions only, not on the lengths. Both ends belong to the walk.",
    ) as c:
        c.close("arc", "the arc", rtol=1e-3, atol=1e-4)
    with rubric.criterion(
        "straight", points=1, hint="What is the sine of the angle between equal directions, and what does rounding do?"
    ) as c:
        # Whoever leaves the end out, or walks on the unit sphere, has lost "arc" for it already.
        same = next((way for way in WALKS if _walks_so(c, "arc", way)), None)
        if same is None:
            c.close("straight", "the walk between equal directions", rtol=1e-3, atol=1e-4)
            c.close("rounded", "the walk between equal directions", rtol=1e-3, atol=1e-4)
        else:
            along = _walks_so(c, "straight", same)
            c.expect(along, "A walk between equal directions is not a straight line.")
            value = c.finite("rounded", "walks between equal directions")
            starts, factor = c.reference("starts"), float(c.reference("factor"))
            right = np.stack([_walk(start, factor * start, 3, *same) for start in starts])
            c.expect(alike(value, right), "Some walks between equal directions are not straight lines.")


WALKS = ((False, False), (True, True))
"""Ways of walking with one known mistake: not to the end, or on the unit sphere (`unit` and `ends` of `_walk`)."""


def _walk(a: Array, b: Array, steps: int, unit: bool, ends: bool) -> Array:
    """A spherical walk: (steps, n)."""
    if unit:
        a, b = a / np.linalg.norm(a), b / np.linalg.norm(b)
    t = np.linspace(0, 1, steps, endpoint=ends)[:, None]
    angle = np.arccos(np.clip(a @ b / (np.linalg.norm(a) * np.linalg.norm(b)), -1, 1))
    if np.sin(angle) < 1e-6:
        return (1 - t) * a + t * b
    return (np.sin((1 - t) * angle) * a + np.sin(t * angle) * b) / np.sin(angle)


def _walks_so(c: Criterion, question: str, way: tuple[bool, bool]) -> bool:
    """Whether all walks of a ``question`` go this way."""
    ways = zip(c.cases(question), c.references(question), c.of("ends").references(question), strict=True)
    return all(alike(_or_nothing(c, case), _walk(*ends, len(right), *way)) for case, right, ends in ways)
