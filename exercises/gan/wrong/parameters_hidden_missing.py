"""The size of the hidden layer is not given.

Loses: parameters/hidden_dim
"""


# %% solution="parameters"
def model_parameters():
    return {
        "latent_dim": 64,
        "image_dim": 784,
        "decision_dim": 1,
    }
