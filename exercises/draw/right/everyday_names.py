"""Helpers with the names that come to mind first, each of which is still needed when the whole notebook has run."""


# %% solution="binarise"
def ink(images, random):
    return random.uniform(size=images.shape) * 255 < images


def binarise(images, random):
    return ink(images, random).astype("float32")


# %% solution="error_image"
def probabilities(logits):
    return ops.sigmoid(logits)


def error_image(x, canvas):
    return x - probabilities(canvas)


# %% solution="plain"
def pixels(images):
    height, width = images.shape[1:]
    return ops.reshape(images, (-1, height * width))


def read_plain(x, error):
    return ops.concatenate([pixels(x), pixels(error)], axis=1)


def stroke(flat, height, width):
    return ops.reshape(flat, (-1, height, width))


def write_plain(h_dec, affine, height, width):
    return stroke(affine(h_dec), height, width)


# %% solution="attention_window"
def middle(length, g):
    return (length + 1) / 2 * (g + 1) - 1


def values(raw):
    return [raw[:, k : k + 1] for k in range(5)]


def attention_window(raw, size, height, width):
    x, y, variance, stride, intensity = values(raw)
    scale = (max(height, width) - 1) / (size - 1)
    x, y = middle(width, x), middle(height, y)
    return Window(x, y, scale * ops.exp(stride), ops.exp(variance), ops.exp(intensity))


# %% solution="filter_centres"
def spots(size):
    return ops.arange(size, dtype="float32") - (size - 1) / 2


def filter_centres(centre, stride, size):
    return centre + stride * spots(size)


# %% solution="filterbank"
def kernel(centres, length):
    return ops.square(ops.arange(length, dtype="float32") - centres[:, :, None])


def filterbank(centres, variance, length):
    return ops.softmax(-0.5 * kernel(centres, length) / variance[:, :, None])


# %% solution="read_attention"
def rows(F_y, images):
    return ops.matmul(F_y, images)


def seen(images, window, size):
    F_y, F_x = filterbank_pair(window, size, *images.shape[1:])
    return ops.matmul(rows(F_y, images), ops.transpose(F_x, (0, 2, 1)))


def read_attention(x, error, window, size):
    patches = [ops.reshape(seen(images, window, size), (-1, size * size)) for images in (x, error)]
    return window.intensity * ops.concatenate(patches, axis=-1)


# %% solution="write_attention"
def write_attention(patch, window, height, width):
    F_y, F_x = filterbank_pair(window, patch.shape[1], height, width)
    return ops.matmul(rows(ops.transpose(F_y, (0, 2, 1)), patch), F_x) / window.intensity[:, :, None]


# %% solution="lstm_steps"
def glimpses(glimpse, h_dec):
    return ops.concatenate([glimpse, h_dec], axis=-1)


def encoder_step(encoder, glimpse, h_dec, state):
    return encoder(glimpses(glimpse, h_dec), state)


def decoder_step(decoder, z, state):
    return decoder(z, state)


# %% solution="latent"
def stds(log_deviation):
    return ops.exp(log_deviation)


def posterior(h_enc, to_mean, to_log_std):
    return to_mean(h_enc), stds(to_log_std(h_enc))


def z(mean, std, noise):
    return mean + std * noise


def sample(mean, std, noise):
    return z(mean, std, noise)


# %% solution="step_noise"
def noise(shape, seed):
    return keras.random.normal(shape, seed=seed)


def step_noise(batch, steps, latent, seed):
    return noise((batch, steps, latent), seed)


# %% solution="generation_step"
def canvas(before, stroke):
    return before + stroke


def generation_step(parts, z, decoder_state, before):
    h, state = parts.decode(z, decoder_state)
    return state, canvas(before, parts.write(h))


# %% solution="inference_step"
def hidden(state):
    return state[0]


def inference_step(parts, x, noise, state):
    h = hidden(state.decoder)
    seen = parts.read(x, error_image(x, state.canvas), h)
    h_enc, encoder = parts.encode(seen, h, state.encoder)
    mean, std = posterior(h_enc, parts.mean, parts.log_deviation)
    decoder, canvas = generation_step(parts, z(mean, std, noise), state.decoder, state.canvas)
    return State(encoder, decoder, canvas), mean, std


# %% solution="reconstruction_loss"
def nats(x, logits):
    return ops.softplus(logits) - x * logits


def reconstruction_loss(x, canvas):
    return ops.sum(nats(x, canvas), axis=(1, 2))


# %% solution="latent_loss"
def divergence(mean, std):
    return (mean**2 + std**2 - 1) / 2 - ops.log(std)


def latent_loss(mean, std):
    return ops.sum(divergence(mean, std), axis=(1, 2))


# %% solution="generate"
def logits(model, messages):
    return model.paint(messages)


def generate(model, count, seed):
    canvases, h_dec = logits(model, step_noise(count, model.steps, model.latent, seed))
    return probabilities(canvases), h_dec


# %% solution="importance"
def weight(value, noise, std):
    return ops.sum((noise**2 - value**2) / 2 + ops.log(std), axis=(1, 2))


def log_weight(x, canvas, mean, std, noise):
    return weight(sample(mean, std, noise), noise, std) - reconstruction_loss(x, canvas)


def few(log_weights):
    return ops.logsumexp(log_weights, axis=1)


def importance_bound(log_weights):
    return np.log(log_weights.shape[1]) - few(log_weights)
