"""Cells that were given and are not graded cost nothing: what can run of them runs, what is missing comes back."""

import pytest
from nbformat import v4

from autograder.intake.restoring import restore
from autograder.running.probe_calls import ProbeCall
from autograder.running.run import run
from autograder.schema import RELEASED

IMPORTS = "import math\nimport json\nVALUE = 3\n"
PROBES = "def value(student, rng):\n    return {'value': student.f()}\n"


def notebook(*sources):
    return v4.new_notebook(cells=[v4.new_code_cell(source) for source in sources])


IMPORTED = "from google.colab import drive\n" + IMPORTS


@pytest.mark.parametrize("own", [IMPORTS, IMPORTED, IMPORTS + "print('mine')"])
def test_a_given_cell_is_known_also_with_lines_of_the_students(own):
    made, _ = restore(notebook("# mine", own), notebook(IMPORTS))
    assert [cell.metadata.get("tags", []) for cell in made.cells] == [[], [RELEASED]]


FAILING = {
    "an import": "from google.colab import drive\ndrive.mount('/content')",
    "a magic": "%tensorflow_version 2.x",
    "a call over two lines": "print(\n    undefined)",
    "no Python": "import tensorflow as",
    "in a block": "if True:\n    import nonsense_module",
    "shell": "!false\n%cd /nowhere_at_all",
}


@pytest.mark.parametrize("lines", FAILING.values(), ids=FAILING)
@pytest.mark.parametrize("tagged", [True, False])
@pytest.mark.parametrize("magic", ["", "\n%%time\n", "%%capture\n"])
def test_below_a_line_that_fails_a_cell_goes_on(warm, lines, tagged, magic):
    """Of a cell that was given all the rest runs; of others what they define, unless they are no Python."""
    made = notebook(f"{magic}{lines}\nimport math\nVALUE = 3\nprint(VALUE)", "def f(): return VALUE + math.floor(1.5)")
    if tagged:
        made.cells[0].metadata["tags"] = [RELEASED]
    result = run(made, PROBES, [ProbeCall("value", (1,))], warm)
    reached = tagged or lines != FAILING["no Python"]
    assert result.answers["value"].values.get("value") == (4 if reached else None)
    if reached and lines != FAILING["shell"]:
        first = lines.splitlines()[0]
        assert result.events[0].startswith(f"Code cell 1 could not run its line `{first}`")
        rest = "the rest of it ran" if tagged else "what it defines below counted"
        assert result.events[0].endswith(f"; {rest}.")


def test_below_a_line_that_fails_nothing_is_defined_that_was_known(warm):
    """Such a line may have been put there in order to keep the rest from running."""
    made = notebook("def f(): return 1", "raise SystemExit('skip')\ndef f(): return 2\nf = 3", "def g(): return f()")
    result = run(made, PROBES, [ProbeCall("value", (1,))], warm)
    assert result.answers["value"].values["value"] == 1
    assert result.events == ["Code cell 2 stopped with SystemExit: skip."]


def test_after_a_death_the_rest_of_a_given_cell_runs_again(warm):
    made = notebook("import nonsense_module\nVALUE = 3", "import os; os._exit(1)", "def f(): return VALUE")
    made.cells[0].metadata["tags"] = [RELEASED]
    assert run(made, PROBES, [ProbeCall("value", (1,))], warm).answers["value"].values["value"] == 3
