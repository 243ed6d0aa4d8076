"""Hidden tests of the lesson ``draw``, the judging half: how an answer earns points.

What theory says is compared with theory, all else with the solution's answer to the same question. Where a part was
asked twice, either answer earns the points. Answers that are compared with one another (two draws, a gradient and a
change) must also follow from secret inputs, in a way that other mistakes leave as it is: else numbers that merely agree
would earn points.
"""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import product

import numpy as np

from autograder.judging import CUT, Criterion, Rubric, alike


def _shape(c: Criterion, key: str, what: str, shape: tuple[int, ...]) -> np.ndarray:
    """The answer ``key``, finite numbers of this shape."""
    value = c.array(key, what)
    c.expect(value.shape == shape, f"{what}: an array of shape {value.shape} came, which is not the right shape")
    c.expect(value.dtype.kind in "iuf" and np.isfinite(value).all(), f"{what}: not all of it are finite numbers")
    return value.astype(np.float64)


COMPILED = (
    "Training compiles it, for a batch of any size. NumPy's functions and `float(...)` stop that, and so does a shape "
    "with the size of the batch in it (write -1)."
)
"""The hint where something works for known numbers only."""


def _learnt(c: Criterion, key: str, paid: tuple[str, ...] = ()) -> None:
    """Expect the gradients ``key`` of the solution, where the values are its own: no gradient may be cut on its way.

    If nothing passes where the gradients ``paid`` were asked, which another criterion sees, that has cost enough.
    """
    if paid and not any(c.array(each, "the gradients").any() for each in paid):
        return
    came = c.array(key, "the gradients")
    c.expect(came.size > 0, "The values are right, but it stopped when it was compiled, as training does.", COMPILED)
    right = c.reference(key)
    _shape(c, key, "the gradients", right.shape)
    c.expect(came.any(), "The values are right, but no gradient passes.", CUT)
    passes = alike(came, right, rtol=1e-2, atol=1e-3)
    c.expect(passes, "The values are right, but not all of the gradient passes.", CUT)


# Data ----------------------------------------------------------------------------------------------------------------


def binarise(rubric: Rubric) -> None:
    """How often a grey is ink, and who decides."""
    with rubric.criterion(
        "probabilities", points=1, hint="Ink or paper, 1 or 0: with which probability is a pixel of value v ink?"
    ) as c:
        levels = c.reference("levels")
        shape = c.reference("draws[0]").shape
        ink = _shape(c, "draws[0]", "the binarised images", shape)
        c.expect(c.array("draws[0]", "the images").dtype == np.float32, "float32 was expected.")
        expected = levels / 255
        error = np.abs(ink.mean(axis=0) - expected)
        spread = np.sqrt(expected * (1 - expected) / shape[0])
        c.expect((error <= 5 * spread + 1e-6).all(), "Some grey levels are ink too often or too rarely.")
    with rubric.criterion(
        "drawn", points=1, hint="Each pixel of each image is drawn by itself, with the generator that was handed in."
    ) as c:
        shape = c.reference("again").shape
        answers = [_shape(c, key, "the images", shape) for key in (*c.cases("draws"), "again", "other")]
        rounded = np.broadcast_to(c.reference("levels") > 127, shape)
        if not all(np.array_equal(each, rounded) for each in answers):  # which has been paid for
            _drawn(c, *answers)


def _drawn(c: Criterion, first: np.ndarray, second: np.ndarray, again: np.ndarray, other: np.ndarray) -> None:
    """Ink and paper by the generator, each pixel of each image by itself, and the more ink the darker it is."""
    levels = c.reference("levels")
    c.expect(np.isin(first, (0, 1)).all(), "Some pixels are neither 0 nor 1.")
    share = first.mean(axis=0)
    c.expect(np.ptp(share) > 0.3, "All pixels are ink equally often.")
    follows = abs(np.corrcoef(share.ravel(), levels.ravel())[0, 1])  # or the other way round, which has been paid for
    c.expect(follows > 0.9, "How often a pixel is ink does not follow from its grey.")
    c.expect(np.array_equal(first, again), "Two generators with the same seed made different images.")
    c.expect(not np.array_equal(first, other), "Two generators with different seeds made the same images.")
    c.expect(not np.array_equal(first, second), "Two calls with one generator made the same images.")
    grey = (levels > 0) & (levels < 255)
    pixels = first[:, grey] - first[:, grey].mean(axis=0)
    stds = pixels.std(axis=0)
    c.expect((stds > 0).all(), "A grey pixel is the same in all images.")
    correlation = (pixels.T @ pixels) / len(pixels) / np.outer(stds, stds)
    most = np.abs(correlation - np.eye(len(correlation))).max()
    c.expect(most < 0.2, f"Pixels of one image depend on each other (correlation {most:.2f}).")
    power = np.abs(np.fft.fft(pixels / stds, axis=0)) ** 2  # whose transform are correlations of images
    most = np.abs(np.fft.ifft(power.sum(axis=1)).real[1:]).max() / pixels.size
    c.expect(most < 0.2, f"Images depend on each other (correlation {most:.2f}).")


