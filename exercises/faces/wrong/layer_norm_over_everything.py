"""Has one mean and one variance for the whole batch.

Loses: layer_norm/rows
"""

# %% solution="layer_norm"
def layer_norm(x, gain, shift, epsilon=1e-5):
    """Normalise each row of x (batch, m) by itself, times gain (m,) plus shift (m,): (batch, m). Use `keras.ops`."""
    mean = ops.mean(x, keepdims=True)  # (batch, 1)
    variance = ops.mean((x - mean) ** 2, keepdims=True)  # (batch, 1)
    return gain * (x - mean) / ops.sqrt(variance + epsilon) + shift  # (batch, m)
