"""Two images share their draws.

Loses: binarise/drawn
"""


# %% solution="binarise"
def binarise(images, random):
    draws = random.uniform(size=((len(images) + 1) // 2, *images.shape[1:]))
    return (np.concatenate([draws, draws])[: len(images)] < images / 255).astype(np.float32)
