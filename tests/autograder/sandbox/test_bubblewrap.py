"""What a submission can and cannot do where it runs. Every case is code in a cell, run by a fork of the warm kernel."""

import os
import socket
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from nbformat import v4

from autograder.running.run import run as run_on
from autograder.sandbox import bubblewrap as sandbox
from autograder.sandbox.bubblewrap import SandboxUnavailable
from autograder.sandbox.warm import WarmKernel, WarmKernelDied


@pytest.fixture
def run(warm):
    """Run one cell in a fresh fork and return its result."""

    def run_cell(source):
        return run_on(v4.new_notebook(cells=[v4.new_code_cell(source)]), "", [], warm)

    return run_cell


@pytest.fixture
def limit(warm, monkeypatch):
    """Give later forks tighter limits, so that little has to be done to meet them, and time enough to do it."""

    def tighten(**changes):
        monkeypatch.setattr(warm, "limits", replace(warm.limits, cell_seconds=40.0, **changes))

    return tighten


def printed(result):
    return "".join(output.get("text", output.get("evalue", "")) for output in result.outputs[0])


def test_it_is_a_working_kernel_with_the_course_at_hand(run):
    text = printed(run("import keras, util.checks; print(float(keras.ops.sum(keras.ops.ones((2, 3)))), util.__name__)"))
    assert text.strip() == "6.0 util"


def test_it_sees_its_own_processes_only(run):
    text = printed(run("import os; print(os.getpid(), sorted(int(p) for p in os.listdir('/proc') if p.isdigit()))"))
    assert text.strip() == "1 [1]"


def test_it_has_no_network_but_its_own_loopback(run):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        code = f"import socket\ntry: socket.create_connection(('127.0.0.1', {port}), 2); print('in')\nexcept OSError as e: print('out')"
        assert printed(run(code)).strip() == "out"
    assert printed(run("import socket; print([name for _, name in socket.if_nameindex()])")).strip() == "['lo']"


def test_unix_sockets_of_the_host_are_out_of_reach(run, tmp_path):
    name = "\0atelier-test"
    with socket.socket(socket.AF_UNIX) as abstract, socket.socket(socket.AF_UNIX) as file:
        abstract.bind(name)
        abstract.listen()
        file.bind(str(tmp_path / "s"))
        file.listen()
        for address in (name, str(tmp_path / "s")):
            code = f"import socket\ntry: socket.socket(socket.AF_UNIX).connect({address!r}); print('in')\nexcept OSError: print('out')"
            assert printed(run(code)).strip() == "out"


def test_it_can_write_nowhere_but_into_folders_that_vanish(run):
    code = """
import os, sys, util, numpy
def can_write(folder):
    try:
        with open(os.path.join(folder, "x"), "w") as file: file.write("x")
        return True
    except OSError:
        return False
folders = ["/", "/usr", "/opt", "/opt/course/data", os.path.dirname(util.__file__), os.path.dirname(numpy.__file__), sys.prefix, "/run", "/proc", "/dev", "/etc"]
print([folder for folder in folders if can_write(folder)], can_write("/tmp"), can_write(os.path.expanduser("~")))
"""
    assert printed(run(code)).strip() == "[] True True"
    assert printed(run("import os; print(os.path.exists('/tmp/x'), os.listdir(os.path.expanduser('~')))")).startswith(
        "False"
    )


def test_it_finds_no_file_of_the_grader_or_the_course(run, gan):
    canary = gan.course.output / "canary"
    canary.write_text("CANARY-IN-THE-OUTPUT")
    code = """
import os, sys
words = [b"def judge_all" + b"(", b"BEGIN HIDDEN" + b" TESTS", b"CANARY-IN" + b"-THE-OUTPUT"]
found, seen = [], 0
skip = ("/usr", "/lib", "/lib64", "/bin", "/sbin", "/proc", "/dev", "/sys", sys.prefix, sys.base_prefix)
for folder, folders, files in os.walk("/"):
    folders[:] = [f for f in folders if os.path.join(folder, f) not in skip]
    for name in files:
        try:
            with open(os.path.join(folder, name), "rb") as file: content = file.read(10**6)
        except OSError: continue
        seen += 1
        found += [(folder, name) for word in words if word in content]
print(seen > 5, found)
"""
    assert printed(run(code)).strip() == "True []"


