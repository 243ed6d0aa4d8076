"""Shuffles the batches, in which the same pictures meet in every epoch.

Loses: batches/order
"""

# %% solution="batches"
def epoch_batches(images, batch_size, random):
    """Yield every image of the data set (n, h, w, 3) once, in random batches (batch_size, h, w, 3)."""
    order = np.random.default_rng(0).permutation(len(images))  # (n,)
    starts = np.arange(0, len(order) - batch_size, batch_size)
    for start in [*random.permutation(starts), len(starts) * batch_size]:
        rows = np.sort(order[start : start + batch_size])  # (batch_size,), so that the disk is read forwards
        yield np.stack([images[row] for row in rows])  # (batch_size, h, w, 3)
