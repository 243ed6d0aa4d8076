"""Points to the learning platform: by *Assignment and Grade Services 2.0*, in a thread of its own.

Beside a student's attempts lies ``platform.json``: where the platform wants their points, and which it was told last.
Whatever else the gradebook says by now is still to be sent. So the difference between the two is the queue, it is on
the disk, and what is sent once more does no harm.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from autograder.course import Course, CourseError
from autograder.files import write_atomically
from autograder.gradebook.results import StudentResult
from autograder.serving.choices import Shown
from autograder.serving.elsewhere import Unanswered, fetch
from autograder.serving.grader import Grader
from autograder.serving.lti import Lti

__all__ = ["Passback", "Place", "Score"]

log = logging.getLogger(__name__)

EVERY = 2.0
"""Seconds between two looks at what is to be sent."""
FIRST, LONGEST = 10.0, 900.0
"""Seconds until it is tried again, at first and at most; each time it is twice as long."""
LATER = 30.0
"""Seconds after which it is looked again whether points may be seen by now."""
KIND = "application/vnd.ims.lis.v1.score+json"
FILE = "platform.json"
TOO_MANY = 429


class Score(Struct, frozen=True):
    """What the platform is told; ``waits`` for a grade by hand."""

    given: float
    most: float
    waits: bool = False

    @classmethod
    def of(cls, result: StudentResult) -> Score:
        """By what the gradebook says."""
        return cls(result.score, result.max_points, result.needs_manual_grading)


class Place(Struct, frozen=True):
    """Where a student's points of an assignment go, as whose, and which were sent last."""

    line_item: str
    user: str
    sent: Score | None = None


class _Wait:
    """How long not to try: twice as long after each failure."""

    def __init__(self) -> None:
        self.until, self._next = 0.0, FIRST

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self.until

    def longer(self) -> None:
        self.until = time.monotonic() + self._next
        self._next = min(2 * self._next, LONGEST)


