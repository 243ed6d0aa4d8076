"""The table of grades as CSV. What people wrote stands in it as text, and never as a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping

__all__ = ["COLUMNS", "as_csv", "as_text"]

COLUMNS = (
    *("assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email"),
    *("raw_score", "late_submission_penalty", "score", "max_score"),
)
"""Of nbgrader's own table of grades, whose readers find here what they are used to."""

FORMULA = re.compile(r"(?P<before>^|[;|\t\r\n])(?P<space>\s*)(?=[=\uff1d]|[+\-@\uff0b\uff0d\uff20](?![\w.@ +-]*$))")
"""Where a spreadsheet would begin to compute: at the start, or behind what it may take for the end of a cell.

``@alice``, ``-bo`` and ``+49 30`` compute nothing, and are names and numbers of people.
"""


def as_text(value: object) -> object:
    """``value``; an apostrophe in front of what a spreadsheet would take for a formula."""
    if not isinstance(value, str):
        return value
    lines = value.replace("\r\n", "\n").replace("\r", "\n")  # of which Python's writer would make two rows
    return FORMULA.sub(r"\g<before>\g<space>'", lines)


def as_csv(rows: Iterable[Mapping[str, object]]) -> str:
    """A table with a line for each of ``rows``, whose keys are `COLUMNS`; None is empty."""
    table = io.StringIO()
    lines = csv.DictWriter(table, COLUMNS, lineterminator="\n")
    lines.writeheader()
    for row in rows:
        lines.writerow({name: "" if value is None else as_text(value) for name, value in row.items()})
    return table.getvalue()
