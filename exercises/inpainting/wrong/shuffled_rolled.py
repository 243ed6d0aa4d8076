"""Every row moves by one place: no chance.

Loses: shuffled/by lot
"""


# %% solution="shuffled"
def shuffle_captions(tokens, seed):
    return np.roll(tokens, 1, axis=0)
