"""Faces drawn by a program: the stand-in for photographs, with attributes that are known exactly.

The head is a cylinder that turns: a feature at the angle ``u`` (radians, 0 is the middle of the face) and the height
``v`` (−1 crown … 1 chin) lands at ``x = a sin(u + turn)``, so eyes, glasses and hair move and narrow as they do on a
real head. Every decision about a person is made before anything is drawn and always in the same order, so that changing
one attribute changes nothing else.
"""

from __future__ import annotations

import colorsys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from .download import data_folder, reading, write_atomically
from .images import ImageSet

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["ATTRIBUTES", "HAIR_COLOURS", "VERSION", "draw_faces", "load_drawn_faces", "stream_faces"]

VERSION = 1  # part of the names of kept files: count up when the same seed draws other pictures
HAIR_COLOURS = {
    "black": (34, 28, 32),
    "brown": (104, 64, 38),
    "blond": (226, 184, 98),
    "red": (182, 76, 34),
    "grey": (172, 172, 178),
}
ATTRIBUTES = ("glasses", "smile", "hat", "long_hair", "looks_left", "dark_skin", *(f"{c}_hair" for c in HAIR_COLOURS))
CHOICES = ("glasses", "smile", "hat", "long_hair", "hair", "skin", "pose")

TURN = 0.6  # radians of the head at pose 1
SKINS = np.array([[255, 226, 205], [240, 196, 160], [209, 154, 112], [150, 100, 68], [92, 58, 42]], dtype=float)
FULL = np.linspace(0, 2 * np.pi, 32, endpoint=False)
COS, SIN = np.cos(FULL), np.sin(FULL)
Colour = tuple[int, ...]


def draw_faces(n: int, seed: int = 0, size: tuple[int, int] = (64, 64), **fixed: Any) -> ImageSet:
    """Draw the first ``n`` persons of ``seed``, each of them independently of the others.

    ``fixed`` takes decisions away from chance, for all (``glasses=True``) or for each person (an array (n,)); whatever
    is not fixed stays as it was, so two calls that differ in one attribute show the same persons:

    - ``glasses``, ``smile``, ``hat``, ``long_hair``: yes or no, each evenly by chance;
    - ``hair``: a name of `HAIR_COLOURS`; ``skin``: 0 light … 1 dark; ``pose``: −1 turned to the picture's left … 1.

    Args:
        n: how many.
        seed: which world of persons.
        size: height and width in pixels, such as (64, 64) or CelebA's (218, 178).
        fixed: see above.

    Returns:
        ``images`` uint8 (n, height, width, 3); ``labels`` uint8 (n, 11) in the order of ``names``, `ATTRIBUTES`;
        ``numbers`` with ``pose`` and ``skin``. There is no test part: draw it with another seed.

    Raises:
        ValueError: an attribute that does not exist, or a value that it cannot have.
    """
    people = _people(n, seed, fixed)
    images = np.empty((n, *size, 3), np.uint8)
    for image, person in zip(images, people, strict=True):
        image[:] = _draw(person, size)
    labels = np.array([person.attributes for person in people], np.uint8).reshape(n, len(ATTRIBUTES))
    numbers = {name: np.array([getattr(person, name) for person in people], np.float32) for name in ("pose", "skin")}
    source = f"Drawn faces: {n:,} pictures of {size[0]} × {size[1]} by Atelier's own generator, seed {seed}."
    return ImageSet(images, labels, images[:0], labels[:0], ATTRIBUTES, source, numbers)


def load_drawn_faces(n: int = 5_000, seed: int = 0, size: tuple[int, int] = (64, 64)) -> ImageSet:
    """The faces of `draw_faces`, kept in the data folder; the last tenth of them for testing. Prints its source."""
    place = data_folder() / f"drawn-faces-{size[0]}x{size[1]}-{n}-seed{seed}-v{VERSION}.npz"
    if place.is_file():
        with reading(place, "an archive of drawn faces"), np.load(place, allow_pickle=False) as kept:
            images, labels, pose, skin = (kept[name] for name in ("images", "labels", "pose", "skin"))
    else:
        drawn = draw_faces(n, seed, size)
        images, labels, pose, skin = drawn.images, drawn.labels, drawn.numbers["pose"], drawn.numbers["skin"]
        with suppress(OSError):  # a read-only folder only means drawing again next time
            write_atomically(place, lambda target: np.savez(target, images=images, labels=labels, pose=pose, skin=skin))
    cut = n - n // 10
    source = f"Drawn faces: {cut:,} for training and {n - cut:,} for testing, {size[0]} × {size[1]}, seed {seed}."
    print(source)
    numbers = {"pose": pose[:cut], "skin": skin[:cut]}
    return ImageSet(images[:cut], labels[:cut], images[cut:], labels[cut:], ATTRIBUTES, source, numbers)


