"""Yields single pictures.

Loses: batches/epoch, batches/order, batches/reading
"""

# %% solution="batches"
def epoch_batches(images, batch_size, random):
    """Yield every image of the data set (n, h, w, 3) once, in random batches (batch_size, h, w, 3)."""
    order = random.permutation(len(images))  # (n,)
    for start in range(0, len(order), batch_size):
        rows = np.sort(order[start : start + batch_size])  # (batch_size,), so that the disk is read forwards
        yield from (images[row] for row in rows)  # (batch_size, h, w, 3)
