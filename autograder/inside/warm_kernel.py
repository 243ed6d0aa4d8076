"""The warm kernel: imports TensorFlow once, then forks for every submission.

Runs as a script inside the outer sandbox. Its standard input is a socket that brings one command in JSON in every
message, with a fork's end of the line to the grader (two pipes) in that for a fork; it writes one JSON event a line to
standard output:

    (when everything is imported)                          ->   {"warm": true, "lacking": […], …}
    {"fork": id, "limits": …}                              ->   {"forked": id, "pid": n}
    {"kill": id, "signal": n}
    {"allow": id, "task": …, "seconds": s, "waiting": w}   ->   {"spent": id, "task": …, "seconds": s, "waited": w}
                                                                (of the task before, whose time ends with this)
    (when a fork has ended)                                ->   {"ended": id, "status": n, "reason": …}

Each fork becomes process 1 of namespaces of its own (users, processes, mounts, IPC, network, host name, control
groups): it sees no other process, an empty home and /tmp that vanish with it, and nothing that it does can reach the
warm kernel or a sibling. When process 1 ends, the system kills whatever else it had started.
"""

import contextlib
import ctypes
import functools
import gc
import importlib
import itertools
import json
import os
import re
import resource
import select
import signal
import socket
import sys
import time
import traceback
from typing import Any

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))  # PYTHONSAFEPATH leaves a script's own folder out
import watching
from system_calls import refuse_system_calls

sys.path[0] = os.path.abspath(f"{__file__}/../../..")  # for what is imported as a part of `autograder`
from autograder.inside import frames, shell, warming  # noqa: E402

del sys.path[0]

CLONE_NEWNS, CLONE_NEWIPC, CLONE_NEWUSER = 0x00020000, 0x08000000, 0x10000000
CLONE_NEWPID, CLONE_NEWNET, CLONE_NEWUTS, CLONE_NEWCGROUP = 0x20000000, 0x40000000, 0x04000000, 0x02000000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT = 1, 2, 4, 8, 32
MS_BIND, MS_REC, MS_PRIVATE = 0x1000, 0x4000, 0x40000
PR_SET_PDEATHSIG, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 1, 24, 38
INNER_ID = 1000
DISK, HOME = "/run/atelier", "/home/student"
"""An empty folder of the outer sandbox, and the home that every fork gets for itself."""

PID_MAX_IS_PRIVATE, RESERVED_PIDS = (6, 14), 300
"""The version of Linux since which a process table can have a size of its own, and the pids that it never gives out."""

WATCH_SECONDS = 0.2
"""How often memory and processes are looked at."""

LOG = 3
"""The descriptor on which a fork can still complain until it runs a submission."""

libc = ctypes.CDLL(None, use_errno=True)


def call(name: str, *arguments: object) -> None:
    """Call a C function that returns 0 on success; raise OSError otherwise."""
    if getattr(libc, name)(*arguments) != 0:
        error = ctypes.get_errno()
        raise OSError(error, f"{name}{arguments}: {os.strerror(error)}")


def mount(source: str, target: str, kind: str | None, flags: int, options: str = "") -> None:
    """Call the system to mount ``source`` on ``target``."""
    call("mount", source.encode(), target.encode(), kind and kind.encode(), flags, options.encode())


def enter_namespaces() -> None:
    """New namespaces for this process (user, mounts, network, …) and, for its children, a new process table."""
    uid, gid = os.getuid(), os.getgid()
    call(
        "unshare",
        CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWNET | CLONE_NEWUTS | CLONE_NEWCGROUP,
    )
    for name, text in (("setgroups", "deny"), ("uid_map", f"{INNER_ID} {uid} 1"), ("gid_map", f"{INNER_ID} {gid} 1")):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)


def show_again(folder: str) -> dict[str, int]:
    """Open what must stay visible when ``folder`` is covered: Python itself, if it lies below (a venv in /tmp)."""
    below = [prefix for prefix in dict.fromkeys((sys.base_prefix, sys.prefix)) if prefix.startswith(folder + "/")]
    return {prefix: os.open(prefix, os.O_PATH) for prefix in below}


