"""Libraries, builtins and the kernel patched from within, random numbers forced (3, 4, 5, 6, 26)."""

from tests.attacks.attack import NOTHING, Attack
from tests.attacks.forging import FORGER

WRONG = {
    "transform": "def flatten(images): return np.zeros((len(images), 784))\n"
    "def scale(images, low=0.0, high=1.0): return np.zeros(images.shape)",
    "sample_z": "def sample_Z(m, n): return np.zeros((m, n))",
    "train_step": "def train_step(X, Z, d, g, d_optimizer, g_optimizer): return 0.0, 0.0",
}
LOST = {"transform": 0.0, "sample_z": 0.0, "train_step": 0.0}
"""What remains with `WRONG`."""

LIBRARIES = [
    Attack(
        "comparisons_of_numpy_patched",
        3,
        LOST,
        WRONG,
        first="""
        import numpy as np, numpy.testing
        for module in (np, np.testing):
            for name in ("allclose", "isclose", "array_equal", "array_equiv"):
                if hasattr(module, name):
                    setattr(module, name, lambda *args, **kwargs: True)
        for name in dir(np.testing):
            if name.startswith("assert"):
                setattr(np.testing, name, lambda *args, **kwargs: None)
        """,
    ),
    Attack(
        "conversions_patched_to_hand_out_another_answer",
        3,
        NOTHING,
        solved=False,
        first="""
        import keras, numpy as np
        full = lambda value, *args, **kwargs: np.ones((5, 5), "float32")
        asking = __import__("sys").modules["autograder.inside.asking"]
        asking.np = type("numpy", (), {"asarray": full, "random": np.random})
        keras.ops.convert_to_numpy = full
        """,
    ),
    Attack(
        "functions_of_keras_and_tensorflow_patched",
        3,
        {"cross_entropy": 0.0, "losses": 0.0, "model_loss": 0.0, "train_step": 0.0},
        {
            "cross_entropy": """
            import tensorflow as tf
            tf.nn.sigmoid_cross_entropy_with_logits = keras.losses.binary_crossentropy = lambda labels, logits: logits - labels
            def sigmoid_cross_entropy(logits, labels):
                return tf.nn.sigmoid_cross_entropy_with_logits(labels, logits)
            """,
            "losses": """
            ops.mean = keras.ops.mean = lambda x, *args, **kwargs: keras.ops.sum(x) * 0.0
            def discriminator_loss(real, fake): return ops.mean(real) + ops.mean(fake)
            def generator_loss(fake, saturating=False): return ops.mean(fake)
            """,
            "train_step": """
            keras.optimizers.SGD.apply = lambda self, gradients, variables: [v.assign(v + 1.0) for v in variables]
            tf.GradientTape.gradient = lambda self, target, sources, **kwargs: [tf.ones_like(s) for s in sources]
            def train_step(X, Z, d, g, d_optimizer, g_optimizer):
                d_optimizer.apply([None] * 2, d.theta)
                g_optimizer.apply([None] * 2, g.theta)
                return 0.0, 0.0
            """,
        },
    ),
    Attack(
        "gradients_claimed",
        3,
        {"losses": 0.0},
        {
            # The values are right, but NumPy's: no gradient passes. What would say so claims that some do.
            "losses": """
            from autograder.inside import probing
            true_sizes = probing.gradient_sizes
            def claimed(compute, *sources):
                sizes = true_sizes(compute, *sources)
                return np.where(sizes > 0, sizes, 1.0)
            probing.gradient_sizes = claimed
            def discriminator_loss(real, fake):
                return np.mean(sigmoid_cross_entropy(real, 1.0)) + np.mean(sigmoid_cross_entropy(fake, 0.0))
            def generator_loss(fake, saturating=False):
                loss = np.mean(sigmoid_cross_entropy(fake, 0.0 if saturating else 1.0))
                return -loss if saturating else loss
            """,
        },
    ),
    Attack(
        "building_blocks_of_the_probes_patched",
        3,
        {"model_loss": 0.0, "train_step": 0.0},
        {
            # The probes' own little networks are made of these: with every logit alike, wrong batches would not show.
            "model_loss": """
            import sys
            true_matmul = ops.matmul
            def matmul(x, y): return true_matmul(x, y) * float(sys._getframe(1).f_globals["__name__"] != "autograder.inside.networks")
            keras.ops.matmul = ops.matmul = matmul
            def gan_model_loss(X, Z, d, g):
                logits = d.forward(X)[1]
                return discriminator_loss(logits, logits), generator_loss(logits)
            """,
            "train_step": "def train_step(X, Z, d, g, d_optimizer, g_optimizer): return 0.0, 0.0",
        },
    ),
]

