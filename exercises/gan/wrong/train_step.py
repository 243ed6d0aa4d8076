"""Wrong answers to `train_step`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "both_at_once",
        "Both gradients are taken before either player moves.",
        loses="order",
        edits=[
            ("d_optimizer.apply(d_gradients, d.theta)", ""),
            (
                "g_optimizer.apply(g_gradients, g.theta)",
                """
                    d_optimizer.apply(d_gradients, d.theta)
                    g_optimizer.apply(g_gradients, g.theta)
                """,
            ),
        ],
    ),
    Wrong(
        "both_move_both",
        "Either optimizer gets the variables of both players.",
        loses="separate",
        cell="""
            from util import training


            def train_step(X, Z, d, g, d_optimizer, g_optimizer):
                theta = d.theta + g.theta
                D_loss, gradients = training.gradients(lambda: gan_model_loss(X, Z, d, g)[0], theta)
                d_optimizer.apply(gradients, theta)
                G_loss, gradients = training.gradients(lambda: gan_model_loss(X, Z, d, g)[1], theta)
                g_optimizer.apply(gradients, theta)
                return D_loss, G_loss
        """,
    ),
    Wrong(
        "by_hand",
        "Both players subtract the gradient times the rate, whatever the optimizer is.",
        loses="D moves",
        cell="""
            from util import training


            def train_step(X, Z, d, g, d_optimizer, g_optimizer):
                losses = []
                for k, (player, optimizer) in enumerate([(d, d_optimizer), (g, g_optimizer)]):
                    loss, gradients = training.gradients(lambda k=k: gan_model_loss(X, Z, d, g)[k], player.theta)
                    for variable, gradient in zip(player.theta, gradients):
                        variable.assign(variable - optimizer.learning_rate * gradient)
                    losses.append(loss)
                return losses
        """,
    ),
    Wrong(
        "discriminator_moves_both",
        "The discriminator's step moves the generator too.",
        loses="separate",
        edits=[
            ("[0], d.theta)", "[0], d.theta + g.theta)"),
            ("(d_gradients, d.theta)", "(d_gradients, d.theta + g.theta)"),
        ],
    ),
    Wrong(
        "discriminator_only",
        "The generator is never trained.",
        loses="G moves, order",
        replace="""
            G_loss, g_gradients = training.gradients(lambda: gan_model_loss(X, Z, d, g)[1], g.theta)
            g_optimizer.apply(g_gradients, g.theta)
        """,
        by="G_loss = gan_model_loss(X, Z, d, g)[1]",
    ),
    Wrong(
        "discriminator_twice",
        "The discriminator takes two steps.",
        loses="D moves",
        replace="""
            D_loss, d_gradients = training.gradients(lambda: gan_model_loss(X, Z, d, g)[0], d.theta)
            d_optimizer.apply(d_gradients, d.theta)
        """,
        by="""
            for _ in range(2):
                D_loss, d_gradients = training.gradients(lambda: gan_model_loss(X, Z, d, g)[0], d.theta)
                d_optimizer.apply(d_gradients, d.theta)
        """,
    ),
    Wrong(
        "discriminator_uphill",
        "The discriminator climbs its loss.",
        loses="D moves",
        replace="apply(d_gradients, d.theta)",
        by="apply([-gradient for gradient in d_gradients], d.theta)",
    ),
    Wrong(
        "generator_by_hand",
        "G subtracts the gradient times the rate, whatever its optimizer is.",
        loses="G moves",
        cell="""
            from util import training


            def train_step(X, Z, d, g, d_optimizer, g_optimizer):
                D_loss, gradients = training.gradients(lambda: gan_model_loss(X, Z, d, g)[0], d.theta)
                d_optimizer.apply(gradients, d.theta)
                G_loss, gradients = training.gradients(lambda: gan_model_loss(X, Z, d, g)[1], g.theta)
                for variable, gradient in zip(g.theta, gradients):
                    variable.assign_sub(g_optimizer.learning_rate * gradient)
                return D_loss, G_loss
        """,
    ),
    Wrong(
        "generator_first",
        "The generator moves first.",
        loses="order",
        cell="""
            from util import training


            def train_step(X, Z, d, g, d_optimizer, g_optimizer):
                G_loss, g_gradients = training.gradients(lambda: gan_model_loss(X, Z, d, g)[1], g.theta)
                g_optimizer.apply(g_gradients, g.theta)
                D_loss, d_gradients = training.gradients(lambda: gan_model_loss(X, Z, d, g)[0], d.theta)
                d_optimizer.apply(d_gradients, d.theta)
                return D_loss, G_loss
        """,
    ),
    Wrong(
        "generator_lowers_loss_of_discriminator",
        "The generator takes its step down the discriminator's loss.",
        loses="G moves",
        edits=[
            ("G_loss, g_gradients", "_, g_gradients"),
            ("[1], g.theta", "[0], g.theta"),
            (
                "return D_loss, G_loss",
                """
                    G_loss = gan_model_loss(X, Z, d, g)[1]
                    return D_loss, G_loss
                """,
            ),
        ],
    ),
    Wrong(
        "generator_moves_both",
        "The generator's step moves the discriminator too.",
        loses="separate",
        edits=[
            ("[1], g.theta)", "[1], g.theta + d.theta)"),
            ("(g_gradients, g.theta)", "(g_gradients, g.theta + d.theta)"),
        ],
    ),
    Wrong(
        "generator_only",
        "The discriminator is never trained.",
        loses="D moves, order",
        replace="""
            D_loss, d_gradients = training.gradients(lambda: gan_model_loss(X, Z, d, g)[0], d.theta)
            d_optimizer.apply(d_gradients, d.theta)
        """,
        by="D_loss = gan_model_loss(X, Z, d, g)[0]",
    ),
    Wrong(
        "generator_uphill",
        "The generator climbs its loss.",
        loses="G moves",
        replace="apply(g_gradients, g.theta)",
        by="apply([-gradient for gradient in g_gradients], g.theta)",
    ),
    Wrong(
        "returns_losses_from_the_end",
        "Returns both losses from after the step.",
        loses="returned",
        cell="""
            from util import training


            def train_step(X, Z, d, g, d_optimizer, g_optimizer):
                _, gradients = training.gradients(lambda: gan_model_loss(X, Z, d, g)[0], d.theta)
                d_optimizer.apply(gradients, d.theta)
                _, gradients = training.gradients(lambda: gan_model_loss(X, Z, d, g)[1], g.theta)
                g_optimizer.apply(gradients, g.theta)
                return gan_model_loss(X, Z, d, g)
        """,
    ),
    Wrong(
        "returns_losses_from_the_start",
        "Returns both losses from before the whole step: G's is that against the old D.",
        loses="returned",
        cell="""
            from util import training


            def train_step(X, Z, d, g, d_optimizer, g_optimizer):
                D_loss, G_loss = gan_model_loss(X, Z, d, g)
                _, gradients = training.gradients(lambda: gan_model_loss(X, Z, d, g)[0], d.theta)
                d_optimizer.apply(gradients, d.theta)
                _, gradients = training.gradients(lambda: gan_model_loss(X, Z, d, g)[1], g.theta)
                g_optimizer.apply(gradients, g.theta)
                return D_loss, G_loss
        """,
    ),
    Wrong(
        "returns_nothing",
        "The losses are not returned.",
        loses="returned",
        replace="return D_loss, G_loss",
    ),
    Wrong(
        "returns_swapped",
        "The losses are returned in the wrong order.",
        loses="returned",
        replace="return D_loss, G_loss",
        by="return G_loss, D_loss",
    ),
    Wrong(
        "weights_only",
        "Only the first variable of each player moves.",
        loses="D moves, G moves",
        edits=[
            ("(d_gradients, d.theta)", "(d_gradients[:1], d.theta[:1])"),
            ("(g_gradients, g.theta)", "(g_gradients[:1], g.theta[:1])"),
        ],
    ),
]
