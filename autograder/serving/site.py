"""What the pages of students and of instructors have in common: who asks, what they may, what streams to them."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from anyio import CapacityLimiter, Lock, to_thread
from starlette.concurrency import run_in_threadpool
from starlette.convertors import Convertor, register_url_convertor
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from autograder.course import Assignment, Course
from autograder.serving.attempts import Attempt, Attempts
from autograder.serving.choices import Shown, choices, moment
from autograder.serving.grader import Grader
from autograder.serving.hub import Hub
from autograder.serving.lti import Lti
from autograder.serving.passback import Passback
from autograder.serving.people import Identities, Person
from autograder.serving.sessions import Session, Sessions, same
from autograder.serving.uploads import Refused

__all__ = ["Bell", "Site", "about"]

log = logging.getLogger(__name__)

STREAMS = 6
"""Of one person at a time."""
BEAT = 15.0
"""Seconds after which a stream that has nothing to say says so."""
STREAM_SECONDS = 1800.0
READERS = 3
"""Files that are looked into at a time."""
PAGES_AT_ONCE = 2
"""Pages of feedback that are made at a time: all that a submission may print takes a second and 140 MB to be shown."""


class _Number(Convertor[int]):
    """The number of an attempt in an address: no more digits than there can be."""

    regex = "[0-9]{1,4}"

    def convert(self, value: str) -> int:
        return int(value)

    def to_string(self, value: int) -> str:
        return str(value)


register_url_convertor("number", _Number())


class Bell:
    """Wakes those who follow something; any thread may ring."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._rung = asyncio.Event()

    def hang(self) -> None:
        """In the loop of those who follow."""
        self._loop = asyncio.get_running_loop()

    def ring(self) -> None:
        """Something has changed."""
        loop = self._loop
        if loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop has ended
                loop.call_soon_threadsafe(self._ring)

    def _ring(self) -> None:
        rung, self._rung = self._rung, asyncio.Event()
        rung.set()

    def next(self) -> asyncio.Event:
        """What is set by the next ring."""
        return self._rung


def about(seconds: float) -> str:
    """A stretch of time, as exact as one reads it: ``7 s``, ``45 s``, ``3 min``."""
    if seconds < 10:
        return f"{max(round(seconds), 1)} s"
    return f"{5 * round(seconds / 5)} s" if seconds < 118 else f"{round(seconds / 60)} min"


