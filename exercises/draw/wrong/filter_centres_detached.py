"""No gradient passes to the window.

Loses: filter_centres/centred
"""


# %% solution="filter_centres"
def filter_centres(centre, stride, size):
    return ops.stop_gradient(centre + (np.arange(size, dtype="float32") - (size - 1) / 2) * stride)
