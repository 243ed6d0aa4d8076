"""Puts one probe to the student's code and collects its answers. Runs in the student's process and decides nothing.

Only numbers leave: every value becomes its dtype, its shape and its bytes. A value that is no plain number or array is
left out, so that its criteria are *not reached*; so is everything after an exception, whose text goes along as the
reason.
"""

import ast
import base64
import builtins
import contextlib
import os
import re
import resource
import sys
import tempfile
import types
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from typing import Any

import numpy as np

TOLD_WITHOUT_TYPE = (NotImplementedError, NameError)
"""Exceptions whose message is a sentence of its own."""


class Student:
    """The names of the student's notebook, as attributes."""

    def __init__(self, namespace: MutableMapping[str, object]) -> None:
        """``namespace`` is what the notebook's cells have defined."""
        self._namespace = namespace

    @contextlib.contextmanager
    def given(self, **names: object) -> Iterator[None]:
        """While the block runs, each of ``names`` means something known, in the place of the notebook's own."""
        before = {name: self._namespace[name] for name in names if name in self._namespace}
        self._namespace.update(names)
        try:
            yield
        finally:
            for name in names:
                self._namespace.pop(name, None)
            self._namespace.update(before)

    def __getattr__(self, name: str) -> object:
        """The notebook's ``name``; raises NameError, with a sentence, if no cell defined it."""
        if name not in self._namespace:
            raise NameError(f"The notebook does not define `{name}`, or the cell that does so failed.")
        return self._namespace[name]


def encode(value: object) -> dict[str, object] | None:
    """``value`` as plain data; None if it is no array of bools, integers or floats. bfloat16 becomes float32."""
    array = np.asarray(value)
    if array.dtype.name == "bfloat16":
        array = array.astype(np.float32)
    if array.dtype.kind not in "biuf" or array.dtype.itemsize > 8:
        return None
    array = array.astype(array.dtype.newbyteorder("<"))
    data = base64.b64encode(array.tobytes()).decode("ascii")
    return {"dtype": array.dtype.str, "shape": list(array.shape), "data": data}


NOISE = re.compile(r"\x1b\[[0-9;]*[A-Za-z]|\{\{[^{}]*\}\}")
"""Bold type of terminals, and TensorFlow's names for operations (`{{function_node …}}`)."""


def sentence(error: BaseException) -> str:
    """What stopped a probe, for the student to read."""
    text = " ".join(NOISE.sub(" ", str(error)).split())
    if isinstance(error, KeyboardInterrupt):
        return "It took too long and was interrupted."
    if isinstance(error, TOLD_WITHOUT_TYPE) and text:
        return text
    return f"It stopped with {type(error).__name__}: {text}" if text else f"It stopped with {type(error).__name__}."


def collect(parts: Any) -> Iterable[Mapping[str, object]]:
    """A probe's result as a sequence of dicts, whether it returned one or yielded several."""
    return parts if isinstance(parts, types.GeneratorType) else (parts,)


probes: dict[str, Any] = {}
"""What ``probes.py`` defines, once it has been learned."""


def make_room() -> None:
    """Let the questions use the memory that was held back for them: what the cells hoard must not starve them."""
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def load_probes(source: str) -> None:
    """Take in the source of ``probes.py``. Sent when the student's cells have run, and not before."""
    probes["__name__"] = "probes"
    exec(compile(source, "<probes>", "exec"), probes)


# Names as they were ---------------------------------------------------------------------------------------------------

kept: dict[str, dict[str, object]] = {}
"""By test, the notebook's names as they were when its check cell had run."""

HISTORY = re.compile(r"_+|_i+|_i?\d+")
"""Names under which IPython keeps what was typed and shown."""

LARGE = 2**24
"""Bytes from which on an array is not kept: later cells must be able to replace it."""


def remember(test: str) -> None:
    """Keep the notebook's names for the questions of ``test``; called at the end of its check cell."""
    from IPython import get_ipython

    shell = get_ipython()
    kept[test] = {
        name: value
        for name, value in shell.user_ns.items()
        if name not in shell.user_ns_hidden and not HISTORY.fullmatch(name) and size(value) <= LARGE
    }


def size(value: object) -> int:
    """The bytes of an array or tensor that lies in the notebook's names; 0 for all else."""
    found = getattr(value, "nbytes", 0) if not isinstance(value, type) else 0
    return found if isinstance(found, int) else 0


