"""One colour for all pictures.

Loses: baseline/own colour
"""


# %% solution="baseline"
def border_mean(borders):
    n, side, _, channels = borders.shape
    outside = np.ones((side, side), bool)
    outside[side // 4 : 3 * side // 4, side // 4 : 3 * side // 4] = False
    colours = borders[:, outside].mean(axis=(0, 1))[None].repeat(n, axis=0)
    return np.broadcast_to(colours[:, None, None], (n, side // 2, side // 2, channels)).copy()