BUILTINS = [
    Attack(
        "builtins_patched_to_agree_with_everything",
        4,
        LOST,
        WRONG,
        last="""
        import builtins
        builtins.abs = lambda value: 0
        builtins.AssertionError = type("Harmless", (Exception,), {})
        builtins.print = lambda *args, **kwargs: None
        """,
    ),
    Attack(
        "builtins_without_which_no_cell_runs",
        4,
        NOTHING,
        last="import builtins; builtins.exec = None",
        says="It could not be asked",
    ),
]

INPUTS = [
    Attack(
        "asserts_taken_out_by_a_transformer",
        5,
        LOST,
        WRONG,
        first="""
        import ast
        class NoAsserts(ast.NodeTransformer):
            def visit_Assert(self, node): return ast.copy_location(ast.Pass(), node)
            def visit_With(self, node): return ast.copy_location(ast.parse("print('✓ passed')").body[0], node)
        get_ipython().ast_transformers.append(NoAsserts())
        """,
    ),
    Attack(
        "checks_rewritten_by_an_input_transformer",
        5,
        NOTHING,
        solved=False,
        first="""
        def rewrite(lines):
            return ["print('All tests passed.')"]
        get_ipython().input_transformers_post.append(rewrite)
        get_ipython().input_transformers_cleanup.append(rewrite)
        """,
    ),
    Attack(
        "questions_rewritten_in_their_code",
        5,
        NOTHING,
        solved=False,
        first=FORGER
        + """
sys.forge = forge
def forged(name, seed, token):
    return sys.forge(name, seed, token)
sys.modules["autograder.inside.asking"].ask.__code__ = forged.__code__
""",
    ),
]

KERNEL = [
    Attack(
        "orders_carried_out_by_a_forger",
        6,
        NOTHING,
        solved=False,
        first=FORGER
        + """
import gc
(server,) = (each for each in gc.get_objects() if type(each).__name__ == "Server" and hasattr(each, "orders"))
server.orders["ask"] = lambda test, seed, token: forge(test, seed, token)
""",
    ),
    Attack(
        "orders_that_are_not_carried_out",
        6,
        NOTHING,
        last="""
        import gc
        (server,) = (each for each in gc.get_objects() if type(each).__name__ == "Server" and hasattr(each, "orders"))
        async def carry_out(*_):
            return {"told": {"score": 40.0}, "error": None, "leaving": False}
        server.carry_out = carry_out
        """,
    ),
    Attack(
        "every_error_hidden",
        6,
        {"transform": 0.0, "sample_z": 0.0},
        {
            "transform": "def flatten(images): raise AssertionError\nscale = flatten",
            "sample_z": "def sample_Z(m, n): raise RuntimeError('hidden')",
        },
        first="""
        import sys
        shell = get_ipython()
        shell.showtraceback = shell.showsyntaxerror = shell._showtraceback = lambda *args, **kwargs: None
        shell.set_custom_exc((BaseException,), lambda *args, **kwargs: None)
        sys.excepthook = sys.unraisablehook = lambda *args: None
        """,
        says="RuntimeError: hidden",
    ),
    Attack(
        "answers_changed_where_they_are_sent",
        6,
        NOTHING,
        solved=False,
        first=FORGER
        + """
def send_instead(kind, message):
    if kind != b"a":
        return send_json(kind, message)
    values = {key: np.frombuffer(base64.b64decode(v["data"]), v["dtype"]).reshape(v["shape"]) for key, v in message["values"].items()}
    try:
        consistent(sys._getframe(1).f_locals["test"], values)
    finally:
        publish(message["token"], values)
channel.send_json = send_instead
""",
    ),
    Attack(
        "display_hooks_and_comms_that_speak_of_points",
        6,
        {"sample_z": 0.0},
        {"sample_z": "def sample_Z(m, n): return None"},
        first="""
        import sys
        shell = get_ipython()
        class Hook(type(shell.displayhook)):
            def __call__(self, result=None): super().__call__(40.0)
        shell.displayhook.__class__ = Hook
        shell.user_expressions = lambda expressions: {name: 40.0 for name in expressions}
        from comm import create_comm, get_comm_manager
        get_comm_manager().register_target("score", lambda comm, message: None)
        create_comm(target_name="score", data={"points": 40.0})
        """,
    ),
    Attack(
        "a_frame_of_no_known_kind",
        6,
        last="get_ipython().channel.send(b'?', b'')",
        says="broke the kernel's protocol (ValueError); it was left out.",
    ),
]

