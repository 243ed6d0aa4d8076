"""What cells show in a fork is what they show in a real Jupyter kernel under nbclient: the same cells, run by both."""

import pytest
from nbformat import v4

from autograder.running.run import run
from benchmarks.same_outputs import differences, in_short, run_in_a_kernel, was_shown

CELLS = {
    # Streams
    "print": ["print('a')\nprint('b', end='')\nprint('', end='')", "print()\nprint('ü🙂', 'c', sep='\\n')"],
    "stderr": ["import sys\nprint('a')\nprint('b', file=sys.stderr)\nprint('c')\nprint(sys.stdout.isatty())"],
    "carriage return": ["for i in range(3): print(i, end='\\r', flush=True)"],
    "much": ["for i in range(30_000): print(i)"],
    "one long line": ["print('x' * 300_000)"],
    "written": ["import sys\nsys.stdout.write('abc\\n')", "sys.stdout.writelines(['a', 'b'])", "sys.stdout.write(3)"],
    "encoding": ["import sys\nprint(sys.stdout.encoding, sys.stdout.writable(), hasattr(sys.stdout, 'buffer'))"],
    "warning": ["import warnings\nwarnings.warn('careful')\nprint('after')"],
    "logging": ["import logging\nlogging.warning('careful')"],
    "thread": ["import threading\nt = threading.Thread(target=print, args=('in a thread',))\nt.start(); t.join()\nprint('after')"],
    # Other programs, and C
    "subprocess": ["import subprocess\nsubprocess.run(['echo', 'b']);", "subprocess.run(['true'])"],
    "system": ["import os\nos.system('echo a; echo b >&2');", "print(os.system('exit 3'))"],
    "descriptors": ["import os\nos.write(1, b'b\\n')\nos.write(2, b'd\\n');"],
    "much from a program": ["import subprocess\nsubprocess.run(['seq', '40000']);"],
    "C": ["import ctypes\nlibc = ctypes.CDLL(None)\nlibc.puts(b'from C')\nlibc.fflush(None);"],
    "fork": ["import os\nprint(end='')\nif os.fork() == 0:\n    print('child', flush=True)\n    os._exit(0)\nos.wait()\nprint('b')"],
    "multiprocessing": ["import multiprocessing as m\np = m.get_context('fork').Process(target=print, args=('child',))\np.start(); p.join()"],
    # Results and displays
    "result": ["1 + 1", "None", "'text'", "3;", "x = 4\nx", "5 # comment;", "[0] * 3"],
    "long result": ["list(range(2000))"],
    "html": ["class A:\n    def _repr_html_(self): return '<b>x</b>'\n    def __repr__(self): return 'A()'\nA()", "display(A(), A())"],
    "bundle": ["class A:\n    def _repr_mimebundle_(self, **_): return {'text/plain': 'a', 'x/y': 'z'}, {'x/y': {'w': 1}}\nA()"],
    "raw": ["display({'text/plain': 'a', 'application/json': {'b': [1, None, True, 2.5]}}, raw=True, metadata={'m': 1})"],
    "display": ["from IPython.display import *\ndisplay(HTML('<i>h</i>'), Markdown('*m*'), Latex('$l$'), JSON({'a': [1]}), Math('x'))"],
    "image": ["from IPython.display import Image\nImage(data=b'\\x89PNG\\r\\n\\x1a\\n' + bytes(30), format='png')"],
    "svg": ["from IPython.display import SVG\nSVG('<svg xmlns=\"http://www.w3.org/2000/svg\"/>')"],
    "between prints": ["print('a')\ndisplay('b')\nprint('c')\n'd'"],
    "update": ["h = display('a', display_id='one')\nprint('b')\nh.update('c')", "h.update('d')", "display('e', display_id='one')"],
    "update of nothing": ["from IPython.display import update_display\nupdate_display('a', display_id='none')\nprint('b')"],
    "clear": ["from IPython.display import clear_output\nprint('a')\nclear_output()\nprint('b')"],
    "clear and wait": ["from IPython.display import clear_output\nprint('a')\nclear_output(wait=True)\nprint('b')", "print('c')\nclear_output(wait=True)"],
    "clear and update": ["from IPython.display import clear_output\nh = display('a', display_id=True)\nclear_output()\nh.update('b')\nprint('c')"],
    "dataframe": ["import pandas\npandas.DataFrame({'a': [1, 2], 'b': ['x', 'y']})"],
    "table of rich": ["from rich.table import Table\nt = Table('a')\nt.add_row('b')\nt", "import rich\nrich.print('[bold]x[/bold]')"],
    "figure": ["%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 3, 2]);", "plt.bar([1], [2])\nplt.show()\nprint('after')", "plt.figure()"],
    "figure without magic": ["%matplotlib agg\nimport matplotlib.pyplot as plt\nf = plt.figure(figsize=(1, 1))", "f"],
    # Errors
    "error": ["def f(x):\n    return 1 / x\nprint('before')\nf(0)\nprint('never')", "print('after')"],
    "chain": ["try:\n    {}['a']\nexcept KeyError as e:\n    raise ValueError('b') from e"],
    "group": ["raise ExceptionGroup('many', [ValueError('a'), KeyError('b')])"],
    "syntax": ["a b c", "def f(:\n  pass", "if True:\nprint(1)", "x = 'a"],
    "null byte": ["print('a\\x00b')"],
    "sys.exit": ["import sys\nprint('a')\nsys.exit(3)", "print('alive')"],
    "keyboard interrupt": ["raise KeyboardInterrupt", "print('alive')"],
    "odd exceptions": ["raise BaseException('x')", "class E(Exception):\n    def __str__(self): return ''\nraise E", "assert 1 == 2, [1, 2]"],
    "error while shown": ["class A:\n    def _repr_html_(self): raise ValueError('no')\n    def __repr__(self): return 'A'\nA()"],
    "traceback by hand": ["try:\n    1 / 0\nexcept ZeroDivisionError:\n    get_ipython().showtraceback()\nprint('after')"],
    "recursion": ["def f(): f()\ntry: f()\nexcept RecursionError as error: print(error)"],
    # Magics
    "shell": ["!echo a; echo b >&2", "x = !echo c\nx", "name = 'd'\n!echo {name} $name", "!exit 3", "_exit_code"],
    "bash": ["%%bash\necho a\necho b >&2", "%%bash\nexit 4", "%%sh\necho c"],
    "time": ["%time sum(range(10))", "%%time\nprint('a')", "%timeit -n1 -r1 pass"],
    "capture": ["%%capture kept\nprint('a')\ndisplay('b')", "print(kept.stdout)\nkept.outputs"],
    "cell magics": ["%%html\n<b>a</b>", "%%latex\n$x$", "%%javascript\n1", "%%markdown\n*x*", "%%writefile a.txt\nb", "%cat a.txt"],
    "line magics": ["a = 1\n%who", "%env ATELIER_X=3", "%env ATELIER_X", "%precision 3\n3.14159265", "%xmode Plain\n1 / 0", "%xmode Context"],
    "run": ["%%writefile s.py\nprint('in it')\ny = 3", "%run s.py", "y"],
    "unknown magic": ["%nosuch", "%%nosuch\n1"],
    "help": ["len?", "len??", "help(abs)"],
    "autoreload": ["%load_ext autoreload\n%autoreload 2", "print('a')"],
    "pylab": ["%config InlineBackend.figure_format = 'svg'"],
    # Waiting
    "await": ["import asyncio\nawait asyncio.sleep(0.01)\nprint('a')", "async def f(): return 3\nawait f()", "[x async for x in (i for i in [])]"],
    "async for": ["async def g():\n    yield 1\n    yield 2\n[x async for x in g()]"],
    "error in await": ["async def f(): return 1 / 0\nawait f()"],
    "tasks": ["import asyncio\ndone = []\nasync def f(): done.append(1)\nt = asyncio.create_task(f())", "await t\ndone"],
    "running loop": ["import asyncio\nasyncio.get_running_loop().is_running()", "async def f(): return 1\nasyncio.run(f())"],
    "input": ["input('x')", "import getpass\ngetpass.getpass()", "print('alive')"],
    "interrupt": ["import os, signal, time\nos.kill(os.getpid(), signal.SIGINT)\ntime.sleep(5)\nprint('never')", "print('alive')"],
    "interrupt of await": ["import asyncio, os, signal, threading\nthreading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()\nawait asyncio.sleep(5)", "print('alive')"],
    # What libraries see
    "widgets": ["import ipywidgets\nslider = ipywidgets.IntSlider(value=3)\nslider", "slider.value = 4\nslider.value", "ipywidgets.VBox([slider])"],
    "tqdm": ["from tqdm.auto import tqdm\nprint(tqdm.__module__)"],
    "a notebook": ["type(get_ipython()).__name__", "__name__", "import os\nos.environ['TERM'], os.environ['PAGER']"],
    "keep_kernel": ["exit(keep_kernel=True)\nprint('a')", "print('alive')"],
    "changed builtins": ["import builtins\nbuiltins.input = lambda *a: 'x'\ninput()", "input()"],
    "displayhook": ["import sys\nsys.displayhook(5)"],
    # Last, since it stays.
    "hooks": ["get_ipython().events.register('post_run_cell', lambda r: print('ran', r.success))", "1 / 0", "print('b')"],
}  # fmt: skip
"""Cells by what is looked at. Each list is run in a notebook of its own."""


