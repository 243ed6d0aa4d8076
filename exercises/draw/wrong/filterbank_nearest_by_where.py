"""Far outside the nearest pixel is taken, and the gradient is NaN.

Loses: filterbank/outside
"""


# %% solution="filterbank"
def filterbank(centres, variance, length):
    d = np.arange(length, dtype="float32") - centres[:, :, None]
    e = ops.exp(-(d**2) / (2 * variance[:, :, None]))
    Z = ops.sum(e, axis=-1, keepdims=True)
    nearest = ops.one_hot(ops.argmin(d**2, axis=-1), length)
    return ops.where(Z > 1e-8, e / Z, nearest)
