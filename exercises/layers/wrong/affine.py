"""Wrong answers to `affine`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "activation_inside",
        "A ReLU that nobody asked for.",
        loses="output",
        replace="matmul(x, self.W) + self.b",
        by="relu(ops.matmul(x, self.W) + self.b)",
    ),
    Wrong(
        "bias_forgotten",
        "b is made, and not added.",
        loses="output",
        replace="(x, self.W) + self.b",
        by="(x, self.W)",
    ),
    Wrong(
        "bias_not_learnt",
        "Training may not change the bias.",
        loses="output",
        replace='name="b"',
        by='trainable=False, name="b"',
    ),
    Wrong(
        "biases_start_at_one",
        "Biases do not start at zero.",
        loses="start",
        replace='"zeros"',
        by='"ones"',
    ),
    Wrong(
        "by_numpy",
        "The product is NumPy's, through which no gradient passes.",
        loses="output",
        replace="return ops",
        by="return np",
    ),
    Wrong(
        "config_without_penalty",
        "l2 is lost on the way through the configuration.",
        loses="configuration",
        replace='units, "l2": self.l2',
        by="units",
    ),
    Wrong(
        "normal_weights",
        "A standard deviation of 0.05 whatever the sizes.",
        loses="start",
        replace='"glorot_uniform"',
        by='"random_normal"',
    ),
    Wrong(
        "penalty_forgotten",
        "The loss does not hear of the weights.",
        loses="penalty",
        replace='''
            def call(self, x):
                """Map x (batch, inputs) to (batch, units), and add the penalty to the loss."""
                ### BEGIN SOLUTION
                self.add_loss(l2_penalty(self.W, self.l2))
        ''',
        by="def call(self, x):",
    ),
    Wrong(
        "penalty_in_build",
        "The penalty is added once, when the weights are made.",
        loses="penalty",
        edits=[
            (
                'self.b = self.add_weight(shape=(self.units,), initializer="zeros", name="b")',
                """
                self.b = self.add_weight(shape=(self.units,), initializer="zeros", name="b")
                self.add_loss(l2_penalty(self.W, self.l2))
            """,
            ),
            (
                '''
                def call(self, x):
                    """Map x (batch, inputs) to (batch, units), and add the penalty to the loss."""
                    ### BEGIN SOLUTION
                    self.add_loss(l2_penalty(self.W, self.l2))
            ''',
                "def call(self, x):",
            ),
        ],
    ),
    Wrong(
        "penalty_of_the_bias",
        "The bias pays too.",
        loses="penalty",
        replace="(l2_penalty(self.W, self.l2))",
        by="(l2_penalty(self.W, self.l2) + l2_penalty(self.b, self.l2))",
    ),
    Wrong(
        "wrong_and_used",
        "The bias is forgotten, and the latent channel uses the layer.",
        loses="output",
        replace="(x, self.W) + self.b",
        by="(x, self.W)",
        cells={
            "latent_channel": [
                (
                    """
                    self.W = self.add_weight(shape=(n, height * width), initializer="glorot_uniform", name="W")
                    self.b = self.add_weight(shape=(height * width,), initializer="zeros", name="b")
                """,
                    """
                    self.affine = Affine(height * width)
                    self.affine.build((None, n))
                    self.W, self.b = self.affine.W, self.affine.b
                """,
                ),
                ("ops.matmul(z, self.W) + self.b", "self.affine(z)"),
            ]
        },
    ),
]
