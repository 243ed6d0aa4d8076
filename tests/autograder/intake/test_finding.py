"""Which file was handed in: where there is no doubt it is taken, else a sentence says what lies there."""

import contextlib
import io
import json
import os
import zipfile

import pytest

from autograder.intake import finding
from autograder.intake.finding import NOTHING, Wanted, find, is_junk, is_name

RAW = json.dumps({"nbformat": 4, "cells": [{"cell_type": "raw", "source": "gan"}]}).encode()
OTHER = json.dumps({"nbformat": 4, "cells": [{"cell_type": "raw", "source": "cooking"}]}).encode()
WANTED = Wanted("gan", ("dcgan", "gan", "toy_gan"), lambda content: b'"gan"' in content)


def zipped(*names, content=RAW):
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, content)
    return memory.getvalue()


@pytest.fixture
def hand_in(tmp_path):
    """Put files into the folder of ana, and look for her notebook."""

    def put(files, student="ana"):
        folder = tmp_path / student
        folder.mkdir(exist_ok=True)
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return find(folder, WANTED)

    return put


TAKEN = {
    "gan.ipynb": "one level too high",
    "GAN/gan.ipynb": "a folder in capitals",
    "gan/gan/gan.ipynb": "one level too deep",
    "gan/GAN.ipynb": "a name in capitals",
    "gan/gan.IPYNB": "an ending in capitals",
    "gan/gan (1).ipynb": "what a browser makes of a second download",
    "gan/gan-Copy1.ipynb": "what JupyterLab makes of a copy",
    "gan/gan_final.ipynb": "a word more",
    "gan/gan.ipynb.txt": "what Safari makes of it",
    "gan/gan.ipynb.json": "what some servers make of it",
    "gan/gan.json": "another ending",
    "gan/gan": "no ending",
    "gan": "a file in the place of the folder",
    "gan/limaana_12345_67890_gan-1.ipynb": "what Canvas makes of it",
    "gan/my work.ipynb": "another name, in the right folder",
    "homework.ipynb": "another name, one level too high",
    "Week 3/notebooks/gan/gan.ipynb": "the whole archive, unpacked",
    "gan/gan.ipynb~": "what an editor keeps of it",
    "gan/gan.ipynb.1": "what wget makes of a second download",
    "gan/gan.ipynb (1)": "a number behind the ending",
    "gan/gan.ipynb.": "what Windows makes of a dot",
    "gan/gan.ipynb.orig": "what git keeps of it",
    "gan/gan.jpynb": "a slip of the pen",
}


@pytest.mark.parametrize("path", TAKEN)
def test_the_only_notebook_that_can_be_meant_is_taken_and_named(hand_in, path):
    found = hand_in({path: RAW, "gan.txt/readme.txt" if path == "gan" else "gan/timestamp.txt": b"now"})
    assert found.place is not None, found.reason
    assert found.place.read() == RAW
    assert found.events == (f"There is no `gan/gan.ipynb`; `{path}` was graded in its place.",)


def test_the_notebook_in_its_place_is_taken_without_a_word_and_the_others_are_known(hand_in):
    found = hand_in({"gan/gan.ipynb": OTHER, "gan/gan-Copy1.ipynb": RAW, "dcgan/dcgan.ipynb": RAW, "gan/a.txt": b"x"})
    assert found.place.read() == OTHER
    assert (found.events, found.reason) == ((), "")
    assert [place.shown for place in found.beside] == ["gan/gan-Copy1.ipynb"]


@pytest.mark.parametrize("path", ["gan.zip", "gan/gan.zip", "gan/submission.ZIP", "ana_lima.zip"])
@pytest.mark.parametrize(
    "members", [["gan.ipynb"], ["work/gan/gan.ipynb", "__MACOSX/work/gan/._gan.ipynb", "util/a.py"]]
)
def test_a_notebook_in_an_archive_is_taken(hand_in, path, members):
    found = hand_in({path: zipped(*members)})
    assert found.place.read() == RAW
    assert f"`{path}: {members[0]}` was graded" in found.events[0]


def test_the_same_notebook_twice_is_no_doubt(hand_in):
    found = hand_in({"gan.ipynb": RAW, "gan/gan (1).ipynb": RAW, "gan/gan.zip": zipped("gan.ipynb")})
    assert found.place.read() == RAW


