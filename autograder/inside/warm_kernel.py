"""The warm kernel: imports TensorFlow once, then forks an IPython kernel for every submission.

Runs as a script inside the outer sandbox. It reads one JSON command a line from standard input and writes one JSON
event a line to standard output:

    {"fork": id, "kernel": {...}, "limits": {...}}   ->   {"forked": id, "pid": n} … {"ended": id, "status": n}
    {"kill": id, "signal": n}

Each fork becomes process 1 of namespaces of its own (users, processes, mounts, IPC, network): it sees no other process,
an empty home and /tmp that vanish with it, and nothing that it does can reach the warm kernel or a sibling. When
process 1 ends, the system kills whatever else it had started.
"""

import contextlib
import ctypes
import gc
import importlib
import json
import os
import resource
import select
import signal
import socket
import sys
import time
import traceback
from typing import Any

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))  # PYTHONSAFEPATH leaves a script's own folder out
import asking  # noqa: F401 (looked up by name when a probe is put)
import watching

del sys.path[0]

CLONE_NEWNS, CLONE_NEWIPC, CLONE_NEWUSER = 0x00020000, 0x08000000, 0x10000000
CLONE_NEWPID, CLONE_NEWNET, CLONE_NEWUTS, CLONE_NEWCGROUP = 0x20000000, 0x40000000, 0x04000000, 0x02000000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT = 1, 2, 4, 8, 32
MS_BIND, MS_REC, MS_PRIVATE = 0x1000, 0x4000, 0x40000
PR_SET_DUMPABLE, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 4, 24, 38
INNER_ID = 1000
SOCKETS, HOME = "/run/atelier", "/home/student"
"""Where the outer sandbox shows the folder of kernel sockets, and the home that every fork gets for itself."""

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


def cover_with_empty(folder: str, options: str) -> None:
    """Mount an empty tmpfs on ``folder``, with Python itself shown again if it is installed below (a venv in /tmp)."""
    below = [prefix for prefix in dict.fromkeys((sys.base_prefix, sys.prefix)) if prefix.startswith(folder + "/")]
    kept = [os.open(prefix, os.O_PATH) for prefix in below]
    mount("tmpfs", folder, "tmpfs", MS_NOSUID | MS_NODEV, options)
    for prefix, descriptor in zip(below, kept, strict=True):
        os.makedirs(prefix)
        mount(f"/proc/self/fd/{descriptor}", prefix, None, MS_BIND | MS_REC)
        os.close(descriptor)


def private_filesystem(sockets: str, disk_bytes: int) -> None:
    """Own /proc, /tmp, home and shared memory; of the kernel sockets' folder only this kernel's own part."""
    safe = MS_NOSUID | MS_NODEV
    mount("none", "/", None, MS_REC | MS_PRIVATE)
    mount("proc", "/proc", "proc", safe | MS_NOEXEC)
    with open("/proc/sys/user/max_user_namespaces", "w") as file:
        file.write("0")  # no namespaces of its own, in which it would have capabilities again
    for cover in ("/proc/sys", "/proc/sysrq-trigger", "/proc/irq", "/proc/bus"):
        if os.path.exists(cover):
            mount(cover, cover, None, MS_BIND | MS_REC)
            mount("none", cover, None, MS_REMOUNT | MS_BIND | MS_RDONLY | safe | MS_NOEXEC)
    for folder in (HOME, "/tmp", "/dev/shm"):
        cover_with_empty(folder, f"size={disk_bytes},nr_inodes=20000,mode=0755")
    os.mkdir("/tmp/sockets")
    mount(f"{SOCKETS}/{sockets}", "/tmp/sockets", None, MS_BIND)
    mount("tmpfs", SOCKETS, "tmpfs", safe, "size=0,nr_inodes=2,mode=0755")
    os.chdir(HOME)