def bind_open(descriptor: int, target: str) -> None:
    """Show the open folder ``descriptor`` as ``target``, and close it."""
    mount(f"/proc/self/fd/{descriptor}", target, None, MS_BIND | MS_REC)
    os.close(descriptor)


def make_read_only(path: str, flags: int = 0) -> None:
    """Remount ``path``, which is a mount of its own, so that nothing below can be written."""
    mount("none", path, None, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV | flags)


VISIBLE = frozenset(("cpuinfo", "filesystems", "loadavg", "meminfo", "stat", "sys", "uptime", "version", "vmstat"))
"""Of the machine's own entries in /proc, those that a submission sees."""


@functools.cache
def private_settings() -> tuple[str, ...]:
    """Entries of /proc/sys that this user may read and not everyone: those of the host's root, if that one grades."""
    paths = (os.path.join(folder, name) for folder, _, names in os.walk("/proc/sys") for name in names)
    return tuple(path for path in paths if not os.stat(path).st_mode & 0o004 and os.access(path, os.R_OK))


def set_in_proc(path: str, value: object) -> None:
    """Write a setting of this submission's own namespaces, where the system has it."""
    with contextlib.suppress(OSError), open(f"/proc/{path}", "w") as file:
        file.write(str(value))


def volunteer() -> None:
    """If the machine runs out of memory, this process and its children go before others."""
    set_in_proc("self/oom_score_adj", 1000)


def protect_proc(limits: dict[str, int]) -> None:
    """A /proc of this submission's processes and of little else, in which nothing can be written.

    Permission there goes by the user's number alone, which is the host's root if that one grades. Even of its own
    processes a submission may change nothing: neither which of them goes first when memory runs out, nor their share
    of the processors.
    """
    mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC)
    with open("/proc/sys/user/max_user_namespaces", "w") as file:
        file.write("0")  # no namespaces of its own, in which it would have capabilities again
    if tuple(map(int, re.findall(r"\d+", os.uname().release)[:2])) >= PID_MAX_IS_PRIVATE:
        set_in_proc("sys/kernel/pid_max", RESERVED_PIDS + watching.THREADS * limits["processes"])
    for buffers in ("tcp_rmem", "tcp_wmem"):  # what a connection to itself may hold, which nobody counts
        set_in_proc(f"sys/net/ipv4/{buffers}", "4096 65536 262144")
    set_in_proc("sys/net/ipv4/tcp_max_tw_buckets", 1024)
    volunteer()
    entries = [entry for entry in os.scandir("/proc") if not entry.name.isdigit() and not entry.is_symlink()]
    hidden = [entry.path for entry in entries if entry.name not in VISIBLE]
    cover([*filter(os.path.exists, private_settings()), *hidden])
    make_read_only("/proc", MS_NOEXEC)


