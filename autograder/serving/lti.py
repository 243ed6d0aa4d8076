"""LTI 1.3: a learning platform says who somebody is and which assignment was opened, and is told what it earns.

By 1EdTech's *Learning Tools Interoperability Core 1.3* and its *Security Framework 1.0*, which call this server a tool.
A launch has two steps: the person's browser is sent to the platform with a request (`Lti.asks`), and brings back a
token that the platform has signed (`Lti.launched`). The token is believed only in the browser that had asked, and only
once.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import secrets
import threading
import time
import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import jwt
import msgspec
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from itsdangerous import BadData, URLSafeTimedSerializer
from jwt.algorithms import RSAAlgorithm
from msgspec import Struct

from autograder.course import Course, CourseError, written_by_hand
from autograder.intake.finding import printable
from autograder.serving.elsewhere import Unanswered, is_safe, told
from autograder.serving.uploads import Refused

__all__ = ["BACK", "SCORE", "SECONDS", "Asked", "Launch", "Lti", "Registration"]

log = logging.getLogger(__name__)

BACK = "/lti/launch"
"""Where the platform sends a browser back to."""
SECONDS = 600
"""Between asking and coming back."""
LEEWAY = 60.0
"""Seconds by which the platform's clock may be another."""
KEPT, AGAIN = 3600.0, 10.0
"""Seconds for which the platform's keys are kept, and after which an unknown one is looked for once more."""
ALGORITHM = "RS256"  # the one that every platform must know; with others a public key may pass as a secret

CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
ENDPOINT = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
SCORE = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
INSTRUCTOR = "http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"
LEARNER = "http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"
"""What somebody is in this one course; that they teach elsewhere in the institution says nothing here."""

UNBELIEVED = (
    "What your learning platform says about you could not be believed. Open the assignment from there once more."
)
STRANGE = (
    "This browser did not begin here, or too long ago, or has been here already. Open the assignment from your "
    "learning platform once more."
)


class Registration(Struct, frozen=True, forbid_unknown_fields=True):
    """What ``lti.toml`` beside ``exercises/`` says of the platform, and of the one course there that counts here."""

    issuer: str
    client_id: str
    deployment_ids: frozenset[str]
    authorization: str
    token: str
    keys: str
    course: str = ""

    @classmethod
    def of(cls, course: Course) -> Registration | None:
        """What the file says; None if there is none.

        Raises:
            CourseError: if it says something else.
        """
        path = course.root / "lti.toml"
        if not path.exists():
            return None
        with written_by_hand(path):
            told = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), cls)
        for name in ("authorization", "token", "keys"):
            if not is_safe(address := getattr(told, name)):
                raise CourseError(f"{path}: `{name}` is `{address}`, but must be an address with https://.")
        for name in ("issuer", "client_id", "deployment_ids"):
            if not getattr(told, name):
                raise CourseError(f"{path}: `{name}` is empty; it stands in the platform's settings of this tool.")
        return told


@dataclass(frozen=True)
class Asked:
    """What a browser takes to the platform and brings back, and ``kept``, which stays in the browser's cookie."""

    state: str
    nonce: str
    kept: str


@dataclass(frozen=True)
class Launch:
    """Whom the platform has sent: an instructor, or the ``student`` of that id, to an ``assignment`` or to all.

    The student's points go to ``line_item``, if that is not empty, where the platform knows them as ``user``.
    """

    is_instructor: bool
    student: str
    assignment: str
    line_item: str
    user: str


class _Named(Struct):
    id: str


class _Endpoint(Struct):
    scope: frozenset[str] = frozenset()
    lineitem: str = ""


class _Said(
    Struct,
    rename={
        **{
            name: CLAIM + name
            for name in ("message_type", "version", "deployment_id", "target_link_uri", "roles", "context", "custom")
        },
        "endpoint": ENDPOINT,
    },
):
    """The claims of a launch that matter here, by their names in the standard."""

    sub: str
    nonce: str
    aud: str | list[str]
    message_type: str
    version: str
    deployment_id: str
    target_link_uri: str
    roles: frozenset[str]
    context: _Named | None = None
    custom: dict[str, Any] = {}
    endpoint: _Endpoint | None = None
    azp: str | None = None


