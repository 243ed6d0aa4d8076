"""Training speed, measured: the lessons `gan` and `dcgan` against public tutorials' ways to train the same networks.

    python -m benchmarks.training [gan] [dcgan] [--data FILE] [--seconds 30] [--python PATH]

All versions of a lesson take turns, over and over, so that whatever else the machine does hits them alike. Steps per
second are medians over the turns; the processor's time (of all threads) says what a step costs where other work takes
a part of the machine. Starting up, which compiles, is told apart and counts in no turn. After equal times every
generator draws as many digits, and one classifier, which has read real ones, judges them all.

JAX runs in a process of its own: in this Python if it has JAX, else in the one given by `--python`.
"""

from __future__ import annotations

import itertools
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import typer

if TYPE_CHECKING:
    from benchmarks.tutorials import Game, Version

__all__ = ["Measurement", "measure", "page"]

ROOT = Path(__file__).resolve().parent.parent
OUTPUT = ROOT / "results" / "training.md"
SAMPLES = 2000
"""How many digits each generator draws; the real ones that they are compared with are as many."""


# Measuring, in the process of one backend -----------------------------------------------------------------------------


@dataclass
class Measurement:
    """What one version did: seconds for its start, steps in all its turns, and per step and turn what it took."""

    lesson: str
    backend: str
    name: str
    start: float
    steps: int
    wall: list[float]
    processor: list[float]

    @property
    def speed(self) -> float:
        """Steps per second, the median over the turns."""
        return 1 / statistics.median(self.wall)

    @property
    def cost(self) -> float:
        """The processor's seconds for a step, the median over the turns."""
        return statistics.median(self.processor)


def measure(
    game: Game, contestants: Sequence[Version], seconds: float, turns: int
) -> Iterator[tuple[Measurement, np.ndarray]]:
    """Let all train for ``seconds``, in ``turns`` turns each; then a measurement and the digits of each."""
    import keras

    from benchmarks.tutorials import stopwatch

    found = []
    for contestant in contestants:
        began = time.perf_counter()
        contestant.turn(stopwatch(0))
        start = time.perf_counter() - began
        found.append(Measurement(game.lesson, keras.backend.backend(), contestant.name, start, 0, [], []))
    for _ in range(turns):
        for contestant, measured in zip(contestants, found, strict=True):
            watch = stopwatch(seconds / turns)
            contestant.turn(watch)
            measured.steps += watch.steps
            measured.wall.append(watch.wall / watch.steps)
            measured.processor.append(watch.processor / watch.steps)
    noise = game.noise(SAMPLES)
    for contestant, measured in zip(contestants, found, strict=True):
        yield measured, game.to_unit(contestant.samples(noise))


def parts(game: Game, seconds: float) -> dict[str, float]:
    """The processor's seconds for parts of the lesson's step; ``fit`` and its callbacks come on top."""
    import keras

    from benchmarks.tutorials import Ours, stopwatch

    batches = game.batches()
    endless: Iterator[Any]
    endless = batches if isinstance(batches, Iterator) else (batches[k % len(batches)] for k in itertools.count())
    found: dict[str, Callable[[], Any]] = {"a batch": lambda: next(endless)}
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        model, batch = Ours(game).model, tuple(map(tf.constant, next(endless)))
        for name, jit in (("the step alone", False), ("the step alone with XLA", True)):
            step = tf.function(model.train_step, autograph=False, jit_compile=jit)
            found[name] = partial(step, batch)
    seen = {}
    for name, one in found.items():
        watch = stopwatch(seconds)
        going = True
        while going:
            one()
            going = watch.more()
        seen[name] = watch.processor / watch.steps
    return seen


def run(lessons: Sequence[str], data_path: Path | None, seconds: float, turns: int, seed: int, folder: Path) -> None:
    """Measure on the backend of this process; leave what was found in ``folder``."""
    import keras

    from benchmarks.tutorials import GAMES, versions
    from util.data import load_mnist

    images = load_mnist(data_path).images
    for lesson in lessons:
        keras.utils.set_random_seed(seed)
        game = GAMES[lesson](images)
        contestants = [kind(game) for kind in versions()]
        for i, (measured, digits) in enumerate(measure(game, contestants, seconds, turns)):
            stem = folder / f"{measured.backend}-{lesson}-{i}"
            np.save(stem.with_suffix(".npy"), digits)
            stem.with_suffix(".json").write_text(json.dumps(asdict(measured)))
        where = parts(game, seconds / 10)
        (folder / f"{keras.backend.backend()}-{lesson}.parts").write_text(json.dumps(where))


# Judging and telling --------------------------------------------------------------------------------------------------


@dataclass
class Quality:
    """How far digits are from real ones, and how varied they are."""

    frechet: float
    kid: float
    found: int
    normalised_entropy: float
    confidence: float


def judge(classifier: Any, real: np.ndarray, digits: np.ndarray) -> Quality:
    """Compare digits (n, 28, 28) in [0, 1] with as many real ones."""
    from util import metrics

    here, there = classifier.features(real), classifier.features(digits)
    seen = metrics.diversity(classifier.probabilities(digits))
    return Quality(
        frechet=metrics.frechet(here, there),
        kid=metrics.kid(here, there),
        found=seen.found,
        normalised_entropy=seen.normalised_entropy,
        confidence=seen.confidence,
    )


