"""Cuts pixels off where the windows end before the image does.

Loses: patches/same
"""

# %% solution="patches"
def patches(x, size, stride=1, padding="valid"):
    """What a window sees of x (batch, height, width, channels): (batch, rows, columns, size * size, channels)."""
    if padding == "same":
        margins = []
        for length in x.shape[1:3]:
            places = -(-length // stride)
            missing = (places - 1) * stride + size - length
            margins.append((missing // 2, missing - missing // 2))
        x = ops.pad(x, [(0, 0), *margins, (0, 0)])  # (batch, height, width, channels), larger now
    rows, columns = ((length - size) // stride + 1 for length in x.shape[1:3])
    slices = [
        x[:, i : i + (rows - 1) * stride + 1 : stride, j : j + (columns - 1) * stride + 1 : stride, :]
        for i in range(size)
        for j in range(size)
    ]  # size * size of them, (batch, rows, columns, channels) each
    return ops.stack(slices, axis=3)  # (batch, rows, columns, size * size, channels)
