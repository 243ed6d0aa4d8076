"""The system calls that a submission may not make: a seccomp filter, which every process and thread it starts inherits.

Namespaces, missing capabilities and resource limits are the walls; this closes what they leave open. Refused are

- calls that allocate memory which no limit counts: memory files, System V and POSIX IPC, anonymous shared mappings,
  pages held by pipes, watches of files, programs for the kernel's filters;
- sockets of families that know no network namespace, such as a virtual machine's line to its host;
- leases on files, and what a whole machine has few of;
- calls that no lesson needs and that holes in the system's kernel are often found in, or that reach into other
  processes.

A refused call fails with EPERM (a socket with EAFNOSUPPORT), as if the system did not allow it, and nothing is killed.
What is newer than this table fails with ENOSYS, as on an older system.

**Locks on files succeed and keep nobody out.** A lock holds for a file wherever it is shown: one on the data that all
submissions read would hold up every other, and each takes memory that nobody counts. Libraries that lock what they open
(HDF5, SQLite) work on; only processes of one submission that rely on a lock among themselves notice.
"""

import ctypes
import errno
import os
import struct
from collections.abc import Iterable, Sequence

MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
"""Machines with a table: the column of `REFUSED` and the kernel's constant for the architecture (linux/audit.h)."""

MISSING = 0xFFFFFFFF

REFUSED = {
    # memory that is counted nowhere
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "msgget": (68, 186),
    "semget": (64, 190),
    "mq_open": (240, 180),
    "vmsplice": (278, 75),
    "inotify_init": (253, MISSING),
    "inotify_init1": (294, 26),
    "inotify_add_watch": (254, 27),
    "seccomp": (317, 277),
    "landlock_create_ruleset": (444, 444),
    # of these the whole machine, or the whole user, has a small number
    "io_setup": (206, 0),
    # other processes
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "pidfd_getfd": (438, 438),
    "kcmp": (312, 272),
    # namespaces and mounts
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    # parts of the kernel that no lesson needs
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "fanotify_init": (300, 262),
    "modify_ldt": (154, MISSING),
    "lookup_dcookie": (212, 18),
    "quotactl": (179, 60),
    "quotactl_fd": (443, 443),
    "acct": (163, 89),
    "syslog": (103, 116),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "reboot": (169, 142),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
}
"""Names and numbers of refused calls, for each of `MACHINES`."""

PRETENDED = {
    "flock": (73, 32),
    # having the disk write what it holds back; whatever a submission can write lies in memory
    "sync": (162, 81),
    "syncfs": (306, 267),
    "fsync": (74, 82),
    "fdatasync": (75, 83),
    "sync_file_range": (277, 84),
    "msync": (26, 227),
}
"""Calls that succeed without doing anything: they would hold up others, also on files that can only be read."""

SOCKET, MMAP, FCNTL, PRCTL, SETSOCKOPT = (41, 198), (9, 222), (72, 25), (157, 167), (54, 208)
FAMILIES = (1, 2, 10, 16)
"""Unix, IPv4, IPv6 and netlink: the families of sockets that belong to one network namespace."""

LOCKS = (6, 7, 37, 38)
"""F_SETLK, F_SETLKW, F_OFD_SETLK, F_OFD_SETLKW."""

LEASES_AND_PIPES = (1024, 1026, 1031)
"""F_SETLEASE and F_NOTIFY, which hold up or overhear who opens a file; F_SETPIPE_SZ, of which a user has little."""

PROCESS_OPTIONS = (1, 22, 62)
"""PR_SET_PDEATHSIG, to outlive who watches; PR_SET_SECCOMP; PR_SCHED_CORE, which keeps others off a processor."""

SOL_SOCKET, SOCKET_FILTERS = 1, (26, 50, 51, 52)
"""SO_ATTACH_FILTER, SO_ATTACH_BPF and the two for ports in common: programs in memory that the whole system shares."""

