"""Never more than one item is made ahead.

Loses: feeding/ahead
"""


# %% solution="feeding"
def cached(load, capacity):
    """A function `k -> load(k)` that keeps the first `capacity` different batches it loads."""
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
    """Yield the items of `batches` in order, while a thread makes up to `ahead` further ones."""
    iterator, end = iter(batches), object()
    pool = ThreadPoolExecutor(1)
    try:
        waiting = deque(pool.submit(next, iterator, end) for _ in range(1))
        while (batch := waiting.popleft().result()) is not end:
            waiting.append(pool.submit(next, iterator, end))
            yield batch
    finally:  # also if nobody wants the rest
        pool.shutdown(cancel_futures=True)
