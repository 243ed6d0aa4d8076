"""The middle is cut out beside the middle, and that cut is used again for rows and errors.

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
    middle = slice(height // 4 - 1, 3 * height // 4 - 1)
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
    middle = slice(side // 4 - 1, 3 * side // 4 - 1)
    images[:, middle, middle] = centres
    return images


# %% solution="rows"
def border_rows(images):
    """The numbers outside of the middle of images (n, side, side, 3), whatever the middle holds: (n, 9 side² / 4)."""
    outside = cut(np.ones_like(images[:1]))[0][0, ..., 0] > 0
    return images[:, outside].reshape(len(images), -1)


def centre_rows(centres):
    """Centres (n, side/2, side/2, 3) as rows (n, 3 side² / 4)."""
    return centres.reshape(len(centres), -1)


def centre_images(rows):
    """The way back: rows (n, 3 side² / 4) to centres (n, side/2, side/2, 3)."""
    side = int(round(np.sqrt(rows.shape[1] / 3)))
    return rows.reshape(-1, side, side, 3)


# %% solution="errors"
def errors(truth, filled):
    """How far the centres of images (n, side, side, 3) in [0, 1] are from the true ones: a dictionary of arrays (n,).

    The keys are "L1", "L2" and "PSNR", with one number for each image. Only the centres count.
    """
    difference = centre_rows(cut(truth)[1]).astype(np.float64) - centre_rows(cut(filled)[1])  # (n, numbers)
    L2 = np.mean(difference**2, axis=1)  # (n,)
    with np.errstate(divide="ignore"):
        return {"L1": np.mean(np.abs(difference), axis=1), "L2": L2, "PSNR": -10 * np.log10(L2)}


def gradient_energy(centres):
    """The mean squared difference to the right neighbour plus that to the lower one, of images (n, h, w, 3): a number.

    Pixels without such a neighbour do not count.
    """
    right = centres[:, :, 1:] - centres[:, :, :-1]  # (n, h, w - 1, 3)
    below = centres[:, 1:] - centres[:, :-1]  # (n, h - 1, w, 3)
    return float(np.mean(right**2) + np.mean(below**2))


# %% solution="baseline"
def border_mean(borders):
    """The mean colour of each border (n, side, side, 3), as centres of that colour (n, side/2, side/2, 3)."""
    n, side, _, channels = borders.shape
    colours = border_rows(borders).reshape(n, -1, channels).mean(axis=1)  # (n, 3)
    return centre_images(np.tile(colours, (1, (side // 2) ** 2)))
