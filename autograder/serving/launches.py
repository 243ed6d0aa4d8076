"""Coming from a learning platform: the three addresses that it has to know."""

from __future__ import annotations

from urllib.parse import urlencode

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from autograder.intake.finding import printable
from autograder.serving.lti import BACK, SECONDS, Launch, Lti
from autograder.serving.pages import Frame, page
from autograder.serving.people import Person, Role
from autograder.serving.site import Site
from autograder.serving.uploads import Refused, read_posted

__all__ = ["Launches"]

FRAMES = ("iframe", "frame", "embed", "object", "fencedframe")
AT_A_TIME = 4
"""Launches that are looked into, for which the platform's keys may have to be waited for."""


class Launches:
    """What a platform sends browsers to."""

    def __init__(self, site: Site, lti: Lti) -> None:
        self.site, self.lti = site, lti
        self.cookie = "__Host-atelier-lti" if site.sessions.secure else "atelier-lti"
        self._limiter = CapacityLimiter(AT_A_TIME)

    def routes(self) -> list[Route]:
        """The addresses."""
        return [
            Route("/lti/login", self.login, methods=["GET", "POST"]),
            Route(BACK, self.launch, methods=["POST"]),
            Route("/lti/keys", lambda _: JSONResponse(self.lti.key_set), methods=["GET"]),
        ]

    async def login(self, request: Request) -> Response:
        """Send a browser back to the platform, and remember that it was this one."""
        try:
            fields = await read_posted(request) if request.method == "POST" else dict(request.query_params)
            asked = self.lti.ask()
            address = self.lti.asks(asked, fields, self.site.origin(request))
        except Refused as error:
            return _refused(error)
        if request.headers.get("sec-fetch-dest") in FRAMES:
            return _framed(fields)
        answer = RedirectResponse(address, 303)
        self._keep(answer, asked.kept, SECONDS)
        return answer

    async def launch(self, request: Request) -> Response:
        """Sign in whom the platform has sent, in the browser that had been here before, and in no other."""
        try:
            fields = await read_posted(request)
            kept = request.cookies.get(self.cookie, "")
            launch = await to_thread.run_sync(
                lambda: self.lti.launched(fields, kept, self.site.origins), limiter=self._limiter
            )
            answer = await to_thread.run_sync(self._signed_in, launch)
        except Refused as error:
            answer = _refused(error)
        self._keep(answer, "", 0)
        return answer

    def _signed_in(self, launch: Launch) -> Response:
        person, name = self._person(launch), launch.assignment
        if name and name not in self.site.course.assignments():
            raise Refused(f"There is no assignment `{printable(name)}` here: ask your instructor.", 404)
        if name and launch.line_item and not person.is_instructor and self.site.passback is not None:
            self.site.passback.remember(name, person.id, launch.line_item, launch.user)
        where = f"/class/{name}" if person.is_instructor else f"/a/{name}"
        answer = RedirectResponse(where if name else "/", 303)
        self.site.sessions.send(answer, self.site.sessions.begin(person))
        return answer

    def _person(self, launch: Launch) -> Person:
        """Whom the platform means: of a student the very id on the roster."""
        if not launch.is_instructor and not launch.student:
            raise Refused("Your learning platform does not say who you are: ask your instructor.", 403)
        whose = (Role.INSTRUCTOR, "") if launch.is_instructor else (Role.STUDENT, launch.student)
        found = next((each for each in self.site.identities.everybody() if (each.role, each.id) == whose), None)
        if found is None:
            raise Refused(
                f"Your learning platform knows you as {printable(launch.student)}, who is not on the roster: ask your "
                "instructor.",
                403,
            )
        return found

    def _keep(self, answer: Response, kept: str, seconds: int) -> None:
        """Have the browser keep something until it comes back, by a form of the platform's, so from another site."""
        answer.set_cookie(
            self.cookie,
            kept,
            max_age=seconds,
            path="/",
            secure=self.site.sessions.secure,
            httponly=True,
            # Browsers take `none` by TLS only; without it, on one's own machine, they still let a fresh one pass.
            samesite="none" if self.site.sessions.secure else None,
        )


def _refused(error: Refused) -> Response:
    return page("said.html.j2", Frame(script=False), error.status, heading="Not done", sentences=[str(error)])


def _framed(fields: dict[str, str]) -> Response:
    """All that is shown inside another page: a link out of it. It tells nobody anything, and signs nobody in."""
    answer = page("framed.html.j2", Frame(script=False), address=f"/lti/login?{urlencode(fields)}")
    policy = answer.headers["content-security-policy"]
    answer.headers["content-security-policy"] = policy.replace("frame-ancestors 'none'", "frame-ancestors *")
    return answer
