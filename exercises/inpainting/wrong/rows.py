"""Wrong answers to `rows`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "back_transposed",
        "On the way back rows and columns are swapped.",
        loses="back",
        replace="(-1, side, side, 3)",
        by="(-1, side, side, 3).swapaxes(1, 2)",
    ),
    Wrong(
        "border_of_four",
        "Every border is taken to be 4 pixels wide.",
        loses="border",
        replace="side // 4 : 3 * side // 4, side //",
        by="4 : 3 * side // 4,",
    ),
    Wrong(
        "channels_first",
        "Centres are flattened one colour after the other, and read back in the same way.",
        loses="centre",
        edits=[
            ("centres.", "centres.transpose(0, 3, 1, 2)."),
            ("(-1, side, side, 3)", "(-1, 3, side, side).transpose(0, 2, 3, 1)"),
        ],
    ),
    Wrong(
        "columns_first",
        "All rows go down the columns of the picture.",
        loses="centre",
        edits=[
            ("return images", "return images.swapaxes(1, 2)"),
            ("centres.", "centres.swapaxes(1, 2)."),
            ("(-1, side, side, 3)", "(-1, side, side, 3).swapaxes(1, 2)"),
        ],
    ),
    Wrong(
        "integers",
        "Rows of integers: numbers from 0 to 1 would all become 0.",
        loses="centre",
        edits=[
            (
                "return images[:, outside].reshape(n, -1)",
                """
                rows = np.zeros((n, 9 * side * side // 4), int)
                rows[:] = images[:, outside].reshape(n, -1)
                return rows
            """,
            ),
            (
                "return centres.reshape(len(centres), -1)",
                """
                rows = np.zeros((len(centres), centres[0].size), int)
                for k, c in enumerate(centres):
                    rows[k] = c.ravel()
                return rows
            """,
            ),
        ],
    ),
    Wrong(
        "middle_found_by_zeros",
        "The border is what is not zero.",
        loses="border",
        replace="""
            n, side, _, _ = images.shape
            outside = np.ones((side, side), bool)
            outside[side // 4 : 3 * side // 4, side // 4 : 3 * side // 4] = False
            return images[:, outside].reshape(n, -1)
        """,
        by="return np.stack([image[image > 0] for image in cut(images)[0]])[:, ::-1]",
    ),
    Wrong(
        "middle_kept",
        "The row holds the whole picture, with the middle.",
        loses="border",
        replace="""
            n, side, _, _ = images.shape
            outside = np.ones((side, side), bool)
            outside[side // 4 : 3 * side // 4, side // 4 : 3 * side // 4] = False
            return images[:, outside].reshape(n, -1)
        """,
        by="return images.reshape(len(images), -1)",
    ),
    Wrong(
        "parts_one_after_the_other",
        "The four sides come one after the other.",
        loses="border",
        replace="""
            outside = np.ones((side, side), bool)
            outside[side // 4 : 3 * side // 4, side // 4 : 3 * side // 4] = False
            return images[:, outside].reshape(n, -1)
        """,
        by="""
            a, b = side // 4, 3 * side // 4
            parts = images[:, :a], images[:, b:], images[:, a:b, :a], images[:, a:b, b:]
            return np.concatenate([part.reshape(n, -1) for part in parts], axis=1)
        """,
    ),
    Wrong(
        "remembered",
        "The way back hands out what went there last.",
        loses="back",
        edits=[
            (
                "return centres.reshape(len(centres), -1)",
                """
                    global LAST
                    LAST = centres
                    return centres.reshape(len(centres), -1)
                """,
            ),
            (
                """
                    side = int(round(np.sqrt(rows.shape[1] / 3)))
                    return rows.reshape(-1, side, side, 3)
                """,
                "return LAST",
            ),
        ],
    ),
    Wrong(
        "side_fixed",
        "The way back knows side 64 only.",
        loses="back",
        replace="""
            side = int(round(np.sqrt(rows.shape[1] / 3)))
            return rows.reshape(-1, side, side, 3)
        """,
        by="return rows.reshape(-1, 32, 32, 3)",
    ),
    Wrong(
        "zeros_dropped",
        "The middle is emptied, and then everything that is zero is left out.",
        loses="border",
        replace="""
            n, side, _, _ = images.shape
            outside = np.ones((side, side), bool)
            outside[side // 4 : 3 * side // 4, side // 4 : 3 * side // 4] = False
            return images[:, outside].reshape(n, -1)
        """,
        by="""
            borders, _ = cut(images)
            return borders[borders != 0].reshape(len(images), -1)
        """,
    ),
]
