"""One notebook that runs anywhere: alone in an empty folder, and graded like any other."""

import base64
import copy
import json
import os
import re
import subprocess
import sys
import sysconfig
from pathlib import Path

import nbformat
import pytest
from jupyter_client.manager import KernelManager
from nbclient import NotebookClient

from autograder.authoring import build
from autograder.course import CourseError
from autograder.gradebook.standing_alone import PACKED, StandAlone, packed
from autograder.intake.sanitize import restore
from autograder.schema import COPY, COPY_LINE

ROOT = Path(__file__).resolve().parents[3]
LIBRARIES = sysconfig.get_path("purelib")
WITHOUT_UTIL = ["-S", "-c"]
"""Without `site`, so that what is installed is there, and what is installed to be edited, as this checkout is, is not."""
KERNEL = f"import sys; sys.path.append({LIBRARIES!r}); from ipykernel import kernelapp; kernelapp.launch_new_instance()"


def copy_cell(notebook):
    return next(cell for cell in notebook.cells if cell.id == COPY)


def python(folder, code):
    """What a Python prints that works in ``folder`` and has no `util`, nor a backend for Keras to start."""
    begin = f"import sys; sys.path.append({LIBRARIES!r}); sys.path.insert(0, '')\n"
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment |= {"KERAS_BACKEND": "torch"}
    command = [sys.executable, *WITHOUT_UTIL, begin + code]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def alone(tmp_path):
    folder = tmp_path / "downloads"
    folder.mkdir()
    return folder


def test_a_notebook_alone_runs_to_its_end(gan, alone, monkeypatch, tmp_path):
    """In a Jupyter kernel, in an empty folder: no error, each check waits for its blank, and no red box above it all."""
    assert "no util" in python(
        alone, "import importlib.util as i\nprint('no util' if i.find_spec('util') is None else 1)"
    )
    monkeypatch.delenv("PYTHONPATH", raising=False)
    monkeypatch.delenv("TF_CPP_MIN_LOG_LEVEL", raising=False)
    (tmp_path / "home").mkdir()
    for name, value in {"HOME": str(tmp_path / "home"), "ATELIER_OFFLINE": "1", "TMPDIR": str(tmp_path)}.items():
        monkeypatch.setenv(name, value)
    notebook = copy.deepcopy(gan.release)
    for cell in notebook.cells:
        cell.metadata.pop("tags", None)  # by which nbclient leaves out demos, and Run All does not
    nbformat.write(notebook, alone / "gan.ipynb")
    manager = KernelManager(kernel_name="python3")
    manager.kernel_spec.argv = [sys.executable, *WITHOUT_UTIL, KERNEL, "-f", "{connection_file}"]
    NotebookClient(notebook, km=manager, timeout=None, resources={"metadata": {"path": str(alone)}}).execute()
    manager.shutdown_kernel()
    said = {
        cell.id: "".join(each.get("text", "") for each in cell.outputs) for cell in notebook.cells if "outputs" in cell
    }
    assert said[COPY] == ""
    first = next(cell for cell in notebook.cells if cell.cell_type == "code")
    assert first.id == COPY
    assert [
        each for cell in notebook.cells[:5] for each in cell.get("outputs", []) if each.get("name") == "stderr"
    ] == []
    checks = [name for name in said if name.startswith("test-")]
    assert len(checks) == len(gan.tests)
    assert all("waits for the blank '" in said[name] for name in checks)
    assert re.search(r"scaling +2 +… no answer yet", said["summary"])
    assert [path.name for path in alone.iterdir()] == ["gan.ipynb"]
    assert list(tmp_path.glob("atelier-*")) == [], "what was unpacked is gone when the kernel is"


@pytest.mark.parametrize("beside", [True, False])
def test_util_beside_the_notebook_comes_first(gan, tmp_path, beside):
    course = tmp_path / "course"
    (course / "util").mkdir(parents=True)
    (course / "notebooks" / "gan").mkdir(parents=True)
    for name, text in {"__init__": "", "checks": "", "start": "def begin(keras): print('of the course')"}.items():
        (course / "util" / f"{name}.py").write_text(text)
    folder = course / "notebooks" / "gan" if beside else tmp_path
    said = python(folder, copy_cell(gan.release).source)
    assert ("of the course" in said) is beside


