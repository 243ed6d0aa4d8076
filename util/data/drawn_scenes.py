"""Scenes drawn by a program, with captions from a small grammar: the stand-in for captioned photographs.

In the middle stands one thing, wholly inside the central half of the picture. Which thing, in which colour and size,
is drawn by lot apart from everything around it: the border tells nothing about it, the caption tells it. Sky and
place show in both. The sky has colours too, so that knowing *which* words are in a caption is not enough to know the
colour of the thing: one has to know their order.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .download import data_folder, reading, write_atomically
from .images import CaptionedSet

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["PLACES", "SKIES", "THINGS", "THING_COLOURS", "VERSION", "draw_scenes", "load_drawn_scenes"]

VERSION = 2  # part of the names of kept files: count up when the same seed draws other pictures
SIDE = 64
MORE = 4  # the canvas is larger than the picture, so that edges become smooth

THINGS = ("ball", "house", "tree", "car", "boat", "balloon", "cat", "mushroom", "umbrella", "rocket")
THING_COLOURS = {
    "red": (208, 44, 44),
    "blue": (44, 92, 206),
    "yellow": (242, 206, 48),
    "green": (44, 146, 70),
    "white": (240, 240, 240),
    "purple": (136, 62, 168),
    "orange": (240, 134, 34),
}
SKIES = {
    "blue": ((92, 158, 222), (206, 230, 244)),
    "orange": ((228, 122, 66), (252, 214, 148)),
    "purple": ((88, 60, 128), (216, 158, 190)),
    "grey": ((132, 140, 150), (204, 208, 210)),
}
PLACES = {
    "meadow": ((122, 178, 80), (74, 132, 52)),
    "beach": ((236, 214, 160), (212, 182, 122)),
    "desert": ((226, 172, 106), (194, 132, 78)),
    "snow": ((240, 244, 250), (206, 218, 232)),
    "lake": ((150, 168, 110), (104, 128, 84)),
    "city": ((150, 148, 150), (106, 106, 112)),
}
WHERE = {
    "meadow": ("on a meadow", "in the green grass"),
    "beach": ("on the beach", "in the sand by the sea"),
    "desert": ("in the desert", "among the dunes"),
    "snow": ("in the snow", "on a snowy field"),
    "lake": ("by a lake", "at the shore of a lake"),
    "city": ("in a city", "on a square in town"),
}
SIZES = {"small": ("small", "little"), "big": ("big", "large")}
WORDINGS = (
    "a {size} {colour} {thing} {where} under {article} {sky} sky",
    "{where}, under {article} {sky} sky, there is a {size} {colour} {thing}",
    "under {article} {sky} sky {where} stands a {size} {colour} {thing}",
    "the sky is {sky}, and {where} we see a {size} {colour} {thing}",
    "{where} is a {size} {colour} {thing}, the sky behind it is {sky}",
)
CHOICES = {"thing": THINGS, "colour": tuple(THING_COLOURS), "size": tuple(SIZES), "place": tuple(PLACES),
           "sky": tuple(SKIES)}  # fmt: skip
NAMES = (*THINGS, *THING_COLOURS)
CAPTIONS = 2  # for each picture

TURN = np.linspace(0, 2 * np.pi, 36, endpoint=False)
COS, SIN = np.cos(TURN), np.sin(TURN)


def draw_scenes(n: int, seed: int = 0, **fixed: Any) -> CaptionedSet:
    """Draw the first ``n`` scenes of ``seed``, each of them independently of the others.

    ``fixed`` takes decisions away from chance, for all (``thing="boat"``) or for each picture (a list of n). Whatever
    is not fixed stays as it was: two calls that differ in the ``thing``, its ``colour`` or its ``size`` give pictures
    that agree outside of the middle to the last bit; ``place`` and ``sky`` can be fixed too.

    Returns:
        ``images`` uint8 (n, 64, 64, 3); ``labels`` uint8 (n, 17), which thing and which colour; two ``captions`` each.
        There is no test part: draw it with another seed.

    Raises:
        ValueError: a decision that does not exist, or a value that it cannot have.
    """
    scenes = _scenes(n, seed, fixed)
    images = np.empty((n, SIDE, SIDE, 3), np.uint8)
    for image, scene in zip(images, scenes, strict=True):
        image[:] = _draw(scene)
    labels = np.array([scene.labels for scene in scenes], np.uint8).reshape(n, len(NAMES))
    source = f"Drawn scenes: {n:,} pictures of {SIDE} × {SIDE} by Atelier's own generator, seed {seed}."
    return CaptionedSet(
        images, labels, images[:0], labels[:0], NAMES, source, captions=tuple(scene.captions for scene in scenes)
    )


def load_drawn_scenes(n: int = 5_000, seed: int = 0) -> CaptionedSet:
    """The scenes of `draw_scenes`, kept in the data folder; the last tenth of them for testing. Prints its source."""
    place = data_folder() / f"drawn-scenes-{SIDE}x{SIDE}-{n}-seed{seed}-v{VERSION}.npz"
    if place.is_file():
        with reading(place, "an archive of drawn scenes"), np.load(place, allow_pickle=False) as kept:
            images, labels, sentences = (kept[name] for name in ("images", "labels", "captions"))
    else:
        drawn = draw_scenes(n, seed)
        images, labels, sentences = drawn.images, drawn.labels, np.array(drawn.captions)
        with suppress(OSError):  # a read-only folder only means drawing again next time
            write_atomically(place, lambda target: np.savez(target, images=images, labels=labels, captions=sentences))
    captions = [tuple(row) for row in sentences.tolist()]
    cut = n - n // 10
    source = f"Drawn scenes: {cut:,} for training and {n - cut:,} for testing, {SIDE} × {SIDE}, seed {seed}."
    print(source)
    return CaptionedSet(
        images[:cut], labels[:cut], images[cut:], labels[cut:], NAMES, source,
        captions=captions[:cut], test_captions=captions[cut:],
    )  # fmt: skip


# What is to be seen ---------------------------------------------------------------------------------------------------


@dataclass
class _Scene:
    """What the caption tells, and two seeds for everything else: of the surroundings, and of the thing."""

    thing: str
    colour: str
    size: str
    place: str
    sky: str
    captions: tuple[str, ...]
    around: int
    inside: int

    @property
    def labels(self) -> list[bool]:
        """What `NAMES` lists, in that order."""
        return [name in (self.thing, self.colour) for name in NAMES]


def _scenes(n: int, seed: int, fixed: dict[str, Any]) -> list[_Scene]:
    if unknown := sorted(set(fixed) - set(CHOICES)):
        raise ValueError(f"Scenes have no {unknown[0]!r}; there are {', '.join(CHOICES)}.")
    each = {name: np.broadcast_to(np.asarray(value), (n,)) for name, value in fixed.items()}
    for name, values in each.items():
        if not set(values.tolist()) <= set(CHOICES[name]):
            raise ValueError(f"{name} is one of {', '.join(CHOICES[name])}.")
    return [_scene(np.random.default_rng([seed, i]), {name: str(v[i]) for name, v in each.items()}) for i in range(n)]


def _scene(random: np.random.Generator, fixed: dict[str, str]) -> _Scene:
    chosen = {name: values[random.integers(len(values))] for name, values in CHOICES.items()} | fixed
    words = {name: chosen[name] for name in ("thing", "colour", "sky")}
    wordings = random.permutation(len(WORDINGS))[:CAPTIONS]
    captions = []
    for wording in wordings:
        size, where = (options[random.integers(2)] for options in (SIZES[chosen["size"]], WHERE[chosen["place"]]))
        article = "an" if words["sky"] == "orange" else "a"
        captions.append(WORDINGS[wording].format(article=article, size=size, where=where, **words) + ".")
    around, inside = random.integers(2**32, size=2).tolist()
    return _Scene(captions=tuple(captions), around=around, inside=inside, **chosen)


# Drawing --------------------------------------------------------------------------------------------------------------


def _draw(scene: _Scene) -> np.ndarray:
    """Draw on a larger canvas, shrink it, then exposure and grain: uint8 (64, 64, 3)."""
    random = np.random.default_rng(scene.around)
    horizon = random.uniform(27, 37)
    canvas = _backdrop(scene, horizon)
    pen = _Pen(canvas)
    _heavens(pen, random, scene.sky, horizon)
    _PLACES[scene.place](pen, random, horizon)
    exposure, grain = random.uniform(0.88, 1.08), random.uniform(1, 4)
    noise = random.standard_normal((SIDE, SIDE, 3), np.float32) * grain
    _thing(pen, np.random.default_rng(scene.inside), scene)
    image = np.asarray(canvas.reduce(MORE), np.float32)
    return np.clip(image * exposure + noise, 0, 255).astype(np.uint8)


def _backdrop(scene: _Scene, horizon: float) -> Image.Image:
    """Sky and ground, each from its far colour to its near one."""
    from PIL import Image

    y = (np.arange(SIDE * MORE) / MORE)[:, None]
    (high, low), (far, near) = SKIES[scene.sky], PLACES[scene.place]
    above = np.array(high) + (np.array(low) - high) * np.clip(y / horizon, 0, 1)
    below = np.array(far) + (np.array(near, float) - far) * np.clip((y - horizon) / (SIDE - horizon), 0, 1)
    column = np.where(y < horizon, above, below).astype(np.uint8)  # (height, 3)
    return Image.fromarray(np.ascontiguousarray(np.broadcast_to(column[:, None], (SIDE * MORE, SIDE * MORE, 3))))


class _Pen:
    """Fills shapes that are given in pixels of the small picture."""

    def __init__(self, canvas: Image.Image) -> None:
        from PIL import ImageDraw

        self.pen = ImageDraw.Draw(canvas, "RGBA")

    def fill(self, points: Any, colour: Any, opacity: float = 1.0) -> None:
        """Fill a polygon (k, 2)."""
        red, green, blue = (int(min(255, max(0, part))) for part in colour)
        self.pen.polygon(
            (np.asarray(points, float) * MORE).ravel().tolist(), fill=(red, green, blue, int(255 * opacity))
        )

    def disc(self, x: float, y: float, rx: float, ry: float | None = None, **look: Any) -> None:
        """Fill an ellipse around (x, y)."""
        self.fill(np.stack([x + rx * COS, y + (ry or rx) * SIN], axis=1), **look)

    def box(self, left: float, top: float, right: float, bottom: float, colour: Any) -> None:
        """Fill a rectangle."""
        self.fill([(left, top), (right, top), (right, bottom), (left, bottom)], colour)

    def land(self, xs: Any, ys: Any, bottom: float, colour: Any) -> None:
        """Fill all between a line and a level below it."""
        self.fill([*zip(xs, ys, strict=True), (xs[-1], bottom), (xs[0], bottom)], colour)


def _shade(colour: Any, factor: float) -> np.ndarray:
    """Darker below 1; above 1 on the way to white."""
    colour = np.asarray(colour, float)
    return colour * factor if factor <= 1 else colour + (255 - colour) * (factor - 1)


# Around the middle ----------------------------------------------------------------------------------------------------


def _heavens(pen: _Pen, random: np.random.Generator, sky: str, horizon: float) -> None:
    """A sun, or a moon in a purple sky, and clouds."""
    x, y, r = random.uniform(4, 60), random.uniform(5, horizon - 10), random.uniform(2.5, 4.5)
    clouds = random.integers(0, 4) + 2 * (sky == "grey")
    spots = random.random((clouds, 4))
    stars = random.random((14, 2)) * [SIDE, horizon - 6]
    if sky == "purple":
        for star in stars:
            pen.disc(star[0], star[1], 0.35, colour=(255, 250, 230), opacity=0.8)
        pen.disc(x, y, r, colour=(250, 244, 214))
        pen.disc(x + 0.5 * r, y - 0.2 * r, 0.85 * r, colour=_shade(SKIES[sky][0], 1.08))
    elif sky != "grey":
        pen.disc(x, y, 1.7 * r, colour=(255, 246, 190), opacity=0.25)
        pen.disc(x, y, r, colour=(255, 232, 130) if sky == "blue" else (255, 206, 110))
    white = _shade(SKIES[sky][1], 1.55)
    for u, v, size, length in spots:
        cx, cy, wide = 64 * u, 3 + (horizon - 14) * v, 3 + 4 * size
        for shift, part in ((-0.9, 0.6), (0, 1), (0.9 + length, 0.7)):
            pen.disc(cx + shift * wide, cy - 0.2 * part * wide, wide * part, 0.45 * wide * part, colour=white,
                     opacity=0.75)  # fmt: skip


def _ridge(random: np.random.Generator, level: float, height: float, bumps: float) -> tuple[Any, Any]:
    """A smooth line over the whole width, between ``level - height`` and ``level``."""
    x = np.linspace(-1, 65, 34)
    waves = sum(np.sin(x / 64 * 2 * np.pi * bumps * k + random.uniform(0, 7)) / k for k in (1, 2, 3))
    return x, level - height * (0.5 + waves / 3.7)


def _peaks(pen: _Pen, random: np.random.Generator, horizon: float, colour: Any, snow: Any) -> None:
    """Mountains with white tops."""
    for _ in range(random.integers(3, 6)):
        x, wide, high = random.uniform(-4, 68), random.uniform(9, 17), random.uniform(7, 15)
        tone = _shade(colour, random.uniform(0.85, 1.1))
        pen.fill([(x - wide, horizon), (x, horizon - high), (x + wide, horizon)], tone)
        pen.fill([(x, horizon - high), (x + wide, horizon), (x + 0.2 * wide, horizon)], _shade(tone, 0.85))
        pen.fill([(x - 0.3 * wide, horizon - 0.7 * high), (x, horizon - high), (x + 0.3 * wide, horizon - 0.7 * high),
                  (x, horizon - 0.6 * high)], snow)  # fmt: skip


def _firs(pen: _Pen, random: np.random.Generator, horizon: float, colour: Any, tip: Any = None) -> None:
    """Conifers, larger the nearer they are."""
    count = random.integers(3, 8)
    feet = np.sort(random.uniform(horizon + 1, 60, count))
    for y, x in zip(feet, random.uniform(0, 64, count), strict=True):
        size = 0.16 * (y - horizon) + 3
        for level in range(3):
            wide, top = size * (0.8 - 0.18 * level), y - size * (0.3 + 0.62 * level)
            pen.fill([(x - wide, top), (x, top - size), (x + wide, top)], _shade(colour, 0.9 + 0.1 * level))
            if tip is not None:
                pen.fill([(x - 0.4 * wide, top - 0.6 * size), (x, top - size), (x + 0.4 * wide, top - 0.6 * size)], tip)


def _dots(pen: _Pen, random: np.random.Generator, horizon: float, colours: list, count: Any, size: float) -> None:
    """Flowers, pebbles and the like, strewn over the ground."""
    for u, v, pick in random.random((count, 3)):
        y = horizon + 3 + (61 - horizon) * v
        r = size * (0.5 + 0.9 * v)
        pen.disc(64 * u, y, r, 0.75 * r, colour=colours[int(pick * len(colours))])


def _meadow(pen: _Pen, random: np.random.Generator, horizon: float) -> None:
    near, far = (96, 152, 70), (126, 168, 116)
    for level, height, tone in ((horizon + 1, 7, far), (horizon + 2.5, 5, near)):
        pen.land(*_ridge(random, level, height, random.uniform(0.8, 1.8)), horizon + 6, tone)
    if random.random() < 0.5:
        _firs(pen, random, horizon, (52, 108, 58))
    _dots(pen, random, horizon, [(250, 240, 120), (240, 240, 250), (236, 130, 150)], random.integers(8, 26), 0.8)


def _water(pen: _Pen, random: np.random.Generator, top: float, bottom: float, colour: Any) -> None:
    """A band of water with glints."""
    x = np.linspace(-1, 65, 34)
    pen.land(x, np.full(34, top), bottom, colour)
    pen.land(x, bottom - 0.8 + 0.7 * np.sin(x / 4 + random.uniform(0, 7)), bottom + 1, _shade(colour, 1.5))
    for u, v, long in random.random((12, 3)):
        y, cx = top + 1 + (bottom - top - 2.5) * v, 64 * u
        pen.box(cx, y, cx + 2 + 4 * long, y + 0.5, _shade(colour, 1.4))


def _beach(pen: _Pen, random: np.random.Generator, horizon: float) -> None:
    _water(pen, random, horizon - 1, horizon + random.uniform(5, 9), (46, 132, 168))
    if random.random() < 0.6:  # a palm at one side
        x, lean = random.choice([random.uniform(2, 10), random.uniform(54, 62)]), random.uniform(-3, 3)
        foot, top = 56.0, random.uniform(20, 28)
        pen.fill([(x - 1, foot), (x + lean - 0.5, top), (x + lean + 0.5, top), (x + 1, foot)], (122, 88, 54))
        for angle in np.linspace(np.pi * 0.95, np.pi * 2.05, 6):
            end = (x + lean + 8 * np.cos(angle), top + 3 + 6 * np.sin(angle))
            middle = ((x + lean + end[0]) / 2, (top + end[1]) / 2 - 2)
            pen.fill([(x + lean, top - 0.7), middle, end, (middle[0], middle[1] + 2), (x + lean, top + 0.7)],
                     (58, 134, 72))  # fmt: skip
    _dots(pen, random, horizon + 9, [(250, 236, 208), (190, 150, 110), (232, 120, 96)], random.integers(4, 12), 0.9)


def _desert(pen: _Pen, random: np.random.Generator, horizon: float) -> None:
    if random.random() < 0.5:
        for _ in range(random.integers(1, 4)):
            x, wide = random.uniform(0, 64), random.uniform(5, 11)
            pen.fill([(x - wide, horizon + 1), (x, horizon - wide), (x + wide, horizon + 1)], (212, 160, 92))
            pen.fill([(x, horizon - wide), (x + wide, horizon + 1), (x + 0.3 * wide, horizon + 1)], (168, 116, 66))
    for k, tone in enumerate(((226, 172, 102), (206, 150, 86), (218, 162, 96))):
        xs, ys = _ridge(random, horizon + 3 + 7 * k, 4.5, random.uniform(0.6, 1.4))
        pen.land(xs, ys, 64.5, tone)
    for _ in range(random.integers(0, 4)):
        x, y, size = random.uniform(2, 62), random.uniform(horizon + 6, 60), random.uniform(3, 6)
        green = (74, 122, 72)
        for dx, low, high in ((0, 0, 2), (-0.55, 0.7, 1.4), (0.55, 0.5, 1.5)):
            pen.box(x + size * (dx - 0.16), y - size * high, x + size * (dx + 0.16), y - size * low, green)
        pen.box(x - 0.55 * size, y - 0.9 * size, x + 0.55 * size, y - 0.6 * size, green)


def _snow(pen: _Pen, random: np.random.Generator, horizon: float) -> None:
    _peaks(pen, random, horizon + 1, (128, 142, 168), (246, 248, 252))
    pen.land(*_ridge(random, horizon + 3, 4, random.uniform(0.6, 1.4)), horizon + 6, (232, 238, 246))
    _firs(pen, random, horizon, (46, 92, 82), (236, 242, 246))
    for u, v in random.random((random.integers(0, 40), 2)):
        pen.disc(64 * u, 64 * v, 0.5, colour=(255, 255, 255), opacity=0.85)


def _lake(pen: _Pen, random: np.random.Generator, horizon: float) -> None:
    _peaks(pen, random, horizon, (104, 118, 132), (238, 240, 244))
    _water(pen, random, horizon - 0.5, horizon + random.uniform(6, 10), (76, 136, 160))
    for u, v in random.random((random.integers(6, 14), 2)):  # reeds
        x, y = 64 * u, horizon + 12 + (50 - horizon) * v
        for lean in (-1.2, 0, 1.2):
            pen.fill([(x - 0.3, y), (x + lean, y - 4 - 3 * v), (x + 0.3, y)], (70, 104, 58))
    _dots(pen, random, horizon + 12, [(150, 146, 140), (116, 114, 110)], random.integers(3, 9), 1.1)


def _city(pen: _Pen, random: np.random.Generator, horizon: float) -> None:
    x = -2.0
    while x < 66:
        wide, high = random.uniform(5, 11), random.uniform(6, horizon - 6)
        tone = np.array([(120, 112, 118), (150, 126, 110), (98, 110, 130), (170, 160, 148)][random.integers(4)])
        top = horizon + 1 - high
        pen.box(x, top, x + wide, horizon + 1, tone)
        lit = (255, 228, 150)
        for row in np.arange(top + 1.5, horizon - 1.5, 3):
            for column in np.arange(x + 1.2, x + wide - 1.8, 2.4):
                glass = lit if random.random() < 0.4 else _shade(tone, 0.6)
                pen.box(column, row, column + 1.2, row + 1.6, glass)
        x += wide + random.uniform(-0.5, 1)
    vanishing = random.uniform(10, 54)
    for share in np.linspace(-1.6, 1.6, 9):  # joints of the pavement
        end = 32 + 64 * share
        pen.fill([(vanishing + 0.2 * (end - vanishing), horizon + 1), (end, 64), (end + 0.7, 64)], (92, 92, 98))
    for depth in (0.12, 0.3, 0.6):
        y = horizon + (64 - horizon) * depth
        pen.box(0, y, 64, y + 0.4, (92, 92, 98))
    for side in (-1, 1):  # lamps
        if random.random() < 0.5:
            cx, foot = 32 + side * random.uniform(20, 29), random.uniform(50, 58)
            pen.box(cx - 0.4, foot - 20, cx + 0.4, foot, (44, 46, 52))
            pen.disc(cx, foot - 20, 1.8, colour=(255, 236, 170))


_PLACES: dict[str, Callable[[_Pen, np.random.Generator, float], None]] = {
    "meadow": _meadow, "beach": _beach, "desert": _desert, "snow": _snow, "lake": _lake, "city": _city,
}  # fmt: skip


# In the middle --------------------------------------------------------------------------------------------------------


class _Thing:
    """A pen whose unit is half the width of the thing: x from -1 to 1, y from 0 at its foot to 2."""

    def __init__(self, pen: _Pen, x: float, foot: float, unit: float, mirrored: bool) -> None:
        self.pen, self.origin, self.unit = pen, np.array([x, foot]), unit
        self.axes = np.array([-unit if mirrored else unit, -unit])

    def fill(self, points: Any, colour: Any, opacity: float = 1.0) -> None:
        self.pen.fill(self.origin + self.axes * np.asarray(points, float), colour, opacity)

    def disc(
        self, x: float, y: float, rx: float, ry: float | None = None, *, colour: Any, opacity: float = 1.0
    ) -> None:
        self.fill(np.stack([x + rx * COS, y + (ry or rx) * SIN], axis=1), colour, opacity)

    def box(self, left: float, low: float, right: float, high: float, colour: Any) -> None:
        self.fill([(left, low), (right, low), (right, high), (left, high)], colour)


def _thing(pen: _Pen, random: np.random.Generator, scene: _Scene) -> None:
    """Its shadow, and itself: always between the pixels 16 and 48, the middle of the picture."""
    unit = {"small": 8.2, "big": 13.4}[scene.size] * random.uniform(0.92, 1.06)
    x = 32 + random.uniform(-1, 1) * (15.6 - unit)
    foot = 46.5 - random.uniform(0, 1) * (30 - 2 * unit)
    foot = max(foot, 40.0)
    colour = np.array(THING_COLOURS[scene.colour], float) + random.normal(0, 7, 3)
    floating = scene.thing == "balloon"
    pen.disc(x, 46.8 if floating else foot + 0.1, 0.6 * unit if floating else unit, 0.9 if floating else 1.3,
             colour=(24, 24, 34), opacity=0.3)  # fmt: skip
    lift = min(1.2, foot - 1.99 * unit - 16.2) if floating else 0  # the top of a balloon stays in the middle, too
    thing = _Thing(pen, x, foot - lift, unit, bool(random.random() < 0.5))
    _THINGS[scene.thing](thing, colour, _shade(colour, 0.68), _shade(colour, 1.45))


def _ball(t: _Thing, colour: Any, dark: Any, light: Any) -> None:
    t.disc(0, 0.9, 0.9, colour=dark)
    t.disc(0.06, 0.96, 0.82, colour=colour)
    band = 0.8 * np.cos(np.linspace(-1.1, 1.1, 12)), 0.9 + 0.88 * np.sin(np.linspace(-1.1, 1.1, 12))
    t.fill([*zip(0.45 * band[0], band[1], strict=True), *zip(0.1 * band[0][::-1], band[1][::-1], strict=True)],
           (248, 246, 238))  # fmt: skip
    t.disc(-0.35, 1.3, 0.18, 0.12, colour=light, opacity=0.9)


def _house(t: _Thing, colour: Any, dark: Any, light: Any) -> None:
    t.box(0.4, 1.2, 0.62, 1.9, (110, 84, 76))
    t.box(-0.8, 0, 0.8, 1.12, colour)
    t.fill([(-1, 1.08), (-0.55, 1.85), (0.55, 1.85), (1, 1.08)], dark)
    t.box(-0.8, 0, 0.8, 0.1, light)
    t.box(-0.18, 0, 0.2, 0.66, (92, 62, 42))
    for left in (-0.64, 0.38):
        t.box(left, 0.45, left + 0.3, 0.8, (252, 248, 226))
        t.box(left + 0.05, 0.5, left + 0.25, 0.75, (132, 178, 206))


def _tree(t: _Thing, colour: Any, dark: Any, light: Any) -> None:
    t.fill([(-0.16, 0), (0.16, 0), (0.1, 1), (-0.1, 1)], (106, 72, 44))
    for x, y, r in ((-0.42, 0.98, 0.46), (0.44, 1, 0.48), (0, 1.42, 0.56)):
        t.disc(x + 0.05, y - 0.05, r, colour=dark)
    for x, y, r in ((-0.42, 1.02, 0.42), (0.42, 1.05, 0.43), (0, 1.46, 0.5), (0, 1.05, 0.4)):
        t.disc(x, y, r, colour=colour)
    for x, y in ((-0.4, 1.2), (0.02, 1.62), (0.42, 1.2), (-0.1, 1.1)):
        t.disc(x, y, 0.13, colour=light, opacity=0.75)


def _car(t: _Thing, colour: Any, dark: Any, light: Any) -> None:
    t.fill([(-0.55, 0.68), (-0.32, 1.16), (0.3, 1.16), (0.62, 0.68)], dark)
    t.fill([(-0.42, 0.7), (-0.25, 1.05), (-0.02, 1.05), (-0.02, 0.7)], (196, 224, 236))
    t.fill([(0.06, 0.7), (0.06, 1.05), (0.24, 1.05), (0.46, 0.7)], (196, 224, 236))
    t.fill([(-1, 0.24), (-1, 0.6), (-0.85, 0.72), (0.7, 0.72), (1, 0.54), (1, 0.24)], colour)
    t.box(-1, 0.24, 1, 0.34, dark)
    t.box(-0.85, 0.56, 0.6, 0.62, light)
    t.disc(0.92, 0.5, 0.08, colour=(255, 244, 180))
    for x in (-0.55, 0.55):
        t.disc(x, 0.23, 0.25, colour=(30, 30, 34))
        t.disc(x, 0.23, 0.11, colour=(190, 190, 196))


def _boat(t: _Thing, colour: Any, dark: Any, light: Any) -> None:
    t.fill([(-0.95, 0.5), (0.95, 0.5), (0.62, 0), (-0.66, 0)], (118, 76, 48))
    t.fill([(-0.95, 0.5), (0.95, 0.5), (0.88, 0.38), (-0.88, 0.38)], (230, 214, 182))
    t.box(-0.04, 0.5, 0.04, 1.95, (84, 58, 40))
    t.fill([(0.08, 0.62), (0.08, 1.9), (0.82, 0.62)], colour)
    t.fill([(-0.08, 0.62), (-0.08, 1.75), (-0.66, 0.62)], dark)
    t.fill([(0.08, 1.9), (0.08, 1.6), (0.26, 1.6)], light)


def _balloon(t: _Thing, colour: Any, dark: Any, light: Any) -> None:
    for x in (-0.3, 0.3):
        t.fill([(x, 0.75), (0.5 * x, 0.3), (0.5 * x + 0.04, 0.3), (x + 0.06, 0.75)], (90, 70, 50))
    t.box(-0.2, 0.02, 0.2, 0.32, (150, 104, 60))
    t.fill([(-0.6, 0.9), (-0.2, 0.55), (0.2, 0.55), (0.6, 0.9)], dark)
    t.disc(0, 1.27, 0.75, 0.72, colour=colour)
    t.disc(0, 1.27, 0.45, 0.72, colour=light)
    t.disc(0, 1.27, 0.18, 0.72, colour=colour)
    t.disc(0, 1.22, 0.75, 0.1, colour=dark, opacity=0.7)


def _cat(t: _Thing, colour: Any, dark: Any, light: Any) -> None:
    tail = np.linspace(0, 1, 10)
    x, y = 0.62 + 0.3 * np.sin(tail * 3.2), 0.1 + 1.1 * tail
    t.fill([*zip(x - 0.08, y, strict=True), *zip(x[::-1] + 0.08, y[::-1], strict=True)], dark)
    t.disc(0.1, 0.5, 0.56, 0.5, colour=colour)
    t.disc(-0.15, 0.42, 0.2, 0.38, colour=light, opacity=0.8)
    for foot in (-0.3, 0.1):
        t.disc(foot, 0.08, 0.17, 0.1, colour=light)
    for side in (-1, 1):
        t.fill([(-0.2 + side * 0.42, 1.3), (-0.2 + side * 0.4, 1.9), (-0.2 + side * 0.08, 1.62)], dark)
    t.disc(-0.2, 1.27, 0.46, 0.41, colour=colour)
    for side in (-1, 1):
        t.disc(-0.2 + side * 0.18, 1.33, 0.1, 0.11, colour=(250, 250, 240))
        t.disc(-0.2 + side * 0.18, 1.32, 0.05, 0.09, colour=(20, 30, 20))
    t.fill([(-0.27, 1.17), (-0.13, 1.17), (-0.2, 1.08)], (226, 120, 130))


def _mushroom(t: _Thing, colour: Any, dark: Any, light: Any) -> None:
    t.fill([(-0.28, 0), (0.28, 0), (0.2, 0.9), (-0.2, 0.9)], (238, 226, 202))
    t.fill([(0.02, 0), (0.28, 0), (0.2, 0.9), (0.08, 0.9)], (212, 198, 170))
    arc = np.linspace(0, np.pi, 20)
    t.fill(np.stack([0.98 * np.cos(arc), 0.75 + 1.1 * np.sin(arc)], axis=1), colour)
    t.disc(-0.3, 1.55, 0.3, 0.16, colour=light, opacity=0.8)
    t.disc(0, 0.76, 0.98, 0.17, colour=dark)
    spot = (252, 250, 244) if np.min(colour) < 190 else (206, 96, 84)
    for x, y, r in ((-0.5, 1.18, 0.16), (0.08, 1.5, 0.2), (0.55, 1.12, 0.13), (-0.08, 1.02, 0.1)):
        t.disc(x, y, r, 0.85 * r, colour=spot)


def _umbrella(t: _Thing, colour: Any, dark: Any, light: Any) -> None:
    t.box(-0.045, 0.1, 0.045, 1.9, (70, 56, 48))
    t.disc(0.1, 0.12, 0.14, 0.12, colour=(70, 56, 48))
    arc = np.linspace(0, np.pi, 20)
    dome = np.stack([np.cos(arc), 0.92 + 0.95 * np.sin(arc)], axis=1)
    t.fill(dome, colour)
    for left, right, tone in ((-1, -0.4, dark), (-0.4, 0.4, light), (0.4, 1, dark)):
        inner = np.stack([np.linspace(left, right, 9), np.full(9, 0.92)], axis=1)
        inner[:, 1] += 0.14 * np.sin(np.linspace(0, np.pi, 9))
        t.fill([*inner[::-1], (left, 0.92), (0, 1.87), (right, 0.92)], tone, 0.55)


def _rocket(t: _Thing, colour: Any, dark: Any, light: Any) -> None:
    t.fill([(-0.2, 0.3), (0, 0), (0.2, 0.3)], (255, 176, 60))
    for side in (-1, 1):
        t.fill([(side * 0.3, 0.75), (side * 0.78, 0.2), (side * 0.28, 0.32)], dark)
    y = np.linspace(0.28, 1.98, 16)
    wide = 0.42 * np.sqrt(np.clip((1.98 - y) / 1.1, 0, 1))
    t.fill([*zip(wide, y, strict=True), *zip(-wide[::-1], y[::-1], strict=True)], colour)
    top = y > 1.5
    t.fill([*zip(wide[top], y[top], strict=True), *zip(-wide[top][::-1], y[top][::-1], strict=True)], dark)
    t.disc(0, 1.15, 0.21, colour=(244, 244, 240))
    t.disc(0, 1.15, 0.14, colour=(104, 164, 206))
    t.box(-0.36, 0.4, 0.36, 0.5, light)


_THINGS: dict[str, Callable[[_Thing, Any, Any, Any], None]] = {
    "ball": _ball, "house": _house, "tree": _tree, "car": _car, "boat": _boat, "balloon": _balloon, "cat": _cat,
    "mushroom": _mushroom, "umbrella": _umbrella, "rocket": _rocket,
}  # fmt: skip
