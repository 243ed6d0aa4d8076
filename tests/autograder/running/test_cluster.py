"""A class on a Dask cluster whose scheduler and workers are processes of their own, as on other machines."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import cloudpickle
import dask
import nbformat
import psutil
import pytest
from distributed import Client, KilledWorker
from nbformat import v4

import autograder
from autograder.course import CourseError
from autograder.gradebook.grade import grade
from autograder.gradebook.results import Status
from autograder.running import cluster as module
from autograder.running.cluster import DaskRunner
from autograder.running.kernel_pool import KernelPool
from autograder.running.probe_calls import probe_calls
from autograder.running.workers import ThreadRunner, Workers
from tests.autograder.gradebook.test_grade import RIGHT, WRONG, hand_in, points

ROOT = Path(autograder.__file__).parent.parent
WITHOUT_PACKAGE = "import sys; sys.modules['autograder'] = None"
WITHOUT_SANDBOX = "from autograder.sandbox import bubblewrap; bubblewrap._candidates = lambda: []"


class Cluster:
    """A scheduler and the workers that a test adds to it."""

    def __init__(self, folder, *secured):
        self.folder = folder
        self.secured = secured
        self.file = folder / "scheduler.json"
        self.processes = []
        words = ("--scheduler-file", str(self.file), "--port", "0")
        self.scheduler = self.start("scheduler", *words, first=WITHOUT_PACKAGE)  # only workers need it
        deadline = time.monotonic() + 120
        while not self.address and time.monotonic() < deadline:
            time.sleep(0.1)

    @property
    def address(self):
        try:
            return json.loads(self.file.read_text())["address"]
        except (OSError, ValueError):
            return ""

    def start(self, kind, *words, first="", path=ROOT):
        code = f"{first}\nfrom distributed.cli.dask_{kind} import main; main()"
        command = [
            sys.executable,
            "-c",
            code,
            "--host",
            "127.0.0.1",
            "--dashboard-address",
            "127.0.0.1:0",
            *self.secured,
            *words,
        ]
        environment = {**os.environ, "PYTHONPATH": str(path)}
        with (self.folder / f"{kind}.log").open("ab") as log:
            process = subprocess.Popen(command, cwd=self.folder, env=environment, stdout=log, stderr=log)
        self.processes.append(process)
        return process

    def worker(self, *words, **how):
        place = ("--scheduler-file", str(self.file), "--local-directory", str(self.folder))
        return self.start("worker", *place, "--no-nanny", "--nthreads", "1", *words, **how)

    def without_workers(self):
        while self.processes[1:]:
            process = self.processes.pop()
            process.kill()
            process.wait()

    def close(self):
        self.without_workers()
        self.scheduler.kill()
        self.scheduler.wait()


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory):
    cluster = Cluster(tmp_path_factory.mktemp("cluster"))
    yield cluster
    cluster.close()


@pytest.fixture
def cluster(scheduler):
    yield scheduler
    scheduler.without_workers()


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(module, "PATIENCE", 2.0)
    monkeypatch.setattr(module, "LOOK", 0.5)


def slowly(notebook):
    """A submission that takes a while, and prints from when to when."""
    code = "import time; print('from', time.time()); time.sleep(1.5); print('to', time.time())"
    notebook.cells.insert(2, v4.new_code_cell(code))


def spans(assignment):
    """From when to when each submission ran, in order."""
    found = []
    for path in (assignment.course.output / "autograded").rglob("*.ipynb"):
        outputs = json.dumps(nbformat.read(path, as_version=4))
        found.append(tuple(float(each) for each in re.findall(r"(?:from|to) (\d+\.\d+)", outputs)[-2:]))
    return sorted(found)


def test_a_lost_workers_submissions_go_to_another(tiny, kernels, cluster):
    deserved = {}
    for number in range(12):
        body, deserved[f"s{number:02}"] = ((RIGHT, 2), (WRONG, 0.5))[number % 2]
        hand_in(tiny, f"s{number:02}", body, edit=slowly)
    doomed, survivor = cluster.worker(), cluster.worker()
    sandboxes = []

    def listener(name):
        heard.append(name)
        if len(heard) == 4:
            sandboxes.extend(psutil.Process(doomed.pid).children(recursive=True))
            doomed.send_signal(signal.SIGKILL)

    heard = []
    results = grade(tiny, workers=Workers(scheduler=cluster.address), kernels=kernels, listener=listener)
    assert points(results) == deserved
    assert sorted(heard) == sorted(deserved)  # each once
    assert [(student.reason, student.events) for student in results.students if student.reason or student.events] == []
    assert survivor.poll() is None
    assert sandboxes
    _, alive = psutil.wait_procs(sandboxes, timeout=20)
    assert alive == []


def worker_that_sends(what):
    """A worker that carries out nothing, and sends ``what`` in place of a result."""
    return f"import os, autograder.running.wire as wire\nclass Evil:\n  def __reduce__(self): return os.system, (PATH,)\nwire.run = lambda *_: {what}"


@pytest.mark.parametrize(
    "what", ["Evil()", "[b'x', Evil()]", "b'{}'", """b'{"outputs": {"99": []}}'""", "bytes(70 * 2**20)"]
)
def test_what_a_hostile_worker_sends_is_not_unpickled_and_its_submissions_go_to_another(
    tiny, kernels, cluster, tmp_path, what
):
    path = tmp_path / "was-here"
    names = [f"s{number}" for number in range(3)]
    for name in names:
        hand_in(tiny, name, RIGHT)
    hostile = worker_that_sends(what).replace("PATH", repr(f"touch {path}"))
    cluster.worker(first=hostile)
    cluster.worker()
    deadline = time.monotonic() + 120
    with Client(cluster.address) as client:
        client.wait_for_workers(2, timeout=max(1, deadline - time.monotonic()))
    results = grade(tiny, workers=Workers(scheduler=cluster.address), kernels=kernels)
    assert points(results) == dict.fromkeys(names, 2)
    assert not path.exists()


def test_a_cluster_of_hostile_workers_is_one_sentence(tiny, kernels, cluster):
    hand_in(tiny, "amal", RIGHT)
    cluster.worker(first=worker_that_sends("b'{}'"))
    with pytest.raises(CourseError, match="is left that sends what a worker sends: tcp://127"):
        grade(tiny, workers=Workers(scheduler=cluster.address), kernels=kernels)


@pytest.fixture
def certificate(tmp_path):
    """A certificate that is its own authority, as docs/clusters.md has it made, and its key."""
    own, key = tmp_path / "cluster.pem", tmp_path / "cluster-key.pem"
    subject = ("-subj", "/CN=atelier", "-days", "2", "-keyout", str(key), "-out", str(own))
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *subject]
    subprocess.run(command, check=True, capture_output=True)
    return str(own), str(key)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_a_cluster_that_speaks_tls_performs_for_whoever_holds_the_certificate(tiny, kernels, tmp_path, certificate):
    own, key = certificate
    files = {"ca-file": own, "client.cert": own, "client.key": key}
    cluster = Cluster(tmp_path, "--protocol", "tls", "--tls-ca-file", own, "--tls-cert", own, "--tls-key", key)
    hand_in(tiny, "amal", RIGHT)
    try:
        assert cluster.address.startswith("tls://")
        cluster.worker()
        with pytest.raises(CourseError, match="No Dask scheduler answers at tls://"):
            grade(tiny, workers=Workers(scheduler=cluster.address), kernels=kernels)
        with dask.config.set({f"distributed.comm.tls.{name}": path for name, path in files.items()}):
            assert points(grade(tiny, workers=Workers(scheduler=cluster.address), kernels=kernels)) == {"amal": 2}
    finally:
        cluster.close()


def test_grading_on_this_machine_needs_no_dask():
    code = "import sys; import autograder.gradebook.grade; assert not {'dask', 'distributed'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        ({"first": WITHOUT_PACKAGE}, r"could not begin to run \(ModuleNotFoundError: .*autograder"),
        ({"first": WITHOUT_SANDBOX}, "cannot run: No working sandbox"),
        ({"path": "changed"}, r"is not like this machine: Atelier's sources: \w+ there, \w+ here\."),
    ],
)
def test_a_worker_that_is_not_fit_is_one_sentence(tiny, kernels, cluster, tmp_path, how, sentence):
    if "path" in how:
        changed = tmp_path / how["path"]
        for package in ("autograder", "util"):
            shutil.copytree(ROOT / package, changed / package)
        (changed / "autograder" / "demo.py").write_text("")
        how = {"path": changed}
    hand_in(tiny, "amal", RIGHT)
    cluster.worker(**how)
    with pytest.raises(CourseError, match=sentence):
        grade(tiny, workers=Workers(scheduler=cluster.address), kernels=kernels)
    assert not tiny.course.output.joinpath("autograded").exists()


def test_a_cluster_without_workers_is_one_sentence(tiny, kernels, cluster, impatient):
    hand_in(tiny, "amal", RIGHT)
    with pytest.raises(CourseError, match="has no worker: start some"):
        grade(tiny, workers=Workers(scheduler=cluster.address), kernels=kernels)


def test_a_lost_scheduler_is_one_sentence_and_what_was_graded_is_kept(tiny, kernels, tmp_path):
    cluster = Cluster(tmp_path)
    for number in range(4):
        hand_in(tiny, f"s{number}", RIGHT, edit=slowly)
    cluster.worker()
    try:
        with pytest.raises(CourseError, match="was lost: grade again"):
            grade(
                tiny,
                workers=Workers(scheduler=cluster.address),
                kernels=kernels,
                listener=lambda name: cluster.scheduler.kill(),
            )
    finally:
        cluster.close()
    (kept,) = (tiny.course.output / "autograded").iterdir()
    before = kept.stat().st_mtime_ns
    assert points(grade(tiny, workers=Workers(jobs=1), kernels=kernels)) == dict.fromkeys(["s0", "s1", "s2", "s3"], 2)
    assert kept.stat().st_mtime_ns == before


def test_submissions_that_need_a_gpu_take_turns_on_the_worker_that_has_one(tiny, kernels, cluster, impatient):
    probes = tiny.folder / "probes.py"
    probes.write_text(probes.read_text() + '\nRESOURCES = {"GPU": 1}\n')
    for number in range(3):
        hand_in(tiny, f"s{number}", RIGHT, edit=slowly)
    with pytest.raises(CourseError, match=r"ask for GPU=1: say `--gpus N`"):
        grade(tiny, workers=Workers(jobs=1), kernels=kernels)
    workers = Workers(scheduler=cluster.address)
    cluster.worker("--nthreads", "2")
    with pytest.raises(CourseError, match="has no worker with GPU=1: start some"):
        grade(tiny, workers=workers, kernels=kernels)
    cluster.worker("--nthreads", "3", "--resources", "GPU=1")
    assert set(points(grade(tiny, workers=workers, kernels=kernels)).values()) == {2}
    ran = spans(tiny)
    assert len(ran) == 3
    assert all(end <= start for (_, end), (start, _) in pairwise(ran))


def test_workers_that_are_lost_under_a_submission_are_a_sentence(tiny):
    class Doomed:
        key = "run-1"

        def result(self, timeout):
            raise KilledWorker("run-1", "tcp://127.0.0.1:1", 3)

    runner = DaskRunner(None, "tcp://127.0.0.1:1", KernelPool(), tiny)
    runner.sent["run-1"] = None
    assert runner.result(Doomed()) == "All 4 Dask workers that were to run it were lost; grade again."


def test_what_could_not_be_run_is_run_again_next_time(tiny, kernels, monkeypatch):
    hand_in(tiny, "amal", RIGHT)
    grade(tiny, workers=Workers(jobs=1), kernels=kernels)
    hand_in(tiny, "bo", RIGHT)
    with monkeypatch.context() as patch:
        patch.setattr(ThreadRunner, "result", lambda self, future: "All workers were lost; grade again.")
        amal, bo = grade(tiny, workers=Workers(jobs=1), kernels=kernels).students
    assert (amal.points, bo.points, bo.status) == (2, 0, Status.FAILED)
    assert "All workers were lost; grade again." in bo.reason
    assert points(grade(tiny, workers=Workers(jobs=1), kernels=kernels)) == {"amal": 2, "bo": 2}


@pytest.mark.parametrize("written", ['{"GPU": 0}', '["GPU"]', "dict(GPU=1)", '{"GPU": "one"}'])
def test_resources_that_are_not_written_out_are_one_sentence(tiny, written):
    probes = tiny.folder / "probes.py"
    probes.write_text(probes.read_text() + f"\nRESOURCES = {written}\n")
    with pytest.raises(CourseError, match=r"probes\.py: RESOURCES must be written out, such as"):
        Workers().check(tiny)


def test_workers_learn_no_judge_and_no_secret(tiny, monkeypatch):
    sent = []

    class Client:
        def submit(self, function, *arguments, **options):
            assert not options["resources"]
            sent.append(cloudpickle.dumps((function, arguments)))

        def nthreads(self):
            return {}

    runner = DaskRunner(Client(), "tcp://127.0.0.1:1", KernelPool(), tiny)
    runner.send(tiny.release, tiny.probes, probe_calls(tiny))
    assert b"mean_squared_error" in sent[0]
    assert b"at zero" in sent[0]  # the probe itself
    assert b"Square each difference" not in sent[0]  # a judge's hint
    assert tiny.course.secret not in sent[0]
    assert tiny.course.secret.hex().encode() not in sent[0]
    assert b"np.mean((np.asarray(a)" not in sent[0]  # the solution
