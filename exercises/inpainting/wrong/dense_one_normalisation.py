"""One layer of normalisation for all three.

Loses: dense/batch normalisation
"""


# %% solution="dense"
def make_dense(inputs, outputs, units=1000, penalty=1e-5):
    bn = layers.BatchNormalization(momentum=0.9)
    x = i = keras.Input((inputs,))
    for _ in range(3):
        x = layers.ReLU()(bn(layers.Dense(units, kernel_regularizer=keras.regularizers.L2(penalty))(x)))
    return keras.Model(
        i, layers.Dense(outputs, activation="sigmoid", kernel_regularizer=keras.regularizers.L2(penalty))(x)
    )
