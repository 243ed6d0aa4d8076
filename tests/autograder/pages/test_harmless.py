"""No page of nbconvert's runs what a student wrote or printed, and honest outputs are shown as they were meant."""

import copy

import pytest
from bs4 import BeautifulSoup
from nbconvert.exporters import HTMLExporter
from nbformat import v4
from nbgrader.server_extensions.formgrader import handlers
from traitlets.config import Config

from autograder.bounded_process import BoundedProcess
from autograder.gradebook.preprocessors import configure, grading
from autograder.pages import rendered as rendering
from autograder.pages.formulas import ATTRIBUTES, TAGS
from autograder.pages.harmless import PROGRAM, Harmless, HarmlessPage, only_passive
from autograder.pages.rendered import rendered
from tests.autograder.pages.hostile_pages import HONEST, HONEST_TEXT, OUTPUTS, cells_of_a_student

MAY_BE_THERE = {"script", "link", "style"}
NAMES = {"student": "<img src=x onerror=1>", "last_name": "", "first_name": "", "notebook_path": '"><script>1</script>'}


def page_of(notebook, template="formgrade"):
    """What formgrader shows of ``notebook``, parsed, and the page of an empty one."""
    config = Config()
    config.merge(grading())
    config.HTMLExporter.template_name = template
    config.HTMLExporter.extra_template_basedirs = [handlers.template_path]
    known = {"submission_id": "1", "notebook_id": "n", "assignment_id": "a", "base_url": "", "index": 0, "total": 1}
    exporter = HTMLExporter(config=config)
    return [
        BeautifulSoup(exporter.from_notebook_node(each, resources={**known, **NAMES})[0], "html.parser")
        for each in (copy.deepcopy(notebook), v4.new_notebook())
    ]


def assert_nothing_runs(page, empty):
    """No more scripts than a page without any cell has, no handlers, and no address but pictures and the web."""
    assert len(page.find_all(["script", "link", "meta", "base"])) == len(
        empty.find_all(["script", "link", "meta", "base"])
    )
    assert not page.find_all(["iframe", "object", "embed", "form", "svg", "video", "template"])
    for formula in page.find_all("math"):
        assert {tag.name for tag in formula.find_all(True)} <= TAGS
        assert {name for tag in formula.find_all(True) for name in tag.attrs} <= ATTRIBUTES.keys()
    notebook = page.find(id="notebook-container")
    assert notebook is not None
    assert not notebook.find_all(["style", "input", "button", "textarea"])
    for tag in page.find_all(True):
        assert tag.name.isalnum()
        assert not [name for name in tag.attrs if name.startswith("on") and tag.get("class") is None]
    for tag in notebook.find_all(True):
        assert not [name for name in tag.attrs if name.startswith("on") or name in ("srcset", "poster", "srcdoc")]
        assert tag.get("src", "data:image/").startswith("data:image/")
        assert tag.get("href", "https://").startswith(("https://", "http://"))
        assert "position" not in tag.get("style", "")
        assert tag.get("id", "cell-id=").startswith("cell-id=") or tag["id"] in ("notebook", "notebook-container")
        assert not {"score", "full-credit", "comment", "nbgrader_cell"} & set(tag.get("class", ()))


def test_formgraders_page_shows_a_progress_bar_as_it_ended():
    pieces = [v4.new_output("stream", name="stdout", text=f"{k}/9\b\b\b\r") for k in range(10)]
    page, _ = page_of(v4.new_notebook(cells=[v4.new_code_cell("fit()", outputs=pieces)]))
    (shown,) = page.select(".output_text, .jp-RenderedText, .output_subarea")
    assert shown.get_text().strip() == "9/9"


def test_formgraders_page_runs_nothing_of_what_a_student_wrote():
    assert_nothing_runs(*page_of(v4.new_notebook(cells=cells_of_a_student())))


