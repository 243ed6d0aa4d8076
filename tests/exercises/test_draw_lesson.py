"""The lesson `draw`: what its parts are worth when they are put together."""

import copy
from pathlib import Path

import pytest

from autograder.authoring.examine import blanks, with_sources
from autograder.authoring.wrong_answers import wrong_answers
from autograder.course import Course
from autograder.running.run import Surroundings, run

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def draw(tmp_path_factory):
    return Course(ROOT, tmp_path_factory.mktemp("draw")).assignment("draw")


def said(outputs):
    return "".join(output.get("text", "") for output in outputs)


WHOLE = """
import os, tempfile
os.chdir(tempfile.mkdtemp())
import tensorflow as tf

draws = np.random.default_rng(1)
for kind, settings in (("soft", {"read_size": 2, "write_size": 3}), ("plain", {})):
    keras.utils.set_random_seed(1)
    small = Draw(3, Parts(6, 5, hidden=7, latent=2, **settings))
    for weight in small.trainable_variables:
        weight.assign(0.3 * draws.normal(size=weight.shape))
    x = draws.integers(0, 2, (4, 6, 5)).astype("float32")

    with tf.GradientTape() as tape:
        seen = small(x)
        loss = small.compute_loss(x, None, seen)
    slopes = tape.gradient(loss, small.trainable_variables)
    dead = [w.path for w, s in zip(small.trainable_variables, slopes) if s is None or not np.abs(s).max() > 0]
    print(kind, "every weight learns" if not dead else f"no gradient reaches {dead}")

    state, losses = small.parts.first(4), []
    for t in range(3):
        state, mean, deviation = inference_step(small.parts, x, seen["noise"][:, t], state)
        same = np.allclose(mean, seen["mean"][:, t], atol=1e-5) and np.allclose(state.canvas, seen["canvases"][:, t], atol=1e-5)
        print(kind, "the loop is the steps" if same else f"step {t} differs")

    fixed = seen["noise"]
    given_noise = step_noise
    step_noise = lambda *_: fixed
    other = x.copy()
    other[2] = 1 - other[2]
    before, after = (np.asarray(small(images)["canvases"]) for images in (x, other))
    moved = np.abs(after - before).max(axis=(1, 2, 3)) > 1e-6
    step_noise = given_noise
    print(kind, "batches do not mix" if moved.tolist() == [False, False, True, False] else f"moved: {moved}")

bars = np.zeros((64, 6, 5), np.uint8)
for k in range(64):
    bars[k, :, k % 5] = 255
keras.utils.set_random_seed(1)
small = Draw(3, Parts(6, 5, hidden=16, latent=2, read_size=2, write_size=3))
SETTINGS["batch_size"], SETTINGS["learning_rate"] = 32, 0.01
curve, _ = train_draw(small, bars, 400, verbose=0)
print("learnt" if curve[-1] < 0.5 * curve[0] else f"did not learn: {curve}")
small.save_weights("small.weights.h5")
again = Draw(3, Parts(6, 5, hidden=16, latent=2, read_size=2, write_size=3))
again.load_weights("small.weights.h5")
z = draws.normal(size=(2, 3, 2)).astype("float32")
print("loaded" if np.array_equal(small.paint(z)[0], again.paint(z)[0]) else "loaded another model")
bound, tighter = test_bounds(small, (bars[:20] > 0).astype("float32"), 8)
print("tighter" if 0 < tighter < bound else f"not tighter: {bound}, {tighter}")

shipped = new_model(**SETTINGS["model"])
shipped.load_weights(data.data_folder() / "draw-quick.weights.h5")
bound, _ = test_bounds(shipped, binarise(mnist.test_images[:100], draws), 1)
print("knows digits" if bound < 125 else f"knows no digits: {bound}")
"""


def test_the_whole_model_is_what_its_steps_say_and_learns(draw, warm):
    notebook = copy.deepcopy(draw.solution)
    notebook.cells.append(copy.deepcopy(next(cell for cell in notebook.cells if cell.cell_type == "code")))
    notebook.cells[-1].source = WHOLE
    notebook.cells[-1].id = "whole"
    result = run(notebook, "", [], warm, Surroundings(cell_seconds=60.0))
    outputs = result.outputs[len(notebook.cells) - 1]
    output = "".join(each.get("text", "") + each.get("evalue", "") for each in outputs)
    for kind in ("soft", "plain"):
        assert f"{kind} every weight learns" in output, output
        assert output.count(f"{kind} the loop is the steps") == 3, output
        assert f"{kind} batches do not mix" in output, output
    for sentence in ("learnt", "loaded", "tighter", "knows digits"):
        assert f"\n{sentence}\n" in output, output


def test_a_wrong_part_gets_the_only_cross(draw, warm):
    """Reading and writing build on `filter_centres`, and their checks say that its cross comes first."""
    solved = {name: cell.source for name, cell in blanks(draw.solution).items()}
    known = {name: sources for name, _, sources in wrong_answers(draw.folder / "wrong", solved)}
    notebook = with_sources(draw.solution, known["filter_centres/half_a_spot_off"])
    result = run(notebook, "", [], warm, Surroundings(cell_seconds=60.0))
    lines = {
        cell.metadata.nbgrader.grade_id.removeprefix("test_"): said(result.outputs[index])
        for index, cell in enumerate(notebook.cells)
        if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("grade")
    }
    assert {name for name, line in lines.items() if not line.startswith("✓")} == {
        "filter_centres",
        "read_attention",
        "write_attention",
    }
    assert lines["filter_centres"].startswith("✗")
    for name in ("read_attention", "write_attention"):
        assert "this builds on `filter_centres`, whose check is crossed" in lines[name]


TICKS = """
import contextlib, io

def check_said(source):
    with contextlib.redirect_stdout(io.StringIO()) as said:
        exec(source, globals())
    return said.getvalue()

for name, blank, answer in ANSWERS:
    check_said(answer)
    if check_said(CHECKS[blank]).startswith("✓"):
        print(name, "ticks")
    check_said(SOLVED[blank])
print(len(ANSWERS), "answers tried")
"""


@pytest.mark.parametrize("part", range(3))  # each within the time of one submission
def test_no_wrong_answer_of_one_blank_ticks_its_check(draw, warm, part):
    solved = {name: cell.source for name, cell in blanks(draw.solution).items()}
    checks = {
        cell.metadata.nbgrader.grade_id.removeprefix("test_"): cell.source
        for cell in draw.solution.cells
        if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("grade")
    }
    answers = []
    for name, _, sources in wrong_answers(draw.folder / "wrong", solved):
        answers += [(name, *cell) for cell in sources.items() if len(sources) == 1]
    answers = answers[part::3]
    notebook = copy.deepcopy(draw.solution)
    notebook.cells.append(copy.deepcopy(next(cell for cell in notebook.cells if cell.cell_type == "code")))
    notebook.cells[-1].source = f"ANSWERS, CHECKS, SOLVED = {answers!r}, {checks!r}, {solved!r}\n{TICKS}"
    notebook.cells[-1].id = "ticks"
    result = run(notebook, "", [], warm, Surroundings(cell_seconds=100.0))
    output = said(result.outputs[len(notebook.cells) - 1])
    assert output == f"{len(answers)} answers tried\n", output