# The error image, and no attention -----------------------------------------------------------------------------------


def error_image(rubric: Rubric) -> None:
    """The image minus the probabilities of ink."""
    with rubric.criterion("values", points=2, hint="The canvas holds logits. Which function makes probabilities?") as c:
        c.close("error", "the error images")
        _learnt(c, "gradients")


def plain(rubric: Rubric) -> None:
    """Flat glimpses, and strokes as images."""
    with rubric.criterion(
        "read", points=1, hint="All pixels of x row by row, and behind them those of the error."
    ) as c:
        c.close("read", "the glimpses")
        _learnt(c, "read gradients")
    with rubric.criterion(
        "write", points=1, hint="Call the layer, then give each row of numbers the image's form."
    ) as c:
        if not _by_columns(c):
            c.close("write", "the strokes")
            _learnt(c, "write gradients", paid=("read gradients",))


def _by_columns(c: Criterion) -> bool:
    """Whether reading and writing both go through the pixels by columns, which reading has paid for."""
    right = c.reference("write")
    batch, height, width = right.shape
    glimpses = c.reference("read").reshape(batch, 2, height, width).swapaxes(2, 3).reshape(batch, -1)
    stroke = right.reshape(batch, width, height).swapaxes(1, 2)
    return alike(c.array("read", "the glimpses"), glimpses) and alike(c.array("write", "the strokes"), stroke)


# Attention -----------------------------------------------------------------------------------------------------------


def attention_window(rubric: Rubric) -> None:
    """Five numbers from the layer's five outputs."""
    with rubric.criterion(
        "centre",
        points=2,
        hint="x belongs to the width, y to the height; an output of 0 is the middle, and the first pixel is number 0.",
    ) as c:
        for window in c.each("windows"):
            window.close("x", "the centre's column")
            window.close("y", "the centre's row")
            named = window.number("named", "what came") == 1
            c.expect(named, "The numbers are right, but no `Window` holds them.", "Return them as `Window(...)`.")
        _learnt(c, GRADIENTS["x"])
        _learnt(c, GRADIENTS["y"])
    with rubric.criterion(
        "stride",
        points=1,
        hint="At an output of 0, size spots reach from the first to the last pixel of the longer side. The stride is "
        "the fourth output, and the third part of a Window.",
    ) as c:
        for window in c.each("windows"):
            window.close("stride", "the stride")
        _learnt(c, GRADIENTS["stride"], paid=CENTRE)
    with rubric.criterion(
        "variance and intensity", points=1, hint="The layer gives the logarithms of σ² (third) and of γ (fifth)."
    ) as c:
        c.either(lambda: _exponential(c), lambda: _another_function(c))


GRADIENTS = {name: f"gradients[{k}]" for k, name in enumerate(("x", "y", "stride", "variance", "intensity"))}
"""Under which names the gradients of a Window's parts were asked."""
CENTRE = GRADIENTS["x"], GRADIENTS["y"]


def _exponential(c: Criterion) -> None:
    """Variance and intensity are exponentials of the right outputs."""
    windows = c.each("windows")
    for window in windows:
        if not _exchanged(window):
            window.close("variance", "the variance")
        window.close("intensity", "the intensity")
    if not _exchanged(windows[0]):
        _learnt(c, GRADIENTS["variance"], paid=CENTRE)
    _learnt(c, GRADIENTS["intensity"], paid=CENTRE)


_POSITIVE: tuple[Callable[[np.ndarray], np.ndarray], ...] = (
    lambda raw: np.logaddexp(0, raw),
    lambda raw: 1 / (1 + np.exp(-raw)),
    lambda raw: np.where(raw > 0, raw, np.expm1(np.minimum(raw, 0))) + 1,
    np.exp2,
    lambda raw: 10.0**raw,
    lambda raw: np.exp(raw / 2),
    lambda raw: np.exp(2 * raw),
)
"""What else than the exponential makes positive numbers that grow: softplus, sigmoid, ELU and one, other bases."""


