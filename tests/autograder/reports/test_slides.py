"""The page for a projector: what is on it while a notebook runs, and that it is led by keys and buttons in a browser."""

import base64
import io
import json
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from nbformat import v4
from PIL import Image

from autograder.authoring import build
from autograder.reports.demo import run_demo
from autograder.reports.slides import Slides
from tests.conftest import ROOT

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
PATIENCE = 60_000  # ms; a busy machine is slow, and nothing here is about speed


def png(colour):
    buffer = io.BytesIO()
    Image.new("RGB", (8, 4), colour).save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode()


def gif():
    buffer, frames = io.BytesIO(), [Image.new("P", (8, 4), colour) for colour in range(3)]
    frames[0].save(buffer, "GIF", save_all=True, append_images=frames[1:], duration=100, loop=0)
    return base64.b64encode(buffer.getvalue()).decode()


def picture(colour, words="", grows=False):
    metadata = {"image/png": {"alt": words}} if words else {}
    return v4.new_output(
        "display_data", {"image/png": png(colour)}, metadata=metadata | ({"grows": True} if grows else {})
    )


def printed(*pieces):
    return [v4.new_output("stream", name="stdout", text=text) for text in pieces]


def demo_cell(*outputs):
    return v4.new_code_cell("draw()", outputs=list(outputs), metadata={"tags": ["demo"]})


def notebook(*cells):
    return v4.new_notebook(cells=[v4.new_markdown_cell("# A lesson\n## The data"), *cells])


def state_of(slides):
    """What the page is told."""
    text = (slides.folder / "state.js").read_text()
    assert text.startswith("show(")
    return json.loads(text.removeprefix("show(").removesuffix(");\n"))


def test_each_picture_and_each_text_is_a_slide_under_its_heading(tmp_path):
    slides = Slides(tmp_path / "page", "A lesson")
    assert state_of(slides)["slides"] == []
    both = v4.new_output("display_data", {"image/gif": gif(), "text/html": "<img>"})
    slides.update(notebook(demo_cell(picture("red", "a red one"), both, *printed("loss 0.5\n", "loss 0.4\n"))), 2)
    one, two, three = state_of(slides)["slides"]
    assert {each["heading"] for each in (one, two, three)} == {"The data"}
    assert one["pictures"][0]["words"] == "a red one"
    assert two["pictures"][0]["words"] == "Drawn under the heading The data"
    assert three["text"] == "loss 0.5\nloss 0.4"
    for slide, start in ((one, b"\x89PNG"), (two, b"GIF8")):
        assert (slides.folder / slide["pictures"][0]["file"]).read_bytes().startswith(start)


def test_checks_bars_and_what_still_runs_are_no_slides(tmp_path):
    slides = Slides(tmp_path / "page", "A lesson")
    bar = demo_cell(*printed("1/2\b\b\b", "2/2\n"))
    check = v4.new_code_cell("check()", outputs=printed("✓ encoder\n"))
    running = demo_cell(*printed("so far\n"))
    slides.update(notebook(bar, check, running), 3)
    assert state_of(slides)["slides"] == []
    slides.update(notebook(bar, check, running), 4)
    assert [slide["text"] for slide in state_of(slides)["slides"]] == ["so far"]


def test_what_grows_stays_on_one_slide_side_by_side(tmp_path):
    slides = Slides(tmp_path / "page", "A lesson")

    def after(curve, grid):
        outputs = [picture(curve, "curve", grows=True), picture(grid, "grid", grows=True), picture("black")]
        slides.update(notebook(demo_cell(*outputs)), 1)
        return state_of(slides)["slides"]

    early, late = after("red", "green"), after("blue", "green")
    assert len(early) == len(late) == 2
    assert early[0]["id"] == late[0]["id"]
    assert [each["words"] for each in late[0]["pictures"]] == ["curve", "grid"]
    assert early[0]["pictures"][0]["file"] != late[0]["pictures"][0]["file"]
    assert early[0]["pictures"][1] == late[0]["pictures"][1]


def test_a_page_of_an_earlier_run_is_replaced(tmp_path):
    old = Slides(tmp_path / "page", "A lesson")
    old.update(notebook(demo_cell(picture("red"))), 2)
    new = Slides(tmp_path / "page", "A lesson")
    assert sorted(path.name for path in new.folder.iterdir()) == ["index.html", "state.js"]


WAITS = """
# %% demo
import time
from pathlib import Path
import numpy as np
from util import plots, training

plots.grid(np.arange(16.0).reshape(1, 4, 4) / 15, "a ramp")
while not Path("go").exists():
    time.sleep(0.05)

# %% demo
losses = training.LossCurves()
losses.set_model(None)
for epoch in range(2):
    losses.on_epoch_begin(epoch)
    for step in range(5):
        losses.on_train_batch_end(step, {"D_loss": 1.0, "G_loss": 0.5})
losses.on_train_end()
plots.animation([(k, np.full((1, 4, 4), k / 4)) for k in range(4)], "build/a.gif")
"""


