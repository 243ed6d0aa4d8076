"""The site as an ASGI application: addresses, sessions, and what holds for every answer."""

from __future__ import annotations

import contextlib
import logging
import re
from collections.abc import AsyncIterator, Iterable
from urllib.parse import urlsplit

from anyio import CapacityLimiter, to_thread
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from autograder.course import Course, CourseError
from autograder.intake.finding import printable
from autograder.running.kernel_pool import KernelPool
from autograder.serving.attempts import Attempts
from autograder.serving.grader import Grader
from autograder.serving.hub import BACK, Hub, HubError
from autograder.serving.instructors import InstructorPages
from autograder.serving.launches import Launches
from autograder.serving.lti import Lti
from autograder.serving.pages import Frame, page, script
from autograder.serving.passback import Passback
from autograder.serving.people import Identities
from autograder.serving.sessions import Session, Sessions, same
from autograder.serving.site import Bell, Site
from autograder.serving.students import StudentPages
from autograder.serving.uploads import Refused, read_form

__all__ = ["application", "make_site"]

log = logging.getLogger(__name__)

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""Of every answer that does not say otherwise."""
YEAR = "max-age=31536000"

SAID = {
    400: ("This could not be read", ["The request was not one that this server knows."]),
    401: (
        "Who are you?",
        ["Open the link that your instructor has sent to you, or the assignment on your learning platform."],
    ),
    403: ("Not from here", ["Open the page anew, and try again."]),
    404: ("There is no such page", ["Perhaps the address was cut off, or it is not yours to see."]),
    405: ("There is no such page", ["Perhaps the address was cut off, or it is not yours to see."]),
    409: ("Not yet", []),
    429: ("Too much at once", ["Close other windows of this site, and try again."]),
    500: ("Something went wrong here", ["It is in the log. What you have handed in is kept."]),
}


def make_site(
    course: Course,
    kernels: KernelPool,
    jobs: int,
    origins: Iterable[str],
    *,
    secure: bool,
    hub: Hub | None = None,
    lti: Lti | None = None,
) -> Site:
    """All that the pages are made of; its grader is not yet started."""
    attempts, identities, bell = Attempts(course), Identities(course), Bell()
    grader = Grader(course, attempts, kernels, jobs, bell.ring)
    sessions = Sessions(course, identities, secure=secure)
    site = Site(course, attempts, grader, identities, sessions, bell, frozenset(origins), hub, lti)
    site.passback = Passback(course, grader, lti, site.shown) if lti else None
    return site


def application(site: Site) -> ASGIApp:
    """The site; its grader runs as long as it does."""
    students = StudentPages(site)
    instructors = InstructorPages(site, students)
    front = _Front(site, students)
    launches = Launches(site, site.lti).routes() if site.lti else []

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        site.bell.hang()
        site.grader.start()
        if site.passback:
            site.passback.start()
        try:
            yield
        finally:
            if site.passback:
                await to_thread.run_sync(site.passback.stop)
            await to_thread.run_sync(site.grader.stop)

    starlette = Starlette(
        routes=[*front.routes(), *students.routes(), *instructors.routes(), *launches],
        lifespan=lifespan,
        exception_handlers={HTTPException: front.failed, CourseError: front.hindered, Exception: front.broken},
    )
    starlette.router.redirect_slashes = False
    return _Guard(starlette, site)


HUB_AT_A_TIME = 4
"""Sign-ins for which a JupyterHub may have to be waited for; all other pages have threads of their own meanwhile."""


class _Front:
    """Signing in and out, and what is said when something cannot be had."""

    def __init__(self, site: Site, students: StudentPages) -> None:
        self.site = site
        self.students = students
        self._hub_limiter = CapacityLimiter(HUB_AT_A_TIME)

    def routes(self) -> list[Route]:
        return [
            Route("/", self.home, methods=["GET"]),
            Route("/in/{token:str}", self.link, methods=["GET"]),
            Route("/in/{token:str}", self.sign_in, methods=["POST"]),
            Route("/out", self.sign_out, methods=["POST"]),
            Route("/hub", self.ask_hub, methods=["GET"]),
            Route(BACK, self.back_from_hub, methods=["GET"]),
            Route("/script.js", lambda _: script(), methods=["GET"]),
            Route("/health", lambda _: PlainTextResponse("ok"), methods=["GET"]),
            Route("/favicon.ico", lambda _: Response(status_code=204), methods=["GET"]),  # which browsers ask for
        ]

    def home(self, request: Request) -> Response:
        """Where somebody begins."""
        session = self.site.sessions.read(request)
        if session is None or session.person is None:
            if self.site.hub is not None:
                return RedirectResponse("/hub", 303)
            raise HTTPException(401)
        return RedirectResponse("/class", 303) if session.person.is_instructor else self.students.home(session)

    def link(self, request: Request) -> Response:
        """Ask before signing in: whoever only looks at a link, as mail programs do, is not signed in by it."""
        person = self.site.identities.of_token(request.path_params["token"])
        if person is None:
            raise HTTPException(404)
        session = self.site.sessions.read(request) or self.site.sessions.begin()
        frame = Frame(token=session.token, script=False, forms=False)
        answer = page("sign_in.html.j2", frame, name=person.name)
        if session.person is None:
            self.site.sessions.send(answer, session)
        return answer

    async def sign_in(self, request: Request) -> Response:
        """Begin a session, whatever was there before."""
        session = await to_thread.run_sync(self.site.sessions.read, request)
        person = await to_thread.run_sync(self.site.identities.of_token, request.path_params["token"])
        if person is None:
            raise HTTPException(404)
        if session is None:
            return self._refused(
                Refused("Your browser keeps no cookies: allow them for this site, and try again.", 403)
            )
        try:
            async with read_form(request, self.site.check(request, session)):
                answer = RedirectResponse("/", 303)
                self.site.sessions.send(answer, self.site.sessions.begin(person))
                return answer
        except Refused as error:
            return self._refused(error)

    def ask_hub(self, request: Request) -> Response:
        """Send a browser to the hub, and remember that it was this one."""
        if self.site.hub is None:
            raise HTTPException(404)
        session = self.site.sessions.begin()
        answer = RedirectResponse(self.site.hub.asks(self.site.origin(request), self._state(session)), 303)
        self.site.sessions.send(answer, session)
        return answer

    async def back_from_hub(self, request: Request) -> Response:
        """Sign in whom the hub has recognised, in the browser that was sent there, and in no other."""
        return await to_thread.run_sync(self._back_from_hub, request, limiter=self._hub_limiter)

    def _back_from_hub(self, request: Request) -> Response:
        hub, session = self.site.hub, self.site.sessions.read(request)
        if hub is None:
            raise HTTPException(404)
        if session is None or not same(self._state(session), request.query_params.get("state", "")):
            raise HTTPException(403)
        try:
            name = hub.name_of(request.query_params.get("code", ""), self.site.origin(request))
        except HubError as error:
            log.warning("JupyterHub could not be asked: %s.", error)
            return self._refused(Refused("JupyterHub did not say who you are. Try again in a while.", 502))
        person = hub.person(name, self.site.identities)
        if person is None:
            return self._refused(
                Refused(
                    f"JupyterHub knows you as {printable(name)}, who is not on the roster: ask your instructor.", 403
                )
            )
        answer = RedirectResponse("/", 303)
        self.site.sessions.send(answer, self.site.sessions.begin(person))
        return answer

    def _state(self, session: Session) -> str:
        """What only the browser of this session can bring back."""
        return self.site.sessions.token_for(session, "hub")

    async def sign_out(self, request: Request) -> Response:
        """End the session in this browser."""
        session = await to_thread.run_sync(self.site.sessions.read, request)
        if session is None:
            raise HTTPException(401)
        try:
            async with read_form(request, self.site.check(request, session)):
                answer = page(
                    "said.html.j2",
                    Frame(script=False),
                    heading="Signed out",
                    sentences=["Your link signs you in again, or the platform from which you came."],
                )
                self.site.sessions.end(answer)
                return answer
        except Refused as error:
            return self._refused(error)

    def _refused(self, error: Refused) -> Response:
        return page("said.html.j2", Frame(script=False), error.status, heading="Not done", sentences=[str(error)])

    def failed(self, _: Request, error: Exception) -> Response:
        """What is said in place of a page."""
        assert isinstance(error, HTTPException)
        heading, sentences = SAID.get(error.status_code, SAID[400])
        more = [error.detail] if error.status_code == 409 else []
        return page(
            "said.html.j2", Frame(script=False), error.status_code, heading=heading, sentences=[*sentences, *more]
        )

    def hindered(self, request: Request, error: Exception) -> Response:
        """What the instructor has to mend is said to the instructor alone."""
        log.error("%s", error)
        session = self.site.sessions.read(request)
        told = session is not None and session.person is not None and session.person.is_instructor
        heading, sentences = SAID[500]
        more = [str(error)] if told else []
        return page("said.html.j2", Frame(script=False), 503, heading=heading, sentences=[*sentences, *more])

    def broken(self, _: Request, __: Exception) -> Response:
        """What is said when we have stumbled ourselves."""
        heading, sentences = SAID[500]
        return page("said.html.j2", Frame(script=False), 500, heading=heading, sentences=sentences)


SECRET = re.compile(r"/in/[^\s/?\"']+")


def without_secrets(text: str) -> str:
    """A text for the log: an address of somebody's link without what is secret in it."""
    return SECRET.sub("/in/…", text)


