"""Whatever NumPy, Keras and the standard library have for it."""

# %% solution="cut"
def cut(images):
    n, side, width, channels = images.shape
    if side != width:
        raise ValueError("not square")
    if side % 4:
        raise ValueError("no multiple of 4")
    rows = np.arange(side // 4, 3 * side // 4)
    borders = images.copy()
    borders[np.ix_(range(n), rows, rows)] = 0
    return borders, images[np.ix_(range(n), rows, rows)]


def paste(borders, centres):
    side = borders.shape[1]
    expected = (len(borders), side // 2, side // 2, 3)
    if np.shape(centres) != expected:
        raise ValueError(f"{np.shape(centres)} is not {expected}")
    quarter = (side // 4, side // 4)
    zero = (0, 0)
    inside = np.pad(np.ones(centres.shape, bool), (zero, quarter, quarter, zero))
    images = borders.copy()
    np.place(images, inside, centres)
    return images


# %% solution="rows"
def border_rows(images):
    side = images.shape[1]
    numbers = np.arange(side * side * 3).reshape(side, side, 3)
    middle = numbers[side // 4 : -side // 4, side // 4 : -side // 4].ravel()
    return np.delete(images.reshape(len(images), -1), middle, axis=1)


def centre_rows(centres):
    return np.reshape(centres, (centres.shape[0], -1))


def centre_images(rows):
    import math

    side = math.isqrt(rows.shape[1] // 3)
    return np.asarray(rows).reshape((-1, side, side, 3))


# %% solution="errors"
def errors(truth, filled):
    side = truth.shape[1]
    part = np.s_[:, side // 4 : -side // 4, side // 4 : -side // 4]
    d = (truth[part] - filled[part]).reshape(len(truth), -1).astype(np.float64)
    L2 = np.square(d).mean(1)
    return dict(L1=np.abs(d).mean(1), L2=L2, PSNR=10 * np.log10(np.divide(1.0, L2)))


def gradient_energy(centres):
    return np.square(np.diff(centres, axis=2)).mean() + np.square(np.diff(centres, axis=1)).mean()


# %% solution="divergence"
def pixel_divergence(truth, guess, bins=256, smoothing=1.0):
    from scipy.stats import entropy

    edges = np.linspace(0, 1, bins + 1)
    return entropy(*(np.histogram(array, edges)[0] + smoothing for array in (truth, guess)))


# %% solution="baseline"
def border_mean(borders):
    n, side, _, channels = borders.shape
    rows = border_rows(borders).reshape(n, -1, channels)
    means = rows.mean(axis=1, keepdims=True)[:, None]
    return np.repeat(np.repeat(means, side // 2, axis=1), side // 2, axis=2)


# %% solution="dense"
def make_dense(inputs, outputs, units=1000, penalty=1e-5):
    l2 = keras.regularizers.L2(penalty)
    rows = x = keras.Input((inputs,))
    for _ in range(3):
        x = layers.Dense(units, activation="relu", kernel_regularizer=l2)(x)
        x = layers.BatchNormalization(momentum=0.9)(x)
    x = layers.Dense(outputs, kernel_regularizer=l2)(x)
    return keras.Model(rows, layers.Activation("sigmoid")(x))


# %% solution="losses"
def squared_error(truth, guess):
    return ops.mean(keras.losses.mean_squared_error(truth, guess)) * truth.shape[-1]


def cross_entropy(truth, guess):
    return ops.mean(keras.losses.binary_crossentropy(truth, guess)) * truth.shape[-1]


# %% solution="noise_channel"
def add_noise_channel(pictures, z):
    side = pictures.shape[1]
    noise = layers.Reshape((side, side))(layers.Dense(side**2, activation="linear", use_bias=True)(z))
    return layers.Concatenate(axis=-1)([pictures, ops.expand_dims(noise, -1)])


# %% solution="gan_losses"
def discriminator_loss(real_logits, fake_logits):
    entropy = keras.losses.BinaryCrossentropy(from_logits=True)
    return entropy(ops.ones_like(real_logits), real_logits) + entropy(ops.zeros_like(fake_logits), fake_logits)


def generator_loss(fake_logits, truth, guess, weight, as_written=False):
    entropy = keras.losses.BinaryCrossentropy(from_logits=True)
    if as_written:
        adversarial = -entropy(ops.zeros_like(fake_logits), fake_logits)
    else:
        adversarial = entropy(ops.ones_like(fake_logits), fake_logits)
    return adversarial + weight * ops.mean(keras.losses.mean_absolute_error(truth, guess))


# %% solution="tokens"
def words(sentence):
    return re.sub(r"[^a-z0-9']", " ", sentence.casefold()).split()


def make_vocabulary(sentences, size):
    counts = Counter()
    for sentence in sentences:
        counts.update(words(sentence))
    first = sorted(counts.items(), key=lambda item: item[0])
    first.sort(key=lambda item: item[1], reverse=True)
    return {word: 2 + k for k, (word, _) in enumerate(first) if k < size - 2}


def encode(sentences, vocabulary, length):
    rows = [[vocabulary.get(word, 1) for word in words(sentence)] for sentence in sentences]
    return keras.utils.pad_sequences(rows, maxlen=length, padding="post", truncating="post", dtype="int32")


# %% solution="text_encoder"
def make_text_encoder(size, length, dim, kind="lstm"):
    tokens = keras.Input((length,), dtype="int32")
    vectors = layers.Embedding(size, dim, mask_zero=True)(tokens)
    if kind == "lstm":
        return keras.Model(tokens, layers.LSTM(dim)(vectors))
    return keras.Model(tokens, layers.SimpleRNN(dim)(vectors))


# %% solution="join_text"
def join_text(maps, text):
    _, height, width, _ = maps.shape
    place = layers.Reshape((1, 1, text.shape[-1]))(text)
    return layers.Concatenate()([maps, layers.UpSampling2D((height, width))(place)])


# %% solution="shuffled"
def shuffle_captions(tokens, seed):
    import random

    chance = random.Random(seed)
    order = list(range(len(tokens)))
    chance.shuffle(order)
    target = order[1:] + order[:1]
    result = tokens.copy()
    for source, place in zip(order, target):
        result[place] = tokens[source]
    return result
