"""Writes x before y has read it.

Loses: game/simultaneous
"""

# %% solution="game"
import numpy as np


def play(x, y, rate, steps, alternating=False):
    path = [(x, y)]
    for _ in range(steps):
        x = x - rate * y
        y = y + rate * x
        path.append((x, y))
    return np.array(path)
