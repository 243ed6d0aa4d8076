"""Takes the darkest and the brightest byte that occur for the limits.

Loses: scaling/scale
"""

# %% solution="scaling"
def scale(images):
    """Bytes 0..255 to float32 numbers from -1 to 1, in proportion; any shape."""
    low, high = images.min(), images.max()
    return ((images - low.astype(np.float32)) / (high - low) * 2 - 1).astype(np.float32)


def to_bytes(images):
    """The way back: numbers to the nearest bytes uint8, what is beyond -1 or 1 to 0 or 255."""
    return np.rint(np.clip((np.asarray(images) + 1) * 127.5, 0, 255)).astype(np.uint8)
