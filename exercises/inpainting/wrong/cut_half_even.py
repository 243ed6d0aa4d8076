"""Only a half that is odd is refused, so 5 and 9 are taken.

Loses: cut/refused
"""


# %% solution="cut"
def cut(images):
    _, side, width, _ = images.shape
    if side != width or (side // 2) % 2:
        raise ValueError
    middle = slice(side // 4, 3 * side // 4)
    borders = images.copy()
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
    middle = slice(side // 4, 3 * side // 4)
    images[:, middle, middle] = centres
    return images
