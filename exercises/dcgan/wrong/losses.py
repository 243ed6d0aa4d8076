"""Wrong answers to `losses`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "by_numpy",
        "The means are NumPy's, through which no gradient passes.",
        loses="gradients",
        edits=[
            ("ops.mean(real) + ops", "np.mean(real) + np"),
            ("return ops.mean(ops.softplus(-fake_logits))", "return np.mean(ops.softplus(-fake_logits))"),
        ],
    ),
    Wrong(
        "fakes_smoothed",
        "Labels of fakes are smoothed as well.",
        loses="smoothing",
        replace="ops.softplus(fake_logits)",
        by="(1 - smooth) * ops.softplus(fake_logits) + smooth * ops.softplus(-fake_logits)",
    ),
    Wrong(
        "from_probabilities",
        "Losses are computed from probabilities, which round to 0 and 1.",
        loses="stable",
        edits=[
            (
                """
                real = (1 - smooth) * ops.softplus(-real_logits) + smooth * ops.softplus(real_logits)  # (batch, 1)
                fake = ops.softplus(fake_logits)  # (batch, 1)
                return ops.mean(real) + ops.mean(fake)
            """,
                """
                real, fake = ops.sigmoid(real_logits), ops.sigmoid(fake_logits)
                return -ops.mean((1 - smooth) * ops.log(real) + smooth * ops.log(1 - real)) - ops.mean(ops.log(1 - fake))
            """,
            ),
            ("ops.mean(ops.softplus(-fake_logits))", "-ops.mean(ops.log(ops.sigmoid(fake_logits)))"),
        ],
    ),
    Wrong(
        "generator_by_numpy",
        "G's loss is a number of Python's, through which no gradient passes.",
        loses="gradients",
        replace="mean(ops.softplus(-fake_logits))",
        by="convert_to_tensor(float(ops.mean(ops.softplus(-fake_logits))))",
    ),
    Wrong(
        "generator_smoothed",
        "G's label is smoothed, too.",
        loses="generator",
        replace="ops.softplus(-fake_logits)",
        by="0.9 * ops.softplus(-fake_logits) + 0.1 * ops.softplus(fake_logits)",
    ),
    Wrong(
        "gradients_not_stable",
        "The values are stable, but where large logits are not chosen, an exponential overflows, and so do the gradients.",
        loses="stable",
        replace="ops.softplus(",
        by="softplus(",
        times=4,
        edits=[
            (
                "def discriminator_loss(real_logits, fake_logits, smooth=0.1):",
                """
                def softplus(logits):
                    return ops.where(logits > 0, logits + ops.log(1 + ops.exp(-logits)), ops.log(1 + ops.exp(logits)))


                def discriminator_loss(real_logits, fake_logits, smooth=0.1):
                """,
            )
        ],
    ),
    Wrong(
        "halved",
        "The two means are averaged in place of added.",
        loses="discriminator",
        replace="ops.mean(real) + ops.mean(fake)",
        by="(ops.mean(real) + ops.mean(fake)) / 2",
    ),
    Wrong(
        "label_smoothing_of_keras",
        "Keras's label smoothing, which goes half the way to 1/2.",
        loses="smoothing",
        replace="real = (1 - smooth) * ops.softplus(-real_logits) + smooth * ops.softplus(real_logits)  # (batch, 1)",
        by="""
            half = smooth / 2
            real = (1 - half) * ops.softplus(-real_logits) + half * ops.softplus(real_logits)  # (batch, 1)
        """,
    ),
    Wrong(
        "labels_swapped",
        "Real images should be called fake.",
        loses="discriminator",
        edits=[
            ("-real_logits) + smooth * ops.softplus(", "real_logits) + smooth * ops.softplus(-"),
            ("softplus(fake_logits)", "softplus(-fake_logits)"),
        ],
    ),
    Wrong(
        "real_cut",
        "No gradient passes where real images are judged.",
        loses="gradients",
        replace="mean(real)",
        by="stop_gradient(ops.mean(real))",
    ),
    Wrong(
        "saturating",
        "G minimises log(1 - D).",
        loses="generator",
        replace="ops.mean(ops.softplus(-fake_logits))",
        by="-ops.mean(ops.softplus(fake_logits))",
    ),
    Wrong(
        "smooth_ignored",
        "Labels are hard, whatever is asked for.",
        loses="smoothing",
        replace="(1 - smooth) * ops.softplus(-real_logits) + smooth * ops.softplus(real_logits)",
        by="ops.softplus(-real_logits)",
    ),
    Wrong(
        "target_not_restored",
        "The real label becomes 1 - smooth, and the other one stays 0.",
        loses="smoothing",
        replace="(-real_logits) + smooth * ops.softplus(real_logits)",
        by="(-real_logits)",
    ),
]
