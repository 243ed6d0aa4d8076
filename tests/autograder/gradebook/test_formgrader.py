"""nbgrader's formgrader in a browser: grades by hand reach Atelier's grades and pages, and every button works."""

import copy
import csv
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import nbformat
import pytest
from nbgrader.api import Gradebook
from test_grade import DEADLY, ONE, RIGHT, WRONG, hand_in
from typer.testing import CliRunner

from autograder.cli import app
from autograder.gradebook.grade import grade
from autograder.gradebook.preprocessors import annotate
from autograder.gradebook.record import Recorder
from autograder.gradebook.results import load
from autograder.judging import Judgement, Outcome, Verdict
from autograder.running.run import RunResult
from tests.autograder.pages.hostile_pages import HIT, SVG, cells_of_a_student

browser_api = pytest.importorskip("playwright.sync_api", reason="the package `playwright` is not installed")

TOKEN = "let-me-in"
PATIENCE = 60_000  # milliseconds for what the page does
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium was found (Debian: package `chromium`)")


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@pytest.fixture
def classroom(tiny, kernels, monkeypatch, tmp_path):
    """A graded class: amal's answer waits for a teacher, bo's too."""
    hand_in(tiny, "amal", RIGHT, "It dominates.")
    hand_in(tiny, "bo", WRONG, "Nothing.")
    grade(tiny, workers=ONE, kernels=kernels)
    (tmp_path / "exchange").mkdir()
    (tmp_path / "exchange").chmod(0o777)
    config = tiny.course.root / "nbgrader_config.py"
    config.write_text(f"{config.read_text()}\nc.Exchange.root = {str(tmp_path / 'exchange')!r}\n")
    monkeypatch.chdir(tiny.course.root)
    return tiny


@pytest.fixture
def formgrader(tiny, tmp_path):
    """The address of a Jupyter server that shows formgrader for the class, which has to be there by now."""
    address = f"http://127.0.0.1:{free_port()}"
    options = {
        "ip": "127.0.0.1",
        "port": address.rpartition(":")[2],
        "open_browser": "False",
        "allow_root": "True",
        "root_dir": str(tiny.course.root),
        "jpserver_extensions": "nbgrader.server_extensions.formgrader=True",
    }
    command = [sys.executable, "-m", "jupyter_server", f"--IdentityProvider.token={TOKEN}"]
    command += [f"--ServerApp.{name}={value}" for name, value in options.items()]
    own = {f"JUPYTER_{kind}_DIR": str(tmp_path / f"jupyter-{kind}") for kind in ("CONFIG", "DATA", "RUNTIME")}
    log = tmp_path / "server.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            command, cwd=tiny.course.root, env={**os.environ, **own}, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            deadline = time.monotonic() + 120
            while not _answers(f"{address}/formgrader/gradebook?token={TOKEN}"):
                assert server.poll() is None, log.read_text()
                assert time.monotonic() < deadline, log.read_text()
                time.sleep(0.5)
            yield address
        finally:
            server.terminate()
            server.wait(timeout=60)


def _answers(address):
    try:
        with urllib.request.urlopen(address, timeout=30) as response:
            return response.status == 200
    except (urllib.error.URLError, ConnectionError):
        return False


@pytest.fixture
def page(formgrader):
    """A page of a browser that has logged in."""
    with browser_api.sync_playwright() as browsers, browsers.chromium.launch(executable_path=CHROMIUM) as browser:
        page = browser.new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(f"{formgrader}/formgrader/gradebook?token={TOKEN}")
        yield page


def press(page, student, button):
    """Press one of the buttons in a student's row of submissions; what the box that opens says."""
    row = page.locator("tr").filter(has=page.locator(".student-id", has_text=re.compile(rf"^\s*{student}\s*$")))
    row.locator(f".{button} a").click()
    box = page.locator(".modal-dialog")
    box.wait_for(timeout=5 * PATIENCE)  # the server imports TensorFlow first
    said = box.inner_text()
    page.locator(".modal-footer button").click()
    box.wait_for(state="detached")
    return said


def test_autograde_and_generate_feedback_work_at_a_click(classroom, formgrader, page):
    hand_in(classroom, "bo", RIGHT, "Nothing.")
    hand_in(classroom, "cleo", DEADLY, "It dominates.")
    page.goto(f"{formgrader}/formgrader/manage_submissions/tiny")
    for student, points in (("bo", 2), ("cleo", 0)):
        said = press(page, student, "autograde")
        assert f"Successfully autograded 'tiny' for student '{student}'." in said
        page.locator("tr", has_text=student).locator(".score", has_text=f"{points} / 3").wait_for()
        said = press(page, student, "generate-feedback")
        assert f"Successfully generated feedback for 'tiny' for student '{student}'." in said

    output = classroom.course.output
    autograded = output / "autograded" / "bo" / "tiny" / "tiny.ipynb"
    assert autograded.is_file()
    pages = {name: (output / "feedback" / name / "tiny" / "tiny.html").read_bytes() for name in ("bo", "cleo")}
    assert b"ended the Python process" in pages["cleo"]
    done = CliRunner().invoke(app, ["report", "tiny"])
    assert done.exit_code == 0, done.output
    results = load(output / "grades" / "tiny.json")
    assert {each.student: each.points for each in results.students} == {"amal": 2, "bo": 2, "cleo": 0}
    # The button's page is the one that `atelier report` writes.
    assert {name: (output / "feedback" / name / "tiny" / "tiny.html").read_bytes() for name in pages} == pages


