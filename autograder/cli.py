"""Atelier's command line: build and release lessons, grade a class, report, demonstrate."""

from __future__ import annotations

import errno
import logging
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

if TYPE_CHECKING:
    from autograder.course import Assignment, Course
    from autograder.gradebook.results import ClassResults

# Each command imports what it needs: `atelier --help` answers at once.

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
CORES = os.cpu_count() or 1
console = Console()
errors = Console(stderr=True)

Ids = Annotated[list[str] | None, typer.Argument(metavar="[ID]…", help="Assignments; by default all.")]
Id = Annotated[str, typer.Argument(metavar="ID", help="The assignment, such as `gan`.")]
Submitted = Annotated[
    Path | None,
    typer.Option(help="Folder of submissions: STUDENT/ID/ID.ipynb.", show_default="submitted in the output folder"),
]
Output = Annotated[Path | None, typer.Option(help="Folder to write to.", show_default="build")]
Unsafe = Annotated[bool, typer.Option("--unsafe", help="Run without a sandbox: only for work that you trust.")]
Jobs = Annotated[int, typer.Option("-j", "--jobs", min=1, help="Submissions to run at the same time.")]


@contextmanager
def _sentences() -> Iterator[None]:
    """Turn what an instructor can mend into one sentence and exit status 1."""
    from autograder.course import CourseError
    from autograder.gradebook.results import ResultsError
    from autograder.sandbox.bubblewrap import SandboxUnavailable
    from autograder.sandbox.warm import WarmKernelDied

    try:
        yield
    except (CourseError, ResultsError, SandboxUnavailable, WarmKernelDied) as error:
        errors.print(f"atelier: {error}", style="bold red", highlight=False, soft_wrap=True, markup=False)
        raise typer.Exit(1) from error
    except OSError as error:
        errors.print(f"atelier: {_what_failed(error)}", style="bold red", highlight=False, soft_wrap=True, markup=False)
        raise typer.Exit(1) from error


NOT_WRITABLE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS}
FORBIDDEN = {errno.EACCES, errno.EPERM}


def _what_failed(error: OSError) -> str:
    where = error.filename or "A file"
    again = "then give the same command again; what was finished is kept."
    if error.errno in NOT_WRITABLE:
        return f"{where} cannot be written ({error.strerror}): make room or choose another folder, {again}"
    if error.errno in FORBIDDEN:
        return f"{where} may not be read or written ({error.strerror}): see whose it is, {again}"
    return f"{error.strerror or error}" + (f" ({error.filename})" if error.filename else "")


def _course(output: Path | None = None, submitted: Path | None = None) -> Course:
    from autograder.course import Course

    course = Course.find()
    here = Path.cwd()
    return Course(course.root, here / output if output else Path(), here / submitted if submitted else Path())


