"""Wrong answers to `train_step`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "both_at_once",
        "Both gradients are taken before either moves.",
        loses="order",
        of="two_gradients",
        edits=[
            (
                "D_loss, d_gradients = training.gradients(d_loss, d.trainable_variables)",
                """
                D_loss, d_gradients = training.gradients(d_loss, d.trainable_variables)
                G_loss, g_gradients = training.gradients(g_loss, g.trainable_variables)
            """,
            ),
            (
                """
                d_optimizer.apply(d_gradients, d.trainable_variables)

                G_loss, g_gradients = training.gradients(g_loss, g.trainable_variables)
            """,
                "d_optimizer.apply(d_gradients, d.trainable_variables)",
            ),
        ],
    ),
    Wrong(
        "discriminator_frozen",
        "D is frozen while G moves, so its batch normalisation is in inference.",
        loses="batch statistics",
        of="two_gradients",
        edits=[
            (
                "d_optimizer.apply(d_gradients, d.trainable_variables)",
                """
                d_optimizer.apply(d_gradients, d.trainable_variables)

                d.trainable = False
            """,
            ),
            (
                "G_loss, g_gradients = training.gradients(g_loss, g.trainable_variables)",
                """
                G_loss, g_gradients = training.gradients(g_loss, g.trainable_variables)
                d.trainable = True
            """,
            ),
        ],
    ),
    Wrong(
        "discriminator_moves_both",
        "D's optimizer moves G as well.",
        loses="separate",
        of="two_gradients",
        replace="""
            D_loss, d_gradients = training.gradients(d_loss, d.trainable_variables)
            d_optimizer.apply(d_gradients, d.trainable_variables)
        """,
        by="""
            both = [*d.trainable_variables, *g.trainable_variables]
            D_loss, d_gradients = training.gradients(d_loss, both)
            d_optimizer.apply(d_gradients, both)
        """,
    ),
    Wrong(
        "discriminator_rests",
        "D does not move.",
        loses="D moves",
        replace="""
            D_loss, d_gradients = training.gradients(d_loss, d.trainable_variables)
            d_optimizer.apply(d_gradients, d.trainable_variables)
        """,
        by="D_loss, d_gradients = training.gradients(d_loss, d.trainable_variables)",
    ),
    Wrong(
        "discriminator_stays_frozen",
        "D is frozen for G's step and stays so.",
        loses="D moves, batch statistics",
        replace="d_optimizer.apply(d_gradients, d.trainable_variables)",
        by="""
            d_optimizer.apply(d_gradients, d.trainable_variables)

            d.trainable = False
        """,
    ),
    Wrong(
        "discriminator_uphill",
        "D climbs its loss.",
        loses="D moves",
        replace="d_gradients,",
        by="[-gradient for gradient in d_gradients],",
    ),
    Wrong(
        "generator_first",
        "The generator moves first.",
        loses="order",
        of="two_gradients",
        edits=[
            (
                """
                def g_loss():
                    _, fake_logits = d(g(Z, training=True), training=True)  # (batch, 1)
                    return generator_loss(fake_logits)
            """,
                """
                def g_loss():
                    _, fake_logits = d(g(Z, training=True), training=True)
                    return generator_loss(fake_logits)

                G_loss, g_gradients = training.gradients(g_loss, g.trainable_variables)
                g_optimizer.apply(g_gradients, g.trainable_variables)
            """,
            ),
            (
                """
                d_optimizer.apply(d_gradients, d.trainable_variables)

                G_loss, g_gradients = training.gradients(g_loss, g.trainable_variables)
                g_optimizer.apply(g_gradients, g.trainable_variables)
            """,
                "d_optimizer.apply(d_gradients, d.trainable_variables)",
            ),
        ],
    ),
    Wrong(
        "generator_frozen",
        "G is frozen while D moves, so its batch normalisation is in inference.",
        loses="batch statistics",
        of="two_gradients",
        edits=[
            (
                """
                def g_loss():
                    _, fake_logits = d(g(Z, training=True), training=True)  # (batch, 1)
                    return generator_loss(fake_logits)
            """,
                """
                def g_loss():
                    _, fake_logits = d(g(Z, training=True), training=True)  # (batch, 1)
                    return generator_loss(fake_logits)

                g.trainable = False
            """,
            ),
            (
                "D_loss, d_gradients = training.gradients(d_loss, d.trainable_variables)",
                """
                D_loss, d_gradients = training.gradients(d_loss, d.trainable_variables)
                g.trainable = True
            """,
            ),
        ],
    ),
    Wrong(
        "generator_lowers_loss_of_discriminator",
        "G goes down the loss of D.",
        loses="G moves",
        of="two_gradients",
        replace="g_loss,",
        by="d_loss,",
    ),
    Wrong(
        "generator_moves_both",
        "G's optimizer moves D as well.",
        loses="separate",
        of="two_gradients",
        replace="""
            G_loss, g_gradients = training.gradients(g_loss, g.trainable_variables)
            g_optimizer.apply(g_gradients, g.trainable_variables)
        """,
        by="""
            both = [*g.trainable_variables, *d.trainable_variables]
            G_loss, g_gradients = training.gradients(g_loss, both)
            g_optimizer.apply(g_gradients, both)
        """,
    ),
    Wrong(
        "generator_rests",
        "G does not move.",
        loses="G moves",
        of="two_gradients",
        replace="""
            G_loss, g_gradients = training.gradients(g_loss, g.trainable_variables)
            g_optimizer.apply(g_gradients, g.trainable_variables)
        """,
        by="G_loss, g_gradients = training.gradients(g_loss, g.trainable_variables)",
    ),
    Wrong(
        "generator_uphill",
        "G goes up its loss.",
        loses="G moves",
        of="two_gradients",
        replace="g_gradients,",
        by="[-each for each in g_gradients],",
    ),
    Wrong(
        "inference_mode",
        "Nobody is told that it trains.",
        loses="batch statistics",
        of="two_gradients",
        edits=[
            (
                """
                _, real_logits = d(X, training=True)  # (batch, 1)
                _, fake_logits = d(g(Z, training=True), training=True)  # (batch, 1)
            """,
                """
                _, real_logits = d(X)
                _, fake_logits = d(g(Z))
            """,
            ),
            (
                """
                def g_loss():
                    _, fake_logits = d(g(Z, training=True), training=True)  # (batch, 1)
            """,
                """
                def g_loss():
                    _, fake_logits = d(g(Z))
            """,
            ),
        ],
    ),
    Wrong(
        "layers_frozen",
        "The layers of D are frozen one by one while G moves, so its batch normalisation is in inference.",
        loses="batch statistics",
        of="two_gradients",
        edits=[
            (
                """
                def g_loss():
                    _, fake_logits = d(g(Z, training=True), training=True)  # (batch, 1)
                    return generator_loss(fake_logits)
            """,
                """
                def g_loss():
                    _, fake_logits = d(g(Z, training=True), training=True)  # (batch, 1)
                    return generator_loss(fake_logits)

                for layer in d.layers:
                    layer.trainable = True
            """,
            ),
            (
                "d_optimizer.apply(d_gradients, d.trainable_variables)",
                """
                d_optimizer.apply(d_gradients, d.trainable_variables)

                for layer in d.layers:
                    layer.trainable = False
            """,
            ),
        ],
    ),
    Wrong(
        "losses_afterwards",
        "The losses are taken again after both steps.",
        loses="returned",
        of="two_gradients",
        edits=[
            ("D_loss, d_gradients", "_, d_gradients"),
            ("G_loss,", "_,"),
            ("return D_loss, G_loss", "return d_loss(), g_loss()"),
        ],
    ),
    Wrong(
        "losses_beforehand",
        "Both returned losses are those against the D that has not moved yet, though G follows the one that has.",
        loses="returned",
        of="two_gradients",
        edits=[
            (
                "D_loss, d_gradients = training.gradients(d_loss, d.trainable_variables)",
                """
                D_loss, G_loss = d_loss(), g_loss()
                _, d_gradients = training.gradients(d_loss, d.trainable_variables)
            """,
            ),
            ("G_loss,", "_,"),
        ],
    ),
    Wrong(
        "one_batch",
        "Real and generated images go through D in one batch.",
        loses="batch statistics",
        of="two_gradients",
        replace="""
            _, real_logits = d(X, training=True)  # (batch, 1)
            _, fake_logits = d(g(Z, training=True), training=True)  # (batch, 1)
        """,
        by="""
            _, logits = d(ops.concatenate([X, g(Z, training=True)]), training=True)
            real_logits, fake_logits = logits[: len(X)], logits[len(X) :]
        """,
    ),
    Wrong(
        "optimizers_swapped",
        "Each player is moved by the other's optimizer.",
        loses="separate",
        of="two_gradients",
        edits=[("d_optimizer.apply(", "g_optimizer.apply("), ("g_optimizer.apply(g_", "d_optimizer.apply(g_")],
    ),
    Wrong(
        "probabilities_for_logits",
        "The first output of D, which is the probability, is taken for the logit.",
        loses="D moves",
        of="two_gradients",
        edits=[
            (
                """
                _, real_logits = d(X, training=True)  # (batch, 1)
                _, fake_logits = d(g(Z, training=True), training=True)  # (batch, 1)
            """,
                """
                real_logits, _ = d(X, training=True)  # (batch, 1)
                fake_logits, _ = d(g(Z, training=True), training=True)  # (batch, 1)
            """,
            ),
            (
                """
                def g_loss():
                    _, fake_logits = d(g(Z, training=True), training=True)  # (batch, 1)
            """,
                """
                def g_loss():
                    fake_logits, _ = d(g(Z, training=True), training=True)  # (batch, 1)
            """,
            ),
        ],
    ),
    Wrong(
        "resting_player_in_inference",
        "The player that does not move is in inference mode.",
        loses="batch statistics",
        of="two_gradients",
        edits=[
            (
                """
                _, real_logits = d(X, training=True)  # (batch, 1)
                _, fake_logits = d(g(Z, training=True), training=True)  # (batch, 1)
            """,
                """
                _, real_logits = d(X, training=True)
                _, fake_logits = d(g(Z), training=True)
            """,
            ),
            (
                """
                def g_loss():
                    _, fake_logits = d(g(Z, training=True), training=True)  # (batch, 1)
            """,
                """
                def g_loss():
                    _, fake_logits = d(g(Z, training=True))
            """,
            ),
        ],
    ),
    Wrong(
        "returns_swapped",
        "The losses are returned in the wrong order.",
        loses="returned",
        replace="return D_loss, G_loss",
        by="return G_loss, D_loss",
    ),
    Wrong(
        "smooth_not_passed_on",
        "`smooth` is not passed on.",
        loses="smooth",
        replace="fake_logits, smooth",
        by="fake_logits",
    ),
    Wrong(
        "generator_by_hand",
        "G is moved against its gradient times the rate, without its optimizer.",
        loses="G moves",
        of="two_gradients",
        replace="""
            D_loss, d_gradients = training.gradients(d_loss, d.trainable_variables)
            d_optimizer.apply(d_gradients, d.trainable_variables)

            G_loss, g_gradients = training.gradients(g_loss, g.trainable_variables)
            g_optimizer.apply(g_gradients, g.trainable_variables)
        """,
        by="""
            D_loss, gradients = training.gradients(d_loss, d.trainable_variables)
            d_optimizer.apply(gradients, d.trainable_variables)
            G_loss, gradients = training.gradients(g_loss, g.trainable_variables)
            for variable, gradient in zip(g.trainable_variables, gradients):
                variable.assign_sub(g_optimizer.learning_rate * gradient)
        """,
    ),
    Wrong(
        "gradient_beforehand",
        "What D says of the images is taken before D moves.",
        loses="order",
        edits=[
            (
                "D_loss, d_gradients = training.gradients(d_loss, d.trainable_variables)",
                """
                G_loss, gradient = training.loss_and_input_gradients(g_loss, fakes)
                D_loss, d_gradients = training.gradients(d_loss, d.trainable_variables)
            """,
            ),
            (
                """
                G_loss, gradient = training.loss_and_input_gradients(g_loss, fakes)  # as X: how the loss changes with every pixel
                g_optimizer.apply(pull_back(gradient), g.trainable_variables)
            """,
                "g_optimizer.apply(pull_back(gradient), g.trainable_variables)",
            ),
        ],
    ),
    Wrong(
        "images_made_in_inference",
        "The images are made by a G that is not told that it trains.",
        loses="batch statistics",
        replace="lambda: g(Z, training=True)",
        by="lambda: g(Z)",
    ),
    Wrong(
        "gradient_uphill",
        "The images are moved up G's loss.",
        loses="G moves",
        replace="pull_back(gradient)",
        by="pull_back(-gradient)",
    ),
    Wrong(
        "signs_of_the_gradient",
        "Of D's word to each pixel only the sign is carried back.",
        loses="G moves",
        replace="pull_back(gradient)",
        by="pull_back(ops.sign(gradient))",
    ),
]
