"""Run a solved notebook without its demos and print, as JSON, what each visible check says.

    python benchmarks/run_checks.py solutions/gan/gan.ipynb

Needs nothing but what the notebook needs, so that it runs in environments that have no grader.
"""

from __future__ import annotations

import contextlib
import io
import json
import linecache
import sys
import traceback
from pathlib import Path


def run(notebook: dict) -> dict[str, str]:
    """The last line of what each check prints, by its blank; the error under ``stopped`` if a cell stops."""
    said: dict[str, str] = {}
    names = sys.modules["__main__"].__dict__
    for number, cell in enumerate(notebook["cells"]):
        if cell["cell_type"] != "code" or "demo" in cell["metadata"].get("tags", []):
            continue
        source, place = "".join(cell["source"]), f"<cell {number}>"
        linecache.cache[place] = (
            len(source),
            None,
            source.splitlines(keepends=True),
            place,
        )  # TensorFlow reads sources
        printed = io.StringIO()
        try:
            with contextlib.redirect_stdout(printed):
                exec(compile(source, place, "exec"), names)
        except Exception as error:
            last = traceback.extract_tb(error.__traceback__)[-1]
            said["stopped"] = f"{type(error).__name__}: {error} ({last.filename}, line {last.lineno})"
            return said
        if cell["metadata"].get("nbgrader", {}).get("grade"):
            lines = printed.getvalue().strip().splitlines() or ["It says nothing."]
            said[cell["metadata"]["nbgrader"]["grade_id"].removeprefix("test_")] = lines[-1]
    return said


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # for `util`
    print("\n" + json.dumps(run(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))))
