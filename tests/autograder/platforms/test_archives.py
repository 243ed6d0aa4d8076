"""Archives of learning platforms: every layout is recognised by itself, the newest attempt wins, and nothing gets out."""

import gzip
import io
import os
import stat
import tarfile
import zipfile

import pytest

from autograder.course import CourseError
from autograder.gradebook.roster import Enrolled, Roster
from autograder.platforms import archives, handing_in
from autograder.platforms.archives import Archive
from autograder.platforms.handing_in import Came, import_archive
from autograder.platforms.layouts import recognise

CLASS = Roster(
    [
        Enrolled("ag1", "García López", "Ana", "ana@uni.example", login="anagl", number="12345"),
        Enrolled("bm2", "Müller", "Björn", "bjoern@uni.example", login="bmueller", number="23456"),
        Enrolled("cs3", "Smith", "Chris", "chris@uni.example", login="c_smith", number="34567"),
        Enrolled("cs4", "Smith", "Chris", "chris.smith@uni.example", login="csmith", number="45678"),
    ]
)


@pytest.fixture
def assignment(tiny):
    tiny.course.submitted.mkdir(parents=True, exist_ok=True)
    return tiny


def zipped(path, files):
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def lies(assignment, student):
    """What a student's folder of the assignment holds, by name."""
    folder = assignment.course.submitted / student / assignment.name
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


MOODLE = {
    "Ana García López_12345_assignsubmission_file_/tiny.ipynb": "ana",
    "Björn Müller_23456_assignsubmission_file_/My work/tiny (1).ipynb": "björn",
    "Björn Müller_23456_assignsubmission_onlinetext_/onlinetext.html": "no file",
}
MOODLE_FLAT = {
    "Ana García López_12345_assignsubmission_file_tiny.ipynb": "ana",
    "Björn Müller_23456_assignsubmission_file_my_tiny.ipynb": "björn",
}
CANVAS = {
    "garcialopezana_12345_901_tiny-1.ipynb": "ana",
    "mullerbjorn_LATE_23456_902_tiny.ipynb": "björn, first",
    "mullerbjorn_LATE_23456_950_tiny.ipynb": "björn",
}
BLACKBOARD = {
    "Lesson_tiny_anagl_attempt_2026-11-29-10-00-00.txt": "the platform's own",
    "Lesson_tiny_anagl_attempt_2026-11-29-10-00-00_tiny.ipynb": "ana, first",
    "Lesson_tiny_anagl_attempt_2026-11-30-10-00-00_tiny_final.ipynb": "ana",
    "Lesson_tiny_c_smith_attempt_2026-11-30-10-00-00_tiny.ipynb": "the first Chris",
}
GRADESCOPE = {
    "assignment_7_export/submission_metadata.yml": """
submission_1:
  :submitters:
  - :name: Ana García López
    :sid: ag1
    :email: ana@uni.example
  :created_at: 2026-11-30 09:00:00 +0100
submission_2:
  :submitters:
  - :name: Björn Müller
    :sid: ''
    :email: bjoern@uni.example
  :created_at: 2026-11-30 08:00:00 Z
""",
    "assignment_7_export/submission_1/tiny.ipynb": "ana",
    "assignment_7_export/submission_2/tiny.ipynb": "björn",
}
FOLDERS = {"class/ag1/tiny.ipynb": "ana", "class/bmueller/tiny/tiny.ipynb": "björn", "class/__MACOSX/._x": "junk"}


@pytest.mark.parametrize(
    ("layout", "files", "students"),
    [
        ("Moodle", MOODLE, {"ag1": "ana", "bm2": "björn"}),
        ("Moodle", {f"download/{name}": text for name, text in MOODLE.items()}, {"ag1": "ana", "bm2": "björn"}),
        ("Moodle", MOODLE_FLAT, {"ag1": "ana", "bm2": "björn"}),
        ("Canvas", CANVAS, {"ag1": "ana", "bm2": "björn"}),
        ("Blackboard", BLACKBOARD, {"ag1": "ana", "cs3": "the first Chris"}),
        ("Gradescope", GRADESCOPE, {"ag1": "ana", "bm2": "björn"}),
        ("folders", FOLDERS, {"ag1": "ana", "bm2": "björn"}),
        ("folders", {"ag1.ipynb": "ana", "bm2.zip": "björn"}, {"ag1": "ana", "bm2": "björn"}),
        ("folders", {"ag1/tiny/tiny.ipynb": "ana"}, {"ag1": "ana"}),
    ],
)
def test_a_layout_is_recognised_and_its_students_are_found(assignment, tmp_path, layout, files, students):
    imported = import_archive(assignment, zipped(tmp_path / "download.zip", files), CLASS)
    assert imported.layout == layout
    assert {each.student for each in imported.handed} == students.keys()
    assert all(each.known and each.came is Came.NEW for each in imported.handed)
    for student, text in students.items():
        held = {name: content for name, content in lies(assignment, student).items() if name != "timestamp.txt"}
        assert list(held.values()) == [text]
    assert imported.absent == tuple(sorted(CLASS.people.keys() - students.keys()))


