"""All rows go down the columns of the picture.

Loses: rows/centre
"""


# %% solution="rows"
def border_rows(images):
    """The numbers outside of the middle of images (n, side, side, 3), whatever the middle holds: (n, 9 side² / 4)."""
    n, side, _, _ = images.shape
    outside = np.ones((side, side), bool)
    outside[side // 4 : 3 * side // 4, side // 4 : 3 * side // 4] = False
    return images.swapaxes(1, 2)[:, outside].reshape(n, -1)


def centre_rows(centres):
    """Centres (n, side/2, side/2, 3) as rows (n, 3 side² / 4)."""
    return centres.swapaxes(1, 2).reshape(len(centres), -1)


def centre_images(rows):
    """The way back: rows (n, 3 side² / 4) to centres (n, side/2, side/2, 3)."""
    side = int(round(np.sqrt(rows.shape[1] / 3)))
    return rows.reshape(-1, side, side, 3).swapaxes(1, 2)
