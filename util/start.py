"""What happens before the first import of a lesson: is everything new enough, and can Keras start in silence?

Kept in the syntax of older Pythons, so that it can say that one is too old.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import os
import re
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version

__all__ = ["OLDEST", "begin", "complaint"]

OLDEST = {"keras": "3.10", "tensorflow": "2.18"}
"""The oldest versions with which every lesson's solution passes its checks (`python -m benchmarks.versions`)."""

OLDEST_PYTHON = (3, 11)

DISTRIBUTIONS = {
    "keras": ("keras",),
    "tensorflow": ("tensorflow", "tensorflow-cpu", "tensorflow-macos", "tf-nightly"),
}


def begin(*, keras: bool = True) -> None:
    """Say in one sentence what is missing or too old; if the lesson uses Keras, import it, and hide what it says."""
    if sentence := complaint(keras=keras):
        print(sentence)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    # An error comes again in the cell of the lesson that imports Keras, and is shown there.
    with _silence(), contextlib.suppress(Exception):
        if keras:
            importlib.import_module("keras")


def complaint(*, keras: bool = True) -> str:
    """The sentence about what is missing or too old, for a lesson that uses Keras or not; empty if nothing is."""
    if sys.version_info < OLDEST_PYTHON:
        return f"✗ The lessons need Python {_dotted(OLDEST_PYTHON)} or newer, but this is {sys.version.split()[0]}."
    if not keras:
        return ""
    wanted = [name for name in OLDEST if name != "tensorflow" or os.environ.get("KERAS_BACKEND", name) == name]
    found = {name: _installed(name) for name in wanted}
    bad = [name for name in wanted if _numbers(found[name] or "0") < _numbers(OLDEST[name])]
    if not bad:
        return ""
    told = [f"{name} {OLDEST[name]} or newer ({found[name] or 'none'} is installed)" for name in bad]
    words = " ".join(f'"{name}>={OLDEST[name]}"' for name in bad)
    return (
        f"✗ The lessons need {' and '.join(told)}: run `%pip install {words}` in a new cell, then restart the kernel."
    )


def _installed(name: str) -> str:
    for distribution in DISTRIBUTIONS[name]:
        with contextlib.suppress(PackageNotFoundError):
            return version(distribution)
    return ""


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", text)[:2])


def _dotted(numbers: tuple[int, ...]) -> str:
    return ".".join(map(str, numbers))


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    """Let nothing through that is written to standard error, also by libraries in C++, which write to the descriptor.

    Some of TensorFlow's messages come before it has read how much it is to say; and Matplotlib, which Keras imports,
    says on a new machine that it looks for fonts.
    """
    kept = None
    with contextlib.suppress(OSError):
        kept = os.dup(2)
        with open(os.devnull, "wb") as nowhere:  # noqa: PTH123 - a descriptor is all that is needed
            os.dup2(nowhere.fileno(), 2)
    try:
        with contextlib.redirect_stderr(io.StringIO()):
            yield
    finally:
        if kept is not None:
            os.dup2(kept, 2)
            os.close(kept)
