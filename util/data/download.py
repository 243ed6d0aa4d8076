"""Files from elsewhere: where they lie, and how they get there."""

from __future__ import annotations

import hashlib
import os
import queue
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import Any

__all__ = ["Remote", "data_folder", "fetch", "may_reach", "provide", "reading", "write_atomically"]

CONNECT_SECONDS = 2.0
READ_SECONDS = 20.0  # how long a download may stand still

_unreachable: set[str] = set()  # asked once in vain: not again in this process


@dataclass(frozen=True)
class Remote:
    """A file on a server: ``checksum`` is its SHA-256 or, where its makers publish only that, its MD5."""

    url: str
    checksum: str

    @property
    def name(self) -> str:
        """The last part of the URL."""
        return self.url.rsplit("/", 1)[-1]


def data_folder() -> Path:
    """Where data are kept: ``ATELIER_DATA`` if it is set, else ``data/`` beside ``util/`` or above the notebook.

    If there is none, it is a folder of the user's: the ``util/`` of a notebook that stands alone is gone when it ends.
    """
    place = os.environ.get("ATELIER_DATA")
    folder = Path(place) if place else _nearest()
    return folder.parent if folder.suffix == ".npz" else folder


def _nearest() -> Path:
    beside = Path(__file__).resolve().parents[2] / "data"
    above = (folder / "data" for folder in (Path.cwd(), *Path.cwd().parents))
    found = [beside] if beside.is_dir() else [folder for folder in above if (folder / "README.md").is_file()]
    return found[0] if found else Path.home() / ".atelier" / "data"


def provide(remote: Remote, path: str | Path | None = None) -> Path:
    """The file at ``path``, else in the data folder, else downloaded there.

    Raises:
        FileNotFoundError: none of them; it says what to put where.
    """
    place = Path(path) if path is not None else data_folder() / remote.name
    if place.is_file() or (path is None and fetch(remote, place)):
        return place
    if path is not None:
        raise FileNotFoundError(f"There is no file {place}.")
    raise FileNotFoundError(f"{remote.name} is not within reach: put {remote.url} at {place}.")


@contextmanager
def reading(path: Path, what: str) -> Iterator[None]:
    """Turn whatever goes wrong in reading a broken or foreign file into a ValueError of one sentence."""
    try:
        yield
    except FileNotFoundError:
        raise
    except Exception as error:  # libraries raise anything from KeyError to zlib.error over broken bytes
        raise ValueError(
            f"{path} is not {what}, or is broken ({error}). Delete it, or put the right file there."
        ) from error


def write_atomically(target: Path, write: Callable[[Path], Any]) -> None:
    """Write beside ``target`` first, so that no reader ever finds half a file."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{os.getpid()}-{target.name}")
    try:
        write(part)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


# Downloading ----------------------------------------------------------------------------------------------------------


def fetch(remote: Remote, target: Path) -> bool:
    """Download to ``target`` if there is a network; whether it is there now. Prints its progress.

    A download that breaks off leaves ``target`` with ``.part`` added, where the next one goes on. Nothing gets
    ``target``'s name before its checksum was found right.
    """
    if os.environ.get("ATELIER_OFFLINE") or remote.url in _unreachable:
        return False
    part = target.with_name(target.name + ".part")
    try:
        part.parent.mkdir(parents=True, exist_ok=True)
        if not _download(remote, part):
            return False
        if _checksum(part, remote.checksum) != remote.checksum:
            part.unlink()
            print(f"{remote.url} came with a wrong checksum and is not used.")
            return False
        part.replace(target)
    except (OSError, HTTPException) as error:
        print(f"Downloading {remote.url} failed: {error}")
        return False
    return True


def may_reach(url: str) -> bool:
    """Whether there is a network and somebody answers at ``url``."""
    if os.environ.get("ATELIER_OFFLINE") or url in _unreachable:
        return False
    response = _connect(url)
    if response is None:
        _unreachable.add(url)
        return False
    response.close()
    return True


def _download(remote: Remote, part: Path) -> bool:
    """Fill ``part``, asking again for the rest as long as every answer brings more of it."""
    longest = -1
    while (have := _size(part)) > longest:
        longest = have
        response = _connect(remote.url, start=have)
        if response is None:
            break
        with response:
            resumed = have > 0 and getattr(response, "status", None) == 206
            if _receive(response, part, have if resumed else 0, remote.name):
                return True
    if longest <= 0:
        _unreachable.add(remote.url)
    else:
        print(f"Downloading {remote.name} broke off; what came is kept, and the next call goes on from there.")
    return False


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _receive(response: HTTPResponse, part: Path, have: int, name: str) -> bool:
    """Add what comes to the ``have`` bytes of ``part``; whether it came to its end."""
    length = response.headers.get("Content-Length")
    total = have + int(length) if length else None
    share = f" of {total / 1e6:.1f}" if total else ""
    broke_off = False
    with part.open("ab" if have else "wb") as file:
        try:
            while chunk := response.read(1 << 20):
                file.write(chunk)
                have += len(chunk)
                print(f"\rDownloading {name}: {have / 1e6:.1f}{share} MB", end="", flush=True)
        except (TimeoutError, ConnectionError, HTTPException):
            broke_off = True
    print()
    return not broke_off if total is None else have == total


def _connect(url: str, start: int = 0) -> HTTPResponse | None:
    """Open ``url`` from the byte ``start`` on, or give up after a moment.

    A thread of its own, because looking up a name knows no time-out.
    """
    answers: queue.Queue[Any] = queue.Queue()

    def ask() -> None:
        request = urllib.request.Request(url, headers={"Range": f"bytes={start}-"} if start else {})
        try:
            answers.put(urllib.request.urlopen(request, timeout=READ_SECONDS))
        except urllib.error.HTTPError as error:
            beyond_the_end = error.code == 416  # a whole file, or a foreign one: from the start, and let the sum decide
            error.close()
            answers.put(_connect(url) if beyond_the_end else None)
        except (OSError, ValueError):
            answers.put(None)

    threading.Thread(target=ask, daemon=True).start()
    try:
        response: HTTPResponse | None = answers.get(timeout=CONNECT_SECONDS)
    except queue.Empty:
        return None
    return response


def _checksum(path: Path, like: str) -> str:
    """SHA-256 or MD5 in hexadecimal digits, whichever is as long as ``like``."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "md5" if len(like) == 32 else "sha256").hexdigest()
