"""Wrong answers to `train_step`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "both_at_once",
        "Both gradients are taken before either player moves.",
        loses="order",
        cell="""
            from util import training


            def train_step(X, Z, d, g, d_optimizer, g_optimizer, losses):
                D_loss, d_gradients = training.gradients(lambda: losses(X, Z, d, g)[0], d.theta)
                G_loss, g_gradients = training.gradients(lambda: losses(X, Z, d, g)[1], g.theta)
                d_optimizer.apply(d_gradients, d.theta)
                g_optimizer.apply(g_gradients, g.theta)
                return D_loss, G_loss
        """,
    ),
    Wrong(
        "by_hand",
        "Both players subtract the gradient times the rate, whatever the optimizer is.",
        loses="D moves",
        cell="""
            from util import training


            def train_step(X, Z, d, g, d_optimizer, g_optimizer, losses):
                values = []
                for k, (player, optimizer) in enumerate([(d, d_optimizer), (g, g_optimizer)]):
                    value, gradients = training.gradients(lambda k=k: losses(X, Z, d, g)[k], player.theta)
                    for variable, gradient in zip(player.theta, gradients):
                        variable.assign_sub(optimizer.learning_rate * gradient)
                    values.append(value)
                return values
        """,
    ),
    Wrong(
        "discriminator_moves_both",
        "D's step moves G along.",
        loses="separate",
        replace="""
            D_loss, gradients = training.gradients(lambda: losses(X, Z, d, g)[0], d.theta)
            d_optimizer.apply(gradients, d.theta)
        """,
        by="""
            both = d.theta + g.theta
            D_loss, gradients = training.gradients(lambda: losses(X, Z, d, g)[0], both)
            d_optimizer.apply(gradients, both)
        """,
    ),
    Wrong(
        "discriminator_only",
        "G never moves.",
        loses="G moves, order",
        replace="""
            G_loss, gradients = training.gradients(lambda: losses(X, Z, d, g)[1], g.theta)
            g_optimizer.apply(gradients, g.theta)
            return D_loss, G_loss
        """,
        by="return D_loss, losses(X, Z, d, g)[1]",
    ),
    Wrong(
        "discriminator_uphill",
        "D goes up its loss.",
        loses="D moves",
        replace="apply(gradients, d.theta)",
        by="apply([-gradient for gradient in gradients], d.theta)",
    ),
    Wrong(
        "generator_against_d",
        "G goes up D's loss in place of down its own.",
        loses="G moves",
        edits=[
            ("losses(X, Z, d, g)[1]", "-losses(X, Z, d, g)[0]"),
            ("return D_loss, G_loss", "return D_loss, losses(X, Z, d, g)[1]"),
        ],
    ),
    Wrong(
        "generator_by_hand",
        "G subtracts the gradient times the rate, whatever its optimizer is.",
        loses="G moves",
        replace="g_optimizer.apply(gradients, g.theta)",
        by="""
            for variable, gradient in zip(g.theta, gradients):
                variable.assign(variable - g_optimizer.learning_rate * gradient)
        """,
    ),
    Wrong(
        "generator_first",
        "G moves first.",
        loses="order",
        cell="""
            from util import training


            def train_step(X, Z, d, g, d_optimizer, g_optimizer, losses):
                G_loss, gradients = training.gradients(lambda: losses(X, Z, d, g)[1], g.theta)
                g_optimizer.apply(gradients, g.theta)
                D_loss, gradients = training.gradients(lambda: losses(X, Z, d, g)[0], d.theta)
                d_optimizer.apply(gradients, d.theta)
                return D_loss, G_loss
        """,
    ),
    Wrong(
        "generator_only",
        "D never moves.",
        loses="D moves, order",
        cell="""
            from util import training


            def train_step(X, Z, d, g, d_optimizer, g_optimizer, losses):
                G_loss, gradients = training.gradients(lambda: losses(X, Z, d, g)[1], g.theta)
                g_optimizer.apply(gradients, g.theta)
                return losses(X, Z, d, g)[0], G_loss
        """,
    ),
    Wrong(
        "generator_uphill",
        "G goes up its loss.",
        loses="G moves",
        replace="apply(gradients, g.theta)",
        by="apply([-gradient for gradient in gradients], g.theta)",
    ),
    Wrong(
        "returned_swapped",
        "Returns G's loss first.",
        loses="returned",
        replace="return D_loss, G_loss",
        by="return G_loss, D_loss",
    ),
    Wrong(
        "returns_losses_from_the_end",
        "Returns both losses from after the round.",
        loses="returned",
        edits=[
            ("D_loss, gradients", "_, gradients"),
            ("G_loss, gradients", "_, gradients"),
            ("return D_loss, G_loss", "return losses(X, Z, d, g)"),
        ],
    ),
    Wrong(
        "returns_losses_from_the_start",
        "Returns both losses from before the whole round: G's is that against the old D.",
        loses="returned",
        edits=[
            (
                "D_loss, gradients = training.gradients(lambda: losses(X, Z, d, g)[0], d.theta)",
                """
                    D_loss, G_loss = losses(X, Z, d, g)
                    _, gradients = training.gradients(lambda: losses(X, Z, d, g)[0], d.theta)
                """,
            ),
            ("G_loss,", "_,"),
        ],
    ),
    Wrong(
        "returns_nothing",
        "Returns nothing.",
        loses="returned",
        replace="return D_loss, G_loss",
    ),
]
