"""Neither way reaches its end.

Loses: interpolation/straight
"""


# %% solution="interpolation"
def straight(z0, z1, steps):
    """The straight way from z0 to z1, both (latent_dim,), in even steps, both ends included: (steps, latent_dim)."""
    t = np.linspace(0, 1, steps, endpoint=False)[:, None]  # (steps, 1)
    return (1 - t) * z0 + t * z1


def spherical(z0, z1, steps):
    """The spherical way from z0 to z1, both (latent_dim,), in even steps of t with both ends: (steps, latent_dim)."""
    cosine = np.dot(z0, z1) / (np.linalg.norm(z0) * np.linalg.norm(z1))
    angle = np.arccos(np.clip(cosine, -1, 1))
    if np.sin(angle) < 1e-4:
        return straight(z0, z1, steps)
    t = np.linspace(0, 1, steps, endpoint=False)[:, None]  # (steps, 1)
    return (np.sin((1 - t) * angle) * z0 + np.sin(t * angle) * z1) / np.sin(angle)
