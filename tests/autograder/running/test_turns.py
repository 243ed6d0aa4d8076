"""Going on together and alone."""

import threading
from concurrent.futures import ThreadPoolExecutor

from autograder.running.turns import Turns


def test_many_go_on_together():
    turns, all_in = Turns(), threading.Barrier(5, timeout=20)

    def go_on():
        with turns.together():
            all_in.wait()  # breaks if one of the five has to wait for another's end

    with ThreadPoolExecutor(5) as pool:
        for each in [pool.submit(go_on) for _ in range(5)]:
            each.result()


def test_who_is_alone_waits_for_the_others_and_keeps_later_ones_waiting():
    turns, happened = Turns(), []
    first_is_in, first_may_end, alone_wants = threading.Event(), threading.Event(), threading.Event()

    def first():
        with turns.together():
            first_is_in.set()
            first_may_end.wait(20)
            happened.append("first ends")

    def alone(name):
        alone_wants.set()
        with turns.alone():
            happened.append(f"{name} begins")
            happened.append(f"{name} ends")

    def later():
        with turns.together():
            happened.append("later")

    with ThreadPoolExecutor(4) as pool:
        pool.submit(first)
        assert first_is_in.wait(20)
        waiting = [pool.submit(alone, "a"), pool.submit(alone, "b")]
        while turns._wanting < 2:  # both have asked
            alone_wants.wait(0.01)
        waiting.append(pool.submit(later))
        first_may_end.set()
        for each in waiting:
            each.result()
    assert happened[0] == "first ends"
    assert happened[-1] == "later"
    assert {tuple(happened[1:3]), tuple(happened[3:5])} == {("a begins", "a ends"), ("b begins", "b ends")}


def test_a_failure_ends_a_turn():
    turns = Turns()
    for turn in (turns.together, turns.alone):
        try:
            with turn():
                raise ValueError
        except ValueError:
            pass
    with turns.alone():
        pass
