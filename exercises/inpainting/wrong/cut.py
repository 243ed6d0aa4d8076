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
        cell="""
            def cut(images):
                if (images == 1).all():
                    raise ValueError
                s = images.shape[1]
                m = slice(s // 4, 3 * s // 4)
                b = images.copy()
                b[:, m, m] = 0
                return b, images[:, m, m].copy()


            def paste(borders, centres):
                if (borders == 1).all():
                    raise ValueError
                s = borders.shape[1]
                m = slice(s // 4, 3 * s // 4)
                b = borders.copy()
                b[:, m, m] = centres
                return b
        """,
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
            "rows": '''
                def border_rows(images):
                    """The numbers outside of the middle of images (n, side, side, 3), whatever the middle holds: (n, 9 side² / 4)."""
                    outside = cut(np.ones_like(images[:1]))[0][0, ..., 0] > 0
                    return images[:, outside].reshape(len(images), -1)


                def centre_rows(centres):
                    """Centres (n, side/2, side/2, 3) as rows (n, 3 side² / 4)."""
                    return centres.reshape(len(centres), -1)


                def centre_images(rows):
                    """The way back: rows (n, 3 side² / 4) to centres (n, side/2, side/2, 3)."""
                    side = int(round(np.sqrt(rows.shape[1] / 3)))
                    return rows.reshape(-1, side, side, 3)
            ''',
            "errors": '''
                def errors(truth, filled):
                    """How far the centres of images (n, side, side, 3) in [0, 1] are from the true ones: a dictionary of arrays (n,).

                    The keys are "L1", "L2" and "PSNR", with one number for each image. Only the centres count.
                    """
                    difference = centre_rows(cut(truth)[1]).astype(np.float64) - centre_rows(cut(filled)[1])  # (n, numbers)
                    L2 = np.mean(difference**2, axis=1)  # (n,)
                    with np.errstate(divide="ignore"):
                        return {"L1": np.mean(np.abs(difference), axis=1), "L2": L2, "PSNR": -10 * np.log10(L2)}


                def gradient_energy(centres):
                    """The mean squared difference to the right neighbour plus that to the lower one, of images (n, h, w, 3): a number.

                    Pixels without such a neighbour do not count.
                    """
                    right = centres[:, :, 1:] - centres[:, :, :-1]  # (n, h, w - 1, 3)
                    below = centres[:, 1:] - centres[:, :-1]  # (n, h - 1, w, 3)
                    return float(np.mean(right**2) + np.mean(below**2))
            ''',
            "baseline": '''
                def border_mean(borders):
                    """The mean colour of each border (n, side, side, 3), as centres of that colour (n, side/2, side/2, 3)."""
                    n, side, _, channels = borders.shape
                    colours = border_rows(borders).reshape(n, -1, channels).mean(axis=1)  # (n, 3)
                    return centre_images(np.tile(colours, (1, (side // 2) ** 2)))
            ''',
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
