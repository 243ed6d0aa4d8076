"""Two-player training as public tutorials describe it, each in its own plain style, and the lesson's beside them.

All versions of a lesson play the same `Game`: the same networks, images, noise, batch and learning rates. They differ
in who makes the batches, in how often and with which statistics the players are called, and in what is compiled.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from benchmarks.lesson_names import lesson_names
from util import training

__all__ = ["GAMES", "Game", "Version", "stopwatch", "versions"]


# What all play --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Game:
    """What the versions of one lesson share.

    ``images`` are float32 (n, ...) as the players take them; ``noise`` draws (count, latent) with NumPy and
    ``tensor_noise`` on the device; ``players`` makes new Keras models D, which returns logits, and G; ``to_unit`` turns
    samples into images (count, 28, 28) in [0, 1].
    """

    lesson: str
    images: np.ndarray
    batch_size: int
    noise: Callable[[int], np.ndarray]
    tensor_noise: Callable[[int], Any]
    players: Callable[[], tuple[keras.Model, keras.Model]]
    model: Callable[[], training.TwoPlayer]
    batches: Callable[[], Any]
    to_unit: Callable[[np.ndarray], np.ndarray]
    real_label: float = 1.0

    def optimizers(self) -> tuple[keras.optimizers.Optimizer, keras.optimizers.Optimizer]:
        """An Adam for D and one for G, with the lesson's rates."""
        own = self.model()
        configs = own.d_optimizer.get_config(), own.g_optimizer.get_config()
        return keras.optimizers.Adam.from_config(configs[0]), keras.optimizers.Adam.from_config(configs[1])


def gan(images: np.ndarray) -> Game:
    """The perceptrons of the lesson `gan`; the lesson's own players are no Keras models, so these are written out."""
    wanted = "Dataset", "batches", "new_model", "train_step", "model_parameters", "sample_Z", "scale", "flatten"
    lesson = lesson_names("gan", [*wanted, "BATCH_SIZE"])
    sizes = lesson.model_parameters()
    latent, hidden, pixels = sizes["latent_dim"], sizes["hidden_dim"], sizes["image_dim"]
    rows = lesson.scale(lesson.flatten(images))  # (n, 784)

    def players() -> tuple[keras.Model, keras.Model]:
        dense = keras.layers.Dense
        d = keras.Sequential([keras.Input((pixels,)), dense(hidden, activation="relu"), dense(1)])
        g = keras.Sequential(
            [keras.Input((latent,)), dense(hidden, activation="relu"), dense(pixels, activation="sigmoid")]
        )
        return d, g

    dataset = lesson.Dataset(rows, np.zeros(len(rows)), seed=1)
    return Game(
        "gan",
        rows,
        lesson.BATCH_SIZE,
        noise=lambda count: lesson.sample_Z(count, latent),
        tensor_noise=lambda count: keras.random.uniform((count, latent), -1, 1),
        players=players,
        model=lambda: lesson.new_model(lesson.train_step, d_rate=2e-4, g_rate=1e-3),
        batches=lambda: lesson.batches(dataset, latent),
        to_unit=lambda samples: samples.reshape(-1, 28, 28),
    )


def dcgan(images: np.ndarray) -> Game:
    """The convolutions of the lesson `dcgan` with its preset ``quick``, on digits with a margin."""
    wanted = "prepare", "make_generator", "make_discriminator", "new_players", "train_step", "sample_noise"
    lesson = lesson_names("dcgan", [*wanted, "SIZES", "BATCH_SIZE"])
    latent, filters, side = lesson.SIZES["latent_dim"], lesson.SIZES["digit_filters"], 32
    random = np.random.default_rng(1)

    def players() -> tuple[keras.Model, keras.Model]:
        d, g = lesson.make_discriminator(side, 1, filters), lesson.make_generator(latent, side, 1, filters)
        return keras.Model(d.input, d.outputs[1]), g  # D of the lesson returns probabilities as well

    batches = training.Batches(
        images, lesson.sample_noise, lesson.BATCH_SIZE, transform=lambda some: lesson.prepare(some, side), seed=1
    )
    return Game(
        "dcgan",
        lesson.prepare(images, side),
        lesson.BATCH_SIZE,
        noise=lambda count: lesson.sample_noise(count, random),
        tensor_noise=lambda count: keras.random.normal((count, latent)),
        players=players,
        model=lambda: lesson.new_players(side, 1, filters),
        batches=lambda: batches,
        to_unit=lambda samples: np.clip((samples[:, 2:-2, 2:-2, 0] + 1) / 2, 0, 1),
        real_label=0.9,
    )


GAMES: dict[str, Callable[[np.ndarray], Game]] = {"gan": gan, "dcgan": dcgan}


# Turns ----------------------------------------------------------------------------------------------------------------


