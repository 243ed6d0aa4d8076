"""Shuffles the arrays themselves, which belong to the caller.

Loses: dataset/pairs
"""

# %% solution="dataset"
import numpy as np


class Dataset:
    def __init__(self, images, labels, seed=None):
        self.images, self.labels = images, labels
        self.rng = np.random.default_rng(seed)
        self.start = 0
        self.epochs_completed = 0
        self.shuffle()

    def shuffle(self):
        order = self.rng.permutation(len(self.images))
        self.images[:] = self.images[order]
        self.labels[:] = self.labels[order]
        self.start = 0

    def next_batch(self, batch_size):
        images, labels = [], []
        while len(images) < batch_size:
            images.append(self.images[self.start].copy())
            labels.append(self.labels[self.start])
            self.start += 1
            if self.start == len(self.images):
                self.epochs_completed += 1
                self.shuffle()
        return np.array(images), np.array(labels)
