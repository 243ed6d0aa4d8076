"""Variables made in another order, penalties added in calls, means of each example first."""


# %% solution="dense"
class Penalised(layers.Layer):
    def __init__(self, n, penalty):
        super().__init__()
        self.n, self.penalty = n, penalty

    def build(self, shape):
        self.w = self.add_weight(shape=(shape[-1], self.n), initializer="glorot_uniform")
        self.b = self.add_weight(shape=(self.n,), initializer="zeros")

    def call(self, x):
        self.add_loss(self.penalty * ops.sum(ops.square(self.w)))
        return ops.matmul(x, self.w) + self.b


class Centre(keras.Model):
    def __init__(self, outputs, units, penalty):
        super().__init__()
        self.last = Penalised(outputs, penalty)
        self.hidden = [Penalised(units, penalty) for _ in range(3)]
        self.norms = [layers.BatchNormalization(momentum=0.9) for _ in range(3)]

    def call(self, x, training=False):
        for hidden, norm in zip(self.hidden, self.norms, strict=True):
            x = ops.relu(norm(hidden(x), training=training))
        return ops.sigmoid(self.last(x))


def make_dense(inputs, outputs, units=1000, penalty=1e-5):
    return Centre(outputs, units, penalty)


# %% solution="noise_channel"
class Noise(layers.Layer):
    def __init__(self, side):
        super().__init__()
        self.side = side

    def build(self, shape):
        self.b = self.add_weight(shape=(self.side**2,), initializer="zeros")
        self.w = self.add_weight(shape=(shape[-1], self.side**2), initializer="glorot_uniform")

    def call(self, z):
        return ops.reshape(ops.matmul(z, self.w) + self.b, (-1, self.side, self.side, 1))


def add_noise_channel(pictures, z):
    return ops.concatenate([pictures, Noise(pictures.shape[2])(z)], axis=-1)


# %% solution="gan_losses"
def generator_loss(fake_logits, truth, guess, weight, as_written=False):
    l = fake_logits[:, 0]
    each = -ops.softplus(l) if as_written else ops.softplus(-l)
    return ops.mean(each + weight * ops.mean(ops.abs(truth - guess), axis=(1, 2, 3)))


def discriminator_loss(real_logits, fake_logits):
    """What D minimises, for logits (batch, 1) of real and of completed pictures: a scalar."""
    return ops.mean(ops.softplus(-real_logits)) + ops.mean(ops.softplus(fake_logits))


# %% solution="text_encoder"
class Enc(keras.Model):
    def __init__(self, size, dim, kind):
        super().__init__()
        self.rnn = layers.LSTM(dim) if kind == "lstm" else layers.SimpleRNN(dim)
        self.embedding = layers.Embedding(size, dim, mask_zero=True)

    def call(self, tokens):
        return self.rnn(self.embedding(tokens))


def make_text_encoder(size, length, dim, kind="lstm"):
    return Enc(size, dim, kind)


# %% solution="errors"
def errors(truth, filled):
    middle = slice(truth.shape[1] // 4, 3 * truth.shape[1] // 4)
    d = truth[:, middle, middle].astype(np.float64) - np.clip(filled[:, middle, middle], 0, 1)
    L2 = np.mean(d**2, axis=(1, 2, 3))
    return {"L1": np.mean(np.abs(d), axis=(1, 2, 3)), "L2": L2, "PSNR": -10 * np.log10(L2)}


def gradient_energy(centres):
    """The mean squared difference to the right neighbour plus that to the lower one, of images (n, h, w, 3): a number.

    Pixels without such a neighbour do not count.
    """
    right = centres[:, :, 1:] - centres[:, :, :-1]  # (n, h, w - 1, 3)
    below = centres[:, 1:] - centres[:, :-1]  # (n, h - 1, w, 3)
    return float(np.mean(right**2) + np.mean(below**2))


# %% solution="shuffled"
def shuffle_captions(tokens, seed):
    rng = np.random.default_rng(seed)
    while True:
        o = rng.permutation(len(tokens))
        if (o != np.arange(len(tokens))).all():
            return tokens[o]


# %% solution="join_text"
def join_text(maps, text):
    e = ops.ones_like(maps[..., :1]) * text[:, None, None, :]
    return ops.concatenate([maps, e], -1)


# %% solution="tokens"
def make_vocabulary(sentences, size):
    counts = Counter(sorted(word for sentence in sentences for word in words(sentence)))
    return {word: index for index, (word, _) in enumerate(counts.most_common(size - 2), start=2)}


def words(sentence):
    """The words of a sentence, a list of strings."""
    return re.findall(r"[a-z0-9']+", sentence.lower())


def encode(sentences, vocabulary, length):
    """Sentences as rows of indices: int32 (n, length), 1 for unknown words, 0 behind the end."""
    tokens = np.zeros((len(sentences), length), np.int32)  # (n, length)
    for row, sentence in zip(tokens, sentences, strict=True):
        indices = [vocabulary.get(word, 1) for word in words(sentence)][:length]
        row[: len(indices)] = indices
    return tokens
