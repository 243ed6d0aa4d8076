"""No gradient passes to the canvas.

Loses: generation_step/canvas
"""


# %% solution="generation_step"
def generation_step(parts, z, decoder_state, canvas):
    h_dec, decoder_state = parts.decode(z, decoder_state)
    return decoder_state, ops.stop_gradient(canvas) + parts.write(h_dec)
