"""The machine attacker earns what is given for nothing, and nothing else."""

from types import SimpleNamespace

import nbformat
import numpy as np
import pytest

from autograder.authoring.attacker import (
    FIGURE,
    Earned,
    _Attempt,
    _counts,
    _Test,
    attack,
    complaints,
    oracles,
    stand_ins,
)
from autograder.judging.judge import Judge
from autograder.judging.reference import references
from autograder.running import kernel_pool
from autograder.running.probe_results import ProbeResult


def attacked(assignment, kernels):
    judge = Judge(assignment, references(assignment, lambda: kernel_pool.run_solution(kernels, assignment))[0])
    return attack(judge, stand_ins(assignment, kernels))


def judged_by(assignment, body):
    """The same assignment, whose judge has one criterion with this body."""
    (assignment.folder / "judges.py").write_text(
        "def mean_squared_error(rubric):\n"
        "    with rubric.criterion('value', points=2, hint='Look again.') as c:\n"
        + "".join(f"        {line}\n" for line in body.splitlines())
    )
    return assignment.course.assignment(assignment.name)


def test_the_skeleton_of_a_new_assignment_gives_nothing(tiny, kernels):
    assert attacked(tiny, kernels) == []


@pytest.mark.parametrize(
    "body",
    [
        "c.expect(c.array('at zero', 'the error') == 0, 'Not zero.')",
        "c.array('error', 'the error')",
        "c.expect(c.number('error', 'the error') > 0, 'Not positive.')",
        "error = c.number('error', 'the error')\nc.expect(error > c.number('at zero', 'the error'), 'Not larger.')",
    ],
    ids=["a value that is always the same", "any value", "any positive value", "two answers compared"],
)
def test_what_follows_from_no_input_is_found(tiny, kernels, body):
    (earned,) = attacked(judged_by(tiny, body), kernels)
    assert (earned.name, earned.points) == ("mean_squared_error/value", 2)


def test_each_value_of_a_criterion_is_attacked_by_itself(tiny, kernels):
    body = (
        "c.expect(c.number('at zero', 'the error') == 0, 'Not zero.')\n"
        "c.expect(c.number('error', 'the error') > 0, 'Not positive.')"
    )
    (earned,) = attacked(judged_by(tiny, body), kernels)
    assert "error: " in earned.attack or "at zero: " in earned.attack


def what_is_tried(right, told, attempt):
    """All that the attacker puts in the place of the value ``answer``, by what it is made of."""
    judge = SimpleNamespace(references={"test": ProbeResult(right)})
    test = _Test(judge, "test", {filling: ProbeResult(told) for filling in ("zeros", "echo")})
    return {name: made("answer") for name, made in test.instead(_Attempt(attempt, {}), "answer")}


