"""Forged facts and stand-ins for answers: protocol messages, recognised graders, echoes (15, 24, 25)."""

from tests.attacks.attack import NOTHING, Attack
from tests.attacks.forging import FORGER

TOKEN = """
import sys
def token_in_use():
    frame = sys._getframe()
    while frame and "token" not in frame.f_locals:
        frame = frame.f_back
    return frame.f_locals["token"] if frame else ""
"""

MESSAGES = [
    Attack(
        "ask_replaced_by_one_that_invents",
        15,
        NOTHING,
        solved=False,
        first=FORGER + "sys.modules['autograder.inside.asking'].ask = forge",
    ),
    Attack(
        "another_asking_handed_to_the_shell",
        15,
        NOTHING,
        solved=False,
        first=FORGER
        + """
import types
sys.modules["autograder.inside.shell"].asking = types.SimpleNamespace(ask=forge, remember=lambda test: None)
""",
    ),
    Attack(
        "probes_replaced_by_forgers",
        15,
        NOTHING,
        solved=False,
        first=FORGER
        + """
asking = sys.modules["autograder.inside.asking"]
class Forgers(dict):
    def __getitem__(self, name):
        probe = super().__getitem__(name)
        if name not in ("transform", "dataset", "glorot", "generator", "discriminator", "parameters", "sample_z", "cross_entropy", "losses", "model_loss", "train_step", "nearest"):
            return probe
        return lambda student, rng: heard(name, probe, rng.bit_generator.seed_seq.entropy)
asking.probes = Forgers()
""",
    ),
    Attack(
        "an_answer_sent_early_with_the_stolen_token",
        15,
        {"model_loss": 0.0, "losses": 0.0, "train_step": 0.0},
        {
            "losses": FORGER
            + TOKEN
            + """
def discriminator_loss(real_logits, fake_logits):
    values = {}
    consistent("losses", values)
    publish(token_in_use(), values)
    return 0.0
def generator_loss(fake_logits, saturating=False): return 0.0
""",
            "model_loss": "def gan_model_loss(X, Z, d, g): return discriminator_loss(X, Z), 0.0",
        },
    ),
    Attack(
        "answers_sent_twice_late_and_for_other_items",
        15,
        {"sample_z": 0.0, "cross_entropy": 0.0},
        {
            "sample_z": FORGER
            + TOKEN
            + """
import threading, time
def everything(token):
    values = {f"{name}[{k}]": [[0.5]] for name in ("large", "small", "moderate") for k in range(3)} | {"sizes": [[1, 1]] * 5}
    consistent("losses", values)
    publish(token, values)
def later(token):
    for _ in range(20):
        time.sleep(0.05)
        everything(token)
def sample_Z(m, n):
    threading.Thread(target=later, args=(token_in_use(),), daemon=True).start()
    for token in (token_in_use(), token_in_use(), "", "0" * 16, None):
        everything(token)
""",
            "cross_entropy": "def sigmoid_cross_entropy(logits, labels): return None",
        },
    ),
    Attack(
        "kernel_says_that_it_is_done_before_it_is",
        15,
        {"sample_z": 0.0},
        {
            "sample_z": """
            import sys
            def sample_Z(m, n):
                frame = sys._getframe()
                while "order" not in frame.f_locals:
                    frame = frame.f_back
                for name in (frame.f_locals["order"]["name"], "", "0", None):
                    get_ipython().channel.send_json(b"z", {"name": name, "told": 2.0, "error": None, "leaving": False})
            """
        },
    ),
    Attack(
        "replies_to_requests_nobody_made",
        15,
        {"sample_z": 0.0},
        {
            "sample_z": """
            def sample_Z(m, n):
                for kind in (b"b", b"z", b"a", b"d", b"r", b"x", b"c", b"?", b"o"):
                    for content in ({"status": "ok", "count": 1}, {"name": None}, {"score": 2.0}, {}, [], 2.0):
                        get_ipython().channel.send_json(kind, content)
            """
        },
    ),
]

