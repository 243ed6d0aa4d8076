"""Mean and variance are NumPy's, and so is the result.

Loses: layer_norm/rows
"""


# %% solution="layer_norm"
def layer_norm(x, gain, shift, epsilon=1e-5):
    """Normalise each row of x (batch, m) by itself, times gain (m,) plus shift (m,): (batch, m). Use `keras.ops`."""
    mean = np.mean(np.asarray(x), axis=-1, keepdims=True)  # (batch, 1)
    variance = np.mean((np.asarray(x) - mean) ** 2, axis=-1, keepdims=True)  # (batch, 1)
    return np.asarray(gain) * (np.asarray(x) - mean) / np.sqrt(variance + epsilon) + np.asarray(shift)  # (batch, m)
