"""The students' pages: sign in, hand in, wait, read."""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePosixPath, PureWindowsPath
from time import monotonic
from typing import IO, Any

import nbformat
from anyio import to_thread
from msgspec.structs import replace
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from autograder.course import Assignment
from autograder.gradebook.results import StudentResult
from autograder.intake.finding import printable
from autograder.reports.feedback_page import feedback_values
from autograder.serving.admission import admitted_notebook
from autograder.serving.attempts import Attempt, NoMore, counting
from autograder.serving.choices import Choices, Counts, Shown, choices, closed
from autograder.serving.pages import Frame, attachment, only_text, page
from autograder.serving.people import Person
from autograder.serving.sessions import Session
from autograder.serving.site import Site
from autograder.serving.uploads import Refused, drain, read_form

__all__ = ["Line", "StudentPages", "as_shown", "feedback"]

HOME = ("/", "Assignments")
NOTEBOOK = "application/x-ipynb+json"
SLOW = 408
REFUSALS = 20
"""Files an hour that are looked into and not taken: looking costs, and nobody errs so often."""


@dataclass(frozen=True)
class Line:
    """One attempt in a history."""

    number: int
    at: str
    late: bool
    state: str
    counts: bool
    file: str
    address: str


def as_shown(result: StudentResult, shown: Shown) -> StudentResult:
    """A result with what a student may see of it before the due date."""
    if shown is Shown.EVERYTHING:
        return result
    items = tuple(replace(item, criteria=(), comment="") for item in result.items) if shown is Shown.POINTS else ()
    points = result.points if shown is Shown.POINTS else 0.0
    penalty = result.late_penalty if shown is Shown.POINTS else 0.0
    return replace(result, items=items, points=points, late_penalty=penalty, events=(), attention=())


def feedback(
    site: Site, frame: Frame, assignment: Assignment, attempt: Attempt, shown: Shown, sentences: tuple[str, ...] = ()
) -> Response:
    """The feedback on a graded attempt: as the gradebook has it if it is recorded, else as it was graded."""
    result = site.grader.recorded(attempt) or attempt.result
    if result is None:
        raise HTTPException(404)
    values = feedback_values(
        as_shown(result, shown), nbformat.read(attempt.graded, as_version=4), title=assignment.title
    )
    more = {
        "number": attempt.number,
        "at": site.moment(attempt.at),
        "sentences": sentences,
        "has_points": shown in (Shown.POINTS, Shown.EVERYTHING),
    }
    return only_text("attempt_feedback.html.j2", frame, {**values, **more})