def cover(paths: list[str]) -> None:
    """Show an empty file or folder in place of each of ``paths``."""
    # They lie where the submission's own shared memory is going to be.
    mount("tmpfs", "/dev/shm", "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "nr_inodes=4,mode=0555")
    os.mkdir("/dev/shm/folder", 0o555)
    os.close(os.open("/dev/shm/file", os.O_CREAT, 0o444))
    make_read_only("/dev/shm", MS_NOEXEC)
    for path in paths:
        mount("/dev/shm/folder" if os.path.isdir(path) else "/dev/shm/file", path, None, MS_BIND)


DEVICES = ("null", "zero", "full", "random", "urandom", "tty")
"""What the outer sandbox shows in /dev; each is the host's own."""

TERMINALS = 16
"""How many pseudo-terminals a submission may have at a time."""


def protect_devices() -> None:
    """Devices of which nothing but their content can be written, and terminals that no other submission has."""
    for name in DEVICES:
        mount("none", f"/dev/{name}", None, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NOEXEC)
    options = f"newinstance,ptmxmode=0666,mode=0620,max={TERMINALS}"
    mount("devpts", "/dev/pts", "devpts", MS_NOSUID | MS_NOEXEC, options)


def private_filesystem(limits: dict[str, int]) -> None:
    """Own /proc, /tmp, home and shared memory."""
    mount("none", "/", None, MS_REC | MS_PRIVATE)
    protect_devices()
    protect_proc(limits)
    # One file system of bounded size is shown in three places, then hidden where it was made.
    size = f"size={limits['disk_bytes']},nr_inodes=20000,mode=0755"
    mount("tmpfs", DISK, "tmpfs", MS_NOSUID | MS_NODEV, size)
    for folder in (HOME, "/tmp", "/dev/shm"):
        kept = show_again(folder)
        part = f"{DISK}/{os.path.basename(folder)}"
        os.mkdir(part)
        mount(part, folder, None, MS_BIND)
        for prefix, descriptor in kept.items():
            os.makedirs(prefix)
            bind_open(descriptor, prefix)
    mount("tmpfs", DISK, "tmpfs", MS_NOSUID | MS_NODEV | MS_RDONLY, "size=0,nr_inodes=2,mode=0755")
    os.chdir(HOME)


def limit_resources(limits: dict[str, int]) -> None:
    """Bounds that the system itself keeps for every process of this submission."""
    start, memory = watching.data_bytes(), limits["memory_bytes"]
    threads = watching.THREADS * limits["processes"]  # what RLIMIT_NPROC counts
    for name, value, most in (
        (resource.RLIMIT_FSIZE, limits["disk_bytes"], limits["disk_bytes"]),
        (resource.RLIMIT_NPROC, threads, threads),
        # Also of descriptors on their way through sockets, where all of a user's count: fewer than a grader may have.
        (resource.RLIMIT_NOFILE, 512, 512),
        (resource.RLIMIT_CORE, 0, 0),
        # Of these the whole user has a number, or whoever has them comes before others.
        (resource.RLIMIT_SIGPENDING, 1024, 1024),
        (resource.RLIMIT_MEMLOCK, 2**20, 2**20),
        (resource.RLIMIT_MSGQUEUE, 0, 0),
        (resource.RLIMIT_RTPRIO, 0, 0),
        (resource.RLIMIT_NICE, 0, 0),
        # An eighth is held back from the cells, for the questions; see `asking.make_room`.
        (resource.RLIMIT_DATA, start + memory - memory // 8, start + memory),
    ):
        allowed = resource.getrlimit(name)[1]
        least = most if allowed == resource.RLIM_INFINITY else min(most, allowed)
        resource.setrlimit(name, (min(value, least), least))
    volunteer()


def drop_privileges() -> None:
    """No capabilities, now or after an exec. Holds for this thread and for those that it starts from now on."""
    for capability in range(64):
        libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)  # _LINUX_CAPABILITY_VERSION_3, this process
    call("capset", header, (ctypes.c_uint32 * 6)())
    call("prctl", PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    call("prctl", PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)  # nothing runs on without being watched


def bring_up_loopback() -> None:
    """The new network namespace holds nothing but its own loopback; bring it up, as programs expect."""
    import fcntl

    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as interface:
        fcntl.ioctl(interface, 0x8914, b"lo".ljust(16, b"\0") + (0x1 | 0x40).to_bytes(2, "little") + bytes(22))


class Born(BaseException):
    """Raised in a fork. It unwinds the stack of the warm kernel, which TensorFlow would walk at every operation."""

    def __init__(self, line: frames.Line, limits: dict[str, int]) -> None:
        """``line`` is the fork's end of the line to the grader."""
        super().__init__()
        self.line, self.limits = line, limits


def become_kernel(line: frames.Line, limits: dict[str, int], ipython: Any, sandboxed: bool) -> None:
    """Turn this fresh fork into the process of one submission. Does not return."""
    try:
        close_descriptors(*line.descriptors())
        for descriptor in line.descriptors():
            os.set_inheritable(descriptor, False)
        os.setsid()  # a signal to one's process group knows no namespaces: it would reach every sibling
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        if sandboxed:
            private_filesystem(limits)
            bring_up_loopback()
            # Before there is a second thread: each thread has privileges of its own.
            drop_privileges()
            if complaint := refuse_system_calls():
                os.write(LOG, f"{complaint}\n".encode())
        limit_resources(limits)
        gc.enable()
    except BaseException:
        os.write(LOG, traceback.format_exc().encode())
        os._exit(1)
    os.close(LOG)
    try:
        shell.serve(ipython, line)
    finally:
        os._exit(0)  # the line is closed, or the submission has broken it


def guard(kernel: int) -> int:
    """Wait for the end of ``kernel`` and return how it ended."""
    code = os.waitstatus_to_exitcode(os.waitpid(kernel, 0)[1])
    return code if code >= 0 else 128 - code


def close_descriptors(*kept: int) -> None:
    """Standard streams on /dev/null, the warm kernel's log as `LOG`, those ``kept`` as they are, all else closed."""
    os.dup2(2, LOG)
    null = os.open("/dev/null", os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    for last, following in itertools.pairwise((LOG, *sorted(kept), 4096)):
        os.closerange(last + 1, following)


def fork(line: frames.Line, limits: dict[str, int], sandboxed: bool) -> tuple[int, int]:
    """Fork a kernel; return the pid to wait for and the kernel's own pid, both as seen from here.

    Raises:
        Born: in the kernel.
    """
    read, write = os.pipe()
    supervisor = os.fork()
    if supervisor:
        os.close(write)
        with os.fdopen(read) as pipe:
            answer = pipe.readline()
        if not answer.strip().isdigit():
            os.waitpid(supervisor, 0)
            raise OSError(answer.strip() or "the fork ended before it was a kernel")
        return supervisor, int(answer)
    # Only children of a process enter its new process table. This one stays outside of it, waits and repeats how its
    # child ended.
    try:
        if sandboxed:
            enter_namespaces()
        kernel = os.fork()
        if kernel == 0:
            raise Born(line, limits)
        os.write(write, f"{kernel}\n".encode())
        close_descriptors()
        if sandboxed:
            drop_privileges()
        os._exit(guard(kernel))
    except Born:
        raise
    except BaseException as error:  # whatever happens, this copy of the warm kernel must not go on as one
        with contextlib.suppress(OSError):
            os.write(write, f"{error}\n".encode())
        os._exit(1)


class ForkServer:
    """The loop that reads commands, forks, and tells how forks ended."""

    def __init__(self, sandboxed: bool) -> None:
        """``sandboxed=False`` forks without namespaces, for ``--unsafe``."""
        self.sandboxed = sandboxed
        self.supervisors: dict[int, str] = {}
        self.kernels: dict[str, int] = {}
        self.limits: dict[str, dict[str, int]] = {}
        self.clocks: dict[str, watching.Clock] = {}
        self.outside: dict[int, int] = {}
        self.reasons: dict[str, str] = {}
        self.watches: dict[str, watching.Watch] = {}
        self.kernel_bytes, self.own_bytes = watching.kernel_bytes(), watching.own_bytes("self")
        private_settings()  # once, for all forks

    @staticmethod
    def tell(**event: object) -> None:
        """Write one event."""
        os.write(1, json.dumps(event).encode() + b"\n")

    def obey(self, command: dict, line: frames.Line | None = None) -> None:
        """Carry out one command; ``line`` is what came with it."""
        if "fork" in command and line is not None:
            try:
                supervisor, kernel = fork(line, command["limits"], self.sandboxed)
            except OSError as error:
                line.close()
                self.tell(ended=command["fork"], status=1, reason=str(error))
                return
            line.close()
            self.supervisors[supervisor] = command["fork"]
            self.limits[command["fork"]] = command["limits"]
            self.clocks[command["fork"]] = watching.Clock()
            self.kernels[command["fork"]] = kernel
            self.tell(forked=command["fork"], pid=kernel)
        elif command.get("kill") in self.kernels:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.kernels[command["kill"]], command["signal"])
        elif command.get("allow") in self.clocks:
            name = command["allow"]
            self.clocks[name].look(lambda: self.processes(name))
            self.tell_spent(name)
            self.clocks[name].allow(command["task"], command["seconds"], command["waiting"])

    def processes(self, name: str) -> list[watching.Process]:
        """The processes of this fork, as they are now."""
        supervisor = next(pid for pid, each in self.supervisors.items() if each == name)
        if supervisor not in self.outside:
            self.outside = watching.supervisors()
        outside = self.outside.get(supervisor)
        return watching.processes_below(outside, self.limits[name]) if outside else []

    def tell_spent(self, name: str) -> None:
        """Tell what the task of this fork has used that now ends."""
        clock = self.clocks[name]
        if clock.task:
            used, waited = clock.spent
            self.tell(spent=name, task=clock.task, seconds=round(used, 3), waited=round(waited, 3))

    def reap(self) -> None:
        """Tell of every fork that has ended."""
        while self.supervisors:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            if pid in self.supervisors:
                name = self.supervisors.pop(pid)
                self.outside.pop(pid, None)
                self.tell_spent(name)
                del self.kernels[name], self.limits[name], self.clocks[name]
                reason = self.reasons.pop(name, "")
                self.tell(ended=name, status=os.waitstatus_to_exitcode(status), reason=reason)

    def watch(self) -> float | None:
        """Look at every fork whose turn it is, and kill those that have outgrown their limits.

        Returns:
            The seconds until the next turn; None without forks.
        """
        self.watches = {name: self.watches.get(name) or self.new_watch() for name in self.clocks}
        for name, watch in self.watches.items():
            if time.monotonic() < watch.due:
                continue
            with watch.turn(WATCH_SECONDS, len(self.watches)):
                if reason := self.excess(name, watch):
                    self.reasons.setdefault(name, reason)
                    self.obey({"kill": name, "signal": signal.SIGKILL})
        next_turn = min((watch.due for watch in self.watches.values()), default=None)
        return None if next_turn is None else max(0.0, next_turn - time.monotonic())

    def new_watch(self) -> watching.Watch:
        """A watch of a fork that has just been made."""
        return watching.Watch(self.kernel_bytes, self.own_bytes)

    def excess(self, name: str, watch: watching.Watch) -> str:
        """Why this fork must end, as a sentence's end; empty if it may go on. Whatever goes wrong is that fork's."""
        try:
            clock = self.clocks[name]
            processes = clock.look(lambda: self.processes(name))
            if clock.processors > watching.GREEDY:
                watching.give_way(processes)
            return watch.excess(processes, self.limits[name]) or clock.excess()
        except Exception:
            traceback.print_exc()
            return "could not be watched"

    def run(self) -> None:
        """Until standard input ends."""
        wake_read, wake_write = os.pipe()
        os.set_blocking(wake_write, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
        commands = socket.socket(fileno=os.dup(0))
        while True:
            ready, _, _ = select.select([commands.fileno(), wake_read], [], [], self.watch())
            if wake_read in ready:
                os.read(wake_read, 4096)
                self.reap()
            if commands.fileno() in ready:
                command, line, _, _ = socket.recv_fds(commands, 2**16, 2)
                if not command:
                    return
                self.obey(json.loads(command), frames.Line(*line) if line else None)


def main() -> None:
    """``warm_kernel.py (sandboxed|unsafe) MODULE…``: import the modules, say so, obey."""
    sandboxed, modules = sys.argv[1] == "sandboxed", sys.argv[2:]
    # The real standard output carries events; whatever a library prints while it is imported goes to the log.
    events = os.dup(1)
    os.dup2(2, 1)
    sys.path.append(os.path.abspath(f"{__file__}/../../.."))  # for what is imported as a part of `autograder`
    ipython = shell.make_shell()
    for name in modules:
        try:
            importlib.import_module(name)
        except BaseException as error:  # without it, right answers would fail: nothing is forked
            traceback.print_exc()
            os.write(events, json.dumps({"unfit": f"{name} ({type(error).__name__}: {error})"}).encode() + b"\n")
            os._exit(1)
    del sys.path[-1]
    lacking = [sentence for sentence in (warming.run_ops_as_kernels(),) if sentence]
    warming.fold_constants()
    warming.remember_protocols()
    warming.parse_digits()
    warming.find_modules()
    os.dup2(events, 1)
    os.close(events)
    gc.collect()
    gc.freeze()  # forks share these pages for as long as nobody's collector walks over them
    gc.disable()
    server = ForkServer(sandboxed)
    server.tell(warm=True, lacking=lacking, threads=len(os.listdir("/proc/self/task")))
    try:
        server.run()
    except Born as raised:
        born = raised.with_traceback(None)
    else:
        os._exit(0)  # without the libraries' own farewells; whatever was forked ends with this sandbox
    become_kernel(born.line, born.limits, ipython, sandboxed)


if __name__ == "__main__":
    main()
