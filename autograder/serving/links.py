"""Everybody's secret link as a table, for the instructor to send."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from autograder.gradebook.tables import as_text
from autograder.serving.people import Identities, Person

__all__ = ["link", "table"]


def link(identities: Identities, origin: str, person: Person) -> str:
    """Somebody's link."""
    return f"{origin}/in/{identities.token(person)}"


def table(identities: Identities, origin: str, people: Iterable[Person]) -> str:
    """CSV with a line for each of ``people``: who, id, e-mail and link."""
    lines = io.StringIO()
    rows = csv.writer(lines, lineterminator="\n")
    rows.writerow(("name", "id", "email", "link"))
    for person in people:
        rows.writerow(
            [as_text(text) for text in (person.name, person.id, person.email, link(identities, origin, person))]
        )
    return lines.getvalue()
