"""Wrong answers to `text_encoder`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "always_lstm",
        "`kind` is not looked at.",
        loses="kinds",
        replace='recurrent = {"lstm": layers.LSTM, "simple": layers.SimpleRNN}[kind]',
        by="recurrent = layers.LSTM",
    ),
    Wrong(
        "backwards",
        "The sentence is read from its end.",
        loses="state",
        replace="recurrent(dim)",
        by="recurrent(dim, go_backwards=True)",
    ),
    Wrong(
        "bag_of_words",
        "The mean of the words' vectors.",
        loses="state, kinds",
        edits=[
            ('recurrent = {"lstm": layers.LSTM, "simple": layers.SimpleRNN}[kind]', ""),
            ("recurrent(dim)", "layers.GlobalAveragePooling1D()"),
        ],
    ),
    Wrong(
        "batch_trimmed",
        "Padding is cut off behind the longest sentence of the batch, and read before.",
        loses="padding",
        cell="""
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
        """,
    ),
    Wrong(
        "dense_behind",
        "A dense layer behind the state.",
        loses="state",
        replace="recurrent(dim),",
        by='recurrent(dim), layers.Dense(dim, activation="tanh"),',
    ),
    Wrong(
        "gru",
        "A GRU in the place of the LSTM.",
        loses="kinds",
        replace="LSTM",
        by="GRU",
    ),
    Wrong(
        "mean_of_states",
        "The mean of all states in place of the last one.",
        loses="state",
        replace="recurrent(dim),",
        by="recurrent(dim, return_sequences=True), layers.GlobalAveragePooling1D(),",
    ),
    Wrong(
        "not_masked",
        "Padding is read like words.",
        loses="padding",
        replace="(size, dim, mask_zero=True)",
        by="(size, dim)",
    ),
    Wrong(
        "unknown_masked",
        "Unknown words are skipped like padding.",
        loses="state",
        cell="""
            def make_text_encoder(size, length, dim, kind="lstm"):
                tokens = keras.Input((length,), dtype="int32")
                vectors = layers.Embedding(size, dim)(tokens)
                r = {"lstm": layers.LSTM, "simple": layers.SimpleRNN}[kind](dim)
                return keras.Model(tokens, r(vectors, mask=ops.greater(tokens, 1)))
        """,
    ),
]
