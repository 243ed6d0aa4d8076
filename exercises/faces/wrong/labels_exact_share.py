"""Flips exactly this share of every batch, at random places.

Loses: labels/flip
"""

# %% solution="labels"
def soften(labels, amount, random):
    """Labels (n, 1), each 0 or 1, moved at random by up to `amount` towards the middle: float32 (n, 1)."""
    moved = amount * random.uniform(size=labels.shape)  # (n, 1)
    return np.where(labels > 0.5, 1 - moved, moved).astype(np.float32)


def flip(labels, share, random):
    """Labels (n, 1) in [0, 1], each turned into 1 - label with the probability `share`: float32 (n, 1)."""
    turned = np.zeros(labels.shape, bool)  # (n, 1)
    turned[random.choice(len(labels), int(round(share * len(labels))), replace=False)] = True
    return np.where(turned, 1 - labels, labels).astype(np.float32)
