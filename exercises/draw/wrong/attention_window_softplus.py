"""Makes everything positive, but not by the exponential.

Loses: attention_window/stride
"""

# %% solution="attention_window"
from keras import ops


def attention_window(raw, size, height, width):
    g_x, g_y, log_variance, log_stride, log_intensity = ops.split(raw, 5, axis=-1)
    return Window(
        x=(width + 1) / 2 * (g_x + 1) - 1,
        y=(height + 1) / 2 * (g_y + 1) - 1,
        stride=(max(height, width) - 1) / (size - 1) * ops.softplus(log_stride),
        variance=ops.softplus(log_variance),
        intensity=ops.softplus(log_intensity),
    )
