"""Computes with NumPy, through which no gradient passes.

Loses: filter_centres/centred
"""


# %% solution="filter_centres"
def filter_centres(centre, stride, size):
    return np.asarray(centre) + np.asarray(stride) * (np.arange(size) - (size - 1) / 2).astype("float32")
