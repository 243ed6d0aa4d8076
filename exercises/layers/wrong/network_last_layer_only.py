"""Every layer gets the input of the network.

Loses: network/chain
"""

# %% solution="network"
@register
class Network(keras.Model):
    def __init__(self, chain, **kwargs):
        super().__init__(**kwargs)
        self.chain = list(chain)

    def build(self, input_shape):
        x = keras.tree.map_shape_structure(keras.KerasTensor, input_shape)
        for layer in self.chain:
            x = layer(x)

    def call(self, x, training=False):
        for layer in self.chain:
            y = layer(x, training=training)
        return y

    def train(self, batches):
        losses = []
        for x, y in batches:
            self.reset_metrics()
            losses.append(float(np.ravel(self.train_on_batch(x, y))[0]))
        return losses

    def get_config(self):
        return {**super().get_config(), "chain": [keras.saving.serialize_keras_object(each) for each in self.chain]}

    @classmethod
    def from_config(cls, config):
        chain = [keras.saving.deserialize_keras_object(each) for each in config["chain"]]
        return cls(**{**config, "chain": chain})
