"""A student notebook that runs anywhere: its first code cell finds `util`, or unpacks the copy that it holds.

The copy is the argument of a call in one long line: code is what every editor, platform and grader keeps, and a line
takes no room. The cell binds one name, so that nothing runs in a student's notebook only because of it.
"""

from __future__ import annotations

import base64
import bz2
import hashlib
import json
from functools import cache
from pathlib import Path

from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode, v4
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Unicode

from autograder.running.environment import home
from autograder.schema import COPY, COPY_LINE, DEMO

__all__ = ["PACKED", "StandAlone", "modules", "packed"]

PACKED = "util.txt"
"""The file among the notebooks that has the copy for one whose own was damaged, if the course has an address."""

GITHUB, COLAB = "https://github.com/", "https://colab.research.google.com/github/"
BADGE = "[![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)]({})"

# Colab shows a title in place of such a cell's code, JupyterLab three dots; the site leaves it out.
NOT_ON_THE_SITE = "remove-cell"
FOLDED = {"tags": [DEMO, NOT_ON_THE_SITE], "cellView": "form", "jupyter": {"source_hidden": True}}

SOURCE = '''\
# @title The lesson's own modules: run this cell, and go on
def find_util(digest, address, copy):
    """Let `import util` work wherever this notebook is opened.

    The modules are looked for beside the notebook and among what is installed; else the copy in the last line of this
    cell is unpacked, or the one at the course's address.
    """
    import atexit, base64, bz2, hashlib, json, shutil, sys, tempfile, urllib.request
    from pathlib import Path

    def is_whole(text):
        return hashlib.sha256(text.encode()).hexdigest() == digest

    places = [*map(str, [Path.cwd(), *Path.cwd().parents]), *sys.path]
    found = next((place for place in places if (Path(place) / "util" / "checks.py").is_file()), None)
    if found is None and address and not is_whole(copy):
        try:
            copy = urllib.request.urlopen(address, timeout=20).read().decode()
        except (OSError, ValueError) as error:
            print(f"{address} cannot be read: {error}")
    if found is None and not is_whole(copy):
        print("The lesson's modules are missing: take a new copy of the notebook, or put the folder util beside it.")
        return
    if found is None:
        found = tempfile.mkdtemp(prefix="atelier-")
        atexit.register(shutil.rmtree, found, ignore_errors=True)
        for name, text in json.loads(bz2.decompress(base64.b64decode(copy))).items():
            path = Path(found, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    sys.path.insert(0, found)
    from util import start

    start.begin(keras=KERAS)


'''


def modules(folder: Path) -> list[Path]:
    """The files of the package ``util`` in ``folder``, without the copies that editors keep."""
    return [path for path in sorted((folder / "util").rglob("*.py")) if ".ipynb_checkpoints" not in path.parts]


@cache
def packed(folder: Path) -> str:
    """The package ``util`` in ``folder`` as one line of text: names and sources as JSON, by bzip2, in base64.

    bzip2, since every version of it makes the same bytes, and the same course must make the same notebooks.
    """
    sources = {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in modules(folder)}
    return base64.b64encode(bz2.compress(json.dumps(sources).encode())).decode()


class StandAlone(NbGraderPreprocessor):
    """The last step of a release: put the cell that finds `util`, and a badge if the course has an address."""

    address = Unicode(help="Where the course's folder is on the web, as `course.toml` says.").tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> tuple[NotebookNode, ResourcesDict]:
        """Add both, unless nothing in the notebook imports `util`."""
        code = [at for at, cell in enumerate(nb.cells) if cell.cell_type == "code"]
        if not any("util import" in nb.cells[at].source for at in code):
            return nb, resources
        copy = packed(home())
        digest = hashlib.sha256(copy.encode()).hexdigest()
        elsewhere = f"{self.address.replace('/blob/', '/raw/')}/notebooks/{PACKED}" if self.address else ""
        call = f'{COPY_LINE}"{digest}", "{elsewhere}", "{copy}")'
        uses_keras = any("import keras" in nb.cells[at].source for at in code)
        source = SOURCE.replace("KERAS", str(uses_keras)) + call
        nb.cells.insert(code[0], v4.new_code_cell(source, id=COPY, metadata=FOLDED))
        if self.address.startswith(GITHUB):
            name = resources["nbgrader"]["assignment"]
            place = f"{self.address}/notebooks/{name}/{name}.ipynb".replace(GITHUB, COLAB)
            nb.cells.insert(
                0, v4.new_markdown_cell(BADGE.format(place), id="colab", metadata={"tags": [NOT_ON_THE_SITE]})
            )
        return nb, resources
