"""The margin repeats the pixels at the edge.

Loses: transform/margin
"""


# %% solution="transform"
def prepare(images, side):
    """Bytes (n, h, w) or (n, h, w, channels) to float32 (n, side, side, channels) in [-1, 1], with a margin if smaller.

    Grey images have one channel.
    """
    if images.ndim == 3:
        images = images[..., None]  # (n, h, w, 1)
    margin = (side - images.shape[1]) // 2
    images = np.pad(
        images, ((0, 0), (margin, margin), (margin, margin), (0, 0)), mode="edge"
    )  # (n, side, side, channels)
    return images.astype(np.float32) / np.float32(127.5) - 1


def to_bytes(images):
    """Numbers in [-1, 1], of any shape, to uint8 of the same shape."""
    return np.rint((np.asarray(images) + 1) * 127.5).astype(np.uint8)
