"""Training speed of the lesson `draw`: its cell under `keras.layers.RNN` against a loop in Python, and against PyTorch.

    python -m benchmarks.draw_speed [--steps 10 --steps 16 --steps 64] [--turns 5] [--jax PYTHON] [--torch PYTHON]

All train the same model (attention, 2 × 2 read, 5 × 5 written, LSTMs of 256, 100 latents, batches of 128, Adam with
clipped gradients) on random binary images. The first step, which compiles, is told apart. After it a turn is a few
steps of one after the other, over and over, and what is printed is the median over the turns, in milliseconds of wall
time. Each library runs in a process of its own, one after the other: ours and the unrolled loop in this Python with
TensorFlow and in that of ``--jax``, PyTorch in that of ``--torch`` (an unrolled loop over `torch.nn.LSTMCell`, as such
models are usually written). What is not installed is said to be so, and left out.
"Products alone" multiplies matrices of the sizes of a step's weights and does nothing else: no such model is faster.
"""

from __future__ import annotations

import importlib
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

__all__ = ["main"]

ROOT = Path(__file__).resolve().parent.parent
BATCH, HIDDEN, LATENT, READ, WRITE, SIDE = 128, 256, 100, 2, 5, 28
STEPS_PER_TURN = 3
INSTALL = {
    "tensorflow": "pip install tensorflow-cpu",
    "jax": "pip install jax keras",
    "torch": "pip install torch",
}

Step = Callable[[], Any]


def images() -> np.ndarray:
    """One batch of random binary images, float32 (batch, side, side)."""
    return np.random.default_rng(0).integers(0, 2, (BATCH, SIDE, SIDE)).astype(np.float32)


# Keras ----------------------------------------------------------------------------------------------------------------


def keras_steps(glimpses: int) -> dict[str, Step]:
    """A training step of the lesson's model, and of one that calls the lesson's step in a loop in Python."""
    import keras
    from keras import ops

    from benchmarks.lesson_names import lesson_names
    from util import training

    lesson = lesson_names("draw", ["Draw", "Parts", "inference_step", "step_noise"])

    class Unrolled(lesson.Draw):  # type: ignore[name-defined, misc]
        """The same model without `keras.layers.RNN`."""

        def call(self, x: Any) -> dict[str, Any]:
            noise = lesson.step_noise(BATCH, self.steps, self.latent, self.seed)
            state, means, stds = self.parts.first(BATCH), [], []
            for t in range(self.steps):
                state, mean, std = lesson.inference_step(self.parts, x, noise[:, t], state)
                means.append(mean)
                stds.append(std)
            canvases = state.canvas[:, None]
            return {"mean": ops.stack(means, 1), "std": ops.stack(stds, 1), "canvases": canvases}

    x = images()

    def step(kind: type[Any]) -> Step:
        model = kind(glimpses, lesson.Parts(SIDE, SIDE, HIDDEN, LATENT, READ, WRITE))
        model.compile(keras.optimizers.Adam(1e-3, clipnorm=5.0), jit_compile=training.jit_compile())
        return lambda: float(model.train_on_batch(x)[0])  # a number: the device has finished

    backend = keras.backend.backend()
    found = {f"{backend}, RNN (ours)": step(lesson.Draw), f"{backend}, loop in Python": step(Unrolled)}
    return found | ({f"{backend}, products alone": products(glimpses)} if backend == "tensorflow" else {})


def products(glimpses: int) -> Step:
    """Only the products with weights of a step, forward and backward (two), each glimpse's after the one before it."""
    import tensorflow as tf

    inputs = (2 * READ * READ + 2 * HIDDEN, LATENT + HIDDEN, HIDDEN, HIDDEN)  # encoder, decoder, posterior, rest
    outputs = (4 * HIDDEN, 4 * HIDDEN, 2 * LATENT, WRITE * WRITE + 10)
    triples = [((BATCH, n, m), (BATCH, m, n), (n, BATCH, m)) for n, m in zip(inputs, outputs, strict=True)]
    pairs = [(tf.ones((a, b)), tf.ones((b, c))) for triple in triples for a, b, c in triple]
    glimpse = tf.function(lambda: [tf.reduce_sum(a @ b) for a, b in pairs])
    return lambda: [float(glimpse()[-1]) for _ in range(glimpses)]


# PyTorch --------------------------------------------------------------------------------------------------------------


