"""Coming from a learning platform: whom it names, in the browser that was sent there, once, and nobody else."""

import base64
import hashlib
import hmac
import json
import logging
import shutil
import threading
import time

import anyio
import httpx
import pytest
from cryptography.hazmat.primitives import serialization
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from autograder.course import Course, CourseError
from autograder.running.kernel_pool import KernelPool
from autograder.serving import elsewhere, grader, lti
from autograder.serving.app import application, make_site
from autograder.serving.lti import Lti
from tests.autograder.serving.lti_platform import (
    AGS,
    LTI,
    MEMBERSHIP,
    STAFF,
    as_tool,
    key,
    launch,
    platform,
    public_half,
)
from tests.autograder.serving.stubs import PATIENCE, Browser, StubRunner, running

EVIL = "https://evil.example"


@pytest.fixture(scope="module")
def both(made, tmp_path_factory):
    """A server that runs nothing, and its platform, for all tests of this file."""
    root = tmp_path_factory.mktemp("lti") / "course"
    shutil.copytree(made, root)
    with pytest.MonkeyPatch.context() as patch, platform() as school:
        patch.setattr(grader, "ThreadRunner", StubRunner)
        course = Course(root)
        with running(course, lti=as_tool(course, school)) as door:
            yield door, school


@pytest.fixture
def school(both):
    door, school = both
    school.begin_anew(school.origin)
    school.tool = door.origin
    return school


@pytest.fixture
def door(both, school):
    door, _ = both
    door.site.lti._keys, door.site.lti._asked = {}, -lti.KEPT  # as after a start
    return door


def is_kept_out(door, browser, answer, status=403):
    assert answer.status_code == status, answer.text
    assert "location" not in answer.headers
    assert browser.get("/").status_code == 401
    return answer.text


# Who is let in -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("user", "path", "leads_to"),
    [
        ("u-ana", "/a/tiny", "/a/tiny"),
        ("u-ana", "/", "/"),
        ("u-ana", "/lti/launch", "/"),
        ("u-prof", "/a/tiny", "/class/tiny"),
        ("u-prof", "", "/"),
    ],
)
def test_who_is_known_comes_to_the_page_that_the_link_means(door, school, user, path, leads_to):
    browser, answer = launch(door, school, user, path)
    assert (answer.status_code, answer.headers["location"]) == (303, leads_to)
    page = browser.get(leads_to, follow_redirects=True)
    assert page.status_code == 200
    assert ("Ana Lima" if user == "u-ana" else "Instructor") in page.text
    assert school.refused == []


def test_a_platform_may_initiate_the_login_by_a_form(door, school):
    browser = Browser(door.origin)
    to = browser.post("/lti/login", data=school.login("u-ana", f"{door.origin}/a/tiny"), headers={"Origin": EVIL})
    address, fields = school.form(httpx.get(to.headers["location"]))
    assert browser.post(address, data=fields).headers["location"] == "/a/tiny"


def test_who_teaches_elsewhere_in_the_institution_is_a_student_here(door, school):
    school.people["u-bo"] = ("bo", [MEMBERSHIP + "Learner", STAFF])
    browser, answer = launch(door, school, "u-bo")
    assert answer.headers["location"] == "/a/tiny"
    assert browser.get("/class").status_code == 404


@pytest.mark.parametrize(
    ("custom", "says"),
    [
        ({"student": "zoe"}, "knows you as zoe, who is not on the roster"),
        ({"student": "Ana"}, "knows you as Ana, who is not on the roster"),
        ({"student": "$User.username"}, "knows you as $User.username, who is not on the roster"),
        ({"student": "../ana"}, "is not on the roster"),
        ({"student": ""}, "does not say who you are"),
        ({}, "does not say who you are"),
        (None, "does not say who you are"),
    ],
)
def test_who_is_not_enrolled_is_told_so_and_stays_outside(door, school, custom, says):
    school.claims = {LTI + "custom": custom}
    assert says in is_kept_out(door, *launch(door, school))


