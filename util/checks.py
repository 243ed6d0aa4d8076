"""Visible checks: each says in a sentence what was expected, what came and where to look. They score nothing.

A cell that checks a blank, and a cell that uses one, in a notebook::

    @checks.check("scale")
    def check_scale():
        checks.shape(scale(images), (2, 784), "scale(images)")

    with checks.waits():
        plots.grid(generator.forward(z))

No exception leaves either block, so a notebook with blanks still to be filled in runs from top to bottom. A check runs
at once, inside a function, so that its own names cannot take the place of a student's. Only nbgrader's Validate button
takes a check that is not passed for a failure, so that it does not call an empty notebook a success.

The build adds its points to each check of a student notebook, and as its last cell a `summary` of all.
"""

from __future__ import annotations

import contextlib
import io
import operator
import os
import re
import sys
import textwrap
import traceback as tracebacks
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar, Self

import numpy as np

from util import handing_in, progress

__all__ = [
    "CheckFailed",
    "between",
    "check",
    "close",
    "differs",
    "dtype",
    "expect",
    "finite",
    "hand_in",
    "logits",
    "pair",
    "positive_integer",
    "probabilities",
    "scalar",
    "shape",
    "summary",
    "traceback",
    "variables",
    "waits",
]

_UNFILLED = re.compile(r"The blank '(\w+)' is still to be filled in")
_OF_KERAS = re.compile(r"^Exception encountered when calling .*\n|\x1b\[[0-9;]*m")  # its first line, and bold type
_OF_COMPILED_CODE = ("Graph execution error:", "in user code:")
_TRACES = ("File ", "Detected at node", "<stack traces unavailable>")
VALIDATED_WIDTH = 80
"""`nbgrader validate` cuts longer lines off."""
_HERE = str(Path(__file__).resolve().parent)


class CheckFailed(Exception):
    """An expectation is not met. The message is the sentence for the student."""


class _Guard:
    """Turns every exception of its block into one printed sentence."""

    last_error: Exception | None = None
    title = ""  # what the sentences begin with
    subject = "This cell"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if error is None:
            self.passed()
            return True
        if not isinstance(error, Exception):  # KeyboardInterrupt and its like stop the cell as they should
            return False
        _Guard.last_error = error
        self.tell(self.sentence(error))
        return True

    def passed(self) -> None:
        """What to print when the block came to its end."""

    def tell(self, sentence: str) -> None:
        """Say what happened in place of an exception."""
        print(sentence)

    def sentence(self, error: Exception) -> str:
        """What to print instead of ``error``."""
        if blank := _unfilled_blank(error):
            return f"… {self.subject} waits for the blank '{blank}'."
        if isinstance(error, NameError) and error.name:
            return (
                f"… {self.subject} needs `{error.name}`, which does not exist yet: run the cells above it, "
                "and fill in the blanks that they wait for."
            )
        return f"✗ {self.title}{_describe(error)} (`checks.traceback()` in a new cell prints the whole story.)"


