"""Hidden tests of the lesson ``inpainting``, the judging half: what an answer is worth.

Inputs are taken from the reference, never from the answer. Whatever can be asked apart from a mistake that another
criterion looks at is asked so: sums or means, both directions of a divergence, any number of layers.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import permutations, product

import numpy as np

from autograder.judging import CUT, Criterion, Rubric, alike

Array = np.ndarray


# What judges share ---------------------------------------------------------------------------------------------------


def _alike(value: Array, expected: Array, atol: float = 1e-5) -> bool:
    """The same shape and numbers, but for what float32 leaves."""
    return alike(value, expected, rtol=1e-4, atol=atol)


def _one_of(c: Criterion, key: str, what: str, otherwise: str, *expected: Array, rtol: float = 1e-3) -> None:
    """The answer is one number, and one of those expected."""
    value = c.number(key, what)
    c.expect(any(np.isclose(value, float(each), rtol=rtol, atol=1e-6) for each in expected), otherwise)


# Pictures ------------------------------------------------------------------------------------------------------------


def _hole(side: int) -> Array:
    """Which pixels are in the middle, bool (side, side)."""
    inside = np.zeros((side, side), bool)
    inside[side // 4 : 3 * side // 4, side // 4 : 3 * side // 4] = True
    return inside


def _scaled(value: Array, expected: Array) -> bool:
    """Whether these are the numbers expected, or all of them scaled and shifted alike, as from bytes to [0, 1]."""
    if value.shape != expected.shape or value.size < 3:
        return False
    if np.array_equal(value, expected):
        return True
    x, y = expected.astype(np.float64).ravel(), value.astype(np.float64).ravel()
    slope, start = np.polyfit(x, y, 1)
    return bool(abs(slope) > 1e-6 and np.allclose(y, slope * x + start, rtol=0, atol=1e-3 * abs(slope) * np.ptp(x)))


def _own_hole(c: Criterion) -> Array | None:
    """Which pixels the student took for the middle of images of side 8, where that is another square than the right."""
    first = c.each("cut")[0]
    images, centres = first.reference("images"), first.array("centre", "the centres")
    if centres.shape != (len(images), 4, 4, 3):
        return None
    for top, left in np.ndindex(5, 5):
        inside = np.zeros((8, 8), bool)
        inside[top : top + 4, left : left + 4] = True
        if _scaled(centres, images[:, inside].reshape(centres.shape)):
            return None if (top, left) == (2, 2) else inside
    return None


def cut(rubric: Rubric) -> None:
    """Each part, what must stay as it was, and what is refused.

    Another square than the middle costs in the centres alone, other numbers or another type in what is kept alone.
    """
    with rubric.criterion(
        "centres", points=1, hint="Which rows and columns has the square of half the side in the middle?"
    ) as c:
        for each in c.each("cut"):
            value, expected = each.array("centre", "the centres"), each.reference("centre")
            c.expect(value.shape == expected.shape, f"Centres of shape {value.shape} came.")
            c.expect(value.any(), "The centres are empty.", _EMPTIED)
            c.expect(_scaled(value, expected), "The centres are not what stands in the middle.")
    with rubric.criterion(
        "borders", points=1, hint="Zero in the middle, and outside of it the same numbers, to the last bit."
    ) as c:
        c.either(lambda: _emptied(c), lambda: _emptied_elsewhere(c))
    with rubric.criterion(
        "pasted", points=1, hint="Each centre goes into the border of its own picture, and changes nothing else."
    ) as c:
        c.either(lambda: _filled(c), lambda: _filled_elsewhere(c))
    with rubric.criterion(
        "kept", points=0.5, hint="Work on copies: the arrays belong to the caller. And keep their type."
    ) as c:
        c.expect(
            _shows_pictures(c), "What came has none of the images' pixels in it.", "Begin with the criteria above."
        )
        for cut, paste, kind in zip(c.each("cut"), c.each("paste")[:2], (np.uint8, np.float32), strict=True):
            for each, name in ((cut, "border"), (cut, "centre"), (paste, "pasted")):
                value = each.array(name, f"what {name} should be")
                c.expect(value.size > 0 and value.dtype == kind, f"{np.dtype(kind)} went in, {value.dtype} came out.")
            centre, right = cut.array("centre", "the centres"), cut.reference("centre")
            same = np.array_equal(centre, right) or not _scaled(centre, right)
            c.expect(same, "The numbers of the images were changed.", "Keep them as they are, whatever their range.")
            _unchanged(paste, "borders")
            if centre.any():  # else they were emptied with the images, which has cost there
                _unchanged(cut, "images")
                c.expect(
                    not cut.array("shared", "what cut gives").any(),
                    "What `cut` gives is a view of the images, not a copy.",
                )
    with rubric.criterion(
        "refused", points=0.5, hint="Compare shapes before you cut or paste; NumPy broadcasts what does not fit."
    ) as c:
        c.expect(
            _shows_pictures(c), "What came has none of the images' pixels in it.", "Begin with the criteria above."
        )
        for name, key, part in (("cut", "refused cut", "border"), ("paste", "refused paste", "pasted")):
            c.each(name)[0].array(part, f"what {name} gives where all fits")
            answers = c.array(key, "what was refused")
            right = c.reference(key)
            c.expect(answers.shape == right.shape, "What was refused could not be read.")
            c.expect(not answers[right == 0].any(), f"{name} refuses arrays that fit.")
            c.expect((answers[right == 1] != 0).all(), f"{name} takes arrays that do not fit.")
            c.expect(
                (answers[right == 1] == 1).all(),
                f"{name} refuses arrays that do not fit, but not by a ValueError.",
                _ERROR,
            )


def _expect_emptied(each: Criterion, inside: Array) -> None:
    """The pixels ``inside`` are zero, all others as they were."""
    value, images = each.array("border", "the borders"), each.reference("images")
    each.expect(value.shape == images.shape, f"Borders of shape {value.shape} came.")
    each.expect(not value[:, inside].any(), "The middle of the borders is not empty.")
    each.expect(_scaled(value[:, ~inside], images[:, ~inside]), "Outside of the middle something has changed.")


def _emptied(c: Criterion) -> None:
    for each in c.each("cut"):
        _expect_emptied(each, _hole(each.reference("images").shape[1]))


def _emptied_elsewhere(c: Criterion) -> None:
    own = _own_hole(c)
    c.expect(own is not None, "The middle of the borders is not empty.")
    _expect_emptied(c.each("cut")[0], np.asarray(own))


def _expect_filled(each: Criterion, inside: Array) -> None:
    """The pixels ``inside`` are the centres', all others the borders'."""
    value, border = each.array("pasted", "the images"), each.reference("borders")
    each.expect(value.shape == border.shape, f"Images of shape {value.shape} came.")
    each.expect(np.array_equal(value[:, ~inside], border[:, ~inside]), "The border is not as it was.")
    centres = each.reference("centres")
    right = np.array_equal(value[:, inside], centres.reshape(len(centres), -1, 3))
    each.expect(right, "The middle does not hold the right centres.")


def _filled(c: Criterion) -> None:
    for each in c.each("paste"):
        _expect_filled(each, _hole(each.reference("borders").shape[1]))


def _filled_elsewhere(c: Criterion) -> None:
    own, (first, _, black) = _own_hole(c), c.each("paste")
    c.expect(own is not None, "The middle does not hold the right centres.")
    for each in (first, black):
        _expect_filled(each, np.asarray(own))


def _shows_pictures(c: Criterion) -> bool:
    """Whether pixels of the images came out: in borders with something empty, or in centres from wherever."""
    first = c.each("cut")[0]
    border, images = first.array("border", "the borders"), first.reference("images")
    emptied = border.shape == images.shape and not border[:, 3:5, 3:5].any()
    return (
        (emptied and _scaled(border[:, 0], images[:, 0]))
        or _scaled(first.array("centre", "the centres"), first.reference("centre"))
        or _own_hole(c) is not None
    )


_EMPTIED = "A slice is no copy: whoever empties the middle of the images empties the centres that were cut out of it."
_ERROR = "The docstrings say which exception it should be: `raise ValueError(...)`. An `assert` raises another one."


def _unchanged(each: Criterion, name: str) -> None:
    after = each.array("after", f"the {name} afterwards")
    each.expect(np.array_equal(after, each.reference(name)), f"The {name} were changed.")


def rows(rubric: Rubric) -> None:
    """Borders, centres, and the way back from rows, be they as asked or as the student's own."""
    with rubric.criterion(
        "border", points=1.5, hint="All pixels outside of the middle, row by row; the middle may hold anything."
    ) as c:
        c.either_way(_border_rows)
    with rubric.criterion("centre", points=1, hint="Row by row, pixel by pixel, red first: one picture in a row.") as c:
        value, expected = c.array("centre", "the rows"), c.reference("centre")
        c.expect(value.shape == expected.shape, f"Rows of shape {value.shape} came.")
        whole = np.array_equal(value, np.trunc(expected))
        c.expect(not whole, "The rows hold whole numbers only.", "Pixels from 0 to 1 would all become 0.")
        c.expect(np.array_equal(value, expected), "The rows do not hold the centres in the order that was asked for.")
    with rubric.criterion("back", points=0.5, hint="What was the order on the way there? And how long is a side?") as c:
        c.either(lambda: _back(c), lambda: _own_way_back(c))


