"""Reading (11) and writing (12) beyond the sandbox, the network (20), modules that shadow others (21)."""

import os
import socket
from pathlib import Path

from tests.attacks.attack import NOTHING, Attack

ROOT = Path(__file__).resolve().parents[2]
ABSTRACT = f"\0atelier-attacks-{os.getpid()}"


def listener(family: socket.AddressFamily, kind: socket.SocketKind, address: str | tuple[str, int]) -> socket.socket:
    """A socket of the host that stays open as long as the tests run, and that no submission may reach."""
    opened = socket.socket(family, kind)
    opened.bind(address)
    if kind == socket.SOCK_STREAM:
        opened.listen()
    opened.setblocking(False)
    return opened


TCP = listener(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0))
UDP = listener(socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0))
UNIX = listener(socket.AF_UNIX, socket.SOCK_STREAM, ABSTRACT)
UNIX_DATAGRAMS = listener(socket.AF_UNIX, socket.SOCK_DGRAM, ABSTRACT)

SEARCH = """
import os, sys
# Spelled so that a search does not find itself.
words = [word.encode() for word in ("def judge" + "_all", "BEGIN HIDDEN" + " TESTS", "atelier" + " grade", "grade" + "book.db")]
own = ("/usr", "/lib", "/lib64", "/bin", "/sbin", "/proc", "/dev", "/sys", sys.prefix, sys.base_prefix)
"""

