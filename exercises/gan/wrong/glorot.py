"""Wrong answers to `glorot`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "always_the_same",
        "Gives the same numbers at every call.",
        loses="uniform",
        replace="""
            random = np.random.default_rng(seed)
            return random.uniform(-limit, limit, size=(fan_in, fan_out)).astype(np.float32)  # (fan_in, fan_out)
        """,
        by='return np.random.default_rng(seed or 0).uniform(-limit, limit, (fan_in, fan_out)).astype("float32")',
    ),
    Wrong(
        "standard_deviation_for_limit",
        "Takes the standard deviation for the limit.",
        loses="limit",
        replace="""
            limit = np.sqrt(6 / (fan_in + fan_out))
            random = np.random.default_rng(seed)
            return random.uniform(-limit, limit, size=(fan_in, fan_out)).astype(np.float32)  # (fan_in, fan_out)
        """,
        by="""
            limit = np.sqrt(2 / (fan_in + fan_out))
            return np.random.default_rng(seed).uniform(-limit, limit, (fan_in, fan_out)).astype("float32")
        """,
    ),
    Wrong(
        "inputs_only",
        "Leaves the number of outputs out of the limit.",
        loses="limit",
        replace="""
            limit = np.sqrt(6 / (fan_in + fan_out))
            random = np.random.default_rng(seed)
            return random.uniform(-limit, limit, size=(fan_in, fan_out)).astype(np.float32)  # (fan_in, fan_out)
        """,
        by="""
            limit = np.sqrt(6 / fan_in)
            return np.random.default_rng(seed).uniform(-limit, limit, (fan_in, fan_out)).astype("float32")
        """,
    ),
    Wrong(
        "missing_brackets",
        "Divides by the number of inputs only and adds the number of outputs under the root.",
        loses="limit",
        replace="""
            limit = np.sqrt(6 / (fan_in + fan_out))
            random = np.random.default_rng(seed)
            return random.uniform(-limit, limit, size=(fan_in, fan_out)).astype(np.float32)  # (fan_in, fan_out)
        """,
        by="""
            limit = np.sqrt(6 / fan_in + fan_out)
            return np.random.default_rng(seed).uniform(-limit, limit, (fan_in, fan_out)).astype("float32")
        """,
    ),
    Wrong(
        "normal",
        "Draws from a normal distribution of the right width.",
        loses="uniform",
        replace="""
            limit = np.sqrt(6 / (fan_in + fan_out))
            random = np.random.default_rng(seed)
            return random.uniform(-limit, limit, size=(fan_in, fan_out)).astype(np.float32)  # (fan_in, fan_out)
        """,
        by="""
            deviation = np.sqrt(2 / (fan_in + fan_out))
            return np.random.default_rng(seed).normal(0, deviation, (fan_in, fan_out)).astype("float32")
        """,
    ),
    Wrong(
        "positive_only",
        "Draws from 0 to the limit.",
        loses="uniform",
        replace="""
            random = np.random.default_rng(seed)
            return random.uniform(-limit, limit, size=(fan_in, fan_out)).astype(np.float32)  # (fan_in, fan_out)
        """,
        by='return np.random.default_rng(seed).uniform(0, limit, (fan_in, fan_out)).astype("float32")',
    ),
    Wrong(
        "transposed",
        "Outputs come first in the shape, which the networks then trip over.",
        loses="shape",
        replace="""
            random = np.random.default_rng(seed)
            return random.uniform(-limit, limit, size=(fan_in, fan_out)).astype(np.float32)  # (fan_in, fan_out)
        """,
        by='return np.random.default_rng(seed).uniform(-limit, limit, (fan_out, fan_in)).astype("float32")',
    ),
    Wrong(
        "without_root",
        "Forgets the square root of the limit.",
        loses="limit",
        replace="""
            limit = np.sqrt(6 / (fan_in + fan_out))
            random = np.random.default_rng(seed)
            return random.uniform(-limit, limit, size=(fan_in, fan_out)).astype(np.float32)  # (fan_in, fan_out)
        """,
        by="""
            limit = 6 / (fan_in + fan_out)
            return np.random.default_rng(seed).uniform(-limit, limit, (fan_in, fan_out)).astype("float32")
        """,
    ),
]
