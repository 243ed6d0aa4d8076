"""How Atelier plugs into nbgrader: the lists of preprocessors, and the configuration that makes nbgrader use them.

``atelier grade`` runs the same lists, only that submissions run in between in parallel.
"""

from __future__ import annotations

import copy
import json
import logging
import os
import sys
from dataclasses import dataclass
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Any, ClassVar

import msgspec
import nbformat
from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode, from_dict
from nbgrader import preprocessors as nbgrader
from nbgrader.coursedir import CourseDirectory
from nbgrader.nbgraderformat import MetadataValidator, ValidationError
from nbgrader.nbgraderformat.common import BaseMetadataValidator
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Bool, Unicode
from traitlets.config import Config

from autograder.course import Assignment, Course, CourseError
from autograder.gradebook.inline import bare, require_python, show, surroundings
from autograder.gradebook.mark_schemes import MarkSchemes
from autograder.gradebook.reviews import SaveGrades
from autograder.gradebook.standing_alone import StandAlone
from autograder.intake.reading import MAX_BESIDE, Unreadable, read_regular
from autograder.intake.sanitize import RestoreCells, SubmissionExporter, assignment_of, refused
from autograder.intake.timestamps import Unclear, read_moment
from autograder.judging import Judgement, Outcome
from autograder.judging.judge import Judge
from autograder.judging.reference import references
from autograder.pages.harmless import Harmless, HarmlessPage, code, markdown, only_passive
from autograder.running.run import RunResult
from autograder.schema import DEMO, NOTE, TIMESTAMP

__all__ = [
    "AUTOGRADE",
    "RELEASE",
    "SANITIZE",
    "UNRECORDED",
    "NameBlanks",
    "RunAndJudge",
    "SkipDemos",
    "annotate",
    "configure",
    "grading",
]

log = logging.getLogger("autograder.nbgrader")
"""What nbgrader has to say while Atelier uses its parts; nobody hears it unless something fails."""
log.propagate = False
log.addHandler(logging.NullHandler())

COURSE_ID = "atelier"
"""The name under which nbgrader's exchange keeps the course; `nbgrader_config.py` may set another."""

JUDGEMENT = "application/vnd.atelier.judgement+json"
"""The output of a test cell that holds its verdicts for later stages."""


class NameBlanks(nbgrader.ClearSolutions):
    """nbgrader's ClearSolutions, with a stub that names the blank."""

    def preprocess_cell(
        self, cell: NotebookNode, resources: ResourcesDict, cell_index: int
    ) -> tuple[NotebookNode, ResourcesDict]:
        """Set the stub, then clear; a written question keeps its text, and loses only its mark scheme, later on."""
        if cell.cell_type == "markdown":
            return cell, resources
        name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        self.code_stub = {"python": f"raise NotImplementedError(\"The blank '{name}' is still to be filled in.\")"}
        return super().preprocess_cell(cell, resources, cell_index)


class SkipDemos(NbGraderPreprocessor):
    """Let nbgrader's Validate leave out what grading leaves out: training would run into its limits."""

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> tuple[NotebookNode, ResourcesDict]:
        """Add nbclient's own tag, which Jupyter does not look at."""
        for cell in nb.cells:
            if DEMO in cell.metadata.get("tags", []):
                cell.metadata.tags = [DEMO, "skip-execution"]
        return nb, resources


class _SeenBefore(BaseMetadataValidator):
    """What has passed nbgrader's schema once passes again: the cells of all submissions bear the release's metadata."""

    passed: ClassVar[set[str]] = set()

    def validate_cell(self, cell: NotebookNode) -> None:
        """As nbgrader's, which also checks the schema itself, at every cell."""
        metadata = json.dumps(cell.metadata.get("nbgrader"), sort_keys=True)
        if metadata not in self.passed:
            super().validate_cell(cell)
            self.passed.add(metadata)


class _Validator(MetadataValidator, _SeenBefore):
    """nbgrader's own rules, behind `_SeenBefore`."""


class CheckCells(nbgrader.CheckCellMetadata):
    """nbgrader's CheckCellMetadata, which remembers what has passed."""

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> tuple[NotebookNode, ResourcesDict]:
        """Raise ValidationError if the metadata of a cell are damaged."""
        try:
            _Validator().validate_nb(nb)
        except ValidationError:
            return super().preprocess(nb, resources)  # which logs it, and raises it in its own words
        return nb, resources


MARKS = {Outcome.PASSED: "✓", Outcome.FAILED: "✗", Outcome.NOT_REACHED: "○"}


