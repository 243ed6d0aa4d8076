"""Every batch is loaded every time.

Loses: feeding/cache
"""

# %% solution="feeding"
def cached(load, capacity):
    kept = {}

    def get(k):
        if k in kept:
            return kept[k]
        batch = load(k)
        if len(kept) < capacity:
            pass
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
