"""The tokens that were passed in are shuffled.

Loses: shuffled/rows
"""


# %% solution="shuffled"
def shuffle_captions(tokens, seed):
    order = np.random.default_rng(seed).permutation(len(tokens))
    tokens[order] = tokens[np.roll(order, 1)]
    return tokens
