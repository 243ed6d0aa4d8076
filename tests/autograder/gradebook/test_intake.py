"""A class as it comes in: who is a student, which file counts, when it came, and that nobody ends anything for others."""

import csv
import json
import shutil
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup
from nbformat import v4
from nbgrader.api import Gradebook
from test_grade import ONE, RIGHT, WRONG, hand_in
from test_gradebook import ALL_OF_IT, DUE, configured
from typer.testing import CliRunner

from autograder import cli
from autograder.authoring import build
from autograder.authoring.skeleton import new
from autograder.course import CourseError
from autograder.gradebook.collect import collect
from autograder.gradebook.grade import everyone, grade, students_of
from autograder.gradebook.preprocessors import JUDGEMENT, UNRECORDED, RunAndJudge, configure
from autograder.gradebook.record import Recorder
from autograder.gradebook.results import Status, load
from autograder.gradebook.roster import Enrolled, save_roster
from autograder.intake.sanitize import RestoreCells, SubmissionExporter
from autograder.judging import Judgement, Outcome, Verdict
from autograder.platforms.people import enrol, read_roster
from autograder.reports import feedback as pages
from autograder.running.run import RunResult
from autograder.schema import NOTE
from tests.autograder.intake.test_timestamps import utc

ODD_NAMES = [
    "#7",
    "50%25",
    "DOMAIN\\jdoe",
    "O'Brien",
    'the "one"',
    "a?b&c;d",
    "ana lima",
    "李雷",
    "mu\u0308ller",
    "-rf",
    "[ab]",
]


@pytest.fixture
def course(tiny, monkeypatch):
    monkeypatch.chdir(tiny.course.root)
    return tiny


def report():
    return CliRunner().invoke(cli.app, ["report", "tiny"])


def test_the_page_for_the_class_leaves_no_name_in_its_folder(course, kernels):
    people = [Enrolled(f"zyx{k}", "Quorra", f"Wendolyn{k}", f"zyx{k}@example.org") for k in range(6)]
    save_roster(course.course, people)
    for number, person in enumerate(people):
        hand_in(course, person.id, RIGHT if number else f"Zyx = 1\n{WRONG}")
    refused = CliRunner().invoke(cli.app, ["report", "tiny", "--anonymous"])
    assert refused.exit_code == 1
    assert "fewer than 5 submissions" in " ".join(refused.output.split())
    grade(course, workers=ONE, kernels=kernels)
    done = CliRunner().invoke(cli.app, ["report", "tiny", "--anonymous"])
    assert done.exit_code == 0, done.output
    folder = course.course.output / "anonymous"
    assert [path.name for path in folder.rglob("*")] == ["tiny.html"]
    content = (folder / "tiny.html").read_bytes().lower()
    assert not [word for word in (b"zyx", b"quorra", b"wendolyn") if word in content]
    assert not course.course.feedback.exists()


def table(course):
    with (course.course.output / "grades" / "tiny.csv").open(newline="") as file:
        return {row["student_id"]: row for row in csv.DictReader(file)}


def told(course):
    """The results of `atelier report`, by student."""
    done = report()
    assert done.exit_code == 0, done.output
    return {each.student: each for each in load(course.course.output / "grades" / "tiny.json").students}


def test_folders_gradebook_and_roster_are_one_class(course, kernels):
    for name in ("ana", "bo", "dee"):
        hand_in(course, name, RIGHT, "It dominates.")
    junk = course.course.submitted
    for name in ("__MACOSX/ana/tiny", ".ipynb_checkpoints", "@eaDir"):
        (junk / name).mkdir(parents=True)
    grade(course, workers=ONE, kernels=kernels)
    with Gradebook(course.course.database) as book:
        book.add_student("zoe", first_name="Zoe", last_name="Enrolled, at last")
    shutil.rmtree(junk / "bo")
    (junk / "dee" / "tiny" / "tiny.ipynb").unlink()
    hand_in(course, "kim", RIGHT)
    everybody = told(course)
    assert {name: each.status for name, each in everybody.items()} == {
        "ana": Status.GRADED,
        "bo": Status.MISSING,
        "dee": Status.MISSING,
        "kim": Status.UNGRADED,
        "zoe": Status.MISSING,
    }
    assert everybody["bo"].reason == "What was graded before is no longer there. No notebook was handed in."
    assert "run `atelier grade tiny`" in everybody["kim"].reason
    rows = table(course)
    assert list(rows) == list(everybody)
    assert {name: row["score"] for name, row in rows.items()} == {
        "ana": "2.0",
        "bo": "0.0",
        "dee": "0.0",
        "kim": "",
        "zoe": "0.0",
    }
    assert (rows["zoe"]["last_name"], rows["zoe"]["max_score"]) == ("Enrolled, at last", "3.0")
    page = (course.course.output / "report" / "tiny.html").read_text()
    assert all(name in page for name in everybody)