def test_the_environment_holds_nothing_of_the_host(run):
    assert os.environ["ATELIER_TEST_CANARY"] == "of the host"
    text = printed(run("import os; print(dict(os.environ)); print(open('/proc/self/environ').read())"))
    assert "ATELIER_TEST_CANARY" not in text
    assert "'HOME': '/home/student'" in text


def test_it_has_no_capabilities_and_cannot_get_any(run):
    code = """
import ctypes
fields = dict(line.split(":\\t") for line in open("/proc/self/status") if ":\\t" in line)
libc = ctypes.CDLL(None)
print(int(fields["CapEff"], 16), int(fields["CapPrm"], 16), int(fields["CapBnd"], 16), fields["NoNewPrivs"].strip(), libc.mount(b"none", b"/tmp", b"tmpfs", 0, None))
"""
    assert printed(run(code)).strip() == "0 0 0 1 -1"


def test_no_thread_has_privileges_that_the_first_one_gave_up(run):
    code = """
import ctypes, os, threading
tasks = [open(f"/proc/self/task/{task}/status").read() for task in os.listdir("/proc/self/task")]
print(len(tasks) > 1, {line for text in tasks for line in text.splitlines() if line.startswith(("CapEff", "CapPrm", "Seccomp:", "NoNewPrivs"))} == {"CapEff:\\t0000000000000000", "CapPrm:\\t0000000000000000", "Seccomp:\\t2", "NoNewPrivs:\\t1"})
done = threading.Event()
def make_writable():
    print(ctypes.CDLL(None).mount(b"none", b"/proc/sys", None, 0x1020, None))
    done.set()
# The thread that sends what is printed was there before the cell.
import autograder.inside.channel as channel
real = channel.time.sleep
def sleep(seconds):
    if threading.current_thread().name == "channel" and not done.is_set(): make_writable()
    real(seconds)
channel.time = type("time", (), {"sleep": staticmethod(sleep), "monotonic": channel.time.monotonic})
while not done.wait(0.1): print("wake up")  # it may have been asleep already
"""
    said = printed(run(code)).replace("wake up", "").split()
    assert said == ["True", "True", "-1"]


def test_it_can_write_nothing_in_proc_but_to_its_own_processes(run):
    code = """
import os
found = []
for folder, folders, files in os.walk("/proc"):
    folders[:] = [f for f in folders if not f.isdigit() and f not in ("self", "thread-self")]
    for name in files:
        try: os.close(os.open(os.path.join(folder, name), os.O_WRONLY))
        except OSError: continue
        found.append(os.path.join(folder, name))
print(found)
"""
    assert printed(run(code)).strip() == "[]"


def test_memory_that_nobody_counts_is_refused(run):
    code = """
import ctypes, mmap, os
libc = ctypes.CDLL(None)
def refused(make):
    try: return make() == -1
    except OSError: return True
zero = os.open("/dev/zero", os.O_RDWR)
print([refused(make) for make in (
    lambda: os.memfd_create("x"), lambda: libc.shmget(0, 4096, 0o1600), lambda: libc.msgget(0, 0o1600),
    lambda: mmap.mmap(-1, 4096), lambda: mmap.mmap(zero, 4096),
)], os.read(zero, 2), len(mmap.mmap(-1, 4096, flags=mmap.MAP_PRIVATE)))
"""
    assert printed(run(code)).strip() == r"[True, True, True, True, True] b'\x00\x00' 4096"


