"""The frames that a fork and the grader exchange: a byte for the kind, four for the length, then the content.

The grader sends `ORDER`. For each the fork sends `BEGUN`, then what it shows, then `DONE`; both bear the name of the
order. A `BEGUN` without a name says that the fork is there.
"""

import struct

HEADER = struct.Struct("!cI")

ORDER, BEGUN, DONE = b"o", b"b", b"z"  # JSON, but for BEGUN, which is a name
STDOUT, STDERR = b"1", b"2"  # text
DISPLAY, RESULT, ERROR, CLEAR, ANSWER = b"d", b"r", b"x", b"c", b"a"  # JSON


def pack(kind: bytes, content: bytes) -> bytes:
    """One frame."""
    return HEADER.pack(kind, len(content)) + content
