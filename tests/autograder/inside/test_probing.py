"""What writers of probes use: values as arrays, questions that do not spoil one another, and whether gradients pass."""

import keras
import numpy as np
import pytest

from autograder.inside import asking
from autograder.inside.asking import Student
from autograder.inside.probing import (
    Parts,
    ask,
    gradient_sizes,
    pair,
    to_array,
    to_pair,
    to_tensor,
)
from autograder.judging import Outcome, Rubric
from autograder.running.probe_results import decode


@pytest.mark.parametrize("value", [to_tensor([1, 2]), keras.Variable([1.0, 2.0]), [1, 2], np.array([1, 2])])
def test_numbers_in_any_clothes_become_an_array(value):
    assert to_array(value).tolist() == [1, 2]


def test_bfloat16_is_a_number_too():
    came = to_array(keras.ops.cast([1.0, 2.5], "bfloat16"))
    assert came.tolist() == [1, 2.5]
    assert came.dtype == np.float32


@pytest.mark.parametrize(("value", "error"), [("12", TypeError), (None, TypeError), (np.zeros(10**6), ValueError)])
def test_what_is_no_answer_is_refused(value, error):
    with pytest.raises(error):
        to_array(value)


def test_a_pair_may_be_stacked():
    for stacked in ((1, 2), [np.array(1), to_tensor(2)], np.array([1, 2])):
        assert to_pair(stacked) == {"first": 1, "second": 2}
    with pytest.raises(TypeError, match="3 came"):
        to_pair((1, 2, 3))


# Questions -----------------------------------------------------------------------------------------------------------


def told(probe, *, with_stubs=None, **names):
    """What a probe hears of a notebook with these names: values, and reasons."""
    asking.with_stubs = with_stubs
    try:
        record = asking.put(probe, Student(names), [1])
    finally:
        asking.with_stubs = None
    result = decode({"token": "", **record.told()}, "", 10**6)
    assert record.stopped == next(iter(record.reasons.values()), "")
    return {key: value.tolist() for key, value in result.values.items()}, result.reasons