def test_a_file_that_is_put_in_the_place_of_another_is_graded_and_told_of_before(course, kernels):
    path = hand_in(course, "ana", RIGHT)
    copied = path.with_name("tiny (1).ipynb")
    path.rename(copied)
    results = grade(course, workers=ONE, kernels=kernels)
    assert results.students[0].points == 2
    assert results.students[0].events == (
        "There is no `tiny/tiny.ipynb`; `tiny/tiny (1).ipynb` was graded in its place.",
    )
    before = (course.course.output / "autograded" / "ana" / "tiny" / "tiny.ipynb").stat().st_mtime_ns
    grade(course, workers=ONE, kernels=kernels)
    assert (course.course.output / "autograded" / "ana" / "tiny" / "tiny.ipynb").stat().st_mtime_ns == before
    copied.unlink()
    hand_in(course, "ana")
    (newer,) = told(course)["ana"].attention
    assert "it was handed in since" in newer
    assert grade(course, workers=ONE, kernels=kernels).students[0].points == 0


def test_work_beside_an_untouched_notebook_is_shouted(course, kernels):
    path = hand_in(course, "ana", RIGHT, "It dominates.")
    path.rename(path.with_name("tiny-Copy1.ipynb"))
    hand_in(course, "ana")
    hand_in(course, "bo", RIGHT)
    path = hand_in(course, "bo", RIGHT, "It dominates.")
    path.rename(path.with_name("tiny-Copy1.ipynb"))
    hand_in(course, "bo", RIGHT)
    shutil.copytree(course.course.submitted / "ana", course.course.submitted / "chi")
    (course.course.submitted / "chi" / "tiny" / "tiny.ipynb").write_text("")
    ana, bo, chi = grade(course, workers=ONE, kernels=kernels).students
    assert "`tiny/tiny.ipynb`, cannot be read, but there is work in `tiny/tiny-Copy1.ipynb`" in chi.attention[0]
    assert "is untouched, but there is work in `tiny/tiny-Copy1.ipynb`" in ana.attention[0]
    assert bo.attention == ()
    assert told(course)["ana"].attention == ana.attention
    page = BeautifulSoup((course.course.output / "feedback" / "ana" / "tiny" / "tiny.html").read_text(), "html.parser")
    assert "tiny-Copy1.ipynb" in page.select_one("p.attention").get_text()


def test_the_notebook_of_another_lesson_is_noticed(course):
    new(course.course, "other")
    other = course.course.assignment("other")
    text = other.source.read_text()
    other.source.write_text(
        text.replace("mean_squared_error", "sum_of_squares").replace("quared error", "um of squares")
    )
    build.build(other)
    path = hand_in(course, "ana")
    path.write_text(other.release_path.read_text())
    recorder = Recorder(course)
    (said,) = recorder.sanitize("ana", recorder.take("ana")).metadata[NOTE]["attention"]
    assert said == "`tiny/tiny.ipynb` seems to be the notebook of `other`: a mistake in handing in?"


def test_links_lead_to_the_pages_of_students_of_any_name(course, kernels):
    for name in ODD_NAMES:
        hand_in(course, name)
    grade(course, workers=ONE, kernels=kernels)
    assert set(told(course)) == set(ODD_NAMES)
    page = course.course.output / "report" / "tiny.html"
    links = BeautifulSoup(page.read_text(), "html.parser").select("table.students a")
    assert {link.get_text() for link in links} == set(ODD_NAMES)
    for link in links:
        address = urljoin(page.as_uri(), link["href"])
        assert Path(unquote(urlsplit(address).path)).is_file(), address


