"""Centres are flattened one colour after the other, and read back in the same way.

Loses: rows/centre
"""


# %% solution="rows"
def border_rows(images):
    n, side, _, _ = images.shape
    outside = np.ones((side, side), bool)
    outside[side // 4 : 3 * side // 4, side // 4 : 3 * side // 4] = False
    return images[:, outside].reshape(n, -1)


def centre_rows(centres):
    return centres.transpose(0, 3, 1, 2).reshape(len(centres), -1)


def centre_images(rows):
    side = int(round(np.sqrt(rows.shape[1] / 3)))
    return rows.reshape(-1, 3, side, side).transpose(0, 2, 3, 1)