MAP_SHARED_ANONYMOUS = 0x01 | 0x20
NEWER = 463
"""The first number that this table knows nothing of; on both machines these are the same."""
X32 = 0x40000000
"""Numbers from here on mean another way of calling x86_64, for which the table does not hold."""

LOAD, AND, EQUAL, AT_LEAST, RETURN = 0x20, 0x54, 0x15, 0x35, 0x06
NUMBER, ARCHITECTURE, FIRST, SECOND, THIRD, FOURTH = 0, 4, 16, 24, 32, 40
"""Where `struct seccomp_data` holds the call and its arguments; of an argument, its lower half."""

Instruction = tuple[int, int, int, int]
"""Code, jump if true, jump if false, value (linux/bpf_common.h)."""

ALLOW: Instruction = (RETURN, 0, 0, 0x7FFF0000)

PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 22, 2


def fail(error: int) -> Instruction:
    """Return from the filter: the call is not made, and fails with ``error``; 0 is success."""
    return RETURN, 0, 0, 0x00050000 | error


REFUSE, PRETEND = fail(errno.EPERM), fail(0)


def choose(
    word: int, cases: Iterable[tuple[Iterable[int], Sequence[Instruction]]], otherwise: Instruction, mask: int = 0
) -> list[Instruction]:
    """Look at the ``word`` of the call, under a ``mask`` if there is one, and go on with the case that has its value.

    Every case ends in a return.
    """
    instructions = [(LOAD, 0, 0, word), *([(AND, 0, 0, mask)] if mask else [])]
    for values, case in cases:
        for value in values:
            instructions += [(EQUAL, 0, len(case), value), *case]
    return [*instructions, otherwise]


def program(machine: str) -> list[Instruction]:
    """The filter for ``machine``."""
    column, architecture = MACHINES[machine]
    filters = choose(THIRD, [(SOCKET_FILTERS, [REFUSE])], ALLOW)
    cases = [
        (SOCKET, choose(FIRST, [(FAMILIES, [ALLOW])], fail(errno.EAFNOSUPPORT))),
        (MMAP, choose(FOURTH, [([MAP_SHARED_ANONYMOUS], [REFUSE])], ALLOW, mask=MAP_SHARED_ANONYMOUS)),
        (FCNTL, choose(SECOND, [(LOCKS, [PRETEND]), (LEASES_AND_PIPES, [REFUSE])], ALLOW)),
        (PRCTL, choose(FIRST, [(PROCESS_OPTIONS, [REFUSE])], ALLOW)),
        (SETSOCKOPT, choose(SECOND, [([SOL_SOCKET], filters)], ALLOW)),
        *((numbers, [PRETEND]) for numbers in PRETENDED.values()),
        *((numbers, [REFUSE]) for numbers in REFUSED.values()),
    ]
    calls = [([numbers[column]], case) for numbers, case in cases]
    return [
        *((LOAD, 0, 0, ARCHITECTURE), (EQUAL, 1, 0, architecture), REFUSE),
        *((LOAD, 0, 0, NUMBER), (AT_LEAST, 0, 1, X32), REFUSE, (AT_LEAST, 0, 1, NEWER), fail(errno.ENOSYS)),
        *choose(NUMBER, calls, ALLOW),
    ]


def refuse_system_calls() -> str:
    """Install the filter for this thread and all that it starts; the process must not be able to gain privileges.

    Returns:
        Why there is no filter, on a machine that has none; empty if it is installed.

    Raises:
        OSError: if the system refuses the filter.
    """
    machine = os.uname().machine
    if machine not in MACHINES:
        return f"No filter of system calls is known for {machine}; namespaces and limits alone hold submissions."
    instructions = program(machine)
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *each) for each in instructions))
    # struct sock_fprog: a short, padding, a pointer
    header = ctypes.create_string_buffer(struct.pack("@HP", len(instructions), ctypes.addressof(code)))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, header, 0, 0) != 0:
        error = ctypes.get_errno()
        raise OSError(error, f"the filter of system calls: {os.strerror(error)}")
    return ""
