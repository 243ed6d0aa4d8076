"""Makes probabilities of the canvas at each step.

Loses: generation_step/canvas
"""

# %% solution="generation_step"
from keras import ops


def generation_step(parts, z, decoder_state, canvas):
    h_dec, decoder_state = parts.decode(z, decoder_state)
    return decoder_state, ops.sigmoid(canvas + parts.write(h_dec))
