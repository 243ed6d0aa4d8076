"""Hidden tests of the lesson ``toy_gan``, the asking half: what is put to the student's code.

Every probe is named after its test. ``student`` holds the notebook's names; ``rng`` is seeded alike for student and
solution. What was answered to a question stands under its name; ``judges.py`` decides what it is worth.

A part that builds on another of the student's own is asked both ways: as the notebook is, and with something known in
the place of the other part, so that a mistake there costs nothing here. What is known is of the same form as the right
part and otherwise unlike it: it gives nothing away.

One probe trains: ``train_step`` plays 400 rounds of the smallest game that has a normal distribution to find, with
three seeds side by side. Where they start and what they are fed is drawn from ``rng``.
"""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import ops

from autograder.inside.networks import STEPS, Affine, Descent, Entangled, Match, explored, own_gradients, started, theta
from autograder.inside.probing import Parts, ask, compiled, gradient, pair, to_array, to_tensor

# The game of two numbers, and the best opponent ----------------------------------------------------------------------


def game(student: Any, rng: np.random.Generator) -> None:
    """Three games of different length, each played in both ways, from starts off the axes."""
    cases = [
        (*rng.choice([-1, 1], 2) * rng.uniform(0.5, 2, 2), float(rng.uniform(0.1, 0.6)), int(steps))
        for steps in rng.integers(3, 20, 3)
    ]
    ask.tell(starts=[case[:2] for case in cases])
    ask.each("simultaneous", student.play, cases)
    ask.each("alternating", student.play, cases, alternating=True)


def averages(student: Any, rng: np.random.Generator) -> None:
    """Random paths of three lengths."""
    lengths = 2, int(rng.integers(5, 9)), int(rng.integers(20, 30))
    ask.each("means", student.running_mean, [rng.normal(rng.uniform(1, 3, 2), 1, (n, 2)) for n in lengths])


def friction(student: Any, rng: np.random.Generator) -> None:
    """The matrices of three games, either way of moving; the radii of matrices with complex and with real eigenvalues.

    None of those is normal, so that its norm is another number, and of the real ones the longest is once below zero.
    """
    cases = [tuple(map(float, rng.uniform([0.1, 0.2, 1.2], [0.6, 1.0, 2.0])[[0, *order]])) for order in _ORDERS]
    turn = np.array([[1, -rng.uniform(2, 4)], [rng.uniform(0.3, 0.8), rng.uniform(0.2, 0.8)]])
    matrices = [turn * rng.uniform(0.4, 1.5)]
    for sign in (-1, 1):
        eigenvalues = sign * rng.uniform(1, 2), -sign * rng.uniform(0.3, 0.8)
        directions = rng.uniform(0.5, 1, (2, 2)) * [[1, -1], [1, 1]]
        matrices.append(directions @ np.diag(eigenvalues) @ np.linalg.inv(directions))
    ask.tell(games=cases)
    ask.each("simultaneous", student.step_matrix, cases)
    ask.each("alternating", student.step_matrix, cases, alternating=True)
    ask.each("radius", student.spectral_radius, matrices)


_ORDERS = ((1, 2), (2, 1), (1, 2))
"""Which of two frictions, a small one and a large one, is x's."""


def best(student: Any, rng: np.random.Generator) -> None:
    """Densities that are both positive, tiny ones among them; and some of which one or both are zero."""
    one_zero = rng.permutation(rng.uniform(0.05, 3, (9, 1)) * np.tile([[1, 0], [0, 1], [1, 1]], (3, 1))).T
    neither = np.insert(rng.uniform(0.05, 3, (2, 5)), rng.integers(0, 6, 2), 0.0, axis=1)
    ask("positive", student.best_discriminator, *rng.uniform(0.05, 3, (2, int(rng.integers(6, 12)))))
    ask("one zero", student.best_discriminator, *one_zero)
    ask("neither", student.best_discriminator, *neither)
    ask("tiny", student.best_discriminator, *(rng.uniform(0.5, 3, (2, 6)) * 10 ** -rng.uniform(20, 30, 6)))


# The players ---------------------------------------------------------------------------------------------------------


