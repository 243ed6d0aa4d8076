"""What the warm kernel reads of a submission's processes, whatever these call themselves and however many they are."""

import errno
import os
import signal
import subprocess
import sys
import time

import pytest

from autograder.inside import system_calls, watching
from autograder.inside.watching import Clock, Memory, Process, Watch

LIMITS = {"processes": 10, "memory_bytes": 2**30}


def start(source):
    """A process that runs ``source`` after it has said that it is ready."""
    code = f"import ctypes, os, sys, threading, time\n{source}\nprint('ready', flush=True)\ntime.sleep(60)"
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    assert process.stdout.readline() == b"ready\n"
    return process


@pytest.fixture
def run():
    started = []

    def run_source(source):
        started.append(start(source))
        return started[-1].pid

    yield run_source
    for process in started:
        for child in watching.children(process.pid):
            os.kill(child, signal.SIGKILL)
        process.kill()
        process.wait()
        process.stdout.close()


NAMES = [b"\xff\xfe\x80", b") R 1 1 (", b"a\nThreads:\t99999", b"\n\n:\n", b"", b"((((", b"VmPTE:\t9 kB"]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_changes_nothing_of_what_is_read(run, name):
    pid = run(f"ctypes.CDLL(None).prctl(15, {name!r})\nx = bytearray(2**24)")
    process = Process.look_at(pid)
    assert (process.pid, process.state in "RS", process.threads) == (pid, True, 1)
    assert 2**24 < process.own_bytes < 2**27
    assert process.session == os.getsid(0)


def test_a_process_that_is_gone_has_nothing():
    process = subprocess.Popen(["true"])
    process.wait()
    assert Process.look_at(process.pid) == Process(process.pid)


def test_open_files_and_sessions_are_seen(run):
    pid = run("os.setsid()\nkept = [os.pipe() for _ in range(200)]")
    process = Process.look_at(pid)
    assert process.session == process.group == pid
    assert process.files >= 400 - watching.USUAL_FILES
    assert Process.look_at(run("")).files == 0


def test_of_too_many_processes_only_enough_are_read_to_tell(run):
    pid = run("for _ in range(40):\n    if os.fork() == 0: time.sleep(60)")
    found = watching.processes_below(pid, LIMITS)
    assert len(found) == LIMITS["processes"] + 1
    assert Watch(0, 0).excess(found, LIMITS) == "started more than 10 processes"


def test_of_too_many_threads_only_enough_are_read_to_tell(run):
    pid = run(
        "if os.fork() == 0:\n    for _ in range(60): threading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n    time.sleep(60)\ntime.sleep(1)"
    )
    found = watching.processes_below(pid, LIMITS)
    assert Watch(0, 0).excess(found, LIMITS) == "started more than 40 threads"


def has(**what):
    return [Process(1, threads=1, **what)]


@pytest.mark.parametrize(
    ("processes", "sentence"),
    [
        (has(), ""),
        (has(files=160), ""),
        (has(files=161), "opened more than 160 files at once"),
        ([Process(1 + n, session=1 + n) for n in range(10)], ""),
        (has(own_bytes=2**30), ""),
    ],
)
def test_each_bound_has_its_sentence(processes, sentence):
    assert Watch(watching.kernel_bytes(), 0).excess(processes, LIMITS) == sentence


def test_sessions_have_a_bound_of_their_own():
    many = [Process(1 + n, session=1 + n) for n in range(17)]
    assert (
        Watch(watching.kernel_bytes(), 0).excess(many, {**LIMITS, "processes": 100}) == "started more than 16 sessions"
    )


def test_memory_that_several_share_counts_once():
    memory = Memory()
    processes = [Process(pid, own_bytes=100) for pid in range(20)]
    exact = dict.fromkeys(range(20), 5)
    assert not memory.is_more_than(100, processes, exact.__getitem__)
    assert memory.is_more_than(99, processes, exact.__getitem__)


