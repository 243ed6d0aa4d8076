"""What writers of probes use: values as arrays, questions that do not spoil one another, and whether gradients pass."""

import keras
import numpy as np
import pytest

from autograder.inside.asking import Student
from autograder.inside.probing import (
    IN_TURN,
    Unanswered,
    ask_each,
    gradient_sizes,
    stubbed,
    to_array,
    to_pair,
    to_tensor,
    with_given,
)
from autograder.judging import Outcome, Rubric


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
    for pair in ((1, 2), [np.array(1), to_tensor(2)], np.array([1, 2])):
        assert to_pair(pair) == {"first": 1, "second": 2}
    with pytest.raises(TypeError, match="3 came"):
        to_pair((1, 2, 3))


def test_a_question_that_fails_spoils_no_other():
    def failing():
        raise ZeroDivisionError

    asked = ask_each(lambda: {"a": 1}, failing, lambda: {"b": 2})
    assert [next(asked), next(asked)] == [{"a": 1}, {"b": 2}]
    assert next(asked)[IN_TURN].tolist() == [1, 0, 1]
    with pytest.raises(Unanswered) as raised:
        next(asked)
    assert {k: type(error) for k, error in raised.value.failures.items()} == {1: ZeroDivisionError}


@pytest.mark.parametrize(("with_stubs", "asked"), [(None, "abc"), (False, "ac"), (True, "b")])
def test_what_is_asked_with_stubs_can_wait(monkeypatch, with_stubs, asked):
    monkeypatch.setattr("autograder.inside.asking.with_stubs", with_stubs)
    questions = lambda: {"a": 1}, stubbed(lambda: {"b": 2}), lambda: {"c": 3}
    *answers, counts = ask_each(*questions)
    assert "".join(key for answer in answers for key in answer) == asked
    assert counts[IN_TURN].tolist() == [int(key in asked) for key in "abc"]


def test_each_criterion_says_why_its_own_question_failed():
    """Of four questions the second and the third failed, each for a reason of its own; the third gives two answers."""
    right = {"x": 0, "a": 1, "b": 2, "c": 3, "d": 4, "e": 5, IN_TURN: [1, 1, 2, 1]}
    came = {"x": 0, "a": 1, "e": 5, IN_TURN: [1, 0, 0, 1]}
    answer, reference = ({key: np.array(value) for key, value in each.items()} for each in (came, right))
    rubric = Rubric("test", answer, reference, "No.", {1: "No, for b.", 2: "No, for c and d."})
    for key in "xabcde":
        with rubric.criterion(key, points=1, hint="") as c:
            c.close(key, key)
    rationales = [verdict.rationale for verdict in rubric.judgement.verdicts]
    assert rationales == ["As asked.", "As asked.", "No, for b.", "No, for c and d.", "No, for c and d.", "As asked."]


def test_something_known_stands_in_only_while_it_is_asked():
    names = {"part": lambda: 1}
    student = Student(names)
    assert with_given(student, lambda: {"whole": 10 * student.part()}, part=lambda: 2)() == {"given_whole": 20}
    assert names["part"]() == 1


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
