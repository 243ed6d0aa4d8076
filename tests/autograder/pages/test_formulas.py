"""Formulas of students become MathML in which nothing runs, and what is no formula stays as it was typed."""

import pytest
from bs4 import BeautifulSoup

from autograder.authoring.source import read_cells
from autograder.course import Course
from autograder.pages.formulas import ATTRIBUTES, TAGS, mathml
from autograder.pages.rendering import _text
from tests.autograder.authoring.test_build import ROOT


def parsed(text):
    return BeautifulSoup(text, "html.parser")


def test_inline_formulas_and_those_on_a_line_of_their_own():
    page = parsed(_text("Is $x < y$?\n\n$$\\frac{1}{n}$$\n\n\\begin{cases}a & b\\\\c & d\\end{cases}\n"))
    inline, block, cases = page.find_all("math")
    assert (inline["display"], inline.get_text()) == ("inline", "x<y")
    assert (block["display"], block.mfrac.get_text()) == ("block", "1n")
    assert len(cases.find_all("mtr")) == 2
    assert "$" not in page.get_text()


@pytest.mark.parametrize(
    "formula",
    [
        r"\text{<img src=x onerror=alert(1)>}",
        r"\text{</mtext></math><script>alert(1)</script>}",
        r"\text{&lt;script&gt;}",
        r"\href{javascript:alert(1)}{x}",
        r"\style{position:fixed;top:0}{x}",
        r"\class{full-credit}{x}",
        r"\hspace{-99em}x\hspace{9999px}y",
        r"\color{\"onclick=alert(1)}{x}",
        r"\unicode{60}script\unicode{62}",
    ],
)
def test_nothing_of_a_formula_runs_or_leaves_its_place(formula):
    for text in (mathml(formula), _text(f"a ${formula}$ b"), _text(f"$${formula}$$")):
        page = parsed(text)
        assert {tag.name for tag in page.find_all(True)} <= {*TAGS, "p", "code"}
        assert {name for tag in page.find_all(True) for name in tag.attrs} <= ATTRIBUTES.keys()
        assert not any("99" in value for tag in page.find_all(True) for value in tag.attrs.values())


@pytest.mark.parametrize("formula", ["x^", r"\left( x", r"\frac", "{", "x" * 5000, "{" * 3000 + "}" * 3000])
def test_what_is_no_formula_stays_as_it_was_typed(formula):
    (code,) = parsed(mathml(formula)).find_all(True)
    assert (code.name, code.get_text()) == ("code", formula)


def test_a_formula_in_an_attribute_is_left_out():
    """Its markup would end the attribute."""
    page = parsed(
        _text("![of $x$ and more](https://picture.invalid/1) <a href='https://x.org/$x$' title='$y$'>$z$</a>")
    )
    assert "alt" not in page.img.attrs
    assert [formula.get_text() for formula in page.find_all("math")] == ["z"]
    assert page.a["href"] == "https://x.org/$x$"


def test_nobody_can_write_what_stands_for_a_formula():
    assert "<math" not in _text("formula-0; formula-1234-0; " + "$a$".replace("$", "\\$"))


@pytest.mark.parametrize("lesson", Course(ROOT).assignments())
def test_every_formula_of_the_lessons_can_be_set(lesson):
    cells = read_cells(Course(ROOT).assignment(lesson).source)
    prose = [cell.source for cell in cells if cell.cell_type == "markdown"]
    kept = [code.get_text() for text in prose for code in parsed(_text(text)).find_all("code")]
    assert not [code for code in kept if "\\" in code]
    assert any("<math" in _text(text) for text in prose)
