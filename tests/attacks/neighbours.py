"""The warm kernel and submissions that run at the same time (27): by signals, tracing, shared memory, inherited lines."""

from tests.attacks.attack import Attack

MEETING = """
import ctypes, mmap, os, socket, time
mine = f"{os.urandom(4).hex()}"
places = ["/dev/shm/atelier-meeting", "/tmp/atelier-meeting", os.path.expanduser("~/atelier-meeting")]
for place in places:
    assert not os.path.exists(place), "REACHED " + place
    with open(place, "w") as file: file.write(mine)
line = socket.socket(socket.AF_UNIX)
line.bind("\\0atelier-meeting")
port = socket.create_server(("127.0.0.1", 40404))
os.mkfifo("/tmp/atelier-fifo")
for _ in range(20):
    time.sleep(0.1)
    for place in places:
        assert open(place).read() == mine, "REACHED " + place
assert ctypes.CDLL(None).shmget(0x417, 4096, 0o666) == -1, "REACHED"
"""

ATTACKS = [
    Attack(
        "signals_to_everyone",
        27,
        # To one's process group, which no namespace bounds; to all; to each; to the parent, which has no number here.
        first="""
        import os, signal, time
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGSTOP, signal.SIGKILL, signal.SIGSTOP):
            for target in (0, -1, os.getppid(), *range(2, 400)):
                try:
                    os.kill(target, number)
                except (OSError, KeyboardInterrupt):
                    pass
                try:
                    os.killpg(target, number)
                except (OSError, KeyboardInterrupt):
                    pass
        time.sleep(1)
        """,
    ),
    Attack(
        "signals_to_everyone_when_asked",
        27,
        blanks={
            "sample_z": """
            import os
            def sample_Z(m, n):
                os.kill(0, 9)
                os.kill(-1, 9) if os.getpid() != 1 else None
                return np.random.uniform(-1.0, 1.0, size=(m, n)).astype(np.float32)
            """
        },
    ),
    Attack(
        "signals_from_a_daemon",
        27,
        first="""
        import os, signal, time
        if os.fork() == 0:
            while True:
                for target in (0, -1, 1):
                    signal.signal(signal.SIGTERM, signal.SIG_IGN)
                    for number in (signal.SIGTERM, signal.SIGHUP):
                        try:
                            os.kill(target, number)
                        except OSError:
                            pass
                time.sleep(0.2)
        """,
    ),
    Attack(
        "kill_the_kernel_from_a_child",
        27,
        last="""
        import os, signal
        if os.fork() == 0:
            os.kill(1, signal.SIGKILL)
            os.kill(1, signal.SIGSTOP)
            os._exit(0)
        os.wait()
        """,
    ),
    Attack(
        "trace_everyone",
        27,
        first="""
        import ctypes, os
        libc = ctypes.CDLL(None)
        buffer = ctypes.create_string_buffer(16)
        class Vector(ctypes.Structure):
            _fields_ = [("base", ctypes.c_void_p), ("size", ctypes.c_size_t)]
        vector = Vector(ctypes.addressof(buffer), 16)
        child = os.fork()
        if child == 0:
            import time
            time.sleep(60)
        # Not even one's own child; there is no other number to try.
        for pid in (child, *range(1, 3000)):
            assert libc.ptrace(16, pid, None, None) == -1, f"REACHED {pid}"
            assert libc.ptrace(0x4206, pid, None, None) == -1, f"REACHED {pid}"
            assert libc.process_vm_readv(pid, ctypes.byref(vector), 1, ctypes.byref(vector), 1, 0) == -1, f"REACHED {pid}"
            assert libc.syscall(438, pid, 0, 0) == -1, f"REACHED {pid}"
        os.kill(child, 9)
        """,
        silent="REACHED",
    ),
    Attack("meeting_first", 27, last=MEETING, silent="REACHED"),
    Attack("meeting_second", 27, last=MEETING, silent="REACHED"),
    Attack(
        "shared_mappings_inherited",
        27,
        # What the warm kernel had mapped as shared and writable, every sibling would have too.
        last="""
        shared = [line for line in open("/proc/self/maps") if line.split()[1][1] == "w" and line.split()[1][3] == "s"]
        assert not shared, f"REACHED {shared}"
        """,
        silent="REACHED",
    ),
    Attack(
        "inherited_lines",
        27,
        # A pipe with one end here would lead to the warm kernel or its supervisor, but for the line to the grader; an
        # open folder, out of the sandbox.
        first="""
        import os, stat
        lines = {}
        own = get_ipython().channel.line.descriptors()
        for descriptor in set(range(1024)) - set(own):
            try: mode = os.fstat(descriptor).st_mode
            except OSError: continue
            assert not stat.S_ISDIR(mode) and not stat.S_ISBLK(mode), "REACHED"
            if stat.S_ISFIFO(mode):
                lines.setdefault(os.readlink(f"/proc/self/fd/{descriptor}"), []).append(descriptor)
        assert all(len(ends) > 1 for ends in lines.values()), "REACHED"
        """,
        silent="REACHED",
    ),
    Attack(
        "open_files_for_the_grader",
        27,
        # Whoever receives an open file closes it, too. To close these takes eleven days: each is a connection to
        # itself that waits until all is read, and who could read it is on the way behind it.
        last="""
        import array, asyncio, os, socket, struct
        loop = asyncio.get_running_loop()
        inner = {loop._ssock.fileno(), loop._csock.fileno()}
        server = socket.create_server(("127.0.0.1", 0))
        def put(line, descriptor):
            content = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [descriptor]))]
            line.sendmsg([struct.pack("!cI", b"1", 2) + b"hi"], content)
            os.close(descriptor)
        for number in set(map(int, os.listdir("/proc/self/fd"))) - inner - {server.fileno()}:
            try: line = socket.socket(fileno=os.dup(number))
            except OSError: continue
            for _ in range(5):
                slow = socket.create_connection(server.getsockname())
                reader = server.accept()[0]
                slow.setblocking(False)
                try:
                    while True: slow.send(bytes(2**16))
                except BlockingIOError: pass
                slow.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 10**6))
                put(line, slow.detach())
                put(line, reader.detach())
            raise RuntimeError("REACHED")
        """,
        silent="REACHED",
    ),
    Attack(
        "priorities_of_everyone",
        27,
        first="""
        import os
        for which, target in ((os.PRIO_PGRP, 0), (os.PRIO_USER, 0), (os.PRIO_USER, os.getuid()), *((os.PRIO_PROCESS, pid) for pid in range(2, 2000))):
            try: os.setpriority(which, target, -20)
            except OSError: continue
            raise AssertionError("REACHED")
        """,
        silent="REACHED",
    ),
    Attack(
        "terminals_of_everyone",
        27,
        first="""
        import fcntl, os, termios
        for name in ("/dev/tty", "/dev/console", "/dev/pts/0", "/dev/pts/1", "/dev/tty0"):
            try: terminal = os.open(name, os.O_RDWR | os.O_NONBLOCK)
            except OSError: continue
            raise AssertionError("REACHED " + name)
        """,
        silent="REACHED",
    ),
    Attack(
        "last_words",
        27,
        # As late as can be: handlers that run while the kernel is being ended, and a child that survives its parent.
        first="""
        import atexit, os, signal, threading
        def harm(*_):
            for target in (0, -1, os.getppid()):
                try: os.kill(target, signal.SIGKILL)
                except OSError: pass
        atexit.register(harm)
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1):
            signal.signal(number, harm)
        threading.Thread(target=lambda: (threading.main_thread().join(), harm())).start()
        """,
    ),
]
