"""Answers from the sandbox: exact when honest, harmless when not."""

import base64
import json

import numpy as np
import pytest

from autograder.inside import asking
from autograder.running.probe_results import ProbeResult, decode
from autograder.sandbox.bounded import clean_sentence

BUDGET = 10_000


def encoded(**values):
    return {"token": "t", "values": values, "stopped": ""}


def good(array):
    return asking.encode(array)


@pytest.mark.parametrize(
    "array",
    [
        np.float32(3.5),
        np.arange(6, dtype=np.int64).reshape(2, 3),
        np.array([np.nan, np.inf, -0.0]),
        np.array([True, False]),
        np.zeros((0, 4), np.float16),
        np.asfortranarray(np.arange(6.0).reshape(2, 3)),
        np.array([1, 2], dtype=">i4"),
    ],
)
def test_what_goes_in_comes_out(array):
    sent = json.loads(json.dumps(encoded(x=good(array))))
    answer = decode(sent, "t", BUDGET)
    np.testing.assert_array_equal(answer.values["x"], array)
    assert answer.values["x"].shape == np.shape(array)
    assert answer.values["x"].dtype == np.asarray(array).dtype.newbyteorder("<")


@pytest.mark.parametrize(
    "value", ["text", b"bytes", None, [1, "a"], {"a": 1}, 10**40, object(), np.datetime64(1, "s"), 1j]
)
def test_what_is_no_number_does_not_leave(value):
    assert asking.encode(value) is None


def altered(**changes):
    return {**good(np.arange(4.0)), **changes}


@pytest.mark.parametrize(
    "value",
    [
        None,
        7,
        [],
        {},
        altered(dtype="O"),
        altered(dtype="<U8"),
        altered(dtype="<f8, <f8"),
        altered(dtype="<m8"),
        altered(dtype=8),
        altered(shape=[-4]),
        altered(shape=[2.0, 2.0]),
        altered(shape=[True, 4]),
        altered(shape="4"),
        altered(shape=[5]),
        altered(shape=[4] + [1] * 30),
        altered(shape=[10**12]),
        altered(shape=[2**63, 2]),
        altered(data="!!!"),
        altered(data=None),
        altered(data=base64.b64encode(bytes(31)).decode()),
        altered(data="A" * 10**6),
    ],
)
def test_a_malformed_value_is_left_out_and_spoils_no_other(value):
    answer = decode(encoded(bad=value, fine=good(1.0)), "t", BUDGET)
    assert set(answer.values) == {"fine"}


def test_the_budget_is_for_all_values_together():
    kilobytes = {f"k{number}": good(np.zeros(500)) for number in range(4)}
    assert len(decode(encoded(**kilobytes), "t", BUDGET).values) == 2


@pytest.mark.parametrize(
    "payload", [None, 3, [], "t", {}, {"token": "other", "values": {}}, {"token": ["t"], "values": {}}]
)
def test_what_answers_no_question_is_no_answer(payload):
    assert decode(payload, "t", BUDGET) is None


@pytest.mark.parametrize("values", [None, [], {str(number): 0 for number in range(1000)}])
def test_an_unreadable_answer_says_so(values):
    answer = decode({"token": "t", "values": values}, "t", BUDGET)
    assert answer == ProbeResult(stopped="The answer that came back could not be read.")


def test_sentences_are_one_short_printable_line():
    assert clean_sentence("a\nb\x1b[31m\x00c") == "a b c"
    assert len(clean_sentence("x" * 10_000)) == 300
    assert clean_sentence(["no text"]) == ""


def test_a_sentence_has_no_bold_type_and_no_names_of_operations():
    told = "\x1b[1mCannot multiply\x1b[0m {{function_node __wrapped__MatMul_device_/job:localhost}} 3 by 4"
    assert clean_sentence(told) == "Cannot multiply 3 by 4"


@pytest.mark.parametrize(
    ("reasons", "read"),
    [
        ({"flat": "No.", "flat[0].x": "a\x1b[1m b"}, {"flat": "No.", "flat[0].x": "a b"}),
        ({"x" * 201: "x"}, {}),
        ({str(number): "x" for number in range(61)}, {}),
        (["x"], {}),
        ("x", {}),
        (None, {}),
        ({"flat": {"1": 2}}, {"flat": ""}),
        ({"flat": "x" * 1000}, {"flat": "x" * 299 + "…"}),
    ],
)
def test_reasons_are_few_short_sentences_by_question(reasons, read):
    answer = decode({"token": "t", "values": {}, "stopped": "", "reasons": reasons}, "t", 10)
    assert answer is not None
    assert answer.reasons == read
