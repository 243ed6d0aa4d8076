"""Wrong answers to `error_image`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "absolute",
        "Forgets on which side the error is.",
        loses="values",
        replace="x - ops.sigmoid(canvas)",
        by="ops.abs(x - ops.sigmoid(canvas))",
    ),
    Wrong(
        "by_numpy",
        "The error image is made by NumPy, through which no gradient passes.",
        loses="values",
        replace="return x - ops.sigmoid(canvas)  # (batch, height, width)",
        by="return np.asarray(x) - 1 / (1 + np.exp(-np.asarray(canvas)))",
    ),
    Wrong(
        "by_numpy_beside_own_formulas",
        "The error image is NumPy's; the step that uses it writes out all other formulas.",
        loses="values",
        replace="return x - ops.sigmoid(canvas)  # (batch, height, width)",
        by="return np.asarray(x) - 1 / (1 + np.exp(-np.asarray(canvas)))",
        cells={
            "inference_step": [
                (
                    "posterior(h_enc, parts.mean, parts.log_deviation)",
                    "parts.mean(h_enc), ops.exp(parts.log_deviation(h_enc))",
                ),
                ("sample(mean, std, noise)", "mean + std * noise"),
                (
                    "decoder_state, canvas = generation_step(parts, z, state.decoder, state.canvas)",
                    "h_dec, decoder_state = parts.decode(z, state.decoder)\ncanvas = state.canvas + parts.write(h_dec)",
                ),
            ]
        },
    ),
    Wrong(
        "of_logits",
        "Takes the canvas's logits for probabilities.",
        loses="values",
        replace="ops.sigmoid(canvas)",
        by="canvas",
    ),
    Wrong(
        "other_temperature",
        "Takes the sigmoid of the logits' halves.",
        loses="values",
        replace="(canvas)",
        by="(canvas / 2)",
    ),
    Wrong(
        "rounded_canvas",
        "Looks at the canvas as ink or paper.",
        loses="values",
        replace="sigmoid(canvas)",
        by='cast(canvas > 0, "float32")',
    ),
    Wrong(
        "sigmoid_of_the_difference",
        "Takes the sigmoid of the difference.",
        loses="values",
        replace="x - ops.sigmoid(canvas)",
        by="ops.sigmoid(x - canvas)",
    ),
    Wrong(
        "tanh",
        "Takes another function for the sigmoid.",
        loses="values",
        replace="sigmoid",
        by="tanh",
    ),
    Wrong(
        "turned_round",
        "Subtracts the image from the canvas.",
        loses="values",
        replace="x - ops.sigmoid(canvas)",
        by="ops.sigmoid(canvas) - x",
    ),
]
