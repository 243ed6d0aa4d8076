"""Whatever editors make of a notebook file, its cells are read; what cannot be read is said in words that help."""

import copy
import json
import os
import re
import resource
import shutil

import nbformat
import pytest

from autograder.bounded_process import BoundedProcess
from autograder.intake import plain, reading
from autograder.intake.reading import Unreadable, notebook_of, open_regular, read_regular

CELLS = [
    {"cell_type": "markdown", "id": "one", "metadata": {}, "source": ["A text\n", "with ümlauts."]},
    {"cell_type": "code", "id": "two", "metadata": {}, "execution_count": None, "outputs": [], "source": "x = 1"},
]
NOTEBOOK = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": CELLS}
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def with_cell(number, **keys):
    notebook = copy.deepcopy(NOTEBOOK)
    notebook["cells"][number].update(keys)
    return notebook


def without(*names):
    notebook = copy.deepcopy(NOTEBOOK)
    for cell in notebook["cells"]:
        for name in names:
            cell.pop(name, None)
    return notebook


ODD_FORMS = {
    "as it should be": NOTEBOOK,
    "markdown with outputs": with_cell(0, outputs=[], execution_count=None),
    "no execution count": without("execution_count"),
    "no outputs, no ids, no metadata": without("outputs", "id", "metadata", "execution_count"),
    "an output without its parts": with_cell(1, outputs=[{"output_type": "error"}, 3, {"data": 4}]),
    "outputs that are no list": with_cell(1, outputs="none"),
    "a key that nobody knows": with_cell(0, outputExpanded=False),
    "a tag twice, and one that is none": with_cell(0, metadata={"tags": ["a", "a", 3]}),
    "tags that the schema forbids": with_cell(0, metadata={"tags": ["", "a,b", [], None]}),
    "metadata that is none": with_cell(0, metadata="none"),
    "an id of a wrong kind": with_cell(0, id=7),
    "an id that is too long": with_cell(0, id="x" * 100),
    "the same id twice": with_cell(0, id="two"),
    "format 4.0, with ids": NOTEBOOK | {"nbformat_minor": 0},
    "a later minor format": NOTEBOOK | {"nbformat_minor": 99},
    "no minor format": {key: value for key, value in NOTEBOOK.items() if key != "nbformat_minor"},
    "no format": {"cells": CELLS},
    "a format in words": NOTEBOOK | {"nbformat": "four"},
    "no metadata of its own": {"nbformat": 4, "cells": CELLS},
    "metadata of every wrong kind": NOTEBOOK | {"metadata": {"kernelspec": {}, "widgets": {"x": {"y": {}}}, "orig": 1}},
    "attachments that are none": with_cell(0, attachments=[1, 2]),
}


def texts(content):
    return [(cell.cell_type, cell.source) for cell in notebook_of(content)[0].cells]


EXPECTED = [("markdown", "A text\nwith ümlauts."), ("code", "x = 1")]


@pytest.mark.parametrize("name", ODD_FORMS)
def test_a_form_that_the_schema_forbids_is_read(name):
    notebook, events = notebook_of(json.dumps(ODD_FORMS[name]).encode())
    assert [(cell.cell_type, cell.source) for cell in notebook.cells] == EXPECTED
    assert events == []


TEXT = json.dumps(NOTEBOOK, ensure_ascii=False, indent=1)
ENCODINGS = {
    "UTF-8 with a mark": TEXT.encode("utf-8-sig"),
    "UTF-16 with a mark": TEXT.encode("utf-16"),
    "UTF-16, big-endian, with a mark": b"\xfe\xff" + TEXT.encode("utf-16-be"),
    "UTF-16 without a mark": TEXT.encode("utf-16-le"),
    "UTF-32 with a mark": TEXT.encode("utf-32"),
    "Windows line ends": TEXT.replace("\n", "\r\n").encode(),
    "zeros at the end": TEXT.encode() + bytes(512),
    "zeros behind UTF-16": TEXT.encode("utf-16") + bytes(512),
    "white space around": b"\n\n  " + TEXT.encode() + b"\n\n\x1a",
    "NaN among the metadata": TEXT.replace('"metadata": {}', '"metadata": {"x": NaN}').encode(),
    "a number of many digits": TEXT.replace('"metadata": {}', f'"metadata": {{"x": {"9" * 10_000}}}').encode(),
}


@pytest.mark.parametrize("name", ENCODINGS)
def test_an_encoding_that_an_editor_chose_is_read(name):
    assert texts(ENCODINGS[name]) == EXPECTED


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
def test_what_is_not_utf_8_is_read_as_windows_writes_it(encoding):
    notebook, events = notebook_of(TEXT.encode(encoding))
    assert notebook.cells[0].source == "A text\nwith ümlauts."
    assert "not UTF-8" in events[0]


