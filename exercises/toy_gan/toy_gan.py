# %% [markdown]
# # The game before the pictures
#
# A generative adversarial network is a game of two players, and most of what goes right or wrong in it has nothing to
# do with images. Here you play it where everything can be seen and checked: with two numbers, on a line, with four
# numbers, in the plane. You will see why such games go round in circles and what friction does to them, what the
# perfect opponent would do, how to tell whether samples come from the right distribution, and why a generator may
# forget most of what it should draw. Then you cure that, in two ways.
#
# **How the notebook works.** Where a cell raises `NotImplementedError`, a blank waits for you: replace that line.
# Below each blank a cell checks your answer and says in a sentence what it expected, what came, and where to look.
# These checks are there to help and score nothing; the grading asks further questions of the same kind. A cell that
# needs a blank which is still empty says so, so you can always run the notebook from top to bottom.
#
# **Predict first.** Before each demonstration stands a question, *Before you run this*. Say what you expect, or better
# write it down, and only then run the cell and read on: below it stands what should have come, and why. Nobody grades a
# prediction, and a wrong one teaches most.
#
# Graded are the fifteen blanks with a check below them and the three written questions; what only trains or draws is
# not. Each task says whether it is about NumPy's arrays or about tensors. Where `float32` is asked for, the check
# insists, so that what you build fits together; the grading takes `float64` as well.
#
# You need a little linear algebra and probability, and some Python. Reckon with four hours. All trainings together take
# about four minutes of processor time (227 s, measured with `atelier demo`); no graphics card is needed.

# %%
import functools
import os
import sys
from pathlib import Path

HERE = Path.cwd()
ROOT = next((folder for folder in [HERE, *HERE.parents] if (folder / "util" / "checks.py").is_file()), HERE)
sys.path.insert(0, str(ROOT))  # so that `util` is found, wherever the notebook was started
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # keeps TensorFlow's messages about its start to itself

import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import ops

from util import checks, data, metrics, plots, training

PRESET = os.environ.get("PRESET", "quick")  # "quick" takes some minutes, "full" has more seeds and more steps
RUN = ROOT / "build" / "toy_gan"

# %% [markdown]
# ## 1 A game of two numbers
#
# Two players, one number each. The first chooses $x$ and wants $xy$ to be small, the second chooses $y$ and wants
# $xy$ to be large:
#
# $$\min_x \max_y \; xy.$$
#
# The solution is $x = y = 0$: from there neither player can gain anything by moving alone. But nobody tells the
# players. All they do is what networks do, small steps along their own gradient with a rate $\eta$. The
# derivative of $xy$ with respect to $x$ is $y$, and with respect to $y$ it is $x$, so $x$ goes *down* and $y$ goes
# *up*:
#
# - **simultaneous** steps, where both look at the same point $(x_t, y_t)$:
#   $$x_{t+1} = x_t - \eta\, y_t, \qquad y_{t+1} = y_t + \eta\, x_t;$$
# - **alternating** steps, where $x$ moves first and $y$ has already seen it:
#   $$x_{t+1} = x_t - \eta\, y_t, \qquad y_{t+1} = y_t + \eta\, x_{t+1}.$$
#
# Play both, with NumPy. The path begins with the starting point and has one more row for every step.


# %% solution="game"
def play(x, y, rate, steps, alternating=False):
    """Play min over x, max over y of x * y by gradient steps from (x, y); return the path, an array (steps + 1, 2)."""
    ### BEGIN SOLUTION
    path = [(x, y)]
    for _ in range(steps):
        new_x = x - rate * y
        new_y = y + rate * (new_x if alternating else x)
        x, y = new_x, new_y
        path.append((x, y))
    return np.array(path, dtype=np.float64)  # (steps + 1, 2)
    ### END SOLUTION


# %% test="game" points=3
@checks.check("game")
def check_game():
    path = checks.shape(play(1.0, 0.0, 0.5, 3), (4, 2), "play(1, 0, rate=0.5, steps=3) (the start and 3 steps)")
    checks.close(path[0], [1.0, 0.0], "the first point of the path, where the game starts,")
    checks.expect(
        path[1, 1] > 0, "y should go up, along the gradient of xy: from (1, 0) it has to become larger than 0."
    )
    checks.close(path[1], [1.0, 0.5], "the point after one simultaneous step from (1, 0)")
    checks.close(path[3], [0.25, 1.375], "the point after three simultaneous steps from (1, 0)")
    path = checks.shape(play(1.0, 1.0, 0.5, 2, alternating=True), (3, 2), "play with alternating=True")
    checks.close(path[1], [0.5, 1.25], "the point after one alternating step from (1, 1) (y sees the new x)")
    checks.close(path[2], [-0.125, 1.1875], "the point after two alternating steps from (1, 1)")

# %% [markdown]
# *Before you run this:* 200 steps with the rate 0.1, from $(1, 0)$. Draw both paths on paper. Which of them ends nearer
# to the solution than it began?

# %% demo
with checks.waits():
    plots.paths(
        {
            "simultaneous": play(1.0, 0.0, 0.1, 200),
            "alternating": play(1.0, 0.0, 0.1, 200, alternating=True),
        },
        "min over $x$, max over $y$ of $xy$",
        name="cycles",
    )

# %% [markdown]
# Neither does. The simultaneous players are nearly three times as far away as at the start, the alternating ones about
# where they were, and no smaller rate would change that. The reason is one line of algebra. A simultaneous step is a
# matrix,
#
# $$\begin{pmatrix} x_{t+1} \\ y_{t+1} \end{pmatrix} =
# \begin{pmatrix} 1 & -\eta \\ \eta & 1 \end{pmatrix} \begin{pmatrix} x_t \\ y_t \end{pmatrix},
# \qquad x_{t+1}^2 + y_{t+1}^2 = (1 + \eta^2)\,(x_t^2 + y_t^2),$$
#
# a rotation that also stretches: however small $\eta$ is, each step leads a little further out. The alternating step
# has the matrix $\begin{pmatrix} 1 & -\eta \\ \eta & 1 - \eta^2 \end{pmatrix}$ with determinant 1 and, for
# $\eta < 2$, two complex eigenvalues of length 1. It stays on the ellipse $x^2 + y^2 - \eta x y = const$ for ever.
# This is why the players of a GAN take turns, and also why taking turns is not enough.
#
# ### What averaging does
#
# The path circles around the solution, so its *mean* should be near it. Compute the mean of all points so far, for
# every point of a path: row $t$ of the result is $\frac{1}{t + 1} \sum_{s=0}^{t} (x_s, y_s)$.


# %% solution="averages"
def running_mean(path):
    """For a path (n, 2) the mean of its first row, of its first two rows, and so on: (n, 2)."""
    ### BEGIN SOLUTION
    path = np.asarray(path, dtype=np.float64)
    return np.cumsum(path, axis=0) / np.arange(1, len(path) + 1)[:, None]  # (n, 2)
    ### END SOLUTION


# %% test="averages" points=2
@checks.check("averages")
def check_averages():
    path = np.array([[2.0, 0.0], [4.0, 3.0], [0.0, 3.0]])
    means = checks.shape(running_mean(path), (3, 2), "running_mean of a path (3, 2)")
    checks.close(means[0], [2.0, 0.0], "the first mean, of one point only,")
    checks.close(means, [[2.0, 0.0], [3.0, 1.5], [2.0, 2.0]], "running_mean(path)")

# %% [markdown]
# *Before you run this:* both paths circle around the solution, now for 1,000 steps. Does the mean of the alternating
# path come to it? And does that of the simultaneous path, which goes round the same centre in ever wider circles?

# %% demo
with checks.waits():
    simultaneous, alternating = play(1.0, 0.0, 0.1, 1000), play(1.0, 0.0, 0.1, 1000, alternating=True)
    plots.curves(
        np.arange(1001),
        {
            "simultaneous": np.hypot(*simultaneous.T),
            "simultaneous, averaged": np.hypot(*running_mean(simultaneous).T),
            "alternating": np.hypot(*alternating.T),
            "alternating, averaged": np.hypot(*running_mean(alternating).T),
        },
        "how far from the solution",
        xlabel="step",
        ylabel="distance",
        log=True,
        name="averages",
    )

# %% [markdown]
# Averaging cures the alternating game. In the other it only delays the escape: that mean comes nearer for some 300
# steps, and then runs away as the path does. Both can be read off the rules. Sum $x_{t+1} = x_t - \eta y_t$ over $T$
# steps and almost everything cancels:
#
# $$\frac{1}{T} \sum_{t=0}^{T-1} y_t = \frac{x_0 - x_T}{\eta\, T}.$$
#
# On an ellipse $x_T$ is bounded, and the mean goes to zero like $1/T$. On the spiral $x_T$ grows like
# $(1 + \eta^2)^{T/2}$, faster than any $T$. In large GANs the same idea works on the *weights* of $G$: an average over
# the last thousands of steps often draws better than the weights of any one step.
#
# ### What friction does
#
# Averaging looks at the path and leaves it as it is. To change it, let each player also pay for its distance from zero:
#
# $$\min_x \max_y \; xy + \frac{a}{2} x^2 - \frac{b}{2} y^2, \qquad a, b \ge 0.$$
#
# The solution stays where it was, but now something pulls both back to it: the derivative with respect to $x$ is
# $y + a x$, and with respect to $y$ it is $x - b y$. We call $a$ and $b$ the **friction** of $x$ and of $y$.
#
# A step is still linear. Whether simultaneous or alternating, with the point as a column it is a product with a matrix
# $M$,
#
# $$\begin{pmatrix} x_{t+1} \\ y_{t+1} \end{pmatrix} = M \begin{pmatrix} x_t \\ y_t \end{pmatrix},$$
#
# and $t$ steps are $M^t$. What becomes of $M^t$ is decided by the eigenvalues $\lambda$ of $M$. A pair of complex ones,
# $\lambda = r e^{\pm i \varphi}$, is a rotation: each step turns the point by $\varphi$ and stretches it by $r$, round
# an ellipse. A real one stretches along its own direction. In the long run the distance goes like $\rho^t$, where
#
# $$\rho = \max |\lambda|,$$
#
# the length of the longest eigenvalue, is the **spectral radius**. Below 1 the game comes home, the faster the smaller
# $\rho$ is, and above 1 it runs away. (This is the long run. A single step may stretch a point by more than $\rho$, up
# to the norm of $M$, and yet all paths may come home.)
#
# Write both, with NumPy: the matrix of a step for any rate and friction, either way of moving, and the spectral radius
# of any real matrix (2, 2). For alternating steps put the *new* $x$ into the rule for $y$ and sort by the old $x$ and
# $y$; or see that it is two moves one after the other, and so a product of two matrices (in which order?).


# %% solution="friction"
def step_matrix(rate, x_friction, y_friction, alternating=False):
    """The matrix (2, 2) of one step: times the column of old x and y it gives the column of the new ones."""
    ### BEGIN SOLUTION
    x_moves = np.array([[1 - rate * x_friction, -rate], [0, 1]])  # (2, 2), and y stays
    y_moves = np.array([[1, 0], [rate, 1 - rate * y_friction]])  # (2, 2), and x stays
    return y_moves @ x_moves if alternating else x_moves + y_moves - np.eye(2)  # (2, 2)
    ### END SOLUTION


def spectral_radius(matrix):
    """The largest length of an eigenvalue of a real matrix (2, 2), whose eigenvalues may be complex; a number."""
    ### BEGIN SOLUTION
    return np.abs(np.linalg.eigvals(matrix)).max()
    ### END SOLUTION