class check(_Guard):  # noqa: N801 - reads as a verb: `@check("scale")`
    """The visible check of the blank ``name``: one line, with a tick, a cross or what it waits for.

    ``points`` are those of the hidden tests of this blank, and stand in the line; the check itself scores nothing.
    ``builds_on`` names other blanks that this one may call. If the check of one of these is crossed, this one gets no
    cross, since the fault may be there: it says what to mend first.
    """

    latest: ClassVar[dict[str, check]] = {}
    """The checks that have run, by the blank; of several of one blank the last."""

    put_off: ClassVar[list[check] | None] = None
    """A grader's list of checks that wait until it wants them run; None where they run at once."""

    def __init__(self, name: str, points: float | None = None, builds_on: Sequence[str] = ()) -> None:
        self.name, self.builds_on = name, builds_on
        self.title = f"{name}: " if points is None else f"{name} ({progress.amount(points)}): "
        self.subject = f"{self.title}this cell"
        self.body: Callable[[], None] | None = None
        self.standing = progress.UNCHECKED

    def __call__(self, body: Callable[[], None]) -> Callable[[], None]:
        """As a decorator: run the function ``body`` at once, and leave it to be called again."""
        self.body = body
        if check.put_off is None:
            self.run()
        else:
            check.put_off.append(self)
        return body

    def run(self) -> None:
        """Say how it goes."""
        with self:
            if self.body is not None:
                self.body()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        """Also remember how it went, for the summary."""
        check.latest[self.name] = self
        self.standing = self.standing_after(error)
        return super().__exit__(kind, error, trace)

    def passed(self) -> None:
        """Say so."""
        print(f"✓ {self.title}everything checked here is as expected.")

    def tell(self, sentence: str) -> None:
        """Say so; while nbgrader validates the notebook, in the way that it takes for a failure."""
        if os.environ.get("NBGRADER_VALIDATING"):
            print(textwrap.fill(sentence, VALIDATED_WIDTH), file=sys.stderr)
        else:
            super().tell(sentence)

    def sentence(self, error: Exception) -> str:
        """The failed expectation, in the words of the expectation; or what to mend before it."""
        if not _unfilled_blank(error) and (crossed := self._crossed_below()):
            return f"… {self.title}this builds on `{crossed}`, whose check is crossed: mend that first."
        if isinstance(error, CheckFailed):
            return f"✗ {self.title}{error}"
        return super().sentence(error)

    def standing_after(self, error: BaseException | None) -> str:
        """Done, wrong or empty, in a word or two."""
        if error is None:
            return progress.DONE
        if blank := _unfilled_blank(error):
            return progress.EMPTY if blank == self.name else progress.WAITS.format(blank)
        if crossed := self._crossed_below():
            return progress.WAITS.format(crossed)
        return progress.WRONG

    def _crossed_below(self) -> str | None:
        """The first blank that this one builds on whose check would be crossed now."""
        below = (name for name in self.builds_on if name in check.latest)
        return next((name for name in below if check.latest[name].standing_now() == progress.WRONG), None)

    def standing_now(self) -> str:
        """What the check would say now, since blanks may have been run after it; silently."""
        if self.body is not None:
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                try:
                    self.body()
                except (Exception, SystemExit) as error:  # of a student's code: anything
                    return self.standing_after(error)
                return progress.DONE
        return self.standing


class waits(_Guard):  # noqa: N801 - likewise
    """Around a cell that uses blanks: says what it waits for instead of stopping the notebook."""


def traceback() -> None:
    """Print the whole traceback of the last exception that a check turned into a sentence."""
    if _Guard.last_error is None:
        print("No exception so far.")
    else:
        tracebacks.print_exception(_Guard.last_error, file=sys.stdout)


def summary(blanks: Mapping[str, float], questions: Mapping[str, float]) -> None:
    """Print a table of every blank, as its check would see it now, and of the questions without an answer.

    ``blanks`` and ``questions`` are the lesson's, with their points. Answers are looked for in the notebook as it was
    last saved. It says what a student may expect and decides nothing; nothing that is wrong or missing stops it.
    """
    standings, found = _progress(blanks, questions)
    _lesson.update(blanks=tuple(blanks), questions=tuple(questions))
    print(progress.table(blanks, standings, questions, found))


_lesson: dict[str, tuple[str, ...]] = {}
"""The blanks and questions of which there was a summary."""


def _progress(blanks: Iterable[str], questions: Iterable[str]) -> tuple[dict[str, str], progress.Answers | None]:
    """Where the blanks stand, and which questions have an answer."""
    standings = {name: check.latest[name].standing_now() if name in check.latest else "" for name in blanks}
    found = None
    with contextlib.suppress(Exception):  # whatever an editor has left in place of a notebook
        found = progress.answers(questions)
    return standings, found


def hand_in(assignment: str, link: str = "") -> None:
    """Hand this notebook in as it was last saved, where the course has a page for it, and print what comes of it.

    What is still empty is named first, with the choice to go on all the same. Your ``link`` is the one that your
    instructor has sent to you; it is asked for, so that it need not stand in a notebook that others get to see.
    """
    blanks, questions = _lesson.get("blanks", ()), _lesson.get("questions", ())
    if missing := progress.unfinished(blanks, *_progress(blanks, questions)):
        print(f"Not done yet: {', '.join(missing)}.")
        if input("Hand it in all the same? [y/N] ").strip().lower() not in ("y", "yes"):
            print("Nothing was handed in.")
            return
    handing_in.hand_in(assignment, {*blanks, *questions}, link)


