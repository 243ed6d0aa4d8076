"""The cosine may be larger than 1 by rounding, and then has no angle.

Loses: interpolation/parallel
"""


# %% solution="interpolation"
def straight(z0, z1, steps):
    t = np.linspace(0, 1, steps)[:, None]
    return (1 - t) * z0 + t * z1


def spherical(z0, z1, steps):
    cosine = np.dot(z0, z1) / (np.linalg.norm(z0) * np.linalg.norm(z1))
    angle = np.arccos(cosine)
    if np.sin(angle) < 1e-4:
        return straight(z0, z1, steps)
    t = np.linspace(0, 1, steps)[:, None]
    return (np.sin((1 - t) * angle) * z0 + np.sin(t * angle) * z1) / np.sin(angle)
