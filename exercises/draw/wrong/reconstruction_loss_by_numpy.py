"""Computes with NumPy, through which no gradient passes.

Loses: reconstruction_loss/values
"""


# %% solution="reconstruction_loss"
def reconstruction_loss(x, canvas):
    return np.sum(np.logaddexp(0, np.asarray(canvas)) - np.asarray(x) * np.asarray(canvas), axis=(1, 2))
