"""Copies are found when they are renamed, reordered and reformatted; right answers that are independent are not."""

import ast
import random
from pathlib import Path

import nbformat
import pytest

from autograder.authoring.examine import with_cells
from autograder.course import Course
from autograder.reports import similar
from autograder.reports.similar import Fingerprints, fingerprints, marked, own_cells, page, pairs

LESSONS = ["gan", "toy_gan", "layers", "draw"]


@pytest.fixture(scope="module", params=LESSONS)
def answers(request):
    """The right answers of a lesson, each in an idiom of its own, and what nobody has by themselves."""
    assignment = Course.find(Path(__file__)).assignment(request.param)
    independent = {
        path.stem: own_cells(with_cells(assignment.solution, path), assignment.solution)
        for path in sorted((assignment.folder / "right").glob("*.py"))
    }
    independent = {name: cells for name, cells in independent.items() if len(fingerprints(cells).places) > 20}
    return independent, [fingerprints(own_cells(assignment.solution, assignment.release))]


class Renamed(ast.NodeTransformer):
    """Every name that the code itself binds gets another one."""

    def __init__(self, tree):
        bound = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
        bound |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)} - {"self"}
        self.names = {name: f"my_{number}" for number, name in enumerate(sorted(bound))}

    def visit_Name(self, node):
        return ast.copy_location(ast.Name(self.names.get(node.id, node.id), node.ctx), node)

    def visit_arg(self, node):
        return ast.copy_location(ast.arg(self.names.get(node.arg, node.arg)), node)


def renamed(text):
    tree = ast.parse(text)
    return ast.unparse(Renamed(tree).visit(tree))


def reordered(text):
    tree = ast.parse(text)
    tree.body.sort(key=lambda node: (not isinstance(node, ast.Import | ast.ImportFrom), ast.unparse(node)[::-1]))
    return ast.unparse(tree)


def commented(text):
    return "".join(
        f"{line}  # {random.random()}\n\n" if line.strip() else "\n"
        for line in ast.unparse(ast.parse(text)).split("\n")
    )


@pytest.mark.parametrize("disguise", [renamed, reordered, commented, lambda text: renamed(reordered(text))])
def test_a_disguised_copy_is_found(answers, disguise):
    independent, ground = answers
    for name, cells in independent.items():
        copy = [(disguise(text) if is_code else text, is_code) for text, is_code in cells]
        students = {each: fingerprints(own) for each, own in independent.items()} | {"copy": fingerprints(copy)}
        students |= {f"other {number}": Fingerprints((), {}) for number in range(20)}
        found = pairs(students, ground)
        assert [(pair.first, pair.second) for pair in found] == [tuple(sorted(("copy", name)))]
        assert found[0].share > 0.6


def test_independent_right_answers_are_not_named(answers):
    independent, ground = answers
    students = {name: fingerprints(cells) for name, cells in independent.items()}
    students |= {f"other {number}": Fingerprints((), {}) for number in range(20)}
    assert pairs(students, ground) == []


def test_what_much_of_the_class_has_is_no_copy():
    text = "\n".join(f"value_{number} = function({number}, key={number})[{number}:]" for number in range(30))
    everyone = {f"student {number}": fingerprints([(text, True)]) for number in range(20)}
    assert pairs(everyone) == []
    few = {f"student {number}": fingerprints([(text, True)]) for number in range(2)}
    few |= {f"other {number}": Fingerprints((), {}) for number in range(18)}
    assert len(pairs(few)) == 1


def test_written_answers_are_compared_as_words():
    said = "The generator wins since the discriminator cannot tell samples from real digits, whose share is one half then, so it answers one half to whatever it is shown."
    again = said.upper().replace(",", "").replace(" ", "\n")
    apart = "Both players are at rest when real and made pictures are equally likely, so that nothing is left to learn here."
    students = {name: fingerprints([(text, False)]) for name, text in (("a", said), ("b", again), ("c", apart))}
    assert [(pair.first, pair.second) for pair in pairs(students)] == [("a", "b")]


def test_only_own_cells_count():
    release = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell("given = 1"), nbformat.v4.new_code_cell("blank")]
    )
    handed_in = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_code_cell("given = 1 "),
            nbformat.v4.new_code_cell("mine"),
            nbformat.v4.new_markdown_cell(""),
        ]
    )
    assert own_cells(handed_in, release) == [("mine", True)]


def test_of_a_notebook_so_much_is_compared_as_an_hour_of_work_is_not():
    cells = [nbformat.v4.new_code_cell("x+" * 10**6) for _ in range(20)]
    own = own_cells(nbformat.v4.new_notebook(cells=cells), nbformat.v4.new_notebook())
    assert max(len(text) for text, _ in own) == similar.MOST_OF_CELL
    assert sum(len(text) for text, _ in own) == similar.MOST_COMPARED


@pytest.mark.parametrize("text", ["", "def (", "'''", "x = 'a\n", "\x00\x0c", "  a\n b\n", "é = $?"])
def test_what_is_no_python_stops_nobody(text):
    assert isinstance(fingerprints([(text, True)]), Fingerprints)


def test_the_page_quotes_both_and_runs_nothing():
    text = "\n".join(f"a_{number} = f({number}, '<script>alert({number})</script>')" for number in range(10))
    students = {"<b>": fingerprints([(text, True)]), "c": fingerprints([(text, True)])}
    found = pairs(students | {f"other {number}": Fingerprints((), {}) for number in range(18)})
    (cell,) = marked(students["c"], found[0].shared)
    assert cell.count("<mark>") == 1
    html = page("tiny", "Tiny", found, students)
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert "&lt;b&gt; and c" in html