# %% test="friction" points=3
@checks.check("friction")
def check_friction():
    matrix = checks.shape(step_matrix(0.5, 0.0, 0.0), (2, 2), "step_matrix(0.5, 0, 0)")
    checks.expect(
        not np.allclose(matrix, [[1.0, 0.5], [-0.5, 1.0]]),
        "step_matrix is transposed, or x goes up and y down: its first row gives the new x, which is x - rate * y.",
    )
    checks.close(matrix, [[1.0, -0.5], [0.5, 1.0]], "step_matrix(0.5, 0, 0), without friction,")
    matrix = step_matrix(0.5, 0.4, 1.0)
    what = "friction should pull y back to zero: from (0, 1) it has to become smaller than 1."
    checks.expect(np.asarray(matrix)[1, 1] < 1, what)
    checks.close(matrix, [[0.8, -0.5], [0.5, 0.5]], "step_matrix(0.5, 0.4, 1)")
    checks.close(
        step_matrix(0.5, 0.4, 1.0, alternating=True),
        [[0.8, -0.5], [0.4, 0.25]],
        "step_matrix(0.5, 0.4, 1, alternating=True) (y sees the new x)",
    )
    for matrix, expected, what in (
        ([[0.0, -2.0], [2.0, 0.0]], 2.0, "a quarter turn that doubles"),
        ([[1.0, -1.0], [1.0, 1.0]], 2**0.5, "an eighth of a turn, with the eigenvalues 1 + i and 1 - i"),
        ([[-3.0, 0.0], [1.0, 2.0]], 3.0, "a matrix with the eigenvalues -3 and 2"),
        ([[0.5, 10.0], [0.0, 0.25]], 0.5, "a matrix with the eigenvalues 0.5 and 0.25"),
    ):
        radius = checks.scalar(spectral_radius(np.array(matrix)), "spectral_radius")
        checks.close(radius, expected, f"the spectral radius of {what}")

# %% [markdown]
# *Before you run this:* only $y$ gets friction, $b$ from 0 to 4.5, and the rate is a rough 0.4, so that there is
# something to see. On the left will be the two eigenvalues of the simultaneous step, in the complex plane: without
# friction $1 \pm 0.4\,i$, outside the unit circle. Where do they move as $b$ grows? From which $b$ on does the game
# come home? And with which does it come home fastest, with the largest of all?

# %% demo
RATE = 0.4


def friction_picture(y_frictions, steps=25):
    """Eigenvalues of simultaneous steps with friction on y, paths from (1, 0), and the spectral radius."""
    figure, (left, middle, right) = plt.subplots(1, 3, figsize=(12, 3.9), layout="constrained")
    circle = np.exp(1j * np.linspace(-np.pi, np.pi, 200))
    left.plot(circle.real, circle.imag, color="#333333", lw=0.8, label="length 1")
    colours = plt.get_cmap("viridis")(np.linspace(0, 0.9, len(y_frictions)))
    for b, colour, marker in zip(y_frictions, colours, "osD^v", strict=False):
        matrix = step_matrix(RATE, 0.0, b)
        eigenvalues = np.linalg.eigvals(matrix).astype(complex)  # (2,)
        left.plot(eigenvalues.real, eigenvalues.imag, marker, color=colour, ms=7, label=f"$b = {b:g}$")
        path = [np.linalg.matrix_power(matrix, t) @ [1.0, 0.0] for t in range(steps + 1)]
        middle.plot(*np.transpose(path), marker=marker, ms=3, lw=1, color=colour)
    left.set(title="eigenvalues of a simultaneous step", xlabel="real part", ylabel="imaginary part", aspect="equal")
    middle.plot(0, 0, "+", color="#333333", ms=12)
    middle.set(title=f"{steps} steps from (1, 0)", xlabel="$x$", ylabel="$y$")
    middle.set(xlim=(-2, 2), ylim=(-2, 2), aspect="equal")  # without friction the path leaves it
    all_frictions = np.linspace(0, 4.5, 200)
    for label, alternating, style in (("simultaneous", False, "-"), ("alternating", True, "--")):
        radii = [spectral_radius(step_matrix(RATE, 0.0, b, alternating)) for b in all_frictions]
        right.plot(all_frictions, radii, style, color="#2a6592", label=label)
    right.axhline(1, color="#333333", lw=0.8)
    right.set(title="spectral radius", xlabel="friction $b$ of $y$", ylim=(0.5, 1.15))
    figure.legend(fontsize=8, loc="outside lower center", ncols=8)
    plots.show(figure, "friction")


with checks.waits():
    friction_picture([0.0, 0.4, 1.0, 2.0, 4.0])

# %% [markdown]
# The pair moves inwards, through the circle at $b = \eta$, and as far as the real axis, which it reaches at $b = 2$.
# Until there both have the same length, whose square is the determinant of $M$:
#
# $$|\lambda|^2 = \det M = 1 - \eta\, b + \eta^2.$$
#
# So friction has to beat the rate, $b > \eta$, and from then on a smaller rate *does* help. Beyond $b = 2$ the two
# part: one runs on to the left, and the other turns round and goes back to 1. This is the surprise. With much friction
# $y$ is held so tightly that it hardly answers $x$ any more, and without an answer $x$ has no reason to move: the path
# comes home straight, and slowly. **Some friction is needed, the most is not the best**, and too much of it (here from
# $b = 5.2$ on, where the other eigenvalue leaves the circle at $-1$) even throws the game off.
#
# Alternating steps have the determinant $1 - \eta\, b$: any friction, short of far too much, brings them home. Keep
# this picture in mind. In section 7 the networks go round in circles, and what stops them is a penalty that is just
# this friction, on the player $D$ alone.

# %% [markdown] question="cycles" points=2
# **Question.**
#
# 1. Let both rates go to zero, so that the steps become a flow, $\dot x = -y$, $\dot y = x$. Does the game then reach
#    its solution? Give a quantity that tells, and say what follows for the hope that "a smaller learning rate will
#    make it converge".
# 2. Only $y$ has friction, and a great deal of it: $b$ is large, and $y$ sits nearly all the time where its own
#    derivative $x - b y$ is zero. Put that into the rule for $x$ and say by which factor $x$ shrinks in a step. What
#    would such a $y$ be like as the $D$ of a GAN, and what would $G$ notice of it?
#
# *Your answer (a few sentences):*
#
# ### BEGIN MARK SCHEME
# 1. (1 point) No: $\frac{d}{dt}(x^2 + y^2) = 2(x \dot x + y \dot y) = 0$, so the flow stays on its circle for ever.
#    A smaller rate only makes the spiral slower per step (the radius grows by the factor $\sqrt{1 + \eta^2}$ a step);
#    it never turns it inwards. Half a point without a quantity or without the conclusion.
# 2. (1 point) $y = x / b$, so $x$ becomes $(1 - \eta / b)\, x$, or $\dot x = -x / b$: the more friction, the slower.
#    (The exact eigenvalue, $1 - \frac{\eta}{2} (b - \sqrt{b^2 - 4})$, is as good.) Such a $D$ is held flat, say by a
#    large penalty or weight decay: it can hardly tell real from fake, and the gradients that $G$ gets from it are so
#    small that $G$ hardly learns. Half a point for each part; "it gets slower" without a factor does not do for the
#    first.
# ### END MARK SCHEME

# %% [markdown]
# ## 2 The best opponent
#
# Now the players become functions. $D(x)$ is the probability, as $D$ sees it, that $x$ is real. Suppose that both
# densities were known, $p(x)$ of the real data and $q(x)$ of the fakes, and that half of what $D$ sees is real. At
# each $x$ by itself, $D$ maximises
#
# $$p(x) \log D(x) + q(x) \log\bigl(1 - D(x)\bigr).$$
#
# Set the derivative along $D(x)$ to zero, $p / D = q / (1 - D)$, and solve:
#
# $$D^*(x) = \frac{p(x)}{p(x) + q(x)}.$$
#
# This is also what Bayes' rule says. Where both densities are zero, nothing ever comes, every answer is as good as any
# other, and we agree on $\frac12$. Only there: far out in the tails densities can be tiny, $10^{-30}$ say, and their
# ratio counts all the same. (So do not add a small number to what you divide by.) Arrays of NumPy come and go.


# %% solution="best"
def best_discriminator(p, q):
    """The best D's probability of "real" where the densities are p and q: arrays (n,) in, (n,) out, 1/2 for 0 and 0."""
    ### BEGIN SOLUTION
    p, q = np.asarray(p, dtype=np.float64), np.asarray(q, dtype=np.float64)
    total = p + q
    return np.divide(p, total, out=np.full(total.shape, 0.5), where=total > 0)  # (n,)
    ### END SOLUTION


# %% test="best" points=3
@checks.check("best")
def check_best():
    probabilities = best_discriminator(np.array([1.0, 0.5, 0.0, 0.3]), np.array([0.0, 0.5, 2.0, 0.1]))
    checks.shape(probabilities, (4,), "best_discriminator for four pairs of densities")
    checks.close(probabilities, [1.0, 0.5, 0.0, 0.75], "best_discriminator")
    checks.close(best_discriminator(np.array([0.0, 1.0]), np.array([0.0, 1.0])), [0.5, 0.5], "D* where p = q = 0 and 1")
    checks.close(
        best_discriminator(np.array([1e-30, 0.0]), np.array([3e-30, 1e-30])),
        [0.25, 0.0],
        "D* where densities are tiny (a small number added to them changes their ratio)",
    )

# %% [markdown]
# ## 3 The players
#
# ### Noise
#
# All randomness of $G$ comes from its noise, here standard normal: independent numbers with mean 0 and variance 1.
# The last argument is a NumPy generator, `np.random.default_rng(seed)`, and *all* randomness has to come from it: the
# same generator in the same state gives the same noise, and its next call gives other noise. Make it float32 (the
# networks compute in it, and NumPy draws float64 unless it is told otherwise).


# %% solution="noise"
def sample_noise(m, n, random):
    """Draw m noise vectors of n numbers, standard normal, with the NumPy generator `random`: float32 (m, n)."""
    ### BEGIN SOLUTION
    return random.normal(size=(m, n)).astype(np.float32)  # (m, n)
    ### END SOLUTION


# %% test="noise" points=1
@checks.check("noise")
def check_noise():
    noise = checks.shape(sample_noise(500, 20, np.random.default_rng(1)), (500, 20), "sample_noise(500, 20, ...)")
    checks.dtype(noise, "float32", "sample_noise(500, 20, ...)")
    checks.expect(abs(noise.mean()) < 0.05, f"the mean of the noise should be 0, but is {noise.mean():.3g}.")
    checks.expect(
        abs(noise.std() - 1) < 0.05, f"the standard deviation should be 1, but is {noise.std():.3g}."
    )
    share_beyond = np.mean(np.abs(noise) > 2)
    checks.expect(
        0.035 < share_beyond < 0.055,
        f"of standard normal numbers 4.6% lie beyond -2 and 2, but of these {share_beyond:.1%} do.",
    )
    checks.close(
        sample_noise(500, 20, np.random.default_rng(1)), noise, "the noise of an equal generator, drawn again,"
    )
    generator = np.random.default_rng(1)
    checks.differs(
        sample_noise(4, 3, generator),
        sample_noise(4, 3, generator),
        "two draws with one and the same generator",
    )

