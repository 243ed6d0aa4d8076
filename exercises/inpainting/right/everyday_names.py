"""Helpers of everyday names, used again in later blanks; TensorFlow, einsum and layers of one's own; float64."""


# %% solution="cut"
def middle(images):
    """The slice of the middle."""
    quarter = images.shape[1] // 4
    return slice(quarter, -quarter)


def copy(pixels):
    return np.array(pixels, copy=True)


def complete(images, centres):
    images[:, middle(images), middle(images)] = centres
    return images


def refuses(wrong, why):
    if wrong:
        raise ValueError(why)


def cut(images):
    height, width = images.shape[1:3]
    refuses(height != width or height % 4 != 0, "not square, or no multiple of 4")
    centres = copy(images[:, middle(images), middle(images)])
    return complete(copy(images), 0), centres


def paste(borders, centres):
    refuses(len(centres) != len(borders), "not as many")
    refuses(any(2 * centres.shape[k] != borders.shape[k] for k in (1, 2)), "not half as wide")
    return complete(copy(borders), centres)


# %% solution="rows"
def kernel(side):
    """Which pixels are outside of the middle."""
    return cut(np.ones((1, side, side, 3), bool))[0][0, ..., 0]


def rows(pictures):
    return np.einsum("nhwc->nhwc", pictures).reshape((pictures.shape[0], -1), order="C")


def border_rows(images):
    return rows(images[:, kernel(images.shape[1])][:, None])


def centre_rows(centres):
    return rows(centres)


def centre_images(rows):
    n, pixels = rows.shape
    side = int((pixels / 3) ** 0.5 + 0.5)
    return np.stack(np.split(rows, n)).reshape(n, side, side, 3)


# %% solution="errors"
def key(truth, filled, power):
    first, second = (centre_rows(cut(images)[1]).astype(np.float64) for images in (truth, filled))
    return np.linalg.norm(first - second, ord=power, axis=1) ** power / first.shape[1]


def value(L2):
    return 10 * (np.log10(1) - np.log10(L2))


def errors(truth, filled):
    return {"L1": key(truth, filled, 1), "L2": key(truth, filled, 2), "PSNR": value(key(truth, filled, 2))}


def gradient_energy(centres):
    few = tf_gradients(centres)
    return sum(float(np.mean(np.square(each))) for each in few)


def tf_gradients(centres):
    return centres[:, 1:] - centres[:, :-1], centres[:, :, 1:] - centres[:, :, :-1]


# %% solution="divergence"
def first(array, bins, smoothing):
    edges = np.arange(1, bins) / bins
    counts = np.bincount(np.digitize(np.ravel(array), edges), minlength=bins) + smoothing
    return counts / counts.sum()


def pixel_divergence(truth, guess, bins=256, smoothing=1.0):
    second, draws = first(truth, bins, smoothing), first(guess, bins, smoothing)
    return np.einsum("b,b->", second, np.log(second) - np.log(draws))


# %% solution="baseline"
def border_mean(borders):
    pixels = border_rows(borders).reshape(len(borders), -1, 3).mean(1)
    side = borders.shape[1] // 2
    return centre_images(np.concatenate([pixels] * side**2, axis=1))


# %% solution="dense"
def small(penalty):
    return keras.regularizers.L2(penalty)


def hidden(x, units, penalty):
    x = layers.Dense(units, use_bias=False, kernel_regularizer=small(penalty))(x)
    return layers.Activation("relu")(layers.BatchNormalization(momentum=0.9, epsilon=1e-5)(x))


def make_dense(inputs, outputs, units=1000, penalty=1e-5):
    answer = keras.Input(shape=(inputs,))
    x = hidden(hidden(hidden(answer, units, penalty), units, penalty), units, penalty)
    return keras.Model(answer, ops.sigmoid(layers.Dense(outputs, kernel_regularizer=small(penalty))(x)))


# %% solution="losses"
def loss(each):
    return ops.sum(each) / ops.cast(ops.shape(each)[0], each.dtype)


def squared_error(truth, guess):
    d = ops.convert_to_tensor(guess) - truth
    return ops.mean(ops.einsum("bn,bn->b", d, d))


