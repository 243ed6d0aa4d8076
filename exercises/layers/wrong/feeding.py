"""Wrong answers to `feeding`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "buffer_without_thread",
        "A buffer that is filled by whoever waits for it.",
        loses="ahead",
        replace="""
            pool = ThreadPoolExecutor(1)
            try:
                waiting = deque(pool.submit(next, iterator, end) for _ in range(ahead))
                while (batch := waiting.popleft().result()) is not end:
                    waiting.append(pool.submit(next, iterator, end))
                    yield batch
            finally:  # also if nobody wants the rest
                pool.shutdown(cancel_futures=True)
        """,
        by="""
            waiting = deque(next(iterator, end) for _ in range(2))
            while (batch := waiting.popleft()) is not end:
                waiting.append(next(iterator, end))
                yield batch
        """,
    ),
    Wrong(
        "cache_forgets_the_oldest",
        "The oldest batch makes room.",
        loses="cache",
        replace="""
            if len(kept) < capacity:
                kept[k] = batch
        """,
        by="""
            kept[k] = batch
            if len(kept) > capacity:
                del kept[next(iter(kept))]
        """,
    ),
    Wrong(
        "cache_never_filled",
        "Every batch is loaded every time.",
        loses="cache",
        replace="kept[k] = batch",
        by="pass",
    ),
    Wrong(
        "cache_one_too_many",
        "The cache keeps one batch more than there is room for.",
        loses="cache",
        replace="(kept) < capacity:",
        by="(kept) <= capacity:",
    ),
    Wrong(
        "cache_without_bound",
        "The capacity is ignored.",
        loses="cache",
        replace="""
            if len(kept) < capacity:
                kept[k] = batch
        """,
        by="kept[k] = batch",
    ),
    Wrong(
        "cached_batches_transposed",
        "Rows and columns of a batch change places on the way through the cache.",
        loses="cache",
        replace="= load(k)",
        by="= load(k).T",
    ),
    Wrong(
        "errors_swallowed",
        "A stream that breaks just ends.",
        loses="errors",
        replace="""
            iterator, end = iter(batches), object()
            pool = ThreadPoolExecutor(1)
            try:
                waiting = deque(pool.submit(next, iterator, end) for _ in range(ahead))
                while (batch := waiting.popleft().result()) is not end:
                    waiting.append(pool.submit(next, iterator, end))
                    yield batch
            finally:  # also if nobody wants the rest
                pool.shutdown(cancel_futures=True)
        """,
        by="""
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
        """,
    ),
    Wrong(
        "everything_first",
        "All items are made before the first is handed out.",
        loses="ahead",
        replace="""
            iterator, end = iter(batches), object()
            pool = ThreadPoolExecutor(1)
            try:
                waiting = deque(pool.submit(next, iterator, end) for _ in range(ahead))
                while (batch := waiting.popleft().result()) is not end:
                    waiting.append(pool.submit(next, iterator, end))
                    yield batch
            finally:  # also if nobody wants the rest
                pool.shutdown(cancel_futures=True)
        """,
        by="""
            with ThreadPoolExecutor(1) as pool:
                yield from pool.submit(list, batches).result()
        """,
    ),
    Wrong(
        "items_compared",
        "The end is found by comparing, which arrays do not survive.",
        loses="order",
        replace="is not",
        by="!=",
    ),
    Wrong(
        "not_ahead",
        "Nothing is prefetched.",
        loses="ahead",
        replace="""
            iterator, end = iter(batches), object()
            pool = ThreadPoolExecutor(1)
            try:
                waiting = deque(pool.submit(next, iterator, end) for _ in range(ahead))
                while (batch := waiting.popleft().result()) is not end:
                    waiting.append(pool.submit(next, iterator, end))
                    yield batch
            finally:  # also if nobody wants the rest
                pool.shutdown(cancel_futures=True)
        """,
        by="yield from batches",
    ),
    Wrong(
        "one_ahead_only",
        "Never more than one item is made ahead.",
        loses="ahead",
        replace="(pool.submit(next, iterator, end) for _ in range(ahead))",
        by="(pool.submit(next, iterator, end) for _ in range(1))",
    ),
    Wrong(
        "without_bound",
        "The thread runs ahead without end.",
        loses="ahead, errors",
        replace="""
            iterator, end = iter(batches), object()
            pool = ThreadPoolExecutor(1)
            try:
                waiting = deque(pool.submit(next, iterator, end) for _ in range(ahead))
                while (batch := waiting.popleft().result()) is not end:
                    waiting.append(pool.submit(next, iterator, end))
                    yield batch
            finally:  # also if nobody wants the rest
                pool.shutdown(cancel_futures=True)
        """,
        by="""
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
        """,
    ),
]
