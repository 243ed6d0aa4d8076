"""Values of exactly 0 fall out of the first bin.

Loses: divergence/range
"""


# %% solution="divergence"
def pixel_divergence(truth, guess, bins=256, smoothing=1.0):
    """KL(truth || guess) in nats, of the distributions of the numbers in two arrays with values in [0, 1]: a number.

    The arrays may have any shapes. Each bin counts `smoothing` more than it has.
    """
    p = np.histogram(truth[truth > 0], bins, (0, 1))[0] + smoothing  # (bins,)
    q = np.histogram(guess[guess > 0], bins, (0, 1))[0] + smoothing  # (bins,)
    p, q = p / p.sum(), q / q.sum()
    return float(np.sum(p * np.log(p / q)))