HEADER = (
    "| version | first step, s | steps/s | lesson is faster by | CPU ms/step | lesson needs less by | steps "
    "| Fréchet | KID × 1000 | digits | normalised entropy | confidence |\n"
    "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|"
)


def _judged(quality: Quality) -> str:
    return (
        f"{quality.frechet:.1f} | {1000 * quality.kid:.1f} | {quality.found} of 10 | {quality.normalised_entropy:.2f} "
        f"| {quality.confidence:.2f} |"
    )


def table(rows: Sequence[tuple[Measurement, Quality]], floor: Quality) -> str:
    """All versions of one lesson on one backend, the lesson's first, then real digits."""
    ours = rows[0][0]
    lines = [HEADER]
    for each, quality in rows:
        lines.append(
            f"| {each.name} | {each.start:.1f} | {each.speed:.1f} | {ours.speed / each.speed:.2f} "
            f"| {1000 * each.cost:.1f} | {each.cost / ours.cost:.2f} | {each.steps} | {_judged(quality)}"
        )
    return "\n".join([*lines, f"| real digits | | | | | | | {_judged(floor)}"])


def compare(lessons: Sequence[str], backends: Sequence[str], folder: Path, data: Path | None) -> Iterator[str]:
    """A section for every lesson on every backend, from what the processes left in ``folder``."""
    from util.data import load_mnist
    from util.features import classifier

    mnist = load_mnist(data)
    reader = classifier(mnist.images, mnist.labels)
    count = min(SAMPLES, len(mnist.test_images) // 2)
    order = np.random.default_rng(0).permutation(len(mnist.test_images))
    real, others = mnist.test_images[order[: 2 * count]].reshape(2, count, 28, 28) / 255
    floor = judge(reader, real, others)
    for lesson in lessons:
        for backend in backends:
            rows: list[tuple[Measurement, Quality]] = []
            for file in sorted(folder.glob(f"{backend}-{lesson}-*.json")):
                digits = np.load(file.with_suffix(".npy"))
                rows.append((Measurement(**json.loads(file.read_text())), judge(reader, real, digits[:count])))
            where = json.loads((folder / f"{backend}-{lesson}.parts").read_text())
            yield f"## `{lesson}` on {backend}"
            yield table(rows, floor)
            yield "CPU ms of the lesson's step: " + ", ".join(f"{k} {1000 * v:.2f}" for k, v in where.items()) + "."


def page(sections: Iterable[str], command: str, seconds: float, turns: int) -> str:
    """The Markdown page."""
    import keras
    import tensorflow as tf

    libraries = f"Keras {keras.__version__}, TensorFlow {tf.__version__}"
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, {libraries}"
    load = " and ".join(f"{each:.1f}" for each in os.getloadavg()[:2])
    about = (
        f"Measured by `{command}` on {machine}. Every version trained for {seconds:g} s of wall time, in {turns} "
        f"turns. In the last 1 and 5 minutes {load} processes wanted to run at a time: beyond the few threads of this "
        "program, that was other work."
    )
    return "\n\n".join(["# Training speed", about, *sections]) + "\n"


def _run(python: str, backend: str, arguments: Sequence[str]) -> None:
    """This module in another process, on another backend."""
    environment = os.environ | {"KERAS_BACKEND": backend, "PYTHONPATH": str(ROOT), "TF_CPP_MIN_LOG_LEVEL": "3"}
    subprocess.run([python, "-m", "benchmarks.training", *arguments], env=environment, cwd=ROOT, check=True)


def _has(python: str, package: str) -> bool:
    return subprocess.run([python, "-c", f"import {package}"], capture_output=True, check=False).returncode == 0


def main(
    lessons: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="gan, dcgan; both by default.")] = None,
    data: Annotated[Path | None, typer.Option(help="MNIST as a .npz; by default as the lessons find it.")] = None,
    seconds: Annotated[float, typer.Option(min=0.01, help="For how long each version trains.")] = 30.0,
    turns: Annotated[int, typer.Option(min=1, help="In how many turns.")] = 6,
    seed: Annotated[int, typer.Option(help="Of the weights at the start.")] = 1,
    python: Annotated[str, typer.Option(help="An interpreter that has JAX.")] = sys.executable,
    output: Annotated[Path, typer.Option(help="The Markdown page.")] = OUTPUT,
    into: Annotated[Path | None, typer.Option(hidden=True, help="For a process of its own: where to.")] = None,
) -> None:
    """Measure on TensorFlow and, where it is installed, on JAX; write the page."""
    chosen = lessons or ["gan", "dcgan"]
    data = data and data.resolve()
    if into:
        run(chosen, data, seconds, turns, seed, into)
        return
    options = ["--seconds", f"{seconds:g}", "--turns", str(turns), "--seed", str(seed)]
    backends = {"tensorflow": sys.executable} | ({"jax": python} if _has(python, "jax") else {})
    with tempfile.TemporaryDirectory() as folder:
        for backend, interpreter in backends.items():
            given = ["--data", str(data)] if data else []
            _run(interpreter, backend, [*chosen, *options, *given, "--into", folder])
        sections = list(compare(chosen, list(backends), Path(folder), data))
    given = [*(["--data FILE"] if data else []), *(["--python PATH"] if python != sys.executable else [])]
    shown = " ".join(["python -m benchmarks.training", *chosen, *options, *given])
    output.write_text(page(sections, shown, seconds, turns), encoding="utf-8")
    typer.echo(output.read_text(encoding="utf-8"))


if __name__ == "__main__":
    typer.run(main)
