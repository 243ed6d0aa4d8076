"""``python -m tests.attacks``: grade every attack, and print how many of each category were held."""

import sys
from collections import Counter
from pathlib import Path

import pytest
from rich.console import Console
from rich.table import Table

from tests.attacks.attack import CATEGORIES


class Tally:
    """A pytest plugin that counts cases and held ones by category."""

    def __init__(self) -> None:
        self.cases, self.held = Counter(), Counter()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count a test that has a category; one whose class could not be graded fails in its setup and counts too."""
        category = dict(report.user_properties).get("category")
        if category is not None and report.when == "call":
            self.cases[category] += 1
            self.held[category] += report.passed

    def table(self) -> Table:
        """The categories with what came of them."""
        table = Table(title="Attacks on the lesson gan")
        for heading, side in (("", "right"), ("Category", "left"), ("Cases", "right"), ("Held", "right")):
            table.add_column(heading, justify=side)
        for number, title in CATEGORIES.items():
            if self.cases[number]:
                style = "" if self.held[number] == self.cases[number] else "bold red"
                table.add_row(str(number or ""), title, str(self.cases[number]), str(self.held[number]), style=style)
        table.add_section()
        table.add_row("", "all", str(self.cases.total()), str(self.held.total()))
        return table


def main() -> int:
    """Run the suite; return pytest's exit status."""
    tally = Tally()
    status = pytest.main([str(Path(__file__).parent), "-q", *sys.argv[1:]], plugins=[tally])
    Console().print(tally.table())
    return int(status)


if __name__ == "__main__":
    sys.exit(main())
