"""Rounds up.

Loses: scaling/back
"""

# %% solution="scaling"
def scale(images):
    """Bytes 0..255 to float32 numbers from -1 to 1, in proportion; any shape."""
    return images.astype(np.float32) / np.float32(127.5) - np.float32(1)


def to_bytes(images):
    """The way back: numbers to the nearest bytes uint8, what is beyond -1 or 1 to 0 or 255."""
    return np.ceil(np.clip((np.asarray(images) + 1) * 127.5, 0, 255)).astype(np.uint8)
