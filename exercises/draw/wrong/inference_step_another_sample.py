"""Samples from what another glimpse, without an error, would have said.

Loses: inference_step/painting
"""


# %% solution="inference_step"
def inference_step(parts, x, noise, state):
    h_dec = state.decoder[0]
    glimpse = parts.read(x, error_image(x, state.canvas), h_dec)
    h_enc, encoder_state = parts.encode(glimpse, h_dec, state.encoder)
    mean, deviation = posterior(h_enc, parts.mean, parts.log_deviation)
    z = sample(*posterior(h_dec, parts.mean, parts.log_deviation), noise)
    decoder_state, canvas = generation_step(parts, z, state.decoder, state.canvas)
    return State(encoder_state, decoder_state, canvas), mean, deviation
