"""The functional generator, a sequential discriminator behind a pair, and plain NumPy in loops."""


# %% solution="transform"
def prepare(images, side):
    if images.ndim == 3:
        images = np.expand_dims(images, -1)
    images = np.interp(images, [0, 255], [-1, 1]).astype("float32")
    margin = (side - images.shape[1]) // 2
    around = [(0, 0), (margin, margin), (margin, margin), (0, 0)]
    return np.pad(images, around, constant_values=-1)


def to_bytes(images):
    return np.round(127.5 * np.asarray(images) + 127.5).astype(np.uint8)


# %% solution="generator"
def make_generator(latent_dim, side, channels, filters):
    def start():
        return keras.initializers.RandomNormal(mean=0, stddev=0.02)

    z = keras.Input((latent_dim,))
    largest = filters * side // 8
    x = layers.Reshape((1, 1, latent_dim))(z)
    x = layers.Conv2DTranspose(largest, 4, 1, "valid", use_bias=False, kernel_initializer=start())(x)
    x = layers.ReLU()(layers.BatchNormalization(epsilon=1e-5)(x))
    while x.shape[1] < side // 2:
        x = layers.Conv2DTranspose(x.shape[-1] // 2, 4, 2, "same", use_bias=False, kernel_initializer=start())(x)
        x = layers.ReLU()(layers.BatchNormalization(epsilon=1e-5)(x))
    x = layers.Conv2DTranspose(channels, 4, 2, "same", use_bias=False, kernel_initializer=start())(x)
    return keras.Model(z, layers.Activation(ops.tanh)(x))


# %% solution="discriminator"
def make_discriminator(side, channels, filters):
    stack = keras.Sequential([keras.Input((side, side, channels))])
    for k in range(side.bit_length() - 3):
        start = keras.initializers.RandomNormal(0, 0.02)
        stack.add(layers.Conv2D(filters << k, 4, 2, "same", use_bias=False, kernel_initializer=start))
        if k:
            stack.add(layers.BatchNormalization(momentum=0.9, epsilon=1e-5))
        stack.add(layers.Activation(lambda x: ops.maximum(x, 0.2 * x)))
    stack.add(layers.Reshape((-1,)))
    stack.add(layers.Dense(1, use_bias=False, kernel_initializer=keras.initializers.RandomNormal(0, 0.02)))
    return keras.Model(stack.inputs, (ops.sigmoid(stack.outputs[0]), stack.outputs[0]))


# %% solution="losses"
def discriminator_loss(real_logits, fake_logits, smooth=0.1):
    entropy = keras.losses.BinaryCrossentropy(from_logits=True)
    return entropy(ops.full_like(real_logits, 1 - smooth), real_logits) + entropy(
        ops.zeros_like(fake_logits), fake_logits
    )


def generator_loss(fake_logits):
    return keras.losses.BinaryCrossentropy(from_logits=True)(ops.ones_like(fake_logits), fake_logits)


# %% solution="train_step"
def train_step(X, Z, d, g, d_optimizer, g_optimizer, smooth=0.1):
    def verdicts(images):
        return d(images, training=True)[1]

    losses = []
    for player, optimizer, loss in (
        (d, d_optimizer, lambda: discriminator_loss(verdicts(X), verdicts(g(Z, training=True)), smooth)),
        (g, g_optimizer, lambda: generator_loss(verdicts(g(Z, training=True)))),
    ):
        value, gradients = training.gradients(loss, player.trainable_variables)
        optimizer.apply(gradients, player.trainable_variables)
        losses.append(value)
    return losses


# %% solution="interpolation"
def straight(z0, z1, steps):
    return np.linspace(z0, z1, steps)


def spherical(z0, z1, steps):
    length0, length1 = np.sqrt(np.sum(z0**2)), np.sqrt(np.sum(z1**2))
    angle = np.arccos(min(1.0, max(-1.0, float(np.sum(z0 * z1) / (length0 * length1)))))
    rows = []
    for t in np.linspace(0, 1, steps):
        if np.isclose(np.sin(angle), 0, atol=1e-5):
            rows.append(z0 + t * (z1 - z0))
        else:
            rows.append((np.sin((1 - t) * angle) * z0 + np.sin(t * angle) * z1) / np.sin(angle))
    return np.array(rows)


# %% solution="arithmetic"
def attribute_vector(z, score, count):
    high = np.argpartition(score, len(score) - count)[len(score) - count :]
    low = np.argpartition(score, count - 1)[:count]
    return np.average(z[high], axis=0) - np.average(z[low], axis=0)


def converted(g, reads, z, vector):
    got = total = 0
    for row in z:
        if reads(g(row[None]))[0] < 0.5:
            total += 1
            got += reads(g((row + vector)[None]))[0] > 0.5
    return got / total


# %% solution="forgetting"
def telling_maps(maps, has):
    means = np.einsum("nhwf->nf", maps) / (maps.shape[1] * maps.shape[2])
    fitted = LogisticRegression().fit(StandardScaler().fit_transform(means), has)
    ranked = sorted(enumerate(fitted.coef_[0]), key=lambda pair: pair[1], reverse=True)
    return np.array([index for index, weight in ranked if weight > 0])


def silenced(maps, indices):
    return np.where(np.isin(np.arange(maps.shape[-1]), indices), 0, maps)


# %% solution="guided"
def guided_backpropagation(chain, images, feature):
    def back(k, x):
        if k == len(chain):
            return training.input_gradients(lambda maps: ops.max(maps[:, :, :, feature], axis=[1, 2]), x)
        behind = back(k + 1, chain[k](x))
        if isinstance(chain[k], layers.LeakyReLU):
            return ops.relu(behind) * ops.cast(x > 0, behind.dtype)
        return training.input_gradients(lambda value: ops.sum(chain[k](value) * behind), x)

    return back(0, ops.convert_to_tensor(images))


# %% solution="features"
def pooled(maps):
    rows = []
    for each in maps:
        step = each.shape[1] // 4
        for i in range(4):
            for j in range(4):
                rows.append(np.max(each[:, i * step : (i + 1) * step, j * step : (j + 1) * step], axis=(1, 2)))
    return np.hstack(rows)


def triangle(patches, centres):
    from scipy.spatial.distance import cdist

    distances = cdist(patches, centres)
    return np.clip(distances.mean(axis=1, keepdims=True) - distances, 0, None)


def svm_accuracy(rows, labels, test_rows, test_labels):
    mean, std = rows.mean(axis=0), rows.std(axis=0) + 1e-8
    model = LinearSVC(C=0.01).fit((rows - mean) / std, labels)
    return (model.predict((test_rows - mean) / std) == test_labels).mean()


# %% solution="neighbours"
def nearest(images, training_images):
    found = [np.linalg.norm(training_images - image, axis=1) for image in images]
    return np.argmin(found, axis=1), np.min(found, axis=1)


def copied_share(distances, held_out_distances):
    return np.count_nonzero(np.asarray(distances) < np.quantile(held_out_distances, 0.05)) / np.size(distances)
