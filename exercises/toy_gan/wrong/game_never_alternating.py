"""Leaves the argument `alternating` alone.

Loses: game/alternating
"""

# %% solution="game"
import numpy as np


def play(x, y, rate, steps, alternating=False):
    path = [(x, y)]
    for _ in range(steps):
        x, y = x - rate * y, y + rate * x
        path.append((x, y))
    return np.array(path)
