"""The one source becomes the solved notebook, and a wrong header becomes a sentence."""

import ast
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest

from autograder.authoring.source import everyday_names, solved_notebook
from autograder.course import CourseError

EXERCISES = Path(__file__).resolve().parents[3] / "exercises"

SOURCE = """\
# %% [markdown]
# # A lesson

# %% solution="double"
def double(x):
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION

# %% test="double" points=3
assert double(2) == 4

# %% [markdown] question="why" points=1
# Why?

# %% demo
print(double(21))
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "lesson.py"
    path.write_text(SOURCE)
    return path


def info(notebook, index):
    return notebook.cells[index].metadata.nbgrader


def test_headers_become_nbgrader_metadata(source):
    notebook = solved_notebook(source)
    solution, test, question = (info(notebook, index) for index in (1, 2, 3))
    assert (solution.grade_id, solution.solution, solution.grade, solution.locked) == ("double", True, False, False)
    assert (test.grade_id, test.solution, test.grade, test.locked, test.points) == ("test_double", False, True, True, 3)
    assert (question.grade_id, question.solution, question.grade, question.points) == ("why", True, True, 1)
    assert all(each.schema_version == 3 for each in (solution, test, question))


def test_hidden_region_of_a_test_holds_only_the_probes_name(source):
    cell = solved_notebook(source).cells[2]
    assert cell.source.endswith("### BEGIN HIDDEN TESTS\n# probe: double\n### END HIDDEN TESTS")


def test_demo_cells_carry_the_tag_that_grading_skips(source):
    assert [cell.metadata.get("tags") for cell in solved_notebook(source).cells] == [None, None, None, None, ["demo"]]


def test_the_same_source_gives_the_same_bytes(source):
    assert nbformat.writes(solved_notebook(source)) == nbformat.writes(solved_notebook(source))


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('test="double" points=3', 'test="double"', "points=N"),
        ('test="double" points=3', 'test="double" points=-1', "points=N"),
        ('test="double" points=3', 'test="treble" points=3', "no solution='treble' above it"),
        ('solution="double"', 'solution="Double!"', "no name for a solution"),
        ("# %% demo", "# %% Demo", "only `demo` is known"),
        ("# %% demo", '# %% solution="double"', "two cells with solution='double'"),
        ("# %% demo", '# %% question="what" points=1', "on a code cell"),
        ("# %% demo", '# %% answer="double"', "unknown word in a cell header: answer"),
    ],
)
def test_a_wrong_header_is_named(source, old, new, sentence):
    source.write_text(SOURCE.replace(old, new))
    with pytest.raises(CourseError, match=sentence) as caught:
        solved_notebook(source)
    assert str(source) in str(caught.value)


# The points that students read ---------------------------------------------------------------------------------------

WITH_CHECKS = (
    SOURCE.replace("assert double(2) == 4", "@checks.check('double')\ndef check_double():\n    assert double(2) == 4")
    + """
# %% [markdown] question="what" points=0.5
# **Question.** What?
"""
)


def test_points_stand_in_checks_that_build_on_others(source):
    source.write_text(WITH_CHECKS.replace("check('double')", "check('double', builds_on=['half'])"))
    assert solved_notebook(source).cells[2].source.startswith("@checks.check('double', points=3, builds_on=['half'])\n")


def test_points_stand_in_checks_and_questions(source):
    source.write_text(WITH_CHECKS)
    cells = solved_notebook(source).cells
    assert cells[2].source.startswith("@checks.check('double', points=3)\n")
    assert cells[3].source == "**Question (1 point).** Why?"
    assert cells[5].source == "**Question (0.5 points).** What?"


def test_the_last_cell_sums_up_and_is_not_graded(source):
    source.write_text(WITH_CHECKS)
    last = solved_notebook(source).cells[-1]
    assert last.id == "summary"
    assert last.metadata.tags == ["demo"]
    called = []
    exec(last.source, {"checks": SimpleNamespace(summary=lambda **table: called.append(table))})
    assert called == [{"blanks": {"double": 3}, "questions": {"why": 1, "what": 0.5}}]


def test_the_last_cell_of_many_blanks_is_no_wider_than_code(source):
    many = (
        f'# %% solution="blank{n}"\npass\n\n# %% test="blank{n}" points=1\nchecks.check("blank{n}")\n'
        for n in range(40)
    )
    source.write_text("\n".join(many))
    last = solved_notebook(source).cells[-1].source
    assert max(map(len, last.splitlines())) <= 120
    ast.parse(last)


# Names that a student could have chosen ------------------------------------------------------------------------------

BLANK = """# %% solution="square"
def square(x):
    return x * x
"""


@pytest.mark.parametrize(
    ("cell", "named"),
    [
        ('# %% test="square" points=1\nwith checks.check("square"):\n    middle = 3', ["middle"]),
        ('# %% test="square" points=1\nfor few_rows in range(3):\n    print(few_rows)', ["few_rows"]),
        ('# %% test="square" points=1\n@checks.check("square")\ndef check_square():\n    middle = 3', []),
        ("# %%\nhidden = 3", ["hidden"]),
        ("# %%\nhidden_size = 3\nSIZE = 4\nclass Layer: pass", []),
        ("# %% demo\nhidden = 3", []),
    ],
)
def test_names_that_a_student_could_have_chosen_are_found(tmp_path, cell, named):
    path = tmp_path / "tiny.py"
    path.write_text(f"# %%\nbefore = 1\n\n{BLANK}\n\n{cell}\n")
    complaints = everyday_names(solved_notebook(path).cells)
    assert [complaint.split("`")[3] for complaint in complaints] == named


@pytest.mark.parametrize("lesson", [path.name for path in sorted(EXERCISES.iterdir()) if path.is_dir()])
def test_the_lessons_bind_no_name_that_a_student_could_have_chosen(lesson):
    assert everyday_names(solved_notebook(EXERCISES / lesson / f"{lesson}.py").cells) == []
