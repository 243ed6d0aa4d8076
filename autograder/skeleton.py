"""`autograder.authoring.skeleton`, by the name that scripts of courses import."""

from autograder.authoring.skeleton import new

__all__ = ["new"]
