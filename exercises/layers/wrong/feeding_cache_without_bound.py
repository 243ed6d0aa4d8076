"""The capacity is ignored.

Loses: feeding/cache
"""

# %% solution="feeding"
def cached(load, capacity):
    kept = {}

    def get(k):
        if k in kept:
            return kept[k]
        batch = load(k)
        kept[k] = batch
        return batch

    return get


def prefetched(batches, ahead):
    iterator, end = iter(batches), object()
    pool = ThreadPoolExecutor(1)
    try:
        waiting = deque(pool.submit(next, iterator, end) for _ in range(ahead))
        while (batch := waiting.popleft().result()) is not end:
            waiting.append(pool.submit(next, iterator, end))
            yield batch
    finally:
        pool.shutdown(cancel_futures=True)
