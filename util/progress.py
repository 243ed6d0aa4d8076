"""How far a student is: a table of blanks, points and questions, in plain text, which every editor shows.

Only the notebook's file tells whether a question has an answer. Where that file is depends on the editor.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = [
    "DONE",
    "EMPTY",
    "UNCHECKED",
    "WAITS",
    "WRONG",
    "Answers",
    "amount",
    "answers",
    "notebook_with",
    "table",
    "unfinished",
]

DONE, WRONG, EMPTY, WAITS = "✓ done", "✗ wrong", "… empty", "… waits for '{}'"
UNCHECKED = "not checked: run the cell below it"
ANSWERED, UNANSWERED, UNKNOWN = "✓ has an answer", "… no answer yet", "not found in the file"

INVITATION = "*Your answer"
"""With this begins the last line of a question that nobody has answered."""


def amount(points: float) -> str:
    """So many points, in words."""
    return f"{points:g} point" + ("" if points == 1 else "s")


def table(
    blanks: Mapping[str, float], standings: Mapping[str, str], questions: Mapping[str, float], found: Answers | None
) -> str:
    """All blanks and questions with their points and how far each one is, and below them the sums."""
    rows = [(name, points, standings.get(name) or UNCHECKED) for name, points in blanks.items()]
    by_name = found.by_name if found else {}
    asked = [(name, points, by_name.get(name, UNKNOWN)) for name, points in questions.items()]
    width = max([len(name) for name, _, _ in rows + asked] + [len("question")])
    lines = [f"{'blank':{width}}  points", *(_row(each, width) for each in rows)]
    if asked:
        lines += ["", f"{'question':{width}}  points", *(_row(each, width) for each in asked)]
    return "\n".join([*lines, "", *_remarks(rows, asked, found)])


def _row(row: tuple[str, float, str], width: int) -> str:
    name, points, standing = row
    return f"{name:{width}}  {points:6g}  {standing}"


def _remarks(
    rows: list[tuple[str, float, str]], asked: list[tuple[str, float, str]], found: Answers | None
) -> Iterator[str]:
    """What the rows come to, and what they do not say."""
    done = sum(points for _, points, standing in rows if standing == DONE)
    yield f"Ticks stand for {done:g} of {amount(sum(points for _, points, _ in rows))}."
    yield "They are no marks: the grading asks further questions of the same kind."
    if asked:
        yield f"Questions ({amount(sum(points for _, points, _ in asked))}) are graded by hand."
        yield f"Answers were looked for in {found.where}." if found else "This notebook's file was not found."


# Answers in the notebook's file ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Answers:
    """What was found for each question, and where it was looked for."""

    by_name: dict[str, str]
    where: str


def answers(questions: Iterable[str]) -> Answers | None:
    """Which ``questions`` have an answer in this notebook; None if it is nowhere."""
    names = set(questions)
    for notebook, where in _notebooks():
        if by_name := _by_name(notebook, names):
            return Answers(by_name, where)
    return None


def notebook_with(names: Iterable[str]) -> tuple[dict[str, Any], str] | None:
    """The notebook that has blanks or questions of these ``names``, as it was last saved, and the name of its file."""
    wanted = set(names)
    for notebook, where in _notebooks():
        if wanted & {_question_of(cell) for cell in notebook["cells"]}:
            return notebook, where
    return None


def unfinished(blanks: Iterable[str], standings: Mapping[str, str], found: Answers | None) -> list[str]:
    """The blanks that are not done, and the questions without an answer."""
    questions = found.by_name.items() if found else ()
    return [
        *(name for name in blanks if standings.get(name) != DONE),
        *(name for name, standing in questions if standing == UNANSWERED),
    ]


def _by_name(notebook: Any, names: set[str]) -> dict[str, str]:
    cells = {_question_of(cell): cell for cell in notebook["cells"]}
    return {name: ANSWERED if _is_answered(cells[name]) else UNANSWERED for name in names & cells.keys()}


def _question_of(cell: Mapping[str, Any]) -> str:
    """The name of the question in a cell, by nbgrader's mark or, where an editor has dropped that, by the cell's id."""
    name = cell.get("metadata", {}).get("nbgrader", {}).get("grade_id")
    return name or str(cell.get("id", "")).removeprefix("question-").replace("-", "_")


def _is_answered(cell: Mapping[str, Any]) -> bool:
    source = cell.get("source", "")
    lines = [line.strip() for line in (source if isinstance(source, str) else "".join(source)).splitlines()]
    last = next((line for line in reversed(lines) if line), INVITATION)
    return bool(cell.get("attachments")) or not last.startswith(INVITATION)


def _notebooks() -> Iterator[tuple[Any, str]]:
    """What may be this notebook, the likeliest first, and what it is called."""
    if "google.colab" in sys.modules:
        message = sys.modules["google.colab"]._message
        yield message.blocking_request("get_ipynb", timeout_sec=10)["ipynb"], "this notebook as it stands"
    for path in _paths():
        try:
            notebook = json.loads(path.read_text(encoding="utf-8"))
            saved = time.strftime("%H:%M", time.localtime(path.stat().st_mtime))
        except (OSError, ValueError):
            continue
        if isinstance(notebook, dict) and isinstance(notebook.get("cells"), list):
            yield notebook, f"{path.name} as it was saved at {saved}"


def _paths() -> list[Path]:
    """VS Code and Jupyter say which file it is; other editors start in its folder."""
    told = [getattr(sys.modules["__main__"], "__vsc_ipynb_file__", None), os.environ.get("JPY_SESSION_NAME")]
    beside = sorted(Path.cwd().glob("*.ipynb"), key=lambda path: path.stat().st_mtime, reverse=True)
    return [*(Path(path) for path in told if path), *beside]
