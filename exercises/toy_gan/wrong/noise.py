"""Wrong answers to `noise`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "always_the_same",
        "Makes a generator of its own with a fixed seed.",
        loses="generator",
        replace="return random",
        by="return np.random.default_rng(0)",
    ),
    Wrong(
        "clipped",
        "Clips the noise to [-1, 1].",
        loses="normal",
        replace="random.normal(size=(m, n))",
        by="np.clip(random.normal(size=(m, n)), -1, 1)",
    ),
    Wrong(
        "of_numpys_own",
        "Draws with NumPy's global generator.",
        loses="generator",
        replace="return",
        by="return np.",
    ),
    Wrong(
        "one_row_repeated",
        "The same noise vector for the whole batch.",
        loses="normal, generator",
        replace="random.normal(size=(m, n))",
        by="np.tile(random.normal(size=(1, n)), (m, 1))",
    ),
    Wrong(
        "too_narrow",
        "A standard deviation of a half.",
        loses="normal",
        replace="size",
        by="0.0, 0.5, size",
    ),
    Wrong(
        "uniform",
        "Uniform noise.",
        loses="normal",
        replace="normal(size=(m, n))",
        by="uniform(-1, 1, size=(m, n))",
    ),
    Wrong(
        "uniform_and_used",
        "Uniform noise, and weights and rings made of it.",
        loses="normal",
        replace="normal(size=(m, n))",
        by="uniform(-(3**0.5), 3**0.5, (m, n))",
        cells={
            "network": """
                import keras
                import numpy as np
                from keras import ops


                class Network:
                    def __init__(self, sizes, seed=None):
                        random = np.random.default_rng(seed)
                        self.theta = []
                        for inputs, outputs in zip(sizes[:-1], sizes[1:]):
                            weights = sample_noise(inputs, outputs, random) * (2 / inputs) ** 0.5
                            self.theta.append(keras.Variable(weights, dtype="float32"))
                            self.theta.append(keras.Variable(np.zeros(outputs), dtype="float32"))

                    def forward(self, x):
                        for k in range(0, len(self.theta), 2):
                            x = ops.matmul(x, self.theta[k]) + self.theta[k + 1]
                            x = x if k == len(self.theta) - 2 else ops.leaky_relu(x, 0.2)
                        return x
            """,
            "ring": """
                import numpy as np


                def sample_ring(n, modes, radius, std, random):
                    angles = 2 * np.pi * random.integers(modes, size=n) / modes
                    centres = radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)
                    return centres + std * sample_noise(n, 2, random)
            """,
        },
    ),
    Wrong(
        "clipped_at_three",
        "Clips the few numbers that lie far out.",
        loses="normal",
        replace="random.normal(size=(m, n))",
        by="np.clip(random.normal(size=(m, n)), -3, 3)",
    ),
]
