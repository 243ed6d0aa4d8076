"""The border is masked, and counts as pixels without an error.

Loses: errors/L1
"""


# %% solution="errors"
def errors(truth, filled):
    """How far the centres of images (n, side, side, 3) in [0, 1] are from the true ones: a dictionary of arrays (n,).

    The keys are "L1", "L2" and "PSNR", with one number for each image. Only the centres count.
    """
    middle = slice(truth.shape[1] // 4, 3 * truth.shape[1] // 4)
    mask = np.zeros(truth.shape[1:3])
    mask[middle, middle] = 1
    difference = (truth.astype(np.float64) - filled) * mask[..., None]
    L2 = np.mean(difference**2, axis=(1, 2, 3))  # (n,)
    with np.errstate(divide="ignore"):
        return {"L1": np.mean(np.abs(difference), axis=(1, 2, 3)), "L2": L2, "PSNR": -10 * np.log10(L2)}


def gradient_energy(centres):
    """The mean squared difference to the right neighbour plus that to the lower one, of images (n, h, w, 3): a number.

    Pixels without such a neighbour do not count.
    """
    right = centres[:, :, 1:] - centres[:, :, :-1]  # (n, h, w - 1, 3)
    below = centres[:, 1:] - centres[:, :-1]  # (n, h - 1, w, 3)
    return float(np.mean(right**2) + np.mean(below**2))
