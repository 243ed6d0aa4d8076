"""The mean of the words' vectors.

Loses: text_encoder/state, text_encoder/kinds
"""


# %% solution="text_encoder"
def make_text_encoder(size, length, dim, kind="lstm"):
    return keras.Sequential(
        [
            keras.Input((length,), dtype="int32"),
            layers.Embedding(size, dim, mask_zero=True),
            layers.GlobalAveragePooling1D(),
        ]
    )
