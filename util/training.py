"""Training, and the only module that knows which backend runs: TensorFlow or JAX.

`gradients` differentiates a loss on either, `pullback` carries the gradient of a loss back through what made its input.
`TwoPlayer` is a Keras model with two optimizers, so that ``fit``, the progress bar and the checkpoints are Keras's own.
`Batches` and `Backup` let a training that was killed go on as if nothing had happened. `once` spares a second training
with the same settings, and `TwoPlayer.begin_anew` spares compiling again for a training from another seed.

**Mixed precision.** On a GPU that has it, `keras.config.set_dtype_policy("mixed_bfloat16")` before the players are made
is all there is to do, apart from a last layer with ``dtype="float32"`` in each: losses want full precision. Older GPUs
know float16 only ("mixed_float16"), where small gradients vanish unless the loss is scaled up: `TwoPlayer` then wraps
both optimizers in a `LossScaled`, and the step hands them to `gradients` too.
"""

from __future__ import annotations

import inspect
import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import cache, wraps
from pathlib import Path
from typing import Any, Self

import h5py
import keras
import numpy as np

from util import plots

__all__ = [
    "Adam",
    "Backup",
    "Batches",
    "LossCurves",
    "LossScaled",
    "SampleFrames",
    "Snapshots",
    "TwoPlayer",
    "gradients",
    "input_gradients",
    "jit_compile",
    "loss_and_input_gradients",
    "once",
    "pullback",
]

_BACKEND = keras.backend.backend()
if _BACKEND == "tensorflow":
    import tensorflow as tf
elif _BACKEND == "jax":
    import jax
else:
    raise ImportError(f"Keras runs on {_BACKEND!r}. Set KERAS_BACKEND to 'tensorflow' or 'jax' before importing Keras.")


# Gradients ------------------------------------------------------------------------------------------------------------


def gradients(
    loss_fn: Callable[[], Any], variables: Sequence[Any], optimizer: keras.optimizers.Optimizer | None = None
) -> tuple[Any, list[Any]]:
    """The scalar ``loss_fn()`` and its gradient with respect to each of ``variables``, in their order.

    With an ``optimizer`` that scales its loss, the gradients are scaled; its ``apply`` scales them back.
    """
    variables = list(variables)
    if _BACKEND == "tensorflow":
        with tf.GradientTape() as tape:
            loss = loss_fn()
            scaled = _scaled_loss(loss, optimizer)
        return loss, tape.gradient(scaled, variables)
    return _jax_gradients(_Pure(loss_fn, variables), [variable.value for variable in variables], (), optimizer, 0)


def loss_and_input_gradients(
    loss_fn: Callable[[Any], Any], x: Any, optimizer: keras.optimizers.Optimizer | None = None
) -> tuple[Any, Any]:
    """The scalar ``loss_fn(x)`` and its gradient with respect to the tensor ``x``, of the shape of ``x``.

    For ``optimizer`` see `gradients`.
    """
    x = keras.ops.convert_to_tensor(x)
    if _BACKEND == "tensorflow":
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(x)
            loss = loss_fn(x)
            scaled = _scaled_loss(loss, optimizer)
        return loss, tape.gradient(scaled, x)
    return _jax_gradients(_Pure(loss_fn), [], (x,), optimizer, 1)


def input_gradients(fn: Callable[[Any], Any], x: Any) -> Any:
    """How much ``fn(x)`` changes with every number of ``x``: the gradient of its sum, of the shape of ``x``.

    Where ``fn`` treats the examples of a batch separately, that is the gradient of each. It may be used inside a loss.
    """
    return loss_and_input_gradients(lambda x: keras.ops.sum(fn(x)), x)[1]


