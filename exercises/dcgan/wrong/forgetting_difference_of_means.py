"""Maps are compared by the means with and without the attribute, each by itself.

Loses: forgetting/telling
"""


# %% solution="forgetting"
def telling_maps(maps, has):
    """Which maps speak for an attribute, from maps (n, h, w, f) and bools has (n,): indices, the strongest first."""
    means = np.asarray(maps).mean(axis=(1, 2))  # (n, f)
    means = (means - means.mean(axis=0)) / means.std(axis=0)
    weights = means[has].mean(axis=0) - means[~has].mean(axis=0)
    order = np.argsort(-weights)
    return order[weights[order] > 0]


def silenced(maps, which):
    """The maps (n, h, w, f), with those of the indices `which` set to zero, in a new array."""
    quiet = np.array(maps)
    quiet[..., which] = 0
    return quiet
