"""Each column goes on with the pixel above the hole.

Loses: baseline/own colour, baseline/outside only
"""


# %% solution="baseline"
def border_mean(borders):
    n, side, _, channels = borders.shape
    above = borders[:, side // 4 - 1, side // 4 : 3 * side // 4]
    return np.repeat(above[:, None], side // 2, axis=1)
