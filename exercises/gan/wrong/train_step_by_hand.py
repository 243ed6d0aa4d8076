"""Both players subtract the gradient times the rate, whatever the optimizer is.

Loses: train_step/D moves
"""

# %% solution="train_step"
from util import training


def train_step(X, Z, d, g, d_optimizer, g_optimizer):
    losses = []
    for k, (player, optimizer) in enumerate([(d, d_optimizer), (g, g_optimizer)]):
        loss, slopes = training.gradients(lambda k=k: gan_model_loss(X, Z, d, g)[k], player.theta)
        for variable, slope in zip(player.theta, slopes):
            variable.assign(variable - optimizer.learning_rate * slope)
        losses.append(loss)
    return losses
