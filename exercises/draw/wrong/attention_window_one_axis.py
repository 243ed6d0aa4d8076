"""The numbers of a batch come in a row.

Loses: attention_window/centre
"""


# %% solution="attention_window"
def attention_window(raw, size, height, width):
    g_x, g_y, v, s, i = ops.unstack(raw, 5, axis=1)  # (batch,) each
    return Window(
        (width + 1) / 2 * (g_x + 1) - 1,
        (height + 1) / 2 * (g_y + 1) - 1,
        (max(height, width) - 1) / (size - 1) * ops.exp(s),
        ops.exp(v),
        ops.exp(i),
    )
