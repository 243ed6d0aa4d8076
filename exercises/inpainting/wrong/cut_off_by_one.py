"""The middle begins one pixel too early.

Loses: cut/centres
"""


# %% solution="cut"
def cut(images):
    _, height, width, _ = images.shape
    if height != width or height % 4:
        raise ValueError("not square, or no multiple of 4")
    middle = slice(height // 4 - 1, 3 * height // 4 - 1)
    borders = images.copy()
    borders[:, middle, middle] = 0
    return borders, images[:, middle, middle].copy()


def paste(borders, centres):
    n, side, _, channels = borders.shape
    if centres.shape != (n, side // 2, side // 2, channels):
        raise ValueError("they do not fit")
    images = borders.copy()
    middle = slice(side // 4 - 1, 3 * side // 4 - 1)
    images[:, middle, middle] = centres
    return images