def test_one_broken_letter_does_not_spoil_all_others():
    notebook, _ = notebook_of(TEXT.replace("A text", "ä text \x80").encode().replace(b"\xc2\x80", b"\x80"))
    assert notebook.cells[0].source == "ä text €\nwith ümlauts."


def test_raw_control_characters_in_a_text_do_not_end_the_reading():
    content = TEXT.replace("A text", "A\u0001 te\\u0000xt").encode()
    assert texts(content)[0][1] == "A text\nwith ümlauts."


def test_windows_line_ends_in_sources_become_those_of_the_release():
    content = json.dumps(with_cell(1, source="x = 1\r\ny = 2\r\n")).encode()
    assert texts(content)[1] == ("code", "x = 1\ny = 2\n")


def test_halves_of_characters_become_question_marks():
    assert texts(json.dumps(with_cell(0, source="lonely: \ud83d")).encode())[0][1] == "lonely: ?"


def test_what_stands_behind_the_notebook_is_left_out_and_said():
    notebook, events = notebook_of(TEXT.encode() + b'"outputs": []}')
    assert len(notebook.cells) == 2
    assert events == ["Behind the end of the notebook the file held something else, which was left out."]


def test_worksheets_and_headings_of_format_3_are_read():
    sheet = {
        "cells": [{"cell_type": "heading", "level": 2, "source": "Title"}, {"cell_type": "code", "input": ["x\n"]}]
    }
    assert texts(
        json.dumps({"nbformat": 3, "worksheets": [sheet, {"cells": [{"cell_type": "raw", "source": "r"}]}]}).encode()
    ) == [
        ("markdown", "## Title"),
        ("code", "x\n"),
        ("raw", "r"),
    ]


def test_a_cell_of_an_unknown_type_is_code_if_it_was_run():
    cells = [{"cell_type": "sql", "source": "a", "outputs": []}, {"source": "b"}, {"cell_type": None, "source": "c"}]
    assert texts(json.dumps({"nbformat": 4, "cells": cells}).encode()) == [("code", "a"), ("raw", "b"), ("raw", "c")]


def test_a_cell_that_is_none_is_left_out_and_said():
    notebook, events = notebook_of(json.dumps(NOTEBOOK | {"cells": [3, *CELLS]}).encode())
    assert len(notebook.cells) == 2
    assert events == ["1 of the cells cannot be read; they were left out."]


def test_outputs_of_any_size_are_no_reason_to_refuse():
    picture = {"output_type": "display_data", "data": {"text/html": "A" * (55 * 2**20)}}
    notebook, events = notebook_of(json.dumps(with_cell(1, outputs=[picture])).encode())
    assert events == []
    assert notebook.cells[1].outputs == []


def test_pictures_that_are_attached_to_a_text_stay():
    pictures = {"a.png": {"image/png": PNG}, "b": {"image/png": ["###"]}, "c": 3}
    notebook, events = notebook_of(json.dumps(with_cell(0, attachments=pictures)).encode())
    assert notebook.cells[0].attachments == {"a.png": {"image/png": PNG}}
    assert events == ["Something attached to a text cell is no picture; it was left out."]


@pytest.mark.parametrize("attached", [{"answer.pdf": {"application/pdf": PNG}}, {"answer.pdf": {"image/png": "###"}}])
def test_what_is_attached_and_cannot_be_shown_is_named_where_it_was(attached):
    """It may be the answer: a question must not look as if nothing had been put into it."""
    assert "answer.pdf" in texts(json.dumps(with_cell(0, attachments=attached)).encode())[0][1]


@pytest.mark.parametrize("lines", [["x = 1", "", "y = 2"], ["x = 1\n", "\n", "y = 2"], list("x = 1\n\ny = 2")])
def test_lines_without_their_ends_are_lines_all_the_same(lines):
    assert texts(json.dumps(with_cell(1, source=lines)).encode())[1] == ("code", "x = 1\n\ny = 2")


def test_a_text_that_databricks_keeps_in_a_code_cell_is_a_text():
    assert texts(json.dumps(with_cell(1, source="%md\n**Question.** Why?")).encode())[1] == (
        "markdown",
        "**Question.** Why?",
    )


@pytest.mark.parametrize("link", ["https://colab.research.google.com/drive/1a", "[InternetShortcut]\nURL=https://a.b"])
def test_a_link_in_the_place_of_a_notebook_is_called_so(link):
    with pytest.raises(Unreadable, match="only a link"):
        notebook_of(link.encode())


