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
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping, Sequence
from typing import Any, TypeVar

import numpy as np

T = TypeVar("T")

TOLD_WITHOUT_TYPE = (NotImplementedError, NameError)
"""Exceptions whose message is a sentence of its own."""


class Student:
    """The names of the student's notebook, as attributes."""

    def __init__(self, namespace: MutableMapping[str, object]) -> None:
        """``namespace`` is what the notebook's cells have defined."""
        self._namespace = namespace

    @contextlib.contextmanager
    def stubbed(self, **names: object) -> Iterator[None]:
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
        """The notebook's ``name``; `Missing` if no cell defined it."""
        return self._namespace[name] if name in self._namespace else Missing(name)


class Missing:
    """In the place of a name that the notebook does not define: whoever uses it, and nobody before, gets a NameError.

    So a probe may speak of it: one question fails, and not the probe.
    """

    def __init__(self, name: str) -> None:
        self._sentence = f"The notebook does not define `{name}`, or the cell that does so failed."

    def __call__(self, *_: object, **__: object) -> object:
        """Raise the NameError."""
        raise NameError(self._sentence)

    def __getattr__(self, _: str) -> object:
        raise NameError(self._sentence)

    __iter__ = __len__ = __float__ = __array__ = __call__


def plain_floats(array: np.ndarray) -> np.ndarray:
    """``array``, as float32 if it is bfloat16: numbers like any other, of which NumPy knows nothing by itself."""
    # NumPy needs longer for the name than for what becomes of most arrays here, so the kind is asked first.
    return array.astype(np.float32) if array.dtype.kind == "V" and array.dtype.name == "bfloat16" else array


def encode(value: object) -> dict[str, object] | None:
    """``value`` as plain data; None if it is no array of bools, integers or floats. bfloat16 becomes float32."""
    array = plain_floats(np.asarray(value))
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
    """A probe's result as a sequence of dicts, whether it returned one, yielded several, or only asked."""
    return parts if isinstance(parts, types.GeneratorType) else (parts or {},)


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


# Visible checks -------------------------------------------------------------------------------------------------------

put_off: dict[str, list[Any]] = {}
"""By test, the checks of its cell that have not run yet."""


@contextlib.contextmanager
def putting_off(test: str) -> Iterator[None]:
    """While the block runs, the checks that a cell makes by `util.checks` wait for `check`."""
    kind: Any = getattr(sys.modules.get("util.checks"), "check", None)
    if not hasattr(kind, "put_off"):
        yield
        return
    kind.put_off = put_off[test] = []
    try:
        yield
    finally:
        kind.put_off = None


def check(test: str, passed: bool) -> None:
    """Run the checks of a test that were put off; those that are known to be ``passed`` only say so."""
    from IPython import get_ipython

    with as_then(test, get_ipython()):
        for each in put_off.pop(test, []):
            if passed:
                with each:
                    pass
            else:
                each.run()


# Questions ------------------------------------------------------------------------------------------------------------

with_stubs: bool | None = None
"""Which of a probe's questions are asked: those with stubs in the place of other parts, those without; None for all.

What is asked with stubs decides nothing if all is right without, so it is asked after that, if at all.
"""


class Record:
    """What one probe has heard: values by the names that the judge knows, and why questions were not answered.

    Of what is asked while other names of the notebook mean something known, the name begins with theirs:
    ``stubbed sample: loss``. `autograder.judging` knows that form.
    """

    def __init__(self, student: Student, with_stubs: bool | None = None) -> None:
        """``with_stubs`` says which questions are wanted, as the module's own does."""
        self.student = student
        self.values: dict[str, dict[str, object]] = {}
        self.reasons: dict[str, str] = {}
        self.left_out = False
        self.stopped = ""
        self._stubs: frozenset[str] = frozenset()
        self._with_stubs = with_stubs

    @contextlib.contextmanager
    def stubbed(self, **known: object) -> Iterator[None]:
        """While the block runs, names mean something ``known``, and what is asked is recorded as asked so."""
        before = self._stubs
        self._stubs |= known.keys()
        try:
            with self.student.stubbed(**known):
                yield
        finally:
            self._stubs = before

    def wants(self) -> bool:
        """Whether questions are asked as things stand, with stubs or without."""
        stubbed = bool(self._stubs)
        self.left_out = self.left_out or (stubbed and self._with_stubs is False)
        return self._with_stubs is None or stubbed is self._with_stubs

    def keep(self, name: str, value: object) -> None:
        """Keep a value as it is now; nothing of what is no plain number or array."""
        if (encoded := encode(value)) is not None:
            self.values[self._full(name)] = encoded

    def fail(self, name: str, error: BaseException) -> None:
        """Keep why the question ``name`` has no answer."""
        self.reasons[self._full(name)] = sentence(error)

    def told(self) -> dict[str, object]:
        """All of it, as it goes outside."""
        return {name: getattr(self, name) for name in ("values", "stopped", "reasons", "left_out")}

    def _full(self, name: str) -> str:
        return f"stubbed {', '.join(sorted(self._stubs))}: {name}" if self._stubs else name


record = Record(Student({}))
"""That of the probe that is being put."""


Probe = Callable[[Student, np.random.Generator], Any]


def put(probe: Probe, student: Student, seed: Sequence[int]) -> Record:
    """Run ``probe`` with a generator of this seed; return what it has heard, also where it stops."""
    global record  # noqa: PLW0603 (`probing.ask` writes into it)
    heard = record = Record(student, with_stubs)
    try:
        for part in collect(probe(student, np.random.default_rng(seed))):
            for key, value in part.items():
                heard.keep(key, value)
    except BaseException as error:  # SystemExit and KeyboardInterrupt are the student's, too
        heard.stopped = sentence(error)
    heard.stopped = heard.stopped or next(iter(heard.reasons.values()), "")
    return heard


FRAMES = 32
"""So many frames of Python's stack are looked at in each operation of TensorFlow."""


def far_down(function: Callable[[], T], frames: int = FRAMES) -> T:
    """Call ``function`` below so many frames of this short function.

    TensorFlow finds out the line number of each frame that it sees, in each operation, and counts from the beginning of
    the function: in the long functions that run an order it takes as long as a third of the operation itself.
    """
    return far_down(function, frames - 1) if frames else function()


def ask(name: str, seed: list[int], token: str) -> dict[str, object]:
    """Put the probe ``name`` with a generator seeded by ``seed``; return its answers, marked with ``token``."""
    from IPython import get_ipython

    shell = get_ipython()

    def probe(student: Student, rng: np.random.Generator) -> Iterator[Mapping[str, object]]:
        with as_then(name, shell):
            yield from collect(probes[name](student, rng))

    return {"token": token, **put(probe, Student(shell.user_ns), seed).told()}


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
