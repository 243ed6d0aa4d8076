"""The bins go from the smallest value to the largest.

Loses: divergence/range
"""


# %% solution="divergence"
def pixel_divergence(truth, guess, bins=256, smoothing=1.0):
    p = np.histogram(truth, bins)[0] + smoothing
    q = np.histogram(guess, bins)[0] + smoothing
    p, q = p / p.sum(), q / q.sum()
    return float(np.sum(p * np.log(p / q)))
