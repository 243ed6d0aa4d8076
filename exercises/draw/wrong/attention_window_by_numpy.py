"""The window is made by NumPy, through which no gradient passes.

Loses: attention_window/centre
"""


# %% solution="attention_window"
def attention_window(raw, size, height, width):
    g_x, g_y, v, s, i = np.split(np.asarray(raw), 5, axis=-1)
    return Window(
        (width + 1) / 2 * (g_x + 1) - 1,
        (height + 1) / 2 * (g_y + 1) - 1,
        (max(height, width) - 1) / (size - 1) * np.exp(s),
        np.exp(v),
        np.exp(i),
    )