ATTACKS = [
    Attack(
        "read_by_search",
        11,
        last=SEARCH
        + """
for folder, folders, files in os.walk("/"):
    folders[:] = [each for each in folders if os.path.join(folder, each) not in own]
    for name in files:
        assert name not in ("judges.py", "probes.py", "nbgrader_config.py"), "REACHED " + folder
        try:
            with open(os.path.join(folder, name), "rb") as file: content = file.read(10**6)
        except OSError:
            continue
        assert not any(word in content for word in words), "REACHED " + folder + name
""",
        silent="REACHED",
    ),
    Attack(
        "read_by_path",
        11,
        last=f"""
        import os
        for start in ("", "/proc/1/root", "/proc/self/root", "/proc/1/cwd/../../..", "/proc/self/cwd/../..", "/opt/course/.."):
            for path in ("{ROOT}/exercises", "{ROOT}/solutions", "{ROOT}/tests", "{ROOT}/build", "{Path.home()}/.ssh",
                         "{Path.home()}/.bashrc", "/etc/passwd", "/etc/shadow", "/etc/hostname", "/var/log", "/sys/class"):
                assert not os.path.exists(start + path), "REACHED " + start + path
        """,
        silent="REACHED",
    ),
    Attack(
        "read_through_descriptors",
        11,
        last="""
        import os
        for descriptor in range(4096):
            try: target = os.readlink(f"/proc/self/fd/{descriptor}")
            except OSError: continue
            assert target.startswith(("pipe:", "socket:", "anon_inode:", "/dev/null", "/dev/urandom", "/proc/", "/home/student")), "REACHED " + target
            for way in (f"/proc/self/fd/{descriptor}/..", f"/proc/self/fd/{descriptor}/exercises"):
                assert not os.path.exists(way) or target.startswith(("/proc", "/home")), "REACHED " + way
        """,
        silent="REACHED",
    ),
    Attack(
        "read_of_other_processes",
        11,
        last="""
        import os
        for pid in range(1, 5000):
            if pid == os.getpid():
                continue
            for name in ("environ", "cmdline", "maps", "mem", "root", "cwd"):
                assert not os.path.lexists(f"/proc/{pid}/{name}") or f"{pid}" in os.listdir(f"/proc/{os.getpid()}/task"), f"REACHED {pid}"
        seen = open("/proc/self/environ").read() + repr(dict(os.environ)) + open("/proc/self/cmdline").read()
        assert "CANARY" not in seen and "pytest" not in seen.lower(), "REACHED " + seen
        """,
        silent="REACHED",
    ),
    Attack(
        "read_of_devices_and_kernel_memory",
        11,
        last="""
        import os
        for path in ("/dev/mem", "/dev/kmsg", "/dev/vda", "/dev/sda", "/dev/tty", "/proc/kcore", "/proc/kmsg", "/dev/fuse", "/dev/kvm"):
            try: content = os.read(os.open(path, os.O_RDONLY | os.O_NONBLOCK), 1)
            except OSError: continue
            assert not content, "REACHED " + path
        for kind in (0o060000, 0o020000):
            try: os.mknod("device", kind | 0o600, os.makedev(254, 0))
            except OSError: continue
            raise AssertionError("REACHED device")
        """,
        silent="REACHED",
    ),
    Attack(
        "write_everywhere",
        12,
        last=f"""
        import os, sys, sysconfig, numpy, keras, util
        folders = ["/", "/usr", "/usr/bin", "/etc", "/opt", "/opt/course", "/opt/atelier", "/run", "/run/atelier", "/dev", "/proc", "/proc/sys/kernel",
                   sys.prefix, sys.base_prefix, sysconfig.get_paths()["purelib"], *util.__path__, *numpy.__path__, *keras.__path__,
                   "{"/" if ROOT.is_relative_to("/tmp") else ROOT}", "/proc/1/root", "/proc/self/root/opt", "/opt/course/data", *([".." + "/.." * n for n in range(1, 9)])]
        for folder in folders:
            try: open(os.path.join(folder, "atelier-attack-was-here"), "w").close()
            except OSError: continue
            raise AssertionError("REACHED " + folder)
        """,
        silent="REACHED",
    ),
    Attack(
        "write_into_existing_files",
        12,
        last="""
        import os, sys, numpy, util.checks, keras
        for path in (util.checks.__file__, numpy.__file__, keras.__file__, os.__file__, sys.executable, "/opt/atelier/autograder/inside/asking.py", "/etc/ld.so.cache",
                     "/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", "/proc/sys/vm/drop_caches"):
            for way in (lambda: open(path, "ab"), lambda: os.chmod(path, 0o777), lambda: os.unlink(path), lambda: os.utime(path), lambda: os.rename(path, path + "x"),
                        lambda: os.truncate(path, 0), lambda: os.setxattr(path, "user.x", b"x")):
                try: way()
                except OSError: continue
                raise AssertionError("REACHED " + path)
        """,
        silent="REACHED",
    ),
    Attack(
        "write_in_a_thread_with_privileges",
        12,
        # The threads of a kernel were started before the cells run: none may have kept what the first one gave up.
        last="""
        import ctypes, threading
        libc, done, got = ctypes.CDLL(None), threading.Event(), []
        def mount():
            got.append(libc.mount(b"none", b"/proc/sys", None, 0x1020, None) and libc.mount(b"none", b"/opt", b"tmpfs", 0, None))
            done.set()
        import autograder.inside.channel as channel, time
        def sleep(seconds):
            if threading.current_thread().name == "channel" and not done.is_set():
                mount()
            time.sleep(seconds)
        channel.time = type("time", (), {"sleep": staticmethod(sleep), "monotonic": time.monotonic})
        while not done.wait(0.1): print("wake up")  # it may have been asleep already
        assert got == [-1], "REACHED"
        raise LookupError("no thread could mount")
        """,
        says="no thread could mount",
        silent="REACHED",
    ),
    Attack(
        "write_to_sockets_that_listen",
        12,
        # There is none: the line to the grader leads to it alone, and was there from the beginning.
        last="""
        import os, stat
        for table in ("unix", "tcp", "udp", "raw"):
            bound = [line.split() for line in open(f"/proc/net/{table}")][1:]
            assert not [words for words in bound if table != "unix" or len(words) > 7], f"REACHED {bound}"
        """,
        silent="REACHED",
    ),
    Attack(
        "write_by_new_namespaces_and_mounts",
        12,
        last="""
        import ctypes, os
        libc = ctypes.CDLL(None)
        for flags in (0x10000000, 0x00020000, 0x20000000, 0x40000000, 0x10020000):
            assert libc.unshare(flags) == -1, "REACHED"
        for call in (lambda: os.setuid(0), lambda: os.chroot("/tmp"), lambda: os.setgroups([0]), lambda: os.chown("/tmp", 0, 0)):
            try: call()
            except OSError: continue
            raise AssertionError("REACHED")
        assert libc.mount(b"none", b"/tmp", b"tmpfs", 0, None) == libc.umount2(b"/proc", 2) == libc.syscall(428, -100, b"/", 1) == -1, "REACHED"
        """,
        silent="REACHED",
    ),
    Attack(
        "write_into_modules_in_memory",
        12,
        {"sample_z": 0.0},
        # What one fork does to its own copy of a module, no other sees.
        blanks={
            "sample_z": """
            import numpy, keras, util.checks, os
            numpy.allclose = keras.utils.set_random_seed = util.checks.expect = None
            def sample_Z(m, n): os._exit(0)
            """
        },
        says="The code ended the Python process when it was called.",
    ),
    Attack(
        "network_of_the_host",
        20,
        last=f"""
        import socket
        def out(family, kind, address):
            with socket.socket(family, kind) as line:
                line.settimeout(2)
                try:
                    line.connect(address)
                    line.send(b"REACHED")
                except OSError:
                    return True
        for address in ("127.0.0.1", "localhost", "0.0.0.0", "127.1.2.3"):
            assert out(socket.AF_INET, socket.SOCK_STREAM, (address, {TCP.getsockname()[1]})), "REACHED"
            out(socket.AF_INET, socket.SOCK_DGRAM, (address, {UDP.getsockname()[1]}))
        with open("/proc/net/tcp") as table:  # what listens in the submission's own network is its own
            own = {{int(line.split()[1].partition(":")[2], 16) for line in list(table)[1:]}}
        for port in set(range(1, 65536)) - own:
            with socket.socket() as line:
                reached = line.connect_ex(("127.0.0.1", port)) == 0
                # A socket that happens to be given the port which it asks for meets itself.
                assert not reached or line.getsockname() == line.getpeername(), f"REACHED {{port}}"
        """,
        silent="REACHED",
    ),
    Attack(
        "network_by_unix_sockets",
        20,
        last=f"""
        import os, socket
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            for address in ({ABSTRACT!r}, "/run/dbus/system_bus_socket", "/var/run/docker.sock", "/tmp/.X11-unix/X0", "\\0/tmp/.X11-unix/X0"):
                with socket.socket(socket.AF_UNIX, kind) as line:
                    assert line.connect_ex(address), "REACHED " + address
        others = [line for line in open("/proc/net/unix").read().splitlines()[1:] if line.split()[-1].startswith(("@", "/"))]
        assert not others, f"REACHED {{others}}"
        """,
        silent="REACHED",
    ),
    Attack(
        "network_by_other_families",
        20,
        # A virtual machine's line to its host, among others, knows no network namespace.
        last="""
        import socket
        for family in range(64):
            if family in (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6, socket.AF_NETLINK):
                continue
            for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW, socket.SOCK_SEQPACKET):
                try: socket.socket(family, kind).close()
                except OSError: continue
                raise AssertionError(f"REACHED {family}")
        for kind in (socket.AF_INET, socket.AF_INET6):
            try: socket.socket(kind, socket.SOCK_RAW, 1)
            except OSError: continue
            raise AssertionError("REACHED raw")
        """,
        silent="REACHED",
    ),
    Attack(
        "network_interfaces",
        20,
        last="""
        import fcntl, socket, struct
        assert [name for _, name in socket.if_nameindex()] == ["lo"], "REACHED"
        assert not open("/proc/net/route").read().splitlines()[1:], "REACHED"
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
            try: fcntl.ioctl(line, 0x8914, b"lo".ljust(16, b"\\0") + bytes(24))
            except OSError: pass
            else: raise AssertionError("REACHED interface")
        """,
        silent="REACHED",
    ),
]

