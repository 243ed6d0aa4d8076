"""Pages as they are sent: set from templates, each under the strictest policy that it can live with."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment
from starlette.responses import HTMLResponse, Response, StreamingResponse

from autograder.reports.report import TEMPLATES, environment
from autograder.serving.sessions import Session

__all__ = ["Frame", "attachment", "only_text", "page", "script"]


@dataclass(frozen=True)
class Frame:
    """What stands around every page: who is signed in, the way back, what is to be said, and the forms' token."""

    who: str = ""
    token: str = ""
    trail: tuple[tuple[str, str], ...] = ()
    said: str = ""
    script: bool = True
    forms: bool = True

    @classmethod
    def of(cls, session: Session | None, *trail: tuple[str, str], said: str = "", forms: bool = True) -> Frame:
        """The frame for a session; ``trail`` are addresses and what they are called."""
        if session is None or session.person is None:
            return cls(said=said, trail=trail, token=session.token if session else "", forms=False)
        return cls(session.person.name, session.token, trail, said, forms=forms)


@cache
def _environment() -> Environment:
    return environment(Path(__file__).parent / "templates", TEMPLATES)


def page(template: str, frame: Frame, status: int = 200, **values: Any) -> HTMLResponse:
    """A page of ours, on which our own script may run, and forms lead back to us."""
    nonce = secrets.token_urlsafe(16)
    text = _environment().get_template(template).render(page=frame, nonce=nonce, **values)
    policy = (
        f"default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; img-src 'self' data:; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    return HTMLResponse(text.encode("utf-8", "replace"), status, {"Content-Security-Policy": policy})


def only_text(template: str, frame: Frame, values: Mapping[str, Any]) -> HTMLResponse:
    """A page that holds what a student wrote or printed: no script, no form, and an origin of its own."""
    nonce = secrets.token_urlsafe(16)
    text = _environment().get_template(template).render(page=frame, nonce=nonce, **values)
    policy = (
        f"default-src 'none'; style-src 'nonce-{nonce}'; img-src data:; form-action 'none'; base-uri 'none'; "
        "frame-ancestors 'none'; sandbox"
    )
    return HTMLResponse(text.encode("utf-8", "replace"), 200, {"Content-Security-Policy": policy})


def attachment(content: bytes | Path, name: str, kind: str) -> Response:
    """A file to be kept, and never to be shown or run by the browser. ``name`` is ours: letters, digits, ``._-``.

    What lies at a path is read as fast as the browser takes it.
    """
    policy = "default-src 'none'; sandbox"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Content-Security-Policy": policy}
    if isinstance(content, bytes):
        return Response(content, headers=headers, media_type=kind)
    headers["Content-Length"] = str(content.stat().st_size)
    return StreamingResponse(_pieces(content), headers=headers, media_type=kind)


PIECE = 2**16
"""Bytes of a file that are read at a time."""


def _pieces(path: Path) -> Iterator[bytes]:
    """What a file holds. It is open only while a piece is read: many who take nothing keep neither it nor memory."""
    for start in itertools.count(0, PIECE):
        with path.open("rb") as file:
            file.seek(start)
            piece = file.read(PIECE)
        if not piece:
            return
        yield piece


def script() -> Response:
    """The only script."""
    return Response(_environment().get_template("script.js.j2").render(), media_type="text/javascript")
