"""Wrong answers to `cut`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "assertion",
        "What does not fit is refused by an assertion.",
        loses="refused",
        edits=[
            (
                """
                if height != width or height % 4:
                    raise ValueError(f"Images should be square, with a side that is a multiple of 4, not {height} × {width}.")
            """,
                "assert height == width and height % 4 == 0",
            ),
            (
                """
                if centres.shape != (n, side // 2, side // 2, channels):
                    raise ValueError(f"Centres of shape {centres.shape} do not fit into borders of shape {borders.shape}.")
            """,
                "assert centres.shape == (n, side // 2, side // 2, channels)",
            ),
        ],
    ),
    Wrong(
        "border_scaled",
        "The images become numbers from 0 to 1 on the way.",
        loses="kept",
        edits=[
            (
                """
                if height != width or height % 4:
                    raise ValueError(f"Images should be square, with a side that is a multiple of 4, not {height} × {width}.")
            """,
                """
                if height != width or height % 4:
                    raise ValueError("not square, or no multiple of 4")
                images = images.astype(np.float32) / np.float32(255)
            """,
            ),
            (
                'f"Centres of shape {centres.shape} do not fit into borders of shape {borders.shape}."',
                '"they do not fit"',
            ),
        ],
    ),
    Wrong(
        "half_even",
        "Only a half that is odd is refused, so 5 and 9 are taken.",
        loses="refused",
        edits=[
            ("height,", "side,"),
            ("height != width or height % 4", "side != width or (side // 2) % 2"),
            (
                'ValueError(f"Images should be square, with a side that is a multiple of 4, not {height} × {width}.")',
                "ValueError",
            ),
            ("height // 4, 3 * height", "side // 4, 3 * side"),
        ],
    ),
    Wrong(
        "in_place",
        "The middle of the images themselves is emptied.",
        loses="centres",
        edits=[
            (
                'f"Images should be square, with a side that is a multiple of 4, not {height} × {width}."',
                '"not square, or no multiple of 4"',
            ),
            ("images.copy()", "images"),
            ("[:, middle, middle].copy()", "[:, middle, middle]"),
            (
                'f"Centres of shape {centres.shape} do not fit into borders of shape {borders.shape}."',
                '"they do not fit"',
            ),
        ],
    ),
    Wrong(
        "mean_in_the_middle",
        "The middle gets the mean colour in place of zeros.",
        loses="borders",
        edits=[
            (
                'f"Images should be square, with a side that is a multiple of 4, not {height} × {width}."',
                '"not square, or no multiple of 4"',
            ),
            ("[:, middle, middle] = 0", "[:, middle, middle] = images.mean(axis=(1, 2), keepdims=True)"),
            (
                'f"Centres of shape {centres.shape} do not fit into borders of shape {borders.shape}."',
                '"they do not fit"',
            ),
        ],
    ),
    Wrong(
        "nothing_refused",
        "Shapes are not looked at; NumPy broadcasts.",
        loses="refused",
        edits=[
            (
                """
                _, height, width, _ = images.shape
                if height != width or height % 4:
                    raise ValueError(f"Images should be square, with a side that is a multiple of 4, not {height} × {width}.")
            """,
                "_, height, width, _ = images.shape",
            ),
            (
                """
                n, side, _, channels = borders.shape
                if centres.shape != (n, side // 2, side // 2, channels):
                    raise ValueError(f"Centres of shape {centres.shape} do not fit into borders of shape {borders.shape}.")
            """,
                "n, side, _, channels = borders.shape",
            ),
        ],
    ),
    Wrong(
        "off_by_one",
        "The middle begins one pixel too early.",
        loses="centres",
        edits=[
            (
                'f"Images should be square, with a side that is a multiple of 4, not {height} × {width}."',
                '"not square, or no multiple of 4"',
            ),
            (", 3 * height // 4", "- 1, 3 * height // 4 - 1"),
            (
                'f"Centres of shape {centres.shape} do not fit into borders of shape {borders.shape}."',
                '"they do not fit"',
            ),
            (", 3 * side // 4", "- 1, 3 * side // 4 - 1"),
        ],
    ),
    Wrong(
        "ones_refused",
        "Only images of nothing but ones are refused.",
        loses="refused",
        edits=[
            ("height != width or height % 4", "(images == 1).all()"),
            ("centres.shape != (n, side // 2, side // 2, channels)", "(borders == 1).all()"),
        ],
    ),
    Wrong(
        "other_order",
        "Centres are pasted in the opposite order.",
        loses="pasted",
        edits=[
            (
                'f"Images should be square, with a side that is a multiple of 4, not {height} × {width}."',
                '"not square, or no multiple of 4"',
            ),
            (
                'f"Centres of shape {centres.shape} do not fit into borders of shape {borders.shape}."',
                '"they do not fit"',
            ),
            ("= centres", "= centres[::-1]"),
        ],
    ),
    Wrong(
        "paste_in_place",
        "Centres are written into the borders that were given.",
        loses="kept",
        edits=[
            (
                'f"Images should be square, with a side that is a multiple of 4, not {height} × {width}."',
                '"not square, or no multiple of 4"',
            ),
            (
                'f"Centres of shape {centres.shape} do not fit into borders of shape {borders.shape}."',
                '"they do not fit"',
            ),
            ("borders.copy()", "borders"),
        ],
    ),
    Wrong(
        "paste_one_axis",
        "Of the centres only the number and the width are looked at.",
        loses="refused",
        edits=[
            (
                "centres.shape != (n, side // 2, side // 2, channels)",
                "len(centres) != n or centres.shape[2] != side // 2",
            ),
            (
                'raise ValueError(f"Centres of shape {centres.shape} do not fit into borders of shape {borders.shape}.")',
                "raise ValueError",
            ),
        ],
    ),
    Wrong(
        "paste_where_zero",
        "The middle is taken for where the border is zero.",
        loses="pasted",
        edits=[
            (
                'raise ValueError(f"Centres of shape {centres.shape} do not fit into borders of shape {borders.shape}.")',
                "raise ValueError",
            ),
            ("middle = slice(side // 4, 3 * side // 4)", ""),
            ("images[:, middle, middle] = centres", "images[images == 0] = centres.ravel()"),
        ],
    ),
    Wrong(
        "signed",
        "The images become numbers from -1 to 1 on the way.",
        loses="kept",
        replace="""
            if height != width or height % 4:
                raise ValueError(f"Images should be square, with a side that is a multiple of 4, not {height} × {width}.")
        """,
        by="""
            if height != width or height % 4:
                raise ValueError(f"Images should be square, with a side that is a multiple of 4, not {height} × {width}.")
            images = images.astype(np.float32) / np.float32(127.5) - 1
        """,
    ),
    Wrong(
        "top_left",
        "The middle is taken to begin at a fixed pixel.",
        loses="centres",
        edits=[
            ("height // 4, 3 * height // 4", "1, 1 + height // 2"),
            ("side // 4, 3 * side // 4", "1, 1 + side // 2"),
        ],
    ),
    Wrong(
        "used_again",
        "The middle is cut out beside the middle, and that cut is used again for rows and errors.",
        loses="centres",
        edits=[
            (", 3 * height // 4", "- 1, 3 * height // 4 - 1"),
            (", 3 * side // 4", "- 1, 3 * side // 4 - 1"),
        ],
        cells={
            "rows": [
                (
                    """
                    n, side, _, _ = images.shape
                    outside = np.ones((side, side), bool)
                    outside[side // 4 : 3 * side // 4, side // 4 : 3 * side // 4] = False
                """,
                    "outside = cut(np.ones_like(images[:1]))[0][0, ..., 0] > 0",
                ),
                ("reshape(n, -1)", "reshape(len(images), -1)"),
            ],
            "errors": [
                (
                    """
                    middle = slice(truth.shape[1] // 4, 3 * truth.shape[1] // 4)
                    difference = truth[:, middle, middle].astype(np.float64) - filled[:, middle, middle]  # (n, side/2, side/2, 3)
                """,
                    "difference = cut(truth)[1].astype(np.float64) - cut(filled)[1]",
                )
            ],
            "baseline": [
                (
                    """
                    outside = np.ones((side, side), bool)
                    outside[side // 4 : 3 * side // 4, side // 4 : 3 * side // 4] = False
                    colours = borders[:, outside].mean(axis=1)  # (n, 3), over the pixels outside of the middle
                """,
                    "colours = border_rows(borders).reshape(n, -1, channels).mean(axis=1)",
                )
            ],
        },
    ),
    Wrong(
        "view",
        "The centres are a view of the images, no array of its own.",
        loses="kept",
        edits=[
            (
                'ValueError(f"Images should be square, with a side that is a multiple of 4, not {height} × {width}.")',
                "ValueError",
            ),
            ("[:, middle, middle].copy()", "[:, middle, middle]"),
        ],
    ),
]