@contextmanager
def _progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar; what it yields is called with how much is done, and of how much."""
    from rich.progress import Progress

    with Progress(*Progress.get_default_columns(), console=errors) as progress:
        bar = progress.add_task(what, total=None)
        yield lambda done, of: progress.update(bar, completed=done, total=of)


def _assignments(course: Course, names: list[str] | None) -> list[Assignment]:
    return [course.assignment(name) for name in names or course.assignments()]


@app.callback()
def main() -> None:
    """Set up logging."""
    logging.basicConfig(level=logging.ERROR, format="%(levelname)s: %(message)s")


@app.command()
def build(
    ids: Ids = None,
    check: Annotated[bool, typer.Option("--check", help="Do not write the notebooks; fail if they are stale.")] = False,
    no_examine: Annotated[
        bool, typer.Option("--no-examine", help="Only the notebooks, in seconds: leave the hidden tests unexamined.")
    ] = False,
    jobs: Jobs = 2,
    unsafe: Unsafe = False,
) -> None:
    """Make the solved and the student notebook, and examine the hidden tests on right and wrong answers."""
    from autograder.authoring import build as stage_build
    from autograder.authoring.examine import examine
    from autograder.course import CourseError
    from autograder.running.kernel_pool import KernelPool

    with _sentences():
        for assignment in _assignments(_course(), ids):
            if check:
                if stale := stage_build.stale(assignment):
                    listed = ", ".join(str(path.relative_to(assignment.course.root)) for path in stale)
                    raise CourseError(
                        f"Not fresh: {listed}. Run `atelier build {assignment.name}` and commit the result."
                    )
            else:
                stage_build.build(assignment)
            state = "fresh" if check else "built"
            if no_examine:
                console.print(f"[green]✓[/] {assignment.name}: {state}; its hidden tests were not examined.")
                continue
            with _progress(f"{assignment.name}: grading right and wrong answers") as listener:
                report = examine(assignment, jobs=jobs, kernels=KernelPool(unsafe=unsafe), listener=listener)
            for complaint in report.complaints:
                errors.print(f"✗ {complaint}", style="red", highlight=False, soft_wrap=True, markup=False)
            if report.complaints:
                found = f"{report.answers} answers and the visible checks gave {len(report.complaints)} complaints"
                raise CourseError(f"{assignment.name}: {found}. Mend the tests, or the answers.")
            console.print(f"[green]✓[/] {assignment.name}: {state}; {report.answers} answers graded as they should be.")


@app.command()
def release(
    ids: Ids = None,
    output: Annotated[Path, typer.Option("-o", "--output", help="The archive to write.")] = Path("atelier-release.zip"),
) -> None:
    """Write the archive that students get."""
    from autograder.authoring.release import release as write_release

    with _sentences():
        course = _course()
        count = write_release(_assignments(course, ids), output)
        console.print(f"{output}: {count} files.")


@app.command()
def grade(
    id: Id,
    submitted: Submitted = None,
    output: Output = None,
    jobs: Jobs = CORES,
    scheduler: Annotated[str, typer.Option(metavar="ADDRESS", help="Run on this Dask cluster.")] = "",
    gpus: Annotated[int, typer.Option(min=0, help="GPUs of this machine, for probes that ask for one.")] = 0,
    student: Annotated[str, typer.Option(help="Grade this student alone.")] = "",
    force: Annotated[bool, typer.Option("--force", help="Also grade what has not changed since.")] = False,
    unsafe: Unsafe = False,
) -> None:
    """Grade a class: points into the gradebook, JSON and CSV into grades/."""
    from autograder.running.kernel_pool import KernelPool, start

    with _sentences():
        assignment = _course(output, submitted).assignment(id)
        kernels = KernelPool(unsafe=unsafe)
        if not scheduler:
            start(kernels)  # it imports TensorFlow while this process imports nbgrader and Dask
        from autograder.gradebook import grade as stage_grade
        from autograder.reports.scoreboard import moved_table, progress_bar, scoreboard, summary
        from autograder.running.workers import Workers

        workers = Workers(jobs, scheduler, gpus)
        workers.check(assignment)
        students = stage_grade.students_of(assignment, student)
        started = time.monotonic()
        with progress_bar(len(students), errors) as listener:
            results = stage_grade.grade(
                assignment, workers=workers, only=student, force=force, kernels=kernels, listener=listener
            )
        console.print(scoreboard(results))
        if results.moved:
            console.print(moved_table(results))
        console.print(summary(results, time.monotonic() - started), soft_wrap=True)
        console.print(
            f"Grades: {assignment.course.output / 'grades' / id}.json and .csv", soft_wrap=True, highlight=False
        )
        _complain(results.stumbled, "results")


def _complain(students: Sequence[str], what: str) -> None:
    """End with a sentence if the grader itself stumbled over somebody's work; all others have been written."""
    from autograder.course import CourseError

    if students:
        raise CourseError(
            f"The {what} of {', '.join(students)} could not be read or written; see the log above. What concerns "
            "others was written."
        )


