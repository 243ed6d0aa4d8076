"""Hidden tests of the lesson ``toy_gan``, the asking half: what is put to the student's code.

Every probe is named after its test. ``student`` holds the notebook's names; ``rng`` is seeded alike for student and
solution, so a probe draws all its inputs before it calls any student code. Probes yield what they saw, as arrays and
numbers; ``judges.py`` decides what it is worth.

A part that builds on another of the student's own is asked twice: as the notebook is, and with something known in the
place of the other part, so that a mistake there costs nothing here. What is known is of the same form as the right
part and otherwise unlike it: it gives nothing away.

One probe trains: ``train_step`` plays 400 rounds of the smallest game that has a normal distribution to find, with
three seeds side by side. Where they start and what they are fed is drawn from ``rng``.
"""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import ops

from autograder.inside.probing import Answer, ask_each, gradient_sizes, to_array, to_pair, to_tensor, with_given

# What probes share ---------------------------------------------------------------------------------------------------


def _named(pair: Answer, k: object) -> Answer:
    """The answers of a pair under the names of case ``k``."""
    return {f"{place}_{k}": value for place, value in pair.items()}


# The game of two numbers, and the best opponent ----------------------------------------------------------------------


def game(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """Three games of different length, each played in both ways, from starts off the axes."""
    cases = [
        (*rng.choice([-1, 1], 2) * rng.uniform(0.5, 2, 2), float(rng.uniform(0.1, 0.6)), int(steps))
        for steps in rng.integers(3, 20, 3)
    ]
    yield from ({f"start_{k}": np.array(case[:2])} for k, case in enumerate(cases))
    yield from ask_each(
        *(lambda k=k, case=case: {f"simultaneous_{k}": to_array(student.play(*case))} for k, case in enumerate(cases)),
        *(
            lambda k=k, case=case: {f"alternating_{k}": to_array(student.play(*case, alternating=True))}
            for k, case in enumerate(cases)
        ),
    )


def averages(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """Random paths of three lengths."""
    paths = [rng.normal(rng.uniform(1, 3, 2), 1, (int(n), 2)) for n in (2, rng.integers(5, 9), rng.integers(20, 30))]
    yield from ask_each(
        *(
            lambda k=k, path=path: {f"means_{k}": to_array(student.running_mean(path.copy()))}
            for k, path in enumerate(paths)
        )
    )


def best(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """Densities that are both positive, tiny ones among them; and some of which one or both are zero."""
    n = int(rng.integers(6, 12))
    positive = rng.uniform(0.05, 3, (2, n))
    one_zero = rng.permutation(rng.uniform(0.05, 3, (9, 1)) * np.tile([[1, 0], [0, 1], [1, 1]], (3, 1))).T
    neither = np.insert(rng.uniform(0.05, 3, (2, 5)), rng.integers(0, 6, 2), 0.0, axis=1)
    tiny = rng.uniform(0.5, 3, (2, 6)) * 10 ** -rng.uniform(20, 30, 6)
    cases = {"positive": positive, "one_zero": one_zero, "neither": neither, "tiny": tiny}
    yield from ask_each(
        *(
            lambda name=name, case=case: {name: to_array(student.best_discriminator(case[0].copy(), case[1].copy()))}
            for name, case in cases.items()
        )
    )


# The players ---------------------------------------------------------------------------------------------------------


def noise(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """A wide and a tall sample; small ones, two from each generator, of seeds that recur. Judged by theory."""
    n, seed = int(rng.integers(2500, 2700)), int(rng.integers(2**31))
    sizes = [(5, n), (n, 5), (int(rng.integers(20, 30)), int(rng.integers(6, 9)))]
    seeds = _recurring_seeds(rng)
    yield {"sizes": np.array(sizes), "seeds": seeds}

    def again() -> Answer:
        generators = [np.random.default_rng(seed) for seed in seeds.tolist()]
        return {
            f"again_{call}": np.stack([to_array(student.sample_noise(*sizes[2], random)) for random in generators])
            for call in range(2)
        }

    yield from ask_each(
        *(
            lambda k=k: {f"draw_{k}": to_array(student.sample_noise(*sizes[k], np.random.default_rng([seed, k])))}
            for k in range(2)
        ),
        again,
    )


def _recurring_seeds(rng: np.random.Generator) -> np.ndarray:
    """Six seeds, of which some are the same: which ones, nobody knows before."""
    return rng.choice(2**31, 3, replace=False)[rng.permutation([0, 0, 0, 1, 1, 2])]


def ring(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """Rings of two sizes, from three seeds each; small ones from seeds that recur. Judged by theory.

    All that also with known functions in the place of those that draw normal noise, which a ring may use.
    """
    cases = [
        (
            int(modes),
            float(rng.uniform(1, 3)),
            float(rng.uniform(0.05, 0.1)),
            rng.choice(2**31, 3, replace=False).tolist(),
        )
        for modes in (8, rng.choice([5, 7]))  # an odd ring is not its own mirror image
    ]

    def ask(k: int, i: int) -> Answer:
        modes, radius, deviation, seeds = cases[k]
        return {
            f"draw_{k}_{i}": to_array(
                student.sample_ring(800, modes, radius, deviation, np.random.default_rng(seeds[i]))
            )
        }

    def again() -> Answer:
        case = cases[0][:3]
        draws = [to_array(student.sample_ring(20, *case, np.random.default_rng(seed))) for seed in seeds.tolist()]
        return {"again": np.stack(draws)}

    seeds = _recurring_seeds(rng)
    yield {"seeds": seeds}
    yield from ({f"case_{k}": np.array(case[:3])} for k, case in enumerate(cases))
    questions = [*(lambda k=k, i=i: ask(k, i) for k in range(2) for i in range(3)), again]
    known = {"sample_noise": _known_noise, "shape_noise": _known_shape}
    yield from ask_each(*questions, *(with_given(student, question, **known) for question in questions))


def _known_noise(m: int, n: int, random: np.random.Generator) -> np.ndarray:
    """Normal noise, drawn the other way round."""
    return -random.standard_normal((n, m)).T


def _known_shape(z: Any, mean: Any, covariance: Any) -> np.ndarray:
    """Normal samples by the symmetric root."""
    values, directions = np.linalg.eigh(covariance)
    return np.asarray(mean) - np.asarray(z) @ (directions * np.sqrt(values)) @ directions.T


def normal(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """Noise of zeros, of single ones, random noise and its opposite, for means and covariances of two sizes."""
    cases = []
    for dim in (2, 3):
        root = np.tril(rng.uniform(0.4, 1, (dim, dim))) + np.diag(rng.uniform(0.2, 1, dim))
        cases.append((rng.normal(size=dim), root @ root.T, rng.normal(size=(int(rng.integers(5, 9)), dim))))

    def ask(k: int) -> Answer:
        mean, covariance, z = cases[k]
        inputs = {"zero": np.zeros((4, len(mean))), "unit": np.eye(len(mean)), "some": z, "opposite": -z}
        return {
            f"{name}_{k}": to_array(student.shape_noise(value.copy(), mean.copy(), covariance.copy()))
            for name, value in inputs.items()
        }

    yield from (
        {f"mean_{k}": mean, f"covariance_{k}": covariance, f"z_{k}": z} for k, (mean, covariance, z) in enumerate(cases)
    )
    yield from ask_each(*(lambda k=k: ask(k) for k in range(2)))


def network(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """A large network as it starts, seeds that recur, and two small ones with known values in their variables.

    All sizes of a network differ, so that a variable's shape says which one it is. In the small networks each variable
    is changed by itself, to see what the output makes of it; ``began`` is what it held before. How they start is also
    asked with a known function for the noise that weights may be made of.
    """
    large = [int(rng.integers(55, 65)), int(rng.integers(180, 220)), int(rng.integers(90, 110)), 7]
    smalls = [[3, 13, 8, 6, 5], [int(rng.integers(3, 6)), int(rng.integers(9, 12)), 2]]
    seeds = _recurring_seeds(rng)
    side = int(rng.integers(18, 25))
    known = []
    for sizes in smalls:
        values = []
        for inputs, outputs in zip(sizes[:-1], sizes[1:], strict=True):
            values += [rng.normal(size=(inputs, outputs)) / np.sqrt(inputs), rng.normal(size=outputs) / 2]
        known.append((sizes, rng.normal(size=(40, sizes[0])), values))  # so many that outputs of either sign come
    bumps = [
        [rng.uniform(0.3, 0.8, value.shape) * rng.choice([-1, 1], value.shape) for value in values]
        for _, _, values in known
    ]

    def start() -> Answer:
        theta = _theta(student.Network(large, seed=int(seeds[0])), large)
        roles = _roles(theta, large)
        return {
            "variables": len(theta),
            "start_found": np.array([variable is not None for variable in roles]),
            **{f"start_{k}": to_array(variable) for k, variable in enumerate(roles) if variable is not None},
        }

    def seeded() -> Answer:
        sizes = [side] * 4
        networks = [student.Network(sizes, seed=seed) for seed in seeds.tolist()]
        return {
            f"seeded_{k}": np.stack(
                [to_array(v) for v in _theta(net, sizes) if len(v.shape) == 2 and min(v.shape) == side]
            )
            for k, net in enumerate(networks)
        }

    def forward(k: int) -> Answer:
        sizes, x, values = known[k]
        model = student.Network(sizes)
        roles = _roles(_theta(model, sizes), sizes)
        there = np.array([role is not None for role in roles])
        answer: Answer = {f"found_{k}": there}
        for i, (variable, value) in enumerate(zip(roles, values, strict=True)):
            answer[f"began_{k}_{i}"] = np.zeros(value.shape) if variable is None else _laid_out(variable, value)
            _assign(variable, value)
        answer[f"output_{k}"] = to_array(model.forward(to_tensor(x)))
        answer[f"slopes_{k}"] = np.zeros(len(roles))
        sources = [role for role in roles if role is not None]
        answer[f"slopes_{k}"][there] = gradient_sizes(lambda: model.forward(to_tensor(x)), *sources)
        for i, (variable, value) in enumerate(zip(roles, values, strict=True)):
            _assign(variable, value + bumps[k][i])
            answer[f"moved_{k}_{i}"] = to_array(model.forward(to_tensor(x)))
            _assign(variable, value)
        return answer

    yield {"sizes": np.array(large), "seeds": seeds, "side": side}
    for k, (_, x, values) in enumerate(known):
        yield {f"x_{k}": x, f"last_bump_{k}": bumps[k][-1], "layers": np.array([len(v) // 2 for _, _, v in known])}
        yield {f"value_{k}_{i}": value for i, value in enumerate(values)}
    yield from ask_each(
        start,
        seeded,
        *(lambda k=k: forward(k) for k in range(2)),
        *(with_given(student, question, sample_noise=_known_noise) for question in (start, seeded)),
    )


def _theta(model: Any, sizes: Sequence[int]) -> list[Any]:
    """The model's variables, after a first call in case its layers are built by that."""
    with contextlib.suppress(Exception):
        model.forward(to_tensor(np.zeros((2, sizes[0]))))
    return list(model.theta)


def _roles(theta: Sequence[Any], sizes: Sequence[int]) -> list[Any]:
    """Weight and bias of each layer by shape, None for each that is missing; a weight may lie transposed."""
    free, roles = list(range(len(theta))), []
    for inputs, outputs in zip(sizes[:-1], sizes[1:], strict=True):
        for forms in ([(inputs, outputs), (outputs, inputs)], [(outputs,), (1, outputs), (outputs, 1)]):
            found = next((k for form in forms for k in free if tuple(theta[k].shape) == form), None)
            free = [k for k in free if k != found]
            roles.append(None if found is None else theta[found])
    return roles


def _assign(variable: Any, value: np.ndarray) -> None:
    """Put ``value`` into a variable that may hold it transposed or with an extra axis."""
    if variable is not None:
        shape = tuple(variable.shape)
        variable.assign((value.T if shape == value.T.shape else value.reshape(shape)).astype("float32"))


def _laid_out(variable: Any, value: np.ndarray) -> np.ndarray:
    """What a variable holds, with the axes of ``value``, as `_assign` lays it."""
    array = to_array(variable)
    return array.T if array.shape == value.T.shape else array.reshape(value.shape)


# Losses and steps ----------------------------------------------------------------------------------------------------

KINDS = ("usual", "saturating", "report")


def losses(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """Each loss on batches of unequal size, where exponentials overflow and logarithms meet zero; an unknown kind.

    The report's loss is not asked at large logits, where its slope vanishes anyway.
    """
    cases = [
        (to_tensor(rng.uniform(-3, 4, (n, 1))), to_tensor(rng.uniform(-4, 3, (m, 1))))
        for n, m in ((3, 5), (8, 8), (int(rng.integers(10, 15)), 4))
    ]
    sizes = np.array([len(fake) for _, fake in cases])
    large = to_tensor(rng.uniform(300, 4000, (5, 1)))
    unknown = "".join(rng.choice(list("abcdefgh"), 8))

    def refused() -> bool:
        try:
            student.generator_loss(cases[0][1], unknown)
        except ValueError:
            return True
        except Exception:
            return False
        return False

    def large_slopes(loss: Callable[..., Any], *logits: Any) -> np.ndarray:
        """Of logits of either sign: (2, logits)."""
        return np.array(
            [
                gradient_sizes(lambda signed=signed: loss(*signed), *signed)
                for signed in ([sign * values for values in logits] for sign in (1, -1))
            ]
        )

    yield {"sizes": sizes}
    yield from ask_each(
        lambda: {f"discriminator_{k}": to_array(student.discriminator_loss(*case)) for k, case in enumerate(cases)},
        lambda: {f"default_{k}": to_array(student.generator_loss(fake)) for k, (_, fake) in enumerate(cases)},
        *(
            lambda kind=kind: {
                f"{kind}_{k}": to_array(student.generator_loss(fake, kind)) for k, (_, fake) in enumerate(cases)
            }
            for kind in KINDS
        ),
        lambda: {"discriminator_slopes": gradient_sizes(lambda: student.discriminator_loss(*cases[0]), *cases[0])},
        *(
            lambda kind=kind: {
                f"{kind}_slopes": gradient_sizes(lambda: student.generator_loss(cases[0][1], kind), cases[0][1])
            }
            for kind in KINDS
        ),
        lambda: {"large_d": np.array([student.discriminator_loss(sign * large, -sign * large) for sign in (1, -1)])},
        *(
            lambda kind=kind: {
                f"large_{kind}": np.array([student.generator_loss(sign * large, kind) for sign in (1, -1)])
            }
            for kind in KINDS[:2]
        ),
        lambda: {"large_d_slopes": large_slopes(student.discriminator_loss, large, -large)},
        *(
            lambda kind=kind: {
                f"large_{kind}_slopes": large_slopes(lambda fake: student.generator_loss(fake, kind), large)
            }
            for kind in KINDS[:2]
        ),
        lambda: {"refused": refused()},
    )


class _Affine:
    """A network of one layer with known values, offering what the notebook's networks offer: theta and forward."""

    def __init__(self, weights: Any, bias: Any) -> None:
        self.theta = [keras.Variable(np.asarray(value, dtype="float32")) for value in (weights, bias)]

    def forward(self, x: Any) -> Any:
        """x (batch, inputs) -> (batch, outputs)."""
        weights, bias = self.theta
        return ops.add(ops.matmul(x, weights), bias)

    def values(self) -> np.ndarray:
        """All values of theta in a row."""
        return np.concatenate([to_array(variable).ravel() for variable in self.theta])

    def put(self, values: np.ndarray) -> None:
        """The reverse of `values`."""
        weights, bias = self.theta
        size = values.size - bias.shape[0]
        weights.assign(values[:size].reshape(weights.shape))
        bias.assign(values[size:])


class _Curved(_Affine):
    """A discriminator whose logit bends: tanh of one layer, plus a square."""

    def forward(self, x: Any) -> Any:
        """x (batch, inputs) -> logits (batch, 1)."""
        straight = super().forward(x)
        return ops.tanh(straight) + 0.3 * ops.square(straight)


def _known_discriminator_loss(shift: float) -> Callable[[Any, Any], Any]:
    """Of the form of D's loss and unlike it: least squares."""
    return lambda real, fake: ops.mean(ops.square(real - shift)) + 0.5 * ops.mean(ops.square(fake + 1))


def _known_generator_loss(shift: float) -> Callable[..., Any]:
    """Of the form of G's loss and unlike it; every kind has its own place."""
    places = {"usual": 0.0, "saturating": 0.7, "report": 1.9}
    return lambda fake, kind="usual": ops.mean(ops.square(fake - shift - places[kind]))


def _known_losses(shift: float, other: float) -> dict[str, Callable[..., Any]]:
    """Known functions in the place of both losses, and of what puts them together."""
    discriminator_loss, generator_loss = _known_discriminator_loss(shift), _known_generator_loss(other)

    def player_losses(X: Any, Z: Any, d: Any, g: Any, kind: str = "usual") -> tuple[Any, Any]:
        fake = d.forward(g.forward(Z))
        return discriminator_loss(d.forward(X), fake), generator_loss(fake, kind)

    return {
        "discriminator_loss": discriminator_loss,
        "generator_loss": generator_loss,
        "player_losses": player_losses,
    }


def _inputs(batch: Sequence[Any], k: int) -> Answer:
    """What a batch holds, for a judge that knows which mistake gives what."""
    X, Z, d, g = batch[:4]
    return {f"X_{k}": to_array(X), f"Z_{k}": to_array(Z), f"d_{k}": d.values(), f"g_{k}": g.values()}


def _of_unknown_size(losses: Callable[..., Any], batch: Sequence[Any], **options: Any) -> Answer:
    """Both losses by a compiled function that does not know how large its batches are."""
    X, Z, d, g = batch[:4]

    @tf.function(autograph=False, input_signature=[tf.TensorSpec([None, x.shape[1]]) for x in (X, Z)])
    def compiled(X: Any, Z: Any) -> Any:
        return [ops.convert_to_tensor(loss) for loss in losses(X, Z, d, g, **options)]

    return _named(to_pair(compiled(X, Z)), "unknown")


def d_step(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """Two steps in a row, with plain SGD and with momentum, and what was returned, also by a compiled step.

    All that also with a known loss.

    Keras compiles the steps of this notebook: a compiled one cannot make a Python number of its loss.
    """
    games = [
        (
            to_tensor(rng.normal(1, 1, (int(rng.integers(5, 9)), 2))),
            to_tensor(rng.normal(-1, 1, (int(rng.integers(5, 9)), 2))),
            _Affine(rng.normal(size=(2, 1)), rng.normal(size=1)),
        )
        for _ in range(2)
    ]
    rate, shift = float(rng.uniform(0.2, 0.5)), float(rng.uniform(0.5, 1.5))
    momentum = float(rng.uniform(0.5, 0.9))

    def ask(k: int) -> Answer:
        real, fake, d = games[k]
        optimizer, answer = keras.optimizers.SGD(rate), {}
        for step in range(2):
            returned = student.discriminator_step(real, fake, d, optimizer)
            answer[f"after_{step}"] = d.values()
            if returned is not None:
                answer[f"returned_{step}"] = to_array(returned)
        return answer

    def ask_with_memory(k: int) -> Answer:
        real, fake, d = games[k]
        d.put(starts[k])
        optimizer = keras.optimizers.SGD(rate, momentum=momentum)
        optimizer.build(d.theta)
        for _ in range(2):
            student.discriminator_step(real, fake, d, optimizer)
        return {"memory": d.values()}

    def ask_compiled(k: int) -> Answer:
        real, fake, d = games[k]
        d.put(starts[k])
        optimizer = keras.optimizers.SGD(rate)
        optimizer.build(d.theta)

        @tf.function(autograph=False)
        def step() -> Any:
            return ops.convert_to_tensor(student.discriminator_step(real, fake, d, optimizer))

        return {"compiled": to_array(step())}

    starts = [game[2].values() for game in games]
    known = {"discriminator_loss": _known_discriminator_loss(shift)}
    yield from ({f"{before}before": start} for before, start in zip(("", "given_"), starts, strict=True))
    yield from ask_each(
        lambda: ask(0),
        with_given(student, lambda: ask(1), **known),
        lambda: ask_with_memory(0),
        with_given(student, lambda: ask_with_memory(1), **known),
        lambda: ask_compiled(0),
        with_given(student, lambda: ask_compiled(1), **known),
    )


def _batch(rng: np.random.Generator, n: int, latent: int = 2) -> tuple[Any, Any, _Curved, _Affine]:
    """Real data (n, 2), noise (n, latent), a discriminator of points and a generator."""
    return (
        to_tensor(rng.normal(size=(n, 2))),
        to_tensor(rng.normal(size=(n, latent))),
        _Curved(rng.normal(size=(2, 1)), rng.normal(size=1)),
        _Affine(rng.normal(size=(latent, 2)), rng.normal(size=2)),
    )


def _both_slopes(losses: Callable[..., Any], batch: Sequence[Any], **options: Any) -> Answer:
    """How large the gradients of D's loss are along what D learns, and those of G's loss along what G learns."""
    places = zip(("first", "second"), batch[2:], strict=True)
    return {
        f"{place}_slopes": gradient_sizes(lambda k=k: losses(*batch, **options)[k], *player.theta)
        for k, (place, player) in enumerate(places)
    }


def player_losses(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """Both losses of known networks, of every kind, also with known functions in the place of the players' losses."""
    batches = [_batch(rng, int(rng.integers(5, 9))) for _ in range(2)]
    shift, other = rng.uniform(0.5, 1.5, 2)
    questions = [
        lambda k=k, batch=batch: _named(to_pair(student.player_losses(*batch)), k) for k, batch in enumerate(batches)
    ] + [lambda kind=kind: _named(to_pair(student.player_losses(*batches[0], kind=kind)), kind) for kind in KINDS[1:]]
    questions.append(lambda: _both_slopes(student.player_losses, batches[0]))
    known = _known_losses(shift, other)
    del known["player_losses"]
    yield from (_inputs(batch, k) for k, batch in enumerate(batches))
    yield from ask_each(*questions, *(with_given(student, question, **known) for question in questions))


def train_step(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """Steps of SGD with momentum from one start (both move, only D, only G, neither), what they return; a training.

    The losses come as an argument and are known: in the single steps either player's slope hangs on the other, on X and
    on Z, and nothing on where the player itself is. ``memory_d`` and ``memory_g`` are where a second step of one player
    leads, in which its optimizer remembers the first; ``compiled`` is the step in which both move, compiled.
    """
    X, Z, d, g = _batch(rng, int(rng.integers(5, 9)))
    start = {"d": d.values(), "g": g.values()}
    rates = {"d": float(rng.uniform(0.1, 0.2)), "g": float(rng.uniform(0.1, 0.2))}
    momentum = float(rng.uniform(0.5, 0.9))
    pulls = [to_tensor(rng.normal(size=(3, 6))) for _ in "dg"]

    def known_losses(X: Any, Z: Any, d: Any, g: Any) -> tuple[Any, Any]:
        at_d, at_g = (
            ops.concatenate([ops.reshape(variable, (1, -1)) for variable in player.theta], axis=1) for player in (d, g)
        )
        meet_d, meet_g = (ops.sum(ops.matmul(at_d, pull) * at_g) for pull in pulls)
        x, z = (ops.mean(ops.square(batch)) for batch in (X, Z))
        return (1 + x + 0.2 * z) * meet_d, (1 + z) * meet_g

    optimizers = [keras.optimizers.SGD(rates[player], momentum=momentum) for player in "dg"]
    for optimizer in optimizers:  # a compiled step could not do it, and it may be given either player
        optimizer.build([*d.theta, *g.theta])

    def prepare(moving: str) -> None:
        """Both players at their start, and optimizers that remember nothing yet."""
        d.put(start["d"])
        g.put(start["g"])
        for player, optimizer in zip("dg", optimizers, strict=True):
            optimizer.learning_rate = rates[player] if player in moving else 0.0
            for memory in optimizer.momentums:
                memory.assign(np.zeros(memory.shape))

    def play() -> Any:
        return student.train_step(X, Z, d, g, *optimizers, known_losses)

    def step(name: str, moving: str) -> Answer:
        prepare(moving)
        returned = play()
        moved = {f"{name}_d": d.values(), f"{name}_g": g.values()}
        with contextlib.suppress(TypeError):  # whatever came back, the moves count
            moved |= {f"{name}_{place}": value for place, value in to_pair(returned).items()}
        if len(moving) == 1:
            play()
            moved[f"memory_{moving}"] = (d if moving == "d" else g).values()
        return moved

    def compiled() -> Answer:
        prepare("dg")

        @tf.function(autograph=False)
        def once() -> None:
            play()

        once()
        return {"compiled_d": d.values(), "compiled_g": g.values()}

    learning = _Learning(rng)
    yield {"start_d": start["d"], "start_g": start["g"], "pulls": np.stack([to_array(pull) for pull in pulls])}
    yield {"mean": learning.mean, "root": learning.root, "noise": learning.taken()}
    steps = (("both", "dg"), ("only_d", "d"), ("only_g", "g"), ("still", ""))
    yield from ask_each(
        *(lambda name=name, moving=moving: step(name, moving) for name, moving in steps),
        compiled,
        lambda: {"learnt": learning.train(student.train_step)},
    )


class _Quadratic:
    """Discriminators of the plane whose logit is any polynomial of degree two: (runs, batch, 2) to (runs, batch, 1)."""

    def __init__(self, runs: int) -> None:
        self.theta = [keras.Variable(np.zeros((runs, 6, 1), "float32"))]

    def forward(self, x: Any) -> Any:
        """One logit for every point."""
        a, b = x[..., :1], x[..., 1:]
        return ops.matmul(ops.concatenate([ops.ones_like(a), a, b, a * a, a * b, b * b], axis=-1), self.theta[0])


class _Maps:
    """Affine generators: (runs, batch, 2) to (runs, batch, 2)."""

    def __init__(self, weights: np.ndarray) -> None:
        biases = np.zeros((len(weights), 1, 2))
        self.theta = [keras.Variable(value.astype("float32")) for value in (weights, biases)]

    def forward(self, z: Any) -> Any:
        """One point for every noise vector."""
        return ops.matmul(z, self.theta[0]) + self.theta[1]


class _Learning:
    """The smallest game with a normal distribution to find, several runs of it side by side.

    An affine G can make every normal distribution of the plane, a quadratic D can tell any two of them apart. The game
    circles around its solution, so the samples are taken from all of the second half.
    """

    RUNS, BATCH, ROUNDS, TAKEN = 3, 64, 400, 3

    def __init__(self, rng: np.random.Generator) -> None:
        angle, spread = rng.uniform(0, np.pi), rng.uniform([0.9, 0.4], [1.1, 0.6])
        self.root = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) * spread
        self.mean = rng.choice([-1, 1], 2) * rng.uniform(0.8, 1.2, 2)
        shape = self.ROUNDS, self.RUNS, self.BATCH, 2
        self.data = (self.mean + rng.normal(size=shape) @ self.root.T).astype("float32")
        self.noise = rng.normal(size=shape).astype("float32")
        self.start = 0.7 * rng.normal(size=(self.RUNS, 2, 2))

    def taken(self) -> np.ndarray:
        """The noise of the samples that are taken (RUNS, n, 2)."""
        noise = self.noise[self.ROUNDS // 2 :, :, : self.TAKEN]  # (rounds, runs, taken, 2)
        return noise.swapaxes(0, 1).reshape(self.RUNS, -1, 2)

    def train(self, train_step: Callable[..., Any]) -> np.ndarray:
        """Play all rounds; samples (RUNS, n, 2)."""
        d, g = _Quadratic(self.RUNS), _Maps(self.start)
        optimizers = [keras.optimizers.SGD(rate) for rate in (0.1, 0.5)]
        for optimizer, player in zip(optimizers, (d, g), strict=True):
            optimizer.build(player.theta)

        def known_losses(X: Any, Z: Any, d: Any, g: Any) -> tuple[Any, Any]:
            real, fake = d.forward(X), d.forward(g.forward(Z))

            def cost(logits: Any, label: float) -> Any:
                labels = label * ops.ones_like(logits)
                return self.RUNS * ops.mean(tf.nn.sigmoid_cross_entropy_with_logits(labels, logits))

            return cost(real, 1.0) + cost(fake, 0.0), cost(fake, 1.0)

        def a_round(_: Any, batch: Any) -> Any:
            X, Z = batch
            train_step(X, Z, d, g, *optimizers, known_losses)
            return g.forward(Z[:, : self.TAKEN])

        @tf.function(autograph=False)
        def all_rounds() -> Any:
            first = tf.zeros((self.RUNS, self.TAKEN, 2))
            return tf.scan(a_round, (tf.constant(self.data), tf.constant(self.noise)), first, parallel_iterations=1)

        came = to_array(all_rounds()[self.ROUNDS // 2 :])  # (rounds, runs, taken, 2)
        return came.swapaxes(0, 1).reshape(self.RUNS, -1, 2)


def packing(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """Packs of two sizes, and both losses with a discriminator of packs; those also with known parts in place."""
    cases = [(to_tensor(rng.normal(size=(size * n, dim))), size) for size, n, dim in ((2, 5, 2), (3, 4, 3))]
    batches = []
    for size in (2, 3):
        X, Z, _, g = _batch(rng, 12)
        batches.append((X, Z, _Curved(rng.normal(size=(2 * size, 1)), rng.normal(size=1)), g, size))
    shift, other = rng.uniform(0.5, 1.5, 2)

    def pack(x: Any, size: int) -> Any:
        """Of the form of the student's: distant rows side by side, in another order."""
        return ops.concatenate(ops.split(x, size, axis=0)[::-1], axis=1)

    questions = [
        lambda k=k, batch=batch: _named(to_pair(student.packed_losses(*batch[:4], size=batch[4])), k)
        for k, batch in enumerate(batches)
    ]
    questions.append(lambda: _both_slopes(student.packed_losses, batches[0][:4], size=batches[0][4]))
    questions.append(lambda: _of_unknown_size(student.packed_losses, batches[0], size=batches[0][4]))

    def pack_unknown() -> Answer:
        (x, size), *_ = cases

        @tf.function(autograph=False, input_signature=[tf.TensorSpec([None, x.shape[1]])])
        def compiled(x: Any) -> Any:
            return ops.convert_to_tensor(student.pack(x, size))

        return {"packs_unknown": to_array(compiled(x))}

    known = _known_losses(shift, other)
    yield from (_inputs(batch, k) for k, batch in enumerate(batches))
    yield from ask_each(
        *(lambda k=k, case=case: {f"packs_{k}": to_array(student.pack(*case))} for k, case in enumerate(cases)),
        lambda: {"packs_slopes": gradient_sizes(lambda: student.pack(*cases[0]), cases[0][0])},
        pack_unknown,
        *questions,
        *(with_given(student, question, pack=pack, **known) for question in questions),
    )


def penalty(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """The penalty of known discriminators, its slope along their variables, and both losses with it."""
    batches = [_batch(rng, int(rng.integers(5, 9))) for _ in range(2)]
    weights = rng.uniform(0.5, 3, 2).tolist()
    shift, other, place = rng.uniform(0.5, 1.5, 3)

    def gradient_penalty(d: Any, x: Any) -> Any:
        """Of the form of the student's: how large D's logits are near x."""
        return ops.mean(ops.square(d.forward(x + place)))

    def slopes() -> Answer:
        X, _, d, _ = batches[0]
        with tf.GradientTape() as tape:
            value = student.gradient_penalty(d, X[:1])  # of one point: whatever is made of the length, it leads there
        pieces = tape.gradient(value, [variable.value for variable in d.theta])
        return {"slopes": np.concatenate([to_array(piece).ravel() for piece in pieces])}

    questions = [
        lambda k=k, batch=batch: _named(to_pair(student.penalised_losses(*batch, weight=weights[k])), k)
        for k, batch in enumerate(batches)
    ]
    questions.append(lambda: _both_slopes(student.penalised_losses, batches[0], weight=weights[0]))
    questions.append(lambda: _of_unknown_size(student.penalised_losses, batches[0], weight=weights[0]))

    def unknown() -> Answer:
        X, _, d, _ = batches[0]

        @tf.function(autograph=False, input_signature=[tf.TensorSpec([None, 2])])
        def compiled(x: Any) -> Any:
            return ops.convert_to_tensor(student.gradient_penalty(d, x))

        return {"penalty_unknown": to_array(compiled(X))}

    known = {**_known_losses(shift, other), "gradient_penalty": gradient_penalty}
    yield from (_inputs(batch, k) for k, batch in enumerate(batches))
    yield from ask_each(
        *(
            lambda k=k, batch=batch: {f"penalty_{k}": to_array(student.gradient_penalty(batch[2], batch[0]))}
            for k, batch in enumerate(batches)
        ),
        unknown,
        slopes,
        *questions,
        *(with_given(student, question, **known) for question in questions),
    )
