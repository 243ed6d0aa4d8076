"""Loops and lists where others take arrays, and players that are classes."""

# %% solution="packing"
def pack(archive, target, count=None, block=64):
    if not zipfile.is_zipfile(archive):
        raise ValueError(f"{archive}: no zip")
    with zipfile.ZipFile(archive) as file:
        names = [info.filename for info in file.infolist() if info.filename[-4:] == ".jpg"]
        names.sort()
        if count is not None:
            names = names[:count]
        if len(names) == 0:
            raise ValueError(f"{archive}: empty")
        store = h5py.File(target, "a")
        try:
            waiting = []
            position = store["images"].attrs["done"] if "images" in store else 0
            for number in range(position, len(names)):
                try:
                    with file.open(names[number]) as entry:
                        pixels = np.array(Image.open(entry).convert("RGB"))
                except Exception as reason:
                    raise ValueError(f"{archive}: {reason}") from None
                if "images" not in store:
                    store.create_dataset(
                        "images", (0, *pixels.shape), np.uint8, maxshape=(None, *pixels.shape), chunks=(1, *pixels.shape)
                    )
                    store["images"].attrs["done"] = 0
                if pixels.shape != store["images"].shape[1:]:
                    raise ValueError(f"{archive}: sizes differ")
                waiting.append(pixels)
                if len(waiting) == block or number == len(names) - 1:
                    store["images"].resize(number + 1, axis=0)
                    store["images"][number + 1 - len(waiting) :] = waiting
                    store["images"].attrs.modify("done", number + 1)
                    store.flush()
                    waiting = []
                    print(number + 1)
        finally:
            store.close()


# %% solution="batches"
def epoch_batches(images, batch_size, random):
    left = list(range(len(images)))
    while left:
        batch = []
        while left and len(batch) < batch_size:
            batch.append(images[left.pop(int(random.integers(len(left))))])
        yield np.array(batch)


# %% solution="scaling"
def scale(images):
    return np.float32(2) * (images / np.float32(255)) - np.float32(1)


def to_bytes(images):
    images = np.minimum(np.maximum(images, -1), 1)
    return (255 * (images + 1) / 2 + 0.5).astype(np.uint8)


# %% solution="layer_norm"
def layer_norm(x, gain, shift, epsilon=1e-5):
    centred = x - ops.mean(x, axis=1)[:, None]
    return shift + gain * centred / (ops.var(x, axis=1)[:, None] + epsilon) ** 0.5


# %% solution="dense_pair"
class Hidden(layers.Layer):
    def __init__(self, width):
        super().__init__()
        self.norm = LayerNorm()
        self.dense = layers.Dense(width)

    def build(self, shape):
        self.dense.build(shape)
        self.norm.build((None, self.dense.units))

    def call(self, x):
        x = self.dense(x)
        return self.norm(ops.where(x > 0, x, 0.2 * x))


class Player(keras.Model):
    def __init__(self, widths, last, shape):
        super().__init__()
        self.last = last
        self.hidden = [Hidden(width) for width in widths]
        self.form = shape

    def call(self, x):
        x = ops.reshape(x, (ops.shape(x)[0], -1))
        for layer in self.hidden:
            x = layer(x)
        return ops.reshape(self.last(x), (-1, *self.form))


def dense_discriminator(shape, widths):
    d = Player(widths, layers.Dense(1), (1,))
    d(np.zeros((1, int(np.prod(shape))), np.float32))
    return d


def dense_generator(latent_dim, widths, shape):
    g = Player(widths, layers.Dense(int(np.prod(shape)), "tanh"), shape)
    g(np.zeros((1, latent_dim), np.float32))
    return g


