"""NumPy between the layers: no gradient passes.

Loses: dense/output
"""


# %% solution="dense"
class Centre(keras.Model):
    def __init__(self, inputs, outputs, units, penalty):
        super().__init__()
        d = lambda size: layers.Dense(size, kernel_regularizer=keras.regularizers.L2(penalty))
        self.hidden = [d(units) for _ in range(3)]
        self.norms = [layers.BatchNormalization(momentum=0.9) for _ in range(3)]
        self.last = d(outputs)

    def call(self, x, training=False):
        for layer, norm in zip(self.hidden, self.norms):
            x = np.maximum(norm(layer(x), training=training), 0)
        return 1 / (1 + np.exp(-np.asarray(self.last(x))))


def make_dense(inputs, outputs, units=1000, penalty=1e-5):
    return Centre(inputs, outputs, units, penalty)