class Lti:
    """This server as a platform's tool. Any thread may ask."""

    def __init__(self, registration: Registration, key: RSAPrivateKey) -> None:
        self.registration = registration
        self._own_key = key
        public = RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
        thumbprint = json.dumps({name: public[name] for name in ("e", "kty", "n")}, separators=(",", ":"))  # RFC 7638
        self.kid = hashlib.sha256(thumbprint.encode()).hexdigest()[:32]
        self.key_set = {"keys": [{**public, "kid": self.kid, "alg": ALGORITHM, "use": "sig"}]}
        """Our public key, as the platform fetches it."""
        # Of this process alone: what was begun before it cannot come back, so that what was used need not be kept.
        self._signer = URLSafeTimedSerializer(secrets.token_bytes(32), salt="lti")
        self._used: dict[str, float] = {}
        self._keys: dict[str, jwt.PyJWK] = {}
        self._asked, self._silence = -KEPT, ""
        self._lock = threading.Lock()

    @classmethod
    def of(cls, course: Course) -> Lti | None:
        """With what stands in ``lti.toml``, and a key that is made at the first start; None without that file.

        Raises:
            CourseError: if the file or the key cannot be used.
        """
        registration = Registration.of(course)
        return cls(registration, _own_key(course)) if registration else None

    # To the platform, and back ---------------------------------------------------------------------------------------

    def ask(self) -> Asked:
        """Begin a launch."""
        state, nonce = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        return Asked(state, nonce, self._signer.dumps([state, nonce]))

    def asks(self, asked: Asked, fields: dict[str, str], origin: str) -> str:
        """Where a browser is sent, that came with these ``fields`` of a login which the platform has initiated.

        Raises:
            Refused: if it was another platform, or they are not as the standard has them.
        """
        known = self.registration
        if fields.get("iss") != known.issuer or fields.get("client_id", known.client_id) != known.client_id:
            raise Refused("This server knows no such learning platform: ask your instructor.", 403)
        if not fields.get("login_hint"):
            raise Refused("Your learning platform did not say whom it means. Open the assignment from there once more.")
        query = {
            "scope": "openid",
            "response_type": "id_token",
            "response_mode": "form_post",
            "prompt": "none",
            "client_id": known.client_id,
            "redirect_uri": origin + BACK,
            "login_hint": fields["login_hint"],
            "state": asked.state,
            "nonce": asked.nonce,
        }
        if hint := fields.get("lti_message_hint"):
            query["lti_message_hint"] = hint
        return f"{known.authorization}{'&' if '?' in known.authorization else '?'}{urlencode(query)}"

    def launched(self, fields: dict[str, str], kept: str, origins: Collection[str]) -> Launch:
        """Whom the platform has sent.

        Args:
            fields: what has come back by the browser.
            kept: what the browser has kept in its cookie meanwhile.
            origins: those under which browsers reach us.

        Raises:
            Refused: if that is not believed, or there is no place for them here.
        """
        nonce = self._nonce(fields.get("state", ""), kept)
        if error := fields.get("error"):
            raise Refused(f"Your learning platform did not sign you in ({printable(error[:80])}).", 403)
        said = self._said(fields.get("id_token", ""), nonce)
        self._use_up(nonce)
        return self._launch(said, origins)

    def _nonce(self, state: str, kept: str) -> str:
        """The nonce that belongs to a ``state``, in the browser that had asked with it."""
        try:
            own, nonce = self._signer.loads(kept, max_age=SECONDS)
        except (BadData, ValueError, TypeError) as error:
            raise Refused(STRANGE, 403) from error
        if not secrets.compare_digest(own.encode(), state.encode("utf-8", "replace")):
            raise Refused(STRANGE, 403)
        return str(nonce)

    def _use_up(self, nonce: str) -> None:
        now = time.monotonic()
        with self._lock:
            self._used = {each: until for each, until in self._used.items() if until > now}
            if nonce in self._used:
                raise Refused(STRANGE, 403)
            self._used[nonce] = now + 2 * SECONDS

    def _said(self, token: str, nonce: str) -> _Said:
        known = self.registration
        try:
            claims = jwt.decode(
                token,
                self._key(jwt.get_unverified_header(token).get("kid")),
                algorithms=[ALGORITHM],
                audience=known.client_id,
                issuer=known.issuer,
                leeway=LEEWAY,
                options={"require": ["exp", "iat", "nonce"], "enforce_minimum_key_length": True},
            )
            said = msgspec.convert(claims, _Said)
        except (jwt.PyJWTError, msgspec.ValidationError) as error:
            raise _unbelieved(str(error)) from error
        except Unanswered as error:
            log.warning("The request for the learning platform's keys %s.", error)
            raise Refused("Your learning platform did not answer. Try again in a while.", 502) from error
        several = isinstance(said.aud, list) and len(said.aud) > 1
        if (said.azp or ("" if several else known.client_id)) != known.client_id:
            raise _unbelieved("it is meant for another tool")
        if not secrets.compare_digest(said.nonce.encode("utf-8", "replace"), nonce.encode()):
            raise _unbelieved("it answers another question")
        if (said.message_type, said.version) != ("LtiResourceLinkRequest", "1.3.0"):
            raise _unbelieved("it is no launch of LTI 1.3")
        if said.deployment_id not in known.deployment_ids:
            raise _unbelieved(f"its deployment {said.deployment_id!r} does not stand in lti.toml")
        return said

    def _key(self, kid: str | None) -> jwt.PyJWK:
        """The platform's key of that name, from the address that is known, wherever a token says that it is."""
        with self._lock:
            age = time.monotonic() - self._asked
            if age > KEPT or (kid not in self._keys and age > AGAIN):
                self._asked, self._silence = time.monotonic(), ""
                try:
                    self._keys = _signing_keys(told(self.registration.keys))
                except Unanswered as error:
                    self._silence = str(error)
            if kid is not None and kid in self._keys:
                return self._keys[kid]
            if self._silence:
                raise Unanswered(self._silence)
            raise jwt.InvalidKeyError("the platform has no such key")

    def _launch(self, said: _Said, origins: Collection[str]) -> Launch:
        known, context = self.registration, said.context.id if said.context else ""
        if not context or context != known.course:
            log.warning(
                "The platform's course %r is not that of lti.toml, which has `course = %r`.", context, known.course
            )
            raise Refused(
                f"This server belongs to another course of your learning platform than `{printable(context)}`; "
                "your instructor finds in its log what to do.",
                403,
            )
        if not said.roles & {INSTRUCTOR, LEARNER}:
            raise Refused("Your learning platform does not say that you learn or teach in this course.", 403)
        place = said.endpoint or _Endpoint()
        takes_points = SCORE in place.scope and is_safe(place.lineitem)
        return Launch(
            is_instructor=INSTRUCTOR in said.roles,
            student=str(said.custom.get("student", "")),
            assignment=_assignment(said.target_link_uri, origins),
            line_item=place.lineitem if takes_points else "",
            user=said.sub,
        )

    # To the platform's services --------------------------------------------------------------------------------------

    def access(self) -> tuple[str, float]:
        """A token with which scores may be sent, and for how many seconds.

        Raises:
            Unanswered: if the platform gives none.
        """
        known, now = self.registration, int(time.time())
        claims = {
            "iss": known.client_id,
            "sub": known.client_id,
            "aud": known.token,
            "iat": now,
            "exp": now + 60,
            "jti": secrets.token_urlsafe(16),
        }
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": jwt.encode(claims, self._own_key, ALGORITHM, {"kid": self.kid}),
            "scope": SCORE,
        }
        answer = told(known.token, urlencode(form).encode())
        token, seconds = answer.get("access_token"), answer.get("expires_in", 60)
        # What is put into a header must not be able to end it.
        if not isinstance(token, str) or not token.isascii() or not token.isprintable() or not token:
            raise Unanswered("was answered without a token")
        return token, float(seconds) if isinstance(seconds, int | float) else 60.0


