"""Train the lessons' models at the papers' sizes for a few minutes on a GPU, so that the next visit can go on.

    python -m benchmarks.gpu --minutes 9 --out build/visit-1
    python -m benchmarks.gpu --minutes 9 --out build/visit-2 --resume build/visit-1

What gains most comes first: DRAW with attention, then without, then the convolutions of `dcgan`, DRAW made of
convolutions, and `gan`. Each gets its share of the minutes. In ``--out`` lies a folder for each, as
`benchmarks.reference` makes it (weights, optimizer, curve), and ``visit.json``: steps per second, the largest memory
that was in use, and where each piece ended. One that fails is told, and costs the others nothing. For the ratio to an
unrolled loop and to PyTorch, run `benchmarks.draw_speed` on the same machine.

It takes the backend that ``KERAS_BACKEND`` names, else TensorFlow, else JAX, whichever is there with its CUDA. What the
lessons import must be installed beside it (`requirements.txt` without TensorFlow), and jupytext; no network is used.

**For a large GPU** batches of DRAW are four times the usual ones, since small ones leave most of it idle, and Adam's
rate is twice the usual one: by the square root of the batch, which keeps the size of a step's noise (Malladi and
others, *On the SDEs and Scaling Rules for Adaptive Gradient Algorithms*, 2022). GANs keep both, which are part of their
balance.
"""

from __future__ import annotations

import importlib.util
import json
import os
import resource
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

if "KERAS_BACKEND" not in os.environ and importlib.util.find_spec("tensorflow") is None:
    os.environ["KERAS_BACKEND"] = "jax"

import keras
import typer

from benchmarks import reference
from benchmarks.reference import DRAW, Run

__all__ = ["PLAN", "Part", "visit"]


@dataclass(frozen=True)
class Part:
    """One training of a visit, with its ``share`` of the minutes."""

    run: Run
    share: float


PAPER: dict[str, Any] = {**DRAW, "glimpses": 64, "batch_size": 512, "learning_rate": 2e-3}
"""As Gregor and others (2015, table 3): 64 glimpses, LSTMs of 256, 100 latent numbers, 2 × 2 read, 5 × 5 written."""

PLAN = {
    "draw-attention-full": Part(
        Run(
            reference.start_draw,
            {**PAPER, "parts": "Parts", "sizes": {"hidden": 256, "latent": 100, "read_size": 2, "write_size": 5}},
        ),
        4,
    ),
    "draw-plain-full": Part(
        Run(reference.start_draw, {**PAPER, "parts": "Parts", "sizes": {"hidden": 256, "latent": 100}}), 2
    ),
    "dcgan-full": Part(Run(reference.start_dcgan, {"seed": 1, "filters": 64, "batch_size": 64}), 1.5),
    "draw-convolutions-full": Part(
        Run(reference.start_draw, {**PAPER, "parts": "ConvolutionalParts", "sizes": {"hidden": 256, "latent": 100}}), 1
    ),
    "gan-full": Part(Run(reference.start_gan, {"seed": 1, "d_rate": 2e-4, "g_rate": 1e-3}, every=100), 0.5),
}


class Pace(keras.callbacks.Callback):
    """How many steps a second the epochs after the first take, which compiles."""

    def __init__(self) -> None:
        """Nothing is known yet."""
        super().__init__()
        self.epochs, self.began = -1, 0.0

    def on_epoch_end(self, *_: Any) -> None:
        """Count; called by Keras."""
        self.epochs += 1
        self.began = self.began or time.monotonic()
        self.seconds = time.monotonic() - self.began

    @property
    def steps_per_second(self) -> float | None:
        """None until a second epoch has ended."""
        return self.epochs * reference.STEPS_PER_EPOCH / self.seconds if self.epochs > 0 else None


def peak_bytes() -> int:
    """The most memory that was in use so far: of the GPU, or of this process where there is none."""
    if keras.backend.backend() == "jax":
        import jax

        told = jax.local_devices()[0].memory_stats() or {}
        if "peak_bytes_in_use" in told:
            return int(told["peak_bytes_in_use"])
    else:
        import tensorflow as tf

        if tf.config.list_physical_devices("GPU"):
            return int(tf.config.experimental.get_memory_info("GPU:0")["peak"])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def visit(minutes: float, out: Path, resume: Path | None = None, path: Path | None = None) -> dict[str, Any]:
    """Train each of `PLAN` for its share of ``minutes``, from where ``resume`` stopped; returns what is written."""
    shares = sum(part.share for part in PLAN.values())
    told: dict[str, Any] = {"backend": keras.backend.backend(), "minutes": minutes}
    for name, part in PLAN.items():
        folder, pace = out / name, Pace()
        if resume and (resume / name).is_dir() and not folder.exists():
            shutil.copytree(resume / name, folder)
        try:
            curve = reference.train_run(name, part.run, minutes * part.share / shares, folder, path, [pace])
            reached = json.loads(curve.read_text().splitlines()[-1])
            told[name] = {**reached, "steps_per_second": pace.steps_per_second, "peak_bytes": peak_bytes()}
        except Exception as error:  # such as memory that does not suffice
            told[name] = {"failed": f"{type(error).__name__}: {error}"[:500]}
        (out / "visit.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
        keras.utils.clear_session(free_memory=True)
    return told


def main(
    minutes: Annotated[float, typer.Option(help="How long the whole visit lasts; each start adds its own time.")] = 9.0,
    out: Annotated[Path, typer.Option(help="The folder for what was reached.")] = Path("build/visit"),
    resume: Annotated[Path | None, typer.Option(help="The folder of the visit before.")] = None,
    data: Annotated[Path | None, typer.Option(help="MNIST as a .npz; by default as the lessons find it.")] = None,
) -> None:
    """Train for some minutes; print what was reached."""
    out.mkdir(parents=True, exist_ok=True)
    told = visit(minutes, out, resume, data)
    typer.echo(json.dumps(told, indent=1))
    raise typer.Exit(any("failed" in each for each in told.values() if isinstance(each, dict)))


if __name__ == "__main__":
    typer.run(main)
