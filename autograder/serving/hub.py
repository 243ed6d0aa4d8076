"""Signing in by a JupyterHub of which this server is a service: the hub says who somebody is, the roster what they may.

OAuth 2.0 with an authorization code (RFC 6749, section 4.1), as JupyterHub offers it to services that run elsewhere.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from autograder.course import CourseError
from autograder.serving.elsewhere import Unanswered, is_safe, told
from autograder.serving.people import Identities, Person, Role

__all__ = ["BACK", "Hub", "HubError"]

BACK = "/hub/back"
"""Where the hub sends a browser back to."""
TOKEN = "JUPYTERHUB_API_TOKEN"


class HubError(Exception):
    """The hub does not answer as it should; the message says how."""


@dataclass(frozen=True)
class Hub:
    """A JupyterHub.

    ``address`` is the hub's own, such as ``https://hub.example.org/hub``, and ``client`` the name under which it knows
    this server; ``instructors`` are names of its users.
    """

    address: str
    client: str
    instructors: frozenset[str] = frozenset()
    token: str = field(default="", repr=False)

    @classmethod
    def of(cls, address: str, client: str, instructors: frozenset[str]) -> Hub:
        """With the token in the environment.

        Raises:
            CourseError: if it is not there, or the address is none.
        """
        if not is_safe(address):
            raise CourseError(f"`{address}` is no address of a hub: write it like https://hub.example.org/hub.")
        if not os.environ.get(TOKEN):
            raise CourseError(f"Put the service's `api_token`, which stands in the hub's settings, into {TOKEN}.")
        return cls(address.rstrip("/"), client, instructors, os.environ[TOKEN])

    def asks(self, origin: str, state: str) -> str:
        """Where a browser is sent to be recognised."""
        asked = {"response_type": "code", "client_id": self.client, "redirect_uri": origin + BACK, "state": state}
        return f"{self.address}/api/oauth2/authorize?{urlencode(asked)}"

    def name_of(self, code: str, origin: str) -> str:
        """Who has come back with this ``code``.

        Raises:
            HubError: if the hub does not say.
        """
        given = {
            "grant_type": "authorization_code",
            "client_id": self.client,
            "client_secret": self.token,
            "code": code,
            "redirect_uri": origin + BACK,
        }
        token = self._told("oauth2/token", data=urlencode(given).encode()).get("access_token")
        name = self._told("user", headers={"Authorization": f"token {token}"}).get("name")
        if not isinstance(name, str) or not name:
            raise HubError("it did not say who signed in")
        return name

    def _told(self, what: str, data: bytes | None = None, headers: Mapping[str, str] = {}) -> dict[str, Any]:
        try:
            return told(f"{self.address}/api/{what}", data, headers)
        except Unanswered as error:
            raise HubError(f"{what} {error}") from error

    def person(self, name: str, identities: Identities) -> Person | None:
        """Who has this ``name`` on the hub: an instructor, or the student with exactly this id; None if nobody has."""
        role, id = (Role.INSTRUCTOR, "") if name in self.instructors else (Role.STUDENT, name)
        return next((each for each in identities.everybody() if (each.role, each.id) == (role, id)), None)
