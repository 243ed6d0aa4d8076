"""What killed processes leave in the temporary folder."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from autograder.sandbox.folders import own_folder

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def temporary(monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def holder(temporary):
    """Another process that has a folder of its own, and that folder."""
    code = "from autograder.sandbox.folders import own_folder\nfolder, lock = own_folder()\nprint(folder, flush=True)\ninput()"
    environment = {**os.environ, "TMPDIR": str(temporary), "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
    )
    return process, Path(process.stdout.readline().decode().strip())


def test_what_a_killed_process_left_is_cleared_at_the_next_start_and_the_living_keep_theirs(temporary):
    dead, left = holder(temporary)
    (left / "log").write_text("of a killed one")
    dead.send_signal(signal.SIGKILL)
    dead.communicate()
    living, kept = holder(temporary)
    try:
        folder, lock = own_folder()
        assert not left.exists()
        assert set(temporary.iterdir()) == {kept, folder}
        assert folder.stat().st_mode & 0o777 == 0o700
        lock.close()
    finally:
        living.communicate(b"\n")


def test_what_is_not_known_to_be_left_stays(temporary):
    elsewhere = temporary / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "lock").write_text("")
    (temporary / "atelier-without-a-lock").mkdir()
    (temporary / "atelier-link").symlink_to(elsewhere)
    (temporary / "atelier-file").write_text("")
    (temporary / "atelier-odd").mkdir()
    os.mkfifo(temporary / "atelier-odd" / "lock.fifo")
    (temporary / "atelier-odd" / "lock").symlink_to("lock.fifo")
    before = set(temporary.iterdir())
    folder, lock = own_folder()
    assert set(temporary.iterdir()) == {*before, folder}
    assert (elsewhere / "lock").exists()
    lock.close()
