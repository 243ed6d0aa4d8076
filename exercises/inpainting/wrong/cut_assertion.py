"""What does not fit is refused by an assertion.

Loses: cut/refused
"""


# %% solution="cut"
def cut(images):
    _, height, width, _ = images.shape
    assert height == width and height % 4 == 0
    middle = slice(height // 4, 3 * height // 4)
    borders = images.copy()
    borders[:, middle, middle] = 0
    return borders, images[:, middle, middle].copy()


def paste(borders, centres):
    n, side, _, channels = borders.shape
    assert centres.shape == (n, side // 2, side // 2, channels)
    images = borders.copy()
    middle = slice(side // 4, 3 * side // 4)
    images[:, middle, middle] = centres
    return images
