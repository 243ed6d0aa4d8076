"""The velocity is an attribute of Python, which compiled steps do not move on.

Loses: momentum/velocity
"""


# %% solution="momentum"
@register
class Momentum(keras.optimizers.Optimizer):
    """Gradient descent with a velocity."""

    def __init__(self, learning_rate=0.01, momentum=0.9, name="momentum", **kwargs):
        """`momentum` is the share of the velocity that is left after a step; 0 makes plain gradient descent."""
        super().__init__(learning_rate=learning_rate, name=name, **kwargs)
        self.momentum = momentum
        self.memory = {}

    def build(self, variables):
        """Make a velocity for each variable, of its shape, zero."""
        if not self.built:
            super().build(variables)
            self.velocities = self.add_optimizer_variables(variables, "velocity")

    def update_step(self, gradient, variable, learning_rate):
        """Change the velocity of `variable`, and then `variable` itself, by one step."""
        index = self._get_variable_index(variable)
        old = self.memory.get(index, 0.0)
        new = self.momentum * old - learning_rate * gradient
        self.assign_add(variable, new)
        if not hasattr(gradient, "graph"):
            self.memory[index] = new

    def get_config(self):
        """What `__init__` was given."""
        return {**super().get_config(), "momentum": self.momentum}
