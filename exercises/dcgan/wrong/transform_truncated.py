"""Bytes are cut off in place of rounded.

Loses: transform/back
"""


# %% solution="transform"
def prepare(images, side):
    if images.ndim == 3:
        images = images[..., None]
    margin = (side - images.shape[1]) // 2
    images = np.pad(images, ((0, 0), (margin, margin), (margin, margin), (0, 0)))
    return images.astype(np.float32) / np.float32(127.5) - 1


def to_bytes(images):
    return ((np.asarray(images) + 1) * 127.5).astype(np.uint8)
