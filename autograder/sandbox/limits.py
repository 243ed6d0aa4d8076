"""The bounds on one submission, all in one place."""

from __future__ import annotations

from dataclasses import asdict, dataclass

__all__ = ["Limits"]


@dataclass(frozen=True)
class Limits:
    """Bounds on one submission, all its processes together; files lie in memory as well.

    Seconds are of processor time, so that a busy machine changes no score; but for ``waiting_seconds``, in which a cell
    or a probe does nothing at all: no thread of it runs or is ready to run. A submission may wait ten times as long.
    `wall_seconds` bounds what escapes both.
    """

    memory_bytes: int = 4 * 2**30
    disk_bytes: int = 256 * 2**20
    processes: int = 256
    output_bytes: int = 4 * 2**20
    answer_bytes: int = 8 * 2**20
    cell_seconds: float = 20.0
    probe_seconds: float = 10.0
    submission_seconds: float = 300.0
    waiting_seconds: float = 60.0

    @staticmethod
    def wall_seconds(seconds: float) -> float:
        """How long, by a clock on the wall, something may take that has so many seconds of processor time."""
        return 30 * seconds + 60

    def for_kernel(self) -> dict[str, float]:
        """The same as plain numbers, for the command that forks a kernel."""
        return asdict(self)