def _border_rows(c: Criterion) -> None:
    """The numbers outside of the middle, in the order that was asked for; or in one that has been paid for."""
    value, expected = c.array("border", "the rows"), c.reference("border")
    c.expect(value.shape == expected.shape, f"Rows of shape {value.shape} came.")
    if any(np.array_equal(value, form) for form in _paid_forms(c)):
        return
    c.expect(
        np.array_equal(np.sort(value, axis=1), np.sort(expected, axis=1)),
        "The rows do not hold the numbers outside of the middle.",
    )
    c.expect(np.array_equal(value, expected), "The rows hold the right numbers in another order.")


def _back(c: Criterion) -> None:
    c.expect(
        np.array_equal(c.array("back", "the centres"), c.reference("back")), "The rows do not become the right centres."
    )


def _own_way_back(c: Criterion) -> None:
    """Back from the student's own rows, whatever their order, if they hold the right numbers."""
    value, centres = c.array("centre", "the rows"), _centres(c)
    flat = centres.reshape(len(centres), -1)
    c.expect(np.array_equal(np.sort(value, axis=1), np.sort(flat, axis=1)), "The rows do not become the right centres.")
    c.expect(np.array_equal(c.array("again", "the centres"), centres), "The rows do not become the right centres.")


def _centres(c: Criterion) -> Array:
    """The centres of which rows were asked."""
    rows, images = c.reference("centre"), c.reference("images")
    side = images.shape[1] // 2
    return rows.reshape(len(rows), side, side, 3)


def _forms(pictures: Array, wanted: Array) -> list[Array]:
    """The ``wanted`` pixels of pictures as rows: in every order of the axes, as they are and cut to whole numbers."""
    inside = np.broadcast_to(wanted[..., None], pictures.shape[1:])
    orders = [(axes, tuple(axis + 1 for axis in axes)) for axes in permutations(range(3))]
    forms = [pictures.transpose(0, *later)[:, inside.transpose(axes)] for axes, later in orders]
    return forms + [np.trunc(form) for form in forms]


def _paid_forms(c: Criterion) -> list[Array]:
    """What borders are in the order, or of the kind, for which the rows of centres have lost their point already."""
    try:
        centre = c.array("centre", "the rows")
    except Exception:
        return []
    centres, images = _centres(c), c.reference("images")
    matches = [np.array_equal(centre, form) for form in _forms(centres, np.ones(centres.shape[1:3], bool))]
    if not any(matches) or matches[0]:
        return []
    borders = _forms(images, ~_hole(images.shape[1]))
    return [form for form, same in zip(borders, matches, strict=True) if same]


def baseline(rubric: Rubric) -> None:
    """Whose mean, and of which pixels."""
    with rubric.criterion(
        "own colour",
        points=1,
        hint="Every picture and every channel has a mean of its own: along which axes is it taken?",
    ) as c:
        c.either_way(_own_colours)
    with rubric.criterion(
        "outside only", points=1, hint="The zeros in the middle are no part of the border: how many pixels are left?"
    ) as c:
        c.either_way(_as_bright_as_borders)


def _own_colours(c: Criterion) -> None:
    value, expected = c.array("means", "the centres"), c.reference("means")
    c.expect(value.shape == expected.shape, f"Centres of shape {value.shape} came.")
    c.expect(np.ptp(value, axis=(1, 2)).max() < 1e-5, "A centre has several colours.")
    ratio = value[:, 0, 0] / expected[:, 0, 0]
    c.expect(np.ptp(ratio) < 1e-3 and ratio.min() > 0.1, "The colours are not those of the borders.")


def _as_bright_as_borders(c: Criterion) -> None:
    value, expected = c.array("means", "the centres"), c.reference("means")
    c.expect(np.ptp(value) > 0, "All centres are the same.")
    c.expect(
        np.isclose(value.mean(), expected.mean(), rtol=1e-3),
        "On average the colours are brighter or darker than the borders.",
    )


# Measures ------------------------------------------------------------------------------------------------------------


_MEASURES = ("L1", "L2", "PSNR")


def _case(c: Criterion, question: str, key: str) -> str:
    """The name of the answer to a ``question`` on this measure."""
    return c.cases(question)[_MEASURES.index(key)]


def _row(c: Criterion, question: str, key: str) -> Array:
    """What this measure is for the pictures of a ``question``."""
    return c.array(_case(c, question, key), key).astype(np.float64).ravel()


def _right(c: Criterion, question: str, key: str) -> Array:
    """What it should be."""
    return c.reference(_case(c, question, key)).astype(np.float64)


def _keys_that_it_has(c: Criterion) -> list[str]:
    """Those keys that the dictionary has: a missing one costs its own criterion only."""
    present = c.array("keys", "the keys")
    c.expect(present.shape == (3,) and present.any(), 'The dictionary has none of the keys "L1", "L2" and "PSNR".')
    return [key for key, is_there in zip(_MEASURES, present, strict=True) if is_there]


def _measured(c: Criterion, key: str) -> list[tuple[Array, Array]]:
    """What came and what is right, in two cases; what is right in the form that other criteria ask about.

    One number for all pictures is their mean, and a look at the whole picture sees a quarter of the error, as the
    border is right: but only where the border is looked at.
    """
    found = []
    for question in ("plain", "other"):
        value, right = _row(c, question, key), _right(c, question, key)
        if not _alike(*(c.array(_case(c, each, key), key) for each in ("bordered", "plain"))):
            right = right + 10 * np.log10(4) if key == "PSNR" else right / 4
        found.append((value, right if value.size > 1 else right.mean(keepdims=True)))
    return found


def _of_these(c: Criterion) -> bool:
    """Whether one of the measures puts ten guesses in their order, or their two means in their proportion."""

    def is_it(key: str) -> bool:
        cases, right = ([read(c, question, key) for question in ("plain", "other")] for read in (_row, _right))
        if [each.size for each in cases] == [1, 1]:
            ratio = right[0].mean() / right[1].mean()
            return bool(np.isclose(cases[0] / cases[1], ratio, rtol=1e-3).all())
        order, right_order = (np.argsort(np.concatenate(each)) for each in (cases, right))
        return bool(np.isfinite(cases).all() and np.array_equal(order, right_order))

    return any(map(is_it, _keys_that_it_has(c)))


_NOT_THESE = "No measure tells which of the known guesses is better."


def _factor(c: Criterion, key: str) -> float:
    """By how much every one of these numbers is too large; 1 if they are right or have no such factor."""
    try:
        values, right = (np.concatenate(each) for each in zip(*_measured(c, key), strict=True))
    except Exception:
        return 1.0
    if values.shape != right.shape or not np.isfinite(values).all():
        return 1.0
    factors = values / right
    return float(factors.mean()) if factors.min() > 0 and np.ptp(factors) < 1e-3 * factors.mean() else 1.0


def errors(rubric: Rubric) -> None:
    """Each number, of the centre or, which is asked for elsewhere, of the whole; for each picture or on average.

    A factor that all have, as by sums or by bytes, costs in L1 only; what is wrong in L2 costs there, not in the PSNR.
    """
    with rubric.criterion("L1", points=0.5, hint="The mean of the absolute differences.") as c:
        c.either_way(_l1)
    with rubric.criterion("L2", points=0.5, hint="The mean of the squared differences, without a root.") as c:
        c.either_way(_l2)
    with rubric.criterion(
        "PSNR", points=0.5, hint="Ten times the decimal logarithm of 1 / L2, of each picture by itself."
    ) as c:
        c.either_way(_psnr)
    with rubric.criterion("per picture", points=0.5, hint="An array (n,): over which axes is the mean taken?") as c:
        c.either_way(_per_picture)
    with rubric.criterion("centre only", points=1, hint="The border was given: cut the middle out of both.") as c:
        c.either_way(_centre_only)
    with rubric.criterion(
        "gradient energy", points=1, hint="Two means of squared differences, to the right and below, added."
    ) as c:
        for case in c.cases("energy"):
            otherwise = "The gradient energy of known images is wrong."
            _one_of(c, case, "the gradient energy", otherwise, c.reference(case))


