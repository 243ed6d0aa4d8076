"""nbgrader's own commands, for tests: run here, where they would run at the command line."""

import contextlib
import sys

import absl.logging
import pytest
from jupyter_core.application import NoStart
from nbgrader.apps import NbGraderApp


def nbgrader(folder, *words):
    """Run `nbgrader WORDS` in ``folder``; fails as the command does."""
    with contextlib.chdir(folder):
        app = NbGraderApp.instance()
        spare_the_streams()
        try:
            app.initialize(list(words))
            with contextlib.suppress(NoStart):  # the subcommand has been started
                app.start()
        except SystemExit as error:
            if error.code:
                pytest.fail(f"nbgrader {' '.join(words)} ended with {error.code}.")
        finally:
            for handler in app.log.handlers[:]:
                app.log.removeHandler(handler)
            # There is one of each, which would remember the words it was given.
            for each in filter(None, (app.subapp, app)):
                type(each).clear_instance()


def spare_the_streams():
    """Jupyter's applications close every handler of logging, and absl's, which comes with TensorFlow, closes its stream.

    That is the standard error of when TensorFlow was imported: pytest's own file, unless it is the current one.
    """
    absl.logging.get_absl_handler().python_handler.stream = sys.stderr