def test_a_question_that_fails_spoils_no_other():
    def probe(student, rng):
        ask("a", student.f, 1)
        ask("b", student.f, 0)
        ask("c", student.missing, 1)
        ask("d", lambda: student.missing.attribute)
        ask("e", student.f, 2)
        ask("f", lambda: student.missing)

    values, reasons = told(probe, f=lambda x: 2 // x)
    assert values == {"a": 2, "e": 1}
    assert reasons["b"].startswith("It stopped with ZeroDivisionError")
    missing = "The notebook does not define `missing`, or the cell that does so failed."
    assert {name: reasons[name] for name in "cdf"} == dict.fromkeys("cdf", missing)


def test_what_is_no_number_is_a_question_that_failed():
    def probe(student, rng):
        ask("text", student.f, "text")
        ask("parts", lambda: Parts(good=student.f(1), bad=student.f("text")))

    values, reasons = told(probe, f=lambda x: x)
    assert values == {"parts.good": 1}
    assert reasons.keys() == {"text", "parts.bad"}


def test_questions_get_copies_of_arrays():
    def change(array, *others):
        for each in (array, *others[0]):
            each[:] = 7
        return array

    def probe(student, rng):
        one, other = np.zeros(2), np.zeros(2)
        ask("changed", student.change, one, [other])
        ask.tell(one=one, other=other)

    assert told(probe, change=change)[0] == {"changed": [7, 7], "one": [0, 0], "other": [0, 0]}


def test_a_value_is_what_it_was_when_it_came():
    """Functions may return one array again and again, and write into it."""
    kept = np.zeros(1)

    def count():
        kept[0] += 1
        return kept

    def probe(student, rng):
        ask("first", student.count)
        ask("second", student.count)

    assert told(probe, count=count)[0] == {"first": [1], "second": [2]}


def test_cases_and_parts_have_names():
    def probe(student, rng):
        ask.each("sum", student.add, [(1, 2), (3, 4)])
        ask.each("double", lambda x: 2 * x, [1, 2])
        ask.each("both", pair(lambda x: (x, -x)), [1, 2])
        ask.tell(told=Parts(Parts(a=1), Parts(a=2)))

    values, _ = told(probe, add=lambda a, b: a + b)
    assert values == {
        **{"sum[0]": 3, "sum[1]": 7, "double[0]": 2, "double[1]": 4},
        **{"both[0].first": 1, "both[0].second": -1, "both[1].first": 2, "both[1].second": -2},
        **{"told[0].a": 1, "told[1].a": 2},
    }


def both_ways(student, rng):
    ask.tell(x=2)
    for known in ask.both_ways(part=lambda: 10):
        ask("whole", student.whole)
        ask.tell(which=known)
    ask("end", student.whole)


GIVEN = "stubbed part: "


@pytest.mark.parametrize(
    ("with_stubs", "asked"),
    [
        (None, {"whole": 2, GIVEN + "whole": 20, "end": 2}),
        (False, {"whole": 2, "end": 2}),
        (True, {GIVEN + "whole": 20}),
    ],
)
def test_something_known_stands_in_only_while_it_is_asked(with_stubs, asked):
    names = {"part": lambda: 1}
    names["whole"] = lambda: 2 * names["part"]()
    record = {"x": 2, "which": False, GIVEN + "which": True}
    asking.with_stubs = with_stubs
    try:
        came = asking.put(both_ways, Student(names), [1])
    finally:
        asking.with_stubs = None
    values = decode({"token": "", **came.told()}, "", 10**6).values
    assert values == record | asked
    assert came.left_out is (with_stubs is False)
    assert names["part"]() == 1


def test_who_is_interrupted_has_told_what_came_before():
    def interrupt():
        raise KeyboardInterrupt

    def probe(student, rng):
        ask("before", lambda: 1)
        ask("interrupted", student.interrupt)
        ask("behind", lambda: 3)

    record = asking.put(probe, Student({"interrupt": interrupt}), [1])
    assert (record.values.keys(), record.stopped) == ({"before"}, "It took too long and was interrupted.")


def test_what_is_compiled_knows_no_size():
    def probe(student, rng):
        x = to_tensor([[1, 2], [3, 4]])
        ask.compiled("any size", student.any_size, x, 2)
        ask.compiled("known size", lambda x: x * x.shape[0], x)

    values, reasons = told(probe, any_size=lambda x, factor: factor * keras.ops.sum(x, axis=1))
    assert values == {"any size": [6, 14]}
    assert reasons["known size"].startswith("Compiled for a batch of any size, it stops with ")


def test_gradients_are_asked_along_tensors_or_others():
    w = keras.Variable([3.0, 4.0])

    def probe(student, rng):
        x = to_tensor([1, -2])
        ask.gradient("x", student.loss, x, 2.0)
        ask.gradient("w", student.loss, x, 2.0, along=[w])

    assert told(probe, loss=lambda x, factor: factor * keras.ops.sum(x * w))[0] == {"x": [8], "w": [4]}


def test_each_criterion_says_why_its_own_question_failed():
    """Also where another part or case of the question could have been read."""
    reference = {key: np.array(1) for key in ("x", "a", "b[0]", "b[1]", "c.d", "c.e")}
    answer = {key: reference[key] for key in ("x", "b[0]")}
    rubric = Rubric("test", answer, reference, "No.", {"b[1]": "No, for b.", "c": "No, for c."})
    for key in reference:
        with rubric.criterion(key, points=1, hint="") as c:
            c.close(key, key)
    rationales = {verdict.criterion: verdict.rationale for verdict in rubric.judgement.verdicts}
    given = dict.fromkeys(("x", "b[0]"), "As asked.")
    assert rationales == given | {"a": "No.", "b[1]": "No, for b.", "c.d": "No, for c.", "c.e": "No, for c."}


# Gradients -----------------------------------------------------------------------------------------------------------


def test_where_gradients_pass():
    x, w = to_tensor([1.0, -2.0]), keras.Variable([3.0, 4.0])
    assert gradient_sizes(lambda: keras.ops.sum(x * w), x, w).tolist() == [4, 2]
    assert gradient_sizes(lambda: keras.ops.sum(w * np.asarray(x)), x, w).tolist() == [0, 2]
    assert gradient_sizes(lambda: np.sum(np.asarray(x)), x, w).tolist() == [0, 0]
    assert gradient_sizes(lambda: keras.ops.softmax(x), x) > 0, "the sum of a softmax is constant, but not its values"


@pytest.mark.parametrize(
    ("sizes", "alike", "outcome"),
    [
        ([0.1, 2.0], True, Outcome.PASSED),
        ([2.0, 0.1], True, Outcome.PASSED),  # variables may have been made in another order
        ([1.0, 1.0], True, Outcome.FAILED),  # what anybody might claim
        ([1.0, 1.0], False, Outcome.PASSED),
        ([0.1, 0.0], False, Outcome.FAILED),
        ([0.1, np.nan], False, Outcome.FAILED),
        ([0.1, np.inf], False, Outcome.FAILED),
        ([], False, Outcome.FAILED),
    ],
)
def test_a_judge_wants_all_of_them_and_of_the_right_size(sizes, alike, outcome):
    rubric = Rubric("loss", {"slopes": np.array(sizes)}, {"slopes": np.array([0.1, 2.0])})
    with rubric.criterion("learnt", points=1, hint="") as c:
        c.differentiable("slopes", "the loss", alike=alike)
    assert rubric.judgement.outcome is outcome
