"""Graded cells and metadata that were changed (22), files that are no ordinary notebooks (23)."""

import json
import os
import socket
import zipfile
from collections.abc import Callable
from pathlib import Path

import nbformat
from nbformat import NotebookNode, v4

from tests.attacks.attack import NOTHING, Attack, blank_cells

ROOT = Path(__file__).resolve().parents[2]
PUT_BACK = "had been deleted; it was put back."


def tests_of(notebook: NotebookNode) -> list[NotebookNode]:
    """The locked cells that stand for hidden tests."""
    return [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("locked")]


def each_test(change: Callable[[NotebookNode], object]) -> Callable[[NotebookNode], None]:
    """An edit that does ``change`` to every test cell."""

    def edit(notebook: NotebookNode) -> None:
        for cell in tests_of(notebook):
            change(cell)

    return edit


def each_nbgrader(**values: object) -> Callable[[NotebookNode], None]:
    """An edit that sets ``values`` in nbgrader's metadata of every cell that has it."""

    def edit(notebook: NotebookNode) -> None:
        for cell in notebook.cells:
            if "nbgrader" in cell.metadata:
                cell.metadata.nbgrader.update(values)

    return edit


def delete_tests(notebook: NotebookNode) -> None:
    """Leave out every test cell."""
    gone = [id(cell) for cell in tests_of(notebook)]
    notebook.cells = [cell for cell in notebook.cells if id(cell) not in gone]


def retype(kind: str) -> Callable[[NotebookNode], None]:
    """What Jupyter does to turn a code cell into another kind."""

    def change(cell: NotebookNode) -> None:
        del cell["outputs"], cell["execution_count"]
        cell.cell_type = kind

    return change


def delete_everything(notebook: NotebookNode) -> None:
    """An empty notebook."""
    notebook.cells = []


def delete_metadata(notebook: NotebookNode) -> None:
    """Text alone is left."""
    notebook.metadata = NotebookNode()
    for cell in notebook.cells:
        cell.metadata = NotebookNode()


def reverse_tests(notebook: NotebookNode) -> None:
    """Test cells in front, in reverse order."""
    tests = tests_of(notebook)
    delete_tests(notebook)
    notebook.cells[:0] = reversed(tests)


def double_everything(notebook: NotebookNode) -> None:
    """Every cell twice, ids and all."""
    notebook.cells = [NotebookNode(cell) for cell in notebook.cells for _ in range(2)]


def double_blanks_with_wrong_ones(first: bool) -> Callable[[NotebookNode], None]:
    """A second copy of each blank that breaks the answer, in front of the right one or behind it."""

    def edit(notebook: NotebookNode) -> None:
        for cell in blank_cells(notebook):
            if cell.metadata.nbgrader.grade_id == "sample_z":
                broken = NotebookNode(cell, source="def sample_Z(m, n): raise ValueError('the other copy')", id="other")
                at = next(index for index, each in enumerate(notebook.cells) if each is cell)
                notebook.cells.insert(at + (not first), broken)

    return edit


def move_solutions(notebook: NotebookNode) -> None:
    """The answers in an ordinary cell of their own, the blanks deleted."""
    blanks = blank_cells(notebook)
    at = next(index for index, cell in enumerate(notebook.cells) if cell is blanks[0])
    moved = v4.new_code_cell("\n\n".join(cell.source for cell in blanks))
    gone = [id(cell) for cell in blanks]
    notebook.cells.insert(at, moved)
    notebook.cells = [cell for cell in notebook.cells if id(cell) not in gone]


def swap_names(notebook: NotebookNode) -> None:
    """An easy blank handed in under the name of a hard one, and the reverse; what is defined stays the same."""
    names = {"sample_z": "train_step", "train_step": "sample_z", "test_sample_z": "test_train_step"}
    for cell in notebook.cells:
        info = cell.metadata.get("nbgrader", {})
        if info.get("grade_id") in names:
            info.grade_id = names[info.grade_id]


def forge_outputs(notebook: NotebookNode) -> None:
    """Outputs and notes as a graded notebook would have them."""
    notebook.metadata["atelier"] = {"unreadable": "", "mark": "0" * 32, "events": ["forged"], "verdicts": {"x": 1}}
    for cell in tests_of(notebook):
        cell.outputs = [v4.new_output("execute_result", data={"text/plain": "100.0"}, execution_count=1)]
        cell.metadata["atelier"] = {
            "points": 100,
            "verdicts": [{"criterion": "all", "points": 100, "outcome": "passed"}],
        }
        cell.metadata.nbgrader.update(score=100, manual_score=100, extra_credit=100)


