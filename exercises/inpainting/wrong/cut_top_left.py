"""The middle is taken to begin at a fixed pixel.

Loses: cut/centres
"""


# %% solution="cut"
def cut(images):
    """Images (n, side, side, 3) to borders (n, side, side, 3), zero in the middle, and centres (n, side/2, side/2, 3).

    ValueError if the images are not square, or their side is no multiple of 4.
    """
    _, height, width, _ = images.shape
    if height != width or height % 4:
        raise ValueError(f"Images should be square, with a side that is a multiple of 4, not {height} × {width}.")
    middle = slice(1, 1 + height // 2)
    borders = images.copy()  # (n, side, side, 3)
    borders[:, middle, middle] = 0
    return borders, images[:, middle, middle].copy()


def paste(borders, centres):
    """Borders (n, side, side, 3) with centres (n, side/2, side/2, 3) in their middles: new images (n, side, side, 3).

    ValueError if they do not fit together.
    """
    n, side, _, channels = borders.shape
    if centres.shape != (n, side // 2, side // 2, channels):
        raise ValueError(f"Centres of shape {centres.shape} do not fit into borders of shape {borders.shape}.")
    images = borders.copy()  # (n, side, side, 3)
    middle = slice(1, 1 + side // 2)
    images[:, middle, middle] = centres
    return images