class Passback:
    """Sends what the gradebook says wherever the platform has been told something else.

    Args:
        course: whose.
        grader: knows what everybody has earned.
        lti: knows the platform.
        shown: what a student may see of an assignment now; points that they may not see are not sent yet.
    """

    def __init__(self, course: Course, grader: Grader, lti: Lti, shown: Callable[[str, str], Shown]) -> None:
        self.folder = course.output / "serving" / "attempts"
        self.grader, self.lti, self.shown = grader, lti, shown
        self.troubles: dict[tuple[str, str], str] = {}
        """Why a student's points could not be sent."""
        self._places = {
            (path.parents[1].name, path.parent.name): place
            for path in sorted(self.folder.glob(f"*/*/{FILE}"))
            if (place := _read(path)) is not None
        }
        self._lock = threading.Lock()
        self._seen: object = None
        self._later: dict[tuple[str, str], float] = {}
        self._waits: dict[tuple[str, str], _Wait] = {}
        self._pause = _Wait()
        self._token, self._token_until = "", 0.0
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True, name="passback")

    def start(self) -> None:
        """Begin, with what is left from last time."""
        self._thread.start()

    def stop(self) -> None:
        """End; what is being sent is sent again after the next start."""
        self._ending.set()
        self._thread.join(timeout=1)

    def remember(self, assignment: str, student: str, line_item: str, user: str) -> None:
        """A student has come from the platform, which wants the points of this ``assignment`` at ``line_item``."""
        with self._lock:
            before = self._places.get((assignment, student))
            if before is None or (before.line_item, before.user) != (line_item, user):
                self._keep(assignment, student, Place(line_item, user))

    def trouble(self, assignment: str) -> str:
        """A sentence for the instructor on points that could not be sent; empty if there are none."""
        found = [why for (name, _), why in list(self.troubles.items()) if name == assignment]
        if not found:
            return ""
        return f"The learning platform does not have all points yet; it is tried again. The last request {found[-1]}."

    def _keep(self, assignment: str, student: str, place: Place) -> None:
        write_atomically(self.folder / assignment / student / FILE, msgspec.json.encode(place).decode())
        self._places[assignment, student] = place

    # The thread ------------------------------------------------------------------------------------------------------

    def _work(self) -> None:
        while not self._ending.wait(EVERY):
            try:
                self._round()
            except CourseError as error:
                log.warning("Points could not be sent: %s", error)
                self._pause.longer()
            except Exception:  # whatever it is, the next round may go well
                log.exception("Points could not be sent.")
                self._pause.longer()

    def _round(self) -> None:
        """Send all that can be sent now."""
        version = self.grader.version()
        if version != self._seen:  # somebody may have graded by hand
            self._seen = version
            for assignment in {name for name, _ in list(self._places)}:
                self.grader.look_again(assignment)
        # Who has failed comes last, so that one line item at which the platform stumbles holds up nobody else.
        for (assignment, student), place in sorted(self._places.items(), key=lambda each: each[0] in self.troubles):
            if self._ending.is_set() or not self._pause.is_over:
                return
            score = self._to_send(assignment, student, place)
            if score is not None:
                self._try(assignment, student, place, score)

    def _to_send(self, assignment: str, student: str, place: Place) -> Score | None:
        """What the platform is to be told now, if that is something else than it was told last."""
        lesson = self.grader.lesson(assignment)
        result = lesson.results.get(student) if lesson else None
        if result is None or not result.has_come or not result.max_points or Score.of(result) == place.sent:
            return None
        whose, now = (assignment, student), time.monotonic()
        wait = self._waits.get(whose)
        if now < self._later.get(whose, 0.0) or (wait and not wait.is_over):
            return None
        if self.shown(assignment, student) not in (Shown.POINTS, Shown.EVERYTHING):
            self._later[whose] = now + LATER
            return None
        return Score.of(result)

    def _try(self, assignment: str, student: str, place: Place, score: Score) -> None:
        whose = assignment, student
        try:
            self._send(place, score)
        except Unanswered as error:
            # What is refused, such as points for a line item that was deleted, may be this student's trouble alone.
            is_own = 400 <= error.status < 500 and error.status != TOO_MANY
            wait = self._waits.setdefault(whose, _Wait()) if is_own else self._pause
            wait.longer()
            if self.troubles.get(whose) != str(error):
                log.warning("The request to take points of %s %s.", assignment, error)
            self.troubles[whose] = str(error)
            return
        self.troubles.pop(whose, None)
        self._waits.pop(whose, None)
        self._pause = _Wait()
        with self._lock:
            if self._places[whose] == place:  # else they have come anew meanwhile, from another link
                self._keep(assignment, student, replace(place, sent=score))

    def _send(self, place: Place, score: Score) -> None:
        said = {
            "userId": place.user,
            "scoreGiven": score.given,
            "scoreMaximum": score.most,
            "activityProgress": "Completed",
            "gradingProgress": "PendingManual" if score.waits else "FullyGraded",
            "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds"),
        }
        headers = {"Authorization": f"Bearer {self._access()}", "Content-Type": KIND}
        try:
            fetch(_scores_of(place.line_item), msgspec.json.encode(said), headers)
        except Unanswered as error:
            if error.status == 401:
                self._token_until = 0.0
            raise

    def _access(self) -> str:
        """A token of the platform, which is good for many scores."""
        if time.monotonic() >= self._token_until:
            try:
                self._token, seconds = self.lti.access()
            except Unanswered as error:  # whatever its status, it is nobody's in particular
                raise Unanswered(f"for a token {error}") from error
            self._token_until = time.monotonic() + seconds - 30
        return self._token


def _read(path: Path) -> Place | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Place)
    except (OSError, msgspec.MsgspecError):
        log.exception("%s cannot be read: points go there again once the student comes from the platform anew.", path)
        return None


def _scores_of(line_item: str) -> str:
    """Where scores of a line item are sent; what its address asks for stays behind the path."""
    parts = urlsplit(line_item)
    return parts._replace(path=f"{parts.path}/scores").geturl()
