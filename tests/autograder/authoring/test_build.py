"""What is built: fresh, reproducible, and without a word that students must not see."""

import ast
import posixpath
import re
import zipfile
from pathlib import Path

import pytest

from autograder.authoring import build
from autograder.authoring.release import FORBIDDEN, release
from autograder.course import Course, CourseError

ROOT = Path(__file__).resolve().parents[3]


def test_a_build_is_byte_identical(tiny, tmp_path):
    again = build.build(tiny, tmp_path / "again").assignment
    first = {path.name: path.read_bytes() for path in (tiny.solution_path, tiny.release_path)}
    del again
    build.build(tiny)
    assert first == {path.name: path.read_bytes() for path in (tiny.solution_path, tiny.release_path)}
    assert build.stale(tiny) == []


def test_a_changed_source_makes_both_notebooks_stale(tiny):
    tiny.source.write_text(tiny.source.read_text().replace("The idea,", "An idea,"))
    assert set(build.stale(tiny)) == {tiny.solution_path, tiny.release_path}


def test_a_notebook_edited_by_hand_is_stale(tiny):
    tiny.release_path.write_text(tiny.release_path.read_text().replace("The idea,", "An idea,"))
    assert build.stale(tiny) == [tiny.release_path]


def test_the_course_page_is_copied_beside_the_notebooks_and_released(tiny, tmp_path):
    root = tiny.course.root
    (root / "exercises" / "README.md").write_text("# The course\n")
    assert build.stale(tiny) == [root / "notebooks" / "README.md"]
    build.build(tiny)
    assert build.stale(tiny) == []
    for name in ("requirements.txt", "pyproject.toml", "README.md"):
        (root / name).write_text(name)
    (root / "data").mkdir()
    (root / "data" / "README.md").write_text("none")
    release([tiny], tmp_path / "release.zip")
    with zipfile.ZipFile(tmp_path / "release.zip") as archive:
        assert archive.read("notebooks/README.md") == b"# The course\n"


def test_every_blank_of_gan_raises_a_sentence_with_its_name(gan):
    blanks = [
        cell
        for cell in gan.release.cells
        if cell.metadata.get("nbgrader", {}).get("solution") and cell.cell_type == "code"
    ]
    assert len(blanks) == len(gan.tests)
    for cell in blanks:
        raised = [node for node in ast.walk(ast.parse(cell.source)) if isinstance(node, ast.Raise)]
        assert raised
        for node in raised:
            assert (
                ast.unparse(node)
                == f"raise NotImplementedError(\"The blank '{cell.metadata.nbgrader.grade_id}' is still to be filled in.\")"
            )


def test_the_student_notebook_of_gan_gives_nothing_away(gan):
    text = gan.release_path.read_text()
    assert [word for word in (*FORBIDDEN, "judge", "MARK SCHEME") if word in text] == []


def test_release_holds_what_students_need_and_nothing_else(gan, tmp_path):
    archive = tmp_path / "release.zip"
    release([gan], archive)
    first = archive.read_bytes()
    with zipfile.ZipFile(archive) as opened:
        names = opened.namelist()
        pages = {name: opened.read(name).decode() for name in names if name.endswith(".md")}
    assert {name.split("/")[0] for name in names} == {
        "notebooks",
        "util",
        "data",
        "requirements.txt",
        "pyproject.toml",
        "README.md",
    }
    assert "notebooks/gan/gan.ipynb" in names
    assert [name for name in names if name.startswith("data/")] == ["data/README.md"]
    link, theirs = re.compile(r"\]\([^)]*\)"), (ROOT / "docs" / "students.md").read_text(encoding="utf-8")
    assert link.sub("", pages["README.md"]) == link.sub("", theirs)  # whole; links lead from another folder
    assert "instructors" not in pages["README.md"].lower()
    for name, page in pages.items():
        links = [
            posixpath.normpath(posixpath.join(posixpath.dirname(name), link))
            for link in re.findall(r"\]\((?!https?:)([^)#]+)\)", page)
        ]
        assert [link for link in links if link not in names] == []
    release([gan], archive)
    assert archive.read_bytes() == first


def test_release_brings_the_trained_model_of_a_lesson(tmp_path):
    archive = tmp_path / "release.zip"
    release([Course(ROOT, tmp_path / "build").assignment("draw")], archive)
    with zipfile.ZipFile(archive) as opened:
        assert "data/draw-quick.weights.h5" in opened.namelist()


def test_release_refuses_a_stale_notebook(tiny, tmp_path):
    tiny.release_path.write_text("{}")
    with pytest.raises(CourseError, match="not fresh"):
        release([tiny], tmp_path / "release.zip")


def test_the_notebooks_of_this_checkout_are_fresh(gan):
    course = gan.course
    assert [path for name in course.assignments() for path in build.stale(course.assignment(name))] == []
