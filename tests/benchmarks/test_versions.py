"""What students may have is what `make versions` tries."""

import re
import tomllib
from pathlib import Path

from benchmarks import versions
from benchmarks.run_checks import run
from util import start

ROOT = Path(__file__).resolve().parents[2]
REQUIREMENTS = (ROOT / "requirements.txt").read_text()


def test_the_oldest_that_is_tried_is_the_oldest_that_students_may_have():
    tried = dict(re.findall(r"([\w-]+)==([\d.]+)\.\*", " ".join(versions.ENVIRONMENTS["oldest"])))
    for name in ("tensorflow-cpu", "keras", "numpy"):
        (oldest,) = re.findall(rf"^{name}>=([\d.]+),<", REQUIREMENTS, re.MULTILINE)
        assert tried[name] == oldest
        assert start.OLDEST.get(name.removesuffix("-cpu"), oldest) == oldest


def test_what_grades_is_exact_and_within_what_students_may_have():
    grade = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]["grade"]
    exact = dict(re.findall(r"(tensorflow|keras)==([\d.]+)\.\*", " ".join(grade)))
    assert exact.keys() == {"tensorflow", "keras"}
    for name, version in exact.items():
        oldest, below = re.findall(rf"^{name}>=([\d.]+),<([\d.]+)", REQUIREMENTS, re.MULTILINE)[0]
        assert numbers(oldest) <= numbers(version) < numbers(below)


def numbers(version):
    return [int(part) for part in version.split(".")]


def test_what_is_tried_takes_the_place_of_the_bounds():
    wanted = versions.requirements(("tensorflow-cpu==2.18.*", "numpy==2.0.*"))
    assert wanted[:2] == ["tensorflow-cpu==2.18.*", "numpy==2.0.*"]
    names = [re.match(r"[\w-]+", each)[0] for each in wanted]
    assert len(names) == len(set(names))
    assert "matplotlib" in names
    assert not {"tensorflow", "jupyterlab", "ipykernel"} & set(names)


def test_a_cell_that_stops_is_named_and_demos_are_left_out():
    def cell(source, **metadata):
        return {"cell_type": "code", "metadata": metadata, "source": source}

    check = {"nbgrader": {"grade": True, "grade_id": "test_scale"}}
    cells = [cell("1 / 0", tags=["demo"]), cell("print('a')\nprint('✓ scale')", **check), cell("\n1 / 0")]
    said = run({"cells": cells})
    assert said["scale"] == "✓ scale"
    assert said["stopped"] == "ZeroDivisionError: division by zero (<cell 2>, line 2)"