# %% [markdown]
# ### A generator that can be written down
#
# For one family of data no training is needed. If $z$ is standard normal, then $\mu + A z$ is normal with mean $\mu$
# and covariance $\mathbb{E}\, A z z^\top A^\top = A A^\top$. So to draw from the normal distribution with covariance
# $\Sigma$ we need any matrix with $A A^\top = \Sigma$, a "square root": Cholesky's (`np.linalg.cholesky`) is one, and
# there are others.
#
# Write this generator for a batch, one noise vector in each *row*, with NumPy's arrays in and out. Further down a
# network has to learn the same from samples alone.


# %% solution="normal"
def shape_noise(z, mean, covariance):
    """Turn standard normal noise z (batch, n) into samples (batch, n) of the normal with this mean and covariance."""
    ### BEGIN SOLUTION
    root = np.linalg.cholesky(np.asarray(covariance, dtype=np.float64))  # (n, n), root @ root.T = covariance
    return np.asarray(mean) + z @ root.T  # (batch, n)
    ### END SOLUTION


# %% test="normal" points=3
@checks.check("normal")
def check_normal():
    covariance = np.array([[2.0, 0.8], [0.8, 0.5]])
    samples = shape_noise(np.zeros((3, 2)), np.array([1.0, -2.0]), covariance)
    checks.shape(samples, (3, 2), "shape_noise for z of shape (3, 2)")
    checks.close(samples, [[1.0, -2.0]] * 3, "what becomes of the noise 0 (the mean)")
    transposed = np.asarray(shape_noise(np.eye(2), np.zeros(2), covariance))  # (2, 2), the transpose of A
    what = "A A^T, with the columns of A from shape_noise(np.eye(2), 0, ...),"
    checks.close(transposed.T @ transposed, covariance, what)

# %% [markdown]
# ### The networks
#
# Everything else is learnt by two small perceptrons. `Network(sizes)` has an affine layer between any two
# neighbouring `sizes`, and a leaky ReLU, $\max(a, 0.2\,a)$, after each but the last, which stays linear:
#
# $$h_0 = x, \qquad h_{k+1} = \operatorname{leaky}(h_k W_k + b_k), \qquad \text{output} = h_{last} W_{last} +
# b_{last}.$$
#
# So `Network([2, 32, 32, 1])` maps points of the plane to one number each, and `Network([4, 32, 2])` noise vectors to
# points of the plane. The first can serve as a discriminator: its output is the **logit** $l$, and
# $D(x) = \sigma(l) = 1 / (1 + e^{-l})$.
#
# `theta` lists all variables (`keras.Variable`), and every call of `forward` uses their present values. Biases begin at
# zero, and the weights of a layer with $n$ inputs as normal numbers with variance $2 / n$, which keeps the size of
# signals through ReLUs ([He et al., 2015](https://arxiv.org/abs/1502.01852)). `keras.ops` has `matmul` and
# `leaky_relu(x, negative_slope=...)`; Keras layers are as good. NumPy's functions are not, here and in all losses:
# gradients have to pass, and NumPy stops them: arrays or tensors come in, tensors go out. With a `seed` the network
# begins the same every time, and no two of its layers get the same numbers.


# %% solution="network"
class Network:
    """A perceptron with leaky ReLUs between its layers and a linear output."""

    def __init__(self, sizes, seed=None):
        """Make a weight (sizes[k], sizes[k + 1]) and a bias (sizes[k + 1],) for each layer, and the list `theta`."""
        ### BEGIN SOLUTION
        random = np.random.default_rng(seed)
        self.theta = []
        for inputs, outputs in zip(sizes[:-1], sizes[1:], strict=True):
            weights = random.normal(0.0, np.sqrt(2 / inputs), size=(inputs, outputs)).astype(np.float32)
            self.theta.append(keras.Variable(weights))  # (inputs, outputs)
            self.theta.append(keras.Variable(np.zeros(outputs, np.float32)))  # (outputs,)
        ### END SOLUTION

    def forward(self, x):
        """Map x (batch, sizes[0]) to (batch, sizes[-1])."""
        ### BEGIN SOLUTION
        hidden = ops.convert_to_tensor(x)
        last = len(self.theta) // 2 - 1
        for k in range(last + 1):
            hidden = ops.matmul(hidden, self.theta[2 * k]) + self.theta[2 * k + 1]  # (batch, sizes[k + 1])
            if k < last:
                hidden = ops.leaky_relu(hidden, negative_slope=0.2)
        return hidden
        ### END SOLUTION


# %% test="network" points=4
@checks.check("network")
def check_network():
    network = Network([3, 200, 50, 2], seed=1)
    x = np.random.default_rng(1).normal(size=(5, 3)).astype(np.float32)
    outputs = checks.shape(network.forward(x), (5, 2), "forward(x) of Network([3, 200, 50, 2])")
    checks.variables(network.theta, [(3, 200), (200,), (200, 50), (50,), (50, 2), (2,)], "theta")
    checks.close(
        network.forward(np.zeros((1, 3), np.float32)), [[0.0, 0.0]], "forward(0) (0, as the biases begin at 0)"
    )
    checks.close(
        network.forward(2 * x),
        2 * outputs,
        "forward(2 x) at the start (while all biases are 0, it should be twice forward(x))",
    )
    checks.expect(
        not np.allclose(network.forward(-x), -outputs, atol=1e-5),
        "turning the sign of x turns the sign of the output: there is no leaky ReLU between the layers.",
    )
    weights = next(np.asarray(v) for v in network.theta if sorted(v.shape) == [50, 200])
    checks.expect(
        0.85 < weights.var() * 200 / 2 < 1.15,
        f"the weights of the layer with 200 inputs should have the variance 2 / 200 = 0.01, not {weights.var():.3g}.",
    )
    share_beyond = np.mean(np.abs(weights) > 2 * weights.std())
    checks.expect(
        share_beyond > 0.02,
        "the weights should begin as normal numbers, but hardly any lies beyond two standard deviations.",
    )
    tiny, inputs = Network([1, 1, 1]), np.array([[1.0], [-8.0]], np.float32)
    tiny.forward(inputs)  # in case its layers are made by a first call
    for variable in tiny.theta:
        variable.assign(np.ones(variable.shape, np.float32))
    checks.close(
        tiny.forward(inputs), [[3.0], [-0.4]], "forward of 1 and -8 with all of theta set to 1 (1 + leaky(1 + x))"
    )
    gradient = training.input_gradients(tiny.forward, inputs)
    checks.expect(gradient is not None, "no gradient passes through forward: compute with `ops`, not with NumPy.")
    for variable in tiny.theta:
        variable.assign(np.full(variable.shape, -2.0, np.float32))
        checks.expect(
            not np.allclose(tiny.forward(inputs), [[3.0], [-0.4]]),
            "a variable of theta has no effect on the output: forward should use all of them.",
        )
        variable.assign(np.ones(variable.shape, np.float32))
    networks = [Network([5, 5, 5], seed=seed) for seed in (1, 1, 2)]
    for network in networks:
        network.forward(np.zeros((1, 5), np.float32))
    first, same_seed, other_seed = (
        np.stack([v for v in network.theta if tuple(v.shape) == (5, 5)]) for network in networks
    )  # (2, 5, 5) each
    checks.close(same_seed, first, "the weights of a second network with the same seed")
    checks.differs(first, other_seed, "the weights of networks with different seeds")
    checks.differs(first[0], first[1], "the weights of two layers of one network")

# %% [markdown]
# ### The losses
#
# $D$ wants its logits large for real data and small for fakes. It minimises
#
# $$L_D = \mathbb{E}_X\bigl[-\log D(X)\bigr] + \mathbb{E}_Z\bigl[-\log\bigl(1 - D(G(Z))\bigr)\bigr].$$
#
# For $G$ there are three choices, all smaller if $D$ is fooled more:
#
# | `kind` | loss of one fake | its gradient with respect to the logit |
# |---|---|---|
# | `"usual"` (non-saturating) | $-\log D$ | $-(1 - D)$ |
# | `"saturating"` (the game as written) | $\log(1 - D)$ | $-D$ |
# | `"report"` | $-D$ | $-D\,(1 - D)$ |
#
# The last is how a student report of 2017, one of the sources of this course, trained its toy GANs, with the same
# $L_D$. It looks the most natural: $G$ simply maximises the probability that it is believed.
#
# *Before you run this:* the last column of the table is drawn over the logit. From $G$'s point of view the game begins
# on the left, where $D$ is sure that a fake is a fake. Which of the three still teach $G$ there? And at which logit
# does $G$ learn most from the loss of the report?

# %% demo
logit = np.linspace(-8, 8, 200)
believed = 1 / (1 + np.exp(-logit))  # D(G(z))
plots.curves(
    logit,
    {"usual": -(1 - believed), "saturating": -believed, "report": -believed * (1 - believed)},
    "the gradient from which G learns",
    xlabel="logit of D(G(z)): D is sure on the left, fooled on the right",
    ylabel="gradient",
    name="gradients",
)

# %% [markdown]
# Only the usual one teaches there: its gradient is nearly $-1$ where it is needed, while that of the saturating loss is
# as small as $D$ is. The report's vanishes at both ends. It is largest at the logit 0, where $D$ only guesses, and even
# there a quarter. So with it a $G$ that is badly beaten gets hardly anything to learn from. That is the price of what
# looks most natural.
#
# Write both losses as means over the batch, each a single number that its player *minimises*, and for logits of any
# size: $\sigma(l)$ rounds to 0 or 1 for large $|l|$, and its logarithm is lost. The function
# $\operatorname{softplus}(l) = \log(1 + e^l)$, as `ops.softplus`, is computed without overflow, and
#
# $$-\log \sigma(l) = \operatorname{softplus}(-l), \qquad -\log\bigl(1 - \sigma(l)\bigr) = \operatorname{softplus}(l).$$
#
# A `kind` that is none of the three is a `ValueError`. Logits are arrays or tensors; a tensor comes back.


# %% solution="losses"
def discriminator_loss(real_logits, fake_logits):
    """What D minimises: small if real data get large logits and fakes small ones. Logits (n, 1), (m, 1); a scalar."""
    ### BEGIN SOLUTION
    return ops.mean(ops.softplus(-real_logits)) + ops.mean(ops.softplus(fake_logits))
    ### END SOLUTION


def generator_loss(fake_logits, kind="usual"):
    """What G minimises, of the `kind` "usual", "saturating" or "report". Logits (m, 1); a scalar."""
    ### BEGIN SOLUTION
    if kind == "usual":
        return ops.mean(ops.softplus(-fake_logits))  # -log D
    if kind == "saturating":
        return -ops.mean(ops.softplus(fake_logits))  # log(1 - D)
    if kind == "report":
        return -ops.mean(ops.sigmoid(fake_logits))  # -D
    raise ValueError(f"kind should be 'usual', 'saturating' or 'report', not {kind!r}")
    ### END SOLUTION


