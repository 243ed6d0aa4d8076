"""The class report and the feedback pages: right numbers, whole pages, and nothing of a student's that could run."""

from __future__ import annotations

import base64
import dataclasses
import sys
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from msgspec.structs import replace
from nbformat import NotebookNode, v4

from autograder.gradebook.results import ClassResults, Status, StudentResult
from autograder.judging import Outcome
from autograder.pages import cells as cells_module
from autograder.pages import rendered as rendered_module
from autograder.pages.cells import MAX_CELLS, MAX_OUTPUTS, CellKind, strip_hidden, view_cells
from autograder.reports.feedback_page import write_feedback
from autograder.reports.report import write_class_report
from tests.autograder.sample_results import a_class, failed, graded, missing

PASSED, FAILED, NOT_REACHED = Outcome
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(50)).decode()
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>"

CLASS = a_class(
    graded("amina", PASSED, PASSED, PASSED, PASSED, scaling=2.0),
    graded("bjorn", PASSED, FAILED, FAILED, PASSED),
    graded("chidi", PASSED, FAILED, NOT_REACHED, NOT_REACHED),
    failed("lwazi"),
    missing("noor"),
)


def report(results: ClassResults, tmp_path: Path, **links: str) -> BeautifulSoup:
    """The class report, parsed."""
    write_class_report(results, tmp_path / "gan.html", links)
    return BeautifulSoup((tmp_path / "gan.html").read_text(encoding="utf-8"), "html.parser")


def feedback(student: StudentResult, tmp_path: Path, *cells: NotebookNode, title: str = "Digits") -> BeautifulSoup:
    """A feedback page, parsed."""
    write_feedback(student, v4.new_notebook(cells=list(cells)), tmp_path / "page.html", title=title)
    return BeautifulSoup((tmp_path / "page.html").read_text(encoding="utf-8"), "html.parser")


def code(source: str, *outputs: NotebookNode, **nbgrader: Any) -> NotebookNode:
    """A code cell with nbgrader's metadata."""
    return v4.new_code_cell(source, outputs=list(outputs), metadata={"nbgrader": nbgrader} if nbgrader else {})


def check(source: str, *outputs: NotebookNode) -> NotebookNode:
    """The test cell of the generator."""
    return code(source, *outputs, grade=True, solution=False, grade_id="test_generator", points=4)


def assert_harmless(page: BeautifulSoup) -> None:
    """Nothing runs, nothing is loaded, and the page forbids both by itself."""
    policy = page.find("meta", {"http-equiv": "Content-Security-Policy"})
    assert policy["content"].startswith("default-src 'none'")
    for tag in page.find_all(True):
        assert tag.name not in {"script", "iframe", "object", "embed", "form", "link", "base", "foreignobject"}
        assert not [name for name in tag.attrs if name.startswith("on")]
        assert tag.get("src", "data:image/").startswith("data:image/")
        assert "javascript:" not in tag.get("href", "")


def assert_whole(page: BeautifulSoup) -> None:
    """Language, title, viewport, one heading of the first order, headed tables, working links within the page."""
    assert page.html["lang"] == "en"
    assert page.title.get_text().strip()
    assert page.find("meta", {"name": "viewport"})["content"] == "width=device-width, initial-scale=1"
    assert len(page.find_all("h1")) == 1
    for table in page.find_all("table"):
        assert all(head["scope"] in {"col", "row", "rowgroup"} for head in table.find_all("th"))
    ids = [tag["id"] for tag in page.find_all(id=True)]
    assert len(ids) == len(set(ids))
    assert {link["href"][1:] for link in page.find_all("a") if link["href"].startswith("#")} <= set(ids)


@pytest.mark.parametrize("number", [0, 1, 3, 1000])
def test_a_class_of_any_size_has_a_whole_report(tmp_path: Path, number: int) -> None:
    """With every submission in exactly one bar of the histogram."""
    students = (graded(f"s{i}", *[PASSED] * (i % 5), *[FAILED] * (4 - i % 5)) for i in range(number))
    page = report(a_class(*students), tmp_path)
    assert_whole(page)
    assert_harmless(page)
    assert page.title.get_text() == "Generating digits: class report"
    assert len(page.select("table.students tbody tr")) == number
    counts = [int(text.get_text()) for text in page.select(".histogram text.strong") if text.get_text().isdigit()]
    assert sum(counts) == number


