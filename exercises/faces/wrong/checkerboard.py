"""Wrong answers to `checkerboard`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "blocks_for_patterns",
        "Averages inside the blocks in place of across them.",
        loses="share",
        replace="(axis=(1, 3))",
        by="(axis=(2, 4))",
    ),
    Wrong(
        "common_mean",
        "Takes the variance around the mean of all pictures.",
        loses="share",
        replace="axis=(1, 2)).sum() / images.var(axis=(1, 2)).sum(",
        by=") / images.var(",
    ),
    Wrong(
        "cut_above_only",
        "Cuts the pictures for the pattern only.",
        loses="cut",
        edits=[
            ("images =", "inner ="),
            ("patterns = images", "patterns = inner"),
        ],
    ),
    Wrong(
        "cut_from_the_other_end",
        "Cuts off what is above and on the left.",
        loses="cut",
        replace=": rows * stride, : columns * stride",
        by="height - rows * stride :, width - columns * stride :",
    ),
    Wrong(
        "standard_deviations",
        "Divides standard deviations in place of variances.",
        loses="share",
        replace="var(axis=(1, 2)).sum() / images.var",
        by="std(axis=(1, 2)).sum() / images.std",
    ),
    Wrong(
        "mean_of_shares",
        "Averages the shares of the pictures.",
        loses="share",
        replace="patterns.var(axis=(1, 2)).sum() / images.var(axis=(1, 2)).sum",
        by="(patterns.var(axis=(1, 2)) / images.var(axis=(1, 2))).mean",
    ),
    Wrong(
        "not_cut",
        "Fails where the stride does not divide the size.",
        loses="cut",
        replace="""
            rows, columns = height // stride, width // stride
            images = images[:, : rows * stride, : columns * stride]  # (n, rows * stride, columns * stride)
        """,
        by="rows, columns = height // stride, width // stride",
    ),
    Wrong(
        "pictures_averaged",
        "Averages the pictures before folding them.",
        loses="share",
        replace="(axis=(1, 3))",
        by="(axis=(0, 1, 3))[None]",
    ),
    Wrong(
        "stride_two",
        "Always folds by two.",
        loses="share",
        replace="n, height, width = images.shape",
        by="""
            stride = 2
            n, height, width = images.shape
        """,
    ),
]