# %% test="losses" points=5
@checks.check("losses")
def check_losses():
    real, fake = np.array([[2.0], [1.0]], np.float32), np.array([[-1.0], [0.5]], np.float32)
    loss = checks.scalar(discriminator_loss(real, fake), "discriminator_loss")
    checks.expect(abs(loss - 2.613764) > 1e-3, "discriminator_loss has real and fake the wrong way round.")
    checks.close(loss, 0.863764, "discriminator_loss")
    loss = discriminator_loss(real, np.array([[-1.0], [0.5], [0.0]], np.float32))
    checks.close(loss, 0.880257, "discriminator_loss for two real and three fake logits (a mean of each, added)")
    for kind, expected in (("usual", 0.893669), ("saturating", -0.643669), ("report", -0.445700)):
        loss = checks.scalar(generator_loss(fake, kind), f"generator_loss of the kind {kind!r}")
        checks.expect(abs(loss + expected) > 1e-3, f"generator_loss of the kind {kind!r} has the wrong sign.")
        checks.close(loss, expected, f"generator_loss of the kind {kind!r}")
        gradient = training.input_gradients(lambda logits, kind=kind: generator_loss(logits, kind), fake)
        checks.expect(gradient is not None, f"no gradient passes through the kind {kind!r}: compute with `ops`.")
    checks.close(generator_loss(fake), 0.893669, "generator_loss without a kind (the usual one)")
    large = np.array([[1e4]], np.float32)
    checks.close(discriminator_loss(-large, large), 2e4, "discriminator_loss where D is wrong by 10,000 logits")
    checks.close(discriminator_loss(large, -large), 0.0, "discriminator_loss where D is right by 10,000 logits")
    checks.close(generator_loss(-large), 1e4, "generator_loss at a logit of -10,000")
    checks.close(generator_loss(large, "saturating"), -1e4, "the saturating loss at a logit of 10,000")
    for what, function, expected in (
        ("discriminator_loss at a real logit of -10,000", lambda logits: discriminator_loss(logits, fake), -1.0),
        ("generator_loss at a logit of -10,000", generator_loss, -1.0),
        ("the saturating loss at a logit of -10,000", lambda logits: generator_loss(logits, "saturating"), 0.0),
    ):
        gradient = training.input_gradients(function, -large)
        checks.expect(gradient is not None, f"no gradient passes through {what}: compute with `ops`, not with NumPy.")
        checks.close(gradient, [[expected]], f"the gradient of {what}")
    try:
        generator_loss(fake, "other")
        raised = None
    except Exception as error:
        raised = error
    checks.expect(isinstance(raised, ValueError), "generator_loss(..., 'other') should raise a ValueError.")

# %% [markdown]
# ## 4 A discriminator alone
#
# Before it meets an opponent, $D$ should be able to do its own job: tell data from noise. Here the fakes are given,
# and only $D$ moves. One step: the gradient of $L_D$ with respect to `d.theta`, then one step of the optimizer. Return
# the loss as it was just before the step.
#
# Two tools: `training.gradients(loss_fn, variables)` calls the function `loss_fn` without arguments and returns its
# value and a list of gradients, one for each variable. `optimizer.apply(gradients, variables)` moves the variables
# one step *down*. Leave the moving to the optimizer, whichever it is: most of them, Adam among them, do more than to
# subtract the gradient times a rate, and remember the steps before.
#
# Keras will compile the steps of this notebook. So work on tensors throughout, and return the loss as it is, without
# turning it into a Python number. While a step is compiled, nobody knows yet how large its batches are: `x.shape[0]` is
# `None` then, and only `ops.shape(x)[0]`, or a -1 in `ops.reshape`, will do. That holds for all that follows.


# %% solution="d_step"
def discriminator_step(real, fake, d, d_optimizer):
    """Move D one step on real and fake data, both (batch, dim); return its loss from just before the step."""
    ### BEGIN SOLUTION
    loss, gradients = training.gradients(
        lambda: discriminator_loss(d.forward(real), d.forward(fake)),
        d.theta,
    )
    d_optimizer.apply(gradients, d.theta)
    return loss
    ### END SOLUTION


# %% test="d_step" points=3
class CheckScaledLogit:
    """A discriminator for the checks: the logit of a number x is w x + b."""

    def __init__(self, w, b):
        """Start with these two values."""
        self.theta = [keras.Variable([[w]], dtype="float32"), keras.Variable([b], dtype="float32")]

    def forward(self, x):
        """Numbers x (batch, 1) to logits (batch, 1)."""
        return ops.matmul(ops.convert_to_tensor(x), self.theta[0]) + self.theta[1]

    def values(self):
        """Both, as one array."""
        return np.concatenate([np.ravel(value) for value in self.theta])


def check_tensors(*losses):
    """Losses that a compiled step can return."""
    for loss in losses:
        checks.expect(
            not isinstance(loss, float | np.generic | np.ndarray),
            "a loss is returned as a plain number, but a compiled step can only return tensors: return the tensor.",
        )


@checks.check("d_step")
def check_d_step():
    real, fake = np.array([[2.0], [4.0]], np.float32), np.array([[1.0], [-1.0]], np.float32)
    first = float(np.asarray(discriminator_loss(np.ones((2, 1), np.float32), np.ones((2, 1), np.float32))))
    checks.close(first, 1.626523, "discriminator_loss, on which this cell builds (mend it first),")
    d = CheckScaledLogit(0.0, 1.0)
    answer = discriminator_step(real, fake, d, keras.optimizers.SGD(0.1))
    loss = checks.scalar(answer, "the returned loss")
    check_tensors(answer)
    checks.close(loss, 1.626523, "the returned loss (from before the step, when all logits are 1)")
    w, b = d.values()
    checks.expect(w != 0, "the step does not move d.theta.")
    checks.expect(w > 0, "the step goes uphill: `optimizer.apply` already moves against the gradient that it gets.")
    checks.close(w, 0.080682, "the weight of a discriminator after one step")
    checks.close(b, 0.953788, "the bias of a discriminator after one step")
    d, optimizer = CheckScaledLogit(0.0, 1.0), keras.optimizers.SGD(0.1, momentum=0.9)
    optimizer.build(d.theta)
    for _ in range(2):
        discriminator_step(real, fake, d, optimizer)
    checks.close(d.values(), [0.219997, 0.863292], "d.theta after two steps of an optimizer that remembers")

# %% [markdown]
# Data on a line: two bumps, against fakes that are uniform on $[-4, 4]$. Both densities are known here, so we can put
# $D$'s curve beside the best possible one.
#
# `training.TwoPlayer` makes a Keras model of two players and a step, so that Keras's own `fit` does the rest. A
# generator has to be there, but this step leaves it alone.

# %% demo
def bumps(n, random):
    """Draw numbers (n, 1) from two normal bumps at -1.5 and 1.5, the right one higher."""
    centres = np.where(random.uniform(size=(n, 1)) < 0.7, 1.5, -1.5)
    return (centres + 0.5 * random.normal(size=(n, 1))).astype(np.float32)


def bumps_density(x):
    """Their density at numbers x (n,)."""
    left, right = (np.exp(-(((x - centre) / 0.5) ** 2) / 2) / (0.5 * np.sqrt(2 * np.pi)) for centre in (-1.5, 1.5))
    return 0.3 * left + 0.7 * right


def uniform(low, high, dim):
    """A function that draws vectors (n, dim), uniform between low and high."""
    return lambda n, random: random.uniform(low, high, (n, dim)).astype(np.float32)


def noise_of(dim):
    """A function that draws noise (n, dim)."""
    return lambda n, random: sample_noise(n, dim, random)


# %% [markdown]
# Every training of this notebook goes through one function, which makes a Keras model of the two players, as the lesson
# `gan` does. What makes the trainings differ are the step, the players, and where data and noise come from.

# %% demo
BATCH_SIZE = 128


def d_alone(X, Z, d, _g, d_optimizer, _g_optimizer):
    """The step of a game in which Z are the fakes themselves and G only watches."""
    loss = discriminator_step(X, Z, d, d_optimizer)
    return loss, loss


def fit(step, d, g, draw_real, draw_noise, epochs, d_rate=1e-3, g_rate=1e-3, callbacks=(), seed=0):
    """Play `epochs` times 100 steps and return the model; both players have Adam with a short memory."""
    random = np.random.default_rng(seed)
    model = training.TwoPlayer(d, g, step)
    model.compile(
        d_optimizer=training.Adam(d_rate, beta_1=0.5), g_optimizer=training.Adam(g_rate, beta_1=0.5)
    )

    def batches():
        while True:
            yield draw_real(BATCH_SIZE, random), draw_noise(BATCH_SIZE, random)

    model.fit(batches(), steps_per_epoch=100, epochs=epochs, shuffle=False, verbose=0, callbacks=list(callbacks))
    return model


# %% [markdown]
# *Before you run this:* seven of ten real numbers belong to the right bump and three to the left one, and the uniform
# fakes have the density 1/8 everywhere. So most of what is real lies on the right. At the top of the *left* bump, will
# the best $D$ say "real" or "fake"? And what will it say in the valley between, at 0?

# %% demo
with checks.waits():
    line = np.linspace(-4, 4, 200, dtype=np.float32)[:, None]  # (200, 1)
    flat = uniform(-4, 4, 1)
    watched = training.Snapshots(lambda model: ops.convert_to_numpy(ops.sigmoid(model.d.forward(line)))[:, 0])
    fit(
        d_alone,
        Network([1, 32, 32, 1], seed=1),
        Network([1, 1]),
        bumps,
        flat,
        epochs=10,
        d_rate=3e-3,
        callbacks=[watched],
    )
    best = best_discriminator(bumps_density(line[:, 0]), np.full(200, 1 / 8))
    random = np.random.default_rng(2)
    for epoch, probability in (watched.taken[1], watched.taken[-1]):
        plots.discriminator_curve(
            line[:, 0],
            probability,
            bumps(4000, random),
            flat(4000, random),
            best=best,
            title=f"$D$ after {100 * epoch} steps",
            name=f"d_alone_{epoch}",
        )
        print(f"mean distance from the best D after {100 * epoch} steps: {np.abs(probability - best).mean():.3f}")

# %% [markdown]
# At the top of the left bump the real density is about 0.24, twice that of the fakes, and so $D^* = 0.24 / (0.24 +
# 0.125) = 0.66$: "real". What counts is the ratio of both densities at that place, not how much lies elsewhere. In the
# valley $D^*$ is 0.07. The young $D$, of 100 steps, sees a single hill there and calls the valley real; after
# 1,000 it has found both tops and what lies between.
#
# A discriminator that was trained long enough is an estimate of $p / (p + q)$, learnt from samples alone. This is all
# that $G$ will ever get to know about the data.

# %% [markdown] question="perfect" points=2
# **Question.** Suppose that $D$ is always trained until it equals $D^*$ before $G$ takes a step.
#
# 1. Put $D^*$ into $\mathbb{E} \log D(X) + \mathbb{E} \log(1 - D(G(Z)))$ and say what $G$ then minimises, and where its
#    minimum is.
# 2. The real data lie on a thin curve, the fakes on another one that does not touch it. What is $D^*$ on both curves,
#    and what does $G$ learn from it with the loss of the report? Why then does one stop training $D$ early?
#
# *Your answer (a few sentences):*
#
# ### BEGIN MARK SCHEME
# 1. (1 point) $\int p \log \frac{p}{p+q} + q \log \frac{q}{p+q} = -\log 4 + 2\,\mathrm{JSD}(p, q)$, the Jensen-Shannon
#    divergence; its minimum, $-\log 4$, is where $q = p$ and $D^* = \frac12$. The name alone without the minimum is
#    half a point; the integral with the minimum is a full one, without the name.
# 2. (1 point) $D^* = 1$ on the real curve and 0 on the fakes', and so around them: $D(1-D) = 0$, and the gradient that
#    reaches $G$ vanishes (flat $D$ gives no direction, whatever the loss). A $D$ that is not trained to the end is
#    still smooth and rises from the fakes towards the data. Half a point without the reason for stopping early.
# ### END MARK SCHEME

