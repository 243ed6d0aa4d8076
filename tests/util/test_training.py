"""Gradients, and the model with two optimizers, on the backend that is installed; on JAX too where it is there."""

from __future__ import annotations

import ast
import importlib.util
import itertools
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from keras import ops

from util import training

ROOT = Path(__file__).resolve().parents[2]

# Keras itself copies variables to NumPy in a way that NumPy 2 frowns on.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning")


class Player:
    """A single layer, as a generator (2 to 3) or, with one output, as a discriminator (3 to 1)."""

    def __init__(self, input_dim: int, output_dim: int, seed: int) -> None:
        weights = np.random.default_rng(seed).normal(size=(input_dim, output_dim)).astype(np.float32)
        self.theta = [keras.Variable(weights), keras.Variable(np.zeros(output_dim, np.float32))]

    def forward(self, x: Any) -> Any:
        """Map (batch, input_dim) to (batch, output_dim)."""
        return ops.matmul(x, self.theta[0]) + self.theta[1]


def step(x: Any, z: Any, d: Player, g: Player, d_optimizer: Any, g_optimizer: Any) -> tuple[Any, Any]:
    """Play the game of logistic regression against a linear map."""

    def d_loss() -> Any:
        real, fake = d.forward(x), d.forward(g.forward(z))
        return ops.mean(ops.softplus(-real)) + ops.mean(ops.softplus(fake))

    def g_loss() -> Any:
        return ops.mean(ops.softplus(-d.forward(g.forward(z))))

    losses = []
    for player, optimizer, loss_fn in ((d, d_optimizer, d_loss), (g, g_optimizer, g_loss)):
        loss, gradients = training.gradients(loss_fn, player.theta)
        optimizer.apply(gradients, player.theta)
        losses.append(loss)
    return losses[0], losses[1]


def new_model(seed: int, **kwargs: Any) -> training.TwoPlayer:
    """Make a compiled model of two players."""
    model = training.TwoPlayer(Player(3, 1, seed), Player(2, 3, seed + 1), step)
    model.compile(keras.optimizers.Adam(0.01), keras.optimizers.Adam(0.02), **kwargs)
    return model


def batches(seed: int = 0) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield data and noise without end."""
    rng = np.random.default_rng(seed)
    while True:
        yield rng.normal(size=(8, 3)).astype(np.float32), rng.normal(size=(8, 2)).astype(np.float32)


def fit(model: training.TwoPlayer, epochs: int = 1, seed: int = 0, **kwargs: Any) -> keras.callbacks.History:
    """Train for epochs of three steps."""
    return model.fit(batches(seed), steps_per_epoch=3, epochs=epochs, verbose=0, shuffle=False, **kwargs)


def state(model: training.TwoPlayer) -> list[np.ndarray]:
    """Return everything that training has moved: the weights and both optimizers' variables."""
    variables = [*model.trainable_variables, *model.d_optimizer.variables, *model.g_optimizer.variables]
    return [np.asarray(variable).copy() for variable in variables]


def same(a: list[np.ndarray], b: list[np.ndarray]) -> bool:
    """Tell whether two states agree."""
    return all(np.allclose(x, y, rtol=1e-5, atol=1e-6) for x, y in zip(a, b, strict=True))


# Gradients ------------------------------------------------------------------------------------------------------------


def test_gradients_are_those_of_calculus() -> None:
    a, b = keras.Variable([1.0, 2.0]), keras.Variable(3.0)
    loss, gradients = training.gradients(lambda: ops.sum(a * a) * b, [a, b])
    assert float(loss) == pytest.approx(15.0)
    assert np.allclose(gradients[0], [6.0, 12.0])
    assert float(gradients[1]) == pytest.approx(5.0)
    assert np.allclose(a, [1.0, 2.0]), "taking a gradient should move nothing"


def test_what_the_loss_updates_stays_updated() -> None:
    weight, count = keras.Variable(2.0), keras.Variable(0.0, trainable=False)

    def loss() -> Any:
        count.assign_add(1.0)
        return weight * weight * count

    value, _ = training.gradients(loss, [weight])
    assert float(value) == pytest.approx(4.0)
    assert float(np.asarray(count)) == 1.0


