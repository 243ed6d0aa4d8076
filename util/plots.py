"""Pictures for the notebooks. Every function shows one figure; with ``ATELIER_FIGURES`` set it also saves it there."""

from __future__ import annotations

import base64
import html
import io
import math
import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import cycle, pairwise
from pathlib import Path
from typing import Any

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyBboxPatch
from PIL import Image, ImageDraw

from util.pixels import Limits, as_images, unit

__all__ = [
    "Place",
    "animation",
    "boxed",
    "class_counts",
    "curves",
    "digit",
    "discriminator_curve",
    "gan_diagram",
    "generator_losses",
    "grid",
    "live",
    "loss_curves",
    "metric_bars",
    "metric_curves",
    "network_diagram",
    "noise",
    "over_surface",
    "paths",
    "rows",
    "show",
    "square",
    "stable_cross_entropy",
    "surface_animation",
]

D_COLOUR, G_COLOUR, INK, PALE = "#b4502d", "#2a6592", "#333333", "#f4f1ea"
LIVE_DPI = 160
"""Of figures that a projector shows, where people look at them from the last row."""


def _show(figure: Figure, name: str, place: Place | None = None) -> None:
    """Show and close a figure, so that none is shown twice and none stays in memory."""
    if folder := os.environ.get("ATELIER_FIGURES"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        figure.savefig(Path(folder) / f"{name}.png", dpi=110, bbox_inches="tight")
    if place is not None:
        place.put(figure)
    elif _in_notebook():
        from IPython.display import display

        if live():
            figure.set_dpi(LIVE_DPI)
        display(figure, metadata={"image/png": {"alt": described(figure)}})
    elif matplotlib.get_backend().lower() != "agg":
        plt.show()
    plt.close(figure)


def _in_notebook() -> bool:
    """Whether figures appear below the cell, where they may carry a text for those who do not see them."""
    return matplotlib.get_backend().lower() in ("inline", "module://matplotlib_inline.backend_inline")


def show(figure: Figure, name: str) -> None:
    """Show a figure that a lesson has drawn by itself, as the functions here do; saved as ``name`` with the others."""
    _show(figure, name)


def described(figure: Figure) -> str:
    """What a figure shows, in words: its kind, titles, axes, and what its lines, bars or rows stand for."""
    panels = [axes for axes in figure.axes if axes.get_label() != "<colorbar>"]
    kinds = dict.fromkeys(kind for axes in panels for kind in _kinds(axes))
    told = [figure.get_suptitle(), *(axes.get_title().replace("\n", " ") for axes in panels)]
    labels = [text for axes in panels for text in axes.get_legend_handles_labels()[1]]
    rows = [axes.get_ylabel() for axes in panels if axes.images]
    ways = [f"{axes.get_ylabel()} by {axes.get_xlabel()}" for axes in panels if axes.get_xlabel() and axes.get_ylabel()]
    parts = [", ".join(dict.fromkeys(part for part in some if part)) for some in (told, ways, labels, rows)]
    words = "; ".join(part for part in parts if part).replace("$", "")
    name = " and ".join(kinds) or "A drawing"
    return f"{name}: {words}" if words else name


def _kinds(axes: Axes) -> Iterator[str]:
    """What is drawn: images, curves, bars."""
    if axes.images:
        yield "Images"
    if axes.axison and any(len(line.get_xdata()) > 2 for line in axes.lines):  # type: ignore[arg-type]
        yield "Curves"
    if axes.axison and axes.containers:
        yield "Bars"


def live() -> bool:
    """Whether somebody watches the notebook run (`atelier demo --live`): then trainings show how far they are."""
    return os.environ.get("ATELIER_LIVE") == "yes"


class Place:
    """A place below a cell for a figure that grows: each figure that is put there replaces the one before."""

    def __init__(self, seconds: float = 3.0) -> None:
        """At least ``seconds`` pass between two figures, since drawing takes time from the training."""
        self._seconds, self._next, self._handle = seconds, 0.0, None

    @property
    def waits(self) -> bool:
        """Whether it is time for another figure."""
        return time.monotonic() >= self._next

    def put(self, figure: Figure) -> None:
        """Show the figure here; outside of a notebook it is not shown."""
        if _in_notebook():
            from IPython.display import display

            buffer = io.BytesIO()
            figure.savefig(buffer, dpi=LIVE_DPI, bbox_inches="tight")
            png = {"image/png": base64.b64encode(buffer.getvalue()).decode()}
            known: dict[str, Any] = {
                "raw": True,
                "metadata": {"image/png": {"alt": described(figure)}, "grows": True},
            }
            if self._handle is None:
                self._handle = display(png, display_id=True, **known)
            else:
                self._handle.update(png, **known)
        self._next = time.monotonic() + self._seconds


# Images ---------------------------------------------------------------------------------------------------------------


def _tile(images: np.ndarray, columns: int | None = None) -> np.ndarray:
    """Images (n, h, w) or (n, h, w, 3) side by side in one array, with a thin line between them."""
    count, height, width, *channels = images.shape
    columns = columns or math.ceil(math.sqrt(count))
    rows = math.ceil(count / columns)
    line = 1.0 if channels else (images.min() + images.max()) / 2  # white beside colours, grey beside ink
    sheet = np.full((rows, height + 1, columns, width + 1, *channels), line, dtype=np.float32)
    for i, image in enumerate(images):
        sheet[i // columns, :height, i % columns, :width] = image
    return sheet.reshape(rows * (height + 1), columns * (width + 1), *channels)[:-1, :-1]


def grid(
    images: Any,
    title: str = "",
    *,
    limits: Limits | None = None,
    columns: int | None = None,
    inches: float = 5.0,
    name: str = "grid",
    place: Place | None = None,
) -> None:
    """Show images in a grid as square as possible, in ``place`` if one is given.

    Grey ones are (n, h, w) or rows of pixels (n, h * h); their ink is dark, from the lowest number to the highest or
    between ``limits``. Those in colour are (n, h, w, 3): bytes, numbers in [0, 1], or in whatever ``limits`` says.
    Numbers beyond that raise a ValueError.
    """
    images = as_images(images)
    sheet = _tile(unit(images, limits) if images.ndim == 4 or limits else images, columns)
    figure, axes = plt.subplots(figsize=(inches, inches * sheet.shape[0] / sheet.shape[1] + 0.3))
    axes.imshow(sheet, cmap="gray_r", vmax=1 if limits else None, vmin=0 if limits else None)
    axes.set_title(title, fontsize=10)
    axes.axis("off")
    _show(figure, name, place)


def digit(image: Any, label: object, *, name: str = "digit") -> None:
    """Show one image (h, w) with the number of every pixel that is not background written into it."""
    image = np.asarray(image)
    figure, axes = plt.subplots(figsize=(7, 7))
    axes.imshow(image, cmap="gray_r")
    middle = image.max() / 2
    for row, column in np.argwhere(image > 0):
        value = image[row, column]
        colour = "white" if value > middle else INK
        axes.text(column, row, f"{value}", ha="center", va="center", fontsize=5.5, color=colour)
    axes.set_title(f"an image of a {label}", fontsize=10)
    axes.set_xlabel("column")
    axes.set_ylabel("row")
    _show(figure, name)


def noise(z: Any, *, name: str = "noise") -> None:
    """Show noise (m, n): each row one vector, and beside it how often each value occurs."""
    z = np.asarray(z)
    figure, (left, right) = plt.subplots(1, 2, figsize=(8.5, 3), width_ratios=(2, 1), layout="constrained")
    picture = left.imshow(z, cmap="RdBu_r", vmin=-1, vmax=1, aspect="auto", interpolation="nearest")
    figure.colorbar(picture, ax=left)
    left.set(title=f"{z.shape[0]} noise vectors of {z.shape[1]} numbers", xlabel="number", ylabel="vector")
    right.hist(z.ravel(), bins=20, color=G_COLOUR)
    right.set(title="how often each value occurs", xlabel="value")
    _show(figure, name)


def rows(
    rows: Mapping[str, Any],
    title: str = "",
    *,
    columns: Sequence[str] = (),
    limits: Limits | None = None,
    inches: float = 0.9,
    name: str = "rows",
) -> None:
    """Show rows of images, each with its caption, such as interpolations or the terms of a sum.

    Each row is as for `grid`, grey images in [0, 1] or within ``limits`` too; rows may differ in length. ``columns``
    are captions above the images, and ``inches`` is the width of one.
    """
    scaled = {caption: unit(as_images(images), limits) for caption, images in rows.items()}
    length = max(len(images) for images in scaled.values())
    height, width = next(iter(scaled.values())).shape[1:3]
    size = (inches * length + 1.4, inches * height / width * len(scaled) + (0.7 if title or columns else 0.2))
    figure, axes = plt.subplots(len(scaled), length, figsize=size, squeeze=False, layout="constrained")
    for axis in axes.flat:
        axis.set(xticks=[], yticks=[])
        axis.spines[:].set_visible(False)
    for row, (caption, images) in zip(axes, scaled.items(), strict=True):
        row[0].set_ylabel(caption, rotation=0, ha="right", va="center", fontsize=9)
        for axis, image in zip(row, images, strict=False):
            axis.imshow(image, cmap="gray_r", vmin=0, vmax=1)
    for axis, caption in zip(axes[0], columns, strict=False):
        axis.set_title(caption, fontsize=8)
    figure.suptitle(title, fontsize=10)
    figure.set_layout_engine("constrained", w_pad=0.01, h_pad=0.01, wspace=0.02, hspace=0.02)
    _show(figure, name)


def animation(
    frames: Sequence[tuple[int, np.ndarray]],
    path: str | Path,
    *,
    limits: Limits | None = None,
    columns: int | None = None,
    seconds: float = 6.0,
    scale: int = 2,
    caption: str = "",
    back: bool = False,
) -> None:
    """Write frames ``(number, images)`` as an endless GIF to ``path``, and show it in a notebook.

    Images are as for `grid`, but grey ones too lie in [0, 1], or are bytes, or lie within ``limits``; every pixel
    becomes ``scale`` × ``scale``. A ``caption`` such as ``"epoch {}"`` stands above with the number of the frame. The
    GIF rests on the last frame, or with ``back`` returns the way it came, as for a walk through the latent space.
    """
    pictures = []
    for number, images in frames:
        sheet = unit(_tile(unit(as_images(images), limits), columns))
        light = sheet if sheet.ndim == 3 else 1 - sheet  # ink is dark
        picture = Image.fromarray((255 * light).round().astype(np.uint8))
        picture = picture.resize((picture.width * scale, picture.height * scale), Image.Resampling.NEAREST)
        picture = _captioned(picture, caption.format(number)) if caption else picture
        pictures.append(picture.quantize(256) if sheet.ndim == 3 else picture)
    numbers = f", {caption.format(frames[0][0])} to {caption.format(frames[-1][0])}" if caption else ""
    _write_gif(pictures, path, seconds, f"An animation of {len(frames)} frames{numbers}", back=back)


def boxed(images: Any, boxes: Any, *, scale: int = 4, colour: str = D_COLOUR) -> np.ndarray:
    """Grey images (..., h, w) in [0, 1] as colour images (..., h * scale, w * scale, 3), bytes, each with a rectangle.

    ``boxes`` (..., 4) are left, top, right and bottom in pixels, where 0 is the middle of the first; what lies outside
    of the image is cut off. The result goes to `rows` and `animation`, such as glimpses of an image through time.
    """
    pixels, corners = unit(images), np.asarray(boxes, dtype=np.float64)
    height, width = pixels.shape[-2:]
    framed = []
    for image, box in zip(pixels.reshape(-1, height, width), corners.reshape(-1, 4), strict=True):
        picture = Image.fromarray((255 * (1 - image)).round().astype(np.uint8))  # ink is dark
        picture = picture.resize((width * scale, height * scale), Image.Resampling.NEAREST).convert("RGB")
        limit = 4.0 * scale * max(height, width)  # far outside, but not beyond what can be drawn
        left, top, right, bottom = np.clip((box + 0.5) * scale, -limit, limit)
        pencil = ImageDraw.Draw(picture)
        pencil.rectangle((0, 0, width * scale - 1, height * scale - 1), outline="#cccccc")  # where the paper ends
        pencil.rectangle((left, top, right, bottom), outline=colour, width=max(1, scale // 2))
        framed.append(np.asarray(picture))
    return np.stack(framed).reshape(*pixels.shape[:-2], height * scale, width * scale, 3)


def _captioned(picture: Image.Image, caption: str) -> Image.Image:
    """The picture with a line of text above."""
    paper: Any = "white" if picture.mode == "L" else "#ffffff"
    canvas = Image.new(picture.mode, (picture.width, picture.height + 18), paper)
    canvas.paste(picture, (0, 18))
    ImageDraw.Draw(canvas).text((3, 2), caption, fill=51 if picture.mode == "L" else INK, font_size=12)
    return canvas


def _write_gif(
    pictures: list[Image.Image], path: str | Path, seconds: float, words: str, *, back: bool = False
) -> None:
    """Write pictures as an endless GIF that rests on the last one or goes back, and show it in a notebook.

    ``words`` say what it shows.
    """
    pictures = pictures + (pictures[-2:0:-1] if back else pictures[-1:] * max(1, len(pictures) // 4))
    buffer = io.BytesIO()
    milliseconds = int(1000 * seconds / len(pictures))
    pictures[0].save(
        buffer, "GIF", save_all=True, append_images=pictures[1:], duration=milliseconds, loop=0, optimize=True
    )
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_bytes(buffer.getvalue())
    if "IPython" in sys.modules and sys.modules["IPython"].get_ipython() is not None:
        from IPython.display import display

        gif = base64.b64encode(buffer.getvalue()).decode()
        # As HTML too: pages that nbconvert makes of a notebook leave GIFs out.
        page = f'<img src="data:image/gif;base64,{gif}" alt="{html.escape(words)}">'
        display({"image/gif": gif, "text/html": page}, raw=True, metadata={"image/gif": {"alt": words}})


# Diagrams -------------------------------------------------------------------------------------------------------------


def _box(axes: Axes, x: float, y: float, text: str, colour: str, *, width: float = 1.7, height: float = 0.9) -> None:
    axes.add_patch(
        FancyBboxPatch(
            (x - width / 2, y - height / 2), width, height, boxstyle="round,pad=0.04", fc=PALE, ec=colour, lw=1.8
        )
    )
    axes.text(x, y, text, ha="center", va="center", fontsize=10, color=INK)


def _arrow(
    axes: Axes, start: tuple[float, float], end: tuple[float, float], text: str = "", bend: float = 0, **style: Any
) -> None:
    look = {"arrowstyle": "-|>", "color": INK, "lw": 1.3, "connectionstyle": f"arc3,rad={bend}"} | style
    axes.annotate("", xy=end, xytext=start, arrowprops=look)
    middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    axes.text(middle[0], middle[1] + 0.12, text, ha="center", va="bottom", fontsize=9, color=look["color"])


def _canvas(width: float, height: float) -> tuple[Figure, Axes]:
    figure, axes = plt.subplots(figsize=(width, height))
    axes.set(xlim=(0, width), ylim=(-0.5, height), aspect="equal")
    axes.axis("off")
    return figure, axes


def gan_diagram(*, name: str = "gan") -> None:
    """Draw the whole: where images come from, who tells real from fake, and whom the losses teach."""
    figure, axes = _canvas(10.5, 4)
    _box(axes, 1.3, 1.0, "noise\n$Z \\sim P_z$", INK)
    _box(axes, 3.9, 1.0, "generator\n$G$", G_COLOUR)
    _box(axes, 3.9, 3.0, "training images\n$X \\sim P_{real}$", INK, width=2.1)
    _box(axes, 7.2, 2.0, "discriminator\n$D$", D_COLOUR)
    _arrow(axes, (2.2, 1.0), (3.0, 1.0))
    _arrow(axes, (4.8, 1.1), (6.3, 1.8), "$G(Z)$")
    _arrow(axes, (5.0, 2.9), (6.3, 2.2), "$X$")
    _arrow(axes, (8.1, 2.0), (9.3, 2.0))
    axes.text(9.4, 2.0, "probability\nof being real", va="center", fontsize=9, color=INK)
    dashed: dict[str, Any] = {"linestyle": "--", "lw": 1.2}
    _arrow(axes, (9.6, 1.6), (7.6, 1.5), bend=-0.5, color=D_COLOUR, **dashed)
    _arrow(axes, (9.9, 1.6), (3.9, 0.5), bend=-0.3, color=G_COLOUR, **dashed)
    axes.text(7.9, 0.95, "teaches $D$", fontsize=9, color=D_COLOUR, ha="center", va="top")
    axes.text(5.5, -0.25, "teaches $G$, through $D$", fontsize=9, color=G_COLOUR, ha="center", va="top")
    _show(figure, name)


def network_diagram(layers: Sequence[tuple[str, str]], title: str, colour: str = INK, *, name: str = "network") -> None:
    """Draw a network of fully connected layers, each ``(what it holds, how many)``, from left to right."""
    step, units = 2.6, (4, 6, 5)
    figure, axes = _canvas(step * len(layers), 3.4)
    columns = []
    for i, (text, size) in enumerate(layers):
        count = 1 if size == "1" else units[i % len(units)]
        x = step * (i + 0.5)
        columns.append([(x, 1.9 + 0.36 * (j - (count - 1) / 2)) for j in range(count)])
        axes.text(x, 0.45, f"{text}\n{size}", ha="center", va="center", fontsize=9, color=INK)
    for left, right in pairwise(columns):
        for start in left:
            for end in right:
                axes.plot(*zip(start, end, strict=True), color=colour, lw=0.5, alpha=0.5, zorder=1)
    for column in columns:
        for centre in column:
            axes.add_patch(Circle(centre, 0.12, fc=PALE, ec=colour, lw=1.5, zorder=2))
    axes.set_title(title, fontsize=11, color=colour)
    _show(figure, name)


# Curves ---------------------------------------------------------------------------------------------------------------


def generator_losses(*, name: str = "generator_losses") -> None:
    """Draw the saturating and the non-saturating loss of the generator, and their gradients, over D's logit."""
    logit = np.linspace(-8, 8, 400)
    probability = 1 / (1 + np.exp(-logit))
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.2), layout="constrained")
    left.plot(logit, np.log(1 - probability), color=D_COLOUR, label=r"saturating: $\log(1 - D)$")
    left.plot(logit, -np.log(probability), color=G_COLOUR, label=r"non-saturating: $-\log D$")
    left.set(title="loss of one generated image", xlabel="logit of $D(G(z))$")
    right.plot(logit, -probability, color=D_COLOUR)
    right.plot(logit, probability - 1, color=G_COLOUR)
    right.set(title="its gradient, which is what G learns from", xlabel="logit of $D(G(z))$")
    for axes in (left, right):
        axes.axvspan(-8, -3, color="#eeeeee")
        axes.axhline(0, color=INK, lw=0.5)
    left.text(-7.8, -7.5, "D is sure that\nit is generated", fontsize=8, va="bottom")
    left.legend(fontsize=8)
    _show(figure, name)


def stable_cross_entropy(*, name: str = "stable_cross_entropy") -> None:
    """Draw -log(sigmoid(l)) in float32, by the definition and by the stable formula."""
    logit = np.linspace(-130, 20, 600, dtype=np.float32)
    with np.errstate(over="ignore", divide="ignore"):
        naive = -np.log(1 / (1 + np.exp(-logit)))
    stable = np.logaddexp(0, -logit)
    naive[~np.isfinite(naive)] = np.nan
    figure, axes = plt.subplots(figsize=(6, 3), layout="constrained")
    axes.plot(logit, stable, color=G_COLOUR, lw=4, alpha=0.4, label="from the logit")
    axes.plot(logit, naive, color=D_COLOUR, lw=1.2, label="by the definition (infinite where it ends)")
    axes.set(title=r"$-\log\,\sigma(l)$ in float32", xlabel="logit $l$")
    axes.legend(fontsize=8)
    _show(figure, name)


_SERIES = (D_COLOUR, G_COLOUR, INK, "#8a6bb1", "#b09020")
_STYLES = ("-", "--", "-.", ":", (0, (5, 1)))


def _looks() -> Iterator[tuple[str, Any]]:
    """Colours and line styles of one series after another; with the sixth they come again."""
    return cycle(zip(_SERIES, _STYLES, strict=True))


_GUESSING = {"D_loss": 2 * math.log(2), "G_loss": math.log(2)}
"""The losses of a game with cross-entropies, if D gives one half to everything."""


def loss_curves(
    curves: Mapping[str, Sequence[float]],
    *,
    smooth: int = 200,
    guessing: bool = True,
    name: str = "loss_curves",
    place: Place | None = None,
) -> None:
    """Draw the loss of every step, pale, and its mean over the last ``smooth`` steps, dark, for each curve.

    All are drawn on one axis that begins at zero, or below if a loss does. What is cut off above is at most one value
    in a thousand, and a loss that is not finite is said to be so. ``guessing`` draws the losses of `LossCurves` where D
    can only guess; leave it out for other losses than cross-entropies.
    """
    figure, axes = plt.subplots(figsize=(9, 3.4), layout="constrained")
    own = {"D_loss": (D_COLOUR, "-"), "G_loss": (G_COLOUR, "-")}
    others = cycle(zip(_SERIES[2:] + _SERIES[:2], _STYLES, strict=True))
    lowest, highest = 0.0, 0.0
    for label, curve in curves.items():
        colour, style = own.get(label) or next(others)
        values = np.asarray(curve, dtype=np.float64)
        finite = np.isfinite(values)
        known = values[finite]
        width = max(1, min(smooth, len(values)))
        smoothed = np.convolve(values, np.full(width, 1 / width), mode="valid")
        note = "" if finite.all() else f" (not finite at {(~finite).sum():,} steps, first at {finite.argmin():,})"
        axes.plot(values, color=colour, lw=0.3, alpha=0.35)
        axes.plot(np.arange(width - 1, len(values)), smoothed, color=colour, ls=style, lw=1.6, label=label + note)
        if len(known):
            lowest, highest = min(lowest, float(known.min())), max(highest, float(np.quantile(known, 0.999)))
    for label, loss in _GUESSING.items():
        if guessing and label in curves:
            axes.axhline(loss, color=own[label][0], lw=0.8, ls=":")
            words = "2 log 2" if label == "D_loss" else "log 2"
            axes.text(0, loss, f"D can only guess: {words}", fontsize=7, va="bottom", color=own[label][0])
            highest = max(highest, loss)
    figure.legend(fontsize=8, loc="outside upper right", ncols=4)  # above the curves: it hides none of them
    margin = 0.05 * (highest - lowest) or 1.0
    axes.set(xlabel="training step", ylabel="loss", ylim=(lowest - (margin if lowest < 0 else 0), highest + margin))
    _show(figure, name, place)


def class_counts(counts: Mapping[str, Any], *, name: str = "class_counts") -> None:
    """Draw how many samples of each set were taken for which digit, one panel per set."""
    figure, panels = plt.subplots(
        1, len(counts), figsize=(3.4 * len(counts), 2.6), sharey=True, squeeze=False, layout="constrained"
    )
    for axes, (label, values) in zip(panels[0], counts.items(), strict=True):
        axes.bar(np.arange(len(values)), values, color=G_COLOUR)
        axes.axhline(np.mean(values), color=INK, lw=0.8, ls=":")
        axes.set(title=label, xlabel="digit", xticks=np.arange(len(values)))
    panels[0][0].set_ylabel("samples")
    _show(figure, name)


def curves(
    x: Any,
    series: Mapping[str, Any],
    title: str = "",
    *,
    xlabel: str = "",
    ylabel: str = "",
    log: bool = False,
    name: str = "curves",
) -> None:
    """Draw curves over the same ``x`` (n,), each with its label; up to five are told apart by line style as well."""
    figure, axes = plt.subplots(figsize=(7.5, 3.2), layout="constrained")
    for (label, values), (colour, style) in zip(series.items(), _looks(), strict=False):
        axes.plot(x, np.asarray(values), color=colour, ls=style, lw=1.6, label=label)
    axes.set(title=title, xlabel=xlabel, ylabel=ylabel, yscale="log" if log else "linear")
    figure.legend(fontsize=8, loc="outside right center")  # beside the curves: it hides none of them
    _show(figure, name)


Table = Mapping[str, Mapping[str, Any]]


def metric_curves(
    x: Any, table: Table, *, floors: Mapping[str, float] | None = None, xlabel: str = "epoch", name: str = "metrics"
) -> None:
    """Draw one panel for each metric of ``table[metric][run]`` (n,) over the same ``x`` (n,), one line for each run.

    ``floors`` gives, for some of the metrics, what real samples get against real ones: a dotted line.
    """
    columns = min(3, len(table))
    lines = math.ceil(len(table) / columns)
    figure, panels = plt.subplots(
        lines, columns, figsize=(3.1 * columns, 2.4 * lines + 0.4), squeeze=False, sharex=True, layout="constrained"
    )
    for axes in panels.flat[len(table) :]:
        axes.set_visible(False)
    looks = list(zip(_SERIES, _STYLES, "os^Dv", strict=True))
    for axes, (metric, runs) in zip(panels.flat, table.items(), strict=False):
        for i, (run, values) in enumerate(runs.items()):
            colour, style, marker = looks[i % len(looks)]
            axes.plot(x, np.asarray(values), color=colour, ls=style, marker=marker, ms=4, lw=1.5, label=run)
        _floor(axes.axhline, metric, floors)
        axes.set(title=metric, xlabel=xlabel)
        axes.tick_params(labelbottom=True)  # also where nothing stands below
    found = {label: line for axes in panels.flat for line, label in zip(*axes.get_legend_handles_labels(), strict=True)}
    figure.legend(list(found.values()), list(found), fontsize=8, loc="outside lower center", ncols=5)
    _show(figure, name)


def metric_bars(table: Table, *, floors: Mapping[str, float] | None = None, name: str = "bars") -> None:
    """Draw one panel of bars for each metric of ``table[metric][run]``, a number each, with the same runs in all.

    ``floors`` is as for `metric_curves`. The first run, with which the others are compared, has a colour of its own.
    """
    runs = list(next(iter(table.values())))
    size = (2.4 * len(table) + 1.6, 0.32 * len(runs) + 1.1)
    figure, panels = plt.subplots(1, len(table), figsize=size, squeeze=False, sharey=True, layout="constrained")
    for axes, (metric, values) in zip(panels[0], table.items(), strict=True):
        numbers = [float(values[run]) for run in runs]
        bars = axes.barh(runs, numbers, color=[D_COLOUR] + [G_COLOUR] * (len(runs) - 1), height=0.7)
        axes.bar_label(bars, [f"{number:.3g}" for number in numbers], fontsize=8, padding=3)
        _floor(axes.axvline, metric, floors)
        axes.set_title(metric, fontsize=10)
        axes.margins(x=0.2)
        axes.spines[["top", "right"]].set_visible(False)
    panels[0][0].invert_yaxis()
    handles, labels = panels[0][0].get_legend_handles_labels()
    if handles:
        figure.legend(handles, labels, fontsize=8, loc="outside lower center")
    _show(figure, name)


def _floor(line: Any, metric: str, floors: Mapping[str, float] | None) -> None:
    """Draw what real samples get against real ones, if it is known."""
    if floors and metric in floors:
        line(floors[metric], color=INK, lw=1, ls=(0, (1, 1.5)), label="real against real")


# The plane ------------------------------------------------------------------------------------------------------------

_PROBABILITY = LinearSegmentedColormap.from_list("probability", ["#ffffff", "#f3d3bd", "#d98e62"])
"""From white, where D sees a fake, to the colour of D, where it sees a real example."""


def paths(routes: Mapping[str, Any], title: str = "", *, name: str = "paths") -> None:
    """Draw routes (steps + 1, 2) in the plane, and beside them how far from the origin each is after every step."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.9), layout="constrained")
    for (label, route), (colour, style) in zip(routes.items(), _looks(), strict=False):
        points = np.asarray(route)
        left.plot(*points.T, color=colour, ls=style, lw=1.2, label=label)
        right.plot(np.hypot(*points.T), color=colour, ls=style, lw=1.4)
    left.plot(*np.asarray(next(iter(routes.values())))[0], "o", color=INK, ms=6)
    left.plot(0, 0, "+", color=INK, ms=12)
    left.set(title=title, xlabel="$x$, which goes down", ylabel="$y$, which goes up", aspect="equal")
    left.legend(fontsize=8, loc="upper right")
    right.set(title="distance from the solution", xlabel="step")
    _show(figure, name)


def discriminator_curve(
    x: Any, probability: Any, real: Any, fake: Any, *, best: Any = None, title: str = "", name: str = "curve"
) -> None:
    """Draw D's ``probability`` over ``x`` (n,) above the histograms of real and of generated numbers, both (m,).

    ``best`` (n,) is the probability that the best possible D would give.
    """
    x = np.asarray(x)
    figure, (top, bottom) = plt.subplots(2, 1, figsize=(7, 4.2), sharex=True, layout="constrained")
    if best is not None:
        top.plot(x, np.asarray(best), color=INK, lw=1.2, ls="--", label="the best $D$")
    top.plot(x, np.asarray(probability), color=D_COLOUR, lw=2, label="$D$")
    top.axhline(0.5, color=INK, lw=0.5, ls=":")
    top.set(title=title, ylabel="probability of real", ylim=(-0.03, 1.03))
    bins = np.linspace(x.min(), x.max(), 61)
    bottom.hist(np.asarray(real).ravel(), bins, density=True, color=INK, alpha=0.35, label="real")
    bottom.hist(np.asarray(fake).ravel(), bins, density=True, histtype="step", color=G_COLOUR, lw=1.6, label="fake")
    bottom.set(ylabel="density", xlim=(x.min(), x.max()))
    for axes in (top, bottom):
        axes.legend(fontsize=8, loc="upper right")
    _show(figure, name)


def square(limit: float, size: int = 60) -> np.ndarray:
    """Points (size * size, 2), float32, of a regular grid over the square from -limit to limit, row by row."""
    line = np.linspace(-limit, limit, size)
    return np.stack(np.meshgrid(line, line), axis=-1).reshape(-1, 2).astype(np.float32)


def _surface(axes: Axes, probability: Any, samples: Any, real: Any, limit: float, title: str) -> Any:
    """One panel: D's probability at the points of `square`, real points on it, and generated ones."""
    values = np.asarray(probability, dtype=np.float64)
    side = math.isqrt(values.size)
    extent = (-limit, limit, -limit, limit)
    picture = axes.imshow(
        values.reshape(side, side), origin="lower", extent=extent, cmap=_PROBABILITY, vmin=0, vmax=1, aspect="equal"
    )
    axes.plot(*np.asarray(real).T, ".", color=INK, ms=1.5, alpha=0.6, label="real")
    axes.plot(*np.asarray(samples).T, "x", color=G_COLOUR, ms=3, mew=0.9, label="generated")
    axes.set(title=title, xlim=(-limit, limit), ylim=(-limit, limit))
    return picture


def over_surface(panels: Mapping[str, tuple[Any, Any]], real: Any, limit: float, *, name: str = "over_surface") -> None:
    """Draw generated points over the surface of D, one panel for each ``title: (samples (n, 2), probability)``.

    The probabilities are D's at the points of ``square(limit, size)``, for whatever size; ``real`` is (m, 2).
    """
    figure, row = plt.subplots(
        1, len(panels), figsize=(2.7 * len(panels) + 1.0, 3.3), squeeze=False, sharey=True, layout="constrained"
    )
    for axes, (title, (samples, probability)) in zip(row[0], panels.items(), strict=True):
        picture = _surface(axes, probability, samples, real, limit, title)
    figure.colorbar(picture, ax=row[0], label="D's probability of real", fraction=0.05)
    handles, labels = row[0][0].get_legend_handles_labels()
    figure.legend(handles, labels, fontsize=8, loc="outside lower center", ncols=2, markerscale=2)
    _show(figure, name)


def surface_animation(
    frames: Sequence[tuple[int, tuple[Any, Any]]], real: Any, limit: float, path: str | Path, *, seconds: float = 8.0
) -> None:
    """Write frames ``(epoch, (samples, probability))``, as for `over_surface`, as an endless GIF, and show it."""
    pictures = []
    for epoch, (samples, probability) in frames:
        figure = Figure(figsize=(4, 4.2), dpi=80, layout="constrained")
        _surface(figure.subplots(), probability, samples, real, limit, f"epoch {epoch}")
        drawn = io.BytesIO()
        figure.savefig(drawn, format="png")
        pictures.append(Image.open(drawn).convert("RGB").quantize(64))
    words = f"An animation of {len(frames)} frames, epoch {frames[0][0]} to {frames[-1][0]}: samples over what D says"
    _write_gif(pictures, path, seconds, words)
