"""The two ways of playing have changed places.

Loses: game/simultaneous
"""

# %% solution="game"
def play(x, y, rate, steps, alternating=False):
    path = [(x, y)]
    for _ in range(steps):
        new = x - rate * y
        y = y + rate * (x if alternating else new)
        x = new
        path.append((x, y))
    return np.array(path)
