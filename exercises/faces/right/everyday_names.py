"""Helpers with everyday names, some of which checks and given cells might have used; TensorFlow, masks and SciPy."""

# %% solution="packing"
import tensorflow as tf


def names(file):
    return sorted(name for name in file.namelist() if name[-4:] == ".jpg")


def image(file, name):
    return tf.io.decode_jpeg(file.read(name), channels=3).numpy()


def write(packed, rows, start):
    images = packed["images"]
    if len(images) < start + len(rows):
        images.resize(start + len(rows), axis=0)
    images[start : start + len(rows)] = rows
    images.attrs["done"] = np.int64(start + len(rows))
    packed.flush()


def pack(archive, target, count=None, block=64):
    try:
        file = zipfile.ZipFile(archive, "r")
    except zipfile.BadZipFile:
        raise ValueError("not a zip: %s" % archive)
    with file:
        order = names(file)
        if count:
            order = order[:count]
        if not order:
            raise ValueError("no pictures in %s" % archive)
        with h5py.File(target, "a") as packed:
            done = packed["images"].attrs["done"] if "images" in packed else 0
            for start in range(done, len(order), block):
                try:
                    rows = np.stack([image(file, name) for name in order[start : start + block]])
                except Exception as error:
                    raise ValueError("%s: %s" % (archive, type(error).__name__))
                if "images" not in packed:
                    shape = rows.shape[1:]
                    packed.create_dataset("images", shape=(0,) + shape, maxshape=(None,) + shape, dtype=np.uint8)
                if rows.shape[1:] != packed["images"].shape[1:]:
                    raise ValueError("sizes in %s differ" % archive)
                write(packed, rows, start)
                print(start + len(rows), "of", len(order))


# %% solution="batches"
def epoch_batches(images, batch_size, random):
    whole = random.choice(len(images), len(images), replace=False)
    first = 0
    while first < len(whole):
        mask = np.zeros(len(images), dtype=bool)
        mask[whole[first : first + batch_size]] = True
        yield images[mask]
        first += batch_size


# %% solution="scaling"
def crop(x, low, high):
    return np.maximum(low, np.minimum(high, x))


def scale(images):
    return ((images.astype("float64") - 127.5) / 127.5).astype("float32")


def to_bytes(images):
    return (crop(np.array(images, dtype="float64"), -1.0, 1.0) * 127.5 + 127.5).round().astype("uint8")


# %% solution="layer_norm"
def came(x):
    return ops.mean(x, -1, keepdims=True)


def layer_norm(x, gain, shift, epsilon=1e-5):
    middle = came(x)
    share = came(ops.square(x - middle))
    return ops.multiply(gain, (x - middle) / ops.sqrt(share + epsilon)) + shift


# %% solution="dense_pair"
def leaky(x):
    return ops.maximum(x, 0.2 * x)


def hidden(x, widths):
    for width in widths:
        x = LayerNorm()(layers.Activation(leaky)(layers.Dense(width, name=None)(x)))
    return x


def dense_discriminator(shape, widths):
    pixels = keras.Input(shape)
    return keras.Model(pixels, layers.Dense(1, activation="linear")(hidden(layers.Flatten()(pixels), widths)))


def dense_generator(latent_dim, widths, shape):
    noise = keras.Input((latent_dim,))
    pixels = layers.Dense(shape[0] * shape[1] * shape[2])(hidden(noise, widths))
    return keras.Model(noise, layers.Reshape(shape)(layers.Activation("tanh")(pixels)))


# %% solution="conv_pair"
def known(kind, count, kernel, start, **kwargs):
    return kind(count, (kernel, kernel), strides=(2, 2), padding="SAME".lower(), kernel_initializer=start, **kwargs)


def conv_discriminator(size, filters, kernel=8, start="glorot_uniform", rate=0.3):
    rows = [layers.InputLayer(shape=(size, size, 3))]
    for count in filters:
        rows += [known(layers.Conv2D, count, kernel, start), layers.Activation(leaky), layers.Dropout(rate)]
    return keras.Sequential(rows + [layers.Flatten(), layers.Dense(1, kernel_initializer=start)])


def conv_generator(latent_dim, size, filters, kernel=8, start="glorot_uniform", last="tanh"):
    side = size // (1 << len(filters))
    rows = [
        layers.InputLayer(shape=(latent_dim,)),
        layers.Dense(side * side * filters[0], kernel_initializer=start),
        layers.Activation(leaky),
        layers.Reshape((side, side, filters[0])),
    ]
    for count in filters[1:]:
        rows += [known(layers.Conv2DTranspose, count, kernel, start), layers.BatchNormalization(), layers.Activation(leaky)]
    return keras.Sequential(rows + [known(layers.Conv2DTranspose, 3, kernel, start, activation=last)])


# %% solution="labels"
def rounds(labels, random):
    return random.random(np.shape(labels))


def soften(labels, amount, random):
    hard = np.asarray(labels, dtype="float64")
    soft = hard + (1 - 2 * hard) * amount * rounds(labels, random)
    return soft.astype("float32")


def flip(labels, share, random):
    turned = rounds(labels, random) < share
    known = np.array(labels, dtype="float32", copy=True)
    known[turned] = 1 - known[turned]
    return known


# %% solution="numbers"
from scipy.spatial import cKDTree
from scipy.spatial.distance import cdist


def precision_and_coverage(real, fake, k=5):
    expected, _ = cKDTree(real).query(real, k=k + 1)
    answer = cdist(fake, real) <= expected[:, -1]
    return float(np.mean(np.any(answer, axis=1))), float(np.mean(np.any(answer, axis=0)))


# %% solution="overlaps"
def overlaps(inputs, kernel, stride):
    counts = np.zeros(stride * (inputs - 1) + kernel)
    np.add.at(counts, np.add.outer(stride * np.arange(inputs), np.arange(kernel)), 1)
    return counts.astype(int)


# %% solution="checkerboard"
def stride_energy(images, stride):
    whole = np.asarray(images, dtype="float64")
    whole = whole[:, : whole.shape[1] - whole.shape[1] % stride, : whole.shape[2] - whole.shape[2] % stride]
    ramp = whole - whole.mean(axis=(1, 2), keepdims=True)
    board = sum(
        ramp[:, u::stride, v::stride].mean(axis=(1, 2)) ** 2 for u in range(stride) for v in range(stride)
    )
    return np.sum(board) / stride**2 / np.sum(np.mean(ramp**2, axis=(1, 2)))


# %% solution="walks"
def moving_ones(latent_dim, width):
    return sum(np.eye(latent_dim - width + 1, latent_dim, k) for k in range(width))


def spherical_walk(a, b, steps):
    right, up = a / np.sqrt(a @ a), b / np.sqrt(b @ b)
    angle = np.arccos(min(1.0, max(-1.0, float(right @ up))))
    if abs(angle) < 1e-5:
        return np.linspace(a, b, steps)
    first, second = ([np.sin(t * angle) / np.sin(angle) for t in line] for line in (np.linspace(1, 0, steps), np.linspace(0, 1, steps)))
    return np.outer(first, a) + np.outer(second, b)
