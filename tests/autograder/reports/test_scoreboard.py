"""The table on the terminal: whatever students have written in it is text."""

import io

from msgspec.structs import replace
from rich.console import Console

from autograder.reports.scoreboard import scoreboard
from tests.autograder.sample_results import a_class, failed


def test_what_a_submission_said_commands_no_terminal():
    student = replace(failed("eve"), reason="\x1b]0;mine\x07\x1b[2J\x9b31m [red]no[/]", events=("\x1b[3A",))
    shown = io.StringIO()
    results = replace(a_class(1), students=(student,))
    Console(file=shown, width=200, color_system=None).print(scoreboard(results))
    assert "[red]no[/]" in shown.getvalue()
    assert all(letter.isprintable() or letter == "\n" for letter in shown.getvalue())
