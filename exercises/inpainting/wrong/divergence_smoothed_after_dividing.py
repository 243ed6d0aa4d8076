"""A small number is added to the shares.

Loses: divergence/empty bins
"""


# %% solution="divergence"
def pixel_divergence(truth, guess, bins=256, smoothing=1.0):
    p = np.histogram(truth, bins, (0, 1))[0]
    q = np.histogram(guess, bins, (0, 1))[0]
    p, q = p / p.sum() + 1e-8, q / q.sum() + 1e-8
    return float(np.sum(p * np.log(p / q)))
