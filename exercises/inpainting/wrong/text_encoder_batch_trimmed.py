"""Padding is cut off behind the longest sentence of the batch, and read before.

Loses: text_encoder/padding
"""


# %% solution="text_encoder"
class Enc(keras.Model):
    def __init__(self, size, dim, kind):
        super().__init__()
        self.embedding = layers.Embedding(size, dim)
        self.rnn = layers.LSTM(dim) if kind == "lstm" else layers.SimpleRNN(dim)

    def call(self, tokens):
        n = ops.max(ops.sum(ops.cast(tokens > 0, "int32"), axis=1))
        return self.rnn(self.embedding(tokens[:, :n]))


def make_text_encoder(size, length, dim, kind="lstm"):
    return Enc(size, dim, kind)
