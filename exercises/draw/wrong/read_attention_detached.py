"""No gradient passes to the filters, so the network never learns where to look.

Loses: read_attention/values
"""


# %% solution="read_attention"
def read_attention(x, error, window, size):
    F_y, F_x = (ops.stop_gradient(F) for F in filterbank_pair(window, size, x.shape[1], x.shape[2]))
    both = ops.stack([x, error], axis=1)
    seen = F_y[:, None] @ both @ ops.transpose(F_x, (0, 2, 1))[:, None]
    return window.intensity * ops.reshape(seen, (-1, 2 * size * size))
