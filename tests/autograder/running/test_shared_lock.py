"""Many hold the lock together, or one alone."""

import threading
from concurrent.futures import ThreadPoolExecutor

from autograder.running.shared_lock import SharedLock


def test_many_hold_it_together():
    lock, all_in = SharedLock(), threading.Barrier(5, timeout=20)

    def go_on():
        with lock.shared():
            all_in.wait()  # breaks if one of the five has to wait for another's end

    with ThreadPoolExecutor(5) as pool:
        for each in [pool.submit(go_on) for _ in range(5)]:
            each.result()


def test_who_wants_it_exclusively_waits_for_the_others_and_keeps_later_ones_waiting():
    lock, happened = SharedLock(), []
    first_is_in, first_may_end, alone_wants = threading.Event(), threading.Event(), threading.Event()

    def first():
        with lock.shared():
            first_is_in.set()
            first_may_end.wait(20)
            happened.append("first ends")

    def alone(name):
        alone_wants.set()
        with lock.exclusive():
            happened.append(f"{name} begins")
            happened.append(f"{name} ends")

    def later():
        with lock.shared():
            happened.append("later")

    with ThreadPoolExecutor(4) as pool:
        pool.submit(first)
        assert first_is_in.wait(20)
        waiting = [pool.submit(alone, "a"), pool.submit(alone, "b")]
        while lock._waiting_or_alone < 2:  # both have asked
            alone_wants.wait(0.01)
        waiting.append(pool.submit(later))
        first_may_end.set()
        for each in waiting:
            each.result()
    assert happened[0] == "first ends"
    assert happened[-1] == "later"
    assert {tuple(happened[1:3]), tuple(happened[3:5])} == {("a begins", "a ends"), ("b begins", "b ends")}


def test_a_failure_releases_it():
    lock = SharedLock()
    for hold in (lock.shared, lock.exclusive):
        try:
            with hold():
                raise ValueError
        except ValueError:
            pass
    with lock.exclusive():
        pass
