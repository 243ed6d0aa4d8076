"""Every cell of a submission gets its place in the assignment's form, and every answer its question.

Nothing that a student wrote is lost here: what stands in a cell that is for something else is taken out and runs, or
is shown where it is graded.
"""

from __future__ import annotations

import copy
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from nbformat import NotebookNode, v4

from autograder.intake.recognise import (
    Form,
    Released,
    Role,
    added,
    bound_names,
    count_words,
    forget,
    has_words,
    plain,
    share_of_lines,
    share_of_words,
)
from autograder.schema import COPY, COPY_LINE, DEMO, RELEASED

__all__ = ["restore"]


@dataclass(eq=False)
class _Piece:
    """A submitted cell, the cell of the release that it is, if any, and whether it is the copy of it that counts."""

    cell: NotebookNode
    known: Released | None = None
    counts: bool = True

    @property
    def is_own(self) -> bool:
        """Whether the student has made it."""
        return self.known is None and bool(self.cell.source.strip() or self.cell.get("attachments"))

    @property
    def is_changed(self) -> bool:
        """Whether its text is not the release's."""
        assert self.known is not None
        return bool(self.cell.get("attachments")) or (
            bool(self.cell.source.strip()) and plain(self.cell.source) != self.known.text
        )


def restore(notebook: NotebookNode, release: NotebookNode) -> tuple[NotebookNode, list[str]]:
    """Put ``notebook`` into the form of ``release``; also say, in sentences, what had to be mended.

    A check or a question that was deleted comes back behind what precedes it in the release. A deleted blank does not,
    since its code may have been moved elsewhere; given code does if nothing else binds one of its names.
    """
    work = _Restoration(notebook, Form(release))
    work.split()
    work.recognise()
    work.choose()
    work.put_back()
    work.gather_answers()
    notebook.cells = [work.restored(piece) for piece in work.pieces]
    forget()
    return notebook, list(dict.fromkeys(work.events))


