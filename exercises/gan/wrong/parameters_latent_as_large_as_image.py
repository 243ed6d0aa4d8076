"""The latent vector is as large as an image.

Loses: parameters/latent_dim
"""


# %% solution="parameters"
def model_parameters():
    return {
        "latent_dim": 784,
        "image_dim": 784,
        "hidden_dim": 128,
        "decision_dim": 1,
    }
