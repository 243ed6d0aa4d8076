"""A visit to a GPU, tried on what there is: each part gets its time, the next visit goes on, one that fails is told."""

import json

import pytest

from benchmarks import gpu, reference

# Keras hands TensorFlow's variables to h5py, which NumPy remarks on.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword")

TINY = {**reference.DRAW, "glimpses": 2, "batch_size": 8, "parts": "Parts"}
TINY |= {"sizes": {"hidden": 8, "latent": 2, "read_size": 3, "write_size": 3}}


def broken(settings, path):
    raise MemoryError("no room for a batch")


def test_a_visit_goes_on_where_the_one_before_stopped(tmp_path, monkeypatch):
    monkeypatch.setenv("ATELIER_OFFLINE", "1")
    monkeypatch.setattr(reference, "STEPS_PER_EPOCH", 2)
    runs = {"draw": reference.Run(reference.start_draw, TINY), "none": reference.Run(broken)}
    monkeypatch.setattr(gpu, "PLAN", {name: gpu.Part(run, 1.0) for name, run in runs.items()})
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    gpu.visit(0, first)
    told = gpu.visit(0, second, resume=first)
    assert [json.loads(line)["epoch"] for line in (second / "draw" / "curve.jsonl").read_text().splitlines()] == [1, 2]
    assert told["draw"]["epoch"] == 2
    assert told["draw"]["peak_bytes"] > 0
    assert told["none"] == {"failed": "MemoryError: no room for a batch"}
    assert json.loads((second / "visit.json").read_text()) == told


def test_the_plan_is_of_runs_that_can_be_started():
    assert all(part.share > 0 and part.run.settings["seed"] for part in gpu.PLAN.values())
    assert next(iter(gpu.PLAN)) == "draw-attention-full"
