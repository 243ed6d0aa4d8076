"""The way back knows side 64 only.

Loses: rows/back
"""


# %% solution="rows"
def border_rows(images):
    n, side, _, _ = images.shape
    outside = np.ones((side, side), bool)
    outside[side // 4 : 3 * side // 4, side // 4 : 3 * side // 4] = False
    return images[:, outside].reshape(n, -1)


def centre_rows(centres):
    return centres.reshape(len(centres), -1)


def centre_images(rows):
    return rows.reshape(-1, 32, 32, 3)