@pytest.mark.parametrize("older", ["gan/gan-Copy1.ipynb~", "gan/gan.ipynb.old", "gan/gan.ipnb"])
def test_a_file_with_something_behind_its_ending_makes_no_doubt_about_a_notebook(hand_in, older):
    found = hand_in({"gan/gan-Copy1.ipynb": RAW, older: RAW + b" "})
    assert found.place.read() == RAW
    assert [place.shown for place in found.beside] == [older]


def test_a_file_is_no_notebook_because_it_is_called_so(hand_in):
    found = hand_in({"gan/gan.ipynb.old": b"my notes", "gan/gan.ipnb": b"x"})
    assert found.place is None
    assert "`gan/gan.ipynb.old`, which is no notebook" in found.reason


AMBIGUOUS = {
    "two copies": {"gan/gan-Copy1.ipynb": RAW, "gan/gan-Copy2.ipynb": RAW + b"\n"},
    "a copy and a zip": {"gan/gan (1).ipynb": RAW, "gan/gan.zip": zipped("gan.ipynb", content=RAW + b" ")},
    "two of other names": {"gan/a.ipynb": RAW, "gan/b.ipynb": RAW + b" "},
}


@pytest.mark.parametrize("name", AMBIGUOUS)
def test_of_two_that_could_be_meant_none_is_guessed(hand_in, name):
    found = hand_in(AMBIGUOUS[name])
    assert found.place is None
    assert "more than one notebook that could be meant" in found.reason
    assert "Name the right one `gan/gan.ipynb`" in found.reason


LYING_THERE = {
    "a web page": ({"gan/gan.html": b"<html>"}, "`gan/gan.html`, a web page, not the notebook"),
    "a script": ({"gan/gan.py": b"x = 1"}, "`gan/gan.py`, a Python script"),
    "an archive of another kind": ({"gan.tar.gz": b"\x1f\x8b"}, "`gan.tar.gz`, an archive, which has to be unpacked"),
    "an archive of nothing": ({"gan.zip": zipped("a.txt")}, "`gan.zip`, an archive without a notebook"),
    "a broken archive": ({"gan.zip": b"PK\x03\x04"}, "`gan.zip`, an archive that cannot be opened"),
    "what a Mac adds": ({"gan/._gan.ipynb": b"\0\5\x16\7"}, "what a Mac puts beside a file, not the file"),
    "a checkpoint": ({"gan/.ipynb_checkpoints/gan-checkpoint.ipynb": RAW}, "Jupyter's own older copy"),
    "a text that only is called so": ({"gan/gan.ipynb.txt": b"my notes"}, "which is no notebook"),
    "another notebook": (
        {"gan/cooking.ipynb": OTHER},
        "but `gan/cooking.ipynb`, which is no notebook of this assignment",
    ),
    "anything": ({"gan/photo.jpg": b"x"}, "`gan/photo.jpg`, which is no notebook"),
}


@pytest.mark.parametrize("name", LYING_THERE)
def test_what_lies_there_instead_is_named(hand_in, name):
    files, said = LYING_THERE[name]
    found = hand_in(files)
    assert found.place is None
    assert said in found.reason
    assert "`gan/gan.ipynb`" in found.reason


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"dcgan/dcgan.ipynb": RAW, "toy_gan/toy_gan (1).ipynb": RAW, "dcgan/notes.txt": b"x"},
        {"toy_gan.ipynb": RAW, "dcgan.zip": zipped("dcgan.ipynb")},
        {"gan/timestamp.txt": b"2026", ".DS_Store": b"x", "gan/.git/config": b"x", "__MACOSX/x": b""},
    ],
)
def test_nothing_was_handed_in_only_where_nothing_lies(hand_in, files):
    assert hand_in(files).reason == NOTHING


def test_links_are_never_followed(hand_in, tmp_path):
    secret = tmp_path / "secret.ipynb"
    secret.write_bytes(RAW)
    hand_in({"gan/x.txt": b""})
    (tmp_path / "ana" / "gan" / "gan (1).ipynb").symlink_to(secret)
    (tmp_path / "ana" / "gan" / "folder").symlink_to(tmp_path)
    (tmp_path / "ana" / "gan.zip").symlink_to(secret)
    os.mkfifo(tmp_path / "ana" / "gan" / "gan (2).ipynb")
    found = hand_in({})
    assert found.place is None
    assert "a link or a device, not a file" in found.reason


