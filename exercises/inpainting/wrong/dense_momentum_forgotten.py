"""The normalisation has Keras's own momentum, with which it lags behind in a short training.

Loses: dense/batch normalisation
"""


# %% solution="dense"
def make_dense(inputs, outputs, units=1000, penalty=1e-5):
    l2 = keras.regularizers.L2(penalty)
    x = i = keras.Input((inputs,))
    for _ in range(3):
        x = layers.ReLU()(layers.BatchNormalization()(layers.Dense(units, kernel_regularizer=l2)(x)))
    return keras.Model(i, layers.Dense(outputs, activation="sigmoid", kernel_regularizer=l2)(x))