def test_buttons_for_the_whole_assignment(classroom, formgrader, page, tmp_path):
    released = classroom.release_path.read_bytes()

    def click(button):
        page.goto(f"{formgrader}/formgrader/manage_assignments")
        page.locator(f".{button} a").click()
        box = page.locator(".modal-dialog")
        box.wait_for(timeout=5 * PATIENCE)
        return box.inner_text()

    assert "Successfully created the student version of 'tiny'" in click("assign")
    assert classroom.release_path.read_bytes() == released
    page.goto(f"{formgrader}/formgrader/manage_assignments")
    assert page.locator(".preview a").get_attribute("href").endswith("/notebooks/tiny")
    assert "Successfully released 'tiny'" in click("release")
    assert (tmp_path / "exchange" / "atelier" / "outbound" / "tiny" / "tiny.ipynb").is_file()
    assert "Successfully collected submissions of 'tiny'" in click("collect")
    assert "Successfully generated feedback of 'tiny'" in click("generate-feedback")
    feedback = classroom.course.output / "feedback"
    assert b"Content-Security-Policy" in (feedback / "amal" / "tiny" / "tiny.html").read_bytes()
    said = click("release-feedback")
    assert "Successfully released feedback of 'tiny'" in said
    assert f"{feedback}/amal/tiny cannot be fetched" in said


def give(page, selector, text, saved):
    """Type into a field and leave it, as a teacher would; wait until the server has taken it."""
    with page.expect_response(lambda answer: saved in answer.url and answer.request.method == "PUT") as answer:
        field = page.locator(selector)
        field.fill(text)
        field.blur()
    assert answer.value.ok


def test_grades_and_comments_given_in_formgrader_reach_the_feedback_and_the_table(classroom, formgrader, page):
    with Gradebook(classroom.course.database) as gradebook:
        submissions = sorted(row.id for row in gradebook.notebook_submissions("tiny", "tiny"))
        place = submissions.index(gradebook.find_submission_notebook("tiny", "tiny", "amal").id) + 1
    page.get_by_role("link", name="tiny").click()
    page.get_by_role("link", name="tiny", exact=True).last.click()
    # Students are anonymous until the teacher asks for their names.
    link = page.get_by_role("link", name=f"Submission #{place}")
    link.wait_for()
    assert not page.get_by_text("amal", exact=True).is_visible()
    page.get_by_role("button", name="Show All Names").click()
    assert page.get_by_text("amal", exact=True).is_visible()
    page.get_by_text("amal", exact=True).click()

    page.locator("#outliers").wait_for()
    page.wait_for_function("document.querySelector('#test_mean_squared_error').placeholder === '2'")  # grades are there
    assert page.get_by_text("2 of 2 points").is_visible()  # what the judge has said
    answer, scheme = page.get_by_text("It dominates."), page.locator(".mark-scheme")
    assert "because differences are squared" in scheme.inner_text()
    assert scheme.bounding_box()["x"] > answer.bounding_box()["x"] + 100  # beside it, not below
    assert page.locator("table.dataframe", has_text="2 of 2 points").locator("tbody tr").count() == 2
    give(page, "#outliers", "0.75", "/api/grade/")
    give(page, "#outliers_extra_credit", "0.5", "/api/grade/")
    give(page, "#outliers-comment", "Well seen, but *why*? See $x^2$.", "/api/comment/")
    give(page, "#mean_squared_error-comment", "Short & clear.", "/api/comment/")

    done = CliRunner().invoke(app, ["report", "tiny"])
    assert done.exit_code == 0, done.output
    output = classroom.course.output
    amal = load(output / "grades" / "tiny.json").students[0]
    assert {item.name: (item.points, item.comment) for item in amal.items} == {
        "mean_squared_error": (2, "Short & clear."),
        "outliers": (1.25, "Well seen, but *why*? See $x^2$."),
    }
    with (output / "grades" / "tiny.csv").open() as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}
    assert (rows["amal"]["score"], rows["bo"]["score"]) == ("3.25", "0.5")
    feedback = (output / "feedback" / "amal" / "tiny" / "tiny.html").read_text()
    assert "3.25" in feedback
    assert "Well seen, but <em>why</em>? See <math" in feedback
    assert "differences are squared" not in feedback
    assert "Short &amp; clear." in feedback
    assert "Well seen" not in (output / "feedback" / "bo" / "tiny" / "tiny.html").read_text()