@pytest.mark.parametrize("roles", [[], [STAFF], [MEMBERSHIP + "Mentor"], ["Instructor"]])
def test_who_neither_learns_nor_teaches_in_the_course_stays_outside(door, school, roles):
    school.claims = {LTI + "roles": roles}
    assert "learn or teach in this course" in is_kept_out(door, *launch(door, school))


@pytest.mark.parametrize("user", ["u-ana", "u-prof"])
@pytest.mark.parametrize("context", [{"id": "course-43"}, None])
def test_the_word_of_another_course_counts_nothing(door, school, user, context, caplog):
    """Whoever teaches there could name anybody as a student, or be an instructor here."""
    school.claims = {LTI + "context": context}
    assert "belongs to another course" in is_kept_out(door, *launch(door, school, user))
    assert "which has `course = 'course-42'`" in caplog.text


@pytest.mark.parametrize("path", ["/a/nothing", "/a/", "/a/tiny/1", "/a/..%2fsecret", "/class/tiny", "/out"])
def test_a_link_to_no_assignment_is_one_sentence(door, school, path):
    browser, answer = launch(door, school, "u-ana", path)
    if path == "/a/":
        assert answer.headers["location"] == "/"
    else:
        assert "ask your instructor" in is_kept_out(door, browser, answer, 404)


# Whose word is believed ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ({"aud": "another-tool"}, "Audience"),
        ({"aud": ["another-tool", "third"]}, "Audience"),
        ({"aud": ["atelier-at-school", "another-tool"]}, "another tool"),
        ({"azp": "another-tool"}, "another tool"),
        ({"iss": EVIL}, "issuer"),
        ({"iss": None}, "iss"),
        ({"exp": int(time.time()) - 120}, "expired"),
        ({"exp": None}, "exp"),
        ({"iat": int(time.time()) + 86400}, "not yet valid"),
        ({"iat": None}, "iat"),
        ({"nonce": None}, "nonce"),
        ({"nonce": "another"}, "another question"),
        ({"sub": None}, "sub"),
        ({LTI + "deployment_id": "8"}, "deployment"),
        ({LTI + "deployment_id": None}, "deployment"),
        ({LTI + "message_type": "LtiDeepLinkingRequest"}, "no launch"),
        ({LTI + "version": "1.1"}, "no launch"),
        ({LTI + "roles": MEMBERSHIP + "Instructor"}, "array"),
        ({LTI + "custom": ["student", "ana"]}, "object"),
    ],
)
def test_a_word_that_does_not_fit_is_not_believed(door, school, claims, why, caplog):
    school.claims = claims
    assert "could not be believed" in is_kept_out(door, *launch(door, school))
    assert why in caplog.text


def test_a_word_that_another_has_signed_is_not_believed(door, school):
    school.signed_with = "mallory"
    assert "could not be believed" in is_kept_out(door, *launch(door, school))


def part(told):
    return base64.urlsafe_b64encode(told if isinstance(told, bytes) else json.dumps(told).encode()).rstrip(b"=")


def unsigned(claims):
    return (part({"alg": "none", "kid": "school"}) + b"." + part(claims) + b".").decode()


