"""How much memory and how many processes a submission has, read from /proc by the warm kernel that forked it.

The system's own limits hold for single processes, and not at all for some users; these hold for all processes of a
submission together.
"""

import os
from collections.abc import Iterator

BELIEVED = 4


def status(pid: int | str) -> dict[str, list[str]]:
    """The fields of /proc/PID/status as lists of words; empty if the process is gone."""
    try:
        with open(f"/proc/{pid}/status") as file:
            return {name: words.split() for name, _, words in (line.partition(":") for line in file)}
    except OSError:
        return {}


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


def own_bytes(pid: int | str) -> int:
    """Resident memory that belongs to the process alone or to its shared memory, in bytes."""
    fields = status(pid)
    return 1024 * sum(int(fields[name][0]) for name in ("RssAnon", "RssShmem") if name in fields)


def data_bytes() -> int:
    """What this process has mapped as data, in bytes: the measure of RLIMIT_DATA."""
    return 1024 * int(status("self").get("VmData", ["0"])[0])


def excess(guardian: int, inherited_bytes: int, limits: dict[str, int]) -> str:
    """What the processes below ``guardian`` have too much of, as a sentence's end; empty if nothing."""
    processes = list(descendants(guardian))
    if len(processes) > limits["processes"]:
        return f"started more than {limits['processes']} processes"
    if sum(int(status(pid).get("Threads", ["0"])[0]) for pid in processes) > 4 * limits["processes"]:
        return f"started more than {4 * limits['processes']} threads"
    # What a process shares with the warm kernel is not its own; but only a few are believed to share anything.
    shared = inherited_bytes * min(len(processes), BELIEVED)
    if sum(map(own_bytes, processes)) > limits["memory_bytes"] + shared:
        return f"used more than {limits['memory_bytes'] / 2**30:g} GB of memory"
    return ""


def guardians() -> dict[int, int]:
    """This process's children: number in /proc by number in its own process table, which may be another one."""
    me = int(os.readlink("/proc/self"))
    return {int(status(child).get("NSpid", [str(child)])[-1]): child for child in children(me)}
