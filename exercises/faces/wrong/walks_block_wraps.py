"""Lets the block come in again on the left.

Loses: walks/block
"""

# %% solution="walks"
def moving_ones(latent_dim, width):
    """All vectors with a block of `width` ones in zeros, from left to right: (latent_dim - width + 1, latent_dim)."""
    places = (np.arange(latent_dim) - np.arange(latent_dim)[:, None]) % latent_dim  # (rows, latent_dim)
    return ((places >= 0) & (places < width)).astype(np.float32)


def spherical_walk(a, b, steps):
    """From the vector a (n,) to b (n,) along the arc, in `steps` points with even steps of t, both ends included."""
    t = np.linspace(0, 1, steps)[:, None]  # (steps, 1)
    cosine = a @ b / (np.linalg.norm(a) * np.linalg.norm(b))
    angle = np.arccos(np.clip(cosine, -1, 1))
    if np.sin(angle) < 1e-6:
        return (1 - t) * a + t * b  # (steps, n)
    return (np.sin((1 - t) * angle) * a + np.sin(t * angle) * b) / np.sin(angle)  # (steps, n)
