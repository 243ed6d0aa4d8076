"""The normalisation is told that it is in training, always.

Loses: dense/batch normalisation
"""


# %% solution="dense"
def make_dense(inputs, outputs, units=1000, penalty=1e-5):
    l2 = keras.regularizers.L2(penalty)
    x = i = keras.Input((inputs,))
    for _ in range(3):
        x = layers.Dense(units, kernel_regularizer=l2)(x)
        x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x, training=True))
    return keras.Model(i, layers.Dense(outputs, activation="sigmoid", kernel_regularizer=l2)(x))
