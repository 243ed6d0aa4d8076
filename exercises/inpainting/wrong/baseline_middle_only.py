"""The mean of the middle, which is empty.

Loses: baseline/own colour, baseline/outside only
"""


# %% solution="baseline"
def border_mean(borders):
    n, side, _, channels = borders.shape
    outside = np.ones((side, side), bool)
    outside[side // 4 : 3 * side // 4, side // 4 : 3 * side // 4] = False
    colours = borders[:, ~outside].mean(axis=1)
    return np.broadcast_to(colours[:, None, None], (n, side // 2, side // 2, channels)).copy()