def test_of_metadata_only_the_marks_stay():
    info = {"grade_id": "x", "points": 1000, "grade": True}
    notebook, _ = notebook_of(
        json.dumps(with_cell(1, metadata={"nbgrader": info, "tags": ["a", "demo"], "big": "x" * 9})).encode()
    )
    assert notebook.cells[1].metadata == {"nbgrader": {"grade_id": "x"}, "tags": ["demo"]}


LINES = TEXT.splitlines()
REFUSED = {
    "empty": (b"", "it is empty"),
    "zeros": (bytes(10**6), "it is empty"),
    "cut off": (TEXT.encode()[:100], "it may have been cut off. Open an older copy in JupyterLab"),
    "conflict": (
        "\n".join([*LINES[:3], "<<<<<<< HEAD", "x", "=======", ">>>>>>> a1"]).encode(),
        "in line 4 (`<<<<<<< HEAD`)",
    ),
    "conflict of three": ("\n".join([*LINES[:5], "||||||| base", "x"]).encode(), "conflict marks of git, in line 6"),
    "a web page": (b"\n<!DOCTYPE html><html></html>", "it is a web page"),
    "a list": (b"[]", "it is JSON, but not a notebook"),
    "other JSON": (b'{"a": 1}', "it has no cells"),
    "Python": (b"# %%\nprint(1)\n", "it is no notebook"),
    "a zip": (b"PK\x03\x04rest", "it is an archive (zip). Unpack it"),
    "a PDF": (b"%PDF-1.7", "it is a PDF"),
    "a pointer of git": (b"version https://git-lfs.github.com/spec/v1\noid sha256:1", "git lfs pull"),
    "a Mac's": (b"\x00\x05\x16\x07\x00", "what a Mac puts beside a file"),
    "format 9": (json.dumps(NOTEBOOK | {"nbformat": 9}).encode(), "its format is 9"),
    "deep": (b'{"nbformat": 4, "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested too deeply"),
    "cells of numbers": (b'{"nbformat": 4, "cells": [3]}', "none of its cells can be read"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_refusal_says_what_it_is_and_what_to_do(name):
    content, said = REFUSED[name]
    with pytest.raises(Unreadable) as refusal:
        notebook_of(content)
    sentence = str(refusal.value)
    assert said in sentence
    assert any(verb in sentence for verb in ("Open ", "Unpack ", "Hand in ", "Choose one", "Run "))
    assert not any(word in sentence for word in ("Error", "Exception", "schema", "Validation", "Traceback"))


@pytest.mark.parametrize(
    ("limit", "cells", "said"),
    [
        ("MAX_CELLS", [{"cell_type": "raw", "source": "x"}] * 21, "more than 20 cells"),
        ("MAX_SOURCE", [{"cell_type": "raw", "source": "x" * 21}], "one of its cells holds"),
        ("MAX_SOURCES", [{"cell_type": "raw", "source": "xxxxxxxx"}] * 3, "its cells hold more"),
        ("MAX_VALUES", [{"cell_type": "code", "source": "", "outputs": [[]] * 30}], "too many values"),
    ],
)
def test_what_is_kept_and_what_is_read_has_a_bound(monkeypatch, limit, cells, said):
    monkeypatch.setattr(plain, limit, 20)
    with pytest.raises(Unreadable, match=said):
        plain.read(json.dumps({"nbformat": 4, "cells": cells}).encode())


def test_pictures_have_a_number_however_small_they_are(monkeypatch):
    monkeypatch.setattr(plain, "MAX_ATTACHED", 20)
    attached = {f"{number}.png": {"image/png": "AAAA"} for number in range(15)}
    cells = [{"cell_type": "markdown", "source": "", "attachments": attached}] * 2
    kept, events = plain.read(json.dumps({"nbformat": 4, "cells": cells}).encode())
    assert [len(cell["attachments"]) for cell in kept] == [15, 5]
    assert len(events) == 1
    assert "left out" in events[0]


def test_a_refusal_commands_no_terminal():
    with pytest.raises(Unreadable, match="conflict marks") as refusal:
        notebook_of(b'{"a": 1,\n<<<<<<< \x1b]0;mine\x07\x1b[2J\n')
    assert str(refusal.value).isprintable()


def test_empty_cells_are_not_counted(monkeypatch):
    monkeypatch.setattr(plain, "MAX_CELLS", 5)
    cells = [{"cell_type": "code", "source": ["\n"]}] * 50 + CELLS
    kept, _ = plain.read(json.dumps({"nbformat": 4, "cells": cells}).encode())
    assert [(cell["kind"], cell["source"]) for cell in kept] == EXPECTED


# What is expensive to read -------------------------------------------------------------------------------------------


def cells_with(text):
    return b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": "x = 1", "outputs": ' + text + b"}]}"


