"""What runs cells in a fork: IPython's own shell, made before the fork, which shows over a `Channel` what cells show.

It behaves as the kernel of a Jupyter notebook does. There is no such kernel: nothing listens, and nothing is bound.
"""

from __future__ import annotations

import ast
import asyncio
import builtins
import contextlib
import getpass
import inspect
import os
import re
import selectors
import signal
import sys
import zlib
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, NamedTuple

from IPython.core import page
from IPython.core.autocall import ZMQExitAutocall
from IPython.core.compilerop import CachingCompiler
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.error import StdinNotImplementedError, UsageError
from IPython.core.interactiveshell import ExecutionResult, InteractiveShell, InteractiveShellABC
from traitlets import Bool, Instance, Type, default
from traitlets.config import Config

from autograder.inside import asking, frames
from autograder.inside.channel import Channel, Stream


class Compiler(CachingCompiler):
    """Names cells as Jupyter's kernel does, so that IPython makes the same tracebacks."""

    def get_code_name(self, raw_code: str, transformed_code: str, number: int) -> str:  # noqa: ARG002
        """The name of a cell, by its source."""
        name = f"/tmp/ipykernel_{os.getpid()}/{zlib.crc32(raw_code.encode('utf-8', 'replace'))}.py"
        # Else a traceback looks for each of its frames through thousands of modules: a minute for endless recursion.
        inspect.modulesbyfile[name] = "__main__"  # type: ignore[attr-defined]
        return name


class Results(DisplayHook):
    """Shows what a cell's last expression is worth."""

    content: dict[str, Any]

    def start_displayhook(self) -> None:
        """Begin."""
        self.content = {}

    def write_output_prompt(self) -> None:
        """Take the number of the cell."""
        self.content["count"] = self.prompt_count

    def write_format_data(self, format_dict: dict[str, Any], md_dict: dict[str, Any] | None = None) -> None:
        """Take the value in all its forms."""
        self.content |= {"data": format_dict, "metadata": md_dict}

    def finish_displayhook(self) -> None:
        """Show it."""
        if self.content.get("data"):
            self.shell.channel.send_json(frames.RESULT, self.content)
        self.content = {}


class Displays(DisplayPublisher):
    """Shows what `display` is given."""

    def publish(
        self,
        data: dict[str, Any],
        metadata: dict[str, Any] | None = None,
        *,
        transient: dict[str, Any] | None = None,
        update: bool = False,
        **_: Any,
    ) -> None:
        """Show ``data``, or put it in the place of what had the same display id."""
        self._validate_data(data, metadata)
        content = {"data": data, "metadata": metadata, "id": (transient or {}).get("display_id"), "update": update}
        self.shell.channel.send_json(frames.DISPLAY, content)

    def clear_output(self, wait: bool = False) -> None:
        """Take away what the cell has shown, at once or when it shows more."""
        self.shell.channel.send_json(frames.CLEAR, {"wait": bool(wait)})


class ZMQInteractiveShell(InteractiveShell):
    """IPython's shell. Libraries see by the name of this class that they run in a notebook, so it bears Jupyter's."""

    compiler_class = Type(Compiler)
    displayhook_class = Type(Results)
    display_pub_class = Type(Displays)
    exiter = Instance(ZMQExitAutocall)
    autoindent = Bool(False)
    channel: Channel
    cleanups = 0
    """How many functions prepare a cell, as long as nobody has added one."""
    leaving = False
    keepkernel_on_exit = None

    @default("exiter")
    def _default_exiter(self) -> ZMQExitAutocall:
        return ZMQExitAutocall(self)

    def init_environment(self) -> None:
        """Say to other programs that they print for a notebook, in which they can neither page nor ask."""
        os.environ.update(TERM="xterm-color", CLICOLOR="1", FORCE_COLOR="1", CLICOLOR_FORCE="1")
        os.environ.update(PAGER="cat", GIT_PAGER="cat")

    def init_hooks(self) -> None:
        """What a notebook shows in a pager of its own is no output."""
        super().init_hooks()
        self.set_hook("show_in_pager", page.as_hook(lambda *_, **__: None), 99)

    def enable_gui(self, gui: str | None = None) -> None:
        """There is no screen."""
        if gui not in (None, "inline", "agg"):
            raise UsageError(f"Invalid GUI request {gui!r}: there is no screen here.")

    def ask_exit(self) -> None:
        """Note that the notebook wants to end its process."""
        self.leaving |= not self.keepkernel_on_exit

    def set_next_input(self, text: str, replace: bool = False) -> None:
        """Offer the text of a new cell, which nobody takes up."""

    def _showtraceback(self, etype: type[BaseException], evalue: BaseException | None, stb: list[str]) -> None:
        content = {"ename": etype.__name__, "evalue": str(evalue), "traceback": stb}
        self.channel.send_json(frames.ERROR, content)


