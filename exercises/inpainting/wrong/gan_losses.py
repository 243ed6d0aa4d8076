"""Wrong answers to `gan_losses`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "all_labels_swapped",
        "The cross-entropy itself has its labels swapped, in all losses.",
        loses="discriminator",
        edits=[
            ("-real_logits)) + ops.mean(ops.softplus(", "real_logits)) + ops.mean(ops.softplus(-"),
            (
                "fake_logits)) if as_written else ops.mean(ops.softplus(-",
                "-fake_logits)) if as_written else ops.mean(ops.softplus(",
            ),
        ],
    ),
    Wrong(
        "always_as_written",
        "Both versions are the one as written.",
        loses="usual",
        replace="(ops.softplus(fake_logits)) if as_written else ops.mean(ops.softplus(-fake_logits))",
        by="(ops.softplus(fake_logits))",
    ),
    Wrong(
        "fake_stopped",
        "No gradient of D's loss passes through the completed pictures' logits.",
        loses="gradients",
        replace="+ ops.mean(ops.softplus(fake_logits))",
        by="+ ops.mean(ops.softplus(ops.stop_gradient(fake_logits)))",
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
                "def discriminator_loss(real_logits, fake_logits):",
                """
                def softplus(logits):
                    return ops.where(logits > 0, logits + ops.log(1 + ops.exp(-logits)), ops.log(1 + ops.exp(logits)))


                def discriminator_loss(real_logits, fake_logits):
                """,
            )
        ],
    ),
    Wrong(
        "halved",
        "The two means are averaged.",
        loses="discriminator",
        replace="ops.mean(ops.softplus(-real_logits)) + ops.mean(ops.softplus(fake_logits))",
        by="(ops.mean(ops.softplus(-real_logits)) + ops.mean(ops.softplus(fake_logits))) / 2",
    ),
    Wrong(
        "labels_swapped",
        "The labels of D are swapped.",
        loses="discriminator",
        replace="-real_logits)) + ops.mean(ops.softplus(",
        by="real_logits)) + ops.mean(ops.softplus(-",
    ),
    Wrong(
        "logarithm_of_sigmoid",
        "The logarithm of a sigmoid, which overflows.",
        loses="stable",
        edits=[
            (
                "ops.mean(ops.softplus(-real_logits)) + ops.mean(ops.softplus(fake_logits))",
                "-ops.mean(ops.log(ops.sigmoid(real_logits))) - ops.mean(ops.log(1 - ops.sigmoid(fake_logits)))",
            ),
            (
                "adversarial = -ops.mean(ops.softplus(fake_logits)) if as_written else ops.mean(ops.softplus(-fake_logits))",
                """
                fake = ops.sigmoid(fake_logits)
                adversarial = ops.mean(ops.log(1 - fake)) if as_written else -ops.mean(ops.log(fake))
            """,
            ),
        ],
    ),
    Wrong(
        "numpy",
        "NumPy, through which no gradient passes.",
        loses="gradients",
        edits=[
            (
                "ops.mean(ops.softplus(-real_logits)) + ops.mean(ops.softplus(fake_logits))",
                "np.mean(np.logaddexp(0, -np.asarray(real_logits))) + np.mean(np.logaddexp(0, np.asarray(fake_logits)))",
            ),
            (
                """
                adversarial = -ops.mean(ops.softplus(fake_logits)) if as_written else ops.mean(ops.softplus(-fake_logits))
                return adversarial + weight * ops.mean(ops.abs(truth - guess))
            """,
                """
                l = np.asarray(fake_logits)
                a = -np.mean(np.logaddexp(0, l)) if as_written else np.mean(np.logaddexp(0, -l))
                return a + weight * np.mean(np.abs(np.asarray(truth) - np.asarray(guess)))
            """,
            ),
        ],
    ),
    Wrong(
        "own_cross_entropy",
        "The cross-entropy of dense networks is used again, and is wrong: truth and guess are swapped in it.",
        loses="losses/cross entropy, stable",
        edits=[
            (
                "return ops.mean(ops.softplus(-real_logits)) + ops.mean(ops.softplus(fake_logits))",
                """
                real, fake = ops.sigmoid(real_logits), ops.sigmoid(fake_logits)
                return cross_entropy(ops.ones_like(real), real) + cross_entropy(ops.zeros_like(fake), fake)
            """,
            ),
            (
                "adversarial = -ops.mean(ops.softplus(fake_logits)) if as_written else ops.mean(ops.softplus(-fake_logits))",
                """
                fake = ops.sigmoid(fake_logits)
                zeros, ones = ops.zeros_like(fake), ops.ones_like(fake)
                adversarial = -cross_entropy(zeros, fake) if as_written else cross_entropy(ones, fake)
            """,
            ),
        ],
        cells={
            "losses": [
                ("guess = ops.clip(guess, 1e-7, 1 - 1e-7)", "guess, truth = ops.clip(truth, 1e-7, 1 - 1e-7), guess")
            ]
        },
    ),
    Wrong(
        "reconstruction_stopped",
        "No gradient of the reconstruction reaches the guess.",
        loses="gradients",
        replace="abs(truth - guess)",
        by="abs(truth - ops.stop_gradient(guess))",
    ),
    Wrong(
        "squares",
        "The reconstruction takes squares.",
        loses="reconstruction",
        replace="ops.abs",
        by="ops.square",
    ),
    Wrong(
        "summed",
        "All means over the batch are sums.",
        loses="discriminator",
        edits=[
            ("mean(ops.softplus(-real_logits)) + ops.mean", "sum(ops.softplus(-real_logits)) + ops.sum"),
            (
                "mean(ops.softplus(fake_logits)) if as_written else ops.mean",
                "sum(ops.softplus(fake_logits)) if as_written else ops.sum",
            ),
        ],
    ),
    Wrong(
        "summed_reconstruction",
        "The reconstruction is summed over each centre.",
        loses="reconstruction",
        replace="abs(truth - guess)",
        by="sum(ops.abs(truth - guess), axis=(1, 2, 3))",
    ),
    Wrong(
        "versions_exchanged",
        "The two versions are exchanged.",
        loses="as written",
        replace="fake_logits)) if as_written else ops.mean(ops.softplus(",
        by="fake_logits)) if not as_written else ops.mean(ops.softplus(",
    ),
    Wrong(
        "weight_ignored",
        "The weight is not used.",
        loses="reconstruction",
        replace="+ weight *",
        by="+",
    ),
    Wrong(
        "weight_on_both",
        "The weight multiplies the adversarial part, and what is left the reconstruction.",
        loses="reconstruction",
        replace="adversarial + weight",
        by="weight * adversarial + (1 - weight)",
    ),
    Wrong(
        "written_floor",
        "A number is added in the logarithm of the version as written.",
        loses="stable",
        replace="adversarial = -ops.mean(ops.softplus(fake_logits)) if as_written else ops.mean(ops.softplus(-fake_logits))",
        by="""
            if as_written:
                adversarial = ops.mean(ops.log(1 - ops.sigmoid(fake_logits) + 1e-7))
            else:
                adversarial = ops.mean(ops.softplus(-fake_logits))
        """,
    ),
    Wrong(
        "written_sign",
        "The loss as written has the wrong sign.",
        loses="as written",
        replace="adversarial = -",
        by="adversarial =",
    ),
    Wrong(
        "written_unstable",
        "Only the version as written meets log(0).",
        loses="stable",
        replace="adversarial = -ops.mean(ops.softplus(fake_logits)) if as_written else ops.mean(ops.softplus(-fake_logits))",
        by="""
            if as_written:
                adversarial = ops.mean(ops.log(1 - ops.sigmoid(fake_logits)))
            else:
                adversarial = ops.mean(ops.softplus(-fake_logits))
        """,
    ),
]
