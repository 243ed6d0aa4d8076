"""A file that was handed in, read once and in a process with bounds: its bytes, and the notebook that is in them."""

from __future__ import annotations

import errno
import json
import os
import stat
from pathlib import Path
from typing import Any, BinaryIO

from nbformat import NotebookNode, from_dict
from nbformat.corpus.words import generate_corpus_id

from autograder.bounded_process import BoundedProcess, BoundsExceeded
from autograder.intake.plain import CLEAR_OUTPUTS, MAX_BYTES, SAVE_AGAIN, Unreadable
from autograder.schema import DEMO

__all__ = ["MAX_BESIDE", "SAVE_AGAIN", "Unreadable", "notebook_of", "open_regular", "read_regular"]

MAX_BESIDE = 1000  # bytes of a file beside a notebook

SECONDS = 20
"""Of processor time: ten times what 200 MB of outputs take."""
MEMORY = 3 * 2**29
MAX_READ = 2**28  # bytes of what is left of a notebook
LINK = "it is not a regular file, or lies behind a link. Hand in the file itself"

_reader = BoundedProcess("autograder.intake.plain", memory=MEMORY, most=MAX_READ)


# A file --------------------------------------------------------------------------------------------------------------


def open_regular(path: Path, root: Path | None = None) -> BinaryIO:
    """A submitted file, open to be read. What is read is one and the same file, whatever is put in its place.

    Below ``root``, by default the third folder above the file, no link is followed.

    Raises:
        Unreadable: if it is no regular file, or lies behind a link.
        OSError: if it cannot be opened.
    """
    root = root or path.parents[min(2, len(path.parents) - 1)]
    *folders, name = path.relative_to(root).parts
    inside = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for folder in folders:
            outside, inside = inside, _open(folder, os.O_DIRECTORY, inside)
            os.close(outside)
        descriptor = _open(name, os.O_NONBLOCK | os.O_NOCTTY, inside)  # a pipe that nobody writes to does not block
    finally:
        os.close(inside)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise Unreadable("it is not a regular file. Hand in the file itself")
    return os.fdopen(descriptor, "rb")


def _open(name: str, flags: int, folder: int) -> int:
    """What lies in an open ``folder`` under this name, open."""
    try:
        return os.open(name, os.O_RDONLY | os.O_NOFOLLOW | flags, dir_fd=folder)
    except OSError as error:
        if error.errno == errno.ELOOP or (error.errno == errno.ENOTDIR and _is_link(name, folder)):
            raise Unreadable(LINK) from error
        raise


def _is_link(name: str, folder: int) -> bool:
    return stat.S_ISLNK(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode)


def read_regular(path: Path, max_bytes: int = MAX_BYTES, root: Path | None = None) -> bytes:
    """The content of a submitted file, which may be a link, a pipe, a device or without end.

    Raises:
        Unreadable: if it is no regular file, lies behind a link below ``root``, or is larger than ``max_bytes``.
        OSError: if it cannot be opened.
    """
    with open_regular(path, root) as file:
        content = file.read(max_bytes + 1)
    if len(content) > max_bytes:
        size = f"{max_bytes // 2**20} MB" if max_bytes >= 2**20 else f"{max_bytes} bytes"
        raise Unreadable(f"it is larger than {size}. {CLEAR_OUTPUTS}")
    return content


# What it holds -------------------------------------------------------------------------------------------------------


def notebook_of(content: bytes) -> tuple[NotebookNode, list[str]]:
    """The notebook in a file's ``content``, in its plainest form, and sentences on what had to be mended.

    Raises:
        Unreadable: if there is none, or it takes more time or memory to be read than any notebook does.
    """
    try:
        (reply,) = _reader.ask("notebook", content, seconds=SECONDS)
    except BoundsExceeded as error:
        raise Unreadable(f"it takes too much time or memory to be read. {CLEAR_OUTPUTS}") from error
    found = json.loads(reply)
    if reason := found.get("unreadable"):
        raise Unreadable(reason)
    # Not by nbformat's own function: it warns of cells with the same id, which are told apart later on.
    notebook = NotebookNode(nbformat=4, nbformat_minor=5, metadata=NotebookNode(), cells=[])
    notebook.cells = [_cell(cell) for cell in found["cells"]]
    return notebook, found["events"]


def _cell(plain: dict[str, Any]) -> NotebookNode:
    """A cell, with the marks by which grading knows it: its name, and the tag of a demonstration."""
    # Not by nbformat's own functions: each cell would be checked against the schema, whose form it has.
    cell = NotebookNode(
        cell_type=plain["kind"],
        id=plain["id"] or generate_corpus_id(),
        metadata=NotebookNode(),
        source=plain["source"],
    )
    if plain["kind"] == "code":
        cell.update(execution_count=None, outputs=[])
    if plain["name"]:
        cell.metadata["nbgrader"] = NotebookNode(grade_id=plain["name"])
    if DEMO in plain["tags"]:
        cell.metadata["tags"] = [DEMO]
    if plain["attachments"]:
        cell["attachments"] = from_dict(plain["attachments"])
    return cell
