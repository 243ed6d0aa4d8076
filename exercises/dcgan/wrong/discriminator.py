"""Wrong answers to `discriminator`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "average_pooling",
        "Maps are halved by average pooling.",
        loses="strided",
        replace='x = layers.Conv2D(filters * 2**k, 4, 2, "same", use_bias=k == 0, kernel_initializer=start)(x)',
        by="""
            x = layers.Conv2D(filters * 2**k, 4, 1, "same", use_bias=k == 0, kernel_initializer=start)(x)
            x = layers.AveragePooling2D(2)(x)
        """,
    ),
    Wrong(
        "default_slope",
        "The slope of leaky ReLU is the library's default.",
        loses="leaky ReLU",
        replace="LeakyReLU(0.2)(x)",
        by="LeakyReLU()(x)",
    ),
    Wrong(
        "dropout",
        "A dropout follows each convolution, as in many tutorials.",
        loses="batch normalisation",
        replace="x = layers.LeakyReLU(0.2)(x)  # (batch, side / 2, side / 2, filters), and so on down to 4 × 4",
        by="""
            x = layers.Dropout(0.3)(
                layers.LeakyReLU(0.2)(x)
            )  # (batch, side / 2, side / 2, filters), and so on down to 4 × 4
        """,
    ),
    Wrong(
        "first_layer_normalised",
        "The first layer is normalised as well.",
        loses="batch normalisation",
        replace="""
            if k > 0:
                x = layers.BatchNormalization()(x)
        """,
        by="x = layers.BatchNormalization()(x)",
    ),
    Wrong(
        "global_average",
        "The last maps are averaged in place of being flattened.",
        loses="strided",
        replace="Flatten",
        by="GlobalAveragePooling2D",
    ),
    Wrong(
        "glorot",
        "Weights start by Glorot's rule, as by default.",
        loses="start",
        edits=[
            (
                'x = layers.Conv2D(filters * 2**k, 4, 2, "same", use_bias=k == 0, kernel_initializer=start)(x)',
                """
                x = layers.Conv2D(
                    filters * 2**k, 4, 2, "same", use_bias=k == 0, kernel_initializer=keras.initializers.GlorotUniform()
                )(x)
            """,
            ),
            ("(1, kernel_initializer=start)(x)", "(1, kernel_initializer=keras.initializers.GlorotUniform())(x)"),
        ],
    ),
    Wrong(
        "hidden_dense",
        "A hidden dense layer stands before the logit.",
        loses="few dense layers",
        replace="x = layers.Flatten()(x)",
        by="""
            x = layers.Flatten()(x)
            x = layers.Dense(32, kernel_initializer=start)(x)
            x = layers.LeakyReLU(0.2)(x)
        """,
    ),
    Wrong(
        "images_normalised",
        "The images themselves are normalised.",
        loses="batch normalisation",
        replace="images = x = keras.Input((side, side, channels))",
        by="""
            images = x = keras.Input((side, side, channels))
            x = layers.BatchNormalization()(x)
        """,
    ),
    Wrong(
        "leaky_relu_missing_first",
        "The first layer has no activation.",
        loses="leaky ReLU",
        replace="x = layers.LeakyReLU(0.2)(x)  # (batch, side / 2, side / 2, filters), and so on down to 4 × 4",
        by="""
            if k > 0:
                x = layers.LeakyReLU(0.2)(x)
        """,
    ),
    Wrong(
        "logits_twice",
        "Both results are the logits.",
        loses="pair",
        replace="(images, [probabilities, logits])",
        by="(images, [logits, logits])",
    ),
    Wrong(
        "max_pooling",
        "Maps are halved by max pooling.",
        loses="strided",
        replace='x = layers.Conv2D(filters * 2**k, 4, 2, "same", use_bias=k == 0, kernel_initializer=start)(x)',
        by="""
            x = layers.Conv2D(filters * 2**k, 4, 1, "same", use_bias=k == 0, kernel_initializer=start)(x)
            x = layers.MaxPooling2D()(x)
        """,
    ),
    Wrong(
        "no_batch_normalisation",
        "No layer is normalised.",
        loses="batch normalisation",
        replace="""
            x = layers.Conv2D(filters * 2**k, 4, 2, "same", use_bias=k == 0, kernel_initializer=start)(x)
            if k > 0:
                x = layers.BatchNormalization()(x)
        """,
        by='x = layers.Conv2D(filters * 2**k, 4, 2, "same", use_bias=k == 0, kernel_initializer=start)(x)',
    ),
    Wrong(
        "normalisation_last",
        "Batch normalisation comes after the leaky ReLU.",
        loses="batch normalisation",
        edits=[
            (
                'x = layers.Conv2D(filters * 2**k, 4, 2, "same", use_bias=k == 0, kernel_initializer=start)(x)',
                """
                x = layers.Conv2D(filters * 2**k, 4, 2, "same", use_bias=k == 0, kernel_initializer=start)(x)
                x = layers.LeakyReLU(0.2)(x)
            """,
            ),
            (
                """
                if k > 0:
                    x = layers.BatchNormalization()(x)
                x = layers.LeakyReLU(0.2)(x)  # (batch, side / 2, side / 2, filters), and so on down to 4 × 4
            """,
                """
                if k > 0:
                    x = layers.BatchNormalization()(x)
            """,
            ),
        ],
    ),
    Wrong(
        "relu",
        "ReLU in place of leaky ReLU.",
        loses="leaky ReLU",
        replace="LeakyReLU(0.2)",
        by="ReLU()",
    ),
    Wrong(
        "sigmoid_twice",
        "The dense layer has a sigmoid, and the probabilities have another.",
        loses="pair",
        replace="(1, kernel_initializer=start)(x)",
        by='(1, activation="sigmoid", kernel_initializer=start)(x)',
    ),
    Wrong(
        "strides_of_four",
        "Skips pixels: kernels of 2 with strides of 4.",
        loses="strided",
        replace='4, 2, "same"',
        by='2, 4, "same"',
    ),
    Wrong(
        "swapped",
        "Logits come first, probabilities second.",
        loses="pair",
        replace="(images, [probabilities, logits])",
        by="(images, [logits, probabilities])",
    ),
    Wrong(
        "variance_for_std",
        "0.02 is taken for the variance.",
        loses="start",
        replace="stddev=0.02",
        by="stddev=0.02**0.5",
    ),
]