def pullback(fn: Callable[[], Any], variables: Sequence[Any]) -> tuple[Any, Callable[[Any], list[Any]]]:
    """What ``fn()`` makes of ``variables``, and how a loss of it is carried back to them.

    Returns:
        The tensor ``fn()``, and a function from the gradient of a loss with respect to that tensor to its gradients
        with respect to each of ``variables``: the chain rule, without calling ``fn`` again. It may be called once.
    """
    variables = list(variables)
    if _BACKEND == "tensorflow":
        with tf.GradientTape() as tape:
            made = fn()
        return made, lambda gradient: tape.gradient(made, variables, output_gradients=gradient)
    pure = _Pure(fn, variables)
    made, back, new_values = jax.vjp(pure, [variable.value for variable in variables], has_aux=True)
    pure.keep(new_values)
    return made, lambda gradient: back(gradient)[0]


def jit_compile() -> bool | str:
    """What to give to ``compile`` of a model with that argument: whether XLA should compile its steps.

    Without a GPU, TensorFlow's XLA is left off: it compiles for long, and convolutions and loops then run slower.
    """
    return "auto" if _BACKEND == "jax" or tf.config.list_physical_devices("GPU") else False


def _scaled_loss(loss: Any, optimizer: keras.optimizers.Optimizer | None) -> Any:
    return optimizer.scale_loss(loss) if optimizer else loss


def _jax_gradients(
    pure: _Pure, values: list[Any], inputs: tuple[Any, ...], optimizer: keras.optimizers.Optimizer | None, of: int
) -> tuple[Any, Any]:
    """A loss and its gradients with respect to the variables' ``values`` (``of`` is 0) or to an input (1)."""

    def loss_of(values: list[Any], *inputs: Any) -> tuple[Any, tuple[Any, dict[int, Any]]]:
        loss, new_values = pure(values, *inputs)
        return _scaled_loss(loss, optimizer), (loss, new_values)

    (_, (loss, new_values)), grads = jax.value_and_grad(loss_of, argnums=of, has_aux=True)(values, *inputs)
    pure.keep(new_values)
    return loss, grads


class _Pure:
    """A function without side effects, as JAX differentiates them: variables become an argument, updates a result."""

    def __init__(self, fn: Callable[..., Any], variables: Sequence[Any] = ()) -> None:
        self.fn, self.variables = fn, variables
        self.updated: dict[int, Any] = {}

    def __call__(self, values: list[Any], *inputs: Any) -> tuple[Any, dict[int, Any]]:
        # What layers add to the loss is kept, or `layer.losses` would be empty inside `fn`.
        with _Scope(zip(self.variables, values, strict=True), collect_losses=True) as scope:
            made = self.fn(*inputs)
        self.updated.update(scope.updated)
        return made, {key: scope.state_mapping[key] for key in scope.updated}

    def keep(self, new_values: dict[int, Any]) -> None:
        """Give variables what they became on the way, such as moving statistics and seeds."""
        for key, value in new_values.items():
            self.updated[key].assign(value)


class _Scope(keras.StatelessScope):
    """A stateless scope that sees what an outer one has changed, and remembers which variables change inside it."""

    def __enter__(self) -> Self:
        super().__enter__()
        self.updated: dict[int, Any] = {}
        if self.original_scope is not None:
            for key, value in self.original_scope.state_mapping.items():
                self.state_mapping.setdefault(key, value)
        return self

    def add_update(self, update: tuple[Any, Any]) -> None:
        """Keep the new value of a variable; called by Keras."""
        super().add_update(update)
        self.updated[id(update[0])] = update[0]


# Optimizers -----------------------------------------------------------------------------------------------------------


class Adam(keras.optimizers.Adam):
    """Keras's Adam (Kingma and Ba, 2014, algorithm 1); on TensorFlow one operation a variable takes the step."""

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """Move ``variable``; called by Keras."""
        if _BACKEND != "tensorflow" or self.amsgrad or not isinstance(gradient, tf.Tensor):
            super().update_step(gradient, variable, learning_rate)
            return
        index = self._get_variable_index(variable)
        numbers = {"beta1": self.beta_1, "beta2": self.beta_2, "epsilon": self.epsilon, "lr": learning_rate}
        numbers = {name: tf.cast(number, gradient.dtype) for name, number in numbers.items()}
        step = tf.cast(self.iterations.value + 1, gradient.dtype)
        tf.raw_ops.ResourceApplyAdam(
            var=_handle(variable),
            m=_handle(self._momentums[index]),
            v=_handle(self._velocities[index]),
            beta1_power=numbers["beta1"] ** step,
            beta2_power=numbers["beta2"] ** step,
            grad=gradient,
            **numbers,
        )


