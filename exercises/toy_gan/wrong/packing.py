"""Wrong answers to `packing`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "by_numpy",
        "Packs are made by NumPy, so that no gradient reaches G.",
        loses="packs",
        replace="return ops",
        by="return np",
    ),
    Wrong(
        "coordinates_together",
        "All first coordinates of a pack, then all second ones.",
        loses="packs",
        edits=[
            (
                "x, (-1, size * x.shape[1])",
                "ops.transpose(ops.reshape(x, (-1, size, x.shape[1])), (0, 2, 1)), (-1, size * x.shape[1])",
            ),
            ("real_logits =", "real ="),
            ("fake_logits =", "fake ="),
            ("real_logits, fake_logits), generator_loss(fake_logits", "real, fake), generator_loss(fake"),
        ],
    ),
    Wrong(
        "distant_rows",
        "Cuts the batch into pieces and puts these side by side.",
        loses="packs",
        edits=[
            (
                "return ops.reshape(x, (-1, size * x.shape[1]))  # (batch / size, size * dim)",
                "return ops.concatenate(ops.split(x, size, axis=0), axis=1)",
            ),
            ("real_logits =", "real ="),
            ("fake_logits =", "fake ="),
            ("real_logits, fake_logits), generator_loss(fake_logits", "real, fake), generator_loss(fake"),
        ],
    ),
    Wrong(
        "generator_sees_data",
        "G's loss is computed from real packs.",
        loses="G_loss",
        edits=[
            ("real_logits =", "real ="),
            ("fake_logits =", "fake ="),
            ("real_logits, fake_logits), generator_loss(fake_logits", "real, fake), generator_loss(real"),
        ],
    ),
    Wrong(
        "known_batch",
        "Counts the rows of the batch, which is unknown in a compiled step.",
        loses="packs",
        replace="return ops.reshape(x, (-1, size * x.shape[1]))  # (batch / size, size * dim)",
        by="""
            n, dim = x.shape
            return ops.reshape(x, (n // size, size * dim))
        """,
    ),
    Wrong(
        "means",
        "Averages the points of a pack.",
        loses="packs",
        edits=[
            ("reshape(x, (-1, size * x.shape[1]))", "mean(ops.reshape(x, (-1, size, x.shape[1])), axis=1)"),
            ("real_logits =", "real ="),
            ("fake_logits =", "fake ="),
            ("real_logits, fake_logits), generator_loss(fake_logits", "real, fake), generator_loss(fake"),
        ],
    ),
    Wrong(
        "noise_packed",
        "Packs the noise in place of the points.",
        loses="D_loss, G_loss",
        edits=[
            ("real_logits =", "real ="),
            ("fake_logits = d.forward(pack(g.forward(Z), size))", "fake = d.forward(g.forward(pack(Z, size)))"),
            ("real_logits, fake_logits), generator_loss(fake_logits", "real, fake), generator_loss(fake"),
        ],
    ),
    Wrong(
        "saturating",
        "G plays for the saturating loss.",
        loses="G_loss",
        replace="(fake_logits)",
        by='(fake_logits, "saturating")',
    ),
    Wrong(
        "size_ignored",
        "Packs two, whatever the size.",
        loses="D_loss, G_loss",
        edits=[
            ("real_logits = d.forward(pack(X, size))", "real = d.forward(pack(X, 2))"),
            ("fake_logits = d.forward(pack(g.forward(Z), size))", "fake = d.forward(pack(g.forward(Z), 2))"),
            ("real_logits, fake_logits), generator_loss(fake_logits", "real, fake), generator_loss(fake"),
        ],
    ),
    Wrong(
        "third_axis",
        "Stacks the points of a pack along an axis of its own.",
        loses="packs",
        edits=[
            ("size * x", "size, x"),
            ("real_logits =", "real ="),
            ("fake_logits =", "fake ="),
            ("real_logits, fake_logits), generator_loss(fake_logits", "real, fake), generator_loss(fake"),
        ],
    ),
    Wrong(
        "losses_swapped",
        "Returns G's loss first.",
        loses="D_loss",
        replace="""
            real_logits = d.forward(pack(X, size))  # (batch / size, 1)
            fake_logits = d.forward(pack(g.forward(Z), size))  # (batch / size, 1)
            return discriminator_loss(real_logits, fake_logits), generator_loss(fake_logits)
        """,
        by="""
            real = d.forward(pack(X, size))
            fake = d.forward(pack(g.forward(Z), size))
            return generator_loss(fake), discriminator_loss(real, fake)
        """,
    ),
]
