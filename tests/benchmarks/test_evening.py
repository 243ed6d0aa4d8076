"""The evening's files are such as Moodle writes: what reads them finds each student once."""

import io
import zipfile

from autograder.platforms.sheets import read_sheet
from benchmarks.evening import STUDENTS, archive, participants, worksheet


def test_the_archive_has_a_folder_for_each_student_who_handed_in(tmp_path):
    for student in STUDENTS[1:]:
        folder = tmp_path / student.name / "gan"
        folder.mkdir(parents=True)
        (folder / "gan.ipynb").write_text(student.name)
    with zipfile.ZipFile(io.BytesIO(archive(tmp_path))) as packed:
        assert {packed.read(name).decode() for name in packed.namelist()} == {each.name for each in STUDENTS[1:]}
        assert all("_assignsubmission_file_/gan.ipynb" in name for name in packed.namelist())


def test_list_and_worksheet_name_the_same_students():
    people, sheet = (read_sheet(text.encode(), "x.csv").rows[1:] for text in (participants(), worksheet()))
    assert [row[3].text for row in people] == [row[2].text for row in sheet]
    assert len(sheet) == len(STUDENTS) == 8
