"""The vector is subtracted.

Loses: arithmetic/count
"""


# %% solution="arithmetic"
def attribute_vector(z, score, count):
    order = np.argsort(score)
    return z[order[-count:]].mean(axis=0) - z[order[:count]].mean(axis=0)


def converted(g, reads, z, vector):
    without = z[np.asarray(reads(g(z))) < 0.5]
    return float(np.mean(np.asarray(reads(g(without - vector))) > 0.5))
