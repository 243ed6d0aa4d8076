"""`python -m benchmarks.memory`: what a warm kernel holds, and what every further submission to `gan` adds.

Memory is proportional set size (PSS): pages that several processes share are divided among them. A fork shares most of
its pages with the warm kernel, so resident sizes would count TensorFlow once for each submission.
"""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import psutil
from rich.console import Console
from rich.table import Table

from autograder.course import Assignment, Course
from autograder.running import kernel_pool
from autograder.sandbox.limits import Limits

ROOT = Path(__file__).resolve().parent.parent
AT_ONCE = (1, 4, 16)
BUDGET = 8 * 2**30
PATIENT = Limits(cell_seconds=120, probe_seconds=120, submission_seconds=900)
"""Sixteen submissions on few cores take their time, which is not what is measured here."""


def pss(process: psutil.Process) -> int:
    """Bytes of one process; 0 if it has ended."""
    try:
        return int(process.memory_full_info().pss)
    except psutil.Error:
        return 0


def below() -> int:
    """Bytes of all processes that this one has started, and of what these have."""
    return sum(map(pss, psutil.Process().children(recursive=True)))


@contextmanager
def peak(of: Callable[[], int]) -> Iterator[list[int]]:
    """While the block runs, the list's last value is the largest that was seen."""
    seen, over = [of()], threading.Event()

    def watch() -> None:
        while not over.wait(0.1):
            seen.append(max(seen[-1], of()))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield seen
    finally:
        over.set()
        watcher.join()


def perform_at_once(assignment: Assignment, kernels: kernel_pool.KernelPool, count: int) -> int:
    """Peak bytes while ``count`` copies of the solution are run at the same time."""
    with peak(below) as seen, ThreadPoolExecutor(count) as pool:
        list(pool.map(lambda _: kernel_pool.run_assignment(kernels, assignment, assignment.solution), range(count)))
    return seen[-1]


def main() -> None:
    """Measure and print."""
    kernels = kernel_pool.KernelPool(PATIENT)
    kernel_pool.warm_kernel(kernels)
    time.sleep(1)  # until the sandbox's own start is over
    with tempfile.TemporaryDirectory() as output:
        assignment = Course(ROOT, Path(output)).assignment("gan")
        peaks = {0: below()} | {count: perform_at_once(assignment, kernels, count) for count in AT_ONCE}
    table = Table("submissions at once", "all together, MiB", title="Memory of running `gan`, PSS")
    for count, size in peaks.items():
        table.add_row(str(count), f"{size / 2**20:.0f}")
    most = max(peaks)
    each = (peaks[most] - peaks[0]) / most
    console = Console()
    console.print(table)
    console.print(f"Each adds {each / 2**20:.0f} MiB: {int((BUDGET - peaks[0]) / each)} at once would fit into 8 GiB.")


if __name__ == "__main__":
    main()
