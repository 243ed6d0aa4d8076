"""Seeds Python's global generator, from which others draw, too.

Loses: dataset/shuffled
"""

# %% solution="dataset"
import random


class Dataset:
    def __init__(self, images, labels, seed=None):
        self.images, self.labels = images, labels
        self.epochs_completed = 0
        if seed is not None:
            random.seed(seed)
        self.order = list(self.shuffled())

    def shuffled(self):
        return random.sample(range(len(self.images)), len(self.images))

    def next_batch(self, batch_size):
        chosen = []
        for _ in range(batch_size):
            chosen.append(self.order.pop())
            if not self.order:
                self.epochs_completed += 1
                self.order = list(self.shuffled())
        return self.images[chosen], self.labels[chosen]
