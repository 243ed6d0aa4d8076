"""Answers of odd types, shapes and values, and answers that carry code (1, 2, 14)."""

from tests.attacks.attack import CANARY, Attack

EVERYTHING = """
class Everything:
    shape, dtype, ndim, size, epochs_completed = (5, 5), "float32", 2, 25, 0
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __lt__(self, other): return True
    __gt__ = __le__ = __ge__ = __contains__ = __lt__
    def __hash__(self): return 0
    def __bool__(self): return True
    def __len__(self): return 5
    def __float__(self): return 784.0
    def __int__(self): return 784
    __index__ = __int__
    def __getitem__(self, key): return self
    def __getattr__(self, name): return self
    def __call__(self, *args, **kwargs): return self
    def __sub__(self, other): return 0
    __rsub__ = __abs__ = __sub__
"""

LIAR = """
import numpy as np
class Liar(np.ndarray):
    def __eq__(self, other): return np.ones(np.shape(other), bool)
    def __array_function__(self, *args): return True
    def __array_ufunc__(self, *args, **kwargs): return np.zeros(1)
    def __reduce__(self): return (print, ())
    def astype(self, *args, **kwargs): return self
    def tobytes(self, *args): return b""
def lie(value): return np.asarray(value).view(Liar)
"""

SIZES = "def model_parameters(): return dict.fromkeys(('latent_dim', 'image_dim', 'hidden_dim', 'decision_dim'), {})"

EQUALITY = [
    Attack(
        "an_object_that_equals_everything_for_every_answer",
        1,
        {"transform": 0.0, "dataset": 0.0, "parameters": 0.0, "sample_z": 0.0, "train_step": 0.0},
        {
            "parameters": EVERYTHING + "def model_parameters(): return Everything()",
            "transform": EVERYTHING + "flatten = scale = Everything()",
            "dataset": EVERYTHING + "Dataset = Everything()",
            "sample_z": EVERYTHING + "sample_Z = Everything()",
            "train_step": EVERYTHING + "train_step = Everything()",
        },
    ),
    Attack(
        "an_array_subclass_that_compares_equal",
        1,
        {"transform": 0.0, "sample_z": 0.0},
        {
            "transform": LIAR
            + "def flatten(images): return lie(np.zeros((len(images), 784)))\n"
            + "def scale(images, low=0.0, high=1.0): return lie(np.zeros(images.shape))",
            "sample_z": LIAR + "def sample_Z(m, n): return lie(np.zeros((m, n)))",
        },
    ),
    Attack(
        "numbers_that_say_they_are_other_numbers",
        1,
        {"parameters": 0.0},
        {
            "parameters": """
            class Size(float):
                def __eq__(self, other): return True
                def __int__(self): return 784
                __index__ = __trunc__ = __round__ = __int__
                def __hash__(self): return hash(784)
                def __repr__(self): return "784"
            def model_parameters(): return {name: Size("nan") for name in ("latent_dim", "image_dim", "hidden_dim", "decision_dim")}
            """
        },
    ),
    Attack(
        "a_mapping_that_has_every_key",
        1,
        {"parameters": 0.0},
        {
            "parameters": """
            class Sizes(dict):
                def __missing__(self, key): return 5
                def __contains__(self, key): return True
            model_parameters = Sizes
            """
        },
    ),
    Attack(
        "text_bytes_and_huge_integers_for_numbers",
        1,
        {"parameters": 0.0, "sample_z": 0.0},
        {
            "parameters": "def model_parameters(): return dict(latent_dim=10**400, image_dim='784', hidden_dim=-(2**63), decision_dim=b'1')",
            "sample_z": "def sample_Z(m, n): return [['0.5'] * n] * m",
        },
    ),
    Attack(
        "complex_numbers_dates_and_records",
        1,
        {"transform": 0.0, "glorot": 0.0, "sample_z": 0.0, "generator": 3.0, "discriminator": 3.0},
        {
            "transform": "import numpy as np\ndef flatten(images): return np.zeros((len(images), 784), 'datetime64[s]')\n"
            "def scale(images, low=0.0, high=1.0): return np.zeros(images.shape, [('a', 'f4'), ('b', 'O')])",
            "glorot": "import numpy as np\ndef glorot_uniform(a, b, seed=None): return np.random.rand(a, b) + 1j",
            "sample_z": "import numpy as np\ndef sample_Z(m, n): return np.random.rand(m, n).astype('c16')",
        },
    ),
    Attack(
        "an_iterator_without_end",
        1,
        {"dataset": 0.0, "sample_z": 0.0},
        {
            "dataset": """
            import itertools
            class Dataset:
                def __init__(self, images, labels, seed=None): self.epochs_completed = itertools.count()
                def next_batch(self, batch_size): return (itertools.repeat(0.0), itertools.repeat(0))
            """,
            "sample_z": "import itertools\ndef sample_Z(m, n): return itertools.cycle([0.5, -0.5])",
        },
    ),
    Attack(
        "an_array_that_ends_the_process_when_it_is_read",
        1,
        {"sample_z": 0.0},
        {
            "sample_z": """
            import os
            class Bomb:
                def __array__(self, *args, **kwargs): os._exit(0)
            def sample_Z(m, n): return Bomb()
            """
        },
        says="ended the Python process",
    ),
]