# %% solution="conv_pair"
class ConvD(keras.Model):
    def __init__(self, filters, kernel, start, rate):
        super().__init__()
        self.maps = [layers.Conv2D(n, kernel, strides=(2, 2), padding="same", kernel_initializer=start) for n in filters]
        self.drops = [layers.Dropout(rate) for _ in filters]
        self.last = layers.Dense(1, kernel_initializer=start)

    def call(self, x, training=False):
        for layer, drop in zip(self.maps, self.drops):
            x = ops.leaky_relu(drop(layer(x), training=training), 0.2)
        return self.last(ops.reshape(x, (ops.shape(x)[0], -1)))


class ConvG(keras.Model):
    def __init__(self, side, filters, kernel, start, last):
        super().__init__()
        self.form = (-1, side, side, filters[0])
        self.first = layers.Dense(side * side * filters[0], kernel_initializer=start)
        self.maps = [
            layers.Conv2DTranspose(n, kernel, strides=(2, 2), padding="same", kernel_initializer=start)
            for n in (*filters[1:], 3)
        ]
        self.norms = [layers.BatchNormalization() for _ in filters[1:]]
        self.last = keras.activations.get(last)

    def call(self, z, training=False):
        x = ops.reshape(ops.leaky_relu(self.first(z), 0.2), self.form)
        for layer, norm in zip(self.maps, self.norms):
            x = ops.leaky_relu(norm(layer(x), training=training), 0.2)
        return self.last(self.maps[-1](x))


def conv_discriminator(size, filters, kernel=8, start="glorot_uniform", rate=0.3):
    d = ConvD(filters, kernel, start, rate)
    d(np.zeros((1, size, size, 3), np.float32))
    return d


def conv_generator(latent_dim, size, filters, kernel=8, start="glorot_uniform", last="tanh"):
    g = ConvG(size // 2 ** len(filters), filters, kernel, start, last)
    g(np.zeros((1, latent_dim), np.float32))
    return g


# %% solution="labels"
def soften(labels, amount, random):
    return np.array([[random.uniform(1 - amount, 1) if l else random.uniform(0, amount)] for l in labels[:, 0]], "float32")


def flip(labels, share, random):
    flipped = np.array(labels, dtype="float32")
    for label in flipped:
        if random.random() < share:
            label[0] = 1 - label[0]
    return flipped


# %% solution="numbers"
def precision_and_coverage(real, fake, k=5):
    radii = []
    for i, x in enumerate(real):
        other_real = np.delete(real, i, axis=0)
        radii.append(np.partition(((other_real - x) ** 2).sum(axis=1), k - 1)[k - 1])
    hit = [[((x - y) ** 2).sum() <= r for y in fake] for x, r in zip(real, radii)]
    return np.array([np.mean(np.any(hit, axis=0)), np.mean(np.any(hit, axis=1))])


# %% solution="overlaps"
def overlaps(inputs, kernel, stride):
    outputs = range(stride * (inputs - 1) + kernel)
    return [sum(stride * i <= x < stride * i + kernel for i in range(inputs)) for x in outputs]


# %% solution="checkerboard"
def stride_energy(images, stride):
    above = below = 0.0
    for image in images:
        image = image[: image.shape[0] // stride * stride, : image.shape[1] // stride * stride]
        pattern = [[image[u::stride, v::stride].mean() for v in range(stride)] for u in range(stride)]
        above, below = above + np.var(pattern), below + np.var(image)
    return above / below


# %% solution="walks"
def moving_ones(latent_dim, width):
    rows = []
    for start in range(latent_dim - width + 1):
        row = [0.0] * latent_dim
        row[start : start + width] = [1.0] * width
        rows.append(row)
    return rows


def spherical_walk(a, b, steps):
    cosine = np.dot(a / np.linalg.norm(a), b / np.linalg.norm(b))
    if cosine > 1 - 1e-12:
        return [a + (b - a) * k / (steps - 1) for k in range(steps)]
    angle = np.arccos(cosine)
    walk = []
    for k in range(steps):
        t = k / (steps - 1)
        walk.append((np.sin((1 - t) * angle) * a + np.sin(t * angle) * b) / np.sin(angle))
    return walk
