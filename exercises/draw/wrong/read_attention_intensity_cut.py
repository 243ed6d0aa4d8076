"""No gradient passes to the intensity.

Loses: read_attention/intensity
"""


# %% solution="read_attention"
def read_attention(x, error, window, size):
    F_y, F_x = filterbank_pair(window, size, x.shape[1], x.shape[2])
    seen = [ops.reshape(ops.einsum("bih,bhw,bjw->bij", F_y, each, F_x), (-1, size * size)) for each in (x, error)]
    return ops.stop_gradient(window.intensity) * ops.concatenate(seen, axis=-1)
