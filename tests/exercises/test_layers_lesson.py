"""The lesson `layers`: what its parts are worth when they are put together."""

import copy
import runpy
from pathlib import Path

import numpy as np
import pytest

from autograder.course import Course
from autograder.judging import Rubric
from autograder.running.run import Surroundings, run

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def layers(tmp_path_factory):
    return Course(ROOT, tmp_path_factory.mktemp("layers")).assignment("layers")


SMALL_NETWORK = """
keras.utils.set_random_seed(1)
small = Network(
    [Convolution(4, 3, padding="same", l2=1e-4), BatchNorm(), LeakyReLU(0.1), MaxPooling(2), Flatten(), Dropout(0.1),
     Affine(2, l2=1e-4), Softmax()]
)
small.compile(optimizer=Adam(0.02), loss=cross_entropy)
draws = np.random.default_rng(1)
bars = np.zeros((64, 6, 6, 1), np.float32)
kind = np.arange(64) % 2
for image, label in zip(bars, kind):  # a bar that stands, or one that lies, anywhere
    place = draws.integers(0, 6)
    image[(slice(None), place) if label else (place, slice(None))] = 1
bars += 0.3 * draws.normal(size=bars.shape).astype(np.float32)
get = cached(lambda k: (bars, kind), 1)
curve = small.train(prefetched((get(k) for k in [0] * 60), 2))
small.save("small.keras")
again = keras.models.load_model("small.keras")
same = np.array_equal(ops.convert_to_numpy(again(bars)), ops.convert_to_numpy(small(bars)))
steps = int(again.optimizer.iterations)
right = np.mean(ops.convert_to_numpy(small(bars)).argmax(axis=-1) == kind)
print("learnt" if right > 0.9 and curve[-1] < 0.5 * curve[0] else f"did not learn: {right}, {curve[0]} to {curve[-1]}")
print("loaded" if same and steps == 60 else f"another network: {same}, {steps}")
"""


def test_a_network_of_all_parts_learns_and_comes_back_from_its_file(layers, warm):
    notebook = copy.deepcopy(layers.solution)
    notebook.cells.append(copy.deepcopy(next(cell for cell in notebook.cells if cell.cell_type == "code")))
    notebook.cells[-1].source = "import os, tempfile; os.chdir(tempfile.mkdtemp())" + SMALL_NETWORK
    notebook.cells[-1].id = "small"
    result = run(notebook, "", [], warm, Surroundings(cell_seconds=60.0))
    output = "".join(each.get("text", "") + each.get("evalue", "") for each in result.outputs[len(notebook.cells) - 1])
    assert "learnt" in output, output
    assert "loaded" in output, output


def verdict_on_large_numbers(item, answers, reference):
    """What the judge of ``item`` says about large numbers if it gets these ``answers``, and else the reference's."""
    judges = runpy.run_path(str(ROOT / "exercises" / "layers" / "judges.py"))
    rubric = Rubric(item, {**reference, **answers}, reference)
    judges[item](rubric)
    return next(each for each in rubric.judgement.verdicts if each.criterion == "large numbers")


def test_a_softmax_that_underflows_is_not_told_to_look_for_large_exponentials():
    """The largest score of the whole batch was subtracted: nothing overflows, but 0 is divided by 0."""
    reference = {
        "inputs[0]": np.zeros((2, 2)),
        "probabilities[0]": np.full((2, 2), 0.5),
        "gradient": np.ones(1),
        "scores": np.array([[1000.0, 0.0], [-1000.0, -1000.0]]),
        "mix": np.ones((2, 2)),
    }
    verdict = verdict_on_large_numbers("softmax", {"extreme.values": np.array([[1.0, 0.0], [np.nan] * 2])}, reference)
    assert verdict.points == 0
    assert verdict.rationale == "The softmax of large numbers has NaN or infinity in it."
    assert verdict.hint.startswith("Take each example by itself")
    assert "not all of them may be 0" in verdict.hint


def test_a_sigmoid_that_overflows_is_told_so():
    reference = {"inputs[0]": np.zeros(2), "large": np.array([1000.0, -1000.0])}
    for k, (name, middle) in enumerate({"Sigmoid": 0.5, "Tanh": 0.0}.items()):
        reference |= {f"{name}[0]": np.full(2, middle), f"moderate gradient[{k}]": np.ones(1)}
        reference |= {f"extreme[{k}].values": np.array([1.0, 0.0]), f"extreme[{k}].gradient": np.zeros(2)}
    verdict = verdict_on_large_numbers("activations", {"extreme[0].values": np.array([1.0, np.nan])}, reference)
    assert verdict.points == 0
    assert verdict.rationale == "The sigmoid of large numbers has NaN or infinity in it."
    assert verdict.hint.startswith("Is an exponential of a large number computed")


def test_no_rationale_of_a_single_number_tells_how_far_off_it_is():
    """Who answers 0 would read the right number there."""
    judges = runpy.run_path(str(ROOT / "exercises" / "layers" / "judges.py"))
    rubric = Rubric("affine", {"penalty": np.zeros(())}, {"penalty": np.array(3.25)})
    with rubric.criterion("penalty", points=1, hint="") as c:
        judges["_same_number"](c, "penalty", "The penalty")
    (verdict,) = rubric.judgement.verdicts
    assert verdict.points == 0
    assert verdict.rationale == "The penalty is another number."
