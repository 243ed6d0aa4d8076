"""Makes the deviation positive by a softplus.

Loses: latent/posterior
"""


# %% solution="latent"
def posterior(h_enc, to_mean, to_log_deviation):
    return to_mean(h_enc), ops.softplus(to_log_deviation(h_enc))


def sample(mean, deviation, noise):
    return mean + deviation * noise
