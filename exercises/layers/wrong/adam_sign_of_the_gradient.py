"""Every step is the sign of the gradient: nothing is remembered.

Loses: adam/first steps, adam/memories, adam/own memory, adam/epsilon
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

    def update_step(self, gradient, variable, learning_rate):
        """Change both memories of `variable`, and then `variable` itself, by one step."""
        index = self._get_variable_index(variable)
        mean, square = self.means[index], self.squares[index]  # the variable's shape, both
        step = ops.cast(self.iterations + 1, "float32")
        self.assign(mean, self.beta_1 * mean + (1 - self.beta_1) * gradient)
        self.assign(square, self.beta_2 * square + (1 - self.beta_2) * ops.square(gradient))
        corrected_mean = mean / (1 - self.beta_1**step)
        corrected_square = square / (1 - self.beta_2**step)
        self.assign_sub(variable, learning_rate * ops.sign(gradient))

    def get_config(self):
        """What `__init__` was given."""
        settings = {"beta_1": self.beta_1, "beta_2": self.beta_2, "epsilon": self.epsilon}
        return {**super().get_config(), **settings}
