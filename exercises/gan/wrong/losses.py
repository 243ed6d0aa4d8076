"""Wrong answers to `losses`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

# Another right way to write it; as `cell` it is edited in the solution's place.
LABELS_FOR_EACH = """
def discriminator_loss(real_logits, fake_logits):
    real_loss = ops.mean(sigmoid_cross_entropy(real_logits, ops.ones_like(real_logits)))
    fake_loss = ops.mean(sigmoid_cross_entropy(fake_logits, ops.zeros_like(fake_logits)))
    return real_loss + fake_loss


def generator_loss(fake_logits, saturating=False):
    if saturating:
        return -ops.mean(sigmoid_cross_entropy(fake_logits, ops.zeros_like(fake_logits)))
    return ops.mean(sigmoid_cross_entropy(fake_logits, ops.ones_like(fake_logits)))
"""

WRONG = [
    Wrong(
        "fakes_forgotten",
        "The discriminator's loss sees real examples only.",
        loses="discriminator",
        edits=[
            (
                """
                real_loss = ops.mean(sigmoid_cross_entropy(real_logits, 1.0))  # -log D(X)
                fake_loss = ops.mean(sigmoid_cross_entropy(fake_logits, 0.0))  # -log(1 - D(G(Z)))
                return real_loss + fake_loss
            """,
                "return ops.mean(sigmoid_cross_entropy(real_logits, ops.ones_like(real_logits)))",
            ),
            (
                "-ops.mean(sigmoid_cross_entropy(fake_logits, 0.0))",
                "-ops.mean(sigmoid_cross_entropy(fake_logits, ops.zeros_like(fake_logits)))",
            ),
            (
                "(sigmoid_cross_entropy(fake_logits, 1.0))",
                "(sigmoid_cross_entropy(fake_logits, ops.ones_like(fake_logits)))",
            ),
        ],
    ),
    Wrong(
        "fakes_subtracted",
        "The discriminator's two parts are subtracted.",
        loses="discriminator",
        cell=LABELS_FOR_EACH,
        replace="real_loss + fake_loss",
        by="real_loss - fake_loss",
    ),
    Wrong(
        "generator_helps_discriminator",
        "The generator wants its images to be called fake.",
        loses="non-saturating",
        edits=[
            (
                "(sigmoid_cross_entropy(real_logits, 1.0))",
                "(sigmoid_cross_entropy(real_logits, ops.ones_like(real_logits)))",
            ),
            (
                "= ops.mean(sigmoid_cross_entropy(fake_logits, 0.0))",
                "= ops.mean(sigmoid_cross_entropy(fake_logits, ops.zeros_like(fake_logits)))",
            ),
            (
                """
                if saturating:
                    return -ops.mean(sigmoid_cross_entropy(fake_logits, 0.0))  # log(1 - D(G(Z)))
                return ops.mean(sigmoid_cross_entropy(fake_logits, 1.0))  # -log D(G(Z))
            """,
                """
                loss = ops.mean(sigmoid_cross_entropy(fake_logits, ops.zeros_like(fake_logits)))
                return -loss if saturating else loss
            """,
            ),
        ],
    ),
    Wrong(
        "halved",
        "The discriminator's loss is the mean of its two parts instead of their sum.",
        loses="discriminator",
        cell=LABELS_FOR_EACH,
        replace="real_loss + fake_loss",
        by="(real_loss + fake_loss) / 2",
    ),
    Wrong(
        "labels_swapped",
        "The discriminator is taught to call real examples fake and fakes real.",
        loses="discriminator",
        edits=[
            (
                "(sigmoid_cross_entropy(real_logits, 1.0))",
                "(sigmoid_cross_entropy(real_logits, ops.zeros_like(real_logits)))",
            ),
            (
                "= ops.mean(sigmoid_cross_entropy(fake_logits, 0.0))",
                "= ops.mean(sigmoid_cross_entropy(fake_logits, ops.ones_like(fake_logits)))",
            ),
            (
                "-ops.mean(sigmoid_cross_entropy(fake_logits, 0.0))",
                "-ops.mean(sigmoid_cross_entropy(fake_logits, ops.zeros_like(fake_logits)))",
            ),
            (
                "(sigmoid_cross_entropy(fake_logits, 1.0))",
                "(sigmoid_cross_entropy(fake_logits, ops.ones_like(fake_logits)))",
            ),
        ],
    ),
    Wrong(
        "saturating_ignored",
        "The generator's loss is the non-saturating one in either case.",
        loses="saturating",
        edits=[
            (
                "(sigmoid_cross_entropy(real_logits, 1.0))",
                "(sigmoid_cross_entropy(real_logits, ops.ones_like(real_logits)))",
            ),
            (
                "= ops.mean(sigmoid_cross_entropy(fake_logits, 0.0))",
                "= ops.mean(sigmoid_cross_entropy(fake_logits, ops.zeros_like(fake_logits)))",
            ),
            (
                """
                if saturating:
                    return -ops.mean(sigmoid_cross_entropy(fake_logits, 0.0))  # log(1 - D(G(Z)))
                return ops.mean(sigmoid_cross_entropy(fake_logits, 1.0))  # -log D(G(Z))
            """,
                "return ops.mean(sigmoid_cross_entropy(fake_logits, ops.ones_like(fake_logits)))",
            ),
        ],
    ),
    Wrong(
        "saturating_inverted",
        "The generator's two losses have changed places.",
        loses="non-saturating, saturating",
        edits=[
            (
                "(sigmoid_cross_entropy(real_logits, 1.0))",
                "(sigmoid_cross_entropy(real_logits, ops.ones_like(real_logits)))",
            ),
            (
                "= ops.mean(sigmoid_cross_entropy(fake_logits, 0.0))",
                "= ops.mean(sigmoid_cross_entropy(fake_logits, ops.zeros_like(fake_logits)))",
            ),
            (
                "-ops.mean(sigmoid_cross_entropy(fake_logits, 0.0))",
                "ops.mean(sigmoid_cross_entropy(fake_logits, ops.ones_like(fake_logits)))",
            ),
            (
                "ops.mean(sigmoid_cross_entropy(fake_logits, 1.0))",
                "-ops.mean(sigmoid_cross_entropy(fake_logits, ops.zeros_like(fake_logits)))",
            ),
        ],
    ),
    Wrong(
        "saturating_sign",
        "The saturating loss has the wrong sign.",
        loses="saturating",
        edits=[
            (
                "(sigmoid_cross_entropy(real_logits, 1.0))",
                "(sigmoid_cross_entropy(real_logits, ops.ones_like(real_logits)))",
            ),
            (
                "= ops.mean(sigmoid_cross_entropy(fake_logits, 0.0))",
                "= ops.mean(sigmoid_cross_entropy(fake_logits, ops.zeros_like(fake_logits)))",
            ),
            (
                """
                if saturating:
                    return -ops.mean(sigmoid_cross_entropy(fake_logits, 0.0))  # log(1 - D(G(Z)))
                return ops.mean(sigmoid_cross_entropy(fake_logits, 1.0))  # -log D(G(Z))
            """,
                """
                labels = ops.zeros_like(fake_logits) if saturating else ops.ones_like(fake_logits)
                return ops.mean(sigmoid_cross_entropy(fake_logits, labels))
            """,
            ),
        ],
    ),
    Wrong(
        "by_numpy",
        "The means are NumPy's, through which no gradient passes.",
        loses="discriminator",
        edits=[
            ("real_loss = ops", "real_loss = np"),
            ("fake_loss = ops", "fake_loss = np"),
            ("return -ops", "return -np"),
            ("return ops", "return np"),
        ],
    ),
    Wrong(
        "from_probabilities",
        "Logarithms of sigmoids in place of the cross-entropy: they meet zero at large logits.",
        loses="discriminator",
        edits=[
            (
                """
                real_loss = ops.mean(sigmoid_cross_entropy(real_logits, 1.0))  # -log D(X)
                fake_loss = ops.mean(sigmoid_cross_entropy(fake_logits, 0.0))  # -log(1 - D(G(Z)))
                return real_loss + fake_loss
            """,
                """
                real_loss = -ops.mean(ops.log(ops.sigmoid(real_logits)))
                return real_loss - ops.mean(ops.log(1 - ops.sigmoid(fake_logits)))
            """,
            ),
            ("-ops.mean(sigmoid_cross_entropy(fake_logits, 0.0))", "ops.mean(ops.log(1 - ops.sigmoid(fake_logits)))"),
            ("ops.mean(sigmoid_cross_entropy(fake_logits, 1.0))", "-ops.mean(ops.log(ops.sigmoid(fake_logits)))"),
        ],
    ),
    Wrong(
        "one_per_example",
        "Forgets to average: one loss for each example comes.",
        loses="discriminator",
        edits=[
            (
                "ops.mean(sigmoid_cross_entropy(real_logits, 1.0))",
                "sigmoid_cross_entropy(real_logits, ops.ones_like(real_logits))",
            ),
            (
                "= ops.mean(sigmoid_cross_entropy(fake_logits, 0.0))",
                "= sigmoid_cross_entropy(fake_logits, ops.zeros_like(fake_logits))",
            ),
            (
                "-ops.mean(sigmoid_cross_entropy(fake_logits, 0.0))",
                "-sigmoid_cross_entropy(fake_logits, ops.zeros_like(fake_logits))",
            ),
            (
                "ops.mean(sigmoid_cross_entropy(fake_logits, 1.0))",
                "sigmoid_cross_entropy(fake_logits, ops.ones_like(fake_logits))",
            ),
        ],
    ),
    Wrong(
        "summed",
        "Sums over the batch instead of averaging.",
        loses="discriminator",
        edits=[
            (
                "mean(sigmoid_cross_entropy(real_logits, 1.0))",
                "sum(sigmoid_cross_entropy(real_logits, ops.ones_like(real_logits)))",
            ),
            (
                "= ops.mean(sigmoid_cross_entropy(fake_logits, 0.0))",
                "= ops.sum(sigmoid_cross_entropy(fake_logits, ops.zeros_like(fake_logits)))",
            ),
            (
                "-ops.mean(sigmoid_cross_entropy(fake_logits, 0.0))",
                "-ops.sum(sigmoid_cross_entropy(fake_logits, ops.zeros_like(fake_logits)))",
            ),
            (
                "mean(sigmoid_cross_entropy(fake_logits, 1.0))",
                "sum(sigmoid_cross_entropy(fake_logits, ops.ones_like(fake_logits)))",
            ),
        ],
    ),
]
