"""The build's examination notices hidden tests that are unfair or blind."""

import pytest

from autograder.authoring.examine import examine
from autograder.course import CourseError
from autograder.judging.reference import keep
from autograder.running.probe_results import ProbeResult
from autograder.running.run import RunResult


def test_the_skeleton_of_a_new_assignment_passes(tiny, kernels):
    heard = []
    report = examine(tiny, jobs=1, kernels=kernels, listener=lambda *told: heard.append(told))
    assert report.complaints == ()
    assert report.answers == 4
    assert heard == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_a_wrong_answer_that_keeps_its_points_is_noticed(tiny, kernels):
    wrong = tiny.folder / "wrong" / "mean_squared_error.py"
    wrong.write_text(wrong.read_text().replace("np.sum", "1 * np.mean"))
    (complaint,) = examine(tiny, jobs=1, kernels=kernels).complaints
    assert complaint == "wrong/mean_squared_error/sum_for_mean kept mean_squared_error/value, which it should lose."


def test_a_right_answer_that_loses_points_is_noticed(tiny, kernels):
    right = tiny.folder / "right" / "with_a_loop.py"
    right.write_text(right.read_text().replace("/ np.size(a)", ""))
    (complaint,) = examine(tiny, jobs=1, kernels=kernels).complaints
    assert complaint.startswith("right/with_a_loop.py lost mean_squared_error/value")


def test_points_for_nothing_are_noticed(tiny, kernels):
    judges = tiny.folder / "judges.py"
    asked = 'c.close("at zero", "the error of an array with itself")'
    judges.write_text(judges.read_text().replace(asked, "return"))
    complaints = examine(tiny.course.assignment("tiny"), jobs=1, kernels=kernels).complaints
    assert "the untouched notebook earned 0.5 points instead of none." in complaints
    assert any("the machine attacker earned mean_squared_error/at zero" in complaint for complaint in complaints)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("WRONG =", "RIGHT =", "must hold a list `WRONG`"),
        ("loses=", "costs=", "cannot be used \\(TypeError"),
        ('loses="value"', 'loses="speed"', "names what no judge awards: mean_squared_error/speed"),
        ("np.mean", "np.median", "`np.median` stands 0 times in the cell"),
        ("by=", 'blank="mean", by=', "which the lesson does not have"),
        ("WRONG = [", "WRONG = 2 * [", "two answers that are called `sum_for_mean`"),
    ],
)
def test_a_malformed_answer_is_one_sentence(tiny, kernels, old, new, sentence):
    wrong = tiny.folder / "wrong" / "mean_squared_error.py"
    wrong.write_text(wrong.read_text().replace(old, new))
    with pytest.raises(CourseError, match=sentence):
        examine(tiny, jobs=1, kernels=kernels)


def test_the_hidden_tests_of_gan_are_fair_and_see(gan, kernels):
    report = examine(gan, jobs=2, kernels=kernels)
    assert report.complaints == ()
    assert report.answers >= 11 * 4 + 2


def test_a_solution_that_is_too_slow_is_told_from_one_that_is_wrong(tiny):
    slow = RunResult(answers={"mean_squared_error": ProbeResult()}, slow={"mean_squared_error": 31.4})
    with pytest.raises(
        CourseError, match="takes 31 seconds of processor time to answer the probe `mean_squared_error`"
    ):
        keep(tiny, slow)
