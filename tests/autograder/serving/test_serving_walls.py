"""What attackers try at the door: each test is one way in that must be closed."""

import contextlib
import http.client
import logging
import os
import re
import socket
import threading
import time
from pathlib import Path

import anyio
import httpx
import pytest
from itsdangerous import URLSafeTimedSerializer

from autograder.course import CourseError
from autograder.running.kernel_pool import KernelPool
from autograder.serving import pages, server, students, uploads
from autograder.serving.app import application, make_site, without_secrets
from autograder.serving.links import link
from autograder.serving.people import Role
from autograder.serving.server import Listener
from autograder.serving.site import PAGES_AT_ONCE
from tests.autograder.serving.stubs import PATIENCE, Browser, filled, running

EVIL = "https://evil.example"


def kept(door):
    """All attempts of all students."""
    return [attempt.key for student in ("ana", "bo", "chi") for attempt in door.site.attempts.of("tiny", student)]


def form(token, content=b"", boundary="x", name="tiny.ipynb", ended=True):
    """A form with a file, as it goes over the line."""
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="token"\r\n\r\n{token}\r\n'.encode(),
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode(),
        content,
        f"\r\n--{boundary}--\r\n".encode() if ended else b"",
    ]
    return b"".join(parts)


# Uploads -------------------------------------------------------------------------------------------------------------


def test_an_upload_without_end_is_cut_off_while_it_streams(course, stubbed):
    (course.root / "serving.toml").write_text("[every]\nmegabytes = 1\n")
    with running(course) as door:
        ana = door.browser("ana")
        sent = 0

        def endless():
            nonlocal sent
            yield form(ana.token("/a/tiny"), ended=False)
            while sent < 200 * 2**20:
                sent += 2**16
                yield b" " * 2**16

        headers = {"Content-Type": "multipart/form-data; boundary=x", "Origin": door.origin}
        with contextlib.suppress(httpx.TransportError):  # the line is cut before all of it was sent
            assert ana.post("/a/tiny", content=endless(), headers=headers).status_code == 413
        assert sent < 50 * 2**20
        assert kept(door) == []
        assert list(door.site.attempts.drafts.iterdir()) == []
        told = by_hand(door, ana, "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 1099511627776\r\n")
        assert told.startswith(b"HTTP/1.1 413")
        assert b"larger than 1 MB" in told


def by_hand(door, browser, headers, body=b""):
    """What the server answers to a request that no library would send."""
    host, _, port = door.origin.removeprefix("http://").partition(":")
    cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    line = socket.create_connection((host, int(port)), PATIENCE)
    line.sendall(f"POST /a/tiny HTTP/1.1\r\nHost: {host}:{port}\r\nCookie: {cookies}\r\n{headers}\r\n".encode() + body)
    return _rest(line)


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("application/x-www-form-urlencoded", b"token=TOKEN&file=x"),
        ("application/json", b'{"token": "TOKEN"}'),
        ("text/plain", b"token=TOKEN"),
        ("multipart/form-data", b"--x--"),
        ("multipart/form-data; boundary=" + "x" * 500, b"--x--"),
        ("", b""),
    ],
)
def test_only_forms_of_the_expected_kind_are_read(door, kind, content):
    ana = door.browser("ana")
    content = content.replace(b"TOKEN", ana.token("/a/tiny").encode())
    assert ana.post("/a/tiny", content=content, headers={"Content-Type": kind}).status_code == 415
    assert kept(door) == []


def test_damaged_forms_are_refused_and_cost_nobody_anything(door):
    ana = door.browser("ana")
    token = ana.token("/a/tiny")
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    bodies = [
        form(token, filled(door.assignment), ended=False),
        b"no form at all",
        form(token).replace(b'name="token"', b'name="' + b"t" * 5000 + b'"'),
        form("t" * 5000),
        b"".join(f'--x\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n\r\n'.encode() for n in range(50))
        + b"--x--",
        form(token, b"1")[:-7] + form(token, b"2"),
    ]
    for body in bodies:
        assert 400 <= ana.post("/a/tiny", content=body, headers=headers).status_code < 500
    assert kept(door) == []
    assert ana.hand_in(filled(door.assignment)).status_code == 303