def torch_steps(glimpses: int) -> dict[str, Step]:
    """A training step of DRAW in PyTorch, written in the usual way."""
    torch: Any = importlib.import_module("torch")  # not one of the project's packages
    nn, functional = torch.nn, torch.nn.functional
    device = "cuda" if torch.cuda.is_available() else "cpu"
    pixels = torch.arange(SIDE, dtype=torch.float32, device=device)

    class Draw(nn.Module):  # type: ignore[name-defined, misc]
        """All parts, and a loop over the steps."""

        def __init__(self) -> None:
            super().__init__()
            self.encoder = nn.LSTMCell(2 * READ * READ + HIDDEN, HIDDEN)
            self.decoder = nn.LSTMCell(LATENT, HIDDEN)
            self.mean, self.log_deviation = nn.Linear(HIDDEN, LATENT), nn.Linear(HIDDEN, LATENT)
            self.read_window, self.write_window = nn.Linear(HIDDEN, 5), nn.Linear(HIDDEN, 5)
            self.patch = nn.Linear(HIDDEN, WRITE * WRITE)

        def filters(self, raw: Any, size: int) -> tuple[Any, Any, Any]:
            g_x, g_y, log_variance, log_stride, log_intensity = raw.chunk(5, dim=1)
            offsets = torch.arange(size, device=device) - (size - 1) / 2
            stride, variance = (SIDE - 1) / (size - 1) * log_stride.exp(), log_variance.exp()[:, :, None]
            found = []
            for g in (g_y, g_x):
                centres = (SIDE + 1) / 2 * (g + 1) - 1 + offsets * stride
                found.append(functional.softmax(-((pixels - centres[:, :, None]) ** 2) / (2 * variance), dim=2))
            return found[0], found[1], log_intensity.exp()

        def forward(self, x: Any) -> Any:
            zeros = torch.zeros(BATCH, HIDDEN, device=device)
            h_enc, c_enc, h_dec, c_dec = zeros, zeros, zeros, zeros
            canvas, cost = torch.zeros_like(x), torch.zeros(BATCH, device=device)
            for _ in range(glimpses):
                error = x - torch.sigmoid(canvas)
                f_y, f_x, gamma = self.filters(self.read_window(h_dec), READ)
                seen = [(f_y @ each @ f_x.transpose(1, 2)).flatten(1) for each in (x, error)]
                glimpse = gamma * torch.cat(seen, dim=1)
                h_enc, c_enc = self.encoder(torch.cat([glimpse, h_dec], dim=1), (h_enc, c_enc))
                mean, log_deviation = self.mean(h_enc), self.log_deviation(h_enc)
                z = mean + log_deviation.exp() * torch.randn_like(mean)
                cost = cost + 0.5 * (mean**2 + (2 * log_deviation).exp() - 2 * log_deviation - 1).sum(dim=1)
                h_dec, c_dec = self.decoder(z, (h_dec, c_dec))
                f_y, f_x, gamma = self.filters(self.write_window(h_dec), WRITE)
                patch = self.patch(h_dec).view(-1, WRITE, WRITE)
                canvas = canvas + f_y.transpose(1, 2) @ patch @ f_x / gamma[:, :, None]
            nats = functional.binary_cross_entropy_with_logits(canvas, x, reduction="none").sum(dim=(1, 2))
            return (nats + cost).mean()

    x, model = torch.from_numpy(images()).to(device), Draw().to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)

    def step() -> float:
        optimizer.zero_grad()
        loss = model(x)
        loss.backward()
        for parameter in model.parameters():
            nn.utils.clip_grad_norm_([parameter], 5.0)
        optimizer.step()
        return float(loss.item())

    return {"PyTorch, loop in Python": step}


# Measuring ------------------------------------------------------------------------------------------------------------


def measure(contestants: Mapping[str, Step], turns: int) -> dict[str, tuple[float, float]]:
    """Seconds for the first step of each, and for each that follows (the median over ``turns``)."""
    first, seconds = {}, {name: list[float]() for name in contestants}
    for name, step in contestants.items():
        began = time.perf_counter()
        step()
        first[name] = time.perf_counter() - began
    for _ in range(turns):
        for name, step in contestants.items():
            began = time.perf_counter()
            for _ in range(STEPS_PER_TURN):
                step()
            seconds[name].append((time.perf_counter() - began) / STEPS_PER_TURN)
    return {name: (first[name], statistics.median(seconds[name])) for name in contestants}


def work(library: str, glimpses: int, turns: int) -> None:
    """Measure in this process, and print what came as JSON on the last line; ``main`` runs it in others."""
    steps = torch_steps(glimpses) if library == "torch" else keras_steps(glimpses)
    print("\n" + json.dumps(measure(steps, turns)))


def ask(python: str, library: str, glimpses: int, turns: int) -> dict[str, tuple[float, float]]:
    """What a process of ``python`` measured; nothing, and a sentence, if the library is not there."""
    look = f"import importlib.util, sys; sys.exit(importlib.util.find_spec({library!r}) is None)"
    if subprocess.run([python, "-c", look], capture_output=True, check=False).returncode:
        print(
            f"{python} has no {library}: `{INSTALL[library]}`, or name another Python. It is left out.", file=sys.stderr
        )
        return {}
    code = f"from benchmarks.draw_speed import work; work({library!r}, {glimpses}, {turns})"
    environment = {**os.environ, "KERAS_BACKEND": library, "TF_CPP_MIN_LOG_LEVEL": "3"}
    if library == "torch":
        environment.pop("KERAS_BACKEND")
    done = subprocess.run([python, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"{library} stopped: {done.stderr.strip().splitlines()[-1]}", file=sys.stderr)
        return {}
    found: dict[str, tuple[float, float]] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def main(
    steps: Annotated[list[int] | None, typer.Option(help="Numbers of glimpses T.")] = None,
    turns: Annotated[int, typer.Option(help="Turns of each, three training steps long.")] = 5,
    jax: Annotated[str, typer.Option(help="A Python that has JAX.")] = sys.executable,
    torch: Annotated[str, typer.Option(help="A Python that has PyTorch.")] = sys.executable,
) -> None:
    """Measure all, and print a table; the ratio is to ours with TensorFlow."""
    print(f"{'T':>3}  {'':28} {'first step':>10} {'a step':>10} {'ratio':>6}")
    for glimpses in steps or [10, 16, 64]:
        found: dict[str, tuple[float, float]] = {}
        for python, library in ((sys.executable, "tensorflow"), (jax, "jax"), (torch, "torch")):
            found |= ask(python, library, glimpses, turns)
        ours = next((later for name, (_, later) in found.items() if "ours" in name), float("nan"))
        for name, (first, later) in found.items():
            print(f"{glimpses:3}  {name:28} {first:8.1f} s {1000 * later:7.0f} ms {later / ours:6.2f}", flush=True)


if __name__ == "__main__":
    typer.run(main)
