"""The course page says of every lesson what is true of it."""

from pathlib import Path

from autograder.course import Course

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "exercises" / "README.md").read_text(encoding="utf-8")
LESSONS, WEEKS = PAGE.split("## Eight weeks")


def points(name):
    """All that can be earned: by tests and by written questions."""
    cells = Course(ROOT).assignment(name).solution.cells
    return sum(cell.metadata.nbgrader.points for cell in cells if cell.metadata.get("nbgrader", {}).get("grade"))


def rows(table):
    return [
        [part.strip() for part in line.strip("|").split("|")] for line in table.splitlines() if line.startswith("|")
    ]


def test_the_page_has_every_lesson_once_with_its_points():
    listed = {row[0].strip("`"): int(row[3]) for row in rows(LESSONS)[2:]}
    assert listed == {name: points(name) for name in Course(ROOT).assignments()}


def test_the_plan_hands_in_every_lesson_and_adds_up():
    handed_in = {row[2].strip("`"): int(row[3]) for row in rows(WEEKS)[2:-1] if row[3]}
    assert handed_in == {name: points(name) for name in Course(ROOT).assignments()}
    assert rows(WEEKS)[-1][3] == f"**{sum(handed_in.values())}**"
