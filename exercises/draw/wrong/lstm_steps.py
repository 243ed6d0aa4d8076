"""Wrong answers to `lstm_steps`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "by_numpy",
        "Puts the inputs together with NumPy.",
        loses="encoder",
        edits=[
            ("ops.concatenate", "np.concatenate"),
            ("(z, state)", "(np.asarray(z), state)"),
        ],
    ),
    Wrong(
        "decoder_forgets",
        "Returns the decoder's old state.",
        loses="decoder",
        replace="return decoder(z, state)",
        by="""
            h, _ = decoder(z, state)
            return h, state
        """,
    ),
    Wrong(
        "decoder_sees_its_output",
        "Adds the decoder's own state to its input.",
        loses="decoder",
        replace="(z, state)",
        by="(z + state[0], state)",
    ),
    Wrong(
        "decoders_state_first",
        "Puts the decoder's state before the glimpse.",
        loses="encoder",
        replace="(ops.concatenate([glimpse, h_dec], axis=-1), state)",
        by="(ops.concatenate([h_dec, glimpse], axis=-1), state)",
    ),
    Wrong(
        "encoder_detached",
        "The encoder sees the decoder's state, but no gradient passes back.",
        loses="decoder, encoder",
        edits=[
            (
                "(ops.concatenate([glimpse, h_dec], axis=-1), state)",
                "(ops.concatenate([glimpse, ops.stop_gradient(h_dec)], axis=-1), state)",
            ),
            ("(z, state)", "(z, [ops.stop_gradient(s) for s in state])"),
        ],
    ),
    Wrong(
        "encoder_forgets",
        "Returns the encoder's old state.",
        loses="encoder",
        replace="return encoder(ops.concatenate([glimpse, h_dec], axis=-1), state)",
        by="""
            h, _ = encoder(ops.concatenate([glimpse, h_dec], axis=-1), state)
            return h, state
        """,
    ),
    Wrong(
        "glimpse_only",
        "Does not tell the encoder what the decoder has in mind.",
        loses="encoder",
        replace="(ops.concatenate([glimpse, h_dec], axis=-1), state)",
        by="(ops.concatenate([glimpse, ops.zeros_like(h_dec)], axis=-1), state)",
    ),
    Wrong(
        "memory_shown",
        "Returns the decoder's memory for its output.",
        loses="decoder",
        replace="return decoder(z, state)",
        by="""
            _, (h, c) = decoder(z, state)
            return c, [h, c]
        """,
    ),
    Wrong(
        "own_state_twice",
        "Hands the encoder its own state in place of the decoder's.",
        loses="encoder",
        replace="(ops.concatenate([glimpse, h_dec], axis=-1), state)",
        by="(ops.concatenate([glimpse, state[0]], axis=-1), state)",
    ),
    Wrong(
        "states_swapped",
        "Swaps h and c of the decoder.",
        loses="decoder",
        replace="(z, state)",
        by="(z, state[::-1])",
    ),
]
