"""A round trip at the command line: a roster and an archive come in, grades go out in the platform's own file."""

import zipfile

import pytest
from msgspec.structs import replace
from typer.testing import CliRunner

from autograder.cli import app
from autograder.gradebook.results import save
from autograder.judging import Outcome
from tests.autograder.sample_results import a_class, graded

ROSTER = 'Student,ID,SIS User ID,SIS Login ID,Section\n"García, Ana",12345,ag1,anag,Monday\n"Müller, Björn",23456,bm2,bm,Monday\n'


@pytest.fixture
def atelier(tiny, monkeypatch):
    """Call the command line in the course; returns what it prints."""
    monkeypatch.chdir(tiny.course.root)

    def call(*words, fails=False):
        result = CliRunner().invoke(app, [str(word) for word in words], env={"COLUMNS": "300"})
        assert result.exit_code == int(fails), result.output
        return " ".join(result.output.split())

    return call


def test_from_a_platform_and_back(atelier, tiny, tmp_path):
    (tmp_path / "roster.csv").write_text(ROSTER)
    assert "2 students are enrolled" in atelier("roster", tmp_path / "roster.csv")
    with zipfile.ZipFile(tmp_path / "download.zip", "w") as archive:
        archive.writestr("garciaana_LATE_12345_1_tiny.ipynb", tiny.release_path.read_text())
    told = atelier("import", "tiny", tmp_path / "download.zip")
    assert "as Canvas lays them out" in told
    assert "Enrolled, and not in this archive: bm2." in told
    assert "late" in told
    assert "run `atelier grade tiny` first" in atelier("export", "tiny", fails=True)

    results = a_class(replace(graded("ag1", *[Outcome.PASSED] * 4), points=7.25))
    save(results, tiny.course.output / "grades" / "tiny.json")
    gradebook = tmp_path / "grades.csv"
    gradebook.write_text(f'Student,ID,SIS User ID,{results.assignment} (7)\n"García, Ana",12345,ag1,\n')
    assert "1 scores filled in" in atelier("export", "tiny", gradebook, "--for", "canvas")
    assert (tiny.course.output / "exports" / "tiny-canvas.csv").read_text().endswith('"García, Ana",12345,ag1,7.25\n')
    atelier("export", "tiny", "--items")
    assert "García" in (tiny.course.output / "exports" / "tiny.csv").read_text(encoding="utf-8-sig")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["import", "tiny", "nothing.zip"], "There is no nothing.zip"),
        (["import", "nothing", "nothing.zip"], "There is no assignment `nothing`"),
        (["roster", "nothing.csv"], "No such file or directory (nothing.csv)"),
    ],
)
def test_bad_input_is_one_sentence(atelier, words, sentence):
    assert sentence in atelier(*words, fails=True)


def test_a_platforms_file_goes_with_its_platform(atelier, tiny, tmp_path):
    save(a_class(graded("ag1", *[Outcome.PASSED] * 4)), tiny.course.output / "grades" / "tiny.json")
    (tmp_path / "grades.csv").write_text("Student\n")
    assert "together with `--for`" in atelier("export", "tiny", tmp_path / "grades.csv", fails=True)
    assert "`sakai` is none of" in atelier("export", "tiny", tmp_path / "grades.csv", "--for", "sakai", fails=True)
