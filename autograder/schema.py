"""What every part of grading knows of an assignment's form: names, tags, marks and keys."""

from __future__ import annotations

import re

__all__ = ["COPY", "COPY_LINE", "DEFINITIONS", "DEMO", "ID", "NOTE", "PROBE_MARK", "RELEASED", "TIMESTAMP"]


ID = re.compile(r"[a-z][a-z0-9_]*")
"""Of an assignment."""

DEMO = "demo"
"""The tag of cells that are skipped when grading."""

RELEASED = "released"
"""The tag of cells that the student was given: a line in one that fails does not keep the rest of it from running."""

COPY = "util"
"""The id of the cell of a student notebook that finds `util`, or unpacks the copy of it that its last line holds."""

COPY_LINE = "find_util("
"""With this begins that line."""

DEFINITIONS = "definitions"
"""The tag of a cell that cannot be run as a whole: only what it imports and defines is."""

PROBE_MARK = "### BEGIN HIDDEN TESTS\n# probe: "
"""What stands in the solved notebook's test cells before the name of the probe."""

NOTE = "atelier"
"""The key of a notebook's metadata under which grading keeps what it has to say."""

TIMESTAMP = "timestamp.txt"
"""The file beside a notebook that says when it came."""
