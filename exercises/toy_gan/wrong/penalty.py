"""Wrong answers to `penalty`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "at_fakes",
        "Penalises D at the generated points.",
        loses="D_loss",
        edits=[
            (
                "def gradient_penalty(d, x):",
                """
                from util import training


                def gradient_penalty(d, x):
            """,
            ),
            (
                """
                fake_logits = d.forward(g.forward(Z))  # (batch, 1)
                D_loss = discriminator_loss(d.forward(X), fake_logits) + weight / 2 * gradient_penalty(d, X)
                return D_loss, generator_loss(fake_logits)
            """,
                """
                fake = d.forward(g.forward(Z))
                penalty = gradient_penalty(d, g.forward(Z))
                D_loss = discriminator_loss(d.forward(X), fake) + weight / 2 * penalty
                return D_loss, generator_loss(fake)
            """,
            ),
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
        "known_batch",
        "Divides by the rows of the batch, which are unknown in a compiled step.",
        loses="value",
        edits=[
            (
                "def gradient_penalty(d, x):",
                """
                from util import training


                def gradient_penalty(d, x):
            """,
            ),
            ("mean(ops.sum(ops.square(gradients), axis=1))", "sum(ops.square(gradients)) / x.shape[0]"),
        ],
    ),
    Wrong(
        "length_not_squared",
        "The mean length of the gradient.",
        loses="value",
        edits=[
            (
                "def gradient_penalty(d, x):",
                """
                from util import training


                def gradient_penalty(d, x):
            """,
            ),
            ("sum(ops.square(gradients), axis=1)", "sqrt(ops.sum(ops.square(gradients), axis=1))"),
            (
                """
                fake_logits = d.forward(g.forward(Z))  # (batch, 1)
                D_loss = discriminator_loss(d.forward(X), fake_logits) + weight / 2 * gradient_penalty(d, X)
                return D_loss, generator_loss(fake_logits)
            """,
                """
                fake = d.forward(g.forward(Z))
                penalty = gradient_penalty(d, X)
                D_loss = discriminator_loss(d.forward(X), fake) + weight / 2 * penalty
                return D_loss, generator_loss(fake)
            """,
            ),
        ],
    ),
    Wrong(
        "mean_over_all_numbers",
        "Averages over the coordinates, too.",
        loses="value",
        edits=[
            (
                "def gradient_penalty(d, x):",
                """
                from util import training


                def gradient_penalty(d, x):
            """,
            ),
            ("sum(ops.square(gradients), axis=1)", "square(gradients)"),
            (
                """
                fake_logits = d.forward(g.forward(Z))  # (batch, 1)
                D_loss = discriminator_loss(d.forward(X), fake_logits) + weight / 2 * gradient_penalty(d, X)
                return D_loss, generator_loss(fake_logits)
            """,
                """
                fake = d.forward(g.forward(Z))
                penalty = gradient_penalty(d, X)
                D_loss = discriminator_loss(d.forward(X), fake) + weight / 2 * penalty
                return D_loss, generator_loss(fake)
            """,
            ),
        ],
    ),
    Wrong(
        "of_another_method",
        "Pulls the length of the gradient to one, as another method does.",
        loses="value",
        edits=[
            (
                "def gradient_penalty(d, x):",
                """
                from util import training


                def gradient_penalty(d, x):
            """,
            ),
            ("sum(ops.square(gradients), axis=1)", "square(ops.sqrt(ops.sum(ops.square(gradients), axis=1)) - 1)"),
            (
                """
                fake_logits = d.forward(g.forward(Z))  # (batch, 1)
                D_loss = discriminator_loss(d.forward(X), fake_logits) + weight / 2 * gradient_penalty(d, X)
                return D_loss, generator_loss(fake_logits)
            """,
                """
                fake = d.forward(g.forward(Z))
                penalty = gradient_penalty(d, X)
                D_loss = discriminator_loss(d.forward(X), fake) + weight / 2 * penalty
                return D_loss, generator_loss(fake)
            """,
            ),
        ],
    ),
    Wrong(
        "of_the_probability",
        "Takes the gradient of the probability in place of that of the logit.",
        loses="value",
        edits=[
            (
                "def gradient_penalty(d, x):",
                """
                from util import training


                def gradient_penalty(d, x):
            """,
            ),
            ("d.forward,", "lambda points: ops.sigmoid(d.forward(points)),"),
        ],
    ),
    Wrong(
        "paid_by_both",
        "G pays the penalty, too.",
        loses="G_loss",
        edits=[
            (
                "def gradient_penalty(d, x):",
                """
                from util import training


                def gradient_penalty(d, x):
            """,
            ),
            (
                """
                fake_logits = d.forward(g.forward(Z))  # (batch, 1)
                D_loss = discriminator_loss(d.forward(X), fake_logits) + weight / 2 * gradient_penalty(d, X)
                return D_loss, generator_loss(fake_logits)
            """,
                """
                fake = d.forward(g.forward(Z))
                penalty = gradient_penalty(d, X)
                D_loss = discriminator_loss(d.forward(X), fake) + weight / 2 * penalty
                return D_loss, generator_loss(fake) + weight / 2 * penalty
            """,
            ),
        ],
    ),
    Wrong(
        "subtracted",
        "Rewards D for being steep.",
        loses="D_loss",
        edits=[
            (
                "def gradient_penalty(d, x):",
                """
                from util import training


                def gradient_penalty(d, x):
            """,
            ),
            (
                """
                fake_logits = d.forward(g.forward(Z))  # (batch, 1)
                D_loss = discriminator_loss(d.forward(X), fake_logits) + weight / 2 * gradient_penalty(d, X)
                return D_loss, generator_loss(fake_logits)
            """,
                """
                fake = d.forward(g.forward(Z))
                penalty = gradient_penalty(d, X)
                D_loss = discriminator_loss(d.forward(X), fake) + -weight / 2 * penalty
                return D_loss, generator_loss(fake)
            """,
            ),
        ],
    ),
    Wrong(
        "summed_over_the_batch",
        "Sums over the batch.",
        loses="value",
        edits=[
            (
                "def gradient_penalty(d, x):",
                """
                from util import training


                def gradient_penalty(d, x):
            """,
            ),
            ("mean(ops.sum(ops.square(gradients), axis=1))", "sum(ops.square(gradients))"),
            (
                """
                fake_logits = d.forward(g.forward(Z))  # (batch, 1)
                D_loss = discriminator_loss(d.forward(X), fake_logits) + weight / 2 * gradient_penalty(d, X)
                return D_loss, generator_loss(fake_logits)
            """,
                """
                fake = d.forward(g.forward(Z))
                penalty = gradient_penalty(d, X)
                D_loss = discriminator_loss(d.forward(X), fake) + weight / 2 * penalty
                return D_loss, generator_loss(fake)
            """,
            ),
        ],
    ),
    Wrong(
        "whole_weight",
        "Forgets the half.",
        loses="D_loss",
        edits=[
            (
                "def gradient_penalty(d, x):",
                """
                from util import training


                def gradient_penalty(d, x):
            """,
            ),
            (
                """
                fake_logits = d.forward(g.forward(Z))  # (batch, 1)
                D_loss = discriminator_loss(d.forward(X), fake_logits) + weight / 2 * gradient_penalty(d, X)
                return D_loss, generator_loss(fake_logits)
            """,
                """
                fake = d.forward(g.forward(Z))
                penalty = gradient_penalty(d, X)
                D_loss = discriminator_loss(d.forward(X), fake) + weight * penalty
                return D_loss, generator_loss(fake)
            """,
            ),
        ],
    ),
    Wrong(
        "without_gradient",
        "Leaves the tensors on the way, so that no gradient passes.",
        loses="gradient",
        edits=[
            (
                "def gradient_penalty(d, x):",
                """
                from util import training


                def gradient_penalty(d, x):
            """,
            ),
            (
                "ops.mean(ops.sum(ops.square(gradients), axis=1))",
                "float(np.mean(np.sum(np.square(np.asarray(gradients)), axis=1)))",
            ),
            (
                """
                fake_logits = d.forward(g.forward(Z))  # (batch, 1)
                D_loss = discriminator_loss(d.forward(X), fake_logits) + weight / 2 * gradient_penalty(d, X)
                return D_loss, generator_loss(fake_logits)
            """,
                """
                fake = d.forward(g.forward(Z))
                penalty = gradient_penalty(d, X)
                D_loss = discriminator_loss(d.forward(X), fake) + weight / 2 * penalty
                return D_loss, generator_loss(fake)
            """,
            ),
        ],
    ),
]