def _handle(variable: Any) -> Any:
    """What TensorFlow's operations on variables take, of Keras's variable or its own."""
    return (variable.value if isinstance(variable, keras.Variable) else variable).handle


class LossScaled(keras.optimizers.LossScaleOptimizer):
    """Keras's optimizer for float16, which also works where a step runs without side effects: on JAX.

    It multiplies the loss by a large number and divides the gradients by it. Where one is not finite it skips the step
    and halves the number, so the first few steps may change nothing.
    """

    def apply(self, grads: Sequence[Any], trainable_variables: Sequence[Any] | None = None) -> None:
        """Take one step with gradients of the scaled loss."""
        if _BACKEND == "tensorflow":
            super().apply(grads, trainable_variables)
            return
        learnt = list(trainable_variables or self._trainable_variables)
        values = self.stateless_apply(
            [variable.value for variable in self.variables], list(grads), [variable.value for variable in learnt]
        )
        for variable, value in zip([*learnt, *self.variables], [*values[0], *values[1]], strict=True):
            variable.assign(value)


def _like_new(optimizer: keras.optimizers.Optimizer) -> keras.optimizers.Optimizer:
    """Another optimizer with the same settings, which has not taken a step."""
    if isinstance(optimizer, keras.optimizers.LossScaleOptimizer):
        inner, settings = _like_new(optimizer.inner_optimizer), optimizer.get_config()
        return type(optimizer)(inner, settings["initial_scale"], settings["dynamic_growth_steps"])
    return type(optimizer).from_config(optimizer.get_config())


# Two players ----------------------------------------------------------------------------------------------------------

Step = Callable[[Any, Any, Any, Any, Any, Any], tuple[Any, Any]]
"""``train_step(X, Z, d, g, d_optimizer, g_optimizer) -> (D_loss, G_loss)``"""


class _Both:
    """Stands where Keras expects the one optimizer of a model, and lists the variables of two."""

    built = True

    def __init__(self, *optimizers: keras.optimizers.Optimizer) -> None:
        self.optimizers = optimizers

    @property
    def variables(self) -> list[Any]:
        return [variable for optimizer in self.optimizers for variable in optimizer.variables]


Player = Any
"""A `keras.Layer` or `keras.Model` that is built, or an object with a list ``theta`` and a method ``forward``."""


_SEED = "seed_generator_state"
"""The name that Keras gives to the variable in every SeedGenerator."""


def _theta(player: Player) -> list[Any]:
    """The variables that training may change."""
    return list(player.trainable_variables if isinstance(player, keras.Layer) else player.theta)


def _weights(player: Player) -> list[Any]:
    """All that a player has learnt, moving statistics too."""
    return list(player.weights if isinstance(player, keras.Layer) else player.theta)


def _checked(player: Player, name: str) -> Player:
    """The player, if all that it has to learn is there and will be saved."""
    if isinstance(player, keras.Layer) and not player.built:
        raise ValueError(f"{name} has no variables yet: give it a keras.Input, or call it once on a batch.")
    for variable in _theta(player):
        if not isinstance(variable, keras.Variable):
            raise TypeError(f"theta has a {type(variable).__name__} in it, but Keras saves a keras.Variable only.")
    return player


def _scaled(optimizer: keras.optimizers.Optimizer, player: Player) -> keras.optimizers.Optimizer:
    """The optimizer, or one that scales its loss, if the player needs it."""
    needed = isinstance(player, keras.Layer) and player.compute_dtype == "float16"
    return LossScaled(optimizer) if needed and not isinstance(optimizer, LossScaled) else optimizer


