"""No gradient passes from the message to the mean.

Loses: inference_step/learnt
"""


# %% solution="inference_step"
def inference_step(parts, x, noise, state):
    h_dec = state.decoder[0]
    glimpse = parts.read(x, error_image(x, state.canvas), h_dec)
    h_enc, encoder_state = parts.encode(glimpse, h_dec, state.encoder)
    mean, deviation = posterior(h_enc, parts.mean, parts.log_deviation)
    decoder_state, canvas = generation_step(
        parts, sample(ops.stop_gradient(mean), deviation, noise), state.decoder, state.canvas
    )
    return State(encoder_state, decoder_state, canvas), mean, deviation
