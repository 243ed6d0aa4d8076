"""A dense layer behind the state.

Loses: text_encoder/state
"""


# %% solution="text_encoder"
def make_text_encoder(size, length, dim, kind="lstm"):
    recurrent = {"lstm": layers.LSTM, "simple": layers.SimpleRNN}[kind]
    return keras.Sequential(
        [
            keras.Input((length,), dtype="int32"),
            layers.Embedding(size, dim, mask_zero=True),
            recurrent(dim),
            layers.Dense(dim, activation="tanh"),
        ]
    )
