"""Every attack earns what it deserves, says why, and touches nobody else."""

import os
import socket
import sqlite3
from pathlib import Path

import pytest
from nbformat import v4
from nbgrader.api import Gradebook

from autograder.gradebook.results import Kind
from autograder.running.run import run
from tests.attacks import walls
from tests.attacks.attack import CANARY, CATEGORIES, TESTS, load, sentences
from tests.attacks.searches import SEARCHES

ATTACKS = load()


def points(result):
    return {item.name: item.points for item in result.items if item.kind is Kind.TEST}


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_an_attack_earns_what_it_deserves(attack, graded, gan, record_property):
    record_property("category", attack.category)
    result = graded[attack.name]
    said = sentences(result)
    assert points(result) == ({} if attack.status == "missing" else gan.tests | attack.earns), said
    assert result.status == attack.status
    assert attack.says in said
    assert not attack.silent or attack.silent not in said


@pytest.mark.parametrize("student", ["000-honest", "999-honest"])
def test_honest_students_before_and_after_keep_everything(graded, gan, student):
    result = graded[student]
    assert points(result) == gan.tests
    assert (result.status, result.events) == ("graded", ())


def test_the_run_ends_normally_with_everyone_heard_once(graded):
    students = sorted((*graded.students.values(), "000-honest", "999-honest"))
    assert [each.student for each in graded.results.students] == students
    assert sorted(graded.heard) == students


def test_the_gradebook_is_whole_and_holds_these_points(graded):
    path = graded.assignment.course.output / "gradebook.db"
    with sqlite3.connect(path) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    database.close()
    with Gradebook(graded.assignment.course.database) as gradebook:
        scores = {each.student.id: each.score for each in gradebook.assignment_submissions("gan")}
        (assignment,) = gradebook.assignments
        assert {cell.name for cell in assignment.notebooks[0].grade_cells} >= {f"test_{name}" for name in TESTS}
    assert scores == {each.student: each.points for each in graded.results.students if each.status != "missing"}


def test_nothing_on_the_host_has_changed(graded):
    changed = {
        path for path in graded.before.keys() | graded.after.keys() if graded.before.get(path) != graded.after.get(path)
    }
    assert changed == set()


@pytest.mark.parametrize("listener", [walls.TCP, walls.UDP, walls.UNIX, walls.UNIX_DATAGRAMS])
def test_nothing_has_reached_the_listeners_of_the_host(graded, listener):
    with pytest.raises(BlockingIOError):
        listener.recvfrom(100) if listener.type == socket.SOCK_DGRAM else listener.accept()


def test_no_attack_left_its_file_on_the_host(graded):
    course = graded.assignment.course
    folders = [Path.home(), Path.cwd(), Path("/tmp"), Path("/"), Path("/dev/shm"), course.root, course.output]
    assert [folder for folder in folders if (folder / CANARY).exists()] == []
    assert [parent for parent, _, names in os.walk(course.output / "autograded") if CANARY in names] == []


PLANTED = """
import functools, linecache, os, re, sys, threading, time
judge = "rubric." + "criterion(" + " " * 600
linecache.cache["planted"] = (len(judge), None, [judge], "planted")
with open("planted", "w") as file: file.write(judge)
read, write = os.pipe()
_ = os.write(write, judge.encode())
probe = eval(compile("lambda judge: time.sleep(3600)", "<probes>", "eval"))
threading.Thread(target=probe, args=(judge,), daemon=True).start()
"""


def test_each_search_finds_what_is_there_to_be_found(warm):
    cells = [PLANTED, *(f"{attack.blanks['sample_z']}\nprint(bool(loot()))" for attack in SEARCHES)]
    notebook = v4.new_notebook(cells=[v4.new_code_cell(cell) for cell in cells])
    outputs = run(notebook, "", [], warm).outputs
    found = {attack.name: outputs[number][0].get("text", "").strip() for number, attack in enumerate(SEARCHES, start=1)}
    assert found == dict.fromkeys(found, "True")


def test_the_lesson_has_these_tests_and_every_attack_a_category(gan):
    assert tuple(gan.tests) == TESTS
    assert {attack.category for attack in ATTACKS} <= set(CATEGORIES)
