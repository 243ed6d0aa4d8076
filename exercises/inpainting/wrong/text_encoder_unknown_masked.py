"""Unknown words are skipped like padding.

Loses: text_encoder/state
"""


# %% solution="text_encoder"
def make_text_encoder(size, length, dim, kind="lstm"):
    tokens = keras.Input((length,), dtype="int32")
    vectors = layers.Embedding(size, dim)(tokens)
    r = {"lstm": layers.LSTM, "simple": layers.SimpleRNN}[kind](dim)
    return keras.Model(tokens, r(vectors, mask=ops.greater(tokens, 1)))
