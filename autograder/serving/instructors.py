"""The instructors' pages: the class as it works, and what is done about it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from typing import Any

from anyio import to_thread
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from autograder.course import Assignment, CourseError
from autograder.gradebook.collect import autograded_notebook
from autograder.gradebook.extensions import Extension, extend
from autograder.gradebook.results import ClassResults, ResultsError, StudentResult
from autograder.gradebook.roster import load_roster
from autograder.platforms.grades_out import Platform, fill, table
from autograder.platforms.sheets import read_sheet, write_sheet
from autograder.reports.feedback_page import feedback_values
from autograder.reports.report import report_values
from autograder.serving.attempts import Again
from autograder.serving.choices import Shown, close, closed, time_zone
from autograder.serving.pages import Frame, attachment, only_text, page
from autograder.serving.people import Role
from autograder.serving.sessions import Session
from autograder.serving.site import Site
from autograder.serving.students import StudentPages, feedback
from autograder.serving.uploads import Form, Refused, read_form

__all__ = ["InstructorPages"]

MAX_SHEET = 8 * 2**20
HOME = ("/class", "The class")


class InstructorPages:
    """What instructors ask for."""

    def __init__(self, site: Site, students: StudentPages) -> None:
        self.site = site
        self.students = students

    def routes(self) -> list[Route]:
        """The addresses."""
        one, student = "/class/{id:str}", "/class/{id:str}/of/{student:str}"
        return [
            Route("/class", self.home, methods=["GET"]),
            Route(one, self.assignment, methods=["GET"]),
            Route(f"{one}/events", self.events, methods=["GET"]),
            Route(f"{one}/grades.csv", self.grades, methods=["GET"]),
            Route(f"{one}/items.csv", self.items, methods=["GET"]),
            Route(f"{one}/close", self.close_or_open, methods=["POST"]),
            Route(f"{one}/platform", self.platform, methods=["POST"]),
            Route(student, self.student, methods=["GET"]),
            Route(f"{student}/recorded", self.recorded, methods=["GET"]),
            Route(f"{student}/{{number:number}}", self.attempt, methods=["GET"]),
            Route(f"{student}/extension", self.extension, methods=["POST"]),
            Route(f"{student}/again", self.again, methods=["POST"]),
        ]

    def home(self, request: Request) -> Response:
        """All assignments."""
        session = self.site.instructor(request)
        known = []
        for name in self.site.course.assignments():
            assignment = self.site.course.assignment(name)
            if not assignment.release_path.is_file():
                continue
            lesson, due = self.site.grader.lesson(name), self.site.grader.due(name, "").everybody
            came = sum(each.has_come for each in lesson.results.values()) if lesson else 0
            known.append(
                {
                    "name": name,
                    "title": assignment.title,
                    "due": due and self.site.moment(due),
                    "closed": closed(self.site.course, name),
                    "state": self.site.grader.troubles.get(name)
                    or (f"{came} graded" if lesson and lesson.is_ready else "The grader is warming up."),
                }
            )
        enrolled = [each for each in self.site.identities.everybody() if each.role is Role.STUDENT]
        sentences = [] if enrolled else ["Nobody is enrolled yet: `atelier roster FILE` takes in a list of students."]
        return page("courses.html.j2", Frame.of(session), assignments=known, sentences=sentences)

    # One assignment --------------------------------------------------------------------------------------------------

    def assignment(self, request: Request) -> Response:
        """The class on one page."""
        session = self.site.instructor(request)
        return self._assignment(session, self.site.assignment(request))

    def _assignment(self, session: Session, assignment: Assignment, said: str = "", status: int = 200) -> Response:
        name = assignment.name
        results = self._results(assignment)
        links = {each.student: f"/class/{name}/of/{each.student}" for each in results.students}
        queue = [
            {"student": each.student, "number": each.number, "state": self.site.state(each)}
            for each in self.site.attempts.waiting()
            if each.assignment == name
        ]
        begun = {each.student for each in results.students if each.has_come} | set(self.site.attempts.students(name))
        enrolled = {each.id for each in self.site.identities.everybody() if each.role is Role.STUDENT}
        return page(
            "class.html.j2",
            Frame.of(session, HOME, said=said),
            status,
            name=name,
            closed=closed(self.site.course, name),
            platforms=list(Platform),
            queue=queue,
            idle=sorted((enrolled | set(links)) - begun),
            troubles=self._troubles(name),
            **report_values(results, links),
        )

    def _troubles(self, name: str) -> list[str]:
        """What keeps the grader, or points from the learning platform."""
        passback = self.site.passback
        return [each for each in (self.site.grader.troubles.get(name), passback and passback.trouble(name)) if each]

    def _results(self, assignment: Assignment) -> ClassResults:
        """The class as it was last looked at, which costs nothing."""
        lesson = self.site.grader.lesson(assignment.name)
        if lesson is not None:
            return lesson.snapshot()
        now = datetime.now(UTC).isoformat(timespec="seconds")
        return ClassResults(assignment.name, assignment.title, now, sum(assignment.tests.values()))

    def events(self, request: Request) -> Response:
        """Rings whenever the class's page has changed."""
        session = self.site.instructor(request)
        self.site.assignment(request)
        assert session.person is not None
        ticks = count()

        def say() -> dict[str, Any]:
            tick = next(ticks)
            return {"changed": tick > 0, "tick": tick}

        return self.site.stream(request, session.person, say)

    def grades(self, request: Request) -> Response:
        """The table of grades."""
        self.site.instructor(request)
        name = self.site.assignment(request).name
        self._fresh(name)
        content = (self.site.course.output / "grades" / f"{name}.csv").read_bytes()
        return attachment(content, f"{name}.csv", "text/csv; charset=utf-8")

    def items(self, request: Request) -> Response:
        """The table with a column for each item."""
        self.site.instructor(request)
        name = self.site.assignment(request).name
        content = table(self._fresh(name), load_roster(self.site.course), items=True).encode("utf-8-sig")
        return attachment(content, f"{name}-items.csv", "text/csv; charset=utf-8")

    def _fresh(self, name: str) -> ClassResults:
        try:
            return self.site.grader.fresh_results(name)
        except (CourseError, ResultsError) as error:
            raise HTTPException(409, str(error)) from error

    async def close_or_open(self, request: Request) -> Response:
        """Close an assignment, or open it again."""

        def work(assignment: Assignment, form: Form) -> Response:
            close(self.site.course, assignment.name, is_closed=form.fields.get("closed") == "yes")
            return RedirectResponse(f"/class/{assignment.name}", 303)

        return await self._form(request, work)

    async def platform(self, request: Request) -> Response:
        """Fill the points into a platform's file."""

        def work(assignment: Assignment, form: Form) -> Response:
            platform = form.fields.get("platform", "")
            if form.file is None or not form.size or platform not in list(Platform):
                raise Refused("Choose whose file it is, and the file.", 422)
            form.file.seek(0)
            sheet = read_sheet(form.file.read(), form.file_name)
            results = self._fresh(assignment.name)
            column = form.fields.get("column", "").strip()
            filled = fill(sheet, Platform(platform), results, load_roster(self.site.course), column)
            ending = "xls" if form.file_name.casefold().endswith(".xls") else "csv"
            kind = "application/octet-stream"
            return attachment(write_sheet(filled.sheet), f"{assignment.name}-{platform}.{ending}", kind)

        return await self._form(request, work, MAX_SHEET)

    async def _form(
        self, request: Request, work: Callable[[Assignment, Form], Response], max_file: int = 0
    ) -> Response:
        """Read an instructor's form, and do what it says; what cannot be done is said on the class's page."""
        session = await to_thread.run_sync(self.site.instructor, request)
        assignment = await to_thread.run_sync(self.site.assignment, request)
        try:
            check = self.site.check(request, session)
            async with read_form(request, check, max_file, self.site.attempts.drafts) as form:
                return await to_thread.run_sync(work, assignment, form)
        except Refused as error:
            said, status = str(error), error.status
        except (CourseError, ResultsError) as error:
            said, status = str(error), 422
        return await to_thread.run_sync(lambda: self._assignment(session, assignment, said, status))

    # One student -----------------------------------------------------------------------------------------------------

    def _known(self, request: Request) -> tuple[str, str]:
        """The id and the name of a student of whom anything is known."""
        student = request.path_params["student"]
        for person in self.site.identities.everybody():
            if person.role is Role.STUDENT and person.id == student:
                return student, person.name
        lesson = self.site.grader.lesson(request.path_params["id"])
        if lesson and student in lesson.results:
            return student, student
        raise HTTPException(404)

    def student(self, request: Request) -> Response:
        """One student's attempts, and what can be done for them."""
        session = self.site.instructor(request)
        assignment = self.site.assignment(request)
        student, shown = self._known(request)
        name = assignment.name
        due, result = self.site.grader.due(name, student).own, self._result(name, student)
        return page(
            "student.html.j2",
            Frame.of(session, HOME, (f"/class/{name}", assignment.title)),
            name=name,
            student=student,
            shown=shown,
            state=f"{result.score:g} of {result.max_points:g} points" if result else "nothing graded",
            recorded=result is not None,
            due=due and self.site.moment(due),
            zone=str(time_zone(self.site.course)),
            items=[*assignment.tests, *assignment.questions],
            attempts=self.students.history(name, student, f"/class/{name}/of/{student}", Shown.EVERYTHING),
        )

    def _result(self, name: str, student: str) -> StudentResult | None:
        lesson = self.site.grader.lesson(name)
        found = lesson.results.get(student) if lesson else None
        return found if found and found.has_come else None

    async def attempt(self, request: Request) -> Response:
        """The feedback on any attempt."""
        session = await to_thread.run_sync(self.site.instructor, request)
        assert session.person is not None
        return await self.site.in_turn(request, session.person, lambda: self._attempt(request, session))

    def _attempt(self, request: Request, session: Session) -> Response:
        assignment = self.site.assignment(request)
        student, _ = self._known(request)
        attempt = self.site.attempt(request, student)
        back = (f"/class/{assignment.name}/of/{student}", student)
        frame = Frame.of(session, HOME, back, forms=False)
        if state := self.site.state(attempt):
            sentences = [state, "Come back when it has been graded."]
            return page("said.html.j2", replace(frame, script=False), heading="Not graded yet", sentences=sentences)
        return feedback(self.site, frame, assignment, attempt, Shown.EVERYTHING)

    async def recorded(self, request: Request) -> Response:
        """What the gradebook holds, however it was handed in."""
        session = await to_thread.run_sync(self.site.instructor, request)
        assert session.person is not None
        return await self.site.in_turn(request, session.person, lambda: self._recorded(request, session))

    def _recorded(self, request: Request, session: Session) -> Response:
        assignment = self.site.assignment(request)
        student, _ = self._known(request)
        lesson, result = self.site.grader.lesson(assignment.name), self._result(assignment.name, student)
        if lesson is None or result is None:
            raise HTTPException(404)
        notebook = autograded_notebook(lesson.recorder, student)
        back = (f"/class/{assignment.name}/of/{student}", student)
        frame = Frame.of(session, HOME, back, forms=False)
        return only_text("feedback_recorded.html.j2", frame, feedback_values(result, notebook, title=assignment.title))

    async def extension(self, request: Request) -> Response:
        """Give a student more time."""

        def work(assignment: Assignment, form: Form) -> Response:
            student, _ = self._known(request)
            granted = _extension(form.fields, self.site)
            with self.site.grader.gradebook:
                extend(self.site.course, assignment.name, student, granted)
            self.site.grader.granted(assignment.name, student)
            return RedirectResponse(f"/class/{assignment.name}/of/{student}", 303)

        return await self._form(request, work)

    async def again(self, request: Request) -> Response:
        """Have an attempt run anew."""

        def work(assignment: Assignment, form: Form) -> Response:
            student, _ = self._known(request)
            number, why, item = (
                form.fields.get("number", ""),
                form.fields.get("why", "").strip(),
                form.fields.get("item"),
            )
            attempt = self.site.attempts.find(
                assignment.name, student, int(number) if re.fullmatch(r"[0-9]{1,4}", number) else 0
            )
            if attempt is None or not why or (item and item not in {*assignment.tests, *assignment.questions}):
                raise Refused("Say which attempt is to run again, and why.", 422)
            result = attempt.result
            if result is None or attempt.is_waiting:
                raise Refused("This attempt is in the queue already.", 409)
            before = {each.name: each.points for each in result.items}
            self.site.attempts.ask_again(attempt, Again(why, item or "", before))
            self.site.grader.wake()
            return RedirectResponse(f"/class/{assignment.name}/of/{student}", 303)

        return await self._form(request, work)


def _extension(fields: dict[str, str], site: Site) -> Extension:
    """What a form grants: days, or a moment in the course's time zone."""
    days, until = fields.get("days", "").strip(), fields.get("until", "").strip()
    try:
        if bool(days) == bool(until):
            raise ValueError
        if until:
            local = datetime.fromisoformat(until).replace(tzinfo=time_zone(site.course))
            return Extension(until=local.astimezone(UTC).replace(tzinfo=None))
        if not 0 <= float(days) <= 3650:
            raise ValueError
        return Extension(days=float(days))
    except (ValueError, OverflowError) as error:
        raise Refused("Give either a number of days or a moment.", 422) from error
