"""Train a lesson's reference model for hours, in pieces, on processor cores.

    python -m benchmarks.reference draw-attention --minutes 150      # goes on where the last piece stopped
    python -m benchmarks.reference draw-attention --ship             # what was reached becomes a file that ships

Every model is built by the code of its lesson. A piece may be killed at any moment: after every epoch of 100 steps the
whole state, optimizer and seeds included, lies in ``build/reference-models/NAME``, and the next piece goes on from
there to the bit. ``curve.jsonl`` beside it holds a line for each epoch: processor hours, the loss, and sometimes what
was measured. On a GPU see `benchmarks.gpu`.

Without a backup a run begins with the weights that ship for it, if there are some. So a training whose machine is gone
loses its optimizer's memory, and nothing else.
"""

from __future__ import annotations

import json
import os
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import h5py
import keras
import numpy as np
import typer

from benchmarks.lesson_names import lesson_names
from util import data, features, metrics, training

__all__ = ["RUNS", "Run", "Started", "ship", "shipped", "train", "train_run"]

ROOT = Path(__file__).resolve().parent.parent
STEPS_PER_EPOCH = 100


class TimeIsUp(Exception):
    """The minutes of this piece are over."""


Started = tuple[keras.Model, training.Batches, Callable[[], dict[str, float]]]
"""The compiled model, its batches, and a function that evaluates it."""


@dataclass(frozen=True)
class Run:
    """One training: which model of which lesson, and with which settings. It is evaluated ``every`` so many epochs."""

    start: Callable[[dict[str, Any], Path | None], Started]
    settings: dict[str, Any] = field(default_factory=dict)
    every: int = 10


# DRAW -----------------------------------------------------------------------------------------------------------------


class Binarised(training.Batches):
    """Batches of digits for `Draw.fit`, dynamically binarised: which pixel becomes ink depends on epoch and step."""

    def __getitem__(self, step: int) -> tuple[Any]:  # type: ignore[override]
        greys, thresholds = super().__getitem__(step)  # (batch, 28, 28) each, bytes and numbers in [0, 1)
        return ((thresholds < greys / 255).astype(np.float32),)


def start_draw(settings: dict[str, Any], path: Path | None) -> Started:
    """DRAW on all of MNIST; what it costs to tell 1,000 test images, binarised once."""
    lesson = lesson_names("draw", ["Draw", "Parts", "ConvolutionalParts", "binarise"])
    digits = data.load_mnist(path)
    keras.utils.set_random_seed(settings["seed"])
    parts = getattr(lesson, settings["parts"])(28, 28, **settings["sizes"])
    model = lesson.Draw(settings["glimpses"], parts, settings["seed"])
    adam = keras.optimizers.Adam(settings["learning_rate"], clipnorm=5.0)
    model.compile(optimizer=adam, jit_compile=training.jit_compile())
    adam.build(model.trainable_variables)
    batches = Binarised(
        digits.images,
        lambda count, random: random.uniform(size=(count, 28, 28)).astype(np.float32),
        settings["batch_size"],
        steps=STEPS_PER_EPOCH,
        seed=settings["seed"],
    )
    unseen = lesson.binarise(digits.test_images[:1000], np.random.default_rng(0))  # (1000, 28, 28)

    def evaluate() -> dict[str, float]:
        return {"test_nats": float(model.evaluate(unseen, batch_size=250, verbose=0, return_dict=True)["loss"])}

    return model, batches, evaluate


# Two players ----------------------------------------------------------------------------------------------------------

SAMPLES = 2000
"""How many digits are drawn, and compared with as many test images."""


@cache
def _reader(path: Path | None) -> tuple[Any, np.ndarray]:
    """Who reads digits, and the features of real ones."""
    digits = data.load_mnist(path)
    reader = features.classifier(digits.images, digits.labels)
    return reader, reader.features(digits.test_images[:SAMPLES])


def _read(digits: np.ndarray, path: Path | None) -> dict[str, float]:
    """How far ``digits`` (n, 28, 28) in [0, 1] are from real ones for a classifier, and how sure it is of them."""
    reader, real = _reader(path)
    seen = metrics.diversity(reader.probabilities(digits))
    return {"frechet": metrics.frechet(real, reader.features(digits)), "confidence": seen.confidence}


