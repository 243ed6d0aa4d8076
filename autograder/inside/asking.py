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


# A cell that stops ----------------------------------------------------------------------------------------------------

FAILURES = 20
"""How many statements of a cell may fail before the rest is left alone."""

MAGIC = re.compile(r"\s*%%(?:time|capture)\b[^\n]*\n?")
"""A cell magic that runs the lines below it as they are."""


def below_magics(source: str) -> str:
    """A cell without the magics on its top that time or hide what it does."""
    while found := MAGIC.match(source):
        source = source[found.end() :]
    return source


def go_on(source: str) -> list[list[str]]:
    """Run what stands below the statement at which the cell ``source`` has just stopped, and below the next, and so on.

    Returns each statement that failed, and why: pairs of its first line and what was raised.
    """
    from IPython import get_ipython

    shell, source = get_ipython(), below_magics(source)
    failed: list[list[str]] = []
    while len(failed) < FAILURES:
        line, source = split_at_failure(shell, source)
        failed.append([line, sentence(last_error())])
        if not source.strip() or shell.run_cell(source).success:
            break
    return failed


def define(source: str) -> list[str]:
    """Run of a cell that cannot be run as a whole what it imports and defines; return its functions and classes."""
    from IPython import get_ipython

    shell = get_ipython()
    statements = definitions(shell, below_magics(source))
    return [found.name for found in carried_out(shell, statements) if isinstance(found, DEFINED)]


def define_rest(source: str) -> list[list[str]]:
    """Of the cell ``source``, which has just stopped at a statement, run what is imported and defined below it.

    What the notebook knows already stays as it is: a cell may have been stopped on purpose. Returns the statement's
    first line and what was raised, as `go_on` does, if anything was defined.
    """
    from IPython import get_ipython

    shell, source, error = get_ipython(), below_magics(source), last_error()
    if not definitions(shell, source):
        return []
    line, rest = split_at_failure(shell, source)
    new = [found for found in definitions(shell, rest) if not bound_by(found) & shell.user_ns.keys()]
    return [[line, sentence(error)]] if carried_out(shell, new) else []


DEFINED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
DEAR = (ast.Call, ast.Await, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def definitions(shell: Any, source: str) -> list[ast.stmt]:
    """The statements of a cell that only give names a meaning: imports, functions, classes, and values not computed."""
    try:
        statements = ast.parse(shell.transform_cell(source)).body
    except SyntaxError:
        return []
    return [
        found for found in statements if isinstance(found, (ast.Import, ast.ImportFrom, *DEFINED)) or is_value(found)
    ]


def is_value(statement: ast.stmt) -> bool:
    """Whether a statement names a value for which nothing is called."""
    return isinstance(statement, (ast.Assign, ast.AnnAssign)) and not any(
        isinstance(part, DEAR) for part in ast.walk(statement)
    )


def bound_by(statement: ast.stmt) -> set[str]:
    """The names that a definition binds."""
    if isinstance(statement, DEFINED):
        return {statement.name}
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        return {(alias.asname or alias.name).split(".")[0] for alias in statement.names}
    return {part.id for part in ast.walk(statement) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}


def carried_out(shell: Any, statements: list[ast.stmt]) -> list[ast.stmt]:
    """Run each of the ``statements`` in a cell of its own; return those that did not fail."""
    return [each for each in statements if shell.run_cell(ast.unparse(each)).success]


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
    while trace is not None:  # a magic runs the cell's own lines further down
        frame = trace.tb_frame
        if frame.f_globals is shell.user_ns and frame.f_code.co_name == "<module>":
            number = trace.tb_lineno
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