@dataclass
class Site:
    """All that pages are made of.

    ``origins`` are those under which browsers reach us; ``hub`` and ``lti`` may say who they are, and ``passback``
    tells the latter's platform what they earn.
    """

    course: Course
    attempts: Attempts
    grader: Grader
    identities: Identities
    sessions: Sessions
    bell: Bell
    origins: frozenset[str]
    hub: Hub | None = None
    lti: Lti | None = None
    passback: Passback | None = None
    reading: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(READERS))
    showing: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(PAGES_AT_ONCE))
    turns: defaultdict[str, Lock] = field(default_factory=lambda: defaultdict(Lock))
    streams: Counter[str] = field(default_factory=Counter)
    uploading: set[str] = field(default_factory=set)

    # Who asks --------------------------------------------------------------------------------------------------------

    def origin(self, request: Request) -> str:
        """The address under which this browser reaches us; requests under any other have been refused before."""
        host = request.headers["host"].casefold()
        return next(origin for origin in self.origins if urlsplit(origin).netloc.casefold() == host)

    def student(self, request: Request) -> tuple[Session, Person]:
        """The student who asks; raises an HTTPException for all others."""
        session = self.sessions.read(request)
        if session is None or session.person is None:
            raise HTTPException(401)
        if session.person.is_instructor:
            raise HTTPException(404)
        return session, session.person

    def student_of_link(self, request: Request) -> Person:
        """The student whose link the address begins with."""
        person = self.identities.of_token(request.path_params["token"])
        if person is None or person.is_instructor:
            raise HTTPException(404)
        return person

    def instructor(self, request: Request) -> Session:
        """The instructor's session; for all others there is no such page."""
        session = self.sessions.read(request)
        if session is None or session.person is None:
            raise HTTPException(401)
        if not session.person.is_instructor:
            raise HTTPException(404)
        return session

    def assignment(self, request: Request) -> Assignment:
        """The assignment that the address names."""
        name = request.path_params["id"]
        if name not in self.course.assignments():
            raise HTTPException(404)
        assignment = self.course.assignment(name)
        if not assignment.release_path.is_file():
            raise HTTPException(404)
        return assignment

    def attempt(self, request: Request, student: str) -> Attempt:
        """The student's attempt that the address names."""
        found = self.attempts.find(request.path_params["id"], student, request.path_params["number"])
        if found is None:
            raise HTTPException(404)
        return found

    def check(self, request: Request, session: Session) -> Callable[[dict[str, str]], None]:
        """What refuses a form that did not come from one of this session's own pages.

        Raises:
            Refused: if the browser itself says that it came from elsewhere.
        """
        site = request.headers.get("sec-fetch-site", "same-origin")
        origin = request.headers.get("origin")
        if site not in ("same-origin", "none") or (origin is not None and origin not in self.origins):
            raise Refused("This form did not come from here. Open the page anew, and try again.", 403)

        def check(fields: dict[str, str]) -> None:
            if not same(session.token, fields.get("token", "")):
                raise Refused("This form is too old. Open the page anew, and try again.", 403)

        return check

    # What students see -----------------------------------------------------------------------------------------------

    def shown(self, assignment: str, student: str) -> Shown:
        """What a student sees of attempts now."""
        if self.grader.due(assignment, student).is_over(datetime.now(UTC)):
            return Shown.EVERYTHING
        return choices(self.course, assignment).before_due

    def state(self, attempt: Attempt) -> str:
        """Where an attempt is, in words; empty if it has been graded."""
        if doing := self.grader.doing.get(attempt.key):
            return doing
        if not attempt.is_waiting:
            return ""
        if attempt.assignment in self.grader.troubles:
            return "It waits: the grader cannot work at the moment, and your instructor sees why."
        lesson = self.grader.lesson(attempt.assignment)
        if lesson is None or not lesson.is_ready:
            return "It waits until the grader is warm, which takes a minute after a start."
        place = self.grader.place(attempt)
        left = self.grader.seconds_left(attempt)
        when = f", about {about(left)}" if left is not None else ""
        return f"It waits; {place} before it{when}." if place else f"It is next{when}."

    def moment(self, when: datetime) -> str:
        """A moment in the course's time zone."""
        return moment(when, self.course)

    async def in_turn(self, request: Request, person: Person, make: Callable[[], Response]) -> Response:
        """A page that takes time and memory to be made, for all windows of one ``person`` one after the other.

        So whoever asks for many holds up nobody else, and who has opened several gets them all.
        """
        async with self.turns[f"{person.role}:{person.id}"]:
            if await request.is_disconnected():  # nobody waits for it any more
                return Response(status_code=204)
            return await to_thread.run_sync(make, limiter=self.showing)

    # What streams ----------------------------------------------------------------------------------------------------

    def stream(self, request: Request, person: Person, say: Callable[[], dict[str, Any]]) -> Response:
        """Events with what ``say`` returns, whenever that has changed, until it says ``done``."""
        whose = f"{person.role}:{person.id}"
        if self.streams[whose] >= STREAMS:
            raise HTTPException(429)
        return StreamingResponse(
            self._events(request, whose, say),
            media_type="text/event-stream",
            headers={"X-Accel-Buffering": "no"},
        )

    async def _events(self, request: Request, whose: str, say: Callable[[], dict[str, Any]]) -> AsyncIterator[str]:
        if self.streams[whose] >= STREAMS:  # those that were asked for at the same moment
            return
        self.streams[whose] += 1
        clock = asyncio.get_running_loop().time
        until, before = clock() + STREAM_SECONDS, None
        try:
            yield "retry: 2000\n\n"
            while clock() < until and self.sessions.read(request) is not None:
                rung = self.bell.next()
                now = await run_in_threadpool(say)
                yield f"data: {json.dumps(now)}\n\n" if now != before else ": still here\n\n"
                if now.get("done"):
                    return
                before = now
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(rung.wait(), BEAT)
        finally:
            self.streams[whose] -= 1
            if not self.streams[whose]:
                del self.streams[whose]
