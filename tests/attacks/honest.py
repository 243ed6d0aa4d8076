"""The control group: odd but honest submissions, which must keep every point (0)."""

from nbformat import v4

from tests.attacks.attack import Attack


def cell_after_every_code_cell(source):
    """An edit that puts a cell of ``source`` behind each code cell."""

    def edit(notebook):
        cells = []
        for number, cell in enumerate(notebook.cells):
            cells += [cell, v4.new_code_cell(source, id=f"own-{number}")] if cell.cell_type == "code" else [cell]
        notebook.cells = cells

    return edit


ATTACKS = [
    Attack(
        "honest_warnings_on_stderr",
        0,
        first="""
        import sys, warnings
        for number in range(50):
            warnings.warn(f"warning {number}")
            print("a line on stderr", number, file=sys.stderr)
        """,
        blanks={
            "sample_z": """
            import logging, warnings
            def sample_Z(m, n):
                warnings.warn("about to draw", DeprecationWarning)
                logging.getLogger("me").error("drawing %d", m)
                return np.random.uniform(-1, 1, (m, n)).astype("float32")
            """
        },
    ),
    Attack(
        "honest_log_lines_of_tensorflow",
        0,
        first="""
        import os, tensorflow as tf
        os.environ["TF_CPP_MIN_LOG_LEVEL"] = "0"
        tf.get_logger().setLevel("DEBUG")
        tf.get_logger().error("E0000 cuda_dnn.cc:8310] Unable to register cuDNN factory")
        tf.debugging.set_log_device_placement(True)
        tf.print("from TensorFlow", tf.constant([1.0]))
        os.write(2, b"I0000 cpu_feature_guard.cc:210] This TensorFlow binary is optimized ...\\n" * 100)
        """,
    ),
    Attack(
        "honest_slow_import",
        0,
        first="""
        import os, sys, time
        with open("helpers.py", "w") as file:
            file.write("import time\\ntime.sleep(1.5)\\nimport decimal, tkinter.constants, xml.dom.minidom, unittest.mock\\n")
        sys.path.insert(0, os.getcwd())
        import helpers
        """,
    ),
    Attack(
        "honest_printing_and_plotting",
        0,
        blanks={
            "train_step": """
            import matplotlib.pyplot as plt
            def train_step(X, Z, d, g, d_optimizer, g_optimizer):
                losses = []
                for k, (player, optimizer) in enumerate([(d, d_optimizer), (g, g_optimizer)]):
                    loss, slopes = training.gradients(lambda: gan_model_loss(X, Z, d, g)[k], player.theta)
                    optimizer.apply(slopes, player.theta)
                    losses.append(loss)
                    print("step", k, "loss", loss, "slopes", slopes)
                plt.figure(figsize=(2, 2))
                plt.plot([float(loss) for loss in losses])
                plt.show()
                return losses
            """
        },
        edit=cell_after_every_code_cell("print('debug', list(range(400)))"),
    ),
    Attack(
        "honest_helpers_magics_and_extra_cells",
        0,
        first="""
        %matplotlib inline
        %config InlineBackend.figure_format = 'png'
        !echo from the shell
        from functools import lru_cache
        @lru_cache
        def limit_of(total): return (6 / total) ** 0.5
        """,
        blanks={
            "glorot": """
            def glorot_uniform(fan_in, fan_out, seed=None):
                limit, random = limit_of(fan_in + fan_out), np.random.RandomState(seed)
                return np.float32(random.uniform(-limit, limit, (fan_in, fan_out)))
            """
        },
        edit=cell_after_every_code_cell("import numpy as np\nnp.random.seed(3)\n%time sum(range(1000))"),
    ),
    Attack(
        "honest_keras_in_float64",
        0,
        first="import keras; keras.config.set_floatx('float64')",
        blanks={
            "generator": """
            class Generator:
                def __init__(self, input_dim, hidden_dim, output_dim):
                    sizes, self.theta = (input_dim, hidden_dim, output_dim), []
                    for pair in zip(sizes, sizes[1:]):
                        self.theta += [keras.Variable(glorot_uniform(*pair), dtype="float64"), keras.Variable(np.zeros(pair[1]))]
                def forward(self, z):
                    W1, b1, W2, b2 = self.theta
                    return ops.sigmoid(ops.relu(ops.cast(z, "float64") @ W1 + b1) @ W2 + b2)
            """
        },
    ),
    Attack(
        "honest_mixture_of_styles",
        0,
        blanks={
            "generator": """
            import tensorflow as tf
            class Generator(tf.Module):
                def __init__(self, input_dim, hidden_dim, output_dim):
                    super().__init__()
                    inputs = keras.Input((input_dim,))
                    hidden = keras.layers.Dense(hidden_dim, activation=keras.activations.relu)(inputs)
                    outputs = keras.layers.Dense(output_dim, activation="sigmoid")(hidden)
                    self.model = keras.Model(inputs, outputs)
                @property
                def theta(self): return self.model.trainable_weights
                def forward(self, z): return self.model(z)
            """,
            "discriminator": """
            class Discriminator:
                def __init__(self, input_dim, hidden_dim, output_dim=1):
                    self.W1 = tf.Variable(glorot_uniform(input_dim, hidden_dim))
                    self.W2 = keras.Variable(glorot_uniform(hidden_dim, output_dim))
                    self.b1, self.b2 = tf.Variable(tf.zeros(hidden_dim)), keras.Variable(np.zeros(output_dim, "float32"))
                    self.theta = [self.W1, self.W2, self.b1, self.b2]
                def forward(self, x):
                    logits = ops.matmul(tf.nn.relu(x @ self.W1 + self.b1), self.W2) + self.b2
                    return tf.sigmoid(logits), logits
            """,
        },
    ),
    Attack(
        "honest_other_algorithms",
        0,
        blanks={
            "dataset": """
            class Dataset:
                def __init__(self, images, labels, seed=None):
                    self.images, self.labels, self.rng = images, labels, np.random.default_rng(seed)
                    self.epochs_completed, self.stream = 0, self.examples()
                def examples(self):
                    while True:
                        order = np.argsort(self.rng.random(len(self.images)))
                        for place, index in enumerate(order, start=1):
                            self.epochs_completed += place == len(order)
                            yield index
                def next_batch(self, batch_size):
                    chosen = [next(self.stream) for _ in range(batch_size)]
                    return np.take(self.images, chosen, axis=0), np.take(self.labels, chosen)
            """,
            "sample_z": """
            import random
            def sample_Z(m, n): return [[2 * random.random() - 1 for _ in range(n)] for _ in range(m)]
            """,
            "cross_entropy": """
            def sigmoid_cross_entropy(logits, labels):
                return labels * ops.softplus(-logits) + (1 - labels) * ops.softplus(logits)
            """,
            "losses": """
            def discriminator_loss(real_logits, fake_logits):
                return ops.mean(ops.softplus(-real_logits)) + ops.mean(ops.softplus(fake_logits))
            def generator_loss(fake_logits, saturating=False):
                return -ops.mean(ops.softplus(fake_logits)) if saturating else ops.mean(ops.softplus(-fake_logits))
            """,
        },
    ),
]