def _l1(c: Criterion) -> None:
    c.expect(all(_alike(*pair) for pair in _measured(c, "L1")), "The L1 of known pictures is wrong.")


def _l2(c: Criterion) -> None:
    factor = _factor(c, "L1")
    pairs = _measured(c, "L2")
    forms = {1.0, factor, factor**2}  # the second of sums, the third of pixels of another range
    right = any(all(_alike(value / form, wanted) for value, wanted in pairs) for form in forms)
    c.expect(right, "The L2 of known pictures is wrong.")


def _psnr(c: Criterion) -> None:
    right = all(_alike(*pair, atol=1e-3) for pair in _measured(c, "PSNR"))
    c.expect(right or _of_own_errors(c), "The PSNR of known pictures is wrong.")
    perfect = c.array("perfect", "the PSNR").ravel()
    if perfect.size == 5:
        c.expect(np.isposinf(perfect[2]), "The PSNR of a perfect guess is not infinite.", _NOTHING_ADDED)


def _per_picture(c: Criterion) -> None:
    for key in _keys_that_it_has(c):
        value = c.array(_case(c, "plain", key), key)
        c.expect(value.shape == (5,), f"For 5 pictures, {key} came with shape {value.shape}.")
        c.expect(len(np.unique(value)) == 5, f"Different pictures have the same {key}.")
    c.expect(_of_these(c), _NOT_THESE)


def _centre_only(c: Criterion) -> None:
    for key in _keys_that_it_has(c):
        plain, bordered, other = (c.array(_case(c, each, key), key) for each in ("plain", "bordered", "other"))
        c.expect(_alike(bordered, plain), f"{key} changes with the border.")
        c.expect(not _alike(other, plain), f"{key} does not change with the centre.")
    c.expect(_of_these(c), _NOT_THESE)


_NOTHING_ADDED = "Is a small number added to L2 before the logarithm is taken, or is L2 kept above such a number?"


def _of_own_errors(c: Criterion) -> bool:
    """Whether the PSNR is that of the student's own L2: what is wrong with that has cost there, or in L1.

    But some error of these guesses it must be: from numbers of one's own one could compute a PSNR as well.
    """
    if not _own_errors(c):
        return False
    for question in ("plain", "other"):
        own, value = _row(c, question, "L2"), _row(c, question, "PSNR")
        if not (np.isfinite(own).all() and (own > 0).all() and _alike(value, -10 * np.log10(own), 1e-3)):
            return False
        if np.allclose(own, own[0]) and own.size > 1:
            return False
    return True


def _own_errors(c: Criterion) -> bool:
    """Whether the student's L2 is in proportion with an error of the known guesses, be it L2, its root, or the L1."""
    questions = ("plain", "other")
    own = [_row(c, question, "L2") for question in questions]
    l1, l2 = ([_right(c, question, key) for question in questions] for key in ("L1", "L2"))
    ways = [l2, [np.sqrt(each) for each in l2], l1, [each**2 for each in l1]]
    if own[0].size == 1:  # of all pictures together
        ways = [[each.mean(keepdims=True) for each in way] for way in ways]
        ways += [[np.sqrt(each) for each in ways[0]], [each**2 for each in ways[2]]]
    if own[0].shape != ways[0][0].shape or own[1].shape != own[0].shape:
        return False
    shares = [np.concatenate(own) / np.concatenate(way) for way in ways]
    return any(bool(np.isfinite(share).all() and np.ptp(share) < 1e-3 * abs(share.mean())) for share in shares)


_UNITS = {"nats": 1.0, "bits": 1 / np.log(2), "decimal": 1 / np.log(10), "mean": 0.0, "negative": -1.0}
"""What the whole may be multiplied by, which costs its value and nothing else; a mean is a sum divided by the bins."""
_BINS = {"full": 7, "more": 5, "part": 4, "whole": 5, "empty": 256, "amount": 60}
_WAYS = _PLAIN, _ENDS, _BYTES, _SIGNED = range(4)
"""Numbers as they are, with both ends of the range, and of two other ranges: what bins divide is asked apart."""


def _there_and_back(c: Criterion, name: str, unit: str, way: int | None = None) -> tuple[Array, Array]:
    """What came there and back, in nats, and what is right; of those that were asked in several ways, in this one."""
    came = c.of(name) if way is None else c.each(name)[way]
    right = came if way in (None, _ENDS) else c.each(name)[_PLAIN]
    directions = ("there", "back")
    divergences = np.array([came.number(direction, "the divergence") for direction in directions])
    expected = np.array([float(right.reference(direction)) for direction in directions])
    return divergences / (_UNITS[unit] or 1 / _BINS[name.partition(" ")[0]]), expected


_FORMS: tuple[Callable[[Array], Array], ...] = (
    lambda right: right,
    lambda right: right[::-1],
    lambda right: np.full(2, right.mean()),
    lambda right: np.full(2, right.sum()),
)


def _divergence(c: Criterion, unit: str, rtol: float, *names: str, way: int | None = None) -> bool:
    """Right there and back, or the other way round, or of both directions together, which costs elsewhere."""
    answers = [_there_and_back(c, name, unit, way) for name in names]
    return any(all(np.allclose(came, form(right), rtol=rtol, atol=1e-5) for came, right in answers) for form in _FORMS)


def _of_full_bins(c: Criterion, way: int, unit: str) -> bool:
    """Whether it is right for two pairs of which all bins are full."""
    return _divergence(c, unit, 5e-3, "full", "more", way=way)


def _unit(c: Criterion, way: int) -> str:
    """In which unit the divergence of full bins is right; nats if in none."""
    try:
        return next((unit for unit in _UNITS if _of_full_bins(c, way, unit)), "nats")
    except Exception:  # refused, perhaps
        return "nats"


def _divides(c: Criterion, way: int, unit: str = "nats") -> bool:
    """Whether the divergence is right for numbers of this range; not where they are refused."""
    try:
        return _of_full_bins(c, way, unit)
    except Exception:
        return False


def divergence(rubric: Rubric) -> None:
    """The value where smoothing and bins hardly count; the direction; empty bins; the range of the bins."""
    with rubric.criterion(
        "value", points=1.5, hint="Shares, not counts: each histogram by its own sum. Then p log(p/q), added up."
    ) as c:
        c.either(*(partial(_value, c, way) for way in _WAYS))
    with rubric.criterion("direction", points=1, hint="In the formula p is the truth, and q is the guess.") as c:
        ways = [way for way in _WAYS if _divides(c, way, _unit(c, way))]
        c.each("full")[_PLAIN].number("there", "the divergence")
        c.expect(ways, "The numbers are not a divergence, in any unit.", "Begin with the criterion above.")
        c.either(*(partial(_direction, c, way) for way in ways))
    with rubric.criterion(
        "empty bins", points=1, hint="`smoothing` is added to every bin of both histograms, before dividing by the sum."
    ) as c:
        c.either(*(partial(_empty_bins, c, way) for way in _WAYS))
    with rubric.criterion(
        "range", points=0.5, hint="From 0 to 1 whatever values occur; 0 belongs to the first bin, and 1 to the last."
    ) as c:
        for name, same, otherwise in (
            ("part", "part with ends", "A single number at either end of the range changes the divergence."),
            ("whole", "whole with less", "0.001 and 0.999 in the place of 0 and 1 change the divergence."),
        ):
            for way in ("there", "back"):
                one, other = (c.of(each).number(way, "the divergence") for each in (name, same))
                c.expect(
                    abs(one) > 1e-6,
                    "The divergence of two different distributions is 0: in how many bins are their numbers?",
                )
                full = c.each("full")[_PLAIN].number(way, "the divergence")
                c.expect(one != full, "The divergence is always the same.")
                c.expect(np.isclose(one, other, rtol=3e-2), otherwise)
            right = any(_divergence(c, _unit(c, way), 3e-2, name) for way in _WAYS)
            c.expect(right, "For numbers in a part of the range, or at its ends, the divergence is wrong.")
        wide = any(_divides(c, way) for way in (_BYTES, _SIGNED))
        c.expect(_divides(c, _PLAIN) or not wide, "The bins do not divide the range from 0 to 1.")