def start_gan(settings: dict[str, Any], path: Path | None) -> Started:
    """The perceptrons of the lesson `gan` on all of MNIST."""
    wanted = ["train_step", "new_model", "model_parameters", "sample_Z", "scale", "flatten", "BATCH_SIZE"]
    lesson, digits = lesson_names("gan", wanted), data.load_mnist(path)
    keras.utils.set_random_seed(settings["seed"])
    latent = lesson.model_parameters()["latent_dim"]
    model = lesson.new_model(lesson.train_step, d_rate=settings["d_rate"], g_rate=settings["g_rate"])

    def noise(count: int, random: np.random.Generator) -> np.ndarray:
        return random.uniform(-1, 1, (count, latent)).astype(np.float32)

    batches = training.Batches(
        digits.images,
        noise,
        lesson.BATCH_SIZE,
        transform=lambda some: lesson.scale(lesson.flatten(some)),
        steps=STEPS_PER_EPOCH,
        seed=settings["seed"],
    )
    z = noise(SAMPLES, np.random.default_rng(0))
    return model, batches, lambda: _read(np.asarray(model(z)).reshape(-1, 28, 28), path)


def start_dcgan(settings: dict[str, Any], path: Path | None) -> Started:
    """The convolutions of the lesson `dcgan` on all of MNIST, with a margin."""
    wanted = ["prepare", "new_players", "generate", "sample_noise", "SIZES", "BATCH_SIZE"]
    lesson, digits = lesson_names("dcgan", wanted), data.load_mnist(path)
    keras.utils.set_random_seed(settings["seed"])
    model = lesson.new_players(32, 1, settings["filters"])
    batches = training.Batches(
        digits.images,
        lesson.sample_noise,
        settings["batch_size"],
        transform=lambda some: lesson.prepare(some, 32),
        steps=STEPS_PER_EPOCH,
        seed=settings["seed"],
    )
    z = lesson.sample_noise(SAMPLES, np.random.default_rng(0))

    def evaluate() -> dict[str, float]:
        images = lesson.generate(model.g, z)[:, 2:-2, 2:-2, 0]  # (n, 28, 28)
        return _read(np.clip((images + 1) / 2, 0, 1), path)

    return model, batches, evaluate


DRAW: dict[str, Any] = {"seed": 1, "glimpses": 32, "batch_size": 128, "learning_rate": 1e-3}

RUNS = {
    "draw-attention": Run(
        start_draw,
        {**DRAW, "parts": "Parts", "sizes": {"hidden": 256, "latent": 100, "read_size": 5, "write_size": 5}},
    ),
    "draw-plain": Run(start_draw, {**DRAW, "parts": "Parts", "sizes": {"hidden": 256, "latent": 100}}),
    "draw-convolutions": Run(
        start_draw, {**DRAW, "parts": "ConvolutionalParts", "sizes": {"hidden": 256, "latent": 100}}
    ),
    "dcgan": Run(start_dcgan, {"seed": 1, "filters": 16, "batch_size": 64}),
    "gan": Run(start_gan, {"seed": 1, "d_rate": 2e-4, "g_rate": 1e-3}, every=100),
}


# In pieces ------------------------------------------------------------------------------------------------------------


