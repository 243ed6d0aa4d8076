"""What judges of a step that trains two players share: the steps of `autograder.inside.networks.Match`.

The probe asks for them as ``both``, ``only_d``, ``only_g`` and ``still``, by who moves, and tells ``start`` with the
parts ``d`` and ``g``.
"""

from __future__ import annotations

import numpy as np

from autograder.judging.rubric import Array, Criterion

__all__ = [
    "along",
    "expect_gradient",
    "expect_losses_from_before",
    "expect_new_d_followed",
    "expect_own_moves_only",
    "expect_step",
    "move",
    "near",
    "right_move",
    "second_move",
]


def move(c: Criterion, step: str, player: str) -> Array:
    """How far the player's variables went."""
    return c.of(step).finite(player, "the variables") - c.of("start").reference(player)


def right_move(c: Criterion, step: str, player: str) -> Array:
    """How far they went in the solution's."""
    return c.of(step).reference(player) - c.of("start").reference(player)


def near(move: Array, right: Array) -> bool:
    """The same step in every variable but for what float32 leaves, and not a step of nothing."""
    length = np.linalg.norm(right)
    return move.shape == right.shape and bool(
        length > 1e-4 and (np.abs(move - right) <= 5e-3 * np.abs(right) + 5e-4 * length).all()
    )


def along(moves: Array, direction: Array) -> bool:
    """Whether all ``moves`` (n, k) go along ``direction`` (k,), forwards or backwards: the way is asked elsewhere."""
    unit = direction / np.linalg.norm(direction)
    across = moves - (moves @ unit)[:, None] * unit
    return bool(np.linalg.norm(across) < 0.02 * np.linalg.norm(moves))


def expect_step(c: Criterion, player: str) -> None:
    """One step of ``player`` against the gradient of its loss, and two of an optimizer that remembers the first."""
    moved, right = move(c, f"only_{player}", player), right_move(c, f"only_{player}", player)
    c.expect(moved.any(), f"{player.upper()} did not move.")
    c.expect(
        near(moved, right),
        f"{player.upper()} moved, but "
        + ("uphill: its loss grows." if near(-moved, right) else "not by one step against the gradient of its loss."),
    )
    # Whoever leaves both optimizers aside pays for it once, with D. And where the other player moves along, which has
    # been paid for, the second step starts elsewhere.
    moves_other = move(c, f"only_{player}", "g" if player == "d" else "d").any()
    paid = moves_other or (player == "g" and not _remembers(c, "d"))
    c.expect(
        paid or _remembers(c, player),
        f"Two steps of {player.upper()} are not those of its optimizer, which also remembers earlier gradients.",
        "Let the optimizer's `apply` move the variables: it knows its learning rate and what else it has to do.",
    )


def _remembers(c: Criterion, player: str) -> bool:
    """Two steps of an optimizer with momentum are those of the solution."""
    start, two = c.of("start").reference(player), c.of(f"only_{player}")
    return near(two.finite("again", "the variables") - start, two.reference("again") - start)


def expect_gradient(c: Criterion) -> None:
    """At least one player moves along the gradient of its loss, be it up or down, in the variables that it moves."""

    def follows(player: str) -> bool:
        moved, right = move(c, f"only_{player}", player), right_move(c, f"only_{player}", player)
        own = moved != 0
        return bool(own.any()) and any(near(sign * moved[own], right[own]) for sign in (1, -1))

    c.expect(follows("d") or follows("g"), "Neither D nor G moves along the gradient of its loss.")


def expect_own_moves_only(c: Criterion) -> None:
    """Neither optimizer moves the other's player."""
    for player, other in ("dg", "gd"):
        sentence = f"The step of {player.upper()}'s optimizer moved {other.upper()}."
        c.expect(not move(c, f"only_{player}", other).any(), sentence)
    expect_gradient(c)


def expect_losses_from_before(c: Criterion) -> None:
    """Both losses where nobody moves; where somebody does, a player's from just before its step.

    Only of a step that is right, or would be in the other direction: of another, nobody knows what is just before it.
    G's step with both moving is right if it follows the new D, and that is the D that its loss is against.
    """
    for place in ("first", "second"):
        _expect_returned(c.of("still"), place, "The returned values are not the losses of D and G.")
    for step, player, place in (("only_d", "d", "first"), ("only_g", "g", "second"), ("both", "g", "second")):
        moved, right = move(c, step, player), right_move(c, step, player)
        if near(moved, right) or near(-moved, right):
            otherwise = f"The returned loss of {player.upper()} is not the one from just before its step."
            _expect_returned(c.of(step), place, otherwise)


def _expect_returned(c: Criterion, place: str, otherwise: str) -> None:
    """The number that was returned in this place is the reference's, closely: a step may change a loss by little."""
    loss, right = c.number(place, "the returned loss"), float(c.reference(place).sum())
    c.expect(bool(np.isclose(loss, right, rtol=1e-4, atol=1e-5)), otherwise)


def second_move(c: Criterion) -> Array:
    """How far G went with both moving, but for what D's step alone did to it: that belongs to another criterion."""
    c.expect(move(c, "both", "d").any(), "D did not move.")
    moved = move(c, "both", "g") - move(c, "only_d", "g")
    c.expect(np.linalg.norm(moved) > 1e-4, "G did not move.")
    return moved


def expect_new_d_followed(c: Criterion) -> None:
    """With losses that are `Entangled`: G goes along one's gradient, D's or its own, where D is after its step.

    The gradient is one of the ``pulls`` times where D is.
    """
    moved, after = second_move(c), c.of("both")
    gradients = [d @ pull for d in (after.finite("d", "D"), after.reference("d")) for pull in c.reference("pulls")]
    follows = any(along(moved[None], gradient) for gradient in gradients)
    c.expect(follows, "G's step does not follow the D that D's step leaves.")
    expect_gradient(c)
