"""Sessions in signed cookies, and the token that each form of a session bears.

A cookie says who somebody is, by which link, and since when; a signature keeps it from being made up, and each request
asks whether the link still holds. Signing in begins a session with a number of its own, so that one which somebody
else has put into a browser is worth nothing afterwards.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass

from itsdangerous import BadData, URLSafeTimedSerializer
from starlette.requests import HTTPConnection
from starlette.responses import Response

from autograder.course import Course
from autograder.serving.people import Identities, Person, key_for

__all__ = ["LONGEST", "Session", "Sessions", "same"]

LONGEST = 14 * 24 * 3600
"""Seconds after which one has to open the link again."""


@dataclass(frozen=True)
class Session:
    """One browser's session; ``person`` is None before signing in. Forms bear ``token``."""

    number: str
    token: str
    person: Person | None = None


class Sessions:
    """Gives, reads and ends sessions.

    Args:
        course: whose secret signs them.
        identities: who may have one.
        secure: whether browsers reach the server by TLS only; the cookie then is sent by no other way.
    """

    def __init__(self, course: Course, identities: Identities, *, secure: bool) -> None:
        self.identities = identities
        self.secure = secure
        self.name = "__Host-atelier" if secure else "atelier"
        self._forms = key_for(course, "forms")
        self._signer = URLSafeTimedSerializer(key_for(course, "sessions"), salt="session")

    def read(self, request: HTTPConnection) -> Session | None:
        """The session that a request belongs to, if it has one that holds."""
        try:
            number, role, id, generation = self._signer.loads(request.cookies.get(self.name, ""), max_age=LONGEST)
        except (BadData, ValueError, TypeError):
            return None
        person = self.identities.known(role, id, generation) if role else None
        if role and person is None:
            return None
        return Session(number, self._token(number), person)

    def begin(self, person: Person | None = None) -> Session:
        """A new session."""
        number = secrets.token_urlsafe(16)
        return Session(number, self._token(number), person)

    def _token(self, number: str, purpose: str = "") -> str:
        return hmac.digest(self._forms, f"{number}{purpose}".encode(), "sha256").hex()

    def token_for(self, session: Session, purpose: str) -> str:
        """A second token of a session: it may stand in an address, and no form accepts it."""
        return self._token(session.number, f" {purpose}")

    def send(self, response: Response, session: Session) -> None:
        """Have the browser keep ``session``."""
        who = (session.person.role, session.person.id, session.person.generation) if session.person else ("", "", 0)
        response.set_cookie(
            self.name,
            self._signer.dumps([session.number, *who]),
            max_age=LONGEST,
            path="/",
            secure=self.secure,
            httponly=True,
            samesite="lax",
        )

    def end(self, response: Response) -> None:
        """Have the browser forget its session."""
        response.delete_cookie(self.name, path="/", secure=self.secure, httponly=True, samesite="lax")


def same(token: str, given: str) -> bool:
    """Whether a form bears its session's token."""
    return hmac.compare_digest(token.encode(), given.encode("utf-8", "replace"))
