"""Code that acts later (13), loops without end (16), bombs of processes and threads (18)."""

from tests.attacks.attack import Attack

LEFT_OUT = "seconds of processor time; it was left out."
TOO_LONG = "The code did not finish within"

BOUND = "started more than 100 processes"

LATER = """
import os, sys, time

def harm():
    for folder in ("/", "/tmp", os.path.expanduser("~"), "/opt/course/util", sys.prefix, "/run/atelier"):
        try:
            open(os.path.join(folder, "atelier-attack-was-here"), "w").close()
        except OSError:
            pass
"""

ATTACKS = [
    Attack("later_by_atexit", 13, first=LATER + "import atexit\natexit.register(harm)"),
    Attack(
        "later_by_a_thread",
        13,
        first=LATER
        + """
import threading

def work():
    while True:
        harm()
        time.sleep(0.5)

threading.Thread(target=work).start()
threading.Thread(target=work, daemon=True).start()
""",
    ),
    Attack(
        "later_by_a_daemon",
        13,
        first=LATER
        + """
import signal
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for number in range(1, 32):
            if number not in (signal.SIGKILL, signal.SIGSTOP):
                signal.signal(number, signal.SIG_IGN)
        while True:
            harm()
            time.sleep(0.5)
    os._exit(0)
""",
    ),
    Attack(
        "later_by_a_timer",
        13,
        first=LATER
        + """
import signal
signal.signal(signal.SIGALRM, lambda *_: harm())
signal.setitimer(signal.ITIMER_REAL, 0.5, 0.5)
""",
    ),
    Attack(
        "later_by_a_finalizer",
        13,
        first=LATER
        + """
class Grave:
    def __del__(self, harm=harm):
        harm()

grave = Grave()
grave.self = grave
""",
    ),
    Attack(
        "later_in_the_next_kernel",
        13,
        {"sample_z": 0.0},
        blanks={
            "sample_z": """
            import os
            def sample_Z(m, n):
                startup = os.path.expanduser("~/.ipython/profile_default/startup")
                os.makedirs(startup, exist_ok=True)
                with open(startup + "/00.py", "w") as file:
                    file.write("raise SystemExit('REACHED')")
                os._exit(0)
            """
        },
        says="The code ended the Python process when it was called.",
        silent="REACHED",
    ),
    Attack(
        "later_by_a_daemon_that_prints",
        13,
        # The daemon has the kernel's own sockets and pipes, and writes into them until the end.
        last="""
        import os, time
        if os.fork() == 0:
            while True:
                for descriptor in (1, 2):
                    os.write(descriptor, b"100\\n")
                time.sleep(0.1)
        """,
    ),
    Attack("loop_in_a_cell", 16, last="while True: pass", says=LEFT_OUT),
    Attack(
        "loop_that_ignores_signals",
        16,
        last="""
        import signal
        signal.pthread_sigmask(signal.SIG_BLOCK, range(1, signal.NSIG))
        for number in range(1, signal.NSIG):
            try:
                signal.signal(number, signal.SIG_IGN)
            except (OSError, ValueError):
                pass
        while True:
            try:
                while True: pass
            except BaseException:
                pass
        """,
        says=LEFT_OUT,
    ),
    Attack(
        "loop_inside_c_code",
        16,
        {"sample_z": 0.0},
        blanks={"sample_z": "import re\ndef sample_Z(m, n): return re.match('(a+)+$', 'a' * 60 + 'b')"},
        says=TOO_LONG,
    ),
    Attack(
        "loop_when_asked",
        16,
        {"parameters": 0.0},
        blanks={
            "parameters": """
            def model_parameters():
                while True:
                    try:
                        while True: pass
                    except BaseException:
                        pass
            """
        },
        says=TOO_LONG,
    ),
    Attack(
        "sleep_with_the_interpreter_locked",
        16,
        {"glorot": 0.0, "generator": 0.0, "discriminator": 0.0},
        blanks={"glorot": "import ctypes\ndef glorot_uniform(*sizes, seed=None): ctypes.PyDLL(None).sleep(10**6)"},
        says="The code did nothing but wait for",
    ),
    Attack(
        "sleep_in_short_spells",
        16,
        last="""
        import time
        while True:
            time.sleep(0.2)
            end = time.perf_counter() + 0.008
            while time.perf_counter() < end: pass
        """,
        says="did nothing but wait for",
    ),
    Attack(
        "sleep_as_if_it_waited_for_a_disk",
        16,
        # Whoever makes a child in this way looks like that until the child has ended, which never happens here.
        last="""
        import ctypes, time
        if ctypes.CDLL(None).vfork() == 0:
            while True: time.sleep(1000)
        """,
        says="did nothing but wait for",
    ),
    Attack(
        "loop_in_an_object_that_is_being_encoded",
        16,
        {"sample_z": 0.0},
        blanks={
            "sample_z": """
            class Endless:
                def __array__(self, *_, **__):
                    while True: pass
            def sample_Z(m, n): return Endless()
            """
        },
        says=TOO_LONG,
    ),
    Attack(
        "loop_in_a_child_that_is_waited_for",
        16,
        last="import os\nif os.fork() == 0:\n    while True: pass\nos.wait()",
        says=LEFT_OUT,
    ),
    Attack(
        "bomb_of_programs",
        18,
        last="import subprocess, time\nfor _ in range(300): subprocess.Popen(['sleep', '60'])\ntime.sleep(60)",
        says=BOUND,
    ),
    Attack(
        "bomb_when_asked",
        18,
        {"sample_z": 0.0},
        blanks={
            "sample_z": """
            import subprocess, time
            def sample_Z(m, n):
                for _ in range(300): subprocess.Popen(["sleep", "60"])
                time.sleep(60)
            """
        },
        says=BOUND,
    ),
    Attack(
        "bomb_of_orphans",
        18,
        last="""
        import os, time
        for _ in range(200):
            if os.fork() == 0:
                os.setsid()
                if os.fork() == 0:
                    os.execv("/usr/bin/sleep", ["sleep", "60"])
                os._exit(0)
            os.wait()
        time.sleep(60)
        """,
        says="Code cell",
    ),
    Attack(
        "bomb_that_doubles",
        18,
        last="!bomb() { bomb | bomb & }; bomb; sleep 3",
    ),
    Attack(
        "bomb_of_threads",
        18,
        last="""
        import threading, time
        for _ in range(1000):
            threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
        time.sleep(60)
        """,
        says=" start",  # it "started more than 400 threads" or, where the process table is full, "can't start new thread"
    ),
]
