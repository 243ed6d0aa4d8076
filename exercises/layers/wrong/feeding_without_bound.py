"""The thread runs ahead without end.

Loses: feeding/ahead, feeding/errors
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

    made, end = queue.Queue(), object()

    def fill():
        for batch in batches:
            made.put(batch)
        made.put(end)

    def filled():
        try:
            fill()
        except Exception:
            made.put(end)

    threading.Thread(target=filled, daemon=True).start()
    while (batch := made.get()) is not end:
        yield batch
