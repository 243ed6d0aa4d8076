"""Ends of the process, polite and sudden (8, 9)."""

from tests.attacks.attack import Attack

ATTACKS = [
    Attack("exit_at_top_level", 8, last="import sys; sys.exit(0)", says="SystemExit"),
    Attack(
        "exit_within_a_function",
        8,
        {"sample_z": 0.0},
        blanks={"sample_z": "import sys\ndef sample_Z(m, n): sys.exit(0)"},
        says="It stopped with SystemExit: 0",
    ),
    Attack(
        "exit_at_once_within_a_function",
        9,
        {"sample_z": 0.0},
        blanks={"sample_z": "import os\ndef sample_Z(m, n): os._exit(0)"},
        says="The code ended the Python process when it was called.",
    ),
]