def _another_function(c: Criterion) -> None:
    """Another increasing function than the exponential, the same for all three: the stride has paid for it."""
    same = c.of("alike")
    paid = not alike(same.array("stride", "the stride"), same.reference("stride"))
    c.expect(paid, "The stride is right, but not variance and intensity.")
    variance, raw = same.array("variance", "the variance"), np.log(same.reference("variance").astype(np.float64))
    known = any(alike(variance, function(raw), rtol=1e-2) for function in _POSITIVE)
    c.expect(known, "The variances are no known positive function of the layer's outputs.")
    stride = same.array("stride", "the stride") / c.reference("span")
    intensity = same.array("intensity", "the intensity")
    c.expect(
        alike(stride, variance) and alike(intensity, variance),
        "Stride, variance and intensity are not made by the same function.",
    )


def _exchanged(window: Criterion) -> bool:
    """Whether stride and variance have changed their places, which the stride has paid for: after all, or before."""
    stride, variance = window.array("stride", "the stride"), window.array("variance", "the variance")
    right_stride, right_variance = window.reference("stride"), window.reference("variance")
    scale = right_stride[0]  # of outputs of zero
    after = alike(stride, right_variance) and alike(variance, right_stride)
    return after or (alike(stride, scale * right_variance) and alike(variance, right_stride / scale))


def filter_centres(rubric: Rubric) -> None:
    """Spots of a grid, by theory: their mean, and their distances."""
    with rubric.criterion(
        "centred", points=1, hint="The mean of all spots is the centre, for odd and for even numbers of them."
    ) as c:
        for case in c.cases("centres"):
            centres = _shape(c, case, "the spots", c.reference(case).shape)
            distances = np.diff(centres, axis=1)
            regular = np.abs(distances).min() > 1e-3 and np.ptp(distances, axis=1).max() < 1e-3
            c.expect(regular, "The spots are no grid: neighbours are not all equally far apart.")
            off = np.abs(centres.mean(axis=1, keepdims=True) - c.reference("centre")).max()
            c.expect(off < 1e-3, "A grid lies off its centre.")
        _learnt(c, "mean gradients")
    with rubric.criterion(
        "spaced", points=1, hint="Neighbouring spots, from left to right, are one stride apart."
    ) as c:
        for case in c.cases("centres"):
            centres = _shape(c, case, "the spots", c.reference(case).shape)
            off = np.abs(np.diff(centres, axis=1) - c.reference("stride")).max()
            c.expect(off < 1e-3, "The distance of two neighbouring spots is not the stride.")
        _learnt(c, "distance gradients", paid=("mean gradients",))


def filterbank(rubric: Rubric) -> None:
    """Weights of pixels, by theory: their sums, their proportions, and what is left of spots far outside."""
    with rubric.criterion(
        "sums", points=1, hint="The weights of one filter, over all pixels of the axis, sum to one; also near the ends."
    ) as c:
        filters = _shape(c, "near", "the filters", c.reference("near").shape)
        off = np.abs(filters.argmax(axis=-1) - c.reference("near").argmax(axis=-1)).max()
        c.expect(off <= 1, "The largest weight of a filter is not near its spot.")
        c.expect(np.abs(filters.sum(axis=-1) - 1).max() < 1e-3, "The weights of a filter do not sum to 1.")
    with rubric.criterion(
        "proportions",
        points=1,
        hint="Weights fall with exp(-d²/(2σ²)), where d is the distance of the pixel from the spot, in pixels from 0.",
    ) as c:
        filters = _shape(c, "near", "the filters", c.reference("near").shape)
        c.expect((filters.sum(axis=-1) > 0).all(), "The weights of a filter do not sum to a positive number.")
        c.expect(_in_proportion(c), "The shares of the pixels are not those of a Gaussian.")
        _learnt(c, "near gradients")
    with rubric.criterion(
        "outside",
        points=1,
        hint="Far outside all exponentials are tiny. Which function of the library divides exponentials by their sum?",
    ) as c:
        for key in ("far", "farther"):
            filters = _shape(c, key, "the filters of spots far outside", c.reference(key).shape)
            side = c.reference("far_side")
            last, first = filters[..., -1], filters[..., 0]
            nearest, farthest = np.where(side > 0, (last, first), (first, last))
            if not _without_sum(c):
                c.expect((filters.sum(axis=-1) > 0.5).all(), "A spot far outside sees nothing.")
                is_nearest = (nearest >= filters.max(axis=-1)) & (nearest > farthest)
                c.expect(is_nearest.all(), "A spot far outside sees other pixels than the nearest.")
        near = c.reference("near")
        by_centres = c.array("near gradients", "the gradients")[: near.shape[0] * near.shape[1]]
        paid = not by_centres.any() or not alike(c.array("near", "the filters"), near)
        if not paid:
            back = _shape(c, "far gradients", "the gradients of spots far outside", c.reference("far gradients").shape)
            c.expect((back > 0).all(), "No gradient leads a spot far outside back.")
            _shape(c, "farther gradients", "the gradients of spots far outside", back.shape)


