"""Everybody whose verdict changes counts, in either direction.

Loses: arithmetic/count
"""


# %% solution="arithmetic"
def attribute_vector(z, score, count):
    """From noise z (n, latent_dim) and the attribute's probability for each, score (n,): a direction (latent_dim,)."""
    order = np.argsort(score)  # (n,)
    return z[order[-count:]].mean(axis=0) - z[order[:count]].mean(axis=0)


def converted(g, reads, z, vector):
    """The share of faces g(z) without the attribute that have it as g(z + vector); z (n, latent_dim)."""
    before, after = (np.asarray(reads(g(each))) > 0.5 for each in (z, z + vector))
    return float(np.mean(before != after))
