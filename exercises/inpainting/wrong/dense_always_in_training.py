"""The normalisation is told that it is in training, always.

Loses: dense/batch normalisation
"""


# %% solution="dense"
class Centre(keras.Model):
    def __init__(self, outputs, units, penalty):
        super().__init__()
        dense = lambda size: layers.Dense(size, kernel_regularizer=keras.regularizers.L2(penalty))
        self.hidden = [dense(units) for _ in range(3)]
        self.norms = [layers.BatchNormalization(momentum=0.9) for _ in range(3)]
        self.last = dense(outputs)

    def call(self, x, training=False):
        for layer, norm in zip(self.hidden, self.norms):
            x = ops.relu(norm(layer(x), training=True))
        return ops.sigmoid(self.last(x))


def make_dense(inputs, outputs, units=1000, penalty=1e-5):
    return Centre(outputs, units, penalty)