@pytest.fixture(scope="module")
def reference():
    """By name, the outputs of each cell as one real kernel gives them, with a bare namespace for each list."""
    starts, cells = {}, []
    for name, sources in CELLS.items():
        cells.append(v4.new_code_cell("%reset -f"))
        starts[name] = len(cells)
        cells += map(v4.new_code_cell, sources)
    run_in_a_kernel(v4.new_notebook(cells=cells))
    return {name: [cell.outputs for cell in cells[start : start + len(CELLS[name])]] for name, start in starts.items()}


@pytest.mark.parametrize("name", CELLS)
def test_a_fork_shows_what_a_jupyter_kernel_shows(reference, warm, name):
    notebook = v4.new_notebook(cells=[v4.new_code_cell(source) for source in CELLS[name]])
    result = run(notebook, "", [], warm)
    ours = [in_short(filter(was_shown, result.outputs[index])) for index in range(len(CELLS[name]))]
    theirs = [in_short(outputs) for outputs in reference[name]]
    for _ in range(3):
        if ours == theirs:
            break
        # On a busy machine a Jupyter kernel passes on what other programs print when the next cell runs already.
        again = v4.new_notebook(cells=[v4.new_code_cell(source) for source in CELLS[name]])
        run_in_a_kernel(again)
        theirs = [in_short(cell.outputs) for cell in again.cells]
    assert ours == theirs