class _Restoration:
    """One notebook on its way into the assignment's form."""

    def __init__(self, notebook: NotebookNode, form: Form) -> None:
        self.form = form
        ids = Counter(cell.get("id") for cell in notebook.cells)
        self.pieces = [_Piece(cell, form.marked(cell, by_id=ids[cell.get("id")] == 1)) for cell in notebook.cells]
        self.events: list[str] = []

    def of(self, known: Released) -> list[_Piece]:
        """All copies of a cell of the release."""
        return [piece for piece in self.pieces if piece.known is known]

    def missing(self, *roles: Role) -> list[Released]:
        """Cells of the release that are not there."""
        there = {piece.known.name for piece in self.pieces if piece.known}
        return [each for each in self.form.of(*roles) if each.name not in there]

    # What was typed into cells that are not for it

    def split(self) -> None:
        """Take apart what a student typed into a check or a demonstration, and what was there before."""
        pieces: list[_Piece] = []
        for piece in self.pieces:
            if piece.cell.cell_type != "code":
                pieces.append(piece)
            elif piece.known and piece.known.role is Role.CHECK:
                pieces += self._split_check(piece, piece.known)
            else:
                pieces += self._split_demo(piece)
        self.pieces = pieces

    def _split_check(self, piece: _Piece, check: Released) -> Iterator[_Piece]:
        """A check, and what was put around or between its lines, which was a cell of its own, or should have been."""
        lines, own = piece.cell.source.splitlines(), check.cell.source.splitlines()
        plainly, wanted = [line.rstrip() for line in lines], [line.rstrip() for line in own]
        at = next((n for n in range(len(lines) - len(own) + 1) if plainly[n : n + len(own)] == wanted), None)
        above, below = "", ""
        if at is not None:
            above, below = "\n".join(lines[:at]), "\n".join(lines[at + len(own) :])
        elif change := added(check.cell.source, piece.cell.source):
            above = change.code
        elif not self.form.is_like(piece.cell, check, share=0.3):
            above = piece.cell.source  # a student's code in the place of the check
        yield from self._own_code(above)
        yield piece
        yield from self._own_code(below)

    def _own_code(self, source: str) -> Iterator[_Piece]:
        lines = [line.strip() for line in source.splitlines() if line.strip()]
        is_code = not all(line.startswith(("#", "%%")) for line in lines)  # a magic without a cell is an error
        if is_code or count_words(source) >= SENTENCE:
            cell = v4.new_code_cell(source.strip("\n"))
            yield _Piece(cell, self.form.marked(cell))

    def _split_demo(self, piece: _Piece) -> Iterator[_Piece]:
        """A demonstration is what the release has for one; what a student wrote there runs like any other code."""
        demo = self._demo_of(piece)
        if demo is None:
            yield piece
            return
        theirs, released = piece.cell.source, demo.cell.source
        if demo.name == COPY:  # an older one is no change
            theirs, released = _without_copy(theirs), _without_copy(released)
        if plain(theirs) == plain(released) or not theirs.strip():
            yield _Piece(piece.cell, demo)
            return
        change = added(released, theirs)
        if change is None:
            yield _Piece(piece.cell)
            return
        yield from self._own_code(change.code)
        yield _Piece(piece.cell, demo)
        if not change.is_all:
            first = next(iter(demo.text.splitlines()), "")
            self.events.append(
                f"The demonstration that begins with `{_short(first)}` had been changed; as all demonstrations, it was "
                "not run."
            )

    def _demo_of(self, piece: _Piece) -> Released | None:
        """The demonstration that a cell is, or was before it was changed."""
        if piece.known:
            return piece.known if piece.known.role is Role.DEMO else None
        demos = self.form.of(Role.DEMO) if DEMO in piece.cell.metadata.get("tags", []) else self.missing(Role.DEMO)
        shares = [(share_of_lines(demo.cell.source, piece.cell.source), demo) for demo in demos]
        share, demo = max(shares, key=lambda pair: pair[0], default=(0.0, None))
        return demo if share >= 0.6 else None

    # Which cell is which

    def recognise(self) -> None:
        """Find what is missing by its text, and copies of questions that have no marks."""
        for each in self.missing(*Role):
            alike = [piece for piece in self.pieces if self._may_be(piece, each)]
            if each.role is Role.QUESTION:
                for piece in alike:
                    piece.known = each
            elif alike:
                alike = [piece for piece in alike if piece.cell.cell_type == each.cell.cell_type] or alike
                names = bound_names([each.cell.source])
                most = max(len(names & bound_names([piece.cell.source])) for piece in alike)
                last = [piece for piece in alike if len(names & bound_names([piece.cell.source])) == most][-1]
                last.known = each
        for question in self.form.of(Role.QUESTION):
            for piece in self.pieces:
                if piece.is_own and self.form.is_like(piece.cell, question, share=0.9):
                    piece.known = question

    def _may_be(self, piece: _Piece, each: Released) -> bool:
        """Whether a cell that is none of the release's yet is ``each``; a question may have been merged with prose."""
        is_text = piece.known is not None and piece.known.role is Role.PROSE
        if not piece.is_own and not (each.role is Role.QUESTION and is_text and piece.is_changed):
            return False
        return self.form.is_like(piece.cell, each, share=0.8 if each.role is Role.PROSE else 0.7)

    # Which copy counts

    def choose(self) -> None:
        """Of each graded cell one copy counts; the others stay and are ordinary cells."""
        for each in reversed(self.form.of(Role.QUESTION, Role.CHECK, Role.BLANK)):
            copies = self.of(each)
            if len(copies) < 2:
                continue
            if each.role is Role.BLANK:
                chosen = self._of_blank(each, copies)
            elif each.role is Role.QUESTION:
                chosen = self._of_question(each, copies)
            else:
                chosen = ([piece for piece in copies if self.form.is_like(piece.cell, each, share=0.5)] or copies)[-1]
                self.events.append(f"The cell `{each.name}` was there more than once; the last one counted.")
            for piece in copies:
                piece.counts = piece is chosen

    def _of_blank(self, blank: Released, copies: list[_Piece]) -> _Piece:
        """The last copy that was answered, whose definitions are in force at the end; all that were answered run.

        A copy that was left as it was does not: it would undo the others.
        """
        answered = [piece for piece in copies if piece.is_changed] or copies[-1:]
        for piece in copies:
            if piece not in answered:
                self.pieces.remove(piece)
        names = [bound_names([piece.cell.source]) & bound_names([blank.cell.source]) for piece in answered]
        if len(answered) > 1 and all(names) and not set.intersection(*names):
            self.events.append(f"The cell `{blank.name}` had been split; all of its parts ran.")
        elif len(answered) > 1 and self._continues(answered):
            self._join(answered)
            self.events.append(f"The cell `{blank.name}` had been split; its parts were joined.")
        elif answered[-1] is copies[-1]:
            self.events.append(f"The cell `{blank.name}` was there more than once; the last one counted.")
        else:
            self.events.append(f"The cell `{blank.name}` was there more than once; the one that was answered counted.")
        return answered[-1]

    def _continues(self, parts: list[_Piece]) -> bool:
        """Whether each part goes on where the one in front of it stops: in the midst of a block."""
        places = [self.pieces.index(piece) for piece in parts]
        side_by_side = places == list(range(places[0], places[0] + len(places)))
        return side_by_side and all(part.cell.source.lstrip("\n")[:1].isspace() for part in parts[1:])

    def _join(self, parts: list[_Piece]) -> None:
        """Put the text and the pictures of all ``parts`` into the last of them."""
        *others, last = parts
        last.cell.source = "\n".join(part.cell.source.strip("\n") for part in parts)
        for part in others:
            _move_pictures(part.cell, last.cell)
            self.pieces.remove(part)

    def _of_question(self, question: Released, copies: list[_Piece]) -> _Piece:
        """The copy that holds an answer; of several the last, with what an answer that was split has in front of it."""
        answered = [piece for piece in copies if piece.is_changed]
        if not answered or len({plain(piece.cell.source) for piece in copies}) == 1:
            self.events.append(f"The cell `{question.name}` was there more than once; the last one counted.")
            return (answered or copies)[-1]
        whole = [n for n, each in enumerate(answered) if share_of_words(question.text, each.cell.source) >= 0.7]
        parts = answered[whole[-1] if whole else 0 :]
        if len(parts) > 1:
            for part in parts:
                part.cell = _as_type(part.cell, "markdown")
            parts[-1].cell.source = "\n\n".join(part.cell.source.strip("\n") for part in parts)
            for part in parts[:-1]:
                _move_pictures(part.cell, parts[-1].cell)
                self.pieces.remove(part)
        elif not whole:  # the question stands in the copy that was left as it was
            parts[0].cell.source = f"{question.cell.source.rstrip()}\n\n{parts[0].cell.source}"
        if len(answered) > 1:
            counted = "its parts were joined" if len(parts) > 1 else "the last one counted"
            self.events.append(f"The cell `{question.name}` was there more than once, with answers; {counted}.")
        else:
            self.events.append(f"The cell `{question.name}` was there more than once; the one with an answer counted.")
        return parts[-1]

    # What was deleted

    def put_back(self) -> None:
        """Bring back what a notebook needs in order to be graded."""
        there = bound_names(piece.cell.source for piece in self.pieces if piece.cell.cell_type == "code")
        for each in self.missing(Role.QUESTION, Role.CHECK, Role.BLANK, Role.GIVEN):
            if each.role is Role.BLANK:
                self.events.append(f"The cell `{each.name}` had been deleted.")
                continue
            if each.role is Role.GIVEN:
                if not bound_names([each.cell.source]) - there:
                    continue
                first = next(iter(each.text.splitlines()), "")
                self.events.append(
                    f"The given cell that begins with `{_short(first)}` had been deleted; it was put back."
                )
            else:
                self.events.append(f"The cell `{each.name}` had been deleted; it was put back.")
            self.pieces.insert(self._place_of(each), _Piece(copy.deepcopy(each.cell), each))

    def _place_of(self, each: Released) -> int:
        """Behind the nearest cell that precedes it in the release."""
        before = [
            (piece.known.place, at)
            for at, piece in enumerate(self.pieces)
            if piece.known and piece.counts and piece.known.place < each.place
        ]
        return max(before)[1] + 1 if before else 0

    # Where the answers stand

    def gather_answers(self) -> None:
        """Show what was written beside a question that was left as it was together with it, for whoever grades it."""
        waiting = [piece for each in self.form.of(Role.QUESTION) for piece in self.of(each) if piece.counts]
        waiting = [piece for piece in waiting if not piece.is_changed]
        used: list[_Piece] = []
        for piece in waiting:
            assert piece.known is not None
            piece.cell.source = piece.known.cell.source  # white space is no answer
            found = self._below(piece) or self._above(piece)
            used += [each for each, _ in found]
            self._show(piece, found, "beside the question")
        for piece in waiting:
            if not piece.is_changed:
                elsewhere = [(each, text) for each, text in self._elsewhere(piece) if each not in used]
                self._show(piece, elsewhere, "elsewhere in the notebook")

    def _below(self, question: _Piece) -> list[tuple[_Piece, str]]:
        """Cells of the student's own between a question and the next cell of the release, and what was put in that.

        Code that says nothing in words is an experiment, and no answer by itself; beside other cells it is shown.
        """
        found: list[tuple[_Piece, str]] = []
        for piece in self.pieces[self.pieces.index(question) + 1 :]:
            if piece.known:
                found += self._written_into(piece)
                break
            if piece.is_own:
                found.append((piece, piece.cell.source))
        return found if len(found) > MANY or any(_says_something(piece) for piece, _ in found) else []

    def _above(self, question: _Piece) -> list[tuple[_Piece, str]]:
        """The same above the question; code that stands there belongs to what comes before."""
        found: list[tuple[_Piece, str]] = []
        for piece in reversed(self.pieces[: self.pieces.index(question)]):
            if piece.known:
                return self._written_into(piece) + found
            if piece.is_own and piece.cell.cell_type != "code":
                found.insert(0, (piece, piece.cell.source))
        return found

    def _written_into(self, piece: _Piece) -> list[tuple[_Piece, str]]:
        """What a student has typed into a text of the release."""
        if piece.known is None or piece.known.role is not Role.PROSE or not piece.is_changed:
            return []
        change = added(piece.known.cell.source, piece.cell.source)
        lines = piece.cell.source if change is None else change.lines
        new = share_of_words(lines, piece.known.cell.source) < 0.8  # else it is the same text, broken in other places
        return [(piece, lines)] if new and (lines.strip() or piece.cell.get("attachments")) else []

    def _elsewhere(self, question: _Piece) -> list[tuple[_Piece, str]]:
        """Texts of the student's own that speak of answers, or stand behind everything else; else all of some length.

        People answer in any language, so that a text need not say that it is an answer.
        """
        assert question.known is not None
        speaks = re.compile(rf"\b(answers?|questions?|{re.escape(question.known.name)})\b", re.IGNORECASE)
        last = max((at for at, piece in enumerate(self.pieces) if piece.known), default=-1)
        written = [
            (at > last, piece, text) for at, piece in enumerate(self.pieces) for piece, text in self._written(piece)
        ]
        telling = [(piece, text) for behind, piece, text in written if behind or speaks.search(text[:MAX_SEARCHED])]
        return telling or [
            (piece, text)
            for _, piece, text in written
            if count_words(text) >= SENTENCE or piece.cell.get("attachments")
        ]

    def _written(self, piece: _Piece) -> list[tuple[_Piece, str]]:
        """What a student has written in a cell: a text, comments without code, or lines in a text of the release."""
        if not piece.is_own:
            return self._written_into(piece)
        is_text = piece.cell.cell_type != "code" or _is_only_comments(piece.cell.source)
        return [(piece, piece.cell.source)] if is_text else []

    def _show(self, question: _Piece, found: list[tuple[_Piece, str]], where: str) -> None:
        """Append what was ``found`` to a question, with a line that says where it stood."""
        if not found:
            return
        assert question.known is not None
        question.cell = _as_type(question.cell, "markdown")
        for piece, text in found:
            shown = copy.deepcopy(piece.cell)
            shown.source = text
            _move_pictures(shown, question.cell)
            question.cell.source = f"{question.cell.source.rstrip()}\n\n{MOVED.format(where)}\n\n{_as_text(shown)}\n"
        self.events.append(
            f"`{question.known.name}` was left as it was; what stands {where} is shown there as its answer."
        )

    # What every cell becomes

    def restored(self, piece: _Piece) -> NotebookNode:
        """The cell as it is graded: with the release's metadata, or none."""
        known = piece.known if piece.counts else None
        cell = piece.cell
        if known and (known.is_graded or known.role is Role.DEMO):
            original = known.cell
            if cell.cell_type != original.cell_type:
                self.events.append(
                    f"The cell `{known.name}` had been turned into a {cell.cell_type} cell; it was turned back."
                )
            cell = _as_type(cell, original.cell_type)
            cell.metadata = copy.deepcopy(original.metadata)
            if known.role is Role.CHECK:
                cell.source = original.source
            elif known.name == COPY:  # the grader has a `util` of its own, and keeps none for each student
                cell.source = _without_copy(original.source)
        else:
            given = known is not None and known.role is Role.GIVEN
            cell.metadata = NotebookNode({"tags": [RELEASED]} if given else {})
        if cell.cell_type == "code":
            cell.pop("attachments", None)
        else:
            _mend_pictures(cell)
        return cell


