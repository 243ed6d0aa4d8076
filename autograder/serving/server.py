"""Listening: where, for whom, and how patiently."""

from __future__ import annotations

import contextlib
import fcntl
import ipaddress
import logging
import ssl
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from autograder.course import Course, CourseError
from autograder.running.kernel_pool import KernelPool, start
from autograder.serving.app import application, make_site
from autograder.serving.hub import Hub
from autograder.serving.lti import Lti

__all__ = ["Listener", "serve", "the_only_one"]

HEAD = 10.0
"""Seconds in which a request's head must have come."""
CONNECTIONS = 1000
LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Listener:
    """Where the server listens, and under which address browsers reach it.

    ``address`` is empty where that follows from ``host`` and ``port``; it must be given behind a proxy.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    certificate: Path | None = None
    key: Path | None = None
    behind_proxy: bool = False
    address: str = ""

    def __post_init__(self) -> None:
        """Refuse what would send links and notebooks over a network that others can read.

        Raises:
            CourseError: saying what to give in its place.
        """
        if bool(self.certificate) != bool(self.key):
            raise CourseError("Give `--certificate` and `--key` together: one is of no use without the other.")
        if not (self.is_loopback or self.certificate or self.behind_proxy):
            raise CourseError(
                f"Listening on {self.host} without encryption would show links and notebooks to the whole network: "
                "give `--certificate` and `--key`, or `--behind-proxy` if a proxy in front of it speaks TLS."
            )
        if self.behind_proxy and not self.address.startswith("https://"):
            raise CourseError("Behind a proxy give the address that browsers use: `--address https://…`.")
        parts = urlsplit(self.address)
        if self.address and (parts.scheme not in ("http", "https") or not parts.netloc or parts.path not in ("", "/")):
            raise CourseError(f"`{self.address}` is no address of a server: write it like https://hand-in.example.org.")

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach it."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    @property
    def secure(self) -> bool:
        """Whether browsers reach it by TLS."""
        return self.origin.startswith("https://")

    @property
    def origin(self) -> str:
        """The address with which links begin."""
        if self.address:
            parts = urlsplit(self.address)
            return f"{parts.scheme}://{parts.netloc}"
        return f"{'https' if self.certificate else 'http'}://{_bracketed(self.host)}:{self.port}"

    @property
    def origins(self) -> set[str]:
        """All under which browsers may reach it."""
        if not self.is_loopback or self.behind_proxy:
            return {self.origin}
        scheme = "https" if self.certificate else "http"
        return {self.origin, *(f"{scheme}://{_bracketed(host)}:{self.port}" for host in LOOPBACK)}


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


class _Patient(H11Protocol):
    """uvicorn's own protocol, which by itself waits for ever for the head of a request."""

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._since = self.loop.time()
        self._look()

    def _look(self) -> None:
        if self.transport.is_closing():
            return
        waits = self.cycle is None or self.cycle.response_complete
        if waits and self.loop.time() - self._since > HEAD:
            self.transport.abort()
            return
        self.loop.call_later(HEAD / 4, self._look)

    def on_response_complete(self) -> None:
        self._since = self.loop.time()
        super().on_response_complete()


@contextlib.contextmanager
def the_only_one(course: Course) -> Iterator[None]:
    """Keep a second server, and whatever deletes, from the same folder; the system lets go when this process ends.

    Raises:
        CourseError: if there is one.
    """
    folder = course.output / "serving"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CourseError(f"`atelier serve` is running in {course.output}: end it first.") from error
        yield


def serve(course: Course, listener: Listener, kernels: KernelPool, jobs: int, hub: Hub | None = None) -> None:
    """Serve until interrupted.

    Raises:
        CourseError: if it cannot, in one sentence.
    """
    with the_only_one(course):
        lti = Lti.of(course)
        start(kernels)  # it imports TensorFlow meanwhile
        site = make_site(course, kernels, jobs, listener.origins, secure=listener.secure, hub=hub, lti=lti)
        logging.getLogger("autograder.serving").setLevel(logging.INFO)
        config = uvicorn.Config(
            application(site),
            host=listener.host,
            port=listener.port,
            http=_Patient,
            ws="none",
            lifespan="on",
            access_log=False,  # it would hold everybody's link
            log_level="warning",
            server_header=False,
            proxy_headers=False,
            limit_concurrency=CONNECTIONS,
            timeout_keep_alive=5,
            timeout_graceful_shutdown=3,
            ssl_certfile=listener.certificate,
            ssl_keyfile=listener.key,
        )
        with _sentences(listener):
            uvicorn.Server(config).run()


@contextlib.contextmanager
def _sentences(listener: Listener) -> Iterator[None]:
    """Uvicorn ends the process where it cannot listen, having logged why."""
    try:
        yield
    except (ssl.SSLError, OSError) as error:
        raise CourseError(f"{listener.certificate or listener.host} cannot be used: {error}.") from error
    except SystemExit as ended:
        if ended.code:
            raise CourseError(
                f"{listener.host}:{listener.port} cannot be listened on: perhaps another program does. Choose another "
                f"--port."
            ) from ended
        sys.exit(0)