def test_the_head_counts_how_many_went_how(tmp_path: Path) -> None:
    """Mean and median are those of the four who handed something in."""
    figures = {
        entry.dt.get_text(): " ".join(entry.dd.get_text().split())
        for entry in report(CLASS, tmp_path).select("dl.figures > div")
    }
    assert figures["students"] == "5"
    assert (figures["graded"], figures["failed to run"], figures["handed in nothing"]) == ("3", "1", "1")
    assert figures["median score"] == "3 of 10"
    assert figures["mean score"] == "4 of 10"
    assert figures["answers to grade by hand"] == "2"


def test_each_criterion_has_its_counts(tmp_path: Path) -> None:
    """In words as well as in a bar, whose parts fill it."""
    page = report(CLASS, tmp_path)
    rows = {row.th.get_text(): row for row in page.select(".tallies tbody tr") if row.td}
    counts = {name: [cell.get_text() for cell in row.select("td.number")] for name, row in rows.items()}
    assert counts == {
        "forward": ["3", "0", "0"],
        "variables": ["1", "2", "0"],
        "range": ["1", "1", "1"],
        "always new": ["2", "0", "1"],
    }
    widths = [float(part["width"].rstrip("%")) for part in rows["variables"].find_all("rect")]
    assert widths == pytest.approx([33.33, 66.67, 0])


def test_the_hardest_items_come_worst_first_with_what_was_lost(tmp_path: Path) -> None:
    """Items on which nobody lost anything are not there."""
    hard = [entry.get_text(" ", strip=True) for entry in report(CLASS, tmp_path).select("ol.hardest > li")]
    assert [entry.split()[0] for entry in hard] == ["sample_z", "generator"]
    assert "50% of 4 points" in hard[0]
    assert "variables (2 of 3)" in hard[1].replace(" )", ")")
    assert "The images differ." in hard[1]


def test_grades_by_hand_that_may_be_for_another_answer_are_named(tmp_path: Path) -> None:
    """Those that waited are not among them."""
    old = graded("old", *[PASSED] * 4, scaling=1.0)
    items = tuple(replace(item, review=item.name == "scaling") for item in old.items)
    page = report(a_class(*CLASS.students, replace(old, items=items)), tmp_path)
    (entry,) = page.find("section", attrs={"aria-labelledby": "review"}).find_all("li")
    assert " ".join(entry.get_text(" ").split()) == "scaling : 1 grade old"


def test_what_is_left_and_what_failed_is_named_with_its_students(tmp_path: Path) -> None:
    """And the same sentence about several students is said once."""
    crash = replace(graded("ines", *[PASSED] * 4), events=("While `sample_z` was asked, it died.",))
    twin = replace(crash, student="jun")
    page = report(a_class(*CLASS.students, crash, twin, failed("zoe")), tmp_path, bjorn="../bjorn.html")
    sections = {part.h2["id"]: part for part in page.find_all("section")}
    assert "scaling: 4 answers wait" in sections["waiting"].get_text()
    assert sections["waiting"].find("a", href="../bjorn.html").get_text() == "bjorn"
    assert "review" not in sections
    failures = [" ".join(entry.get_text(" ").split()) for entry in sections["failures"].find_all("li")]
    assert failures == ["The file is no JSON. lwazi, zoe", "Nothing was handed in. noor"]
    (event,) = sections["events"].find_all("li")
    assert event.code.get_text() == "sample_z"
    assert "ines, jun" in event.get_text()


def test_links_lead_to_feedback_where_there_is_some(tmp_path: Path) -> None:
    """A student without a page is named all the same."""
    page = report(CLASS, tmp_path, amina="feedback/amina/gan.html")
    rows = {row.th.get_text(): row.th.a for row in page.select("table.students tbody tr")}
    assert rows["amina"]["href"] == "feedback/amina/gan.html"
    assert rows["noor"] is None