def stream_faces(
    n: int, seed: int = 0, size: tuple[int, int] = (64, 64), **fixed: Any
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """The faces of `draw_faces` one after the other, never all in memory: image (height, width, 3), labels (11,)."""
    for person in _people(n, seed, fixed):
        yield _draw(person, size), np.array(person.attributes, np.uint8)


# Who it is ------------------------------------------------------------------------------------------------------------


@dataclass
class _Person:
    """Attributes, which the labels tell, and everything else that varies beside them."""

    glasses: bool
    smile: bool
    hat: bool
    long_hair: bool
    hair: str
    skin: float
    pose: float
    look: dict[str, Any] = field(default_factory=dict)

    @property
    def attributes(self) -> list[bool]:
        """What `ATTRIBUTES` names, in that order."""
        plain = [self.glasses, self.smile, self.hat, self.long_hair, self.pose < 0, self.skin > 0.5]
        return plain + [self.hair == colour for colour in HAIR_COLOURS]


def _people(n: int, seed: int, fixed: dict[str, Any]) -> list[_Person]:
    if unknown := sorted(set(fixed) - set(CHOICES)):
        raise ValueError(f"Faces have no attribute {unknown[0]!r}; there are {', '.join(CHOICES)}.")
    each = {name: np.broadcast_to(np.asarray(value), (n,)) for name, value in fixed.items()}
    for name, values in each.items():
        _check(name, values)
    return [_person(np.random.default_rng([seed, i]), {name: v[i] for name, v in each.items()}) for i in range(n)]


def _check(name: str, values: np.ndarray) -> None:
    if name == "hair":
        if not set(values.tolist()) <= set(HAIR_COLOURS):
            raise ValueError(f"hair is one of {', '.join(HAIR_COLOURS)}.")
        return
    low, high = {"pose": (-1, 1), "skin": (0, 1)}.get(name, (0, 1))
    if values.dtype.kind not in "biuf" or not ((low <= values) & (values <= high)).all():
        raise ValueError(f"{name} lies between {low} and {high}.")
    if name not in {"pose", "skin"} and not np.isin(values, (0, 1)).all():
        raise ValueError(f"{name} is True or False.")


def _person(random: np.random.Generator, fixed: dict[str, Any]) -> _Person:
    glasses, smile, hat, long_hair = (bool(x) for x in random.random(4) < 0.5)
    chosen: dict[str, Any] = {
        "glasses": glasses,
        "smile": smile,
        "hat": hat,
        "long_hair": long_hair,
        "hair": list(HAIR_COLOURS)[random.integers(len(HAIR_COLOURS))],
        "skin": random.uniform(0, 1),
        "pose": random.uniform(-1, 1),
    }
    plain = {
        name: str(value) if name == "hair" else float(value) if name in {"pose", "skin"} else bool(value)
        for name, value in fixed.items()
    }
    return _Person(**chosen | plain, look=_look(random))


def _look(random: np.random.Generator) -> dict[str, Any]:
    """All that labels do not tell. Each number is drawn for everyone, also the hat's for who wears none."""
    uniform, integers = random.uniform, random.integers
    return {
        # where the head is: lengths are in half-widths of the picture, angles in radians
        "x": uniform(-0.1, 0.1), "y": uniform(0.03, 0.15), "a": uniform(0.44, 0.53), "stretch": uniform(1.22, 1.38),
        "roll": uniform(-0.13, 0.13), "nod": uniform(-0.05, 0.05),
        "jaw": uniform(0.08, 0.3), "square": uniform(0.86, 1.02),
        "skin_hue": uniform(-10, 10, 3), "blush": uniform(0, 60), "freckles": int(integers(0, 3)) == 0,
        "spots": uniform(-1, 1, (16, 2)), "ear": uniform(0.14, 0.2),
        # eyes, brows, nose, mouth
        "eye_u": uniform(0.36, 0.47), "eye_w": uniform(0.13, 0.18), "eye_h": uniform(0.07, 0.115),
        "eye_slant": uniform(-0.025, 0.02), "iris": int(integers(0, 5)), "gaze": uniform(-0.05, 0.05),
        "lash": uniform(0.012, 0.03), "brow_v": uniform(0.2, 0.27), "brow_thick": uniform(0.02, 0.055),
        "brow_tilt": uniform(-0.05, 0.05), "brow_bend": uniform(0.0, 0.06),
        "nose_w": uniform(0.08, 0.16), "nose_v": uniform(0.26, 0.36), "nose_lift": uniform(0.1, 0.25),
        "mouth_v": uniform(0.56, 0.64), "mouth_w": uniform(0.24, 0.38), "mouth_bend": uniform(0, 1),
        "mouth_open": uniform(0, 1), "lip": uniform(0.015, 0.04), "lip_red": uniform(0, 1),
        # hair
        "hair_shift": uniform(-14, 14, 3), "hairline": int(integers(0, 4)), "parting": uniform(-0.7, 0.7),
        "forehead": uniform(-0.62, -0.48), "volume": uniform(1.06, 1.16), "curls": int(integers(0, 3)) == 0,
        "curl_size": uniform(0.08, 0.13), "length": uniform(1.15, 1.9), "flare": uniform(1.12, 1.4),
        "waves": uniform(0, 0.06), "strands": uniform(-1, 1, 7),
        # glasses, hat, clothes
        "lens": int(integers(0, 3)), "rim": int(integers(0, 5)), "rim_thick": uniform(0.025, 0.055),
        "lens_w": uniform(0.24, 0.3), "lens_h": uniform(0.15, 0.21), "tint": uniform(0, 1), "tint_hue": uniform(0, 1),
        "hat_kind": int(integers(0, 4)), "hat_colour": _bright(random), "band_colour": _bright(random),
        "hat_low": uniform(-0.58, -0.48), "hat_high": uniform(0, 1), "pompom": bool(integers(0, 2)),
        "cloth": _bright(random), "cloth_2": _bright(random), "collar": int(integers(0, 4)),
        "shoulder": uniform(1.9, 2.5),
        # picture
        "corners": _background(random), "bokeh": uniform(-1, 1, (6, 4)), "bokeh_light": uniform(-26, 26),
        "light": uniform(0, 2 * np.pi), "light_by": uniform(0.05, 0.22), "warmth": uniform(-0.06, 0.06),
        "exposure": uniform(0.86, 1.1), "blur": uniform(0, 0.5), "noise": uniform(0.5, 3.5),
        "noise_seed": int(integers(2**32)),
    }  # fmt: skip


def _bright(random: np.random.Generator) -> np.ndarray:
    return np.array(colorsys.hsv_to_rgb(random.uniform(), random.uniform(0.1, 0.8), random.uniform(0.3, 0.95))) * 255


def _background(random: np.random.Generator) -> np.ndarray:
    """Colours of the four corners: one hue with a neighbour, lighter here and darker there."""
    hue, near, saturation = random.uniform(), random.uniform(-0.15, 0.15), random.uniform(0.05, 0.6)
    colours = [
        colorsys.hsv_to_rgb((hue + near * share) % 1, saturation, value)
        for share, value in zip((0, 0.3, 0.7, 1), random.uniform(0.3, 0.98, 4), strict=True)
    ]
    return (np.array(colours).reshape(2, 2, 3) * 255).astype(np.uint8)


# Drawing --------------------------------------------------------------------------------------------------------------


def _draw(person: _Person, size: tuple[int, int]) -> np.ndarray:
    """Draw on a canvas several times as large, shrink it, then light, blur and noise: uint8 (height, width, 3)."""
    from PIL import Image, ImageFilter

    height, width = size
    more = 4 if width < 128 else 3
    corners, inner = Image.fromarray(person.look["corners"]), (0.5, 0.5, 1.5, 1.5)  # from centre to centre
    canvas = corners.resize((width * more, height * more), Image.Resampling.BILINEAR, inner)
    _Painter(person, canvas).paint()
    small = canvas.reduce(more)
    if person.look["blur"] > 0.2:
        small = small.filter(ImageFilter.GaussianBlur(person.look["blur"] * (width / 64) ** 0.5))
    return _develop(np.asarray(small, np.float32), person.look)


def _develop(image: np.ndarray, look: dict[str, Any]) -> np.ndarray:
    """Light from one side, exposure, warmth and grain."""
    height, width, _ = image.shape
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j].astype(np.float32)
    light = look["exposure"] * (1 + look["light_by"] * (x * np.cos(look["light"]) + y * np.sin(look["light"])))
    colour = np.array([1 + look["warmth"], 1, 1 - look["warmth"]], np.float32)
    grain = np.random.default_rng(look["noise_seed"]).standard_normal(image.shape, np.float32) * look["noise"]
    return np.clip(image * light[:, :, None] * colour + grain, 0, 255).astype(np.uint8)


