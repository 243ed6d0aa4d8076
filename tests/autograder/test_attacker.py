"""The machine attacker earns what is given for nothing, and nothing else."""

import pytest

from autograder import stage
from autograder.attacker import attack, stand_ins
from autograder.judge import Judge
from autograder.reference import references


def attacked(assignment, house):
    judge = Judge(assignment, references(assignment, lambda: stage.perform_solution(house, assignment)))
    return attack(judge, stand_ins(assignment, house))


def judged_by(assignment, body):
    """The same assignment, whose judge has one criterion with this body."""
    (assignment.folder / "judges.py").write_text(
        "def mean_squared_error(rubric):\n"
        "    with rubric.criterion('value', points=2, hint='Look again.') as c:\n"
        + "".join(f"        {line}\n" for line in body.splitlines())
    )
    return assignment.course.assignment(assignment.name)


def test_the_skeleton_of_a_new_assignment_gives_nothing(tiny, house):
    assert attacked(tiny, house) == []


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
def test_what_follows_from_no_input_is_found(tiny, house, body):
    (earned,) = attacked(judged_by(tiny, body), house)
    assert (earned.name, earned.points) == ("mean_squared_error/value", 2)


def test_each_value_of_a_criterion_is_attacked_by_itself(tiny, house):
    body = (
        "c.expect(c.number('at zero', 'the error') == 0, 'Not zero.')\n"
        "c.expect(c.number('error', 'the error') > 0, 'Not positive.')"
    )
    (earned,) = attacked(judged_by(tiny, body), house)
    assert "error: " in earned.attack or "at zero: " in earned.attack
