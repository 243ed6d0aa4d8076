"""Wrong answers to `join_text`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "maps_activated",
        "The maps go through a ReLU first.",
        loses="maps",
        replace="maps, everywhere",
        by="layers.ReLU()(maps), everywhere",
    ),
    Wrong(
        "mixed",
        "A layer mixes both.",
        loses="everywhere, maps, order",
        replace="Concatenate()([maps, everywhere])",
        by="Dense(maps.shape[3] + dim)(layers.Concatenate()([maps, everywhere]))",
    ),
    Wrong(
        "one_place",
        "The vector stands in the first place only.",
        loses="everywhere",
        edits=[
            ("RepeatVector(height * width)", "Reshape((1, 1, dim))"),
            ("Reshape((height, width, dim))", "ZeroPadding2D(((0, height - 1), (0, width - 1)))"),
        ],
    ),
    Wrong(
        "scrambled",
        "The copies are torn apart by a wrong reshaping.",
        loses="everywhere",
        replace="layers.RepeatVector(height * width)(text)",
        by="ops.repeat(text, height * width, axis=1)",
    ),
    Wrong(
        "text_first",
        "The vector comes first.",
        loses="order",
        replace="maps, everywhere",
        by="everywhere, maps",
    ),
]
