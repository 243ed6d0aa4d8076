"""The system calls that a submission may not make: a seccomp filter, which every process and thread it starts inherits.

Namespaces, missing capabilities and resource limits are the walls; this closes what they leave open. Three kinds of
calls are refused:

- those that allocate memory which no limit counts: memory files, System V and POSIX IPC, anonymous shared mappings,
  pages held by pipes;
- sockets of families that know no network namespace, such as a virtual machine's line to its host;
- those that no lesson needs and that holes in the system's kernel are often found in, or that reach into other
  processes.

A refused call fails with EPERM (a socket with EAFNOSUPPORT), as if the system did not allow it, and nothing is killed.
"""

import ctypes
import errno
import os
import struct

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

SOCKET, MMAP = (41, 198), (9, 222)
FAMILIES = (1, 2, 10, 16)
"""Unix, IPv4, IPv6 and netlink: the families of sockets that belong to one network namespace."""

MAP_SHARED_ANONYMOUS = 0x01 | 0x20
X32 = 0x40000000
"""Numbers from here on mean another way of calling x86_64, for which the table does not hold."""

LOAD, AND, EQUAL, AT_LEAST, RETURN = 0x20, 0x54, 0x15, 0x35, 0x06
ALLOW, ERRNO = 0x7FFF0000, 0x00050000
NUMBER, ARCHITECTURE, FIRST_ARGUMENT, FOURTH_ARGUMENT = 0, 4, 16, 40
"""Where `struct seccomp_data` holds them; of an argument, its lower half."""

PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 22, 2


def program(machine: str) -> list[tuple[int, int, int, int]]:
    """The filter for ``machine``: instructions of code, jump if true, jump if false, value (linux/bpf_common.h)."""
    column, architecture = MACHINES[machine]
    refuse = (RETURN, 0, 0, ERRNO | errno.EPERM)
    families = [(EQUAL, len(FAMILIES) - place, 0, family) for place, family in enumerate(FAMILIES)]
    instructions = [
        (LOAD, 0, 0, ARCHITECTURE),
        (EQUAL, 1, 0, architecture),
        refuse,
        (LOAD, 0, 0, NUMBER),
        (AT_LEAST, 0, 1, X32),
        refuse,
        (EQUAL, 0, len(families) + 3, SOCKET[column]),
        (LOAD, 0, 0, FIRST_ARGUMENT),
        *families,
        (RETURN, 0, 0, ERRNO | errno.EAFNOSUPPORT),
        (RETURN, 0, 0, ALLOW),
        (EQUAL, 0, 5, MMAP[column]),
        (LOAD, 0, 0, FOURTH_ARGUMENT),
        (AND, 0, 0, MAP_SHARED_ANONYMOUS),
        (EQUAL, 0, 1, MAP_SHARED_ANONYMOUS),
        refuse,
        (RETURN, 0, 0, ALLOW),
    ]
    for numbers in REFUSED.values():
        instructions += [(EQUAL, 0, 1, numbers[column]), refuse]
    return [*instructions, (RETURN, 0, 0, ALLOW)]


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
