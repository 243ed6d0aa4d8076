"""NumPy, through which no gradient passes.

Loses: losses/gradients
"""


# %% solution="losses"
def squared_error(truth, guess):
    return np.mean(np.sum(np.square(np.asarray(truth) - np.asarray(guess)), axis=1))


def cross_entropy(truth, guess):
    truth, guess = np.asarray(truth), np.clip(np.asarray(guess), 1e-7, 1 - 1e-7)
    return np.mean(np.sum(-truth * np.log(guess) - (1 - truth) * np.log(1 - guess), axis=1))
