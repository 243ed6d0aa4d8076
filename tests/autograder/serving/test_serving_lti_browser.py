"""A launch in a real browser, across two sites: what cookies and frames do to it no other client shows."""

import shutil

import pytest

from autograder.serving.lti import Lti
from tests.autograder.serving.lti_platform import as_tool, platform
from tests.autograder.serving.stubs import running

browser_api = pytest.importorskip("playwright.sync_api", reason="the package `playwright` is not installed")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium was found (Debian: package `chromium`)")


@pytest.fixture
def course_page(course, stubbed):
    """A page of the course on the platform, in a browser; to it ``localhost`` is another site than ``127.0.0.1``."""
    with platform("localhost") as school:
        as_tool(course, school)
        with running(course, lti=Lti.of(course)) as door:
            school.tool = door.origin
            with (
                browser_api.sync_playwright() as all_kinds,
                all_kinds.chromium.launch(executable_path=CHROMIUM) as browser,
            ):
                page = browser.new_page()
                page.goto(f"{school.origin}/page")
                yield page


def test_a_link_on_the_platform_signs_in(course_page):
    course_page.click("text=Tiny")
    course_page.wait_for_url("**/a/tiny")
    assert "Ana Lima" in course_page.content()


def test_inside_the_platforms_page_there_is_a_link_to_a_window_that_signs_in(course_page):
    inside = course_page.frame_locator("iframe")
    with course_page.expect_popup() as opened:
        inside.get_by_role("link", name="open it").click()
    opened.value.wait_for_url("**/a/tiny")
    assert "Ana Lima" in opened.value.content()
