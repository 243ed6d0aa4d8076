"""The configuration has the names of the layers, from which no layer can be made.

Loses: network/configuration
"""


# %% solution="network"
@register
class Network(keras.Model):
    """A chain of layers that learns from minibatches."""

    def __init__(self, chain, **kwargs):
        """`chain` is the list of layers, from input to output."""
        super().__init__(**kwargs)
        self.chain = list(chain)

    def build(self, input_shape):
        """Build layer after layer; Keras calls this before the first input and when it loads a file."""
        x = keras.tree.map_shape_structure(keras.KerasTensor, input_shape)  # stands for an input: a shape, no numbers
        for layer in self.chain:
            x = layer(x)

    def call(self, x, training=False):
        """Pass x through all layers, one after the other."""
        for layer in self.chain:
            x = layer(x, training=training)  # (batch, ...), a shape of its own after each layer
        return x

    def train(self, batches):
        """Take one step of the optimizer on each `(x, y)` of `batches`; returns the loss of every step."""
        losses = []
        for x, y in batches:
            self.reset_metrics()  # Keras would return the mean over all steps so far
            losses.append(float(np.ravel(self.train_on_batch(x, y))[0]))
        return losses

    def get_config(self):
        """What `__init__` was given, as plain data."""
        return {**super().get_config(), "chain": [each.name for each in self.chain]}

    @classmethod
    def from_config(cls, config):
        """A new network from what `get_config` returned."""
        chain = [keras.saving.deserialize_keras_object(each) for each in config["chain"]]
        return cls(**{**config, "chain": chain})