def _in_proportion(c: Criterion) -> bool:
    """Whether the weights of each filter are right, but for a factor of all of them."""
    mine, right = c.array("near", "the filters").astype(np.float64), c.reference("near").astype(np.float64)
    sums = mine.sum(axis=-1, keepdims=True)
    return (sums > 0).all() and np.abs(mine / sums - right / right.sum(axis=-1, keepdims=True)).max() < 1e-3


def _without_sum(c: Criterion) -> bool:
    """Whether exponentials are not divided by their sum, which the sums have paid for: far outside they are tiny."""
    sums = c.array("near", "the filters").sum(axis=-1)
    return _in_proportion(c) and np.abs(sums - 1).max() > 1e-3


def _intensity(c: Criterion, what: str, parts: np.ndarray) -> None:
    """Expect what a window makes of flat images to be a mixture of ``parts`` (images, parts), whichever it is.

    They hold the greys, each with its intensity. The window is the same for all images, and so must be the mixture.
    """
    flat = c.array("flat", what).astype(np.float64)
    c.expect(len(flat) == len(parts) and flat.size > len(parts), f"{what}: there is not one for each image.")
    flat = flat.reshape(len(parts), -1)
    mixture = np.linalg.lstsq(parts, flat, rcond=None)[0]
    c.expect((np.abs(mixture).max(axis=0) > 1e-4).any(), f"{what}: nothing is in them.")
    off = np.abs(parts @ mixture - flat).max() / np.abs(flat).max()
    c.expect(off < 1e-3, f"{what}: another intensity changes them in another way than it should.")
    if c.of("gradients").array("others", "the gradients").any():  # else nothing passes, which has been paid for
        gradients = c.of("gradients").array("intensity", "the gradients")
        c.expect(gradients.size and gradients.all(), f"{what} are right, but no gradient passes to the intensity.", CUT)


def read_attention(rubric: Rubric) -> None:
    """What is seen through a window."""
    with rubric.criterion(
        "values", points=2, hint="F_y mixes rows, F_x columns. First the image's patch, row by row, then the error's."
    ) as c:
        c.either(lambda: _read(c), lambda: _through_window(c.stubbed, "the glimpses"))
    with rubric.criterion("intensity", points=1, hint="All of a glimpse is multiplied by γ.") as c:
        c.either_way(_intensity, "the glimpses", c.reference("gamma") * c.reference("greys").T)


def _through_window(c: Criterion, what: str) -> None:
    """The solution's, and gradients pass."""
    c.close("soft", what)
    _learnt(c.of("gradients"), "others")


def _read(c: Criterion) -> None:
    """As the notebook is; and through a sharp grid the pixels themselves are seen."""
    _through_window(c, "the glimpses")
    glimpses = _shape(c, "sharp", "the glimpses through a sharp grid", c.reference("patches").shape)
    off = np.abs(glimpses - c.reference("patches")).max()
    c.expect(off < 1e-3, "Through a sharp grid other pixels are seen than those that lie there.")


def write_attention(rubric: Rubric) -> None:
    """What a patch leaves on the canvas."""
    with rubric.criterion(
        "values",
        points=2,
        hint="Write down the shapes of the three matrices: only one order fits. Which of them are transposed?",
    ) as c:
        c.either_way(_through_window, "the strokes")
    with rubric.criterion("intensity", points=1, hint="Reading multiplies by γ. And writing?") as c:
        c.either_way(_intensity, "the strokes", c.reference("greys")[:, None] / c.reference("gamma"))


# The networks --------------------------------------------------------------------------------------------------------


def lstm_steps(rubric: Rubric) -> None:
    """Which input each cell gets, and what is returned."""
    with rubric.criterion(
        "encoder", points=1, hint="Its input is the glimpse and behind it h_dec; its state is the encoder's own."
    ) as c:
        _cell(c, "encoder")
        _learnt(c, "encoder gradients")
    with rubric.criterion("decoder", points=1, hint="Its input is z alone; return what the cell returns.") as c:
        _cell(c, "decoder")
        _learnt(c, "decoder gradients", paid=("encoder gradients",))