class TwoPlayer(keras.Model):
    """A generator against a discriminator: a Keras model whose every training step is ``train_step``.

    ``d`` and ``g`` are Keras layers or models that are built, such as a `keras.Sequential` with an `keras.Input`; or
    any objects that have a list of Keras variables ``theta`` and a method ``forward``. Everything in layers is carried
    along, moving statistics and seeds included. ``fit`` takes batches ``(X, Z)`` of real data and noise; calling the
    model turns noise into samples. Weights and both optimizers' state are saved and restored together.

    The step changes only what it gives to an optimizer, so no player has to be frozen. Do not do it by
    ``trainable = False`` either: Keras would put the batch normalisation of that player into inference mode.
    """

    steps_per_execution: int

    def __init__(self, d: Player, g: Player, train_step: Step, extras: Sequence[Any] = ()) -> None:
        """Put the two players and the step of the lesson together.

        ``extras`` are other things that the step changes, such as a `keras.random.SeedGenerator` or a layer: they are
        carried along and saved like the players.
        """
        super().__init__(name="two_player", dtype="float32")  # the players have their own precision
        self.d, self.g, self.play = _checked(d, "d"), _checked(g, "g"), train_step
        self.extras = list(extras)
        # As attributes, Keras finds variables and seeds; those of layers it finds by itself.
        self.theta = [variable for player in (d, g) if not isinstance(player, keras.Layer) for variable in player.theta]
        self.d_loss, self.g_loss = keras.metrics.Mean("D_loss"), keras.metrics.Mean("G_loss")
        self.built = True

    @property
    def d_theta(self) -> list[Any]:
        """What the discriminator learns."""
        return _theta(self.d)

    @property
    def g_theta(self) -> list[Any]:
        """What the generator learns."""
        return _theta(self.g)

    def compile(
        self, d_optimizer: keras.optimizers.Optimizer, g_optimizer: keras.optimizers.Optimizer, **kwargs: Any
    ) -> None:
        """Give each player its optimizer, in a `LossScaled` where the player computes in float16.

        Both are built here: what is not built is not restored either. Without a GPU, TensorFlow's XLA is left off: it
        compiles for long, and convolutions then run slower (``python -m benchmarks.training``). ``jit_compile`` says
        otherwise. TensorFlow takes up to ten steps without coming back to Python, or ``steps_per_execution``.
        """
        together = 10 if _BACKEND == "tensorflow" else 1
        super().compile(optimizer=None, **{"jit_compile": jit_compile(), "steps_per_execution": together, **kwargs})
        self.most_together = self.steps_per_execution
        self.d_optimizer, self.g_optimizer = _scaled(d_optimizer, self.d), _scaled(g_optimizer, self.g)
        self.d_optimizer.build(self.d_theta)
        self.g_optimizer.build(self.g_theta)
        self.optimizer = _Both(self.d_optimizer, self.g_optimizer)

    def begin_anew(self, d: Player, g: Player) -> None:
        """Take the weights of two other players, of the same form, and optimizers that have not taken a step.

        What was compiled stays compiled.

        Raises:
            ValueError: if the forms differ.
        """
        mine = [variable for player in (self.d, self.g) for variable in _weights(player)]
        theirs = [variable for player in (d, g) for variable in _weights(player)]
        if [variable.shape for variable in mine] != [variable.shape for variable in theirs]:
            raise ValueError("The new players have other variables than those of this model.")
        for variable, value in zip(mine, theirs, strict=True):
            variable.assign(keras.ops.copy(value))  # JAX takes a step in place, and would take theirs along
        for optimizer, theta in ((self.d_optimizer, self.d_theta), (self.g_optimizer, self.g_theta)):
            new = _like_new(optimizer)
            new.build(theta)
            for variable, value in zip(optimizer.variables, new.variables, strict=True):
                variable.assign(value)

    def fit(self, x: Any = None, **kwargs: Any) -> keras.callbacks.History:
        """Train, as Keras does, but with the batches in the order in which they come: whoever makes them shuffles them.

        On TensorFlow a few batches of an epoch are made ahead of the steps that take them.
        """
        if isinstance(x, Batches | Iterator):
            steps = len(x) if isinstance(x, Batches) else kwargs.get("steps_per_epoch")
            self._take_together(steps or 1)
            if _BACKEND == "tensorflow":
                if isinstance(x, Iterator):
                    kwargs.pop("steps_per_epoch", None)  # the pipeline knows
                x = _pipeline(x, steps)
            elif isinstance(x, Iterator):
                x = _epochs_of(x, steps)  # Keras takes generators, but no other iterators
        return super().fit(x, **{"shuffle": False, **kwargs})

    def _take_together(self, steps: int) -> None:
        """Take as many steps in one go as go into an epoch evenly, so that callbacks count them rightly."""
        together = max(count for count in range(1, self.most_together + 1) if steps % count == 0)
        if together != self.steps_per_execution:
            self.steps_per_execution, self.train_function = together, None

    def call(self, z: Any) -> Any:
        """Samples (batch, ...) from noise (batch, latent), with batch normalisation and dropout as at inference."""
        return self.g(z, training=False) if isinstance(self.g, keras.Layer) else self.g.forward(z)

    @property
    def _own_variables(self) -> list[Any]:
        """What no layer saves: the variables of plain players, and all seeds, which Keras leaves out of its files."""
        return self.theta + [variable for variable in self.non_trainable_variables if variable.name == _SEED]

    def save_own_variables(self, store: Any) -> None:
        """Write what no layer writes; called by Keras."""
        for i, variable in enumerate(self._own_variables):
            store[str(i)] = variable

    def load_own_variables(self, store: Any) -> None:
        """Read it back; called by Keras."""
        variables = self._own_variables
        if len(variables) != len(store.keys()):
            raise ValueError(f"The file has {len(store.keys())} variables and seeds, this model {len(variables)}.")
        for i, variable in enumerate(variables):
            variable.assign(store[str(i)])

    def train_step(self, *args: Any) -> Any:
        """One step on one batch; called by ``fit``. JAX passes and expects the state of the model as well."""
        if _BACKEND == "tensorflow":
            return self._step(*args)
        state, batch = args
        groups = (
            self.trainable_variables,
            self.non_trainable_variables,
            self.optimizer.variables,
            self.metrics_variables,
        )
        pairs = [pair for group, values in zip(groups, state, strict=True) for pair in zip(group, values, strict=True)]
        with keras.StatelessScope(state_mapping=pairs) as scope:
            logs = self._step(batch)
        return logs, tuple([scope.get_current_value(variable) for variable in group] for group in groups)

    def _step(self, batch: tuple[Any, Any]) -> dict[str, Any]:
        x, z = batch
        d_loss, g_loss = self.play(x, z, self.d, self.g, self.d_optimizer, self.g_optimizer)
        self.d_loss.update_state(d_loss)
        self.g_loss.update_state(g_loss)
        return {"D_loss": self.d_loss.result(), "G_loss": self.g_loss.result()}


