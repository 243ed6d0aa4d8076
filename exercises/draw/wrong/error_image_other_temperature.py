"""Takes the sigmoid of the logits' halves.

Loses: error_image/values
"""


# %% solution="error_image"
def error_image(x, canvas):
    return x - ops.sigmoid(canvas / 2)
