"""Hands on the decoder's old state.

Loses: generation_step/state
"""


# %% solution="generation_step"


def generation_step(parts, z, decoder_state, canvas):
    h_dec, _ = parts.decode(z, decoder_state)
    return decoder_state, canvas + parts.write(h_dec)