def test_slow_clients_are_let_go_and_keep_nobody_waiting(door, monkeypatch):
    monkeypatch.setattr(server, "HEAD", 2.0)
    monkeypatch.setattr(uploads, "SILENCE", 2.0)
    ana, host, port = door.browser("ana"), *door.origin.removeprefix("http://").split(":")
    head = f"POST /a/tiny HTTP/1.1\r\nHost: {host}:{port}\r\n"
    cookies = "; ".join(f"{name}={value}" for name, value in ana.cookies.items())
    body = form(ana.token("/a/tiny"), b"{", ended=False)
    kind = "Content-Type: multipart/form-data; boundary=x\r\n"
    stalled = f"{head}Cookie: {cookies}\r\n{kind}Content-Length: 5000\r\n\r\n".encode() + body
    lines = []
    for beginning in (b"", head.encode(), stalled):
        line = socket.create_connection((host, int(port)), PATIENCE)
        line.sendall(beginning)
        lines.append(line)
    assert door.browser("bo").hand_in(filled(door.assignment)).status_code == 303
    answers = [_rest(line) for line in lines]
    assert answers[:2] == [b"", b""]
    assert answers[2].startswith(b"HTTP/1.1 408")
    assert [key for key in kept(door) if key[1] == "ana"] == []


def _rest(line):
    """All that comes until the other end closes the line."""
    received = b""
    with line:
        try:
            while more := line.recv(2**16):
                received += more
                if b"</html>" in received:
                    break
        except ConnectionError:
            pass
    return received


def test_one_file_of_a_student_comes_at_a_time(door):
    ana = door.browser("ana")
    token, begun, go_on = ana.token("/a/tiny"), threading.Event(), threading.Event()

    def halting():
        yield form(token, b"{", ended=False)
        begun.set()
        go_on.wait(PATIENCE)

    headers = {"Content-Type": "multipart/form-data; boundary=x", "Origin": door.origin}
    first = threading.Thread(target=lambda: ana.post("/a/tiny", content=halting(), headers=headers))
    first.start()
    until = time.monotonic() + PATIENCE
    while not door.site.uploading:
        assert time.monotonic() < until
        time.sleep(0.01)
    second = door.browser("ana").hand_in(filled(door.assignment))
    go_on.set()
    first.join(PATIENCE)
    assert second.status_code == 429
    assert door.browser("bo").hand_in(filled(door.assignment)).status_code == 303


def test_who_asks_for_feedback_again_and_again_holds_up_nobody_else(door, monkeypatch):
    people = {name: door.browser(name) for name in ("ana", "bo", "chi")}
    for name, browser in people.items():
        browser.hand_in(filled(door.assignment, mark=name))
        browser.wait_for("/a/tiny/1", "Item by item")
    made, most, begun, go_on, answers = [], [], threading.Event(), threading.Event(), []
    feedback = students.feedback

    def halting(site, frame, assignment, attempt, *rest):
        made.append(attempt.student)
        most.append((len(made), max(map(made.count, made))))
        begun.set()
        go_on.wait(PATIENCE)
        made.remove(attempt.student)
        return feedback(site, frame, assignment, attempt, *rest)

    monkeypatch.setattr(students, "feedback", halting)

    def ask(cookies):
        answers.append(httpx.get(f"{door.origin}/a/tiny/1", cookies=cookies, timeout=PATIENCE).status_code)

    asking = [threading.Thread(target=ask, args=(dict(each.cookies),)) for each in people.values() for _ in range(20)]
    for thread in asking:
        thread.start()
    assert begun.wait(PATIENCE)
    assert people["bo"].get("/a/tiny").status_code == 200  # whatever is cheap comes meanwhile
    go_on.set()
    for thread in asking:
        thread.join(PATIENCE)
    assert answers == [200] * 60  # and in the end everybody has what they asked for
    assert all(pages <= PAGES_AT_ONCE and of_one == 1 for pages, of_one in most)


def test_the_names_of_files_and_assignments_lead_nowhere(door):
    ana = door.browser("ana")
    names = [
        "../../../../evil",
        "/etc/cron.d/evil",
        "..\\..\\evil",
        "C:\\evil",
        "\u202egpj.ipynb",
        "evil\n",
        "e" * 3000,
        "",
    ]
    for number, name in enumerate(names):
        content = filled(door.assignment, mark=str(number))
        assert ana.post(
            "/a/tiny",
            content=form(ana.token("/a/tiny"), content, name=name),
            headers={"Content-Type": "multipart/form-data; boundary=x"},
        ).status_code in (303, 400, 422)
    for name in ("%2e%2e", "..%2f..%2fsecret", "tiny%00", "tiny%2f..", "TINY", "no"):
        assert ana.get(f"/a/{name}").status_code == 404
    for number in ("0", "99", "-1", "1e3", "%2e%2e", "0001x", "9" * 5000):
        assert ana.get(f"/a/tiny/{number}").status_code == 404
    assert [path for path in door.course.root.parent.rglob("*") if "evil" in path.name] == []


