"""Wrong answers to `generate`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "cold",
        "Draws messages with a smaller standard deviation, since the samples look better.",
        loses="prior",
        replace="""
            z = step_noise(count, model.steps, model.latent, seed)  # (count, steps, latent), from the prior
            canvases, h_dec = model.paint(z)
        """,
        by="canvases, h_dec = model.paint(0.7 * step_noise(count, model.steps, model.latent, seed))",
    ),
    Wrong(
        "first_message_only",
        "Sends noise in the first step and zeros afterwards.",
        loses="prior",
        replace="canvases, h_dec = model.paint(z)",
        by="canvases, h_dec = model.paint(ops.concatenate([z[:, :1], 0 * z[:, 1:]], axis=1))",
    ),
    Wrong(
        "last_step_only",
        "Returns the last canvas only.",
        loses="probabilities",
        replace="""
            z = step_noise(count, model.steps, model.latent, seed)  # (count, steps, latent), from the prior
            canvases, h_dec = model.paint(z)
            return ops.sigmoid(canvases), h_dec
        """,
        by="""
            canvases, h_dec = model.paint(step_noise(count, model.steps, model.latent, seed))
            return ops.sigmoid(canvases[:, -1]), h_dec
        """,
    ),
    Wrong(
        "logits",
        "Returns logits for probabilities.",
        loses="probabilities",
        replace="""
            z = step_noise(count, model.steps, model.latent, seed)  # (count, steps, latent), from the prior
            canvases, h_dec = model.paint(z)
            return ops.sigmoid(canvases), h_dec
        """,
        by="""
            canvases, h_dec = model.paint(step_noise(count, model.steps, model.latent, seed))
            return canvases, h_dec
        """,
    ),
    Wrong(
        "no_noise",
        "Paints the mean of the prior.",
        loses="prior",
        replace="""
            z = step_noise(count, model.steps, model.latent, seed)  # (count, steps, latent), from the prior
            canvases, h_dec = model.paint(z)
        """,
        by="canvases, h_dec = model.paint(0 * step_noise(count, model.steps, model.latent, seed))",
    ),
    Wrong(
        "one_message",
        "Sends the same message at every step.",
        loses="prior",
        replace="step_noise(count, model.steps, model.latent, seed)",
        by="ops.tile(step_noise(count, 1, model.latent, seed), (1, model.steps, 1))",
    ),
    Wrong(
        "own_seed",
        "Always the same seed: the same images for ever.",
        loses="prior",
        replace="(count, model.steps, model.latent, seed)",
        by="(count, model.steps, model.latent, keras.random.SeedGenerator(1))",
    ),
    Wrong(
        "rounded",
        "Returns ink or paper in place of probabilities.",
        loses="probabilities",
        replace="""
            z = step_noise(count, model.steps, model.latent, seed)  # (count, steps, latent), from the prior
            canvases, h_dec = model.paint(z)
            return ops.sigmoid(canvases), h_dec
        """,
        by="""
            canvases, h_dec = model.paint(step_noise(count, model.steps, model.latent, seed))
            return ops.cast(canvases > 0, "float32"), h_dec
        """,
    ),
    Wrong(
        "sigmoid_twice",
        "Takes the sigmoid twice.",
        loses="probabilities",
        replace="""
            z = step_noise(count, model.steps, model.latent, seed)  # (count, steps, latent), from the prior
            canvases, h_dec = model.paint(z)
            return ops.sigmoid(canvases), h_dec
        """,
        by="""
            canvases, h_dec = model.paint(step_noise(count, model.steps, model.latent, seed))
            return ops.sigmoid(ops.sigmoid(canvases)), h_dec
        """,
    ),
    Wrong(
        "states_first",
        "Returns the states before the images.",
        loses="probabilities",
        replace="ops.sigmoid(canvases), h_dec",
        by="h_dec, ops.sigmoid(canvases)",
    ),
    Wrong(
        "states_squashed",
        "Squashes the states as well.",
        loses="probabilities",
        replace="ops.sigmoid(canvases), h_dec",
        by="ops.sigmoid(canvases), ops.sigmoid(h_dec)",
    ),
    Wrong(
        "uniform",
        "Draws messages from a uniform distribution of standard deviation 1.",
        loses="prior",
        replace="step_noise(count, model.steps, model.latent, seed)",
        by="keras.random.uniform((count, model.steps, model.latent), -(3**0.5), 3**0.5, seed=seed)",
    ),
]
