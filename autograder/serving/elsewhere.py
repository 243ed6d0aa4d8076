"""Asking other servers: with bounds on their time and on their answers, by TLS, and without following redirects."""

from __future__ import annotations

import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import IO, Any
from urllib.parse import urlsplit

__all__ = ["Unanswered", "fetch", "is_safe", "told"]

SECONDS = 10.0
"""In which something must come, and in which all of an answer must have come once it has begun."""
MOST = 2**18
"""Bytes of an answer."""
NEAR = ("localhost", "127.0.0.1")


class Unanswered(Exception):
    """A server did not answer as it should; the message says how, ``status`` is HTTP's, or 0 if none came."""

    def __init__(self, what: str, status: int = 0) -> None:
        super().__init__(what)
        self.status = status


def is_safe(address: str) -> bool:
    """Whether nobody can read along, or answer in another's place: by TLS, or within this machine."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in NEAR))


class _NoDetour(urllib.request.HTTPRedirectHandler):
    """Lets a redirection be the answer: what is sent is meant for one server."""

    def redirect_request(self, *_: Any) -> None:
        return None


_OPENER = urllib.request.build_opener(_NoDetour)


def fetch(address: str, data: bytes | None = None, headers: Mapping[str, str] = {}) -> bytes:
    """What a server answers; with ``data`` it is posted.

    Raises:
        Unanswered: if that is no success, is too long, or does not come in time.
    """
    if not is_safe(address):
        raise Unanswered("was not asked, for lack of https in its address")
    try:
        with _OPENER.open(urllib.request.Request(address, data, dict(headers)), timeout=SECONDS) as answer:
            return _read(answer)
    except urllib.error.HTTPError as error:
        error.close()
        raise Unanswered(f"was answered with status {error.code}", error.code) from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Unanswered(f"was not answered ({error or type(error).__name__})") from error


def _read(answer: IO[bytes]) -> bytes:
    until, content = time.monotonic() + SECONDS, b""
    while chunk := answer.read1(MOST):  # type: ignore[attr-defined]
        content += chunk
        if len(content) > MOST:
            raise Unanswered("was answered at too great a length")
        if time.monotonic() > until:
            raise Unanswered("was answered too slowly")
    return content


def told(address: str, data: bytes | None = None, headers: Mapping[str, str] = {}) -> dict[str, Any]:
    """The JSON object that a server answers.

    Raises:
        Unanswered: as `fetch` does, and if it is none.
    """
    try:
        found = json.loads(fetch(address, data, headers))
    except (ValueError, RecursionError) as error:
        raise Unanswered("was answered with something other than JSON") from error
    if not isinstance(found, dict):
        raise Unanswered("was answered with something other than a JSON object")
    return found
