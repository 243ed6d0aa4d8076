"""The error image is made by NumPy, through which no gradient passes.

Loses: error_image/values
"""


# %% solution="error_image"
def error_image(x, canvas):
    return np.asarray(x) - 1 / (1 + np.exp(-np.asarray(canvas)))
