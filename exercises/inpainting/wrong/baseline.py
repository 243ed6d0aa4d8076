"""Wrong answers to `baseline`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "black_left_out",
        "Black pixels of the border are left out, too.",
        loses="outside only",
        replace="""
            outside = np.ones((side, side), bool)
            outside[side // 4 : 3 * side // 4, side // 4 : 3 * side // 4] = False
            colours = borders[:, outside].mean(axis=1)  # (n, 3), over the pixels outside of the middle
        """,
        by="colours = borders.sum(axis=(1, 2)) / (borders > 0).any(axis=-1, keepdims=True).sum(axis=(1, 2))",
    ),
    Wrong(
        "grey",
        "One number for all three channels.",
        loses="own colour",
        replace="axis=",
        by="axis=(1, 2))[:, None].repeat(3, axis=",
    ),
    Wrong(
        "mean_of_all_pictures",
        "One colour for all pictures.",
        loses="own colour",
        replace="axis=1",
        by="axis=(0, 1))[None].repeat(n, axis=0",
    ),
    Wrong(
        "middle_only",
        "The mean of the middle, which is empty.",
        loses="own colour, outside only",
        replace="[:, outside].mean(axis=1)",
        by="[:, ~outside].mean(axis=1)",
    ),
    Wrong(
        "nearest_row",
        "Each column goes on with the pixel above the hole.",
        loses="own colour, outside only",
        cell="""
            def border_mean(borders):
                n, side, _, channels = borders.shape
                above = borders[:, side // 4 - 1, side // 4 : 3 * side // 4]
                return np.repeat(above[:, None], side // 2, axis=1)
        """,
    ),
    Wrong(
        "zeros_counted",
        "The zeros in the middle are counted.",
        loses="outside only",
        replace="[:, outside].mean(axis=1)",
        by=".mean(axis=(1, 2))",
    ),
]