# %% [markdown]
# ## 5 Both players
#
# ### The losses of a batch
#
# `player_losses(X, Z, d, g)` puts the parts together for real data `X` (batch, dim) and noise `Z` (batch, latent): it
# returns $L_D$ and $L_G$, with the loss of the given `kind` for $G$.


# %% solution="player_losses"
def player_losses(X, Z, d, g, kind="usual"):
    """Both losses `(D_loss, G_loss)` on real data X (batch, dim) and noise Z (batch, latent)."""
    ### BEGIN SOLUTION
    fake_logits = d.forward(g.forward(Z))  # (batch, 1)
    return discriminator_loss(d.forward(X), fake_logits), generator_loss(fake_logits, kind)
    ### END SOLUTION


# %% test="player_losses" points=2
class CheckScaledNoise(CheckScaledLogit):
    """A generator for the checks: a sample is its noise times w plus b."""


def check_gradients(losses, X, Z, d, g):
    """Each loss of a pair has a gradient along the variables of its player."""
    for k, (name, player) in enumerate((("D_loss", d), ("G_loss", g))):
        _, gradients = training.gradients(lambda k=k: losses(X, Z, d, g)[k], player.theta)
        checks.expect(
            all(gradient is not None for gradient in gradients),
            f"no gradient of {name} reaches the variables of its player.",
        )


@checks.check("player_losses")
def check_player_losses():
    X, Z = np.array([[2.0], [1.0]], np.float32), np.array([[-2.0], [1.0]], np.float32)
    d, g = CheckScaledLogit(1.0, 0.0), CheckScaledNoise(0.5, 0.0)
    answer = checks.pair(player_losses(X, Z, d, g), "player_losses", "D_loss and G_loss")
    checks.close(checks.scalar(answer[0], "D_loss"), 0.863764, "D_loss")
    checks.close(checks.scalar(answer[1], "G_loss"), 0.893669, "G_loss")
    for kind, expected in (("saturating", -0.643669), ("report", -0.445700)):
        answer = player_losses(X, Z, d, g, kind=kind)
        checks.close(answer[0], 0.863764, f"D_loss with the kind {kind!r}, which should change G_loss only,")
        checks.close(answer[1], expected, f"G_loss of the kind {kind!r}")
    check_gradients(player_losses, X, Z, d, g)

# %% [markdown]
# ### A round
#
# A round of the game is one step of each, and you know from section 1 that they should take turns:
#
# 1. the gradient of D's loss with respect to `d.theta`, and one step of `d_optimizer` on `d.theta`;
# 2. the gradient of G's loss with respect to `g.theta`, *against the $D$ that has just moved*, on the same `X` and `Z`,
#    and one step of `g_optimizer` on `g.theta`.
#
# Which losses they play for comes as an argument: `losses(X, Z, d, g)` returns both, as `player_losses` does. So the
# same step will serve for the remedies below. Return both losses, tensors as they come, each from just before the step
# of its player.


# %% solution="train_step"
def train_step(X, Z, d, g, d_optimizer, g_optimizer, losses):
    """Move D one step, then G one step against the new D; return `(D_loss, G_loss)` from just before each step."""
    ### BEGIN SOLUTION
    D_loss, gradients = training.gradients(lambda: losses(X, Z, d, g)[0], d.theta)
    d_optimizer.apply(gradients, d.theta)
    G_loss, gradients = training.gradients(lambda: losses(X, Z, d, g)[1], g.theta)
    g_optimizer.apply(gradients, g.theta)
    return D_loss, G_loss
    ### END SOLUTION


# %% test="train_step" points=6
class CheckOneNumber:
    """A player for the check that is one number."""

    def __init__(self, value):
        """Start with this value."""
        self.value = keras.Variable(value, dtype="float32")
        self.theta = [self.value]


@checks.check("train_step")
def check_train_step():
    def losses(_X, _Z, d, g):
        """The game of section 1, with G as x and D as y: G pays what D gains."""
        return -d.value * g.value, d.value * g.value

    def play(d_rate, g_rate, rounds=1, momentum=0.0, game=losses):
        """What D and G are after some rounds from y = 1, x = 3, and what the last one returned."""
        d, g = CheckOneNumber(1.0), CheckOneNumber(3.0)
        optimizers = [keras.optimizers.SGD(rate, momentum=momentum) for rate in (d_rate, g_rate)]
        for optimizer in optimizers:
            optimizer.build([*d.theta, *g.theta])
        for _ in range(rounds):
            answer = train_step(None, None, d, g, *optimizers, game)
        return float(np.asarray(d.value)), float(np.asarray(g.value)), answer

    for moving, (d, g, _) in (("d", play(0.5, 0.0)), ("g", play(0.0, 0.1))):
        checks.expect(moving == "d" or d == 1.0, "g_optimizer moves D, too: give it g.theta only.")
        checks.expect(moving == "g" or g == 3.0, "d_optimizer moves G, too: give it d.theta only.")
    d, g, answer = play(0.5, 0.1)
    answer = checks.pair(answer, "train_step", "D_loss and G_loss")
    checks.expect(d != 1.0, "D does not move. It follows the gradient of D_loss alone, not of both losses.")
    checks.close(d, 2.5, "y, played by D, after a step with the rate 0.5 from x = 3, y = 1,")
    checks.expect(g != 3.0, "G does not move. It follows the gradient of G_loss alone, not of both losses.")
    checks.expect(abs(g - 2.9) > 1e-4, "G looks at the old D: D moves first, and G's gradient comes after that.")
    checks.close(g, 2.75, "x, played by G, after a step with the rate 0.1 against the new y,")
    checks.close(checks.scalar(answer[0], "D_loss"), -3.0, "D_loss from before the step of D")
    checks.close(checks.scalar(answer[1], "G_loss"), 7.5, "G_loss from before the step of G, and after that of D,")
    check_tensors(*answer)
    _, g, _ = play(0.5, 0.1, game=lambda _X, _Z, d, g: (d.value * g.value, g.value + 0 * d.value))
    checks.close(g, 2.9, "x, played by G, in a game in which its loss is x, whatever D's is,")
    d, g, _ = play(0.5, 0.1, rounds=2, momentum=0.9)
    checks.close([d, g], [5.225, 2.0025], "y and x after two rounds with optimizers that remember")

# %% [markdown]
# ### The pattern 1010
#
# The first real game has data of four numbers. They are high, low, high, low: each 1 of the pattern is a number
# between 0.8 and 1, each 0 one between 0 and 0.2. First $D$ alone, against four uniform numbers.
#
# *Before you run this:* where will the loss of a $D$ begin that only guesses, and how far can it fall? (Of the uniform
# vectors $0.2^4$, one in 625, look just like data.) Afterwards $D$ is shown three vectors: a pattern, its opposite
# 0101, and four halves, which lie in the middle between both. What will it say of each?

# %% demo
with checks.waits():
    pattern = data.Pattern("1010")
    print("data:\n", pattern.sample(3, np.random.default_rng(1)).round(2))
    losses = training.LossCurves()
    alone = fit(
        d_alone,
        Network([4, 16, 1], seed=1),
        Network([1, 1]),
        pattern.sample,
        uniform(0, 1, 4),
        epochs=5,
        d_rate=3e-3,
        callbacks=[losses],
    )
    plots.curves(np.arange(500), {"loss of D": losses.curves["D_loss"]}, "D alone", xlabel="step", name="pattern_d")
    for example in ([0.9, 0.1, 0.9, 0.1], [0.1, 0.9, 0.1, 0.9], [0.5, 0.5, 0.5, 0.5]):
        probability = ops.sigmoid(alone.d.forward(np.array([example], np.float32)))  # (1, 1)
        print(example, "is real with the probability", round(float(np.asarray(probability)[0, 0]), 3))

# %% [markdown]
# The loss begins near $2 \log 2 = 1.39$ and falls to about 0.1. (The best $D$ would get 0.012.) The pattern is real,
# and both others are fake: $D$ has seen many vectors around them, all fakes.
#
# And now $G$ joins. In the picture every column is what $G$ makes of *one* noise vector, its four numbers from top to
# bottom (dark is 1), from the beginning of the training on the left to its end on the right.
#
# *Before you run this:* each high number of the data is uniform between 0.8 and 1, so it scatters, with a standard
# deviation of 0.058. $G$ will find the four means. Will its numbers scatter as the data do, more, or less?

# %% demo
with checks.waits():
    one_noise = sample_noise(1, 4, np.random.default_rng(3))  # (1, 4)
    drawn = training.Snapshots(lambda model: ops.convert_to_numpy(model(one_noise))[0])
    model = fit(
        functools.partial(train_step, losses=player_losses),
        Network([4, 16, 1], seed=1),
        Network([4, 16, 4], seed=2),
        pattern.sample,
        noise_of(4),
        epochs=20,
        d_rate=2e-3,
        g_rate=2e-3,
        callbacks=[drawn],
    )
    history = np.stack([sample for _, sample in drawn.taken], axis=1)  # (4, epochs + 1)
    plots.grid(np.clip(history, 0, 1)[None], "one sample through training", inches=7, name="pattern_history")
    samples = ops.convert_to_numpy(model(sample_noise(1000, 4, np.random.default_rng(4))))  # (1000, 4)
    print("mean of the data:                     ", [0.9, 0.1, 0.9, 0.1])
    print("mean of 1,000 samples:                ", samples.mean(axis=0).round(2))
    print("standard deviation of the data:       ", round(0.2 / np.sqrt(12), 3), "each")
    print("standard deviation of 1,000 samples:  ", samples.std(axis=0).round(3))

# %% [markdown]
# After 2,000 steps expect means that are right to a few hundredths, and standard deviations between a half and the
# whole of what they should be: a $G$ that always draws the middle of the pattern fools a young $D$ as well. Means do
# not say whether the *distribution* is right, and neither do the losses. What does?
#
# ## 6 Judging samples
#
# Three measurements serve below.
#
# - **Moments**: the mean and the covariance (`metrics.moments`). Enough for a normal distribution, which has nothing
#   else.
# - **Modes found** (`metrics.modes_found`), where the data come in clusters whose centres are known: how many of them
#   get at least a tenth of their fair share, and which share of all samples is near some centre.
# - The **maximum mean discrepancy** ([Gretton et al., 2012](https://jmlr.org/papers/v13/gretton12a.html)), which needs
#   to know nothing of the data but samples. You write it yourself.
#
# ### The maximum mean discrepancy
#
# Let a *kernel* $k(x, y)$ say how near two points are: 1 for the same point, nearly 0 for points far apart. If $X, X'$
# are real and $Y, Y'$ generated, all independent, then
#
# $$\mathrm{MMD}^2 = \mathbb{E}\,k(X, X') + \mathbb{E}\,k(Y, Y') - 2\,\mathbb{E}\,k(X, Y)$$
#
# compares how near points of one kind are to their own with how near they are to the others. For $k(x, y) = e^{-|x -
# y|^2 / 2 w^2}$ it is never negative, and zero if and only if both distributions are the same. The width $w$ says at
# which distance points are still neighbours: one that is much too small sees no neighbours at all, one that is much too
# large only sees the means. So we take the mean of a few,
#
# $$k(x, y) = \frac{1}{|W|} \sum_{w \in W} \exp\Bigl(-\frac{|x - y|^2}{2 w^2}\Bigr).$$
#
# From samples $x_1, \dots, x_n$ and $y_1, \dots, y_m$ each expectation is estimated by a mean over pairs. Independent
# are only pairs of *different* points, so a point is not paired with itself:
#
# $$\frac{1}{n (n - 1)} \sum_{i \ne j} k(x_i, x_j) + \frac{1}{m (m - 1)} \sum_{i \ne j} k(y_i, y_j)
# - \frac{2}{n m} \sum_{i, j} k(x_i, y_j).$$
#
# This is **unbiased**: on average over all samples it is the true value. Had each point been its own neighbour as well,
# then $k(x, x) = 1$ would have added $(1 - \mathbb{E}\,k(X, X')) / n$, and as much for the $y$ with $m$: the fewer
# points, the worse they would seem.
#
# Write the kernel of all pairs of two sets, and with it the estimate. Arrays of NumPy come and go, $n$ and $m$ may
# differ, and the points may have any number of coordinates. Two thousand points make four million pairs, so compute
# with arrays, not with loops over points; a loop over the widths is fine. Handy is
#
# $$|x - y|^2 = |x|^2 + |y|^2 - 2\, x \cdot y,$$
#
# though rounding may push it a little below zero.


