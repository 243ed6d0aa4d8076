"""Downloads, against a server on this machine: progress, checksum, going on after a break, and no hanging."""

from __future__ import annotations

import hashlib
import re
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from util import data
from util.data import digits, download
from util.data.download import Remote, fetch, provide

CONTENT = np.random.default_rng(0).bytes(3_000_000)


class Server(ThreadingHTTPServer):
    """Serves CONTENT at every path; remembers what was asked from it."""

    daemon_threads = True
    content = CONTENT
    ranges = True  # whether it knows Range
    stops: int | None = None  # bytes after which the connection breaks, each time
    breaks_left = 0

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[str | None] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/things.bin"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        server, wanted = self.server, self.headers["Range"]
        server.asked.append(wanted)
        start = int(re.fullmatch(r"bytes=(\d+)-", wanted)[1]) if wanted and server.ranges else 0
        if start and start >= len(server.content):
            self.send_error(416)
            return
        rest = server.content[start:]
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(rest)))
        self.end_headers()
        if server.stops and server.breaks_left:
            server.breaks_left -= 1
            rest = rest[: server.stops]
        self.wfile.write(rest)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.delenv("ATELIER_OFFLINE")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def remote(server: Server, algorithm: str = "sha256") -> Remote:
    return Remote(server.url, hashlib.new(algorithm, CONTENT).hexdigest())


@pytest.mark.parametrize("algorithm", ["sha256", "md5"])
def test_a_file_comes_with_progress(
    server: Server, own_data_folder: Path, capsys: pytest.CaptureFixture[str], algorithm: str
) -> None:
    place = provide(remote(server, algorithm))
    assert place.read_bytes() == CONTENT
    assert "Downloading things.bin: 3.0 of 3.0 MB" in capsys.readouterr().out
    assert [file.name for file in own_data_folder.iterdir()] == ["things.bin"]
    provide(remote(server, algorithm))
    assert server.asked == [None], "the second time it comes from the data folder"


def test_a_broken_connection_is_taken_up_again(server: Server, tmp_path: Path) -> None:
    server.stops, server.breaks_left = 1_000_000, 2
    assert fetch(remote(server), tmp_path / "things.bin")
    assert (tmp_path / "things.bin").read_bytes() == CONTENT
    assert server.asked == [None, "bytes=1000000-", "bytes=2000000-"]


def test_what_an_earlier_call_left_is_gone_on_with(server: Server, tmp_path: Path) -> None:
    (tmp_path / "things.bin.part").write_bytes(CONTENT[:2_500_000])
    assert fetch(remote(server), tmp_path / "things.bin")
    assert (tmp_path / "things.bin").read_bytes() == CONTENT
    assert server.asked == ["bytes=2500000-"]


def test_a_part_that_is_whole_already_is_kept(server: Server, tmp_path: Path) -> None:
    (tmp_path / "things.bin.part").write_bytes(CONTENT)
    assert fetch(remote(server), tmp_path / "things.bin")
    assert (tmp_path / "things.bin").read_bytes() == CONTENT


def test_a_server_without_ranges_starts_over(server: Server, tmp_path: Path) -> None:
    server.ranges = False
    (tmp_path / "things.bin.part").write_bytes(CONTENT[:2_500_000])
    assert fetch(remote(server), tmp_path / "things.bin")
    assert (tmp_path / "things.bin").read_bytes() == CONTENT


def test_a_server_that_always_breaks_off_is_given_up(
    server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server.ranges, server.stops, server.breaks_left = False, 1_000_000, 1_000
    assert not fetch(remote(server), tmp_path / "things.bin")
    assert len(server.asked) == 2
    assert "the next call goes on from there" in capsys.readouterr().out
    assert [file.name for file in tmp_path.glob("things*")] == ["things.bin.part"]


def test_a_wrong_checksum_leaves_nothing_behind(
    server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server.content = CONTENT[:-1] + b"x"
    assert not fetch(remote(server), tmp_path / "things.bin")
    assert "wrong checksum" in capsys.readouterr().out
    assert not list(tmp_path.glob("things*"))


def test_without_a_network_one_sentence_names_url_and_place(own_data_folder: Path) -> None:
    wanted = Remote("http://nowhere.invalid/things.bin", "0" * 64)
    with pytest.raises(FileNotFoundError) as raised:
        provide(wanted)
    place = own_data_folder / "things.bin"
    assert str(raised.value) == f"things.bin is not within reach: put {wanted.url} at {place}."


def test_a_path_that_is_wrong_is_not_downloaded(server: Server, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"There is no file .*mine\.bin"):
        provide(remote(server), tmp_path / "mine.bin")
    assert server.asked == []


# MNIST over the network -----------------------------------------------------------------------------------------------


def test_mnist_is_downloaded_and_kept(
    server: Server, tmp_path: Path, own_data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = np.zeros((5, 28, 28), np.uint8)
    np.savez(tmp_path / "few.npz", x_train=few, y_train=few[:, 0, 0], x_test=few, y_test=few[:, 0, 0])
    server.content = (tmp_path / "few.npz").read_bytes()
    url = server.url.replace("things.bin", "mnist.npz")
    monkeypatch.setattr(digits, "MNIST", Remote(url, hashlib.sha256(server.content).hexdigest()))
    assert len(data.load_mnist().images) == 5
    assert len(data.load_mnist().images) == 5
    assert [file.name for file in own_data_folder.iterdir()] == ["mnist.npz"]
    assert len(server.asked) == 1


def test_a_wrong_mnist_is_refused(server: Server, own_data_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digits, "MNIST", Remote(server.url, "0" * 64))
    assert len(data.load_mnist().images) == 4500
    assert not list(own_data_folder.glob("things*"))


def test_a_silent_network_is_given_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    never, asked = threading.Event(), []

    def hang(request: object, timeout: float) -> None:
        asked.append(request)
        never.wait(30)
        raise OSError

    monkeypatch.delenv("ATELIER_OFFLINE")
    monkeypatch.setattr(download.urllib.request, "urlopen", hang)
    monkeypatch.setattr(download, "CONNECT_SECONDS", 0.1)
    start = time.monotonic()
    data.load_mnist()
    data.load_mnist()
    never.set()
    assert time.monotonic() - start < 10
    assert len(asked) == 1


def test_offline_does_not_ask(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATELIER_OFFLINE", "1")
    monkeypatch.setattr(digits, "MNIST", remote(server))
    assert len(data.load_mnist().images) == 4500
    assert server.asked == []
