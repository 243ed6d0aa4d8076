"""A buffer that is filled by whoever waits for it.

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
    iterator, end = iter(batches), object()
    waiting = deque(next(iterator, end) for _ in range(2))
    while (batch := waiting.popleft()) is not end:
        waiting.append(next(iterator, end))
        yield batch
