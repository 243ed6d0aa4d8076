"""What the processes of a submission have and use, read from /proc by the warm kernel that forked it.

The system's own limits hold for single processes, and not at all for some users; these hold for all processes of a
submission together. Time is processor time: it is the same on an idle machine and on a busy one. What only waits uses
none of it, so the seconds in which nothing of a submission runs, or is ready to run, are counted apart; also those
between short spells of running.

Whoever is watched can make it dear to look at. So every look reads a bounded part of /proc, and who is dear is looked
at less often; the others' turns do not change.
"""

import contextlib
import functools
import itertools
import os
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

THREADS, SOCKETS, FILES = 4, 2, 16
"""Threads, sockets and open files that are allowed for each process that is. What a socket holds (up to 0.4 MB) is no
process's memory, so sockets are counted; of files, what a process has beyond `USUAL_FILES`."""

USUAL_FILES = 256
"""Room for open files that a process may inherit; the system counts them in powers of two."""

SESSIONS = 16
"""How many sessions a submission may have at a time: where the system groups by session, each has a share of the
processors like that of a whole neighbour. A line of shell in a cell is one."""

GREEDY = 1.5
"""Who uses more processors than this gives way to others."""

LOOK_SECONDS = 0.02
"""Processor time after which one look reads no more of what is dear to read."""

ENTRY_BYTES = 256
"""What the system keeps for a mapping, or a file that epoll watches, which is part of no process's memory."""

MOST_ENTRIES = 2**17
"""How many of those of one process are counted."""

KERNEL_BYTES = 2**27
"""They are counted once the system's own memory has grown by so much: counting is dear, and few have many."""


def read(path: str, most: int = 2**16) -> bytes:
    """The first ``most`` bytes of a file in /proc; empty if the process is gone or may not be looked into."""
    try:
        with open(path, "rb", buffering=0) as file:
            return file.read(most) or b""
    except OSError:
        return b""


FIELD = re.compile(rb"^(\w+):[ \t]*(.*)$", re.MULTILINE)


def fields(path: str) -> dict[bytes, list[bytes]]:
    """The lines ``name: words`` of a file in /proc. What a submission calls its processes need be no text."""
    return {name: words.split() for name, words in FIELD.findall(read(path))}


def status(pid: int | str) -> dict[bytes, list[bytes]]:
    """The fields of /proc/PID/status; empty if the process is gone."""
    return fields(f"/proc/{pid}/status")


def number(found: dict[bytes, list[bytes]], name: bytes, place: int = 0) -> int:
    """One of the numbers of a field; 0 if there is none."""
    words = found.get(name, [])
    return int(words[place]) if place < len(words) else 0


def kilobytes(found: dict[bytes, list[bytes]], *names: bytes) -> int:
    """The sum of the named fields, which are in kB, in bytes."""
    return 1024 * sum(number(found, name) for name in names)


OWN = (b"RssAnon", b"RssShmem", b"VmSwap", b"VmPTE", b"HugetlbPages")
"""Memory of a process that no file stands for, with its page tables; what it shares counts in full."""


def own_bytes(pid: int | str) -> int:
    """Memory that a process has for itself, or shares, in bytes."""
    return kilobytes(status(pid), *OWN)


def exact_bytes(pid: int) -> int:
    """The same, but pages that several processes have are divided among them; in full if that cannot be seen."""
    found, rest = fields(f"/proc/{pid}/smaps_rollup"), status(pid)
    if b"Pss_Anon" not in found:
        return kilobytes(rest, *OWN)
    return kilobytes(found, b"Pss_Anon", b"Pss_Shmem", b"SwapPss") + kilobytes(rest, b"VmPTE", b"HugetlbPages")


def lines(path: str) -> int:
    """The number of lines of a file in /proc, if it is less than `MOST_ENTRIES`."""
    found = 0
    with open(path, "rb", buffering=0) as file:
        while found < MOST_ENTRIES and (part := file.read(2**16)):
            found += part.count(b"\n")
    return found


def entries(pid: int) -> int:
    """The mappings of a process, and the files that it watches by epoll; `MOST_ENTRIES` if it lets nobody look."""
    try:
        found = lines(f"/proc/{pid}/maps")
        for descriptor in os.listdir(f"/proc/{pid}/fd"):
            if found < MOST_ENTRIES and os.readlink(f"/proc/{pid}/fd/{descriptor}") == "anon_inode:[eventpoll]":
                found += lines(f"/proc/{pid}/fdinfo/{descriptor}")
    except PermissionError:
        return MOST_ENTRIES
    except OSError:
        return 0  # it has ended, or closed what was looked at
    return found


def kernel_bytes() -> int:
    """The memory that this machine's system has for itself and cannot give up, in bytes."""
    return kilobytes(fields("/proc/meminfo"), b"SUnreclaim")


def sockets(pid: int | str) -> int:
    """The number of sockets in the network namespace of ``pid``."""
    return number(fields(f"/proc/{pid}/net/sockstat"), b"sockets", 1)


