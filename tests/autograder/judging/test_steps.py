"""What is said of a step that trains two players: whose it is, which way it goes, and which losses it returns."""

import numpy as np
import pytest

from autograder.judging import Rubric, steps

START = {"d": [0.0, 0.0], "g": [1.0, 1.0]}
D, G, D_TWICE, G_TWICE = [-1.0, 2.0], [2.0, 0.0], [-2.5, 5.0], [3.5, -1.5]
RIGHT = {
    "both": {"d": D, "g": [3.0, 0.0], "first": 5.0, "second": 8.0},
    "only_d": {"d": D, "g": START["g"], "first": 5.0, "second": 6.0, "again": D_TWICE},
    "only_g": {"d": START["d"], "g": G, "first": 5.0, "second": 7.0, "again": G_TWICE},
    "still": {**START, "first": 5.0, "second": 7.0},
}


def told(steps_taken):
    """Answers as `Match.step` gives them."""
    values = {"start": START, **steps_taken}
    return {f"{step}.{part}": np.array(value) for step, parts in values.items() for part, value in parts.items()}


def said(check, *args, **changed):
    """The rationale where these steps are others; the empty one if nothing is wrong."""
    answer = {name: {**parts, **changed.get(name, {})} for name, parts in RIGHT.items()}
    rubric = Rubric("train_step", told(answer), told(RIGHT))
    with rubric.criterion("one", points=1, hint="", passed="") as c:
        check(c, *args)
    return rubric.judgement.verdicts[0].rationale


CHECKS = (
    (steps.expect_step, "d"),
    (steps.expect_step, "g"),
    (steps.expect_gradient,),
    (steps.expect_own_moves_only,),
    (steps.expect_losses_from_before,),
)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: "-".join([check[0].__name__, *check[1:]]))
def test_nothing_is_said_of_the_right_steps(check):
    assert said(*check) == ""


def test_a_player_s_step_is_judged_by_itself():
    assert said(steps.expect_step, "d", only_d={"d": START["d"]}) == "D did not move."
    assert said(steps.expect_step, "d", only_d={"d": [1.0, -2.0]}) == "D moved, but uphill: its loss grows."
    assert "not by one step" in said(steps.expect_step, "d", only_d={"d": [-1.0, 2.1]})
    assert "not those of its optimizer" in said(steps.expect_step, "d", only_d={"again": [-2.0, 4.0]})
    assert said(steps.expect_step, "g", only_d={"d": START["d"]}) == ""


def test_an_optimizer_left_aside_costs_once():
    """With D, and not with G again."""
    aside = {"only_d": {"again": [-2.0, 4.0]}, "only_g": {"again": [3.0, -1.0]}}
    assert "remembers" in said(steps.expect_step, "d", **aside)
    assert said(steps.expect_step, "g", **aside) == ""


def test_who_moves_the_other_player_is_told():
    assert said(steps.expect_own_moves_only, only_g={"d": [0.1, 0.0]}) == "The step of G's optimizer moved D."
    still = {"only_d": {"d": START["d"]}, "only_g": {"g": START["g"]}}
    assert said(steps.expect_own_moves_only, **still) == "Neither D nor G moves along the gradient of its loss."


def test_losses_are_those_from_just_before_a_step():
    assert "not the losses" in said(steps.expect_losses_from_before, still={"first": 7.0})
    assert "loss of G" in said(steps.expect_losses_from_before, both={"second": 7.0})
    wrong = {"only_d": {"d": [9.0, 9.0], "first": 1.0}}  # of a wrong step nobody knows what is just before it
    assert said(steps.expect_losses_from_before, **wrong) == ""


def test_a_move_along_a_direction_may_go_either_way():
    direction = np.array([3.0, 4.0])
    assert steps.along(np.array([direction, -2 * direction]), direction)
    assert not steps.along(np.array([direction, [4.0, 3.0]]), direction)
