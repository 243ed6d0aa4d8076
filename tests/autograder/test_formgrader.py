"""An instructor grades by hand in nbgrader's formgrader, in a browser; the grades and pages of Atelier say so."""

import csv
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest
from nbgrader.api import Gradebook
from test_grade import ONE, RIGHT, WRONG, hand_in
from typer.testing import CliRunner

from autograder.cli import app
from autograder.grade import grade
from autograder.results import load

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
def classroom(tiny, house, monkeypatch):
    """A graded class: amal's answer waits for a teacher, bo's too."""
    hand_in(tiny, "amal", RIGHT, "It dominates.")
    hand_in(tiny, "bo", WRONG, "Nothing.")
    grade(tiny, workers=ONE, house=house)
    monkeypatch.chdir(tiny.course.root)
    return tiny


@pytest.fixture
def formgrader(classroom, tmp_path):
    """The address of a Jupyter server that shows formgrader for the class."""
    address = f"http://127.0.0.1:{free_port()}"
    options = {
        "ip": "127.0.0.1",
        "port": address.rpartition(":")[2],
        "open_browser": "False",
        "allow_root": "True",
        "root_dir": str(classroom.course.root),
        "jpserver_extensions": "nbgrader.server_extensions.formgrader=True",
    }
    command = [sys.executable, "-m", "jupyter_server", f"--IdentityProvider.token={TOKEN}"]
    command += [f"--ServerApp.{name}={value}" for name, value in options.items()]
    own = {f"JUPYTER_{kind}_DIR": str(tmp_path / f"jupyter-{kind}") for kind in ("CONFIG", "DATA", "RUNTIME")}
    log = tmp_path / "server.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            command, cwd=classroom.course.root, env={**os.environ, **own}, stdout=output, stderr=subprocess.STDOUT
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
    give(page, "#outliers", "0.75", "/api/grade/")
    give(page, "#outliers_extra_credit", "0.5", "/api/grade/")
    give(page, "#outliers-comment", "Well seen, but why?", "/api/comment/")
    give(page, "#mean_squared_error-comment", "Short & clear.", "/api/comment/")

    done = CliRunner().invoke(app, ["report", "tiny"])
    assert done.exit_code == 0, done.output
    output = classroom.course.output
    amal = load(output / "grades" / "tiny.json").students[0]
    assert {item.name: (item.points, item.comment) for item in amal.items} == {
        "mean_squared_error": (2, "Short & clear."),
        "outliers": (1.25, "Well seen, but why?"),
    }
    with (output / "grades" / "tiny.csv").open() as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}
    assert (rows["amal"]["score"], rows["bo"]["score"]) == ("3.25", "0.5")
    feedback = (output / "feedback" / "amal" / "tiny" / "tiny.html").read_text()
    assert "3.25" in feedback
    assert "Well seen, but why?" in feedback
    assert "Short &amp; clear." in feedback
    assert "Well seen" not in (output / "feedback" / "bo" / "tiny" / "tiny.html").read_text()
