"""Whatever is handed in becomes a notebook of the assignment's form."""

import copy
import json
import os

import nbformat
import pytest
from nbformat import v3, v4

from autograder.sanitize import NOTE, read_submission, restore


def grade_ids(notebook):
    return [cell.metadata.nbgrader.grade_id for cell in notebook.cells if "nbgrader" in cell.metadata]


@pytest.fixture
def submitted(tiny):
    return copy.deepcopy(tiny.solution)


def cell_of(notebook, grade_id):
    return next(cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == grade_id)


BROKEN = {
    "empty": (b"", "not valid JSON"),
    "truncated": (b'{"nbformat": 4, "cells": [{"cell_type": "co', "may have been cut off"),
    "not UTF-8": (b'{"nbformat": 4, "x": "\xff"}', "not UTF-8"),
    "a list": (b"[]", "not a notebook"),
    "other JSON": (b'{"a": 1}', "not a notebook"),
    "format 9": (b'{"nbformat": 9, "nbformat_minor": 0, "metadata": {}, "cells": []}', "not a valid notebook"),
    "deep": (b'{"nbformat": 4, "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested too deeply"),
    "cells of a wrong kind": (
        b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [3]}',
        "not a valid notebook",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_graded_as_untouched_and_says_why(tiny, tmp_path, name):
    content, reason = BROKEN[name]
    path = tmp_path / "x.ipynb"
    path.write_bytes(content)
    notebook = read_submission(path, tiny.release)
    assert reason in notebook.metadata[NOTE]["unreadable"]
    assert grade_ids(notebook) == grade_ids(tiny.release)


def test_links_and_folders_are_not_followed(tiny, tmp_path):
    secret = tmp_path / "secret.ipynb"
    secret.write_text(nbformat.writes(tiny.solution))
    (tmp_path / "link.ipynb").symlink_to(secret)
    (tmp_path / "folder.ipynb").mkdir()
    for name in ("link.ipynb", "folder.ipynb"):
        assert "not a regular file" in read_submission(tmp_path / name, tiny.release).metadata[NOTE]["unreadable"]


def test_a_pipe_a_device_and_a_folder_behind_a_link_are_refused_at_once(tiny, tmp_path):
    (tmp_path / "eve").mkdir()
    pipe, device = tmp_path / "eve" / "pipe.ipynb", tmp_path / "eve" / "zero.ipynb"
    os.mkfifo(pipe)
    device.symlink_to("/dev/zero")
    (tmp_path / "linked").symlink_to(tiny.solution_path.parent)
    for path in (pipe, device, tmp_path / "linked" / tiny.solution_path.name):
        assert "not a regular file" in read_submission(path, tiny.release).metadata[NOTE]["unreadable"]


def test_format_3_is_read(tiny, tmp_path):
    old = v3.new_notebook(worksheets=[v3.new_worksheet(cells=[v3.new_code_cell(input="x = 1")])])
    path = tmp_path / "x.ipynb"
    path.write_text(json.dumps(old))
    assert [cell.source for cell in read_submission(path, tiny.release).cells] == ["x = 1"]


def test_an_honest_notebook_is_left_as_it_is(tiny, submitted):
    restored, events = restore(submitted, tiny.release)
    assert events == []
    assert cell_of(restored, "mean_squared_error").source == cell_of(tiny.solution, "mean_squared_error").source
    assert grade_ids(restored) == grade_ids(tiny.release)


def test_of_a_doubled_cell_the_last_counts_and_the_first_still_runs(tiny, submitted):
    index = submitted.cells.index(cell_of(submitted, "mean_squared_error"))
    doubled = copy.deepcopy(submitted.cells[index])
    doubled.source = "second = True"
    submitted.cells.insert(index + 1, doubled)
    restored, events = restore(submitted, tiny.release)
    assert grade_ids(restored) == grade_ids(tiny.release)
    assert cell_of(restored, "mean_squared_error").source == "second = True"
    assert restored.cells[index].source.startswith("def mean_squared_error")
    assert "more than once" in events[0]


def test_a_deleted_test_comes_back_behind_its_blank(tiny, submitted):
    submitted.cells.remove(cell_of(submitted, "test_mean_squared_error"))
    restored, events = restore(submitted, tiny.release)
    assert grade_ids(restored) == grade_ids(tiny.release)
    assert "had been deleted; it was put back" in events[0]


def test_a_deleted_blank_stays_away_so_that_moved_code_counts(tiny, submitted):
    blank = cell_of(submitted, "mean_squared_error")
    submitted.cells.remove(blank)
    submitted.cells.insert(1, v4.new_code_cell(blank.source))
    restored, _ = restore(submitted, tiny.release)
    assert grade_ids(restored) == ["test_mean_squared_error", "outliers"]


@pytest.mark.parametrize("count", [0, 1])
def test_an_almost_empty_notebook_gets_all_graded_cells(tiny, count):
    restored, _ = restore(v4.new_notebook(cells=[v4.new_code_cell("pass")] * count), tiny.release)
    assert grade_ids(restored) == ["test_mean_squared_error", "outliers"]


def test_a_retyped_cell_is_turned_back(tiny, submitted):
    index = submitted.cells.index(cell_of(submitted, "test_mean_squared_error"))
    retyped = v4.new_markdown_cell("full marks", metadata=submitted.cells[index].metadata)
    submitted.cells[index] = retyped
    restored, events = restore(submitted, tiny.release)
    cell = cell_of(restored, "test_mean_squared_error")
    assert cell.cell_type == "code"
    assert cell.source == cell_of(tiny.release, "test_mean_squared_error").source
    assert "turned into a markdown cell" in events[0]


@pytest.mark.parametrize(
    "forge",
    [
        lambda cell: cell.metadata.nbgrader.update(points=1000),
        lambda cell: cell.metadata.nbgrader.update(solution=True, locked=False),
        lambda cell: cell.metadata.nbgrader.update(grade=False),
        lambda cell: cell.metadata.update(tags=["skip-execution", "demo"]),
        lambda cell: cell.update(source="1000.0"),
    ],
)
def test_forged_metadata_and_text_of_a_test_are_overwritten(tiny, submitted, forge):
    forge(cell_of(submitted, "test_mean_squared_error"))
    restored, _ = restore(submitted, tiny.release)
    cell, original = (cell_of(each, "test_mean_squared_error") for each in (restored, tiny.release))
    assert (cell.metadata, cell.source) == (original.metadata, original.source)


@pytest.mark.parametrize(
    "metadata",
    [
        {"nbgrader": 3},
        {"nbgrader": {"grade_id": ["x"]}},
        {"nbgrader": {"grade_id": "mine", "grade": True, "points": 9}},
    ],
)
def test_metadata_of_an_unknown_cell_is_dropped(tiny, submitted, metadata):
    submitted.cells.append(v4.new_code_cell("x", metadata=metadata))
    restored, _ = restore(submitted, tiny.release)
    assert restored.cells[-1].metadata == {}
