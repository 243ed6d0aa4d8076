"""Who may go on: many at a time, or one alone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["Turns"]


class Turns:
    """Any number go on together until one wants to be alone; that one waits for their end, and later ones for its."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._together = self._wanting = 0
        self._taken = False

    @contextmanager
    def together(self) -> Iterator[None]:
        """Go on beside others, once nobody is alone or wants to be."""
        with self._changed:
            self._changed.wait_for(lambda: not self._wanting)
            self._together += 1
        try:
            yield
        finally:
            with self._changed:
                self._together -= 1
                self._changed.notify_all()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Go on once nobody else does, and keep all others waiting."""
        with self._changed:
            self._wanting += 1
            self._changed.wait_for(lambda: not self._together and not self._taken)
            self._taken = True
        try:
            yield
        finally:
            with self._changed:
                self._wanting -= 1
                self._taken = False
                self._changed.notify_all()
