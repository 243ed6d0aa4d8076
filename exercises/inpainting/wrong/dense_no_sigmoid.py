"""The last layer has no sigmoid.

Loses: dense/output
"""


# %% solution="dense"
def make_dense(inputs, outputs, units=1000, penalty=1e-5):
    model = keras.Sequential([keras.Input((inputs,))])
    for _ in range(3):
        model.add(layers.Dense(units, kernel_regularizer=keras.regularizers.L2(penalty)))
        model.add(layers.BatchNormalization(momentum=0.9))
        model.add(layers.ReLU())
    model.add(layers.Dense(outputs, kernel_regularizer=keras.regularizers.L2(penalty)))
    return model
