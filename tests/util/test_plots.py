"""Every picture can be drawn, is saved where asked, and leaves no figure behind."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from PIL import Image

mpl.use("agg")
import matplotlib.pyplot as plt

from util import plots
from util.pixels import as_images

IMAGES = np.random.default_rng(0).uniform(0, 1, (7, 28, 28))

COLOURS = np.random.default_rng(1).integers(0, 256, (5, 16, 16, 3)).astype(np.uint8)

PICTURES: dict[str, Callable[[], None]] = {
    "grid": lambda: plots.grid(IMAGES, "seven"),
    "grey": lambda: plots.grid(2 * IMAGES - 1, "seven", limits=(-1, 1), name="grey"),
    "colours": lambda: plots.grid(COLOURS, "five", name="colours"),
    "digit": lambda: plots.digit((255 * IMAGES[0]).astype(np.uint8), 7),
    "noise": lambda: plots.noise(2 * IMAGES[:, 0] - 1),
    "gan": plots.gan_diagram,
    "network": lambda: plots.network_diagram([("in", "784"), ("hidden", "128"), ("out", "1")], "a network"),
    "generator_losses": plots.generator_losses,
    "stable_cross_entropy": plots.stable_cross_entropy,
    "loss_curves": lambda: plots.loss_curves({"D_loss": [1.0, 0.5, 0.7], "G_loss": [0.7, 0.9, 0.8]}),
    "other_losses": lambda: plots.loss_curves({"critic": [-1.0, -3.0, np.nan], "mse": [1, 2, 3]}, name="other_losses"),
    "rows": lambda: plots.rows({"one": COLOURS[:3], "two": COLOURS[3:]}, "two", columns=["a", "b", "c"]),
    "metrics": lambda: plots.metric_curves(
        [1, 2, 4], {"recall": {"a": [0, 0.5, 0.7], "b": [0.1, 0.2, 0.3]}, "KID": {"a": [3, 2, 1]}}, floors={"KID": 0.2}
    ),
    "bars": lambda: plots.metric_bars(
        {"recall": {"all": 0.9, "no dropout": 0.3}, "KID": {"all": -0.1, "no dropout": 2}}, floors={"KID": 0.2}
    ),
    "curves": lambda: plots.curves(range(3), {"a": [1, 2, 3], "b": [3, 2, 1]}, "two", log=True),
    "paths": lambda: plots.paths({"round": np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]])}),
    "curve": lambda: plots.discriminator_curve(
        np.linspace(-1, 1, 20), np.linspace(0, 1, 20), [0.5, 0.6], [-0.5], best=np.linspace(1, 0, 20)
    ),
    "over_surface": lambda: plots.over_surface(
        {"one": (IMAGES[0, :2].T, np.linspace(0, 1, 25)), "two": (IMAGES[0, 2:4].T, np.linspace(0, 1, 25))},
        IMAGES[1, :2].T,
        2.0,
    ),
    "class_counts": lambda: plots.class_counts({"real": np.full(10, 3), "generated": np.arange(10)}),
}


@pytest.mark.parametrize("name", PICTURES)
def test_picture(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATELIER_FIGURES", str(tmp_path))
    PICTURES[name]()
    with Image.open(tmp_path / f"{name}.png") as picture:
        assert np.asarray(picture.convert("L")).std() > 5, "the picture is empty"
    assert plt.get_fignums() == []


def test_a_figure_that_a_lesson_drew_is_saved_and_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATELIER_FIGURES", str(tmp_path))
    figure, _ = plt.subplots()
    plots.show(figure, "own")
    assert (tmp_path / "own.png").is_file()
    assert plt.get_fignums() == []


def test_rows_of_pixels_and_images_make_the_same_sheet() -> None:
    sheet = plots._tile(as_images(IMAGES))
    assert sheet.shape == (3 * 29 - 1, 3 * 29 - 1)
    assert np.allclose(sheet[29:57, 29:57], IMAGES[4]), "the fifth image is in the middle of a grid of three by three"
    assert np.array_equal(sheet, plots._tile(as_images(IMAGES.reshape(7, 784))))
    assert np.array_equal(sheet, plots._tile(as_images(IMAGES[..., None])))


def test_colours_make_a_sheet_with_white_lines() -> None:
    sheet = plots._tile(COLOURS / 255)
    assert sheet.shape == (2 * 17 - 1, 3 * 17 - 1, 3)
    assert np.allclose(sheet[17:, :16], COLOURS[3] / 255)
    assert (sheet[16] == 1).all()


def test_boxes_frame_the_pixels_that_they_name() -> None:
    images = np.zeros((2, 3, 6, 8))  # two images, three times each
    boxes = np.tile([2.0, 1.0, 5.0, 4.0], (2, 3, 1))  # from the middle of column 2, row 1, to that of column 5, row 4
    framed = plots.boxed(images, boxes, scale=4, colour="#ff0000")
    assert framed.shape == (2, 3, 24, 32, 3)
    red = (framed[1, 2] == (255, 0, 0)).all(axis=-1)
    rows, columns = np.nonzero(red)
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (6, 18, 10, 22)
    assert not red[9:16, 13:20].any(), "the box is empty inside"
    assert (framed[1, 2, 1:-1, 1:-1][~red[1:-1, 1:-1]] == 255).all(), "paper is white"
    assert (framed[1, 2, 0] == 0xCC).all(), "a thin grey line shows where it ends"
    outside = plots.boxed(images, np.full((2, 3, 4), 1e9), scale=4, colour="#ff0000")
    assert (outside[..., 1:-1, 1:-1, :] == 255).all()


def test_numbers_out_of_range_are_not_shown_as_something_else() -> None:
    with pytest.raises(ValueError, match=r"limits=\(-1, 1\)"):
        plots.grid(np.full((1, 4, 4, 3), -0.5))
    with pytest.raises(ValueError, match="between 0 and 1"):
        plots.animation([(0, np.full((1, 4, 4), 7.0))], "unwritten.gif")


def test_animation(tmp_path: Path) -> None:
    plots.animation([(epoch, IMAGES[epoch : epoch + 4]) for epoch in range(4)], tmp_path / "new" / "a.gif", scale=1)
    with Image.open(tmp_path / "new" / "a.gif") as gif:
        assert gif.n_frames >= 4
        assert gif.size == (57, 57)
        assert gif.info["loop"] == 0


def test_animation_in_colour(tmp_path: Path) -> None:
    red, blue = (np.tile(np.array(colour, np.float32), (1, 8, 8, 1)) for colour in ((1, -1, -1), (-1, -1, 1)))
    plots.animation([(0, red), (1, blue)], tmp_path / "a.gif", limits=(-1, 1))
    with Image.open(tmp_path / "a.gif") as gif:
        assert gif.size == (16, 16)
        assert gif.convert("RGB").getpixel((3, 3)) == (255, 0, 0)
        gif.seek(1)
        assert gif.convert("RGB").getpixel((3, 3)) == (0, 0, 255)


def test_a_walk_goes_back_the_way_it_came(tmp_path: Path) -> None:
    greys = [np.full((1, 8, 8), value, np.float32) for value in (0.0, 0.3, 0.6, 0.9)]
    plots.animation(list(enumerate(greys)), tmp_path / "a.gif", back=True, caption="step {}")
    with Image.open(tmp_path / "a.gif") as gif:
        assert gif.size == (16, 16 + 18)
        seen = []
        for frame in range(gif.n_frames):
            gif.seek(frame)
            seen.append(gif.convert("L").getpixel((8, 30)))
    assert np.allclose(seen, [255, 178, 102, 26, 102, 178], atol=1)


def drawn(draw: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> mpl.figure.Figure:
    """Return the figure that a function would show."""
    shown: list[mpl.figure.Figure] = []
    monkeypatch.setattr(plots, "_show", lambda figure, *_: shown.append(figure))
    draw()
    plt.close(shown[0])
    return shown[0]


def test_loss_curves_do_not_lie(monkeypatch: pytest.MonkeyPatch) -> None:
    losses = {"critic": [-5.0, 1.0, np.inf, 2.0], "D_loss": [1.0] * 4}
    figure = drawn(lambda: plots.loss_curves(losses, smooth=2), monkeypatch)
    low, high = figure.axes[0].get_ylim()
    assert low < -5, "what is below zero is on the picture"
    assert high > 2
    texts = [text.get_text() for text in figure.legends[0].get_texts()]
    assert texts == ["critic (not finite at 1 steps, first at 2)", "D_loss"]
    assert [text.get_text() for text in figure.axes[0].texts] == ["D can only guess: 2 log 2"]
    assert not drawn(lambda: plots.loss_curves(losses, guessing=False), monkeypatch).axes[0].texts


def test_a_sixth_series_is_drawn_too(monkeypatch: pytest.MonkeyPatch) -> None:
    series = {f"run {k}": np.arange(3.0) + k for k in range(7)}
    figure = drawn(lambda: plots.curves(np.arange(3), series), monkeypatch)
    assert [line.get_label() for line in figure.axes[0].lines] == list(series)
    figure = drawn(lambda: plots.loss_curves(series), monkeypatch)
    assert [text.get_text() for text in figure.legends[0].get_texts()] == list(series)


def test_metrics_stand_beside_their_floor(monkeypatch: pytest.MonkeyPatch) -> None:
    table = {"KID": {"all": 1.0, "less": 3.0}, "recall": {"all": 0.5, "less": 0.25}}
    figure = drawn(lambda: plots.metric_bars(table, floors={"KID": 0.25}), monkeypatch)
    kid, recall = figure.axes
    assert [patch.get_width() for patch in kid.patches] == [1.0, 3.0]
    assert [line.get_xdata()[0] for line in kid.lines] == [0.25]
    assert not recall.lines


def test_a_surface_is_drawn_where_its_points_are() -> None:
    points = plots.square(2.0, 5)
    assert points.shape == (25, 2)
    assert points[0].tolist() == [-2, -2], "row by row, from the lower left"
    assert points[1].tolist() == [-1, -2]
    assert points[-1].tolist() == [2, 2]


def test_surface_animation(tmp_path: Path) -> None:
    frames = [(k, (IMAGES[k, :2].T, np.full(16, k / 3))) for k in range(4)]
    plots.surface_animation(frames, IMAGES[5, :2].T, 1.0, tmp_path / "new" / "a.gif")
    with Image.open(tmp_path / "new" / "a.gif") as gif:
        assert gif.n_frames == 4, "the last frame only lasts longer"
        assert gif.info["loop"] == 0
    assert plt.get_fignums() == []


@pytest.mark.parametrize(
    ("draw", "words"),
    [
        (lambda: plots.grid(IMAGES, "seven"), "Images: seven"),
        (
            lambda: plots.rows({"one": COLOURS[:3], "two": COLOURS[3:]}, "both", columns=["a", "b", "c"]),
            "Images: both, a, b, c; one, two",
        ),
        (
            lambda: plots.loss_curves({"D_loss": [1.0, 0.5, 0.7], "G_loss": [0.7, 0.9, 0.8]}),
            "Curves: loss by training step; D_loss, G_loss",
        ),
        (lambda: plots.metric_bars({"KID": {"a": 1.0, "b": 2.0}}), "Bars: KID"),
        (plots.gan_diagram, "A drawing"),
    ],
)
def test_a_figure_says_in_words_what_it_shows(draw, words, monkeypatch):
    assert plots.described(drawn(draw, monkeypatch)).startswith(words)


def test_a_place_takes_another_figure_after_a_while():
    assert plots.Place().waits
    busy, patient = plots.Place(seconds=0), plots.Place(seconds=1e6)
    for place in (busy, patient):
        plots.grid(IMAGES, place=place)
    assert busy.waits
    assert not patient.waits
