"""Decodes from h in the place of the memory, too.

Loses: generation_step/state
"""


# %% solution="generation_step"
def generation_step(parts, z, decoder_state, canvas):
    h_dec, decoder_state = parts.decode(z, [decoder_state[0], decoder_state[0]])
    return decoder_state, canvas + parts.write(h_dec)
