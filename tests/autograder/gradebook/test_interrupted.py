"""A run that is cut short loses nothing: killed at any point, on a full disk, a read-only folder, a locked gradebook."""

import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from nbformat import v4
from nbgrader.api import Gradebook

import autograder
from autograder.course import Course, CourseError
from autograder.gradebook.grade import grade
from autograder.gradebook.results import load
from autograder.running.workers import Workers
from autograder.sandbox.bubblewrap import bubblewrap
from tests.autograder.gradebook.test_grade import DEADLY, RIGHT, WRONG, hand_in, points

ROOT = Path(autograder.__file__).parent.parent
RUN = "from autograder.cli import run; run()"
BODIES = [(RIGHT, 2), (WRONG, 0.5), (None, 0), (DEADLY, 0), (RIGHT, 2), (WRONG, 0.5), (RIGHT, 2), (None, 0)]


def at_call(number, owner, name):
    """Code that has the run killed when it calls ``owner.name`` for the ``number``-th time."""
    return f"""
import itertools, os, pkgutil, signal
owner, calls = pkgutil.resolve_name({owner!r}), itertools.count(1)
own = owner.{name}
def killing(*words, **more):
    if next(calls) == {number}:
        os.kill(os.getpid(), signal.SIGKILL)
    return own(*words, **more)
owner.{name} = killing
"""


KILLED_AT = [
    # The gradebook has tables, but does not say of which version.
    at_call(1, "alembic.runtime.migration:MigrationContext", "stamp"),
    # It knows half of the assignment.
    at_call(3, "nbgrader.api:Gradebook", "update_or_create_source_cell"),
    # The secret is being written.
    at_call(1, "os", "link"),
    # A student has half of the grades.
    at_call(5, "autograder.gradebook.reviews:SaveGrades", "_add_score"),
    # One has all grades, the notebook is not yet written.
    at_call(3, "autograder.gradebook.record", "write_atomically"),
    # All are graded, grades/ is not yet complete.
    at_call(1, "autograder.gradebook.grade", "save"),
]