COLOURS = {Outcome.PASSED: "#1b5e20", Outcome.FAILED: "#b71c1c", Outcome.NOT_REACHED: "#555555"}
CELL = "padding: 4px 10px; text-align: left; vertical-align: top; white-space: {}"
HEADS = ("Criterion", "Outcome", "Points", "What was seen, and where to look")


def _as_html(judgement: Judgement) -> str:
    """The verdicts as a table, for formgrader and other notebook viewers, whose own styles it cannot rely on."""
    narrow, wide = CELL.format("nowrap"), CELL.format("normal")
    heads = "".join(f'<th style="{narrow}">{head}</th>' for head in HEADS)
    rows = "".join(
        f'<tr><td style="{narrow}"><strong>{escape(verdict.criterion)}</strong></td>'
        f'<td style="{narrow}; color: {COLOURS[verdict.outcome]}">{MARKS[verdict.outcome]} {verdict.outcome}</td>'
        f'<td style="{narrow}">{verdict.points:g} / {verdict.max_points:g}</td>'
        f'<td style="{wide}">{escape(verdict.rationale)}{_below(verdict.hint)}</td></tr>'
        for verdict in judgement.verdicts
    )
    caption = f"<caption>{judgement.points:g} of {judgement.max_points:g} points</caption>"
    return f'<table class="dataframe">{caption}<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'


def _below(hint: str) -> str:
    return f"<br><em>{escape(hint)}</em>" if hint else ""


def _as_text(judgement: Judgement) -> str:
    return "\n".join(
        f"{MARKS[verdict.outcome]} {verdict.criterion}: {verdict.points:g}/{verdict.max_points:g}. {verdict.rationale} "
        f"{verdict.hint}".rstrip()
        for verdict in judgement.verdicts
    )


def _output(kind: str, **fields: Any) -> NotebookNode:
    """An output of our own making: nbformat's function would hold each against its schema, whose form it has."""
    return from_dict({"output_type": kind, **fields})


def judgement_outputs(judgement: Judgement) -> list[NotebookNode]:
    """What is appended to a test cell's outputs: the verdicts, and the points where nbgrader looks for them."""
    verdicts = msgspec.to_builtins(judgement.verdicts)
    points = repr(float(judgement.points))
    data = {"text/plain": _as_text(judgement), "text/html": _as_html(judgement), JUDGEMENT: {"verdicts": verdicts}}
    return [
        _output("display_data", data=data, metadata={}),
        _output("execute_result", data={"text/plain": points}, metadata={}, execution_count=None),
    ]


def _harmless(output: NotebookNode) -> NotebookNode | None:
    """A test cell's own output in a form that nbgrader cannot take for a score or for a failure."""
    if output.output_type == "error":
        return _output("stream", name="stdout", text="\n".join(output.traceback) + "\n")
    if output.output_type == "stream":
        return _output("stream", name="stdout", text=output.text)
    data = {kind: content for kind, content in output.data.items() if not kind.startswith("application/vnd.atelier")}
    return _output("display_data", data=data, metadata={}) if data else None


def own_outputs(cell: NotebookNode) -> list[NotebookNode]:
    """A cell's outputs without what `judgement_outputs` has appended."""
    if not cell.metadata.get("nbgrader", {}).get("grade"):
        return list(cell.outputs)
    return [
        output
        for output in cell.outputs
        if output.output_type != "execute_result" and JUDGEMENT not in output.get("data", {})
    ]


def annotate(notebook: NotebookNode, result: RunResult, judgements: dict[str, Judgement]) -> None:
    """Write outputs, verdicts and points into a sanitized notebook."""
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type != "code":
            continue
        outputs = [kept for output in result.outputs.get(index, []) if (kept := bare(output))]
        info = cell.metadata.get("nbgrader", {})
        if info.get("grade"):
            outputs = [kept for output in outputs if (kept := _harmless(output))]
            outputs += judgement_outputs(judgements[info["grade_id"].removeprefix("test_")])
        cell.outputs = outputs
    note = notebook.metadata.setdefault(NOTE, {})
    note["events"] = [*note.get("events", []), *result.events]
    note["seconds"] = round(result.seconds, 3)


UNRECORDED = "What the submission did could not be recorded: the grader's log says why."


