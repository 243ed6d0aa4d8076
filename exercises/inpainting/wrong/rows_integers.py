"""Rows of integers: numbers from 0 to 1 would all become 0.

Loses: rows/centre
"""


# %% solution="rows"
def border_rows(images):
    n, side, _, _ = images.shape
    outside = np.ones((side, side), bool)
    outside[side // 4 : 3 * side // 4, side // 4 : 3 * side // 4] = False
    rows = np.zeros((n, 9 * side * side // 4), int)
    rows[:] = images[:, outside].reshape(n, -1)
    return rows


def centre_rows(centres):
    rows = np.zeros((len(centres), centres[0].size), int)
    for k, c in enumerate(centres):
        rows[k] = c.ravel()
    return rows


def centre_images(rows):
    """The way back: rows (n, 3 side² / 4) to centres (n, side/2, side/2, 3)."""
    side = int(round(np.sqrt(rows.shape[1] / 3)))
    return rows.reshape(-1, side, side, 3)
