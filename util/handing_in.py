"""Hands a notebook in from within itself: `checks.hand_in("gan")`, where the course runs `atelier serve`."""

from __future__ import annotations

import getpass
import json
import os
import re
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterable
from typing import Any

from util import progress

__all__ = ["hand_in"]

LINK = re.compile(r"(https://[^/\s]+|http://(?:localhost|127\.0\.0\.1)(?::\d+)?)/in/[\w-]+")
SECONDS = 60
"""How long a single answer of the server may take."""
PATIENCE = 600
"""Seconds for which the queue is followed; the page goes on after that."""


class _NotHandedIn(Exception):
    """The message says why, and what to do."""


def hand_in(assignment: str, names: Iterable[str], link: str = "") -> None:
    """Hand in the notebook with cells of these ``names``, follow it through the queue, and print what comes of it.

    Whatever goes wrong is one printed sentence.
    """
    try:
        address = f"{_link(link)}/{assignment}"
        found = progress.notebook_with(names)
        if found is None:
            raise _NotHandedIn("this notebook's file was not found. Save it, or hand it in on the page")
        notebook, where = found
        came = _sent(address, json.dumps(notebook).encode(), f"{assignment}.ipynb")
        print(f"Handed in: {where}, attempt {came['attempt']}.")
        _follow(address, came)
    except _NotHandedIn as error:
        print(f"✗ Not handed in: {error}.")


def _link(link: str) -> str:
    link = link or os.environ.get("ATELIER_LINK", "")
    try:
        link = (link or getpass.getpass("Your link, as your instructor has sent it to you: ")).strip()
    except Exception as error:  # of an editor or a grader in which nobody can be asked
        raise _NotHandedIn("there is nobody to ask for your link here") from error
    if not LINK.fullmatch(link):
        raise _NotHandedIn("that is no such link. It begins with https:// and has /in/ in it; copy all of it")
    return link


def _sent(address: str, content: bytes, name: str) -> dict[str, Any]:
    """Send the file as a browser's form does; return what the server says of it."""
    boundary = uuid.uuid4().hex
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        "Content-Type: application/x-ipynb+json\r\n\r\n"
    )
    body = head.encode() + content + f"\r\n--{boundary}--\r\n".encode()
    return _answer(urllib.request.Request(address, body, {"Content-Type": f"multipart/form-data; boundary={boundary}"}))


def _answer(request: urllib.request.Request) -> dict[str, Any]:
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:
            told: dict[str, Any] = json.load(answer)
            return told
    except urllib.error.HTTPError as error:
        raise _NotHandedIn(_reason(error)) from error
    except (OSError, ValueError) as error:
        raise _NotHandedIn(f"the server could not be reached ({getattr(error, 'reason', error)}). Try again") from error


def _reason(error: urllib.error.HTTPError) -> str:
    try:
        return str(json.load(error)["refused"]).rstrip(".")
    except (OSError, ValueError, LookupError, TypeError):
        if error.code == 404:
            return "the server knows no such link or assignment. Ask your instructor for your link"
        return f"the server answered with status {error.code}. Try again, or hand it in on the page"


def _follow(address: str, came: dict[str, Any]) -> None:
    """Print each state once, until there is a result."""
    origin, _, _ = address.partition("/in/")
    until, said = time.monotonic() + PATIENCE, ""
    try:
        while True:
            if came["state"] != said:
                said = came["state"]
                print(said)
            if came["done"] or time.monotonic() > until:
                break
            time.sleep(1)
            came = _answer(urllib.request.Request(f"{address}/{came['attempt']}"))
    except _NotHandedIn:  # it has been, and is kept
        print("The server does not say at the moment what becomes of it; the page will.")
    print(f"Your page: {origin}{came['page']}")
