"""Draws the order without the seed.

Loses: dataset/shuffled
"""


# %% solution="dataset"
class Dataset:
    def __init__(self, images, labels, seed=None):
        self.images, self.labels = images, labels
        self.epochs_completed, self.waiting = 0, []

    def next_batch(self, batch_size):
        chosen = []
        while len(chosen) < batch_size:
            if not self.waiting:
                self.waiting = list(np.random.permutation(len(self.images)))
            chosen.append(self.waiting.pop())
            self.epochs_completed += not self.waiting
        return self.images[chosen], self.labels[chosen]
