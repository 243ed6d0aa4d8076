"""Nothing is prefetched.

Loses: feeding/ahead
"""

# %% solution="feeding"
def cached(load, capacity):
    kept = {}

    def get(k):
        if k in kept:
            return kept[k]
        batch = load(k)
        if len(kept) < capacity:
            kept[k] = batch
        return batch

    return get


def prefetched(batches, ahead):
    yield from batches
