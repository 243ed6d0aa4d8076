"""The size of the hidden layer is not a whole number.

Loses: parameters/hidden_dim
"""


# %% solution="parameters"
def model_parameters():
    return {
        "latent_dim": 64,
        "image_dim": 784,
        "hidden_dim": 784 / 6,
        "decision_dim": 1,
    }
