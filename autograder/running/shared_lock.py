"""A lock that many may hold together, or one alone: a readers–writer lock."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["SharedLock"]


class SharedLock:
    """Any number may share it. Who wants it exclusively waits for them to end, and later ones wait for that one."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._sharing = self._waiting_or_alone = 0
        self._is_exclusive = False

    @contextmanager
    def shared(self) -> Iterator[None]:
        """Hold it beside others, once nobody holds it exclusively or waits for that."""
        with self._changed:
            self._changed.wait_for(lambda: not self._waiting_or_alone)
            self._sharing += 1
        try:
            yield
        finally:
            with self._changed:
                self._sharing -= 1
                self._changed.notify_all()

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Hold it once nobody else does, and keep all others waiting."""
        with self._changed:
            self._waiting_or_alone += 1
            self._changed.wait_for(lambda: not self._sharing and not self._is_exclusive)
            self._is_exclusive = True
        try:
            yield
        finally:
            with self._changed:
                self._waiting_or_alone -= 1
                self._is_exclusive = False
                self._changed.notify_all()