def test_what_is_told_is_tried_repeated_doubled_turned_round_and_added_to_other_answers():
    told, heard = np.array([5.0, 7.0]), np.array([[1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
    right = {"answer": np.zeros((3, 2)), "told": told}
    tried = what_is_tried(right, {"told": told, "heard[0]": heard}, {"other": np.ones((3, 2))})
    assert tried["told repeated or cut off"].tolist() == [[5, 7]] * 3
    assert tried["1 minus heard[0]"].tolist() == [[0, 1], [0, 0], [1, 0]]
    assert tried["twice heard[0]"].tolist() == (2 * heard).tolist()
    assert tried["other plus told"].tolist() == [[6, 8]] * 3


# What twenty attempts learn from feedback ---------------------------------------------------------------------------


def guessed(assignment, answers, judge_of, attempts=20):
    """What is earned, by name, by guessing one number for each value, and again by what the rationales say of it."""
    guesses = {test: dict.fromkeys(values.values, 0.0) for test, values in answers[0].items()}
    earned = set()
    for number in range(attempts):
        judge = judge_of(number)
        for test, guess in guesses.items():
            right = judge.references[test].values
            values = {key: np.full(right[key].shape, guess[key]) for key in guess if key in right}
            verdicts = judge.judge(test, ProbeResult(values)).verdicts
            earned |= {f"{test}/{verdict.criterion}" for verdict in verdicts if verdict.points}
            figures = [float(figure) for verdict in verdicts for figure in FIGURE.findall(verdict.rationale)]
            step = figures[0] if figures else 0.0
            guesses[test] = {key: value + step for key, value in guess.items()}
    return earned


def attempts_of(assignment, answers):
    """The judge of each attempt: which seeds it has follows from what was handed in."""
    judges = [Judge(assignment, each) for each in answers]

    def judge_of(number):
        notebook = nbformat.from_dict(assignment.solution)
        notebook.cells[-1].source += f"\n# {number}"
        return judges[assignment.variant("mallory", notebook)]

    return judge_of


def test_the_size_of_an_error_gives_the_value_away_and_is_found(tiny, kernels):
    body = (
        "value, right = c.number('error', 'the error'), float(c.reference('error'))\n"
        "c.expect(abs(value - right) < 1e-4, f'The error is {right - value:.4g}.')"
    )
    assignment = judged_by(tiny, body)
    answers = references(assignment, lambda: kernel_pool.run_solution(kernels, assignment))
    first = Judge(assignment, answers[0])
    assert guessed(assignment, answers, lambda _: first) == {"mean_squared_error/value"}
    (told,) = oracles([Judge(assignment, each) for each in answers])
    assert told.startswith("mean_squared_error/value says of")


def test_a_count_of_wrong_values_is_found_and_one_that_quotes_the_answer_is_not():
    counted = "wrong = (c.array('row', 'the row') != c.reference('row')).sum()\nc.expect(wrong == 0, f'{wrong} wrong.')"
    quoted = "c.expect((c.array('row', '') == c.reference('row')).all(), f'{len(c.array('row', ''))} came.')"
    assert [_counts(judge_of_a_row(body)) for body in (counted, quoted)] == [
        ["test/value tells how many values are wrong: 3 wrong."],
        [],
    ]


def judge_of_a_row(body):
    """A judge of the answer `row`, with one criterion of this body."""

    def test(rubric):
        with rubric.criterion("value", points=1, hint="") as c:
            exec(body, {"c": c})

    assignment = SimpleNamespace(tests={"test": 1}, judges=SimpleNamespace(test=test))
    return SimpleNamespace(assignment=assignment, references={"test": ProbeResult({"row": np.arange(9)})})


def test_twenty_attempts_that_follow_feedback_earn_nothing(gan, kernels):
    answers = references(gan, lambda: kernel_pool.run_solution(kernels, gan))
    assert guessed(gan, answers, attempts_of(gan, answers)) == set()
    first = Judge(gan, answers[0])
    assert guessed(gan, answers, lambda _: first) == set()
    assert oracles([Judge(gan, each) for each in answers]) == []


# What a build says ----------------------------------------------------------------------------------------------------


def test_what_is_earned_for_nothing_needs_a_reason_and_at_most_a_point_has_one(tiny):
    value = Earned("mean_squared_error", "value", 1.5, "zeros")
    zero = Earned("mean_squared_error", "at zero", 0.5, "zeros")
    (said,) = complaints(tiny, [zero])
    assert said.startswith(
        "the machine attacker earned mean_squared_error/at zero (0.5 points), for nothing, with: zeros"
    )
    excuses = tiny.folder / "unanchored.toml"
    excuses.write_text('[mean_squared_error]\n"at zero" = "Zero is zero."\n')
    assert complaints(tiny, [zero]) == []
    assert complaints(tiny, []) == [
        "unanchored.toml excuses mean_squared_error/at zero, which nobody earns for nothing."
    ]
    excuses.write_text('[mean_squared_error]\n"at zero" = "Zero is zero."\nvalue = "No reason."\n')
    assert complaints(tiny, [zero, value]) == [
        "unanchored.toml excuses criteria of 2 points together; at most 1 may be."
    ]