def noise(student: Any, rng: np.random.Generator) -> None:
    """A wide and a tall sample; small ones, two from each generator, of seeds that recur. Judged by theory."""
    n, seeds = int(rng.integers(2500, 2700)), _recurring_seeds(rng)
    large, small = [(5, n), (n, 5)], (int(rng.integers(20, 30)), int(rng.integers(6, 9)))
    fresh = rng.integers(2**31, size=2).tolist()

    def draw(m: int, n: int, seed: int) -> Any:
        return student.sample_noise(m, n, np.random.default_rng(seed))

    def twice() -> np.ndarray:
        """Of each seed the first sample, then of each the second: (2, seeds, m, n)."""
        generators = [np.random.default_rng(seed) for seed in seeds.tolist()]
        return np.stack([[to_array(student.sample_noise(*small, random)) for random in generators] for _ in range(2)])

    ask.tell(large_sizes=large, small_size=small, seeds=seeds)
    ask.each("large", draw, [(*size, seed) for size, seed in zip(large, fresh, strict=True)])
    ask("twice", twice)


def _recurring_seeds(rng: np.random.Generator) -> np.ndarray:
    """Six seeds, of which some are the same: which ones, nobody knows before."""
    return rng.choice(2**31, 3, replace=False)[rng.permutation([0, 0, 0, 1, 1, 2])]


def ring(student: Any, rng: np.random.Generator) -> None:
    """Rings of two sizes, from three seeds each; small ones from seeds that recur. Judged by theory.

    All that also with known functions in the place of those that draw normal noise, which a ring may use.
    """
    rings = [
        (int(modes), float(rng.uniform(1.5, 3)), float(rng.uniform(0.05, 0.1)))
        for modes in (8, rng.choice([5, 7]))  # an odd ring is not its own mirror image
    ]
    cases = [(800, *ring, int(seed)) for ring in rings for seed in rng.choice(2**31, 3, replace=False)]
    seeds = _recurring_seeds(rng)

    def draw(n: int, modes: int, radius: float, std: float, seed: int) -> Any:
        return student.sample_ring(n, modes, radius, std, np.random.default_rng(seed))

    def small() -> np.ndarray:
        return np.stack([to_array(draw(20, *rings[0], seed)) for seed in seeds.tolist()])

    ask.tell(rings=[case[1:4] for case in cases], seeds=seeds)
    for _ in ask.both_ways(sample_noise=_known_noise, shape_noise=_known_shape):
        ask.each("draws", draw, cases)
        ask("small", small)


def _known_noise(m: int, n: int, random: np.random.Generator) -> np.ndarray:
    """Normal noise, drawn the other way round."""
    return -random.standard_normal((n, m)).T


def _known_shape(z: Any, mean: Any, covariance: Any) -> np.ndarray:
    """Normal samples by the symmetric root."""
    values, directions = np.linalg.eigh(covariance)
    return np.asarray(mean) - np.asarray(z) @ (directions * np.sqrt(values)) @ directions.T


def normal(student: Any, rng: np.random.Generator) -> None:
    """Noise of zeros, of single ones, random noise and its opposite, for means and covariances of two sizes."""
    cases = []
    for dim in (2, 3):
        root = np.tril(rng.uniform(0.4, 1, (dim, dim))) + np.diag(rng.uniform(0.2, 1, dim))
        cases.append((rng.normal(size=(int(rng.integers(5, 9)), dim)), rng.normal(size=dim), root @ root.T))

    def samples(z: np.ndarray, mean: np.ndarray, covariance: np.ndarray) -> Parts:
        inputs = {"zero": np.zeros((4, len(mean))), "unit": np.eye(len(mean)), "of_z": z, "of_minus_z": -z}
        shaped = {
            name: to_array(student.shape_noise(value.copy(), mean.copy(), covariance.copy()))
            for name, value in inputs.items()
        }
        return Parts(z=z, covariance=covariance, **shaped)

    ask.each("samples", samples, cases)


def network(student: Any, rng: np.random.Generator) -> None:
    """A large network as it starts, seeds that recur, and two small ones with known values in their variables.

    All sizes of a network differ, so that a variable's shape says which one it is. How they start is also asked with a
    known function for the noise that weights may be made of.
    """
    large = [int(rng.integers(55, 65)), int(rng.integers(180, 220)), int(rng.integers(90, 110)), 7]
    seeds, side = _recurring_seeds(rng), int(rng.integers(18, 25))
    cases = []
    for sizes in ([3, 13, 8, 6, 5], [int(rng.integers(3, 6)), int(rng.integers(9, 12)), 2]):
        values = []
        for inputs, outputs in pairwise(sizes):
            values += [rng.normal(size=(inputs, outputs)) / np.sqrt(inputs), rng.normal(size=outputs) / 2]
        bumps = [rng.uniform(0.3, 0.8, value.shape) * rng.choice([-1, 1], value.shape) for value in values]
        x = rng.normal(size=(40, sizes[0]))  # so many that outputs of either sign come
        cases.append((sizes, x, values, [value + bump for value, bump in zip(values, bumps, strict=True)]))

    def start() -> Parts:
        return started(student.Network(large, seed=int(seeds[0])), large)

    def seeded(seed: int) -> np.ndarray:
        sizes = [side] * 4
        variables = theta(student.Network(sizes, seed=seed), side)
        return np.stack([to_array(each) for each in variables if len(each.shape) == 2 and min(each.shape) == side])

    def forward(sizes: list[int], x: np.ndarray, values: list[np.ndarray], changed: list[np.ndarray]) -> Parts:
        return explored(student.Network(sizes), x, values, changed, lambda output: [to_array(output)])

    ask.tell(sizes=large, seeds=seeds, side=side)
    ask.tell(networks=Parts(*(Parts(x=x, values=Parts(*v), changed=Parts(*c)) for _, x, v, c in cases)))
    ask.each("forward", forward, cases)
    for _ in ask.both_ways(sample_noise=_known_noise):
        ask("start", start)
        ask.each("seeded", seeded, seeds.tolist())