InteractiveShellABC.register(ZMQInteractiveShell)


def make_shell() -> ZMQInteractiveShell:
    """The one shell of this process, made before the fork; and before imports, since TensorFlow asks for it."""
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.cache_size = 0
    # How tqdm, for one, sees that it runs in a notebook.
    config.IPKernelApp.tqdm = ""
    shell: ZMQInteractiveShell = ZMQInteractiveShell.instance(config=config)
    with contextlib.suppress(ImportError):
        shell.enable_matplotlib("agg")
    shell.cleanups = len(shell.input_transformers_cleanup)
    return shell


def refuse_input(*_: object, **__: object) -> str:
    """In the place of `input`."""
    raise StdinNotImplementedError("raw_input was called, but this frontend does not support input requests.")


def refuse_password(*_: object, **__: object) -> str:
    """In the place of `getpass.getpass`."""
    raise StdinNotImplementedError("getpass was called, but this frontend does not support input requests.")


def in_words(error: BaseException) -> list[str]:
    """Type and text of an exception of any class."""
    try:
        return [type(error).__name__, str(error)[:1000]]
    except BaseException:
        return ["Exception", ""]


class Server:
    """Carries out the grader's orders, one after the other, within an event loop, as a Jupyter kernel does."""

    def __init__(self, shell: ZMQInteractiveShell, channel: Channel) -> None:
        """``shell`` runs the cells."""
        self.shell = shell
        self.channel = channel
        self.orders: dict[str, Callable[..., Any]] = {
            "run": self.run,
            "go_on": asking.go_on,
            "define": asking.define,
            "define_rest": asking.define_rest,
            "lay_out": asking.lay_out,
            "make_room": asking.make_room,
            "load_probes": asking.load_probes,
            "ask": self.ask,
            "check": lambda **which: asking.far_down(lambda: asking.check(**which)),
        }

    async def serve(self) -> None:
        """Until the line ends."""
        self.channel.send(frames.BEGUN, b"")
        while True:
            await self.wait()
            order = self.channel.receive()
            if order is None:
                return
            self.channel.send(frames.BEGUN, order["name"].encode())
            # Between orders an interrupt is nobody's.
            signal.signal(signal.SIGINT, signal.default_int_handler)
            done = {"name": order["name"]} | await self.carry_out(order["do"], order["with"])
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            self.channel.send_json(frames.DONE, done)

    async def wait(self) -> None:
        """Until there is an order; meanwhile tasks go on that cells have left behind."""
        loop = asyncio.get_running_loop()
        ready = loop.create_future()
        loop.add_reader(self.channel.line.incoming, ready.cancel)
        with contextlib.suppress(asyncio.CancelledError):
            await ready
        loop.remove_reader(self.channel.line.incoming)

    async def carry_out(self, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """One order: what it told, the error that stopped it, and whether the notebook wants to leave."""
        told, error = None, None
        try:
            came = self.orders[name](**arguments)
            if isinstance(came, Awaitable):
                error = await came
            else:
                told = came
        except BaseException as raised:
            error = raised
        return {"told": told, "error": error and in_words(error), "leaving": self.shell.leaving}

    async def run(self, source: str, remember: str = "", put_off: bool = False) -> BaseException | None:
        """Run a cell; return what stopped it. If nothing did, keep the names for the questions of a test.

        The checks of that test run at once, or are ``put_off``.
        """
        builtins.input, getpass.getpass = refuse_input, refuse_password
        before = getattr(sys, "last_value", None)
        with asking.putting_off(remember) if put_off else contextlib.nullcontext():
            result = await self.run_cell(source)
        if result.success and remember:
            asking.remember(remember)
        error: BaseException | None = result.error_before_exec or result.error_in_exec
        stopped = getattr(sys, "last_value", None)
        if error is None and stopped is not before and asking.below_magics(source) != source:
            error = stopped  # which `%%capture` has hidden
        return error

    async def run_cell(self, source: str) -> ExecutionResult:
        """As a Jupyter kernel does it."""
        shell, prepared = self.shell, as_it_stands(self.shell, source) or transformed(self.shell, source)
        cell = shell.run_cell_async(
            source,
            store_history=True,
            transformed_cell=prepared.source,
            preprocessing_exc_tuple=prepared.failed,
        )
        result = None
        try:
            if prepared.is_async:
                task = asyncio.ensure_future(cell)
                with interrupts_cancel(task):
                    result = await task
            else:
                result = await cell
        finally:
            shell.events.trigger("post_execute")
            shell.events.trigger("post_run_cell", result)
        return result

    def ask(self, test: str, seed: list[int], token: str, with_stubs: bool | None) -> None:
        """Put a probe, or one half of it, and send what it answered."""
        asking.with_stubs = with_stubs
        self.channel.send_json(frames.ANSWER, asking.far_down(lambda: asking.ask(test, seed, token)))


class Prepared(NamedTuple):
    """A cell as Python: what IPython has made of its source, why it could not, and whether it awaits something."""

    source: str
    failed: Any
    is_async: bool


def transformed(shell: ZMQInteractiveShell, source: str) -> Prepared:
    """A cell in which there may be magics, as a Jupyter kernel prepares it."""
    try:
        prepared, failed = shell.transform_cell(source), None
    except Exception:
        prepared, failed = source, sys.exc_info()
    is_async = shell.should_run_async(source, transformed_cell=prepared, preprocessing_exc_tuple=failed)
    return Prepared(prepared, failed, is_async)


FOR_IPYTHON = re.compile(r"\A\s|\AIn \[|^[ \t]*[%!?,;/>]|=[ \t]*[%!]|\?[ \t]*$", re.MULTILINE)
"""What stands in every cell that IPython transforms."""


def awaits(source: str) -> bool:
    """Whether the cell awaits something at its top level, as IPython finds it out; raises what is wrong with it.

    Without the words that it takes it is only parsed, which is sooner done.
    """
    if not re.search(r"\b(?:await|async)\b", source):
        ast.parse(source)
        return False
    code = compile(source, "<>", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    return bool(code.co_flags & inspect.CO_COROUTINE)


def as_it_stands(shell: ZMQInteractiveShell, source: str) -> Prepared | None:
    """A cell that is Python already: to take it apart in search of magics would take longer than to run it.

    None if it is not, or if the student's code has given IPython more to do with cells.
    """
    own = shell.input_transformers_post or len(shell.input_transformers_cleanup) != shell.cleanups
    if own or FOR_IPYTHON.search(source):
        return None
    try:
        is_async = bool(shell.autoawait and awaits(source))
    except (SyntaxError, ValueError, MemoryError, OverflowError, RecursionError):
        return None
    return Prepared(source if source.endswith("\n") else f"{source}\n", None, is_async)


@contextlib.contextmanager
def interrupts_cancel(task: asyncio.Task[Any]) -> Iterator[None]:
    """While the block runs, an interrupt cancels ``task``: where it waits, no code of the cell could receive it."""
    loop = asyncio.get_running_loop()
    before = signal.signal(signal.SIGINT, lambda *_: loop.call_soon_threadsafe(task.cancel))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def serve(shell: ZMQInteractiveShell, line: frames.Line) -> None:
    """Show on ``line`` what ``shell`` shows, and carry out what comes over it, until it ends."""
    channel = shell.channel = Channel(line)
    sys.stdout = Stream(channel, frames.STDOUT, 1, "stdout")
    sys.stderr = Stream(channel, frames.STDERR, 2, "stderr")
    with contextlib.suppress(OSError):  # the home that it was made with was another one
        os.makedirs(os.path.join(shell.profile_dir.location, "db"))
    # Not by epoll, of whose watches all submissions together have a number.
    loop = asyncio.SelectorEventLoop(selectors.PollSelector())
    asyncio.set_event_loop(loop)
    loop.run_until_complete(Server(shell, channel).serve())
