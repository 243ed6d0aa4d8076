"""A learning platform, written from the standards that real ones follow: for tests, on this machine.

From *LTI Core 1.3* the claims of a launch, from the *Security Framework 1.0* the login that a platform initiates, the
form with the signed word, the sets of keys and the token for services, from *Assignment and Grade Services 2.0* line
items and scores. It checks what a tool sends as strictly as they allow, and remembers what it has refused.
"""

from __future__ import annotations

import html
import json
import re
import secrets
import socket
import time
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import jwt
import uvicorn
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from jwt.algorithms import RSAAlgorithm
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from autograder.serving.lti import Lti
from tests.autograder.serving.stubs import PATIENCE, Browser, listening

LTI = "https://purl.imsglobal.org/spec/lti/claim/"
AGS = "https://purl.imsglobal.org/spec/lti-ags/"
MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership#"
STAFF = "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Instructor"
CLIENT, DEPLOYMENT, COURSE = "atelier-at-school", "7", "course-42"


@cache
def key(name):
    """A private key; making one takes a while."""
    return generate_private_key(public_exponent=65537, key_size=2048)


def public_half(name, **more):
    return {**RSAAlgorithm.to_jwk(key(name).public_key(), as_dict=True), "kid": name, **more}


class Platform:
    """What the platform knows, and what a test may change about it."""

    def __init__(self, origin):
        self.begin_anew(origin)

    def begin_anew(self, origin):
        """Be as it was on the first day, with whatever a test has put in the place of something."""
        vars(self).clear()
        self.origin = origin
        self.tool = ""
        """The tool's address; its three addresses follow from it."""
        self.people = {
            "u-ana": ("ana", [MEMBERSHIP + "Learner"]),
            "u-bo": ("bo", [MEMBERSHIP + "Learner"]),
            "u-zoe": ("zoe", [MEMBERSHIP + "Learner", STAFF]),
            "u-prof": ("prof", [MEMBERSHIP + "Instructor"]),
        }
        self.claims = {}
        """What the next words say in place of what they should; None leaves a claim out."""
        self.signed_with = "school"
        self.key_set = {"keys": [public_half("school", alg="RS256", use="sig")]}
        self.asked = []
        """The paths of all requests."""
        self.answers = {}
        """What is answered, by path, in place of what should be; a function is called."""
        self.scores = []
        """What was taken, in its order."""
        self.refused = []
        """Why something was refused."""
        self._tokens = {}
        self._assertions = set()

    # What a browser does ---------------------------------------------------------------------------------------------

    def login(self, user, target):
        """The fields with which the platform initiates a login."""
        return {
            "iss": self.origin,
            "login_hint": user,
            "target_link_uri": target,
            "lti_message_hint": f"{user} {target}",
            "client_id": CLIENT,
            "lti_deployment_id": DEPLOYMENT,
        }

    def come_back_with(self, browser, user, target):
        """Go through the login up to the form with which the platform sends a browser back: its address and fields."""
        to = browser.get("/lti/login", params=self.login(user, target))
        assert to.status_code == 303, to.text
        return self.form(httpx.get(to.headers["location"]))

    @staticmethod
    def form(page):
        assert page.status_code == 200, page.text
        fields = re.findall(r'name="(\w+)" value="([^"]*)"', page.text)
        return re.search(r'action="([^"]*)"', page.text)[1], {name: html.unescape(value) for name, value in fields}

    def launch(self, browser, user, target):
        """What the tool answers in the end."""
        address, fields = self.come_back_with(browser, user, target)
        return browser.post(address, data=fields, headers={"Origin": self.origin, "Sec-Fetch-Site": "cross-site"})

    # What a tool asks ------------------------------------------------------------------------------------------------

    def word(self, user, target, nonce):
        """The claims of a launch."""
        name, roles = self.people[user]
        now = int(time.time())
        said = {
            "iss": self.origin,
            "sub": user,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": nonce,
            LTI + "message_type": "LtiResourceLinkRequest",
            LTI + "version": "1.3.0",
            LTI + "deployment_id": DEPLOYMENT,
            LTI + "target_link_uri": target,
            LTI + "resource_link": {"id": "link-1", "title": "An assignment"},
            LTI + "roles": roles,
            LTI + "context": {"id": COURSE, "label": "GAN", "type": ["CourseSection"]},
            LTI + "custom": {"student": name},
            AGS + "claim/endpoint": {
                "scope": [AGS + "scope/score", AGS + "scope/lineitem"],
                "lineitems": f"{self.origin}/lineitems?type_id=1",
                "lineitem": f"{self.origin}/lineitems/{urlsplit(target).path.rpartition('/')[2]}?type_id=1",
            },
        }
        return {claim: value for claim, value in {**said, **self.claims}.items() if value is not None}

    def signed(self, claims, **headers):
        return jwt.encode(claims, key(self.signed_with), "RS256", {"kid": "school", **headers})

    def authorize(self, request):
        """Security Framework 5.1.1.2 and 5.1.1.3."""
        asked = request.query_params
        wanted = {
            "scope": "openid",
            "response_type": "id_token",
            "response_mode": "form_post",
            "prompt": "none",
            "client_id": CLIENT,
            "redirect_uri": f"{self.tool}/lti/launch",
        }
        if wrong := [name for name, value in wanted.items() if asked.get(name) != value]:
            return self.no(f"authorize: {wrong}")
        user, _, target = asked["lti_message_hint"].partition(" ")
        if user != asked["login_hint"] or len(asked["state"]) < 16 or len(asked["nonce"]) < 16:
            return self.no("authorize: a hint, the state or the nonce")
        token = self.signed(self.word(user, target, asked["nonce"]))
        fields = "".join(
            f'<input type="hidden" name="{name}" value="{html.escape(value)}">'
            for name, value in (("id_token", token), ("state", asked["state"]))
        )
        return HTMLResponse(
            f'<form method="post" action="{wanted["redirect_uri"]}">{fields}</form>'
            "<script>document.forms[0].submit()</script>"
        )

    def token(self, form):
        """Security Framework 4.1: client credentials, by a word that the tool has signed."""
        if form.get("grant_type") != "client_credentials" or not form.get("client_assertion_type", "").endswith(
            ":jwt-bearer"
        ):
            return self.no("token: the kind of grant")
        known = jwt.PyJWKSet.from_dict(httpx.get(f"{self.tool}/lti/keys").json())
        assertion = form["client_assertion"]
        try:
            said = jwt.decode(
                assertion,
                known[jwt.get_unverified_header(assertion)["kid"]],
                algorithms=["RS256"],
                audience=f"{self.origin}/token",
                issuer=CLIENT,
                subject=CLIENT,
                options={"require": ["exp", "iat", "jti"]},
            )
        except (jwt.PyJWTError, KeyError) as error:
            return self.no(f"token: {error!r}")
        if said["jti"] in self._assertions or said["exp"] - said["iat"] > 3600:
            return self.no("token: a word that was used, or holds too long")
        self._assertions.add(said["jti"])
        if form.get("scope") != AGS + "scope/score":
            return self.no("token: the scope")
        token = secrets.token_urlsafe(32)
        self._tokens[token] = time.monotonic() + 3600
        return JSONResponse({"access_token": token, "token_type": "Bearer", "expires_in": 3600, "scope": form["scope"]})

    def score(self, request, said):
        """Assignment and Grade Services 3.4; that the moment must be later than the last one is what Moodle wants."""
        if time.monotonic() > self._tokens.get(request.headers["authorization"].removeprefix("Bearer "), 0):
            return self.no("score: the token", 401)
        if request.headers["content-type"] != "application/vnd.ims.lis.v1.score+json":
            return self.no("score: the kind of content", 415)
        if request.url.query != "type_id=1" or said["userId"] not in self.people:
            return self.no("score: whose, or of what", 404)
        ways = ("Initialized", "Started", "InProgress", "Submitted", "Completed")
        grades = ("FullyGraded", "Pending", "PendingManual", "Failed", "NotReady")
        when = datetime.fromisoformat(said["timestamp"])
        if not (
            said["activityProgress"] in ways
            and said["gradingProgress"] in grades
            and said["scoreGiven"] >= 0
            and said["scoreMaximum"] > 0
            and when.tzinfo is not None
        ):
            return self.no("score: its form")
        item = request.path_params["item"]
        before = [each for each in self.scores if (each["item"], each["userId"]) == (item, said["userId"])]
        if before and before[-1]["when"] >= when:
            return self.no("score: an earlier moment", 409)
        self.scores.append({**said, "item": item, "when": when})
        return Response(status_code=200)

    def no(self, why, status=400):
        self.refused.append(why)
        return JSONResponse({"error": why}, status)

    def points(self, user, item="tiny"):
        """What the platform shows: points, of how many, and how far the grading is."""
        known = [each for each in self.scores if (each["item"], each["userId"]) == (item, user)]
        return (known[-1]["scoreGiven"], known[-1]["scoreMaximum"], known[-1]["gradingProgress"]) if known else None

    def wait_for(self, holds):
        until = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < until, (self.scores, self.refused, self.asked[-20:])
            time.sleep(0.02)

    # Listening -------------------------------------------------------------------------------------------------------

    def application(self):
        def answering(answer):
            async def endpoint(request):
                self.asked.append(request.url.path)
                instead = self.answers.get(request.url.path)
                if callable(instead):
                    return await run_in_threadpool(instead)
                body = await request.body()
                return instead or await run_in_threadpool(answer, request, body)

            return endpoint

        def token(_, body):
            return self.token({name: values[0] for name, values in parse_qs(body.decode()).items()})

        def score(request, body):
            return self.score(request, json.loads(body))

        return Starlette(
            routes=[
                Route("/authorize", answering(lambda request, _: self.authorize(request))),
                Route("/keys", answering(lambda *_: JSONResponse(self.key_set))),
                Route("/token", answering(token), methods=["POST"]),
                Route("/lineitems/{item}/scores", answering(score), methods=["POST"]),
                Route("/page", answering(lambda request, _: HTMLResponse(self.page(request)))),
            ]
        )

    def page(self, request):
        """A page of the course, with the assignment as a link and inside itself."""
        address = f"{self.tool}/lti/login?{urlencode(self.login('u-ana', f'{self.tool}/a/tiny'))}"
        return f'<a href="{html.escape(address)}">Tiny</a><iframe src="{html.escape(address)}"></iframe>'

    def settings(self, **more):
        """What stands in the tool's ``lti.toml``."""
        told = {
            "issuer": self.origin,
            "client_id": CLIENT,
            "deployment_ids": [DEPLOYMENT],
            "course": COURSE,
            "authorization": f"{self.origin}/authorize",
            "token": f"{self.origin}/token",
            "keys": f"{self.origin}/keys",
            **more,
        }
        return "".join(f"{name} = {value!r}\n".replace("'", '"') for name, value in told.items())


@contextmanager
def platform(host="127.0.0.1"):
    """A platform at a free port, until the block ends."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    found = Platform(f"http://{host}:{listener.getsockname()[1]}")
    config = uvicorn.Config(
        found.application(), ws="none", lifespan="off", access_log=False, log_level="warning", timeout_graceful_shutdown=1
    )  # fmt: skip
    with listening(config, listener):
        yield found


def as_tool(course, school, **more):
    """The tool with the platform's settings, and a key that was made before."""
    (course.root / "lti.toml").write_text(school.settings(**more))
    own = course.output / "serving" / "lti.pem"
    own.parent.mkdir(parents=True, exist_ok=True)
    own.touch(0o600)
    own.write_bytes(
        key("tool").private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return Lti.of(course)


def launch(door, school, user="u-ana", path="/a/tiny"):
    """A browser, and what the server answers at the end of the launch."""
    browser = Browser(door.origin)
    return browser, school.launch(browser, user, f"{door.origin}{path}")