# Judging samples -----------------------------------------------------------------------------------------------------


def mmd(student: Any, rng: np.random.Generator) -> None:
    """Kernels of all pairs, and estimates, of sets of unequal size; those also with another kernel in place."""
    cases = []
    for dim, widths in ((2, 3), (3, 1), (1, 2)):
        n, m = rng.permutation([int(rng.integers(5, 8)), int(rng.integers(9, 12))])
        x, y = rng.normal(size=(n, dim)), rng.normal(rng.uniform(0.3, 0.8), 1.3, (m, dim))
        cases.append((x, y, [float(width) for width in rng.uniform(0.5, 2, widths)]))

    def kernels(x: np.ndarray, y: np.ndarray, widths: list[float]) -> Parts:
        """Of all pairs in x, in y, and between them."""
        sets = {"xx": (x, x), "yy": (y, y), "xy": (x, y)}
        return Parts(**{name: student.gaussian_kernel(*both, widths) for name, both in sets.items()})

    for _ in ask.both_ways(gaussian_kernel=_known_kernel):
        ask.each("kernels", kernels, cases)
        ask.each("estimates", student.mmd, cases)


def _known_kernel(x: Any, y: Any, widths: Any) -> np.ndarray:
    """Of the form of the student's, 1 for equal points, and otherwise unlike it."""
    distances = np.abs(np.asarray(x)[:, None] - np.asarray(y)[None]).sum(axis=2)
    return np.mean([1 / (1 + 3 * width * distances) for width in widths], axis=0)


# Losses and steps ----------------------------------------------------------------------------------------------------

KINDS = ("usual", "saturating", "report")


def losses(student: Any, rng: np.random.Generator) -> None:
    """Each loss on batches of unequal size, where exponentials overflow and logarithms meet zero; an unknown kind.

    The report's loss is not asked at large logits, where its gradient vanishes anyway.
    """
    cases = [
        (to_tensor(rng.uniform(-3, 4, (n, 1))), to_tensor(rng.uniform(-4, 3, (m, 1))))
        for n, m in ((3, 5), (8, 8), (int(rng.integers(10, 15)), 4))
    ]
    large = to_tensor(rng.uniform(300, 4000, (5, 1)))
    unknown = "".join(rng.choice(list("abcdefgh"), 8))
    fakes = [fake for _, fake in cases]

    def refused() -> bool:
        try:
            student.generator_loss(fakes[0], unknown)
        except ValueError:
            return True
        except Exception:
            return False
        return False

    def of_kind(kind: str) -> Callable[[Any], Any]:
        return lambda fake: student.generator_loss(fake, kind)

    ask.tell(sizes=list(map(len, fakes)))
    ask.each("discriminator", student.discriminator_loss, cases)
    ask.each("default", student.generator_loss, fakes)
    for kind in KINDS:
        ask.each(kind, of_kind(kind), fakes)
    ask.gradient("D gradient", student.discriminator_loss, *cases[0])
    ask.each("G gradients", gradient(student.generator_loss), [(fakes[0], kind) for kind in KINDS])
    at_large = [(student.discriminator_loss, large, -large), *((of_kind(kind), large) for kind in KINDS[:2])]
    ask.each("large", _of_either_sign, at_large)
    ask.each("large gradients", _gradients_of_either_sign, at_large)
    ask("refused", refused)


def _of_either_sign(loss: Callable[..., Any], *logits: Any) -> np.ndarray:
    """The loss of these logits and of their opposites: (2,)."""
    return np.array([loss(*logits), loss(*(-each for each in logits))])


