"""What writers of judges use: `autograder.judging.rubric`. It needs NumPy alone, and no sandbox."""

from autograder.judging.rubric import CUT, Criterion, Judgement, Outcome, Rubric, Verdict, alike, how_many

__all__ = ["CUT", "Criterion", "Judgement", "Outcome", "Rubric", "Verdict", "alike", "how_many"]