# Forms from elsewhere, and other people's pages ----------------------------------------------------------------------


def test_a_form_that_another_site_has_made_does_nothing(door):
    ana, bo = door.browser("ana"), door.browser("bo")
    content = ("tiny.ipynb", filled(door.assignment))
    refused = [
        ana.fill_in("/a/tiny", file=content, token=""),
        ana.fill_in("/a/tiny", file=content, token="0" * 64),
        ana.fill_in("/a/tiny", file=content, token=bo.token("/a/tiny")),
        ana.fill_in("/a/tiny", file=content, headers={"Origin": EVIL}),
        ana.fill_in("/a/tiny", file=content, headers={"Origin": "null"}),
        ana.fill_in("/a/tiny", file=content, headers={"Sec-Fetch-Site": "cross-site"}),
        ana.fill_in("/a/tiny", file=content, headers={"Sec-Fetch-Site": "same-site"}),
    ]
    assert [answer.status_code for answer in refused] == [403] * 7
    teacher = door.browser("")
    for address, fields in (
        ("/class/tiny/close", {"closed": "yes"}),
        ("/class/tiny/of/ana/extension", {"days": "9"}),
        ("/out", {}),
    ):
        assert teacher.fill_in(address, fields, token="0" * 64).status_code == 403
        assert (
            teacher.fill_in(address, fields, token=teacher.token("/class/tiny"), headers={"Origin": EVIL}).status_code
            == 403
        )
    assert kept(door) == []
    assert not (door.course.output / "serving" / "closed.json").exists()
    assert not (door.course.output / "extensions.json").exists()
    assert teacher.get("/class").status_code == 200


def test_nobody_is_signed_in_by_looking_at_a_link_or_from_another_site(door):
    browser = door.browser()
    path = door.link("ana").removeprefix(door.origin)
    assert "Sign in as Ana Lima" in browser.get(path).text
    assert browser.get("/").status_code == 401
    assert browser.post(path, files={"token": (None, "")}).status_code == 403
    assert Browser(door.origin).post(path, files={"token": (None, "x")}).status_code == 403  # without a cookie
    assert browser.fill_in(path, headers={"Origin": EVIL}).status_code == 403
    assert browser.get("/").status_code == 401


def test_a_cookie_that_somebody_has_put_into_the_browser_is_worth_nothing_after_signing_in(door):
    attacker = door.browser()
    known = attacker.token(door.link("bo").removeprefix(door.origin))
    planted = attacker.cookies["atelier"]
    headers = {"Cookie": f"atelier={planted}", "Origin": door.origin}
    answer = httpx.post(
        door.link("ana"), files={"token": (None, known)}, headers=headers
    )  # the victim signs in with it
    assert answer.status_code == 303
    ana = Browser(door.origin, cookies={"atelier": answer.cookies["atelier"]})
    assert ana.get("/").status_code == 200
    assert answer.cookies["atelier"] != planted
    assert attacker.get("/").status_code == 401  # who still has the old one
    assert ana.hand_in(filled(door.assignment), token=known).status_code == 403  # and the token of its forms


def test_a_cookie_cannot_be_made_up_or_changed(door):
    ana = door.browser("ana")
    genuine = ana.cookies["atelier"]
    forged = [
        URLSafeTimedSerializer(b"another secret", salt="session").dumps(["n", "instructor", "", 0]),
        genuine[:-2] + ("aa" if genuine[-2:] != "aa" else "bb"),
        genuine.split(".")[0],
        "",
        "a.b.c",
        "é" * 100,
    ]
    for cookie in forged:
        answer = httpx.get(f"{door.origin}/", headers={"Cookie": f"atelier={cookie}".encode("latin-1", "replace")})
        assert answer.status_code == 401
    assert httpx.get(f"{door.origin}/", headers={"Cookie": f"atelier={genuine}"}).status_code == 200


def without_nonces(answer):
    return answer.status_code, re.sub(r"nonce=\"[\w-]+\"", "", answer.text)


