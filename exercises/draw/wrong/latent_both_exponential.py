"""Makes the mean positive as well.

Loses: latent/posterior
"""

# %% solution="latent"
from keras import ops


def posterior(h_enc, to_mean, to_log_deviation):
    return ops.exp(to_mean(h_enc)), ops.exp(to_log_deviation(h_enc))


def sample(mean, deviation, noise):
    return mean + deviation * noise