def signed_with_the_public_key(claims):
    """As if it were a shared secret."""
    secret = (
        key("school")
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    message = part({"alg": "HS256", "kid": "school"}) + b"." + part(claims)
    return (message + b"." + part(hmac.digest(secret, message, hashlib.sha256))).decode()


def without_its_end(claims):
    return (part({"alg": "RS256", "kid": "school"}) + b"." + part(claims)).decode()


@pytest.mark.parametrize(
    "signed", [unsigned, signed_with_the_public_key, without_its_end, lambda _: "", lambda _: "é.é.é"]
)
def test_a_word_that_is_not_signed_by_the_platforms_key_is_not_believed(door, school, signed):
    school.signed = signed
    assert "could not be believed" in is_kept_out(door, *launch(door, school))


@pytest.mark.parametrize("names", ["jku", "x5u", "jwk"])
def test_where_a_word_says_that_its_key_is_does_not_matter(door, school, names):
    with platform() as mallory:
        mallory.key_set = {"keys": [public_half("mallory", alg="RS256")]}
        told = public_half("mallory") if names == "jwk" else f"{mallory.origin}/keys"
        own = school.signed
        school.signed_with = "mallory"
        school.signed = lambda claims: own(claims, **{names: told, "kid": "mallory"})
        assert "could not be believed" in is_kept_out(door, *launch(door, school))
        assert mallory.asked == []


def test_a_weak_key_of_the_platform_is_not_believed(door, school, monkeypatch):
    from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
    from jwt.algorithms import RSAAlgorithm

    weak = generate_private_key(public_exponent=65537, key_size=1024)
    school.key_set = {"keys": [{**RSAAlgorithm.to_jwk(weak.public_key(), as_dict=True), "kid": "school"}]}
    message = part({"alg": "RS256", "kid": "school"})
    algorithm = RSAAlgorithm(RSAAlgorithm.SHA256)

    def signed(claims):
        whole = message + b"." + part(claims)
        return (whole + b"." + part(algorithm.sign(whole, weak))).decode()

    school.signed = signed
    assert "could not be believed" in is_kept_out(door, *launch(door, school))


def test_a_new_key_of_the_platform_is_found_and_made_up_ones_are_not_looked_for_each_time(door, school, monkeypatch):
    monkeypatch.setattr(lti, "AGAIN", 1e6)
    assert launch(door, school)[1].status_code == 303
    own = school.signed
    school.signed = lambda claims: own(claims, kid="made-up")
    for _ in range(3):
        is_kept_out(door, *launch(door, school))
    assert school.asked.count("/keys") == 1
    monkeypatch.setattr(lti, "AGAIN", 0.0)
    school.key_set = {"keys": [public_half("another"), public_half("school")]}
    school.signed_with, school.signed = "another", lambda claims: own(claims, kid="another")
    assert launch(door, school)[1].status_code == 303
    assert school.asked.count("/keys") == 2


# In which browser, and how often -------------------------------------------------------------------------------------


def test_a_word_counts_in_the_browser_that_had_asked_only(door, school):
    """Else somebody could have another hand in under a foreign name."""
    ana, bo = Browser(door.origin), Browser(door.origin)
    address, anas = school.come_back_with(ana, "u-ana", f"{door.origin}/a/tiny")
    _, bos = school.come_back_with(bo, "u-bo", f"{door.origin}/a/tiny")
    for browser, fields in (
        (Browser(door.origin), anas),
        (bo, anas),
        (ana, {**anas, "state": bos["state"]}),
        (ana, {**anas, "state": ""}),
        (ana, {"id_token": anas["id_token"]}),
    ):
        kept = dict(browser.cookies)
        assert "This browser did not begin here" in is_kept_out(door, browser, browser.post(address, data=fields))
        browser.cookies.update(kept)
    mixed = {**bos, "id_token": anas["id_token"]}  # its state is the browser's own, the word answers another's question
    assert "could not be believed" in is_kept_out(door, bo, bo.post(address, data=mixed))


def test_a_word_counts_once(door, school):
    ana = Browser(door.origin)
    address, fields = school.come_back_with(ana, "u-ana", f"{door.origin}/a/tiny")
    kept = dict(ana.cookies)
    assert ana.post(address, data=fields).status_code == 303
    assert "atelier-lti" not in ana.cookies
    thief = Browser(door.origin, cookies=kept)
    assert "has been here already" in is_kept_out(door, thief, thief.post(address, data=fields))


def test_what_was_begun_too_long_ago_or_before_a_restart_does_not_count(door, school, monkeypatch):
    ana = Browser(door.origin)
    address, fields = school.come_back_with(ana, "u-ana", f"{door.origin}/a/tiny")
    kept = dict(ana.cookies)
    monkeypatch.setattr(lti, "SECONDS", -1)
    assert "too long ago" in is_kept_out(door, ana, ana.post(address, data=fields))
    monkeypatch.undo()
    with running(door.course, lti=Lti.of(door.course)) as again:
        later = Browser(again.origin, cookies=kept)
        assert "did not begin here" in is_kept_out(again, later, later.post("/lti/launch", data=fields))


def test_a_cookie_that_somebody_has_put_into_the_browser_is_worth_nothing_afterwards(door, school):
    attacker = door.browser("bo")
    planted, known = attacker.cookies["atelier"], attacker.token("/a/tiny")
    victim = Browser(door.origin, cookies={"atelier": planted})
    assert school.launch(victim, "u-ana", f"{door.origin}/a/tiny").status_code == 303
    cookie = next(each.value for each in victim.cookies.jar if each.name == "atelier" and each.value != planted)
    ana = Browser(door.origin, cookies={"atelier": cookie})
    assert "Ana Lima" in ana.get("/").text
    assert ana.token("/a/tiny") != known
    assert "Bo Berg" in attacker.get("/").text  # who has not become ana


@pytest.mark.parametrize(
    "target",
    [
        f"{EVIL}/a/tiny",
        "//evil.example/a/tiny",
        "https://evil.example@127.0.0.1/a/tiny",
        "javascript:alert(1)",
        "/a/tiny",
        "http://[",
        "",
    ],
)
def test_nothing_leads_to_another_site(door, school, target):
    """Neither the link that the platform has signed, nor the one in the question, which anybody can make up."""
    school.claims = {LTI + "target_link_uri": target}
    is_kept_out(door, *launch(door, school))
    school.claims = {}
    browser = Browser(door.origin)
    asked = {**school.login("u-ana", target), "lti_message_hint": f"u-ana {door.origin}/a/tiny"}
    to = browser.get("/lti/login", params=asked).headers["location"]
    assert to.startswith(f"{school.origin}/authorize?")
    assert "evil" not in to
    address, fields = school.form(httpx.get(to))
    assert browser.post(address, data=fields).headers["location"] == "/a/tiny"


@pytest.mark.parametrize(
    ("changes", "status"),
    [({"iss": EVIL}, 403), ({"iss": ""}, 403), ({"client_id": "another"}, 403), ({"login_hint": ""}, 400)],
)
def test_a_login_that_another_has_initiated_leads_nowhere(door, school, changes, status):
    asked = {**school.login("u-ana", f"{door.origin}/a/tiny"), **changes}
    for answer in (
        httpx.get(f"{door.origin}/lti/login", params=asked),
        httpx.post(f"{door.origin}/lti/login", data=asked),
    ):
        assert answer.status_code == status
        assert "location" not in answer.headers
    assert school.asked == []


@pytest.mark.parametrize("path", ["/lti/login", "/lti/launch"])
def test_forms_from_the_platform_have_bounds(door, path):
    url = f"{door.origin}{path}"
    assert httpx.post(url, data={"id_token": "x" * 70_000}).status_code == 413
    assert httpx.post(url, data={str(number): "" for number in range(100)}).status_code == 400
    assert httpx.post(url, files={"id_token": (None, "x")}).status_code == 415
    assert httpx.post(url, json={"id_token": "x"}).status_code == 415
    assert httpx.post(url, content=b"\xff" * 100, headers={"Content-Type": "application/x-www-form-urlencoded"}).status_code in (400, 403)  # fmt: skip


def test_that_the_platform_did_not_sign_anybody_in_is_one_sentence(door, school):
    ana = Browser(door.origin)
    address, fields = school.come_back_with(ana, "u-ana", f"{door.origin}/a/tiny")
    told = {"error": "login_required<script>" + "x" * 500, "state": fields["state"]}
    page = is_kept_out(door, ana, ana.post(address, data=told))
    assert "did not sign you in (login_required&lt;script&gt;" in page
    assert "x" * 100 not in page


# A platform that is not as it should be ------------------------------------------------------------------------------


NONSENSE = {
    "an error": Response("no", 500),
    "a page": HTMLResponse("<h1>Down for maintenance</h1>"),
    "a list": JSONResponse([1, 2]),
    "no keys": JSONResponse({"keys": []}),
    "no list of keys": JSONResponse({"keys": {"school": 1}}),
    "keys of other kinds": JSONResponse({"keys": [1, None, {"kty": "RSA", "kid": "school"}, {"kty": "oct", "kid": "school", "k": "AA"}]}),
    "too much": Response(b"[" * 2**20),
    "something deep": Response(b"[" * 100_000),
    "half a letter": Response(b"\xff\xfe"),
}  # fmt: skip


@pytest.mark.parametrize("answer", NONSENSE.values(), ids=NONSENSE)
def test_a_platform_that_answers_nonsense_is_one_sentence(door, school, answer):
    school.answers["/keys"] = answer
    assert "did not answer" in is_kept_out(door, *launch(door, school), 502)
    assert door.browser("ana").get("/a/tiny").status_code == 200  # whoever has a link is not concerned


def test_keys_that_lie_elsewhere_are_not_fetched(door, school):
    with platform() as mallory:
        mallory.key_set = {"keys": [public_half("mallory", kid="school")]}
        school.signed_with = "mallory"
        school.answers["/keys"] = RedirectResponse(f"{mallory.origin}/keys")
        assert "did not answer" in is_kept_out(door, *launch(door, school), 502)
        assert mallory.asked == []


def test_a_platform_that_never_answers_holds_up_nobody_else(door, school, monkeypatch):
    monkeypatch.setattr(elsewhere, "SECONDS", 1.0)
    never, answers = threading.Event(), []
    school.answers["/keys"] = lambda: never.wait(PATIENCE) or Response()
    coming = [threading.Thread(target=lambda: answers.append(launch(door, school)[1])) for _ in range(50)]
    for each in coming:
        each.start()
    school.wait_for(lambda: "/keys" in school.asked)
    assert door.browser("ana").get("/a/tiny").status_code == 200
    for each in coming:
        each.join(PATIENCE)
    never.set()
    assert [answer.status_code for answer in answers] == [502] * 50
    assert school.asked.count("/keys") < 50  # for a while after it had not answered, it was not asked again


# Frames, cookies, logs -----------------------------------------------------------------------------------------------


def test_inside_another_page_there_is_only_a_link_out_of_it(door, school):
    asked = school.login("u-ana", f"{door.origin}/a/tiny")
    framed = httpx.get(f"{door.origin}/lti/login", params=asked, headers={"Sec-Fetch-Dest": "iframe"})
    by_form = httpx.post(f"{door.origin}/lti/login", data=asked, headers={"Sec-Fetch-Dest": "iframe"})
    for answer in (framed, by_form):
        assert answer.status_code == 200
        assert "set-cookie" not in answer.headers
        assert "<form" not in answer.text
        assert "<script" not in answer.text
        assert "frame-ancestors *" in answer.headers["content-security-policy"]
        assert f'href="/lti/login?iss={school.origin.replace(":", "%3A").replace("/", "%2F")}' in answer.text
        assert 'target="_blank" rel="noopener"' in answer.text
    _, launched = launch(door, school)
    for answer in (launched, httpx.get(f"{door.origin}/lti/login", params=asked), httpx.get(f"{door.origin}/lti/keys")):
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["x-frame-options"] == "DENY"


def test_over_tls_what_a_browser_keeps_is_sent_by_tls_only_and_read_by_no_script(course, stubbed, school):
    site = make_site(
        course, KernelPool(), 1, {"https://hand-in.example"}, secure=True, lti=as_tool(course, school)
    )  # fmt: skip

    async def ask():
        own = httpx.ASGITransport(application(site))
        async with httpx.AsyncClient(transport=own, base_url="https://hand-in.example") as browser:
            return await browser.get("/lti/login", params=school.login("u-ana", "https://hand-in.example/a/tiny"))

    answer = anyio.run(ask)
    assert "redirect_uri=https%3A%2F%2Fhand-in.example%2Flti%2Flaunch" in answer.headers["location"]
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-atelier-lti=")
    for word in ("Secure", "HttpOnly", "SameSite=none", "Path=/", "Max-Age=600"):
        assert word in cookie


def test_no_secret_gets_into_a_log(door, school, caplog, capfd):
    for name in ("autograder", "uvicorn", "starlette"):
        caplog.set_level(logging.DEBUG, logger=name)
    ana, words = Browser(door.origin), []
    for claims in (
        {},
        {"aud": "another"},
        {LTI + "deployment_id": "8\n\x1b[31m"},
        {LTI + "context": {"id": "\x1b[31m"}},
    ):
        school.claims = claims
        address, fields = school.come_back_with(ana, "u-ana", f"{door.origin}/a/tiny")
        words += [fields["id_token"], fields["state"], ana.cookies["atelier-lti"]]
        ana.post(address, data=fields)
    said = caplog.text + "".join(capfd.readouterr())
    assert "was not believed" in said
    assert "\x1b[31m" not in said
    for secret in (*words, ana.cookies["atelier"]):
        assert secret not in said


# The settings --------------------------------------------------------------------------------------------------------


def test_without_settings_there_are_no_such_pages(course, stubbed):
    assert Lti.of(course) is None
    with running(course) as door:
        for answer in (
            httpx.get(f"{door.origin}/lti/login"),
            httpx.get(f"{door.origin}/lti/keys"),
            httpx.post(f"{door.origin}/lti/launch"),
        ):
            assert answer.status_code == 404


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"keys": "http://school.example/keys"}, "`keys` is `http://school.example/keys`, but must be"),
        ({"token": "ftp://school.example"}, "`token` is"),
        ({"authorization": "school.example"}, "`authorization` is"),
        ({"authorization": "https://["}, "`authorization` is"),
        ({"deployment_ids": []}, "`deployment_ids` is empty"),
        ({"issuer": ""}, "`issuer` is empty"),
        ({"client_id": 10000000000001}, "Expected `str`, got `int` - at `$.client_id`"),
        ({"secret": "x"}, "unknown field `secret`"),
    ],
)
def test_bad_settings_are_one_sentence(course, school, more, sentence):
    (course.root / "lti.toml").write_text(school.settings(**more))
    with pytest.raises(CourseError, match=r"lti\.toml") as raised:
        Lti.of(course)
    assert sentence in str(raised.value)
    assert "\n" not in str(raised.value)


