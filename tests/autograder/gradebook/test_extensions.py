"""An extension counts whether it is granted before or after the handing in, and what it costs is told anew."""

from datetime import UTC, datetime, timedelta

import pytest
from test_grade import ONE
from test_gradebook import ALL_OF_IT, DUE, LATE, came, configured, course, gradebook, told  # noqa: F401
from typer.testing import CliRunner

from autograder.cli import app
from autograder.course import CourseError
from autograder.gradebook.extensions import Extension, extend, extension, read_until
from autograder.gradebook.grade import grade


def at(*date):
    """A moment as nbgrader keeps it: in UTC, and without a zone."""
    return datetime(*date, tzinfo=UTC).replace(tzinfo=None)


def atelier(*words):
    result = CliRunner().invoke(app, list(words), env={"COLUMNS": "300", "TZ": "UTC"})
    return result.exit_code, " ".join(result.output.split())


@pytest.mark.parametrize("before", [True, False])
def test_who_has_an_extension_loses_nothing(course, gradebook, kernels, before):  # noqa: F811
    configured(course, ALL_OF_IT)
    for student in ("amal", "bo"):
        came(course, student, LATE)
    if before:
        assert atelier("extend", "tiny", "amal", "--days", "1") == (
            0,
            "tiny has no due date yet; once it has one, the extension counts.",
        )
    grade(course, workers=ONE, kernels=kernels)
    with gradebook() as book:
        book.update_or_create_assignment("tiny", duedate=DUE)
    if not before:
        code, said = atelier("extend", "tiny", "amal", "--until", "2026-03-01 16:00 UTC")
        assert (code, "amal has until 2026-03-01" in said) == (0, True)
    everyone = told(course)
    assert everyone["amal"][0].late_penalty == 0
    assert everyone["bo"][0].score == 0
    assert atelier("extend", "tiny", "amal", "--days", "0")[0] == 0
    assert told(course)["amal"][0].score == 0


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["nobody", "--days", "1"], "There is no student `nobody`"),
        (["amal"], "Give either `--days` or `--until`."),
        (["amal", "--days", "1", "--until", "2026-03-01"], "Give either `--days` or `--until`."),
        (["amal", "--until", "soon"], "`soon` is no date and time"),
    ],
)
def test_bad_input_is_one_sentence(course, words, sentence):  # noqa: F811
    code, said = atelier("extend", "tiny", *words)
    assert code == 1
    assert sentence in said


def test_what_is_granted_last_counts(course):  # noqa: F811
    assert extension(course.course, "tiny", "amal") is None
    extend(course.course, "tiny", "amal", Extension(days=2))
    extend(course.course, "tiny", "amal", Extension(until=at(2026, 3, 2)))
    assert extension(course.course, "tiny", "amal") == Extension(until=at(2026, 3, 2))


def test_a_damaged_file_is_one_sentence(course):  # noqa: F811
    (course.course.output / "extensions.json").write_text('{"tiny": {"amal": 3}}')
    with pytest.raises(CourseError, match="extend again"):
        extension(course.course, "tiny", "amal")


def test_how_much_longer():
    due = at(2026, 3, 1)
    assert Extension(days=1.5).beyond(due) == timedelta(hours=36)
    assert Extension(until=at(2026, 3, 2)).beyond(due) == timedelta(days=1)
    assert Extension(until=at(2026, 2, 1)).beyond(due) is None
    assert Extension(days=0).beyond(due) is None
    assert Extension(days=1).beyond(None) is None


def test_a_time_with_an_offset_is_that_moment():
    assert read_until("2026-03-01 18:00 +0100") == at(2026, 3, 1, 17)
