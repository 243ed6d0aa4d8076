"""Takes the deviation for a variance; the step that uses it writes out all other formulas.

Loses: latent/posterior
"""


# %% solution="latent"
def posterior(h_enc, to_mean, to_log_deviation):
    return to_mean(h_enc), ops.sqrt(ops.exp(to_log_deviation(h_enc)))


def sample(mean, deviation, noise):
    return mean + deviation * noise


# %% solution="inference_step"
def inference_step(parts, x, noise, state):
    h_dec = state.decoder[0]
    glimpse = parts.read(x, x - ops.sigmoid(state.canvas), h_dec)
    h_enc, encoder = parts.encode(glimpse, h_dec, state.encoder)
    mean, deviation = posterior(h_enc, parts.mean, parts.log_deviation)
    h_dec, decoder = parts.decode(mean + deviation * noise, state.decoder)
    return State(encoder, decoder, state.canvas + parts.write(h_dec)), mean, deviation
