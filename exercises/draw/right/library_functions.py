"""What the library has for it, keyword arguments, intermediate names, NumPy's generator in other words."""

# %% solution="binarise"
import numpy as np


def binarise(images, random):
    ink = np.zeros(images.shape, np.float32)
    ink[random.random(images.shape) * 255 < images] = 1
    return ink


# %% solution="error_image"
import keras


def error_image(x, canvas):
    return ops.subtract(x, keras.activations.sigmoid(canvas))


# %% solution="plain"
def read_plain(x, error):
    both = ops.stack([x, error], axis=1)
    return ops.reshape(both, (-1, 2 * x.shape[1] * x.shape[2]))


def write_plain(h_dec, affine, height, width):
    stroke = affine(h_dec)
    return ops.reshape(stroke, (ops.shape(stroke)[0], height, width))


# %% solution="attention_window"
def attention_window(raw, size, height, width):
    raw = ops.convert_to_tensor(raw)
    positive = ops.exp(raw[:, 2:])
    x = (width + 1) * (raw[:, 0:1] + 1) / 2 - 1
    y = (height + 1) * (raw[:, 1:2] + 1) / 2 - 1
    widest = ops.maximum(height - 1.0, width - 1.0)
    return Window(
        x, y, stride=widest / (size - 1) * positive[:, 1:2], variance=positive[:, :1], intensity=positive[:, 2:]
    )


# %% solution="filter_centres"
def filter_centres(centre, stride, size):
    reach = (size - 1) / 2
    return centre + stride * ops.linspace(-reach, reach, size)[None]


# %% solution="filterbank"
import keras


def filterbank(centres, variance, length):
    a = np.arange(length)[None, None, :].astype("float32")
    mu, variance = ops.expand_dims(centres, axis=-1), ops.expand_dims(variance, axis=-1)
    return keras.activations.softmax(-0.5 * (a - mu) ** 2 / variance)


# %% solution="read_attention"
def read_attention(x, error, window, size):
    F_y = filterbank(filter_centres(window.y, window.stride, size), window.variance, x.shape[1])
    F_x = filterbank(filter_centres(window.x, window.stride, size), window.variance, x.shape[2])

    def glimpse(image):
        rows = ops.matmul(F_y, image)
        return ops.matmul(rows, ops.swapaxes(F_x, 1, 2))

    seen = ops.concatenate([glimpse(x), glimpse(error)], axis=1)
    return ops.reshape(seen * window.intensity[..., None], (-1, 2 * size * size))


# %% solution="write_attention"
def write_attention(patch, window, height, width):
    F_y, F_x = filterbank_pair(window, patch.shape[1], height, width)
    columns = ops.matmul(ops.swapaxes(F_y, 1, 2), patch / window.intensity[..., None])
    return ops.matmul(columns, F_x)


# %% solution="lstm_steps"
def encoder_step(encoder, glimpse, h_dec, state):
    inputs = ops.concatenate((glimpse, h_dec), axis=1)
    h_enc, new_state = encoder(inputs, state)
    return h_enc, new_state


def decoder_step(decoder, z, state):
    h_dec, new_state = decoder(z, state)
    return h_dec, new_state


# %% solution="latent"
def posterior(h_enc, to_mean, to_log_std):
    mean, log_deviation = to_mean(h_enc), to_log_std(h_enc)
    return mean, ops.sqrt(ops.exp(2 * log_deviation))


def sample(mean, std, noise):
    return noise * std + mean


# %% solution="step_noise"
import keras


def step_noise(batch, steps, latent, seed):
    flat = keras.random.normal((batch, steps * latent), mean=0.0, stddev=1.0, seed=seed)
    return ops.reshape(flat, (-1, steps, latent))


# %% solution="generation_step"
def generation_step(parts, z, decoder_state, canvas):
    h_dec, new_state = parts.decode(z, decoder_state)
    stroke = parts.write(h_dec)
    new_canvas = canvas + stroke
    return new_state, new_canvas


# %% solution="inference_step"
def inference_step(parts, x, noise, state):
    h_dec, _ = state.decoder
    x_hat = error_image(x, state.canvas)
    r = parts.read(x, x_hat, h_dec)
    _, encoder = parts.encode(r, h_dec, state.encoder)
    mean, std = posterior(encoder[0], parts.mean, parts.log_deviation)
    decoder, canvas = generation_step(parts, sample(mean, std, noise), state.decoder, state.canvas)
    return state._replace(encoder=encoder, decoder=decoder, canvas=canvas), mean, std


# %% solution="reconstruction_loss"
import keras


def reconstruction_loss(x, canvas):
    losses = keras.ops.binary_crossentropy(x, canvas, from_logits=True)
    return ops.sum(ops.sum(losses, axis=-1), axis=-1)


# %% solution="latent_loss"
def latent_loss(mean, std):
    each = ops.square(mean) / 2 + ops.square(std) / 2 - ops.log(std) - 0.5
    return ops.sum(each, axis=[1, 2])


# %% solution="importance"
import numpy as np


def log_weight(x, canvas, mean, std, noise):
    z = sample(mean, std, noise)

    def log_density(value, mean, std):
        return -0.5 * ((value - mean) / std) ** 2 - ops.log(std) - 0.5 * np.log(2 * np.pi)

    messages = log_density(z, 0.0, ops.ones_like(z)) - log_density(z, mean, std)
    return -reconstruction_loss(x, canvas) + ops.sum(messages, axis=(1, 2))


def importance_bound(log_weights):
    samples = ops.shape(log_weights)[1]
    return -ops.logsumexp(log_weights - np.log(samples), axis=-1)


# %% solution="generate"
def generate(model, count, seed):
    z = step_noise(batch=count, steps=model.steps, latent=model.latent, seed=seed)
    canvases, states = model.paint(z)
    return ops.sigmoid(canvases), states
