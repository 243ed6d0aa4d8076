"""How much memory, time and how many processes a submission has, read from /proc by the warm kernel that forked it.

The system's own limits hold for single processes, and not at all for some users; these hold for all processes of a
submission together. Time is processor time: it is the same on an idle machine and on a busy one. What only waits uses
none of it, so the seconds in which nothing of a submission runs, or is ready to run, are counted apart.
"""

import itertools
import os
import time
from collections.abc import Iterator

THREADS, SOCKETS = 4, 2
"""Threads and sockets that are allowed for each process that is. What a socket holds (up to 0.4 MB) is no process's
memory, so sockets are counted."""

LOOKED_INTO = 64
"""How many processes are looked into, which takes some milliseconds each; what others share counts for each of them."""


def fields(path: str) -> dict[str, list[str]]:
    """The lines ``name: words`` of a file in /proc; empty if the process is gone or may not be looked into."""
    try:
        # What a submission calls its processes need be no text.
        with open(path, encoding="utf-8", errors="replace") as file:
            return {name: words.split() for name, _, words in (line.partition(":") for line in file)}
    except OSError:
        return {}


def status(pid: int | str) -> dict[str, list[str]]:
    """The fields of /proc/PID/status; empty if the process is gone."""
    return fields(f"/proc/{pid}/status")


def children(pid: int) -> list[int]:
    """The processes that any thread of ``pid`` has started."""
    found: list[int] = []
    try:
        for thread in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{thread}/children") as file:
                found += map(int, file.read().split())
    except OSError:
        pass  # it ended while it was looked at
    return found


def descendants(pid: int) -> Iterator[int]:
    """Every process below ``pid``."""
    waiting = children(pid)
    while waiting:
        child = waiting.pop()
        yield child
        waiting += children(child)


def kilobytes(found: dict[str, list[str]], *names: str) -> int:
    """The sum of the named fields, which are in kB, in bytes."""
    return 1024 * sum(int(found[name][0]) for name in names if name in found)


def own_bytes(pid: int | str) -> int:
    """Memory of a process that no file stands for, with its page tables, in bytes; what it shares counts in full."""
    return kilobytes(status(pid), "RssAnon", "RssShmem", "VmSwap", "VmPTE")


def exact_bytes(pid: int) -> int:
    """The same, but pages that several processes have are divided among them; in full if that cannot be seen."""
    found = fields(f"/proc/{pid}/smaps_rollup")
    if "Pss_Anon" not in found:
        return own_bytes(pid)
    return kilobytes(found, "Pss_Anon", "Pss_Shmem", "SwapPss") + kilobytes(status(pid), "VmPTE")


def total_bytes(processes: list[int], enough: int) -> int:
    """Memory of ``processes`` together; an upper bound, which is made exact only if it is more than ``enough``."""
    sizes = sorted(((own_bytes(pid), pid) for pid in processes), reverse=True)
    total = sum(size for size, _ in sizes)
    for size, pid in sizes[:LOOKED_INTO]:
        if total <= enough:
            break
        total += exact_bytes(pid) - size
    return total


def sockets(pid: int | str) -> int:
    """The number of sockets in the network namespace of ``pid``."""
    return int(fields(f"/proc/{pid}/net/sockstat").get("sockets", ["used", "0"])[1])


def data_bytes() -> int:
    """What this process has mapped as data, in bytes: the measure of RLIMIT_DATA."""
    return 1024 * int(status("self").get("VmData", ["0"])[0])


TICKS = os.sysconf("SC_CLK_TCK")
"""In how many parts of a second the system counts processor time."""

IDLE_SHARE = 0.02
"""Who uses less of the time than this, and is not ready to run either, only waits."""


def numbers(path: str) -> tuple[str, list[str]]:
    """State and later fields of a ``stat`` file in /proc, behind the process's own name, which may hold anything."""
    try:
        with open(path, "rb") as file:
            state, *rest = file.read().rpartition(b")")[2].decode("ascii").split()
    except (OSError, ValueError):
        return "", []
    return state, rest


