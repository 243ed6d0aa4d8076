"""Black pixels of the border are left out, too.

Loses: baseline/outside only
"""


# %% solution="baseline"
def border_mean(borders):
    n, side, _, channels = borders.shape
    colours = borders.sum(axis=(1, 2)) / (borders > 0).any(axis=-1, keepdims=True).sum(axis=(1, 2))
    return np.broadcast_to(colours[:, None, None], (n, side // 2, side // 2, channels)).copy()
