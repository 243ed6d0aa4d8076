"""The control group: odd but honest submissions, which must keep every point."""

from tests.attacks.attack import Attack

ATTACKS = [
    Attack(
        "honest_warnings_on_stderr",
        0,
        first="""
        import sys, warnings
        for number in range(50):
            warnings.warn(f"warning {number}")
            print("a line on stderr", number, file=sys.stderr)
        """,
    ),
]
