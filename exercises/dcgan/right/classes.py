"""Players as classes of their own, kernels of 5 × 5, biases everywhere, the game under one persistent tape."""


# %% solution="transform"
def prepare(images, side):
    grey = images.ndim == 3
    n, h, w = images.shape[:3]
    canvas = np.full((n, side, side, 1 if grey else images.shape[3]), -1, np.float32)
    top, left = (side - h) // 2, (side - w) // 2
    scaled = 2 * (images.astype("float32") / 255) - 1
    canvas[:, top : top + h, left : left + w] = scaled[..., np.newaxis] if grey else scaled
    return canvas


def to_bytes(images):
    return np.clip(np.floor((np.asarray(images, np.float64) + 1) / 2 * 255 + 0.5), 0, 255).astype("uint8")


# %% solution="generator"
class Doubling(keras.layers.Layer):
    def __init__(self, maps):
        super().__init__()
        self.grow = layers.Conv2DTranspose(
            maps, 5, strides=2, padding="same", kernel_initializer=keras.initializers.RandomNormal(0.0, 0.02)
        )
        self.normalise = layers.BatchNormalization(momentum=0.8)
        self.activation = layers.ReLU()

    def call(self, x, training=False):
        return self.activation(self.normalise(self.grow(x), training=training))


class Generator(keras.Model):
    def __init__(self, latent_dim, side, channels, filters):
        super().__init__()
        start = keras.initializers.RandomNormal(0.0, 0.02)
        sides = [8]
        while sides[-1] < side:
            sides.append(2 * sides[-1])
        maps = [filters * 2**k for k in range(len(sides))][::-1]
        self.project = layers.Dense(16 * maps[0], kernel_initializer=start)
        self.shape = layers.Reshape((4, 4, maps[0]))
        self.normalise = layers.BatchNormalization()
        self.activation = layers.ReLU()
        self.doublings = [Doubling(each) for each in maps[1:]]
        self.image = layers.Conv2DTranspose(channels, 5, 2, padding="same", kernel_initializer=start)
        self.squash = layers.Activation("tanh")
        self(np.zeros((1, latent_dim), "float32"))

    def call(self, z, training=False):
        x = self.activation(self.normalise(self.shape(self.project(z)), training=training))
        for doubling in self.doublings:
            x = doubling(x, training=training)
        return self.squash(self.image(x))


def make_generator(latent_dim, side, channels, filters):
    return Generator(latent_dim, side, channels, filters)


# %% solution="discriminator"
class Discriminator(keras.Model):
    def __init__(self, side, channels, filters):
        super().__init__()
        self.convolutions, self.normalisations = [], []
        while side > 4:
            kernel = keras.initializers.RandomNormal(0.0, 0.02)
            self.convolutions.append(layers.Conv2D(filters, 5, 2, padding="same", kernel_initializer=kernel))
            self.normalisations.append(layers.BatchNormalization())
            side, filters = side // 2, 2 * filters
        self.normalisations[0] = layers.Identity()
        self.leaky = layers.LeakyReLU(negative_slope=0.2)
        self.flat = layers.Flatten()
        self.verdict = layers.Dense(1, kernel_initializer=keras.initializers.RandomNormal(0.0, 0.02))

    def call(self, x, training=False):
        for convolution, normalisation in zip(self.convolutions, self.normalisations):
            x = self.leaky(normalisation(convolution(x), training=training))
        logits = self.verdict(self.flat(x))
        return ops.sigmoid(logits), logits


def make_discriminator(side, channels, filters):
    return Discriminator(side, channels, filters)


# %% solution="losses"
def cross_entropy(logits, label):
    return ops.maximum(logits, 0) - logits * label + ops.log1p(ops.exp(-ops.abs(logits)))


def discriminator_loss(real_logits, fake_logits, smooth=0.1):
    return ops.mean(cross_entropy(real_logits, 1 - smooth)) + ops.mean(cross_entropy(fake_logits, 0.0))


def generator_loss(fake_logits):
    return ops.mean(cross_entropy(fake_logits, 1.0))


# %% solution="train_step"
import tensorflow as tf


