"""Layer normalisation in its place.

Loses: dense/batch normalisation
"""


# %% solution="dense"
def make_dense(inputs, outputs, units=1000, penalty=1e-5):
    model = keras.Sequential([keras.Input((inputs,))])
    for _ in range(3):
        model.add(layers.Dense(units, kernel_regularizer=keras.regularizers.L2(penalty)))
        model.add(layers.LayerNormalization())
        model.add(layers.ReLU())
    model.add(layers.Dense(outputs, activation="sigmoid", kernel_regularizer=keras.regularizers.L2(penalty)))
    return model