@app.command()
def report(
    id: Id,
    anonymous: Annotated[
        bool, typer.Option("--anonymous", help="Only a page to show to the class: no names, no small groups.")
    ] = False,
    submitted: Submitted = None,
    output: Output = None,
) -> None:
    """Write the class report and every student's feedback, with what was graded by hand."""
    from urllib.parse import quote

    from autograder.gradebook.grade import everyone, save_results
    from autograder.gradebook.record import Recorder
    from autograder.gradebook.roster import load_roster
    from autograder.reports.anonymous import write_anonymous_report
    from autograder.reports.feedback import write_pages
    from autograder.reports.report import write_class_report

    with _sentences():
        assignment = _course(output, submitted).assignment(id)
        recorder = Recorder(assignment)
        results = save_results(recorder, everyone(recorder))
        folder = assignment.course.output
        if anonymous:
            page = folder / "anonymous" / f"{id}.html"
            roster = load_roster(assignment.course)
            write_anonymous_report(results, list(roster.people.values()) if roster else [], page)
            console.print(f"To show to the class: {page}", soft_wrap=True, highlight=False)
            return
        pages, stumbled = write_pages(recorder, results)
        links = {
            student: "../" + "/".join(quote(part, safe="") for part in path.relative_to(folder).parts)
            for student, path in pages.items()
        }
        page = folder / "report" / f"{id}.html"
        write_class_report(results, page, links)
        console.print(
            f"Report: {page}\nFeedback: {assignment.course.feedback} ({len(pages)} students)",
            soft_wrap=True,
            highlight=False,
        )
        _complain(stumbled, "feedback")


@app.command()
def explain(
    id: Id,
    student: Annotated[str, typer.Argument(metavar="STUDENT", help="Whose score to explain.")],
    item: Annotated[str, typer.Argument(metavar="[ITEM]", help="One test or question; by default all.")] = "",
    output: Output = None,
) -> None:
    """Say why a student has the points that they have: every criterion, what was seen, what happened on the way."""
    from autograder.reports.explain import explanation

    with _sentences():
        for part in explanation(_graded(_course(output).assignment(id)), student, item):
            console.print(part)


def _graded(assignment: Assignment) -> ClassResults:
    """The results of the last grading."""
    from autograder.course import CourseError
    from autograder.gradebook.results import load

    grades = assignment.course.output / "grades" / f"{assignment.name}.json"
    if not grades.exists():
        raise CourseError(f"There is no {grades}: run `atelier grade {assignment.name}` first.")
    return load(grades)


@app.command()
def regrade(
    id: Id,
    student: Annotated[str, typer.Argument(metavar="STUDENT", help="Whose submission to grade again.")],
    why: Annotated[str, typer.Option(help="What the request says; kept in the log.")],
    item: Annotated[str, typer.Option(help="The test or question that the request is about; by default all.")] = "",
    submitted: Submitted = None,
    output: Output = None,
    unsafe: Unsafe = False,
) -> None:
    """Answer a request: run a submission again, compare item by item with before, and keep a log of it."""
    from autograder.gradebook.regrades import log_of
    from autograder.gradebook.regrades import regrade as grade_again
    from autograder.reports.explain import compared, explanation
    from autograder.running.kernel_pool import KernelPool

    with _sentences():
        assignment = _course(output, submitted).assignment(id)
        entry, results = grade_again(assignment, student, item=item, why=why, kernels=KernelPool(unsafe=unsafe))
        console.print(compared(entry))
        for part in explanation(results, student, item) if item else ():
            console.print(part)
        console.print(f"Log: {log_of(assignment)}", soft_wrap=True, highlight=False)


@app.command()
def roster(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A CSV file, or a platform's list of students.")],
    output: Output = None,
) -> None:
    """Take in who is enrolled: id, name, e-mail and section, as CSV or as a learning platform exports it."""
    from autograder.gradebook.record import Recorder
    from autograder.gradebook.roster import save_roster
    from autograder.platforms.people import enrol, read_roster

    with _sentences():
        course = _course(output)
        people = read_roster(file.read_bytes(), str(file))
        place = save_roster(course, people)
        for name in course.assignments()[:1]:
            with Recorder(course.assignment(name)).gradebook() as gradebook:
                enrol(gradebook, people)
        console.print(f"{len(people)} students are enrolled: {place}", soft_wrap=True, highlight=False)


