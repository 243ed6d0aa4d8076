"""Rows are drawn with replacement.

Loses: shuffled/rows, shuffled/elsewhere
"""


# %% solution="shuffled"
def shuffle_captions(tokens, seed):
    return tokens[np.random.default_rng(seed).integers(len(tokens), size=len(tokens))]
