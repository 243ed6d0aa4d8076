"""On the way back rows and columns are swapped.

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
    side = int(round(np.sqrt(rows.shape[1] / 3)))
    return rows.reshape(-1, side, side, 3).swapaxes(1, 2)
