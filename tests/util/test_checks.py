"""The visible checks: which sentence a student gets, and that nothing ever leaves a cell."""

from __future__ import annotations

from collections.abc import Callable

import keras
import numpy as np
import pytest

from util import checks

FIVE = np.linspace(-2, 2, 5)[:, None]  # (5, 1)


def failure(expectation: Callable[..., object], *args: object, **kwargs: object) -> str:
    """Return the sentence with which an expectation fails."""
    with pytest.raises(checks.CheckFailed) as caught:
        expectation(*args, **kwargs)
    return str(caught.value)


@pytest.mark.parametrize(
    ("came", "wanted", "sentence"),
    [
        ((5,), (5, 1), "an axis of length 1 is missing"),
        ((5, 1), (5,), "an axis of length 1 too many"),
        ((3, 5), (5, 3), "swapped"),
        ((3,), (5, 3), "the one over the examples, is missing"),
        ((5, 3, 2), (5, 6), "3 axes in place of 2"),
        ((4, 3), (5, 3), "should have the shape (5, 3), but has (4, 3)"),
    ],
)
def test_a_wrong_shape_gets_its_own_sentence(came: tuple[int, ...], wanted: tuple[int, ...], sentence: str) -> None:
    assert sentence in failure(checks.shape, np.zeros(came), wanted, "it")


def test_what_is_no_array_is_named() -> None:
    assert "return" in failure(checks.shape, None, (5, 1), "it")
    assert "a str came" in failure(checks.shape, "five", (5, 1), "it")
    assert "a list came" in failure(checks.shape, [[1], [1, 2]], (5, 1), "it")


def test_bfloat16_is_a_number_too() -> None:
    half = keras.ops.cast([0.5, 1.0], "bfloat16")
    checks.close(half, [0.5, 1.0], "it")
    assert "should be about 2, but is 1" in failure(checks.close, half, [0.5, 2.0], "it")


def test_values() -> None:
    checks.close([1.0, 2.0], [1.0, 2.0], "it")
    assert "should be about 2, but is 3" in failure(checks.close, 3.0, 2.0, "it")
    assert "1 of 2 values wrong: the one at [1] should be about 2, but is 3" in failure(
        checks.close, [1.0, 3.0], [1.0, 2.0], "it"
    )
    assert "NaN" in failure(checks.close, [1.0, np.nan], [1.0, 2.0], "it")
    assert "infinite" in failure(checks.finite, [np.inf], "it")
    assert "run from 0 to 2" in failure(checks.between, [0.0, 2.0], 0, 1, "it")
    assert "float32, but is float64" in failure(checks.dtype, np.zeros(2), "float32", "it")
    assert "mean over the batch" in failure(checks.scalar, FIVE, "it")
    assert "identical" in failure(checks.differs, FIVE, FIVE, "it")
    assert checks.scalar(np.float32(2.5), "it") == 2.5


def test_whole_numbers() -> None:
    assert checks.positive_integer(np.int64(3), "it") == 3
    for wrong in (0, -1, 2.0, True, "3"):
        assert "whole number" in failure(checks.positive_integer, wrong, "it")


def test_logits_and_probabilities_are_told_apart() -> None:
    p = 1 / (1 + np.exp(-FIVE))
    checks.probabilities(p, "it")
    checks.logits(FIVE, p, "it")
    assert "look like logits" in failure(checks.probabilities, FIVE, "it")
    assert "before the sigmoid" in failure(checks.logits, p, p, "it")
    assert "do not belong" in failure(checks.logits, -FIVE, p, "it")


class Variable:
    """Looks like a variable."""

    def __init__(self, *shape: int) -> None:
        self.shape = shape

    def assign(self, value: object) -> None:
        """Do nothing."""


def test_variables_in_any_order() -> None:
    checks.variables([Variable(2), Variable(3, 2)], [(3, 2), (2,)], "theta")
    assert "a dict came" in failure(checks.variables, {}, [(2,)], "theta")
    assert "a ndarray" in failure(checks.variables, [np.zeros(2)], [(2,)], "theta")
    assert "should hold 2 variables, but holds 1" in failure(checks.variables, [Variable(2)], [(3, 2), (2,)], "theta")
    assert "have (2, 4)" in failure(checks.variables, [Variable(2, 4)], [(3, 2)], "theta")
    checks.variables([Variable(2, 3), Variable(1, 1)], [(3, 2), (1,)], "theta")


def test_pairs() -> None:
    assert checks.pair(np.array([1, 2]), "f(x)", "this and that") == (1, 2)
    assert "f(x) returns nothing" in failure(checks.pair, None, "f(x)", "this and that")
    assert "two results, this and that, but one float came" in failure(checks.pair, 1.0, "f(x)", "this and that")
    assert "one ndarray came" in failure(checks.pair, FIVE, "f(x)", "this and that")


# The two blocks -------------------------------------------------------------------------------------------------------


def said(capsys: pytest.CaptureFixture[str]) -> str:
    """Return what was printed, which has to be one line on stdout and nothing on stderr."""
    out, err = capsys.readouterr()
    assert err == ""
    assert out.count("\n") <= 1
    return out.strip()


def test_a_tick_and_a_cross(capsys: pytest.CaptureFixture[str]) -> None:
    with checks.check("scale"):
        checks.expect(True, "never")
    assert said(capsys).startswith("✓ scale")
    with checks.check("scale"):
        checks.expect(False, "the sentence.")
    assert said(capsys) == "✗ scale: the sentence."
    with checks.check("scale", points=1):
        checks.expect(False, "the sentence.")
    assert said(capsys) == "✗ scale (1 point): the sentence."
    with checks.waits():
        pass
    assert said(capsys) == ""