def test_no_text_of_a_student_reaches_a_page_as_markup(tmp_path: Path) -> None:
    """Names, reasons and events are escaped, and so are rationales and comments."""
    student = replace(
        graded(HOSTILE, PASSED, FAILED, FAILED, FAILED, scaling=1.0, comment=HOSTILE), reason=HOSTILE, events=(HOSTILE,)
    )
    criterion = dataclasses.replace(student.items[0].criteria[1], rationale=HOSTILE, hint=HOSTILE, criterion=HOSTILE)
    item = replace(student.items[0], criteria=(criterion,))
    student = replace(student, items=(item, *student.items[1:]))
    for page in (report(a_class(student), tmp_path), feedback(student, tmp_path, title=HOSTILE)):
        assert_harmless(page)
        assert HOSTILE in page.get_text()


def test_feedback_tells_points_rationale_hint_and_comment(tmp_path: Path) -> None:
    """The verdicts stand below the check that they belong to."""
    student = graded("bjorn", PASSED, FAILED, PASSED, PASSED, scaling=1.5, comment="Say why.")
    page = feedback(student, tmp_path, check("checks.shape(...)"))
    assert_whole(page)
    assert page.title.get_text() == "Feedback on Digits for bjorn"
    assert "7.5 of 10 points" in page.main.p.get_text()
    below = " ".join(page.select_one("article.check table").get_text(" ").split())
    assert "variables ✗ failed 0 / 2 The images differ. Look at the output layer." in below
    assert "Say why." in page.get_text()
    assert [" ".join(row.get_text(" ").split()) for row in page.select(".summary tbody tr")] == [
        "generator ◐ in part 2 / 4",
        "sample_z ✓ passed 4 / 4",
        "scaling by hand 1.5 / 2",
    ]


def test_feedback_without_a_notebook_says_why(tmp_path: Path) -> None:
    """A broken file has no cells to show."""
    write_feedback(failed("lwazi"), None, tmp_path / "page.html")
    page = BeautifulSoup((tmp_path / "page.html").read_text(encoding="utf-8"), "html.parser")
    assert_whole(page)
    assert "The file is no JSON." in page.get_text()
    assert not page.select("article")


def test_hidden_tests_and_mark_schemes_are_cut_out(tmp_path: Path) -> None:
    """From sources, from outputs that quote them, and also where a region is never closed."""
    hidden = "seen = 1\n### BEGIN HIDDEN TESTS\nassert SECRET\n### END HIDDEN TESTS\nalso_seen = 2"
    scheme = "Why?\n\n### BEGIN MARK SCHEME\nSECRET\n### END MARK SCHEME\n\nBecause."
    trace = v4.new_output("error", ename="AssertionError", evalue="SECRET", traceback=["SECRET line"])
    page = feedback(
        graded("bjorn", *[PASSED] * 4),
        tmp_path,
        check(hidden, trace, v4.new_output("stream", name="stdout", text=hidden)),
        v4.new_markdown_cell(scheme),
        code("x = 1\n    ### BEGIN HIDDEN TESTS\nSECRET"),
    )
    text = page.get_text()
    assert "SECRET" not in str(page)
    assert "also_seen" in text
    assert "Because." in text
    assert "The check stopped with AssertionError." in text


def test_the_graders_own_outputs_are_not_told_twice() -> None:
    """Points and verdicts in a check's outputs are left to the table; what it printed is shown."""
    own = {"application/vnd.atelier.judgement+json": {}, "text/plain": "verdicts"}
    cell = check(
        "pass",
        v4.new_output("stream", name="stdout", text="a tick"),
        v4.new_output("display_data", own),
        v4.new_output("execute_result", {"text/plain": "2.5"}),
    )
    (view,) = view_cells(v4.new_notebook(cells=[cell]))
    assert view.kind is CellKind.CHECK
    assert view.item == "generator"
    assert [output.striptags() for output in view.outputs] == ["a tick"]


