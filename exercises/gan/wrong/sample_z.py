"""Wrong answers to `sample_z`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "always_the_same",
        "Gives the same sample at every call.",
        loses="fresh",
        replace="uniform(-1.0, 1.0, size=(m, n)).astype(np.float32)",
        by='default_rng(0).uniform(-1, 1, (m, n)).astype("float32")',
    ),
    Wrong(
        "clipped_normal",
        "Clips normal numbers to the range: they pile up at its ends.",
        loses="uniform",
        replace="random.uniform(-1.0, 1.0, size=(m, n)).astype(np.float32)",
        by='clip(np.random.normal(size=(m, n)), -1, 1).astype("float32")',
    ),
    Wrong(
        "normal",
        "Draws from a normal distribution.",
        loses="uniform",
        replace="uniform(-1.0, 1.0, size=(m, n)).astype(np.float32)",
        by='normal(size=(m, n)).astype("float32")',
    ),
    Wrong(
        "one_row_repeated",
        "All rows are the same vector.",
        loses="fresh",
        replace="random.uniform(-1.0, 1.0, size=(m, n)).astype(np.float32)",
        by='tile(np.random.uniform(-1, 1, n), (m, 1)).astype("float32")',
    ),
    Wrong(
        "transposed",
        "Samples lie in columns instead of rows.",
        loses="shape",
        replace="1.0, 1.0, size=(m, n)).astype(np.float32",
        by='1, 1, (n, m)).astype("float32"',
    ),
    Wrong(
        "whole_numbers",
        "Draws whole numbers only, so that most entries coincide.",
        loses="uniform, fresh",
        replace="uniform(-1.0, 1.0, size=(m, n)).astype(np.float32)",
        by='randint(-1, 2, (m, n)).astype("float32")',
    ),
    Wrong(
        "zero_to_one",
        "Draws from 0 to 1.",
        loses="uniform",
        replace="-1.0, 1.0, size=(m, n)).astype(np.float32",
        by='size=(m, n)).astype("float32"',
    ),
]