def _gradients_of_either_sign(loss: Callable[..., Any], *logits: Any) -> np.ndarray:
    """The same for its gradients: (2, logits)."""
    return np.stack([gradient(loss)(*logits), gradient(loss)(*(-each for each in logits))])


class _Curved(Affine):
    """A discriminator whose logit bends: tanh of one layer, plus a square."""

    def forward(self, x: Any) -> Any:
        """Map x (batch, inputs) to logits (batch, 1)."""
        straight = super().forward(x)
        return ops.tanh(straight) + 0.3 * ops.square(straight)


def _known_discriminator_loss(shift: float) -> Callable[[Any, Any], Any]:
    """Of the form of D's loss and unlike it: least squares."""
    return lambda real, fake: ops.mean(ops.square(real - shift)) + 0.5 * ops.mean(ops.square(fake + 1))


def _known_generator_loss(shift: float) -> Callable[..., Any]:
    """Of the form of G's loss and unlike it; every kind has its own place."""
    places = {"usual": 0.0, "saturating": 0.7, "report": 1.9}
    return lambda fake, kind="usual": ops.mean(ops.square(fake - shift - places[kind]))


def _known_losses(d_shift: float, g_shift: float) -> dict[str, Callable[..., Any]]:
    """Known functions in the place of both losses, and of what puts them together."""
    discriminator_loss, generator_loss = _known_discriminator_loss(d_shift), _known_generator_loss(g_shift)

    def player_losses(X: Any, Z: Any, d: Any, g: Any, kind: str = "usual") -> tuple[Any, Any]:
        fake = d.forward(g.forward(Z))
        return discriminator_loss(d.forward(X), fake), generator_loss(fake, kind)

    return {
        "discriminator_loss": discriminator_loss,
        "generator_loss": generator_loss,
        "player_losses": player_losses,
    }


def d_step(student: Any, rng: np.random.Generator) -> None:
    """Two steps in a row, with plain SGD and with momentum, and what was returned, also by a compiled step.

    All that also with a known loss. Keras compiles the steps of this notebook: a compiled one cannot make a Python
    number of its loss. D calls nearly everything real, or all of it fake, so that its bias moves as its weights do.
    """
    games = []
    for _ in range(2):
        real, fake = (to_tensor(rng.normal(middle, 1, (int(rng.integers(5, 9)), 2))) for middle in (1, -1))
        bias = rng.choice([-1, 1], 1) * rng.uniform(1.5, 2.5)
        games.append((real, fake, Affine(0.4 * rng.normal(size=(2, 1)), bias)))
    starts = [d.values() for _, _, d in games]
    rate, momentum, shift = (float(rng.uniform(*ends)) for ends in ((0.2, 0.5), (0.5, 0.9), (0.5, 1.5)))

    def prepared(stubbed: bool, momentum: float = 0.0) -> Callable[[], Any]:
        """A step from the start."""
        real, fake, d = games[stubbed]
        d.put(starts[stubbed])
        optimizer = Descent(rate, momentum=momentum)
        optimizer.build(d.theta)
        return lambda: student.discriminator_step(real, fake, d, optimizer)

    def twice(stubbed: bool, momentum: float = 0.0) -> Parts:
        """Where D is after each step, and what the first returned."""
        step, after, returned = prepared(stubbed, momentum), [], []
        for _ in range(2):
            returned.append(step())
            after.append(games[stubbed][2].values())
        return Parts(after=np.stack(after), returned=returned[0])

    def compiled_step(stubbed: bool) -> Any:
        step = prepared(stubbed)
        return tf.function(lambda: ops.convert_to_tensor(step()), autograph=False)()

    for stubbed in ask.both_ways(discriminator_loss=_known_discriminator_loss(shift)):
        ask.tell(start=starts[stubbed])
        ask("plain", twice, stubbed)
        ask("memory", twice, stubbed, momentum)
        ask("compiled", compiled_step, stubbed)


def _batch(rng: np.random.Generator, n: int, latent: int = 2, pack: int = 1) -> tuple[Any, Any, _Curved, Affine]:
    """Real data (n, 2), noise (n, latent), a discriminator of packs of points and a generator."""
    return (
        to_tensor(rng.normal(size=(n, 2))),
        to_tensor(rng.normal(size=(n, latent))),
        _Curved(rng.normal(size=(2 * pack, 1)), rng.normal(size=1)),
        Affine(rng.normal(size=(latent, 2)), rng.normal(size=2)),
    )


def _ask_losses(losses: Callable[..., Any], cases: list[tuple[Any, ...]]) -> None:
    """Both losses in every case, and how large the gradients of each are with respect to what its player learns."""
    ask.each("losses", pair(losses), cases)
    ask("gradients", own_gradients, losses, *cases[0])


