"""The farthest training image is taken.

Loses: neighbours/index
"""


# %% solution="neighbours"
def nearest(images, training_images):
    x, y = (np.asarray(rows, np.float64) for rows in (images, training_images))
    squares = (x**2).sum(axis=1)[:, None] - 2 * x @ y.T + (y**2).sum(axis=1)
    index = squares.argmax(axis=1)
    return index, np.sqrt(np.maximum(squares[np.arange(len(x)), index], 0))


def copied_share(distances, held_out_distances):
    return float(np.mean(distances < np.quantile(held_out_distances, 0.05)))
