"""Helpers with everyday names, TensorFlow's own functions, double precision, tensors where arrays are expected."""


# %% solution="transform"
def pixels(images):
    return images if images.ndim == 4 else images.reshape(*images.shape, 1)


def prepare(images, side):
    rows = pixels(images).astype(np.float64)
    before = (side - rows.shape[1]) // 2
    hidden = np.zeros((len(rows), side, side, rows.shape[3]))
    hidden[:, before : side - before, before : side - before] = rows
    return (hidden - 127.5) / 127.5


def to_bytes(images):
    return np.around(255 * (np.asarray(images) * 0.5 + 0.5)).clip(0, 255).astype("uint8")


# %% solution="generator"
def kernel():
    return keras.initializers.RandomNormal(stddev=0.02)


def hidden(x, maps):
    x = layers.Conv2DTranspose(maps, 4, 2, padding="same", kernel_initializer=kernel())(x)
    return layers.ReLU()(layers.BatchNormalization(momentum=0.5, center=False, scale=False)(x))


def make_generator(latent_dim, side, channels, filters):
    few_images = keras.Input((latent_dim,))
    widths = [filters]
    while 8 * 2 ** (len(widths) - 1) < side:
        widths.insert(0, 2 * widths[0])
    x = layers.Dense(16 * widths[0], kernel_initializer=kernel())(few_images)
    x = layers.ReLU()(layers.BatchNormalization()(layers.Reshape((4, 4, widths[0]))(x)))
    for maps in widths[1:]:
        x = hidden(x, maps)
    small = layers.Conv2DTranspose(channels, 4, 2, "same", activation="tanh", kernel_initializer=kernel())(x)
    return keras.Model(few_images, small)


# %% solution="discriminator"
def middle(maps, first):
    start = keras.initializers.RandomNormal(stddev=0.02)
    chain = [layers.ZeroPadding2D(1), layers.Conv2D(maps, 4, 2, kernel_initializer=start)]
    return [*chain, *([] if first else [layers.BatchNormalization(epsilon=1e-4)]), layers.LeakyReLU(0.2)]


def make_discriminator(side, channels, filters):
    images = x = keras.Input((side, side, channels))
    maps = filters
    while x.shape[1] > 4:
        for layer in middle(maps, maps == filters):
            x = layer(x)
        maps *= 2
    logits = layers.Dense(1, kernel_initializer=keras.initializers.RandomNormal(stddev=0.02))(layers.Flatten()(x))
    return keras.Model(images, (layers.Activation("sigmoid")(logits), logits))


# %% solution="losses"
import tensorflow as tf


def answer(logits, label):
    logits = tf.convert_to_tensor(logits)
    few_labels = tf.fill(tf.shape(logits), tf.cast(label, logits.dtype))
    return tf.nn.sigmoid_cross_entropy_with_logits(few_labels, logits)


def discriminator_loss(real_logits, fake_logits, smooth=0.1):
    few_loss = [answer(real_logits, 1 - smooth), answer(fake_logits, 0.0)]
    return sum(tf.reduce_mean(each) for each in few_loss)


def generator_loss(fake_logits):
    return tf.reduce_mean(answer(fake_logits, 1.0))


# %% solution="train_step"
def moved(player, optimizer, tape, loss):
    before = player.trainable_variables
    optimizer.apply(tape.gradient(loss, before), before)
    return loss


def again(X, Z, d, g):
    fakes = g(Z, training=True)
    return [d(images, training=True)[1] for images in (X, fakes)]


def train_step(X, Z, d, g, d_optimizer, g_optimizer, smooth=0.1):
    import tensorflow as tf

    players, still = (d, g), []
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch([variable.value for variable in players[0].trainable_variables])
        loss = discriminator_loss(*again(X, Z, *players), smooth=smooth)
    still.append(moved(d, d_optimizer, tape, loss))
    with tf.GradientTape(persistent=True) as tape:
        loss = generator_loss(again(X, Z, *players)[1])
    still.append(moved(g, g_optimizer, tape, loss))
    return tuple(still)


# %% solution="interpolation"
def along(z0, z1, weights):
    return np.einsum("tk,kd->td", weights, np.stack([z0, z1]))


def draws(steps):
    return np.arange(steps) / (steps - 1)


