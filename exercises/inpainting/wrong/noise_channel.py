"""Wrong answers to `noise_channel`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "added",
        "The noise is added to the picture as well.",
        loses="pictures, noise, affine",
        replace=", noise",
        by="+ noise, noise * pictures[..., :1]",
    ),
    Wrong(
        "no_bias",
        "The layer has no bias.",
        loses="affine",
        replace="side * side)(",
        by="side * side, use_bias=False)(",
    ),
    Wrong(
        "noise_first",
        "The noise is the first channel.",
        loses="pictures",
        replace="pictures, noise",
        by="noise, pictures",
    ),
    Wrong(
        "normalised",
        "Batch normalisation behind the affine layer.",
        loses="affine",
        replace="Dense(side * side)(z)",
        by="BatchNormalization()(layers.Dense(side * side)(z))",
    ),
    Wrong(
        "one_number",
        "One number for the whole channel.",
        loses="noise",
        edits=[
            ("side * side)(", "1)("),
            ("(noise)", "(layers.RepeatVector(side * side)(noise))"),
        ],
    ),
    Wrong(
        "one_row",
        "One number for each row of pixels.",
        loses="noise",
        replace="noise = layers.Dense(side * side)(z)  # (batch, side * side)",
        by="""
            noise = layers.Dense(side)(z)  # (batch, side * side)
            noise = layers.RepeatVector(side)(noise)
        """,
    ),
    Wrong(
        "relu",
        "A ReLU behind the affine layer.",
        loses="affine",
        replace="side * side)(",
        by='side * side, activation="relu")(',
    ),
    Wrong(
        "side_of_the_noise",
        "As many pixels along a side as there are numbers in the noise.",
        loses="pictures, noise, affine",
        replace="= pictures",
        by="= z",
    ),
    Wrong(
        "sigmoid",
        "A sigmoid brings the noise into the range of pixels.",
        loses="affine",
        replace="side * side)(",
        by='side * side, activation="sigmoid")(',
    ),
    Wrong(
        "three_channels",
        "The noise has three channels of its own.",
        loses="noise",
        edits=[
            ("side * side)(", "side * side * 3)("),
            ("((side, side, 1))(noise)", "((side, side, 3))(noise)"),
        ],
    ),
]