def _value(c: Criterion, way: int) -> None:
    c.expect(_of_full_bins(c, way, "nats"), "Where no bin is empty, the divergence is wrong.")


def _direction(c: Criterion, way: int) -> None:
    (there, back), right = _there_and_back(c, "full", _unit(c, way), way)
    step = right[0] - right[1]
    c.expect(abs(there - back) > 0.2 * abs(step), "The divergence is the same in both directions.")
    c.expect((there > back) == (step > 0), "This is the divergence in the other direction.")


def _empty_bins(c: Criterion, way: int) -> None:
    for name in ("empty", "amount"):
        right = _divergence(c, _unit(c, way), 2e-2, name, way=way)
        c.expect(right, "Where many bins are empty, the smoothed divergence is wrong.")


# Networks ------------------------------------------------------------------------------------------------------------


def dense(rubric: Rubric) -> None:
    """How many layers and how broad; the activations, of however many; batch normalisation; the penalty.

    The matrices hold numbers that follow from their shapes, so that only these are taken from the answer. What a
    network of other activations would give tells that the layers are there; the activations cost in the output.
    """
    with rubric.criterion("layers", points=1, hint="Three hidden layers of `units`, and then one for the centre.") as c:
        matrices = _matrices(c)
        shapes = [matrix.shape for matrix in matrices]
        c.expect(len(matrices) == 4, f"There are {len(matrices)} weight matrices.")
        c.expect(shapes == _RIGHT_SHAPES, f"The weight matrices have the shapes {shapes}.")
        c.expect(c.of("layers").number("biases", "the biases") > 0, "The last layer has no bias.")
        output = c.of("layers").array("output", "the guesses")
        known = any(_near(output, each.answer(c.reference("x"))) for each in _networks(c, (None, 0, 1)))
        # A ReLU at the end may leave nothing but zeros, which say nothing of the layers.
        c.expect(
            known and np.ptp(output) > 0,
            "For known weights the guesses are not what four dense layers give, whatever their activations.",
        )
    with rubric.criterion("output", points=1.5, hint="ReLU after every hidden layer, a sigmoid at the end.") as c:
        output, x = c.of("layers").array("output", "the guesses"), c.reference("x")
        right = [each for each in _networks(c, (None, 0, 1)) if (each.hidden, each.last) == ("relu", "sigmoid")]
        fits = [each for each in right if _near(output, each.answer(x))]
        c.expect(fits, "For known weights the guesses are not what these layers give.")
        c.expect(np.ptp(output) > 0.05, "For known weights the guesses are all the same.")
        for key in ("gradients", "gradients in training"):
            gradients = c.array(key, "the gradients of the weight matrices")
            cut = int((gradients <= 1e-6).sum())
            c.expect(cut == 0, f"No gradient reaches {cut} of the weight matrices.", CUT)
        as_asked = any(each.axis is None for each in fits)  # another normalisation costs elsewhere
        if as_asked and [matrix.shape for matrix in _matrices(c)] == _RIGHT_SHAPES:
            sizes, expected = (
                np.sort(each) for each in (c.finite("gradients", "the gradients"), c.reference("gradients"))
            )
            same = np.allclose(sizes, expected, rtol=0.05)  # of whatever epsilon
            c.expect(same, "The gradients of the weight matrices are not those of such a network.")
    with rubric.criterion(
        "batch normalisation",
        points=1.5,
        hint="One normalisation for each hidden layer and none behind the last layer. Each has to know whether the "
        "network is in training.",
    ) as c:
        batches = c.of("batches")
        one, again, other = batches.arrays("trained", "the guesses")
        alone = batches.array("alone", "the guesses")
        c.expect(_alike(one, again, 1e-4), "In training the same batch gives two outputs: does a layer draw numbers?")
        depends = not np.allclose(one[:3], other[:3], atol=1e-4)
        c.expect(depends, "In training a guess does not depend on its batch.")
        together = c.of("layers").array("output", "the guesses")
        c.expect(_alike(alone, together[:3], 1e-4), "At inference a guess depends on its batch.")
        x, mixed = c.reference("x"), c.reference("mixed")
        made = (each for each in _networks(c, (0,)) if _near(one, each.answer(x), 2e-2))
        network = next((each for each in made if _near(other, each.answer(mixed), 2e-2)), None)
        only_hidden = (
            "In training the guesses are not those of a network that normalises its hidden layers, and no other."
        )
        c.expect(network is not None, only_hidden)
        c.expect(np.ptp(one) > 0.05, "For known weights the guesses are all the same.")
        later = batches.array("later", "the guesses")
        c.expect(
            not _alike(later, together, 1e-4),
            "Training does not move the means and variances that are used at inference.",
        )
        kept, count = int(batches.number("kept", "the variables")), len(_matrices(c)) - 1
        c.expect(kept == 2 * count, f"{count} hidden layers keep {kept} means and variances, not a pair each.")
        if network is not None:
            _moved(c, network)
    with rubric.criterion(
        "penalty",
        points=1,
        hint="The factor times the sum of all squared entries of all weight matrices. Nothing else counts.",
    ) as c:
        expected = float(c.reference("factor")) * sum((matrix**2).sum() for matrix in _matrices(c))
        penalty = c.number("penalty", "the penalty")
        c.expect(penalty > 0, "There is no penalty.")
        c.expect(penalty < 1.001 * expected, "The penalty is larger than that asked for.")
        c.expect(penalty > 0.999 * expected, "The penalty is smaller than that asked for.")


_OLD = "Keras's `momentum` says how much of the old mean is kept; in PyTorch it is how much of the new one is taken."
_RIGHT_SHAPES = [(11, 8), (8, 8), (8, 8), (8, 5)]
_HIDDEN: dict[str, Callable[[Array], Array]] = {
    "relu": lambda x: np.maximum(x, 0),
    "none": lambda x: x,
    "tanh": np.tanh,
    "sigmoid": lambda x: 0.5 * (1 + np.tanh(0.5 * x)),
    "leaky 0.01": lambda x: np.maximum(x, 0.01 * x),
    "leaky 0.2": lambda x: np.maximum(x, 0.2 * x),
    "leaky 0.3": lambda x: np.maximum(x, 0.3 * x),
    "elu": lambda x: np.where(x > 0, x, np.expm1(np.minimum(x, 0))),
    "softplus": lambda x: np.logaddexp(0, x),
    "silu": lambda x: x * 0.5 * (1 + np.tanh(0.5 * x)),
    "gelu": lambda x: 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))),
}
_LAST = ("sigmoid", "none", "relu", "tanh")


def _matrices(c: Criterion) -> list[Array]:
    """The numbers that the probe puts into matrices of the shapes that came."""
    shapes = c.of("layers").array("shapes", "the weight matrices")
    c.expect(shapes.ndim == 2 and shapes.shape[1:] == (2,) and 1 < len(shapes) <= 8, "There are no weight matrices.")
    c.expect(bool(((shapes > 1) & (shapes <= 2000)).all()), "A weight matrix is empty, or far too large.")
    found: list[Array] = []
    for shape in (tuple(each) for each in shapes.astype(int).tolist()):
        before = sum(matrix.shape == shape for matrix in found)
        random = np.random.default_rng([int(c.reference("seed")), *shape, before])
        found.append((1.5 * random.normal(size=shape) / np.sqrt(shape[0])).astype("float32").astype(np.float64))
    return found


@dataclass(frozen=True)
class _Network:
    """Dense layers: their activations, and along which axis (or none) hidden numbers are normalised.

    That is before (``first``) or behind the activation.
    """

    matrices: list[Array]
    hidden: str
    last: str
    axis: int | None
    first: bool

    def answer(self, x: Array, moving: list[tuple[Array, Array]] | None = None) -> Array:
        """What it makes of rows; at inference where there are ``moving`` means and variances, a pair for each layer."""
        x = x.astype(np.float64)
        pairs = iter(moving or [])
        for matrix in self.matrices[:-1]:
            x = x @ matrix
            x = x if self.first else _HIDDEN[self.hidden](x)
            if moving is not None or self.axis is not None:
                mean, variance = next(pairs) if moving else _moments(x, self.axis)
                x = (x - mean) / np.sqrt(variance + 1e-3)
            x = _HIDDEN[self.hidden](x) if self.first else x
        return _HIDDEN[self.last](x @ self.matrices[-1])

    def moments(self, x: Array) -> list[tuple[Array, Array]]:
        """Mean and variance of every hidden layer in training."""
        found, x = [], x.astype(np.float64)
        for matrix in self.matrices[:-1]:
            x = x @ matrix
            x = x if self.first else _HIDDEN[self.hidden](x)
            found.append(_moments(x, 0))
            x = (x - found[-1][0]) / np.sqrt(found[-1][1] + 1e-3)
            x = _HIDDEN[self.hidden](x) if self.first else x
        return found


