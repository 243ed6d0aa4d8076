"""Wrong answers to `adam`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "always_corrected_like_the_first",
        "The correction does not fade.",
        loses="first steps",
        replace='step = ops.cast(self.iterations + 1, "float32")',
        by="step = 1",
    ),
    Wrong(
        "betas_swapped",
        "Each memory has the other one's beta.",
        loses="memories",
        replace="beta_1, beta_2",
        by="beta_2, beta_1",
    ),
    Wrong(
        "epsilon_under_the_root",
        "Epsilon is added to the square.",
        loses="epsilon",
        replace="(ops.sqrt(corrected_square) + self.epsilon)",
        by="ops.sqrt(corrected_square + self.epsilon)",
    ),
    Wrong(
        "every_variable_counts",
        "Every variable that is changed counts as a step.",
        loses="own memory",
        edits=[
            (
                'self.squares = self.add_optimizer_variables(variables, "square")',
                """
                self.squares = self.add_optimizer_variables(variables, "square")
                self.count = keras.Variable(0.0, trainable=False)
            """,
            ),
            (
                'step = ops.cast(self.iterations + 1, "float32")',
                """
                self.count.assign(self.count + 1)
                step = ops.convert_to_tensor(self.count)
            """,
            ),
        ],
    ),
    Wrong(
        "largest_square",
        "The divisor never shrinks again.",
        loses="memories",
        replace="self.beta_2 * square + (1 - self.beta_2) * ops.square(gradient)",
        by="ops.maximum(square, self.beta_2 * square + (1 - self.beta_2) * ops.square(gradient))",
    ),
    Wrong(
        "no_bias_correction",
        "The memories are used as they are.",
        loses="first steps",
        replace="""
            corrected_mean = mean / (1 - self.beta_1**step)
            corrected_square = square / (1 - self.beta_2**step)
        """,
        by="""
            corrected_mean = mean
            corrected_square = square
        """,
    ),
    Wrong(
        "one_memory_for_all",
        "All variables share the first one's memories.",
        loses="own memory",
        replace="index = self._get_variable_index(variable)",
        by="index = 0",
    ),
    Wrong(
        "sign_of_the_gradient",
        "Every step is the sign of the gradient: nothing is remembered.",
        loses="first steps, memories, own memory, epsilon",
        replace="corrected_mean / (ops.sqrt(corrected_square) + self.epsilon)",
        by="ops.sign(gradient)",
    ),
    Wrong(
        "square_not_corrected",
        "Only the mean of the gradients is corrected.",
        loses="first steps",
        replace="corrected_square = square / (1 - self.beta_2**step)",
        by="corrected_square = square",
    ),
    Wrong(
        "square_of_the_mean",
        "The square of the running mean, not the mean of the squares.",
        loses="first steps, memories",
        replace="(square, self.beta_2 * square + (1 - self.beta_2) * ops.square(gradient))",
        by="(square, self.beta_2 * square + (1 - self.beta_2) * ops.square(mean))",
    ),
    Wrong(
        "step_by_python",
        "The step is Python's number, which stops in a compiled step.",
        loses="first steps",
        replace='ops.cast(self.iterations + 1, "float32")',
        by="int(self.iterations) + 1",
    ),
    Wrong(
        "counted_from_zero",
        "The first step divides by zero.",
        loses="first steps",
        replace="iterations + 1",
        by="iterations",
    ),
]
