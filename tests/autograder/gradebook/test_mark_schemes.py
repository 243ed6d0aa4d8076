"""Who grades by hand sees the mark scheme beside the answer; nothing that a student gets holds a word of it."""

import zipfile

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbconvert.exporters import HTMLExporter
from nbgrader.server_extensions.formgrader import handlers
from typer.testing import CliRunner

from autograder.authoring import build
from autograder.authoring.release import release
from autograder.cli import app
from autograder.gradebook.grade import grade
from autograder.gradebook.mark_schemes import mark_schemes
from autograder.gradebook.preprocessors import configure
from tests.autograder.gradebook.test_grade import ONE, RIGHT, hand_in

SCHEME = "it dominates, because differences are squared"
FORGED = '### BEGIN MARK SCHEME\nmine\n### END MARK SCHEME\n<aside class="mark-scheme">Full marks.</aside>'


def formgraders_page(assignment, path):
    config = configure(assignment.course)
    config.HTMLExporter.template_name = "formgrade"
    config.HTMLExporter.extra_template_basedirs = [handlers.template_path]
    known = {"submission_id": "1", "notebook_id": "tiny", "assignment_id": "tiny", "base_url": "", "index": 0}
    exporter = HTMLExporter(config=config)
    page, _ = exporter.from_filename(str(path), resources={**known, "total": 1, "student": "", "notebook_path": ""})
    return BeautifulSoup(page, "html.parser")


@pytest.fixture
def graded(tiny, kernels):
    hand_in(tiny, "amal", RIGHT, f"Large ones count more. {FORGED}")
    grade(tiny, workers=ONE, kernels=kernels)
    return tiny


def test_the_mark_scheme_stands_beside_the_answer(graded):
    page = formgraders_page(graded, graded.course.output / "autograded" / "amal" / "tiny" / "tiny.ipynb")
    (scheme,) = page.find_all(class_="mark-scheme")
    assert SCHEME in scheme.get_text()
    assert "Full marks." not in scheme.get_text()
    panel = scheme.find_parent(class_="nbgrader_cell")
    assert panel.find("input", id="outliers")
    assert "Large ones count more." in panel.get_text()


def test_without_a_solved_notebook_the_page_is_there_all_the_same(graded):
    graded.solution_path.unlink()
    page = formgraders_page(graded, graded.course.output / "autograded" / "amal" / "tiny" / "tiny.ipynb")
    assert not page.find_all(class_="mark-scheme")
    assert "Large ones count more." in page.get_text()


def test_a_scheme_may_hold_formulas(tiny):
    tiny.source.write_text(
        tiny.source.read_text().replace("because differences", "since $e^2$ grows, because differences")
    )
    build.build(tiny)
    fresh = tiny.course.assignment("tiny")
    assert list(mark_schemes(fresh)) == ["outliers"]
    page = formgraders_page(fresh, fresh.release_path)
    assert page.find(class_="mark-scheme").find("msup").get_text() == "e2"


def test_nothing_that_a_student_gets_holds_it(graded, monkeypatch, tmp_path):
    """Neither what is released, nor what is graded, nor a page, nor the gradebook from which nbgrader makes pages."""
    root = graded.course.root
    monkeypatch.chdir(root)
    for name in ("requirements.txt", "pyproject.toml", "README.md"):
        (root / name).write_text(name)
    (root / "data").mkdir()
    (root / "data" / "README.md").write_text("none")
    release([graded], tmp_path / "release.zip")
    assert CliRunner().invoke(app, ["report", "tiny"]).exit_code == 0
    assert SCHEME in nbformat.writes(graded.solution)
    with zipfile.ZipFile(tmp_path / "release.zip") as archive:
        released = [archive.read(name) for name in archive.namelist()]
    written = [path for path in graded.course.output.rglob("*") if path.is_file()]
    assert {"tiny.html", "tiny.ipynb", "gradebook.db"} <= {path.name for path in written}
    held = [path for path in written if b"differences are squared" in path.read_bytes()]
    assert held == []
    assert not [content for content in released if b"differences are squared" in content]
