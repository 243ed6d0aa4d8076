"""A column for every point.

Loses: game/path
"""

# %% solution="game"
def play(x, y, rate, steps, alternating=False):
    path = [(x, y)]
    for _ in range(steps):
        new = x - rate * y
        y = y + rate * (new if alternating else x)
        x = new
        path.append((x, y))
    return np.array(path).T