def test_memory_is_measured_again_as_it_changes(monkeypatch):
    exact = dict.fromkeys(range(20), 5)
    monkeypatch.setattr(watching, "exact_bytes", lambda pid: exact[pid])
    monkeypatch.setattr(watching, "LOOK_SECONDS", 0.0)  # so that each look measures four
    memory, processes = Memory(), [Process(pid, own_bytes=100) for pid in range(20)]
    assert not any(memory.is_more_than(150, processes) for _ in range(6))
    exact.update(dict.fromkeys(range(20), 50))
    assert [memory.is_more_than(150, processes) for _ in range(5)][-1]


def test_what_is_certain_suffices_before_all_are_measured(monkeypatch):
    asked = []
    monkeypatch.setattr(watching, "exact_bytes", lambda pid: asked.append(pid) or 100)
    monkeypatch.setattr(watching, "LOOK_SECONDS", 0.0)
    assert Memory().is_more_than(350, [Process(pid, own_bytes=pid) for pid in range(100, 200)])
    assert asked == [199, 198, 197, 196]  # the largest first


MANY_MAPPINGS = """
libc = ctypes.CDLL(None)
for n in range(3000): libc.mmap(None, 4096, 1 if n % 2 else 0, 0x22, -1, 0)
"""
MANY_WATCHED = """
import select
files = [os.pipe()[0] for _ in range(100)]
polls = [select.epoll() for _ in range(30)]
for poll in polls:
    for file in files: poll.register(file)
"""


@pytest.mark.parametrize("source", [MANY_MAPPINGS, MANY_WATCHED])
def test_what_the_system_keeps_for_a_process_is_counted_up_to_a_bound(run, monkeypatch, source):
    pid = run(source)
    assert 3000 < watching.entries(pid) < 5000
    monkeypatch.setattr(watching, "KERNEL_BYTES", -(2**40))
    few = {**LIMITS, "memory_bytes": 2**21}
    assert Watch(0, 0).excess([Process(pid)], few) == "had the system itself keep more than 0.25 MB for it"
    assert not Watch(0, 0).excess([Process(pid)], LIMITS)
    monkeypatch.setattr(watching, "MOST_ENTRIES", 1000)
    assert watching.entries(pid) < 2500


def test_of_one_who_lets_nobody_look_the_most_is_assumed(monkeypatch):
    def refuse(*_, **__):
        raise PermissionError

    monkeypatch.setattr(watching, "lines", refuse)
    assert watching.entries(os.getpid()) == watching.MOST_ENTRIES


def test_a_process_that_has_ended_has_no_entries():
    assert watching.entries(2**22 + 1) == 0


def test_a_look_that_is_dear_delays_the_next_of_this_submission_alone():
    dear, cheap = Watch(0, 0), Watch(0, 0)
    began = time.monotonic()
    with dear.turn(0.2, 2):
        end = time.process_time() + 0.1
        while time.process_time() < end:
            pass
    looked = time.monotonic()
    with cheap.turn(0.2, 2):
        pass
    assert dear.due >= began + 0.8  # of 0.1 seconds a look, and half of a fifth of a processor
    assert looked + 0.2 <= cheap.due <= time.monotonic() + 0.2


def test_a_turn_that_fails_is_over_too():
    watch = Watch(0, 0)
    with pytest.raises(ZeroDivisionError), watch.turn(0.2, 1):
        _ = 1 / 0
    assert watch.due > 0


def test_the_greedy_give_way_and_stay_so(run):
    pid = run("os.setsid()\nthreading.Thread(target=time.sleep, args=(60,), daemon=True).start()")
    watching.give_way([Process.look_at(pid)])
    assert {os.getpriority(os.PRIO_PROCESS, int(thread)) for thread in os.listdir(f"/proc/{pid}/task")} == {19}
    assert os.getpriority(os.PRIO_PROCESS, 0) < 19


def test_those_who_give_way_never_include_who_watches():
    before = os.getpriority(os.PRIO_PROCESS, 0)
    watching.give_way([Process(1, group=0), Process(2, group=os.getpgrp())])
    assert os.getpriority(os.PRIO_PROCESS, 0) == before