def _without_copy(source: str) -> str:
    return "\n".join(line for line in source.splitlines() if not line.startswith(COPY_LINE))


def _says_something(piece: _Piece) -> bool:
    return piece.cell.cell_type != "code" or bool(SHOWS_TEXT.search(piece.cell.source)) or has_words(piece.cell.source)


def _is_only_comments(source: str) -> bool:
    return all(line.lstrip().startswith("#") for line in source.splitlines() if line.strip())


SHOWS_TEXT = re.compile(r"\b(Markdown|HTML|Latex|Math)\(|^\s*%%(markdown|html|latex|svg)\b")
SENTENCE = 5
"""So many words are more than a note."""
MAX_SEARCHED = 100_000
MANY = 20  # cells, of which each would be read word by word
MOVED = "---\n*The grader has put this here; it stood {}:*"


def _short(line: str) -> str:
    return line if len(line) <= 60 else line[:59] + "…"


def _as_type(cell: NotebookNode, kind: str) -> NotebookNode:
    if cell.cell_type == kind:
        return cell
    new = v4.new_code_cell if kind == "code" else v4.new_markdown_cell
    made = new(cell.source, id=cell.get("id"), metadata=cell.metadata)
    if kind != "code" and cell.get("attachments"):
        made["attachments"] = cell.attachments
    return made


