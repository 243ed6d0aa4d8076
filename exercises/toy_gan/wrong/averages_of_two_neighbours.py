"""A moving average of width two.

Loses: averages/last, averages/every
"""

# %% solution="averages"
import numpy as np


def running_mean(path):
    means = np.array(path, dtype=float)
    means[1:] = (means[1:] + means[:-1]) / 2
    return means
