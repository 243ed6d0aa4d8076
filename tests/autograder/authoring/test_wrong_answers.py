"""Wrong answers as edits: what is to be replaced stands in a cell as often as is said, as part of a line or whole lines."""

import pytest

from autograder.authoring.wrong_answers import Unfit, Wrong, edited, wrong_answers
from autograder.course import CourseError

SOLUTION = """def mean(values):
    if len(values):
        total = sum(values)
        return total / len(values)
    return 0.0
"""


def test_a_part_of_a_line():
    assert edited(SOLUTION, "total / len(values)", "total") == SOLUTION.replace("total / len(values)", "total")


def test_one_line_by_several_which_are_indented_as_it_was():
    new = "\n    total = 0\n    total += 1\n"
    assert edited(SOLUTION, "total = sum(values)", new).split("\n")[2:4] == ["        total = 0", "        total += 1"]


def test_whole_lines_however_far_they_are_indented_where_they_are_written():
    old = """
            if len(values):
                total = sum(values)
                return total / len(values)
    """
    assert edited(SOLUTION, old, "pass") == "def mean(values):\n    pass\n    return 0.0\n"


@pytest.mark.parametrize(
    ("old", "times"),
    [
        ("median", 0),
        ("values", 4),
        ("\ntotal = sum(values)\nreturn 0.0\n", 0),
        ("\n  if len(values):\n      total\n", 0),
    ],
)
def test_what_does_not_stand_there_once_is_refused(old, times):
    with pytest.raises(Unfit, match=f"stands {times} times in the cell, and should once"):
        edited(SOLUTION, old, "other")


def test_what_stands_there_several_times_is_replaced_everywhere():
    assert edited(SOLUTION, "values", "xs", times=4) == SOLUTION.replace("values", "xs")
    lines = "a = 1\nb = 2\n"
    assert edited(f"{lines}{lines}", f"\n{lines}", "\na = 0\n", times=2) == "a = 0\na = 0\n"
    with pytest.raises(Unfit, match="stands 4 times in the cell, and should 3 times"):
        edited(SOLUTION, "values", "xs", times=3)


def test_a_cell_of_its_own_is_edited_too():
    answer = Wrong("n", "s", "value", cell="\n    mean = max\n", replace="max", by="min")
    assert answer.sources("mean", {"mean": SOLUTION}) == {"mean": "mean = min"}
    several = Wrong("n", "s", "value", replace="values", by="xs", times=4, edits=[("0.0", "1.0")])
    assert several.sources("mean", {"mean": SOLUTION}) == {
        "mean": SOLUTION.replace("values", "xs").replace("0.0", "1.0")
    }


def test_an_answer_is_edits_or_a_cell_of_its_own_and_further_cells():
    solution = {"mean": SOLUTION, "scale": "def scale(x):\n    return x\n"}
    several = Wrong("n", "s", "value", edits=[("total = sum(values)", "total = 1"), ("0.0", "1.0")])
    expected = SOLUTION.replace("total = sum(values)", "total = 1").replace("0.0", "1.0")
    assert several.sources("mean", solution) == {"mean": expected}
    whole = Wrong(
        "n",
        "s",
        "value",
        cell="\n    def scale(x):\n        return 2\n    ",
        blank="scale",
        cells={"mean": "mean = max"},
    )
    assert whole.sources("mean", solution) == {"scale": "def scale(x):\n    return 2", "mean": "mean = max"}
    further = Wrong(
        "n", "s", "value", "0.0", "1.0", cells={"scale": [("scale(x)", "scale(y)"), ("return x", "return y")]}
    )
    assert further.sources("mean", solution) == {
        "mean": SOLUTION.replace("0.0", "1.0"),
        "scale": "def scale(y):\n    return y\n",
    }
    with pytest.raises(Unfit, match="`half` stands 0 times in the cell"):
        Wrong("n", "s", "value", cells={"scale": [("half", "double")]}).sources("mean", solution)


def test_criteria_are_those_of_the_test_unless_another_is_named():
    assert Wrong("n", "s", "value, other test/in  words").criteria("mean") == {"mean/value", "other test/in words"}


def test_an_answer_may_be_an_edit_of_another_right_one(tmp_path):
    for name, text in (
        ("wrong/mean.py", 'WRONG = [Wrong("n", "s", "value", "sum(v)", "max(v)", of="short")]'),
        ("right/short.py", '# %% solution="mean"\ndef mean(v):\n    return sum(v) / max(1, len(v))\n'),
    ):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(
            f"from autograder.authoring.wrong_answers import Wrong\n{text}" if "wrong" in name else text
        )
    [(name, _, sources)] = wrong_answers(tmp_path / "wrong", {"mean": SOLUTION})
    assert (name, sources) == ("mean/n", {"mean": "def mean(v):\n    return max(v) / max(1, len(v))"})
    (tmp_path / "right/short.py").unlink()
    with pytest.raises(CourseError, match="it edits `short`, which is no file in"):
        list(wrong_answers(tmp_path / "wrong", {"mean": SOLUTION}))


def test_the_same_answer_under_two_names_is_refused(tmp_path):
    both = 'Wrong("n", "s", "value", "0.0", "1.0"), Wrong("m", "s", "value", "return 0.0", "return 1.0")'
    (tmp_path / "mean.py").write_text(f"from autograder.authoring.wrong_answers import Wrong\nWRONG = [{both}]\n")
    with pytest.raises(CourseError, match="`m`: it is the same answer as `mean/n`"):
        list(wrong_answers(tmp_path, {"mean": SOLUTION}))