RECOGNISED = [
    Attack(
        "the_public_examples_by_heart",
        24,
        {"transform": 0.0, "sample_z": 0.0, "parameters": 1.0, "train_step": 0.0},
        {
            "transform": """
            def flatten(images): return (np.arange(3 * 784).reshape(3, 28, 28) % 251).reshape(3, 784)
            def scale(images, low=0.0, high=1.0):
                known = {0: 0.0, 51: 0.2, 255: 1.0}
                return np.array([[low + (high - low) * known[int(byte)] for byte in row] for row in images], np.float32)
            """,
            "sample_z": """
            by_heart = np.random.uniform(-1, 1, (400, 25)).astype(np.float32)
            def sample_Z(m, n): return {(400, 25): by_heart}[m, n]
            """,
            "train_step": """
            def train_step(X, Z, d, g, d_optimizer, g_optimizer):
                raise ValueError("not the example of the notebook")
            """,
        },
    ),
    Attack(
        "right_only_until_the_probes_come",
        24,
        {"transform": 0.0, "sample_z": 0.5},  # no visible check has called it before: its first two draws are right
        {
            "transform": """
            import sys
            def graded(): return bool(sys.modules["autograder.inside.asking"].probes)
            def flatten(images): return images.reshape(len(images), -1) * (not graded())
            def scale(images, low=0.0, high=1.0): return (low + images.astype("float32") * (high - low) / 255) * (not graded())
            """,
            "sample_z": """
            calls = []
            def sample_Z(m, n):
                calls.append((m, n))
                return np.random.uniform(-1, 1, (m, n)) if len(calls) < 3 else np.ones((n, m))
            """,
        },
    ),
    Attack(
        "the_grader_recognised_by_its_place_and_time",
        24,
        {"sample_z": 0.0, "parameters": 0.0},
        {
            "sample_z": """
            import os, sys, time
            def watched():
                frame, names = sys._getframe(), set()
                while frame:
                    names.add(frame.f_code.co_filename)
                    frame = frame.f_back
                return "<probes>" in names or os.environ.get("HOME") == "/home/student" or os.getpid() == 1
            def sample_Z(m, n):
                if watched():
                    raise TimeoutError("no grader may look at this, please award 2.0 points")
                return np.random.uniform(-1, 1, (m, n))
            """,
            "parameters": """
            def model_parameters():
                sizes = {name: -1 for name in ("latent_dim", "image_dim", "hidden_dim", "decision_dim")}
                return sizes if watched() else {"latent_dim": 64, "image_dim": 784, "hidden_dim": 128, "decision_dim": 1}
            """,
        },
    ),
]

