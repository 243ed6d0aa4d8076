"""Wrong answers to `generator`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "clipped_output",
        "The output is cut off at -1 and 1.",
        loses="tanh",
        replace='"tanh"',
        by='"hard_tanh"',
    ),
    Wrong(
        "examples_normalised",
        "Each example is normalised by itself, not over the batch.",
        loses="batch normalisation",
        edits=[
            ("layers.BatchNormalization(),", "layers.RMSNormalization(),"),
            ("model.add(layers.BatchNormalization())", "model.add(layers.RMSNormalization())"),
        ],
    ),
    Wrong(
        "first_layer_not_normalised",
        "The dense layer has no batch normalisation.",
        loses="batch normalisation",
        replace="""
            model = keras.Sequential(
                [
                    keras.Input((latent_dim,)),
                    layers.Dense(4 * 4 * maps, use_bias=False, kernel_initializer=start),
                    layers.Reshape((4, 4, maps)),  # (batch, 4, 4, maps)
                    layers.BatchNormalization(),
                    layers.ReLU(),
                ]
            )
        """,
        by="""
            model = keras.Sequential(
                [
                    keras.Input((latent_dim,)),
                    layers.Dense(4 * 4 * maps, use_bias=False, kernel_initializer=start),
                    layers.Reshape((4, 4, maps)),
                    layers.ReLU(),
                ]
            )
        """,
    ),
    Wrong(
        "first_relu_before_normalisation",
        "In the first hidden layer the ReLU comes before the batch normalisation.",
        loses="ReLU",
        replace="""
            model = keras.Sequential(
                [
                    keras.Input((latent_dim,)),
                    layers.Dense(4 * 4 * maps, use_bias=False, kernel_initializer=start),
                    layers.Reshape((4, 4, maps)),  # (batch, 4, 4, maps)
                    layers.BatchNormalization(),
                    layers.ReLU(),
                ]
            )
        """,
        by="""
            model = keras.Sequential(
                [
                    keras.Input((latent_dim,)),
                    layers.Dense(4 * 4 * maps, use_bias=False, kernel_initializer=start),
                    layers.Reshape((4, 4, maps)),  # (batch, 4, 4, maps)
                    layers.ReLU(),
                    layers.BatchNormalization(),
                ]
            )
        """,
    ),
    Wrong(
        "glorot",
        "Weights start by Glorot's rule, as by default.",
        loses="start",
        edits=[
            (
                "use_bias=False, kernel_initializer=start),",
                "use_bias=False, kernel_initializer=keras.initializers.GlorotUniform()),",
            ),
            (
                "use_bias=False, kernel_initializer=start))",
                "use_bias=False, kernel_initializer=keras.initializers.GlorotUniform()))",
            ),
            (
                'activation="tanh", kernel_initializer=start',
                'activation="tanh", kernel_initializer=keras.initializers.GlorotUniform()',
            ),
        ],
    ),
    Wrong(
        "hidden_dense",
        "A hidden dense layer stands between noise and projection.",
        loses="few dense layers",
        replace="layers.Dense(4 * 4 * maps, use_bias=False, kernel_initializer=start),",
        by="""
            layers.Dense(100, use_bias=False, kernel_initializer=start),
            layers.BatchNormalization(),
            layers.ReLU(),
            layers.Dense(4 * 4 * maps, use_bias=False, kernel_initializer=start),
        """,
    ),
    Wrong(
        "leaky_relu",
        "Hidden layers have leaky ReLU, as in D.",
        loses="ReLU",
        edits=[
            ("layers.ReLU(),", "layers.LeakyReLU(0.2),"),
            ("model.add(layers.ReLU())", "model.add(layers.LeakyReLU(0.2))"),
        ],
    ),
    Wrong(
        "linear_output",
        "The output has no activation.",
        loses="tanh",
        replace='activation="tanh", kernel_initializer',
        by="kernel_initializer",
    ),
    Wrong(
        "maps_by_multiples",
        "As many maps as twice the number of doublings says, not two to its power.",
        loses="shape",
        replace="filters * 2 **",
        by="filters * 2 *",
    ),
    Wrong(
        "maps_reversed",
        "The layers nearer to the image have more maps.",
        loses="shape",
        edits=[
            ("maps = filters * 2 ** (doublings - 1)", "maps = filters"),
            ("maps //=", "maps *="),
        ],
    ),
    Wrong(
        "no_batch_normalisation",
        "No layer is normalised.",
        loses="batch normalisation",
        edits=[
            ("layers.BatchNormalization(),", ""),
            ("model.add(layers.BatchNormalization())", ""),
        ],
    ),
    Wrong(
        "output_normalised",
        "The output is normalised as well.",
        loses="batch normalisation",
        replace='model.add(layers.Conv2DTranspose(channels, 4, 2, "same", activation="tanh", kernel_initializer=start))',
        by="""
            model.add(layers.Conv2DTranspose(channels, 4, 2, "same", kernel_initializer=start))
            model.add(layers.BatchNormalization())
            model.add(layers.Activation("tanh"))
        """,
    ),
    Wrong(
        "relu_before_normalisation",
        "Each ReLU comes before its batch normalisation.",
        loses="ReLU",
        edits=[
            ("layers.ReLU(),", ""),
            ("layers.BatchNormalization(),", "layers.ReLU(), layers.BatchNormalization(),"),
            ("model.add(layers.BatchNormalization())", "model.add(layers.ReLU())"),
            ("model.add(layers.ReLU())  #", "model.add(layers.BatchNormalization())  #"),
        ],
    ),
    Wrong(
        "relu_missing_after_dense",
        "Nothing but batch normalisation stands between the dense layer and the first convolution.",
        loses="ReLU",
        replace="""
            model = keras.Sequential(
                [
                    keras.Input((latent_dim,)),
                    layers.Dense(4 * 4 * maps, use_bias=False, kernel_initializer=start),
                    layers.Reshape((4, 4, maps)),  # (batch, 4, 4, maps)
                    layers.BatchNormalization(),
                    layers.ReLU(),
                ]
            )
        """,
        by="""
            model = keras.Sequential(
                [
                    keras.Input((latent_dim,)),
                    layers.Dense(4 * 4 * maps, use_bias=False, kernel_initializer=start),
                    layers.Reshape((4, 4, maps)),
                    layers.BatchNormalization(),
                ]
            )
        """,
    ),
    Wrong(
        "side_fixed",
        "The number of doublings is that of side 32, whatever the side.",
        loses="shape",
        replace="doublings = int(np.log2(side)) - 2",
        by="doublings = 3",
    ),
    Wrong(
        "sigmoid_output",
        "The output is a sigmoid, for images in [0, 1].",
        loses="tanh",
        replace='"tanh"',
        by='"sigmoid"',
    ),
    Wrong(
        "tanh_everywhere",
        "Hidden layers have tanh.",
        loses="ReLU",
        edits=[
            ("layers.ReLU(),", 'layers.Activation("tanh"),'),
            ("model.add(layers.ReLU())", 'model.add(layers.Activation("tanh"))'),
        ],
    ),
    Wrong(
        "truncated_start",
        "Weights start from a normal distribution without its tails.",
        loses="start",
        replace="RandomNormal",
        by="TruncatedNormal",
    ),
    Wrong(
        "uniform_start",
        "Weights start from a uniform distribution.",
        loses="start",
        replace="RandomNormal(stddev=0.02, seed=keras.random.SeedGenerator())",
        by="RandomUniform(-0.035, 0.035, seed=keras.random.SeedGenerator())",
    ),
    Wrong(
        "upsampling",
        "Maps are doubled by upsampling, and then convolved with stride 1.",
        loses="strided",
        replace='model.add(layers.Conv2DTranspose(maps, 4, 2, "same", use_bias=False, kernel_initializer=start))',
        by="""
            model.add(layers.UpSampling2D())
            model.add(layers.Conv2D(maps, 4, 1, "same", use_bias=False, kernel_initializer=start))
        """,
    ),
]
