"""Both players go down.

Loses: game/simultaneous
"""

# %% solution="game"
import numpy as np


def play(x, y, rate, steps, alternating=False):
    path = [(x, y)]
    for _ in range(steps):
        new = x - rate * y
        y = y - rate * (new if alternating else x)
        x = new
        path.append((x, y))
    return np.array(path)
