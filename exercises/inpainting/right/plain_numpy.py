"""Index arithmetic and loops in NumPy; Keras layers called one after the other, in classes and by other names."""

# %% solution="cut"
def cut(images):
    images = np.asarray(images)
    if images.ndim != 4 or images.shape[1] != images.shape[2] or images.shape[1] % 4 != 0:
        raise ValueError(f"cannot cut images of shape {images.shape}")
    q = images.shape[1] // 4
    borders = np.array(images)
    borders[:, q:-q, q:-q, :] = 0
    return borders, np.array(images[:, q:-q, q:-q, :])


def paste(borders, centres):
    q = borders.shape[1] // 4
    if len(borders) != len(centres):
        raise ValueError("another number of centres than of borders")
    result = []
    for border, centre in zip(borders, centres):
        if centre.shape != (2 * q, 2 * q, border.shape[2]):
            raise ValueError("a centre of another size")
        padded = np.pad(centre, ((q, q), (q, q), (0, 0)))
        mask = np.pad(np.ones(centre.shape, bool), ((q, q), (q, q), (0, 0)))
        result.append(np.where(mask, padded, border))
    return np.array(result)


# %% solution="rows"
def border_rows(images):
    q = images.shape[1] // 4
    rows = []
    for image in images:
        pieces = [image[:q].ravel()]
        for line in image[q:-q]:
            pieces += [line[:q].ravel(), line[-q:].ravel()]
        rows.append(np.concatenate([*pieces, image[-q:].ravel()]))
    return np.stack(rows)


def centre_rows(centres):
    return np.stack([centre.flatten() for centre in centres])


def centre_images(rows):
    side = round((rows.shape[1] // 3) ** 0.5)
    return np.reshape(rows, (len(rows), side, side, 3))


# %% solution="errors"
def errors(truth, filled):
    _, one = cut(truth)
    _, other = cut(filled)
    n = len(one)
    L1, L2, PSNR = np.zeros(n), np.zeros(n), np.zeros(n)
    for k in range(n):
        d = one[k].astype(float) - other[k].astype(float)
        L1[k], L2[k] = abs(d).mean(), (d * d).mean()
        PSNR[k] = 10 * np.log10(1 / L2[k]) if L2[k] else np.inf
    return {"PSNR": PSNR, "L1": L1, "L2": L2}


def gradient_energy(centres):
    return sum((np.diff(centres, axis=axis).astype(float) ** 2).mean() for axis in (1, 2))


# %% solution="divergence"
def pixel_divergence(truth, guess, bins=256, smoothing=1.0):
    shares = []
    for array in (truth, guess):
        index = np.minimum((np.ravel(array).astype(float) * bins).astype(int), bins - 1)
        counts = np.bincount(index, minlength=bins) + smoothing
        shares.append(counts / (array.size + bins * smoothing))
    total = 0.0
    for p, q in zip(*shares):
        if p > 0:
            total += p * (np.log(p) - np.log(q))
    return total


# %% solution="baseline"
def border_mean(borders):
    n, side = borders.shape[:2]
    total = borders.sum(axis=(1, 2))
    mean = total / (side * side * 3 / 4)
    return np.tile(mean[:, None, None, :], (1, side // 2, side // 2, 1)).astype(borders.dtype)


# %% solution="dense"
class Centre(keras.Model):
    def __init__(self, inputs, outputs, units, penalty):
        super().__init__()
        dense = lambda size, **more: layers.Dense(size, kernel_regularizer=keras.regularizers.l2(penalty), **more)
        self.hidden = [dense(units) for _ in range(3)]
        self.norms = [layers.BatchNormalization(momentum=0.9) for _ in range(3)]
        self.last = dense(outputs)
        self(np.zeros((1, inputs), "float32"))

    def call(self, x, training=False):
        for layer, norm in zip(self.hidden, self.norms):
            x = norm(ops.relu(layer(x)), training=training)
        return ops.sigmoid(self.last(x))


def make_dense(inputs, outputs, units=1000, penalty=1e-5):
    return Centre(inputs, outputs, units, penalty)


# %% solution="losses"
def squared_error(truth, guess):
    d = guess - truth
    return ops.sum(d * d) / ops.shape(d)[0]


def cross_entropy(truth, guess):
    guess = ops.maximum(ops.minimum(guess, 1 - 1e-7), 1e-7)
    return -ops.sum(truth * ops.log(guess) + (1 - truth) * ops.log1p(-guess)) / guess.shape[0]


# %% solution="noise_channel"
class Noise(layers.Layer):
    def __init__(self, side):
        super().__init__()
        self.side = side

    def build(self, shape):
        self.w = self.add_weight(shape=(shape[-1], self.side**2), initializer="glorot_uniform")
        self.b = self.add_weight(shape=(self.side**2,), initializer="zeros")

    def call(self, z):
        return ops.reshape(ops.matmul(z, self.w) + self.b, (-1, self.side, self.side, 1))


def add_noise_channel(pictures, z):
    return ops.concatenate([pictures, Noise(pictures.shape[2])(z)], axis=-1)


# %% solution="gan_losses"
def discriminator_loss(real_logits, fake_logits):
    def h(l, y):
        return ops.maximum(l, 0.0) - l * y + ops.log1p(ops.exp(-ops.abs(l)))

    return ops.mean(h(real_logits, 1.0) + h(fake_logits, 0.0))


def generator_loss(fake_logits, truth, guess, weight, as_written=False):
    loss = weight * ops.mean(ops.absolute(guess - truth))
    if as_written:
        return loss + ops.mean(ops.log_sigmoid(-fake_logits))
    return loss - ops.mean(ops.log_sigmoid(fake_logits))


# %% solution="tokens"
def words(sentence):
    found, word = [], ""
    for sign in sentence.lower() + " ":
        if sign.isalnum() or sign == "'":
            word += sign
        elif word:
            found.append(word)
            word = ""
    return found


def make_vocabulary(sentences, size):
    counts = {}
    for sentence in sentences:
        for word in words(sentence):
            counts[word] = counts.get(word, 0) + 1
    ranked = sorted(sorted(counts), key=counts.get, reverse=True)
    return dict(zip(ranked, range(2, size)))


def encode(sentences, vocabulary, length):
    return np.array(
        [([vocabulary.get(w, 1) for w in words(s)] + [0] * length)[:length] for s in sentences], dtype="int32"
    )


# %% solution="text_encoder"
def make_text_encoder(size, length, dim, kind="lstm"):
    tokens = keras.Input((length,), dtype="int32")
    vectors = layers.Embedding(size, dim)(tokens)
    cell = layers.LSTMCell(dim) if kind == "lstm" else layers.SimpleRNNCell(dim)
    return keras.Model(tokens, layers.RNN(cell)(vectors, mask=ops.not_equal(tokens, 0)))


# %% solution="join_text"
def join_text(maps, text):
    height, width = maps.shape[1:3]
    everywhere = ops.tile(ops.expand_dims(ops.expand_dims(text, 1), 1), (1, height, width, 1))
    return ops.concatenate([maps, everywhere], axis=3)


# %% solution="shuffled"
def shuffle_captions(tokens, seed):
    random = np.random.RandomState(seed)
    places = np.arange(len(tokens))
    order = places.copy()
    while (order == places).any():
        random.shuffle(order)
    return tokens[order]
