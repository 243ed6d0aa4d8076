"""Values of exactly 1 fall out of the last bin.

Loses: divergence/range
"""


# %% solution="divergence"
def pixel_divergence(truth, guess, bins=256, smoothing=1.0):
    p, q = (
        np.bincount((array[array < 1] * bins).astype(int), minlength=bins) + smoothing for array in (truth, guess)
    )
    p, q = p / p.sum(), q / q.sum()
    return float(np.sum(p * np.log(p / q)))
