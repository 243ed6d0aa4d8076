"""Hands on the new h with the old memory.

Loses: generation_step/state
"""


# %% solution="generation_step"


def generation_step(parts, z, decoder_state, canvas):
    h_dec, _ = parts.decode(z, decoder_state)
    return [h_dec, decoder_state[1]], canvas + parts.write(h_dec)
