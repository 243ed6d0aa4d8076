"""Always folds by two.

Loses: checkerboard/share
"""

# %% solution="checkerboard"
def stride_energy(images, stride):
    """The share of the energy of pictures (n, h, w) that lies at multiples of the frequency 1 / stride: a number."""
    stride = 2
    n, height, width = images.shape
    rows, columns = height // stride, width // stride
    images = images[:, : rows * stride, : columns * stride]  # (n, rows * stride, columns * stride)
    patterns = images.reshape(n, rows, stride, columns, stride).mean(axis=(1, 3))  # (n, stride, stride)
    return patterns.var(axis=(1, 2)).sum() / images.var(axis=(1, 2)).sum()