def _cell(c: Criterion, name: str) -> None:
    for part in ("output", "h", "c"):
        c.of(name).close(part, f"the {name}'s {part}")


def latent(rubric: Rubric) -> None:
    """The posterior and its sample."""
    with rubric.criterion("posterior", points=2, hint="The second layer gives log σ, and you return σ.") as c:
        c.of("posterior").close("mean", "the means")
        c.of("posterior").close("std", "the standard deviations")
        _learnt(c, "posterior gradients")
    with rubric.criterion(
        "sample", points=1, hint="Noise with the standard deviation 1 about 0 becomes noise with σ about μ."
    ) as c:
        c.close("sample", "the samples")
        _learnt(c, "sample gradients", paid=("posterior gradients",))


def _normal(c: Criterion, value: np.ndarray, what: str) -> None:
    """Expect numbers like draws from the standard normal distribution, by their moments; each number counts once."""
    value = np.unique(value)
    c.expect(value.size > 40, f"{what}: only {value.size} different numbers came")
    spread = 5 / np.sqrt(value.size)
    mean, square, fourth = (float(np.mean(value**power)) for power in (1, 2, 4))
    c.expect(abs(mean) < spread, f"{what}: the mean is {mean:.3f}")
    c.expect(abs(square - 1) < spread * np.sqrt(2), f"{what}: the variance is {square:.3f}")
    c.expect(abs(fourth - 3) < spread * np.sqrt(96), f"{what}: the spread is not that of normal numbers")


def _alike(a: np.ndarray, b: np.ndarray) -> float:
    """The correlation of two arrays of one shape, over its spread if they were independent."""
    return abs(float(np.corrcoef(a.ravel(), b.ravel())[0, 1])) * np.sqrt(a.size)