def train_step(X, Z, d, g, d_optimizer, g_optimizer, smooth=0.1):
    with tf.GradientTape() as tape:
        fakes = g(Z, training=True)
        loss_d = discriminator_loss(d(X, training=True)[1], d(fakes, training=True)[1], smooth=smooth)
    d_optimizer.apply_gradients(zip(tape.gradient(loss_d, d.trainable_weights), d.trainable_weights))
    with tf.GradientTape() as tape:
        loss_g = generator_loss(d(g(Z, training=True), training=True)[1])
    g_optimizer.apply_gradients(zip(tape.gradient(loss_g, g.trainable_weights), g.trainable_weights))
    return loss_d, loss_g


# %% solution="interpolation"
def straight(z0, z1, steps):
    return np.array([z0 + (z1 - z0) * k / (steps - 1) for k in range(steps)])


def spherical(z0, z1, steps):
    a, b = (z / np.linalg.norm(z) for z in (z0, z1))
    angle = np.arctan2(np.linalg.norm(a - b), np.linalg.norm(a + b)) * 2
    if angle < 1e-3:
        return np.linspace(z0, z1, steps)
    return np.stack(
        [np.sin(angle - t) / np.sin(angle) * z0 + np.sin(t) / np.sin(angle) * z1 for t in np.linspace(0, angle, steps)]
    )


# %% solution="arithmetic"
def attribute_vector(z, score, count):
    rows = sorted(range(len(z)), key=lambda row: score[row])
    return np.mean([z[row] for row in rows[-count:]], axis=0) - np.mean([z[row] for row in rows[:count]], axis=0)


def converted(g, reads, z, vector):
    before, after = np.asarray(reads(g(z))), np.asarray(reads(g(z + vector)))
    return np.sum((before < 0.5) & (after > 0.5)) / np.sum(before < 0.5)


# %% solution="forgetting"
def telling_maps(maps, has):
    means = maps.reshape(len(maps), -1, maps.shape[-1]).mean(axis=1)
    means = (means - means.mean(axis=0)) / means.std(axis=0)
    weights = LogisticRegression(max_iter=1000).fit(means, np.asarray(has, int)).coef_.ravel()
    return [k for k in np.argsort(weights)[::-1].tolist() if weights[k] > 0]


def silenced(maps, indices):
    keep = np.ones(maps.shape[-1], maps.dtype)
    keep[np.asarray(indices)] = 0
    return maps * keep


# %% solution="guided"
def guided_backpropagation(chain, images, feature):
    @ops.custom_gradient
    def gate(x):
        def back(*arguments, upstream=None):
            (upstream,) = arguments if upstream is None else (upstream,)
            return upstream * ops.cast((x > 0) & (upstream > 0), "float32")

        return ops.leaky_relu(x, 0.2), back

    def response(x):
        for layer in chain:
            x = gate(x) if isinstance(layer, layers.LeakyReLU) else layer(x)
        return ops.max(ops.reshape(x[..., feature], (len(images), -1)), axis=1)

    return training.input_gradients(response, images)


# %% solution="features"
def pooled(maps):
    pools = [layers.MaxPooling2D(each.shape[1] // 4)(each) for each in maps]
    return np.concatenate([ops.convert_to_numpy(layers.Flatten()(each)) for each in pools], axis=1)


def triangle(patches, centres):
    distances = np.linalg.norm(patches[:, None] - centres[None], axis=2)
    nearer = distances.mean(axis=1)[:, None] - distances
    return np.where(nearer > 0, nearer, 0)


def svm_accuracy(rows, labels, test_rows, test_labels):
    scaler = StandardScaler().fit(rows)
    machine = LinearSVC(C=0.01).fit(scaler.transform(rows), labels)
    return np.mean(machine.predict(scaler.transform(test_rows)) == test_labels)


# %% solution="neighbours"
from sklearn.neighbors import NearestNeighbors


def nearest(images, training_images):
    distance, index = NearestNeighbors(n_neighbors=1).fit(training_images).kneighbors(images)
    return index[:, 0], distance[:, 0]


def copied_share(distances, held_out_distances):
    bound = np.percentile(held_out_distances, 5)
    return len([d for d in distances if d < bound]) / len(distances)
