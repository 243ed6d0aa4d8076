"""The mutation operators change one thing each, inside the marks, and name it in a way that lasts."""

import pytest

from autograder.course import CourseError
from benchmarks.mutants import OPERATORS, mutants

CELL = '''
def before(x):
    return x + 1

def blank(x, y):
    """A docstring of 1 line."""
    ### BEGIN SOLUTION
    {}
    ### END SOLUTION
'''


def made(body: str, operator: str) -> list[str]:
    """The changed lines that ``operator`` makes of ``body``."""
    source = CELL.format(body.replace("\n", "\n    "))
    return [mutant.now for mutant in mutants("blank", source) if mutant.operator == operator]


@pytest.mark.parametrize(
    ("operator", "body", "changed"),
    [
        ("other arithmetic", "return x + y", ["return x - y"]),
        ("other arithmetic", "x += y", ["x -= y"]),
        ("term dropped", "return x * f(y)", ["return x", "return f(y)"]),
        ("sign", "return x", ["return -x"]),
        ("sign", "return (x, y)", ["return (-x, y)", "return (x, -y)"]),
        ("off by one", "f(6)", ["f(7)", "f(5)"]),
        ("off by one", "f(True)", ["f(False)"]),
        ("slice", "f(x[y:])", ["f(x[:])", "f(x[y + 1:])", "f(x[y - 1:])"]),
        ("slice", "f(x[:y:2])", ["f(x[::2])", "f(x[:y + 1:2])", "f(x[:y - 1:2])"]),
        ("slice", "f(x[None, :y])", ["f(x[None, :])", "f(x[None, :y + 1])", "f(x[None, :y - 1])"]),
        ("other axis", "f(x, axis=1)", ["f(x, axis=0)", "f(x, axis=-1)"]),
        ("other function", "np.mean(x)", ["np.sum(x)"]),
        ("other function", "f((x ** 2).mean())", ["f((x ** 2).sum())"]),
        ("other function", "max(x)", ["min(x)"]),
        ("call removed", "f(x)", ["x"]),
        ("call removed", "y.f(x)", ["x", "y"]),
        ("arguments swapped", "f(x, y, k=1)", ["f(y, x, k=1)"]),
        ("argument dropped", "f(x, k=1)", ["f(x)"]),
        ("argument dropped", 'f(name="W1")', []),
        ("constant for input", "f(x, z)", ["f(x * 0, z)"]),
        ("other comparison", "f(x < y)", ["f(x <= y)", "f(x >= y)"]),
        ("condition", "while x:\n    f(y)", ["while not x:", "while True:", "while False:"]),
        ("condition", "f(x if y else z)", ["f(z if y else x)", "f(x)", "f(z)"]),
        ("condition", "f(x and y)", ["f(x or y)"]),
        ("statement dropped", "f(x)", ["pass"]),
        ("other name", "f(x)", ["f(y)"]),
        ("order", "a, b = x", ["b, a = x"]),
        ("order", "f([x, y])", ["f([y, x])"]),
        ("order", 'f({"a": x, "b": y})', ["f({'a': y, 'b': x})"]),
        ("order", "f(x[None, :])", ["f(x[:, None])"]),
        ("order", 'f({"a": x, **y, "b": 1, "c": 2})', ["f({'a': x, **y, 'b': 2, 'c': 1})"]),
        ("element dropped", "f(x[None, :])", ["f(x[:,])", "f(x[None,])"]),
        ("element dropped", 'f({"a": x, **y})', ["f({**y})", "f({'a': x})"]),
        ("element dropped", "f([x, y])", ["f([y])", "f([x])"]),
        ("element dropped", 'f({"a": x})', ["f({})"]),
        ("transposed", "return x", ["return __import__('keras').ops.transpose(x)"]),
        ("transposed", "return np.mean(x)", []),
    ],
)
def test_an_operator_changes_what_it_says(operator, body, changed):
    assert made(body, operator) == changed


@pytest.mark.parametrize(
    ("operator", "same", "another", "changed"),
    [
        ("order", "x = x.mean(axis=(1, 2))", "x = x.reshape((1, 2))", "x = x.reshape((2, 1))"),
        (
            "order",
            "try: f(x)\nexcept (OSError, ValueError): pass",
            "x = OSError, ValueError",
            "x = (ValueError, OSError)",
        ),
        ("arguments swapped", "x = np.maximum(x, 0)", "x = np.subtract(x, 0)", "x = np.subtract(0, x)"),
        ("constant for input", "return x.shape", "return x.real", "return (x * 0).real"),
    ],
)
def test_the_solution_in_other_words_is_no_mutant(operator, same, another, changed):
    assert made(same, operator) == []
    assert made(another, operator) == [changed]


def test_every_operator_finds_something_in_a_lesson_like_cell():
    body = "for k in f(3, x):\n    x, y = -f(y[1:], axis=0), (x + 1 if x < y else np.mean(x))\nreturn x"
    found = {mutant.operator for mutant in mutants("blank", CELL.format(body.replace("\n", "\n    ")))}
    assert found == OPERATORS.keys()


def test_nothing_outside_of_the_marks_changes_and_no_mutant_comes_twice():
    source = CELL.format("return x * y * y")
    made_here = mutants("blank", source)
    assert made_here
    assert all("return x + 1" in mutant.source and "A docstring of 1 line." in mutant.source for mutant in made_here)
    assert len({mutant.source for mutant in made_here}) == len(made_here)
    assert all(mutant.source.count("\n") == made_here[0].source.count("\n") for mutant in made_here)


def test_a_key_tells_mutants_apart_and_outlives_changes_elsewhere():
    body = "f(x)\n    f(x)"
    keys = [mutant.key for mutant in mutants("blank", CELL.format(body))]
    assert len(set(keys)) == len(keys)
    assert "blank: f(x) -> pass" in keys
    assert "blank: f(x) -> pass (2)" in keys
    longer = CELL.format(f"# a comment\n    g(1)\n    {body}").replace("return x + 1", "return x + 2")
    assert set(keys) < {mutant.key for mutant in mutants("blank", longer)}


@pytest.mark.parametrize(("source", "sentence"), [("def f(: pass", "is no Python"), ("x = 1", "has no line ### BEGIN")])
def test_a_cell_that_cannot_be_mutated_is_one_sentence(source, sentence):
    with pytest.raises(CourseError, match=sentence.replace("line ###", "line `###")):
        mutants("blank", source)
