"""What all submissions have in common: the machine's /proc, devices, terminals, locks, processors, the kernel's memory.

Each is refused, or bounded, or the submission's own (11, 12, 17, 18, 27).
"""

from tests.attacks.attack import Attack

NAMES = """
import ctypes, os, time
libc = ctypes.CDLL(None)
names = (b"\\xff\\xfe\\x80", b") R 1 1 1 (", b"a\\nThreads:\\t99999", b"\\n\\n:\\n", b"", b"\\x1b[2J\\r", b"(((((")
def name_them():
    for name in names:
        libc.prctl(15, name)
        if os.fork() == 0:
            time.sleep(30)
            os._exit(0)
        environment = {b"\\xff=\\n": b"\\xfe) 0 (\\n"}
        if os.fork() == 0:
            try:
                os.execve("/usr/bin/sleep", [b"\\xff) R 1 (\\nThreads: 7", b"30"], environment)
            finally:
                os._exit(1)
    libc.prctl(15, names[1])
    time.sleep(1)
"""

HOLD = """
import fcntl, os, time, util
files = [os.path.join(folder, name) for start in ("/opt/course", "/usr/share/zoneinfo") for folder, _, names in os.walk(start) for name in names][:300]
kept = [os.open(path, os.O_RDONLY) for path in files]
def hold(descriptor):
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    for command in (fcntl.F_SETLK, 37):  # of a process; of an open file
        fcntl.fcntl(descriptor, command, struct.pack("hhqqi4x", fcntl.F_RDLCK, 0, 0, 0, 0))
import struct
for descriptor in kept: hold(descriptor)
for descriptor in kept:
    for command, value in ((fcntl.F_SETLEASE, fcntl.F_RDLCK), (fcntl.F_SETLEASE, fcntl.F_WRLCK), (fcntl.F_NOTIFY, 0x8000003F)):
        try: fcntl.fcntl(descriptor, command, value)
        except OSError: continue
        raise AssertionError("REACHED lease")
time.sleep(2)
"""

ALONE = """
import os, time
mine = os.openpty()
for _ in range(20):
    time.sleep(0.1)
    assert sorted(os.listdir("/dev/pts")) == ["0", "ptmx"], "REACHED " + repr(os.listdir("/dev/pts"))
"""

