"""Takes neighbouring pictures together, in random order of the batches.

Loses: batches/order
"""

# %% solution="batches"
def epoch_batches(images, batch_size, random):
    """Yield every image of the data set (n, h, w, 3) once, in random batches (batch_size, h, w, 3)."""
    starts = random.permutation(np.arange(0, len(images) - batch_size, batch_size))
    order = np.concatenate([np.arange(start, start + batch_size) for start in starts])
    order = np.append(order, np.arange(len(order), len(images)))
    for start in range(0, len(order), batch_size):
        rows = np.sort(order[start : start + batch_size])  # (batch_size,), so that the disk is read forwards
        yield np.stack([images[row] for row in rows])  # (batch_size, h, w, 3)