class StudentPages:
    """What students ask for."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._refused: dict[str, deque[float]] = {}

    def routes(self) -> list[Route]:
        """The addresses."""
        attempt = "/a/{id:str}/{number:number}"
        return [
            Route("/a/{id:str}", self.assignment, methods=["GET"]),
            Route("/a/{id:str}", self.hand_in, methods=["POST"]),
            Route(attempt, self.attempt, methods=["GET"]),
            Route(f"{attempt}/events", self.events, methods=["GET"]),
            Route(f"{attempt}/notebook", self.notebook, methods=["GET"]),
            Route("/in/{token:str}/{id:str}", self.hand_in_by_link, methods=["POST"]),
            Route("/in/{token:str}/{id:str}/{number:number}", self.attempt_by_link, methods=["GET"]),
        ]

    def home(self, session: Session) -> Response:
        """All assignments."""
        assert session.person is not None
        student = session.person.id
        known = []
        for name in self.site.course.assignments():
            assignment = self.site.course.assignment(name)
            if not assignment.release_path.is_file():
                continue
            own = self.site.attempts.of(name, student)
            due = self.site.grader.due(name, student).own
            known.append(
                {
                    "name": name,
                    "title": assignment.title,
                    "address": f"/a/{name}",
                    "due": due and self.site.moment(due),
                    "closed": closed(self.site.course, name),
                    "state": self._short(own[-1], self.site.shown(name, student)) if own else "Nothing handed in yet.",
                }
            )
        return page("assignments.html.j2", Frame.of(session), assignments=known)

    def _short(self, attempt: Attempt, shown: Shown) -> str:
        return f"Attempt {attempt.number}: {self._state(attempt, shown)}"

    def _state(self, attempt: Attempt, shown: Shown) -> str:
        """An attempt in a few words, which tell no more than may be seen of it."""
        if shown is Shown.NOTHING:
            return "handed in"
        if waits := self.site.state(attempt):
            return waits
        result = attempt.result
        if result is None or result.reason:
            return "could not be graded"
        if shown is Shown.CHECKS:
            return "the checks have run"
        waiting = f", {len(result.waiting)} by hand" if result.waiting else ""
        return f"{result.points:g} of {result.max_points:g} points{waiting}"

    def assignment(self, request: Request) -> Response:
        """The form, and what was handed in before."""
        session, _ = self.site.student(request)
        return self._assignment(session, self.site.assignment(request))

    def _assignment(self, session: Session, assignment: Assignment, said: str = "", status: int = 200) -> Response:
        assert session.person is not None
        name, student = assignment.name, session.person.id
        chosen, due = choices(self.site.course, name), self.site.grader.due(name, student)
        attempts = self.site.attempts.of(name, student)
        over = due.is_over(datetime.now(UTC))
        return page(
            "assignment.html.j2",
            Frame.of(session, HOME, said=said),
            status,
            name=name,
            title=assignment.title,
            due=due.own and self.site.moment(due.own),
            extended=due.own != due.everybody,
            over=over,
            promise=PROMISES[Shown.EVERYTHING if over else chosen.before_due],
            rule=RULES[chosen.counts],
            choices=chosen,
            closed=closed(self.site.course, name),
            left=chosen.attempts - len(attempts),
            attempts=self.history(name, student, f"/a/{name}"),
        )

    def history(self, name: str, student: str, address: str, shown: Shown | None = None) -> list[Line]:
        """A student's attempts, the last first. ``shown`` is for the instructor, who sees all."""
        attempts = self.site.attempts.of(name, student)
        choice, due = choices(self.site.course, name).counts, self.site.grader.due(name, student)
        seen = shown or self.site.shown(name, student)
        counts = counting(attempts, choice, due.own)
        if choice is Counts.BEST and seen in (Shown.NOTHING, Shown.CHECKS):
            counts = None  # which one is the best tells what they have earned
        return [
            Line(
                number=each.number,
                at=self.site.moment(each.at),
                late=due.is_over(each.at),
                state=self._state(each, seen),
                counts=each is counts,
                file=each.name,
                address=f"{address}/{each.number}",
            )
            for each in reversed(attempts)
        ]

    async def hand_in(self, request: Request) -> Response:
        """Take a file."""
        session, person = await to_thread.run_sync(self.site.student, request)
        assignment = await to_thread.run_sync(self.site.assignment, request)
        try:
            attempt = await self._taken(request, self.site.check(request, session), person.id, assignment)
        except Refused as error:
            refused = error
            if refused.status != SLOW:
                await drain(request)
            return await to_thread.run_sync(lambda: self._assignment(session, assignment, str(refused), refused.status))
        return RedirectResponse(f"/a/{assignment.name}/{attempt.number}", 303)

    async def hand_in_by_link(self, request: Request) -> Response:
        """Take a file from a notebook's own cell, which has somebody's link and no session."""
        person = await to_thread.run_sync(self.site.student_of_link, request)
        assignment = await to_thread.run_sync(self.site.assignment, request)
        try:
            attempt = await self._taken(request, lambda _: None, person.id, assignment)
        except Refused as error:
            if error.status != SLOW:
                await drain(request)
            return JSONResponse({"refused": str(error)}, error.status)
        return JSONResponse(await to_thread.run_sync(self._in_brief, attempt))

    def attempt_by_link(self, request: Request) -> Response:
        """What has become of it."""
        person = self.site.student_of_link(request)
        self.site.assignment(request)
        return JSONResponse(self._in_brief(self.site.attempt(request, person.id)))

    def _in_brief(self, attempt: Attempt) -> dict[str, Any]:
        shown = self.site.shown(attempt.assignment, attempt.student)
        done = shown is Shown.NOTHING or not self.site.state(attempt)
        state = PROMISES[Shown.NOTHING] if shown is Shown.NOTHING else self._state(attempt, shown)
        page = f"/a/{attempt.assignment}/{attempt.number}"
        return {"attempt": attempt.number, "state": state, "done": done, "page": page}

    async def _taken(
        self, request: Request, check: Callable[[dict[str, str]], None], student: str, assignment: Assignment
    ) -> Attempt:
        chosen = choices(self.site.course, assignment.name)
        if closed(self.site.course, assignment.name):
            raise Refused("This assignment is closed: nothing can be handed in.", 403)
        with self._one_at_a_time(student):
            async with read_form(request, check, chosen.max_bytes, self.site.attempts.drafts) as form:
                if form.file is None or not form.size:
                    raise Refused("Choose a file first: the notebook, which is not empty.", 422)
                file, name = form.file, _shown_name(form.file_name)
                return await to_thread.run_sync(
                    lambda: self._take(assignment, student, file, name, chosen), limiter=self.site.reading
                )

    @contextlib.contextmanager
    def _one_at_a_time(self, student: str) -> Iterator[None]:
        if student in self.site.uploading:
            raise Refused("Another file of yours is still coming: wait for its end.", 429)
        hour_ago = monotonic() - 3600
        refused = self._refused.setdefault(student, deque())
        while refused and refused[0] < hour_ago:
            refused.popleft()
        if len(refused) >= REFUSALS:
            raise Refused("Too many files were not taken within an hour. Ask your instructor what is wrong.", 429)
        self.site.uploading.add(student)
        try:
            yield
        except Refused:
            refused.append(monotonic())
            raise
        finally:
            self.site.uploading.discard(student)

    def _take(self, assignment: Assignment, student: str, file: IO[bytes], name: str, chosen: Choices) -> Attempt:
        file.seek(0)
        with self.site.attempts.draft() as draft:
            notebook = admitted_notebook(assignment, file.read(), draft)
        try:
            attempt = self.site.attempts.hand_in(
                assignment, student, notebook, name, an_hour=chosen.attempts_an_hour, most=chosen.attempts
            )
        except NoMore as error:
            raise Refused(str(error), 429) from error
        self.site.grader.wake()
        self.site.bell.ring()
        return attempt

    async def attempt(self, request: Request) -> Response:
        """What is being done with an attempt, and then what came of it."""
        session, person = await to_thread.run_sync(self.site.student, request)
        return await self.site.in_turn(request, person, lambda: self._attempt(request, session, person))

    def _attempt(self, request: Request, session: Session, person: Person) -> Response:
        assignment, attempt = self.site.assignment(request), self.site.attempt(request, person.id)
        shown = self.site.shown(assignment.name, person.id)
        back = (f"/a/{assignment.name}", assignment.title)
        state = "" if shown is Shown.NOTHING else self.site.state(attempt)
        if shown is not Shown.NOTHING and not state:
            return feedback(
                self.site, Frame.of(session, HOME, back, forms=False), assignment, attempt, shown, SEEN[shown]
            )
        return page(
            "attempt.html.j2",
            Frame.of(session, HOME, back),
            attempt=attempt,
            at=self.site.moment(attempt.at),
            state=state or PROMISES[Shown.NOTHING],
            reload=shown is not Shown.NOTHING,
            events=f"/a/{assignment.name}/{attempt.number}/events",
        )

    def events(self, request: Request) -> Response:
        """The same, as it changes."""
        _, person = self.site.student(request)
        assignment, attempt = self.site.assignment(request), self.site.attempt(request, person.id)

        def say() -> dict[str, Any]:
            if self.site.shown(assignment.name, person.id) is Shown.NOTHING:
                return {"state": PROMISES[Shown.NOTHING]}
            state = self.site.state(attempt)
            return {"state": state, "done": not state}

        return self.site.stream(request, person, say)

    def notebook(self, request: Request) -> Response:
        """The file as it was handed in."""
        _, person = self.site.student(request)
        assignment, attempt = self.site.assignment(request), self.site.attempt(request, person.id)
        return attachment(attempt.notebook, f"{assignment.name}-{attempt.number}.ipynb", NOTEBOOK)


PROMISES = {
    Shown.NOTHING: "Feedback comes after the due date.",
    Shown.CHECKS: "Until then you see what the notebook's own checks say; points come after it.",
    Shown.POINTS: "Until then you see the points of each item; reasons and hints come after it.",
    Shown.EVERYTHING: "You see at once what each attempt earns, and why.",
}
SEEN = {
    Shown.NOTHING: (),
    Shown.CHECKS: ("Below is what your cells and checks printed; points come after the due date.",),
    Shown.POINTS: ("Reasons and hints come after the due date.",),
    Shown.EVERYTHING: (),
}
RULES = {
    Counts.LAST: "The last attempt counts.",
    Counts.BEST: "The best attempt in time counts, by the points of its tests.",
}


def _shown_name(name: str) -> str:
    """A file's own name, as it is shown; a browser may send a path."""
    return printable(PureWindowsPath(PurePosixPath(name).name).name) or "notebook"
