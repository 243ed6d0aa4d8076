"""A course of one's own, outside of this repository, with Atelier installed from a wheel."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import version
from pathlib import Path

import nbformat
import pytest

from autograder.authoring.new_course import init
from autograder.course import Course, CourseError

ROOT = Path(__file__).resolve().parents[3]
PACKAGED = ("autograder", "util", "pyproject.toml", "requirements.txt", "README.md", "LICENSE")


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A folder into which the wheel of this checkout is installed."""
    folder = tmp_path_factory.mktemp("wheel")
    (folder / "source").mkdir()
    for name in PACKAGED:  # a copy, since building writes beside the sources
        copied = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copied(ROOT / name, folder / "source" / name)
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    # The build needs a newer setuptools than many have; where it has to be fetched, and cannot be, nothing is tested.
    alone = ["--no-build-isolation"] if int(version("setuptools").split(".")[0]) >= 77 else []
    wheel = [*pip, "wheel", "--no-deps", *alone, "--wheel-dir", str(folder), str(folder / "source")]
    done = subprocess.run(wheel, capture_output=True, text=True, check=False)
    if done.returncode and not alone:
        pytest.skip(f"pip could not build the wheel: {done.stderr.strip().splitlines()[-1]}")
    assert done.returncode == 0, done.stderr
    (built,) = folder.glob("atelier-*.whl")
    subprocess.run([*pip, "install", "--no-deps", "--target", str(folder / "installed"), str(built)], check=True)
    return folder / "installed"


@pytest.fixture
def atelier(installed, tmp_path):
    def call(*words, cwd):
        environment = os.environ | {"PYTHONPATH": str(installed), "COLUMNS": "200", "ATELIER_OFFLINE": "1"}
        command = [sys.executable, "-m", "autograder.cli", *words]
        done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, env=environment, check=False)
        assert done.returncode == 0, f"{words}: {done.stdout}\n{done.stderr}"
        return done.stdout

    return call


def test_a_course_is_begun_built_released_graded_and_reported(atelier, installed, tmp_path):
    said = atelier("init", "gans", cwd=tmp_path)
    assert "atelier build first" in said
    course = tmp_path / "gans"
    assert "tensorflow" in (course / "requirements.txt").read_text()
    assert "nbgrader" not in (course / "requirements.txt").read_text()

    assert "graded as they should be" in atelier("build", cwd=course)
    atelier("release", "-o", "release.zip", cwd=course)
    with zipfile.ZipFile(course / "release.zip") as archive:
        names = archive.namelist()
        released = nbformat.reads(archive.read("notebooks/first/first.ipynb").decode(), as_version=4)
    assert {"README.md", "requirements.txt", "data/README.md", "util/checks.py"} <= set(names)
    assert not [name for name in names if "solution" in name or "judges" in name or "nbgrader" in name]

    for cell in released.cells:
        cell.source = cell.source.replace(
            "raise NotImplementedError(\"The blank 'mean_squared_error' is still to be filled in.\")",
            "return ((a - b) ** 2).mean()",
        )
    submitted = course / "build" / "submitted" / "amal" / "first"
    submitted.mkdir(parents=True)
    nbformat.write(released, submitted / "first.ipynb")
    atelier("grade", "first", cwd=course)
    grades = json.loads((course / "build" / "grades" / "first.json").read_text())
    (amal,) = grades["students"]
    assert amal["points"] == 2
    assert "(1 students)" in atelier("report", "first", cwd=course)
    page = course / "build" / "feedback" / "amal" / "first" / "first.html"
    assert "mean_squared_error" in page.read_text()


def test_what_is_begun_is_a_course(tmp_path):
    written = init(tmp_path / "mine")
    assert (tmp_path / "mine" / "nbgrader_config.py").read_text() == (ROOT / "nbgrader_config.py").read_text()
    assert {str(path) for path in written} >= {
        ".gitignore",
        "course.toml",
        "data/README.md",
        "exercises/first/first.py",
    }
    course = Course.find(tmp_path / "mine" / "exercises" / "first")
    assert course.assignments() == ["first"]
    assert course.address == ""


def test_nothing_is_written_over(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(CourseError, match="is not empty"):
        init(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]
