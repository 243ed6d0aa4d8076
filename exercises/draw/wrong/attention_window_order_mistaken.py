"""Takes stride, variance and intensity from the wrong outputs.

Loses: attention_window/stride
"""

# %% solution="attention_window"
from keras import ops


def attention_window(raw, size, height, width):
    g_x, g_y, log_stride, log_variance, log_intensity = ops.split(raw, 5, axis=-1)
    return Window(
        x=(width + 1) / 2 * (g_x + 1) - 1,
        y=(height + 1) / 2 * (g_y + 1) - 1,
        stride=(max(height, width) - 1) / (size - 1) * ops.exp(log_stride),
        variance=ops.exp(log_variance),
        intensity=ops.exp(log_intensity),
    )
