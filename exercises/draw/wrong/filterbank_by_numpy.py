"""Computes with NumPy, through which no gradient passes.

Loses: filterbank/proportions
"""


# %% solution="filterbank"
def filterbank(centres, variance, length):
    exponents = -((np.arange(length) - np.asarray(centres)[:, :, None]) ** 2) / (2 * np.asarray(variance)[:, :, None])
    weights = np.exp(exponents - exponents.max(axis=-1, keepdims=True))
    return (weights / weights.sum(axis=-1, keepdims=True)).astype("float32")