def processor_seconds(processes: list[int]) -> float:
    """The processor time of ``processes`` and of those of their children that have ended and been waited for."""
    # utime, stime, cutime, cstime are fields 14 to 17 of proc_pid_stat(5); `rest` begins with field 4.
    found = (numbers(f"/proc/{pid}/stat")[1][10:14] for pid in processes)
    return sum(sum(map(int, each)) for each in found) / TICKS


def is_ready(pid: int) -> bool:
    """Whether a thread of ``pid`` runs, is ready to run, or waits for a disk, so that time is not the submission's."""
    try:
        threads = os.listdir(f"/proc/{pid}/task")
    except OSError:
        return False
    return any(numbers(f"/proc/{pid}/task/{thread}/stat")[0] in ("R", "D") for thread in threads)


class Clock:
    """The processor seconds and the waiting seconds of one submission, and how many of each it may have for now."""

    def __init__(self) -> None:
        """Start with no limit."""
        self.used = self.waited = 0.0
        self.counted = self.lost = 0.0
        self.looked = time.monotonic()
        self.allow("", None, None)

    def allow(self, task: str, seconds: float | None, waiting: float | None) -> None:
        """From now on ``task`` may take so many processor seconds and wait for so many; None is for no bound."""
        self.task, self.seconds, self.waiting = task, seconds, waiting
        self.used_before, self.waited_before = self.used, self.waited

    @property
    def spent(self) -> tuple[float, float]:
        """Processor seconds and waiting seconds since `allow`."""
        return self.used - self.used_before, self.waited - self.waited_before

    def look(self, processes: list[int]) -> None:
        """Count what ``processes`` have used, and whether they only waited since the last look."""
        counted = processor_seconds(processes)
        if counted < self.counted:  # one ended between two readings: its time is its parent's now
            counted = processor_seconds(processes)
        if counted < self.counted:  # or nobody waited for it, and its time is nobody's
            self.lost += self.counted - counted
        self.counted = counted
        now, used = time.monotonic(), max(self.used, self.lost + counted)
        elapsed, self.looked = now - self.looked, now
        if used - self.used < IDLE_SHARE * elapsed and not any(map(is_ready, processes[:LOOKED_INTO])):
            self.waited += elapsed
        self.used = used

    def excess(self) -> str:
        """Which of its seconds the task has used up, as a sentence's end; empty if none."""
        used, waited = self.spent
        if self.seconds is not None and used > self.seconds:
            return f"did not finish within {round(self.seconds, 1):g} seconds of processor time"
        if self.waiting is not None and waited > self.waiting:
            return f"did nothing but wait for {self.waiting:g} seconds (a sleep, a lock, or input that never comes?)"
        return ""


def excess(processes: list[int], inherited_bytes: int, limits: dict[str, int]) -> str:
    """What ``processes`` have too much of, as a sentence's end; empty if nothing.

    ``inherited_bytes`` is what the warm kernel itself has, of which a submission's share is not its own doing.
    """
    bound = limits["processes"]
    if len(processes) > bound:
        return f"started more than {bound} processes"
    if sum(int(status(pid).get("Threads", ["0"])[0]) for pid in processes) > THREADS * bound:
        return f"started more than {THREADS * bound} threads"
    if processes and sockets(processes[0]) - sockets("self") > SOCKETS * bound:
        return f"opened more than {SOCKETS * bound} sockets"
    enough = limits["memory_bytes"] + inherited_bytes
    if total_bytes(processes, enough) > enough:
        return f"used more than {limits['memory_bytes'] / 2**30:g} GB of memory"
    return ""


def processes_below(guardian: int, limits: dict[str, int]) -> list[int]:
    """The processes below ``guardian``: all of them, or one more than there may be."""
    return list(itertools.islice(descendants(guardian), limits["processes"] + 1))


def guardians() -> dict[int, int]:
    """This process's children: number in /proc by number in its own process table, which may be another one."""
    me = int(os.readlink("/proc/self"))
    return {int(status(child).get("NSpid", [str(child)])[-1]): child for child in children(me)}