def limit_resources(limits: dict[str, int]) -> None:
    """Bounds that the system itself keeps for every process of this submission."""
    for name, value in (
        (resource.RLIMIT_DATA, watching.data_bytes() + limits["memory_bytes"]),
        (resource.RLIMIT_FSIZE, limits["disk_bytes"]),
        (resource.RLIMIT_NPROC, limits["processes"]),
        (resource.RLIMIT_NOFILE, 1024),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(name, (value, value))


def drop_privileges() -> None:
    """No capabilities, now or after an exec."""
    for capability in range(64):
        libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)  # _LINUX_CAPABILITY_VERSION_3, this process
    call("capset", header, (ctypes.c_uint32 * 6)())
    call("prctl", PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def make_app(kernel: dict) -> Any:
    """An IPython kernel bound to its sockets. ``kernel`` holds ip, the five ports and the key."""
    from ipykernel.kernelapp import IPKernelApp
    from traitlets.config import Config

    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.cache_size = 0
    config.IPKernelApp.matplotlib = "agg"
    config.Session.key = kernel["key"].encode()
    app = IPKernelApp.instance(config=config, parent_handle=0, no_stderr=False)
    app.transport, app.ip = "ipc", kernel["ip"]
    for name, port in kernel["ports"].items():
        setattr(app, name, port)
    app.connection_file = f"{HOME}/.connection.json"
    app.initialize([])
    return app


def become_kernel(command: dict, sandboxed: bool) -> None:
    """Turn this fresh fork into the kernel of one submission. Does not return."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if sandboxed:
        private_filesystem(command["sockets"], command["limits"]["disk_bytes"])
        with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as interface:
            import fcntl

            # The new network namespace holds nothing but its own loopback; bring it up, as programs expect.
            fcntl.ioctl(interface, 0x8914, b"lo".ljust(16, b"\0") + (0x1 | 0x40).to_bytes(2, "little") + bytes(22))
    app = make_app(command["kernel"])
    os.close(LOG)
    if sandboxed:
        # From here on the host connects, and nothing can be put in the place of a socket.
        mount("none", "/tmp/sockets", None, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV)
        drop_privileges()
    limit_resources(command["limits"])
    gc.enable()
    app.start()


def close_descriptors() -> None:
    """Standard streams on /dev/null, the warm kernel's log as `LOG`, everything else that was inherited closed."""
    os.dup2(2, LOG)
    null = os.open("/dev/null", os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    os.closerange(LOG + 1, 4096)


def fork(command: dict, sandboxed: bool) -> tuple[int, int]:
    """Fork a kernel; return the pid to wait for and the kernel's own pid, both as seen from here."""
    read, write = os.pipe()
    guardian = os.fork()
    if guardian:
        os.close(write)
        with os.fdopen(read) as pipe:
            answer = pipe.readline()
        if not answer.strip().isdigit():
            os.waitpid(guardian, 0)
            raise OSError(answer.strip() or "the fork ended before it was a kernel")
        return guardian, int(answer)
    # The guardian stays outside the new process table, waits for the kernel and repeats how it ended.
    try:
        if sandboxed:
            enter_namespaces()
        kernel = os.fork()
        if kernel == 0:
            close_descriptors()
            try:
                become_kernel(command, sandboxed)
            except BaseException:
                os.write(LOG, traceback.format_exc().encode())
            os._exit(1)
        os.write(write, f"{kernel}\n".encode())
        close_descriptors()
        code = os.waitstatus_to_exitcode(os.waitpid(kernel, 0)[1])
        os._exit(code if code >= 0 else 128 - code)
    except BaseException as error:  # whatever happens, this copy of the warm kernel must not go on as one
        with contextlib.suppress(OSError):
            os.write(write, f"{error}\n".encode())
        os._exit(1)


class WarmKernel:
    """The loop that reads commands, forks, and tells how forks ended."""

    def __init__(self, sandboxed: bool) -> None:
        """``sandboxed=False`` forks without namespaces, for ``--unsafe``."""
        self.sandboxed = sandboxed
        self.guardians: dict[int, str] = {}
        self.kernels: dict[str, int] = {}
        self.limits: dict[str, dict[str, int]] = {}
        self.reasons: dict[str, str] = {}
        self.own_bytes = watching.own_bytes("self")

    @staticmethod
    def tell(**event: object) -> None:
        """Write one event."""
        os.write(1, json.dumps(event).encode() + b"\n")

    def obey(self, command: dict) -> None:
        """Carry out one command."""
        if "fork" in command:
            try:
                guardian, kernel = fork(command, self.sandboxed)
            except OSError as error:
                self.tell(ended=command["fork"], status=1, reason=str(error))
                return
            self.guardians[guardian] = command["fork"]
            self.limits[command["fork"]] = command["limits"]
            self.kernels[command["fork"]] = kernel
            self.tell(forked=command["fork"], pid=kernel)
        elif command.get("kill") in self.kernels:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.kernels[command["kill"]], command["signal"])

    def reap(self) -> None:
        """Tell of every fork that has ended."""
        while self.guardians:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            if pid in self.guardians:
                name = self.guardians.pop(pid)
                del self.kernels[name], self.limits[name]
                reason = self.reasons.pop(name, "")
                self.tell(ended=name, status=os.waitstatus_to_exitcode(status), reason=reason)

    def watch(self) -> None:
        """Kill every fork that has outgrown its limits."""
        for pid, outside in watching.guardians().items():
            name = self.guardians.get(pid)
            if name and (reason := watching.excess(outside, self.own_bytes, self.limits[name])):
                self.reasons[name] = reason
                self.obey({"kill": name, "signal": signal.SIGKILL})

    def run(self) -> None:
        """Until standard input ends."""
        wake_read, wake_write = os.pipe()
        os.set_blocking(wake_write, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
        pending, watched = b"", 0.0
        while True:
            wait = max(0.0, watched + WATCH_SECONDS - time.monotonic()) if self.guardians else None
            ready, _, _ = select.select([0, wake_read], [], [], wait)
            if self.guardians and time.monotonic() >= watched + WATCH_SECONDS:
                self.watch()
                watched = time.monotonic()
            if wake_read in ready:
                os.read(wake_read, 4096)
                self.reap()
            if 0 in ready:
                data = os.read(0, 65536)
                if not data:
                    return
                *lines, pending = (pending + data).split(b"\n")
                for line in lines:
                    self.obey(json.loads(line))


def main() -> None:
    """``warm_kernel.py (sandboxed|unsafe) MODULE…``: import the modules, say so, obey."""
    sandboxed, modules = sys.argv[1] == "sandboxed", sys.argv[2:]
    # The real standard output carries events; whatever a library prints while it is imported goes to the log.
    events = os.dup(1)
    os.dup2(2, 1)
    missing = []
    for name in ["ipykernel.kernelapp", "ipykernel.ipkernel", *modules]:
        try:
            importlib.import_module(name)
        except Exception:
            missing.append(name)
            traceback.print_exc()
    os.dup2(events, 1)
    os.close(events)
    gc.collect()
    gc.freeze()  # forks share these pages for as long as nobody's collector walks over them
    gc.disable()
    warm = WarmKernel(sandboxed)
    warm.tell(warm=True, missing=missing, threads=len(os.listdir("/proc/self/task")))
    warm.run()
    os._exit(0)  # without the libraries' own farewells; whatever was forked ends with this sandbox


if __name__ == "__main__":
    main()
