"""Subtracts the gradient as it is: no rate, and no velocity.

Loses: momentum/first step, momentum/velocity, momentum/own memory
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
            self.velocities = self.add_optimizer_variables(variables, "velocity")

    def update_step(self, gradient, variable, learning_rate):
        self.assign_sub(variable, gradient)

    def get_config(self):
        return {**super().get_config(), "momentum": self.momentum}
