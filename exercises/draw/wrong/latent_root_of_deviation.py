"""Takes the deviation for the variance.

Loses: latent/sample
"""

# %% solution="latent"
from keras import ops


def posterior(h_enc, to_mean, to_log_deviation):
    return to_mean(h_enc), ops.exp(to_log_deviation(h_enc))


def sample(mean, deviation, noise):
    return mean + ops.sqrt(deviation) * noise