NAME = f"<img src=x onerror={HIT}('name')>"


@pytest.fixture
def hostile(tiny, monkeypatch):
    """A class in which everything hostile that can be handed in or printed is recorded; for ``bo`` as it was once."""
    recorder = Recorder(tiny)
    verdict = Verdict("value", Outcome.PASSED, 2.0, 2.0, f"<script>{HIT}('verdict')</script>")
    judgements = {"mean_squared_error": Judgement("mean_squared_error", (verdict,))}
    for student in ("amal", "bo", NAME):
        hand_in(tiny, student, RIGHT, f"Mine. <img src=x onerror=\"{HIT}('answer')\"> <b class='full-credit'>more</b>")
        notebook = recorder.sanitize(student, recorder.take(student))
        annotate(notebook, RunResult(), judgements)
        notebook.cells += cells_of_a_student()
        recorder.record(student, copy.deepcopy(notebook), {})
        if student == "bo":
            recorder.autograded("bo").write_text(nbformat.writes(notebook))
    (tiny.course.submitted / "bo" / "tiny" / "timestamp.txt").write_text("when I had time")
    monkeypatch.chdir(tiny.course.root)
    return tiny


def submissions(assignment):
    """The addresses of the students' pages."""
    with Gradebook(assignment.course.database) as gradebook:
        return {row.student.id: row.id for row in gradebook.notebook_submissions("tiny", "tiny")}


def test_nothing_of_a_students_runs_in_formgrader_and_honest_outputs_are_shown(hostile, formgrader, page):
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    page.route("https://**", lambda route: route.abort())  # MathJax lies elsewhere
    assert len(submissions(hostile)) == 3
    for student, place in submissions(hostile).items():
        page.goto(f"{formgrader}/formgrader/submissions/{place}/")
        page.wait_for_function("document.querySelector('#test_mean_squared_error').placeholder !== ''")
        page.wait_for_load_state("load")
        for link in page.locator("#notebook-container a").all():
            if (link.get_attribute("href") or "").startswith(("http://", "https://")):
                continue
            link.dispatch_event("click")
        page.mouse.move(400, 300)
        page.wait_for_timeout(300)  # what waits for a moment
        assert page.evaluate("window.hit") is None, student
        assert page.url.endswith(f"{place}/")
        shown = page.locator("#notebook-container").first  # formgrader has one in another
        assert shown.locator("script, iframe, object, embed, svg, form, style").count() == 0
        assert shown.locator("button").count() == shown.locator(".scoring-buttons button").count()
        assert page.locator("#outliers").count() == 1
        assert shown.locator("table.dataframe td", has_text="0.693").is_visible()
        loaded = page.evaluate(
            "[...document.querySelectorAll('#notebook-container img')].map(each => [each.complete, each.naturalWidth])"
        )
        assert [True, 31] in loaded  # the plot that is a drawing
        assert [True, 30] in loaded  # the hostile one, as a picture
        assert [True, 1] in loaded  # the picture
        assert shown.locator("strong", has_text="Strong").is_visible()
        assert shown.locator("math", has_text="x<y").is_visible()
    for place in ("manage_submissions/tiny", "gradebook/tiny/tiny", "manage_students"):
        page.goto(f"{formgrader}/formgrader/{place}")
        page.locator("tbody tr").nth(2).wait_for()
        assert page.evaluate("window.hit") is None, place
    assert said == []
    assert not [url for url in asked if "/hit" in url or not url.startswith((formgrader, "data:", "https://cdnjs."))]


def test_a_timestamp_that_is_no_time_leaves_the_list_of_submissions_whole(hostile, formgrader, page):
    page.goto(f"{formgrader}/formgrader/manage_submissions/tiny")
    for student in ("amal", "bo"):
        page.locator("tr", has=page.locator(".student-id", has_text=re.compile(rf"^\s*{student}\s*$"))).wait_for()


def test_files_that_a_browser_would_run_do_not_lie_where_formgrader_serves_them(classroom, formgrader, page):
    folder = classroom.course.submitted / "bo" / "tiny"
    (folder / "evil.html").write_text("<script>window.hit = 1</script>")
    (folder / "evil.svg").write_text(SVG)
    page.goto(f"{formgrader}/formgrader/manage_submissions/tiny")
    assert "Successfully autograded" in press(page, "bo", "autograde")
    kept = {path.name for path in (classroom.course.output / "autograded" / "bo" / "tiny").iterdir()}
    assert kept == {"tiny.ipynb"}
