"""Multiplies with NumPy, through which no gradient passes.

Loses: read_attention/values
"""


# %% solution="read_attention"
def read_attention(x, error, window, size):
    F_y, F_x = (np.asarray(F) for F in filterbank_pair(window, size, x.shape[1], x.shape[2]))
    seen = [np.einsum("bih,bhw,bjw->bij", F_y, np.asarray(each), F_x).reshape(len(x), -1) for each in (x, error)]
    return np.asarray(window.intensity) * np.concatenate(seen, axis=1)