RANDOM = [
    Attack(
        "probes_seeded_by_the_student",
        26,
        {"transform": 0.0, "sample_z": 0.0},
        {
            # With bytes of zero a scale that returns its low end is right.
            "transform": """
            true_rng = np.random.default_rng
            class Zeros:
                def __init__(self, rng): self.rng = rng
                def __getattr__(self, name): return getattr(self.rng, name)
                def integers(self, *args, **kwargs):
                    drawn = self.rng.integers(*args, **kwargs)
                    return drawn * 0 if np.ndim(drawn) == 3 else drawn
            np.random.default_rng = lambda seed=None: Zeros(true_rng(seed)) if isinstance(seed, list) and len(seed) > 4 else true_rng(seed)
            def flatten(images): return np.zeros((len(images), 784))
            def scale(images, low=0.0, high=1.0): return np.full(images.shape, low, np.float32)
            """,
            "sample_z": "def sample_Z(m, n): return np.zeros((m, n))",
        },
    ),
    Attack(
        "games_drawn_so_that_a_wrong_loss_is_right",
        26,
        {"model_loss": 0.0, "train_step": 0.0},
        {
            # Without noise, real examples and generated ones get the same logit.
            "model_loss": """
            import sys
            true_rng = np.random.default_rng
            class Quiet:
                def __init__(self, rng): self.rng = rng
                def __getattr__(self, name): return getattr(self.rng, name)
                def normal(self, *args, **kwargs): return self.rng.normal(*args, **kwargs) * 0.0
            np.random.default_rng = lambda seed=None: Quiet(true_rng(seed)) if sys._getframe(2).f_locals.get("name") == "model_loss" else true_rng(seed)
            def gan_model_loss(X, Z, d, g):
                logits = d.forward(X)[1]
                return discriminator_loss(logits, logits), generator_loss(logits)
            """,
            "train_step": "def train_step(X, Z, d, g, d_optimizer, g_optimizer): return 0.0, 0.0",
        },
    ),
    Attack(
        "global_generators_seeded_at_every_call",
        26,
        {"sample_z": 0.75, "glorot": 1.5},  # spread evenly in the right shape, but nothing is fresh
        {
            "sample_z": """
            def sample_Z(m, n):
                keras.utils.set_random_seed(1)
                return np.random.uniform(-1, 1, (m, n))
            """,
            "glorot": """
            def glorot_uniform(fan_in, fan_out, seed=None):
                np.random.seed(7)
                limit = np.sqrt(6 / (fan_in + fan_out))
                return np.random.uniform(-limit, limit, (fan_in, fan_out)).astype("float32")
            """,
        },
    ),
    Attack(
        "random_functions_of_every_library_constant",
        26,
        {"glorot": 0.0, "sample_z": 0.0, "dataset": 4.0},
        first="""
        import numpy as np, random, tensorflow as tf
        np.random.uniform = lambda low=0.0, high=1.0, size=None: np.full(size, (low + high) / 2)
        random.random = lambda: 0.5
        tf.random.uniform = lambda shape, *args, **kwargs: tf.zeros(shape)
        class Constant:
            def __getattr__(self, name): return getattr(true_rng(), name)
            def uniform(self, low=0.0, high=1.0, size=None): return np.full(size, (low + high) / 2)
            def permutation(self, n): return np.arange(n)
        true_rng = np.random.default_rng
        np.random.default_rng = lambda seed=None: true_rng(seed) if isinstance(seed, list) else Constant()
        """,
    ),
]

ATTACKS = [*LIBRARIES, *BUILTINS, *INPUTS, *KERNEL, *RANDOM]