def test_of_outputs_only_text_and_real_bitmaps_are_shown(tmp_path: Path) -> None:
    """HTML, SVG and JavaScript fall back to their text; a picture that is none is left out."""
    rich = {"text/html": HOSTILE, "image/svg+xml": "<svg onload=alert(1)>", "application/javascript": "alert(1)"}
    page = feedback(
        graded("bjorn", *[PASSED] * 4),
        tmp_path,
        code("a", v4.new_output("display_data", {**rich, "text/plain": "a table"})),
        code("b", v4.new_output("display_data", rich)),
        code("c", v4.new_output("display_data", {"image/png": PNG})),
        code("d", v4.new_output("display_data", {"image/png": base64.b64encode(HOSTILE.encode()).decode()})),
        code("e", v4.new_output("display_data", {"image/png": '"><script>alert(1)</script>'})),
        code("f", v4.new_output("stream", name="stdout", text=HOSTILE + "\x1b[31mred\x1b[0m")),
    )
    assert_harmless(page)
    assert "a table" in page.get_text()
    assert [image["src"] for image in page.find_all("img")] == [f"data:image/png;base64,{PNG}"]
    assert page.get_text().count("A picture was left out") == 2
    assert page.select_one(".ansi-red-fg").get_text() == "red"


@pytest.mark.parametrize(
    "source",
    [
        HOSTILE,
        "[x](javascript:alert(1)) <a href='JaVaScRiPt:alert(1)'>y</a> <a href='data:text/html,z'>z</a>",
        "![x](https://example.org/pixel.png) <img src='//example.org/pixel.png'>",
        "![y](data:image/svg+xml;base64,PHN2Zz4=)",
        "<svg onload=alert(1)><iframe src='https://example.org'></iframe><style>@import 'x'</style>",
        "<math><mtext></p><style><img src=x onerror=alert(1)></style>",
        f"![ok](data:image/png;base64,{PNG}){{onclick=alert(1)}} <p style='position:fixed' id='items'>x</p>",
    ],
)
def test_markdown_cannot_run_load_or_cover_anything(tmp_path: Path, source: str) -> None:
    """What is not on the allow-list is gone."""
    page = feedback(graded("bjorn", *[PASSED] * 4), tmp_path, v4.new_markdown_cell(source))
    assert_harmless(page)
    prose = page.select_one(".prose")
    assert not prose.find_all(style=True)
    assert not prose.find_all(id=True)
    assert not prose.find_all("svg")


def test_a_flood_of_output_is_bounded(tmp_path: Path) -> None:
    """One cell's text, one picture, and all outputs together."""
    picture = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(600_000)).decode()
    flood = [code(f"p{i}", v4.new_output("display_data", {"image/png": picture})) for i in range(20)]
    long = code("long", v4.new_output("stream", name="stdout", text="x" * 3_000_000))
    page = feedback(graded("bjorn", *[PASSED] * 4), tmp_path, long, *flood)
    assert (tmp_path / "page.html").stat().st_size < MAX_OUTPUTS + 200_000
    assert "characters left out" in page.get_text()
    assert "the page is full" in page.get_text()


def test_a_flood_of_cells_is_bounded() -> None:
    """Their number, and the text of all together."""
    views = view_cells(v4.new_notebook(cells=[code("x" * 30_000) for _ in range(MAX_CELLS + 1)]))
    assert len(views) == MAX_CELLS + 1
    assert "characters left out" in views[0].source.striptags()
    assert "Left out: the page is full." in views[-2].source.striptags()
    assert "1 more cells were left out: the page is full." in views[-1].source.striptags()


def test_a_demonstration_is_folded_away(tmp_path: Path) -> None:
    """It is long, and was not run."""
    demo = v4.new_code_cell("fit(epochs=500)", metadata={"tags": ["demo"]})
    page = feedback(graded("bjorn", *[PASSED] * 4), tmp_path, demo)
    assert page.details.pre.get_text() == "fit(epochs=500)\n"
    assert not page.select("article")


