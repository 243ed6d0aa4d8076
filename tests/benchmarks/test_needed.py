"""What `make fairness` leaves out has no bearing on what it measures."""

import pytest
from nbformat import v4

from autograder.authoring.examine import blanks, with_sources
from benchmarks.needed import concerned, names, needed_cells


@pytest.mark.parametrize(
    ("blank", "tests"),
    [
        ("transform", {"transform"}),
        ("glorot", {"glorot", "generator", "discriminator"}),
        ("model_loss", {"model_loss", "train_step"}),
        ("cross_entropy", {"cross_entropy", "losses", "model_loss", "train_step"}),
    ],
)
def test_a_changed_blank_concerns_its_own_test_and_those_that_build_on_it(gan, blank, tests):
    assert set(concerned(gan, {blank}, gan.solution)) == tests


def test_a_dependency_that_an_answer_brings_along_is_seen(gan):
    odd = with_sources(gan.solution, {"sample_z": "def sample_Z(m, n):\n    return glorot_uniform(m, n)"})
    assert "sample_z" in concerned(gan, {"glorot"}, odd)


def test_an_import_that_the_lesson_has_too_concerns_no_other_test(gan):
    own = blanks(gan.solution)["transform"].source
    as_in_the_lesson = with_sources(gan.solution, {"transform": f"import numpy as np\nfrom keras import ops\n{own}"})
    assert concerned(gan, {"transform"}, as_in_the_lesson) == ["transform"]
    something_else = with_sources(gan.solution, {"transform": f"from keras import random as ops\n{own}"})
    assert "discriminator" in concerned(gan, {"transform"}, something_else)


def test_visible_checks_and_unused_data_are_left_out_and_every_blank_stays(gan):
    slim = needed_cells(gan.solution, gan.probes)
    sources = "\n".join(cell.source for cell in slim.cells)
    assert blanks(slim).keys() == blanks(gan.solution).keys()
    assert "import keras" in sources
    assert "checks.check(" not in sources
    assert "mnist = " not in sources


PROBES = """
def cell_step(student, rng):
    yield {"h": student.State(1, 2).h}
"""


def test_a_cell_stays_if_a_blank_or_a_probe_needs_it_or_if_it_defines_nothing(gan):
    notebook = v4.new_notebook(
        cells=[
            v4.new_code_cell("base = 2"),
            v4.new_code_cell("def helper():\n    return base"),
            v4.new_code_cell("unused = 3"),
            v4.new_code_cell("from collections import namedtuple\nState = namedtuple('State', 'h c')"),
            v4.new_code_cell("print('side effect')"),
            v4.new_code_cell("%matplotlib inline"),
            *blanks(with_sources(gan.solution, {"sample_z": "def sample_Z(m, n):\n    return helper()"})).values(),
        ]
    )
    kept = [cell.source for cell in needed_cells(notebook, PROBES).cells]
    assert "base = 2" in kept
    assert "print('side effect')" in kept
    assert "%matplotlib inline" in kept
    assert "unused = 3" not in kept
    assert any("State = " in source for source in kept), "a probe needs it, if no blank does"


def test_local_names_are_no_global_ones():
    assert names("def f(x):\n    y = x + z\n    return y") == ({"f"}, {"z"})
