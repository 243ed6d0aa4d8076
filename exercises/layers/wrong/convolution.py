"""Wrong answers to `convolution`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "bias_forgotten",
        "The bias is not added.",
        loses="output",
        replace="(windows, W) + self.b",
        by="(windows, W)",
    ),
    Wrong(
        "by_known_batch",
        "The size of the batch is asked for, which may be None.",
        loses="output",
        replace="-1, *windows",
        by="x.shape[0], *windows",
    ),
    Wrong(
        "by_numpy",
        "The product is NumPy's, through which no gradient passes.",
        loses="output",
        replace="return ops",
        by="return np",
    ),
    Wrong(
        "channels_first_in_the_row",
        "A patch is laid out channel by channel.",
        loses="output",
        replace="windows = patches(x, self.size, self.stride, self.padding)  # (batch, rows, columns, size * size, channels)",
        by="""
            windows = patches(x, self.size, self.stride, self.padding)
            windows = ops.transpose(windows, (0, 1, 2, 4, 3))
        """,
    ),
    Wrong(
        "padding_not_passed_on",
        "The windows do not know the padding.",
        loses="settings",
        replace="(x, self.size, self.stride, self.padding)",
        by="(x, self.size, self.stride)",
    ),
    Wrong(
        "penalty_forgotten",
        "The loss does not hear of the weights.",
        loses="penalty",
        replace='''
            def call(self, x):
                """Map x (batch, height, width, channels) to (batch, rows, columns, filters); add the penalty to the loss."""
                ### BEGIN SOLUTION
                self.add_loss(l2_penalty(self.W, self.l2))
        ''',
        by="def call(self, x):",
    ),
    Wrong(
        "penalty_of_the_bias",
        "The bias pays too.",
        loses="penalty",
        replace="(l2_penalty(self.W, self.l2))",
        by="(l2_penalty(self.W, self.l2) + l2_penalty(self.b, self.l2))",
    ),
    Wrong(
        "starts_like_a_matrix",
        "Glorot's start for channels and filters, as if the window had one pixel.",
        loses="start",
        replace='self.W = self.add_weight(shape=shape, initializer="glorot_uniform", name="W")',
        by='self.W = self.add_weight(shape=shape, initializer=keras.initializers.RandomUniform(-((6 / (shape[2] + shape[3])) ** 0.5), (6 / (shape[2] + shape[3])) ** 0.5), name="W")',
    ),
    Wrong(
        "stride_not_passed_on",
        "The windows do not know the stride.",
        loses="settings",
        replace="(x, self.size, self.stride, self.padding)",
        by="(x, self.size, 1, self.padding)",
    ),
    Wrong(
        "weights_reshaped_across",
        "Filters are taken for the first axis of the weights.",
        loses="output",
        replace="reshape(self.W, (inputs, self.filters))",
        by="transpose(ops.reshape(self.W, (self.filters, inputs)))",
    ),
    Wrong(
        "window_turned_round",
        "The convolution of the mathematicians.",
        loses="output",
        replace="self.W, (inputs, self.filters)",
        by="ops.flip(self.W, (0, 1)), (inputs, self.filters)",
    ),
]
