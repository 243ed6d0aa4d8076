"""The bins divide the range from -1 to 1.

Loses: divergence/range
"""


# %% solution="divergence"
def pixel_divergence(truth, guess, bins=256, smoothing=1.0):
    """KL(truth || guess) in nats, of the distributions of the numbers in two arrays with values in [0, 1]: a number.

    The arrays may have any shapes. Each bin counts `smoothing` more than it has.
    """
    p = np.histogram(truth, bins, (-1, 1))[0] + smoothing  # (bins,)
    q = np.histogram(guess, bins, (-1, 1))[0] + smoothing  # (bins,)
    p, q = p / p.sum(), q / q.sum()
    return float(np.sum(p * np.log(p / q)))