DEAR = {
    "lists in lists in lists": b"[" + b"[[[[[[[[[[[]]]]]]]]]]]," * 800_000 + b"[]]",
    "objects of one key": b"[" + b'{"a":{}},' * 3_000_000 + b"{}]",
    "keys that are all alike but for their end": b"{" + b",".join(b'"%d":1' % n for n in range(4_000_000)) + b"}",
    "numbers": b"[" + b"1e9," * 9_900_000 + b"0]",
}


def memory_of_this_process():
    return int(open("/proc/self/statm").read().split()[1]) * resource.getpagesize()


def outcome(content):
    """The cells that were read, or the words of the refusal that matter."""
    try:
        return texts(content)
    except Unreadable as refusal:
        return re.search("too many values|too much time or memory|$", str(refusal))[0]


@pytest.mark.parametrize("name", DEAR)
def test_an_expensive_notebook_takes_no_memory_of_the_grader_and_ends_soon(name):
    content = cells_with(DEAR[name])
    notebook_of(TEXT.encode())  # the small process is there by now
    before, began = memory_of_this_process(), resource.getrusage(resource.RUSAGE_SELF).ru_utime
    said = outcome(content)
    assert said in ([("code", "x = 1")], "too many values", "too much time or memory")
    assert memory_of_this_process() - before < 64 * 2**20
    assert resource.getrusage(resource.RUSAGE_SELF).ru_utime - began < 2
    assert texts(TEXT.encode()) == EXPECTED


@pytest.mark.parametrize("limit", ["SECONDS", "MEMORY"])
def test_what_takes_more_than_it_may_is_one_clear_sentence(monkeypatch, limit):
    if limit == "SECONDS":  # half a minute of letters that are no UTF-8, each by itself
        monkeypatch.setattr(reading, "SECONDS", 1)
        content = TEXT.encode() + b"\xff" * (60 * 2**20)
    else:
        monkeypatch.setattr(reading, "_reader", BoundedProcess("autograder.intake.plain", memory=2**26, most=2**20))
        content = cells_with(b'"' + b"x" * 2**26 + b'"')
    with pytest.raises(Unreadable, match=r"takes too much time or memory to be read\. Open it"):
        notebook_of(content)


def test_fifty_megabytes_of_outputs_with_pictures_of_letters_are_read():
    line = "█▓▒░ epoch 😀 " * 100
    outputs = [{"output_type": "stream", "name": "stdout", "text": [line] * 400}] * 70
    content = json.dumps(with_cell(1, outputs=outputs), ensure_ascii=False).encode()
    assert len(content) > 50 * 10**6
    assert texts(content) == EXPECTED


def test_the_format_is_that_of_nbformat():
    assert nbformat.current_nbformat == plain.FORMAT


# One file, read once -------------------------------------------------------------------------------------------------


@pytest.fixture
def submitted(tmp_path):
    folder = tmp_path / "submitted" / "eve" / "gan"
    folder.mkdir(parents=True)
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "gan.ipynb").write_bytes(b"of another")
    (folder / "gan.ipynb").write_bytes(b"own")
    return tmp_path / "submitted"


@pytest.mark.parametrize("link", ["eve", "eve/gan", "eve/gan/gan.ipynb"])
def test_a_link_anywhere_on_the_way_is_refused(submitted, link):
    path = submitted / link
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()
    whole = submitted.parent / "whole"
    (whole / "gan").mkdir(parents=True)
    for target in (whole / "gan.ipynb", whole / "gan" / "gan.ipynb"):
        target.write_bytes(b"of another")
    path.symlink_to(whole / "gan.ipynb" if path.suffix else whole)
    with pytest.raises(Unreadable, match="lies behind a link"):
        read_regular(submitted / "eve" / "gan" / "gan.ipynb")


def test_the_folder_of_submissions_itself_may_be_a_link(submitted, tmp_path):
    (tmp_path / "linked").symlink_to(submitted)
    assert read_regular(tmp_path / "linked" / "eve" / "gan" / "gan.ipynb") == b"own"


def test_a_file_that_is_exchanged_while_it_is_read_is_read_as_it_was(submitted):
    path = submitted / "eve" / "gan" / "gan.ipynb"
    with open_regular(path) as file:
        path.unlink()
        path.symlink_to(submitted.parent / "secret" / "gan.ipynb")
        assert file.read() == b"own"


def test_pipes_and_folders_neither_block_nor_are_read(submitted):
    path = submitted / "eve" / "gan" / "gan.ipynb"
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(Unreadable, match="not a regular file"):
        read_regular(path)
    path.unlink()
    path.mkdir()
    with pytest.raises(Unreadable, match="not a regular file"):
        read_regular(path)
    with pytest.raises(FileNotFoundError):
        read_regular(submitted / "eve" / "gan" / "other.ipynb")
