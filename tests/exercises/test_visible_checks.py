"""The visible checks of the two lessons on the game: mistakes that used to get a tick get a cross, each with its words."""

from pathlib import Path

import pytest

from autograder.authoring.examine import blanks, with_sources
from autograder.authoring.wrong_answers import wrong_answers
from autograder.course import Course
from autograder.running.run import Surroundings, run

ROOT = Path(__file__).resolve().parents[2]

CROSSED = {
    ("gan", "transform"): ("whole_bounds", "[-0.5, 0.25]"),
    ("gan", "dataset"): ("seeds_everybody", "global random generator"),
    ("gan", "generator"): ("weights_by_numpy", "no gradient passes"),
    ("gan", "discriminator"): ("bias_never_added", "a variable of theta has no effect"),
    ("gan", "cross_entropy"): ("branches_chosen_by_where", "the gradient of the cross-entropy"),
    ("gan", "train_step"): ("both_at_once", "the D from before D's step"),
    ("gan", "nearest"): ("inner_product", "prefers images with much ink"),
    ("toy_gan", "friction"): ("longest_stretch", "the eigenvalues -3 and 2"),
    ("toy_gan", "best"): ("small_numbers_added", "where densities are tiny"),
    ("toy_gan", "network"): ("by_numpy", "no gradient passes"),
    ("toy_gan", "d_step"): ("by_hand", "an optimizer that remembers"),
    ("toy_gan", "player_losses"): ("fakes_as_numbers", "no gradient of"),
    ("toy_gan", "train_step"): ("by_hand", "optimizers that remember"),
    ("toy_gan", "mmd"): ("own_pairs", "pairs points with themselves"),
    ("toy_gan", "ring"): ("equal_shares", "exactly its share"),
    ("toy_gan", "packing"): ("known_batch", "size is not known yet"),
    ("toy_gan", "penalty"): ("known_batch", "size is not known yet"),
}
"""By lesson and blank: a wrong answer, and words of the sentence that its check prints."""


@pytest.mark.parametrize("name", ["gan", "toy_gan"])
def test_mistakes_are_crossed_and_named(name, warm, tmp_path):
    assignment = Course(ROOT, tmp_path).assignment(name)
    wrong = {blank: words for (lesson, blank), words in CROSSED.items() if lesson == name}
    solved = {blank: cell.source for blank, cell in blanks(assignment.solution).items()}
    known = {name: sources for name, _, sources in wrong_answers(assignment.folder / "wrong", solved)}
    mistakes = [known[f"{blank}/{answer}"] for blank, (answer, _) in wrong.items()]
    notebook = with_sources(assignment.solution, {blank: cell for each in mistakes for blank, cell in each.items()})
    result = run(notebook, "", [], warm, Surroundings(cell_seconds=60.0))
    for index, cell in enumerate(notebook.cells):
        blank = cell.metadata.get("nbgrader", {}).get("grade_id", "").removeprefix("test_")
        if blank in wrong and cell.metadata["nbgrader"]["grade"]:
            said = "".join(output.get("text", "") for output in result.outputs[index])
            assert said.startswith("✗"), (wrong[blank], said)
            assert wrong[blank][1] in said, said