# What is done only once -----------------------------------------------------------------------------------------------


def once(function: Callable[..., Any]) -> Callable[..., Any]:
    """``function``, run once for the same arguments, however they are passed; later calls return the first result.

    A decorator for functions that train or compile. Arguments must be hashable. After an error the next call retries.
    """
    signature, remembered = inspect.signature(function), cache(function)

    @wraps(function)
    def known(*args: Any, **kwargs: Any) -> Any:
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        return remembered(*bound.args, **bound.kwargs)

    return known


# Going on where a training was killed ---------------------------------------------------------------------------------


class Batches(keras.utils.PyDataset):
    """Batches ``(X, Z)`` for `TwoPlayer.fit`, which depend on nothing but ``seed`` and the number of the epoch.

    Every epoch goes through the data in a new order. Give ``steps`` here, and no ``steps_per_epoch`` to ``fit``.
    """

    def __init__(
        self,
        data: Any,
        noise: Callable[[int, np.random.Generator], Any],
        batch_size: int,
        *,
        transform: Callable[[Any], Any] | None = None,
        steps: int | None = None,
        seed: int = 0,
    ) -> None:
        """``data`` (n, ...) is an array or a data set of an HDF5 file; ``noise(count, random)`` draws (count, latent).

        ``transform`` is applied to every batch of data, so that bytes may stay bytes until then. By default an epoch
        has all ``steps`` that n allows, without a last smaller batch; if there are more, the data come again.
        """
        super().__init__()
        self.data, self.noise, self.batch_size, self.transform, self.seed = data, noise, batch_size, transform, seed
        self.next_epoch = 0
        self.steps = steps or len(data) // batch_size
        if not self.steps:
            raise ValueError(f"{len(data)} examples do not fill a batch of {batch_size}.")
        self._shuffle(0)

    def on_epoch_begin(self) -> None:
        """Shuffle; called by Keras."""
        self._shuffle(self.next_epoch)
        self.next_epoch += 1

    def _shuffle(self, epoch: int) -> None:
        self.epoch = epoch
        random = np.random.default_rng([self.seed, self.epoch])
        passes = math.ceil(self.steps * self.batch_size / len(self.data))
        self.order = np.concatenate([random.permutation(len(self.data)) for _ in range(passes)])

    def epoch_of_batches(self) -> Iterator[tuple[Any, Any]]:
        """The batches of the next epoch, one after the other."""
        self.on_epoch_begin()
        yield from (self[step] for step in range(self.steps))

    def __len__(self) -> int:
        return self.steps

    def __getitem__(self, step: int) -> tuple[Any, Any]:
        if step >= self.steps:
            raise IndexError(step)  # by which a loop ends, where an older Keras gives it no iterator
        rows = self.order[step * self.batch_size : (step + 1) * self.batch_size]
        x = np.stack([self.data[row] for row in rows])  # (batch, ...); HDF5 is slow at many rows in one reading
        z = self.noise(self.batch_size, np.random.default_rng([self.seed, self.epoch, step]))  # (batch, latent)
        return (self.transform(x) if self.transform else x), z