class _Guard:
    """What holds for every request and answer, whichever page it is."""

    def __init__(self, app: ASGIApp, site: Site) -> None:
        self.app = app
        self.hosts = {urlsplit(origin).netloc.casefold() for origin in site.origins}
        secure = {"Strict-Transport-Security": YEAR} if site.sessions.secure else {}
        self.headers = [(name.lower().encode(), value.encode()) for name, value in {**HEADERS, **secure}.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":  # nothing here speaks in web sockets
            return
        host = next((value for name, value in scope["headers"] if name == b"host"), b"")
        if host.decode("latin-1").casefold() not in self.hosts:
            await PlainTextResponse("This server is not called that.", 421)(scope, receive, self._adding(send))
            return
        begun = False
        # What was refused may still be coming, and is not waited for.
        ends = scope["method"] == "POST"

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, self._adding(watched, ends=ends))
        except Exception:
            log.exception("%s %s went wrong.", scope["method"], without_secrets(scope["path"]))
            if not begun:  # the handler above has answered already
                await PlainTextResponse("Something went wrong here.", 500)(scope, receive, self._adding(send))

    def _adding(self, send: Send, *, ends: bool = False) -> Send:
        """``send``, with the headers of every answer; ``ends`` says that one which refuses ends the connection."""

        async def adding(message: Message) -> None:
            if message["type"] == "http.response.start":
                there = {name.lower() for name, _ in message["headers"]}
                more = [(name, value) for name, value in self.headers if name not in there]
                more += [(b"connection", b"close")] if ends and message["status"] >= 400 else []
                message = {**message, "headers": [*message["headers"], *more]}
            await send(message)

        return adding