def test_what_is_recorded_runs_nothing_even_without_the_filters_of_the_page():
    notebook, _ = Harmless().preprocess(v4.new_notebook(cells=cells_of_a_student()), {})
    notebook.cells = [cell for cell in notebook.cells if cell.cell_type == "code"]  # texts are rendered by the page
    for cell in notebook.cells:
        cell.outputs = [output for output in cell.outputs if "text/markdown" not in output.get("data", {})]
    page, _ = HTMLExporter(template_name="classic").from_notebook_node(notebook)
    empty, _ = HTMLExporter(template_name="classic").from_notebook_node(v4.new_notebook())
    page, empty = (BeautifulSoup(each, "html.parser") for each in (page, empty))
    assert len(page.find_all("script")) == len(empty.find_all("script"))
    assert not page.find_all(["iframe", "object", "embed", "form", "svg", "button"])
    assert not [tag for tag in page.find_all(True) for name in tag.attrs if name.startswith("on")]


@pytest.mark.parametrize("name", OUTPUTS)
def test_each_output_that_is_recorded_is_a_valid_one_and_stays_as_it_is(name):
    cell = v4.new_code_cell("x", outputs=[v4.new_output("display_data", OUTPUTS[name])])
    once, _ = Harmless().preprocess(v4.new_notebook(cells=[cell]), {})
    twice, _ = Harmless().preprocess(copy.deepcopy(once), {})
    assert once == twice
    assert once.cells[0].outputs[0].data
    text = str(once.cells[0].outputs[0].data.get("text/html", ""))
    assert not any(
        word in text for word in ("<script", "onerror", "onload", "javascript:", "<iframe", "id=", "position")
    )


def test_honest_outputs_and_texts_are_shown():
    cells = [v4.new_code_cell("x", outputs=[v4.new_output("display_data", data)]) for data in HONEST.values()]
    page, _ = page_of(v4.new_notebook(cells=[*cells, v4.new_markdown_cell(HONEST_TEXT)]))
    notebook = page.find(id="notebook-container")
    tables = [[cell.get_text() for cell in table.find_all(["th", "td"])] for table in notebook.find_all("table")]
    assert tables == [["epoch", "0.693"], ["loss", "step", "0.5", "7"]]
    assert [image["src"].partition(";")[0] for image in notebook.find_all("img")] == [
        "data:image/png",
        "data:image/svg+xml",
    ]
    assert notebook.find(class_="output_latex").get_text().strip() == "$\\displaystyle x^{2} < y$"
    assert [formula.get_text() for formula in notebook.find_all("math")] == ["x<y"]
    assert notebook.find("strong").get_text() == "Strong"
    assert notebook.find("a")["href"] == "https://example.org/a?b=c&d=e"
    assert "print(1 < 2)" in notebook.get_text()


def test_the_judges_own_output_is_kept_whole():
    own = {
        "application/vnd.atelier.judgement+json": {"verdicts": [1]},
        "text/html": "<table><caption>2</caption><tbody><tr><td>✓ <em>x</em></td></tr></tbody></table>",
        "text/plain": "✓",
    }
    cell = v4.new_code_cell("x", outputs=[v4.new_output("display_data", own)])
    notebook, _ = Harmless().preprocess(v4.new_notebook(cells=[cell]), {})
    assert notebook.cells[0].outputs[0].data == own


def test_what_only_a_program_could_show_is_said():
    cell = v4.new_code_cell("x", outputs=[v4.new_output("display_data", OUTPUTS["a program"])])
    notebook, _ = Harmless().preprocess(v4.new_notebook(cells=[cell]), {})
    assert notebook.cells[0].outputs[0].data == {"text/plain": PROGRAM}


def test_names_that_a_template_prints_as_they_are_come_escaped():
    _, resources = HarmlessPage().preprocess(v4.new_notebook(), dict(NAMES))
    assert not any(set(resources[name]) & set("<>\"'") for name in NAMES)


def test_mathjax_refuses_links_that_run():
    page, _ = page_of(v4.new_notebook())
    assert any("mathjax" in script.get("src", "") and "Safe" in script["src"] for script in page.find_all("script"))


def test_formgrader_takes_the_filters_from_the_configuration(tiny):
    config = configure(tiny.course)
    exporter = HTMLExporter(config=config)
    assert any(isinstance(each, HarmlessPage) for each in exporter._preprocessors)
    assert exporter.environment.filters["markdown2html"].__module__ == "autograder.pages.harmless"