VALUES = [
    Attack(
        "nan_everywhere",
        2,
        {"transform": 0.0, "sample_z": 0.0, "cross_entropy": 0.0},
        {
            "transform": "import numpy as np\ndef flatten(images): return np.full((len(images), 784), np.nan)\n"
            "def scale(images, low=0.0, high=1.0): return np.full(images.shape, np.nan)",
            "sample_z": "import numpy as np\ndef sample_Z(m, n): return np.full((m, n), np.nan)",
            "cross_entropy": "def sigmoid_cross_entropy(logits, labels): return ops.zeros_like(logits) / 0.0",
        },
    ),
    Attack(
        "infinite_losses",
        2,
        {"losses": 0.0},
        {
            "losses": "def discriminator_loss(real, fake): return float('inf')\n"
            "def generator_loss(fake, saturating=False): return -float('inf')",
        },
    ),
    Attack(
        "variables_moved_to_nan_and_nan_returned",
        2,
        {"train_step": 0.0},
        {
            "train_step": """
            def train_step(X, Z, d, g, d_optimizer, g_optimizer):
                for variable in d.theta + g.theta:
                    variable.assign(variable * float("nan"))
                return float("nan"), float("nan")
            """
        },
    ),
    Attack(
        "scalars_that_would_broadcast",
        2,
        {"transform": 0.0, "glorot": 0.0, "sample_z": 0.0, "generator": 4.0, "discriminator": 4.0},
        {
            "transform": "def flatten(images): return 0\ndef scale(images, low=0.0, high=1.0): return low",
            "glorot": "def glorot_uniform(fan_in, fan_out, seed=None): return 0.01",
            "sample_z": "def sample_Z(m, n): return 0.5",
        },
    ),
    Attack(
        "one_number_for_every_loss",
        2,
        {"cross_entropy": 0.0, "losses": 0.0, "model_loss": 0.0, "train_step": 0.0},
        {
            "cross_entropy": "def sigmoid_cross_entropy(logits, labels): return 0.0",
            "losses": "def discriminator_loss(real, fake): return 0.0\ndef generator_loss(fake, saturating=False): return 0.0",
            "model_loss": "def gan_model_loss(X, Z, d, g): return 0.0, 0.0",
            "train_step": "def train_step(X, Z, d, g, d_optimizer, g_optimizer): return 0.0, 0.0",
        },
    ),
    Attack(
        "arrays_with_an_axis_too_many",
        2,
        {"transform": 0.0, "sample_z": 0.0},
        {
            "transform": "def flatten(images): return images.reshape(len(images), 784)[None]\n"
            "def scale(images, low=0.0, high=1.0): return (low + images.astype('float32') * (high - low) / 255)[..., None]",
            "sample_z": "import numpy as np\ndef sample_Z(m, n): return np.zeros((1,) * 62 + (m, n), 'float32')",
        },
    ),
    Attack(
        "arrays_of_size_zero_and_absurd_shape",
        2,
        {"transform": 0.0, "glorot": 0.0, "sample_z": 0.0, "generator": 4.0, "discriminator": 4.0},
        {
            "transform": "import numpy as np\ndef flatten(images): return np.empty((0, 2**40))\n"
            "def scale(images, low=0.0, high=1.0): return np.empty((2**20, 0, 2**40))",
            "glorot": "import numpy as np\ndef glorot_uniform(fan_in, fan_out, seed=None): return np.empty((fan_in, 0))",
            "sample_z": "import numpy as np\ndef sample_Z(m, n): return np.empty((m, 0, n))",
        },
    ),
    Attack(
        "answers_far_too_large",
        2,
        {"transform": 0.0, "sample_z": 0.0},
        {
            "transform": "import numpy as np\ndef flatten(images): return np.zeros((len(images), 10**7))\n"
            "def scale(images, low=0.0, high=1.0): return np.broadcast_to(np.float32(0), (10**6, 10**6))",
            "sample_z": "import numpy as np\ndef sample_Z(m, n): return np.broadcast_to(np.float32(0), (m, n, 10**9))",
        },
        says="far larger than what was asked for",
    ),
    Attack(
        "whole_numbers_and_truth_values_for_floats",
        2,
        {"transform": 0.0, "sample_z": 0.25, "cross_entropy": 0.0},  # the shape of Z is right
        {
            "transform": "def flatten(images): return images.reshape(len(images), -1) > 0\n"
            "def scale(images, low=0.0, high=1.0): return images > 127",
            "sample_z": "import numpy as np\ndef sample_Z(m, n): return np.random.rand(m, n) > 0.5",
            # The losses have a right cross-entropy of their own.
            "cross_entropy": "own_entropy = lambda x, y: ops.softplus(x) - x * y\n"
            "def sigmoid_cross_entropy(logits, labels): return ops.cast(own_entropy(logits, labels), 'int32')",
            "losses": "def discriminator_loss(real, fake): return ops.mean(own_entropy(real, 1.0)) + ops.mean(own_entropy(fake, 0.0))\n"
            "def generator_loss(fake, saturating=False):\n"
            "    return -ops.mean(own_entropy(fake, 0.0)) if saturating else ops.mean(own_entropy(fake, 1.0))",
        },
    ),
]