@pytest.mark.parametrize("files", [MOODLE, CANVAS, GRADESCOPE])
def test_a_folder_and_a_tar_are_read_as_a_zip_is(assignment, tmp_path, files):
    with tarfile.open(tmp_path / "download.tar.gz", "w:gz") as archive:
        for name, text in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(text.encode())
            archive.addfile(info, io.BytesIO(text.encode()))
            path = tmp_path / "download" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    packed = import_archive(assignment, tmp_path / "download.tar.gz", CLASS)
    unpacked = import_archive(assignment, tmp_path / "download", CLASS)
    assert [each.student for each in packed.handed] == [each.student for each in unpacked.handed]
    assert {each.came for each in unpacked.handed} == {Came.SAME}


def test_times_of_handing_in_are_kept_where_the_platform_tells_them(assignment, tmp_path):
    imported = import_archive(assignment, zipped(tmp_path / "a.zip", GRADESCOPE), CLASS)
    when = {each.student: each.when.timestamp() for each in imported.handed}
    assert when["ag1"] == when["bm2"]
    assert lies(assignment, "ag1")["timestamp.txt"].startswith("2026-11-30T")


def test_lateness_is_told_where_the_platform_tells_no_more(assignment, tmp_path):
    imported = import_archive(assignment, zipped(tmp_path / "a.zip", CANVAS), CLASS)
    assert {each.student: each.late for each in imported.handed} == {"ag1": False, "bm2": True}


def test_who_is_on_no_roster_keeps_a_folder_of_their_own_and_is_told(assignment, tmp_path):
    files = {**MOODLE, "Dora Strange_99999_assignsubmission_file_/tiny.ipynb": "dora"}
    imported = import_archive(assignment, zipped(tmp_path / "a.zip", files), CLASS)
    assert {each.student for each in imported.handed if not each.known} == {"Dora-Strange-99999"}
    assert lies(assignment, "Dora-Strange-99999") == {"tiny.ipynb": "dora"}


def test_two_of_one_name_are_never_taken_for_one_another(assignment, tmp_path):
    files = {
        "Chris Smith_1_assignsubmission_file_/tiny.ipynb": "?",
        "Chris Smith_34567_assignsubmission_file_/tiny.ipynb": "the first",
    }
    imported = import_archive(assignment, zipped(tmp_path / "a.zip", files), CLASS)
    assert {each.student: each.known for each in imported.handed} == {"Chris-Smith-1": False, "cs3": True}


def test_what_is_replaced_is_kept_and_what_is_newer_stays(assignment, tmp_path):
    first = {"x_ag1_attempt_2026-11-29-10-00-00_tiny.ipynb": "first", "x_bm2_attempt_2026-11-29-10-00-00_a.ipynb": "b"}
    second = {"x_ag1_attempt_2026-11-30-10-00-00_tiny.ipynb": "second"}
    import_archive(assignment, zipped(tmp_path / "1.zip", first), CLASS)
    replacing = import_archive(assignment, zipped(tmp_path / "2.zip", second), CLASS)
    assert [each.came for each in replacing.handed] == [Came.REPLACED]
    (kept,) = (assignment.course.output / "replaced" / "ag1").glob("tiny-*/tiny.ipynb")
    assert kept.read_text() == "first"
    again = import_archive(assignment, zipped(tmp_path / "1.zip", first), CLASS)
    assert {each.student: each.came for each in again.handed} == {"ag1": Came.OLDER, "bm2": Came.SAME}
    assert lies(assignment, "ag1")["tiny.ipynb"] == "second"