class Penalised(keras.layers.Layer):
    """Scales what it is given, adds the square of its scale to the loss, and has a regularizer besides."""

    def build(self, _: Any) -> None:
        """Make the scale, 3 at the start."""
        three = keras.initializers.Constant(3.0)
        self.scale = self.add_weight(shape=(), initializer=three, regularizer=keras.regularizers.L2(0.5))

    def call(self, x: Any) -> Any:
        """Map x to the same shape."""
        self.add_loss(self.scale**2)
        return self.scale * x


def test_what_layers_add_to_a_loss_has_its_gradient() -> None:
    layer, x = Penalised(), np.ones((2, 1), np.float32)
    layer.build(x.shape)
    loss, gradients = training.gradients(lambda: ops.sum(layer(x)) + sum(layer.losses), [layer.scale])
    assert float(loss) == pytest.approx(6.0 + 9.0 + 4.5)
    assert float(gradients[0]) == pytest.approx(2.0 + 6.0 + 3.0)


def test_input_gradients_are_one_for_each_example() -> None:
    x = np.array([[1.0, 2.0], [-3.0, 0.5]], np.float32)
    gradients = training.input_gradients(lambda points: points[:, :1] ** 2 + 5 * points[:, 1:], x)
    assert np.allclose(gradients, [[2.0, 5.0], [-6.0, 5.0]])


def test_input_gradients_can_be_part_of_a_loss() -> None:
    scale, x = keras.Variable(3.0), np.array([[1.0], [2.0]], np.float32)

    def steepness() -> Any:
        return ops.sum(training.input_gradients(lambda points: scale * points**2, x) ** 2)  # sum of (2 scale x)^2

    loss, gradients = training.gradients(steepness, [scale])
    assert float(loss) == pytest.approx(180.0)
    assert float(gradients[0]) == pytest.approx(120.0)


def test_a_pullback_is_the_chain_rule() -> None:
    weight, count = keras.Variable([2.0, -1.0]), keras.Variable(0.0, trainable=False)

    def squares() -> Any:
        count.assign_add(1.0)
        return weight * weight * count

    made, pull_back = training.pullback(squares, [weight])
    loss, gradient = training.loss_and_input_gradients(lambda made: ops.sum(3 * made**2), made)
    assert np.allclose(made, [4.0, 1.0])
    assert float(loss) == pytest.approx(51.0)
    assert np.allclose(gradient, [24.0, 6.0])
    assert np.allclose(pull_back(gradient)[0], [24.0 * 4.0, 6.0 * -2.0])
    assert float(np.asarray(count)) == 1.0, "what is carried back should not be computed again"


def test_what_a_loss_of_an_input_updates_stays_updated() -> None:
    count = keras.Variable(0.0, trainable=False)

    def loss(x: Any) -> Any:
        count.assign_add(1.0)
        return ops.sum(x) * count

    assert np.allclose(training.loss_and_input_gradients(loss, np.ones(3, np.float32))[1], np.ones(3))
    assert float(np.asarray(count)) == 1.0


# Optimizers -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "settings", [{}, {"beta_1": 0.5, "epsilon": 1e-4}, {"amsgrad": True}, {"global_clipnorm": 0.1}]
)
def test_adam_takes_the_steps_of_kerass_adam(settings: dict[str, Any]) -> None:
    moved = []
    for kind in (training.Adam, keras.optimizers.Adam):
        variables = [keras.Variable(np.ones((3, 2), np.float32)), keras.Variable(np.float32(2.0))]
        optimizer = kind(keras.optimizers.schedules.ExponentialDecay(0.1, 2, 0.5), **settings)
        for seed in range(5):
            random = np.random.default_rng(seed)
            optimizer.apply(
                [ops.convert_to_tensor(random.normal(size=v.shape), "float32") for v in variables], variables
            )
        moved.append([np.asarray(each) for each in [*variables, *optimizer.variables]])
    assert all(np.allclose(a, b, rtol=1e-5, atol=1e-6) for a, b in zip(*moved, strict=True))
    assert np.abs(moved[0][0] - 1).min() > 1e-3


