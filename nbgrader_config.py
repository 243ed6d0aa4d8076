"""nbgrader, in this folder, grades as `atelier grade` does, by the lists in `autograder.gradebook.preprocessors`."""

from pathlib import Path

from autograder.course import Course
from autograder.gradebook.preprocessors import configure

course = Course(Path(__file__).parent)
course.output.mkdir(exist_ok=True)  # formgrader opens the gradebook before anything was graded

c = get_config()  # noqa: F821 (defined by traitlets, which runs this file)
c.merge(configure(course))
