"""What forges answers without knowing any earns nothing in any lesson; the honest solution beside it keeps all.

The lesson `gan` has a class of its own, with attacks on the walls too, which are the same for all lessons.
"""

import ast

import pytest

from autograder.course import Course
from autograder.gradebook.grade import grade
from autograder.gradebook.results import Kind
from autograder.running.workers import Workers
from tests.attacks.answers import EVERYTHING
from tests.attacks.attack import Attack, sentences, solved_blanks
from tests.attacks.conftest import ROOT
from tests.attacks.forging import FORGER

PATCHES = """
import numpy as np, keras
for module, names in {
    np: ("allclose", "array_equal", "isclose", "all", "isfinite"),
    np.testing: ("assert_allclose", "assert_array_equal", "assert_equal"),
}.items():
    for name in names:
        setattr(module, name, lambda *arguments, **options: True)
keras.ops.convert_to_numpy = lambda value: np.zeros(3)
class Anything(Exception): pass
__builtins__.AssertionError = __builtins__.NotImplementedError = Anything
"""


DESERVED = {
    # A stream that is handed on as it came keeps its order and its errors; only nothing is made ahead.
    "layers": {"arguments handed back": {"feeding/order", "feeding/errors"}},
}
"""What is right of something that does nothing."""


def defined(source):
    """What a blank's cell defines for the rest of the notebook."""
    return [node.name for node in ast.parse(source).body if isinstance(node, ast.FunctionDef | ast.ClassDef)]


def instead(assignment, value):
    """For each blank: ``value`` in the place of everything that the solution defines there."""
    blanks = solved_blanks(assignment)
    return {name: "".join(f"{each} = {value}\n" for each in defined(source)) for name, source in blanks.items()}


def attackers(assignment):
    """None of them has filled in a blank."""
    forge = FORGER + "sys.modules['autograder.inside.asking'].ask = forge"
    return [
        Attack("objects that equal everything", 1, first=EVERYTHING, blanks=instead(assignment, "Everything()")),
        Attack("zeros", 2, first="import numpy", blanks=instead(assignment, "lambda *a, **k: numpy.zeros(())")),
        Attack("arguments handed back", 25, blanks=instead(assignment, "lambda *a, **k: a[0] if a else None")),
        Attack("comparisons patched", 3, first=PATCHES, solved=False),
        Attack("invented answers", 15, first=forge, solved=False),
    ]


@pytest.fixture(scope="module", params=sorted(set(Course(ROOT).assignments()) - {"gan"}))
def graded(request, kernels, tmp_path_factory):
    """The class of one lesson, graded in one run: the assignment, and results by student."""
    assignment = Course(ROOT, tmp_path_factory.mktemp("attacks")).assignment(request.param)
    for attack in [*attackers(assignment), Attack("honest", 0)]:
        attack.hand_in(assignment, attack.name)
    results = grade(assignment, workers=Workers(2), kernels=kernels)
    return assignment, {each.student: each for each in results.students}


def earned(result):
    """What a submission got points for."""
    return {f"{item.name}/{each.criterion}" for item in result.items for each in item.criteria if each.points}


def test_the_honest_keep_everything(graded):
    assignment, results = graded
    points = {item.name: item.points for item in results["honest"].items if item.kind is Kind.TEST}
    assert points == assignment.tests, sentences(results["honest"])


def test_nobody_earns_anything_without_an_answer(graded):
    assignment, results = graded
    deserved = DESERVED.get(assignment.name, {})
    for attack in attackers(assignment):
        assert earned(results[attack.name]) == deserved.get(attack.name, set()), attack.name
