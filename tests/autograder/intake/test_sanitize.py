"""Whatever is handed in becomes a notebook of the assignment's form."""

import copy
import json
import os
import time

import nbformat
import pytest
from nbconvert import HTMLExporter
from nbformat import NotebookNode, v3, v4
from nbgrader.utils import determine_grade

from autograder.intake import recognise
from autograder.intake.finding import Place
from autograder.intake.sanitize import read_submission, restore
from autograder.schema import COPY_LINE, DEMO, NOTE, RELEASED


def grade_ids(notebook):
    return [cell.metadata.nbgrader.grade_id for cell in notebook.cells if "nbgrader" in cell.metadata]


@pytest.fixture
def submitted(tiny):
    return copy.deepcopy(tiny.solution)


def cell_of(notebook, grade_id):
    return next(cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == grade_id)


BROKEN = {
    "empty": (b"", "it is empty"),
    "truncated": (b'{"nbformat": 4, "cells": [{"cell_type": "co', "may have been cut off"),
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
    notebook = read_submission(Place(path).read, tiny.release)
    assert reason in notebook.metadata[NOTE]["unreadable"]
    assert grade_ids(notebook) == grade_ids(tiny.release)


def test_links_and_folders_are_not_followed(tiny, tmp_path):
    secret = tmp_path / "secret.ipynb"
    secret.write_text(nbformat.writes(tiny.solution))
    (tmp_path / "link.ipynb").symlink_to(secret)
    (tmp_path / "folder.ipynb").mkdir()
    for name in ("link.ipynb", "folder.ipynb"):
        assert (
            "not a regular file"
            in read_submission(Place(tmp_path / name).read, tiny.release).metadata[NOTE]["unreadable"]
        )


def test_a_pipe_a_device_and_a_folder_behind_a_link_are_refused_at_once(tiny, tmp_path):
    (tmp_path / "eve").mkdir()
    pipe, device = tmp_path / "eve" / "pipe.ipynb", tmp_path / "eve" / "zero.ipynb"
    os.mkfifo(pipe)
    device.symlink_to("/dev/zero")
    (tmp_path / "linked").symlink_to(tiny.solution_path.parent)
    for path in (pipe, device, tmp_path / "linked" / tiny.solution_path.name):
        assert "not a regular file" in read_submission(Place(path).read, tiny.release).metadata[NOTE]["unreadable"]


def test_format_3_is_read(tiny, tmp_path):
    old = v3.new_notebook(worksheets=[v3.new_worksheet(cells=[v3.new_code_cell(input="x = 1")])])
    path = tmp_path / "x.ipynb"
    path.write_text(json.dumps(old))
    assert [cell.source for cell in read_submission(Place(path).read, tiny.release).cells] == ["x = 1"]


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


def test_a_blank_whose_code_was_moved_is_known_by_what_it_defines(tiny, submitted):
    blank = cell_of(submitted, "mean_squared_error")
    submitted.cells.remove(blank)
    submitted.cells.insert(1, v4.new_code_cell(blank.source))
    restored, events = restore(submitted, tiny.release)
    assert grade_ids(restored) == ["mean_squared_error", "test_mean_squared_error", "outliers"]
    assert restored.cells[1].source == blank.source
    assert events == []


def test_a_deleted_blank_stays_away(tiny, submitted):
    submitted.cells.remove(cell_of(submitted, "mean_squared_error"))
    restored, events = restore(submitted, tiny.release)
    assert grade_ids(restored) == ["test_mean_squared_error", "outliers"]
    assert events == ["The cell `mean_squared_error` had been deleted."]


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


# Where answers stand -------------------------------------------------------------------------------------------------

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
OWN = {"markdown": v4.new_markdown_cell, "code": v4.new_code_cell, "raw": v4.new_raw_cell}


@pytest.fixture
def lesson(gan):
    """The lesson `gan` as it is released, to be edited; its questions are `scaling` and `collapse`."""
    return copy.deepcopy(gan.release)


def at(notebook, grade_id):
    return notebook.cells.index(cell_of(notebook, grade_id))


def answered(notebook, grade_id, answer="D sees the brightness."):
    cell_of(notebook, grade_id).source += f"\n{answer}\n"


def question_of(notebook, release, grade_id="scaling"):
    """The restored question, what is said, and whether nbgrader would give it an automatic 0."""
    restored, events = restore(copy.deepcopy(notebook), release)
    cell = cell_of(restored, grade_id)
    assert sorted(grade_ids(restored)) == sorted(grade_ids(release))
    return cell.source, events, determine_grade(cell)[0] == 0


def test_a_question_that_was_left_as_it_was_gets_an_automatic_0(gan, lesson):
    source, events, none = question_of(lesson, gan.release)
    assert source == cell_of(gan.release, "scaling").source
    assert (events, none) == ([], True)


@pytest.mark.parametrize(
    "change", [lambda text: text + "\n \n", lambda text: text.replace("\n", "  \n"), lambda text: " \n"]
)
def test_white_space_is_no_answer(gan, lesson, change):
    cell = cell_of(lesson, "scaling")
    cell.source = change(cell.source)
    assert question_of(lesson, gan.release)[2]


@pytest.mark.parametrize("kind", OWN)
@pytest.mark.parametrize("cells", [1, 2])
def test_an_answer_in_cells_below_the_question_waits_and_is_shown_there(gan, lesson, kind, cells):
    for number in range(cells):
        lesson.cells.insert(at(lesson, "scaling") + 1 + number, OWN[kind](f"# answer {number}"))
    source, events, none = question_of(lesson, gan.release)
    assert not none
    assert source.startswith(cell_of(gan.release, "scaling").source.rstrip())
    assert all(f"# answer {number}" in source for number in range(cells))
    assert "it stood beside the question" in source
    assert events == ["`scaling` was left as it was; what stands beside the question is shown there as its answer."]
    assert question_of(lesson, gan.release, "collapse")[2]


def test_an_answer_above_the_question_is_found_and_code_there_is_none(gan, lesson):
    lesson.cells.insert(at(lesson, "scaling"), v4.new_code_cell("print(scale)"))
    assert question_of(lesson, gan.release)[2]
    lesson.cells.insert(at(lesson, "scaling"), v4.new_markdown_cell("They are brighter."))
    source, _, none = question_of(lesson, gan.release)
    assert not none
    assert "They are brighter." in source
    assert "print(scale)" not in source


def test_an_answer_typed_into_the_text_that_follows_is_found(gan, lesson):
    following = lesson.cells[at(lesson, "scaling") + 1]
    assert following.cell_type == "markdown"
    following.source = "D only has to look at the brightness.\n\n" + following.source
    source, _, none = question_of(lesson, gan.release)
    assert not none
    assert "look at the brightness" in source


def test_a_mended_word_in_the_text_that_follows_is_no_answer(gan, lesson):
    following = lesson.cells[at(lesson, "scaling") + 1]
    following.source = following.source.replace("The", "the", 1)
    assert question_of(lesson, gan.release)[2]


@pytest.mark.parametrize("text", ["**Answer 1**: brightness", "Scaling: brightness", "Question 1\n\nbrightness"])
def test_an_answer_elsewhere_that_says_so_waits(gan, lesson, text):
    lesson.cells.insert(1, v4.new_markdown_cell(text))
    source, events, none = question_of(lesson, gan.release)
    assert not none
    assert "brightness" in source
    assert "elsewhere in the notebook" in events[0]


FAR_AWAY = {
    "another language": "Die echten Bilder sind viel heller als die erzeugten.",
    "no spaces": "判别器一眼就能看出哪些图像是真的，因为它们更亮。",
}


@pytest.mark.parametrize("name", FAR_AWAY)
@pytest.mark.parametrize("cell", ["own", "raw", "text above", "comment", "check", "demo"])
def test_an_answer_anywhere_and_in_any_language_waits(gan, lesson, name, cell):
    text = FAR_AWAY[name]
    if cell in ("own", "raw"):
        lesson.cells.insert(2, OWN["markdown" if cell == "own" else "raw"](text))
    elif cell == "text above":
        next(cell for cell in lesson.cells if cell.id == "prose-02").source += f"\n\n{text}"
    elif cell == "comment":
        lesson.cells.insert(2, v4.new_code_cell(f"# {text}"))
    else:
        names = {"check": "test_transform", "demo": "demo-17"}
        into = next(c for c in lesson.cells if names[cell] in (c.id, c.metadata.get("nbgrader", {}).get("grade_id")))
        into.source += f"\n# {text}"
    source, _, none = question_of(lesson, gan.release)
    assert not none
    assert text in source


def test_answers_behind_everything_else_wait(gan, lesson):
    lesson.cells.append(v4.new_markdown_cell("1. brightness 2. a tanh"))
    assert not question_of(lesson, gan.release)[2]


def test_a_note_is_no_answer_to_a_question_far_away(gan, lesson):
    lesson.cells.insert(2, v4.new_markdown_cell("My notes."))
    assert question_of(lesson, gan.release)[2]


def test_what_stands_beside_an_answered_question_is_not_touched(gan, lesson):
    answered(lesson, "scaling")
    lesson.cells.insert(at(lesson, "scaling") + 1, v4.new_markdown_cell("More."))
    source, events, none = question_of(lesson, gan.release)
    assert not none
    assert "More." not in source
    assert events == []


def test_of_copies_of_a_question_the_one_with_the_answer_counts(gan, lesson):
    answered(lesson, "scaling")
    where = at(lesson, "scaling")
    for other in ("", cell_of(gan.release, "scaling").source):
        doubled = copy.deepcopy(lesson)
        doubled.cells.insert(where + 1, NotebookNode(copy.deepcopy(lesson.cells[where]), id="copy", source=other))
        source, events, none = question_of(doubled, gan.release)
        assert not none
        assert source.endswith("D sees the brightness.\n")
        assert events == ["The cell `scaling` was there more than once; the one with an answer counted."]


def test_of_several_answers_the_last_counts_and_that_is_said(gan, lesson):
    where = at(lesson, "scaling")
    lesson.cells.insert(where + 1, NotebookNode(copy.deepcopy(lesson.cells[where]), id="copy"))
    lesson.cells[where].source += "first"
    lesson.cells[where + 1].source += "second"
    source, events, _ = question_of(lesson, gan.release)
    assert source.endswith("second")
    assert events == ["The cell `scaling` was there more than once, with answers; the last one counted."]


def test_an_answer_that_was_split_is_joined(gan, lesson):
    where = at(lesson, "scaling")
    lesson.cells.insert(where + 1, NotebookNode(copy.deepcopy(lesson.cells[where]), id="copy", source="and second."))
    lesson.cells[where].source += "first,"
    source, events, _ = question_of(lesson, gan.release)
    assert source.endswith("first,\n\nand second.")
    assert events == ["The cell `scaling` was there more than once, with answers; its parts were joined."]


def test_a_question_split_in_front_of_its_answer_is_joined(gan, lesson):
    where = at(lesson, "scaling")
    lesson.cells.insert(where + 1, NotebookNode(copy.deepcopy(lesson.cells[where]), id="copy", source="Brightness."))
    source, _, none = question_of(lesson, gan.release)
    assert not none
    assert source == f"{cell_of(gan.release, 'scaling').source.rstrip()}\n\nBrightness."


def test_a_question_copied_without_its_marks_counts_if_it_was_answered(gan, lesson):
    text = cell_of(lesson, "scaling").source + "\nBrightness."
    lesson.cells.insert(1, v4.new_markdown_cell(text))
    source, _, none = question_of(lesson, gan.release)
    assert not none
    assert source == text


def test_a_deleted_question_whose_answer_stayed_waits(gan, lesson):
    where = at(lesson, "scaling")
    lesson.cells[where] = v4.new_markdown_cell("D sees the brightness.")
    source, events, none = question_of(lesson, gan.release)
    assert not none
    assert "D sees the brightness." in source
    assert "The cell `scaling` had been deleted; it was put back." in events


def test_a_question_merged_with_the_text_above_it_is_found(gan, lesson):
    where = at(lesson, "scaling")
    lesson.cells[where].source = "Above.\n\n" + lesson.cells[where].source + "\nBrightness."
    lesson.cells[where].metadata = {}
    lesson.cells[where].id = "prose-01"
    del lesson.cells[0]
    source, _, none = question_of(lesson, gan.release)
    assert not none
    assert source.endswith("Brightness.")


def test_a_picture_is_an_answer_and_goes_where_its_cell_goes(gan, lesson):
    picture = v4.new_markdown_cell("![my sketch](attachment:my%20sketch.png)")
    picture["attachments"] = {"my sketch.png": {"image/png": PNG}}
    lesson.cells.insert(at(lesson, "scaling") + 1, picture)
    restored, _ = restore(lesson, gan.release)
    cell = cell_of(restored, "scaling")
    assert "![my sketch](attachment:picture-0)" in cell.source
    assert cell.attachments == {"picture-0": {"image/png": PNG}}
    HTMLExporter().from_notebook_node(restored)  # as formgrader shows it; nbconvert stops at a picture that is missing


def test_a_picture_that_no_text_mentions_is_shown(gan, lesson):
    cell = cell_of(lesson, "scaling")
    cell["attachments"] = {"sketch.png": {"image/png": PNG}}
    source, _, none = question_of(lesson, gan.release)
    assert not none
    assert source.endswith("![sketch.png](attachment:sketch.png)")


def test_a_picture_that_did_not_come_along_stops_nobody(gan, lesson):
    answered(lesson, "scaling", "![sketch](attachment:gone.png)")
    restored, _ = restore(lesson, gan.release)
    assert "attachment:" not in cell_of(restored, "scaling").source
    HTMLExporter().from_notebook_node(restored)


# What students do to code --------------------------------------------------------------------------------------------


def code_of(notebook):
    """All code that will run, in order."""
    return [
        cell.source for cell in notebook.cells if cell.cell_type == "code" and DEMO not in cell.metadata.get("tags", [])
    ]


def sources_of(notebook):
    """All texts, without the copy of `util`, which grading takes out."""
    return [
        "\n".join(line for line in cell.source.split("\n") if not line.startswith(COPY_LINE)).rstrip()
        for cell in notebook.cells
    ]


SETTINGS, TRAINING = "BATCH_SIZE = ", "    keras.utils.set_random_seed(1)\n"
"""What stands in two demonstrations of `gan`, and first in them: its settings, and its training."""


def demo(notebook, words):
    return next(cell for cell in notebook.cells if cell.id.startswith("demo-") and words in cell.source)


def test_the_halves_of_a_blank_both_run(gan, lesson):
    where = at(lesson, "losses")
    head, tail = lesson.cells[where].source.split("def generator_loss")
    head, tail = (
        head.replace("raise Not", "return 1  # Not"),
        "def generator_loss" + tail.replace("raise Not", "return 2  # Not"),
    )
    lesson.cells[where].source = head
    lesson.cells.insert(where + 1, NotebookNode(copy.deepcopy(lesson.cells[where]), id="split", source=tail))
    restored, events = restore(lesson, gan.release)
    assert [source for source in code_of(restored) if source in (head, tail)] == [head, tail]
    assert events == ["The cell `losses` had been split; all of its parts ran."]


def test_a_blank_split_in_the_midst_of_a_function_is_joined(gan, lesson):
    where = at(lesson, "sample_z")
    lesson.cells[where].source = "def sample_Z(m, n):\n    z = 1"
    second = NotebookNode(copy.deepcopy(lesson.cells[where]), id="split", source="    return z")
    lesson.cells.insert(where + 1, second)
    restored, events = restore(lesson, gan.release)
    assert cell_of(restored, "sample_z").source == "def sample_Z(m, n):\n    z = 1\n    return z"
    assert events == ["The cell `sample_z` had been split; its parts were joined."]


@pytest.mark.parametrize("behind", [0, 1])
def test_a_copy_of_a_blank_that_was_left_as_it_was_undoes_nothing(gan, lesson, behind):
    where = at(lesson, "sample_z")
    stub = copy.deepcopy(lesson.cells[where])
    lesson.cells[where].source = "def sample_Z(m, n):\n    return 1"
    lesson.cells.insert(where + behind, NotebookNode(stub, id="copy"))
    restored, _ = restore(lesson, gan.release)
    assert cell_of(restored, "sample_z").source == "def sample_Z(m, n):\n    return 1"
    assert stub.source not in code_of(restored)


@pytest.mark.parametrize("kept", ["", "ids", "marks"])
@pytest.mark.parametrize("name", ["dcgan", "draw", "faces", "gan", "inpainting", "layers", "toy_gan"])
def test_a_lesson_that_lost_its_marks_is_known_by_its_text(gan, name, kept):
    assignment = gan.course.assignment(name)
    solved = {cell.id: cell.source for cell in assignment.solution.cells}
    notebook = copy.deepcopy(assignment.release)
    for cell in notebook.cells:
        info = cell.metadata.get("nbgrader", {})
        if info.get("solution"):
            cell.source = cell.source + "\n\nMy answer." if info.get("grade") else solved[cell.id]
        if kept != "marks":
            cell.metadata = NotebookNode()
        if kept != "ids":
            cell.id = cell.id[::-1]
    expected = sources_of(notebook)
    restored, events = restore(notebook, assignment.release)
    assert events == []
    for cell in restored.cells:
        if cell.metadata.get("tags") == [RELEASED]:
            cell.metadata = NotebookNode()
    assert [cell.metadata for cell in restored.cells] == [cell.metadata for cell in assignment.release.cells]
    assert sources_of(restored) == expected


def test_a_line_typed_into_a_demo_runs_and_the_demo_does_not(gan, lesson):
    cell = demo(lesson, TRAINING)
    original = cell.source
    cell.source = "import tensorflow as tf\n\n\ndef helper():\n    return tf\n\n" + original + "\nprint(helper())"
    restored, events = restore(lesson, gan.release)
    (own,) = [source for source in code_of(restored) if "tensorflow" in source]
    assert own == "import tensorflow as tf\ndef helper():\n    return tf\nprint(helper())"
    assert original not in code_of(restored)
    assert events == []


def test_an_import_inside_a_demo_runs_and_the_rest_of_a_changed_demo_does_not(gan, lesson):
    cell = demo(lesson, TRAINING)
    lines = cell.source.splitlines()
    cell.source = "\n".join([lines[0], "    import tensorflow as tf", "    print(tf)", *lines[1:]])
    restored, events = restore(lesson, gan.release)
    assert "import tensorflow as tf" in code_of(restored)
    assert events == [
        "The demonstration that begins with `with checks.waits():` had been changed; as all demonstrations, it was not run."
    ]


def test_a_function_in_the_place_of_a_line_of_a_demo_runs(gan, lesson):
    cell = demo(lesson, SETTINGS)
    first, *rest = cell.source.splitlines()
    helper = "@functools.cache\ndef helper():\n    return 3"
    cell.source = "\n".join(["BATCH_SIZE = 64", helper, *rest])
    restored, events = restore(lesson, gan.release)
    assert first.startswith("BATCH_SIZE")
    assert helper in code_of(restored)
    assert "had been changed" in events[0]


def test_a_changed_demo_is_skipped_and_named(gan, lesson):
    cell = demo(lesson, TRAINING)
    cell.source = cell.source.replace("keras.utils.set_random_seed(1)", "keras.utils.set_random_seed(2)")
    before = len(code_of(gan.release))
    restored, events = restore(lesson, gan.release)
    assert len(code_of(restored)) == before
    assert "had been changed" in events[0]


def test_code_in_the_place_of_a_demo_runs(gan, lesson):
    demo(lesson, TRAINING).source = "import tensorflow as tf\nx = tf.constant(1)"
    restored, events = restore(lesson, gan.release)
    assert "import tensorflow as tf\nx = tf.constant(1)" in code_of(restored)
    assert events == []


def test_an_own_cell_that_is_tagged_demo_runs(gan, lesson):
    lesson.cells.insert(2, v4.new_code_cell("import tensorflow as tf", metadata={"tags": ["demo"]}))
    restored, _ = restore(lesson, gan.release)
    assert "import tensorflow as tf" in code_of(restored)


def test_a_blank_that_is_tagged_demo_runs(gan, lesson):
    cell_of(lesson, "losses").metadata["tags"] = ["demo"]
    restored, _ = restore(lesson, gan.release)
    assert cell_of(gan.release, "losses").source in code_of(restored)


def test_a_demo_without_its_tag_is_one_all_the_same(gan, lesson):
    for cell in lesson.cells:
        cell.metadata.pop("tags", None)
    restored, _ = restore(lesson, gan.release)
    assert code_of(restored) == code_of(gan.release)


def test_code_typed_above_and_below_a_check_runs(gan, lesson):
    cell = cell_of(lesson, "test_losses")
    original = cell.source
    cell.source = "import tensorflow as tf\n" + original + "\ndef helper():\n    return tf"
    restored, _ = restore(lesson, gan.release)
    sources = code_of(restored)
    where = sources.index(original)
    assert sources[where - 1 : where + 2] == ["import tensorflow as tf", original, "def helper():\n    return tf"]


def test_code_typed_into_a_check_that_was_changed_runs_and_the_check_is_the_releases(gan, lesson):
    cell = cell_of(lesson, "test_losses")
    original = cell.source
    changed = original.replace("checks.", "checks . ", 1) + "\n\n\ndef helper():\n    return tf"
    cell.source = "import tensorflow as tf\n" + changed
    sources = code_of(restore(lesson, gan.release)[0])
    where = sources.index(original)
    assert sources[where - 1] == "import tensorflow as tf\ndef helper():\n    return tf"


def test_an_answer_in_the_place_of_the_check_runs_and_the_check_comes_back(gan, lesson):
    answer = "def sample_Z(m, n):\n    return np.random.uniform(-1, 1, (m, n)).astype('float32')"
    original = cell_of(lesson, "test_sample_z").source
    cell_of(lesson, "test_sample_z").source = answer
    sources = code_of(restore(lesson, gan.release)[0])
    assert sources[sources.index(original) - 1] == answer


def test_a_check_that_was_only_set_in_another_way_does_not_run_twice(gan, lesson):
    cell = cell_of(lesson, "test_losses")
    cell.source = (
        cell.source.replace("    ", "  ").replace('"', "'").replace("checks.check('losses'", 'checks.check("losses"')
    )
    assert code_of(restore(lesson, gan.release)[0]) == code_of(gan.release)


def test_a_magic_above_a_check_is_no_cell(gan, lesson):
    cell_of(lesson, "test_losses").source = "%%time\n" + cell_of(lesson, "test_losses").source
    assert code_of(restore(lesson, gan.release)[0]) == code_of(gan.release)


def test_a_blank_without_marks_that_became_a_text_is_code_again(gan, lesson):
    blank = cell_of(lesson, "sample_z")
    answer = blank.source.replace("raise Not", "return 1  # Not")
    lesson.cells[lesson.cells.index(blank)] = v4.new_markdown_cell(answer)
    assert cell_of(restore(lesson, gan.release)[0], "sample_z").source == answer


def test_a_function_that_a_text_quotes_is_no_blank(gan, lesson):
    lesson.cells.remove(cell_of(lesson, "sample_z"))
    lesson.cells.insert(2, v4.new_markdown_cell("def sample_Z(m, n):\n\nis missing: I did not know how."))
    assert "sample_z" not in grade_ids(restore(lesson, gan.release)[0])


def test_of_cells_with_the_same_id_each_is_what_it_looks_like(gan, lesson):
    for cell in lesson.cells:
        cell.metadata, cell["id"] = NotebookNode(), "solution-transform"
    restored, events = restore(lesson, gan.release)
    assert sources_of(restored) == sources_of(gan.release)
    assert sorted(grade_ids(restored)) == sorted(grade_ids(gan.release))
    assert events == []


def test_a_blank_merged_into_the_check_above_it_is_not_lost(gan, lesson):
    blank = cell_of(lesson, "train_step")
    blank.source = blank.source.replace("raise Not", "return 1  # Not")
    check = lesson.cells[at(lesson, "test_losses")]
    lesson.cells.remove(blank)
    check.source = f"{check.source}\n\n{blank.source}"
    restored, _ = restore(lesson, gan.release)
    assert cell_of(restored, "train_step").source == blank.source


def test_a_deleted_cell_of_given_code_comes_back_unless_its_names_are_bound_elsewhere(gan, lesson):
    imports, digits = (cell for cell in lesson.cells if cell.id in ("code-01", "code-02"))
    lesson.cells = [cell for cell in lesson.cells if cell not in (imports, digits)]
    lesson.cells.insert(2, v4.new_code_cell("from util import data\nmnist = data.load_mnist()"))
    restored, events = restore(lesson, gan.release)
    assert code_of(restored)[0] == imports.source
    assert digits.source not in code_of(restored)
    assert events == ["The given cell that begins with `import os` had been deleted; it was put back."]


@pytest.mark.parametrize(
    "source", ["x" * 10**6, "(" * 10**5, "a " * 10**5, "\n".join(["x = 1"] * 10**5), "def " * 10**5]
)
def test_cells_of_any_length_are_sorted_in_no_time(gan, source):
    cells = [v4.new_code_cell(source), v4.new_markdown_cell(source)] * 20
    began = time.process_time()
    restore(NotebookNode(cells=cells, metadata={}), gan.release)
    assert time.process_time() - began < 10


def test_a_cell_is_read_as_often_however_many_cells_the_release_has(gan, monkeypatch):
    read = []
    real = recognise._short_lines
    monkeypatch.setattr(recognise, "_short_lines", lambda source: read.append(source) or real(source))
    cells = [v4.new_code_cell(f"{number}\n" + "x\n" * 100) for number in range(50)]
    restore(NotebookNode(cells=cells, metadata={}), gan.release)
    own = [source for source in read if source.endswith("x\n")]
    assert len(own) <= 4 * len(cells)


def test_code_that_is_long_or_much_is_not_read_word_by_word(gan, monkeypatch):
    read = []
    real = recognise.tokenize.generate_tokens
    monkeypatch.setattr(recognise.tokenize, "generate_tokens", lambda line: read.append(line) or real(line))
    question = next(cell for cell in gan.release.cells if cell.metadata.get("nbgrader", {}).get("solution") is True)
    for cells in ([v4.new_code_cell("x = 1")] * 1000, [v4.new_code_cell("x = 1\n" * 3000)]):
        restore(NotebookNode(cells=copy.deepcopy([question, *cells]), metadata={}), gan.release)
    assert len(read) <= 40


def test_pictures_that_no_text_mentions_are_shown_in_one_go(gan):
    attached = {f"{number}.png": {"image/png": "AAAA"} for number in range(20_000)}
    cell = v4.new_markdown_cell("see", attachments=attached)
    began = time.process_time()
    restored, _ = restore(NotebookNode(cells=[cell], metadata={}), gan.release)
    assert time.process_time() - began < 1
    assert any(each.source.count("attachment:") == 20_000 for each in restored.cells)


CODE_BELOW_A_QUESTION = {
    "a plot": ("plt.plot(losses)\nplt.show()", False),
    "a loop": ("for x in [1, 2]:\n    print(x, end='')", False),
    "a magic": ("%time train(3)", False),
    "an answer in a comment": ("# It dominates because it is squared.", True),
    "an answer in a text": ('"""The squared error is what dominates."""', True),
    "an answer that is printed": ("print('It dominates all others')", True),
    "an answer as plain words": ("It dominates the mean", True),
    "an answer that is no code": ("It's the outlier!", True),
    "an answer that is displayed": ("display(Markdown('It dominates'))", True),
    "an answer in a cell magic": ("%%markdown\noutliers", True),
    "an answer without spaces": ("因为误差被平方了，所以大的误差起主导作用。", True),
}


@pytest.mark.parametrize("name", CODE_BELOW_A_QUESTION)
def test_code_below_an_untouched_question_is_its_answer_only_if_it_says_something(tiny, name):
    source, is_answer = CODE_BELOW_A_QUESTION[name]
    notebook = copy.deepcopy(tiny.release)
    (place,) = (
        n for n, cell in enumerate(notebook.cells) if cell.metadata.get("nbgrader", {}).get("grade_id") == "outliers"
    )
    notebook.cells.insert(place + 1, v4.new_code_cell(source))
    restored, events = restore(notebook, tiny.release)
    (question,) = (cell for cell in restored.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == "outliers")
    assert (source in question.source) is is_answer
    assert bool(events) is is_answer
    assert any(cell.cell_type == "code" and cell.source == source for cell in restored.cells)  # it stays, and runs
