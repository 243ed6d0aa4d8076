"""A plain permutation, which leaves some rows where they are.

Loses: shuffled/elsewhere
"""


# %% solution="shuffled"
def shuffle_captions(tokens, seed):
    return np.random.default_rng(seed).permutation(tokens)
