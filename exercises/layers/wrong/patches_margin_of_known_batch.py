"""Zeros are put around for as many images as there are, which nobody knows.

Loses: patches/same
"""


# %% solution="patches"
def patches(x, size, stride=1, padding="valid"):
    """What a window sees of x (batch, height, width, channels): (batch, rows, columns, size * size, channels)."""
    if padding == "same":
        margins = []
        for length in x.shape[1:3]:
            places = -(-length // stride)
            missing = max((places - 1) * stride + size - length, 0)
            margins.append((missing // 2, missing - missing // 2))
        for axis, both in enumerate(margins, start=1):
            shapes = [[zeros if k == axis else length for k, length in enumerate(x.shape)] for zeros in both]
            before, after = (ops.zeros(shape, x.dtype) for shape in shapes)
            x = ops.concatenate([before, x, after], axis=axis)  # (batch, height, width, channels), larger now
    rows, columns = ((length - size) // stride + 1 for length in x.shape[1:3])
    slices = [
        x[:, i : i + (rows - 1) * stride + 1 : stride, j : j + (columns - 1) * stride + 1 : stride, :]
        for i in range(size)
        for j in range(size)
    ]  # size * size of them, (batch, rows, columns, channels) each
    return ops.stack(slices, axis=3)  # (batch, rows, columns, size * size, channels)
