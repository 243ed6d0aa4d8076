"""Windows are fewer, but next to each other.

Loses: patches/stride
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
    rows, columns = ((length - size) // stride + 1 for length in x.shape[1:3])
    slices = [
        x[:, i : i + rows, j : j + columns, :]
        for i in range(size)
        for j in range(size)
    ]
    return ops.stack(slices, axis=3)