def odd_metadata(notebook: NotebookNode) -> None:
    """Metadata of every wrong type where it does not matter to nbformat."""
    for number, cell in enumerate(notebook.cells):
        cell.metadata["nbgrader"] = [None, [], "test_sample_z", 3, {"grade_id": None}, {"grade_id": ["sample_z"]}][
            number % 6
        ]


def change_language(notebook: NotebookNode) -> None:
    """Another kernel, which would run something else."""
    notebook.metadata["kernelspec"] = {"name": "bash", "display_name": "Bash", "language": "bash", "argv": ["bash"]}
    notebook.metadata["language_info"] = {"name": "bash"}


ATTACKS = [
    Attack("tests_edited", 22, NOTHING, solved=False, edit=each_test(lambda cell: cell.update(source="100.0"))),
    Attack("tests_edited_to_exit", 22, edit=each_test(lambda cell: cell.update(source="import os; os._exit(0)"))),
    Attack("tests_deleted", 22, edit=delete_tests, says=PUT_BACK),
    Attack("tests_deleted_and_nothing_answered", 22, NOTHING, solved=False, edit=delete_tests, says=PUT_BACK),
    Attack("tests_reordered", 22, edit=reverse_tests),
    Attack("tests_retyped", 22, edit=each_test(retype("markdown")), says="it was turned back."),
    Attack("tests_made_raw", 22, edit=each_test(retype("raw")), says="it was turned back."),
    Attack(
        "tests_tagged_to_be_skipped",
        22,
        NOTHING,
        solved=False,
        edit=each_test(lambda cell: cell.metadata.update(tags=["skip-execution", "demo", "raises-exception"])),
    ),
    Attack("tests_unlocked", 22, NOTHING, solved=False, edit=each_nbgrader(locked=False, grade=False, solution=True)),
    Attack("tests_renamed", 22, NOTHING, solved=False, edit=each_nbgrader(grade_id="test_parameters")),
    Attack("points_forged", 22, edit=each_nbgrader(points=1000.0)),
    Attack("points_forged_and_nothing_answered", 22, NOTHING, solved=False, edit=each_nbgrader(points=-1000.0)),
    Attack("schema_forged", 22, edit=each_nbgrader(schema_version=99, checksum="0" * 32, cell_type="code")),
    Attack("kinds_forged", 22, edit=each_nbgrader(task=True, remove=True)),
    Attack("names_swapped", 22, edit=swap_names),
    Attack("outputs_forged", 22, NOTHING, solved=False, edit=forge_outputs, silent="forged"),
    Attack("metadata_odd", 22, edit=odd_metadata),
    Attack("metadata_deleted", 22, edit=delete_metadata),
    Attack("language_changed", 22, edit=change_language),
    Attack("everything_doubled", 22, edit=double_everything, says="was there more than once; the last one counted."),
    Attack(
        "blank_doubled_with_a_wrong_one_behind",
        22,
        {"sample_z": 0.0},
        edit=double_blanks_with_wrong_ones(first=False),
        says="It stopped with ValueError: the other copy",
    ),
    Attack("blank_doubled_with_a_wrong_one_in_front", 22, edit=double_blanks_with_wrong_ones(first=True)),
    Attack("solutions_moved", 22, edit=move_solutions, says="had been deleted."),
    Attack("everything_deleted", 22, NOTHING, edit=delete_everything, says=PUT_BACK),
    Attack(
        "solutions_tagged_to_be_skipped",
        22,
        edit=lambda notebook: [cell.metadata.update(tags=["skip-execution", "demo"]) for cell in blank_cells(notebook)],
    ),
]


def notebook_of(folder: Path) -> Path:
    """The notebook that was handed in."""
    return folder / f"{folder.name}.ipynb"


