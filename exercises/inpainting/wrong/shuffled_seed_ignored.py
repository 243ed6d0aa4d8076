"""The seed is not used.

Loses: shuffled/by lot
"""


# %% solution="shuffled"
def shuffle_captions(tokens, seed):
    order = np.random.default_rng().permutation(len(tokens))
    result = np.empty_like(tokens)
    result[order] = tokens[np.roll(order, 1)]
    return result