def test_nobody_finds_out_who_is_enrolled_or_what_others_have_done(door):
    ana, bo = door.browser("ana"), door.browser("bo")
    ana.hand_in(filled(door.assignment))
    ana.wait_for("/a/tiny/1", "Item by item")
    nothing = without_nonces(bo.get("/no/such/page"))
    assert nothing[0] == 404
    for address in (
        "/a/tiny/1", "/a/tiny/1/events", "/a/tiny/1/notebook", "/class", "/class/tiny", "/class/tiny/events",
        "/class/tiny/of/ana", "/class/tiny/of/ana/1", "/class/tiny/of/ana/recorded", "/class/tiny/of/nobody",
        "/class/tiny/grades.csv", "/class/tiny/items.csv", "/in/nobodys-link", "/a/nothing",
    ):  # fmt: skip
        assert without_nonces(bo.get(address)) == nothing, address
    for address in (
        "/class/tiny/close",
        "/class/tiny/of/ana/again",
        "/class/tiny/of/ana/extension",
        "/class/tiny/platform",
    ):
        assert bo.fill_in(address, token=bo.token("/a/tiny")).status_code == 404
    stranger = door.browser()
    for address in ("/", "/a/tiny", "/a/tiny/1", "/class", "/class/tiny/of/ana", "/a/tiny/1/notebook"):
        assert stranger.get(address).status_code == 401


def test_a_link_that_was_taken_back_holds_no_longer_nor_what_was_signed_in_by_it(door):
    ana, old = door.browser("ana"), door.link("ana")
    door.site.identities.renew(Role.STUDENT, "ana")
    assert ana.get("/").status_code == 401
    assert ana.get(old.removeprefix(door.origin)).status_code == 404
    assert door.link("ana") != old
    assert door.browser("ana").get("/").status_code == 200
    assert door.browser("bo").get("/").status_code == 200
    assert "ana" not in (door.course.output / "serving" / "links.json").read_text()


def test_nothing_leads_to_another_site(door):
    ana = door.browser("ana")
    host = door.origin.removeprefix("http://")
    led = []
    for address in ("//evil.example/", "/%2f%2fevil.example", "/in/x?next=https://evil.example", "/?next=//evil.example",
                    "/class/?to=//evil.example", "/a/tiny/", "/a//evil.example/"):  # fmt: skip
        line = http.client.HTTPConnection(host)
        line.putrequest("GET", address, skip_host=True)
        line.putheader("Host", host)
        line.putheader("Cookie", f"atelier={ana.cookies['atelier']}")
        line.endheaders()
        led.append(line.getresponse().getheader("Location") or "")
        line.close()
    assert led == [""] * len(led)
    assert httpx.get(f"{door.origin}/", headers={"Host": "evil.example"}).status_code == 421
    assert httpx.get(f"{door.origin}/", headers={"Host": host, "X-Forwarded-Host": "evil.example"}).status_code == 401


# What is sent along --------------------------------------------------------------------------------------------------


def test_every_answer_forbids_what_it_does_not_need(door):
    ana, teacher = door.browser("ana"), door.browser("")
    ana.hand_in(filled(door.assignment))
    ana.wait_for("/a/tiny/1", "Item by item")
    door.settled(1)
    pages = ["/", "/a/tiny", "/a/tiny/1", "/a/tiny/1/notebook", "/no", "/script.js", "/health"]
    answers = [ana.get(address) for address in pages]
    answers += [
        teacher.get(address) for address in ("/class", "/class/tiny", "/class/tiny/of/ana", "/class/tiny/grades.csv")
    ]
    answers += [ana.fill_in("/a/tiny", token=""), httpx.get(f"{door.origin}/", headers={"Host": "evil.example"})]
    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy or "sandbox" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["cache-control"] == "no-store"
        assert "server" not in answer.headers


def test_pages_with_a_students_text_run_no_script_at_all(door):
    ana, teacher = door.browser("ana"), door.browser("")
    evil = "    return np.mean((a - b) ** 2)  # </pre><script>alert(1)</script>"
    ana.hand_in(filled(door.assignment, evil), name='"><script>alert(2)</script>.ipynb')
    ana.wait_for("/a/tiny/1", "Item by item")
    door.settled(1)
    for answer in (
        ana.get("/a/tiny/1"),
        teacher.get("/class/tiny/of/ana/1"),
        teacher.get("/class/tiny/of/ana/recorded"),
    ):
        policy = answer.headers["content-security-policy"]
        assert "script-src" not in policy  # so that of default-src holds, which is none
        assert policy.endswith("sandbox")
        assert "form-action 'none'" in policy
        assert "<script" not in answer.text
        assert "&lt;script&gt;" in answer.text
    for address in ("/a/tiny", "/"):
        assert "<script>" not in ana.get(address).text
    file = ana.get("/a/tiny/1/notebook")
    assert file.headers["content-disposition"] == 'attachment; filename="tiny-1.ipynb"'
    assert file.headers["content-type"] == "application/x-ipynb+json"


