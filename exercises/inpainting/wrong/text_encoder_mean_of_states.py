"""The mean of all states in place of the last one.

Loses: text_encoder/state
"""


# %% solution="text_encoder"
def make_text_encoder(size, length, dim, kind="lstm"):
    recurrent = {"lstm": layers.LSTM, "simple": layers.SimpleRNN}[kind]
    return keras.Sequential(
        [
            keras.Input((length,), dtype="int32"),
            layers.Embedding(size, dim, mask_zero=True),
            recurrent(dim, return_sequences=True),
            layers.GlobalAveragePooling1D(),
        ]
    )