def straight(z0, z1, steps):
    t = draws(steps)
    return ops.convert_to_tensor(along(z0, z1, np.stack([1 - t, t], axis=1)))


def spherical(z0, z1, steps):
    few_z = np.stack([z / np.sqrt(np.vdot(z, z)) for z in (z0, z1)])
    angle = np.arccos(np.minimum(few_z[0] @ few_z[1], 1))
    t = draws(steps)
    if angle < 1e-5:
        weights = np.stack([1 - t, t], axis=1)
    else:
        weights = np.sin(np.stack([1 - t, t], axis=1) * angle) / np.sin(angle)
    return along(z0, z1, weights)


# %% solution="arithmetic"
def attribute_vector(z, score, count):
    rank = np.empty(len(z), int)
    rank[np.argsort(score)] = np.arange(len(z))
    rows = (rank >= len(z) - count).astype(float) - (rank < count)
    return ops.matmul(ops.convert_to_tensor(rows / count), ops.convert_to_tensor(z.astype(float)))


def converted(g, reads, z, vector):
    score = np.array([reads(g(few_z)) for few_z in (z, z + vector[None])])
    few_share = np.compress(score[0] < 0.5, score[1] > 0.5)
    return few_share.mean()


# %% solution="forgetting"
def name(maps):
    return keras.layers.GlobalAveragePooling2D()(maps)


def telling_maps(maps, has):
    rows = StandardScaler().fit_transform(np.asarray(name(maps), np.float64))
    few_order = LogisticRegression(max_iter=500).fit(rows, np.where(has, "yes", "no")).coef_[0]
    return [int(k) for k in np.lexsort([-few_order]) if few_order[k] > 0]


def silenced(maps, indices):
    few_quiet = maps.copy()
    for k in indices:
        few_quiet[:, :, :, k] = np.zeros_like(few_quiet[:, :, :, k])
    return few_quiet


# %% solution="guided"
import tensorflow as tf


def guided_backpropagation(chain, images, feature):
    few_steps, tapes = [tf.convert_to_tensor(images, tf.float32)], []
    for layer in chain:
        with tf.GradientTape() as tape:
            tape.watch(few_steps[-1])
            few_steps.append(layer(few_steps[-1], training=False))
        tapes.append(tape)
    maps = few_steps[-1].numpy()
    back = np.zeros_like(maps)
    for n, each in enumerate(maps[..., feature]):
        back[n, *np.unravel_index(each.argmax(), each.shape), feature] = 1
    for layer, x, y, tape in list(zip(chain, few_steps, few_steps[1:], tapes))[::-1]:
        if isinstance(layer, (layers.LeakyReLU, layers.ReLU)):
            back = np.maximum(back, 0) * (x.numpy() > 0)
        else:
            back = tape.gradient(y, x, output_gradients=tf.constant(back)).numpy()
    return back


# %% solution="features"
def fields(maps):
    return [block for rows in np.array_split(maps, 4, axis=1) for block in np.array_split(rows, 4, axis=2)]


def pooled(maps):
    return np.concatenate([np.amax(block, axis=(1, 2)) for each in maps for block in fields(each)], axis=-1)


def triangle(patches, centres):
    import tensorflow as tf

    few_rows = tf.norm(patches[:, tf.newaxis] - centres[tf.newaxis], axis=-1)
    return tf.nn.relu(tf.reduce_mean(few_rows, axis=1, keepdims=True) - few_rows)


def svm_accuracy(rows, labels, test_rows, test_labels):
    from sklearn.metrics import accuracy_score

    scaler = StandardScaler()
    few_rows = scaler.fit_transform(rows)
    model = LinearSVC(C=0.01, dual=False).fit(few_rows, labels)
    return accuracy_score(test_labels, model.predict(scaler.transform(test_rows)))


# %% solution="neighbours"
def nearest(images, training_images):
    from scipy.spatial import cKDTree

    distances, index = cKDTree(training_images).query(images)
    return index, distances


def copied_share(distances, held_out_distances):
    few_rows = np.sort(held_out_distances)
    place = 0.05 * (len(few_rows) - 1)
    below, share = int(place), place - int(place)
    bound = (1 - share) * few_rows[below] + share * few_rows[below + 1]
    return (np.asarray(distances) < bound).sum() / len(distances)
