"""Search of the process for anything that knows more than the student: frames, objects, sources, memory, files (10)."""

from tests.attacks.attack import NOTHING, SECRET, Attack

WORDS = r"""
import functools, re, sys
# Square brackets, so that no pattern finds itself.
WORDS = re.compile("rubric[.]criterion|BEGIN SOLUTIO[N]|BEGIN MARK SCHEM[E]|BEGIN HIDDEN TEST[S]|def judge_al[l]|Loses[:] |{secret}")
def report(loot):
    raise LookupError(f"found {sorted(map(str, loot))[:5]}" if loot else "found nothing")
""".replace("{secret}", f"{SECRET[:12]}[{SECRET[12]}]{SECRET[13:24]}")


def search(name: str, code: str) -> Attack:
    """``code`` defines ``loot()``, which is looked for when the last cell runs and when a probe is put."""
    asked = "sys.modules['autograder.inside.asking'].probes"
    blanks = {"sample_z": WORDS + code + f"\ndef sample_Z(m, n): report(loot() if {asked} else ())"}
    last = "loot_at_once = loot()\nif loot_at_once: report(loot_at_once)"
    return Attack(name, 10, NOTHING, blanks, solved=False, last=last, says="found nothing", silent="found [")


SEARCHES = [
    search(
        "frames_of_all_threads_and_their_closures",
        r"""
import types
def loot():
    found = set()
    def names(mapping, where):
        for name, value in list(mapping.items()):
            if re.search("referenc[e]|judg[e]|rubri[c]|secre[t]|verdic[t]|max_point[s]", str(name)):
                found.add((where, name))
            if isinstance(value, str) and WORDS.search(value):
                found.add((where, name, "text"))
    for frame in sys._current_frames().values():
        while frame:
            where = frame.f_code.co_filename.rpartition("/")[2]
            if where in ("<probes>", "asking.py", "warm_kernel.py", "shell.py", "channel.py"):
                names(frame.f_locals, where)
                for value in frame.f_locals.values():
                    for cell in value.__closure__ or () if isinstance(value, types.FunctionType) else ():
                        names({"cell": cell.cell_contents}, where)
            frame = frame.f_back
    return found
""",
    ),
    search(
        "every_object_that_the_collector_knows",
        r"""
import gc, types
@functools.cache  # it takes a second
def loot():
    gc.unfreeze()
    found = set()
    for thing in gc.get_objects():
        if type(thing) is types.ModuleType and re.search("^autograder(?!$|[.]inside)|judge|^exercises|nbgrader", thing.__name__):
            found.add(("module", thing.__name__))
        elif type(thing) is types.FunctionType and re.search("exercises|judges|/autograder/(?!inside)", thing.__code__.co_filename):
            found.add(("function", thing.__qualname__))
        elif type(thing) in (dict, list, tuple, set):
            try:
                for value in thing.values() if type(thing) is dict else thing:
                    if type(value) is str and len(value) > 500 and WORDS.search(value):
                        found.add(("text", value[:60]))
            except RuntimeError:
                pass
    return found
""",
    ),
    search(
        "sources_that_python_remembers",
        r"""
import inspect, linecache, sys, types
def loot():
    found = set()
    for name, entry in list(linecache.cache.items()):
        lines = "".join(entry[2]) if len(entry) == 4 else ""
        if WORDS.search(lines):
            found.add(("linecache", name))
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None) or ""
        if not file.startswith((sys.prefix, sys.base_prefix, "/usr")):
            try:
                if WORDS.search(inspect.getsource(module)):
                    found.add(("module", name))
            except (OSError, TypeError):
                pass
    return found
""",
    ),
    search(
        "memory_inherited_from_the_warm_kernel",
        rf"""
# Each word in two parts, so that neither is taken for the whole.
PARTS = [(b"rubric.crit", b"erion("), (b"### BEGIN MARK", b" SCHEME"), (b"### BEGIN HIDD", b"EN TESTS"), (b"def judge", b"_all("), (b"{SECRET[:16]}", b"{SECRET[16:32]}")]
@functools.cache  # it takes a second
def loot():
    found = set()
    with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", buffering=0) as memory:
        for line in maps:
            span, rights, _, _, inode, *path = line.split(None, 5)
            start, end = (int(each, 16) for each in span.split("-"))
            if not rights.startswith("rw") or inode != "0" or end - start > 2**28:
                continue
            try:
                memory.seek(start)
                content = memory.read(end - start)
            except (OSError, OverflowError, ValueError):
                continue
            for head, tail in PARTS:
                at = content.find(head)
                while at >= 0:
                    if content.startswith(tail, at + len(head)):
                        found.add(head + tail)
                    at = content.find(head, at + 1)
    return found
""",
    ),
    search(
        "open_descriptors_of_the_process",
        r"""
import os, stat
def loot():
    found = set()
    for name in os.listdir("/proc/self/fd"):
        try:
            target, kind = os.readlink(f"/proc/self/fd/{name}"), os.fstat(int(name)).st_mode
        except OSError:
            continue
        if target.startswith(("/dev/null", "anon_inode:", "socket:", "/proc/", "/tmp/", "/home/student")):
            continue
        if stat.S_ISFIFO(kind):  # the kernel's own pipes; whatever can be read from them is not for us
            os.set_blocking(int(name), False)
            try:
                if WORDS.search(os.read(int(name), 10**6).decode(errors="replace")):
                    found.add(("pipe", name))
            except OSError:
                pass
        else:
            found.add((name, target))
    return found
""",
    ),
    search(
        "files_anywhere_within_sight",
        r"""
import os, sys
def loot():
    found = set()
    skip = {"/usr", "/lib", "/lib64", "/bin", "/sbin", "/sys", "/dev", sys.prefix, sys.base_prefix}
    for folder, folders, files in os.walk("/"):
        folders[:] = [each for each in folders if os.path.join(folder, each) not in skip and not each.isdigit()]
        for name in files:
            path = os.path.join(folder, name)
            try:
                if os.path.isfile(path) and os.path.getsize(path) < 10**6 and not path.startswith("/proc/kcore"):
                    with open(path, errors="replace") as file:
                        found |= {(path, word) for word in WORDS.findall(file.read(10**6))}
            except OSError:
                pass
    return found
""",
    ),
]

