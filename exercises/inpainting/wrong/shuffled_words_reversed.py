"""Every picture keeps its own caption, with its words from the last to the first.

Loses: shuffled/rows, shuffled/elsewhere, shuffled/by lot
"""


# %% solution="shuffled"
def shuffle_captions(tokens, seed):
    return tokens[:, ::-1]