PARCEL_BYTES, PARCEL_BATCHES = 16 * 2**20, 16
"""What is handed from Python to TensorFlow at once: for small batches each handing over takes longer than a step."""


def _pipeline(batches: Batches | Iterator[Any], steps: int | None) -> Any:
    """The batches, of whatever structure of arrays, as a `tf.data.Dataset` that fetches several at once.

    It has an epoch's ``steps``, or all that come.
    """
    if isinstance(batches, Batches):
        first, epoch = batches[0], batches.epoch_of_batches
    else:
        first = next(batches)
        stream = itertools.chain([first], batches)
        epoch = lambda: _next_of(stream, steps)  # noqa: E731
    size = sum(np.asarray(each).nbytes for each in tf.nest.flatten(first))
    count = max(1, min(PARCEL_BATCHES, PARCEL_BYTES // max(size, 1)))
    signature = tf.nest.map_structure(
        lambda each: tf.TensorSpec((None, None, *each.shape[2:]), each.dtype), _stacked([first])
    )
    data = tf.data.Dataset.from_generator(lambda: _parcels(epoch(), count), output_signature=signature).unbatch()
    if steps is not None:
        data = data.apply(tf.data.experimental.assert_cardinality(steps))
    return data.prefetch(2)


def _next_of(stream: Iterator[Any], steps: int | None) -> Iterator[Any]:
    """The next ``steps`` batches, or all that come."""
    came = 0
    for came, batch in enumerate(itertools.islice(stream, steps), start=1):  # noqa: B007
        yield batch
    if steps is not None and came < steps:
        raise ValueError(f"The batches have run out: {came} came for the {steps} steps of an epoch.")


def _epochs_of(stream: Iterator[Any], steps: int | None) -> Iterator[Any]:
    """The batches of one epoch of ``steps`` after the other, while there are any; without ``steps`` all that come."""
    for first in stream:  # Keras may ask for more than the last epoch has
        yield from _next_of(itertools.chain([first], stream), steps)


def _parcels(batches: Iterator[Any], count: int) -> Iterator[Any]:
    """Up to ``count`` batches of one shape after the other, each parcel stacked: (batches, batch, ...)."""
    parcel: list[Any] = []
    for batch in batches:
        if parcel and (len(parcel) == count or _shapes(batch) != _shapes(parcel[0])):
            yield _stacked(parcel)
            parcel = []
        parcel.append(batch)
    if parcel:
        yield _stacked(parcel)


def _shapes(batch: Any) -> list[tuple[int, ...]]:
    return [np.shape(each) for each in tf.nest.flatten(batch)]


def _stacked(parcel: list[Any]) -> Any:
    """Arrays (batches, batch, ...), numbers with a fraction as precise as Keras computes."""

    def stack(*arrays: Any) -> np.ndarray:
        stacked = np.stack(arrays)
        return stacked.astype(keras.config.floatx()) if stacked.dtype.kind == "f" else stacked

    return tf.nest.map_structure(stack, *parcel)


class Backup(keras.callbacks.Callback):
    """Saves the whole state after every epoch, and goes on from there when ``fit`` is called again after a crash.

    With `Batches` the result is the one that an undisturbed training would have had: an epoch that was broken off
    begins anew, from the weights, moving statistics, optimizers and seeds that it began with, and with the same data.
    Unlike Keras's own BackupAndRestore this keeps the seeds, and a crash while it writes costs nothing. A training that
    comes to its end removes its backup.
    """

    def __init__(self, folder: str | Path, batches: Batches | None = None) -> None:
        """``folder`` is for this training alone; ``batches`` are what ``fit`` is called with."""
        super().__init__()
        self.folder, self.batches = Path(folder), batches

    def on_train_begin(self, *_: Any) -> None:
        """Restore what there is; called by Keras."""
        if files := self._files():
            self.model.load_weights(files[-1])
            with h5py.File(files[-1]) as file:
                for seed, kept in zip(self._seeds(), file.get(_SEED, {}).values(), strict=False):
                    seed.assign(kept[()])
            self.model._initial_epoch = int(files[-1].name.split(".")[0])  # Keras asks for it after this

    def on_epoch_begin(self, epoch: int, *_: Any) -> None:
        """Tell the data which epoch it is; called by Keras."""
        if self.batches:
            self.batches.next_epoch = epoch

    def on_epoch_end(self, epoch: int, *_: Any) -> None:
        """Save, and only then remove the backup before; called by Keras."""
        self.folder.mkdir(parents=True, exist_ok=True)
        before, part = self._files(), self.folder / "part.weights.h5"
        self.model.save_weights(part)
        with h5py.File(part, "a") as file:
            for number, seed in enumerate(self._seeds()):
                file[f"{_SEED}/{number:03d}"] = keras.ops.convert_to_numpy(seed)
        part.replace(self.folder / f"{epoch + 1:06d}.weights.h5")
        for file in before:
            file.unlink()

    def on_train_end(self, *_: Any) -> None:
        """Remove the backup: the next training begins anew; called by Keras."""
        self.model._initial_epoch = None
        for file in [*self._files(), self.folder / "part.weights.h5"]:
            file.unlink(missing_ok=True)
        with suppress(OSError):  # somebody else's files may lie there
            self.folder.rmdir()

    def _seeds(self) -> list[Any]:
        """The state of every seed, which Keras leaves out of its files."""
        return [variable for variable in self.model.non_trainable_variables if variable.name == _SEED]

    def _files(self) -> list[Path]:
        """The backups, the newest last: two only if a crash came between writing one and removing the other."""
        return sorted(self.folder.glob("[0-9]*.weights.h5"))


# Callbacks ------------------------------------------------------------------------------------------------------------


class LossCurves(keras.callbacks.Callback):
    """Keeps the loss of every step in ``curves``; Keras's own history has the mean of each epoch only.

    Steps that the model takes together (``steps_per_execution``) all get their mean. The curves are drawn as they grow
    where somebody watches the notebook run (`plots.live`).
    """

    def __init__(self) -> None:
        """Start with no curve."""
        super().__init__()
        self.curves: dict[str, list[float]] = {}
        self._place = plots.Place() if plots.live() else None

    def on_epoch_begin(self, *_: Any) -> None:
        """Forget the running sums; called by Keras."""
        self._steps, self._sums = 0, dict[str, float]()

    def on_train_batch_end(self, batch: int, logs: dict | None = None) -> None:
        """Recover the loss of this step (or few steps) from the running mean of the epoch; called by Keras."""
        together = batch + 1 - self._steps
        for name, mean in (logs or {}).items():
            total = float(mean) * (batch + 1)
            loss = (total - self._sums.get(name, 0.0)) / together
            self.curves.setdefault(name, []).extend([loss] * together)
            self._sums[name] = total
        self._steps = batch + 1
        if self._place and self._place.waits:
            self._draw()

    def on_train_end(self, *_: Any) -> None:
        """Draw the curves as they are in the end; called by Keras."""
        if self._place and self.curves:
            self._draw()

    def _draw(self) -> None:
        if min(map(len, self.curves.values())) > 2:
            plots.loss_curves(self.curves, smooth=50, place=self._place)


class SampleFrames(keras.callbacks.Callback):
    """Every few epochs keeps what the model makes of the same noise: ``frames`` is a list of ``(epoch, images)``.

    ``show(images, title)`` is called after every ``show_every`` epochs with what it makes then. Where somebody watches
    the notebook run (`plots.live`), each frame is drawn in the place of the one before.
    """

    def __init__(
        self,
        z: np.ndarray,
        every: int = 1,
        show: Callable[[np.ndarray, str], Any] | None = None,
        show_every: int | None = None,
    ) -> None:
        """``z`` is the fixed noise, (n, latent)."""
        super().__init__()
        self.z, self.every, self.show, self.show_every = z, every, show, show_every or every
        self.frames: list[tuple[int, np.ndarray]] = []
        self._place = plots.Place() if plots.live() else None

    def on_train_begin(self, *_: Any) -> None:
        """Keep what the model makes before it has learnt anything; called by Keras."""
        if not self.frames:
            self._keep(0)

    def on_epoch_end(self, epoch: int, *_: Any) -> None:
        """Keep a frame, and show it, if it is time; called by Keras."""
        done = epoch + 1
        if done % self.every == 0:
            self._keep(done)
        if self.show and done % self.show_every == 0:
            self.show(self._samples(), f"after {done} epoch{'s' if done > 1 else ''}")

    def on_train_end(self, *_: Any) -> None:
        """Draw the last frame; called by Keras."""
        if self._place:
            self._draw()

    def _keep(self, epoch: int) -> None:
        self.frames.append((epoch, self._samples()))
        if self._place and self._place.waits:
            self._draw()

    def _draw(self) -> None:
        epoch, images = self.frames[-1]
        limits = (-1, 1) if images.min() < 0 else (0, 1)
        plots.grid(images, f"after epoch {epoch}", limits=limits, inches=8, place=self._place)

    def _samples(self) -> np.ndarray:
        images: np.ndarray = keras.ops.convert_to_numpy(self.model(keras.ops.convert_to_tensor(self.z)))
        return images


class Snapshots(keras.callbacks.Callback):
    """Keeps ``take(model)`` from before the training and after every ``every`` epochs, as ``(epoch, what it was)``."""

    def __init__(self, take: Callable[[Any], Any], every: int = 1) -> None:
        """``take`` is called with the model in training."""
        super().__init__()
        self.take, self.every = take, every
        self.taken: list[tuple[int, Any]] = []

    def on_train_begin(self, *_: Any) -> None:
        """Keep the beginning; called by Keras."""
        if not self.taken:
            self.taken.append((0, self.take(self.model)))

    def on_epoch_end(self, epoch: int, *_: Any) -> None:
        """Keep one more if it is time; called by Keras."""
        if (epoch + 1) % self.every == 0:
            self.taken.append((epoch + 1, self.take(self.model)))
