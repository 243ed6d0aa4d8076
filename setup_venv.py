"""Make or refresh the virtual environment; needs nothing but Python. Called by make.

python3 setup_venv.py FOLDER           installs this project, with what grading, testing and the site need, into FOLDER
python3 setup_venv.py --version-only   only says whether this Python will do
"""

import hashlib
import subprocess
import sys
from pathlib import Path

# Atelier's own code needs 3.11; TensorFlow 2.21 has no packages for anything newer than 3.13.
OLDEST, NEWEST = (3, 11), (3, 13)
ROOT = Path(__file__).resolve().parent
INPUTS = ("requirements.txt", "pyproject.toml")


def complaint():
    """Why this Python will not do; empty if it will."""
    here = sys.version_info[:2]
    if OLDEST <= here <= NEWEST:
        return ""
    return (
        "Atelier needs Python 3.%d to 3.%d (TensorFlow has no packages for others), but %s is Python %d.%d: "
        "install one of these and run `make PYTHON=python3.%d …`."
        % (OLDEST[1], NEWEST[1], sys.executable, here[0], here[1], NEWEST[1])
    )


def fingerprint():
    """What the environment depends on."""
    digest = hashlib.sha256(sys.version.encode())
    for name in INPUTS:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def main(folder):
    """Install unless the environment is already as it should be."""
    mark = folder / "atelier-installed"
    if mark.is_file() and mark.read_text() == fingerprint():
        return
    if folder.is_dir() and any(folder.iterdir()) and not (folder / "pyvenv.cfg").is_file():
        sys.exit("%s is not empty and no virtual environment: delete it, or name another folder." % folder)
    print("Setting up %s (once; TensorFlow is a large download) …" % folder, flush=True)
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
    pip = [str(folder / "bin" / "python"), "-m", "pip", "--quiet", "--disable-pip-version-check", "install"]
    subprocess.run([*pip, "--upgrade", "pip"], check=True)
    subprocess.run([*pip, "-e", ".[grade,test,docs]"], check=True, cwd=ROOT)
    mark.write_text(fingerprint())


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    if complaint():
        sys.exit(complaint())
    if sys.argv[1:] != ["--version-only"]:
        try:
            main(Path(sys.argv[1]))
        except subprocess.CalledProcessError as error:
            sys.exit(
                "Setting up failed: `%s` ended with status %d; its own words stand above."
                % (" ".join(error.cmd), error.returncode)
            )