def test_nothing_gets_out_of_the_place_of_submissions(assignment, tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in (
            "../../evil.ipynb",
            "/etc/evil",
            "ag1/../../evil",
            "C:/evil.ipynb",
            "ag1/a\x1b[2J.ipynb",
            "ag1\\..\\x",
        ):
            archive.writestr(name, "evil")
        link = zipfile.ZipInfo("ag1/link.ipynb")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("ag1/tiny.ipynb", "ana")
    before = {path for path in tmp_path.rglob("*") if path.is_file()}
    imported = import_archive(assignment, path, CLASS)
    assert lies(assignment, "ag1") == {"tiny.ipynb": "ana"}
    assert len(imported.left_out) == 7
    after = {path for path in tmp_path.rglob("*") if path.is_file()}
    assert after - before == {assignment.course.submitted / "ag1" / "tiny" / "tiny.ipynb"}


def test_what_is_left_out_commands_no_terminal(tmp_path):
    with Archive(zipped(tmp_path / "a.zip", {"ag1/\x1b]0;mine\x07.ipynb": "", "../\x9b2J": ""})) as archive:
        assert archive.entries == []
    assert len(archive.left_out) == 2
    assert all(map(str.isprintable, archive.left_out))


def test_links_and_devices_of_a_tar_are_left_out(assignment, tmp_path):
    with tarfile.open(tmp_path / "a.tar", "w") as archive:
        for name, kind in (
            ("ag1/s.ipynb", tarfile.SYMTYPE),
            ("ag1/h.ipynb", tarfile.LNKTYPE),
            ("ag1/d", tarfile.CHRTYPE),
        ):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
        info = tarfile.TarInfo("ag1/tiny.ipynb")
        archive.addfile(info, io.BytesIO())
    imported = import_archive(assignment, tmp_path / "a.tar", CLASS)
    assert lies(assignment, "ag1") == {"tiny.ipynb": ""}
    assert len(imported.left_out) == 3


def test_a_bomb_costs_its_own_student_only(assignment, tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "MAX_BYTES", 10_000)
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("ag1/tiny.ipynb", bytes(1_000_000))
        archive.writestr("bm2/tiny.ipynb", "björn")
    imported = import_archive(assignment, path, CLASS)
    assert {each.student: each.came for each in imported.handed} == {"ag1": Came.UNREADABLE, "bm2": Came.NEW}
    assert not (assignment.course.submitted / "ag1" / "tiny").exists()


def test_all_files_of_an_attempt_together_have_a_bound(assignment, tmp_path, monkeypatch):
    monkeypatch.setattr(handing_in, "MAX_ALL", 25)
    files = {f"ag1/{number}.txt": "0123456789" for number in range(3)} | {"bm2/tiny.ipynb": "björn"}
    imported = import_archive(assignment, zipped(tmp_path / "a.zip", files), CLASS)
    assert {each.student: each.came for each in imported.handed} == {"ag1": Came.UNREADABLE, "bm2": Came.NEW}


def test_a_rare_packing_costs_its_own_student_only(assignment, tmp_path):
    path = zipped(tmp_path / "a.zip", {"bm2/tiny.ipynb": "björn"})
    with zipfile.ZipFile(path, "a", zipfile.ZIP_LZMA) as archive:
        archive.writestr("ag1/tiny.ipynb", "ana")
    content = bytearray(path.read_bytes())
    start = content.index(b"ag1/tiny.ipynb") + len("ag1/tiny.ipynb")
    content[start + 4 : start + 9] = b"\xff" * 5
    path.write_bytes(content)
    imported = import_archive(assignment, path, CLASS)
    assert {each.student: each.came for each in imported.handed} == {"ag1": Came.UNREADABLE, "bm2": Came.NEW}


def test_a_table_of_contents_has_a_bound(tmp_path, monkeypatch):
    path = zipped(tmp_path / "a.zip", {f"{number}.ipynb": "" for number in range(100)})
    monkeypatch.setattr(archives, "MAX_INDEX", 2000)
    with pytest.raises(CourseError, match="its table of contents is too large"), Archive(path):
        pass


def test_what_a_tar_says_about_a_file_has_a_bound(tmp_path):
    """The memory that its header asks for is never taken: 4 GB, of which the archive holds nothing."""
    header = tarfile.TarInfo("header")
    header.type, header.size = tarfile.XHDTYPE, 2**32
    path = tmp_path / "a.tar.gz"
    with gzip.open(path, "wb") as file:
        file.write(header.tobuf(tarfile.GNU_FORMAT) + bytes(2**21))
    with pytest.raises(CourseError, match="its table of contents is too large"), Archive(path):
        pass


def test_what_lies_in_the_place_of_a_students_folder_costs_that_student_only(assignment, tmp_path):
    (assignment.course.submitted / "ag1").write_text("no folder")
    imported = import_archive(assignment, zipped(tmp_path / "a.zip", MOODLE), CLASS)
    assert {each.student: each.came for each in imported.handed} == {"ag1": Came.UNREADABLE, "bm2": Came.NEW}


METADATA = "".join(
    f"{folder.split('/')[0]}:\n  :submitters:\n  - :sid: {owner}\n  :created_at: 2030-01-01 00:00:00 Z\n"
    for folder, owner in zip(MOODLE, ("cs3", "cs3", "ag1"), strict=True)
)
LIES = {
    "a list of who is who": (MOODLE, {"Chris Smith_34567_assignsubmission_file_/submission_metadata.yml": METADATA}),
    "another's login in a name": (
        BLACKBOARD,
        {"Lesson_tiny_csmith_attempt_2026-11-30-10-00-00_x_anagl_attempt_2030-01-01-00-00-00_tiny.ipynb": "a lie"},
    ),
    "many names as another platform has them": (
        {"ag1/tiny.ipynb": "ana", "bm2/tiny.ipynb": "björn"},
        {f"cs4/{number}_anagl_attempt_2030-01-01-00-00-00_tiny.ipynb": "a lie" for number in range(20)},
    ),
    "files that are called like another's": (
        MOODLE,
        {
            f"Chris Smith_34567_assignsubmission_file_/Ana García López_12345_assignsubmission_file_{n}.ipynb": "a lie"
            for n in range(20)
        },
    ),
    "files that are called like another's, in one folder": (
        MOODLE_FLAT,
        {"Chris Smith_34567_assignsubmission_file_Ana García López_12345_assignsubmission_file_tiny.ipynb": "a lie"},
    ),
    "a name as another platform has it": (
        CANVAS,
        {"smithchris_34567_903_x_anagl_attempt_2030-01-01-00-00-00_tiny.ipynb": "a lie"},
    ),
}


@pytest.mark.parametrize("name", LIES)
def test_no_student_can_say_whose_another_file_is(assignment, tmp_path, name):
    """Neither does anybody get what another handed in, nor does what one handed in become another's."""
    honest, lies_too = LIES[name]
    alone = import_archive(assignment, zipped(tmp_path / "a.zip", honest), CLASS)
    before = {each.student: lies(assignment, each.student) for each in alone.handed}
    together = import_archive(assignment, zipped(tmp_path / "b.zip", honest | lies_too), CLASS)
    assert {student: lies(assignment, student) for student in before} == before
    others = {each.student for each in together.handed} - before.keys()
    assert not any(set(lies(assignment, student).values()) & set(honest.values()) for student in others)


def test_more_files_than_can_be_meant_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "MAX_ENTRIES", 10)
    path = zipped(tmp_path / "a.zip", {f"{number}.ipynb": "" for number in range(11)})
    with pytest.raises(CourseError, match="more than 10 files"), Archive(path):
        pass


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 and no more", b"no archive", b"\x1f\x8b\x08 half"])
def test_what_is_no_archive_is_one_sentence(assignment, tmp_path, content):
    path = tmp_path / "a.zip"
    path.write_bytes(content)
    with pytest.raises(CourseError, match=r"cannot be read as an archive: give [^\n]*\.$"):
        import_archive(assignment, path, None)


def test_a_pipe_in_a_folder_holds_nobody_up(assignment, tmp_path):
    (tmp_path / "class" / "ag1").mkdir(parents=True)
    os.mkfifo(tmp_path / "class" / "ag1" / "pipe.ipynb")
    (tmp_path / "class" / "ag1" / "tiny.ipynb").write_text("ana")
    imported = import_archive(assignment, tmp_path / "class", CLASS)
    assert imported.left_out == ("ag1/pipe.ipynb",)


def test_names_in_utf_8_that_do_not_say_so_are_read(tmp_path):
    path = zipped(tmp_path / "a.zip", {"Bjrn/tiny.ipynb": "x"})
    content = path.read_bytes().replace(b"Bjrn/tiny.ipynb", "Bjö/tiny.ipynb".encode())
    path.write_bytes(content)
    with Archive(path) as archive:
        _, pieces = recognise(archive.entries, "tiny")
    assert [piece.owner.name for piece in pieces] == ["Bjö"]
