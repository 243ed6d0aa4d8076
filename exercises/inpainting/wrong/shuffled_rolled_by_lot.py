"""All rows move by the same number of places, drawn by lot.

Loses: shuffled/by lot
"""


# %% solution="shuffled"
def shuffle_captions(tokens, seed):
    return np.roll(tokens, np.random.default_rng(seed).integers(1, len(tokens)), axis=0)
