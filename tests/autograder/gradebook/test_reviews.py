"""A grade given by hand is to be looked at again if, and only if, the text that it was given for has changed."""

import pytest
from nbformat import v4
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory

from autograder.gradebook.grade import grade, save_results
from autograder.gradebook.preprocessors import configure, log
from autograder.gradebook.record import Recorder
from autograder.running import kernel_pool
from tests.autograder.gradebook.test_grade import ONE, RIGHT, WRONG, hand_in

OTHER = "    return ((a - b) ** 2).mean()"
SAID = "It dominates."


@pytest.fixture
def classroom(tiny, kernels):
    """Amal's answer and her code have been graded by hand, in formgrader."""
    hand_in(tiny, "amal", RIGHT, SAID)
    grade(tiny, workers=ONE, kernels=kernels)
    by_hand(tiny, "outliers", 0.5)
    by_hand(tiny, "test_mean_squared_error", 1.5)
    return tiny


def by_hand(assignment, item, points, *, in_formgrader=True):
    """What formgrader does when a teacher leaves the field; a script may forget to take the mark away."""
    with Gradebook(assignment.course.database) as gradebook:
        row = gradebook.find_grade(item, "tiny", "tiny", "amal")
        row.manual_score = points
        if in_formgrader:
            row.needs_manual_grade = False
        gradebook.db.commit()


def marked(assignment):
    """The items that nbgrader marks."""
    with Gradebook(assignment.course.database) as gradebook:
        grades = gradebook.find_submission_notebook("tiny", "tiny", "amal").grades
        return {each.name.removeprefix("test_") for each in grades if each.needs_manual_grade}


def to_review(assignment, kernels, **words):
    """The items that a new grading says are to be looked at, which nbgrader must mark too."""
    (amal,) = grade(assignment, workers=ONE, kernels=kernels, **words).students
    names = {item.name for item in amal.to_review}
    assert names == marked(assignment)
    return names


def test_nothing_new(classroom, kernels):
    assert to_review(classroom, kernels, force=True) == set()


def test_only_judges_changed(classroom, kernels):
    judges = classroom.folder / "judges.py"
    judges.write_text(judges.read_text().replace("points=1.5", "points=1.0").replace("points=0.5", "points=1.0"))
    assert to_review(classroom.course.assignment("tiny"), kernels) == set()


def test_another_cell_changed(classroom, kernels):
    def edit(notebook):
        notebook.cells.insert(1, v4.new_code_cell("x = 1"))

    hand_in(classroom, "amal", RIGHT, SAID, edit=edit)
    assert to_review(classroom, kernels) == set()


def test_each_answer_by_itself(classroom, kernels):
    hand_in(classroom, "amal", OTHER, SAID)
    assert to_review(classroom, kernels) == {"mean_squared_error"}
    hand_in(classroom, "amal", OTHER, "It counts more than the others.")
    assert to_review(classroom, kernels) == {"mean_squared_error", "outliers"}


def test_the_mark_stays_until_someone_looks_and_goes_when_the_old_answer_is_back(classroom, kernels):
    hand_in(classroom, "amal", WRONG, "Nothing.")
    assert to_review(classroom, kernels) == {"mean_squared_error", "outliers"}
    assert to_review(classroom, kernels, force=True) == {"mean_squared_error", "outliers"}
    by_hand(classroom, "outliers", 0)
    assert to_review(classroom, kernels, force=True) == {"mean_squared_error"}
    hand_in(classroom, "amal", RIGHT, "Nothing.")
    assert to_review(classroom, kernels) == set()
    hand_in(classroom, "amal", RIGHT, SAID)
    assert to_review(classroom, kernels) == {"outliers"}  # 0 points were for "Nothing."


def test_a_broken_file_is_another_answer(classroom, kernels):
    hand_in(classroom, "amal").write_text("{")
    assert to_review(classroom, kernels) == {"mean_squared_error", "outliers"}


def test_points_given_by_a_script_that_leaves_the_mark(classroom, kernels):
    hand_in(classroom, "amal", WRONG, "Nothing.")
    assert to_review(classroom, kernels) == {"mean_squared_error", "outliers"}
    by_hand(classroom, "outliers", 0.25, in_formgrader=False)
    (amal,) = save_results(Recorder(classroom), ["amal"]).students  # as `atelier report` does
    assert [item.name for item in amal.to_review] == ["mean_squared_error"]
    assert marked(classroom) == {"mean_squared_error"}
    assert to_review(classroom, kernels, force=True) == {"mean_squared_error"}


def test_a_gradebook_that_does_not_know_what_was_graded_asks_until_someone_looks(classroom, kernels):
    with Gradebook(classroom.course.database) as gradebook:
        gradebook.db.connection().exec_driver_sql("DROP TABLE atelier_answer")
        gradebook.db.commit()
    for _ in range(2):
        assert to_review(classroom, kernels, force=True) == {"mean_squared_error", "outliers"}
    by_hand(classroom, "outliers", 0.5)
    assert to_review(classroom, kernels, force=True) == {"mean_squared_error"}


def test_nbgraders_own_command_asks_as_rarely(classroom, kernels, monkeypatch):
    monkeypatch.setattr(kernel_pool, "KernelPool", lambda **_: kernels)
    config = configure(classroom.course)
    config.CourseDirectory.assignment_id = "tiny"

    def autograde():
        converter = Autograde(coursedir=CourseDirectory(config=config), config=config, log=log)
        converter.force = True
        converter.start()

    autograde()
    assert marked(classroom) == set()
    hand_in(classroom, "amal", OTHER, SAID)
    autograde()
    assert marked(classroom) == {"mean_squared_error"}
