"""Wrong answers to `conv_pair`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "default_slope",
        "Leaves the slope to Keras.",
        loses="activation",
        edits=[
            ("d.add(layers.LeakyReLU(negative_slope=0.2))", "d.add(layers.LeakyReLU())"),
            (
                """
                g.add(layers.Dense(side * side * first, kernel_initializer=start))
                g.add(layers.LeakyReLU(negative_slope=0.2))
            """,
                """
                g.add(layers.Dense(side * side * first, kernel_initializer=start))
                g.add(layers.LeakyReLU())
            """,
            ),
            (
                "g.add(layers.LeakyReLU(negative_slope=0.2))  # (batch, twice the side, twice the side, count)",
                "g.add(layers.LeakyReLU())  # (batch, twice the side, twice the side, count)",
            ),
        ],
    ),
    Wrong(
        "dropout_at_inference",
        "Has the dropout of D at inference, too.",
        loses="dropout",
        replace="Dropout(rate)",
        by="Lambda(lambda x: keras.random.dropout(x, rate))",
    ),
    Wrong(
        "dropout_once",
        "D drops before the last layer only.",
        loses="dropout",
        replace="""
            for count in filters:
                d.add(layers.Conv2D(count, kernel, strides=2, padding="same", kernel_initializer=start))
                d.add(layers.LeakyReLU(negative_slope=0.2))
                d.add(layers.Dropout(rate))  # (batch, half the side, half the side, count)
        """,
        by="""
            for count in filters:
                d.add(layers.Conv2D(count, kernel, strides=2, padding="same", kernel_initializer=start))
                d.add(layers.LeakyReLU(negative_slope=0.2))
            d.add(layers.Dropout(rate))
        """,
    ),
    Wrong(
        "filters_reversed",
        "G takes its filters backwards.",
        loses="generator",
        replace="= filters",
        by="= filters[::-1]",
    ),
    Wrong(
        "first_not_activated",
        "G has no activation after its dense layer.",
        loses="generator",
        replace="""
            g.add(layers.Dense(side * side * first, kernel_initializer=start))
            g.add(layers.LeakyReLU(negative_slope=0.2))
        """,
        by="g.add(layers.Dense(side * side * first, kernel_initializer=start))",
    ),
    Wrong(
        "halved_by_the_number",
        "Begins with the size divided by twice the number of layers, not by two for each.",
        loses="generator",
        replace="2 ** len(filters)",
        by="(2 * len(filters))",
    ),
    Wrong(
        "last_ignored",
        "G always ends with tanh.",
        loses="generator",
        replace="=last",
        by='="tanh"',
    ),
    Wrong(
        "maps_dropped",
        "D drops whole maps, and so the units of the last one together.",
        loses="dropout",
        replace="Dropout",
        by="SpatialDropout2D",
    ),
    Wrong(
        "no_activation",
        "D has no activation between its convolutions.",
        loses="activation",
        replace="""
            d.add(layers.Conv2D(count, kernel, strides=2, padding="same", kernel_initializer=start))
            d.add(layers.LeakyReLU(negative_slope=0.2))
        """,
        by='d.add(layers.Conv2D(count, kernel, strides=2, padding="same", kernel_initializer=start))',
    ),
    Wrong(
        "no_dropout",
        "D has no dropout.",
        loses="dropout",
        replace="""
            d.add(layers.LeakyReLU(negative_slope=0.2))
            d.add(layers.Dropout(rate))  # (batch, half the side, half the side, count)
        """,
        by="d.add(layers.LeakyReLU(negative_slope=0.2))",
    ),
    Wrong(
        "norm_after_activation",
        "G normalises after the activation.",
        loses="generator",
        edits=[
            (
                'g.add(layers.Conv2DTranspose(count, kernel, strides=2, padding="same", kernel_initializer=start))',
                """
                g.add(layers.Conv2DTranspose(count, kernel, strides=2, padding="same", kernel_initializer=start))
                g.add(layers.LeakyReLU(negative_slope=0.2))
            """,
            ),
            (
                """
                g.add(layers.BatchNormalization())
                g.add(layers.LeakyReLU(negative_slope=0.2))  # (batch, twice the side, twice the side, count)
            """,
                "g.add(layers.BatchNormalization())  # (batch, twice the side, twice the side, count)",
            ),
        ],
    ),
    Wrong(
        "norm_at_the_end",
        "G normalises its pictures too.",
        loses="generator",
        replace='g.add(layers.Conv2DTranspose(3, kernel, strides=2, padding="same", kernel_initializer=start, activation=last))',
        by="""
            g.add(layers.Conv2DTranspose(3, kernel, strides=2, padding="same", kernel_initializer=start))
            g.add(layers.BatchNormalization())
            g.add(layers.Activation(last))
        """,
    ),
    Wrong(
        "norm_in_d",
        "D is normalised, too.",
        loses="discriminator",
        replace="d.add(layers.LeakyReLU(negative_slope=0.2))",
        by="""
            d.add(layers.LeakyReLU(negative_slope=0.2))
            d.add(layers.BatchNormalization())
        """,
    ),
    Wrong(
        "norm_missing",
        "G has no batch normalisation.",
        loses="generator",
        replace="""
            g.add(layers.Conv2DTranspose(count, kernel, strides=2, padding="same", kernel_initializer=start))
            g.add(layers.BatchNormalization())
        """,
        by='g.add(layers.Conv2DTranspose(count, kernel, strides=2, padding="same", kernel_initializer=start))',
    ),
    Wrong(
        "plain_relu",
        "Has plain ReLUs.",
        loses="activation",
        edits=[
            ("d.add(layers.LeakyReLU(negative_slope=0.2))", "d.add(layers.ReLU())"),
            (
                """
                g.add(layers.Dense(side * side * first, kernel_initializer=start))
                g.add(layers.LeakyReLU(negative_slope=0.2))
            """,
                """
                g.add(layers.Dense(side * side * first, kernel_initializer=start))
                g.add(layers.ReLU())
            """,
            ),
            (
                "g.add(layers.LeakyReLU(negative_slope=0.2))  # (batch, twice the side, twice the side, count)",
                "g.add(layers.ReLU())  # (batch, twice the side, twice the side, count)",
            ),
        ],
    ),
    Wrong(
        "pooling",
        "D pools in place of strides.",
        loses="discriminator",
        replace='d.add(layers.Conv2D(count, kernel, strides=2, padding="same", kernel_initializer=start))',
        by="""
            d.add(layers.Conv2D(count, kernel, padding="same", kernel_initializer=start))
            d.add(layers.MaxPooling2D())
        """,
    ),
    Wrong(
        "probability",
        "D returns a probability.",
        loses="discriminator",
        replace="(layers.Dense(1, kernel_initializer=start))",
        by='(layers.Dense(1, activation="sigmoid", kernel_initializer=start))',
    ),
    Wrong(
        "rate_for_kept",
        "D keeps what it should drop.",
        loses="dropout",
        replace="(layers.Dropout(rate))",
        by="(layers.Dropout(1 - rate))",
    ),
    Wrong(
        "rate_ignored",
        "D always drops 0.3.",
        loses="dropout",
        replace="(layers.Dropout(rate))",
        by="(layers.Dropout(0.3))",
    ),
    Wrong(
        "start_for_convolutions_only",
        "Dense layers begin as Keras likes.",
        loses="start",
        edits=[
            ("1, kernel_initializer=start", "1"),
            ("first, kernel_initializer=start", "first"),
        ],
    ),
    Wrong(
        "start_ignored",
        "Leaves the start to Keras.",
        loses="start",
        replace=", kernel_initializer=start",
        times=5,
    ),
    Wrong(
        "valid_padding",
        "D pads nothing.",
        loses="discriminator",
        replace='(layers.Conv2D(count, kernel, strides=2, padding="same", kernel_initializer=start))',
        by='(layers.Conv2D(count, kernel, strides=2, padding="valid", kernel_initializer=start))',
    ),
]
