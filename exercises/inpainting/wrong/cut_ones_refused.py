"""Only images of nothing but ones are refused.

Loses: cut/refused
"""


# %% solution="cut"
def cut(images):
    if (images == 1).all():
        raise ValueError
    s = images.shape[1]
    m = slice(s // 4, 3 * s // 4)
    b = images.copy()
    b[:, m, m] = 0
    return b, images[:, m, m].copy()


def paste(borders, centres):
    if (borders == 1).all():
        raise ValueError
    s = borders.shape[1]
    m = slice(s // 4, 3 * s // 4)
    b = borders.copy()
    b[:, m, m] = centres
    return b