def test_a_clock_counts_processors():
    clock, used = Clock(), iter((0.0, 3.0, 3.0))
    clock.looked -= 1.0
    clock.look(lambda: [Process(1, "R", seconds=next(used))])
    clock.looked -= 1.0
    clock.look(lambda: [Process(1, "R", seconds=next(used))])
    assert 2.5 < clock.processors <= 3.0


@pytest.mark.parametrize(
    ("states", "share"), [("SSR", 0.0), ("DR", 0.0), ("SD", watching.DISK_SHARE), ("S", 1.0), ("TZ", 1.0), ("", 1.0)]
)
def test_who_is_not_ready_to_run_waits_and_for_a_disk_in_part(states, share):
    assert watching.idleness([Process(number, state) for number, state in enumerate(states)]) == share


@pytest.mark.parametrize(("used", "waited"), [(0.0, 10.0), (1.0, 9.0), (6.0, 0.0)])
def test_between_short_spells_of_running_one_waits_too(used, waited):
    clock, seconds = Clock(), iter((0.0, used))
    clock.look(lambda: [Process(1, "S", seconds=next(seconds))])
    before = clock.waited
    clock.looked -= 10.0
    clock.look(lambda: [Process(1, "S", seconds=next(seconds))])
    assert clock.waited - before == pytest.approx(waited, abs=0.5)


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_jumps_of_the_filter_are_short_enough_and_every_way_ends(machine):
    program = system_calls.program(machine)
    assert len(program) < 4096
    for place, (code, yes, no, _) in enumerate(program):
        assert 0 <= yes < 256
        assert 0 <= no < 256
        if code != system_calls.RETURN:
            assert place + 1 + max(yes, no) < len(program)
    assert program[-1][0] == system_calls.RETURN


def outcome(machine, number, *arguments, architecture=None):
    """What the filter for ``machine`` makes of a call: 'allowed', or the error that it fails with."""
    words = {system_calls.NUMBER: number, system_calls.ARCHITECTURE: architecture or system_calls.MACHINES[machine][1]}
    words |= {16 + 8 * place: value for place, value in enumerate([*arguments, *[0] * (6 - len(arguments))])}
    program, place, value = system_calls.program(machine), 0, 0
    while True:
        code, yes, no, constant = program[place]
        if code == system_calls.RETURN:
            return "allowed" if constant == system_calls.ALLOW[3] else constant & 0xFFFF
        if code == system_calls.LOAD:
            value = words[constant]
        elif code == system_calls.AND:
            value &= constant
        else:
            place += yes if (value == constant if code == system_calls.EQUAL else value >= constant) else no
        place += 1


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ((0,), "allowed"),
        ((41, 1), "allowed"),
        ((41, 40), errno.EAFNOSUPPORT),
        ((9, 0, 0, 0, 0x21), errno.EPERM),
        ((9, 0, 0, 0, 0x22), "allowed"),
        ((72, 0, 6), 0),
        ((72, 0, 38), 0),
        ((72, 0, 5), "allowed"),
        ((72, 0, 1024), errno.EPERM),
        ((72, 0, 1026), errno.EPERM),
        ((73, 0), 0),
        ((74, 0), 0),
        ((26, 0, 4096, 4), 0),
        ((157, 15), "allowed"),
        ((157, 22), errno.EPERM),
        ((54, 0, 1, 26), errno.EPERM),
        ((54, 0, 1, 2), "allowed"),
        ((54, 0, 41, 26), "allowed"),
        ((101,), errno.EPERM),
        ((462,), "allowed"),
        ((463,), errno.ENOSYS),
        ((0x40000000,), errno.EPERM),
    ],
)
def test_the_filter_decides_by_call_and_argument(call, expected):
    assert outcome("x86_64", *call) == expected


def test_the_filter_refuses_calls_of_another_architecture():
    assert outcome("x86_64", 0, architecture=0x40000003) == errno.EPERM


def test_a_reader_of_proc_stops_at_its_bound():
    assert len(watching.read("/proc/self/maps", most=100)) == 100
    assert watching.read("/proc/none") == b""
