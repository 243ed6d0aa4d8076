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


# What is looked at ---------------------------------------------------------------------------------------------------


def judged(check, answer, reference, reasons=None):
    """The rationale of one criterion."""
    arrays = ({key: np.array(value) for key, value in each.items()} for each in (answer, reference))
    rubric = Rubric("test", *arrays, "It stopped.", reasons or {})
    with rubric.criterion("one", points=1, hint="") as c:
        check(c)
    (verdict,) = rubric.judgement.verdicts
    return verdict.rationale


def test_all_cases_of_a_question_are_compared():
    right = {"flat[0]": [1, 2], "flat[1]": [3], "flatter[0]": 4}
    assert judged(lambda c: c.close("flat", "the row"), right, right) == "As asked."
    assert judged(lambda c: c.close("flat", "the row"), right | {"flat[1]": [4]}, right).startswith("the row: ")
    missing = {key: value for key, value in right.items() if key != "flat[1]"}
    assert judged(lambda c: c.close("flat", "the row"), missing, right, {"flat[1]": "No, for 1."}) == "No, for 1."
    assert judged(lambda c: c.expect(len(c.arrays("flat", "")) == len(c.references("flat")) == 2, ""), right, right)


def test_parts_of_an_answer_and_of_each_case_are_looked_at():
    right = {"run.d": 1, "run.g": 2, "pair[0].first": 3, "pair[1].first": 4}

    def check(c):
        seen = [c.of("run").number("d", ""), *(case.number("first", "") for case in c.each("pair"))]
        c.expect(seen == [1, 3, 4], f"{seen} came.")
        c.of("run").close("g", "the other")

    assert judged(check, right, right) == "As asked."
    assert judged(check, right | {"run.g": 7}, right) == "the other: it is another value"
    assert judged(check, {"run.d": 1, "pair[0].first": 3}, right, {"pair[1]": "No."}) == "No."


WAY, OTHER = "stubbed part: ", "stubbed part, whole: "


def test_one_of_the_ways_in_which_something_was_asked_will_do():
    """Inputs, which were told once, are the same in all of them; numbers of two ways are never put together."""
    right = {"x": 1, "sum": 2, "twice": 4, WAY + "sum": 5, WAY + "twice": 10, OTHER + "sum": 7, OTHER + "twice": 14}

    def check(c, factor):
        total = c.number("sum", "the sum")
        c.close("sum", "the sum")
        c.expect(c.number("twice", "twice the sum") == factor * total, "It is not twice the sum.")
        c.close("x", "the input")

    def by(**changed):
        return judged(lambda c: c.either_way(check, 2), right | changed, right)

    assert by() == "As asked."
    assert by(sum=3) == by(twice=5) == "As asked."
    assert by(sum=3, **{WAY + "sum": 6}) == "As asked."
    assert by(sum=3, **{WAY + "sum": 6, OTHER + "twice": 4}) == "the sum: it is another value"


def test_what_one_way_lacks_is_not_taken_from_another():
    right = {"network.found": 1, WAY + "network.found": 1}
    answer = right | {"network.more": 7}  # as if the student had returned more values than the solution

    def check(c):
        c.stubbed.of("network").array("more", "more")

    assert judged(check, answer, right, {WAY + "network": "No."}) == "No."
