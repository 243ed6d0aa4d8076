"""The middle is taken for where the border is zero.

Loses: cut/pasted
"""


# %% solution="cut"
def paste(borders, centres):
    n, side, _, channels = borders.shape
    if centres.shape != (n, side // 2, side // 2, channels):
        raise ValueError
    images = borders.copy()
    images[images == 0] = centres.ravel()
    return images


def cut(images):
    """Images (n, side, side, 3) to borders (n, side, side, 3), zero in the middle, and centres (n, side/2, side/2, 3).

    ValueError if the images are not square, or their side is no multiple of 4.
    """
    _, height, width, _ = images.shape
    if height != width or height % 4:
        raise ValueError(f"Images should be square, with a side that is a multiple of 4, not {height} × {width}.")
    middle = slice(height // 4, 3 * height // 4)
    borders = images.copy()  # (n, side, side, 3)
    borders[:, middle, middle] = 0
    return borders, images[:, middle, middle].copy()
