"""The last row is lost.

Loses: shuffled/rows
"""


# %% solution="shuffled"
def shuffle_captions(tokens, seed):
    order = np.random.default_rng(seed).permutation(len(tokens))
    result = np.empty_like(tokens)
    result[order] = tokens[np.roll(order, 1)]
    return result[:-1]