def rewrite(change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    """Write other bytes in place of the notebook's."""

    def write(folder: Path) -> None:
        path = notebook_of(folder)
        path.write_bytes(change(path.read_bytes()))

    return write


def replace(make: Callable[[Path], object]) -> Callable[[Path], None]:
    """Put something else in the place of the notebook."""

    def write(folder: Path) -> None:
        notebook_of(folder).unlink()
        make(notebook_of(folder))

    return write


def as_format_3(content: bytes) -> bytes:
    """The notebook as Jupyter wrote it before 2015."""
    return nbformat.writes(nbformat.convert(nbformat.reads(content.decode(), 4), 3), version=3).encode()


def with_number(**numbers: object) -> Callable[[bytes], bytes]:
    """The notebook with other numbers of its format."""
    return lambda content: json.dumps(json.loads(content) | numbers).encode()


def with_half_a_character(content: bytes) -> bytes:
    """The notebook with text that no file can hold, as JSON can spell it."""
    notebook = json.loads(content)
    notebook["cells"].append({"cell_type": "markdown", "id": "half", "metadata": {}, "source": "lonely: \ud83d"})
    return json.dumps(notebook).encode()


def sparse(path: Path) -> None:
    """A gigabyte that takes no room."""
    with path.open("wb") as file:
        file.write(b'{"nbformat": 4, "cells": [')
        file.truncate(2**30)


def bound_socket(path: Path) -> None:
    """A Unix socket where the notebook should be."""
    here = Path.cwd()
    os.chdir(path.parent)  # the path of a socket has little room
    with socket.socket(socket.AF_UNIX) as line:
        line.bind(path.name)
    os.chdir(here)


def link_folder(folder: Path) -> None:
    """The folder of the solution in place of one's own."""
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    folder.symlink_to(ROOT / "solutions" / folder.name)


def crowd(folder: Path) -> None:
    """Ten thousand files, a tree of folders, and names of all kinds."""
    for number in range(10_000):
        (folder / f"{number}.txt").touch()
    deep = folder
    for _ in range(12):
        deep /= "d" * 200
        deep.mkdir()
    for name in (
        "x" * 255,
        "new\nline",
        " ",
        "...",
        "-rf",
        "$(touch atelier-attack-was-here)",
        "\u202e.ipynb",
        "a;b|c&d",
        "%00",
        "\\..\\..",
    ):
        (folder / name).write_text("x")
    (Path(os.fsdecode(os.fsencode(folder) + b"/\xff\xfe.ipynb"))).write_text("x")


def links(folder: Path) -> None:
    """Links to the host, to itself and to nowhere, pipes and devices beside the notebook."""
    for number, target in enumerate(
        ("/etc/passwd", "/", ".", "..", "/dev/zero", "nowhere", "loop", str(ROOT / "solutions"))
    ):
        (folder / f"link{number}").symlink_to(target)
    (folder / "loop").symlink_to("loop")
    (folder / "other.ipynb").symlink_to(ROOT / "solutions" / folder.name / f"{folder.name}.ipynb")
    (folder / "timestamp.txt").symlink_to("/dev/zero")
    os.mkfifo(folder / "pipe")


def pack(folder: Path, *contents: bytes, name: str = "") -> None:
    """An archive in the place of the notebook, each of whose members holds one of ``contents``."""
    notebook_of(folder).unlink()
    with zipfile.ZipFile(folder / f"{folder.name}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for number, content in enumerate(contents):
            archive.writestr(name or f"{number or folder.name}.ipynb", content)


def damaged_archive(folder: Path) -> None:
    """An archive that only its packing's own library can unpack, which stumbles over it."""
    content = notebook_of(folder).read_bytes()
    notebook_of(folder).unlink()
    path = folder / f"{folder.name}.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr(f"{folder.name}.ipynb", content)
    packed = bytearray(path.read_bytes())
    start = packed.index(b".ipynb") + len(b".ipynb")
    packed[start + 4 : start + 9] = b"\xff" * 5  # 4 GB of memory, and no such options
    path.write_bytes(packed)


def attach(number: int) -> Callable[[NotebookNode], None]:
    """A text with so many small pictures, of which it mentions none."""

    def edit(notebook: NotebookNode) -> None:
        attached = {f"{each}.png": {"image/png": "AAAA"} for each in range(number)}
        notebook.cells.append(v4.new_markdown_cell("Look!", attachments=attached))

    return edit


def heavy_neighbours(folder: Path) -> None:
    """Twenty notebooks of five megabytes beside the one that counts."""
    for number in range(20):
        (folder / f"copy{number}.ipynb").write_bytes(
            b'{"nbformat": 4, "cells": [' + b'{"source": ""},' * 300_000 + b"0]}"
        )


REFUSED: dict[str, tuple[Callable[[Path], None], str]] = {
    "file_truncated": (rewrite(lambda content: content[: len(content) // 2]), "it may have been cut off"),
    "file_empty": (rewrite(lambda content: b""), "it is empty"),
    "file_of_zeros": (rewrite(lambda content: bytes(10**6)), "it is empty"),
    "file_nested_deeply": (
        rewrite(lambda content: b'{"nbformat": 4, "x": ' + b"[" * 10**6 + b"]" * 10**6 + b"}"),
        "nested too deeply",
    ),
    "file_of_one_gigabyte": (replace(sparse), "it is larger than 200 MB"),
    "file_with_a_huge_number": (
        rewrite(lambda content: b'{"nbformat": 4, "x": ' + b"9" * 10**6 + b"}"),
        "it has no cells",
    ),
    "file_of_many_values": (
        rewrite(lambda content: b'{"nbformat": 4, "cells": [' + b"[]," * (6 * 10**6) + b"[]]}"),
        "too many values",
    ),
    "file_of_brackets_in_quotes": (
        rewrite(lambda content: b'{"nbformat": 4, "cells": "' + b"[" * 10**6 + b'"}'),
        "it has no cells",
    ),
    "file_of_marks_that_command_a_terminal": (
        rewrite(lambda content: b"<<<<<<< \x1b]0;mine\x07\x1b[2J\n" + content),
        "(`<<<<<<<  ]0;mine  [2J`)",
    ),
    "file_of_format_5": (rewrite(with_number(nbformat=5)), "its format is 5"),
    "file_of_format_minus_1": (rewrite(with_number(nbformat=-1)), "its format is -1"),
    "file_with_cells_of_numbers": (rewrite(with_number(cells=[1, 2])), "it is not a valid notebook"),
    "file_of_many_cells": (
        rewrite(
            with_number(cells=[{"cell_type": "raw", "id": f"{n}", "source": "x", "metadata": {}} for n in range(3000)])
        ),
        "more than 2000 cells",
    ),
    "link_to_the_solution": (
        replace(lambda path: path.symlink_to(ROOT / "solutions" / path.stem / path.name)),
        "it is not a regular file, or lies behind a link",
    ),
    "link_to_itself": (replace(lambda path: path.symlink_to(path.name)), "lies behind a link"),
    "link_of_the_whole_folder": (link_folder, "lies behind a link"),
    "folder_as_notebook": (replace(Path.mkdir), "it is not a regular file"),
    "pipe_as_notebook": (replace(os.mkfifo), "it is not a regular file"),
    "socket_as_notebook": (replace(bound_socket), "could not be opened"),
}
"""Submissions that are no notebooks, and what is said of them."""

ATTACKS += [
    Attack(name, 23, NOTHING, write=write, says=says, status="failed") for name, (write, says) in REFUSED.items()
]
ATTACKS += [
    Attack("file_of_format_3", 23, write=rewrite(as_format_3)),
    Attack("file_of_a_later_minor_format", 23, write=rewrite(with_number(nbformat_minor=99))),
    Attack("file_of_no_format", 23, write=rewrite(with_number(nbformat="four"))),
    Attack("file_with_a_byte_order_mark", 23, write=rewrite(lambda content: b"\xef\xbb\xbf" + content)),
    Attack("file_in_utf_16", 23, write=rewrite(lambda content: content.decode().encode("utf-16"))),
    Attack("file_with_zeros_behind_it", 23, write=rewrite(lambda content: content + bytes(10**6))),
    Attack(
        "file_in_latin_1",
        23,
        write=rewrite(lambda content: content.replace(b"# Generating", b"# \xe4 Generating", 1)),
        says="The file is not UTF-8 text",
    ),
    Attack(
        "file_with_halves_of_characters",
        23,
        write=rewrite(with_half_a_character),
    ),
    Attack("ten_thousand_files_beside", 23, write=crowd),
    Attack("links_beside", 23, write=links, says="`timestamp.txt` does not hold a date and time"),
    Attack(
        "notebook_of_another_name",
        23,
        write=lambda folder: notebook_of(folder).rename(folder / "Gan (1).ipynb"),
        says="There is no `gan/gan.ipynb`; `gan/Gan (1).ipynb` was graded in its place.",
    ),
    Attack(
        "notebook_in_an_archive",
        23,
        write=lambda folder: pack(folder, notebook_of(folder).read_bytes()),
        says="`gan/gan.zip: gan.ipynb` was graded in its place.",
    ),
    Attack(
        "archive_that_unpacks_to_a_gigabyte",
        23,
        NOTHING,
        write=lambda folder: pack(folder, bytes(2**30)),
        status="failed",
        says="it is larger than 200 MB",
    ),
    Attack(
        "archive_that_is_damaged_in_its_own_way",
        23,
        NOTHING,
        write=damaged_archive,
        status="failed",
        says="packed in a way that is not known here",
    ),
    Attack("pictures_without_number", 23, edit=attach(200_000), says="some were left out"),
    Attack(
        "archive_of_very_many_files",
        23,
        NOTHING,
        write=lambda folder: pack(folder, *[b""] * 60_000),
        status="missing",
        says="an archive that cannot be opened",
    ),
    Attack(
        "archive_that_leads_out_of_its_folder",
        23,
        NOTHING,
        write=lambda folder: pack(folder, b"{}", name="../../../../atelier-attack-was-here.ipynb"),
        status="missing",
        says="an archive without a notebook",
    ),
    Attack("notebooks_beside_that_take_long", 23, NOTHING, solved=False, write=heavy_neighbours),
    Attack(
        "notebook_of_a_name_that_is_no_text",
        23,
        write=lambda folder: notebook_of(folder).rename(folder / os.fsdecode(b"\x1b[31m\n\xff.ipynb")),
        says="There is no `gan/gan.ipynb`; `gan/ [31m  .ipynb` was graded in its place.",
    ),
]