def test_a_damaged_copy_is_not_used(gan, alone, tmp_path):
    """The one at the course's address is, if it is whole; else a sentence says what to do."""
    source = copy_cell(gan.release).source
    head, _, call = source.rpartition(COPY_LINE)
    (tmp_path / PACKED).write_text(packed(ROOT))
    (tmp_path / "wrong.txt").write_text(packed(ROOT)[:-8])
    digest, _, text = re.findall(r'"([^"]*)"', call)

    def said(address, text):
        call = f"{COPY_LINE}{digest!r}, {address!r}, {text!r})\n"
        return python(alone, f"{head}{call}import importlib.util as i\nprint(i.find_spec('util') is not None)")

    assert said("", text[:-4]).splitlines() == [
        "The lesson's modules are missing: take a new copy of the notebook, or put the folder util beside it.",
        "False",
    ]
    assert said((tmp_path / PACKED).as_uri(), text[:-4]).splitlines()[-1] == "True"
    assert said((tmp_path / "wrong.txt").as_uri(), text[:-4]).splitlines()[-1] == "False"
    assert "cannot be read" in said((tmp_path / "nothing.txt").as_uri(), text[:-4])


def test_the_cell_leaves_no_name_behind_but_its_own(gan, alone):
    """Else a student's code could run only because of it, and not where it is graded."""
    code = f"before = set(globals())\n{copy_cell(gan.release).source}\nprint(set(globals()) - before - {{'before'}})"
    assert python(alone, code).splitlines()[-1] == "{'find_util'}"


def test_keras_starts_there_only_where_the_lesson_uses_it(gan, tiny):
    assert "start.begin(keras=True)" in copy_cell(gan.release).source
    assert "start.begin(keras=False)" in copy_cell(tiny.release).source


def test_it_holds_what_the_course_has(tiny):
    *_, text = re.findall(r'"([^"]*)"', copy_cell(tiny.release).source.splitlines()[-1])
    assert text == packed(ROOT)
    assert base64.b64decode(text)[:3] == b"BZh"


# Grading ---------------------------------------------------------------------------------------------------------------


def test_a_notebook_is_graded_without_the_copy_that_it_holds(gan):
    """Of this release, of an older one, and without Jupyter's ids: as if the cell were not there."""
    older, bare = copy.deepcopy(gan.release), copy.deepcopy(gan.release)
    copy_cell(older).source = re.sub(
        r'"[^"]+"\)$', '"QlpoOTFBWSZTWfq4"+"' + "A" * 70_000 + '")', copy_cell(older).source
    )
    for cell in bare.cells:
        cell.id = f"x{bare.cells.index(cell)}"
        cell.metadata.pop("tags", None)
    for notebook in (copy.deepcopy(gan.release), older, bare):
        restored, events = restore(notebook, gan.release)
        assert events == []
        assert len(restored.cells) == len(gan.release.cells)
        place = [cell.id for cell in gan.release.cells].index(COPY)
        assert restored.cells[place].metadata.tags[0] == "demo"
        assert COPY_LINE not in restored.cells[place].source.replace(f"def {COPY_LINE}", "")
        assert len(json.dumps(restored)) < 150_000


def test_what_a_student_typed_into_the_cell_runs(gan):
    notebook = copy.deepcopy(gan.release)
    copy_cell(notebook).source += "\n\ndef helper():\n    return 1"
    restored, _ = restore(notebook, gan.release)
    assert [cell for cell in restored.cells if cell.source == "def helper():\n    return 1" and not cell.metadata]


# Where the course is on the web ------------------------------------------------------------------------------------------


def test_without_an_address_there_is_no_badge_and_nothing_is_fetched(tiny):
    assert "colab.research" not in tiny.release_path.read_text()
    assert f'", "", "{packed(ROOT)[:20]}' in copy_cell(tiny.release).source
    assert not (tiny.course.root / "notebooks" / PACKED).exists()


def test_a_course_on_github_has_badges_and_a_copy_to_fetch(tiny):
    course = tiny.course
    (course.root / "course.toml").write_text('address = "https://github.com/me/gans/blob/main/"\n')
    fresh = type(course)(course.root).assignment("tiny")
    build.build(fresh)
    badge = fresh.release.cells[0]
    assert badge.cell_type == "markdown"
    assert "(https://colab.research.google.com/github/me/gans/blob/main/notebooks/tiny/tiny.ipynb)" in badge.source
    assert f'"https://github.com/me/gans/raw/main/notebooks/{PACKED}"' in copy_cell(fresh.release).source
    assert (course.root / "notebooks" / PACKED).read_text() == packed(ROOT)
    assert build.stale(fresh) == []
    assert fresh.title == "tiny"


@pytest.mark.parametrize(
    "settings",
    ["address = 3", 'address = "http://x"', 'adress = "https://x"', "address =", 'address = "https://a\\" b"'],
)
def test_settings_that_mean_nothing_are_named(tiny, settings):
    (tiny.course.root / "course.toml").write_text(settings)
    with pytest.raises(CourseError, match=r"course\.toml"):
        build.build(type(tiny.course)(tiny.course.root).assignment("tiny"))


def test_a_notebook_without_util_gets_no_cell():
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("import numpy")])
    assert len(StandAlone().preprocess(notebook, {})[0].cells) == 1
