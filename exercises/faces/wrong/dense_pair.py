"""Wrong answers to `dense_pair`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "colours_first",
        "G puts the colours first and turns the picture.",
        loses="generator",
        replace="([keras.Input((latent_dim,)), *hidden, pixels, layers.Reshape(shape)])",
        by="([keras.Input((latent_dim,)), *hidden, pixels, layers.Reshape(shape[::-1]), layers.Permute((3, 2, 1))])",
    ),
    Wrong(
        "default_slope",
        "Has the slope that Keras has by default.",
        loses="activation",
        replace="layers.LeakyReLU(negative_slope=0.2)",
        by="layers.LeakyReLU()",
        times=2,
    ),
    Wrong(
        "default_slope_in_d",
        "D has Keras's slope, G the right one.",
        loses="activation",
        replace='''
            def dense_discriminator(shape, widths):
                """A Keras model from pictures (batch, *shape), numbers in [-1, 1], to logits (batch, 1)."""
                ### BEGIN SOLUTION
                hidden = [
                    layer for width in widths for layer in (layers.Dense(width), layers.LeakyReLU(negative_slope=0.2), LayerNorm())
                ]  # (batch, width)
        ''',
        by='''
            def dense_discriminator(shape, widths):
                """A Keras model from pictures (batch, *shape), numbers in [-1, 1], to logits (batch, 1)."""
                hidden = [
                    layer for width in widths for layer in (layers.Dense(width), layers.LeakyReLU(), LayerNorm())
                ]  # (batch, width)
        ''',
    ),
    Wrong(
        "first_width_only",
        "Has one hidden layer whatever the widths are.",
        loses="discriminator",
        replace="for width in widths",
        by="for width in widths[:1]",
        times=2,
    ),
    Wrong(
        "linear_pictures",
        "G has no last activation.",
        loses="generator",
        replace='(int(np.prod(shape)), activation="tanh")',
        by="(int(np.prod(shape)))",
    ),
    Wrong(
        "logit_normalised",
        "D normalises its logit too.",
        loses="discriminator",
        replace="([keras.Input(shape), layers.Flatten(), *hidden, layers.Dense(1)])",
        by="([keras.Input(shape), layers.Flatten(), *hidden, layers.Dense(1), LayerNorm()])",
    ),
    Wrong(
        "no_norm",
        "Forgets the normalisation.",
        loses="normalisation",
        replace="layers.LeakyReLU(negative_slope=0.2), LayerNorm()",
        by="layers.LeakyReLU(negative_slope=0.2)",
        times=2,
    ),
    Wrong(
        "norm_first",
        "Normalises before the activation.",
        loses="normalisation",
        replace="layers.LeakyReLU(negative_slope=0.2), LayerNorm()",
        by="LayerNorm(), layers.LeakyReLU(negative_slope=0.2)",
        times=2,
    ),
    Wrong(
        "plain_relu",
        "Has no slope below zero.",
        loses="activation",
        replace="layers.LeakyReLU(negative_slope=0.2)",
        by="layers.ReLU()",
        times=2,
    ),
    Wrong(
        "probability",
        "D returns a probability.",
        loses="discriminator",
        replace="([keras.Input(shape), layers.Flatten(), *hidden, layers.Dense(1)])",
        by='([keras.Input(shape), layers.Flatten(), *hidden, layers.Dense(1, activation="sigmoid")])',
    ),
    Wrong(
        "sigmoid_pictures",
        "G draws in [0, 1].",
        loses="generator",
        replace='"tanh"',
        by='"sigmoid"',
    ),
    Wrong(
        "widths_reversed",
        "G takes its widths backwards.",
        loses="generator",
        replace='''
            def dense_generator(latent_dim, widths, shape):
                """A Keras model from noise (batch, latent_dim) to pictures (batch, *shape), numbers in [-1, 1]."""
                ### BEGIN SOLUTION
                hidden = [
                    layer for width in widths for layer in (layers.Dense(width), layers.LeakyReLU(negative_slope=0.2), LayerNorm())
                ]  # (batch, width)
        ''',
        by='''
            def dense_generator(latent_dim, widths, shape):
                """A Keras model from noise (batch, latent_dim) to pictures (batch, *shape), numbers in [-1, 1]."""
                hidden = [
                    layer for width in widths for layer in (layers.Dense(width), layers.LeakyReLU(negative_slope=0.2), LayerNorm())
                ][3:] + [layer for layer in (layers.Dense(widths[0]), layers.LeakyReLU(negative_slope=0.2), LayerNorm())]
        ''',
    ),
]
