"""If only judging has changed, kept answers are judged again and nothing is run; else everything is."""

import json
import shutil
from dataclasses import replace

import nbformat
import pytest

from autograder.gradebook import kept_results
from autograder.gradebook.grade import grade
from autograder.gradebook.record import Recorder
from autograder.running import kernel_pool
from autograder.running.environment import OWN, environment, running_sources
from tests.autograder.gradebook.test_grade import DEADLY, ONE, RIGHT, WRONG, hand_in, points

OTHERS = {**environment(), "Atelier's sources": "others"}
FLOOD = "    print('x' * 2000)\n" + RIGHT


@pytest.fixture
def classroom(tiny, kernels):
    """Two submissions, graded once."""
    for student, body in {"amal": RIGHT, "bo": WRONG}.items():
        hand_in(tiny, student, body, "It dominates.")
    grade(tiny, workers=ONE, kernels=kernels)
    return tiny


@pytest.fixture
def all_kinds(tiny, kernels):
    """All kinds of submissions, graded once."""
    bodies = {"amal": RIGHT, "bo": WRONG, "chi": None, "dag": DEADLY, "flo": FLOOD}
    for student, body in bodies.items():
        hand_in(tiny, student, body, "It dominates.")
    hand_in(tiny, "eva").write_text("{")
    grade(tiny, workers=ONE, kernels=kernels)
    return tiny


@pytest.fixture
def notebooks_run(monkeypatch):
    """The notebooks that are run from now on."""
    notebooks = []
    own = kernel_pool.run

    def counting(kernels, notebook, *words, **options):
        notebooks.append(notebook)
        return own(kernels, notebook, *words, **options)

    monkeypatch.setattr(kernel_pool, "run", counting)
    return notebooks


def with_other_judges(assignment):
    judges = assignment.folder / "judges.py"
    judges.write_text(judges.read_text().replace("points=1.5", "points=1.0").replace("points=0.5", "points=1.0"))
    return assignment.course.assignment("tiny")


def kept_file(assignment, student):
    return assignment.course.output / "kept_results" / student / "tiny.json"