# %% solution="mmd"
def gaussian_kernel(x, y, widths):
    """The mean over `widths` of the Gaussian kernels of all pairs of x (n, dim) and y (m, dim): (n, m)."""
    ### BEGIN SOLUTION
    x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    squares = np.sum(x**2, axis=1)[:, None] + np.sum(y**2, axis=1) - 2 * x @ y.T  # (n, m)
    return np.mean([np.exp(-np.maximum(squares, 0) / (2 * width**2)) for width in widths], axis=0)  # (n, m)
    ### END SOLUTION


def mmd(x, y, widths):
    """The unbiased estimate of MMD^2 from samples x (n, dim) and y (m, dim); a number."""
    ### BEGIN SOLUTION
    among_x, among_y = gaussian_kernel(x, x, widths), gaussian_kernel(y, y, widths)  # (n, n), (m, m)
    n, m = len(x), len(y)
    near_x = (among_x.sum() - np.trace(among_x)) / (n * (n - 1))
    near_y = (among_y.sum() - np.trace(among_y)) / (m * (m - 1))
    return near_x + near_y - 2 * gaussian_kernel(x, y, widths).mean()
    ### END SOLUTION


# %% test="mmd" points=3
@checks.check("mmd")
def check_mmd():
    x, y = np.array([[0.0, 0.0], [3.0, 4.0], [0.0, 1.0]]), np.array([[0.0, 0.0], [0.0, 2.0]])
    kernel = checks.shape(gaussian_kernel(x, y, [1.0]), (3, 2), "gaussian_kernel of 3 points and 2 others")
    what = "the kernel of (0, 0) and of points at the distances 0 and 2, for the width 1,"
    checks.close(kernel[0], [1.0, 0.135335], what)
    checks.close(kernel[1, 0], 0.000004, "the kernel of points at the distance 5")
    kernel = gaussian_kernel(x, y, [1.0, 2.0])
    what = "the kernel of points at the distance 2, for the widths 1 and 2 (the mean of both)"
    checks.close(kernel[0, 1], 0.370933, what)
    kernel = gaussian_kernel(x[:, :1], y[:, :1], [2.0])
    checks.close(kernel[1, 1], 0.324652, "the kernel of the numbers 3 and 0, for the width 2")
    estimate = checks.scalar(mmd(x, y, [1.0]), "mmd")
    checks.expect(
        abs(estimate - 0.252513) > 1e-3,
        "mmd pairs points with themselves: leave these pairs out of the sums, and divide by n (n - 1).",
    )
    checks.close(estimate, -0.445747, "mmd of three points and two (x and y have one point in common, so below 0)")
    random = np.random.default_rng(1)
    far = mmd(random.normal(size=(40, 2)), 100 + random.normal(size=(60, 2)), [0.01])
    checks.close(far, 0.0, "mmd of sets in which nobody has neighbours, for a width that is much too small,")

# %% [markdown]
# *Before you run this:* two sets of 100 points from the *same* normal distribution, a thousand times over, and each
# time your estimate, and beside it the one that also pairs points with themselves. $\mathrm{MMD}^2$ is a squared
# distance, and here it is zero. How many of your estimates will be below zero: none, a few, half, more?

# %% demo
WIDTHS = (0.25, 0.5, 1.0)

with checks.waits():
    normal = data.Normal()
    random = np.random.default_rng(5)
    pairs = [(normal.sample(100, random), normal.sample(100, random)) for _ in range(1000)]
    estimates = np.array([mmd(x, y, WIDTHS) for x, y in pairs])  # (1000,)
    own = [2 - gaussian_kernel(x, x, WIDTHS).mean() - gaussian_kernel(y, y, WIDTHS).mean() for x, y in pairs]
    biased = estimates + np.array(own) / 99  # (1000,), what one gets if each point is paired with itself, too
    figure, axes = plt.subplots(figsize=(7, 3), layout="constrained")
    for label, values in (("without own pairs", estimates), ("with own pairs", biased)):
        axes.hist(values, bins=np.linspace(-0.02, 0.06, 81), histtype="step", lw=1.6, label=label)
    axes.axvline(0, color="#333333", lw=0.8)  # the true value
    axes.set(title="estimates of an MMD$^2$ that is 0", xlabel="estimate")
    axes.legend(fontsize=8)
    plots.show(figure, "mmd_floor")
    print(f"without own pairs: mean {estimates.mean():.5f}, below zero {np.mean(estimates < 0):.0%}")
    print(f"with them:         mean {biased.mean():.5f}, smallest {biased.min():.5f}")

# %% [markdown]
# More than half, nearly six in ten: an estimate that is right on average has to err to both sides, and as it sometimes
# errs far upwards, it more often errs a little downwards. The other estimate is never below zero, and never right: with
# 100 points it reports 0.016 where there is nothing. So a single small number means little. Always look at the
# **floor** beside it, real data against other real data: what is not above it cannot be told from real, with so many
# points. With $n$ points the floor is about $1 / n$ wide, so more points see smaller differences.
#
# ### A normal distribution, recovered
#
# The data are two-dimensional and normal. $G$ gets two-dimensional noise and never sees a formula. `shape_noise` does
# it with one, so it is what to aim for.
#
# *Before you run this:* $G$ has more than 150 numbers to learn with, $D$ over a thousand, and two numbers and a 2 × 2
# matrix are to be found, in 2,000 steps. How near to the floor will a trained $G$ come: into it, ten times above it, a
# hundred times?

# %% demo
SEEDS = {"quick": 3, "full": 10}[PRESET]
LONGER = {"quick": 1, "full": 4}[PRESET]

with checks.waits():
    truth = normal.sample(2000, random)
    print("the data's mean", np.round(normal.mean, 2), "and covariance", np.round(normal.covariance, 2).tolist())
    print(f"floor, data against data: MMD^2 {mmd(normal.sample(2000, random), truth, WIDTHS):.5f}")
    exact = shape_noise(sample_noise(2000, 2, random), normal.mean, normal.covariance)
    print(f"the formula:              MMD^2 {mmd(exact, truth, WIDTHS):.5f}")
    for seed in range(SEEDS):
        model = fit(
            functools.partial(train_step, losses=player_losses),
            Network([2, 32, 32, 1], seed=10 * seed),
            Network([2, 32, 2], seed=10 * seed + 1),
            normal.sample,
            noise_of(2),
            epochs=20 * LONGER,
            d_rate=2e-3,
            seed=seed,
        )
        points = ops.convert_to_numpy(model(sample_noise(2000, 2, random)))  # (2000, 2)
        mean, covariance = metrics.moments(points)
        print(f"G, seed {seed}: mean {mean.round(2)}, covariance {covariance.round(2).tolist()}", end="")
        print(f", MMD^2 {mmd(points, truth, WIDTHS):.5f}")

# %% [markdown]
# The formula is as good as real data, and $G$ comes near: with some seeds into the floor, with others to 0.003 or
# 0.004, some ten times as far as data are from data. That it has far more numbers than it needs does no harm, and is no
# help either: the game goes on circling, and where it is stopped is chance. The mean of a single $G$ may be off by
# nearly a tenth.
#
# *Before you run this:* the last $G$ and its $D$, in the plane. Suppose that $G$ were perfect. Which probability should
# the best $D$ give to each point then, in the middle of the cloud and far outside of it?

# %% demo
SQUARE = plots.square(4.0, 50)


def surface(model):
    """D's probability on a grid of the plane, (2500,)."""
    return ops.convert_to_numpy(ops.sigmoid(model.d.forward(SQUARE)))[:, 0]


with checks.waits():
    plots.over_surface(
        {"a normal distribution, learnt": (points[:500], surface(model))}, truth[:500], 4.0, name="normal"
    )

# %% [markdown]
# One half, wherever there are points: if $p = q$, then $D^* = \frac12$. A perfect $G$ makes its opponent useless. In
# the picture $D$ is roughly there within the cloud, and far outside it is not. There nothing was ever shown to it,
# neither data nor fakes, and what it says means nothing.
#
# ## 7 The ring
#
# Eight small Gaussians on a circle: the classic test of whether a generator finds *all* of its data. Their centres are
#
# $$c_k = r\, \Bigl(\cos \frac{2 \pi k}{n}, \; \sin \frac{2 \pi k}{n}\Bigr), \qquad k = 0, \ldots, n - 1.$$
#
# To draw a point, choose a centre, each with the same probability, and add normal noise with the standard deviation
# `std` to both of its coordinates.
# Every point chooses by itself, so that the modes get about, but by chance not exactly, equally many. All randomness
# comes from the generator `random`, as above, and an array of NumPy comes back.


# %% solution="ring"
def sample_ring(n, modes, radius, std, random):
    """Draw n points of a ring of `modes` Gaussians, with the NumPy generator `random`: (n, 2)."""
    ### BEGIN SOLUTION
    angles = 2 * np.pi * random.integers(modes, size=n) / modes  # (n,)
    centres = radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)  # (n, 2)
    return centres + std * random.normal(size=(n, 2))  # (n, 2)
    ### END SOLUTION


