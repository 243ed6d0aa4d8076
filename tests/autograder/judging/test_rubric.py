"""Criteria earn their points or say why not, one by one."""

import numpy as np
import pytest

from autograder.judging import Outcome, Rubric

NAN = float("nan")


def verdict(answer, reference=None, stopped="", key="x", **tolerances):
    rubric = Rubric("test", {k: np.asarray(v) for k, v in answer.items()}, {"x": np.asarray(reference)}, stopped)
    with rubric.criterion("one", points=2, hint="Look here.") as c:
        c.close(key, "the value", **tolerances)
    return rubric.judgement.verdicts[0]


def test_an_equal_answer_passes_and_needs_no_hint():
    passed = verdict({"x": [1.0, 2.0]}, [1.0, 2.0])
    assert (passed.outcome, passed.points, passed.hint) == (Outcome.PASSED, 2, "")


def test_float64_and_float32_are_equally_good():
    assert verdict({"x": np.array([1, 2], np.float64)}, np.array([1, 2], np.float32)).points == 2


@pytest.mark.parametrize(
    ("answer", "rationale"),
    [
        ([1.0, 2.5], "some of the values differ"),
        ([1.0], "an array of shape (1,) came"),
        (1.0, "an array of shape () came"),
        ([[1.0, 2.0]], "an array of shape (1, 2) came"),
        ([1.0, NAN], "1 of 2 values are NaN or infinite"),
        ([1.0, np.inf], "1 of 2 values are NaN or infinite"),
        ([True, True], "numbers were expected, bool came"),
    ],
)
def test_a_wrong_answer_fails_with_what_was_seen(answer, rationale):
    failed = verdict({"x": answer}, [1.0, 2.0])
    assert (failed.outcome, failed.points, failed.hint) == (Outcome.FAILED, 0, "Look here.")
    assert rationale in failed.rationale


@pytest.mark.parametrize(
    ("answer", "rationale"),
    [
        ([9.0, 2.0, 3.0], "some of the values differ"),
        ([9.0, 9.0, 3.0], "most of the values differ"),
        ([9.0, 9.0, 9.0], "all of the values differ"),
        ([-1.0, -2.0, -3.0], "all of the values differ: they have the opposite sign"),
        ([2.0, 4.0, 6.0], "all of the values differ: they are twice as large as they should be"),
    ],
)
def test_feedback_says_roughly_how_many_values_differ(answer, rationale):
    assert verdict({"x": answer}, [1.0, 2.0, 3.0]).rationale == f"the value: {rationale}"


@pytest.mark.parametrize("expected", [2.0, [2.0, 2.0, 2.0], [-1.0, 1.0, 1.0]])
def test_feedback_on_a_guess_does_not_tell_the_value(expected):
    for guess in (1.0, -2.0, 4.0):
        rationale = verdict({"x": np.full(np.shape(expected), guess)}, expected).rationale
        shares = [f"{share} of the values differ" for share in ("all", "most", "some")]
        assert rationale.removeprefix("the value: ") in ("it is another value", *shares)


def test_what_was_not_answered_is_not_reached_with_the_reason():
    unreached = verdict({}, 1.0, stopped="The blank is empty.")
    assert (unreached.outcome, unreached.points, unreached.rationale) == (Outcome.NOT_REACHED, 0, "The blank is empty.")


def test_one_failure_leaves_the_other_criteria_alone():
    rubric = Rubric("test", {"x": np.array(1.0)}, {"x": np.array(1.0)})
    with rubric.criterion("first", points=1, hint="") as c:
        c.expect(False, "no")
    with rubric.criterion("second", points=1, hint="") as c:
        np.zeros(3).reshape(2, 2)  # an odd answer makes a judge stumble
    with rubric.criterion("third", points=1, hint="") as c:
        c.close("x", "x")
    assert [each.points for each in rubric.judgement.verdicts] == [0, 0, 1]
    assert rubric.judgement.points == 1
    assert rubric.judgement.max_points == 3


@pytest.mark.parametrize("value", [[1.0, 2.0], NAN, np.inf])
def test_a_number_is_one_finite_number(value):
    rubric = Rubric("test", {"x": np.asarray(value)}, {})
    with rubric.criterion("one", points=1, hint="") as c:
        c.number("x", "the value")
    assert rubric.judgement.points == 0


def either(*checks):
    rubric = Rubric("test", {"x": np.array(1.0)}, {}, "The blank is empty.")
    with rubric.criterion("one", points=1, hint="") as c:
        c.either(*(lambda check=check: check(c) for check in checks))
    verdict = rubric.judgement.verdicts[0]
    return verdict.outcome, verdict.rationale


def test_either_of_several_checks_is_enough():
    def passes(c):
        c.expect(True, "")

    def fails(c):
        c.expect(False, "no")

    def stumbles(c):
        np.zeros(3).reshape(2, 2)

    def unreached(c):
        c.array("y", "y")

    for other in (fails, stumbles, unreached):
        assert either(other, passes)[0] == Outcome.PASSED
        assert either(passes, other)[0] == Outcome.PASSED
    assert either(unreached, fails) == (Outcome.FAILED, "no")
    assert either(fails, unreached) == (Outcome.FAILED, "no")
    assert either(unreached, unreached) == (Outcome.NOT_REACHED, "The blank is empty.")
    assert either(stumbles, fails)[1] == "The answer could not be compared (ValueError)."
