"""Asks HDF5 for a list of indices in random order.

Loses: batches/reading
"""

# %% solution="batches"
def epoch_batches(images, batch_size, random):
    """Yield every image of the data set (n, h, w, 3) once, in random batches (batch_size, h, w, 3)."""
    order = random.permutation(len(images))  # (n,)
    for start in range(0, len(order), batch_size):
        rows = order[start : start + batch_size]  # (batch_size,), so that the disk is read forwards
        yield images[rows]  # (batch_size, h, w, 3)