SHADOW = """
import os
open("atelier-attack-was-here", "w").close()
open(os.path.expanduser("~/atelier-attack-was-here"), "w").close()
raise SystemExit("REACHED")
"""
PASSES = """
def __getattr__(name):
    return lambda *arguments: {"value": 1.0}
"""
NAMES = (
    *("numpy.py", "tensorflow.py", "keras.py", "sitecustomize.py", "usercustomize.py", "conftest.py", "asking.py"),
    *("judges.py", "probes.py", "nbgrader_config.py", "jupyter_config.py", "ipython_config.py", "gan.py", "os.py"),
    *("warm_kernel.py", "watching.py", "__init__.py", "setup.py"),
)


def shadow(folder: Path, source: str = SHADOW) -> None:
    """Put modules beside the notebook that have the names of others."""
    for name in NAMES:
        (folder / name).write_text(source)
    (folder / "atelier.pth").write_text("import os; open('atelier-attack-was-here', 'w')\n")
    (folder / "pyproject.toml").write_text("[tool.pytest.ini_options]\naddopts = '--collect-only'\n")
    for package in ("util", "autograder", "exercises/gan", ".ipython/profile_default/startup"):
        (folder / package).mkdir(parents=True)
        (folder / package / "__init__.py").write_text(source)
        (folder / package / "checks.py").write_text(source)


ATTACKS += [
    Attack("shadow_modules", 21, write=shadow, silent="REACHED"),
    Attack("shadow_tests", 21, NOTHING, solved=False, write=lambda folder: shadow(folder, PASSES)),
    Attack(
        "shadow_modules_written_by_a_cell",
        21,
        {"sample_z": 0.0},
        # They lie where the cells run, when a fresh kernel starts.
        first="""
        import os, sys
        for name in ("numpy", "keras", "json", "asking", "sitecustomize", "ipykernel"):
            for folder in (".", "/tmp", os.path.expanduser("~/.local/lib/python3.11/site-packages")):
                os.makedirs(folder, exist_ok=True)
                with open(f"{folder}/{name}.py", "w") as file:
                    file.write("raise SystemExit('REACHED')")
        sys.path.insert(0, "")
        """,
        blanks={"sample_z": "import os\ndef sample_Z(m, n): os._exit(0)"},
        says="The code ended the Python process when it was called.",
        silent="REACHED",
    ),
]