def test_only_sockets_that_belong_to_a_network_namespace_can_be_made(run):
    code = """
import socket
def can(family):
    try: socket.socket(family, socket.SOCK_DGRAM).close()
    except OSError: return False
    return True
print([family for family in range(64) if can(family)])
"""
    # Some systems have no netlink or IPv6; a line to the host of a virtual machine (40) is open to everyone otherwise.
    assert {1, 2} <= set(map(int, printed(run(code)).strip("[] \n").split(","))) <= {1, 2, 10, 16}


def test_what_lessons_use_still_works(run):
    code = """
import ctypes, multiprocessing
from multiprocessing import shared_memory
fork = multiprocessing.get_context("fork")
with fork.Pool(2) as pool: print(pool.map(abs, [-1, 2]))
print(fork.Value("i", 3).value, ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int)(lambda x: x + 1)(2))
shared = shared_memory.SharedMemory(create=True, size=1000); shared.buf[0] = 7; print(shared.buf[0]); shared.close(); shared.unlink()
!echo from a shell
"""
    assert printed(run(code)).split() == ["[1,", "2]", "3", "3", "7", "from", "a", "shell"]


def test_it_cannot_make_namespaces_of_its_own(run):
    assert printed(run("import ctypes; print(ctypes.CDLL(None).unshare(0x10000000))")).strip() == "-1"


def test_what_one_fork_does_to_itself_the_next_does_not_see(run):
    run(
        "import numpy, builtins, keras\nnumpy.allclose = lambda *a: True\nbuiltins.print = None\nkeras.changed = True\nopen('/tmp/left', 'w').close()"
    )
    text = printed(
        run(
            "import numpy, keras, os; print(numpy.allclose(1, 2), hasattr(keras, 'changed'), os.path.exists('/tmp/left'))"
        )
    )
    assert text.strip() == "False False False"


def test_what_it_started_ends_with_it(run, warm):
    code = """
import os, time
for _ in range(3):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(1000)
        os._exit(0)
print("started")
"""

    def below(pid):
        found = []
        for thread in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{thread}/children") as file:
                for child in map(int, file.read().split()):
                    found += [child, *below(child)]
        return found

    before = below(warm._process.pid)
    assert printed(run(code)).strip() == "started"
    assert below(warm._process.pid) == before


def test_its_signals_reach_no_sibling(run):
    with ThreadPoolExecutor() as pool:
        sibling = pool.submit(run, "import time; time.sleep(4); print('alive')")
        time.sleep(1)
        assert printed(run("import os, time; os.kill(0, 9); time.sleep(0.5); print('alive, too')")) == "alive, too\n"
        assert printed(sibling.result()) == "alive\n"


def test_sudden_memory_is_refused(run):
    text = printed(
        run("try:\n    x = bytearray(40 * 2**30)\n    print('got it')\nexcept MemoryError:\n    print('refused')")
    )
    assert text.strip() == "refused"


def test_memory_of_many_processes_is_counted_together(run, limit):
    limit(memory_bytes=2**29)
    code = """
import os, time
for _ in range(5):
    if os.fork() == 0:
        hog = bytearray(os.urandom(1024)) * (150 * 2**10)
        time.sleep(60)
        os._exit(0)
time.sleep(60)
"""
    assert run(code).events == ["Code cell 1 used more than 0.5 GB of memory; it was left out."]


def test_memory_shared_with_the_warm_kernel_is_not_charged_to_every_process(run, limit):
    limit(memory_bytes=2**30)
    code = """
import os, time
def resident():
    (line,) = (line for line in open("/proc/self/status") if line.startswith("RssAnon"))
    return int(line.split()[1]) / 2**20
for _ in range(12):
    if os.fork() == 0:
        time.sleep(3)
        os._exit(0)
time.sleep(3)
print(13 * resident() > 2)
"""
    result = run(code)
    assert (printed(result).strip(), result.events) == ("True", [])


def test_sockets_are_counted(run, limit):
    limit(processes=50)
    result = run("import socket, time\npairs = [socket.socketpair() for _ in range(100)]\ntime.sleep(60)")
    assert result.events == ["Code cell 1 opened more than 100 sockets; it was left out."]


