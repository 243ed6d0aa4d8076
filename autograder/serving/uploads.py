"""Forms with a file, read as they come: nothing is trusted about their size, their speed or their names.

The form's token is its first field, and is looked at before the first byte of the file is kept.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO
from urllib.parse import parse_qsl

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import Request

__all__ = ["Form", "Refused", "drain", "read_form", "read_posted"]

MAX_FIELD = 4000  # bytes of a field that is no file
MAX_FIELDS = 12
IN_MEMORY = 2**20  # bytes of a file that are held before it goes to the disk
MAX_AROUND = 20_000  # bytes of a form beside its file
MAX_POSTED = 2**16  # bytes of a form without files
SILENCE = 15.0
"""Seconds in which something must come."""
DRAIN, DRAIN_SECONDS = 16 * 2**20, 3.0
"""Bytes, and seconds, of what was refused that are still listened to."""
SLOWEST = 16 * 1024
"""Bytes a second that must come on average, once `SILENCE` is over."""


class Refused(Exception):
    """What came is not taken; the message says why, ``status`` is HTTP's."""

    def __init__(self, sentence: str, status: int = 400) -> None:
        super().__init__(sentence)
        self.status = status


@dataclass
class Form:
    """A form's fields, and its file if it has one, which lies on the disk if it is not small."""

    fields: dict[str, str] = field(default_factory=dict)
    file: IO[bytes] | None = None
    file_name: str = ""
    size: int = 0


class _Reader:
    """Takes a form apart as it comes."""

    def __init__(
        self, boundary: bytes, max_file: int, folder: Path | None, check: Callable[[dict[str, str]], None]
    ) -> None:
        self.form = Form()
        self._max_file, self._folder = max_file, folder
        self._check = check
        self._header, self._value = bytearray(), bytearray()
        self._disposition = b""
        self._name, self._content = "", bytearray()
        self._is_file = False
        self._count = 0
        self._ended = False
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_header_field": lambda data, start, end: self._header.extend(data[start:end]),
                "on_header_value": lambda data, start, end: self._value.extend(data[start:end]),
                "on_header_end": self._end_of_header,
                "on_headers_finished": self._headers,
                "on_part_data": self._data,
                "on_part_end": self._end,
                "on_end": self._finish,
            },
        )

    def write(self, chunk: bytes) -> None:
        try:
            self._parser.write(chunk)
        except FormParserError as error:
            raise Refused("This form could not be read.") from error

    def close(self) -> Form:
        if not self._ended:
            raise Refused("The upload broke off: hand in the file once more.")
        return self.form

    def _finish(self) -> None:
        self._ended = True

    def _begin(self) -> None:
        self._count += 1
        if self._count > MAX_FIELDS:
            raise Refused("This form has too many fields.")
        self._disposition, self._name, self._content, self._is_file = b"", "", bytearray(), False

    def _end_of_header(self) -> None:
        if self._header.lower() == b"content-disposition":
            self._disposition = bytes(self._value)
        self._header, self._value = bytearray(), bytearray()

    def _headers(self) -> None:
        _, options = parse_options_header(self._disposition)
        self._name = options.get(b"name", b"").decode("utf-8", "replace")
        self._is_file = b"filename" in options
        if self._is_file:
            if self.form.file is not None:
                raise Refused("Hand in one file at a time.")
            self._check(self.form.fields)
            self.form.file = SpooledTemporaryFile(IN_MEMORY, dir=str(self._folder) if self._folder else None)  # noqa: SIM115 (it is the form's)
            self.form.file_name = options[b"filename"].decode("utf-8", "replace")

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._is_file:
            assert self.form.file is not None
            self.form.size += end - start
            if self.form.size > self._max_file:
                raise too_large(self._max_file)
            self.form.file.write(data[start:end])
        elif len(self._content) + end - start > MAX_FIELD:
            raise Refused("A field of this form is too long.")
        else:
            self._content.extend(data[start:end])

    def _end(self) -> None:
        if not self._is_file:
            self.form.fields.setdefault(self._name, self._content.decode("utf-8", "replace"))


def too_large(most: int) -> Refused:
    """The file is larger than may be handed in."""
    return Refused(
        f"The file is larger than {most // 2**20} MB. In JupyterLab choose Edit > Clear Outputs of All Cells and "
        "File > Save Notebook, and hand in that file.",
        413,
    )


@contextlib.asynccontextmanager
async def read_form(
    request: Request, check: Callable[[dict[str, str]], None], max_file: int = 0, folder: Path | None = None
) -> AsyncIterator[Form]:
    """Read a form of the kind ``multipart/form-data``.

    Args:
        request: whose body it is.
        check: called with the fields that have come, before a file is kept and again at the end; raises what it finds.
        max_file: bytes that a file may have.
        folder: where a file lies meanwhile; it is gone when the block ends.

    Raises:
        Refused: if it is too large, too slow, or no such form.
    """
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    boundary = options.get(b"boundary", b"")
    if kind != b"multipart/form-data" or not 0 < len(boundary) <= 70:
        raise Refused("This form is not of the kind that is expected.", 415)
    most = max_file + MAX_AROUND
    told = request.headers.get("content-length", "0")
    if not told.isdecimal() or int(told) > most:
        raise too_large(max_file)
    reader = _Reader(boundary, max_file, folder, check)
    try:
        await _fill(request, reader.write, most, too_large(max_file))
        form = reader.close()
        check(form.fields)
        yield form
    finally:
        if reader.form.file is not None:
            reader.form.file.close()


async def read_posted(request: Request) -> dict[str, str]:
    """Read a form of the kind ``application/x-www-form-urlencoded``, of which there are only small ones.

    Raises:
        Refused: if it is too large, too slow, or no such form.
    """
    kind, _ = parse_options_header(request.headers.get("content-type", ""))
    if kind != b"application/x-www-form-urlencoded":
        raise Refused("This form is not of the kind that is expected.", 415)
    content = bytearray()
    await _fill(request, content.extend, MAX_POSTED, Refused("This form is too large.", 413))
    try:
        return dict(
            parse_qsl(content.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=4 * MAX_FIELDS)
        )
    except ValueError as error:
        raise Refused("This form has too many fields.") from error


async def _fill(request: Request, write: Callable[[bytes], None], most: int, too_much: Refused) -> None:
    """Hand each piece of a request's body to ``write``, as long as they come fast enough and are not ``too_much``."""
    clock = asyncio.get_running_loop().time
    began, came = clock(), 0
    body = request.stream().__aiter__()
    while True:
        try:
            chunk = await asyncio.wait_for(body.__anext__(), SILENCE)
        except StopAsyncIteration:
            request.state.has_come = True
            return
        except TimeoutError as error:
            raise Refused("The upload stood still: hand in the file once more.", 408) from error
        came += len(chunk)
        if came > most:
            raise too_much
        if came < (clock() - began - SILENCE) * SLOWEST:
            raise Refused("The upload is too slow: try another connection.", 408)
        write(chunk)


async def drain(request: Request) -> None:
    """Go on reading for a while: many browsers read no answer before they have sent everything."""
    if getattr(request.state, "has_come", False):
        return
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(DRAIN_SECONDS):
            left = DRAIN
            while left > 0:
                message = await request.receive()
                if message["type"] != "http.request" or not message.get("more_body"):
                    return
                left -= len(message.get("body", b""))