def _tell_inputs(cases: list[tuple[Any, ...]]) -> None:
    """What each batch holds, for a judge that knows which mistake gives what."""
    ask.tell(inputs=Parts(*(Parts(X=X, Z=Z, d=d.values(), g=g.values()) for X, Z, d, g, *_ in cases)))


def player_losses(student: Any, rng: np.random.Generator) -> None:
    """Both losses of known networks, of every kind, also with known functions in the place of the players' losses."""
    batches = [_batch(rng, int(rng.integers(5, 9))) for _ in range(2)]
    known = _known_losses(*rng.uniform(0.5, 1.5, 2))
    del known["player_losses"]
    for _ in ask.both_ways(**known):
        _ask_losses(student.player_losses, [*batches, *((*batches[0], kind) for kind in KINDS[1:])])


def train_step(student: Any, rng: np.random.Generator) -> None:
    """Steps of SGD with momentum from one start (both move, only D, only G, neither), what they return; a training.

    The losses come as an argument and are known. One step in which both move is compiled, too.
    """
    X, Z, d, g = _batch(rng, int(rng.integers(5, 9)))
    rates = {player: float(rng.uniform(0.1, 0.2)) for player in "dg"}
    known = Entangled(rng, d, g)
    match = Match(X, Z, d, g, rates, float(rng.uniform(0.5, 0.9)))
    learning = _Learning(rng)

    def compiled_step() -> Parts:
        match.prepare("dg")

        @tf.function(autograph=False)
        def once() -> None:
            match.play(student.train_step, known)

        once()
        return Parts(**match.values())

    ask.tell(start=Parts(**match.start), pulls=known.pulls)
    ask.tell(mean=learning.mean, root=learning.root, noise=learning.taken())
    for step, moving in STEPS.items():
        ask(step, match.step, student.train_step, moving, known)
    ask("compiled", compiled_step)
    ask("learnt", learning.train, student.train_step)


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
        optimizers = [Descent(rate) for rate in (0.1, 0.5)]
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


def packing(student: Any, rng: np.random.Generator) -> None:
    """Packs of two sizes, and both losses with a discriminator of packs; those also with known parts in place."""
    packs = [(to_tensor(rng.normal(size=(size * n, dim))), size) for size, n, dim in ((2, 5, 2), (3, 4, 3))]
    cases = [(*_batch(rng, 12, pack=size), size) for size in (2, 3)]

    def pack(x: Any, size: int) -> Any:
        """Of the form of the student's: distant rows side by side, in another order."""
        return ops.concatenate(ops.split(x, size, axis=0)[::-1], axis=1)

    ask.each("packs", student.pack, packs)
    ask.gradient("packs gradient", student.pack, *packs[0])
    ask.compiled("packs compiled", student.pack, *packs[0])
    _tell_inputs(cases)
    for _ in ask.both_ways(pack=pack, **_known_losses(*rng.uniform(0.5, 1.5, 2))):
        _ask_losses(student.packed_losses, cases)
        ask("losses compiled", pair(compiled(student.packed_losses)), *cases[0])


def penalty(student: Any, rng: np.random.Generator) -> None:
    """The penalty of known discriminators, its gradient with respect to their variables, and both losses with it."""
    cases = [(*_batch(rng, int(rng.integers(5, 9))), float(rng.uniform(0.5, 3))) for _ in range(2)]
    place = rng.uniform(0.5, 1.5)
    X, _, d, *_ = cases[0]

    def gradient_penalty(d: Any, x: Any) -> Any:
        """Of the form of the student's: how large D's logits are near x."""
        return ops.mean(ops.square(d.forward(x + place)))

    def penalty_gradient(point: Any) -> np.ndarray:
        with tf.GradientTape() as tape:
            value = student.gradient_penalty(d, point)  # of one: whatever is made of the length, it leads there
        pieces = tape.gradient(value, [variable.value for variable in d.theta])
        return np.concatenate([to_array(piece).ravel() for piece in pieces])

    ask.each("penalty", student.gradient_penalty, [(d, X) for X, _, d, *_ in cases])
    ask.compiled("penalty compiled", student.gradient_penalty, d, X)
    ask.each("penalty gradient", penalty_gradient, [X[k : k + 1] for k in range(4)])
    _tell_inputs(cases)
    for _ in ask.both_ways(gradient_penalty=gradient_penalty, **_known_losses(*rng.uniform(0.5, 1.5, 2))):
        _ask_losses(student.penalised_losses, cases)
        ask("losses compiled", pair(compiled(student.penalised_losses)), *cases[0])
