"""`autograder.authoring.build`, by the name that scripts of courses import."""

from autograder.authoring.build import build, stale

__all__ = ["build", "stale"]