def test_files_that_a_browser_would_run_are_not_kept_beside_a_graded_notebook(tmp_path):
    names = (
        "a.html",
        "b.svg",
        "c.xhtml",
        "d.xml",
        "e.js",
        "f.pdf",
        "g.png",
        "h.txt",
        "i.csv",
        "n.ipynb",
        "timestamp.txt",
        "j",
        "k.npz",
    )
    (tmp_path / "sub").mkdir()
    for name in names:
        (tmp_path / name).write_text("x")
        (tmp_path / "sub" / name).write_text("x")
    only_passive(tmp_path)
    kept = {"g.png", "h.txt", "i.csv", "n.ipynb", "timestamp.txt", "j", "k.npz"}
    assert {path.name for path in tmp_path.iterdir()} == kept | {"sub"}
    assert {path.name for path in (tmp_path / "sub").iterdir()} == kept


# What takes long to be rendered ---------------------------------------------------------------------------------------


@pytest.fixture
def expensive(monkeypatch):
    """A renderer of which some texts take for ever, or all memory."""
    renderer = BoundedProcess("tests.autograder.pages.expensive_rendering", memory=2**28, most=2**22)
    monkeypatch.setattr(rendering, "_renderer", renderer)
    monkeypatch.setattr(rendering, "_memory", rendering._Memory())
    monkeypatch.setattr(rendering, "SECONDS", (2, 2, 1, 1))
    yield renderer
    renderer.close()


def test_a_text_that_takes_too_long_costs_itself_only(expensive):
    pieces = [
        ("text", "one"),
        ("text", "for ever"),
        ("text", "two"),
        ("text", "all memory"),
        ("text", ""),
        ("text", "one"),
    ]
    assert rendered(pieces) == ["<p>one</p>", None, "<p>two</p>", None, "", "<p>one</p>"]


def test_a_page_of_such_texts_is_given_up_and_the_next_students_is_not(expensive):
    hostile = [("text", f"for ever {number}") for number in range(50)]
    assert rendered([*hostile, ("text", "shared prose")]) == [None] * 51
    assert rendered([("text", "shared prose")]) == ["<p>shared prose</p>"]


def test_what_cannot_be_set_is_shown_as_it_was_typed(expensive):
    notebook = v4.new_notebook(cells=[v4.new_markdown_cell("for ever <b>"), v4.new_code_cell("for ever <b>")])
    page, _ = page_of(notebook)
    text = page.find(id="notebook-container").get_text()
    assert "It is shown as it was typed.for ever <b>" in text
    assert text.count("for ever <b>") == 2


LONG = {
    "mathematics that is none": "\\\\[" * 6_600,
    "brackets": "[" * 20_000,
    "links": "[a](" * 5_000,
    "LaTeX": "\\begin{a}" * 2_200,
    "quotes": ">" * 20_000,
    "emphasis": "**a_b" * 4_000,
    "lists": "".join(" " * depth + "- a\n" for depth in range(190)),
    "a table": "|" * 20_000,
    "ticks": "".join("`" * (number % 200 + 1) + "a" for number in range(190)),
}


@pytest.mark.parametrize("name", LONG)
def test_pathological_texts_are_rendered_or_given_up(name):
    (html,) = rendered([("text", LONG[name])])
    assert html is None or "<script" not in html


def test_a_flood_of_cells_is_cut_and_what_is_graded_stays():
    graded = v4.new_markdown_cell(
        "The answer.", metadata={"nbgrader": {"grade_id": "q", "grade": True, "points": 1, "solution": True}}
    )
    flood = [v4.new_markdown_cell(f"{number} " + "x" * 15_000) for number in range(500)]
    page, _ = page_of(v4.new_notebook(cells=[*flood, graded]))
    assert "100 more cells. # Left out: the page is full." in page.get_text()
    assert page.find(id="q") is not None
    assert "The answer." in page.get_text()
    assert len(str(page)) < 10**6


def test_a_huge_answer_is_cut_and_says_so():
    cells = [v4.new_markdown_cell("word " * 10**6), v4.new_code_cell("x = 1\n" * 10**6)]
    cells[1].outputs = [v4.new_output("stream", name="stdout", text="x" * 10**7)]
    page, _ = page_of(v4.new_notebook(cells=cells))
    assert page.get_text().count("characters left out") == 3
    assert len(str(page)) < 10**6
