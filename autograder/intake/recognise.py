"""Which cell of the release a submitted cell is: by its marks, else by its text.

Marks are nbgrader's name and Jupyter's id. Editors and platforms drop either or both, so that the text has to do: a
question by its words, a blank by the functions it defines, a check by the name that it checks, all else by its lines.
"""

from __future__ import annotations

import difflib
import io
import keyword
import re
import tokenize
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from nbformat import NotebookNode

from autograder.schema import DEMO

__all__ = [
    "Form",
    "Released",
    "Role",
    "added",
    "bound_names",
    "count_words",
    "forget",
    "has_words",
    "plain",
    "share_of_lines",
    "share_of_texts",
    "share_of_words",
]

MAX_COMPARED = 20_000  # characters; nothing longer is compared word by word or line by line
MAX_READ = 5000  # characters; nothing longer is read word by word
MAX_LINES = 1000
MAX_LINE = 300  # characters of a line in which names are looked for


class Role(Enum):
    """What a cell of the release is for."""

    QUESTION = "question"
    CHECK = "check"
    BLANK = "blank"
    DEMO = "demo"
    GIVEN = "given code"
    PROSE = "prose"


@dataclass(frozen=True)
class Released:
    """A cell of the release."""

    name: str
    role: Role
    cell: NotebookNode
    place: int

    @property
    def text(self) -> str:
        """Its text, in the form in which texts are compared."""
        return plain(self.cell.source)

    @property
    def is_graded(self) -> bool:
        """Whether nbgrader knows it."""
        return self.role in (Role.QUESTION, Role.CHECK, Role.BLANK)


def _role(cell: NotebookNode) -> Role:
    info = cell.metadata.get("nbgrader", {})
    if info.get("grade"):
        return Role.QUESTION if info.get("solution") else Role.CHECK
    if info.get("solution"):
        return Role.BLANK
    if cell.cell_type != "code":
        return Role.PROSE
    return Role.DEMO if DEMO in cell.metadata.get("tags", []) else Role.GIVEN


class Form:
    """The cells of a release, and how they are recognised."""

    def __init__(self, release: NotebookNode) -> None:
        self.cells = [
            Released(cell.metadata.get("nbgrader", {}).get("grade_id") or cell.id, _role(cell), cell, place)
            for place, cell in enumerate(release.cells)
        ]
        self._by_name = {each.name: each for each in self.cells if each.is_graded}
        self._by_id = {each.cell.id: each for each in self.cells}
        self._by_text = {(each.cell.cell_type, each.text): each for each in self.cells}

    def of(self, *roles: Role) -> list[Released]:
        """The cells of these kinds, in the order of the release."""
        return [each for each in self.cells if each.role in roles]

    def marked(self, cell: NotebookNode, *, by_id: bool = True) -> Released | None:
        """The cell that ``cell`` is by its marks, or by having the very same text.

        Several cells may have the same id, as editors copy it; then it means that one only which also looks like it.
        """
        info = cell.metadata.get("nbgrader")
        name = info.get("grade_id") if isinstance(info, dict) else None
        if isinstance(name, str):
            return self._by_name.get(name)
        known = self._by_id.get(cell.get("id", ""))
        if known and (by_id or self.is_like(cell, known, share=0.5)):
            return known
        return self._by_text.get((cell.cell_type, plain(cell.source)))

    def is_like(self, cell: NotebookNode, each: Released, *, share: float) -> bool:
        """Whether ``cell`` is ``each`` by its text; ``share`` of the words or lines have to be there."""
        source = cell.source
        if each.role is Role.QUESTION:
            return share_of_words(each.cell.source, source) >= share
        if each.role is Role.PROSE:
            return cell.cell_type != "code" and share_of_words(each.cell.source, source) >= share
        if each.role is Role.BLANK and defined_names(each.cell.source) & defined_names(source):
            # A text that only quotes a function has not the rest of the blank.
            return cell.cell_type == "code" or share_of_lines(each.cell.source, source) >= 0.5
        if cell.cell_type != "code" or each.role is Role.BLANK:
            return False
        if each.role is Role.CHECK and each.name.removeprefix("test_") in _checked(source):
            return True
        return share_of_lines(each.cell.source, source) >= share


CHECK = re.compile(r"""\bcheck\(\s*["'](\w+)["']\s*[,)]""")


@lru_cache(maxsize=4096)
def _checked(source: str) -> frozenset[str]:
    """The names that calls of ``check`` in a code name."""
    return frozenset(name for line in _short_lines(source) for name in CHECK.findall(line))


def plain(text: str) -> str:
    """``text`` without spaces at the ends of lines and empty lines around it."""
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


@lru_cache(maxsize=4096)
def _words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text.casefold())) if len(text) <= MAX_COMPARED else Counter()


@lru_cache(maxsize=4096)
def _lines(text: str) -> tuple[str, ...]:
    short = text.splitlines() if len(text) <= MAX_COMPARED else []
    return tuple(line.rstrip() for line in short if line.strip())


@lru_cache(maxsize=4096)
def _set_of_lines(text: str) -> frozenset[str]:
    return frozenset(_lines(text))


def forget() -> None:
    """Let go of the texts that were compared."""
    for remembered in (_words, _lines, _set_of_lines, _checked, defined_names, _bound):
        remembered.cache_clear()


def share_of_words(of: str, text: str) -> float:
    """Which share of the words ``of`` a text stand in ``text``, too, each as often."""
    wanted, there = _words(of), _words(text)
    common = sum(min(count, there[word]) for word, count in wanted.items())
    return common / wanted.total() if wanted else 0.0


