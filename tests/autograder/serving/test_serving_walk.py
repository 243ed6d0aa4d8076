"""The core walk: sign in, hand in, wait, read; what is kept of it, and what other commands find."""

from autograder.gradebook.grade import grade
from autograder.running.workers import Workers
from tests.autograder.serving.stubs import RIGHT, WRONG, filled


def test_a_student_hands_in_and_reads_what_it_earns_and_why(door):
    ana = door.browser("ana")
    assert "Nothing handed in yet" in ana.get("/").text
    answer = ana.hand_in(filled(door.assignment, WRONG))
    assert (answer.status_code, answer.headers["location"]) == (303, "/a/tiny/1")
    page = ana.wait_for("/a/tiny/1", "Item by item").text
    assert "Square each difference" in page  # the hint of the criterion that was lost
    assert "0.5 / 2" in page
    ana.hand_in(filled(door.assignment, RIGHT))
    assert "2 / 2" in ana.wait_for("/a/tiny/2", "Item by item").text
    history = ana.get("/a/tiny").text
    assert history.index("Attempt 2") < history.index("Attempt 1")
    assert history.count("✓ counts") == 1
    assert "2 of 3 points" in history
    assert ana.get("/a/tiny/1/notebook").content == filled(door.assignment, WRONG)


def test_what_counts_lies_where_all_other_commands_look_for_it(door, kernels):
    ana = door.browser("ana")
    ana.hand_in(filled(door.assignment, WRONG))
    ana.hand_in(filled(door.assignment, RIGHT))
    door.settled(2)
    folder = door.course.submitted / "ana" / "tiny"
    assert (folder / "tiny.ipynb").read_bytes() == filled(door.assignment, RIGHT)
    assert sorted(path.name for path in folder.iterdir()) == ["timestamp.txt", "tiny.ipynb"]
    before = (door.course.output / "autograded" / "ana" / "tiny" / "tiny.ipynb").stat().st_mtime_ns
    results = grade(door.assignment, workers=Workers(jobs=1), kernels=kernels)  # which finds nothing left to run
    assert (door.course.output / "autograded" / "ana" / "tiny" / "tiny.ipynb").stat().st_mtime_ns == before
    assert {each.student: each.points for each in results.students} == {"ana": 2, "bo": 0, "chi": 0}