@app.command(name="import")
def import_(
    id: Id,
    archive: Annotated[
        Path, typer.Argument(metavar="ARCHIVE", help="What the platform lets you download, or a folder.")
    ],
    submitted: Submitted = None,
    output: Output = None,
) -> None:
    """Put the submissions of Moodle, Canvas, Blackboard or Gradescope where `atelier grade` finds them."""
    from autograder.gradebook.roster import load_roster
    from autograder.platforms.handing_in import import_archive
    from autograder.reports.scoreboard import imported_table

    with _sentences():
        assignment = _course(output, submitted).assignment(id)
        imported = import_archive(assignment, archive, load_roster(assignment.course))
        console.print(imported_table(imported))
        for what, names in (
            ("Enrolled, and not in this archive", imported.absent),
            ("Left out, since the names lead elsewhere or are no files", imported.left_out),
        ):
            if names:
                listed = ", ".join(names[:10]) + (f" and {len(names) - 10} more" if len(names) > 10 else "")
                console.print(f"{what}: {listed}.", soft_wrap=True, highlight=False, markup=False)
        console.print(
            f"{len(imported.handed)} students' submissions, as {imported.layout} lays them out: "
            f"{assignment.course.submitted}",
            soft_wrap=True,
            highlight=False,
        )


@app.command()
def export(
    id: Id,
    gradebook: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="The file downloaded from the platform, to be filled in.")
    ] = None,
    platform: Annotated[str, typer.Option("--for", help="`canvas`, `moodle` or `blackboard`: whose file it is.")] = "",
    column: Annotated[
        str, typer.Option(help="The column for the points, if it is not called like the assignment.")
    ] = "",
    items: Annotated[bool, typer.Option("--items", help="A table of our own with a column for each item.")] = False,
    output: Output = None,
) -> None:
    """Write the grades as a table, or into a learning platform's own file, in which nothing else is changed."""
    from autograder.course import CourseError
    from autograder.gradebook.roster import load_roster
    from autograder.platforms import grades_out
    from autograder.platforms.sheets import read_sheet, write_sheet

    with _sentences():
        assignment = _course(output).assignment(id)
        known = load_roster(assignment.course)
        if bool(gradebook) != bool(platform):
            raise CourseError(
                "Give a platform's file together with `--for`, or neither of them for a table of our own."
            )
        results = _graded(assignment)
        folder = assignment.course.output / "exports"
        folder.mkdir(parents=True, exist_ok=True)
        if gradebook is None:
            target = folder / f"{id}.csv"
            target.write_bytes(grades_out.table(results, known, items=items).encode("utf-8-sig"))
            console.print(f"{len(results.students)} students: {target}", soft_wrap=True, highlight=False)
            return
        if platform not in list(grades_out.Platform):
            raise CourseError(f"`{platform}` is none of {', '.join(grades_out.Platform)}.")
        sheet = read_sheet(gradebook.read_bytes(), str(gradebook))
        filled = grades_out.fill(sheet, grades_out.Platform(platform), results, known, column)
        target = folder / f"{id}-{platform}{gradebook.suffix}"
        target.write_bytes(write_sheet(filled.sheet))
        for remark in filled.remarks:
            console.print(remark, soft_wrap=True)
        for what, names in (
            ("Graded, but not found in the file", filled.strangers),
            ("With answers that still wait to be graded by hand", filled.waiting),
        ):
            if names:
                console.print(f"{what}: {', '.join(names)}.", soft_wrap=True, highlight=False, markup=False)
        console.print(f"{filled.count} scores filled in: {target}", soft_wrap=True, highlight=False)


@app.command()
def extend(
    id: Id,
    student: Annotated[str, typer.Argument(metavar="STUDENT", help="Whose time to extend.")],
    days: Annotated[
        float | None, typer.Option(min=0, max=3650, help="So many days more than others have; 0 takes it back.")
    ] = None,
    until: Annotated[str, typer.Option(metavar="TIME", help="Until then, such as `2026-12-03 18:00`.")] = "",
    submitted: Submitted = None,
    output: Output = None,
) -> None:
    """Let a student hand in later without a penalty; also before there is a submission."""
    from autograder.course import CourseError
    from autograder.gradebook.extensions import Extension, read_until, settle_extension
    from autograder.gradebook.extensions import extend as grant
    from autograder.gradebook.grade import everyone
    from autograder.gradebook.record import Recorder

    with _sentences():
        assignment = _course(output, submitted).assignment(id)
        if (days is None) == (not until):
            raise CourseError("Give either `--days` or `--until`.")
        recorder = Recorder(assignment)
        if student not in everyone(recorder):
            raise CourseError(
                f"There is no student `{student}`: neither a folder of submissions nor the roster has that name."
            )
        granted = Extension(days, read_until(until) if until else None)
        grant(assignment.course, id, student, granted)
        with recorder.gradebook() as gradebook:
            due = gradebook.find_assignment(id).duedate
            settle_extension(gradebook, assignment.course, id, student)
        if due is None:
            console.print(f"{id} has no due date yet; once it has one, the extension counts.", soft_wrap=True)
        else:
            last = (due + (granted.beyond(due) or timedelta(0))).replace(tzinfo=UTC).astimezone()
            console.print(f"{student} has until {last:%Y-%m-%d %H:%M %Z}.", soft_wrap=True, highlight=False)