class RunAndJudge(NbGraderPreprocessor):
    """Takes the place of nbgrader's Execute: nothing is decided where the notebook runs.

    An assignment without a source here is run in the sandbox, too, and what its own tests print is left for
    nbgrader to grade. It listens to ``Execute.timeout`` and ``--no-execute``; Atelier's assignments do not.
    """

    course_root = Unicode(help="The folder that holds `exercises/`.").tag(config=True)
    course_output = Unicode(help="The folder that grading writes to, by default `build/`.").tag(config=True)
    unsafe = Bool(False, help="Run without a sandbox.").tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> tuple[NotebookNode, ResourcesDict]:
        """Run, judge, annotate."""
        from autograder.gradebook.kept_results import conditions, keep_result
        from autograder.running import kernel_pool

        kernels = kernel_pool.KernelPool(unsafe=self.unsafe)
        released = assignment_of(self.course_root, resources)
        if released is None:
            settings = nbgrader.Execute(parent=self)
            if settings.enabled:
                require_python(nb)
                around = surroundings(Path(resources["metadata"]["path"]), settings.timeout)
                show(nb, kernel_pool.run(kernels, nb, around=around))
            return nb, resources
        # With the secret that is kept where the gradebook is, as `atelier grade` does.
        assignment = Assignment(Course(Path(self.course_root), Path(self.course_output)), released.name)
        student = resources["nbgrader"]["student"]
        variant = assignment.variant(student, nb)
        answers = references(assignment, lambda: kernel_pool.run_solution(kernels, assignment))[variant]
        judge = Judge(assignment, answers)
        if NOTE in nb.metadata and "unreadable" in nb.metadata[NOTE]:
            result = RunResult.refused(nb.metadata[NOTE]["unreadable"], assignment.tests)
        else:
            result = kernel_pool.run_assignment(kernels, assignment, nb, variant, judge.is_full)
            keep_result(assignment, student, nb, result, conditions(assignment, kernels))
        return self._recordable(nb, resources, result, judge), resources

    def _recordable(
        self, notebook: NotebookNode, resources: ResourcesDict, result: RunResult, judge: Judge
    ) -> NotebookNode:
        """The annotated notebook; if what the submission did cannot be written, a refusal, as `atelier grade` does."""
        try:
            annotate(notebook, result, judge.judge_all(result))
            nbformat.validate(Harmless(parent=self).preprocess(copy.deepcopy(notebook), resources)[0])
        except CourseError:
            raise
        except Exception:
            self.log.exception("What the submission of %s did could not be recorded.", resources["nbgrader"]["student"])
            blank = refused(judge.assignment.release, UNRECORDED)
            notebook, _ = RestoreCells(parent=self).preprocess(blank, resources)
            result = RunResult.refused(UNRECORDED, judge.assignment.tests)
            annotate(notebook, result, judge.judge_all(result))
        return notebook


RELEASE = [
    nbgrader.IncludeHeaderFooter,
    nbgrader.LockCells,
    NameBlanks,
    SkipDemos,
    nbgrader.ClearOutput,
    nbgrader.ClearMarkScheme,
    nbgrader.CheckCellMetadata,
    nbgrader.ComputeChecksums,
    nbgrader.SaveCells,
    nbgrader.ClearHiddenTests,
    nbgrader.ComputeChecksums,
    nbgrader.CheckCellMetadata,
    StandAlone,
]
"""nbgrader's own list, with `NameBlanks` for ClearSolutions and `SkipDemos`, and without its generator of tests.

`StandAlone` comes last, since Validate has to run its cell. Mark schemes go before the gradebook hears of a question,
so that it knows an untouched answer when it sees one.
"""

SANITIZE = [
    nbgrader.ClearOutput,
    RestoreCells,
    CheckCells,
]
"""nbgrader's own list, with `RestoreCells` for DeduplicateIds, OverwriteKernelspec and OverwriteCells."""

RECORD = [
    Harmless,
    nbgrader.IgnorePattern,
    nbgrader.LimitOutput,
    SaveGrades,
    nbgrader.AssignLatePenalties,
    CheckCells,
]
"""nbgrader's own list of what follows executing, with `Harmless` before it, and `SaveGrades` for SaveAutoGrades."""

AUTOGRADE = [RunAndJudge, *RECORD]


def _put_scripts_on_path() -> None:
    """Let nbgrader find ``alembic``, which it calls by name, also when the virtual environment is not activated."""
    scripts = str(Path(sys.executable).parent)
    if scripts not in os.environ.get("PATH", "").split(os.pathsep):
        os.environ["PATH"] = scripts + os.pathsep + os.environ.get("PATH", "")


