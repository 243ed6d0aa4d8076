"""Divides by nothing where a row has no variance.

Loses: layer_norm/epsilon
"""

# %% solution="layer_norm"
def layer_norm(x, gain, shift, epsilon=1e-5):
    """Normalise each row of x (batch, m) by itself, times gain (m,) plus shift (m,): (batch, m). Use `keras.ops`."""
    mean = ops.mean(x, axis=-1, keepdims=True)  # (batch, 1)
    variance = ops.mean((x - mean) ** 2, axis=-1, keepdims=True)  # (batch, 1)
    return gain * (x - mean) / ops.sqrt(variance) + shift  # (batch, m)