def test_a_file_is_sent_in_pieces_that_are_read_when_they_are_taken(tmp_path):
    file, kept_open = tmp_path / "large.ipynb", []
    file.write_bytes(bytes(range(256)) * 20_000)  # 5 MB, no whole number of pieces
    answer = pages.attachment(file, "large.ipynb", "application/x-ipynb+json")
    assert answer.headers["content-length"] == "5120000"
    sent = []

    async def take():
        async def send(message):
            sent.append(message.get("body", b""))
            kept_open.append(str(file) in map(os.path.realpath, Path("/proc/self/fd").iterdir()))

        await answer({"type": "http", "method": "GET", "asgi": {"spec_version": "2.4"}}, None, send)

    anyio.run(take)
    assert b"".join(sent) == file.read_bytes()
    assert max(map(len, sent)) <= pages.PIECE
    assert not any(kept_open)  # a thousand browsers that take nothing leave files enough for others


def test_over_tls_cookies_and_browsers_are_bound_to_it(course, stubbed):
    site = make_site(course, KernelPool(), 1, {"https://hand-in.example"}, secure=True)
    ana = next(person for person in site.identities.everybody() if person.id == "ana")

    async def ask():
        own = httpx.ASGITransport(application(site))
        async with httpx.AsyncClient(transport=own, base_url="https://hand-in.example") as browser:
            return await browser.get(link(site.identities, "", ana))

    answer = anyio.run(ask)
    assert answer.headers["strict-transport-security"] == "max-age=31536000"
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-atelier=")
    for word in ("Secure", "HttpOnly", "SameSite=lax", "Path=/"):
        assert word in cookie
    assert "Domain" not in cookie


def test_no_secret_gets_into_a_log(door, caplog, monkeypatch, capfd):
    for name in ("autograder", "uvicorn", "starlette"):  # those of the tests' own browser would tell
        caplog.set_level(logging.DEBUG, logger=name)
    token = door.link("ana").rpartition("/")[2]
    ana = door.browser("ana")
    ana.get(f"/in/{token}x")
    monkeypatch.setattr(door.site.identities, "of_token", lambda token: 1 / 0)
    assert door.browser().get(f"/in/{token}").status_code == 500
    ana.hand_in(b"%PDF")
    said = caplog.text + "".join(capfd.readouterr())
    assert "went wrong" in said  # what happened stands there
    assert "/in/…" in said
    for secret in (token, ana.cookies["atelier"], door.course.secret.hex()):
        assert secret not in said
    assert without_secrets("GET /in/abc?x /in/def") == "GET /in/…?x /in/…"


# Listening -----------------------------------------------------------------------------------------------------------

TLS = {"certificate": Path("c.pem"), "key": Path("k.pem")}


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"host": "0.0.0.0"}, "without encryption"),
        ({"host": "::"}, "without encryption"),
        ({"host": "192.168.1.5"}, "without encryption"),
        ({"host": "example.org"}, "without encryption"),
        ({"host": "0.0.0.0", "certificate": Path("c.pem")}, "together"),
        ({"behind_proxy": True}, "give the address"),
        ({"behind_proxy": True, "address": "http://example.org"}, "give the address"),
        ({"address": "example.org"}, "is no address"),
        ({"address": "https://example.org/path"}, "is no address"),
    ],
)
def test_it_does_not_listen_where_others_could_read_along(told, sentence):
    with pytest.raises(CourseError, match=sentence):
        Listener(**told)


@pytest.mark.parametrize(
    ("told", "origin", "secure"),
    [
        ({}, "http://127.0.0.1:8000", False),
        ({"host": "::1"}, "http://[::1]:8000", False),
        ({"host": "127.8.8.8"}, "http://127.8.8.8:8000", False),
        ({"host": "0.0.0.0", "port": 443, **TLS, "address": "https://example.org"}, "https://example.org", True),
        ({"behind_proxy": True, "address": "https://example.org/"}, "https://example.org", True),
    ],
)
def test_where_it_listens_and_what_links_begin_with(told, origin, secure):
    listener = Listener(**told)
    assert (listener.origin, listener.secure) == (origin, secure)
    assert origin in listener.origins
