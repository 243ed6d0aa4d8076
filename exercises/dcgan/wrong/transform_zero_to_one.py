"""Images lie in [0, 1], and bytes are made from there.

Loses: transform/range
"""


# %% solution="transform"
def prepare(images, side):
    if images.ndim == 3:
        images = images[..., None]
    margin = (side - images.shape[1]) // 2
    images = np.pad(images, ((0, 0), (margin, margin), (margin, margin), (0, 0)))
    return images.astype(np.float32) / np.float32(255)


def to_bytes(images):
    return np.rint(np.asarray(images) * 255 % 256).astype(np.uint8)