def cross_entropy(truth, guess):
    guess = ops.clip(guess, keras.config.epsilon(), 1 - keras.config.epsilon())
    return loss(-ops.where(ops.equal(truth, 1), ops.log(guess), truth * ops.log(guess) + (1 - truth) * ops.log(1 - guess)))


# %% solution="noise_channel"
class Draws(layers.Layer):
    def __init__(self, side):
        super().__init__()
        self.side = side

    def build(self, shape):
        self.kernel = self.add_weight(shape=(self.side**2, shape[-1]), initializer="glorot_uniform")
        self.bias = self.add_weight(shape=(self.side**2,), initializer="random_normal")

    def call(self, z):
        return ops.reshape(ops.einsum("bl,pl->bp", z, self.kernel) + self.bias, (-1, self.side, self.side, 1))


def add_noise_channel(pictures, z):
    return layers.concatenate([pictures, Draws(pictures.shape[1])(z)])


# %% solution="gan_losses"
import tensorflow as tf


def state(label, logits):
    logits = tf.convert_to_tensor(logits)
    return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(tf.fill(tf.shape(logits), float(label)), logits))


@tf.function
def discriminator_loss(real_logits, fake_logits):
    return state(1, real_logits) + state(0, fake_logits)


def generator_loss(fake_logits, truth, guess, weight, as_written=False):
    adversarial = -state(0, fake_logits) if as_written else state(1, fake_logits)
    return tf.add(adversarial, weight * tf.reduce_mean(tf.abs(tf.subtract(guess, truth))))


# %% solution="tokens"
def words(sentence):
    return tuple(filter(None, re.split(r"[^a-z0-9']", sentence.lower())))


def make_vocabulary(sentences, size):
    n = Counter()
    for sentence in sentences:
        n.update(words(sentence))
    few = sorted(n.items(), key=lambda pair: (-pair[1], pair[0]))[: size - 2]
    return {word: np.int64(seed + 2) for seed, (word, _) in enumerate(few)}


def encode(sentences, vocabulary, length):
    indices = np.zeros((len(sentences), length), dtype="int32")
    for n, sentence in enumerate(sentences):
        for k, word in enumerate(words(sentence)[:length]):
            indices[n, k] = vocabulary[word] if word in vocabulary else 1
    return indices


# %% solution="text_encoder"
class Simple(layers.Layer):
    """By hand; what looks at the state before is made first."""

    def __init__(self, dim):
        super().__init__()
        self.dim = dim

    def build(self, shape):
        self.U = self.add_weight(shape=(self.dim, self.dim), initializer="orthogonal")
        self.W = self.add_weight(shape=(shape[-1], self.dim), initializer="glorot_uniform")
        self.b = self.add_weight(shape=(self.dim,), initializer="zeros")

    def call(self, x, is_word):
        h = ops.zeros_like(x[:, 0, :1]) * ops.ones((1, self.dim))
        for k in range(x.shape[1]):
            new = ops.tanh(ops.matmul(x[:, k], self.W) + ops.matmul(h, self.U) + self.b)
            h = ops.where(is_word[:, k : k + 1], new, h)
        return h


def last(states, tokens):
    """The state after the last word of each sentence."""
    many = ops.sum(ops.cast(ops.not_equal(tokens, 0), "int32"), axis=1)
    return ops.sum(states * ops.one_hot(many - 1, states.shape[1])[..., None], axis=1)


def make_text_encoder(size, length, dim, kind="lstm"):
    reader = keras.Input((length,), dtype="int32")
    vectors = layers.Embedding(size, dim)(reader)
    if kind == "simple":
        return keras.Model(reader, Simple(dim)(vectors, ops.not_equal(reader, 0)))
    states = layers.LSTM(dim, return_sequences=True)(vectors)
    return keras.Model(reader, last(states, reader))


# %% solution="join_text"
def halved(text):
    return text[:, None, None]


def doubled(maps):
    return ops.ones_like(maps)[..., :1]


def join_text(maps, text):
    return ops.concatenate([maps, ops.einsum("bhwo,bd->bhwd", doubled(maps), text)], axis=-1)


# %% solution="shuffled"
def seed_of(seed):
    np.random.seed(seed)


def shuffle_captions(tokens, seed):
    seed_of(seed)
    n = len(tokens)
    while True:
        order = np.argsort(np.random.rand(n))
        if not np.any(order == range(n)):
            return np.take(tokens, order, axis=0)
