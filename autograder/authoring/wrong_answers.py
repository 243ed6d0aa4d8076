"""Wrong answers, on which a lesson's tests are examined: the solution with an edit, and what each must lose."""

from __future__ import annotations

import runpy
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from autograder.authoring.source import read_cells
from autograder.course import CourseError, written_by_hand

__all__ = ["Unfit", "Wrong", "edited", "wrong_answers"]


class Unfit(ValueError):
    """An edit that does not fit the solution; the message says which, and why."""


@dataclass(frozen=True)
class Wrong:
    """One wrong answer: what the mistake is, and which criteria it must lose.

    ``loses`` names criteria of the file's test, or ``test/criterion`` of others, with commas between. The answer is the
    solution with ``by`` in place of ``replace``, which stands there ``times`` times, or with all of ``edits``, pairs of
    old and new text (see `edited`). What is edited is the blank of the file's test, or ``blank``. ``cell`` is a whole
    cell that takes the solution's place, and ``of`` names an answer of ``right/`` that does; either may be edited, too.
    ``cells`` says what stands in further blanks: a whole cell, or edits of the solution's.
    """

    name: str
    story: str
    loses: str
    replace: str = ""
    by: str = ""
    times: int = 1
    edits: Sequence[tuple[str, str]] = ()
    cell: str = ""
    blank: str = ""
    cells: Mapping[str, str | Sequence[tuple[str, str]]] = field(default_factory=dict)
    of: str = ""

    def criteria(self, test: str) -> frozenset[str]:
        """What it must lose, as ``test/criterion``."""
        named = (" ".join(each.split()) for each in self.loses.split(","))
        return frozenset(each if "/" in each else f"{test}/{each}" for each in named)

    def sources(self, test: str, solution: Mapping[str, str]) -> dict[str, str]:
        """Its cells by blank, made from those of the ``solution``.

        Raises:
            Unfit: if a text to be replaced stands there more or less often, or the lesson has no such blank.
        """
        blank = self.blank or test
        if unknown := sorted({blank, *self.cells} - solution.keys()):
            raise Unfit(f"it answers the blank `{unknown[0]}`, which the lesson does not have")
        further = {
            name: _text(cell) if isinstance(cell, str) else _all_edited(solution[name], cell)
            for name, cell in self.cells.items()
        }
        return {blank: self._edited(solution[blank]), **further}

    def _edited(self, solution: str) -> str:
        cell = _text(self.cell) if self.cell else solution
        if self.replace:
            cell = edited(cell, self.replace, self.by, self.times)
        return _all_edited(cell, self.edits)


def _all_edited(cell: str, edits: Sequence[tuple[str, str]]) -> str:
    for old, new in edits:
        cell = edited(cell, old, new)
    return cell


def edited(source: str, old: str, new: str, times: int = 1) -> str:
    """``source`` with ``new`` in place of ``old``, which stands there ``times`` times.

    A text of one line may be a part of a line. One of several lines stands for whole lines, which may be indented
    further; what takes their place is indented as they were.

    Raises:
        Unfit: if ``old`` stands in ``source`` more or less often.
    """
    old, new = _text(old), _text(new)
    lines, height = source.split("\n"), old.count("\n") + 1
    if height == 1:
        places = [number for number, line in enumerate(lines) for _ in range(line.count(old))]
    else:
        blocks = ("\n".join(lines[number : number + height]) for number in range(len(lines)))
        places = [number for number, block in enumerate(blocks) if textwrap.dedent(block) == old]
    if len(places) != times:
        raise Unfit(f"`{old}` stands {_times(len(places))} in the cell, and should {_times(times)}")
    for place in sorted(set(places), reverse=True):
        block = "\n".join(lines[place : place + height])
        indent = min((line[: len(line) - len(line.lstrip())] for line in block.split("\n") if line.strip()), key=len)
        block = block.replace(old, new.replace("\n", f"\n{indent}")) if height == 1 else textwrap.indent(new, indent)
        lines[place : place + height] = [block]
    return "\n".join(lines)


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


def _text(literal: str) -> str:
    """The text of a literal that begins with a line break: without it, and without the indentation of its place."""
    return textwrap.dedent(literal).strip("\n").rstrip() if literal.startswith("\n") else literal


def _right_cells(folder: Path, name: str) -> dict[str, str]:
    path = folder.parent / "right" / f"{name}.py"
    if not path.is_file():
        raise Unfit(f"it edits `{name}`, which is no file in {path.parent}")
    return {str(cell.metadata["solution"]): cell.source for cell in read_cells(path) if "solution" in cell.metadata}


def wrong_answers(folder: Path, solution: Mapping[str, str]) -> Iterator[tuple[str, frozenset[str], dict[str, str]]]:
    """All wrong answers of a lesson: ``TEST/NAME``, the criteria that it must lose, its cells by blank.

    ``folder`` holds a file ``TEST.py`` for each test, with a list ``WRONG``. ``solution`` has the right cells by blank.

    Raises:
        CourseError: if a file is malformed, or an answer does not fit the solution, or is the same as another one.
    """
    so_far: dict[frozenset[tuple[str, str]], str] = {}
    for path in sorted(folder.glob("*.py")):
        with written_by_hand(path):
            listed = runpy.run_path(str(path)).get("WRONG")
        if not isinstance(listed, list) or not all(isinstance(each, Wrong) for each in listed):
            raise CourseError(f"{path} must hold a list `WRONG` of `Wrong(…)`.")
        names = [each.name for each in listed]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise CourseError(f"{path} has two answers that are called `{twice[0]}`.")
        for each in listed:
            try:
                right = {**solution, **_right_cells(folder, each.of)} if each.of else solution
                sources = each.sources(path.stem, right)
            except Unfit as error:
                raise CourseError(f"{path}, `{each.name}`: {error}.") from error
            name = f"{path.stem}/{each.name}"
            if (twin := so_far.setdefault(frozenset(sources.items()), name)) != name:
                raise CourseError(f"{path}, `{each.name}`: it is the same answer as `{twin}`.")
            yield name, each.criteria(path.stem), sources