@pytest.mark.parametrize(
    "bomb",
    [
        "subprocess.run(['sh', '-c', 'bomb() { bomb | bomb & }; bomb; sleep 5'])",
        "for _ in range(60): subprocess.Popen(['sleep', '60'])",
    ],
)
def test_a_fork_bomb_is_stopped(run, limit, bomb):
    limit(processes=50)
    result = run(f"import subprocess, time\n{bomb}\ntime.sleep(5)")
    # Where the system itself keeps the bound, as it does for users other than root, the cell meets an error.
    assert any(sign in printed(result) for sign in ("started more than", "unavailable", "Cannot fork"))


def test_its_disk_is_bounded_wherever_it_writes(run):
    code = """
import os
written = 0
for folder in ("/tmp", os.path.expanduser("~"), "/dev/shm"):
    try:
        with open(folder + "/big", "wb") as file:
            for _ in range(400): written += file.write(bytes(2**20))
    except OSError as error:
        print("refused")
print(200 * 2**20 < written <= 257 * 2**20)
"""
    assert printed(run(code)).split() == ["refused", "refused", "refused", "True"]


def test_without_bubblewrap_there_is_one_sentence(monkeypatch):
    monkeypatch.setattr(sandbox, "_candidates", list)
    sandbox.bubblewrap.cache_clear()
    with pytest.raises(SandboxUnavailable, match=r"nothing was graded\. Install bubblewrap"):
        sandbox.bubblewrap()
    sandbox.bubblewrap.cache_clear()


def test_where_the_system_forbids_user_namespaces_the_sentence_says_how_to_allow_them(monkeypatch, tmp_path):
    switch = tmp_path / "apparmor_restrict_unprivileged_userns"
    monkeypatch.setattr(sandbox, "RESTRICTION", switch)
    monkeypatch.setattr(sandbox, "_candidates", list)
    for state, allows in (("1\n", True), ("0\n", False)):
        switch.write_text(state)
        sandbox.bubblewrap.cache_clear()
        with pytest.raises(SandboxUnavailable) as error:
            sandbox.bubblewrap()
        assert ("sysctl -w kernel.apparmor_restrict_unprivileged_userns=0" in str(error.value)) is allows
    sandbox.bubblewrap.cache_clear()


def test_a_warm_kernel_that_is_late_says_so(gan):
    with WarmKernel(gan.course.root) as late, pytest.raises(WarmKernelDied, match="has not imported its libraries"):
        late.wait_until_warm(timeout=0.01)


def test_a_fork_that_is_late_says_so_and_is_killed(warm, monkeypatch):
    sent = []
    monkeypatch.setattr("autograder.sandbox.warm.FORK_SECONDS", 0.01)
    monkeypatch.setattr(
        warm, "_send", lambda command, *_: sent.append(command)
    )  # so that the warm kernel hears of nothing
    with pytest.raises(WarmKernelDied, match=r"No kernel was forked within 0\.01 seconds"):
        warm.fork()
    assert [next(iter(command)) for command in sent] == ["fork", "kill"]


def test_without_a_sandbox_nothing_is_left_behind(gan, monkeypatch, tmp_path):
    def refuse(*_, **__):
        raise SandboxUnavailable("none")

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(sandbox, "command_line", refuse)
    with pytest.raises(SandboxUnavailable):
        WarmKernel(gan.course.root)
    assert not list(tmp_path.iterdir())


def test_a_library_that_cannot_be_imported_is_said_and_nothing_is_forked(gan, monkeypatch):
    monkeypatch.setattr("autograder.sandbox.warm.MODULES", ["no_such_library"])
    with (
        WarmKernel(gan.course.root) as lacking,
        pytest.raises(WarmKernelDied, match=r"cannot be imported here: no_such_library \(ModuleNotFoundError"),
    ):
        lacking.wait_until_warm()
