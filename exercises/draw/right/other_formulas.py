"""Other formulas for the same: tangents for sigmoids, sums of logarithms, the intensity on other factors, two calls."""


# %% solution="binarise"
def binarise(images, random):
    return np.stack([random.random(image.shape, dtype=np.float32) < image / 255 for image in images]).astype("float32")


# %% solution="error_image"
def error_image(x, canvas):
    return x - 0.5 * (1 + ops.tanh(canvas / 2))


# %% solution="attention_window"
def attention_window(raw, size, height, width):
    p = ops.unstack(raw, axis=-1)
    p = [ops.reshape(q, (-1, 1)) for q in p]
    longer = height if height > width else width
    return Window(
        *[
            (width + 1) * (p[0] + 1) / 2 - 1,
            (height + 1) * (p[1] + 1) / 2 - 1,
            ops.exp(p[3]) * (longer - 1) / (size - 1),
            ops.exp(p[2]),
            ops.exp(p[4]),
        ]
    )


# %% solution="filter_centres"
def filter_centres(centre, stride, size):
    half = (size - 1) / 2
    return centre + stride * ops.linspace(-half, half, size)[None]


# %% solution="filterbank"
def filterbank(centres, variance, length):
    a = ops.arange(length, dtype="float32")
    e = -0.5 * ((a[None, None] - centres[..., None]) / ops.sqrt(variance)[..., None]) ** 2
    return ops.exp(e - ops.logsumexp(e, axis=-1, keepdims=True))


# %% solution="read_attention"
def read_attention(x, error, window, size):
    F_y, F_x = filterbank_pair(window, size, x.shape[1], x.shape[2])
    F_y = window.intensity[..., None] * F_y
    return ops.concatenate(
        [ops.reshape(ops.matmul(F_y, ops.matmul(p, ops.swapaxes(F_x, 1, 2))), (-1, size * size)) for p in (x, error)],
        axis=-1,
    )


# %% solution="write_attention"
def write_attention(patch, window, height, width):
    import tensorflow as tf

    F_y, F_x = filterbank_pair(window, patch.shape[1], height, width)
    return tf.einsum("bij,bih,bjw->bhw", patch / window.intensity[..., None], F_y, F_x)


# %% solution="step_noise"
def step_noise(batch, steps, latent, seed):
    return ops.reshape(keras.random.normal((batch * steps * latent,), seed=seed), (-1, steps, latent))


# %% solution="reconstruction_loss"
def reconstruction_loss(x, canvas):
    return ops.sum(ops.logaddexp(ops.zeros_like(canvas), canvas) - x * canvas, axis=(1, 2))


# %% solution="latent_loss"
def latent_loss(mean, std):
    return ops.sum(
        ops.sum(ops.square(mean) / 2 + ops.square(std) / 2 - ops.log(std) - 0.5, axis=-1), axis=-1
    )


# %% solution="generate"
def generate(model, count, seed):
    parts = [model.paint(step_noise(min(32, count - k), model.steps, model.latent, seed)) for k in range(0, count, 32)]
    return ops.sigmoid(ops.concatenate([p[0] for p in parts])), ops.concatenate([p[1] for p in parts])