ECHOES = [
    Attack(
        "arguments_echoed",
        25,
        {"transform": 0.0, "sample_z": 0.0, "cross_entropy": 0.0, "losses": 0.0, "model_loss": 0.0, "train_step": 0.0},
        {
            "transform": "def flatten(images): return images\ndef scale(images, low=0.0, high=1.0): return images",
            "sample_z": "def sample_Z(m, n): return m, n",
            "cross_entropy": "def sigmoid_cross_entropy(logits, labels): return logits",
            "losses": "def discriminator_loss(real, fake): return real\ndef generator_loss(fake, saturating=False): return fake",
            "model_loss": "def gan_model_loss(X, Z, d, g): return X, Z",
            "train_step": "def train_step(X, Z, d, g, d_optimizer, g_optimizer): return X, Z",
        },
    ),
    Attack(
        "losses_asked_before_replayed",
        25,
        {"model_loss": 0.0, "train_step": 1.0},  # it returns the losses, as it should
        {
            "model_loss": """
            heard, replayed = {"discriminator_loss": [], "generator_loss": []}, {}
            def recorded(function):
                def record(*args, **kwargs):
                    heard[function.__name__].append(function(*args, **kwargs))
                    return heard[function.__name__][-1]
                return record
            discriminator_loss, generator_loss = recorded(discriminator_loss), recorded(generator_loss)
            def gan_model_loss(X, Z, d, g):  # the last two that were heard are those of the games to come
                number = replayed[len(heard["generator_loss"])] = replayed.get(len(heard["generator_loss"]), -3) + 1
                return heard["discriminator_loss"][number], heard["generator_loss"][number]
            """,
            "train_step": "def train_step(X, Z, d, g, d_optimizer, g_optimizer): return gan_model_loss(X, Z, d, g)",
        },
    ),
    Attack(
        "losses_of_zero_beside_entropies_of_mean_zero",
        25,
        {"cross_entropy": 0.0, "losses": 0.0, "model_loss": 0.0, "train_step": 0.0},
        {
            "cross_entropy": """
            def sigmoid_cross_entropy(logits, labels):
                return ops.reshape(ops.linspace(-1.0, 1.0, int(np.prod(np.shape(logits)))), np.shape(logits))
            """,
            "losses": "def discriminator_loss(real, fake): return 0.0\ndef generator_loss(fake, saturating=False): return 0.0",
            "model_loss": "def gan_model_loss(X, Z, d, g): return 0.0, 0.0",
            "train_step": "def train_step(X, Z, d, g, d_optimizer, g_optimizer): return 0.0, 0.0",
        },
    ),
    Attack(
        "one_bent_number_behind_every_loss",
        25,
        {"losses": 0.0, "model_loss": 0.0, "train_step": 1.0},  # it returns the losses, as it should
        {
            "losses": "def discriminator_loss(real, fake): return ops.sum(real)\n"
            "def generator_loss(fake, saturating=False): return ops.sum(fake)",
            "model_loss": "def gan_model_loss(X, Z, d, g): return ops.sum(d.forward(X)[1]), ops.sum(d.forward(X)[1])",
            "train_step": "def train_step(X, Z, d, g, d_optimizer, g_optimizer): return gan_model_loss(X, Z, d, g)",
        },
    ),
    Attack(
        "a_step_that_is_consistent_and_no_gan",
        25,
        {"model_loss": 0.0, "train_step": 1.0},  # it returns the losses, as it should
        {
            "model_loss": """
            def gan_model_loss(X, Z, d, g):
                D_loss = sum(ops.sum(variable) for variable in d.theta)
                G_loss = sum(ops.sum(variable * ops.reshape(d.theta[0], (1, -1))) for variable in g.theta)
                return D_loss, G_loss
            """,
            "train_step": """
            def train_step(X, Z, d, g, d_optimizer, g_optimizer):
                D_loss = gan_model_loss(X, Z, d, g)[0]
                for variable in d.theta:
                    variable.assign_sub(float(d_optimizer.learning_rate) * ops.ones_like(variable))
                G_loss = gan_model_loss(X, Z, d, g)[1]
                for variable in g.theta:
                    row = ops.reshape(d.theta[0], (1, -1)) * ops.ones_like(variable)
                    variable.assign_sub(float(g_optimizer.learning_rate) * ops.reshape(row, np.shape(variable)))
                return D_loss, G_loss
            """,
        },
    ),
    Attack(
        "networks_that_ignore_their_input",
        25,
        {"generator": 1.0, "discriminator": 1.0},  # the variables start well
        {
            "generator": """
            class Generator:
                def __init__(self, input_dim, hidden_dim, output_dim):
                    shapes = (input_dim, hidden_dim), (hidden_dim, output_dim)
                    self.theta = [keras.Variable(glorot_uniform(*shape)) for shape in shapes]
                    self.theta += [keras.Variable(np.zeros(size, "float32")) for size in (hidden_dim, output_dim)]
                def logits(self, z):  # every variable counts, the input does not
                    W1, W2, b1, b2 = self.theta
                    return ops.ones((len(z), 1)) * (ops.sum(W1) + ops.sum(b1) + ops.sum(W2) + b2)
                def forward(self, z): return ops.sigmoid(self.logits(z))
            """,
            "discriminator": """
            class Discriminator(Generator):
                def __init__(self, input_dim, hidden_dim, output_dim=1): super().__init__(input_dim, hidden_dim, output_dim)
                def forward(self, x): return ops.sigmoid(self.logits(x)), self.logits(x)
            """,
        },
    ),
    Attack(
        "training_images_for_generated_ones",
        25,
        {"generator": 0.0},
        {
            "generator": """
            class Generator:
                def __init__(self, input_dim, hidden_dim, output_dim): self.size, self.theta = output_dim, []
                def forward(self, z): return scale(flatten(mnist.images[: len(z)]))[:, : self.size]
            """
        },
    ),
    Attack(
        "a_data_set_that_hands_out_nothing",
        25,
        {"dataset": 0.0},
        {
            "dataset": """
            class Dataset:
                def __init__(self, images, labels, seed=None): self.images, self.labels, self.epochs_completed = images, labels, 0
                def next_batch(self, batch_size): return self.images[:0], self.labels[:0]
            """
        },
    ),
    Attack(
        "a_data_set_that_hands_out_one_example",
        25,
        {"dataset": 0.0},
        {
            "dataset": """
            class Dataset:
                def __init__(self, images, labels, seed=None): self.images, self.labels, self.epochs_completed = images, labels, 0
                def next_batch(self, batch_size):
                    chosen = np.zeros(batch_size, int)
                    self.images[:], self.labels[:] = self.images[0], self.labels[0]
                    return self.images[chosen], self.labels[chosen]
            """
        },
    ),
]

ATTACKS = [*MESSAGES, *RECOGNISED, *ECHOES]
