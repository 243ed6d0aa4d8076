"""The momentum as PyTorch counts it.

Loses: dense/batch normalisation
"""


# %% solution="dense"
def make_dense(inputs, outputs, units=1000, penalty=1e-5):
    """A new network: a keras.Model from rows (batch, inputs) to rows (batch, outputs) in [0, 1].

    It has three hidden layers of `units`; `penalty` is the factor of the L2 penalty.
    """
    model = keras.Sequential([keras.Input((inputs,))])
    for _ in range(3):
        model.add(layers.Dense(units, kernel_regularizer=keras.regularizers.L2(penalty)))
        model.add(layers.BatchNormalization(momentum=0.1))
        model.add(layers.ReLU())  # (batch, units)
    model.add(layers.Dense(outputs, activation="sigmoid", kernel_regularizer=keras.regularizers.L2(penalty)))
    return model  # (batch, outputs)
