"""One mean, of the whole path.

Loses: averages/every
"""

# %% solution="averages"
import numpy as np


def running_mean(path):
    return np.mean(path, axis=0)
