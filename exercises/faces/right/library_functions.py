"""Functions of libraries wherever there is one: Keras's normalisation, scikit-learn's neighbours, SciPy's rotation."""

# %% solution="packing"
def pack(archive, target, count=None, block=64):
    def picture(file, name):
        decoded = keras.utils.img_to_array(keras.utils.load_img(io.BytesIO(file.read(name))), dtype="uint8")
        return decoded

    try:
        file = zipfile.ZipFile(archive)
        names = sorted(filter(lambda name: Path(name).suffix == ".jpg", file.namelist()))
        names = names[: len(names) if count is None else count]
        first = picture(file, names[0])
    except Exception as problem:
        raise ValueError("no archive of pictures: " + str(archive)) from problem
    with h5py.File(target, "a") as packed:
        images = packed.require_dataset(
            "images", (len(names), *first.shape), "uint8", exact=True, maxshape=(None, *first.shape)
        )
        for start in range(images.attrs.get("done", 0), len(names), block):
            try:
                several = np.array([picture(file, name) for name in names[start : start + block]])
                images[start : start + len(several)] = several
            except Exception as problem:
                raise ValueError("broken: " + str(archive)) from problem
            images.attrs["done"] = start + len(several)
            packed.flush()
            print(".", end="")


# %% solution="batches"
def epoch_batches(images, batch_size, random):
    indices = np.arange(images.shape[0])
    random.shuffle(indices)
    for part in np.array_split(indices, range(batch_size, len(indices), batch_size)):
        part.sort()
        yield images[part.tolist()]


# %% solution="scaling"
def scale(images):
    return np.interp(images, [0, 255], [-1, 1]).astype("float32")


def to_bytes(images):
    return np.interp(images, [-1, 1], [0, 255]).round().astype("uint8")


# %% solution="layer_norm"
def layer_norm(x, gain, shift, epsilon=1e-5):
    mean, variance = ops.moments(x, axes=[-1], keepdims=True)
    return (x - mean) * ops.rsqrt(variance + epsilon) * gain + shift


# %% solution="dense_pair"
def dense_discriminator(shape, widths):
    x = inputs = keras.Input(shape)
    x = layers.Reshape((-1,))(x)
    for width in widths:
        x = layers.LayerNormalization(epsilon=1e-5)(layers.Dense(width, activation=layers.LeakyReLU(0.2))(x))
    return keras.Model(inputs, layers.Dense(1)(x))


def dense_generator(latent_dim, widths, shape):
    x = inputs = keras.Input((latent_dim,))
    for width in widths:
        x = LayerNorm()(ops.leaky_relu(layers.Dense(width)(x), 0.2))
    return keras.Model(inputs, ops.tanh(ops.reshape(layers.Dense(shape[0] * shape[1] * shape[2])(x), (-1, *shape))))


# %% solution="conv_pair"
def conv_discriminator(size, filters, kernel=8, start="glorot_uniform", rate=0.3):
    x = inputs = keras.Input((size, size, 3))
    for count in filters:
        x = layers.Conv2D(count, kernel, 2, "same", kernel_initializer=start, activation=layers.LeakyReLU(0.2))(x)
        x = layers.Dropout(rate)(x)
    return keras.Model(inputs, layers.Dense(1, kernel_initializer=start)(layers.Flatten()(x)))


def conv_generator(latent_dim, size, filters, kernel=8, start="glorot_uniform", last="tanh"):
    side = size >> len(filters)
    x = inputs = keras.Input((latent_dim,))
    x = layers.Dense(side**2 * filters[0], kernel_initializer=start, activation=layers.LeakyReLU(0.2))(x)
    x = layers.Reshape((side, side, filters[0]))(x)
    for count in filters[1:]:
        x = layers.Conv2DTranspose(count, kernel, 2, "same", use_bias=False, kernel_initializer=start)(x)
        x = layers.LeakyReLU(0.2)(layers.BatchNormalization()(x))
    x = layers.Conv2DTranspose(3, kernel, 2, "same", kernel_initializer=start)(x)
    return keras.Model(inputs, layers.Activation(last)(x))


# %% solution="labels"
def soften(labels, amount, random):
    return np.abs(labels - random.uniform(0, amount, labels.shape)).astype("float32")


def flip(labels, share, random):
    return np.abs(labels - random.binomial(1, share, labels.shape)).astype("float32")


# %% solution="numbers"
def precision_and_coverage(real, fake, k=5):
    from sklearn.metrics import pairwise_distances
    from sklearn.neighbors import NearestNeighbors

    reach = NearestNeighbors(n_neighbors=k).fit(real).kneighbors()[0][:, -1]
    near = pairwise_distances(real, fake) <= reach[:, None]
    return float(near.any(0).mean()), float(near.any(1).mean())


# %% solution="overlaps"
def overlaps(inputs, kernel, stride):
    spread = np.zeros(stride * (inputs - 1) + 1, int)
    spread[::stride] = 1
    return np.convolve(spread, np.ones(kernel, int))


# %% solution="checkerboard"
def stride_energy(images, stride):
    height, width = (size - size % stride for size in images.shape[1:])
    power = (np.abs(np.fft.fft2(images[:, :height, :width])) ** 2).sum(axis=0)
    power[0, 0] = 0
    return power[:: height // stride, :: width // stride].sum() / power.sum()


# %% solution="walks"
def moving_ones(latent_dim, width):
    return np.array([np.roll(np.r_[np.ones(width), np.zeros(latent_dim - width)], k) for k in range(latent_dim - width + 1)])


def spherical_walk(a, b, steps):
    from scipy.linalg import norm

    half = 2 * np.arctan2(norm(a / norm(a) - b / norm(b)), norm(a / norm(a) + b / norm(b)))
    if half < 1e-7:
        return np.linspace(a, b, steps)
    return np.stack([np.sin(half - angle) * a + np.sin(angle) * b for angle in np.linspace(0, half, steps)]) / np.sin(half)
