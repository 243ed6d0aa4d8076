"""The last batch of an epoch is smaller than asked for.

Loses: dataset/full batches
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
        chosen = self.order[self.start : self.start + batch_size]
        self.start += batch_size
        if self.start >= len(self.order):
            self.epochs_completed += 1
            self.order = self.rng.permutation(len(self.order))
            self.start = 0
        return self.images[chosen], self.labels[chosen]