def _near(value: Array, expected: Array, atol: float = 5e-3) -> bool:
    """The same but for what normalisation's epsilon, whichever it is, makes of it."""
    return alike(value, expected, rtol=1e-2, atol=atol)


def _moments(x: Array, axis: int | None) -> tuple[Array, Array]:
    return x.mean(axis, keepdims=True), x.var(axis, keepdims=True)


def _networks(c: Criterion, axes: tuple[int | None, ...]) -> list[_Network]:
    """Networks with the student's matrices, with each activation, normalised along one of ``axes``; the right first."""
    matrices = _matrices(c)
    orders = [matrices]
    if len(matrices) == 4 and matrices[1].shape == matrices[2].shape:  # in whatever order they were made
        orders.append([matrices[k] for k in (0, 2, 1, 3)])
    kinds = product(orders, _HIDDEN, _LAST, axes, (True, False))
    return [_Network(*kind) for kind in kinds if kind[3] is not None or kind[4]]


def _moved(c: Criterion, network: _Network) -> None:
    """After three batches in training, means and variances have moved as the momentum of 0.9 has it."""
    x, mixed = c.reference("x"), c.reference("mixed")
    moving = [(np.zeros(1), np.ones(1)) for _ in network.matrices[:-1]]
    before = network.answer(x, moving)
    for batch in (x, x, mixed):
        pairs = zip(moving, network.moments(batch), strict=True)
        moving = [(0.9 * m + 0.1 * new_m, 0.9 * v + 0.1 * new_v) for (m, v), (new_m, new_v) in pairs]
    right = network.answer(x, moving) - before
    moved = c.of("batches").finite("later", "the guesses") - before
    share = float((moved * right).sum() / (right * right).sum())
    c.expect(
        share > 0.6, "After some batches the moving means and variances are still far from them: is `momentum` 0.9?"
    )
    c.expect(share < 1.6, "One batch of another kind moves means and variances almost all the way.", _OLD)
    c.expect(
        np.abs(moved - right).max() < 0.25 * np.abs(right).max(),
        "The moving means and variances are not where the batches led.",
    )


_LOSSES = ("squared_error", "cross_entropy")


def _is_loss(c: Criterion, name: str, formula: Callable[[Array, Array], Array] | None = None) -> bool:
    """Whether these are the values of the loss, be it a sum or a mean, which is asked for elsewhere.

    Of the right loss, or of that whose ``formula`` gives its terms for truth and guess.
    """
    for loss, given in zip(c.each(name), c.each("cases"), strict=True):
        truth, guess = given.reference("truth"), given.reference("guess")
        batch, numbers = truth.shape
        value = loss.array("plain", "the loss").astype(np.float64).mean()
        expected = float(loss.reference("plain")) if formula is None else formula(truth, guess).sum() / batch
        forms = (expected, expected / numbers, expected * batch, expected / batch)
        if not any(np.isclose(value, form, rtol=1e-3) for form in forms):
            return False
    return True


_WRONG_ENTROPIES: tuple[Callable[[Array, Array], Array], ...] = (
    lambda truth, guess: -truth * np.log(guess),
    lambda truth, guess: -(1 - truth) * np.log(1 - guess),
    lambda truth, guess: -guess * np.log(truth) - (1 - guess) * np.log(1 - truth),
    lambda truth, guess: np.logaddexp(0, guess) - truth * guess,
    lambda truth, guess: truth * np.log(guess) + (1 - truth) * np.log(1 - guess),
    lambda truth, guess: (-truth * np.log(guess) - (1 - truth) * np.log(1 - guess)) / np.log(2),
    lambda truth, guess: truth * np.log(truth / guess) + (1 - truth) * np.log((1 - truth) / (1 - guess)),
)
"""What else is taken for a cross-entropy: one term, truth and guess swapped, of logits, no sign, in bits, KL."""


def _some_loss(c: Criterion) -> None:
    """One of the losses is right, up to what it is summed over: who has none shows nothing about both."""
    values = [name for name in _LOSSES if _is_loss(c, name)]
    c.expect(values, "Neither loss is right, be it a sum or a mean.", "Begin with the criteria above.")


def losses(rubric: Rubric) -> None:
    """Each loss up to a factor; that they are sums over a centre and means over the batch; the edges; gradients."""
    for name, points, hint in (
        ("squared_error", 0.5, "Square the difference of truth and guess."),
        ("cross_entropy", 1, "The truth stands before the logarithm, the guess in it; there are two terms."),
    ):
        with rubric.criterion(name.replace("_", " "), points=points, hint=hint) as c:
            c.expect(_is_loss(c, name), "For known rows the loss is wrong.")
    with rubric.criterion(
        "summed", points=1, hint="Twice as many rows leave the loss as it is; rows twice as long double it."
    ) as c:
        _some_loss(c)
        for name in _LOSSES:
            for loss in c.each(name):
                value, twice, wide = (loss.number(which, "the loss") for which in ("plain", "twice", "wide"))
                c.expect(value != 0, "The loss is 0.")
                c.expect(np.isclose(twice, value, rtol=1e-3), "The loss is not a mean over the batch.")
                c.expect(np.isclose(wide, 2 * value, rtol=1e-3), "The loss is not a sum over the numbers of a centre.")
    with rubric.criterion("edges", points=0.5, hint="What is the logarithm of 0, and what is 0 times that?") as c:
        right, wrong, half, near = (
            c.array(name, "the loss").astype(np.float64).mean()
            for name in ("edge right", "edge wrong", "edge half", "edge near")
        )
        c.expect(np.isfinite(right) and np.isfinite(wrong), "For guesses of 0 and 1 the loss is not finite.")
        if _is_loss(c, "cross_entropy"):  # else it has cost there
            c.expect(abs(right) < 1e-3, "For guesses of 0 and 1 that are right, the loss is not 0.", _FLOOR)
            for value, name in ((wrong, "edge wrong"), (near, "edge near")):
                expected = c.reference(name) / c.reference("edge half")  # of sums as of means
                c.expect(
                    np.isclose(value / half, expected, rtol=0.03),
                    "For wrong guesses of 0 and 1, or close to them, the loss is wrong.",
                    _FLOOR,
                )
        else:
            known = any(_is_loss(c, "cross_entropy", formula) for formula in _WRONG_ENTROPIES)
            c.expect(known, "The loss was not recognised as a cross-entropy.", "Begin with the criteria above.")
            c.expect(wrong != right, "For guesses of 0 and 1 that are right or wrong, the loss is the same.")
    with rubric.criterion("gradients", points=1, hint="Compute with `ops`, from the guess to the loss.") as c:
        _some_loss(c)
        for name, key in zip(_LOSSES, ("squared_error gradients", "cross_entropy gradients"), strict=True):
            gradients = c.finite(key, "the gradient")
            passes = np.abs(gradients).min(initial=1) > 1e-6
            c.expect(passes, f"No gradient passes through {name}, so nothing could be trained with it.", CUT)
            if _is_loss(c, name):
                expected = c.reference(key)
                factor = float((gradients * expected).sum() / (expected**2).sum())  # of sums as of means
                expected = factor * expected
                belongs = factor > 0 and alike(gradients, expected, 1e-2, 1e-3 * np.abs(expected).max())
                c.expect(belongs, f"The gradient of {name} does not belong to its values.")


_FLOOR = "The guess is kept between 1e-7 and 1 - 1e-7. Is a larger number added to it, or is it kept further away?"


