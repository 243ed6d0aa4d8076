"""`atelier demo` shows what solved notebooks draw, and says so when one of them goes wrong."""

import base64
import io
import re

import pytest
from bs4 import BeautifulSoup
from PIL import Image
from typer.testing import CliRunner

from autograder.authoring import build
from autograder.cli import app
from autograder.reports.demo import WIDTH
from tests.conftest import ROOT

DRAWN = """
# %% [markdown]
# ## A picture
# ### of noise

# %% demo
import numpy as np
from PIL import Image
from util import plots

plots.animation([(k, np.full((1, 4, 4), k / 4)) for k in range(4)], "build/a.gif")
Image.fromarray(np.arange(4000 * 9, dtype=np.uint8).reshape(9, 4000))
"""


@pytest.fixture
def demo(tiny, monkeypatch):
    """Append cells to the lesson and run it: the command's result, and the gallery."""
    (tiny.course.root / "util").symlink_to(ROOT / "util")

    def call(cells, *options):
        source = tiny.folder / "tiny.py"
        source.write_text(source.read_text() + cells)
        build.build(tiny)
        monkeypatch.chdir(tiny.course.root)
        result = CliRunner().invoke(app, ["demo", "tiny", *options])
        return result, (tiny.course.output / "demo" / "index.html").read_text()

    return call


def test_the_gallery_holds_what_was_drawn_and_where(demo):
    """As WebP, an animation with all its frames and times, and a picture no wider than need be."""
    result, page = demo(DRAWN)
    assert result.exit_code == 0, result.output
    pictures = re.findall(r'src="data:image/(\w+);base64,([^"]+)".*?<figcaption>([^<]*)', page)
    assert [(kind, heading) for kind, _, heading in pictures] == [("webp", "of noise")] * 2
    moving, still = (Image.open(io.BytesIO(base64.b64decode(data))) for _, data, _ in pictures)
    assert moving.n_frames == 4
    assert (still.width, still.format) == (WIDTH, "WEBP")
    times = []
    for frame in range(4):
        moving.seek(frame)
        moving.load()
        times.append(moving.info["duration"])
    assert times[:3] == [1200] * 3
    assert times[3] >= 2400, "it rests on the last frame"


def test_the_page_for_the_site_leads_to_its_pages_and_tells_every_picture(demo, tiny):
    """With an alternative text and a caption each, and nothing that is loaded."""
    figure = "\n# %% demo\nplots.rows({'ones': np.eye(4)[None]}, 'a diagonal')\n"
    result, _ = demo(DRAWN + figure, "--site")
    assert result.exit_code == 0, result.output
    page = BeautifulSoup((tiny.course.output / "site" / "gallery.html").read_text(), "html.parser")
    assert page.find("a", string="The whole notebook")["href"] == "notebooks/tiny/tiny.html"
    figures = page.find_all("figure")
    assert [each.figcaption.get_text() for each in figures] == ["of noise", "of noise", "of noise: a diagonal"]
    assert [each.img["alt"] for each in figures] == [
        "An animation of 4 frames",
        "Drawn under the heading of noise",
        "Images: a diagonal; ones",
    ]
    assert all(each.img["src"].startswith("data:image/webp;") for each in figures)


def test_pictures_are_told_in_words_on_both_pages(demo, tiny):
    _, page = demo("\n# %% demo\nimport numpy as np\nfrom util import plots\nplots.grid(np.eye(4)[None], 'a & b')\n")
    for html in (page, (tiny.course.output / "demo" / "tiny.html").read_text()):
        assert 'alt="Images: a &amp; b"' in html


def test_live_says_where_the_page_is_and_leaves_it(demo, tiny):
    result, _ = demo(DRAWN, "--live")
    assert result.exit_code == 0, result.output
    page = tiny.course.output / "demo" / "live" / "tiny" / "index.html"
    assert page.resolve().as_uri() in result.output.replace("\n", "")
    state = (page.parent / "state.js").read_text()
    assert '"ended": true' in state
    assert state.count('"file"') == 2


def test_a_progress_bar_takes_one_line_of_the_lessons_page(demo, tiny):
    bar = "import sys\nfor k in range(300):\n    print(k, end='\\b' * 9 + '\\r', flush=True)\nprint('done')"
    result, _ = demo(f"\n# %% demo\n{bar}\n")
    assert result.exit_code == 0, result.output
    page = (tiny.course.output / "demo" / "tiny.html").read_text()
    assert "\b" not in page
    assert "\r" not in page
    assert "done" in page
    assert ">298" not in page


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        ("1 / 0", "ZeroDivisionError"),
        ("from util import checks\nwith checks.waits():\n    open('nowhere/at/all')", "nowhere/at/all"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "the death of its kernel"),
    ],
)
def test_what_goes_wrong_is_told_and_ends_with_1(demo, cell, sentence):
    result, page = demo(f"\n# %% demo\n{cell}\n")
    assert result.exit_code == 1
    assert "tiny went wrong: " in re.sub(r"\s+", " ", result.output)
    assert sentence in page