COPIES = [
    # What a probe puts in another part's place, and what it starts from, can be found while the student's code runs.
    Attack(
        "known_losses_found_and_called_on_anything",
        10,
        {"model_loss": 0.0, "train_step": 0.0},
        {
            "model_loss": """
            import sys
            def gan_model_loss(X, Z, d, g):
                frame = sys._getframe(1)
                while frame:
                    names = frame.f_locals.get("names")
                    if names:
                        return names["discriminator_loss"](X, Z), names["generator_loss"](Z)
                    frame = frame.f_back
                raise LookupError("nothing known is in use")
            """,
            "train_step": """
            def train_step(X, Z, d, g, d_optimizer, g_optimizer): raise LookupError("nothing to call")
            """,
        },
    ),
    Attack(
        "steps_made_of_what_the_probe_s_frame_holds",
        10,
        {"train_step": 0.0},
        {
            "train_step": """
            import sys
            def train_step(X, Z, d, g, d_optimizer, g_optimizer):
                held = sys._getframe(1).f_locals
                start, rates, moving = held["start"], held["rates"], held["moving"]
                if "d" in moving:
                    d.put(start["d"] - rates["d"] * start["g"][:3])
                if "g" in moving:
                    g.put(start["g"] - rates["g"] * np.tile(d.values()[:2], 2))
                return 0.0, 0.0
            """
        },
    ),
]

ATTACKS = [*SEARCHES, *COPIES]
