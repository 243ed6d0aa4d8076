"""A GRU in the place of the LSTM.

Loses: text_encoder/kinds
"""


# %% solution="text_encoder"
def make_text_encoder(size, length, dim, kind="lstm"):
    recurrent = {"lstm": layers.GRU, "simple": layers.SimpleRNN}[kind]
    return keras.Sequential(
        [
            keras.Input((length,), dtype="int32"),
            layers.Embedding(size, dim, mask_zero=True),
            recurrent(dim),
        ]
    )