@app.command()
def similar(id: Id, submitted: Submitted = None, output: Output = None) -> None:
    """Show which graded notebooks are unusually alike, beyond what the class has in common: a hint, no verdict."""
    from autograder.files import write_atomically
    from autograder.gradebook.collect import autograded_notebook
    from autograder.gradebook.grade import everyone
    from autograder.gradebook.record import Recorder
    from autograder.reports.similar import fingerprints, own_cells, page, pairs

    with _sentences():
        assignment = _course(output, submitted).assignment(id)
        recorder = Recorder(assignment)
        students = {
            student: fingerprints(own_cells(notebook, assignment.release))
            for student in everyone(recorder)
            if (notebook := autograded_notebook(recorder, student)) is not None
        }
        solution = fingerprints(own_cells(assignment.solution, assignment.release))
        found = pairs(students, [solution])
        target = assignment.course.output / "report" / f"{id}-similar.html"
        write_atomically(target, page(id, assignment.title, found, students))
        console.print(
            f"{len(found)} pairs among {len(students)} notebooks are unusually alike: {target}",
            soft_wrap=True,
            highlight=False,
        )


@app.command()
def demo(
    ids: Ids = None,
    everything: Annotated[bool, typer.Option("--all", help="All assignments, as without IDs.")] = False,
    preset: Annotated[str, typer.Option(help="`quick` (minutes on a laptop) or `full` (a GPU).")] = "quick",
    live: Annotated[
        bool, typer.Option("--live", help="Also make a page for a projector, which shows what there is by now.")
    ] = False,
    site: Annotated[
        bool,
        typer.Option("--site", help="Also write the gallery as a page of the site, which `make docs` takes along."),
    ] = False,
    output: Output = None,
) -> None:
    """Run solved notebooks and write an HTML gallery."""
    from autograder.course import CourseError
    from autograder.reports.demo import run_demo, write_gallery
    from autograder.reports.slides import Slides

    with _sentences():
        if ids and everything:
            raise CourseError("Give the assignments to run, or `--all`, not both.")
        if preset not in ("quick", "full"):
            raise CourseError(f"`{preset}` is no preset: give `quick` or `full`.")
        course = _course(output)
        shown = []
        for assignment in _assignments(course, ids):
            slides = Slides(course.output / "demo" / "live" / assignment.name, assignment.title) if live else None
            if slides:
                console.print(f"Open in a browser: {slides.page.resolve().as_uri()}", soft_wrap=True, highlight=False)
            with _progress(assignment.name) as listener:
                shown.append(run_demo(assignment, preset, listener, slides))
        page = course.output / "demo" / "index.html"
        write_gallery(shown, preset, page)
        if site:
            page = course.output / "site" / "gallery.html"
            write_gallery(shown, preset, page, pages="notebooks/{}/{}.html")
        console.print(f"Gallery: {page}", soft_wrap=True, highlight=False)
        if broken := [each for each in shown if each.error]:
            raise CourseError("; ".join(f"{each.name} went wrong: {each.error}" for each in broken))


@app.command()
def init(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="The course's folder; it must be empty, or not exist.")
    ],
) -> None:
    """Begin a course of your own: settings, requirements, a data page, and a first lesson that builds as it is."""
    from autograder.authoring.new_course import LESSON
    from autograder.authoring.new_course import init as start_course

    with _sentences():
        for path in start_course(folder):
            console.print(str(folder / path), highlight=False, soft_wrap=True)
        console.print(f"Next: `cd {folder}`, then `atelier build {LESSON}`.", soft_wrap=True, highlight=False)


