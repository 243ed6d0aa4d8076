"""The direction has length 1.

Loses: arithmetic/direction
"""


# %% solution="arithmetic"
def attribute_vector(z, score, count):
    """From noise z (n, latent_dim) and the attribute's probability for each, score (n,): a direction (latent_dim,)."""
    order = np.argsort(score)  # (n,)
    vector = z[order[-count:]].mean(axis=0) - z[order[:count]].mean(axis=0)
    return vector / np.linalg.norm(vector)


def converted(g, reads, z, vector):
    """The share of faces g(z) without the attribute that have it as g(z + vector); z (n, latent_dim)."""
    without = z[np.asarray(reads(g(z))) < 0.5]  # (m, latent_dim)
    return float(np.mean(np.asarray(reads(g(without + vector))) > 0.5))
