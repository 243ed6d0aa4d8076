"""The documentation site: the repository's own Markdown files and student notebooks, rendered by Sphinx.

`make docs` writes it to ``build/docs``. The source folder is the repository's root, so that a link in a file leads to
the same place on the site as in the repository, and no text stands twice. Notebooks are shown as students get them, and
not executed.
"""

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.application import Sphinx
from sphinx.ext.autodoc.mock import _MockModule

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

project = "Atelier"
author = "The Atelier authors"
project_copyright = "2026, The Atelier authors"
root_doc = "README"

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
include_patterns = ["*.md", "docs/*.md", "docs/reference/*.md", "notebooks/**", "results/*.md", "data/README.md"]
exclude_patterns = [".*", "build", "docs/contents.md", "**/.ipynb_checkpoints"]
nitpicky = True  # a reference that leads nowhere is a warning, and `make docs` makes every warning an error
nitpick_ignore_regex = [("py:.*", ".*")]  # types in signatures are often those of Keras and NumPy, which are not here
default_role = "code"  # a name between single backticks in a docstring

# Markdown and notebooks.
myst_enable_extensions = ["amsmath", "colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
nb_execution_mode = "off"
nb_ipywidgets_js: dict[str, dict[str, str]] = {}  # by default it would come from the network

# The reference, from the docstrings. In the place of TensorFlow and Keras, which take long to import, stands what takes
# any name; only the question which backend runs has an answer.
autodoc_mock_imports = ["jax", "keras", "sklearn", "tensorflow"]
sys.modules["keras"] = keras = _MockModule("keras")
keras.backend = SimpleNamespace(backend=lambda: "tensorflow")
autodoc_default_options = {"members": True, "imported-members": True}
autodoc_member_order = "groupwise"
autodoc_preserve_defaults = True
napoleon_use_ivar = True  # what a docstring says of a dataclass's fields stands once

html_theme = "furo"
html_title = "Atelier"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_additional_pages = {"index": "index.html"}
templates_path = ["templates"]
GALLERY = ROOT / "build" / "gallery" / "site"  # what `make gallery` writes for the site, if it was made
html_extra_path = [str(GALLERY)] if GALLERY.is_dir() else []
html_show_sphinx = False
html_copy_source = False


def add_contents(_app: Sphinx, docname: str, source: list[str]) -> None:
    """The start page is the README; the list of pages that Sphinx needs on it is put at its end."""
    if docname == root_doc:
        if html_extra_path:
            source[0] += '\n<p><a href="gallery.html">Pictures and animations of the lessons</a></p>\n'
        source[0] += "\n" + (ROOT / "docs" / "contents.md").read_text(encoding="utf-8")


def inline_formula(translator: Any, node: nodes.math) -> None:
    """A formula as MathML, which browsers show by themselves: no script, no font from the network."""
    translator.body.append(convert(node.astext()))
    raise nodes.SkipNode


def displayed_formula(translator: Any, node: nodes.math_block) -> None:
    """The same for a formula on a line of its own."""
    translator.body.append(f'<div class="math">{convert(node.astext(), display="block")}</div>')
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    """Called by Sphinx."""
    app.connect("source-read", add_contents)
    app.add_html_math_renderer("mathml", (inline_formula, None), (displayed_formula, None))


html_math_renderer = "mathml"
