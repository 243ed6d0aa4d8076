"""The root is taken of squares that rounding has made negative.

Loses: neighbours/distance
"""


# %% solution="neighbours"
def nearest(images, training_images):
    x, y = (np.asarray(rows, np.float64) for rows in (images, training_images))
    squares = (x**2).sum(axis=1)[:, None] - 2 * x @ y.T + (y**2).sum(axis=1)
    index = squares.argmin(axis=1)
    return index, np.sqrt(squares[np.arange(len(x)), index])


def copied_share(distances, held_out_distances):
    return float(np.mean(distances < np.quantile(held_out_distances, 0.05)))