@app.command()
def new(id: Id) -> None:
    """Make the skeleton of a new assignment, which builds as it is."""
    from autograder.authoring.skeleton import new as write_skeleton

    with _sentences():
        course = _course()
        for path in write_skeleton(course, id):
            console.print(str(path.relative_to(course.root)), highlight=False)
        console.print(f"Next: write over {id}.py, then run `atelier build {id}`.")


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Where to listen; others than loopback only with TLS.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8000,
    certificate: Annotated[Path | None, typer.Option(help="This server's certificate, for TLS (PEM).")] = None,
    key: Annotated[Path | None, typer.Option(help="The certificate's key (PEM).")] = None,
    behind_proxy: Annotated[bool, typer.Option("--behind-proxy", help="A proxy in front speaks TLS.")] = False,
    address: Annotated[
        str,
        typer.Option(metavar="URL", help="The address under which browsers reach it.", show_default="host and port"),
    ] = "",
    hub: Annotated[
        str, typer.Option(metavar="URL", help="A JupyterHub that says who somebody is.", show_default="links do")
    ] = "",
    hub_client: Annotated[
        str, typer.Option(help="The name under which the hub knows this service.")
    ] = "service-atelier",
    instructor: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Who teaches: a name on the hub.")
    ] = None,
    links: Annotated[bool, typer.Option("--links", help="Print everybody's secret link as CSV, and end.")] = False,
    renew: Annotated[
        list[str] | None,
        typer.Option(metavar="STUDENT", help="Take a student's link back, print another, and end. `-` is your own."),
    ] = None,
    jobs: Jobs = CORES,
    submitted: Submitted = None,
    output: Output = None,
    unsafe: Unsafe = False,
) -> None:
    """Let students hand in over the web and read at once what they earn."""
    from autograder.running.kernel_pool import KernelPool
    from autograder.serving.hub import Hub
    from autograder.serving.links import link, table
    from autograder.serving.people import Identities, Role
    from autograder.serving.server import Listener
    from autograder.serving.server import serve as listen

    with _sentences():
        course = _course(output, submitted)
        listener = Listener(host, port, certificate, key, behind_proxy, address)
        identities = Identities(course)
        if renew:
            people = [identities.renew(*((Role.INSTRUCTOR,) if id == "-" else (Role.STUDENT, id))) for id in renew]
            typer.echo(table(identities, listener.origin, people), nl=False)
        elif links:
            typer.echo(table(identities, listener.origin, identities.everybody()), nl=False)
        else:
            if console.is_terminal:  # else it would stand in a log
                own = link(identities, listener.origin, identities.everybody()[0])
                console.print(f"Your own link, which is secret: {own}", soft_wrap=True, highlight=False)
            console.print(
                f"{listener.origin} (everybody's links: `atelier serve --links`; Ctrl-C ends)", soft_wrap=True
            )
            known = Hub.of(hub, hub_client, frozenset(instructor or ())) if hub else None
            listen(course, listener, KernelPool(unsafe=unsafe), jobs, known)


@app.command()
def takeout(
    student: Annotated[str, typer.Argument(metavar="STUDENT", help="Whose data.")],
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]", show_default="STUDENT.zip")] = None,
    submitted: Submitted = None,
    output: Output = None,
) -> None:
    """Write all that is kept about a student into an archive: files, points, what was logged."""
    from autograder.serving.privacy import take_out

    with _sentences():
        target = file or Path(f"{student}.zip")
        count = take_out(_course(output, submitted), student, target)
        console.print(f"{target}: {count} files.", highlight=False)


@app.command()
def forget(
    student: Annotated[str, typer.Argument(metavar="STUDENT", help="Whose data.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    submitted: Submitted = None,
    output: Output = None,
) -> None:
    """Delete all that is kept about a student, for good; run `atelier takeout` first."""
    from autograder.serving.privacy import forget as delete

    with _sentences():
        course = _course(output, submitted)
        if not yes:
            typer.confirm(f"Delete all that {course.output} and {course.submitted} hold of {student}?", abort=True)
        console.print(f"{delete(course, student)} files and folders are gone.", highlight=False)
        console.print("Backups, and what was sent elsewhere, are yours to look after.", highlight=False)


def run() -> None:
    """Entry point that also works when standard output is closed early."""
    try:
        app()
    except BrokenPipeError:
        sys.exit(1)


if __name__ == "__main__":
    run()