def notebooks(assignment):
    """What was recorded of everyone, but for the verdicts, the points and the mark of what it was graded with."""
    found = {}
    for path in sorted((assignment.course.output / "autograded").glob("*/tiny/tiny.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        note = notebook.metadata["atelier"]
        note.pop("mark")
        own = [kept_results.own_outputs(cell) for cell in notebook.cells if cell.cell_type == "code"]
        found[path.parent.parent.name] = (note, [cell.source for cell in notebook.cells], own)
    return found


def test_new_judges_judge_what_was_kept(all_kinds, kernels, notebooks_run):
    before = notebooks(all_kinds)
    again = with_other_judges(all_kinds)
    results = grade(again, workers=ONE, kernels=kernels)
    assert notebooks_run == []
    assert points(results) == {"amal": 2, "bo": 1, "chi": 0, "dag": 0, "eva": 0, "flo": 2}
    assert notebooks(again) == before
    dag = results.students[3]
    assert any("ended the Python process" in event for event in dag.events)
    assert dag.seconds > 0
    assert points(grade(again, workers=ONE, kernels=kernels, force=True)) == points(results)
    assert len(notebooks_run) == 5
    assert {name: each[1:] for name, each in notebooks(again).items()} == {
        name: each[1:] for name, each in before.items()
    }


@pytest.mark.parametrize(("student", "runs"), [("amal", 0), ("bo", 1)])
def test_where_more_is_to_be_asked_it_is_run_again(classroom, kernels, notebooks_run, student, runs):
    """Amal's answers, without those to stubs, earn all points; Bo's do not."""
    path = kept_file(classroom, student)
    held = json.loads(path.read_text())
    held["answers"]["mean_squared_error"]["left_out"] = True
    path.write_text(json.dumps(held))
    grade(with_other_judges(classroom), workers=ONE, kernels=kernels)
    assert len(notebooks_run) == runs


def test_another_version_of_the_judging_part_judges_what_was_kept(classroom, kernels, notebooks_run, monkeypatch):
    monkeypatch.setattr("autograder.gradebook.grade.environment", OTHERS.copy)
    grade(classroom, workers=ONE, kernels=kernels)
    assert notebooks_run == []


def test_a_source_of_the_sandbox_or_its_bounds_run_again(classroom, kernels, notebooks_run, monkeypatch):
    before = kept_results.conditions(classroom, kernels)
    assert kept_results.conditions(classroom, kernel_pool.KernelPool(replace(kernels.limits, cell_seconds=5))) != before
    assert kept_results.conditions(classroom, replace(kernels, unsafe=True)) != before
    monkeypatch.setattr(kept_results, "running_sources", lambda: "others")
    monkeypatch.setattr("autograder.gradebook.grade.environment", OTHERS.copy)
    grade(classroom, workers=ONE, kernels=kernels)
    assert len(notebooks_run) == 2


@pytest.mark.parametrize(
    ("module", "matters"),
    [
        *[(name, False) for name in ("judging/rubric.py", "gradebook/record.py", "reports/report.py", "cli.py")],
        *[(name, True) for name in ("inside/asking.py", "sandbox/limits.py", "running/run.py", "course.py", "new.py")],
    ],
)
def test_which_sources_a_performance_depends_on(tmp_path, monkeypatch, module, matters):
    shutil.copytree(OWN, tmp_path / "autograder")
    monkeypatch.setattr("autograder.running.environment.OWN", tmp_path / "autograder")
    before = running_sources.__wrapped__()
    with (tmp_path / "autograder" / module).open("a") as file:
        file.write("# another line\n")
    assert (running_sources.__wrapped__() != before) is matters


@pytest.mark.parametrize("change", ["probes", "submission", "notebook", "solution"])
def test_whatever_an_answer_depends_on_runs_again(classroom, kernels, notebooks_run, change):
    again = with_other_judges(classroom)
    if change == "probes":
        path = again.folder / "probes.py"
        path.write_text(path.read_text() + "\n# asked otherwise\n")
    elif change == "submission":
        hand_in(again, "bo", RIGHT, "It dominates.")
    elif change == "notebook":
        path = Recorder(again).autograded("bo")
        path.chmod(0o644)
        path.write_text(path.read_text().replace("np.sum", "np.prod"))
    else:
        path = again.solution_path
        path.write_text(path.read_text().replace("the formula", "a formula"))
    grade(classroom.course.assignment("tiny"), workers=ONE, kernels=kernels)
    assert len(notebooks_run) == (1 if change in ("submission", "notebook") else 3)  # the solution, too


def damaged(text):
    """Files that are no longer what was kept, by what happened to them; None for one that is gone."""
    content = json.loads(text)
    cut = json.loads(text)
    cut["answers"]["mean_squared_error"]["values"]["error"]["data"] = "AAAA"
    return {
        "half": text[: len(text) // 2].encode(),
        "empty": b"",
        "bytes": b"\xff\x00" * 100,
        "form": b"[1, 2]",
        "no answers": json.dumps({**content, "answers": {}}).encode(),
        "half an array": json.dumps(cut).encode(),
        "no events": json.dumps({**content, "events": None}).encode(),
        "gone": None,
    }


def test_a_damaged_file_of_answers_means_running_again(classroom, kernels, notebooks_run):
    path = kept_file(classroom, "amal")
    answers = json.loads(path.read_text())["answers"]
    for what, content in damaged(path.read_text()).items():
        path.unlink() if content is None else path.write_bytes(content)
        judges = classroom.folder / "judges.py"
        judges.write_text(judges.read_text() + "\n")
        notebooks_run.clear()
        assert points(grade(classroom.course.assignment("tiny"), workers=ONE, kernels=kernels)) == {
            "amal": 2,
            "bo": 0.5,
        }
        assert len(notebooks_run) == 1, what
        assert json.loads(path.read_text())["answers"] == answers


def test_a_damaged_file_of_reference_answers_is_made_again(classroom, kernels, notebooks_run):
    (path,) = (classroom.course.output / "reference").iterdir()
    whole = path.read_text()
    for broken in (whole[: len(whole) // 2], "{}", "null", whole.replace('"data": "', '"data": "A')):
        path.write_text(broken)
        judges = classroom.folder / "judges.py"
        judges.write_text(judges.read_text() + "\n")
        notebooks_run.clear()
        assert points(grade(classroom.course.assignment("tiny"), workers=ONE, kernels=kernels))["bo"] == 0.5
        assert len(notebooks_run) == 1
        assert path.read_text() == whole


def test_answers_that_are_too_large_or_cannot_be_written_are_not_kept(classroom, kernels, notebooks_run, monkeypatch):
    monkeypatch.setattr(kept_results, "MAX_BYTES", 100)
    grade(classroom, workers=ONE, kernels=kernels, force=True)
    assert not kept_file(classroom, "amal").exists()
    monkeypatch.undo()
    shutil.rmtree(classroom.course.output / "kept_results")
    (classroom.course.output / "kept_results").write_text("no folder")
    assert points(grade(classroom, workers=ONE, kernels=kernels, force=True))["amal"] == 2