# %% test="ring" points=4
@checks.check("ring")
def check_ring():
    points = sample_ring(2000, 8, 3.0, 0.1, np.random.default_rng(1))
    points = checks.finite(checks.shape(points, (2000, 2), "sample_ring(2000, ...)"), "sample_ring(2000, ...)")
    known_ring = data.Ring(modes=8, radius=3.0, std=0.1)
    modes = metrics.modes_found(points, known_ring.centres, radius=0.4)
    checks.expect(modes.near > 0.99, f"all points should be near a centre, but only {modes.near:.0%} are.")
    checks.expect(modes.found == 8, f"points should lie at all 8 centres, but only {modes.found} get theirs.")
    checks.expect(
        modes.counts.max() < 1.5 * modes.counts.min(),
        f"all centres should get about as many points, but they get {modes.counts.tolist()}.",
    )
    five_modes = data.Ring(modes=5, radius=2.0, std=0.05)
    five_mode_points = sample_ring(500, 5, 2.0, 0.05, np.random.default_rng(3))
    modes = metrics.modes_found(five_mode_points, five_modes.centres, radius=0.3)
    checks.expect(
        modes.near > 0.99 and modes.found == 5,
        "the points of a ring of 5 modes with the radius 2 should lie at the centres of the formula, at all of them.",
    )
    draws = [sample_ring(200, 8, 3.0, 0.1, np.random.default_rng(seed)) for seed in range(3)]
    counts = [metrics.modes_found(draw, known_ring.centres, radius=0.4).counts for draw in draws]
    checks.expect(
        np.std(counts) > 0.5,
        "every mode gets exactly its share of the points: let each point choose its centre whatever the others chose.",
    )
    discrepancy = metrics.mmd(points, known_ring.sample(2000, np.random.default_rng(2)), (0.1, 0.5, 1.0))
    nearest = np.linalg.norm(points[:, None] - known_ring.centres, axis=2).argmin(axis=1)
    offsets = (points - known_ring.centres[nearest]) / 0.1  # (2000, 2), which should be standard normal
    checks.expect(
        np.abs(offsets.std(axis=0) - 1).max() < 0.1,
        f"points should have the standard deviation `std` around their centres, not {offsets.std():.2f} times that.",
    )
    correlation = np.corrcoef(offsets.T)[0, 1]
    checks.expect(abs(correlation) < 0.2, "around their centres both coordinates should be independent.")
    share_beyond = np.mean(np.abs(offsets) > 2)
    checks.expect(
        0.03 < share_beyond < 0.065,
        f"4.6% of normal coordinates lie more than 2 standard deviations from their centre, but {share_beyond:.1%} of "
        "these do.",
    )
    repeated = np.mean(nearest[1:] == nearest[:-1])
    checks.expect(
        0.05 < repeated < 0.25,
        f"about one in 8 points should have the same centre as the point before it, but {repeated:.1%} have: let each "
        "point choose its centre anew.",
    )
    checks.expect(
        discrepancy < 0.01, f"MMD^2 to points of the ring should be about 0, but is {discrepancy:.3g}."
    )
    checks.close(
        sample_ring(50, 8, 3.0, 0.1, np.random.default_rng(1)),
        sample_ring(50, 8, 3.0, 0.1, np.random.default_rng(1)),
        "the points of an equal generator, drawn again,",
    )
    checks.differs(
        sample_ring(50, 8, 3.0, 0.1, np.random.default_rng(1)),
        sample_ring(50, 8, 3.0, 0.1, np.random.default_rng(2)),
        "the points of generators with different seeds",
    )

# %% [markdown]
# From here on `util.data` draws the ring. The noise of $G$ is a single normal cloud, which $G$ has to tear into eight.
#
# *Before you run this:* 2,500 steps of the usual game. Where will the points of $G$ be after 600, 1,300, 1,900 and
# 2,500 of them: at all eight places, between them, at some? And if only at some, always at the same ones?

# %% demo
RING_EPOCHS = 25 * LONGER
LATENT = 16

with checks.waits():
    ring = data.Ring()
    ring_points = ring.sample(1000, np.random.default_rng(6))
    fixed_noise = sample_noise(400, LATENT, np.random.default_rng(7))  # (400, 16)


def on_ring(losses, seed, pack_size=1, **choices):
    """Train a pair on the ring for the given losses; return the model and its samples (1000, 2)."""
    model = fit(
        functools.partial(train_step, losses=losses),
        Network([2 * pack_size, 64, 64, 1], seed=10 * seed),
        Network([LATENT, 64, 64, 2], seed=10 * seed + 1),
        ring.sample,
        noise_of(LATENT),
        **{"epochs": RING_EPOCHS, "d_rate": 3e-3, "g_rate": 3e-3, "seed": seed} | choices,
    )
    return model, ops.convert_to_numpy(model(sample_noise(1000, LATENT, np.random.default_rng(8))))


def snapshots(every=1):
    """Keeps what the fixed noise becomes, and the surface of D."""
    return training.Snapshots(lambda model: (ops.convert_to_numpy(model(fixed_noise)), surface(model)), every)