def _fresh(c: Criterion, noise: np.ndarray, what: str) -> None:
    """Expect neighbouring steps, images and latents of (batch, steps, latent) to have nothing to do with each other."""
    c.expect((noise.std(axis=(0, 2)) > 0).all(), f"{what} of some step is always the same.")
    for axis, name in ((1, "steps"), (0, "images"), (2, "latents")):
        most = max(_alike(noise, np.roll(noise, k, axis=axis)) for k in range(1, noise.shape[axis] // 2 + 1))
        c.expect(most < 8, f"{what} of different {name} is not independent.")


def _dealt(c: Criterion) -> None:
    """Expect the noise to be made of the numbers that were dealt in the place of random ones, or to follow them.

    Or, from whoever takes a source of his own, to be made of those that the generator gives.
    """

    def made_of(value: np.ndarray, known: np.ndarray) -> bool:
        value, known = np.abs(value).ravel(), np.sort(np.abs(known), axis=None)
        place = np.clip(np.searchsorted(known, value), 1, known.size - 1)
        nearest = np.minimum(np.abs(known[place] - value), np.abs(known[place - 1] - value))
        return len(np.unique(value)) > 40 and bool((nearest < 1e-5).all())

    def follows(value: np.ndarray, known: np.ndarray) -> bool:
        return value.shape == known.shape and np.ptp(value) > 0 and _alike(value, known) > 0.5 * np.sqrt(value.size)

    def dealt() -> None:
        right = c.references("dealt")
        for k, came in enumerate(c.arrays("dealt", "the noise")):
            value = came.astype(np.float64)
            holds = np.isfinite(value).all() and (made_of(value, np.stack(right)) or follows(value, right[k]))
            c.expect(holds, "The noise does not come from a function of keras.random.")

    def own() -> None:
        value, right = c.array("noise[0]", "the noise").astype(np.float64), c.reference("noise[0]")
        c.expect(np.isfinite(value).all() and made_of(value, right), "The noise does not come from the generator.")

    c.either(dealt, own)


def step_noise(rubric: Rubric) -> None:
    """By theory: normal, and independent of whatever else there is. And made of what the library gives."""
    with rubric.criterion(
        "standard normal", points=1, hint="keras.random has a function for it; mean 0, standard deviation 1."
    ) as c:
        _normal(c, _shape(c, "noise[0]", "the noise", tuple(c.reference("shape"))), "the noise")
        _dealt(c)
    with rubric.criterion("fresh in each step", points=1, hint="Each step, image and latent has its own number.") as c:
        noise = _shape(c, "noise[0]", "the noise", tuple(c.reference("shape")))
        _fresh(c, noise, "The noise")
        _dealt(c)
    with rubric.criterion(
        "fresh in each call", points=1, hint="Hand the generator on as it is: each use moves it to a new state."
    ) as c:
        noise = [_shape(c, case, "the noise", tuple(c.reference("shape"))) for case in c.cases("noise")]
        alike = _alike(*noise) / np.sqrt(noise[0].size)
        c.expect(alike < 0.5, "Two calls with one generator gave noise that is not independent.")
        again = _shape(c, "again", "the noise", noise[0].shape)
        c.expect(np.allclose(noise[0], again), "Two generators with the same seed gave different noise.")
        _dealt(c)


def generation_step(rubric: Rubric) -> None:
    """The decoder's half of a step. The canvas is asked with a decoder that gives known states, whatever it gets."""
    with rubric.criterion("state", points=1, hint="Return the decoder's new state, h and c.") as c:
        c.of("state").close("h", "the decoder's new h")
        c.of("state").close("c", "the decoder's new memory")
        _learnt(c, "state gradients")
    with rubric.criterion("canvas", points=1, hint="A stroke, made from the new state, is added to the canvas.") as c:
        c.close("canvas", "the canvas")
        _learnt(c, "canvas gradients", paid=("state gradients",))


def inference_step(rubric: Rubric) -> None:
    """The whole step: looking, painting, what is handed on, and whether it can be learnt. Each is asked by itself."""
    with rubric.criterion(
        "looking",
        points=2,
        hint="The error is of the canvas from before, h_dec is from before, and it goes into read and into encode. "
        "Mean and standard deviation are of what encode returns.",
    ) as c:
        _any_way(c, _looked)
    with rubric.criterion(
        "painting",
        points=1,
        hint="The decoder gets a sample (of mean, std and noise); its stroke is added to the canvas from before, and "
        "the new canvas is returned.",
    ) as c:
        _any_way(c, _painted)
    with rubric.criterion(
        "states",
        points=1,
        hint="Encoder and decoder each go on from their own state [h, c]; the new State has both new ones, in order.",
    ) as c:
        _any_way(c, _handed_on)
    with rubric.criterion("learnt", points=1, hint=CUT) as c:
        _any_way(c, _nothing, _looked, _painted, _handed_on)
        _any_way(c, _learnt_step)


def _nothing(c: Criterion) -> None:
    """What is said where none of the checks behind it holds: of wrong numbers a gradient says nothing."""
    c.expect(False, "Nothing that the step returns is right yet.", "Fill in the step itself first.")


def _looked(c: Criterion) -> None:
    c.of("forgetful").close("mean", "the means")
    c.of("forgetful").close("std", "the standard deviations")


def _painted(c: Criterion) -> None:
    c.of("steady").close("canvas", "the canvas")
    blind = c.of("blind")
    if all(alike(blind.array(key, "the means"), blind.reference(key)) for key in ("mean", "std")):
        blind.close("canvas", "the canvas")


def _handed_on(c: Criterion) -> None:
    for key, what in (
        ("h_enc", "the encoder's new h"),
        ("c_enc", "the encoder's new memory"),
        ("h_dec", "the decoder's new h"),
        ("c_dec", "the decoder's new memory"),
    ):
        c.of("remembering").close(key, what)


def _learnt_step(c: Criterion) -> None:
    """All that is returned depends on something, and changes as its gradients say: whatever step it is."""
    dependence = c.of("dependence")
    by, of = (_shape(dependence, word, "the gradients", dependence.reference("by").shape) for word in ("by", "of"))
    noise = 0.002  # of changes in float32
    right = (np.abs(by - of) < 0.005 + 0.02 * np.abs(of)) & ((by != 0) | (np.abs(of) < noise))
    for output, row, gradients in zip(("mean", "standard deviation", "h_dec", "canvas"), right, by, strict=True):
        for name, holds in zip(("x", "noise", "canvas", "h_enc", "c_enc", "h_dec", "c_dec"), row, strict=True):
            c.expect(holds, f"The {output} changes with {name} in another way than its gradient says.")
        c.expect(gradients.any(), f"The {output} depends on nothing that goes in.", "Fill in the step itself first.")


def _any_way(c: Criterion, *checks: Callable[[Criterion], None]) -> None:
    """One of ``checks`` holds for the answers as the notebook is, or for those of one of the other ways of asking."""
    c.either(*(partial(check, way) for check in checks for way in c.ways))


# Losses --------------------------------------------------------------------------------------------------------------


def reconstruction_loss(rubric: Rubric) -> None:
    """Nats for the pixels."""
    with rubric.criterion(
        "values", points=2, hint="The cross-entropy of pixels with the canvas's probabilities, summed for each image."
    ) as c:
        c.close("moderate", "the losses of images with moderate logits")
        _learnt(c, "gradients")
    with rubric.criterion("large logits", points=1, hint="No logarithm of a sigmoid: use the form with softplus.") as c:
        large, twice = (c.array(key, "the losses").astype(np.float64) for key in ("large", "twice"))
        c.expect(np.isfinite(large).all() and np.isfinite(twice).all(), "With large logits a loss is not finite.")
        c.expect(
            _of_wrong_pixels(large, c.reference("large")),
            "With large logits something else than the wrong pixels costs.",
        )
        c.expect(_some_loss(c), "With moderate logits the loss was not recognised.", "Begin with the criterion above.")
        if _cross_entropy(c):  # else another loss has been paid for
            off = np.abs(twice - 2 * large).max() / np.abs(twice).max()
            c.expect(off < 1e-3, "Doubling large logits does not double the loss.")
        if c.array("gradients", "the gradients").any():  # else none passes anywhere, which has been paid for
            _shape(c, "large gradients", "the gradients at large logits", c.reference("large gradients").shape)


def _of_wrong_pixels(large: np.ndarray, right: np.ndarray) -> bool:
    """Whether those images cost something of which the pixels are wrong, and no others; or all of them together."""
    if large.size == 1:
        return any(alike(large.reshape(()), np.asarray(total)) for total in (right.sum(), right.mean()))
    return large.shape == right.shape and bool(((np.abs(large) > 1e-3) == (right > 1e-3)).all())


_PIXELS: tuple[Callable[[np.ndarray, np.ndarray], np.ndarray], ...] = (
    lambda x, logits: np.logaddexp(0, logits) - x * logits,
    lambda x, logits: x * np.logaddexp(0, -logits),
    lambda x, logits: (1 - x) * np.logaddexp(0, logits),
    lambda x, logits: np.abs(x - 1 / (1 + np.exp(-logits))),
    lambda x, logits: (x - 1 / (1 + np.exp(-logits))) ** 2,
    lambda x, logits: np.maximum(0, (1 - 2 * x) * logits),
)
"""What a pixel costs: the cross-entropy, and what else is taken for it, which costs in the values."""


def _in_proportion_with(losses: np.ndarray, costs: np.ndarray) -> bool:
    """Whether these are the costs of images but for a common factor; or of all images together."""
    if losses.size == 1:
        return bool(np.isclose(np.abs(losses), (costs.sum(), costs.mean()), rtol=1e-3).any())
    if losses.shape != costs.shape or not np.isfinite(losses).all():
        return False
    factor = float(losses @ costs / (costs @ costs))
    return abs(factor) > 1e-6 and alike(losses / factor, costs)


def _some_loss(c: Criterion) -> bool:
    """Whether moderate logits make the losses of one formula, be it the right one."""
    x, logits = (c.reference(name).astype(np.float64) for name in ("x", "logits"))
    moderate = c.array("moderate", "the losses").astype(np.float64)
    return any(_in_proportion_with(moderate, cost(x, logits).sum(axis=(1, 2))) for cost in _PIXELS)


def _cross_entropy(c: Criterion) -> bool:
    """Whether moderate logits make the right losses, but for a constant factor."""
    moderate, right = c.array("moderate", "the losses").astype(np.float64), c.reference("moderate").astype(np.float64)
    if moderate.shape != right.shape:
        return True
    return bool(np.ptp(moderate / right) < 1e-3 * np.abs(moderate / right).max())


def latent_loss(rubric: Rubric) -> None:
    """Nats for the messages, by theory: above those of the prior, which cost nothing."""
    with rubric.criterion(
        "divergence",
        points=2,
        hint="Square the mean and the standard deviation; sum over latents and steps, for each image; halve.",
    ) as c:
        nats = _shape(c, "nats", "the latent losses", c.reference("nats").shape)
        prior = _shape(c, "prior", "the latent losses at the prior", c.reference("prior").shape)
        nothing = prior[np.abs(c.reference("prior")) < 1e-3].mean()
        off = np.abs(nats - nothing - c.reference("nats")).max()
        c.expect(off < 1e-2, "Latent losses, counted from that of the prior, are wrong.")
        _learnt(c, "gradients")
    with rubric.criterion(
        "prior", points=1, hint="What does a message cost that says nothing? Count the constants."
    ) as c:
        right = c.reference("prior")
        costs = np.abs(_shape(c, "prior", "the latent losses at the prior", right.shape)) > 1e-3
        of_prior = np.abs(right) < 1e-3
        c.expect(costs[~of_prior].all(), "Messages that are not those of the prior cost nothing.")
        c.expect(not costs[of_prior].any(), "Messages that are drawn from the prior do not cost 0 nats.")
        losses = c.array("prior", "the latent losses at the prior").astype(np.float64)
        known = any(_in_proportion_with(losses, each) for each in _latent_costs(c))
        c.expect(
            known, "What other messages cost was not recognised as a divergence.", "Begin with the criterion above."
        )


def _latent_costs(c: Criterion) -> Iterator[np.ndarray]:
    """What the messages cost by the formula, and by what is taken for it: of all steps, of the last or of the first."""
    mean, std = (c.reference(name).astype(np.float64) for name in ("means", "stds"))
    square, log = std**2, np.log(std)
    for size, logarithm in product((square, std), (2 * log, log, -2 * log, 0 * log)):
        for offset in (mean**2, np.abs(mean), 0 * mean):
            costs = offset + size - logarithm - 1
            yield from (part.sum(axis=(1, 2)) for part in (costs, costs[:, -1:], costs[:, :1]))
    yield ((mean**2 + 1) / square + 2 * log - 1).sum(axis=(1, 2))


def importance(rubric: Rubric) -> None:
    """Weights and the bound that they make."""
    with rubric.criterion(
        "weights",
        points=2,
        hint="Pixels and messages: log D, and for all latents log P(z) - log Q(z), with this sample.",
    ) as c:
        c.either_way(_weights)
    with rubric.criterion(
        "bound",
        points=2,
        hint="Minus the logarithm of the *mean* of the weights of an image; logsumexp keeps it finite.",
    ) as c:
        c.close("bound", "the bounds", rtol=1e-5, atol=1e-3)


def _weights(c: Criterion) -> None:
    c.close("weight", "the logarithms of weights", rtol=1e-4, atol=1e-3)


def generate(rubric: Rubric) -> None:
    """Messages from the prior, painted. With dealt numbers the messages are these, in whichever order."""
    with rubric.criterion(
        "prior", points=2, hint="Every step of every image gets a message of its own, from N(0, I)."
    ) as c:
        c.either(lambda: _drawn_from_prior(c), lambda: _made_of_known_noise(c.stubbed))
    with rubric.criterion(
        "probabilities", points=1, hint="The painter returns logits, of every step. Return h_dec, too."
    ) as c:
        c.either_way(_probabilities)


def _drawn_from_prior(c: Criterion) -> None:
    """By theory: normal, new in each call, from the generator; and the numbers that were dealt, each once."""
    _comes_back(c)
    messages = c.of("messages")
    z = _shape(messages, "z", "the messages", tuple(c.reference("shape")))
    _normal(c, z, "the messages")
    _fresh(c, z, "The message")
    another, again = (_shape(messages, key, "the messages", z.shape) for key in ("another", "again"))
    c.expect(not np.allclose(z, another), "Two calls with one generator drew the same messages.")
    c.expect(np.allclose(z, again), "Two generators with the same seed drew different messages.")
    dealt = np.sort(_shape(c, "dealt", "the messages", z.shape), axis=None)
    each_once = alike(dealt, np.sort(c.reference("dealt"), axis=None))
    c.expect(each_once, "Not every message is a draw of its own from the prior.")


def _made_of_known_noise(c: Criterion) -> None:
    _comes_back(c)
    c.of("messages").close("z", "the messages")
    c.of("messages").close("another", "the messages")


def _probabilities(c: Criterion) -> None:
    """Of ink, in each step; and the painter's states."""
    painted = c.of("painted")
    right = painted.reference("images")
    images = _shape(painted, "images", "the images", right.shape)
    c.expect(alike(images, right), "The images are not the painted probabilities of ink.")
    holds = alike(painted.array("h_dec", "h_dec"), painted.reference("h_dec"))
    c.expect(holds, "The second thing that is returned is not the painter's h_dec.")


def _comes_back(c: Criterion) -> None:
    """Expect canvases or states to be returned as they should, in whichever place: else nobody has been painting."""
    painted = c.of("painted")
    came = [painted.array(key, "what was painted") for key in ("images", "h_dec")]
    right = [painted.reference(key) for key in ("images", "h_dec")]
    holds = any(alike(mine, each) for mine in came for each in right)
    c.expect(holds, "Nothing that the painter has painted is returned.")
