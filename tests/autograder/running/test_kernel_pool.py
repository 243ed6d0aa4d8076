"""Who is run when warm kernels die."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from autograder.running import kernel_pool
from autograder.sandbox.warm import WarmKernelDied


class Machine:
    """Stands in for warm kernels: whoever runs on one that dies dies with it."""

    def __init__(self, together):
        self.begins = threading.Barrier(together, timeout=20)
        self.attempts, self.running = Counter(), set()
        self.lock = threading.Lock()
        self.was_alone = []

    def run(self, name, *_):
        with self.lock:
            self.attempts[name] += 1
            self.running.add(name)
        try:
            if self.attempts[name] <= 2:
                self.begins.wait()  # all are on one warm kernel, which the culprit ends
                raise WarmKernelDied("ended")
            self.was_alone.append(self.running == {name})
            if name == "culprit":
                raise WarmKernelDied("ended again")
            return f"{name} is done"
        finally:
            with self.lock:
                self.running.discard(name)


def test_after_a_second_death_suspects_are_performed_one_at_a_time_and_only_the_culprit_fails(monkeypatch):
    names = ["first", "culprit", "second", "third"]
    machine = Machine(len(names))
    monkeypatch.setattr(kernel_pool, "run_on", machine.run)
    monkeypatch.setattr(kernel_pool, "warm_kernel", lambda _: object())
    with ThreadPoolExecutor(len(names)) as pool:
        done = {name: pool.submit(kernel_pool.run, kernel_pool.KernelPool(), name) for name in names}
        assert {name: done[name].result() for name in names if name != "culprit"} == {
            name: f"{name} is done" for name in names if name != "culprit"
        }
        with pytest.raises(WarmKernelDied, match="ended again"):
            done["culprit"].result()
    assert machine.was_alone == [True] * 4
    assert set(machine.attempts.values()) == {3}
