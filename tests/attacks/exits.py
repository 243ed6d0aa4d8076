"""Ends of the process, polite and sudden (8, 9)."""

from tests.attacks.attack import Attack

DIED = "The code ended the Python process when it was called."
LEFT_OUT = "ended the Python process; it was left out."


def sample_z(body: str) -> dict[str, str]:
    """The blank `sample_z` answered with a function that does ``body``."""
    return {"sample_z": f"def sample_Z(m, n):\n    import ctypes, os, signal, sys, threading\n    {body}"}


ATTACKS = [
    Attack("exit_at_top_level", 8, last="import sys; sys.exit(0)", says="SystemExit"),
    Attack("exit_in_the_first_cell", 8, first="exit()\nquit()", says=LEFT_OUT),
    Attack("exit_in_a_function", 8, {"sample_z": 0.0}, sample_z("sys.exit(0)"), says="It stopped with SystemExit: 0"),
    Attack(
        "exit_while_the_answer_is_read",
        8,
        {"sample_z": 0.0, "parameters": 0.0},
        {
            "sample_z": """
            import sys
            class Exits:
                def __array__(self, *args, **kwargs): sys.exit(0)
                __len__ = __iter__ = __float__ = __array__
            def sample_Z(m, n): return Exits()
            """,
            "parameters": """
            def model_parameters():
                raise BaseException("neither an Exception nor an exit")
            """,
        },
    ),
    Attack("death_in_two_cells", 9, first="import os; os._exit(0)", last="import os; os._exit(3)", says=LEFT_OUT),
    Attack(
        "death_in_three_functions",
        9,
        {"transform": 0.0, "dataset": 0.0, "train_step": 0.0},
        {
            "transform": "import os\nflatten = scale = lambda *args: os._exit(0)",
            "dataset": "import os\nclass Dataset:\n    def __init__(self, *args, **kwargs): os.abort()",
            "train_step": "import os\ndef train_step(*args): os.kill(os.getpid(), 9) or os._exit(0)",
        },
        says=DIED,
    ),
    # The first process of a process table cannot be killed by its own; what lives on goes on with a wrong answer.
    Attack(
        "death_by_a_signal_to_itself",
        9,
        {"sample_z": 0.0},
        sample_z("[os.kill(os.getpid(), n) for n in (signal.SIGKILL, signal.SIGSTOP)]; os.kill(-1, 9); return None"),
    ),
    Attack("death_by_segmentation_fault", 9, {"sample_z": 0.0}, sample_z("ctypes.string_at(0)"), says=DIED),
    Attack(
        "death_by_a_segmentation_fault_in_a_thread",
        9,
        {"sample_z": 0.0},
        sample_z("thread = threading.Thread(target=ctypes.string_at, args=(0,)); thread.start(); thread.join()"),
        says=DIED,
    ),
    Attack(
        "death_by_a_fault_in_the_interpreter",
        9,
        {"sample_z": 0.0},
        sample_z("sys.setrecursionlimit(10**9); f = lambda: f(); f()"),
    ),
    Attack(
        "death_by_another_program_in_the_same_process",
        9,
        {"sample_z": 0.0},
        sample_z("os.execv('/bin/sh', ['sh', '-c', 'echo 2.0; exit 0'])"),
        says=DIED,
    ),
    Attack(
        "death_of_the_kernels_threads_and_sockets",
        9,
        {"sample_z": 0.0},
        sample_z("os.closerange(0, 1024); return None"),
    ),
]
