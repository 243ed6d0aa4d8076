"""Moves ones and zeros around one half, not from their own end.

Loses: labels/soften
"""

# %% solution="labels"
def soften(labels, amount, random):
    """Labels (n, 1), each 0 or 1, moved at random by up to `amount` towards the middle: float32 (n, 1)."""
    moved = amount * random.uniform(size=labels.shape)  # (n, 1)
    return np.where(labels > 0.5, 1 - amount + moved / 2, amount - moved / 2).astype(np.float32)


def flip(labels, share, random):
    """Labels (n, 1) in [0, 1], each turned into 1 - label with the probability `share`: float32 (n, 1)."""
    turned = random.uniform(size=labels.shape) < share  # (n, 1)
    return np.where(turned, 1 - labels, labels).astype(np.float32)