def test_a_time_with_a_zone_is_late_when_it_is(course, kernels):
    configured(course, ALL_OF_IT)
    stamps = {
        "in_time": b"2026-03-01T13:00:00+01:00",
        "marked": "\ufeff2026-03-01 12:00:00 UTC\r\n".encode(),
        "unclear": b"03/04/2026 12:00",
        "late": b"2026-03-01 04:30:00 PST",
    }
    for name, stamp in stamps.items():
        hand_in(course, name, RIGHT).with_name("timestamp.txt").write_bytes(stamp)
    Recorder(course)
    with Gradebook(course.course.database) as book:
        book.update_or_create_assignment("tiny", duedate=DUE)
    results = {each.student: each for each in grade(course, workers=ONE, kernels=kernels).students}
    assert {name: each.late_penalty for name, each in results.items()} == {
        "in_time": 0,
        "marked": 0,
        "unclear": 0,
        "late": 2,
    }
    assert [name for name, each in results.items() if each.events] == ["unclear"]
    assert "can be read in several ways" in results["unclear"].events[0]
    page = (course.course.output / "feedback" / "late" / "tiny" / "tiny.html") if told(course) else None
    assert "2 taken off for lateness" in page.read_text()


def test_plain_nbgrader_reads_the_same_time(course):
    path = hand_in(course, "ana", RIGHT)
    path.with_name("timestamp.txt").write_text("2026-03-01 13:00:00 +0100")
    recorder = Recorder(course)
    recorder.add_student("ana")
    exporter = SubmissionExporter(config=configure(course.course))
    exporter.register_preprocessor(RestoreCells, enabled=True)
    exporter.from_filename(str(path), resources=recorder.resources("ana"))
    with Gradebook(course.course.database) as book:
        assert book.find_submission("tiny", "ana").timestamp == utc(2026, 3, 1, 12)


def test_one_student_ends_neither_the_grades_nor_the_pages_of_others(course, kernels, monkeypatch):
    for name in ("ana", "bo", "chi"):
        hand_in(course, name, RIGHT)
    grade(course, workers=ONE, kernels=kernels)
    (course.course.output / "autograded" / "ana" / "tiny" / "tiny.ipynb").write_text("{}")
    real = pages.write_feedback

    def stumble(student, *rest, **more):
        if student.student == "bo":
            raise ValueError("no page")
        return real(student, *rest, **more)

    monkeypatch.setattr(pages, "write_feedback", stumble)
    done = report()
    assert done.exit_code == 1
    assert "The feedback of ana, bo could not be read or written" in " ".join(done.output.split())
    assert (course.course.output / "feedback" / "chi" / "tiny" / "tiny.html").is_file()
    assert (course.course.output / "report" / "tiny.html").is_file()
    results = load(course.course.output / "grades" / "tiny.json")
    assert [each.status for each in results.students] == [Status.FAILED, Status.GRADED, Status.GRADED]
    assert results.stumbled == ("ana",)
    assert "ValidationError" not in results.students[0].reason
    again = grade(course, workers=ONE, kernels=kernels)  # what is damaged is graded anew
    assert ([each.points for each in again.students], again.stumbled) == ([2, 2, 2], ())


def test_an_answer_beside_its_question_waits_in_the_gradebook(course, kernels):
    def beside(notebook):
        notebook.cells.append(v4.new_markdown_cell("It dominates."))

    hand_in(course, "ana", RIGHT, edit=beside)
    (ana,) = grade(course, workers=ONE, kernels=kernels).students
    assert ana.items[1].points is None
    with Gradebook(course.course.database) as book:
        assert book.find_grade("outliers", "tiny", "tiny", "ana").needs_manual_grade
    autograded = json.loads((course.course.output / "autograded" / "ana" / "tiny" / "tiny.ipynb").read_text())
    (question,) = [
        cell for cell in autograded["cells"] if cell["metadata"].get("nbgrader", {}).get("grade_id") == "outliers"
    ]
    assert "It dominates." in "".join(question["source"])


def test_a_file_that_belongs_to_nobody_is_named(course, caplog):
    hand_in(course, "ana")
    (course.course.submitted / "bo.ipynb").write_text("{}")
    assert students_of(course) == ["ana"]
    assert "bo.ipynb belongs to nobody" in caplog.text


def test_a_roster_alone_is_a_class(course):
    recorder = Recorder(course)
    with pytest.raises(CourseError, match="put submissions there"):
        everyone(recorder)
    with Gradebook(course.course.database) as book:
        book.add_student("zoe")
        book.add_student("__MACOSX")
    assert everyone(recorder) == ["zoe"]


