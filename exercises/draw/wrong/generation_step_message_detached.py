"""No gradient passes to the message.

Loses: generation_step/state
"""


# %% solution="generation_step"
def generation_step(parts, z, decoder_state, canvas):
    h_dec, decoder_state = parts.decode(ops.stop_gradient(z), decoder_state)
    return decoder_state, canvas + parts.write(h_dec)
