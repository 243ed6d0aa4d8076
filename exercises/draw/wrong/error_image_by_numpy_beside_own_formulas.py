"""The error image is NumPy's; the step that uses it writes out all other formulas.

Loses: error_image/values
"""


# %% solution="error_image"
def error_image(x, canvas):
    return np.asarray(x) - 1 / (1 + np.exp(-np.asarray(canvas)))


# %% solution="inference_step"
def inference_step(parts, x, noise, state):
    h_dec = state.decoder[0]
    glimpse = parts.read(x, error_image(x, state.canvas), h_dec)
    h_enc, encoder = parts.encode(glimpse, h_dec, state.encoder)
    mean, deviation = parts.mean(h_enc), ops.exp(parts.log_deviation(h_enc))
    h_dec, decoder = parts.decode(mean + deviation * noise, state.decoder)
    return State(encoder, decoder, state.canvas + parts.write(h_dec)), mean, deviation
