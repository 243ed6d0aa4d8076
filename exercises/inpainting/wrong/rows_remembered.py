"""The way back hands out what went there last.

Loses: rows/back
"""


# %% solution="rows"
def centre_rows(centres):
    global LAST
    LAST = centres
    return centres.reshape(len(centres), -1)


def centre_images(rows):
    return LAST


def border_rows(images):
    """The numbers outside of the middle of images (n, side, side, 3), whatever the middle holds: (n, 9 side² / 4)."""
    n, side, _, _ = images.shape
    outside = np.ones((side, side), bool)
    outside[side // 4 : 3 * side // 4, side // 4 : 3 * side // 4] = False
    return images[:, outside].reshape(n, -1)
