"""Hands the encoder's h on in the place of its memory, too.

Loses: inference_step/states
"""


# %% solution="inference_step"
def inference_step(parts, x, noise, state):
    h_dec = state.decoder[0]
    error = error_image(x, state.canvas)
    glimpse = parts.read(x, error, h_dec)
    h_enc, encoder_state = parts.encode(glimpse, h_dec, state.encoder)
    mean, deviation = posterior(h_enc, parts.mean, parts.log_deviation)
    z = sample(mean, deviation, noise)
    decoder_state, canvas = generation_step(parts, z, state.decoder, state.canvas)
    return State([h_enc, h_enc], decoder_state, canvas), mean, deviation