def noise_channel(rubric: Rubric) -> None:
    """Where the pictures are, that there is noise, and what becomes of it."""
    with rubric.criterion("pictures", points=1, hint="The three channels of the picture come first, as they are.") as c:
        joined, pictures = _joined(c, JOINED), c.reference("pictures")
        fits = joined.ndim == 4 and joined.shape[:3] == pictures.shape[:3] and joined.shape[3] > 3
        c.expect(fits, f"Pictures of shape {joined.shape} came.")
        c.expect(_alike(joined[..., :3], pictures), "The first three channels are not those of the pictures.")
    with rubric.criterion("noise", points=1, hint="What the fourth channel holds depends on z, and on z only.") as c:
        noise, other = _noise(c, JOINED), _noise(c, OTHER_NOISE)
        shape = _joined(c, JOINED).shape
        right = c.of("joined").reference(JOINED).shape
        c.expect(
            shape == right, f"Pictures of shape {shape} came.", "There should be one channel more than in the pictures."
        )
        c.expect(not np.allclose(noise, other, atol=1e-4), "With another z the fourth channel is the same.")
        c.expect(np.allclose(noise, _noise(c, OTHER_PICTURES), atol=1e-4), "The noise depends on the pictures.")
        c.expect(np.ptp(noise, axis=1).min() > 1e-4, "The noise is the same number everywhere in a picture.")
        different = sum(len(np.unique(row.round(5))) for row in noise)  # an activation may leave half of them
        c.expect(different > 0.3 * noise.size, "Many places of a picture have the same noise.", _ONE_EACH)
        rises = any(_rises_with(_noises(c), each) for each in _maps(c, noise.shape[1]))
        c.expect(rises, "For known weights the fourth channel is not what a layer makes of z.", _ONE_EACH)
    with rubric.criterion(
        "affine", points=1, hint="Weights and a bias, one output for each pixel, and nothing behind them."
    ) as c:
        noise, other, mixed, none = (_noise(c, key) for key in NOISES)
        c.expect(not np.allclose(noise, other, atol=1e-4), "With another z the fourth channel is the same.")
        share = float(c.reference("share"))
        straight = np.allclose(mixed, share * noise + (1 - share) * other, rtol=1e-3, atol=1e-3)
        c.expect(straight, "A z between two others does not give the channel between theirs: the map is not affine.")
        c.expect(np.abs(none).max() > 1e-4, "Noise of zeros gives a channel of zeros: there is no bias.")
        size = c.reference("pictures")[0, ..., 0].size
        numbers = int(c.of("joined").number("numbers", "the numbers to learn"))
        if noise.shape[1] == size and len(np.unique(noise[0].round(5))) > 0.3 * size:  # else it costs above
            right = int(c.of("joined").reference("numbers"))
            c.expect(numbers == right, f"There are {numbers} numbers to learn, which is not one affine layer.")
        units = numbers // (c.reference("z").shape[2] + 1)
        c.expect(0 < units <= 3 * size, "No layer was found that makes the fourth channel.")
        known = any(_comes_from(_noises(c), each) for each in _maps(c, units))
        c.expect(known, "For known weights the noise is not what an affine layer makes of z.")


NOISES = JOINED, OTHER_NOISE, MIXED, NONE = "values[0]", "values[1]", "values[2]", "values[3]"
"""What came with some noise, with other noise, with what lies between both, and with zeros."""
OTHER_PICTURES = "other_pictures"


def _joined(c: Criterion, key: str) -> Array:
    return c.of("joined").array(key, "what came")


def _noises(c: Criterion) -> Array:
    """The channels of noise for all vectors that were asked: (4 · batch, pixels)."""
    return np.concatenate([_noise(c, key) for key in NOISES])


def _maps(c: Criterion, units: int) -> Iterator[Array]:
    """What an affine layer of so many units gives with the known numbers, (4 · batch, units): in either layout."""
    z, seed = c.reference("z"), int(c.reference("seed"))
    latent = z.shape[2]
    weights, bias = (
        np.random.default_rng([seed, n]).normal(size=n).astype("float32").astype(np.float64)
        for n in (latent * units, units)
    )
    for kernel in (weights.reshape(latent, units), weights.reshape(units, latent).T):
        yield z.reshape(-1, latent).astype("float32").astype(np.float64) @ kernel + bias


def _comes_from(noise: Array, known: Array) -> bool:
    """Whether every column, of a pixel, is one of those known, of a unit."""
    apart = np.abs(noise[:, :, None] - known[:, None]).max(axis=0)  # (pixels, units)
    return bool(np.isfinite(noise).all() and (apart.min(axis=1) < 1e-3).all())


def _rises_with(noise: Array, known: Array) -> bool:
    """Whether each pixel's number rises with that of a unit, or falls with it, whatever stands behind the layer."""
    side = int(np.sqrt(noise.shape[1]))
    if noise.shape != known.shape or not np.isfinite(noise).all():
        return False
    turned = noise.reshape(-1, side, side).swapaxes(1, 2).reshape(noise.shape) if side**2 == noise.shape[1] else noise
    steps = np.sign(known[:, None] - known)  # (n, n, pixels): which of two vectors has the larger number

    def rises(each: Array) -> bool:
        agree = steps * np.where(np.abs(each[:, None] - each) > 1e-6, np.sign(each[:, None] - each), 0)
        same = agree.sum(axis=(0, 1)) / np.abs(steps).sum(axis=(0, 1))  # (pixels,)
        mixed = (agree > 0).any(axis=(0, 1)) & (agree < 0).any(axis=(0, 1))
        return bool(not mixed.any() and (np.abs(same) > 0.2).mean() > 0.3)

    return rises(noise) or rises(turned)


_ONE_EACH = "The layer has as many outputs as a picture has pixels, each with weights of its own."


def _noise(c: Criterion, key: str) -> Array:
    """The channels that are not the picture's, wherever they are: (batch, pixels), if it is one."""
    joined = _joined(c, key)
    c.expect(joined.ndim == 4 and joined.shape[3] > 3, f"Pictures of shape {joined.shape} came.")
    pictures = c.reference("pictures")
    first = _alike(_joined(c, JOINED)[..., -3:], pictures)
    return (joined[..., :-3] if first else joined[..., 3:]).reshape(len(joined), -1)


_SIGNS = {"right": 1.0, "swapped": -1.0}
"""Labels that are taken for one another turn the sign of every logit."""


def _entropy(label: int, logits: Array) -> float:
    """The cross-entropy of a label and logits, mean over the batch."""
    return float(np.logaddexp(0, -logits if label else logits).mean())


def _expected(name: str, logits: Array) -> float:
    """What each loss is for logits (2, n, 1) of real and of fake pictures."""
    real, fake = logits.astype(np.float64)
    if name == "discriminator":
        return _entropy(1, real) + _entropy(0, fake)
    return _entropy(1, fake) if name == "usual" else -_entropy(0, fake)


def _form(c: Criterion, name: str) -> tuple[float, str, bool] | None:
    """As which loss it is right: its factor, whether labels are swapped, and whether it is summed over the batch."""
    cases = c.references("logits")
    values = [c.number(case, "the loss") for case in c.cases(name)]
    for factor in _FACTORS:
        for labels, sign in _SIGNS.items():
            for summed in (False, True):
                right = [factor * _expected(name, sign * case) * (case.shape[1] if summed else 1) for case in cases]
                if np.allclose(values, right, rtol=1e-3, atol=1e-5):
                    return factor, labels, summed
    return None


def _gradients(c: Criterion, name: str, factor: float, labels: str, summed: bool) -> Array:
    """The gradient of a loss of this form: (batch, 1), or for the discriminator's that of both logits, stacked."""
    real, fake = _SIGNS[labels] * c.reference("logits[0]").astype(np.float64)
    scale = factor * _SIGNS[labels] * (1 if summed else 1 / len(fake))

    def gradient(label: int, logits: Array) -> Array:
        return scale * (0.5 * (1 + np.tanh(0.5 * logits)) - label)

    if name == "discriminator":
        return np.stack([gradient(1, real), gradient(0, fake)])
    return gradient(1, fake) if name == "usual" else -gradient(0, fake)


def _is_large(c: Criterion, key: str) -> bool:
    """Whether the loss of large logits is right, or that of the other version, or of a form that costs elsewhere."""
    large = c.reference("large_logits").astype(np.float64)
    names = ("discriminator",) if key == "discriminator" else ("usual", "written")
    value = c.of("large").number(key, "the loss")
    for name, factor, sign, scale in product(names, _FACTORS, _SIGNS.values(), (1, len(large))):
        logits = np.stack([large, -large]) if name == "discriminator" else np.stack([large, large])
        if np.isclose(value, factor * scale * _expected(name, sign * logits), rtol=1e-3):
            return True
    return False


_FACTORS = (1.0, 0.5, 2.0, -1.0, 1 / np.log(2))
_RIGHT = (1.0, "right", False)


def _right_loss(c: Criterion, name: str) -> None:
    """Right, or wrong as the discriminator's loss is, where that has cost already."""
    form = _form(c, name)
    paid = None
    if name != "discriminator" and form not in (None, _RIGHT):
        try:
            paid = _form(c, "discriminator")
        except Exception:
            paid = None
    c.expect(form == _RIGHT or (form is not None and form == paid), "For known logits the loss is wrong.")


