"""`python -m benchmarks.seeds` runs the cell with the lesson's table, with other settings."""

import pytest
import typer

from autograder.authoring.source import read_cells
from benchmarks import seeds
from benchmarks.lesson_names import lesson_names


def test_settings_change_as_deep_as_the_changes_go_and_nothing_else_does():
    settings = {"a": {"b": 1, "c": {"d": 2}}, "e": [1, 2]}
    assert seeds.changed(settings, {"a": {"c": {"d": 5}}, "e": [3]}) == {"a": {"b": 1, "c": {"d": 5}}, "e": [3]}
    assert settings == {"a": {"b": 1, "c": {"d": 2}}, "e": [1, 2]}


def test_a_setting_that_the_lesson_does_not_have_is_refused():
    with pytest.raises(typer.BadParameter, match="no 'sedes', only 'a', 'e'"):
        seeds.changed({"a": 1, "e": 2}, {"sedes": 3})


def test_a_number_in_the_place_of_several_settings_is_refused():
    with pytest.raises(typer.BadParameter, match="have 'b', 3 stands"):
        seeds.changed({"a": {"b": 1}}, {"a": 3})


@pytest.mark.parametrize("lesson", seeds.TABLES)
def test_one_cell_has_the_table_and_it_reads_the_seeds_from_the_settings(lesson):
    cells = read_cells(seeds.ROOT / "exercises" / lesson / f"{lesson}.py")
    settings, line = seeds.TABLES[lesson]
    (source,) = [cell.source for cell in cells if line in cell.source]
    assert f'{settings}["seeds"]' in source


def test_the_names_of_a_lesson_see_the_changed_settings():
    changes = {"ABLATION": lambda settings: seeds.changed(settings, {"model": {"steps": 7}})}
    lesson = lesson_names("draw", ["ABLATION"], changes)
    assert lesson.ABLATION["model"]["steps"] == 7
    assert lesson.ABLATION["model"]["hidden"] == 64
    assert lesson.ABLATION["seeds"] == 2
