"""Adds two to every output to make it positive.

Loses: attention_window/stride, attention_window/variance and intensity
"""


# %% solution="attention_window"
from keras import ops


def attention_window(raw, size, height, width):
    g_x, g_y, third, fourth, fifth = ops.split(raw, 5, axis=-1)
    return Window(
        x=(width + 1) / 2 * (g_x + 1) - 1,
        y=(height + 1) / 2 * (g_y + 1) - 1,
        stride=(max(height, width) - 1) / (size - 1) * (fourth + 2),
        variance=third + 2,
        intensity=fifth + 2,
    )
