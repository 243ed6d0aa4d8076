"""Wrong answers to `importance`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "closed_form",
        "Takes the closed form of the divergence in place of what this sample costs.",
        loses="weights",
        replace="""
            z = sample(mean, std, noise)  # (batch, steps, latent)
            prior_over_posterior = -0.5 * z**2 + 0.5 * noise**2 + ops.log(std)  # (batch, steps, latent), in logarithms
            return ops.sum(prior_over_posterior, axis=(1, 2)) - reconstruction_loss(x, canvas)  # (batch,)
        """,
        by="""
            z = mean + std * noise
            return -reconstruction_loss(x, canvas) - latent_loss(mean, std)
        """,
    ),
    Wrong(
        "deviation_forgotten",
        "Forgets that a narrow Q is higher.",
        loses="weights",
        replace="""
            z = sample(mean, std, noise)  # (batch, steps, latent)
            prior_over_posterior = -0.5 * z**2 + 0.5 * noise**2 + ops.log(std)  # (batch, steps, latent), in logarithms
            return ops.sum(prior_over_posterior, axis=(1, 2)) - reconstruction_loss(x, canvas)  # (batch,)
        """,
        by="""
            z = mean + std * noise
            return ops.sum(-0.5 * z**2 + 0.5 * noise**2, axis=(1, 2)) - reconstruction_loss(x, canvas)
        """,
    ),
    Wrong(
        "exponentials_first",
        "Computes the weights themselves, which are zero in float32.",
        loses="bound",
        edits=[
            (
                """
                z = sample(mean, std, noise)  # (batch, steps, latent)
                prior_over_posterior = -0.5 * z**2 + 0.5 * noise**2 + ops.log(std)  # (batch, steps, latent), in logarithms
                return ops.sum(prior_over_posterior, axis=(1, 2)) - reconstruction_loss(x, canvas)  # (batch,)
            """,
                """
                z = mean + std * noise
                return ops.sum(-0.5 * z**2 + 0.5 * noise**2 + ops.log(std), axis=(1, 2)) - reconstruction_loss(x, canvas)
            """,
            ),
            (
                "math.log(log_weights.shape[1]) - ops.logsumexp(log_weights, axis=1)",
                "-ops.log(ops.mean(ops.exp(log_weights), axis=1))",
            ),
        ],
    ),
    Wrong(
        "largest_weight",
        "Takes the best sample only.",
        loses="bound",
        edits=[
            (
                """
                z = sample(mean, std, noise)  # (batch, steps, latent)
                prior_over_posterior = -0.5 * z**2 + 0.5 * noise**2 + ops.log(std)  # (batch, steps, latent), in logarithms
                return ops.sum(prior_over_posterior, axis=(1, 2)) - reconstruction_loss(x, canvas)  # (batch,)
            """,
                """
                z = mean + std * noise
                return ops.sum(-0.5 * z**2 + 0.5 * noise**2 + ops.log(std), axis=(1, 2)) - reconstruction_loss(x, canvas)
            """,
            ),
            ("math.log(log_weights.shape[1]) - ops.logsumexp", "-ops.max"),
        ],
    ),
    Wrong(
        "logarithm_subtracted",
        "Subtracts log σ.",
        loses="weights",
        replace="""
            z = sample(mean, std, noise)  # (batch, steps, latent)
            prior_over_posterior = -0.5 * z**2 + 0.5 * noise**2 + ops.log(std)  # (batch, steps, latent), in logarithms
            return ops.sum(prior_over_posterior, axis=(1, 2)) - reconstruction_loss(x, canvas)  # (batch,)
        """,
        by="""
            z = mean + std * noise
            return ops.sum(-0.5 * z**2 + 0.5 * noise**2 - ops.log(std), axis=(1, 2)) - reconstruction_loss(x, canvas)
        """,
    ),
    Wrong(
        "mean_for_sample",
        "Judges the mean in place of the sample.",
        loses="weights",
        replace="""
            z = sample(mean, std, noise)  # (batch, steps, latent)
            prior_over_posterior = -0.5 * z**2 + 0.5 * noise**2 + ops.log(std)  # (batch, steps, latent), in logarithms
            return ops.sum(prior_over_posterior, axis=(1, 2)) - reconstruction_loss(x, canvas)  # (batch,)
        """,
        by="""
            z = mean + std * noise
            return ops.sum(-0.5 * mean**2 + ops.log(std), axis=(1, 2)) - reconstruction_loss(x, canvas)
        """,
    ),
    Wrong(
        "mean_of_logarithms",
        "Averages the logarithms: with more samples nothing gets tighter.",
        loses="bound",
        edits=[
            (
                """
                z = sample(mean, std, noise)  # (batch, steps, latent)
                prior_over_posterior = -0.5 * z**2 + 0.5 * noise**2 + ops.log(std)  # (batch, steps, latent), in logarithms
                return ops.sum(prior_over_posterior, axis=(1, 2)) - reconstruction_loss(x, canvas)  # (batch,)
            """,
                """
                z = mean + std * noise
                return ops.sum(-0.5 * z**2 + 0.5 * noise**2 + ops.log(std), axis=(1, 2)) - reconstruction_loss(x, canvas)
            """,
            ),
            ("math.log(log_weights.shape[1]) - ops.logsumexp", "-ops.mean"),
        ],
    ),
    Wrong(
        "noise_left_out",
        "Leaves the noise out.",
        loses="weights",
        replace="""
            z = sample(mean, std, noise)  # (batch, steps, latent)
            prior_over_posterior = -0.5 * z**2 + 0.5 * noise**2 + ops.log(std)  # (batch, steps, latent), in logarithms
            return ops.sum(prior_over_posterior, axis=(1, 2)) - reconstruction_loss(x, canvas)  # (batch,)
        """,
        by="""
            z = mean + std * noise
            return ops.sum(-0.5 * z**2 + ops.log(std), axis=(1, 2)) - reconstruction_loss(x, canvas)
        """,
    ),
    Wrong(
        "number_of_images",
        "Divides by the number of images.",
        loses="bound",
        edits=[
            (
                """
                z = sample(mean, std, noise)  # (batch, steps, latent)
                prior_over_posterior = -0.5 * z**2 + 0.5 * noise**2 + ops.log(std)  # (batch, steps, latent), in logarithms
                return ops.sum(prior_over_posterior, axis=(1, 2)) - reconstruction_loss(x, canvas)  # (batch,)
            """,
                """
                z = mean + std * noise
                return ops.sum(-0.5 * z**2 + 0.5 * noise**2 + ops.log(std), axis=(1, 2)) - reconstruction_loss(x, canvas)
            """,
            ),
            (
                "(log_weights.shape[1]) - ops.logsumexp(log_weights, axis=1)",
                "(log_weights.shape[0]) - ops.logsumexp(log_weights, axis=1)",
            ),
        ],
    ),
    Wrong(
        "over_the_images",
        "Averages over the images in place of the samples.",
        loses="bound",
        edits=[
            (
                """
                z = sample(mean, std, noise)  # (batch, steps, latent)
                prior_over_posterior = -0.5 * z**2 + 0.5 * noise**2 + ops.log(std)  # (batch, steps, latent), in logarithms
                return ops.sum(prior_over_posterior, axis=(1, 2)) - reconstruction_loss(x, canvas)  # (batch,)
            """,
                """
                z = mean + std * noise
                return ops.sum(-0.5 * z**2 + 0.5 * noise**2 + ops.log(std), axis=(1, 2)) - reconstruction_loss(x, canvas)
            """,
            ),
            (
                "(log_weights.shape[1]) - ops.logsumexp(log_weights, axis=1)",
                "(log_weights.shape[0]) - ops.logsumexp(log_weights, axis=0)",
            ),
        ],
    ),
    Wrong(
        "pixels_added",
        "Adds the loss of the pixels.",
        loses="weights",
        replace="""
            z = sample(mean, std, noise)  # (batch, steps, latent)
            prior_over_posterior = -0.5 * z**2 + 0.5 * noise**2 + ops.log(std)  # (batch, steps, latent), in logarithms
            return ops.sum(prior_over_posterior, axis=(1, 2)) - reconstruction_loss(x, canvas)  # (batch,)
        """,
        by="""
            z = mean + std * noise
            return ops.sum(-0.5 * z**2 + 0.5 * noise**2 + ops.log(std), axis=(1, 2)) + reconstruction_loss(x, canvas)
        """,
    ),
    Wrong(
        "q_by_p",
        "Divides Q by P.",
        loses="weights",
        replace="""
            z = sample(mean, std, noise)  # (batch, steps, latent)
            prior_over_posterior = -0.5 * z**2 + 0.5 * noise**2 + ops.log(std)  # (batch, steps, latent), in logarithms
            return ops.sum(prior_over_posterior, axis=(1, 2)) - reconstruction_loss(x, canvas)  # (batch,)
        """,
        by="""
            z = mean + std * noise
            return ops.sum(0.5 * z**2 - 0.5 * noise**2 - ops.log(std), axis=(1, 2)) - reconstruction_loss(x, canvas)
        """,
    ),
    Wrong(
        "sign",
        "Gives the logarithm of the mean weight, which is minus the bound.",
        loses="bound",
        edits=[
            (
                """
                z = sample(mean, std, noise)  # (batch, steps, latent)
                prior_over_posterior = -0.5 * z**2 + 0.5 * noise**2 + ops.log(std)  # (batch, steps, latent), in logarithms
                return ops.sum(prior_over_posterior, axis=(1, 2)) - reconstruction_loss(x, canvas)  # (batch,)
            """,
                """
                z = mean + std * noise
                return ops.sum(-0.5 * z**2 + 0.5 * noise**2 + ops.log(std), axis=(1, 2)) - reconstruction_loss(x, canvas)
            """,
            ),
            (
                "math.log(log_weights.shape[1]) - ops.logsumexp(log_weights, axis=1)",
                "ops.logsumexp(log_weights, axis=1) - math.log(log_weights.shape[1])",
            ),
        ],
    ),
    Wrong(
        "sum_of_weights",
        "Forgets to divide by the number of samples.",
        loses="bound",
        edits=[
            (
                """
                z = sample(mean, std, noise)  # (batch, steps, latent)
                prior_over_posterior = -0.5 * z**2 + 0.5 * noise**2 + ops.log(std)  # (batch, steps, latent), in logarithms
                return ops.sum(prior_over_posterior, axis=(1, 2)) - reconstruction_loss(x, canvas)  # (batch,)
            """,
                """
                z = mean + std * noise
                return ops.sum(-0.5 * z**2 + 0.5 * noise**2 + ops.log(std), axis=(1, 2)) - reconstruction_loss(x, canvas)
            """,
            ),
            ("return math.log(log_weights.shape[1])", "return"),
        ],
    ),
]
