"""What a submission can and cannot do where it runs. Every case is code in a cell, run by a fork of the warm kernel."""

import os
import socket

import pytest
from nbformat import v4

from autograder import sandbox
from autograder.perform import perform
from autograder.sandbox import SandboxUnavailable


@pytest.fixture
def run(warm):
    """Run one cell in a fresh fork and return its performance."""

    def run_cell(source):
        return perform(v4.new_notebook(cells=[v4.new_code_cell(source)]), "", [], warm)

    return run_cell


def printed(performance):
    return "".join(output.get("text", output.get("evalue", "")) for output in performance.outputs[0])


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


def test_sudden_memory_is_refused(run):
    text = printed(
        run("try:\n    x = bytearray(40 * 2**30)\n    print('got it')\nexcept MemoryError:\n    print('refused')")
    )
    assert text.strip() == "refused"


def test_memory_of_many_processes_is_counted_together(run):
    code = """
import os, time
for _ in range(5):
    if os.fork() == 0:
        hog = bytearray(os.urandom(1024)) * (900 * 2**10)
        time.sleep(30)
        os._exit(0)
time.sleep(30)
"""
    performance = run(code)
    assert performance.events == ["Code cell 1 used more than 3 GB of memory; it was left out."]


def test_a_bounded_fork_bomb_is_stopped(run):
    code = "import os, time\nfor _ in range(150):\n    if os.fork() == 0:\n        time.sleep(30)\n        os._exit(0)\ntime.sleep(30)"
    performance = run(code)
    text = printed(performance)
    # Which bound is met first, of processes or of memory, depends on how much each of them has touched.
    assert "started more than 100 processes" in text or "used more than 3 GB" in text or "unavailable" in text


def test_its_disk_is_bounded(run):
    code = "try:\n    with open('/tmp/big', 'wb') as f:\n        for _ in range(400): f.write(bytes(2**20))\n    print('all')\nexcept OSError as e:\n    print('refused')"
    assert printed(run(code)).strip() == "refused"


def test_without_bubblewrap_there_is_one_sentence(monkeypatch):
    monkeypatch.setattr(sandbox, "_candidates", list)
    sandbox.bubblewrap.cache_clear()
    with pytest.raises(SandboxUnavailable, match=r"nothing was graded\. Install bubblewrap"):
        sandbox.bubblewrap()
    sandbox.bubblewrap.cache_clear()