@contextlib.contextmanager
def as_then(test: str, shell: Any) -> Iterator[None]:
    """While the block runs, names mean what they meant when the check of ``test`` had run.

    So no later cell can take a mark away by binding or deleting them. Names that came later stay, helpers for instance;
    but for those that hide what Python itself brings.
    """
    then, names = kept.get(test), shell.user_ns
    if then is None:
        yield
        return
    now = dict(names)
    for name in now.keys() & vars(builtins).keys() - then.keys() - shell.user_ns_hidden.keys():
        del names[name]
    names.update(then)
    try:
        yield
    finally:
        for name in list(names.keys() - now.keys()):
            del names[name]
        names.update(now)


with_stubs: bool | None = None
"""Which of a probe's questions are asked: those with stubs in the place of other parts, those without; None for all.

What is asked with stubs decides nothing if all is right without, so it is asked after that, if at all.
"""


left_out = False
"""Whether something that is asked with stubs was left out."""


def is_wanted(stubbed: bool) -> bool:
    """Whether a question is asked this time that is asked with stubs, or without."""
    global left_out  # noqa: PLW0603 (`ask` tells it)
    left_out = left_out or (stubbed and with_stubs is False)
    return with_stubs is None or stubbed is with_stubs


def ask(name: str, seed: list[int], token: str) -> dict[str, object]:
    """Run the probe ``name`` with a generator seeded by ``seed``; return its answers, marked with ``token``."""
    global left_out
    from IPython import get_ipython

    shell, left_out = get_ipython(), False
    values: dict[str, object] = {}
    stopped = ""
    reasons: dict[str, str] = {}
    try:
        with as_then(name, shell):
            for part in collect(probes[name](Student(shell.user_ns), np.random.default_rng(seed))):
                for key, value in part.items():
                    encoded = encode(value)
                    if encoded is not None:
                        values[key] = encoded
    except BaseException as error:  # SystemExit and KeyboardInterrupt are the student's, too
        failures = getattr(error, "failures", {0: error})  # of questions that were put one by one
        reasons = {str(number): sentence(failure) for number, failure in failures.items()}
        stopped = next(iter(reasons.values()))
    return {"token": token, "values": values, "stopped": stopped, "reasons": reasons, "left_out": left_out}


# A line that fails ----------------------------------------------------------------------------------------------------

FAILURES = 20
"""How many statements of a cell may fail before the rest is left alone."""


def go_on(source: str) -> list[list[str]]:
    """Run what stands below the statement at which the cell ``source`` has just stopped, and below the next, and so on.

    Returns each statement that failed, and why: pairs of its first line and what was raised.
    """
    from IPython import get_ipython

    shell = get_ipython()
    failed: list[list[str]] = []
    while len(failed) < FAILURES:
        line, source = split_at_failure(shell, source)
        failed.append([line, sentence(last_error())])
        if not source.strip() or shell.run_cell(source).success:
            break
    return failed


def last_error() -> BaseException:
    """What the last cell that stopped was stopped by."""
    return getattr(sys, "last_value", None) or RuntimeError("unknown")


def split_at_failure(shell: Any, source: str) -> tuple[str, str]:
    """The first line of the statement at which ``source`` stopped last, and what is to be run without it."""
    lines, code = source.split("\n"), shell.transform_cell(source)
    if len(code.rstrip("\n").split("\n")) != len(source.rstrip("\n").split("\n")):
        lines = code.split("\n")
    try:
        statements = ast.parse(code).body
    except SyntaxError as error:  # nothing of it has run: all of it is, without that line
        number = error.lineno or 1
        return lines[number - 1].strip(), "\n".join(lines[: number - 1] + lines[number:])
    trace, number = last_error().__traceback__, 0
    while trace is not None and not number:
        frame = trace.tb_frame
        number = trace.tb_lineno if frame.f_globals is shell.user_ns and frame.f_code.co_name == "<module>" else 0
        trace = trace.tb_next
    stopped = (each for each in statements if each.lineno <= number <= (each.end_lineno or each.lineno))
    if (statement := next(stopped, None)) is None:
        return "", ""
    return lines[statement.lineno - 1].strip(), "\n".join(lines[statement.end_lineno :])


def lay_out(files: Mapping[str, str], environment: Mapping[str, str]) -> None:
    """Go to a fresh folder that holds ``files``, by their paths in it, and from which modules can be imported.

    Their contents are encoded in base64.
    """
    folder = tempfile.mkdtemp()
    for name, content in files.items():
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(base64.b64decode(content))
    os.chdir(folder)
    sys.path.insert(0, folder)
    os.environ.update(environment)
