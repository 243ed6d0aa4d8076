"""A lesson's comparison over seeds, with more of them and more training than a lesson has time for.

    python -m benchmarks.seeds draw --settings '{"seeds": 4, "training_steps": 600}'
    python -m benchmarks.seeds inpainting --settings '{"seeds": [1, 2, 3, 4, 5, 6]}'

The cell that prints the lesson's table is run with all that it needs, and nothing else; the data are those that the
lesson finds. ``--settings`` changes the settings that the table is made with, as deep as they go.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import platform
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from autograder.authoring.source import read_cells
from benchmarks.lesson_names import lesson_names
from benchmarks.needed import names

__all__ = ["changed", "table"]

ROOT = Path(__file__).resolve().parent.parent
TABLES = {"draw": ("ABLATION", "    variants = {"), "inpainting": ("SETTINGS", "    scores = {")}
"""The name of the settings that a lesson's table is made with, and a line that only the cell with the table has."""


def changed(settings: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """``settings`` with ``changes``; where both have a mapping, that is changed in the same way.

    Raises:
        typer.BadParameter: if ``settings`` has no such entry.
    """
    known = ", ".join(map(repr, settings))
    if not isinstance(changes, dict):
        raise typer.BadParameter(f"Where the settings of the table have {known}, {changes!r} stands.")
    for name in changes:
        if name not in settings:
            raise typer.BadParameter(f"The settings of the table have no {name!r}, only {known}.")
    deeper = {
        name: changed(settings[name], value) for name, value in changes.items() if isinstance(settings[name], dict)
    }
    return {**settings, **changes, **deeper}


def table(lesson: str, changes: Mapping[str, Any]) -> str:
    """What the lesson's cell with the table prints when its settings have these changes.

    Raises:
        RuntimeError: if it prints that something went wrong or is missing, as such cells do.
    """
    cells = read_cells(ROOT / "exercises" / lesson / f"{lesson}.py")
    settings, line = TABLES[lesson]
    source = next(cell.source for cell in cells if line in cell.source)
    defined, used = names(source)
    space = vars(lesson_names(lesson, used - defined, {settings: lambda before: changed(before, changes)}))
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(compile(source, f"<{lesson}>", "exec"), space)
    if wrong := next((line for line in printed.getvalue().splitlines() if line.startswith(("✗ ", "… "))), ""):
        raise RuntimeError(f"The table of {lesson} was not made: {wrong}")
    return printed.getvalue()


def main(
    lesson: Annotated[str, typer.Argument(metavar="ID", help=" or ".join(TABLES))],
    settings: Annotated[str, typer.Option(help="Changes of the table's settings, as JSON.")] = "{}",
    output: Annotated[Path, typer.Option(help="The folder for the Markdown page.")] = ROOT / "results",
) -> None:
    """Write ``seeds-ID.md``: the table, and how it was made."""
    if lesson not in TABLES:
        raise typer.BadParameter(f"{lesson!r} has no comparison over seeds; these have: {', '.join(TABLES)}.")
    try:
        changes = json.loads(settings)
    except json.JSONDecodeError as error:
        raise typer.BadParameter(f"--settings is not JSON: {error}.") from None
    output.mkdir(parents=True, exist_ok=True)
    printed = table(lesson, changes)
    command = f"python -m benchmarks.seeds {lesson} --settings {shlex.quote(settings)}"
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    about = f"Measured by `{command}` on {machine}."
    page = f"# More seeds for `{lesson}`\n\n{about}\n\n```\n{printed.rstrip()}\n```\n"
    (output / f"seeds-{lesson}.md").write_text(page, encoding="utf-8")
    typer.echo(page)


if __name__ == "__main__":
    typer.run(main)