def _unfilled_blank(error: BaseException | None) -> str | None:
    """The name of the blank whose absence caused ``error``, directly or through a library that wrapped it."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if match := _UNFILLED.search(str(error)):
            return match[1]
        error = error.__cause__ or error.__context__
    return None


def _describe(error: Exception) -> str:
    """Type, message (its first line) and place of an exception: the deepest line that the notebook itself wrote."""
    message = _OF_KERAS.sub("", str(error)).strip()
    if message.startswith(_OF_COMPILED_CODE):
        message = _below_its_traces(message).removeprefix(f"{type(error).__name__}: ")
    message = next(iter(message.splitlines()), "").rstrip(".")
    message = re.sub(r"^\{\{.*?\}\} ?", "", message)  # TensorFlow's name for the operation
    sentence = f"{type(error).__name__}: {message}" if message else type(error).__name__
    own = [frame for frame in tracebacks.extract_tb(error.__traceback__) if _is_own(frame.filename)]
    if own:
        where = "" if own[-1].name.startswith("<") else f", in `{own[-1].name}`"
        line = f" (`{own[-1].line}`)" if own[-1].line else ""
        sentence += f"{where}, line {own[-1].lineno} of its cell{line}"
    return sentence + "."


def _below_its_traces(message: str) -> str:
    """What an error in compiled code says, behind the places of the code that it lists first."""
    place = None  # how far the last place is indented; the code at this place follows it, indented further
    for line in filter(str.strip, message.splitlines()[1:]):
        indent = len(line) - len(line.lstrip())
        if line.lstrip().startswith(_TRACES):
            place = indent
        elif place is None or indent <= place:
            return line.strip()
    return ""


def _is_own(filename: str) -> bool:
    """Whether the notebook, not a library, wrote this file."""
    return not (
        filename.startswith((_HERE, "<frozen", sys.prefix, sys.base_prefix + "/lib")) or "site-packages" in filename
    )


# Expectations ---------------------------------------------------------------------------------------------------------


def expect(holds: bool, sentence: str) -> None:
    """Fail with ``sentence`` unless ``holds``."""
    if not bool(holds):
        raise CheckFailed(sentence)


def _array(value: Any, what: str) -> np.ndarray:
    """``value``, a tensor of any backend or something like it, as an array of numbers."""
    expect(value is not None, f"{what} is None. Does the function end with a `return`?")
    try:
        array = np.asarray(value)
    except (TypeError, ValueError, NotImplementedError):  # a ragged list, or a tensor that has no values
        array = np.asarray(None)
    if array.dtype.name == "bfloat16":  # which NumPy does not count among numbers by itself
        array = array.astype(np.float32)
    expect(
        array.dtype.kind in "biuf",
        f"{what} should be an array or tensor of numbers, but {_article(type(value).__name__)} came.",
    )
    return array


def _article(noun: str) -> str:
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}"


def shape(value: Any, expected: Sequence[int], what: str) -> np.ndarray:
    """Expect this shape, and say what a wrong one looks like: a missing or extra axis, or two that are swapped."""
    array, wanted = _array(value, what), tuple(expected)
    if array.shape == wanted:
        return array
    start = f"{what} should have the shape {wanted}, but has {array.shape}"
    if array.shape == tuple(n for n in wanted if n != 1) and array.ndim < len(wanted):
        raise CheckFailed(
            f"{start}: an axis of length 1 is missing. Keep it, since broadcasting goes wrong without it."
        )
    if wanted == tuple(n for n in array.shape if n != 1):
        raise CheckFailed(f"{start}: there is an axis of length 1 too many.")
    if wanted == array.shape[::-1]:
        raise CheckFailed(f"{start}: the axes are swapped.")
    if wanted[1:] == array.shape:
        raise CheckFailed(f"{start}: the first axis, the one over the examples, is missing.")
    if array.ndim != len(wanted):
        raise CheckFailed(f"{start}: it has {array.ndim} axes in place of {len(wanted)}.")
    raise CheckFailed(f"{start}.")


def scalar(value: Any, what: str) -> float:
    """Expect a single finite number (shape ``()``), as a loss is."""
    array = _array(value, what)
    expect(
        array.shape == (),
        f"{what} should be a single number (shape ()), but has the shape {array.shape}. "
        "Is the mean over the batch missing?",
    )
    finite(array, what)
    return float(array)


def finite(value: Any, what: str) -> np.ndarray:
    """Expect no NaN and no infinity."""
    array = _array(value, what)
    expect(not np.isnan(array).any(), f"{what} has NaN in it: look for inf - inf, 0 * inf or the logarithm of 0.")
    expect(
        not np.isinf(array).any(),
        f"{what} is infinite somewhere: look for an exponential of a large number or the logarithm of 0.",
    )
    return array


def dtype(value: Any, expected: str, what: str) -> np.ndarray:
    """Expect this dtype."""
    array = _array(value, what)
    expect(array.dtype == np.dtype(expected), f"{what} should be {expected}, but is {array.dtype}.")
    return array


def close(value: Any, expected: Any, what: str, *, rtol: float = 1e-4, atol: float = 1e-5) -> None:
    """Expect this shape and these values. A single number is shown beside the one that was expected."""
    wanted = np.asarray(expected)
    array = finite(shape(value, wanted.shape, what), what).astype(np.float64)
    wrong = ~np.isclose(array, wanted, rtol=rtol, atol=atol)
    if not wrong.any():
        return
    if wanted.ndim == 0:
        raise CheckFailed(f"{what} should be about {float(wanted):.5g}, but is {float(array):.5g}.")
    first = tuple(int(i) for i in np.argwhere(wrong)[0])
    raise CheckFailed(
        f"{what} has {int(wrong.sum())} of {wanted.size} values wrong: "
        f"the one at {list(first)} should be about {float(wanted[first]):.5g}, but is {float(array[first]):.5g}."
    )


def between(value: Any, low: float, high: float, what: str) -> np.ndarray:
    """Expect every value in the closed interval from ``low`` to ``high``."""
    array = finite(value, what)
    smallest, largest = float(array.min()), float(array.max())
    expect(
        low <= smallest and largest <= high,
        f"{what} should lie between {low:g} and {high:g}, but the values run from {smallest:.4g} to {largest:.4g}.",
    )
    return array


def differs(value: Any, other: Any, what: str) -> None:
    """Expect two arrays that are not the same, such as two draws of noise."""
    expect(not np.array_equal(_array(value, what), _array(other, what)), f"{what} should differ, but are identical.")


def positive_integer(value: Any, what: str) -> int:
    """Expect a whole number of at least 1."""
    try:
        whole = 0 if isinstance(value, bool) else operator.index(value)
    except TypeError:
        whole = 0
    expect(whole > 0, f"{what} should be a whole number above 0, but is {value!r}.")
    return whole


def pair(value: Any, what: str, parts: str) -> tuple[Any, Any]:
    """Expect two results and take them apart."""
    expect(value is not None, f"{what} returns nothing, but should return {parts}.")
    try:
        first, second = value
    except (TypeError, ValueError):
        raise CheckFailed(f"{what} should return two results, {parts}, but one {type(value).__name__} came.") from None
    return first, second


def probabilities(value: Any, what: str) -> np.ndarray:
    """Expect values in [0, 1], and recognise logits."""
    array = finite(value, what)
    expect(
        bool(((array >= 0) & (array <= 1)).all()),
        f"{what} should lie between 0 and 1, but the values run from {array.min():.4g} to {array.max():.4g}. "
        "They look like logits, from before the sigmoid.",
    )
    return array


def logits(value: Any, probability: Any, what: str) -> np.ndarray:
    """Expect the logits of these probabilities, and recognise a probability in a logit's place."""
    array, p = finite(value, what), np.asarray(probability, dtype=np.float64)
    expect(
        not _same(array, p),
        f"{what} should be logits, but probabilities came in their place: return the values from before the sigmoid.",
    )
    expect(
        _same(_sigmoid(array), p),
        f"{what} do not belong to the probabilities: the sigmoid of a logit has to be its probability.",
    )
    return array


