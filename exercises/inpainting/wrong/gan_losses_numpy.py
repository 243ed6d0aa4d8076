"""NumPy, through which no gradient passes.

Loses: gan_losses/gradients
"""


# %% solution="gan_losses"
def discriminator_loss(real_logits, fake_logits):
    return np.mean(np.logaddexp(0, -np.asarray(real_logits))) + np.mean(np.logaddexp(0, np.asarray(fake_logits)))


def generator_loss(fake_logits, truth, guess, weight, as_written=False):
    l = np.asarray(fake_logits)
    a = -np.mean(np.logaddexp(0, l)) if as_written else np.mean(np.logaddexp(0, -l))
    return a + weight * np.mean(np.abs(np.asarray(truth) - np.asarray(guess)))
