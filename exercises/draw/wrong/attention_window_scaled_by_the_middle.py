"""Scales by the middle of the image, so that an output of -1 is the first pixel.

Loses: attention_window/centre
"""


# %% solution="attention_window"
def attention_window(raw, size, height, width):
    g_x, g_y, log_variance, log_stride, log_intensity = ops.split(raw, 5, axis=-1)
    return Window(
        x=(width - 1) / 2 * (g_x + 1),
        y=(height - 1) / 2 * (g_y + 1),
        stride=(max(height, width) - 1) / (size - 1) * ops.exp(log_stride),
        variance=ops.exp(log_variance),
        intensity=ops.exp(log_intensity),
    )