def test_a_running_notebook_is_on_the_page_before_it_ends(tiny):
    """Also what a training shows while it goes on, which otherwise nobody sees."""
    (tiny.folder / "tiny.py").write_text((tiny.folder / "tiny.py").read_text() + WAITS)
    build.build(tiny)
    (tiny.course.root / "util").symlink_to(ROOT / "util")
    slides = Slides(tiny.course.output / "demo" / "live" / "tiny", "A lesson")
    seen = threading.Event()

    def look():
        """Wait for the first picture, of a cell that does not end before ``go`` is there."""
        while not state_of(slides)["slides"] and not seen.wait(0.1):
            pass
        (tiny.course.root / "go").touch()
        return state_of(slides)

    with ThreadPoolExecutor() as threads:
        early = threads.submit(look)
        try:
            shown = run_demo(tiny, "quick", slides=slides)
        finally:
            seen.set()
    assert shown.error == ""
    (first,) = early.result()["slides"]
    assert first["pictures"][0]["words"] == "Images: a ramp"
    assert not early.result()["ended"]
    late = state_of(slides)
    assert late["ended"]
    words = [slide["pictures"][0]["words"] for slide in late["slides"] if slide["pictures"]]
    assert words[0] == "Images: a ramp"
    assert words[1].startswith("Curves: loss by training step")
    assert words[2] == "An animation of 4 frames"


@pytest.fixture
def browser():
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as browsers, browsers.chromium.launch(executable_path=CHROMIUM) as chromium:
        yield chromium


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium was found (Debian: package `chromium`)")
def test_in_a_browser_from_the_disk(tmp_path, browser):
    """Pictures come by themselves; keys and buttons lead; an animation goes on playing; nothing comes from elsewhere."""
    slides = Slides(tmp_path / "page", "A lesson & more")
    page = browser.new_page(viewport={"width": 1600, "height": 900})
    page.set_default_timeout(PATIENCE)
    faults, asked = [], []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("request", lambda request: asked.append(request.url))
    page.goto(slides.page.as_uri())
    page.get_by_text("its first picture comes soon").wait_for()
    assert page.locator("h1").inner_text() == "A lesson & more"
    assert page.get_by_role("button", name="Next").is_disabled()

    moving = v4.new_output("display_data", {"image/gif": gif()})
    cells = [demo_cell(picture("red", "red")), demo_cell(moving), demo_cell(*printed("<b>loss</b> 0.5"))]
    slides.update(notebook(*cells[:2]), 3)
    page.locator('img[src$=".gif"]').wait_for()  # whoever is at the newest goes along
    assert page.locator("output").inner_text() == "2 of 2, cell 3 of 3 is running"
    page.evaluate("document.querySelector('img').mark = 1")
    box = page.locator("img").bounding_box()
    foot = page.locator("footer").bounding_box()
    assert box["y"] + box["height"] <= foot["y"], "the whole picture can be seen"
    assert float(page.locator("h1").evaluate("node => getComputedStyle(node).fontSize").removesuffix("px")) > 40

    page.keyboard.press("ArrowLeft")
    page.locator('img[alt="red"]').wait_for()
    slides.update(notebook(*cells), 4, ended=True)
    page.get_by_text("1 of 3").wait_for()  # whoever looks at another slide stays there
    page.locator('img[alt="red"]').wait_for()
    page.get_by_role("button", name="Next").click()
    page.locator('img[src$=".gif"]').wait_for()
    page.keyboard.press("PageDown")
    page.locator("pre", has_text="<b>loss</b> 0.5").wait_for()
    assert page.get_by_role("button", name="Next").is_disabled()
    page.get_by_role("button", name="Previous").click()
    page.keyboard.press("Home")
    page.locator('img[alt="red"]').wait_for()
    page.get_by_role("button", name="Newest").click()
    page.locator("pre").wait_for()
    page.keyboard.press("f")
    page.locator("html:fullscreen").wait_for()
    assert not faults
    assert all(address.startswith(slides.folder.as_uri()) for address in asked)


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium was found (Debian: package `chromium`)")
def test_a_curve_and_a_grid_grow_side_by_side(tmp_path, browser):
    """Neither covers the other, and each changes in its place."""
    slides = Slides(tmp_path / "page", "A lesson")
    page = browser.new_page(viewport={"width": 1024, "height": 768})
    page.set_default_timeout(PATIENCE)
    page.goto(slides.page.as_uri())
    slides.update(notebook(demo_cell(picture("red", "curve", grows=True), picture("green", "grid", grows=True))), 1)
    curve, grid = (page.locator(f'img[alt="{name}"]') for name in ("curve", "grid"))
    grid.wait_for()
    left, right = curve.bounding_box(), grid.bounding_box()
    assert left["x"] + left["width"] <= right["x"]
    assert min(left["width"], right["width"]) > 400
    before = curve.get_attribute("src")
    page.evaluate("kept = document.querySelector('img')")
    slides.update(notebook(demo_cell(picture("blue", "curve", grows=True), picture("green", "grid", grows=True))), 1)
    page.locator(f'img[alt="curve"]:not([src="{before}"])').wait_for()
    assert page.evaluate("kept.isConnected && kept === document.querySelector('img')")


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium was found (Debian: package `chromium`)")
def test_an_animation_is_not_begun_anew_while_others_come(tmp_path, browser):
    """The same element stays on the screen, and nothing is loaded into it again."""
    slides = Slides(tmp_path / "page", "A lesson")
    moving = demo_cell(v4.new_output("display_data", {"image/gif": gif()}))
    slides.update(notebook(moving, demo_cell(picture("red"))), 3)
    page = browser.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(slides.page.as_uri())
    page.get_by_text("2 of 2").wait_for()
    page.keyboard.press("Home")
    page.locator('img[src$=".gif"]').wait_for()
    page.evaluate("image = document.querySelector('img'); loads = 0; image.onload = () => { loads += 1 }")
    page.evaluate("image.decode()")
    before = page.evaluate("loads")
    slides.update(notebook(moving, demo_cell(picture("red")), demo_cell(picture("blue"))), 4)
    page.get_by_text("1 of 3").wait_for()
    assert page.evaluate("image.isConnected && image === document.querySelector('img')")
    assert page.evaluate("loads") == before
