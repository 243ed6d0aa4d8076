"""TensorFlow's own functions, some of them compiled; lambdas, and objects that can be called."""

# %% solution="error_image"
import tensorflow as tf


@tf.function
def error_image(x, canvas):
    return x - tf.sigmoid(canvas)


# %% solution="plain"
import tensorflow as tf


def read_plain(x, error):
    shape = tf.shape(x)
    flat = [tf.reshape(each, [shape[0], shape[1] * shape[2]]) for each in (x, error)]
    return tf.concat(flat, 1)


write_plain = lambda h_dec, affine, height, width: tf.reshape(affine(h_dec), (-1, height, width))  # noqa: E731


# %% solution="attention_window"
import tensorflow as tf


def attention_window(raw, size, height, width):
    g_x, g_y, log_variance, log_stride, log_intensity = tf.split(raw, 5, axis=1)
    stride = tf.exp(log_stride + np.log((max(height, width) - 1) / (size - 1)).astype("float32"))
    x, y = ((n - 1) / 2 + (n + 1) / 2 * g for n, g in ((width, g_x), (height, g_y)))
    return Window(intensity=tf.exp(log_intensity), variance=tf.exp(log_variance), stride=stride, y=y, x=x)


# %% solution="filter_centres"
import tensorflow as tf


def filter_centres(centre, stride, size):
    i = tf.range(size, dtype=tf.float32)
    return centre + (i - tf.reduce_mean(i)) * stride


# %% solution="filterbank"
import tensorflow as tf


class Filters:
    """Gaussians on the pixels of an axis."""

    def __call__(self, centres, variance, length):
        d = tf.range(length, dtype=tf.float32) - centres[..., tf.newaxis]
        return tf.nn.softmax(-tf.square(d) / (2 * variance[..., tf.newaxis]), axis=-1)


filterbank = Filters()


# %% solution="read_attention"
import tensorflow as tf


def read_attention(x, error, window, size):
    F_y, F_x = filterbank_pair(window, size, x.shape[1], x.shape[2])
    seen = [tf.matmul(tf.matmul(F_y, each), F_x, transpose_b=True) for each in (x, error)]
    flat = [tf.reshape(each, (-1, size**2)) for each in seen]
    return tf.concat(flat, axis=1) * window.intensity


# %% solution="write_attention"
import tensorflow as tf


def write_attention(patch, window, height, width):
    F_y, F_x = filterbank_pair(window, patch.shape[1], height, width)
    return tf.matmul(F_y, tf.matmul(patch, F_x), transpose_a=True) / window.intensity[..., tf.newaxis]


# %% solution="lstm_steps"
import tensorflow as tf


def encoder_step(encoder, glimpse, h_dec, state):
    return encoder(tf.concat([glimpse, h_dec], axis=-1), state)


def decoder_step(decoder, z, state):
    return decoder(z, state)


# %% solution="step_noise"
def step_noise(batch, steps, latent, seed):
    return keras.random.normal(shape=[batch, steps, latent], mean=0, stddev=1, seed=seed)


# %% solution="generation_step"
def generation_step(parts, z, decoder_state, canvas):
    h_dec, (_, c) = parts.decode(z, decoder_state)
    return [[h_dec, c], canvas + parts.write(h_dec)]


# %% solution="inference_step"
def inference_step(parts, x, noise, state):
    error = error_image(x, state.canvas)
    h_enc, encoder = encoder_step(
        parts.encoder, parts.read(x, error, state.decoder[0]), state.decoder[0], state.encoder
    )
    mean, std = posterior(h_enc, parts.mean, parts.log_deviation)
    z = sample(mean, std, noise)
    h_dec, decoder = decoder_step(parts.decoder, z, state.decoder)
    return [State(encoder, decoder, state.canvas + parts.write(h_dec)), mean, std]


# %% solution="reconstruction_loss"
import tensorflow as tf


def reconstruction_loss(x, canvas):
    return tf.reduce_sum(tf.nn.sigmoid_cross_entropy_with_logits(labels=x, logits=canvas), axis=[1, 2])


# %% solution="latent_loss"
import tensorflow as tf


def latent_loss(mean, std):
    variance = tf.square(std)
    return -0.5 * tf.reduce_sum(1 + tf.math.log(variance) - mean**2 - variance, axis=[-1, -2])


# %% solution="importance"
import tensorflow as tf


def log_weight(x, canvas, mean, std, noise):
    z = mean + std * noise
    log_p, log_q = -(z**2) / 2, -(noise**2) / 2 - tf.math.log(std)
    return tf.reduce_sum(log_p - log_q, axis=[1, 2]) - reconstruction_loss(x, canvas)


def importance_bound(log_weights):
    count = tf.cast(tf.shape(log_weights)[1], "float32")
    return tf.math.log(count) - tf.reduce_logsumexp(log_weights, axis=1)


# %% solution="generate"
import tensorflow as tf


def generate(model, count, seed):
    canvases, h_dec = model.paint(step_noise(count, model.steps, model.latent, seed))
    return tf.sigmoid(canvases), h_dec