def show_snapshots(kept, name):
    """Draw four of the snapshots side by side, and all of them as an animation."""
    quarters = [kept.taken[len(kept.taken) * k // 4] for k in (1, 2, 3)] + kept.taken[-1:]
    panels = {f"{100 * epoch} steps": (points, probability) for epoch, (points, probability) in quarters}
    plots.over_surface(panels, ring_points[:400], 4.0, name=name)
    plots.surface_animation(kept.taken, ring_points[:400], 4.0, RUN / f"{name}.gif")


# %% demo
with checks.waits():
    collapse_snapshots = snapshots()
    model, points = on_ring(player_losses, seed=1, callbacks=[collapse_snapshots])
    show_snapshots(collapse_snapshots, "ring_collapse")
    print("the usual game:", metrics.modes_found(points, ring.centres, radius=0.3))
    print("the data:      ", metrics.modes_found(ring_points, ring.centres, radius=0.3))

# %% [markdown]
# This is **mode collapse**: all noise goes to one place or a few, and when $D$ has learnt to reject them, all of it
# moves on. It is section 1 again, in the plane: $G$ runs from mode to mode, $D$ runs after it, and both go round in
# circles. Each sample by itself is fine. What is wrong can only be seen in *several* samples. (At the end one to five
# modes of eight are left, with every seed others, and the surface of $D$ has cliffs.)
#
# ### First remedy: let D see several at once
#
# So show $D$ several samples at once. With **packing** ([Lin et al., 2018](https://arxiv.org/abs/1712.04086)), the
# input of $D$ is `size` points side by side, all real or all fake. A pack of real points usually has points of
# different modes, and a collapsed generator makes packs of equal points, which is easy to notice and thus expensive.
#
# `pack(x, size)` puts every `size` neighbouring rows of `x` (batch, dim) into one: (batch / size, size · dim).
# `packed_losses` is the usual game on packs of real and of generated points, with G's usual loss. ($D$ must then have
# been made for `size · dim` inputs.) Arrays or tensors come, tensors go, and the size of the batch may be unknown.


# %% solution="packing"
def pack(x, size):
    """Put every `size` neighbouring rows of x (batch, dim) side by side: (batch / size, size * dim)."""
    ### BEGIN SOLUTION
    return ops.reshape(x, (-1, size * x.shape[1]))  # (batch / size, size * dim)
    ### END SOLUTION


def packed_losses(X, Z, d, g, size=2):
    """The usual `(D_loss, G_loss)` with a D that looks at packs; real data X (batch, dim), noise Z (batch, latent)."""
    ### BEGIN SOLUTION
    real_logits = d.forward(pack(X, size))  # (batch / size, 1)
    fake_logits = d.forward(pack(g.forward(Z), size))  # (batch / size, 1)
    return discriminator_loss(real_logits, fake_logits), generator_loss(fake_logits)
    ### END SOLUTION


# %% test="packing" points=4
class CheckSpreadLogit(CheckScaledLogit):
    """A discriminator for the check: a pack's logit is its last number minus its first, times w plus b."""

    def forward(self, x):
        """Packs (4, 3) to logits (4, 1)."""
        x = ops.convert_to_tensor(x)
        has_its_shape = np.empty(x.shape)  # where JAX differentiates, x itself has no values to look at
        checks.shape(has_its_shape, (4, 3), "what D looks at, for 12 points of one number in packs of 3,")
        return super().forward(x[:, 2:] - x[:, :1])


class CheckAddedNoise(CheckScaledLogit):
    """A generator for the check: a sample is the sum of its noise, times w plus b."""

    def forward(self, z):
        """Noise (batch, latent) to numbers (batch, 1)."""
        return super().forward(ops.sum(ops.convert_to_tensor(z), axis=1, keepdims=True))


def check_unknown_size(function, name):
    """A function of points (batch, 2) works where the size of the batch is not known yet, as in a compiled step.

    The points come in threes: JAX knows what a reshape gives only where it sees that an unknown number can be divided.
    """
    try:
        as_one_column = keras.layers.Lambda(lambda x: ops.reshape(function(ops.reshape(x, (-1, 2))), (-1, 1)))
        as_one_column(keras.Input((3, 2)))
        fails = False
    except Exception:
        fails = True
    checks.expect(
        not fails,
        f"{name} fails on a batch whose size is not known yet, as in a compiled step: `x.shape[0]` is None there. "
        "Take `ops.shape(x)[0]`, or a -1 in `ops.reshape`.",
    )


@checks.check("packing")
def check_packing():
    points = np.arange(12, dtype=np.float32).reshape(6, 2)
    packs = checks.shape(pack(points, 3), (2, 6), "pack(x, 3) for x of shape (6, 2)")
    checks.close(packs[0], np.arange(6.0), "the first pack of three points (their numbers one after the other)")
    checks.close(pack(points, 2)[2], np.arange(8.0, 12.0), "the last pack of two points")
    gradient = training.input_gradients(lambda x: pack(x, 3), points)
    checks.expect(gradient is not None, "no gradient passes through pack: compute with `ops`, not with NumPy.")
    check_unknown_size(lambda x: pack(x, 3), "pack")
    X = np.array([0, 1, 2, 1, 0, 2, 1, 1, 0, 3, 0, 4], np.float32)[:, None]  # (12, 1)
    Z = np.stack([np.roll(X[:, 0], 1), np.ones(12, np.float32)], axis=1)  # (12, 2)
    d, g = CheckSpreadLogit(1.0, 0.0), CheckAddedNoise(1.0, 0.0)
    answer = checks.pair(packed_losses(X, Z, d, g, size=3), "packed_losses", "D_loss and G_loss")
    checks.close(checks.scalar(answer[0], "D_loss"), 0.812159, "D_loss on packs of three numbers")
    checks.close(checks.scalar(answer[1], "G_loss"), 1.795481, "G_loss on packs of three numbers")
    check_gradients(lambda *batch: packed_losses(*batch, size=3), X, Z, d, g)

# %% [markdown]
# ### Second remedy: keep D flat
#
# The other remedy is friction, as in section 1. $G$ runs because $D$ is a cliff. The penalty called
# **R1** ([Mescheder et al., 2018](https://arxiv.org/abs/1801.04406)) adds to D's loss how steep its logit $l$ is at the
# real data:
#
# $$L_D + \frac{w}{2}\, R(X), \qquad R(X) = \mathbb{E}_X \bigl| \nabla_x\, l(X) \bigr|^2,$$
#
# the mean over the batch of the *squared length* of the gradient along the input, all its coordinates summed. Only
# $D$ pays it.
#
# This *is* the friction of section 1, as the smallest GAN of all shows (from the same paper). All data are the number
# 0, $G$ draws the single number $\theta$, and the logit of $D$ is $l(x) = \psi x$. Then $R = \psi^2$, and where both
# numbers are small, the usual losses and their penalty move them by
#
# $$\theta_{t+1} = \theta_t + \frac{\eta}{2}\, \psi_t, \qquad
# \psi_{t+1} = \psi_t - \frac{\eta}{2}\, \theta_t - \eta\, w\, \psi_t.$$
#
# Call $\theta$ now $x$ and $-\psi$ now $y$: that is your step, with the rate $\eta / 2$ and with the friction $b = 2 w$
# on $y$ alone. So without a penalty this GAN goes round in circles, with a little it comes home, and with $w$ about 1
# it does so fastest.
#
# One more tool: `training.input_gradients(fn, x)` returns the gradient of the sum of `fn(x)` along `x`, of the same
# shape as `x`. Since every example has its own logit, its rows are the gradients of the single logits.


# %% solution="penalty"
def gradient_penalty(d, x):
    """The mean squared length of the gradient of D's logit along its input, at points x (batch, dim). A scalar."""
    ### BEGIN SOLUTION
    gradients = training.input_gradients(d.forward, x)  # (batch, dim)
    return ops.mean(ops.sum(ops.square(gradients), axis=1))
    ### END SOLUTION


def penalised_losses(X, Z, d, g, weight=0.5):
    """The usual `(D_loss, G_loss)`, with `weight` / 2 times the gradient penalty at X (batch, dim) added to D's."""
    ### BEGIN SOLUTION
    fake_logits = d.forward(g.forward(Z))  # (batch, 1)
    D_loss = discriminator_loss(d.forward(X), fake_logits) + weight / 2 * gradient_penalty(d, X)
    return D_loss, generator_loss(fake_logits)
    ### END SOLUTION


# %% test="penalty" points=4
class CheckSquareLogit:
    """A discriminator for the check: the logit of a point (a, b) is (a^2 + 4 b) / 2, its gradient (a, 2)."""

    def forward(self, x):
        """Points (batch, 2) to logits (batch, 1)."""
        x = ops.convert_to_tensor(x)
        return (ops.square(x[:, :1]) + 4 * x[:, 1:]) / 2


@checks.check("penalty")
def check_penalty():
    real, noise = np.array([[1.0, 0.0], [3.0, -2.0]], np.float32), np.array([[1.0, 1.0], [0.0, 2.0]], np.float32)
    value = checks.scalar(gradient_penalty(CheckSquareLogit(), real), "gradient_penalty")
    checks.expect(abs(value - 4.5) > 1e-3, "the penalty is the mean over all numbers: sum over the coordinates first.")
    checks.close(value, 9.0, "the penalty (5 and 13 at the two points)")
    d = CheckScaledLogit(3.0, 0.0)  # the gradient of its logit is w = 3, the penalty w^2
    _, gradients = training.gradients(lambda: ops.convert_to_tensor(gradient_penalty(d, real[:, :1])), d.theta[:1])
    checks.expect(
        gradients[0] is not None,
        "no gradient passes from the penalty to D's variables, so D cannot learn from it: compute it with `ops`.",
    )
    checks.close(gradients[0], [[6.0]], "the gradient of the penalty w^2 with respect to D's weight w = 3")

    check_unknown_size(lambda x: gradient_penalty(CheckSquareLogit(), x), "gradient_penalty")

    class Halved:
        """A generator: a sample is half of its noise."""

        def forward(self, z):
            """Noise to points of the same shape."""
            return ops.convert_to_tensor(z) / 2

    d = CheckSquareLogit()
    answer = penalised_losses(real, noise, d, Halved(), weight=2.0)
    answer = checks.pair(answer, "penalised_losses", "D_loss and G_loss")
    logits = d.forward(real), d.forward(noise / 2)
    usual = float(np.asarray(discriminator_loss(*logits)))
    what = "D_loss with the weight 2, that is, with the penalty added once,"
    checks.close(checks.scalar(answer[0], "D_loss"), usual + 9.0, what)
    checks.close(answer[1], generator_loss(logits[1]), "G_loss, which has no penalty,")
    X, Z = real[:, :1], noise[:, :1]
    check_gradients(penalised_losses, X, Z, CheckScaledLogit(1.0, 0.0), CheckScaledNoise(0.5, 0.0))

# %% [markdown]
# ### The comparison
#
# The same networks, data, noise, rates and number of steps, from several seeds: the usual game, the report's loss, and
# both remedies.
#
# *Before you run this:* which of the four will reach all eight modes with every seed? Does the report's loss collapse
# more often than the usual one, less, or is it all the same? And will anybody's MMD² come down to the floor, as the
# normal distribution nearly did?

# %% demo
def on_seeds(losses, size=1):
    """Train from every seed; return modes and MMD^2 of each, and of the last the points and the surface of D."""
    found = []
    for seed in range(SEEDS):
        model, points = on_ring(losses, seed, size)
        found.append((metrics.modes_found(points, ring.centres, 0.3), mmd(points, ring_points, WIDTHS)))
    # A D of packs has no surface over the plane: show it packs of the same point twice.
    probability = ops.convert_to_numpy(ops.sigmoid(model.d.forward(np.tile(SQUARE, (1, size)))))[:, 0]
    return found, (points[:400], probability)


with checks.waits():
    games = {
        "usual": (player_losses, 1),
        "report": (functools.partial(player_losses, kind="report"), 1),
        "packing": (functools.partial(packed_losses, size=2), 2),
        "penalty": (functools.partial(penalised_losses, weight=0.5), 1),
    }
    random = np.random.default_rng(9)
    floors = [mmd(ring.sample(1000, random), ring_points, WIDTHS) for _ in range(5)]
    print(f"data against data: MMD^2 {min(floors):.4f} to {max(floors):.4f}")
    results, surfaces = {}, {}
    for name, game in games.items():
        results[name], last = on_seeds(*game)
        surfaces[f"{name}: {results[name][-1][0].found} modes"] = last
        for modes, distance in results[name]:
            print(f"{name:8} {modes}, MMD^2 {distance:.4f}")
    plots.over_surface(surfaces, ring_points[:400], 4.0, name="ring_remedies")

# %% [markdown]
# With the preset `quick` packing reaches all eight with every seed, and the penalty all eight or seven of them, and
# their MMD² is between 0.01 and 0.03. Without a remedy $G$ reaches one to five modes, with every seed others, and its
# MMD² is 0.1 and more. The loss of the report is not what makes the difference: the usual one collapses as well, and
# between these two the seeds differ more than the losses do. What is missing in both is something that makes collapse
# expensive, or the game slow.
#
# Nobody comes down to the floor. A continuous $G$ cannot tear its cloud into eight pieces: what joins them lies between
# the modes, and even with a remedy that is a quarter of all points and more. (Of the data it is one in a hundred.)
#
# ### How much friction?
#
# The weight 0.5 was a guess. Section 1 says that there is too little friction and too much. Is it so for networks, too,
# which have thousands of numbers in place of two, and Adam in place of plain steps?
#
# *Before you run this:* the same game with the weights 0, 0.005, 0.05, 0.5 and 5, several seeds each. Draw what you
# expect: the modes found over the weight, and the share of the points that lie near a mode. Do both go up, or up and
# down again, or one so and one so? What will the surface of $D$ look like on the left and on the right end?

# %% demo
def sweep_picture(swept):
    """Modes found, the share of points near one, and MMD^2 over the penalty's weight: a dot for every seed."""
    figure, panels = plt.subplots(1, 3, figsize=(11, 3.2), layout="constrained")
    numbers = {
        "modes found": lambda modes, _: modes.found,
        "share of points near a mode": lambda modes, _: modes.near,
        "MMD$^2$": lambda _, distance: distance,
    }
    places = np.arange(len(swept))
    for axes, (title, number) in zip(panels, numbers.items(), strict=True):
        values = np.array([[number(*each) for each in found] for found in swept.values()])  # (weights, seeds)
        axes.plot(places, values.mean(axis=1), color="#b4502d", label="mean")
        axes.plot(places, values, "o", color="#2a6592", ms=4, alpha=0.7)
        axes.set(title=title, xlabel="weight of the penalty", xticks=places, xticklabels=[f"{w:g}" for w in swept])
    panels[0].set_ylim(0, 8.5)
    panels[1].set_ylim(0, 1.03)
    panels[2].set_yscale("log")
    panels[2].axhline(max(floors), color="#333333", lw=1, ls=":", label="data against data")
    panels[2].legend(fontsize=8)
    plots.show(figure, "ring_weights")


with checks.waits():
    swept, surfaces = {0.0: results["usual"], 0.5: results["penalty"]}, {}
    for weight in (0.005, 0.05, 5.0):
        swept[weight], last = on_seeds(functools.partial(penalised_losses, weight=weight))
        surfaces[f"weight {weight:g}: {swept[weight][-1][0].found} modes"] = last
    swept = {weight: swept[weight] for weight in sorted(swept)}
    for weight, found in swept.items():
        for modes, distance in found:
            print(f"weight {weight:<6g} {modes}, MMD^2 {distance:.4f}")
    sweep_picture(swept)
    plots.over_surface(surfaces, ring_points[:400], 4.0, name="ring_weights_surfaces")

# %% [markdown]
# Up and down again. With 0 and with 0.005 there is too little friction: the game goes on running, and $G$ mostly loses
# half of the modes. From 0.05 on nearly all of them are found, with 5 sometimes only six. What falls on the right is
# the share of points near a mode: about two thirds with 0.05, a quarter to 0.4 with 5. There $D$ is so flat that it
# says nearly the same everywhere, and $G$ lays a cloud over the ring and hardly learns where in it the modes are. It
# looks like the slow side of section 1, where $y$ is held so tightly that it hardly answers.
#
# Each number by itself can be had cheaply. A $G$ that puts everything on one mode has the best share, and one that
# draws a wide cloud finds all modes. MMD² sees both faults. It is smallest in the middle; between 0.05 and 0.5 it
# differs by no more than two seeds do, so which of these is better remains open. For the smallest GAN section 1 gives
# the best weight, for networks one has to try.
#
# *Before you run this:* once more the pictures at the beginning of this section, with the same seed, now with a penalty
# of the weight 0.05. When do you expect to see all eight modes for the first time, and will $G$ lose some of them
# again?

# %% demo
with checks.waits():
    penalty_snapshots = snapshots()
    on_ring(functools.partial(penalised_losses, weight=0.05), seed=1, callbacks=[penalty_snapshots])
    show_snapshots(penalty_snapshots, "ring_penalty")

# %% [markdown]
# After 600 steps the points are a cloud, as they were without the penalty. After 1,300 they lie on the ring, at all
# eight modes, and there they stay, while the usual game went on from one half of the ring to the other. The surface of
# $D$ has low hills in place of cliffs: it still says where the data are, but nowhere so loudly that all of $G$ has to
# run.

# %% [markdown] question="remedies" points=2
# **Question.** Look at your table and at the pictures.
#
# 1. Packing and the penalty act on different causes of the trouble. Say for each which one, in a sentence or two.
# 2. "Eight of eight modes found" can be said of very different sets of samples. Give two that MMD tells apart and this
#    count does not, and say why one looks at the MMD of data against data beside it.
#
# *Your answer (a few sentences):*
#
# ### BEGIN MARK SCHEME
# 1. (1 point) Packing changes what $D$ can see: variety among samples, which a judge of single samples cannot notice,
#    so collapse costs $G$ something. The penalty changes how the game moves: it keeps $D$ from becoming steep around
#    the data, damps the running in circles, and leaves usable gradients between the modes. Half a point for each.
# 2. (1 point) For example: modes with very unequal shares; the right shares but too narrow or too wide blobs; many
#    samples between the modes. (Two of them.) The estimate of MMD scatters around its value even for equal
#    distributions, and data against data shows how much: anything near this floor is as good as can be seen with so
#    many samples. Half a point without the reason for the floor.
# ### END MARK SCHEME

# %% [markdown]
# ## 8 Where to go next
#
# - Average the weights of $G$ over the last thousand steps of the usual game on the ring. Does section 1 hold?
# - Take both remedies together, or packs of four. Is more always better?
# - Train four times as long with the weight 5. Is too much friction only slow, as section 1 says, or wrong?
# - Play with `data.Ring(modes=25)`, or with a single number of noise. What is impossible for a $G$ that is continuous?
# - Read [Goodfellow's tutorial, 2016](https://arxiv.org/abs/1701.00160), and [Metz et al., *Unrolled GANs*,
#   2016](https://arxiv.org/abs/1611.02163), with a third remedy on the same ring.
# - Then go on to pictures, with the lesson `gan`.