class stopwatch:  # noqa: N801 - reads like a function
    """Counts the steps of one turn. The clock starts at the end of the first, so that starting up does not count."""

    def __init__(self, seconds: float) -> None:
        """A turn ends after ``seconds`` and at least one step."""
        self.seconds, self.steps = seconds, -1

    def more(self, done: int = 1) -> bool:
        """To be called after every ``done`` steps: whether the turn goes on."""
        now, processor = time.perf_counter(), time.process_time()
        if self.steps < 0:
            self.steps, self._start, self._processor = 0, now, processor
            return True
        self.steps += done
        self.wall, self.processor = now - self._start, processor - self._processor
        return self.wall < self.seconds


class _Stop(keras.callbacks.Callback):
    """Ends ``fit`` when a turn is over."""

    def __init__(self, watch: stopwatch) -> None:
        super().__init__()
        self.watch = watch

    def on_epoch_begin(self, *_: Any) -> None:
        self.last = -1

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:  # noqa: ARG002
        self.model.stop_training = not self.watch.more(batch - self.last)
        self.last = batch


class Version:
    """One way to train: ``turn`` takes steps until the watch says that it is over."""

    name = ""
    g: keras.Model

    def __init__(self, game: Game) -> None:
        """Make new players."""
        self.game = game

    def turn(self, watch: stopwatch) -> None:
        """Train for one turn."""
        raise NotImplementedError

    def samples(self, noise: np.ndarray) -> np.ndarray:
        """Samples in use, not in training, (count, ...)."""
        parts = [self.draw(noise[at : at + 250]) for at in range(0, len(noise), 250)]
        return np.concatenate([keras.ops.convert_to_numpy(part) for part in parts])

    def draw(self, noise: np.ndarray) -> Any:
        """A batch of samples."""
        return self.g(noise, training=False)


class Ours(Version):
    """The lesson's step in `TwoPlayer.fit`, with the lesson's batches and its curve of losses."""

    name = "lesson"

    def __init__(self, game: Game) -> None:
        super().__init__(game)
        self.model = game.model()
        self.losses = training.LossCurves()

    def turn(self, watch: stopwatch) -> None:
        batches = self.game.batches()
        length = {} if hasattr(batches, "__len__") else {"steps_per_epoch": len(self.game.images)}
        self.model.fit(batches, epochs=1000, verbose=0, callbacks=[self.losses, _Stop(watch)], **length)

    def draw(self, noise: np.ndarray) -> Any:
        return self.model(noise)


class TrainOnBatch(Version):
    """Three calls of ``train_on_batch``: D on real images, D on fakes, and G through a model with D frozen."""

    name = "train_on_batch"

    def __init__(self, game: Game) -> None:
        super().__init__(game)
        self.d, self.g = game.players()
        d_optimizer, g_optimizer = game.optimizers()
        loss = keras.losses.BinaryCrossentropy(from_logits=True)
        self.d.compile(d_optimizer, loss)
        self.d.trainable = False
        noise = keras.Input(self.g.input_shape[1:])
        self.combined = keras.Model(noise, self.d(self.g(noise)))
        self.combined.compile(g_optimizer, loss)

    def turn(self, watch: stopwatch) -> None:
        game, count = self.game, self.game.batch_size
        ones, zeros = np.ones((count, 1), np.float32), np.zeros((count, 1), np.float32)
        going = True
        while going:
            real = game.images[np.random.randint(0, len(game.images), count)]
            fake = self.g.predict(game.noise(count), verbose=0)
            self.d.trainable = True  # Keras 3 looks at every step, Keras 2 did when it compiled
            self.d.train_on_batch(real, game.real_label * ones)
            self.d.train_on_batch(fake, zeros)
            self.d.trainable = False
            self.combined.train_on_batch(game.noise(count), ones)
            going = watch.more()


def _tensor_batches(game: Game) -> Any:
    """All images as floats in a `tf.data` pipeline, shuffled."""
    import tensorflow as tf

    pipeline = tf.data.Dataset.from_tensor_slices(game.images).shuffle(len(game.images))
    return pipeline.batch(game.batch_size, drop_remainder=True)


class TwoTapes(Version):
    """One `tf.function` with two gradient tapes, both players moved at once; a Python loop over `tf.data`."""

    name = "tf.function, two tapes"

    def __init__(self, game: Game) -> None:
        import tensorflow as tf

        super().__init__(game)
        self.d, self.g = d, g = game.players()
        d_optimizer, g_optimizer = game.optimizers()
        cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)

        @tf.function
        def train_step(images: Any) -> tuple[Any, Any]:
            noise = game.tensor_noise(game.batch_size)
            with tf.GradientTape() as g_tape, tf.GradientTape() as d_tape:
                fakes = g(noise, training=True)
                real_logits, fake_logits = d(images, training=True), d(fakes, training=True)
                g_loss = cross_entropy(tf.ones_like(fake_logits), fake_logits)
                d_loss = cross_entropy(game.real_label * tf.ones_like(real_logits), real_logits)
                d_loss += cross_entropy(tf.zeros_like(fake_logits), fake_logits)
            g_gradients = g_tape.gradient(g_loss, g.trainable_variables)
            d_gradients = d_tape.gradient(d_loss, d.trainable_variables)
            g_optimizer.apply_gradients(zip(g_gradients, g.trainable_variables, strict=True))
            d_optimizer.apply_gradients(zip(d_gradients, d.trainable_variables, strict=True))
            return d_loss, g_loss

        self.train_step = train_step
        self.stream: Iterator[Any] = iter(_tensor_batches(game).repeat())

    def turn(self, watch: stopwatch) -> None:
        for images in self.stream:
            self.train_step(images)
            if not watch.more():
                return


