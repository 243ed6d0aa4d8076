"""Shapes are not looked at; NumPy broadcasts.

Loses: cut/refused
"""


# %% solution="cut"
def cut(images):
    _, height, width, _ = images.shape
    middle = slice(height // 4, 3 * height // 4)
    borders = images.copy()
    borders[:, middle, middle] = 0
    return borders, images[:, middle, middle].copy()


def paste(borders, centres):
    n, side, _, channels = borders.shape
    images = borders.copy()
    middle = slice(side // 4, 3 * side // 4)
    images[:, middle, middle] = centres
    return images
