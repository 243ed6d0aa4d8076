"""The words of each caption are shuffled in place of the captions.

Loses: shuffled/rows
"""


# %% solution="shuffled"
def shuffle_captions(tokens, seed):
    order = 1 + np.random.default_rng(seed).permutation(tokens.shape[1] - 1)[0]
    rows = np.roll(np.arange(len(tokens)), 1 + seed % max(1, len(tokens) - 1))
    return np.random.default_rng(seed).permuted(tokens[rows], axis=1)
