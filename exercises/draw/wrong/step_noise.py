"""Wrong answers to `step_noise`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "mirrored",
        "Half of the images get the other half's noise with its sign turned.",
        loses="fresh in each step",
        replace="return keras.random.normal((batch, steps, latent), seed=seed)  # (batch, steps, latent)",
        by="""
            half = keras.random.normal(((batch + 1) // 2, steps, latent), seed=seed)
            return ops.concatenate([half, -half])[:batch]
        """,
    ),
    Wrong(
        "of_two_steps",
        "The noise of two steps comes again and again.",
        loses="fresh in each step",
        replace="return keras.random.normal((batch, steps, latent), seed=seed)  # (batch, steps, latent)",
        by="""
            two = keras.random.normal((batch, 2, latent), seed=seed)
            return ops.tile(two, (1, steps, 1))[:, :steps]
        """,
    ),
    Wrong(
        "one_for_all_images",
        "Draws the same noise for all images of a batch.",
        loses="fresh in each step",
        replace="return keras.random.normal((batch, steps, latent), seed=seed)  # (batch, steps, latent)",
        by="""
            noise = keras.random.normal((1, steps, latent), seed=seed)
            return ops.tile(noise, (batch, 1, 1))
        """,
    ),
    Wrong(
        "one_for_all_latents",
        "Draws one number for all latents of a step.",
        loses="fresh in each step",
        replace="return keras.random.normal((batch, steps, latent), seed=seed)  # (batch, steps, latent)",
        by="""
            noise = keras.random.normal((batch, steps, 1), seed=seed)
            return ops.tile(noise, (1, 1, latent))
        """,
    ),
    Wrong(
        "one_for_all_steps",
        "Draws one noise vector for each image and uses it at every step.",
        loses="fresh in each step",
        replace="return keras.random.normal((batch, steps, latent), seed=seed)  # (batch, steps, latent)",
        by="""
            noise = keras.random.normal((batch, 1, latent), seed=seed)
            return ops.tile(noise, (1, steps, 1))
        """,
    ),
    Wrong(
        "same_in_each_call",
        "Uses the seed as a number, so that every batch gets the same noise.",
        loses="fresh in each call",
        replace="=seed",
        by="=1",
    ),
    Wrong(
        "signs",
        "The noise is -1 or 1.",
        loses="standard normal",
        replace="keras.random.normal((batch, steps, latent), seed=seed)",
        by="ops.sign(keras.random.normal((batch, steps, latent), seed=seed))",
    ),
    Wrong(
        "truncated",
        "Cuts off what lies beyond two standard deviations.",
        loses="standard normal",
        replace=".normal",
        by=".truncated_normal",
    ),
    Wrong(
        "uniform",
        "Draws uniform noise with the right standard deviation.",
        loses="standard normal",
        replace="normal((batch, steps, latent), seed=seed)",
        by="uniform((batch, steps, latent), -(3**0.5), 3**0.5, seed=seed)",
    ),
    Wrong(
        "uniform_from_minus_one_to_one",
        "Draws uniform noise between -1 and 1.",
        loses="standard normal",
        replace="normal((batch, steps, latent), seed=seed)",
        by="uniform((batch, steps, latent), -1, 1, seed=seed)",
    ),
    Wrong(
        "without_the_generator",
        "The noise does not come from the generator.",
        loses="fresh in each call",
        replace="((batch, steps, latent), seed=seed)",
        by="((batch, steps, latent))",
    ),
]
