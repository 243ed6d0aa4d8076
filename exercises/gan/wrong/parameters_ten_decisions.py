"""Lets D decide between ten digits.

Loses: parameters/decision_dim
"""


# %% solution="parameters"
def model_parameters():
    return {
        "latent_dim": 64,
        "image_dim": 784,
        "hidden_dim": 128,
        "decision_dim": 10,
    }
