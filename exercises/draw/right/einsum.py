"""Products by einsum, unstacked columns, exponentials brought down by their maximum, losses written as they stand."""

# %% solution="binarise"
import numpy as np


def binarise(images, random):
    return random.binomial(1, np.asarray(images, "float64") / 255).astype("float32")


# %% solution="error_image"
def error_image(x, canvas):
    return x - 1 / (1 + ops.exp(-canvas))


# %% solution="plain"
import keras


def read_plain(x, error):
    flat = keras.layers.Flatten()
    return ops.hstack([flat(x), flat(error)])


def write_plain(h_dec, affine, height, width):
    rows = affine(h_dec)
    return ops.stack([rows[:, k * width : (k + 1) * width] for k in range(height)], axis=1)


# %% solution="attention_window"
def attention_window(raw, size, height, width):
    g_x, g_y, log_variance, log_stride, log_intensity = (raw[:, k, None] for k in range(5))
    middle_x, middle_y = (width - 1) / 2, (height - 1) / 2
    longer = max(height, width)
    return Window(
        middle_x + (width + 1) / 2 * g_x,
        middle_y + (height + 1) / 2 * g_y,
        ops.exp(log_stride) * (longer - 1) / (size - 1),
        ops.exp(log_variance),
        ops.exp(log_intensity),
    )


# %% solution="filter_centres"
def filter_centres(centre, stride, size):
    return ops.concatenate([centre + (i - size / 2 - 0.5) * stride for i in range(1, size + 1)], axis=1)


# %% solution="filterbank"
def filterbank(centres, variance, length):
    pixels = ops.reshape(ops.arange(length, dtype="float32"), (1, 1, length))
    exponents = -ops.square(pixels - ops.expand_dims(centres, 2)) / (2 * ops.expand_dims(variance, 2))
    weights = ops.exp(exponents - ops.max(exponents, axis=2, keepdims=True))
    return weights / ops.sum(weights, axis=2, keepdims=True)


# %% solution="read_attention"
def read_attention(x, error, window, size):
    _, _, _, _, intensity = window
    F_y, F_x = filterbank_pair(Window(*window), size, x.shape[1], x.shape[2])
    patches = [ops.einsum("bih,bhw,bjw->bij", F_y, each, F_x) for each in (x, error)]
    return ops.concatenate([intensity * ops.reshape(patch, (-1, size**2)) for patch in patches], axis=1)


# %% solution="write_attention"
def write_attention(patch, window, height, width):
    size = patch.shape[-1]
    F_y, F_x = filterbank_pair(window, size, height, width)
    return ops.einsum("bih,bij,bjw->bhw", F_y, patch, F_x) / ops.reshape(window.intensity, (-1, 1, 1))


# %% solution="lstm_steps"
def encoder_step(encoder, glimpse, h_dec, state):
    h, (_, c) = encoder(ops.hstack([glimpse, h_dec]), state)
    return h, (h, c)


def decoder_step(decoder, z, state):
    h, new = decoder(z, state)
    return h, [new[0], new[1]]


# %% solution="latent"
def posterior(h_enc, to_mean, to_log_std):
    return [to_mean(h_enc), ops.exp(to_log_std(h_enc))]


def sample(mean, std, noise):
    return ops.add(mean, ops.multiply(noise, std))


# %% solution="step_noise"
import keras


def step_noise(batch, steps, latent, seed):
    return ops.stack([keras.random.normal((batch, latent), seed=seed) for _ in range(steps)], axis=1)


# %% solution="generation_step"
def generation_step(parts, z, decoder_state, canvas):
    _, new = parts.decode(z, decoder_state)
    return new, ops.add(parts.write(new[0]), canvas)


# %% solution="inference_step"
def inference_step(parts, x, noise, state):
    encoder, (h_dec, c_dec), canvas = state
    glimpse = parts.read(x, x - ops.sigmoid(canvas), h_dec)
    h_enc, encoder = parts.encode(glimpse, h_dec, encoder)
    mean, std = parts.mean(h_enc), ops.exp(parts.log_deviation(h_enc))
    h_dec, decoder = parts.decode(mean + std * noise, [h_dec, c_dec])
    return State(encoder=encoder, decoder=decoder, canvas=canvas + parts.write(h_dec)), mean, std


# %% solution="reconstruction_loss"
def reconstruction_loss(x, canvas):
    pixels = ops.maximum(canvas, 0.0) - canvas * x + ops.log1p(ops.exp(-ops.abs(canvas)))
    return ops.sum(ops.reshape(pixels, (-1, x.shape[1] * x.shape[2])), axis=1)


# %% solution="latent_loss"
def latent_loss(mean, std):
    variance = std**2
    steps = ops.sum((mean**2 + variance - ops.log(variance)) / 2, axis=2)
    return ops.sum(steps, axis=1) - mean.shape[1] * mean.shape[2] / 2


# %% solution="importance"
def log_weight(x, canvas, mean, std, noise):
    z = mean + std * noise
    log_p = -(z**2) / 2
    log_q = -(((z - mean) / std) ** 2) / 2 - ops.log(std)
    return ops.sum(ops.sum(log_p - log_q, axis=2), axis=1) - reconstruction_loss(x, canvas)


def importance_bound(log_weights):
    log_weights = ops.convert_to_tensor(log_weights)
    largest = ops.max(log_weights, axis=1, keepdims=True)
    return -largest[:, 0] - ops.log(ops.mean(ops.exp(log_weights - largest), axis=1))


# %% solution="generate"
import keras


def generate(model, count, seed):
    messages = keras.random.normal((count, model.steps, model.latent), seed=seed)
    canvases, h_dec = model.paint(messages)
    return [1 / (1 + ops.exp(-canvases)), h_dec]
