"""Wrong answers to `losses`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "branches_chosen_by_where",
        "Chooses between two forms by `where`: right values, but the overflow of the other form spoils the gradient.",
        loses="large",
        cell="""
            from keras import ops


            def softplus(l):
                return ops.where(l > 0, l + ops.log(1 + ops.exp(-l)), ops.log(1 + ops.exp(l)))


            def discriminator_loss(real_logits, fake_logits):
                return ops.mean(softplus(-real_logits)) + ops.mean(softplus(fake_logits))


            def generator_loss(fake_logits, kind="usual"):
                if kind == "usual":
                    return ops.mean(softplus(-fake_logits))
                if kind == "saturating":
                    return -ops.mean(softplus(fake_logits))
                if kind == "report":
                    return -ops.mean(ops.sigmoid(fake_logits))
                raise ValueError(kind)
        """,
    ),
    Wrong(
        "clipped",
        "Clips probabilities away from 0 and 1.",
        loses="large",
        cell="""
            from keras import ops


            def safe(logits):
                return ops.clip(ops.sigmoid(logits), 1e-7, 1 - 1e-7)


            def discriminator_loss(real_logits, fake_logits):
                return -ops.mean(ops.log(safe(real_logits))) - ops.mean(ops.log(1 - safe(fake_logits)))


            def generator_loss(fake_logits, kind="usual"):
                if kind == "usual":
                    return -ops.mean(ops.log(safe(fake_logits)))
                if kind == "saturating":
                    return ops.mean(ops.log(1 - safe(fake_logits)))
                if kind == "report":
                    return -ops.mean(ops.sigmoid(fake_logits))
                raise ValueError(kind)
        """,
    ),
    Wrong(
        "from_probabilities",
        "Logarithms of sigmoids.",
        loses="large",
        edits=[
            (
                "ops.mean(ops.softplus(-real_logits)) + ops.mean(ops.softplus(fake_logits))",
                "-ops.mean(ops.log(ops.sigmoid(real_logits))) - ops.mean(ops.log(1 - ops.sigmoid(fake_logits)))",
            ),
            ("ops.mean(ops.softplus(-fake_logits))", "-ops.mean(ops.log(ops.sigmoid(fake_logits)))"),
            ("-ops.mean(ops.softplus(fake_logits))", "ops.mean(ops.log(1 - ops.sigmoid(fake_logits)))"),
            ("f\"kind should be 'usual', 'saturating' or 'report', not {kind!r}\"", "kind"),
        ],
    ),
    Wrong(
        "generator_gives_up",
        "The usual loss of G calls fakes fake.",
        loses="usual",
        edits=[
            ("-fake_logits", "fake_logits"),
            ("f\"kind should be 'usual', 'saturating' or 'report', not {kind!r}\"", "kind"),
        ],
    ),
    Wrong(
        "halved",
        "The mean of both halves in place of their sum.",
        loses="discriminator",
        edits=[
            (
                "ops.mean(ops.softplus(-real_logits)) + ops.mean(ops.softplus(fake_logits))",
                "(ops.mean(ops.softplus(-real_logits)) + ops.mean(ops.softplus(fake_logits))) / 2",
            ),
            ("f\"kind should be 'usual', 'saturating' or 'report', not {kind!r}\"", "kind"),
        ],
    ),
    Wrong(
        "kind_ignored",
        "Every kind is the usual one.",
        loses="saturating, report",
        edits=[
            ("-ops.mean(ops.softplus(fake_logits))", "ops.mean(ops.softplus(-fake_logits))"),
            ("-ops.mean(ops.sigmoid(fake_logits))", "ops.mean(ops.softplus(-fake_logits))"),
            ("f\"kind should be 'usual', 'saturating' or 'report', not {kind!r}\"", "kind"),
        ],
    ),
    Wrong(
        "labels_swapped",
        "Real data should get small logits.",
        loses="discriminator",
        edits=[
            ("-real_logits)) + ops.mean(ops.softplus(", "real_logits)) + ops.mean(ops.softplus(-"),
            ("f\"kind should be 'usual', 'saturating' or 'report', not {kind!r}\"", "kind"),
        ],
    ),
    Wrong(
        "report_of_logits",
        "Maximises the logit in place of the probability.",
        loses="report",
        edits=[
            ("ops.sigmoid(fake_logits)", "fake_logits"),
            ("f\"kind should be 'usual', 'saturating' or 'report', not {kind!r}\"", "kind"),
        ],
    ),
    Wrong(
        "report_sign",
        "Minimises the probability.",
        loses="report",
        edits=[
            ("return -ops.mean(ops.sigmoid(fake_logits))", "return ops.mean(ops.sigmoid(fake_logits))"),
            ("f\"kind should be 'usual', 'saturating' or 'report', not {kind!r}\"", "kind"),
        ],
    ),
    Wrong(
        "saturating_sign",
        "The saturating loss with its sign turned.",
        loses="saturating",
        edits=[
            ("return -ops.mean(ops.softplus(fake_logits))", "return ops.mean(ops.softplus(fake_logits))"),
            ("f\"kind should be 'usual', 'saturating' or 'report', not {kind!r}\"", "kind"),
        ],
    ),
    Wrong(
        "unknown_kind_taken",
        "Takes every kind that it does not know for the report's.",
        loses="report",
        replace="""
            if kind == "report":
                return -ops.mean(ops.sigmoid(fake_logits))  # -D
            raise ValueError(f"kind should be 'usual', 'saturating' or 'report', not {kind!r}")
        """,
        by="return -ops.mean(ops.sigmoid(fake_logits))",
    ),
    Wrong(
        "by_numpy",
        "The means are NumPy's, through which no gradient passes.",
        loses="discriminator",
        edits=[
            ("ops.mean(ops.softplus(-real_logits)) + ops", "np.mean(ops.softplus(-real_logits)) + np"),
            ("return ops.mean(ops.softplus(-fake_logits))", "return np.mean(ops.softplus(-fake_logits))"),
            ("return -ops.mean(ops.softplus(fake_logits))", "return -np.mean(ops.softplus(fake_logits))"),
            ("return -ops.mean(ops.sigmoid(fake_logits))", "return -np.mean(ops.sigmoid(fake_logits))"),
        ],
    ),
    Wrong(
        "summed",
        "Sums over the batch.",
        loses="discriminator",
        cell="""
            from keras import ops


            def discriminator_loss(real_logits, fake_logits):
                return ops.sum(ops.softplus(-real_logits)) + ops.sum(ops.softplus(fake_logits))


            def generator_loss(fake_logits, kind="usual"):
                if kind == "usual":
                    return ops.sum(ops.softplus(-fake_logits))
                if kind == "saturating":
                    return -ops.sum(ops.softplus(fake_logits))
                if kind == "report":
                    return -ops.sum(ops.sigmoid(fake_logits))
                raise ValueError(kind)
        """,
    ),
]