class ByHand(Version):
    """The lesson's step with all that makes it fast: images made once, Adam as one operation, ten steps in a graph."""

    name = "by hand, all tricks"
    together = 10

    def __init__(self, game: Game) -> None:
        import tensorflow as tf

        super().__init__(game)
        self.d, self.g = d, g = game.players()
        d_optimizer, g_optimizer = (training.Adam.from_config(own.get_config()) for own in game.optimizers())
        d_optimizer.build(d.trainable_variables)
        g_optimizer.build(g.trainable_variables)
        stream = iter(_tensor_batches(game).repeat())

        def loss(logits: Any, label: float) -> Any:
            return tf.reduce_mean(tf.nn.softplus(logits) - label * logits)

        def train_step() -> None:
            with tf.GradientTape() as making:
                fakes = g(game.tensor_noise(game.batch_size), training=True)
            with tf.GradientTape() as tape:
                d_loss = loss(d(next(stream), training=True), game.real_label) + loss(d(fakes, training=True), 0.0)
            d_optimizer.apply(tape.gradient(d_loss, d.trainable_variables), d.trainable_variables)
            with tf.GradientTape() as tape:
                tape.watch(fakes)
                g_loss = loss(d(fakes, training=True), 1.0)
            slopes = making.gradient(fakes, g.trainable_variables, tape.gradient(g_loss, fakes))
            g_optimizer.apply(slopes, g.trainable_variables)

        @tf.function
        def several() -> None:
            for _ in tf.range(self.together):
                train_step()

        self.several = several

    def turn(self, watch: stopwatch) -> None:
        going = True
        while going:
            self.several()
            going = watch.more(self.together)


class Subclass(Version):
    """A `keras.Model` with a ``train_step`` of its own: D on real and fake images in one batch, G on fresh noise."""

    name = "keras.Model, train_step"

    def __init__(self, game: Game) -> None:
        import tensorflow as tf

        super().__init__(game)
        self.d, self.g = game.players()

        class Pair(keras.Model):
            def __init__(self, d: keras.Model, g: keras.Model) -> None:
                super().__init__()
                self.d, self.g = d, g
                self.d_loss, self.g_loss = keras.metrics.Mean("d_loss"), keras.metrics.Mean("g_loss")

            def compile(self, d_optimizer: Any, g_optimizer: Any, loss_fn: Any) -> None:
                super().compile()
                self.d_optimizer, self.g_optimizer, self.loss_fn = d_optimizer, g_optimizer, loss_fn

            def train_step(self, real: Any) -> dict[str, Any]:
                ones, zeros = tf.ones((game.batch_size, 1)), tf.zeros((game.batch_size, 1))
                fakes = self.g(game.tensor_noise(game.batch_size), training=True)
                both = tf.concat([fakes, real], axis=0)
                labels = tf.concat([zeros, game.real_label * ones], axis=0)
                with tf.GradientTape() as tape:
                    d_loss = self.loss_fn(labels, self.d(both, training=True))
                gradients = tape.gradient(d_loss, self.d.trainable_variables)
                self.d_optimizer.apply_gradients(zip(gradients, self.d.trainable_variables, strict=True))

                noise = game.tensor_noise(game.batch_size)
                with tf.GradientTape() as tape:
                    g_loss = self.loss_fn(ones, self.d(self.g(noise, training=True), training=True))
                gradients = tape.gradient(g_loss, self.g.trainable_variables)
                self.g_optimizer.apply_gradients(zip(gradients, self.g.trainable_variables, strict=True))

                self.d_loss.update_state(d_loss)
                self.g_loss.update_state(g_loss)
                return {"d_loss": self.d_loss.result(), "g_loss": self.g_loss.result()}

        self.pair = Pair(self.d, self.g)
        self.pair.compile(*game.optimizers(), keras.losses.BinaryCrossentropy(from_logits=True))
        self.data = _tensor_batches(game)

    def turn(self, watch: stopwatch) -> None:
        self.pair.fit(self.data, epochs=1000, verbose=0, shuffle=False, callbacks=[_Stop(watch)])  # `tf.data` has


def versions() -> list[type[Version]]:
    """Those that the present backend runs, the lesson's first. The last three are written for TensorFlow."""
    return (
        [Ours, TrainOnBatch, TwoTapes, ByHand, Subclass]
        if keras.backend.backend() == "tensorflow"
        else [Ours, TrainOnBatch]
    )
