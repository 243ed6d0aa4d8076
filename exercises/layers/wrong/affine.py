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
            "latent_channel": '''
                @register
                class LatentChannel(keras.layers.Layer):
                    """Puts a channel behind those of an image that an affine map makes of a latent vector."""

                    def build(self, input_shape):
                        """Make `self.W` (n, height * width) and `self.b` (height * width,) for the shapes of images and latents."""
                        (_, height, width, _), (_, n) = input_shape
                        self.affine = Affine(height * width)
                        self.affine.build((None, n))
                        self.W, self.b = self.affine.W, self.affine.b

                    def call(self, inputs):
                        """Map (x, z), x (batch, height, width, channels) and z (batch, n), to (batch, height, width, channels + 1)."""
                        x, z = inputs
                        plane = self.affine(z)  # (batch, height * width)
                        plane = ops.reshape(plane, (-1, *x.shape[1:3], 1))  # (batch, height, width, 1)
                        return ops.concatenate([x, plane], axis=-1)  # (batch, height, width, channels + 1)
            ''',
        },
    ),
]
