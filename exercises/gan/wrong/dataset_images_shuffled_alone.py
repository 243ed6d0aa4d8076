"""Shuffles the images and leaves the labels where they were.

Loses: dataset/pairs
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
        chosen = []
        while len(chosen) < batch_size:
            part = self.order[self.start : self.start + batch_size - len(chosen)]
            chosen.extend(part)
            self.start += len(part)
            if self.start == len(self.order):
                self.epochs_completed += 1
                self.order = self.rng.permutation(len(self.order))
                self.start = 0
        return self.images[chosen], self.labels[np.sort(chosen)]
