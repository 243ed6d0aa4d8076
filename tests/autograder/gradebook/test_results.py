"""``grades/<id>.json``: what is written comes back, and what is no results file is refused with its reason."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from autograder.files import write_atomically
from autograder.gradebook.results import ItemOutcome, ResultsError, load, save
from autograder.judging import Judgement, Outcome
from tests.autograder.sample_results import a_class, failed, graded, judged, missing, verdict

PASSED, FAILED, NOT_REACHED = Outcome
CLASS = a_class(
    graded("amina", PASSED, FAILED, NOT_REACHED, PASSED, scaling=1.5, comment="Say <b>why</b>."),
    graded("björn", PASSED, PASSED, PASSED, PASSED),
    failed("lwazi"),
    missing("noor"),
)
DATA = msgspec.to_builtins(CLASS)


def test_what_was_saved_is_loaded(tmp_path: Path) -> None:
    """Every field, of every kind, survives the file."""
    path = tmp_path / "grades" / "gan.json"
    save(CLASS, path)
    assert load(path) == CLASS
    assert [file.name for file in path.parent.iterdir()] == ["gan.json"]


def test_the_file_is_plain_json_with_the_documented_keys(tmp_path: Path) -> None:
    """Other programs may read it."""
    save(CLASS, tmp_path / "gan.json")
    data = json.loads((tmp_path / "gan.json").read_text(encoding="utf-8"))
    assert data["version"] == 1
    assert data["items"][2] == {"name": "scaling", "kind": "question", "max_points": 2.0}
    assert data["students"][0]["items"][0]["criteria"][1]["outcome"] == "failed"
    assert data["students"][1]["items"][2]["points"] is None


def _changed(*path: str | int, to: Any) -> Any:
    """The class's data with the value at ``path`` changed."""
    data = copy.deepcopy(DATA)
    place = data
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = to
    return data


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ([], "Expected `object`, got `array`"),
        (_changed("version", to=2), "version 2"),
        (_changed("max_points", to="40"), r"Expected `float`, got `str` - at `\$.max_points`"),
        (_changed("max_points", to=True), r"Expected `float`, got `bool` - at `\$.max_points`"),
        (_changed("max_points", to=float("nan")), "is not JSON"),
        (_changed("students", 0, "points", to=-1), r"Expected `float` >= 0.0 - at `\$.students\[0\].points`"),
        (
            _changed("students", 0, "status", to="lost"),
            r"Invalid enum value 'lost' - at `\$.students\[0\].status`",
        ),
        (_changed("students", 0, "events", to="none"), r"Expected `array`, got `str` - at `\$.students\[0\].events`"),
        (_changed("students", 0, "items", 0, "outcome", to="by foot"), "Invalid enum value 'by foot'"),
        (_changed("students", 0, "items", 0, "name", to="decoder"), "'decoder' is no item of the assignment"),
        (_changed("students", 1, "student", to="amina"), "students: 'amina' comes twice"),
        (_changed("students", 0, "grade", to="A"), "Object contains unknown field `grade`"),
        ({key: value for key, value in DATA.items() if key != "title"}, "Object missing required field `title`"),
    ],
)
def test_a_file_of_another_form_is_refused(tmp_path: Path, data: Any, sentence: str) -> None:
    """The message names the place."""
    path = tmp_path / "gan.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(ResultsError, match=sentence):
        load(path)


def test_a_truncated_file_is_refused(tmp_path: Path) -> None:
    """A broken file is told from a wrong one."""
    (tmp_path / "gan.json").write_text(json.dumps(DATA)[:-40], encoding="utf-8")
    with pytest.raises(ResultsError, match=r"gan.json is not JSON"):
        load(tmp_path / "gan.json")


def test_wrong_results_leave_the_old_file_as_it_was(tmp_path: Path) -> None:
    """Saving checks first."""
    path = tmp_path / "gan.json"
    save(CLASS, path)
    with pytest.raises(ResultsError, match="comes twice"):
        save(replace(CLASS, students=CLASS.students * 2), path)
    assert load(path) == CLASS


def test_a_failed_write_leaves_no_trace(tmp_path: Path) -> None:
    """Neither a half file nor a temporary one."""
    (tmp_path / "page.html").mkdir()  # A folder cannot be replaced by a file.
    with pytest.raises(OSError, match=r"page\.html"):
        write_atomically(tmp_path / "page.html", "text")
    assert [file.name for file in tmp_path.iterdir()] == ["page.html"]


def test_an_items_share_is_of_the_points_to_be_had_and_nothing_while_it_waits() -> None:
    """Partial credit is the sum of criteria."""
    item = judged(Judgement("generator", (verdict("forward", PASSED), verdict("variables", FAILED))))
    assert (item.points, item.max_points, item.outcome, item.share) == (2.0, 4.0, ItemOutcome.FAILED, 0.5)
    assert replace(item, points=None).share == 0.0


def test_a_late_penalty_never_makes_a_score_negative() -> None:
    """As in nbgrader's export."""
    student = graded("amina", PASSED, FAILED, FAILED, FAILED)
    assert replace(student, late_penalty=0.5).score == 1.5
    assert replace(student, late_penalty=5.0).score == 0.0