def _same(a: np.ndarray, b: np.ndarray) -> bool:
    return a.shape == b.shape and np.allclose(a, b, rtol=1e-4, atol=1e-5)


def _sigmoid(x: np.ndarray) -> np.ndarray:
    return 0.5 * (1 + np.tanh(0.5 * x.astype(np.float64)))


def variables(theta: Any, shapes: Sequence[Sequence[int]], what: str) -> None:
    """Expect a list of variables with these shapes, in any order; a matrix may be transposed, an axis of 1 left out."""
    expect(
        isinstance(theta, list | tuple),
        f"{what} should be a list of variables, but {_article(type(theta).__name__)} came.",
    )
    for item in theta:
        expect(
            hasattr(item, "assign"),
            f"{what} should hold variables, which training can change, but has {_article(type(item).__name__)} in it.",
        )
    came = [tuple(item.shape) for item in theta]
    expect(
        len(came) == len(shapes),
        f"{what} should hold {len(shapes)} variables, but holds {len(came)}{': ' if came else ''}{_listed(came)}.",
    )
    expect(
        sorted(map(_axes, came)) == sorted(map(_axes, shapes)),
        f"The variables in {what} should have the shapes {_listed(shapes)}, but have {_listed(came)}.",
    )


def _axes(shape: Sequence[int]) -> list[int]:
    """The lengths of the axes that matter, without their order."""
    return sorted(n for n in shape if n != 1)


def _listed(shapes: Sequence[Sequence[int]]) -> str:
    return ", ".join(str(tuple(shape)) for shape in shapes)
