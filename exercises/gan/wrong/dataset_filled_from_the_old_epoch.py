"""Fills the last batch up from the start of the old epoch, then shuffles.

Loses: dataset/epochs
"""

# %% solution="dataset"
import numpy as np


class Dataset:
    def __init__(self, images, labels, seed=None):
        self.images, self.labels = images, labels
        self.rng = np.random.default_rng(seed)
        self.order = self.rng.permutation(len(images))
        self.start = 0
        self.epochs_completed = 0

    def next_batch(self, batch_size):
        end = self.start + batch_size
        chosen = np.take(self.order, range(self.start, end), mode="wrap")
        self.start = end
        if end >= len(self.order):
            self.epochs_completed += 1
            self.start = end - len(self.order)
            self.order = self.rng.permutation(len(self.order))
        return self.images[chosen], self.labels[chosen]