def _exchanged(c: Criterion) -> bool:
    """Whether each of the generator's losses is the other one."""
    cases = c.references("logits")
    for name, other in (("usual", "written"), ("written", "usual")):
        values = [c.number(case, "the loss") for case in c.cases(name)]
        if not np.allclose(values, [_expected(other, case) for case in cases], rtol=1e-3):
            return False
    return True


def gan_losses(rubric: Rubric) -> None:
    """Each loss of a perfect guess; what a reconstruction adds; large logits; and gradients, of whatever loss it is."""
    with rubric.criterion(
        "discriminator", points=1, hint="One mean over real pictures, label 1; one over completed ones, label 0; added."
    ) as c:
        c.either_way(_right_loss, "discriminator")
    with rubric.criterion("usual", points=0.5, hint="G wants its pictures called real.") as c:
        c.either_way(_usual)
    with rubric.criterion("as written", points=0.5, hint="The mean of log(1 - D). Mind its sign.") as c:
        c.either_way(_right_loss, "written")
    with rubric.criterion(
        "reconstruction",
        points=0.5,
        hint="The weight times the mean of all absolute differences, added to either loss.",
    ) as c:
        c.either_way(_reconstruction)
    with rubric.criterion(
        "stable", points=0.5, hint="Try logits of 200: does something overflow, or meet log(0)?"
    ) as c:
        for key in ("discriminator", "usual", "written"):
            value = c.of("large").array(key, "the loss")
            c.expect(value.size == 1, f"The loss should be one number, not an array of shape {value.shape}.")
            c.expect(np.isfinite(value).all(), "For large logits the loss is not finite.")
            c.expect(_is_large(c, key), "For large logits the loss is wrong.")
        finite = np.isfinite(c.of("large").array("gradients", "the gradients")).all()
        c.expect(finite, "For large logits the losses are finite, but not their gradients.")
    with rubric.criterion("gradients", points=1, hint="Compute with `ops`, from the logits to the loss.") as c:
        c.either_way(_passes)


def _usual(c: Criterion) -> None:
    if not _exchanged(c):  # which costs below
        _right_loss(c, "usual")


def _reconstruction(c: Criterion) -> None:
    """What the weight adds to either loss."""
    expected = float(np.diff(c.reference("reconstruction")).item())
    for which in ("reconstruction", "reconstruction written"):
        without, weighted = c.finite(which, "the loss")
        added = np.isclose(weighted - without, expected, rtol=1e-3)
        c.expect(added, "What the reconstruction adds to the loss is wrong.")


def _passes(c: Criterion) -> None:
    """Gradients pass through all that G and D learn by, and are those of the losses that they have."""
    known = 0
    for name, key, what in (
        ("discriminator", "discriminator gradients", "the loss of D"),
        ("usual", "usual gradients", "the loss of G"),
        ("written", "written gradients", "the loss of G as written"),
        ("reconstruction", "reconstruction gradients", "the reconstruction"),
    ):
        gradients = c.finite(key, "the gradient")
        largest = np.abs(gradients).max(axis=tuple(range(1, gradients.ndim)))
        c.expect(largest.min() > 0, f"No gradient passes through {what}, so nothing could be trained with it.", CUT)
        form = _form(c, name) if name != "reconstruction" else None
        if form is not None:
            right = _alike(gradients, _gradients(c, name, *form).reshape(gradients.shape), 1e-3)
            c.expect(right, f"The gradient of {what} does not belong to its values.")
        known += form is not None
    c.expect(known, "None of the losses was recognised.", "Begin with the criteria above.")


# Captions ------------------------------------------------------------------------------------------------------------


def tokens(rubric: Rubric) -> None:
    """Words; the vocabulary's order and indices; and what becomes of strange words, short and long sentences."""
    with rubric.criterion("words", points=1, hint="Lower case; letters, digits and apostrophes; nothing empty.") as c:
        for value, right in zip(c.arrays("words", "the words"), c.references("words"), strict=True):
            c.expect(np.array_equal(value, right), "A sentence was split into the wrong words.")
    with rubric.criterion(
        "frequent first", points=1, hint="Sort by how often a word occurs, and by the alphabet where that is the same."
    ) as c:
        c.either_way(_frequent_first)
    with rubric.criterion(
        "indices", points=1, hint="From 2 to size - 1, each once: two are kept for padding and unknown words."
    ) as c:
        c.either_way(_each_index_once, int(c.reference("size")), int(c.reference("pool")))
    for name, key, points, hint in (
        ("unknown", "strange", 0.5, "Words that the vocabulary does not have are 1, and keep their places."),
        ("padded", "short", 1, "Zeros behind the end, until the row has its length."),
        ("cut off", "long", 0.5, "Of a long sentence the first words stay."),
    ):
        with rubric.criterion(name, points=points, hint=hint) as c:
            c.either_way(_same_tokens, key)


def _frequent_first(c: Criterion) -> None:
    """The words come in the right order."""
    vocabularies = c.of("vocabularies")
    for value, expected in zip(
        vocabularies.arrays("indices", "the indices"), vocabularies.references("indices"), strict=True
    ):
        words, right = ([k for k in np.argsort(v) if v[k] >= 0] for v in (value, expected))
        shorter = min(len(words), len(right))
        c.expect(shorter >= len(right) - 2, "The vocabulary lacks many words of the sentences.")
        c.expect(words[:shorter] == right[:shorter], "The words do not come in the order that was asked for.")


def _each_index_once(c: Criterion, small: int, pool: int) -> None:
    """From 2 to the size of both vocabularies, 100 and ``small``, of words from a ``pool`` of so many."""
    vocabularies = c.of("vocabularies")
    for value, size in zip(vocabularies.arrays("indices", "the indices"), (100, small), strict=True):
        present = sorted(value[value >= 0].astype(int).tolist())
        count = min(size - 2, pool)
        c.expect(present == list(range(2, 2 + count)), f"For size {size} the indices are {present}.")
        c.expect(
            _has_some_order(c, value),
            "The indices depend neither on how often words occur, nor on the alphabet, nor on their places.",
        )
    sizes, right = vocabularies.array("lengths", "the sizes"), vocabularies.reference("lengths")
    c.expect(np.array_equal(sizes, right), "The vocabulary has entries that are no words of the sentences.")


def _same_tokens(c: Criterion, key: str) -> None:
    value, expected = c.array(key, "the tokens"), c.reference(key)
    c.expect(value.shape == expected.shape, f"Tokens of shape {value.shape} came.")
    c.expect(np.array_equal(value, expected), "The tokens are not the right ones.")
    c.expect(key != "short" or value.dtype.kind in "iu", f"Indices are integers, and {value.dtype} came.")


def _has_some_order(c: Criterion, indices: Array) -> bool:
    """Whether indices rise or fall with how often words come, with the alphabet, or with where they appear."""
    order = [k for k in np.argsort(indices) if indices[k] >= 0]
    steps = [np.diff(c.reference(name)[order]) for name in ("counts", "alphabet", "appearance")]
    return any((each >= 0).all() or (each <= 0).all() for each in steps)


def text_encoder(rubric: Rubric) -> None:
    """The last state, of whichever layer; which layer; and padding. What an encoder does is told by its vectors."""
    with rubric.criterion(
        "state", points=1.5, hint="One vector for each word, and the recurrent layer's last state: nothing behind it."
    ) as c:
        for kind in _CELLS:
            value = c.of(kind).array("vectors", "the vectors")
            c.expect(value.shape == (4, int(c.reference("dim"))), f"Vectors of shape {value.shape} came.")
            reader = _reader(c, kind)
            c.expect(reader is not None, "For known weights the vectors are not the last state of a recurrent layer.")
            if reader is not None:
                unread = "Unknown words (1) are skipped."
                c.expect(not reader.skips_unknown, unread, "Only 0 is padding.")
                c.expect(reader.takes == "last", f"For known weights the vectors are {_TAKES[reader.takes]}.")
    with rubric.criterion("kinds", points=1, hint="What does `kind` decide, and how many gates has an LSTM?") as c:
        for kind, what in _CELLS.items():
            c.of(kind).array("vectors", "the vectors")
            reader = _reader(c, kind)
            is_it = reader is not None and reader.cell == kind and reader.takes != "bag"
            c.expect(is_it, f"For the kind '{kind}', {what} came.")
    with rubric.criterion("padding", points=1.5, hint="Who tells the recurrent layer which tokens are no words?") as c:
        for kind in _CELLS:
            padded, reader = c.of(kind).array("padded", "the vectors"), _reader(c, kind)
            begin = "Begin with the criteria above."
            c.expect(reader is not None, "For known weights the vectors are not those of a recurrent layer.", begin)
            if reader is not None:
                right = _alike(padded, reader.vectors(c, c.reference("padded")), 1e-4)
                c.expect(right, "Zeros behind a sentence change its vector.")


