"""The centre cannot leave the image.

Loses: attention_window/centre
"""


# %% solution="attention_window"
def attention_window(raw, size, height, width):
    g_x, g_y, v, s, i = ops.split(raw, 5, axis=-1)
    return Window(
        ops.clip((width + 1) / 2 * (g_x + 1) - 1, 0, width - 1),
        ops.clip((height + 1) / 2 * (g_y + 1) - 1, 0, height - 1),
        (max(height, width) - 1) / (size - 1) * ops.exp(s),
        ops.exp(v),
        ops.exp(i),
    )
