"""One engine for a whole run: nbgrader opens its gradebook anew in every preprocessor, and then looks at all tables."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from nbgrader.api import Gradebook
from sqlalchemy import create_engine
from sqlalchemy.orm import scoped_session, sessionmaker

__all__ = ["one_engine"]


@contextlib.contextmanager
def one_engine(url: str) -> Iterator[None]:
    """Let all gradebooks of ``url`` that are opened in this block share an engine, and what it has compiled of SQL.

    The database must have its tables. Gradebooks of other addresses are opened as ever.
    """
    engine, opened = create_engine(url), Gradebook.__init__

    def open_shared(self: Gradebook, db_url: str, course_id: str = "default_course", authenticator: Any = None) -> None:
        if db_url != url:
            opened(self, db_url, course_id, authenticator)
            return
        self.engine, self.course_id, self.authenticator = engine, course_id, authenticator
        self.db = scoped_session(sessionmaker(autoflush=True, bind=engine))
        self.close = self.db.remove  # and not the engine with it

    Gradebook.__init__ = open_shared
    try:
        yield
    finally:
        Gradebook.__init__ = opened
        engine.dispose()