def test_our_key_is_made_once_and_read_by_nobody_else(course, school):
    (course.root / "lti.toml").write_text(school.settings())
    made = Lti.of(course)
    path = course.output / "serving" / "lti.pem"
    assert path.stat().st_mode & 0o777 == 0o600
    assert Lti.of(course).key_set == made.key_set
    assert set(made.key_set["keys"][0]) == {"kty", "key_ops", "n", "e", "kid", "alg", "use"}  # and nothing private
    path.chmod(0o640)
    with pytest.raises(CourseError, match="can be read by others"):
        Lti.of(course)
    path.chmod(0o600)
    path.write_text("no key")
    with pytest.raises(CourseError, match=r"lti\.pem cannot be used"):
        Lti.of(course)


def test_points_go_where_the_platform_wants_them_only_if_it_takes_them(door, school):
    """Without the service one is signed in as ever."""
    school.people["u-chi"] = ("chi", [MEMBERSHIP + "Learner"])
    endpoint = {"scope": [AGS + "scope/score"], "lineitem": f"{school.origin}/lineitems/tiny"}
    for told in (
        None,
        {**endpoint, "scope": []},
        {**endpoint, "lineitem": "http://school.example/1"},
        {"scope": endpoint["scope"]},
    ):
        school.claims = {AGS + "claim/endpoint": told}
        assert launch(door, school, "u-chi")[1].headers["location"] == "/a/tiny"
    place = door.course.output / "serving" / "attempts" / "tiny" / "chi" / "platform.json"
    assert not place.exists()
    school.claims = {}
    launch(door, school, "u-chi")
    assert place.exists()
