"""The cross-entropy of dense networks is used again, and is wrong: truth and guess are swapped in it.

Loses: losses/cross entropy, gan_losses/stable
"""


# %% solution="losses"
def squared_error(truth, guess):
    """The squared error of rows (batch, numbers), summed over each row, mean over the batch: a scalar."""
    return ops.mean(ops.sum(ops.square(truth - guess), axis=1))


def cross_entropy(truth, guess):
    """The cross-entropy of rows (batch, numbers) in [0, 1], summed over each row, mean over the batch: a scalar."""
    guess, truth = ops.clip(truth, 1e-7, 1 - 1e-7), guess
    each = -truth * ops.log(guess) - (1 - truth) * ops.log(1 - guess)  # (batch, numbers)
    return ops.mean(ops.sum(each, axis=1))


# %% solution="gan_losses"
def discriminator_loss(real_logits, fake_logits):
    """What D minimises, for logits (batch, 1) of real and of completed pictures: a scalar."""
    real, fake = ops.sigmoid(real_logits), ops.sigmoid(fake_logits)
    return cross_entropy(ops.ones_like(real), real) + cross_entropy(ops.zeros_like(fake), fake)


def generator_loss(fake_logits, truth, guess, weight, as_written=False):
    """What G minimises, for D's logits (batch, 1) and true and guessed centres (batch, h, w, 3): a scalar."""
    fake = ops.sigmoid(fake_logits)
    zeros, ones = ops.zeros_like(fake), ops.ones_like(fake)
    adversarial = -cross_entropy(zeros, fake) if as_written else cross_entropy(ones, fake)
    return adversarial + weight * ops.mean(ops.abs(truth - guess))
