"""Images are taken for squares.

Loses: patches/valid
"""

# %% solution="patches"
def patches(x, size, stride=1, padding="valid"):
    length = x.shape[1]
    if padding == "same":
        places = math.ceil(length / stride)
        missing = max((places - 1) * stride + size - length, 0)
        margin = (missing // 2, missing - missing // 2)
        x = ops.pad(x, [(0, 0), margin, margin, (0, 0)])
    else:
        places = (length - size) // stride + 1
    end = (places - 1) * stride + 1
    slices = [x[:, i : i + end : stride, j : j + end : stride] for i in range(size) for j in range(size)]
    return ops.stack(slices, axis=3)
