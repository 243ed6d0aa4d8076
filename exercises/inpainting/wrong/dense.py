"""Wrong answers to `dense`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "always_in_training",
        "The normalisation is told that it is in training, always.",
        loses="batch normalisation",
        cell="""
            class Centre(keras.Model):
                def __init__(self, outputs, units, penalty):
                    super().__init__()
                    dense = lambda size: layers.Dense(size, kernel_regularizer=keras.regularizers.L2(penalty))
                    self.hidden = [dense(units) for _ in range(3)]
                    self.norms = [layers.BatchNormalization(momentum=0.9) for _ in range(3)]
                    self.last = dense(outputs)

                def call(self, x, training=False):
                    for layer, norm in zip(self.hidden, self.norms):
                        x = ops.relu(norm(layer(x), training=True))
                    return ops.sigmoid(self.last(x))


            def make_dense(inputs, outputs, units=1000, penalty=1e-5):
                return Centre(outputs, units, penalty)
        """,
    ),
    Wrong(
        "biases_penalised",
        "The biases are penalised, too.",
        loses="penalty",
        edits=[
            (
                "(layers.Dense(units, kernel_regularizer=keras.regularizers.L2(penalty)))",
                "(layers.Dense(units, bias_regularizer=keras.regularizers.L2(penalty), kernel_regularizer=keras.regularizers.L2(penalty)))",
            ),
            (
                '(layers.Dense(outputs, activation="sigmoid", kernel_regularizer=keras.regularizers.L2(penalty)))',
                '(layers.Dense(outputs, activation="sigmoid", bias_regularizer=keras.regularizers.L2(penalty), kernel_regularizer=keras.regularizers.L2(penalty)))',
            ),
        ],
    ),
    Wrong(
        "dropout",
        "Dropout behind every hidden layer, which nobody asked for.",
        loses="batch normalisation",
        replace="model.add(layers.ReLU())  # (batch, units)",
        by="model.add(layers.ReLU())\nmodel.add(layers.Dropout(0.3))",
    ),
    Wrong(
        "first_layer_only",
        "Only the first hidden layer is normalised.",
        loses="batch normalisation",
        edits=[
            ("for _", "for k"),
            (
                "model.add(layers.BatchNormalization(momentum=0.9))",
                """
                if k == 0:
                    model.add(layers.BatchNormalization(momentum=0.9))
            """,
            ),
        ],
    ),
    Wrong(
        "input_normalised",
        "The inputs are normalised, too.",
        loses="batch normalisation",
        replace="([keras.Input((inputs,))])",
        by="([keras.Input((inputs,)), layers.BatchNormalization(momentum=0.9)])",
    ),
    Wrong(
        "l1",
        "An L1 penalty.",
        loses="penalty",
        edits=[
            (
                "(layers.Dense(units, kernel_regularizer=keras.regularizers.L2(penalty)))",
                "(layers.Dense(units, kernel_regularizer=keras.regularizers.L1(penalty)))",
            ),
            (
                '(layers.Dense(outputs, activation="sigmoid", kernel_regularizer=keras.regularizers.L2(penalty)))',
                '(layers.Dense(outputs, activation="sigmoid", kernel_regularizer=keras.regularizers.L1(penalty)))',
            ),
        ],
    ),
    Wrong(
        "last_not_penalised",
        "The last layer is not penalised.",
        loses="penalty",
        replace='"sigmoid", kernel_regularizer=keras.regularizers.L2(penalty)',
        by='"sigmoid"',
    ),
    Wrong(
        "layer_normalisation",
        "Layer normalisation in its place.",
        loses="batch normalisation",
        replace="BatchNormalization(momentum=0.9)",
        by="LayerNormalization()",
    ),
    Wrong(
        "momentum_forgotten",
        "The normalisation has Keras's own momentum, with which it lags behind in a short training.",
        loses="batch normalisation",
        replace="momentum=0.9",
        by="",
    ),
    Wrong(
        "momentum_of_pytorch",
        "The momentum as PyTorch counts it.",
        loses="batch normalisation",
        replace="momentum=0.9",
        by="momentum=0.1",
    ),
    Wrong(
        "no_activation",
        "Hidden layers have no activation.",
        loses="output",
        replace="""
            model.add(layers.BatchNormalization(momentum=0.9))
            model.add(layers.ReLU())  # (batch, units)
        """,
        by="model.add(layers.BatchNormalization(momentum=0.9))",
    ),
    Wrong(
        "no_batch_normalisation",
        "No batch normalisation.",
        loses="batch normalisation",
        replace="""
            model.add(layers.Dense(units, kernel_regularizer=keras.regularizers.L2(penalty)))
            model.add(layers.BatchNormalization(momentum=0.9))
        """,
        by="model.add(layers.Dense(units, kernel_regularizer=keras.regularizers.L2(penalty)))",
    ),
    Wrong(
        "no_last_bias",
        "No bias in the last layer.",
        loses="layers",
        replace='model.add(layers.Dense(outputs, activation="sigmoid", kernel_regularizer=keras.regularizers.L2(penalty)))',
        by="""
            model.add(
                layers.Dense(outputs, activation="sigmoid", use_bias=False, kernel_regularizer=keras.regularizers.L2(penalty))
            )
        """,
    ),
    Wrong(
        "no_penalty",
        "No penalty.",
        loses="penalty",
        edits=[
            ("units, kernel_regularizer=keras.regularizers.L2(penalty)", "units"),
            ('"sigmoid", kernel_regularizer=keras.regularizers.L2(penalty)', '"sigmoid"'),
        ],
    ),
    Wrong(
        "no_sigmoid",
        "The last layer has no sigmoid.",
        loses="output",
        replace='activation="sigmoid", kernel_regularizer',
        by="kernel_regularizer",
    ),
    Wrong(
        "numpy",
        "NumPy between the layers: no gradient passes.",
        loses="output",
        cell="""
            class Centre(keras.Model):
                def __init__(self, inputs, outputs, units, penalty):
                    super().__init__()
                    d = lambda size: layers.Dense(size, kernel_regularizer=keras.regularizers.L2(penalty))
                    self.hidden = [d(units) for _ in range(3)]
                    self.norms = [layers.BatchNormalization(momentum=0.9) for _ in range(3)]
                    self.last = d(outputs)

                def call(self, x, training=False):
                    for layer, norm in zip(self.hidden, self.norms):
                        x = np.maximum(norm(layer(x), training=training), 0)
                    return 1 / (1 + np.exp(-np.asarray(self.last(x))))


            def make_dense(inputs, outputs, units=1000, penalty=1e-5):
                return Centre(inputs, outputs, units, penalty)
        """,
    ),
    Wrong(
        "one_normalisation",
        "One layer of normalisation for all three.",
        loses="batch normalisation",
        cell="""
            def make_dense(inputs, outputs, units=1000, penalty=1e-5):
                bn = layers.BatchNormalization(momentum=0.9)
                x = i = keras.Input((inputs,))
                for _ in range(3):
                    x = layers.ReLU()(bn(layers.Dense(units, kernel_regularizer=keras.regularizers.L2(penalty))(x)))
                return keras.Model(
                    i, layers.Dense(outputs, activation="sigmoid", kernel_regularizer=keras.regularizers.L2(penalty))(x)
                )
        """,
    ),
    Wrong(
        "penalty_halved",
        "Half of the squares are added, as in many books.",
        loses="penalty",
        edits=[
            (
                "(layers.Dense(units, kernel_regularizer=keras.regularizers.L2(penalty)))",
                "(layers.Dense(units, kernel_regularizer=keras.regularizers.L2(penalty / 2)))",
            ),
            (
                '(layers.Dense(outputs, activation="sigmoid", kernel_regularizer=keras.regularizers.L2(penalty)))',
                '(layers.Dense(outputs, activation="sigmoid", kernel_regularizer=keras.regularizers.L2(penalty / 2)))',
            ),
        ],
    ),
    Wrong(
        "tanh",
        "tanh in place of ReLU.",
        loses="output",
        replace="ReLU()",
        by='Activation("tanh")',
    ),
    Wrong(
        "two_hidden",
        "Two hidden layers.",
        loses="layers",
        replace="range(3):",
        by="range(2):",
    ),
    Wrong(
        "units_fixed",
        "The number of units is fixed.",
        loses="layers",
        replace="units,",
        by="9,",
    ),
]