def test_a_link_in_its_place_is_what_was_handed_in(hand_in, tmp_path):
    hand_in({"gan/x.txt": b""})
    (tmp_path / "ana" / "gan" / "gan.ipynb").symlink_to("/dev/zero")
    with pytest.raises(finding.Unreadable, match="not a regular file"):
        hand_in({}).place.read()


def test_an_archive_that_unpacks_to_more_than_can_be_meant_is_refused(hand_in, monkeypatch):
    found = hand_in({"gan.zip": zipped("gan.ipynb", content=b"0" * 2**22)})
    monkeypatch.setattr(finding, "MAX_BYTES", 2**20)
    with pytest.raises(finding.Unreadable, match="larger than 1 MB"):
        found.place.read()


def test_an_archive_with_a_huge_table_is_not_opened(hand_in, monkeypatch):
    monkeypatch.setattr(finding, "MAX_INDEX", 500)
    found = hand_in({"gan.zip": zipped(*(f"{number}.ipynb" for number in range(100)))})
    assert "cannot be opened" in found.reason


@pytest.mark.parametrize("packing", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_an_archive_that_is_packed_in_a_rare_way_is_refused_whatever_is_in_it(hand_in, packing):
    """Such a packing says itself how much memory it takes, and damaged it raises errors of its own."""
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", packing) as archive:
        archive.writestr("gan.ipynb", RAW)
    damaged = bytearray(memory.getvalue())
    start = damaged.index(b"gan.ipynb") + len("gan.ipynb")
    damaged[start + 4 : start + 9] = b"\xff" * 5
    for content in (memory.getvalue(), bytes(damaged)):
        with pytest.raises(finding.Unreadable, match="packed in a way that is not known"):
            hand_in({"gan.zip": content}).place.read()


@pytest.mark.parametrize("place", range(0, 160, 7))
def test_a_damaged_archive_is_one_sentence(hand_in, place):
    content = bytearray(zipped("gan.ipynb"))
    content[place % len(content)] ^= 0xFF
    found = hand_in({"gan.zip": bytes(content)})
    if found.place is not None:
        with contextlib.suppress(finding.Unreadable):
            assert found.place.read() == RAW


def test_a_locked_archive_is_named(hand_in):
    content = bytearray(zipped("gan.ipynb"))
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    assert "locked with a password" in hand_in({"gan.zip": bytes(content)}).reason


def test_a_crowd_of_files_is_not_looked_through(hand_in, monkeypatch):
    monkeypatch.setattr(finding, "MAX_ENTRIES", 20)
    found = hand_in({f"{number}.txt": b"" for number in range(30)} | {"gan (1).ipynb": RAW})
    assert "more files than can be looked through" in found.reason
    assert hand_in({"gan/gan.ipynb": RAW}).place.shown == "gan/gan.ipynb"


def test_folders_the_wrong_way_round_are_noticed(hand_in):
    found = hand_in({"ana/gan.ipynb": RAW}, student="gan")
    assert found.place is None
    assert "is the name of an assignment, but lies where students do" in found.reason


def test_a_name_that_is_no_text_can_be_shown(hand_in):
    found = hand_in({os.fsdecode(b"gan/\x1b[31m\n\xff`.ipynb"): RAW})
    assert found.events == ("There is no `gan/gan.ipynb`; `gan/ [31m  '.ipynb` was graded in its place.",)


@pytest.mark.parametrize(
    "name", ["علی\u200cرضا", "李\u3000雷", "Ana\u00a0Lima", "O'Brien", "mu\u0308ller", "👩\u200d🎓"]
)
def test_marks_within_letters_and_spaces_of_any_width_belong_to_names(name):
    assert is_name(name)


@pytest.mark.parametrize("name", ["a\nb", "a\x07b", "\udcff", "a\u202eb", "a\u2028b"])
def test_what_cannot_be_shown_or_hides_what_follows_is_no_name(name):
    assert not is_name(name)


@pytest.mark.parametrize("name", [".git", ".ipynb_checkpoints", "__MACOSX", "@eaDir", "lost+found"])
def test_what_systems_make_by_themselves_is_no_student(name):
    assert is_junk(name)
    assert not is_junk(name.strip(".@_") + "x")
