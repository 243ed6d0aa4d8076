"""Importing the data must stay cheap: every submission is graded in a process that has done it."""

from __future__ import annotations

import subprocess
import sys


def test_no_big_library_comes_with_it() -> None:
    code = (
        "import sys, util.data; "
        "print([name for name in ('scipy', 'sklearn', 'lmdb', 'h5py', 'PIL', 'mlxtend') if name in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
