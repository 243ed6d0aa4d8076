"""All items are made before the first is handed out.

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
    with ThreadPoolExecutor(1) as pool:
        yield from pool.submit(list, batches).result()