def _mix(one: Any, other: Any, share: float) -> np.ndarray:
    return np.asarray(one, float) * (1 - share) + np.asarray(other, float) * share


def _paint_of(colour: Any, opacity: float = 1.0) -> Colour:
    red, green, blue = colour
    return (max(0, min(255, int(red))), max(0, min(255, int(green))), max(0, min(255, int(blue))), int(255 * opacity))


def _xy(x: Any, y: Any) -> np.ndarray:
    """Points (k, 2)."""
    points = np.empty((len(x), 2))
    points[:, 0], points[:, 1] = x, y
    return points


class _Painter:
    """Paints one person onto a canvas, from the back to the front."""

    def __init__(self, person: _Person, canvas: Image.Image) -> None:
        from PIL import ImageDraw

        self.person, self.look, look = person, person.look, person.look
        self.pen = ImageDraw.Draw(canvas, "RGBA")
        self.unit = canvas.width / 2
        self.middle = np.array([1 + look["x"], canvas.height / canvas.width + look["y"]])
        self.a, self.b, self.turn = look["a"], look["a"] * look["stretch"], person.pose * TURN
        cos, sin = np.cos(look["roll"]), np.sin(look["roll"])
        self.rotation = self.unit * np.array([[cos, sin], [-sin, cos]])
        place = person.skin * (len(SKINS) - 1)
        lower = min(int(place), len(SKINS) - 2)
        self.skin = _mix(SKINS[lower], SKINS[lower + 1], place - lower) + look["skin_hue"]
        self.hair = np.array(HAIR_COLOURS[person.hair], float) + look["hair_shift"]
        self.dark = self.skin * np.array([0.62, 0.5, 0.5])

    def paint(self) -> None:
        """Paint everything."""
        self.bokeh()
        if self.person.long_hair:
            self.long_hair()
        self.body()
        self.head()
        self.nose()
        self.mouth()
        self.eyes()
        self.brows()
        self.hair_on_top()
        self.ears()
        if self.person.hat:
            (self.beanie, self.cap, self.brimmed, self.beret)[self.look["hat_kind"]]()
        if self.person.glasses:
            self.glasses()

    # Geometry

    def at(self, u: Any, v: Any, lift: float = 0.0) -> np.ndarray:
        """Points (k, 2) on the head, ``lift`` above its surface, in units from the head's middle."""
        return _xy(self.a * (1 + lift) * np.sin(u + self.turn), self.b * (v + self.look["nod"]))

    def round(self, u: float, v: float, ru: float, rv: float, lift: float = 0.0) -> np.ndarray:
        """An ellipse on the head."""
        return self.at(u + ru * COS, v + rv * SIN, lift)

    def outline(self, grown: float = 1.0) -> np.ndarray:
        """The head's own outline."""
        x, y = COS, SIN
        x = np.sign(x) * np.abs(x) ** self.look["square"]
        x = x * (1 - self.look["jaw"] * np.clip(y, 0, 1) ** 2)
        return _xy(self.a * grown * x, self.b * grown * y)

    def fill(self, points: np.ndarray, colour: Any, opacity: float = 1.0, roll: bool = True) -> None:
        """Fill a polygon given in units from the head's middle."""
        self.pen.polygon(self.pixels(points, roll), fill=_paint_of(colour, opacity))

    def stroke(self, points: np.ndarray, width: float, colour: Any, opacity: float = 1.0) -> None:
        """A line of ``width`` units."""
        pixels = max(1, round(width * self.unit))
        self.pen.line(self.pixels(points), fill=_paint_of(colour, opacity), width=pixels, joint="curve")

    def pixels(self, points: np.ndarray, roll: bool = True) -> list[float]:
        """Flat list of pixels."""
        turned = points @ self.rotation if roll else np.asarray(points, float) * self.unit
        flat: list[float] = (turned + self.middle * self.unit).ravel().tolist()
        return flat

    def disc(self, x: float, y: float, rx: float, ry: float | None = None) -> np.ndarray:
        """An ellipse in the picture's plane."""
        return _xy(x + rx * COS, y + (rx if ry is None else ry) * SIN)

    # Behind the head

    def bokeh(self) -> None:
        """Faint discs of light behind the person."""
        tone = 255 if self.look["bokeh_light"] > 0 else 0
        for x, y, r, opacity in self.look["bokeh"]:
            self.fill(self.disc(x, y * 1.2, 0.15 + 0.12 * r), [tone] * 3, 0.06 + 0.05 * opacity, roll=False)

    def long_hair(self) -> None:
        """Hair that falls behind the neck and beside the face."""
        a, b, look = self.a, self.b, self.look
        t = np.linspace(0, 1, 24)
        top, low = -0.4 * b, look["length"] * b
        y = top + (low - top) * t
        wave = look["waves"] * np.sin(t * 16) * t
        x = a * (look["volume"] + (look["flare"] - look["volume"]) * np.sin(t * np.pi / 1.6)) + wave
        x[-3:] *= [0.96, 0.88, 0.75]
        shift = -0.15 * a * np.sin(self.turn)  # the back of the head moves against the face
        left, right = _xy(shift - x, y), _xy(shift + x, y)
        crown = _xy(shift + a * look["volume"] * COS[16:], top + 0.6 * b * SIN[16:])
        self.fill(np.concatenate([crown, right, left[::-1]]), self.hair * 0.72)
        for strand in look["strands"]:
            line = _xy(shift + x * np.sign(strand) * (0.7 + 0.25 * abs(strand)), y)[4:-2]
            self.stroke(line, 0.02, self.hair * 1.25 + 8, 0.5)

    def body(self) -> None:
        """Neck, shoulders and one of four collars."""
        a, b, look = self.a, self.b, self.look
        neck, low, wide = 0.5 * a, 1.22 * b, look["shoulder"] * a
        self.fill(np.array([[-neck, 0.5 * b], [neck, 0.5 * b], [1.1 * neck, 1.6 * b], [-1.1 * neck, 1.6 * b]]),
                  _mix(self.skin, self.dark, 0.35), roll=False)  # fmt: skip
        t = np.linspace(-np.pi / 2, np.pi / 2, 24)
        arc = _xy(wide * np.sin(t), low + 0.22 * b + 0.75 * b * (1 - np.cos(t) ** 0.7))
        arc[:, 1] -= 0.2 * b * np.exp(-((arc[:, 0] / (1.3 * neck)) ** 2))
        self.fill(np.concatenate([arc, [[wide, 4], [-wide, 4]]]), look["cloth"], roll=False)
        if look["collar"] == 0:  # a round neckline
            self.fill(self.disc(0, low, 1.15 * neck, 0.22 * b), look["cloth"] * 0.7, roll=False)
            self.fill(self.disc(0, low - 0.05 * b, 1.02 * neck, 0.2 * b), _mix(self.skin, self.dark, 0.2), roll=False)
        elif look["collar"] == 1:  # a V
            self.fill(np.array([[-1.1 * neck, low], [1.1 * neck, low], [0, low + 0.55 * b]]),
                      _mix(self.skin, self.dark, 0.2), roll=False)  # fmt: skip
        elif look["collar"] == 2:  # a shirt
            for side in (-1, 1):
                points = [[0, low + 0.4 * b], [side * 1.2 * neck, low - 0.06 * b], [side * 1.45 * neck, low + 0.42 * b]]
                self.fill(np.array(points), look["cloth_2"], roll=False)
        else:  # a turtleneck
            collar = [
                [-1.12 * neck, low - 0.12 * b],
                [1.12 * neck, low - 0.12 * b],
                [1.3 * neck, 1.5 * b],
                [-1.3 * neck, 1.5 * b],
            ]
            self.fill(np.array(collar), look["cloth"] * 0.85, roll=False)

    # The face

    def head(self) -> None:
        """The head with soft light from the side where the light is, cheeks and freckles."""
        look = self.look
        shadow = self.outline() * [0.92, 1] + [0, 0.07]
        self.fill(shadow, self.dark, 0.35)
        self.fill(self.outline(), _mix(self.skin, self.dark, 0.22))
        to_light = 0.1 * np.array([np.cos(look["light"]) * self.a, np.sin(look["light"]) * self.b])
        for step in range(1, 7):
            self.fill(self.outline(1 - 0.06 * step) + to_light * step / 6, self.skin * 1.03, 0.24)
        blush = _mix(self.skin, [225, 80, 80], 0.5)
        for side in (-1, 1):
            for grown in (1.0, 0.7):
                self.fill(self.round(side * 0.6, 0.34, 0.22 * grown, 0.13 * grown), blush, look["blush"] / 255)
        if look["freckles"]:
            for u, v in look["spots"]:
                self.fill(self.round(0.62 * u, 0.26 + 0.1 * v, 0.022, 0.016), self.dark, 0.55)

    def nose(self) -> None:
        """A shadow along the ridge and a tip that stands out when the head turns."""
        look = self.look
        v, w, lift = look["nose_v"], look["nose_w"], look["nose_lift"]
        side = -0.6 if np.cos(look["light"]) > 0 else 0.6
        ridge = np.array([[0.1 * side, -0.05], [0.3 * w * np.sign(side) + 0.05 * side, 0.5 * v], [w * side, v]])
        self.stroke(self.at(ridge[:, 0], ridge[:, 1], lift), 0.03, self.dark, 0.3)
        self.fill(self.round(0, v, w, 0.07, lift), _mix(self.skin, self.dark, 0.3))
        self.fill(self.round(0, v - 0.025, 0.85 * w, 0.06, lift), _mix(self.skin, [255, 240, 225], 0.12))
        for nostril in (-1, 1):
            self.fill(self.round(nostril * 0.5 * w, v + 0.035, 0.22 * w, 0.016, lift), self.dark * 0.7, 0.8)

    def mouth(self) -> None:
        """Closed or open, teeth or none, whether it smiles or not: only the bend tells."""
        look, smile = self.look, self.person.smile
        s = np.linspace(-1, 1, 15)
        round_ = 1 - s**2
        bend = 0.13 + 0.06 * look["mouth_bend"] if smile else -0.09 + 0.07 * look["mouth_bend"]
        width = look["mouth_w"] * (1.1 if smile else 0.95)
        middle = look["mouth_v"] - 0.6 * bend + bend * round_
        opened = max(0.0, look["mouth_open"] - 0.45) * 0.3
        lip = _mix(_mix(self.skin, [190, 60, 70], 0.45), self.dark, 0.25 * (1 - look["lip_red"]))
        upper = middle - (look["lip"] + 0.35 * opened) * round_**0.7
        lower = middle + (1.4 * look["lip"] + 0.75 * opened) * round_**0.7
        u = np.concatenate([width * s, width * s[::-1]])
        self.fill(self.at(u, np.concatenate([upper, lower[::-1]])), lip)
        if opened:
            inner_top, inner_low = middle - 0.35 * opened * round_, middle + 0.75 * opened * round_
            inside = np.concatenate([inner_top, inner_low[::-1]])
            self.fill(self.at(0.9 * u, inside), [92, 26, 32])
            teeth = np.concatenate([inner_top, (inner_top + 0.55 * (inner_low - inner_top))[::-1]])
            self.fill(self.at(0.85 * u, teeth), [248, 244, 236])
        else:
            self.stroke(self.at(width * s, middle), 0.024, self.dark * 0.5)

    def eyes(self) -> None:
        """White, iris, pupil, a spark and a lid."""
        look = self.look
        iris = [(92, 58, 30), (60, 110, 160), (80, 130, 80), (50, 34, 26), (120, 130, 140)][look["iris"]]
        w, h = look["eye_w"], look["eye_h"]
        for side in (-1, 1):
            u, v = side * look["eye_u"], -0.03
            slant = side * look["eye_slant"] * COS
            almond = self.at(u + w * COS, v + h * SIN * (1 - 0.25 * COS**2) + slant)
            self.fill(self.at(u + 1.25 * w * COS, v - 0.02 + 1.35 * h * SIN), self.dark, 0.22)
            self.fill(almond, [250, 248, 244])
            gaze = u + look["gaze"] + 0.03 * self.person.pose
            self.fill(self.round(gaze, v, 0.62 * w, 0.88 * h), iris)
            self.fill(self.round(gaze, v, 0.34 * w, 0.5 * h), [16, 12, 14])
            self.fill(self.round(gaze + 0.2 * w, v - 0.35 * h, 0.16 * w, 0.2 * h), [255, 255, 255], 0.9)
            self.stroke(almond[16:], look["lash"] + 0.012, self.dark * 0.4)

    def brows(self) -> None:
        """Brows in a darker tone of the hair."""
        look = self.look
        s = np.linspace(-1, 1, 9)
        colour = _mix(self.hair * 0.75, self.dark * 0.6, 0.35)
        for side in (-1, 1):
            u = side * look["eye_u"] + 0.2 * s
            v = -look["brow_v"] - look["brow_bend"] * (1 - s**2) + side * look["brow_tilt"] * s
            thick = look["brow_thick"] * (1 - 0.35 * side * s)
            self.fill(
                self.at(np.concatenate([u, u[::-1]]), np.concatenate([v - thick / 2, (v + thick / 2)[::-1]])), colour
            )

    def ears(self) -> None:
        """The ears that the hair leaves free and the turned head shows."""
        if self.person.long_hair:
            return
        size = self.look["ear"] * self.a
        for side in (-1, 1):
            angle = side * 1.45 + self.turn
            if abs(angle) > 1.75:
                continue
            x, y = 1.02 * self.a * np.sin(angle), self.b * (0.06 + self.look["nod"])
            narrow = 0.75
            self.fill(self.disc(x, y, size * narrow, size * 1.35), _mix(self.skin, self.dark, 0.18))
            self.fill(self.disc(x, y, size * narrow * 0.55, size * 0.9), _mix(self.skin, self.dark, 0.42))

    # Hair

    def hairline(self, u: np.ndarray) -> np.ndarray:
        """The height at which the hair begins, all around the head: forehead, temples, sideburns, nape."""
        look, top = self.look, self.look["forehead"]
        front = {
            0: top + 0.5 * np.abs(u) ** 3 * 0.5,  # even
            1: top + 0.22 + 0.02 * np.sin(40 * u),  # a fringe down to the brows
            2: top + 0.34 * np.clip(np.abs(u - look["parting"]), 0, 1.2) ** 0.8 - 0.12,  # a parting
            3: top - 0.12 - 0.08 * np.cos(3 * u) + 0.25 * u**2,  # swept back
        }[look["hairline"]]
        side = 0.05 + 0.5 * np.clip((np.abs(u) - 1.45) / 0.2, 0, 1)
        share = np.clip((np.abs(u) - 0.95) / 0.2, 0, 1)
        return np.clip(front * (1 - share) + side * share, -0.95, 0.62)

    def hair_on_top(self) -> None:
        """Hair from the hairline over the crown; in curls or smooth, with a sheen and strands."""
        look, a, b = self.look, self.a, self.b
        seen = np.linspace(-np.pi / 2, np.pi / 2, 41)
        v = self.hairline(seen - self.turn)
        line = _xy(1.02 * a * np.sin(seen), b * (v + look["nod"] * np.cos(seen)))
        start, end = np.pi - np.arcsin(v[0]), 2 * np.pi + np.arcsin(v[-1])
        angle = np.linspace(start, end, 40)
        k = look["volume"]
        over = _xy(k * a * np.cos(angle), (k + 0.02) * b * np.sin(angle))
        self.fill(np.concatenate([over, line[::-1]]), self.hair)
        if look["curls"]:
            r = look["curl_size"]
            for x, y in over[::3]:
                self.fill(self.disc(x * 0.97, y * 0.97, r), self.hair)
            for x, y in over[2:-2:4]:
                self.fill(self.disc(0.82 * x, 0.88 * y, 0.6 * r), self.hair * 1.16 + 6, 0.5)
            return
        for strand in look["strands"]:
            arc = angle[8:-8]
            self.stroke(_xy((0.86 + 0.14 * strand) * k * a * np.cos(arc), (0.93 + 0.06 * strand) * k * b * np.sin(arc)),
                        0.018, self.hair * (1.3 if strand > 0 else 0.75) + 6 * strand, 0.4)  # fmt: skip

    # What is worn

    def hat_bottom(self, low: float, wide: float = 1.1, sag: float = 0.1) -> np.ndarray:
        """The hat's lower edge from left to right, bent as on a round head."""
        s = np.linspace(-1, 1, 21)
        return _xy(wide * self.a * s, self.b * (low + sag * (1 - s**2)))

    def dome(self, edge: np.ndarray, high: float, shift: float = 0.0, power: float = 1.0) -> np.ndarray:
        """From the right end of an edge over the top to its left end."""
        angle = np.linspace(0, np.pi, 25)
        x = edge[-1, 0] * np.sign(np.cos(angle)) * np.abs(np.cos(angle)) ** power + shift * np.sin(angle)
        return _xy(x, edge[-1, 1] - high * self.b * np.sin(angle) ** power)

    def beanie(self) -> None:
        """A knitted cap with a fold, maybe with a pompom."""
        look, edge = self.look, self.hat_bottom(self.look["hat_low"], 1.18)
        high = 0.75 + 0.25 * look["hat_high"]
        if look["pompom"]:
            self.fill(self.disc(0, edge[0, 1] - high * self.b, 0.13), look["band_colour"])
            self.fill(self.disc(-0.02, edge[0, 1] - high * self.b - 0.02, 0.09), look["band_colour"] * 1.15, 0.7)
        self.fill(np.concatenate([edge, self.dome(edge, high)]), look["hat_colour"])
        for s in np.linspace(-0.7, 0.7, 5):
            rib = self.dome(edge, high)[3:-3] * [s, 1]
            half = rib[: len(rib) // 2 + 1] if s > 0 else rib[len(rib) // 2 :]
            self.stroke(half, 0.02, look["hat_colour"] * 0.8, 0.6)
        fold = np.concatenate([edge - [0, -0.03 * self.b], edge[::-1] - [0, 0.22 * self.b]])
        self.fill(fold, look["band_colour"])
        self.stroke(edge - [0, 0.22 * self.b], 0.02, look["band_colour"] * 0.7, 0.7)

    def cap(self) -> None:
        """A cap whose peak points where the face looks."""
        look, edge = self.look, self.hat_bottom(self.look["hat_low"], 1.14)
        self.fill(np.concatenate([edge, self.dome(edge, 0.68 + 0.15 * look["hat_high"])]), look["hat_colour"])
        self.stroke(self.dome(edge, 0.68 + 0.15 * look["hat_high"])[4:-4] * [0.35, 1], 0.018, look["hat_colour"] * 0.75)
        s = np.linspace(-1, 1, 15)
        u = 0.95 * s
        back = self.at(u, look["hat_low"] - 0.02 + 0.06 * (1 - s**2), 0.12)
        front = self.at(u, look["hat_low"] + 0.02 + 0.2 * (1 - s**2) ** 0.6, 0.4)
        self.fill(np.concatenate([back, front[::-1]]), look["band_colour"] * 0.85)
        self.stroke(front, 0.02, look["band_colour"] * 0.6)

    def brimmed(self) -> None:
        """A hat with a brim and a ribbon."""
        look = self.look
        edge = self.hat_bottom(look["hat_low"] - 0.06, 1.08, 0.06)
        y = edge[0, 1]
        self.fill(
            self.disc(0, y + 0.02, (1.6 + 0.35 * look["hat_high"]) * self.a, 0.17 * self.b), look["hat_colour"] * 0.82
        )
        self.fill(self.disc(0, y - 0.01, (1.58 + 0.35 * look["hat_high"]) * self.a, 0.13 * self.b), look["hat_colour"])
        self.fill(np.concatenate([edge, self.dome(edge, 0.62 + 0.3 * look["hat_high"], power=0.6)]), look["hat_colour"])
        ribbon = np.concatenate([edge, edge[::-1] - [0, 0.16 * self.b]])
        self.fill(ribbon * [0.985, 1], look["band_colour"])

    def beret(self) -> None:
        """A beret, pulled to one side."""
        look, edge = self.look, self.hat_bottom(self.look["hat_low"] - 0.04, 1.1)
        side = 0.28 * self.a * (1 if look["hat_high"] > 0.5 else -1)
        y = edge[0, 1] - 0.3 * self.b
        self.fill(
            np.concatenate([edge, self.disc(side, y, 1.38 * self.a, 0.46 * self.b)[16:][::-1]]), look["hat_colour"]
        )
        self.fill(self.disc(side, y, 1.38 * self.a, 0.44 * self.b), look["hat_colour"])
        self.fill(self.disc(side * 1.4, y - 0.08, 0.9 * self.a, 0.22 * self.b), look["hat_colour"] * 1.15 + 8, 0.5)
        self.fill(np.concatenate([edge, edge[::-1] - [0, 0.1 * self.b]]), look["hat_colour"] * 0.7)
        self.stroke(np.array([[side, y - 0.4 * self.b], [side, y - 0.54 * self.b]]), 0.035, look["hat_colour"] * 0.8)

    def glasses(self) -> None:
        """Round, square or winged; rims thin or thick; clear, or now and then tinted."""
        look, thick, lift = self.look, self.look["rim_thick"], 0.06
        rim = np.array([(24, 22, 26), (96, 58, 32), (176, 138, 60), (150, 34, 44), (40, 60, 120)][look["rim"]])
        w, h = look["lens_w"], look["lens_h"]
        power = {0: 1.0, 1: 0.45, 2: 0.75}[look["lens"]]
        shape_u = w * np.sign(COS) * np.abs(COS) ** power
        shape_v = h * np.sign(SIN) * np.abs(SIN) ** power
        u0 = max(look["eye_u"], w + 0.05)
        tinted = look["tint"] > 0.8
        tint = np.array(colorsys.hsv_to_rgb(look["tint_hue"], 0.5, 0.3)) * 255 if tinted else [235, 245, 255]
        for side in (-1, 1):
            wing = 0.35 * h * np.clip(side * COS, 0, 1) * (SIN < 0) if look["lens"] == 2 else 0
            lens = self.at(side * u0 + shape_u, -0.01 + shape_v - wing, lift)
            self.fill(lens, tint, 0.72 if tinted else 0.14)
            self.stroke(np.concatenate([lens, lens[:2]]), thick, rim)
            hinge, ear = side * (u0 + w), side * 1.4
            if abs(ear + self.turn) < np.pi / 2:
                self.stroke(self.at(np.linspace(hinge, ear, 6), np.linspace(-0.06, -0.02, 6), lift), thick, rim)
        s = np.linspace(-1, 1, 7)
        self.stroke(self.at((u0 - w) * s, -0.03 - 0.035 * (1 - s**2), lift + 0.06), thick, rim)
