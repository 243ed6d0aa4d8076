"""How much memory and how many processes a submission has, read from /proc by the warm kernel that forked it.

The system's own limits hold for single processes, and not at all for some users; these hold for all processes of a
submission together.
"""

import itertools
import os
from collections.abc import Iterator

THREADS, SOCKETS = 4, 2
"""Threads and sockets that are allowed for each process that is. What a socket holds (up to 0.4 MB) is no process's
memory, so sockets are counted."""

LOOKED_INTO = 64
"""How many processes are looked into, which takes some milliseconds each; what others share counts for each of them."""


def fields(path: str) -> dict[str, list[str]]:
    """The lines ``name: words`` of a file in /proc; empty if the process is gone or may not be looked into."""
    try:
        with open(path) as file:
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


def excess(guardian: int, inherited_bytes: int, limits: dict[str, int]) -> str:
    """What the processes below ``guardian`` have too much of, as a sentence's end; empty if nothing.

    ``inherited_bytes`` is what the warm kernel itself has, of which a submission's share is not its own doing.
    """
    bound = limits["processes"]
    processes = list(itertools.islice(descendants(guardian), bound + 1))
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


def guardians() -> dict[int, int]:
    """This process's children: number in /proc by number in its own process table, which may be another one."""
    me = int(os.readlink("/proc/self"))
    return {int(status(child).get("NSpid", [str(child)])[-1]): child for child in children(me)}
