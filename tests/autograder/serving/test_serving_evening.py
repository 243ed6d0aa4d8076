"""A student's evening, in a browser and with real grading: the wrong file, half done, right; on a desk and on a phone."""

import os
import shutil
import signal
from pathlib import Path

import nbformat
import pytest

from autograder.running import kernel_pool
from tests.autograder.serving.stubs import PATIENCE, RIGHT, WRONG, filled, running
from tests.conftest import ROOT

browser_api = pytest.importorskip("playwright.sync_api", reason="the package `playwright` is not installed")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
SIZES = {"desk": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 780}}


@pytest.fixture
def real(course, kernels):
    """A server that runs what is handed in."""
    kernel_pool.warm_kernel(kernels)
    with running(course, kernels) as door:
        door.browser("").wait_for("/class", "0 graded")
        yield door


@pytest.fixture(scope="module")
def chromium():
    with browser_api.sync_playwright() as browsers, browsers.chromium.launch(executable_path=CHROMIUM) as browser:
        yield browser


def picture(page, name):
    """Keep a picture of the page where ``ATELIER_PICTURES`` names a folder; see that nothing is cut off at its side.

    And that nobody is kept out: neither who does not see it nor who has no mouse.
    """
    if folder := os.environ.get("ATELIER_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    assert barriers(page) == [], name


def barriers(page):
    """What axe finds that would keep somebody out, and where; nothing where axe is not installed (see `.ci/run`)."""
    if not AXE.is_file():
        return []
    # In a copy: the policy of pages with feedback lets no script run, not even this one.
    scheme = "dark" if page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") else "light"
    settings = {"bypass_csp": True, "viewport": page.viewport_size, "color_scheme": scheme}
    with page.context.browser.new_context(**settings) as context:
        copy = context.new_page()
        copy.set_content(page.content())
        copy.evaluate(AXE.read_text())
        found = copy.evaluate("async () => (await axe.run(document)).violations")
    return [
        (each["id"], [node["html"] for node in each["nodes"]])
        for each in found
        if each["impact"] in ("serious", "critical")
    ]


@pytest.mark.skipif(CHROMIUM is None or not AXE.is_file(), reason="Chromium or axe is not installed")
def test_a_picture_without_words_is_a_barrier(chromium):
    page = chromium.new_page()
    page.set_content('<html lang="en"><title>A page</title><main><h1>A page</h1><img src="data:,"></main></html>')
    assert [name for name, _ in barriers(page)] == ["image-alt"]


def press_by_keyboard(page, name):
    """Go to a button or link by the Tab key alone, and press Enter."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == name:
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"{name} is not reached by Tab")


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium was found (Debian: package `chromium`)")
def test_a_students_evening_on_a_desk_and_on_a_phone(real, chromium, tmp_path):
    right, wrong = tmp_path / "tiny.ipynb", tmp_path / "tiny (1).ipynb"
    for size, student in (("desk", "ana"), ("phone", "bo")):
        right.write_bytes(filled(real.assignment, RIGHT, mark=student))
        wrong.write_bytes(filled(real.assignment, WRONG, mark=student))
        pdf = tmp_path / "tiny.pdf"
        pdf.write_bytes(b"%PDF-1.7 my homework")
        with chromium.new_context(viewport=SIZES[size], has_touch=size == "phone") as context:
            page = context.new_page()
            page.set_default_timeout(1000 * PATIENCE)
            complaints = heard(page)
            page.goto(real.link(student))
            press_by_keyboard(page, f"Sign in as {real.site.identities.of_token(page.url.rpartition('/')[2]).name}")
            page.get_by_role("heading", name="Assignments").wait_for()
            picture(page, f"{size}-1-assignments")
            press_by_keyboard(page, "tiny")
            page.get_by_label("Your notebook").wait_for()
            picture(page, f"{size}-2-assignment")

            page.set_input_files("#file", pdf)
            page.get_by_role("button", name="Hand in").click()
            page.get_by_role("alert").get_by_text("it is a PDF").wait_for()
            picture(page, f"{size}-3-wrong-file")

            page.set_input_files("#file", wrong)
            page.get_by_role("button", name="Hand in").click()
            page.get_by_role("heading", name="Item by item").wait_for()  # which has come by itself
            assert page.url.endswith("/a/tiny/1")
            assert page.get_by_text("Square each difference").first.is_visible()
            assert page.locator(".score").inner_text() == "0.5"
            picture(page, f"{size}-4-half-done")

            page.goto(f"{real.origin}/a/tiny")
            drop(page, right)
            page.get_by_role("heading", name="Item by item").wait_for()
            assert page.url.endswith("/a/tiny/2")
            assert page.locator(".score").inner_text() == "2"
            picture(page, f"{size}-5-right")
            press_by_keyboard(page, "tiny")
            page.get_by_text("✓ counts").wait_for()
            picture(page, f"{size}-6-history")
            assert [said for said in complaints if "422" not in said] == []  # which a browser says of every refusal
    with chromium.new_context(viewport=SIZES["desk"], color_scheme="dark") as context:
        page = context.new_page()
        page.set_default_timeout(1000 * PATIENCE)
        page.goto(real.link(""))
        page.get_by_role("button").click()
        page.get_by_role("link", name="tiny").click()
        page.get_by_role("heading", name="Scores").wait_for()
        picture(page, "teacher-1-class")
        chi = real.browser("chi")
        chi.hand_in(filled(real.assignment, WRONG, mark="chi"))
        page.get_by_text("Everybody has handed something in.").wait_for()  # without a reload
        page.get_by_role("link", name="ana", exact=True).first.click()
        page.get_by_role("heading", name="More time").wait_for()
        picture(page, "teacher-2-student")
    points = {name: each.points for name, each in real.site.grader.lesson("tiny").results.items()}
    assert points["ana"] == points["bo"] == 2


def heard(page):
    """All that the page's console complains of from now on."""
    complaints = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return complaints


def drop(page, path):
    """Drop a file onto the page, as from a window of the system."""
    data = page.evaluate_handle(
        """(text) => { const data = new DataTransfer(); data.items.add(new File([text], "tiny.ipynb")); return data; }""",
        path.read_text(),
    )
    page.dispatch_event("#drop", "drop", {"dataTransfer": data})


def test_a_warm_kernel_that_is_killed_costs_no_attempt(real, kernels):
    notebook = nbformat.reads(filled(real.assignment, RIGHT).decode(), 4)
    notebook.cells.append(nbformat.v4.new_code_cell("import time; time.sleep(3)"))
    ana = real.browser("ana")
    warm = kernel_pool.warm_kernel(kernels)
    ana.hand_in(nbformat.writes(notebook).encode())
    ana.wait_for("/a/tiny/1", "It is running.")
    os.kill(warm._process.pid, signal.SIGKILL)
    assert "2 / 2" in ana.wait_for("/a/tiny/1", "Item by item").text
