"""A stream that breaks just ends.

Loses: feeding/errors
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
    import queue
    import threading

    made, end = queue.Queue(ahead), object()

    def fill():
        try:
            for batch in batches:
                made.put(batch)
        except Exception:
            pass
        made.put(end)

    threading.Thread(target=fill, daemon=True).start()
    while (batch := made.get()) is not end:
        yield batch
