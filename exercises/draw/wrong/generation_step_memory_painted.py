"""Writes what the decoder's memory says.

Loses: generation_step/canvas
"""


# %% solution="generation_step"
def generation_step(parts, z, decoder_state, canvas):
    _, decoder_state = parts.decode(z, decoder_state)
    return decoder_state, canvas + parts.write(decoder_state[1])
