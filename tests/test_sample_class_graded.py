"""The sample class of `make demo` ends as its table says: honest scores, a reason each, nobody disturbed."""

from autograder.course import Course
from autograder.gradebook.grade import grade
from autograder.gradebook.results import load
from autograder.running.workers import Workers
from examples.sample_class import CLASS, disagreements, make_sample_class


def test_every_student_of_the_sample_class_gets_what_they_deserve(gan, kernels, tmp_path):
    course = Course(gan.course.root, tmp_path / "out")
    assignment = course.assignment("gan")
    students = make_sample_class(gan.release_path, gan.solution_path, course.submitted)
    assert students == [student.name for student in CLASS]
    grade(assignment, workers=Workers(2), kernels=kernels)
    assert disagreements(load(course.output / "grades" / "gan.json")) == []