def _unbelieved(why: str) -> Refused:
    log.warning("The learning platform's word was not believed: %s.", printable(why))
    return Refused(UNBELIEVED, 403)


def _signing_keys(found: dict[str, Any]) -> dict[str, jwt.PyJWK]:
    """The keys of a set with which a platform may sign, by their names."""
    keys = found.get("keys")
    known = {}
    for each in keys if isinstance(keys, list) else []:
        if isinstance(each, dict) and each.get("kty") == "RSA" and isinstance(each.get("kid"), str):
            with contextlib.suppress(jwt.PyJWTError, ValueError, TypeError):
                known[each["kid"]] = jwt.PyJWK(each, ALGORITHM)
    if not known:
        raise Unanswered("was answered without a key")
    return known


def _assignment(address: str, origins: Collection[str]) -> str:
    """Which assignment a link of the platform leads to, by the address of its page; empty for the page of all."""
    try:
        parts = urlsplit(address)
    except ValueError:
        raise Refused("The link on your learning platform is no address: ask your instructor.", 403) from None
    if f"{parts.scheme}://{parts.netloc}".casefold() not in {origin.casefold() for origin in origins}:
        raise Refused("The link on your learning platform leads to another server: ask your instructor.", 403)
    if parts.path in ("", "/", BACK):
        return ""
    if not parts.path.startswith("/a/"):
        raise Refused("The link on your learning platform leads to no assignment: ask your instructor.", 404)
    return parts.path.removeprefix("/a/")


def _own_key(course: Course) -> RSAPrivateKey:
    """Our private key, made at the first start; its owner alone may read it."""
    path = course.output / "serving" / "lti.pem"
    if not path.exists():
        _make_key(path)
    if path.stat().st_mode & 0o077:
        raise CourseError(f"{path} can be read by others, who could give points with it: `chmod 600 {path}`.")
    with written_by_hand(path):
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
        if not isinstance(key, RSAPrivateKey):
            raise TypeError("it is no RSA key")
        return key


def _make_key(path: Path) -> None:
    made = generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    # Whole or not there, as the course's secret.
    draft = path.with_name(f".lti.{os.getpid()}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(made)
        draft.rename(path)
    finally:
        draft.unlink(missing_ok=True)
