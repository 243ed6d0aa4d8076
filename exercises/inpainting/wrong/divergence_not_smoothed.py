"""Empty bins of the guess are left out in place of smoothed.

Loses: divergence/empty bins
"""


# %% solution="divergence"
def pixel_divergence(truth, guess, bins=256, smoothing=1.0):
    p, q = (np.histogram(array, bins, (0, 1))[0] / array.size for array in (truth, guess))
    both = (p > 0) & (q > 0)
    return float(np.sum(p[both] * np.log(p[both] / q[both])))
