"""From what a submission answered to points: nbgrader's preprocessors, the gradebook, grading a class, its results."""
