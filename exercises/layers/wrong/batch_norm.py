"""Wrong answers to `batch_norm`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "batch_statistics_at_inference",
        "The batch decides at inference too.",
        loses="at inference, running statistics",
        replace="if training",
        by="if True",
    ),
    Wrong(
        "epsilon_only_in_training",
        "Epsilon is forgotten at inference.",
        loses="at inference",
        replace="+ self.epsilon",
        by="+ (self.epsilon if training else 0.0)",
    ),
    Wrong(
        "epsilon_outside",
        "Epsilon is added to the standard deviation.",
        loses="rows",
        replace="ops.sqrt(variance + self.epsilon)",
        by="(ops.sqrt(variance) + self.epsilon)",
    ),
    Wrong(
        "gradient_stopped",
        "The statistics are taken as constants.",
        loses="gradient",
        edits=[
            ("mean(x, axis=axes)", "stop_gradient(ops.mean(x, axis=axes))"),
            ("mean(ops.square(x - mean), axis=axes)", "stop_gradient(ops.mean(ops.square(x - mean), axis=axes))"),
        ],
    ),
    Wrong(
        "maps_never_run",
        "The running mean of maps stays zero.",
        loses="maps",
        replace="""
            for running, new in ((self.moving_mean, mean), (self.moving_variance, variance)):
                running.assign(self.momentum * running + (1 - self.momentum) * new)
        """,
        by="""
            for running, new in ((self.moving_mean, mean), (self.moving_variance, variance)):
                running.assign(self.momentum * running + (1 - self.momentum) * new)
            if len(x.shape) == 4:
                self.moving_mean.assign(ops.zeros_like(mean))
        """,
    ),
    Wrong(
        "maps_place_by_place",
        "Each place of a map is a feature of its own.",
        loses="maps",
        replace="axes = list(range(len(x.shape) - 1))  # all but the features",
        by="axes = [0]",
    ),
    Wrong(
        "momentum_swapped",
        "Momentum is the share of what is new.",
        loses="running statistics",
        replace="self.momentum * running + (1 - self.momentum)",
        by="(1 - self.momentum) * running + self.momentum",
    ),
    Wrong(
        "moves_at_inference",
        "The running statistics move at inference.",
        loses="running statistics",
        replace="""
            if training:
                axes = list(range(len(x.shape) - 1))  # all but the features
                mean = ops.mean(x, axis=axes)  # (features,)
                variance = ops.mean(ops.square(x - mean), axis=axes)  # (features,)
                for running, new in ((self.moving_mean, mean), (self.moving_variance, variance)):
                    running.assign(self.momentum * running + (1 - self.momentum) * new)
        """,
        by="""
            axes = list(range(len(x.shape) - 1))
            new_mean = ops.mean(x, axis=axes)
            new_variance = ops.mean(ops.square(x - new_mean), axis=axes)
            mean, variance = (new_mean, new_variance) if training else (mean + 0.0, variance + 0.0)
            for running, new in ((self.moving_mean, new_mean), (self.moving_variance, new_variance)):
                running.assign(self.momentum * running + (1 - self.momentum) * new)
        """,
    ),
    Wrong(
        "not_assigned",
        "The running statistics become other tensors, in the place of weights that are assigned.",
        loses="running statistics",
        replace="""
            for running, new in ((self.moving_mean, mean), (self.moving_variance, variance)):
                running.assign(self.momentum * running + (1 - self.momentum) * new)
        """,
        by="""
            self.moving_mean = self.momentum * self.moving_mean + (1 - self.momentum) * mean
            self.moving_variance = self.momentum * self.moving_variance + (1 - self.momentum) * variance
        """,
    ),
    Wrong(
        "over_the_features",
        "Each example is normalised over its features.",
        loses="rows, maps, running statistics, gradient",
        edits=[
            ("(x, axis=axes)", "(x, axis=-1, keepdims=True)"),
            ("(ops.square(x - mean), axis=axes)", "(ops.square(x - mean), axis=-1, keepdims=True)"),
            (
                "(self.momentum * running + (1 - self.momentum) * new)",
                "(self.momentum * running + (1 - self.momentum) * ops.mean(new))",
            ),
        ],
    ),
    Wrong(
        "running_statistics_in_training",
        "The running statistics normalise in training, too.",
        loses="rows, maps, gradient",
        edits=[
            (", self.moving_variance", "+ 0.0, self.moving_variance + 0.0"),
            ("mean = ops", "batch_mean = ops"),
            (
                "variance = ops.mean(ops.square(x - mean), axis=axes)",
                "batch_variance = ops.mean(ops.square(x - batch_mean), axis=axes)",
            ),
            ("mean), (self.moving_variance, variance", "batch_mean), (self.moving_variance, batch_variance"),
        ],
    ),
    Wrong(
        "running_variance_unbiased",
        "The running variance is the unbiased one, as in PyTorch.",
        loses="running statistics",
        replace="for running, new in ((self.moving_mean, mean), (self.moving_variance, variance)):",
        by="""
            for running, new in ((self.moving_mean, mean), (self.moving_variance, variance)):
                if running is self.moving_variance:
                    n = math.prod(x.shape[:-1])
                    new = new * n / (n - 1)
        """,
    ),
    Wrong(
        "statistics_by_numpy",
        "NumPy computes the running statistics, which stops in a compiled step.",
        loses="running statistics",
        replace="running + (1 - self.momentum) * new",
        by="np.asarray(running) + (1 - self.momentum) * np.asarray(new)",
    ),
    Wrong(
        "statistics_trainable",
        "The gradient moves the running statistics.",
        loses="start",
        replace="""
            self.moving_mean = self.add_weight(shape=features, initializer="zeros", trainable=False, name="moving_mean")
            self.moving_variance = self.add_weight(
                shape=features, initializer="ones", trainable=False, name="moving_variance"
            )
        """,
        by="""
            self.moving_mean = self.add_weight(shape=features, initializer="zeros", name="moving_mean")
            self.moving_variance = self.add_weight(
                shape=features, initializer="ones", name="moving_variance"
            )
        """,
    ),
]
