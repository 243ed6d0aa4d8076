"""Hogs of memory (17), floods of output, of disk and of files (19)."""

from tests.attacks.attack import Attack

FLOODED = "printed more than 1 MB; it was left out."

ATTACKS = [
    Attack("memory_at_once", 17, last="hog = bytearray(40 * 2**30)", says="stopped with MemoryError"),
    Attack(
        "memory_at_once_when_asked",
        17,
        {"sample_z": 0.0},
        blanks={"sample_z": "def sample_Z(m, n): return bytearray(40 * 2**30)"},
        says="It stopped with MemoryError.",
    ),
    Attack(
        "memory_little_by_little",
        17,
        {"sample_z": 0.0},
        blanks={
            "sample_z": """
            hoard = []
            def sample_Z(m, n):
                while True: hoard.append(bytearray(2**24))
            """
        },
        says="MemoryError",
    ),
    Attack(
        "memory_of_many_processes",
        17,
        last="""
        import os, time
        for _ in range(4):
            if os.fork() == 0:
                hog = bytearray(os.urandom(1024)) * (450 * 2**10)
                time.sleep(60)
                os._exit(0)
        time.sleep(60)
        """,
        says="; it was left out.",  # for its memory, or on a busy machine for its time
    ),
    Attack(
        "memory_as_a_tensor",
        17,
        {"train_step": 0.0},
        blanks={
            "train_step": """
            def train_step(X, Z, d, g, d_optimizer, g_optimizer):
                return ops.ones((2**20, 2**14)), ops.ones((2**20, 2**14))
            """
        },
    ),
    Attack(
        "memory_in_shared_mappings",
        17,
        last="""
        import mmap
        hoard = [mmap.mmap(-1, 2**30) for _ in range(8)]
        """,
        says="stopped with PermissionError",
    ),
    Attack(
        "memory_in_files_without_a_name",
        17,
        last="""
        import os
        for _ in range(8):
            os.truncate(os.memfd_create("hog"), 2**30)
        """,
        says="stopped with PermissionError",
    ),
    Attack(
        "memory_in_segments_that_outlive_processes",
        17,
        last="""
        import ctypes
        libc = ctypes.CDLL(None)
        assert libc.shmget(0, ctypes.c_size_t(2**30), 0o1600) == -1, "REACHED"
        assert libc.msgget(0, 0o1600) == -1, "REACHED"
        """,
        silent="REACHED",
    ),
    Attack(
        "memory_in_sockets",
        17,
        last="""
        import socket, time
        pairs = [socket.socketpair() for _ in range(240)]
        time.sleep(60)
        """,
        says="opened more than 200 sockets; it was left out.",
    ),
    Attack(
        "recursion_without_end",
        17,
        {"sample_z": 0.0},
        blanks={"sample_z": "import sys\nsys.setrecursionlimit(10**9)\ndef sample_Z(m, n): return sample_Z(m, [n])"},
    ),
    Attack("line_of_100_mb", 19, last="print('x' * 100_000_000)", says=FLOODED),
    # A million lines take their time on a busy machine: they meet whichever bound comes first.
    Attack("million_lines", 19, last="for number in range(1_000_000): print(number)", says="; it was left out."),
    Attack(
        "million_lines_on_stderr",
        19,
        last="import sys\nfor number in range(1_000_000): print(number, file=sys.stderr, flush=True)",
        says="; it was left out.",
    ),
    Attack(
        "flood_past_python",
        19,
        last="import os\nfor _ in range(100): os.write(1, b'x' * 100_000)",
        says=FLOODED,
    ),
    Attack(
        "flood_of_a_child",
        19,
        last="!yes | head -c 20000000",
        says=FLOODED,
    ),
    Attack(
        "flood_of_images",
        19,
        last="""
        import numpy as np
        import matplotlib.pyplot as plt
        from IPython.display import Image, display
        plt.imsave("noise.png", np.random.rand(300, 300, 3))
        for _ in range(2000): display(Image("noise.png"))
        """,
        says=FLOODED,
    ),
    Attack(
        "flood_of_replaced_displays",
        19,
        last="""
        from IPython.display import clear_output, display
        handle = display("start", display_id=True)
        for _ in range(2000):
            handle.update("x" * 2000)
            clear_output()
        """,
        says=FLOODED,
    ),
    Attack("flood_in_an_exception", 19, last="raise ValueError('x' * 20_000_000)", says=FLOODED),
    Attack(
        "flood_when_asked",
        19,
        {"sample_z": 0.0},
        blanks={"sample_z": "def sample_Z(m, n):\n    while True: print('x' * 10_000)"},
        says="The code printed more than 1 MB when it was called.",
    ),
    Attack(
        "answer_far_too_large",
        19,
        {"sample_z": 0.0},
        blanks={"sample_z": "import numpy as np\ndef sample_Z(m, n): return np.zeros((3000, 3000), np.float32)"},
        says="far larger than what was asked for",
    ),
    Attack(
        "disk_filled",
        19,
        # Whatever is written later must do without: nothing that is graded needs the disk.
        last="""
        import os
        for folder in ("/tmp", os.path.expanduser("~"), "/dev/shm"):
            with open(folder + "/atelier-attack-was-here", "wb") as file:
                for _ in range(100): file.write(bytes(2**20))
        """,
        says="No space left on device",
    ),
    Attack(
        "disk_filled_by_a_file_with_holes",
        19,
        last="import os\nwith open('hole', 'wb') as file: os.truncate(file.fileno(), 2**40)",
        says="File too large",
    ),
    Attack(
        "files_without_number",
        19,
        last="for number in range(100_000): open(f'/tmp/{number}', 'w').close()",
        says="No space left on device",
    ),
    Attack(
        "folders_without_end",
        19,
        last="""
        import os
        for _ in range(100_000):
            os.mkdir("x" * 200)
            os.chdir("x" * 200)
        """,
        says="No space left on device",
    ),
]
