"""Tensors wherever they may be: Keras's operations for pictures, labels, counts and walks; compiled players."""

# %% solution="scaling"
def scale(images):
    return layers.Rescaling(1 / 127.5, offset=-1)(ops.convert_to_tensor(images))


def to_bytes(images):
    return ops.cast(ops.round(ops.clip((ops.convert_to_tensor(images) + 1) * 127.5, 0, 255)), "uint8")


# %% solution="layer_norm"
def layer_norm(x, gain, shift, epsilon=1e-5):
    m = ops.shape(x)[1]
    middle = ops.einsum("bm->b", x)[:, None] / ops.cast(m, x.dtype)
    power = ops.einsum("bm,bm->b", x - middle, x - middle)[:, None] / ops.cast(m, x.dtype)
    return ops.einsum("m,bm->bm", gain, (x - middle) * ops.rsqrt(power + epsilon)) + shift


# %% solution="dense_pair"
import tensorflow as tf


class Compiled(keras.Sequential):
    @tf.function
    def call(self, x, training=None):
        for layer in self.layers:
            x = layer(x)
        return x


def dense_discriminator(shape, widths):
    d = [layers.Flatten()]
    for width in widths:
        d += [layers.Dense(width), layers.LeakyReLU(0.2), LayerNorm()]
    return Compiled([keras.Input(shape), *d, layers.Dense(1)])


def dense_generator(latent_dim, widths, shape):
    g = []
    for width in widths:
        g += [layers.Dense(width, activation="leaky_relu"), LayerNorm()]
    return Compiled([keras.Input((latent_dim,)), *g, layers.Dense(int(np.prod(shape)), "tanh"), layers.Reshape(shape)])


# %% solution="labels"
def soften(labels, amount, random):
    moved = ops.convert_to_tensor(amount * random.uniform(size=labels.shape), "float32")
    return ops.where(ops.convert_to_tensor(labels) > 0.5, 1 - moved, moved)


def flip(labels, share, random):
    labels = ops.convert_to_tensor(labels, "float32")
    return ops.where(random.uniform(size=labels.shape) < share, 1 - labels, labels)


# %% solution="numbers"
def precision_and_coverage(real, fake, k=5):
    def apart(a, b):
        return ops.sqrt(ops.sum((ops.convert_to_tensor(a)[:, None] - ops.convert_to_tensor(b)) ** 2, axis=-1))

    radii = -ops.top_k(-apart(real, real), k + 1)[0][:, -1:]
    inside = ops.cast(apart(real, fake) <= radii, "float32")
    return ops.mean(ops.max(inside, axis=0)), ops.mean(ops.max(inside, axis=1))


# %% solution="overlaps"
def overlaps(inputs, kernel, stride):
    line = ops.ones((1, inputs, 1))
    counts = ops.conv_transpose(line, ops.ones((max(kernel, stride), 1, 1)), stride, padding="valid")
    if kernel < stride:
        return [1 if x % stride < kernel else 0 for x in range(stride * (inputs - 1) + kernel)]
    return ops.reshape(counts, (-1,))


# %% solution="checkerboard"
def stride_energy(images, stride):
    images = ops.convert_to_tensor(np.asarray(images, "float32"))
    height, width = (size // stride * stride for size in images.shape[1:])
    images = images[:, :height, :width]
    pattern = ops.average_pool(
        ops.reshape(
            ops.transpose(ops.reshape(images, (-1, height // stride, stride, width // stride, stride)), (0, 2, 4, 1, 3)),
            (-1, height // stride, width // stride, 1),
        ),
        (height // stride, width // stride),
    )
    pattern = ops.reshape(pattern, (-1, stride * stride))
    return ops.sum(ops.var(pattern, axis=1)) / ops.sum(ops.var(images, axis=(1, 2)))


# %% solution="walks"
def moving_ones(latent_dim, width):
    return ops.cast(ops.tril(ops.ones((latent_dim - width + 1, latent_dim)), width - 1), "float32") * ops.triu(
        ops.ones((latent_dim - width + 1, latent_dim))
    )


def spherical_walk(a, b, steps):
    t = np.linspace(0, 1, steps)[:, None]
    unit = [v / np.linalg.norm(v) for v in (a, b)]
    angle = 2 * np.arcsin(np.linalg.norm(unit[0] - unit[1]) / 2)
    if angle < 1e-7:
        return ops.convert_to_tensor((1 - t) * a + t * b)
    return ops.convert_to_tensor(np.sin((1 - t) * angle) * a + np.sin(t * angle) * b) / np.sin(angle)
