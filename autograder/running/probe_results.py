"""What comes back from the sandbox: decoded, checked and bounded. Everything read here is hostile until it is read."""

from __future__ import annotations

import base64
import binascii
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograder.inside.asking import encode
from autograder.sandbox.bounded import clean_sentence

__all__ = ["ProbeResult", "decode", "decode_results", "encode_results"]

DTYPE = re.compile(r"\|b1|[<|][iu][1248]|<f[248]")
MAX_VALUES, MAX_DIMENSIONS, MAX_REASONS = 200, 8, 60
NAME_LENGTH = 200
UNREADABLE = "The answer that came back could not be read."


@dataclass(frozen=True)
class ProbeResult:
    """What one probe answered: arrays by key, and why it stopped early (empty if it did not).

    Of questions that were put one by one ``reasons`` says why each failed, by its name. It is ``complete`` unless
    something that is asked with stubs was left out.
    """

    values: Mapping[str, np.ndarray] = field(default_factory=dict)
    stopped: str = ""
    reasons: Mapping[str, str] = field(default_factory=dict)
    complete: bool = True

    def and_then(self, later: ProbeResult) -> ProbeResult:
        """This, with what the same probe answered when the rest was asked."""
        values, reasons = {**self.values, **later.values}, {**self.reasons, **later.reasons}
        return ProbeResult(values, self.stopped or later.stopped, reasons)


def _reasons(encoded: Any) -> dict[str, str]:
    """Sentences by the names of questions; of what is malformed nothing."""
    if not isinstance(encoded, dict) or len(encoded) > MAX_REASONS:
        return {}
    return {str(name): clean_sentence(text) for name, text in encoded.items() if len(str(name)) <= NAME_LENGTH}


def _array(value: Any, budget: int) -> np.ndarray:
    """One encoded value as an array; raises ValueError on anything but plain numbers within ``budget`` bytes."""
    dtype, shape, data = value["dtype"], value["shape"], value["data"]
    if not (isinstance(dtype, str) and DTYPE.fullmatch(dtype) and isinstance(data, str) and isinstance(shape, list)):
        raise ValueError("not an encoded array")
    if len(shape) > MAX_DIMENSIONS or any(type(length) is not int or length < 0 for length in shape):
        raise ValueError("not a shape")
    size = math.prod(shape) * np.dtype(dtype).itemsize
    if size > budget or len(data) > 4 * (size // 3 + 1):
        raise ValueError("too large")
    content = base64.b64decode(data, validate=True)
    if len(content) != size:
        raise ValueError("shape and content disagree")
    return np.frombuffer(content, dtype=dtype).reshape(shape)


def decode(payload: Any, token: str, max_bytes: int) -> ProbeResult | None:
    """The answer that came as ``payload``; None if it is not the answer to the question marked with ``token``.

    A value that is malformed is left out, as if it had not been given.
    """
    if not isinstance(payload, dict) or payload.get("token") != token:
        return None
    encoded = payload.get("values")
    if not isinstance(encoded, dict) or len(encoded) > MAX_VALUES:
        return ProbeResult(stopped=UNREADABLE)
    values: dict[str, np.ndarray] = {}
    for key, value in encoded.items():
        try:
            array = _array(value, max_bytes)
        except (ValueError, KeyError, TypeError, OverflowError, binascii.Error):
            continue
        max_bytes -= array.nbytes
        values[str(key)] = array
    complete = payload.get("left_out") is not True
    return ProbeResult(values, clean_sentence(payload.get("stopped")), _reasons(payload.get("reasons")), complete)


UNBOUNDED = 2**30


def encode_results(answers: Mapping[str, ProbeResult]) -> dict[str, Any]:
    """Answers by test, as JSON has them."""
    return {
        test: {
            "token": "",
            "stopped": answer.stopped,
            "reasons": dict(answer.reasons),
            "values": {key: encode(array) for key, array in answer.values.items()},
            "left_out": not answer.complete,
        }
        for test, answer in answers.items()
    }


def decode_results(encoded: Any, tests: Iterable[str]) -> dict[str, ProbeResult]:
    """The answers to all of ``tests`` that `encode_results` has encoded.

    Raises:
        ValueError: if some are missing, or damaged.
    """
    answers = {}
    for test in tests:
        payload: Any = encoded.get(test) if isinstance(encoded, dict) else None
        answer = decode(payload, "", UNBOUNDED)
        if answer is None or set(answer.values) != set(payload["values"]):
            raise ValueError(f"The answer to `{test}` is not there, or damaged.")
        answers[test] = answer
    return answers