def data_bytes() -> int:
    """What this process has mapped as data, in bytes: the measure of RLIMIT_DATA."""
    return kilobytes(status("self"), b"VmData")


TICKS = os.sysconf("SC_CLK_TCK")
"""In how many parts of a second the system counts processor time."""

BUSY_SHARE = 0.5
"""Who uses more of the time than this does not wait, and is not asked."""

DISK_SHARE = 0.25
"""This part of the time counts as waiting if a submission waits for a disk: a slow one is not its own doing, but a
process looks the same in states that it can bring about as often as it likes, and stay in."""

LOOKED_INTO = 256
"""Of how many threads it is asked whether they are ready to run."""


def statistics(path: str) -> tuple[str, list[int]]:
    """State and later fields of a ``stat`` file in /proc, behind the process's own name, which may hold anything."""
    state, *rest = read(path).rpartition(b")")[2].split() or [b""]
    return state.decode("ascii"), [int(each) for each in rest]


@functools.cache
def depth() -> int:
    """How many process tables there are from that of this /proc to this process's own."""
    return max(1, len(status("self").get(b"NSpid", [])))


@dataclass(frozen=True)
class Process:
    """One process at one moment: its number in /proc, and what it has.

    ``seconds`` are of processor time, with those of its children that have ended and been waited for. ``group`` is its
    process group, as this process calls it; ``session`` is as /proc has it.
    """

    pid: int
    state: str = ""
    threads: int = 0
    own_bytes: int = 0
    files: int = 0
    seconds: float = 0.0
    session: int = 0
    group: int = 0

    @classmethod
    def look_at(cls, pid: int) -> "Process":
        """Read what there is of a process."""
        found = status(pid)
        state, rest = statistics(f"/proc/{pid}/stat")
        # session is field 6 of proc_pid_stat(5), utime, stime, cutime and cstime are 14 to 17; `rest` begins with 4.
        return cls(
            pid,
            state,
            threads=number(found, b"Threads"),
            own_bytes=kilobytes(found, *OWN),
            files=max(0, number(found, b"FDSize") - USUAL_FILES),
            seconds=sum(rest[10:14]) / TICKS,
            session=rest[2] if rest and state != "Z" else 0,
            group=number(found, b"NSpgid", depth() - 1),
        )


def children(pid: int, threads: int = 1) -> list[int]:
    """The processes that any thread of ``pid`` has started."""
    tasks = [str(pid)]
    if threads > 1:
        with contextlib.suppress(OSError):  # it ended while it was looked at
            tasks = os.listdir(f"/proc/{pid}/task")
    return [int(child) for task in tasks for child in read(f"/proc/{pid}/task/{task}/children").split()]


def processes_below(supervisor: int, limits: dict[str, int]) -> list[Process]:
    """The processes below ``supervisor``; of more processes or threads than there may be, enough to tell."""
    found: list[Process] = []
    threads = 0
    waiting = children(supervisor)
    while waiting and len(found) <= limits["processes"] and threads <= THREADS * limits["processes"]:
        process = Process.look_at(waiting.pop())
        found.append(process)
        threads += process.threads
        if threads <= THREADS * limits["processes"]:
            waiting += children(process.pid, process.threads)
    return found


def supervisors() -> dict[int, int]:
    """This process's children: number in /proc by number in its own process table, which may be another one."""
    me = int(os.readlink("/proc/self"))
    numbers = {child: status(child).get(b"NSpid", []) for child in children(me)}
    return {int(found[-1]) if found else child: child for child, found in numbers.items()}


def idleness(processes: Sequence[Process]) -> float:
    """Which part of the time that is spent now is the submission's own waiting.

    None if a thread runs or is ready to run, `DISK_SHARE` if one waits for a disk, else all.
    """
    several = [process.pid for process in processes if process.threads > 1]
    if any(process.state == "R" for process in processes):
        return 0.0

    def states() -> Iterator[str]:
        for pid in several:
            with contextlib.suppress(OSError):
                for thread in os.listdir(f"/proc/{pid}/task"):
                    yield statistics(f"/proc/{pid}/task/{thread}/stat")[0]

    found = {*itertools.islice(states(), LOOKED_INTO), *(process.state for process in processes)}
    return 0.0 if "R" in found else DISK_SHARE if "D" in found else 1.0


