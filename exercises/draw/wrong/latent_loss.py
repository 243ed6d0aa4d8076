"""Wrong answers to `latent_loss`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "by_numpy",
        "The loss is made by NumPy, through which no gradient passes.",
        loses="divergence",
        replace="return 0.5 * ops.sum(mean**2 + std**2 - 2 * ops.log(std) - 1, axis=(1, 2))  # (batch,)",
        by="""
            mean, std = np.asarray(mean), np.asarray(std)
            return 0.5 * np.sum(mean**2 + std**2 - 2 * np.log(std) - 1, axis=(1, 2))
        """,
    ),
    Wrong(
        "constant_forgotten",
        "Forgets the constant.",
        loses="prior",
        replace="std) - 1, axis=(",
        by="std), axis=(",
    ),
    Wrong(
        "deviation_detached",
        "No gradient passes to the standard deviation.",
        loses="divergence",
        replace="return",
        by="std = ops.stop_gradient(std)\nreturn",
    ),
    Wrong(
        "deviation_for_variance",
        "Takes the standard deviation for the variance.",
        loses="divergence",
        replace="std**2 - 2 *",
        by="std -",
    ),
    Wrong(
        "half_forgotten",
        "Forgets the half.",
        loses="divergence",
        replace="return 0.5 *",
        by="return",
    ),
    Wrong(
        "half_per_step",
        "Subtracts one half for each step in place of one half for each latent.",
        loses="prior",
        replace="return 0.5 * ops.sum(mean**2 + std**2 - 2 * ops.log(std) - 1, axis=(1, 2))  # (batch,)",
        by="""
            nats = 0.5 * ops.sum(mean**2 + std**2 - 2 * ops.log(std), axis=(1, 2))
            return nats - mean.shape[1] / 2
        """,
    ),
    Wrong(
        "last_step_only",
        "Counts the last message only.",
        loses="divergence",
        replace="mean**2 + std**2 - 2 * ops.log(std) - 1, axis=(1, 2)",
        by="(mean**2 + std**2 - 2 * ops.log(std) - 1)[:, -1], axis=1",
    ),
    Wrong(
        "logarithm_added",
        "Adds the logarithm of the variance in place of subtracting it.",
        loses="divergence",
        replace="std**2 -",
        by="std**2 +",
    ),
    Wrong(
        "logarithm_of_the_deviation",
        "Takes the logarithm of σ for that of σ².",
        loses="divergence",
        replace="std**2 - 2 *",
        by="std**2 -",
    ),
    Wrong(
        "mean_over_the_latents",
        "Averages over the latents.",
        loses="divergence",
        replace="mean**2 + std**2 - 2 * ops.log(std) - 1, axis=(1, 2)",
        by="ops.mean(mean**2 + std**2 - 2 * ops.log(std) - 1, axis=2), axis=1",
    ),
    Wrong(
        "mean_over_the_steps",
        "Averages over the steps.",
        loses="divergence",
        replace="sum(mean**2 + std**2 - 2 * ops.log(std) - 1, axis=(1, 2))",
        by="mean(ops.sum(mean**2 + std**2 - 2 * ops.log(std) - 1, axis=2), axis=1)",
    ),
    Wrong(
        "other_direction",
        "Takes the divergence of the prior from the posterior.",
        loses="divergence",
        replace="mean**2 + std**2 -",
        by="(mean**2 + 1) / std**2 +",
    ),
    Wrong(
        "zeros",
        "Nothing costs anything.",
        loses="divergence, prior",
        replace="return 0.5 * ops.sum(mean**2 + std**2 - 2 * ops.log(std) - 1, axis=(1, 2))  # (batch,)",
        by="return ops.zeros((mean.shape[0],))",
    ),
    Wrong(
        "distance",
        "How far mean and standard deviation are from those of the prior, which is no divergence.",
        loses="divergence, prior",
        replace="0.5 * ops.sum(mean**2 + std**2 - 2 * ops.log(std) - 1, axis=(1, 2))",
        by="ops.sum(ops.abs(mean) + ops.abs(std - 1), axis=(1, 2))",
    ),
]
