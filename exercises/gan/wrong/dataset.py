"""Wrong answers to `dataset`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

# Two more right ways to write it; as `cell` they are edited in the solution's place.
BY_SLICES = """
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
        return self.images[chosen], self.labels[chosen]
"""

ONE_BY_ONE = """
class Dataset:
    def __init__(self, images, labels, seed=None):
        self.images, self.labels = images, labels
        self.epochs_completed, self.waiting = 0, []
        self.random = np.random.default_rng(seed)

    def next_batch(self, batch_size):
        chosen = []
        while len(chosen) < batch_size:
            if not self.waiting:
                self.waiting = self.random.permutation(len(self.images)).tolist()
            chosen.append(self.waiting.pop())
            self.epochs_completed += not self.waiting
        return self.images[chosen], self.labels[chosen]
"""

WRONG = [
    Wrong(
        "batches_counted",
        "Counts batches instead of epochs.",
        loses="counted",
        cell=BY_SLICES,
        edits=[
            ("self.epochs_completed += 1", ""),
            (
                "return self.images[chosen]",
                """
                    self.epochs_completed += 1
                    return self.images[chosen]
                """,
            ),
        ],
    ),
    Wrong(
        "counted_late",
        "Counts an epoch only when the next one is begun.",
        loses="counted",
        cell="""
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
        """,
    ),
    Wrong(
        "drawn_with_replacement",
        "Draws every batch from all examples, so that some come twice and some never.",
        loses="epochs",
        cell="""
            import numpy as np


            class Dataset:
                def __init__(self, images, labels, seed=None):
                    self.images, self.labels = images, labels
                    self.rng = np.random.default_rng(seed)
                    self.handed_out = 0

                @property
                def epochs_completed(self):
                    return self.handed_out // len(self.images)

                def next_batch(self, batch_size):
                    chosen = self.rng.integers(0, len(self.images), batch_size)
                    self.handed_out += batch_size
                    return self.images[chosen], self.labels[chosen]
        """,
    ),
    Wrong(
        "filled_from_the_old_epoch",
        "Fills the last batch up from the start of the old epoch, then shuffles.",
        loses="epochs",
        cell="""
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
        """,
    ),
    Wrong(
        "first_batch_size_kept",
        "Keeps the batch size of its first call for ever.",
        loses="full batches",
        cell="""
            import numpy as np


            class Dataset:
                def __init__(self, images, labels, seed=None):
                    self.images, self.labels = images, labels
                    self.epochs_completed, self.waiting = 0, []
                    self.random = np.random.default_rng(seed)
                    self.batch_size = None

                def next_batch(self, batch_size):
                    self.batch_size = self.batch_size or batch_size
                    chosen = []
                    while len(chosen) < self.batch_size:
                        if not self.waiting:
                            self.waiting = self.random.permutation(len(self.images)).tolist()
                        chosen.append(self.waiting.pop())
                        self.epochs_completed += not self.waiting
                    return self.images[chosen], self.labels[chosen]
        """,
    ),
    Wrong(
        "first_epoch_in_order",
        "Shuffles between epochs but not before the first.",
        loses="shuffled",
        cell=BY_SLICES,
        replace="self.order = self.rng.permutation(len(images))",
        by="self.order = np.arange(len(images))",
    ),
    Wrong(
        "images_shuffled_alone",
        "Shuffles the images and leaves the labels where they were.",
        loses="pairs",
        cell=BY_SLICES,
        replace="self.labels[chosen]",
        by="self.labels[np.sort(chosen)]",
    ),
    Wrong(
        "never_shuffled",
        "Hands the examples out in the order given.",
        loses="shuffled",
        cell=BY_SLICES,
        replace="self.rng.permutation(",
        by="np.arange(",
        times=2,
    ),
    Wrong(
        "only_rotated",
        "Draws where an epoch starts and goes round from there: neighbours stay neighbours.",
        loses="shuffled",
        cell=BY_SLICES,
        edits=[
            ("self.rng.permutation(len(images))", "np.roll(np.arange(len(images)), self.rng.integers(len(images)))"),
            ("self.rng.permutation(len(self.order))", "np.roll(self.order, self.rng.integers(len(self.order)))"),
        ],
    ),
    Wrong(
        "own_seed_where_none",
        "Without a seed it takes one of its own, always the same.",
        loses="shuffled",
        cell=ONE_BY_ONE,
        replace="default_rng(seed)",
        by="default_rng(0 if seed is None else seed)",
    ),
    Wrong(
        "rest_dropped",
        "Throws the rest of an epoch away when it does not fill a batch.",
        loses="epochs, counted",
        cell="""
            import numpy as np


            class Dataset:
                def __init__(self, images, labels, seed=None):
                    self.images, self.labels = images, labels
                    self.rng = np.random.default_rng(seed)
                    self.order = self.rng.permutation(len(images))
                    self.start = 0
                    self.epochs_completed = 0

                def next_batch(self, batch_size):
                    if self.start + batch_size > len(self.order):
                        self.epochs_completed += 1
                        self.order = self.rng.permutation(len(self.order))
                        self.start = 0
                    chosen = self.order[self.start : self.start + batch_size]
                    self.start += batch_size
                    return self.images[chosen], self.labels[chosen]
        """,
    ),
    Wrong(
        "same_seed_every_epoch",
        "Makes a new generator from the same seed for every epoch.",
        loses="shuffled",
        cell="""
            import numpy as np


            class Dataset:
                def __init__(self, images, labels, seed=None):
                    self.images, self.labels, self.seed = images, labels, seed
                    self.waiting = []
                    self.epochs_completed = 0
                    self.shuffle()

                def shuffle(self):
                    self.waiting = list(np.random.default_rng(self.seed).permutation(len(self.images)))

                def next_batch(self, batch_size):
                    chosen = []
                    while len(chosen) < batch_size:
                        chosen.append(self.waiting.pop())
                        if not self.waiting:
                            self.epochs_completed += 1
                            self.shuffle()
                    return self.images[chosen], self.labels[chosen]
        """,
    ),
    Wrong(
        "seed_for_the_first_epoch",
        "Only the order of the first epoch comes from the seed.",
        loses="shuffled",
        cell="""
            import numpy as np


            class Dataset:
                def __init__(self, images, labels, seed=None):
                    self.images, self.labels = images, labels
                    self.epochs_completed = 0
                    self.order = list(np.random.default_rng(seed).permutation(len(images)))

                def next_batch(self, batch_size):
                    chosen = []
                    for _ in range(batch_size):
                        chosen.append(self.order.pop())
                        if not self.order:
                            self.epochs_completed += 1
                            self.order = list(np.random.default_rng().permutation(len(self.images)))
                    return self.images[chosen], self.labels[chosen]
        """,
    ),
    Wrong(
        "seed_ignored",
        "Draws the order without the seed.",
        loses="shuffled",
        cell=ONE_BY_ONE,
        edits=[
            ("self.random = np.random.default_rng(seed)", ""),
            ("self.random.permutation(len(self.images)).tolist()", "list(np.random.permutation(len(self.images)))"),
        ],
    ),
    Wrong(
        "seed_zero_ignored",
        "Takes the seed 0 for none.",
        loses="shuffled",
        cell=ONE_BY_ONE,
        replace="default_rng(seed)",
        by="default_rng(seed or None)",
    ),
    Wrong(
        "seeds_all_of_keras",
        "Seeds all global generators at once.",
        loses="shuffled",
        cell="""
            import keras
            import numpy as np


            class Dataset:
                def __init__(self, images, labels, seed=None):
                    self.images, self.labels = images, labels
                    self.epochs_completed = 0
                    if seed is not None:
                        keras.utils.set_random_seed(seed)
                    self.order = list(self.shuffled())

                def shuffled(self):
                    return np.random.permutation(len(self.images))

                def next_batch(self, batch_size):
                    chosen = []
                    for _ in range(batch_size):
                        chosen.append(self.order.pop())
                        if not self.order:
                            self.epochs_completed += 1
                            self.order = list(self.shuffled())
                    return self.images[chosen], self.labels[chosen]
        """,
    ),
    Wrong(
        "seeds_everybody",
        "Seeds NumPy's global generator, from which others draw, too.",
        loses="shuffled",
        cell="""
            import numpy as np


            class Dataset:
                def __init__(self, images, labels, seed=None):
                    self.images, self.labels = images, labels
                    self.epochs_completed = 0
                    if seed is not None:
                        np.random.seed(seed)
                    self.order = list(self.shuffled())

                def shuffled(self):
                    return np.random.permutation(len(self.images))

                def next_batch(self, batch_size):
                    chosen = []
                    for _ in range(batch_size):
                        chosen.append(self.order.pop())
                        if not self.order:
                            self.epochs_completed += 1
                            self.order = list(self.shuffled())
                    return self.images[chosen], self.labels[chosen]
        """,
    ),
    Wrong(
        "seeds_python",
        "Seeds Python's global generator, from which others draw, too.",
        loses="shuffled",
        cell="""
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
        """,
    ),
    Wrong(
        "short_last_batch",
        "The last batch of an epoch is smaller than asked for.",
        loses="full batches",
        cell="""
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
        """,
    ),
    Wrong(
        "shuffled_once",
        "Shuffles once and repeats that order every epoch.",
        loses="shuffled",
        cell=BY_SLICES,
        replace="self.order = self.rng.permutation(len(self.order))",
    ),
    Wrong(
        "shuffles_the_callers_arrays",
        "Shuffles the arrays themselves, which belong to the caller.",
        loses="pairs",
        cell="""
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
        """,
    ),
]
