"""Epsilon is forgotten in use.

Loses: batch_norm/in use
"""


# %% solution="batch_norm"
@register
class BatchNorm(keras.layers.Layer):
    """Normalises each feature over the batch in training, by running statistics in use."""

    def __init__(self, momentum=0.9, epsilon=1e-3, **kwargs):
        """`momentum` is the share of the running statistics that stays at each step."""
        super().__init__(**kwargs)
        self.momentum, self.epsilon = momentum, epsilon

    def build(self, input_shape):
        """Make `gamma` (ones), `beta` (zeros), `moving_mean` (zeros) and `moving_variance` (ones): (features,) each."""
        features = (input_shape[-1],)
        self.gamma = self.add_weight(shape=features, initializer="ones", name="gamma")
        self.beta = self.add_weight(shape=features, initializer="zeros", name="beta")
        self.moving_mean = self.add_weight(shape=features, initializer="zeros", trainable=False, name="moving_mean")
        self.moving_variance = self.add_weight(
            shape=features, initializer="ones", trainable=False, name="moving_variance"
        )

    def call(self, x, training=False):
        """Map x (batch, features) or (batch, height, width, features) to the same shape."""
        mean, variance = self.moving_mean, self.moving_variance  # (features,)
        if training:
            axes = list(range(len(x.shape) - 1))  # all but the features
            mean = ops.mean(x, axis=axes)  # (features,)
            variance = ops.mean(ops.square(x - mean), axis=axes)  # (features,)
            for running, new in ((self.moving_mean, mean), (self.moving_variance, variance)):
                running.assign(self.momentum * running + (1 - self.momentum) * new)
        return self.gamma * (x - mean) / ops.sqrt(variance + (self.epsilon if training else 0.0)) + self.beta

    def get_config(self):
        """What `__init__` was given."""
        return {**super().get_config(), "momentum": self.momentum, "epsilon": self.epsilon}