_CELLS = {"lstm": "no LSTM", "simple": "no simple recurrent layer"}
_TAKES = {
    "last": "the last state",
    "mean": "the mean of all states",
    "first": "the state after reading backwards",
    "dense none": "the last state with a layer behind it",
    "dense tanh": "the last state with a layer behind it",
    "dense relu": "the last state with a layer behind it",
    "bag": "the mean of the words' vectors",
}


@dataclass(frozen=True)
class _Reader:
    """An encoder with the known numbers: its cell, what it takes of the states, and what it skips.

    ``swapped``: of two matrices of one shape that for the state was made before that for the words.
    """

    cell: str
    takes: str
    skips_unknown: bool
    swapped: bool

    def vectors(self, c: Criterion, sentences: Array) -> Array:
        """The vectors of sentences (n, length): (n, dim). Zeros are not read."""
        return np.stack([self._vector(c, tokens[tokens > self.skips_unknown]) for tokens in sentences])

    def _vector(self, c: Criterion, tokens: Array) -> Array:
        size, dim = int(c.reference("size")), int(c.reference("dim"))
        words = self._numbers(c, (size, dim))[tokens]
        if self.takes == "bag":
            return words.mean(axis=0)
        states = self._states(c, words[::-1] if self.takes == "first" else words, dim)
        if self.takes.startswith("dense"):
            place = 2 if self.cell == "simple" else 0  # behind those of the same shape
            bias = self._numbers(c, (dim,), 1 if self.cell == "simple" else 0)
            return _HIDDEN[self.takes[6:]](states[-1] @ self._numbers(c, (dim, dim), place) + bias)
        return states.mean(axis=0) if self.takes == "mean" else states[-1]

    def _numbers(self, c: Criterion, shape: tuple[int, ...], before: int = 0) -> Array:
        random = np.random.default_rng([int(c.reference("seed")), *shape, before])
        return (0.6 * random.normal(size=shape)).astype("float32").astype(np.float64)

    def _states(self, c: Criterion, words: Array, dim: int) -> Array:
        """The states after each word: (words, dim)."""
        width = {"simple": 1, "gru": 3, "lstm": 4}[self.cell] * dim
        W, U = (self._numbers(c, (dim, width), k) for k in ((1, 0) if self.swapped else (0, 1)))
        b = self._numbers(c, (2, width) if self.cell == "gru" else (width,))
        h, carry, states = np.zeros(dim), np.zeros(dim), []
        for word in words:
            if self.cell == "simple":
                h = np.tanh(word @ W + h @ U + b)
            elif self.cell == "lstm":
                i, f, g, o = np.split(word @ W + h @ U + b, 4)
                carry = _HIDDEN["sigmoid"](f) * carry + _HIDDEN["sigmoid"](i) * np.tanh(g)
                h = _HIDDEN["sigmoid"](o) * np.tanh(carry)
            else:
                (z, r, new), (own_z, own_r, own) = np.split(word @ W + b[0], 3), np.split(h @ U + b[1], 3)
                keep = _HIDDEN["sigmoid"](z + own_z)
                h = keep * h + (1 - keep) * np.tanh(new + _HIDDEN["sigmoid"](r + own_r) * own)
            states.append(h)
        return np.stack(states)


def _reader(c: Criterion, kind: str) -> _Reader | None:
    """Which encoder the student's is, by its vectors of sentences without padding; None if it is none of these."""
    value = c.of(kind).array("vectors", "the vectors")
    every = product(dict.fromkeys((kind, "lstm", "simple", "gru")), _TAKES, (False, True), (False, True))
    for reader in (_Reader(*parts) for parts in every):
        if _alike(value, reader.vectors(c, c.reference("sentences")), 1e-4):
            return reader
    return None


def join_text(rubric: Rubric) -> None:
    """Vectors everywhere, maps as they were, wherever they stand; and where they stand."""
    with rubric.criterion(
        "everywhere", points=1, hint="All numbers of the vector at each place, of its own example."
    ) as c:
        joined, text = c.array("joined", "what came"), c.reference("text")
        dim = text.shape[1]
        c.expect(joined.ndim == 4 and joined.shape[3] > dim, f"Maps of shape {joined.shape} came.")
        wanted = np.broadcast_to(text[:, None, None], (*joined.shape[:3], dim))
        c.expect(
            _alike(joined[..., :dim], wanted) or _alike(joined[..., -dim:], wanted), "The vector is not at every place."
        )
    with rubric.criterion("maps", points=0.5, hint="The channels that were there stay as they are.") as c:
        joined, maps = c.array("joined", "what came"), c.reference("maps")
        channels = maps.shape[3]
        c.expect(joined.ndim == 4 and joined.shape[3] > channels, f"Maps of shape {joined.shape} came.")
        c.expect(
            _alike(joined[..., :channels], maps) or _alike(joined[..., -channels:], maps), "The maps are not as before."
        )
    with rubric.criterion("order", points=0.5, hint="(batch, h, w, channels + dim): first the maps.") as c:
        joined, expected = c.array("joined", "what came"), c.reference("joined")
        c.expect(joined.shape == expected.shape, f"Maps of shape {joined.shape} came.")
        channels = c.reference("maps").shape[3]
        first, last = (joined[..., :channels], joined[..., -channels:])
        c.expect(not _alike(last, c.reference("maps")), _TEXT_FIRST)
        text = c.reference("text")
        wanted = np.broadcast_to(text[:, None, None], (*joined.shape[:3], text.shape[1]))
        in_place = _alike(first, c.reference("maps")) or _alike(joined[..., channels:], wanted)
        c.expect(in_place, "Neither the maps nor the vector are where they should be.")


_TEXT_FIRST = "The maps do not come first."


def shuffled(rubric: Rubric) -> None:
    """All rows are there; none is where it was; and chance decides, but the seed decides chance."""
    with rubric.criterion("rows", points=0.5, hint="Every row comes once, whole: no other and none twice.") as c:
        for shuffling in c.each("sets"):
            given = shuffling.reference("tokens")
            tokens = sorted(given.tolist())
            orders = shuffling.array("orders", "the tokens")
            for order in orders:
                c.expect(sorted(order.tolist()) == tokens, "Rows are missing, doubled or torn apart.")
            moved = len(tokens) < 9 or (orders != given).any(axis=2).mean() > 0.5  # with all seeds together
            c.expect(moved, "Most rows are where they were: nothing was shuffled.")
            after = shuffling.array("after", "the tokens that were passed in")
            unchanged = np.array_equal(after, shuffling.reference("after"))
            c.expect(unchanged, "The tokens that were passed in were changed.")
    with rubric.criterion("elsewhere", points=1, hint="No picture may keep its own caption, whatever the seed.") as c:
        for shuffling in c.each("sets"):
            tokens, orders = shuffling.reference("tokens"), shuffling.array("orders", "the tokens")
            c.expect(
                orders.ndim == 3 and orders.shape[1] >= len(tokens) - 1 and orders.shape[2] == tokens.shape[1],
                f"Tokens of shape {orders.shape[1:]} came.",
            )
            c.expect(_of_these_rows(orders, tokens), "There are rows that were not passed in.")
            both = min(orders.shape[1], len(tokens))  # a row too few costs above
            mine, own = np.sort(orders[:, :both], axis=2), np.sort(tokens[:both], axis=1)  # in any order of the words
            c.expect(not (mine == own).all(axis=2).any(), "Some rows are where they were.")
    with rubric.criterion(
        "by lot", points=0.5, hint="The seed decides: the same again, another one with another."
    ) as c:
        *_, largest = c.each("sets")
        orders = largest.array("orders", "the tokens")
        c.expect(np.array_equal(orders, c.array("again", "the tokens")), "The same seed gave two orders.")
        c.expect(_of_these_rows(orders, largest.reference("tokens")), "There are rows that were not passed in.")
        different = len({order.tobytes() for order in orders})
        c.expect(different >= 14, f"Sixteen seeds gave {different} orders.")


def _of_these_rows(orders: Array, tokens: Array) -> bool:
    """Whether rows are those that were given, several of them, whatever became of the order of their words."""
    given = {tuple(row) for row in np.sort(tokens, axis=1).tolist()}
    for order in np.sort(orders, axis=2).tolist():
        came = {tuple(row) for row in order}
        if not came <= given or 4 * len(came) < len(given):
            return False
    return True