# The model ------------------------------------------------------------------------------------------------------------


def test_fit_takes_the_steps_that_a_loop_would_take() -> None:
    model, by_hand = new_model(0, steps_per_execution=1), new_model(0)
    losses = training.LossCurves()
    history = fit(model, epochs=2, callbacks=[losses])

    stream, expected = batches(), []
    for _ in range(6):
        x, z = next(stream)
        pair = step(x, z, by_hand.d, by_hand.g, by_hand.d_optimizer, by_hand.g_optimizer)
        expected.append([float(loss) for loss in pair])

    assert same(state(model), state(by_hand))
    curves = np.transpose([losses.curves["D_loss"], losses.curves["G_loss"]])
    assert np.allclose(curves, expected, atol=1e-4), "the curves should have the loss of every step"
    assert history.history["D_loss"][1] == pytest.approx(np.mean(curves[3:, 0]), abs=1e-4)


def test_several_steps_per_call_give_the_same() -> None:
    model, grouped = new_model(0, steps_per_execution=1), new_model(0, steps_per_execution=4)
    each, means, ends = training.LossCurves(), training.LossCurves(), []
    told = keras.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: ends.append(batch))
    for steps in (3, 6):
        model.fit(batches(), steps_per_epoch=steps, verbose=0, callbacks=[each])
        grouped.fit(batches(), steps_per_epoch=steps, verbose=0, callbacks=[means, told])
    assert same(state(model), state(grouped))
    assert ends == [2, 2, 5], "as many at a time as go into an epoch evenly"
    by_threes = np.repeat(np.reshape(each.curves["D_loss"], (3, 3)).mean(axis=1), 3)
    assert np.allclose(means.curves["D_loss"], by_threes, atol=1e-5), "steps taken together should get their mean"


def test_saving_and_restoring_loses_no_optimizer_state(tmp_path: Path) -> None:
    model, restored = new_model(0), new_model(50)
    fit(model)
    model.save_weights(tmp_path / "model.weights.h5")
    assert not same(state(model), state(restored))
    restored.load_weights(tmp_path / "model.weights.h5")
    assert same(state(model), state(restored))
    assert int(restored.d_optimizer.iterations) == int(restored.g_optimizer.iterations) == 3
    for one in (model, restored):
        fit(one, seed=1)
    assert same(state(model), state(restored)), "going on from the file should be going on"


def test_a_training_that_begins_anew_is_as_one_of_a_new_model() -> None:
    used, fresh = new_model(0), new_model(50)
    fit(used)
    other = new_model(50)
    given = state(other)
    used.begin_anew(other.d, other.g)
    assert int(used.d_optimizer.iterations) == int(used.g_optimizer.iterations) == 0
    for one in (used, fresh):
        fit(one, seed=1)
    assert same(state(used), state(fresh))
    assert same(state(other), given), "the players that it began with are left as they were"


def test_beginning_anew_brings_back_moving_statistics() -> None:
    def players() -> tuple[keras.Model, keras.Model]:
        return tuple(
            keras.Sequential([keras.Input((2,)), keras.layers.Dense(1), keras.layers.BatchNormalization()])
            for _ in range(2)
        )

    model = training.TwoPlayer(*players(), step)
    model.compile(keras.optimizers.Adam(0.01), keras.optimizers.Adam(0.02))
    for _ in range(3):
        model.g(np.ones((4, 2)), training=True)
    assert np.any(model.g.layers[-1].moving_mean)
    model.begin_anew(*players())
    assert not np.any(model.g.layers[-1].moving_mean)


def test_beginning_anew_brings_back_the_scale_of_the_loss() -> None:
    variable = keras.Variable(np.ones(2, "float32"))
    used = training.LossScaled(training.Adam(0.1, beta_1=0.5), initial_scale=8.0)
    new = training._like_new(used)
    for optimizer in (used, new):
        optimizer.build([variable])
    used.apply([np.array([np.inf, 0], np.float32)], [variable])  # halves the scale
    assert (float(used.dynamic_scale), float(new.dynamic_scale)) == (4.0, 8.0)
    assert (type(new.inner_optimizer), new.inner_optimizer.beta_1) == (training.Adam, 0.5)


