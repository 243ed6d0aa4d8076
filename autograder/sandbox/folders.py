"""A folder in the temporary one of the system that lives as long as its process; of killed ones the next clears it."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from pathlib import Path
from typing import IO

__all__ = ["own_folder"]

PREFIX, LOCK = "atelier-", "lock"


def own_folder() -> tuple[Path, IO[str]]:
    """A new folder, private to this user, and its lock: whoever finds the lock free knows that the owner is gone."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            _clear_if_left(folder)
    while True:
        folder = Path(tempfile.mkdtemp(prefix=PREFIX))
        lock = (folder / LOCK).open("w")
        with contextlib.suppress(OSError):  # where files cannot be locked, nothing is cleared either
            fcntl.flock(lock, fcntl.LOCK_EX)
        if (folder / LOCK).exists():  # else another took it for left in the moment before it was locked
            return folder, lock
        lock.close()


def _clear_if_left(folder: Path) -> None:
    """Remove a folder of this user that has a lock which nobody holds."""
    if folder.lstat().st_uid != os.geteuid():
        return
    lock = os.open(folder / LOCK, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder)
    finally:
        os.close(lock)