PICKLE = f"""
import os, pickle
class Payload:
    def __reduce__(self): return os.system, ("touch /tmp/{CANARY} ~/{CANARY} {CANARY}",)
"""

PAYLOADS = [
    Attack(
        "an_object_whose_pickle_runs_a_command",
        14,
        {"parameters": 0.0, "sample_z": 0.0},
        {
            "parameters": PICKLE + SIZES.format("Payload()"),
            "sample_z": PICKLE
            + "import numpy as np\ndef sample_Z(m, n): return np.array([[Payload()] * n] * m, dtype=object)",
        },
    ),
    Attack(
        "a_pickle_in_place_of_an_arrays_bytes",
        14,
        {"sample_z": 0.0},
        {
            "sample_z": PICKLE
            + """
import base64, sys
def sample_Z(m, n):
    asked = sys._getframe()
    while "token" not in asked.f_locals:
        asked = asked.f_back
    data = base64.b64encode(pickle.dumps(Payload())).decode()
    for dtype in ("|O", "|O8", "|V8", "<U4", "object", "O,O", "<f4, (10**9)f8", ["f4"], {"names": ["a"], "formats": ["O"]}):
        value = {"dtype": dtype, "shape": [m, n], "data": data, "allow_pickle": True}
        message = {"token": asked.f_locals["token"], "values": {f"{name}[{k}]": value for name in ("large", "small") for k in range(3)}, "stopped": Payload.__name__}
        get_ipython().channel.send_json(b"a", message)
    os._exit(0)
"""
        },
        says="ended the Python process",
    ),
    Attack(
        "an_npy_file_with_a_pickle_for_an_answer",
        14,
        {"transform": 0.0},
        {
            "transform": PICKLE
            + """
import io
import numpy as np
file = io.BytesIO()
np.save(file, np.array([Payload()], dtype=object), allow_pickle=True)
def flatten(images): return file.getvalue()
def scale(images, low=0.0, high=1.0): return memoryview(file.getvalue())
"""
        },
    ),
    Attack(
        "networks_that_are_saved_lambdas",
        14,
        {"generator": 0.0},
        {
            "generator": f"""
            import os
            def Generator(input_dim, hidden_dim, output_dim):
                run = keras.layers.Lambda(lambda x: os.system("touch /tmp/{CANARY}") or x)
                model = keras.Sequential([keras.Input((input_dim,)), run])
                model.save("generator.keras")
                return open("generator.keras", "rb").read()
            """
        },
    ),
]

ATTACKS = [*EQUALITY, *VALUES, *PAYLOADS]
