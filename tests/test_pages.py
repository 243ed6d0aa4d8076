"""What the README and the site's pages say is true of the repository."""

import re
import runpy
from pathlib import Path

import pytest
from typer.main import get_command

from autograder.cli import app

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "ARCHITECTURE.md", "exercises/README.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]
TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
SKELETON = ROOT / "autograder" / "authoring" / "templates"


def test_the_readme_has_at_most_80_lines():
    assert len(README.splitlines()) <= 80


@pytest.mark.parametrize(("block", "file"), [(0, "probes.py.j2"), (1, "judges.py.j2")])
def test_the_readme_shows_the_probe_and_the_judge_of_a_new_lesson(block, file):
    shown = re.findall(r"```python\n(.*?)```", README, re.DOTALL)[block]
    assert shown in (SKELETON / file).read_text(encoding="utf-8")


def test_the_readme_lists_every_lesson_with_the_hours_of_the_course_page():
    page = (ROOT / "exercises" / "README.md").read_text(encoding="utf-8").split("## Eight weeks")[0]
    hours = dict(re.findall(r"^\| `(\w+)` \|(?:[^|]*\|){3} *(\d+) \|", page, re.MULTILINE))
    listed = dict(re.findall(r"^\| \[`(\w+)`\]\(notebooks/\1/\1\.ipynb\) \|.*\| (\d+) \|$", README, re.MULTILINE))
    assert len(hours) >= 7
    assert listed == hours


@pytest.mark.parametrize("package", ["autograder", "util"])
def test_the_architecture_names_every_module(package):
    page = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    named = {name.strip("/").split("/")[-1].removesuffix(".py") for name in re.findall(r"`([\w./]+)`", page)}
    modules = {path.stem for path in (ROOT / package).rglob("*.py")} - {"__init__"}
    assert modules - named == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_command_that_a_page_names_is_there(page):
    commands = re.findall(r"(?:`|^)(make|atelier) ([a-z]+)\b", page.read_text(encoding="utf-8"), re.MULTILINE)
    known = {"make": TARGETS, "atelier": set(get_command(app).commands)}
    assert [command for command in commands if command[1] not in known[command[0]]] == []


def test_every_page_is_in_the_contents_of_the_site():
    contents = (ROOT / "docs" / "contents.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^.+ <(.+)>$", contents, re.MULTILINE))
    lessons = {f"notebooks/{path.stem}/{path.stem}" for path in (ROOT / "notebooks").glob("*/*.ipynb")}
    pages = {path.relative_to(ROOT).with_suffix("").as_posix() for path in (ROOT / "docs").rglob("*.md")}
    assert lessons | pages - {"docs/contents"} <= listed


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ('<a href="other.html#there">x</a> <a href="https://example.org/">x</a> <img src="data:,x">', ""),
        ('<a href="gone.html">x</a>', "leads to gone.html, which is not there"),
        ('<a href="other.html#gone">x</a>', "where nothing has that name"),
        ('<a href="#gone">x</a>', "where nothing has that name"),
        ('<script src="https://cdn.example.org/x.js"></script>', "from the network"),
        ('<link rel="stylesheet" href="//fonts.example.org/x.css">', "from the network"),
    ],
)
def test_the_check_of_the_site_names_what_is_wrong(tmp_path, body, fault):
    (tmp_path / "other.html").write_text('<p id="there">')
    (tmp_path / "index.html").write_text(body)
    found = list(runpy.run_path(str(ROOT / "docs" / "check_site.py"))["faults"](tmp_path))
    assert len(found) == bool(fault)
    assert fault in "".join(found)


def test_the_check_of_the_site_reads_style_sheets(tmp_path):
    (tmp_path / "index.html").write_text("<p>")
    (tmp_path / "site.css").write_text('@import "https://fonts.example.org/x.css";')
    found = runpy.run_path(str(ROOT / "docs" / "check_site.py"))["faults"](tmp_path)
    assert list(found) == ["site.css takes something from the network."]
