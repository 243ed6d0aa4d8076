"""Whether a real JupyterHub signs people in to `atelier serve`; prints what happened, step by step.

    pip install jupyterhub && npm install -g configurable-http-proxy     # in an environment of their own, on the path
    python -m benchmarks.jupyterhub

It starts a hub with an authenticator that believes every name, a server for the sample class with `--hub`, and goes
through the pages as a browser does. Ends with status 1 if a step fails.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urljoin

import httpx

__all__: list[str] = []

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 120.0
CONFIG = """
c.JupyterHub.bind_url = "http://127.0.0.1:{hub_port}"
c.JupyterHub.hub_port = {api_port}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{proxy_port}"
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allow_all = True
c.JupyterHub.db_url = "sqlite://"
c.JupyterHub.services = [
    {{
        "name": "atelier",
        "api_token": "{token}",
        "oauth_client_id": "service-atelier",
        "oauth_redirect_uri": "{origin}/hub/back",
        "oauth_no_confirm": True,
    }}
]
c.JupyterHub.load_roles = [{{"name": "user", "scopes": ["self", "access:services!service=atelier"]}}]
"""


def _free_ports(count: int) -> list[int]:
    held = [socket.socket() for _ in range(count)]
    for each in held:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in held]
    for each in held:
        each.close()
    return ports


@contextmanager
def _started(command: list[str], cwd: Path, log: Path, address: str, **environment: str) -> Iterator[None]:
    """A program that runs until the block ends, once it answers at ``address``."""
    with log.open("w") as file:
        program = subprocess.Popen(
            command, cwd=cwd, env={**os.environ, **environment}, stdout=file, stderr=file, start_new_session=True
        )
    try:
        until = time.monotonic() + PATIENCE
        while True:
            try:
                httpx.get(address)
                break
            except httpx.TransportError:
                if program.poll() is not None or time.monotonic() > until:
                    sys.exit(f"{command[0]} did not start:\n{log.read_text()}")
                time.sleep(0.2)
        yield
    finally:
        os.killpg(program.pid, signal.SIGINT)
        program.wait(30)


def _signed_in(name: str, origin: str) -> httpx.Client:
    """A browser in which ``name`` has signed in: to our page, on to the hub, through its form, and back."""
    browser = httpx.Client(timeout=30)
    address, form = f"{origin}/", dict[str, str]()
    for _ in range(12):
        answer = browser.post(address, data=form) if form else browser.get(address)
        print(f"  {'POST' if form else 'GET '} {answer.url.path:28} -> {answer.status_code}")
        form = {}
        if answer.is_redirect:
            address = urljoin(str(answer.url), answer.headers["location"])
        elif "password" in answer.text and "/login" in str(answer.url):
            xsrf = re.search(r'name="_xsrf" value="([^"]+)"', answer.text)
            form = {"username": name, "password": "any", "_xsrf": xsrf[1] if xsrf else ""}
            address = str(answer.url)
        else:
            return browser
    sys.exit(f"{name} was sent from page to page.")


def main() -> None:
    """Go through it."""
    if not (shutil.which("jupyterhub") and shutil.which("configurable-http-proxy")):
        sys.exit("jupyterhub and configurable-http-proxy have to be on the path.")
    hub_port, api_port, proxy_port, port = _free_ports(4)
    token, origin, hub = secrets.token_hex(16), f"http://127.0.0.1:{port}", f"http://127.0.0.1:{hub_port}/hub"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings = CONFIG.format(
            hub_port=hub_port, api_port=api_port, proxy_port=proxy_port, token=token, origin=origin
        )
        (folder / "jupyterhub_config.py").write_text(settings)
        (folder / "people.csv").write_text("id,last_name,first_name\nana,Lima,Ana\n")
        atelier = [sys.executable, "-m", "autograder.cli"]
        subprocess.run([*atelier, "roster", str(folder / "people.csv"), "--output", name], cwd=ROOT, check=True)
        serve = [*atelier, "serve", "--port", str(port), "--hub", hub, "--instructor", "prof", "--output", name]
        with (
            _started([shutil.which("jupyterhub") or ""], folder, folder / "hub.log", f"{hub}/api/"),
            _started(serve, ROOT, folder / "serve.log", f"{origin}/health", JUPYTERHUB_API_TOKEN=token),
        ):
            steps = {
                "ana is on the roster, and sees her lessons": ("ana", "/a/gan", 200),
                "prof is the instructor, and sees the class": ("prof", "/class", 200),
                "zoe is on no roster, and sees nothing": ("zoe", "/a/gan", 401),
            }
            failed = 0
            for step, (who, page, status) in steps.items():
                print(f"{step}:")
                came = _signed_in(who, origin).get(f"{origin}{page}").status_code
                failed += came != status
                print(f"  GET  {page:28} -> {came} {'as it should be' if came == status else 'WRONG'}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
