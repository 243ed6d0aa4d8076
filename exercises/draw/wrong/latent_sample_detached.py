"""No gradient passes to the mean and the deviation.

Loses: latent/sample
"""


# %% solution="latent"
def posterior(h_enc, to_mean, to_log_deviation):
    """Mean and deviation of Q, (batch, latent) each, by two affine layers from h_enc (batch, hidden)."""
    return to_mean(h_enc), ops.exp(to_log_deviation(h_enc))  # (batch, latent) each


def sample(mean, deviation, noise):
    return ops.stop_gradient(mean + deviation * noise)
