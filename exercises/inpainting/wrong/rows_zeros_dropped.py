"""The middle is emptied, and then everything that is zero is left out.

Loses: rows/border
"""


# %% solution="rows"
def border_rows(images):
    borders, _ = cut(images)
    return borders[borders != 0].reshape(len(images), -1)


def centre_rows(centres):
    return centres.reshape(len(centres), -1)


def centre_images(rows):
    side = int(round(np.sqrt(rows.shape[1] / 3)))
    return rows.reshape(-1, side, side, 3)
