"""Loops where others take arrays, and every loss written out in its place."""

# %% solution="game"
def play(x, y, rate, steps, alternating=False):
    path = [[x, y]]
    while len(path) <= steps:
        old_x, x = x, x - rate * y
        y += rate * (x if alternating else old_x)
        path.append([x, y])
    return path


# %% solution="averages"
def running_mean(path):
    means, sum_x, sum_y = [], 0.0, 0.0
    for count, (x, y) in enumerate(path, 1):
        sum_x, sum_y = sum_x + x, sum_y + y
        means.append((sum_x / count, sum_y / count))
    return np.array(means)


# %% solution="friction"
def step_matrix(rate, x_friction, y_friction, alternating=False):
    def step(x, y):
        new_x = x - rate * (y + x_friction * x)
        return new_x, y + rate * ((new_x if alternating else x) - y_friction * y)

    (a, c), (b, d) = step(1.0, 0.0), step(0.0, 1.0)
    return [[a, b], [c, d]]


def spectral_radius(matrix):
    (a, b), (c, d) = matrix
    middle, determinant = (a + d) / 2, a * d - b * c
    root = complex(middle**2 - determinant) ** 0.5
    return max(abs(middle + root), abs(middle - root))


# %% solution="best"
def best_discriminator(p, q):
    return np.array([a / (a + b) if a + b else 0.5 for a, b in zip(p, q)])


# %% solution="noise"
def sample_noise(m, n, random):
    return np.array([[random.normal() for _ in range(n)] for _ in range(m)], dtype="float32")


# %% solution="normal"
def shape_noise(z, mean, covariance):
    u, s, _ = np.linalg.svd(covariance)
    root = u @ np.diag(np.sqrt(s)) @ u.T
    return np.array([mean + root @ row for row in z])


# %% solution="network"
class Network:
    def __init__(self, sizes, seed=None):
        seeds = np.random.SeedSequence(seed).spawn(len(sizes) - 1)
        self.layers = []
        for k in range(len(sizes) - 1):
            draw = np.random.default_rng(seeds[k]).standard_normal((sizes[k + 1], sizes[k]))
            weights = keras.Variable(draw * (2 / sizes[k]) ** 0.5, dtype="float32")
            bias = keras.Variable(np.zeros((1, sizes[k + 1])), dtype="float32")
            self.layers.append((weights, bias))
        self.theta = [bias for _, bias in self.layers] + [weights for weights, _ in self.layers]

    def forward(self, x):
        *hidden, (last_weights, last_bias) = self.layers
        for weights, bias in hidden:
            a = ops.matmul(x, ops.transpose(weights)) + bias
            x = ops.maximum(a, 0.2 * a)
        return ops.matmul(x, ops.transpose(last_weights)) + last_bias


# %% solution="losses"
def discriminator_loss(real_logits, fake_logits):
    real = ops.maximum(-real_logits, 0) + ops.log1p(ops.exp(-ops.abs(real_logits)))
    fake = ops.maximum(fake_logits, 0) + ops.log1p(ops.exp(-ops.abs(fake_logits)))
    return ops.mean(real) + ops.mean(fake)


def generator_loss(fake_logits, kind="usual"):
    if kind == "usual":
        return -ops.mean(ops.log_sigmoid(fake_logits))
    elif kind == "saturating":
        return ops.mean(ops.log_sigmoid(-fake_logits))
    elif kind == "report":
        return ops.mean(-1 / (1 + ops.exp(-fake_logits)))
    else:
        raise ValueError("unknown kind")


# %% solution="d_step"
def discriminator_step(real, fake, d, d_optimizer):
    def loss():
        return ops.mean(ops.softplus(-d.forward(real))) + ops.mean(ops.softplus(d.forward(fake)))

    value, gradients = training.gradients(loss, d.theta)
    d_optimizer.apply(gradients, d.theta)
    return value


# %% solution="player_losses"
def player_losses(X, Z, d, g, kind="usual"):
    real, fake = d.forward(X), d.forward(g.forward(Z))
    D_loss = ops.mean(ops.softplus(-real)) + ops.mean(ops.softplus(fake))
    if kind == "usual":
        G_loss = ops.mean(ops.softplus(-fake))
    elif kind == "saturating":
        G_loss = -ops.mean(ops.softplus(fake))
    else:
        G_loss = -ops.mean(ops.sigmoid(fake))
    return D_loss, G_loss


# %% solution="train_step"
def train_step(X, Z, d, g, d_optimizer, g_optimizer, losses):
    values = []
    for which, (player, optimizer) in enumerate(((d, d_optimizer), (g, g_optimizer))):
        value, gradients = training.gradients(lambda: losses(X, Z, d, g)[which], player.theta)
        optimizer.apply(gradients, player.theta)
        values.append(value)
    return values


# %% solution="mmd"
def gaussian_kernel(x, y, widths):
    def near(a, b):
        square = sum((s - t) ** 2 for s, t in zip(a, b))
        return sum(np.exp(-square / (2 * w * w)) for w in widths) / len(widths)

    return np.array([[near(a, b) for b in y] for a in x])


def mmd(x, y, widths):
    def among(points):
        n = len(points)
        kernel = gaussian_kernel(points, points, widths)
        return sum(kernel[i, j] for i in range(n) for j in range(n) if i != j) / (n * (n - 1))

    return among(x) + among(y) - 2 * np.sum(gaussian_kernel(x, y, widths)) / (len(x) * len(y))


# %% solution="ring"
def sample_ring(n, modes, radius, std, random):
    points = []
    for _ in range(n):
        angle = 2 * np.pi * random.choice(modes) / modes
        points.append([random.normal(radius * f(angle), std) for f in (np.cos, np.sin)])
    return np.array(points)


# %% solution="packing"
def pack(x, size):
    x = ops.convert_to_tensor(x)
    return ops.concatenate([x[k::size] for k in range(size)], axis=1)


def packed_losses(X, Z, d, g, size=2):
    real, fake = d.forward(pack(X, size)), d.forward(pack(g.forward(Z), size))
    D_loss = ops.mean(ops.softplus(-real)) + ops.mean(ops.softplus(fake))
    return D_loss, ops.mean(ops.softplus(-fake))


# %% solution="penalty"
def gradient_penalty(d, x):
    gradients = training.input_gradients(lambda points: d.forward(points)[:, 0], x)
    return ops.sum(gradients * gradients) / ops.cast(ops.shape(x)[0], "float32")


def penalised_losses(X, Z, d, g, weight=0.5):
    real, fake = d.forward(X), d.forward(g.forward(Z))
    D_loss = ops.mean(ops.softplus(-real)) + ops.mean(ops.softplus(fake))
    return D_loss + weight * gradient_penalty(d, X) / 2, ops.mean(ops.softplus(-fake))