@pytest.mark.parametrize(
    ("block", "subject"), [(checks.waits(), "This cell"), (checks.check("scale", 2), "scale (2 points): this cell")]
)
def test_an_empty_blank_is_named(
    block: checks.waits | checks.check, subject: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with block:
        raise NotImplementedError("The blank 'dataset' is still to be filled in.")
    assert said(capsys) == f"… {subject} waits for the blank 'dataset'."


def test_a_cross_below_is_the_only_one(capsys: pytest.CaptureFixture[str]) -> None:
    """What builds on a blank whose check is crossed says so, and gets its own cross once that one is mended."""
    right = False

    @checks.check("sums")
    def _() -> None:
        checks.expect(right, "they should be 1.")

    @checks.check("shares", builds_on=["halves", "sums"])
    def _() -> None:
        checks.expect(False, "they are wrong.")

    assert capsys.readouterr().out.splitlines() == [
        "✗ sums: they should be 1.",
        "… shares: this builds on `sums`, whose check is crossed: mend that first.",
    ]
    assert checks.check.latest["shares"].standing_now() == "… waits for 'sums'"
    right = True
    assert checks.check.latest["shares"].standing_now() == "✗ wrong"


def test_a_cross_below_takes_no_tick_away(capsys: pytest.CaptureFixture[str]) -> None:
    with checks.check("sums"):
        checks.expect(False, "they should be 1.")
    with checks.check("shares", builds_on=["sums"]):
        pass
    assert capsys.readouterr().out.splitlines()[1].startswith("✓ shares")


def test_an_empty_blank_is_found_behind_a_library(capsys: pytest.CaptureFixture[str]) -> None:
    with checks.waits():
        try:
            raise NotImplementedError("The blank 'losses' is still to be filled in.")
        except NotImplementedError as error:
            raise RuntimeError("training failed") from error
    assert said(capsys) == "… This cell waits for the blank 'losses'."


def test_a_missing_name_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with checks.waits():
        model  # type: ignore[name-defined]  # noqa: B018, F821
    assert "needs `model`" in said(capsys)


def test_another_exception_says_what_and_where(capsys: pytest.CaptureFixture[str]) -> None:
    def forward(x: np.ndarray) -> np.ndarray:
        return x @ np.zeros((3, 2))

    with checks.check("generator"):
        forward(np.zeros((4, 5)))
    sentence = said(capsys)
    assert sentence.startswith("✗ generator: ValueError: matmul")
    assert "in `forward`" in sentence
    checks.traceback()
    assert "Traceback" in capsys.readouterr().out


@pytest.mark.parametrize(
    "text",
    [
        'Graph execution error:\n\nDetected at node G defined at (most recent call last):\n  File "a.py", line 2\n\n'
        '  File "b.py", line 4, in fit\n\nindices[0,0] = 9 is not in [0, 3)\n\t [[{{node G}}]] [Op:__inference_1]',
        'in user code:\n\n    File "a.py", line 15, in f  *\n        return g(x)\n    File "b.py", line 1, in g\n\n'
        "    ValueError: indices[0,0] = 9 is not in [0, 3)\n\n    Arguments received by G.call():\n      • x=9\n",
        "Graph execution error:\n\nDetected at node G defined at (most recent call last):\n<stack traces unavailable>\n"
        "indices[0,0] = 9 is not in [0, 3)\n\tStacktraces unavailable [Op:__inference_1]",
        'in user code:\n\n    File "a.py", line 15, in f  *\n        return g(x)\n\n'
        "    ValueError: indices[0,0] = 9 is not in [0, 3)\n    \n    Hint: see the manual.\n",
    ],
)
def test_an_error_in_compiled_code_is_told_without_its_traces(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with checks.check("train"):
        raise ValueError(text)
    assert "✗ train: ValueError: indices[0,0] = 9 is not in [0, 3), in " in capsys.readouterr().out


def test_what_keras_wraps_is_unwrapped(capsys: pytest.CaptureFixture[str]) -> None:
    """Keras puts a line of its own and bold type around the message of what happened in a layer."""
    with checks.check("layer"):
        raise ValueError("Exception encountered when calling L.call().\n\n\x1b[1mshapes (2,) (3,)\x1b[0m\n\nArguments")
    printed = capsys.readouterr().out
    assert "ValueError: shapes (2,) (3,), in" in printed, printed


def test_only_exceptions_are_caught() -> None:
    with pytest.raises(KeyboardInterrupt), checks.waits():
        raise KeyboardInterrupt


def test_nbgrader_hears_of_a_check_that_is_not_passed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And of nothing else: a cell that only waits is no check, and a tick no failure."""
    monkeypatch.setenv("NBGRADER_VALIDATING", "1")

    @checks.check("scale")
    def check_scale() -> None:
        checks.expect(False, "It should be more than that, and " + "much " * 30 + "more.")

    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("✗ scale: It should be more than that")
    assert max(map(len, said.err.splitlines())) <= 80
    with checks.check("scale"):
        pass
    with checks.waits():
        raise NotImplementedError("The blank 'scale' is still to be filled in.")
    said = capsys.readouterr()
    assert said.err == ""
    assert said.out.splitlines() == [
        "✓ scale: everything checked here is as expected.",
        "… This cell waits for the blank 'scale'.",
    ]
