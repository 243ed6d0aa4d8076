"""Counts an epoch only when the next one is begun.

Loses: dataset/counted
"""

# %% solution="dataset"
import numpy as np


class Dataset:
    def __init__(self, images, labels, seed=None):
        self.images, self.labels = images, labels
        self.rng = np.random.default_rng(seed)
        self.waiting = list(self.rng.permutation(len(images)))
        self.epochs_completed = 0

    def next_batch(self, batch_size):
        chosen = []
        while len(chosen) < batch_size:
            if not self.waiting:
                self.epochs_completed += 1
                self.waiting = list(self.rng.permutation(len(self.images)))
            chosen.append(self.waiting.pop())
        return self.images[chosen], self.labels[chosen]
