"""Writes what the decoder had in mind before.

Loses: generation_step/canvas
"""


# %% solution="generation_step"


def generation_step(parts, z, decoder_state, canvas):
    stroke = parts.write(decoder_state[0])
    _, decoder_state = parts.decode(z, decoder_state)
    return decoder_state, canvas + stroke
