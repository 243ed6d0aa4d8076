"""No bias in the last layer.

Loses: dense/layers
"""


# %% solution="dense"
def make_dense(inputs, outputs, units=1000, penalty=1e-5):
    model = keras.Sequential([keras.Input((inputs,))])
    for _ in range(3):
        model.add(layers.Dense(units, kernel_regularizer=keras.regularizers.L2(penalty)))
        model.add(layers.BatchNormalization(momentum=0.9))
        model.add(layers.ReLU())
    model.add(
        layers.Dense(outputs, activation="sigmoid", use_bias=False, kernel_regularizer=keras.regularizers.L2(penalty))
    )
    return model