def test_a_progress_bar_shows_its_last_state() -> None:
    """Also one that is printed piece by piece; what is said on the other stream stands for itself."""
    texts = ("1/3\r", "2/3\b\b\b3/3\n", "loss 0.5\r\n")
    bar = [v4.new_output("stream", name="stdout", text=text) for text in texts]
    told = v4.new_output("stream", name="stderr", text="slow")
    (view,) = view_cells(v4.new_notebook(cells=[code("fit()", *bar, told)]))
    assert [output.striptags() for output in view.outputs] == ["3/3 loss 0.5", "slow"]


def test_nothing_hidden_is_shown_by_writing_over_it() -> None:
    """Marks are looked for in what the page shows."""
    text = "x\r### BEGIN HIDDEN TESTS\nSECRET\n### END HIDDEN TESTS\nafter"
    (view,) = view_cells(v4.new_notebook(cells=[code("fit()", v4.new_output("stream", name="stdout", text=text))]))
    assert view.outputs[0].striptags() == "after"


def test_strip_hidden_keeps_what_is_outside() -> None:
    """Line by line, wherever the marks are indented to."""
    assert strip_hidden("a\n  ### BEGIN HIDDEN TESTS\nb\n  ### END HIDDEN TESTS\nc") == "a\nc"
    assert strip_hidden("a\n### BEGIN MARK SCHEME\nb\n### END HIDDEN TESTS\nc") == "a"


REAL_PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
PICTURES = {
    "attached": ("![sketch](attachment:a.png)", {"a.png": {"image/png": REAL_PNG}}, 1),
    "attached, with a space in its name": ("![s](attachment:a%20b.png)", {"a b.png": {"image/png": REAL_PNG}}, 1),
    "attached, as HTML": ('<img src="attachment:a.png" width="3">', {"a.png": {"image/png": REAL_PNG}}, 1),
    "pasted into the text": (f"![sketch](data:image/png;base64,{REAL_PNG})", {}, 1),
    "pasted, by reference, as Colab does": (f"![sketch][s]\n\n[s]: <data:image/png;base64,{REAL_PNG}>", {}, 1),
    "a photograph": (f"![photo](data:image/png;base64,{REAL_PNG[:-4] + 'A' * 3_000_000})", {}, 1),
    "gone": ("![sketch](attachment:a.png)", {}, 0),
    "no picture": ("![sketch](attachment:a.png)", {"a.png": {"image/png": "aGVsbG8="}}, 0),
    "a drawing that could hold a script": ("![x](attachment:a.svg)", {"a.svg": {"image/svg+xml": "PHN2Zz4="}}, 0),
}


@pytest.mark.parametrize("name", PICTURES)
def test_pictures_in_texts_are_shown_if_they_are_pictures(tmp_path: Path, name: str) -> None:
    """Whatever cannot be shown is replaced by a note; the text around it stays."""
    source, attachments, shown = PICTURES[name]
    cell = v4.new_markdown_cell(f"My answer.\n\n{source}")
    cell["attachments"] = attachments
    page = feedback(graded("amina", *[PASSED] * 4), tmp_path, cell)
    assert_harmless(page)
    assert len(page.select(".prose img")) == shown
    assert ("A picture was left out" in page.get_text()) is (shown == 0)
    assert "My answer." in page.get_text()


def test_a_picture_that_is_shown_a_thousand_times_is_held_once() -> None:
    """Neither the memory nor the time of a page grows with the number of places."""
    cell = v4.new_markdown_cell("![x](attachment:a)" * 1000)
    cell["attachments"] = {"a": {"image/png": REAL_PNG[:-4] + "A" * 4_000_000}}
    tracemalloc.start()
    try:
        (view,) = view_cells(v4.new_notebook(cells=[cell]))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert 1 <= str(view.source).count("<img") <= cells_module.MAX_ATTACHMENTS // 4_000_000
    assert peak < 150_000_000