def test_players_of_another_form_cannot_take_their_place() -> None:
    model = new_model(0)
    before = state(model)
    with pytest.raises(ValueError, match="other variables"):
        model.begin_anew(Player(3, 1, 0), Player(2, 4, 1))
    assert same(state(model), before)


def test_what_is_done_once_comes_again_however_it_is_asked_for() -> None:
    calls = []

    @training.once
    def trained(kind: str, weight: float = 1.0, *, seed: int = 0) -> object:
        """Train."""
        calls.append((kind, weight, seed))
        if weight < 0:
            raise ValueError("no such weight")
        return object()

    first = trained("a")
    assert trained(kind="a", weight=1.0) is trained("a", 1, seed=0) is first
    assert trained("a", seed=1) is not first
    assert calls == [("a", 1.0, 0), ("a", 1.0, 1)]
    assert trained.__doc__ == "Train."
    for _ in range(2):
        with pytest.raises(ValueError, match="no such weight"):
            trained("a", -1.0)
    assert len(calls) == 4, "what went wrong is tried again"


def test_keras_checkpoints_and_backup(tmp_path: Path) -> None:
    class Interrupted(Exception):
        pass

    class Interrupt(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
            if epoch == 2:
                raise Interrupted

    whole = new_model(0)
    fit(whole, epochs=4)

    stream = batches()
    first, second = new_model(0), new_model(50)
    common: dict[str, Any] = {"steps_per_epoch": 3, "epochs": 4, "verbose": 0, "shuffle": False}
    backup = keras.callbacks.BackupAndRestore(tmp_path / "backup")
    keep = keras.callbacks.ModelCheckpoint(tmp_path / "{epoch:02d}.weights.h5", save_weights_only=True)
    with pytest.raises(Interrupted):
        first.fit(stream, callbacks=[backup, keep, Interrupt()], **common)
    assert sorted(file.name for file in tmp_path.glob("*.h5")) == ["01.weights.h5", "02.weights.h5"]

    stream = batches()
    for _ in range(6):
        next(stream)
    second.fit(stream, callbacks=[keras.callbacks.BackupAndRestore(tmp_path / "backup")], **common)
    assert same(state(whole), state(second)), "two halves should make a whole"


def test_a_variable_that_would_not_be_saved_is_refused() -> None:
    d, g = Player(3, 1, 0), Player(2, 3, 1)
    g.theta[1] = np.zeros(3)
    with pytest.raises(TypeError, match="ndarray"):
        training.TwoPlayer(d, g, step)


def test_frames_come_from_the_same_noise() -> None:
    model, z, shown = new_model(0), np.ones((4, 2), np.float32), []
    frames = training.SampleFrames(z, every=2, show=lambda images, title: shown.append(title), show_every=3)
    before = ops.convert_to_numpy(model(z))
    fit(model, epochs=4, callbacks=[frames])
    assert [epoch for epoch, _ in frames.frames] == [0, 2, 4]
    assert np.allclose(frames.frames[0][1], before)
    assert np.allclose(frames.frames[-1][1], ops.convert_to_numpy(model(z)))
    assert shown == ["after 3 epochs"]


def test_no_more_batches_are_taken_than_there_are_steps() -> None:
    stream, untouched = batches(), batches()
    new_model(0).fit(stream, steps_per_epoch=3, epochs=2, verbose=0)
    for _ in range(6):
        next(untouched)
    assert np.array_equal(next(stream)[0], next(untouched)[0])


def test_batches_that_run_out_are_told() -> None:
    few = itertools.islice(batches(), 4)
    with pytest.raises(Exception, match="have run out: 1 came for the 3 steps"):
        new_model(0).fit(few, steps_per_epoch=3, epochs=2, verbose=0)


def test_batches_may_change_their_size() -> None:
    sizes = [8, 8, 5, 5, 5, 2, 8]

    def uneven() -> Iterator[tuple[np.ndarray, np.ndarray]]:
        stream = batches()
        for size in sizes:
            x, z = next(stream)
            yield x[:size], z[:size]

    model, by_hand = new_model(0), new_model(0)
    model.fit(uneven(), steps_per_epoch=len(sizes), verbose=0)
    for x, z in uneven():
        step(x, z, by_hand.d, by_hand.g, by_hand.d_optimizer, by_hand.g_optimizer)
    assert same(state(model), state(by_hand))


# Players that are Keras models ----------------------------------------------------------------------------------------


def layered_step(x: Any, z: Any, d: Any, g: Any, d_optimizer: Any, g_optimizer: Any) -> tuple[Any, Any]:
    """Play the same game with Keras models, whose statistics move on the way."""

    def d_loss() -> Any:
        real, fake = d(x, training=True), d(g(z, training=True), training=True)
        return ops.mean(ops.softplus(-real)) + ops.mean(ops.softplus(fake))

    def g_loss() -> Any:
        return ops.mean(ops.softplus(-d(g(z, training=True), training=True)))

    losses = []
    for player, optimizer, loss_fn in ((d, d_optimizer, d_loss), (g, g_optimizer, g_loss)):
        loss, gradients = training.gradients(loss_fn, player.trainable_variables)
        optimizer.apply(gradients, player.trainable_variables)
        losses.append(loss)
    return losses[0], losses[1]


def layered_model(seed: int, dropout: float = 0.3, **kwargs: Any) -> training.TwoPlayer:
    """Make a compiled model of two Keras models with everything in them that has a state."""
    keras.utils.set_random_seed(seed)
    layers = keras.layers
    d = keras.Sequential([keras.Input((3,)), layers.Dense(4), layers.Dropout(dropout, seed=seed + 1), layers.Dense(1)])
    norm = layers.BatchNormalization(momentum=0.5)
    g = keras.Sequential([keras.Input((2,)), layers.Dense(5, use_bias=False), norm, layers.Dense(3)])
    model = training.TwoPlayer(d, g, layered_step)
    model.compile(keras.optimizers.Adam(0.01), keras.optimizers.Adam(0.02), **kwargs)
    return model


def whole_state(model: training.TwoPlayer) -> list[np.ndarray]:
    """Return what training has moved, statistics and seeds included."""
    return [*state(model), *(np.asarray(variable).copy() for variable in model.non_trainable_variables)]


def test_fit_takes_the_steps_of_a_loop_with_keras_models_too() -> None:
    model, by_hand = layered_model(0), layered_model(0)
    start = [np.asarray(variable).copy() for variable in model.weights]
    fit(model, epochs=2)
    stream = batches()
    for _ in range(6):
        layered_step(*next(stream), by_hand.d, by_hand.g, by_hand.d_optimizer, by_hand.g_optimizer)
    assert same(whole_state(model), whole_state(by_hand))
    still = [variable.path for before, variable in zip(start, model.weights, strict=True) if np.all(before == variable)]
    assert not still, "weights, moving statistics and the seed of the dropout should all move"


def test_what_is_learnt_is_what_is_trainable() -> None:
    model = layered_model(0)
    assert len(model.d_theta) == 4
    assert len(model.g_theta) == 5, "two kernels, a bias, and scale and offset of the normalisation"
    assert len(model.trainable_variables) == 9, "each once"


def test_samples_are_drawn_as_in_use() -> None:
    model, z = layered_model(0), np.random.default_rng(0).normal(size=(4, 2)).astype(np.float32)
    fit(model)
    assert np.allclose(model(z), model.g(z, training=False), atol=1e-6)
    assert not np.allclose(model(z), model.g(z, training=True), atol=1e-3)


def test_saving_and_restoring_keeps_statistics_and_seeds(tmp_path: Path) -> None:
    model, restored = layered_model(0), layered_model(50)
    fit(model)
    model.save_weights(tmp_path / "model.weights.h5")
    restored.load_weights(tmp_path / "model.weights.h5")
    assert same(whole_state(model), whole_state(restored))
    for one in (model, restored):
        fit(one, seed=1)
    assert same(whole_state(model), whole_state(restored))


def test_a_layer_and_an_object_can_play_each_other() -> None:
    def one_step(x: Any, z: Any, d: Player, g: Any, d_optimizer: Any, g_optimizer: Any) -> tuple[Any, Any]:
        loss, gradients = training.gradients(lambda: ops.mean(d.forward(g(z)) ** 2), g.trainable_variables)
        g_optimizer.apply(gradients, g.trainable_variables)
        return loss, loss

    g = keras.layers.Dense(3)
    g.build((None, 2))
    model = training.TwoPlayer(Player(3, 1, 0), g, one_step)
    model.compile(keras.optimizers.SGD(0.1), keras.optimizers.SGD(0.1))
    before = np.asarray(g.kernel).copy()
    fit(model)
    assert not np.array_equal(g.kernel, before)
    assert model(np.ones((4, 2))).shape == (4, 3)


def test_a_model_that_is_not_built_is_refused() -> None:
    with pytest.raises(ValueError, match="g has no variables yet"):
        training.TwoPlayer(Player(3, 1, 0), keras.Sequential([keras.layers.Dense(3)]), layered_step)


def test_what_else_a_step_changes_is_carried_along(tmp_path: Path) -> None:
    def model_with_noise(seed: int) -> training.TwoPlayer:
        seeds = keras.random.SeedGenerator(seed)

        def noisy(x: Any, *others: Any) -> tuple[Any, Any]:
            return step(x + keras.random.normal(ops.shape(x), seed=seeds), *others)

        model = training.TwoPlayer(Player(3, 1, 0), Player(2, 3, 1), noisy, extras=[seeds])
        model.compile(keras.optimizers.Adam(0.01), keras.optimizers.Adam(0.02))
        return model

    model, restored = model_with_noise(1), model_with_noise(2)
    fit(model)
    model.save_weights(tmp_path / "model.weights.h5")
    restored.load_weights(tmp_path / "model.weights.h5")
    for one in (model, restored):
        fit(one, seed=1)
    assert same(whole_state(model), whole_state(restored))


# Going on where a training was killed ---------------------------------------------------------------------------------


def normal(count: int, random: np.random.Generator) -> np.ndarray:
    """Draw noise (count, 2)."""
    return random.normal(size=(count, 2)).astype(np.float32)


def new_batches(**kwargs: Any) -> training.Batches:
    """Make batches of four from 18 numbered rows, so that every epoch leaves two out."""
    rows = np.repeat(np.arange(18, dtype=np.float32)[:, None], 3, axis=1)
    return training.Batches(rows, normal, 4, **kwargs)


def epoch_of(batches: training.Batches) -> tuple[list[float], list[float]]:
    """Return the number of every row of one epoch, in its order, and the noise."""
    batches.on_epoch_begin()
    pairs = [batches[i] for i in range(len(batches))]
    return np.concatenate([x[:, 0] for x, _ in pairs]).tolist(), np.concatenate([z for _, z in pairs]).ravel().tolist()


def test_every_epoch_has_an_order_and_noise_of_its_own_and_always_the_same() -> None:
    first, second = new_batches(seed=3), new_batches(seed=3)
    epochs = [epoch_of(first) for _ in range(3)]
    assert all(len(set(rows)) == 16 for rows, _ in epochs), "no row twice in an epoch"
    assert len({tuple(rows) for rows, _ in epochs}) == len({tuple(z) for _, z in epochs}) == 3
    second.next_epoch = 2
    assert epoch_of(second) == epochs[2]
    assert epoch_of(new_batches(seed=4)) != epochs[0]


def test_batches_of_more_than_all() -> None:
    rows, _ = epoch_of(new_batches(steps=9, transform=lambda x: x + 100))
    assert sorted(rows) == sorted(2 * list(range(100, 118))), "two passes through 18 rows"
    with pytest.raises(ValueError, match="3 examples do not fill a batch of 4"):
        training.Batches(np.zeros((3, 1)), normal, 4)


def test_batches_out_of_a_file(tmp_path: Path) -> None:
    h5py = pytest.importorskip("h5py")
    rows = np.arange(36, dtype=np.float32).reshape(12, 3)
    with h5py.File(tmp_path / "rows.h5", "w") as file:
        file["rows"] = rows
        for from_file, from_memory in zip(
            training.Batches(file["rows"], normal, 5, steps=4), training.Batches(rows, normal, 5, steps=4), strict=False
        ):
            assert np.array_equal(from_file[0], from_memory[0])


KILLED = """
import os, signal, sys
import keras, numpy as np
sys.path[:0] = [{root!r}, {here!r}]
import test_training as tests
from util import training

class Kill(keras.callbacks.Callback):
    def __init__(self, where): super().__init__(); self.where, self.epoch = where, 0
    def here(self, *place):
        if place == self.where: os.kill(os.getpid(), signal.SIGKILL)
    def on_epoch_begin(self, epoch, logs=None): self.epoch = epoch
    def on_train_batch_end(self, batch, logs=None): self.here(self.epoch, batch)
    def on_epoch_end(self, epoch, logs=None): self.here(epoch, "end")

batches = tests.new_batches(seed=1)
where, seed, folder, result = {where!r}, {seed}, {folder!r}, {result!r}
model = tests.layered_model(seed, steps_per_execution=1)
model.fit(batches, epochs=4, verbose=0, callbacks=[training.Backup(folder, batches), Kill(where)])
np.savez(result, *tests.whole_state(model))
assert not os.path.exists(folder)
"""


def killed(where: Any, seed: int, folder: Path) -> int:
    """Train for four epochs of four steps in a process that kills itself at a place; return how it ended."""
    result, here = folder.with_suffix(".npz"), Path(__file__).parent
    code = KILLED.format(root=str(ROOT), here=str(here), where=where, seed=seed, folder=str(folder), result=str(result))
    return subprocess.run([sys.executable, "-c", code], timeout=200, stderr=subprocess.DEVNULL, check=False).returncode


def test_a_training_that_was_killed_twice_ends_with_the_same_weights(tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    assert killed((1, 2), 0, folder) == -signal.SIGKILL, "in the middle of the second epoch"
    assert killed((2, "end"), 5, folder) == -signal.SIGKILL, "right after a backup; restored weights overrule the seed"
    assert killed(None, 7, folder) == 0
    whole = layered_model(0)
    whole.fit(new_batches(seed=1), epochs=4, verbose=0)
    with np.load(tmp_path / "backup.npz") as resumed:
        expected = whole_state(whole)
        assert len(expected) == len(resumed.files) > 20
        assert all(np.array_equal(resumed[f"arr_{i}"], value) for i, value in enumerate(expected)), "to the last bit"


def test_a_crash_while_the_backup_is_written_costs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(OSError):
        pass

    def half(path: Path) -> None:
        path.write_bytes(b"half a file")
        raise Full

    model, restored = layered_model(0), layered_model(1)
    fit(model, epochs=1)
    backup = training.Backup(tmp_path)
    backup.set_model(model)
    backup.on_epoch_end(0)
    monkeypatch.setattr(model, "save_weights", half)
    with pytest.raises(Full):
        backup.on_epoch_end(1)
    after = training.Backup(tmp_path)
    after.set_model(restored)
    after.on_train_begin()
    assert same(whole_state(model), whole_state(restored))
    assert restored._initial_epoch == 1
    after.on_train_end()
    assert not tmp_path.exists()


# Mixed precision ------------------------------------------------------------------------------------------------------


@pytest.fixture
def policy() -> Iterator[Any]:
    """Set the policy of layers, for one test."""
    before = keras.config.dtype_policy()
    yield keras.config.set_dtype_policy
    keras.config.set_dtype_policy(before)


def test_a_step_in_bfloat16_is_close_to_one_in_float32(policy: Any) -> None:
    ends = {}
    for name in ("float32", "mixed_bfloat16"):
        policy(name)
        model = layered_model(0, dropout=0.0)  # what it drops depends on the precision
        model.compile(keras.optimizers.SGD(0.1), keras.optimizers.SGD(0.1))
        model.fit(new_batches(steps=1), verbose=0)
        ends[name] = model.get_weights()
        assert all(weights.dtype == np.float32 for weights in ends[name] if weights.dtype.kind == "f")
    pairs = list(zip(*ends.values(), strict=True))
    assert all(np.allclose(a, b, atol=0.02, rtol=0.02) for a, b in pairs)
    assert not all(np.allclose(a, b, atol=1e-6) for a, b in pairs), "the rounding should show"


def test_small_gradients_survive_float16(policy: Any) -> None:
    policy("mixed_float16")

    def tiny_step(x: Any, z: Any, d: Any, g: Any, d_optimizer: Any, g_optimizer: Any) -> tuple[Any, Any]:
        losses = []
        for player, optimizer, inputs in ((d, d_optimizer, x), (g, g_optimizer, z)):
            theta = player.trainable_variables
            # The gradient of the kernel is 1e-8: nothing, in float16.
            loss, gradients = training.gradients(
                lambda p=player, i=inputs: 1e-8 * ops.sum(ops.cast(p(i), "float32")), theta, optimizer
            )
            optimizer.apply(gradients, theta)
            losses.append(loss)
        return losses[0], losses[1]

    d, g = (keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False)]) for _ in range(2))
    one = np.ones((1, 1), np.float32)
    for player in (d, g):
        player.set_weights([one / 2])
    model = training.TwoPlayer(d, g, tiny_step)
    model.compile(keras.optimizers.SGD(1e7), keras.optimizers.SGD(1e7))
    history = model.fit((pair for pair in [(one, one)]), steps_per_epoch=1, verbose=0, shuffle=False)
    assert history.history["D_loss"][0] == pytest.approx(0.5e-8, rel=1e-2), "the loss itself is not scaled"
    for player in (d, g):
        assert player.get_weights()[0].item() == pytest.approx(0.4, rel=1e-3), "0.5 - 1e7 * 1e-8"
    assert isinstance(model.g_optimizer, training.LossScaled)


