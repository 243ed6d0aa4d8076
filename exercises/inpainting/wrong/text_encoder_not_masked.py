"""Padding is read like words.

Loses: text_encoder/padding
"""


# %% solution="text_encoder"
def make_text_encoder(size, length, dim, kind="lstm"):
    recurrent = {"lstm": layers.LSTM, "simple": layers.SimpleRNN}[kind]
    return keras.Sequential(
        [
            keras.Input((length,), dtype="int32"),
            layers.Embedding(size, dim),
            recurrent(dim),
        ]
    )
