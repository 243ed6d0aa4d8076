"""Wrong answers to `player_losses`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "fakes_as_data",
        "D takes fakes for data.",
        loses="D_loss",
        edits=[
            ("fake_logits =", "real, fake = d.forward(X),"),
            ("d.forward(X), fake_logits), generator_loss(fake_logits", "fake, real), generator_loss(fake"),
        ],
    ),
    Wrong(
        "fakes_as_numbers",
        "The fakes are made an array, so that no gradient reaches G.",
        loses="G_loss",
        replace="g.forward(Z)",
        by="np.asarray(g.forward(Z))",
    ),
    Wrong(
        "generator_judged_by_data",
        "G's loss looks at the real data.",
        loses="G_loss",
        edits=[
            ("fake_logits =", "real, fake = d.forward(X),"),
            ("d.forward(X), fake_logits), generator_loss(fake_logits", "real, fake), generator_loss(real"),
        ],
    ),
    Wrong(
        "kind_ignored",
        "Leaves the kind alone.",
        loses="G_loss",
        edits=[
            ("fake_logits =", "real, fake = d.forward(X),"),
            ("d.forward(X), fake_logits), generator_loss(fake_logits, kind", "real, fake), generator_loss(fake"),
        ],
    ),
    Wrong(
        "noise_judged",
        "D judges the noise.",
        loses="D_loss, G_loss",
        edits=[
            ("fake_logits = d.forward(g.forward(Z))", "real, fake = d.forward(X), d.forward(Z)"),
            ("d.forward(X), fake_logits), generator_loss(fake_logits", "real, fake), generator_loss(fake"),
        ],
    ),
    Wrong(
        "zero_sum",
        "G gets minus D's loss.",
        loses="G_loss",
        replace="""
            fake_logits = d.forward(g.forward(Z))  # (batch, 1)
            return discriminator_loss(d.forward(X), fake_logits), generator_loss(fake_logits, kind)
        """,
        by="""
            real, fake = d.forward(X), d.forward(g.forward(Z))
            loss = discriminator_loss(real, fake)
            return loss, -loss
        """,
    ),
    Wrong(
        "swapped",
        "Returns G's loss first.",
        loses="D_loss",
        replace="""
            fake_logits = d.forward(g.forward(Z))  # (batch, 1)
            return discriminator_loss(d.forward(X), fake_logits), generator_loss(fake_logits, kind)
        """,
        by="""
            real, fake = d.forward(X), d.forward(g.forward(Z))
            return generator_loss(fake, kind), discriminator_loss(real, fake)
        """,
    ),
    Wrong(
        "swapped_and_used",
        "Returns G's loss first, and builds both remedies on that.",
        loses="D_loss",
        replace="discriminator_loss(d.forward(X), fake_logits), generator_loss(fake_logits, kind)",
        by="generator_loss(fake_logits, kind), discriminator_loss(d.forward(X), fake_logits)",
        cells={
            "packing": """
                from keras import ops


                def pack(x, size):
                    return ops.reshape(x, (-1, size * x.shape[1]))


                def packed_losses(X, Z, d, g, size=2):
                    class OfPacks:
                        def forward(self, x):
                            return d.forward(pack(x, size))

                    return player_losses(X, Z, OfPacks(), g)
            """,
            "penalty": """
                from keras import ops
                from util import training


                def gradient_penalty(d, x):
                    gradients = training.input_gradients(d.forward, x)
                    return ops.mean(ops.sum(ops.square(gradients), axis=1))


                def penalised_losses(X, Z, d, g, weight=0.5):
                    D_loss, G_loss = player_losses(X, Z, d, g)
                    return D_loss + weight / 2 * gradient_penalty(d, X), G_loss
            """,
        },
    ),
]