def _as_text(cell: NotebookNode) -> str:
    """A cell's source as Markdown, code between fences that none of its lines can close."""
    if cell.cell_type != "code":
        return str(cell.source)
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", cell.source)), default=0))
    return f"{fence}python\n{cell.source}\n{fence}"


def _move_pictures(cell: NotebookNode, to: NotebookNode) -> None:
    """Attach the pictures of ``cell`` to another, and change their names in its text where they are taken there."""
    there = to.setdefault("attachments", NotebookNode()) if cell.get("attachments") else NotebookNode()
    for name, bundle in (cell.get("attachments") or {}).items():
        free = name
        while free in there and there[free] != bundle:
            free = "moved-" + free
        there[free] = bundle
        if free != name:
            cell.source = cell.source.replace(f"attachment:{name}", f"attachment:{free}")


REFERENCE = re.compile(r"attachment:([^\s)\]>\"']+)")


def _mend_pictures(cell: NotebookNode) -> None:
    """Let every attached picture be found by its name; one that is not there stops whoever shows the notebook.

    A picture that the text does not mention is shown at its end.
    """
    pictures = cell.get("attachments") or {}
    safe = {name: _safe(name, number) for number, name in enumerate(pictures)}
    by_reference = {unquote(name): new for name, new in safe.items()} | safe
    shown: set[str] = set()

    def named(found: re.Match[str]) -> str:
        name = by_reference.get(found[1]) or by_reference.get(unquote(found[1]))
        shown.add(name or "")
        return f"attachment:{name}" if name else f"missing-picture:{found[1]}"

    source = REFERENCE.sub(named, cell.source)
    cell.source = source + "".join(f"\n\n![{name}](attachment:{name})" for name in safe.values() if name not in shown)
    cell.pop("attachments", None)
    if pictures:
        cell["attachments"] = NotebookNode({safe[name]: bundle for name, bundle in pictures.items()})


def _safe(name: str, number: int) -> str:
    """A name that stands in Markdown as it is."""
    return name if re.fullmatch(r"[A-Za-z0-9][\w.-]*", name, re.ASCII) else f"picture-{number}"