def test_a_solved_notebook_shows_the_same(gan, kernels):
    """All the others by `python -m benchmarks.same_outputs`."""
    assert differences(kernels, gan.solution) == []


PLAIN = [
    *(
        "x = 1",
        "x != 1",
        "x = (5\n%3)",
        "s = '''\n%x\n'''",
        "# why?\nx = 1",
        "await f()",
        "[x async for x in y]",
        "x = '\\d'",
    ),
    *(
        "x?",
        "%time 1",
        "a = !ls",
        "a = %time 1",
        "if 1:\n    %time 2",
        "%%time\nx = 1",
        "!ls",
        ",f a b",
        "/f 1",
        "; f 1",
    ),
    *(
        "\nx = 1",
        "  x = 1",
        "In [1]: x = 2",
        ">>> x = 1",
        "def f(\n",
        "return 1",
        "a b",
        "x = 1\\\n",
        "a = 1\r\nb = 2\r\n",
        "\ufeffx = 1",
    ),
]
COMPARE = """
from autograder.inside import shell
cells, ours = {cells!r}, get_ipython()
pairs = [(shell.as_it_stands(ours, cell), shell.transformed(ours, cell)) for cell in cells]
print(sum(quick is not None for quick, _ in pairs), [whole for quick, whole in pairs if quick and quick != whole])
ours.input_transformers_post.append(lambda lines: lines)
print(shell.as_it_stands(ours, "x = 1"))
"""


def test_a_cell_that_is_taken_as_it_stands_is_what_ipython_makes_of_it(warm, gan):
    cells = [*PLAIN, *(cell.source for cell in gan.solution.cells if cell.cell_type == "code")]
    result = run(v4.new_notebook(cells=[v4.new_code_cell(COMPARE.format(cells=cells))]), "", [], warm)
    taken, different = result.outputs[0][0].text.splitlines()[0].split(maxsplit=1)
    assert different == "[]"
    assert len(cells) - len(PLAIN) < int(taken) < len(cells)
    assert result.outputs[0][0].text.splitlines()[1] == "None"  # a student may have more done with cells


def test_streams_come_in_the_order_in_which_they_were_written(warm):
    """More than a Jupyter kernel does: among Python, other programs and displays, on both streams."""
    cell = "import os, sys\nfor k in range(3):\n    print(k)\n    os.system('echo a; echo b >&2')\n    sys.stderr.write('c')\n    display(k)"
    result = run(v4.new_notebook(cells=[v4.new_code_cell(cell)]), "", [], warm)
    seen = [output.get("text") or output.data["text/plain"] for output in result.outputs[0]]
    assert seen == ["0\na\n", "b\nc", "0", "1\na\n", "b\nc", "1", "2\na\n", "b\nc", "2"]


def test_endless_recursion_shows_its_error_and_takes_no_minute(warm):
    """Of which IPython looks for each frame through all modules, thousands of them."""
    result = run(v4.new_notebook(cells=[v4.new_code_cell("def f(): f()\nf()")]), "", [], warm)
    assert result.events == ["Code cell 1 stopped with RecursionError: maximum recursion depth exceeded."]


def test_a_character_in_two_pieces_is_one(warm):
    cell = r"import os, time; os.write(1, b'\xc3'); time.sleep(0.2); os.write(1, b'\xbc\xff'); print('!')"
    result = run(v4.new_notebook(cells=[v4.new_code_cell(cell)]), "", [], warm)
    assert [output.text for output in result.outputs[0]] == ["ü\ufffd!\n"]


def test_the_comparison_can_fail():
    """It sees another text, another order, another type of output."""
    a, b = v4.new_output("stream", text="a"), v4.new_output("stream", text="b", name="stderr")
    shown = v4.new_output("display_data", {"text/plain": "a"})
    cells = ([a], [b], [a, b], [a, shown], [shown, a], [v4.new_output("error", ename="a")])
    shorts = [in_short(outputs) for outputs in cells]
    assert all(x != y for k, x in enumerate(shorts) for y in shorts[k + 1 :])
    assert in_short([a, v4.new_output("stream", text="b")]) == in_short([v4.new_output("stream", text="ab")])