def grading(root: str = "", *, unsafe: bool = False) -> Config:
    """The part of nbgrader's configuration that makes it grade as Atelier does, in a course of any form.

    ``root`` is the folder that holds ``exercises/``; assignments that it does not hold are graded by their own tests.
    """
    _put_scripts_on_path()
    config = Config()
    config.Autograde.sanitize_preprocessors = SANITIZE
    config.Autograde.autograde_preprocessors = AUTOGRADE
    config.Autograde.exporter_class = SubmissionExporter
    config.RunAndJudge.course_root = config.RestoreCells.course_root = config.SubmissionExporter.course_root = root
    config.RunAndJudge.unsafe = unsafe
    # All pages that nbconvert makes, formgrader's among them.
    config.HTMLExporter.preprocessors = [HarmlessPage, MarkSchemes]
    config.MarkSchemes.course_root = root
    config.HTMLExporter.filters = {"markdown2html": markdown, "highlight_code": code}
    config.HTMLExporter.skip_svg_encoding = False
    return config


@dataclass(frozen=True)
class _Register:
    """nbgrader calls it before it autogrades a submission: the gradebook then knows the assignment as it is now."""

    course: Course

    def __call__(self, *, assignment: str, **_: object) -> None:
        """Register ``assignment`` if it is one of the course's."""
        from autograder.gradebook.record import Recorder

        if assignment in self.course.assignments():
            Recorder(self.course.assignment(assignment))


def _existing_timestamp(_coursedir: CourseDirectory, folder: str) -> datetime | None:
    """The moment in a folder's ``timestamp.txt``, as `atelier grade` reads it; None if there is none, or no moment.

    nbgrader's own ends the whole server at a file that holds something else.
    """
    try:
        return read_moment(read_regular(Path(folder) / TIMESTAMP, MAX_BESIDE))
    except (OSError, Unreadable, Unclear):
        return None


def _submitted_timestamp(api: Any, assignment: str, student: str) -> datetime | None:
    """The same for formgrader's list of submissions, which reads the file by itself."""
    folder = api.coursedir.format_path(api.coursedir.submitted_directory, student, assignment)
    return _existing_timestamp(api.coursedir, folder)


def _read_timestamps() -> None:
    """Have nbgrader read moments as above, for which it has no setting; formgrader only where it is running."""
    CourseDirectory.get_existing_timestamp = _existing_timestamp
    if api := sys.modules.get("nbgrader.apps.api"):
        api.NbGraderAPI.get_submitted_timestamp = _submitted_timestamp  # type: ignore[attr-defined]


@dataclass(frozen=True)
class _KeepPassive:
    """Nbgrader calls it after it has autograded a submission, whose other files it copies into the same folder."""

    autograded: Path

    def __call__(self, *, assignment: str, notebooks: list[str], **_: object) -> None:
        """Remove what formgrader would serve and a browser would run."""
        for student in {Path(notebook).parents[1].name for notebook in notebooks}:
            only_passive(self.autograded / student / assignment)


def configure(course: Course, *, unsafe: bool = False) -> Config:
    """Nbgrader's configuration for ``course``."""
    _read_timestamps()
    root = str(course.root)
    config = grading(root, unsafe=unsafe)
    config.RunAndJudge.course_output = str(course.output)
    config.Autograde.pre_convert_hook = _Register(course)
    config.Autograde.post_convert_hook = _KeepPassive(course.output / "autograded")
    config.CourseDirectory.root = root
    config.CourseDirectory.course_id = COURSE_ID
    config.CourseDirectory.source_directory = "solutions"
    config.CourseDirectory.release_directory = "notebooks"
    config.CourseDirectory.submitted_directory = str(course.submitted)
    config.CourseDirectory.autograded_directory = str(course.output / "autograded")
    config.CourseDirectory.feedback_directory = str(course.feedback)
    config.CourseDirectory.db_url = course.database
    config.GenerateAssignment.preprocessors = RELEASE
    config.StandAlone.address = course.address
    config.ClearMarkScheme.enforce_metadata = False  # it knows mark schemes of "tasks" only; ours are questions
    config.GenerateFeedback.exporter_class = "autograder.reports.feedback.FeedbackExporter"
    config.FeedbackExporter.course_root = root
    config.FeedbackExporter.course_output = str(course.output)
    config.FeedbackExporter.course_submitted = str(course.submitted)
    config.ExportApp.plugin_class = "autograder.gradebook.export.CsvExport"
    config.CsvExport.course_root = root
    config.CsvExport.course_output = str(course.output)
    config.CsvExport.course_submitted = str(course.submitted)
    # For assignments with tests of their own, of which nbgrader's page is made.
    config.GenerateFeedback.preprocessors = [
        nbgrader.GetGrades,
        nbgrader.ClearHiddenTests,
        "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
    ]
    config.ExchangeFactory.release_feedback = "autograder.reports.feedback.ReleaseFeedback"
    return config