def share_of_texts(release: NotebookNode, theirs: Collection[str]) -> float:
    """Which share of a release's prose stands among the (plain) texts of a notebook's cells."""
    own = [plain(cell.source) for cell in release.cells if _role(cell) is Role.PROSE]
    return sum(text in theirs for text in own) / len(own) if own else 1.0


def share_of_lines(of: str, text: str) -> float:
    """Which share of the lines ``of`` a code stand in ``text``, too."""
    wanted, there = _lines(of), _set_of_lines(text)
    return sum(line in there for line in wanted) / len(wanted) if wanted else 0.0


BINDING = re.compile(
    r"\s*(?:(?:async\s+def|def|class)\s+(?P<defined>\w+)|(?:from\s+[\w.]+\s+)?import\s+(?P<imported>[^#]+)"
    r"|(?P<assigned>[A-Za-z_]\w*(?:\s*,\s*\w+)*)\s*(?::[^=]+)?=(?!=))"
)


def _short_lines(source: str) -> list[str]:
    return [line for line in source[: 5 * MAX_COMPARED].splitlines() if len(line) <= MAX_LINE]


@lru_cache(maxsize=4096)
def defined_names(source: str) -> frozenset[str]:
    """The functions and classes that a cell defines at its left edge."""
    found = (re.match(r"(?:async\s+def|def|class)\s+(\w+)", line) for line in _short_lines(source))
    return frozenset(each[1] for each in found if each)


def bound_names(sources: Iterable[str]) -> set[str]:
    """The names that lines of code bind, found without parsing them: students' code need not be Python."""
    return set().union(*map(_bound, sources))


@lru_cache(maxsize=4096)
def _bound(source: str) -> frozenset[str]:
    names: set[str] = set()
    for found in map(BINDING.match, _short_lines(source)):
        if found and found["imported"]:
            parts = (part.split(" as ")[-1].split(".")[0] for part in found["imported"].split(","))
            names.update(part.strip(" ()\\\t\r") for part in parts)
        elif found:
            names.update(name.strip() for name in (found["defined"] or found["assigned"]).split(","))
    return frozenset(names - {""})


UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
"""Letters of scripts that put no spaces between words, most of which have two letters."""


def count_words(text: str) -> int:
    """How many words a text has, whatever it is written in."""
    text = text[:MAX_COMPARED]
    return len(re.findall(r"[^\W\d_]{2,}", UNSPACED.sub(" ", text))) + len(UNSPACED.findall(text)) // 2


def has_words(source: str) -> bool:
    """Whether code says something: in a comment, in a text of some words, or in lines that are no code at all.

    It is read word by word, and neither parsed nor compiled, which code can be made to take long or to crash.
    """
    if len(source) > MAX_READ:
        return True
    names = 0
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            is_name = token.type == tokenize.NAME and not keyword.iskeyword(token.string)
            names = names + max(1, len(UNSPACED.findall(token.string)) // 3) if is_name else 0
            enough = {tokenize.COMMENT: 1, tokenize.STRING: WORDS, FSTRING_MIDDLE: WORDS}.get(token.type)
            if names >= WORDS or (enough and count_words(token.string) >= enough):
                return True
    except (tokenize.TokenError, SyntaxError):
        return True
    return False


WORDS = 3
"""So many words in a row say something; two names in a row are, for instance, a magic and its argument."""
FSTRING_MIDDLE = getattr(tokenize, "FSTRING_MIDDLE", -1)  # new in Python 3.12


@dataclass(frozen=True)
class Added:
    """What a student's text has that the released one has not: code that stands by itself, and whether that is all.

    ``lines`` are all new lines; ``code`` those that run without the rest: whole blocks at the left edge, definitions in
    the place of other lines, and imports.
    """

    code: str
    lines: str
    is_all: bool


def _is_import(line: str) -> bool:
    return bool(IMPORT.match(line)) and not line.endswith(("(", "\\", ","))


def _definitions(lines: Sequence[str]) -> list[str]:
    """Whole functions and classes among lines of code, decorators included."""
    found: list[str] = []
    inside = False
    for line in lines:
        if not line[:1].isspace():
            inside = bool(re.match(r"(@|async\s+def\b|def\b|class\b)", line))
        found += [line] if inside else []
    while found and found[-1].startswith("@"):  # a decorator alone decorates nothing
        found.pop()
    return found


IMPORT = re.compile(r"\s*(import\s+[\w.]+|from\s+[\w.]+\s+import\s)")


def added(released: str, text: str) -> Added | None:
    """What was added to a released text; None if the two are too long to be compared, or have too little in common."""
    old, new = _lines(released), _lines(text)
    if len(new) > MAX_LINES or max(share_of_lines(released, text), share_of_lines(text, released)) < 0.3:
        return None
    code: list[str] = []
    fresh: list[str] = []
    is_all = True
    for what, _, _, new_from, new_to in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            continue
        lines = new[new_from:new_to]
        fresh += lines
        # Between two lines at the left edge, lines at the left edge are statements of their own.
        follows = new[new_to] if new_to < len(new) else ""
        if what == "insert" and not lines[0][:1].isspace() and not follows[:1].isspace():
            code += lines
            continue
        alone = _definitions(lines) if not follows[:1].isspace() else []
        alone += [line.strip() for line in lines if line not in alone and _is_import(line)]
        code += alone
        is_all &= what == "insert" and len(alone) == len(lines)
    return Added("\n".join(code), "\n".join(fresh), is_all)