def test_what_is_remembered_of_texts_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    """In characters, not in texts: one can become a million of them."""
    memory = rendered_module._Memory()
    monkeypatch.setattr(rendered_module, "MAX_REMEMBERED", 20_000)
    monkeypatch.setattr(rendered_module, "_memory", memory)
    texts = [("text", f"{number} " + "word " * 2000) for number in range(10)]
    for text in texts:
        rendered_module.rendered([text])
    assert 1 <= len(memory.known(texts)) <= 3


def test_pages_that_are_made_at_the_same_time_remember_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server makes each page in a thread of its own."""
    monkeypatch.setattr(rendered_module, "_memory", rendered_module._Memory())
    monkeypatch.setattr(rendered_module, "MAX_REMEMBERED", 300_000)
    monkeypatch.setattr(rendered_module, "_ask", lambda pieces, seconds: [f"<p>{text}</p>" for _, text in pieces])

    def page(number: int) -> bool:
        texts = [f"{number % 7} {each}" for each in range(200)]
        return rendered_module.rendered([("text", text) for text in texts]) == [f"<p>{text}</p>" for text in texts]

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as pool:
            assert all(pool.map(page, range(400)))
    finally:
        sys.setswitchinterval(before)


@pytest.mark.parametrize(
    "source",
    [
        '<img src="https://picture.invalid/0">',
        "![x](https://picture.invalid/7)",
        '<img alt="a > b" src="https://picture.invalid/0">',
        "https://picthttps://picture.invalid/ure.invalid/9 ![x](https://pichttps://picture.invalid/ture.invalid/9)",
    ],
)
def test_the_address_that_stands_for_a_picture_cannot_be_used_from_outside(tmp_path: Path, source: str) -> None:
    """No picture is loaded from anywhere."""
    page = feedback(graded("amina", *[PASSED] * 4), tmp_path, v4.new_markdown_cell(source))
    assert_harmless(page)


def test_a_cell_that_cannot_be_rendered_costs_the_page_nothing_else(tmp_path: Path, monkeypatch: Any) -> None:
    """A note stands in its place."""
    real = cells_module.as_html

    def stumble(piece: tuple[str, str], html: str | None) -> Any:
        if "odd" in piece[1]:
            raise RecursionError
        return real(piece, html)

    monkeypatch.setattr(cells_module, "as_html", stumble)
    page = feedback(
        graded("amina", *[PASSED] * 4), tmp_path, v4.new_markdown_cell("odd"), v4.new_markdown_cell("well-behaved")
    )
    assert "This cell cannot be shown here" in page.get_text()
    assert "well-behaved" in page.get_text()


def test_what_nobody_may_overlook_stands_on_both_pages(tmp_path: Path) -> None:
    """In the report before everything else."""
    said = "The notebook that was graded is untouched, but there is work in `gan-Copy1.ipynb`."
    student = replace(graded("amina", *[FAILED] * 4), attention=(said,))
    page = report(a_class(student, missing("noor")), tmp_path)
    assert page.select("main > section")[0].h2.get_text() == "Look at these first"
    assert "gan-Copy1.ipynb" in page.select_one("section.attention").get_text()
    assert "gan-Copy1.ipynb" in feedback(student, tmp_path).select_one("p.attention").get_text()


def test_who_is_not_graded_yet_is_named_and_counted_nowhere_else(tmp_path: Path) -> None:
    """Neither among the scores nor among those who handed nothing in."""
    new = StudentResult("kofi", Status.UNGRADED, "It was handed in and has not been graded yet.", 0.0, 10.0)
    page = report(a_class(graded("amina", *[PASSED] * 4), new, missing("noor")), tmp_path)
    figures = {each.dt.get_text(): each.dd.get_text() for each in page.select("dl.figures > div")}
    assert (figures["graded"], figures["handed in nothing"], figures["not graded yet"]) == ("1", "1", "1")
    assert figures["mean score"].startswith("8 ")
    row = next(row for row in page.select("table.students tbody tr") if row.th.get_text() == "kofi")
    assert "not graded yet" in row.get_text()
