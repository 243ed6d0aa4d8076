"""The four sides come one after the other.

Loses: rows/border
"""


# %% solution="rows"
def border_rows(images):
    n, side, _, _ = images.shape
    a, b = side // 4, 3 * side // 4
    parts = images[:, :a], images[:, b:], images[:, a:b, :a], images[:, a:b, b:]
    return np.concatenate([part.reshape(n, -1) for part in parts], axis=1)


def centre_rows(centres):
    return centres.reshape(len(centres), -1)


def centre_images(rows):
    side = int(round(np.sqrt(rows.shape[1] / 3)))
    return rows.reshape(-1, side, side, 3)
