"""One row and one column of windows are missing.

Loses: patches/valid
"""

# %% solution="patches"
def patches(x, size, stride=1, padding="valid"):
    if padding == "same":
        margins = []
        for length in x.shape[1:3]:
            places = -(-length // stride)
            missing = max((places - 1) * stride + size - length, 0)
            margins.append((missing // 2, missing - missing // 2))
        x = ops.pad(x, [(0, 0), *margins, (0, 0)])
    rows, columns = ((length - size) // stride for length in x.shape[1:3])
    slices = [
        x[:, i : i + (rows - 1) * stride + 1 : stride, j : j + (columns - 1) * stride + 1 : stride, :]
        for i in range(size)
        for j in range(size)
    ]
    return ops.stack(slices, axis=3)
