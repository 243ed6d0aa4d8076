"""Signing in by a JupyterHub: whom it names, in the browser that was sent there, and nobody else."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from autograder.course import CourseError
from autograder.serving import elsewhere
from autograder.serving.hub import Hub, HubError
from tests.autograder.serving.stubs import Browser, running

SECRET = "of-the-service"


class StubHub(BaseHTTPRequestHandler):
    """What JupyterHub answers; each code is good once, for the user of that name."""

    used: set[str] = set()  # noqa: RUF012
    speaks = threading.Event()
    """For the code `silent` it waits for this."""

    def log_message(self, *_):
        """Say nothing."""

    def answer(self, status, told):
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(told).encode())

    def do_POST(self):
        given = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        code = given["code"][0]
        if code == "silent":
            self.speaks.wait(60)
        good = (
            given["client_secret"] == [SECRET] and given["client_id"] == ["service-atelier"] and code not in self.used
        )
        self.used.add(code)
        self.answer(200 if good else 403, {"access_token": f"token-of-{code}"} if good else {"message": "no"})

    def do_GET(self):
        token = self.headers["Authorization"].removeprefix("token token-of-")
        self.answer(200, {"kind": "user"} if token == "nameless" else {"name": token, "kind": "user"})


@pytest.fixture
def address():
    StubHub.used = set()
    with ThreadingHTTPServer(("127.0.0.1", 0), StubHub) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/hub"
        server.shutdown()


@pytest.fixture
def door(course, stubbed, address):
    hub = Hub(address, "service-atelier", frozenset({"prof"}), SECRET)
    with running(course, hub=hub) as door:
        yield door


def sent_to_hub(door, browser, address):
    """The state with which a browser is sent to the hub."""
    first = browser.get("/")
    assert (first.status_code, first.headers["location"]) == (303, "/hub")
    asked = urlsplit(browser.get("/hub").headers["location"])
    assert f"{asked.scheme}://{asked.netloc}{asked.path}" == f"{address}/api/oauth2/authorize"
    query = parse_qs(asked.query)
    assert query["redirect_uri"] == [f"{door.origin}/hub/back"]
    assert (query["client_id"], query["response_type"]) == (["service-atelier"], ["code"])
    return query["state"][0]


def come_back(browser, state, code):
    return browser.get("/hub/back", params={"state": state, "code": code})


@pytest.mark.parametrize(("name", "place"), [("ana", "/"), ("prof", "/class")])
def test_who_is_known_is_signed_in(door, address, name, place):
    browser = Browser(door.origin)
    assert come_back(browser, sent_to_hub(door, browser, address), name).status_code == 303
    page = browser.get(place)
    assert page.status_code == 200
    assert "tiny" in page.text


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("zoe", "JupyterHub knows you as zoe, who is not on the roster"),
        ("Ana", "not on the roster"),
        ("", "did not say"),
    ],
)
def test_who_is_not_known_is_told_so(door, address, name, says):
    browser = Browser(door.origin)
    came = come_back(browser, sent_to_hub(door, browser, address), name)
    assert says in came.text
    assert browser.get("/a/tiny").status_code == 401


def test_a_hub_without_a_name_signs_nobody_in(door, address):
    browser = Browser(door.origin)
    assert come_back(browser, sent_to_hub(door, browser, address), "nameless").status_code == 502
    assert browser.get("/a/tiny").status_code == 401


def test_a_code_counts_in_the_browser_that_was_sent_only(door, address):
    """Else somebody could have another hand in under a foreign name."""
    one, other = Browser(door.origin), Browser(door.origin)
    state = sent_to_hub(door, one, address)
    sent_to_hub(door, other, address)
    assert come_back(other, state, "ana").status_code == 403
    assert come_back(Browser(door.origin), state, "ana").status_code == 403
    assert come_back(one, "", "ana").status_code == 403
    assert "ana" not in StubHub.used


def test_others_do_not_wait_for_a_hub_that_is_silent(door, address, monkeypatch):
    monkeypatch.setattr(elsewhere, "SECONDS", 60.0)
    StubHub.speaks.clear()
    state = sent_to_hub(door, waiting := Browser(door.origin), address)
    coming = [threading.Thread(target=come_back, args=(waiting, state, "silent")) for _ in range(50)]
    for thread in coming:
        thread.start()
    try:
        assert Browser(door.origin).get("/in/nobody").status_code == 404  # which takes one of forty threads
        assert all(thread.is_alive() for thread in coming)
    finally:
        StubHub.speaks.set()
        for thread in coming:
            thread.join()


def test_signing_in_begins_another_session(door, address):
    browser = Browser(door.origin)
    state = sent_to_hub(door, browser, address)
    before = dict(browser.cookies)
    come_back(browser, state, "ana")
    assert dict(browser.cookies) != before
    assert come_back(browser, state, "bo").status_code == 403  # the state was that of the session before


def test_without_a_hub_there_is_no_such_page(course, stubbed):
    with running(course) as door:
        assert Browser(door.origin).get("/hub").status_code == 404
        assert Browser(door.origin).get("/hub/back").status_code == 404


@pytest.mark.parametrize("address", ["hub.example.org", "http://hub.example.org/hub", "ftp://hub.example.org", ""])
def test_a_hub_is_asked_by_tls_only(monkeypatch, address):
    monkeypatch.setenv("JUPYTERHUB_API_TOKEN", SECRET)
    with pytest.raises(CourseError, match="is no address of a hub"):
        Hub.of(address, "service-atelier", frozenset())


def test_the_token_comes_from_the_environment_and_is_not_shown(monkeypatch):
    monkeypatch.delenv("JUPYTERHUB_API_TOKEN", raising=False)
    with pytest.raises(CourseError, match="JUPYTERHUB_API_TOKEN"):
        Hub.of("https://hub.example.org/hub", "service-atelier", frozenset())
    monkeypatch.setenv("JUPYTERHUB_API_TOKEN", SECRET)
    assert SECRET not in repr(Hub.of("https://hub.example.org/hub", "service-atelier", frozenset()))


def test_a_hub_that_is_not_there_is_one_error():
    with pytest.raises(HubError, match="oauth2/token was not answered"):
        Hub("http://127.0.0.1:1/hub", "service-atelier", token=SECRET).name_of("x", "https://example.org")