class Curve(keras.callbacks.Callback):
    """Writes a line for every epoch, and ends the piece when its time is up."""

    def __init__(self, file: Path, evaluate: Callable[[], dict[str, float]], every: int, until: float) -> None:
        """``evaluate`` is asked after ``every`` epochs; ``until`` is on the clock of `time.monotonic`."""
        super().__init__()
        self.file, self.evaluate, self.every, self.until = file, evaluate, every, until

    def on_train_begin(self, *_: Any) -> None:
        """Forget lines about epochs that a broken-off piece did not back up; called by Keras."""
        first = getattr(self.model, "_initial_epoch", None) or 0
        lines = self.file.read_text().splitlines() if self.file.is_file() else []
        kept = [line for line in lines if json.loads(line)["epoch"] <= first]
        self.file.write_text("".join(f"{line}\n" for line in kept))
        self.hours_before = json.loads(kept[-1])["processor_hours"] if kept else 0.0
        self.began = time.process_time()

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Write the line; called by Keras."""
        hours = self.hours_before + (time.process_time() - self.began) / 3600
        line = {"epoch": epoch + 1, "processor_hours": round(hours, 4)}
        line |= {name: round(float(value), 3) for name, value in (logs or {}).items()}
        if (epoch + 1) % self.every == 0:
            line |= {name: round(value, 3) for name, value in self.evaluate().items()}
        with self.file.open("a") as file:
            file.write(json.dumps(line) + "\n")
        if self.is_over:
            raise TimeIsUp

    @property
    def is_over(self) -> bool:
        """Whether the time of this piece is up."""
        return time.monotonic() > self.until


def shipped(name: str) -> Path:
    """Where the weights of the run ``name`` lie that come with the course."""
    return ROOT / "data" / f"{name}.weights.h5"


def train(
    name: str, minutes: float, folder: Path, path: Path | None = None, learning_rate: float | None = None
) -> Path:
    """Train ``name`` for some minutes more, in ``folder``; return the file with its curve."""
    run = RUNS[name]
    settings = {**run.settings, **({"learning_rate": learning_rate} if learning_rate else {})}
    return train_run(name, Run(run.start, settings, run.every), minutes, folder, path)


def train_run(
    name: str,
    run: Run,
    minutes: float,
    folder: Path,
    path: Path | None = None,
    callbacks: Sequence[keras.callbacks.Callback] = (),
) -> Path:
    """Train ``run``, which ships under ``name``, for some minutes more; see `train`. ``callbacks`` are told, too."""
    model, batches, evaluate = run.start(run.settings, path)
    folder.mkdir(parents=True, exist_ok=True)
    backup = training.Backup(folder, batches)
    if not list(folder.glob("*.weights.h5")) and shipped(name).is_file():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the optimizer's state does not ship: it begins anew
            model.load_weights(shipped(name))
    curve = Curve(folder / "curve.jsonl", evaluate, run.every, until=time.monotonic() + 60 * minutes)
    rates = [TakeRate(run.settings["learning_rate"])] if "learning_rate" in run.settings else []
    try:
        model.fit(batches, epochs=10**6, verbose=0, shuffle=False, callbacks=[backup, *rates, *callbacks, curve])
    except TimeIsUp:
        typer.echo(curve.file.read_text().splitlines()[-1])
    return curve.file


class TakeRate(keras.callbacks.Callback):
    """Sets the learning rate once the backup is restored, which brings its own."""

    def __init__(self, rate: float) -> None:
        """``rate`` holds for this piece."""
        super().__init__()
        self.rate = rate

    def on_train_begin(self, *_: Any) -> None:
        """Set it; called by Keras."""
        self.model.optimizer.learning_rate = self.rate


def ship(name: str, folder: Path) -> Path:
    """Write the newest backup's weights, without the optimizer, as compressed float16, to where they ship."""
    newest = max(folder.glob("[0-9]*.weights.h5"))
    target = shipped(name)
    part = target.with_suffix(".part")

    def copy(place: str, item: h5py.Group | h5py.Dataset) -> None:
        if place.split("/", 1)[0].endswith(("optimizer", "seed_generator_state")):
            return
        if isinstance(item, h5py.Dataset):
            values = item[()]
            small = values.astype(np.float16) if values.dtype.kind == "f" else values
            shape = {"compression": "gzip", "shuffle": True} if small.ndim else {}
            target_file.create_dataset(place, data=small, **shape)
        else:
            target_file.require_group(place).attrs.update(item.attrs)

    with h5py.File(newest) as source, h5py.File(part, "w") as target_file:
        source.visititems(copy)
    part.replace(target)
    return target


def main(
    name: Annotated[str, typer.Argument(metavar="NAME", help=", ".join(RUNS))],
    minutes: Annotated[float, typer.Option(help="How long this piece lasts.")] = 60,
    path: Annotated[
        Path | None, typer.Option("--data", help="The data set's file, else where the lesson looks.")
    ] = None,
    learning_rate: Annotated[float | None, typer.Option(help="For this piece, in place of the run's own.")] = None,
    ship_it: Annotated[bool, typer.Option("--ship", help="Write the weights that come with the course.")] = False,
) -> None:
    """Train for some minutes, or ship what was reached."""
    if name not in RUNS:
        raise typer.BadParameter(f"There is no run {name!r}, only {', '.join(RUNS)}.")
    folder = ROOT / "build" / "reference-models" / name
    if ship_it:
        target = ship(name, folder)
        typer.echo(f"{target}: {target.stat().st_size / 2**20:.1f} MiB")
        return
    os.nice(19)
    train(name, minutes, folder, path, learning_rate)


if __name__ == "__main__":
    typer.run(main)
