"""How long an instructor's evening takes: from Moodle's archive of eight submissions to grades in Moodle's own file.

    python -m benchmarks.evening

Each command runs as the instructor would type it, and its seconds are those on the clock. What is not on the clock is
what a person does: reading the report, and grading written answers in Formgrader.
"""

from __future__ import annotations

import csv
import io
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from examples.sample_class import CLASS, make_sample_class

__all__ = ["STUDENTS", "archive", "participants", "worksheet"]

ROOT = Path(__file__).resolve().parent.parent
STUDENTS = CLASS[:8]
ATELIER = [sys.executable, "-m", "autograder.cli"]


def _numbered() -> list[tuple[int, str]]:
    return [(12340 + number, student.name) for number, student in enumerate(STUDENTS)]


def archive(submitted: Path) -> bytes:
    """Moodle's archive of what lies in nbgrader's layout in ``submitted``."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as packed:
        for number, name in _numbered():
            for file in sorted((submitted / name / "gan").glob("*.ipynb")):
                packed.write(file, f"{name.title()} Example_{number}_assignsubmission_file_/{file.name}")
    return content.getvalue()


def participants() -> str:
    """Moodle's list of who takes part."""
    rows = [["First name", "Last name", "ID number", "Email address"]]
    rows += [[name.title(), "Example", name, f"{name}@example.org"] for _, name in _numbered()]
    return _csv(rows)


def worksheet() -> str:
    """Moodle's grading worksheet, without grades."""
    rows = [["Identifier", "Full name", "Email address", "Status", "Grade", "Maximum Grade", "Feedback comments"]]
    rows += [
        [f"Participant {number}", f"{name.title()} Example", f"{name}@example.org", "Submitted", "", "40.00", ""]
        for number, name in _numbered()
    ]
    return _csv(rows)


def _csv(rows: list[list[str]]) -> str:
    lines = io.StringIO()
    csv.writer(lines, lineterminator="\n").writerows(rows)
    return lines.getvalue()


def main() -> None:
    """Print what each command took, and the grades that stand in Moodle's file at the end."""
    console, table = Console(), Table("command", "seconds", title="An evening with eight submissions of gan")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        release, solution = (ROOT / kind / "gan" / "gan.ipynb" for kind in ("notebooks", "solutions"))
        make_sample_class(release, solution, folder / "students")
        (folder / "submissions.zip").write_bytes(archive(folder / "students"))
        (folder / "participants.csv").write_text(participants())
        (folder / "grades.csv").write_text(worksheet())
        whole = 0.0
        for words in (
            ("roster", folder / "participants.csv"),
            ("import", "gan", folder / "submissions.zip"),
            ("grade", "gan"),
            ("report", "gan"),
            ("export", "gan", folder / "grades.csv", "--for", "moodle"),
        ):
            began = time.monotonic()
            command = [*ATELIER, *map(str, words), "--output", str(folder / "build")]
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
            if done.returncode != 0:
                sys.exit(f"atelier {' '.join(map(str, words))} failed:\n{done.stdout}{done.stderr}")
            whole += (seconds := time.monotonic() - began)
            shown = [word.name if isinstance(word, Path) else word for word in words]
            table.add_row(f"atelier {' '.join(shown)}", f"{seconds:.1f}")
        table.add_row("all", f"{whole:.1f}")
        console.print(table)
        filled = list(csv.DictReader((folder / "build" / "exports" / "gan-moodle.csv").read_text().splitlines()))
        console.print("Grades in Moodle's file: " + ", ".join(f"{row['Full name']} {row['Grade']}" for row in filled))


if __name__ == "__main__":
    main()
