"""Every variable that is changed counts as a step.

Loses: adam/own memory
"""


# %% solution="adam"
@register
class Adam(keras.optimizers.Optimizer):
    """Steps of even size along a running mean of the gradients."""

    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, name="adam", **kwargs):
        """`beta_1` and `beta_2` say how long the means of the gradient and of its square remember."""
        super().__init__(learning_rate=learning_rate, name=name, **kwargs)
        self.beta_1, self.beta_2, self.epsilon = beta_1, beta_2, epsilon

    def build(self, variables):
        """Make both memories for each variable, of its shape, zero."""
        if not self.built:
            super().build(variables)
            self.means = self.add_optimizer_variables(variables, "mean")
            self.squares = self.add_optimizer_variables(variables, "square")
            self.count = keras.Variable(0.0, trainable=False)

    def update_step(self, gradient, variable, learning_rate):
        """Change both memories of `variable`, and then `variable` itself, by one step."""
        index = self._get_variable_index(variable)
        mean, square = self.means[index], self.squares[index]  # the variable's shape, both
        self.count.assign(self.count + 1)
        step = ops.convert_to_tensor(self.count)
        self.assign(mean, self.beta_1 * mean + (1 - self.beta_1) * gradient)
        self.assign(square, self.beta_2 * square + (1 - self.beta_2) * ops.square(gradient))
        corrected_mean = mean / (1 - self.beta_1**step)
        corrected_square = square / (1 - self.beta_2**step)
        self.assign_sub(variable, learning_rate * corrected_mean / (ops.sqrt(corrected_square) + self.epsilon))

    def get_config(self):
        """What `__init__` was given."""
        settings = {"beta_1": self.beta_1, "beta_2": self.beta_2, "epsilon": self.epsilon}
        return {**super().get_config(), **settings}