ATTACKS = [
    Attack("names_that_are_no_text", 27, first=NAMES + "name_them()"),
    Attack(
        "names_that_are_no_text_when_asked",
        27,
        blanks={
            "sample_z": NAMES
            + """
def sample_Z(m, n):
    global name_them
    name_them()
    name_them = int
    return np.random.uniform(-1.0, 1.0, size=(m, n)).astype(np.float32)
"""
        },
    ),
    Attack(
        "terminals_switched_off",
        27,
        {"sample_z": 0.0},
        # In the end the kernel dies, too, and the next one needs a terminal.
        first="import os\nos.chmod('/dev/pts/ptmx', 0)\nos.chmod('/dev/pts', 0)",
        blanks={"sample_z": "import os\ndef sample_Z(m, n): os._exit(0)"},
        says="The code ended the Python process when it was called.",
    ),
    Attack("terminals_of_neighbours_first", 27, last=ALONE, silent="REACHED"),
    Attack("terminals_of_neighbours_second", 27, last=ALONE, silent="REACHED"),
    Attack(
        "terminals_without_number",
        27,
        last="""
        import os
        kept = []
        try:
            while True: kept.append(os.openpty())
        except OSError: pass
        assert len(kept) <= 16, "REACHED"
        """,
        silent="REACHED",
    ),
    Attack("locks_on_shared_files_first", 27, last=HOLD, silent="REACHED"),
    Attack("locks_on_shared_files_second", 27, first=HOLD, silent="REACHED"),
    Attack(
        "locks_on_shared_files_for_ever",
        27,
        {"sample_z": 0.0},
        first=HOLD.replace("time.sleep(2)", "") + "\nif os.fork() == 0: time.sleep(100)",
        blanks={"sample_z": "import time\ndef sample_Z(m, n): time.sleep(10**6)"},
        says="The code did nothing but wait for",
    ),
    Attack(
        "first_to_go_when_memory_runs_out",
        27,
        last="""
        import os
        child = os.fork()
        if child == 0:
            import time
            time.sleep(10)
            os._exit(0)
        for process in ("self", "1", "self/task/1", child):
            for value in ("0", "-1000", "999"):
                try:
                    with open(f"/proc/{process}/oom_score_adj", "w") as file: file.write(value)
                except OSError: continue
                raise AssertionError("REACHED")
            assert open(f"/proc/{process}/oom_score_adj").read() == "1000\\n", "REACHED"
        os.kill(child, 9)
        """,
        silent="REACHED",
    ),
    Attack(
        "devices_of_the_host",
        12,
        last="""
        import os
        for name in os.listdir("/dev"):
            path = "/dev/" + name
            if not os.path.exists(path) or os.path.realpath(path).startswith(("/proc", "/dev/pts", "/dev/shm")):
                continue
            for way in (lambda: os.chmod(path, 0o600), lambda: os.chown(path, os.getuid(), os.getgid()), lambda: os.utime(path), lambda: os.unlink(path),
                        lambda: os.setxattr(path, "user.x", b"x"), lambda: os.rename(path, path + "x"), lambda: os.link(path, "/tmp/device")):
                try: way()
                except OSError: continue
                raise AssertionError("REACHED " + path)
        assert open("/dev/null", "w").write("x") and open("/dev/urandom", "rb").read(1) and open("/dev/zero", "rb").read(2) == bytes(2)
        """,
        silent="REACHED",
    ),
    Attack(
        "proc_of_the_host",
        11,
        last="""
        import os
        seen = ("cpuinfo", "filesystems", "loadavg", "meminfo", "stat", "uptime", "version", "vmstat")
        for name in os.listdir("/proc"):
            path = "/proc/" + name
            if name.isdigit() or name in seen or name == "sys" or os.path.islink(path):
                continue
            assert not (os.listdir(path) if os.path.isdir(path) else open(path, "rb").read(1)), "REACHED " + path
        for folder, _, names in os.walk("/proc/sys"):
            for path in (os.path.join(folder, name) for name in names):
                if os.stat(path).st_mode & 0o004 == 0 and os.access(path, os.R_OK):
                    raise AssertionError("REACHED " + path)
        """,
        silent="REACHED",
    ),
    Attack(
        "proc_of_the_host_written",
        12,
        last="""
        import os
        for folder, folders, names in os.walk("/proc"):
            folders[:] = [each for each in folders if each not in ("fd", "map_files", "cwd", "root")]
            for path in (os.path.join(folder, name) for name in names):
                if os.path.islink(path): continue
                for way in (lambda: os.close(os.open(path, os.O_WRONLY | os.O_NONBLOCK)), lambda: os.chmod(path, 0o666)):
                    try: way()
                    except OSError: continue
                    raise AssertionError("REACHED " + path)
        """,
        silent="REACHED",
    ),
    Attack(
        "processors_by_sessions",
        18,
        # Where the system shares its processors by session, each of these would have as much as a whole neighbour.
        last="""
        import os, time
        for _ in range(80):
            if os.fork() == 0:
                os.setsid()
                while True: pass
        time.sleep(60)
        """,
        says="; it was left out.",  # for its sessions, or on a fast machine for its time
    ),
    Attack(
        "processors_by_processes",
        18,
        last="""
        import os, time
        for _ in range(80):
            if os.fork() == 0:
                while True: pass
        time.sleep(60)
        """,
        says="; it was left out.",
    ),
    Attack(
        "processors_by_priority",
        18,
        last="""
        import ctypes, os, resource
        for way in (lambda: os.nice(-1), lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1)), lambda: os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1)),
                    lambda: resource.setrlimit(resource.RLIMIT_NICE, (40, 40)), lambda: open("/proc/self/autogroup", "w").write("-20")):
            try: way()
            except (OSError, ValueError): continue
            raise AssertionError("REACHED")
        assert ctypes.CDLL(None).prctl(62, 1, 0, 0, 0) == -1, "REACHED"  # PR_SCHED_CORE
        """,
        silent="REACHED",
    ),
    Attack(
        "kernel_memory_in_mappings",
        17,
        last="""
        import ctypes, os, time
        libc = ctypes.CDLL(None)
        libc.mmap.restype = ctypes.c_void_p
        for _ in range(16):
            if os.fork() == 0:
                for number in range(10**6):  # neighbours of different kinds are mappings of their own
                    if libc.mmap(None, 4096, 1 if number % 2 else 0, 0x22, -1, 0) == 2**64 - 1: break
                time.sleep(60)
        time.sleep(60)
        """,
        says="; it was left out.",
    ),
    Attack(
        "kernel_memory_in_watched_files",
        17,
        last="""
        import os, select, time
        for _ in range(60):
            if os.fork() == 0:
                files = [os.pipe()[0] for _ in range(60)]
                polls = [select.epoll() for _ in range(80)]
                for poll in polls:
                    for file in files:
                        poll.register(file)
                time.sleep(60)
        time.sleep(60)
        """,
        says="; it was left out.",
    ),
    Attack(
        "kernel_memory_in_open_files",
        17,
        last="""
        import os, time
        for _ in range(20):
            if os.fork() == 0:
                try:
                    while True: os.pipe()
                except OSError: time.sleep(60)
        time.sleep(60)
        """,
        says="opened more than 1600 files at once; it was left out.",
    ),
    Attack(
        "kernel_memory_of_calls_that_nobody_needs",
        17,
        last="""
        import ctypes, fcntl, os, platform, resource, socket
        libc, x86 = ctypes.CDLL(None), platform.machine() == "x86_64"
        context = ctypes.c_ulong(0)
        assert libc.inotify_init() == libc.inotify_init1(0) == libc.prctl(22, 1) == libc.prctl(1, 0) == -1, "REACHED"
        assert libc.syscall(206 if x86 else 0, 1, ctypes.byref(context)) == -1, "REACHED io_setup"
        assert libc.syscall(444, None, 0, 1) == libc.syscall(317 if x86 else 277, 0, 0, None) == -1, "REACHED"
        program = ctypes.create_string_buffer(b"\\x06\\0\\0\\0\\xff\\xff\\0\\0")
        class Filter(ctypes.Structure): _fields_ = [("length", ctypes.c_ushort), ("program", ctypes.c_void_p)]
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
            try: line.setsockopt(socket.SOL_SOCKET, 26, bytes(Filter(1, ctypes.addressof(program))))
            except OSError: pass
            else: raise AssertionError("REACHED filter")
        try: fcntl.fcntl(os.pipe()[0], 1031, 2**20)
        except OSError: pass
        else: raise AssertionError("REACHED pipe")
        timers = (ctypes.c_void_p * 5000)()
        made = sum(libc.timer_create(1, None, ctypes.byref(timers, 8 * each)) == 0 for each in range(5000))
        assert made <= 1024, f"REACHED {made}"
        """,
        silent="REACHED",
    ),
    Attack(
        "kernel_memory_in_descriptors_on_their_way",
        17,
        # They count for the user, with those that the grader sends; so a submission can have fewer than the grader may.
        last="""
        import array, os, socket, time
        lines = [socket.socketpair() for _ in range(40)]
        sent = 0
        try:
            while True:
                for line, _ in lines:
                    message = array.array("i", [0] * 50)
                    line.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, message)], socket.MSG_DONTWAIT)
                    sent += 50
        except OSError: pass
        assert sent < 800, f"REACHED {sent}"
        time.sleep(2)
        """,
        silent="REACHED",
    ),
    Attack(
        "kernel_memory_in_locks",
        17,
        # They all succeed, and none is kept.
        last="""
        import fcntl
        with open("locked", "wb") as file:
            for place in range(200_000): fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, 2 * place)
        """,
    ),
    Attack(
        "watched_at_great_cost",
        18,
        # Many processes with many threads and much shared memory: dear to look at, whose neighbours are looked at as ever.
        last="""
        import os, threading, time
        hoard = bytearray(os.urandom(2**20)) * 200
        for _ in range(30):
            if os.fork() == 0:
                for _ in range(8): threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
                time.sleep(60)
        time.sleep(60)
        """,
        says="Code cell",
    ),
    Attack(
        "flushing_the_disk",
        19,
        first="""
        import ctypes, errno, os
        libc = ctypes.CDLL(None, use_errno=True)
        no_file = os.pipe()[1]  # of which the system would say that no disk can flush it
        calls = {
            "fsync": lambda: libc.fsync(no_file), "fdatasync": lambda: libc.fdatasync(no_file), "syncfs": lambda: libc.syncfs(no_file),
            "sync_file_range": lambda: libc.sync_file_range(no_file, 0, 0, 0), "msync": lambda: libc.msync(None, 4096, 4),
        }
        for name, call in calls.items(): assert call() == 0, f"{name}: {errno.errorcode[ctypes.get_errno()]}"
        raise RuntimeError("nothing was flushed")
        """,
        says="RuntimeError: nothing was flushed",
    ),
    Attack(
        "honest_terminals_locks_and_processes",
        0,
        first="""
        import asyncio, fcntl, multiprocessing, os, pty, signal, socket, sqlite3, subprocess, sys, tempfile, threading, time
        import h5py, numpy as np
        !echo from a shell
        lines = get_ipython().getoutput("echo one; echo two")
        assert list(lines) == ["one", "two"]
        pid, terminal = pty.fork()
        if pid == 0: os.execvp("echo", ["echo", "from a terminal"])
        assert b"from a terminal" in os.read(terminal, 100)
        os.waitpid(pid, 0)
        assert subprocess.run(["sh", "-c", "exit 3"], start_new_session=True).returncode == 3
        with h5py.File("numbers.h5", "w") as file: file["x"] = np.arange(3)
        with h5py.File("numbers.h5") as file: assert file["x"][2] == 2
        with sqlite3.connect("table.db") as table: table.execute("CREATE TABLE t AS SELECT 1 AS x")
        with open("locked", "w") as file:
            fcntl.flock(file, fcntl.LOCK_EX); fcntl.lockf(file, fcntl.LOCK_EX); os.fsync(file.fileno())
        async def talk():
            server = await asyncio.start_server(lambda reader, writer: (writer.write(b"hello"), writer.close()), "127.0.0.1", 0)
            reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            heard = await reader.read()
            server.close()
            return heard
        assert await talk() == b"hello"
        fork = multiprocessing.get_context("fork")
        with fork.Pool(4) as pool: assert pool.map(abs, range(-20, 0)) == list(range(20, 0, -1))
        queue, lock = fork.Queue(), fork.Lock()
        with lock: queue.put(1)
        assert queue.get() == 1
        signal.signal(signal.SIGALRM, lambda *_: None); signal.setitimer(signal.ITIMER_REAL, 0.01); time.sleep(0.02)
        assert os.cpu_count() and open("/proc/meminfo").read() and open("/proc/cpuinfo").read() and open("/proc/self/maps").read()
        kept = [open(name, "w") for name in map(str, range(300))]
        """,
        says="",
    ),
]
