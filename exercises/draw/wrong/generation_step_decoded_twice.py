"""What is painted is decoded once more, from the new state.

Loses: generation_step/canvas
"""


# %% solution="generation_step"
def generation_step(parts, z, decoder_state, canvas):
    _, new_state = parts.decode(z, decoder_state)
    h_dec, _ = parts.decode(z, new_state)
    return new_state, canvas + parts.write(h_dec)
