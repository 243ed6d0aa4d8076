"""NumPy keeps the velocities, which stops in a compiled step.

Loses: momentum/velocity
"""

# %% solution="momentum"
@register
class Momentum(keras.optimizers.Optimizer):
    def __init__(self, learning_rate=0.01, momentum=0.9, name="momentum", **kwargs):
        super().__init__(learning_rate=learning_rate, name=name, **kwargs)
        self.momentum = momentum

    def build(self, variables):
        if not self.built:
            super().build(variables)
            self.velocities = [np.zeros(variable.shape, np.float32) for variable in variables]

    def update_step(self, gradient, variable, learning_rate):
        index = self._get_variable_index(variable)
        step = float(learning_rate) * np.asarray(gradient)
        self.velocities[index] = self.momentum * self.velocities[index] - step
        self.assign_add(variable, self.velocities[index])

    def get_config(self):
        return {**super().get_config(), "momentum": self.momentum}
