"""Wrong answers to `generation_step`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "canvas_detached",
        "No gradient passes to the canvas.",
        loses="canvas",
        replace="canvas +",
        by="ops.stop_gradient(canvas) +",
    ),
    Wrong(
        "canvas_of_probabilities",
        "Makes probabilities of the canvas at each step.",
        loses="canvas",
        replace="canvas + parts.write(h_dec)",
        by="ops.sigmoid(canvas + parts.write(h_dec))",
    ),
    Wrong(
        "canvas_replaced",
        "Lets each stroke replace the canvas.",
        loses="canvas",
        replace="canvas + parts",
        by="parts",
    ),
    Wrong(
        "memory_lost",
        "Hands on the new h with the old memory.",
        loses="state",
        edits=[
            ("decoder_state =", "_ ="),
            ("return decoder_state", "return [h_dec, decoder_state[1]]"),
        ],
    ),
    Wrong(
        "memory_written",
        "Writes from the decoder's memory.",
        loses="canvas",
        edits=[
            ("h_dec,", "_,"),
            ("(h_dec)", "(decoder_state[1])"),
        ],
    ),
    Wrong(
        "message_detached",
        "No gradient passes to the message.",
        loses="state",
        replace="(z, decoder_state)",
        by="(ops.stop_gradient(z), decoder_state)",
    ),
    Wrong(
        "old_state_handed_on",
        "Hands on the decoder's old state.",
        loses="state",
        replace="decoder_state =",
        by="_ =",
    ),
    Wrong(
        "old_state_written",
        "Writes what the decoder had in mind before.",
        loses="canvas",
        replace="""
            h_dec, decoder_state = parts.decode(z, decoder_state)
            return decoder_state, canvas + parts.write(h_dec)
        """,
        by="""
            stroke = parts.write(decoder_state[0])
            _, decoder_state = parts.decode(z, decoder_state)
            return decoder_state, canvas + stroke
        """,
    ),
    Wrong(
        "subtracted",
        "Subtracts the stroke.",
        loses="canvas",
        replace="canvas +",
        by="canvas -",
    ),
    Wrong(
        "wrong_state_decoded",
        "Decodes from h in the place of the memory, too.",
        loses="state",
        replace="(z, decoder_state)",
        by="(z, [decoder_state[0], decoder_state[0]])",
    ),
    Wrong(
        "decoded_twice",
        "What is painted is decoded once more, from the new state.",
        loses="canvas",
        replace="""
            h_dec, decoder_state = parts.decode(z, decoder_state)
            return decoder_state, canvas + parts.write(h_dec)
        """,
        by="""
            _, new_state = parts.decode(z, decoder_state)
            h_dec, _ = parts.decode(z, new_state)
            return new_state, canvas + parts.write(h_dec)
        """,
    ),
]
