"""Gives the shape of an image for its number of pixels.

Loses: parameters/image_dim
"""


# %% solution="parameters"
def model_parameters():
    return {
        "latent_dim": 64,
        "image_dim": (28, 28),
        "hidden_dim": 128,
        "decision_dim": 1,
    }