@pytest.mark.parametrize("folder", ["O'Brien", "o-brien", "obrien", "kim@uni.example", "s17"])
def test_who_is_enrolled_under_another_spelling_is_one_student(course, folder):
    hand_in(course, folder)
    recorder = Recorder(course)
    sheet = "id,login,email,number\no'brien,obrien,kim@uni.example,s17\nmu\u0308ller,,,\n".encode()
    people = read_roster(sheet, "roster.csv")
    save_roster(course.course, people)
    with recorder.gradebook() as book:
        enrol(book, people)
    assert everyone(recorder) == sorted([folder, "müller"])


# One read ------------------------------------------------------------------------------------------------------------


def test_what_is_marked_as_graded_is_what_was_read_whatever_is_put_in_its_place(course, kernels, monkeypatch):
    path = hand_in(course, "ana", WRONG)
    own = Recorder.sanitize

    def exchanging(self, student, handed_in):
        hand_in(course, "ana", RIGHT)  # another file, after the first one was read
        path.with_name("timestamp.txt").write_text("2020-01-01 00:00:00 UTC")
        return own(self, student, handed_in)

    with monkeypatch.context() as patch:
        patch.setattr(Recorder, "sanitize", exchanging)
        (ana,) = grade(course, workers=ONE, kernels=kernels).students
    assert ana.points == 0.5  # what the first file deserves
    assert any("was handed in since" in said for said in ana.attention)
    autograded = Recorder(course).autograded("ana")
    assert not autograded.with_name("timestamp.txt").exists()
    (ana,) = grade(course, workers=ONE, kernels=kernels).students
    assert (ana.points, ana.attention) == (2, ())
    assert autograded.with_name("timestamp.txt").read_text() == "2020-01-01 00:00:00 UTC"


def test_a_graded_notebook_that_is_gone_is_said_and_its_points_are_kept_in_the_gradebook(course, kernels):
    hand_in(course, "ana", RIGHT)
    grade(course, workers=ONE, kernels=kernels)
    recorder = Recorder(course)
    shutil.rmtree(recorder.autograded("ana").parent)
    (ana,) = collect(recorder, ["ana"]).students
    assert ana.status is Status.UNGRADED
    assert "its points are in the gradebook, but the graded notebook is gone: run `atelier grade tiny`" in ana.reason
    (ana,) = grade(course, workers=ONE, kernels=kernels).students
    assert (ana.status, ana.points) == (Status.GRADED, 2)


def test_a_page_of_an_earlier_layout_does_not_stay(course, kernels):
    hand_in(course, "ana", RIGHT)
    results = grade(course, workers=ONE, kernels=kernels)
    old = course.course.feedback / "ana" / "tiny.html"
    old.parent.mkdir(parents=True)
    old.write_text("an old page")
    written, _ = pages.write_pages(Recorder(course), results)
    assert written["ana"].is_file()
    assert not old.exists()


class StumblingJudge:
    """Judges nothing that was run."""

    def __init__(self, assignment):
        self.assignment = assignment

    def judge_all(self, result):
        if result.outputs:
            raise KeyError("an output that nobody has thought of")
        verdict = Verdict("value", Outcome.NOT_REACHED, 0.0, 2.0, "It could not be asked.")
        return {"mean_squared_error": Judgement("mean_squared_error", (verdict,))}


def test_what_nbgraders_button_cannot_record_is_refused_and_named(course):
    hand_in(course, "ana", RIGHT)
    recorder = Recorder(course)
    notebook = recorder.sanitize("ana", recorder.take("ana"))
    button = RunAndJudge(config=configure(course.course))
    odd = RunResult(outputs={0: [v4.new_output("stream", text="x")]})
    done = button._recordable(notebook, recorder.resources("ana"), odd, StumblingJudge(course))
    assert done.metadata[NOTE]["unreadable"] == UNRECORDED
    assert [cell.metadata.nbgrader.grade_id for cell in done.cells if JUDGEMENT in str(cell.get("outputs"))] == [
        "test_mean_squared_error"
    ]
    recorder.record("ana", done, {})
    (ana,) = collect(recorder, ["ana"]).students
    assert (ana.status, ana.points, ana.reason) == (Status.FAILED, 0, UNRECORDED)
