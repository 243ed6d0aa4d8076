"""The frames that a fork and the grader exchange: a byte for the kind, four for the length, then the content.

The grader sends `ORDER`. For each the fork sends `BEGUN`, then what it shows, then `DONE`; both bear the name of the
order. A `BEGUN` without a name says that the fork is there.
"""

import os
import struct

HEADER = struct.Struct("!cI")

ORDER, BEGUN, DONE = b"o", b"b", b"z"  # JSON, but for BEGUN, which is a name
STDOUT, STDERR = b"1", b"2"  # text
DISPLAY, RESULT, ERROR, CLEAR, ANSWER = b"d", b"r", b"x", b"c", b"a"  # JSON


class Line:
    """One end of the line between the grader and a fork: two pipes, through which nothing goes but bytes.

    Through a socket go open files, too, and whoever has received one has to wait until the system has closed it.
    """

    def __init__(self, incoming: int, outgoing: int) -> None:
        """The descriptors to read from and to write to."""
        self.incoming, self.outgoing = incoming, outgoing

    @classmethod
    def pair(cls) -> "tuple[Line, Line]":
        """Two ends of a new line."""
        (first, into_first), (second, into_second) = os.pipe(), os.pipe()
        return cls(first, into_second), cls(second, into_first)

    def descriptors(self) -> tuple[int, int]:
        """Both, in the order in which they are passed on."""
        return self.incoming, self.outgoing

    def set_blocking(self, blocking: bool) -> None:
        """Whether reading and writing wait until they can be done."""
        for descriptor in self.descriptors():
            os.set_blocking(descriptor, blocking)

    def read(self, size: int) -> bytes:
        """So many bytes or fewer; none if the other end is closed."""
        return os.read(self.incoming, size)

    def read_all(self, size: int) -> bytes:
        """So many bytes; fewer if the other end is closed."""
        pieces = b""
        while len(pieces) < size and (piece := self.read(size - len(pieces))):
            pieces += piece
        return pieces

    def write(self, content: bytes | memoryview) -> int:
        """Write ``content``, or the beginning of it, and return how much."""
        return os.write(self.outgoing, content)

    def close(self) -> None:
        """Close this end."""
        for descriptor in self.descriptors():
            os.close(descriptor)


def pack(kind: bytes, content: bytes) -> bytes:
    """One frame."""
    return HEADER.pack(kind, len(content)) + content
