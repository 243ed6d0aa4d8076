"""The straight way, brought to the length of its first end.

Loses: interpolation/spherical
"""


# %% solution="interpolation"
def straight(z0, z1, steps):
    t = np.linspace(0, 1, steps)[:, None]
    return (1 - t) * z0 + t * z1


def spherical(z0, z1, steps):
    cosine = np.dot(z0, z1) / (np.linalg.norm(z0) * np.linalg.norm(z1))
    angle = np.arccos(np.clip(cosine, -1, 1))
    if np.sin(angle) < 1e-4:
        return straight(z0, z1, steps)
    t = np.linspace(0, 1, steps)[:, None]
    way = (1 - t) * z0 + t * z1
    return way * np.linalg.norm(z0) / np.linalg.norm(way, axis=1, keepdims=True)