def test_a_step_that_is_not_finite_is_skipped(policy: Any) -> None:
    policy("mixed_float16")
    weight = keras.Variable(1.0)
    optimizer = training.LossScaled(keras.optimizers.SGD(1.0))
    optimizer.build([weight])
    for gradient, expected in ((np.inf, 1.0), (2.0**14, 0.0)):  # the scale goes from 2^15 to 2^14
        optimizer.apply([ops.convert_to_tensor(np.float32(gradient))], [weight])
        assert float(np.asarray(weight)) == expected


# The other backend, and the walls -------------------------------------------------------------------------------------


@pytest.mark.skipif(importlib.util.find_spec("jax") is None, reason="JAX is not installed")
@pytest.mark.skipif(keras.backend.backend() == "jax", reason="these tests run on JAX already")
def test_the_same_on_jax() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", __file__],
        env=os.environ | {"KERAS_BACKEND": "jax"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-3000:]


def test_an_unknown_backend_gets_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keras.backend, "backend", lambda: "torch")
    spec = importlib.util.spec_from_file_location("training_on_torch", training.__file__)
    assert spec is not None
    assert spec.loader is not None
    with pytest.raises(ImportError, match="KERAS_BACKEND"):
        spec.loader.exec_module(importlib.util.module_from_spec(spec))


def imported(file: Path) -> set[str]:
    """Return the top-level names of all modules that a file imports."""
    names = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize("file", sorted((ROOT / "util").rglob("*.py")), ids=lambda file: file.name)
def test_util_keeps_its_walls(file: Path) -> None:
    names = imported(file)
    assert not names & {"autograder", "exercises", "nbgrader", "mlxtend"}
    if file.name != "training.py":
        assert not names & {"tensorflow", "jax", "torch"}, "only util/training knows the backend"


def test_snapshots_keep_the_beginning_and_every_second_epoch() -> None:
    model = new_model(0)
    snapshots = training.Snapshots(lambda model: np.asarray(model.g.theta[0]).copy(), every=2)
    before = np.asarray(model.g.theta[0]).copy()
    fit(model, epochs=5, callbacks=[snapshots])
    assert [epoch for epoch, _ in snapshots.taken] == [0, 2, 4]
    assert np.array_equal(snapshots.taken[0][1], before)
    assert not np.array_equal(snapshots.taken[1][1], snapshots.taken[2][1])
