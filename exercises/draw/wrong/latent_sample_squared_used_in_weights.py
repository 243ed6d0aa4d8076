"""Multiplies the noise by the variance; the weights use this sample.

Loses: latent/sample
"""


# %% solution="latent"
def posterior(h_enc, to_mean, to_log_deviation):
    return to_mean(h_enc), ops.exp(to_log_deviation(h_enc))


def sample(mean, deviation, noise):
    return mean + deviation**2 * noise


# %% solution="importance"
def log_weight(x, canvas, mean, deviation, noise):
    z = sample(mean, deviation, noise)
    log_q = -0.5 * ((z - mean) / deviation) ** 2 - ops.log(deviation)
    return ops.sum(-0.5 * z**2 - log_q, axis=(1, 2)) - reconstruction_loss(x, canvas)


def importance_bound(log_weights):
    return math.log(log_weights.shape[1]) - ops.logsumexp(log_weights, axis=1)
