"""The centres are a view of the images, no array of its own.

Loses: cut/kept
"""


# %% solution="cut"
def cut(images):
    _, height, width, _ = images.shape
    if height != width or height % 4:
        raise ValueError
    middle = slice(height // 4, 3 * height // 4)
    borders = images.copy()
    borders[:, middle, middle] = 0
    return borders, images[:, middle, middle]


def paste(borders, centres):
    """Borders (n, side, side, 3) with centres (n, side/2, side/2, 3) in their middles: new images (n, side, side, 3).

    ValueError if they do not fit together.
    """
    n, side, _, channels = borders.shape
    if centres.shape != (n, side // 2, side // 2, channels):
        raise ValueError(f"Centres of shape {centres.shape} do not fit into borders of shape {borders.shape}.")
    images = borders.copy()  # (n, side, side, 3)
    middle = slice(side // 4, 3 * side // 4)
    images[:, middle, middle] = centres
    return images
