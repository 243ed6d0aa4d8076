"""`make container`, as far as it can be tested without one: what it asks of Docker and of Podman."""

import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
NEEDED = {
    "docker": ["seccomp=unconfined", "apparmor=unconfined", "systempaths=unconfined"],
    "podman": ["seccomp=unconfined", "unmask=ALL", "label=disable"],
}


@pytest.mark.parametrize("program", NEEDED)
def test_the_demo_runs_with_what_user_namespaces_need(program, tmp_path):
    """And the page for instructors says the same."""
    stand_in = tmp_path / program
    stand_in.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/asked\n')
    stand_in.chmod(0o755)
    environment = os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    command = ["make", "--silent", "--file", str(ROOT / "Makefile"), "container", f"CONTAINERS={program}"]
    subprocess.run(command, cwd=tmp_path, env=environment, check=True, timeout=60)
    built, ran = (tmp_path / "asked").read_text().splitlines()
    # Its user may write to build/, and is not root.
    assert built == f"build --build-arg UID={os.getuid() or 1000} --tag atelier --file Containerfile ."
    assert (tmp_path / "build").stat().st_uid == (os.getuid() or 1000)
    assert ("--userns=keep-id" in ran) == (program == "podman" and os.getuid() != 0)
    assert ran.endswith(" atelier make demo")
    assert re.findall(r"--security-opt (\S+)", ran) == NEEDED[program]
    page = (ROOT / "docs" / "instructors.md").read_text()
    told = page.partition(f"{program} run --rm -it")[2].partition("atelier bash")[0]
    assert re.findall(r"--security-opt (\S+)", told) == NEEDED[program]


def test_what_is_copied_into_the_container_is_there():
    lines = (ROOT / "Containerfile").read_text().splitlines()
    copied = [name for line in lines if line.startswith("COPY") for name in line.split()[2:-1]]
    assert {"pyproject.toml", "requirements.txt", "setup_venv.py"} <= set(copied)
    assert [name for name in copied if not (ROOT / name).exists()] == []