def environment():
    return {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200"}


def start(assignment, first=""):
    words = [sys.executable, "-c", f"{first}\n{RUN}", "grade", assignment.name, "-j", "2"]
    return subprocess.Popen(
        words, cwd=assignment.course.root, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )


def finished(assignment):
    """When each student's notebook was written."""
    folder = assignment.course.output / "autograded"
    return {path.parent.parent.name: path.stat().st_mtime_ns for path in folder.glob("*/tiny/tiny.ipynb")}


def rows(assignment):
    """All that the gradebook holds of the class, having checked that it is whole."""
    with sqlite3.connect(assignment.course.output / "gradebook.db") as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert len(database.execute("SELECT * FROM alembic_version").fetchall()) == 1
    with Gradebook(assignment.course.database) as gradebook:
        return sorted(
            (submission.student.id, grade.name, grade.auto_score, grade.needs_manual_grade)
            for submission in gradebook.assignment_submissions("tiny")
            for notebook in submission.notebooks
            for grade in notebook.grades
        )


def sleepily(notebook):
    notebook.cells.append(v4.new_code_cell("import time; time.sleep(0.5)"))


def test_a_run_that_is_killed_again_and_again_ends_as_if_it_had_not_been(tiny, kernels):
    for number, (body, _) in enumerate(BODIES):
        hand_in(tiny, f"s{number}", body, edit=sleepily)
    done = {}

    def nothing_was_done_twice():
        now = finished(tiny)
        assert {name: now[name] for name in done} == done
        done.update(now)

    for first in KILLED_AT:
        run = start(tiny, first)
        said, _ = run.communicate(timeout=300)
        assert run.returncode == -signal.SIGKILL, said.decode()
        nothing_was_done_twice()
    assert len(done) == len(BODIES)
    run = start(tiny)
    said, _ = run.communicate(timeout=300)
    assert run.returncode == 0, said.decode()
    nothing_was_done_twice()
    undisturbed = Course(tiny.course.root, tiny.course.root / "undisturbed", tiny.course.submitted).assignment("tiny")
    undisturbed.course.output.mkdir()
    shutil.copy(tiny.course.output / "secret", undisturbed.course.output)
    expected = grade(undisturbed, workers=Workers(jobs=2), kernels=kernels)
    assert points(expected) == {f"s{number}": score for number, (_, score) in enumerate(BODIES)}
    found = load(tiny.course.output / "grades" / "tiny.json")
    assert [(each.student, each.status, each.items, each.events) for each in found.students] == [
        (each.student, each.status, each.items, each.events) for each in expected.students
    ]
    assert rows(tiny) == rows(undisturbed)
    csv = "grades/tiny.csv"
    assert (tiny.course.output / csv).read_text() == (undisturbed.course.output / csv).read_text()


def test_killed_from_outside_it_leaves_no_process_behind(tiny):
    for number in range(6):
        hand_in(tiny, f"s{number}", RIGHT, edit=sleepily)
    for target in (1, 4):
        run = start(tiny)
        deadline = time.monotonic() + 300
        while len(finished(tiny)) < target and time.monotonic() < deadline:
            time.sleep(0.05)
        started = psutil.Process(run.pid).children(recursive=True)
        run.kill()
        run.communicate()
        assert started  # at least the sandbox with its warm kernel
        _, alive = psutil.wait_procs(started, timeout=30)
        assert alive == []
        assert target <= len(finished(tiny)) < 6
    before = finished(tiny)
    run = start(tiny)
    said, _ = run.communicate(timeout=300)
    assert run.returncode == 0, said.decode()
    assert {name: finished(tiny)[name] for name in before} == before
    assert points(load(tiny.course.output / "grades" / "tiny.json")) == {f"s{number}": 2 for number in range(6)}
    assert len(rows(tiny)) == 12


def in_other_mounts(assignment, mounts, script):
    """Run a shell script with ``mounts`` in place; ``$GRADE`` grades the class."""
    words = [str(bubblewrap()), "--dev-bind", "/", "/", *mounts, "--", "sh", "-c", script]
    variables = {**environment(), "PYTHON": sys.executable, "OUT": str(assignment.course.output)}
    script = f'grade() {{ "$PYTHON" -c "{RUN}" grade tiny -j 2; }}\n{script}'
    return subprocess.run(
        [*words[:-1], script],
        cwd=assignment.course.root,
        env=variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=550,
        check=False,
    )


def test_a_read_only_folder_is_one_sentence(tiny):
    hand_in(tiny, "amal", RIGHT)
    output = str(tiny.course.output)
    done = in_other_mounts(tiny, ["--ro-bind", output, output], "grade")
    assert done.returncode == 1
    assert "Traceback" not in done.stdout
    assert "cannot be used (Read-only file system): see that" in done.stdout
    assert not (tiny.course.output / "autograded").exists()


def test_a_full_disk_is_one_sentence_each_time_and_the_last_run_completes(tiny, tmp_path):
    for number, (body, _) in enumerate(BODIES):
        hand_in(tiny, f"s{number}", body)
    submitted, saved = tmp_path / "submitted", tmp_path / "saved"
    tiny.course.submitted.rename(submitted)
    mounts = ["--size", str(16 * 2**20), "--tmpfs", str(tiny.course.output)]
    # Each time a little more room, so that the disk is full at another point; then enough.
    script = f"""
    ln -s {submitted} "$OUT/submitted"
    for room in 0 8 100 200 400; do
        rm -f "$OUT/ballast"
        free=$(df --output=avail -k "$OUT" | tail -1)
        head -c $(( (free - room) * 1024 )) /dev/zero > "$OUT/ballast"
        grade; echo "room $room: exit $?"
    done
    rm "$OUT/ballast"
    grade; echo "at last: exit $?"
    cp -r "$OUT" {saved}
    """
    done = in_other_mounts(tiny, mounts, script)
    assert "at last: exit 0" in done.stdout, done.stdout
    assert "Traceback" not in done.stdout
    failures = done.stdout.count(": exit 1")
    assert failures >= 3, done.stdout
    told = re.findall(
        r"cannot be used \((?:database or disk is full|disk I/O error|No space left on device)\)", done.stdout
    )
    assert len(told) == failures, done.stdout
    kept = Course(tiny.course.root, saved, submitted).assignment("tiny")
    found = load(saved / "grades" / "tiny.json")
    assert points(found) == {f"s{number}": score for number, (_, score) in enumerate(BODIES)}
    assert len(rows(kept)) == 2 * len(BODIES)


def test_a_locked_gradebook_is_one_sentence_and_the_next_run_completes(tiny, kernels):
    for number in range(4):
        hand_in(tiny, f"s{number}", RIGHT)
    path = tiny.course.output / "gradebook.db"
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)

    def lock(name=""):
        if not other.in_transaction:
            other.execute("BEGIN EXCLUSIVE")

    try:
        lock()
        with pytest.raises(
            CourseError, match=r"gradebook\.db cannot be used \(database is locked\): see that no other"
        ):
            grade(tiny, workers=Workers(jobs=1), kernels=kernels)
        other.rollback()
        with pytest.raises(
            CourseError, match=r"gradebook\.db cannot be used \(database is locked\): see that no other"
        ):
            grade(tiny, workers=Workers(jobs=1), kernels=kernels, listener=lock)
        other.rollback()
    finally:
        other.close()
    before = finished(tiny)
    assert before  # the one after whom it was locked
    assert points(grade(tiny, workers=Workers(jobs=1), kernels=kernels)) == {f"s{number}": 2 for number in range(4)}
    assert {name: finished(tiny)[name] for name in before} == before


def test_a_second_run_at_the_same_time_is_one_sentence(tiny, kernels):
    hand_in(tiny, "amal", RIGHT)
    refused = []

    def again(name):
        with pytest.raises(CourseError, match="Another run is grading tiny in"):
            grade(tiny, workers=Workers(jobs=1), kernels=kernels)
        refused.append(name)

    assert points(grade(tiny, workers=Workers(jobs=1), kernels=kernels, listener=again)) == {"amal": 2}
    assert refused == ["amal"]


def test_a_damaged_gradebook_is_one_sentence(tiny, kernels):
    hand_in(tiny, "amal", RIGHT)
    (tiny.course.output / "gradebook.db").write_bytes(b"not a database" * 1000)
    with pytest.raises(CourseError, match=r"gradebook\.db cannot be used \(file is not a database\)"):
        grade(tiny, workers=Workers(jobs=1), kernels=kernels)