class Clock:
    """The processor seconds and the waiting seconds of one submission, and how many of each it may have for now."""

    def __init__(self) -> None:
        """Start with no limit."""
        self.used = self.waited = 0.0
        self.counted = self.lost = 0.0
        self.looked = time.monotonic()
        self.processors = 0.0
        """How many processors were used between the last two looks."""
        self.allow("", None, None)

    def allow(self, task: str, seconds: float | None, waiting: float | None) -> None:
        """From now on ``task`` may take so many processor seconds and wait for so many; None is for no bound."""
        self.task, self.seconds, self.waiting = task, seconds, waiting
        self.used_before, self.waited_before = self.used, self.waited

    @property
    def spent(self) -> tuple[float, float]:
        """Processor seconds and waiting seconds since `allow`."""
        return self.used - self.used_before, self.waited - self.waited_before

    def look(self, look_again: Callable[[], list[Process]]) -> list[Process]:
        """Count what the processes have used, and whether they only waited since the last look; return them."""
        processes = look_again()
        counted = sum(process.seconds for process in processes)
        if counted < self.counted:  # one ended between two readings: its time is its parent's now
            processes = look_again()
            counted = sum(process.seconds for process in processes)
        if counted < self.counted:  # or nobody waited for it, and its time is nobody's
            self.lost += self.counted - counted
        self.counted = counted
        now, used = time.monotonic(), max(self.used, self.lost + counted)
        elapsed, self.looked = now - self.looked, now
        if used - self.used < BUSY_SHARE * elapsed:
            self.waited += (elapsed - (used - self.used)) * idleness(processes)
        self.processors = (used - self.used) / max(elapsed, 1 / TICKS)
        self.used = used
        return processes

    def excess(self) -> str:
        """Which of its seconds the task has used up, as a sentence's end; empty if none."""
        used, waited = self.spent
        if self.seconds is not None and used > self.seconds:
            return f"did not finish within {round(self.seconds, 1):g} seconds of processor time"
        if self.waiting is not None and waited > self.waiting:
            return f"did nothing but wait for {self.waiting:g} seconds (a sleep, a lock, or input that never comes?)"
        return ""


class Memory:
    """How much memory a submission's processes have together, found out over as many looks as it takes."""

    AT_ONCE = 4
    """How many are measured in each look, however long it takes and however little they seem to have."""

    def __init__(self) -> None:
        """Start with nothing measured."""
        self.measured: dict[int, int] = {}
        """Exact bytes by process, the oldest measurement first."""

    def is_more_than(self, enough: int, processes: list[Process], measure: Callable[[int], int] | None = None) -> bool:
        """Whether ``processes`` have more than ``enough`` bytes for certain.

        What they share counts in full in a first sum, which most often suffices. Else they are measured, and as they
        change, again: those first that never were, the largest of them before the others. With a ``measure`` of more
        than the first sum holds, all are measured.
        """
        sizes = {process.pid: process.own_bytes for process in processes}
        if measure is None and sum(sizes.values()) <= enough:
            return False
        self.measured = {pid: size for pid, size in self.measured.items() if pid in sizes}
        new = sorted(sizes.keys() - self.measured.keys(), key=lambda pid: -sizes[pid])
        began = time.process_time()
        for count, pid in enumerate([*new, *self.measured], start=1):
            self.measured.pop(pid, None)
            self.measured[pid] = (measure or exact_bytes)(pid)
            if count < self.AT_ONCE:
                continue
            at_most = sum(self.measured.get(each, size) for each, size in sizes.items())
            if time.process_time() - began > LOOK_SECONDS or (measure is None and at_most <= enough):
                break
        return sum(self.measured.values()) > enough


def give_way(processes: list[Process]) -> None:
    """Lower the priority of all threads of ``processes``, and so of all that they start; none of them can raise it."""
    for group in {process.group for process in processes} - {0, os.getpgrp()}:
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PGRP, group, 19)


class Watch:
    """Looks at one submission time and again, as often as that is not too dear."""

    def __init__(self, kernel_bytes: int, inherited_bytes: int) -> None:
        """What the machine's system had before the first fork, and the warm kernel, of which all have a share."""
        self.kernel_bytes, self.inherited_bytes = kernel_bytes, inherited_bytes
        self.memory, self.entries = Memory(), Memory()
        self.due = 0.0

    def excess(self, processes: list[Process], limits: dict[str, int]) -> str:
        """What ``processes`` have too much of, as a sentence's end; empty if nothing."""
        bound = limits["processes"]
        opened = sockets(processes[0].pid) - sockets("self") if processes else 0
        for verb, what, found, most in (
            ("started", "processes", len(processes), bound),
            ("started", "threads", sum(process.threads for process in processes), THREADS * bound),
            ("started", "sessions", len({process.session for process in processes} - {0}), SESSIONS),
            ("opened", "sockets", opened, SOCKETS * bound),
            ("opened", "files at once", sum(process.files for process in processes), FILES * bound),
        ):
            if found > most:
                return f"{verb} more than {most} {what}"
        memory = limits["memory_bytes"]
        if self.memory.is_more_than(memory + self.inherited_bytes, processes):
            return f"used more than {memory / 2**30:g} GB of memory"
        grown = kernel_bytes() - self.kernel_bytes > KERNEL_BYTES
        if grown and self.entries.is_more_than(memory // 8, processes, lambda pid: ENTRY_BYTES * entries(pid)):
            return f"had the system itself keep more than {memory // 8 / 2**20:g} MB for it"
        return ""

    @contextlib.contextmanager
    def turn(self, seconds: float, watches: int) -> Iterator[None]:
        """A look, after which the next is due in ``seconds``, or later: all ``watches`` use a fifth of a processor."""
        began, used = time.monotonic(), time.process_time()
        try:
            yield
        finally:
            self.due = began + max(seconds, 4 * watches * (time.process_time() - used))
