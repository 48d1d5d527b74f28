"""GOV.UK Notify on loopback, as far as its e-mail is concerned: keys, templates, limits, and what it has taken."""

from __future__ import annotations

import json
import uuid
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from far_ends import WebServer, web_server
from notifications_python_client.authentication import decode_jwt_token, get_token_issuer
from notifications_python_client.errors import TokenError

SERVICE = "7d4b2cf1-6a4e-4b52-9a0c-5f30a1e8b0d1"
KEY_SECRET = "5ec7e75e-c7e7-45ec-b5ec-7e75ec7e75ec"
KEY = f"monitor-{SERVICE}-{KEY_SECRET}"
TEMPLATE = "f33517ff-2a88-4f6e-b855-c550268ce08a"
REPLY_TO = "0d7a9a7c-9c6f-4f0d-8a7e-3f1f5b5a2c11"


@dataclass
class Service:
    """What it has taken (`notifications`), and what it is told to do.

    `fails` is a whole answer to any request. `loses_reply` does what it is asked and hangs up. `team` holds the only
    addresses it sends to, where it is not live.
    """

    url: str = ""
    notifications: list[dict] = field(default_factory=list)
    requests: list[tuple[str, dict]] = field(default_factory=list)
    fails: tuple | None = None
    loses_reply: bool = False
    team: tuple[str, ...] = ()
    placeholders: tuple[str, ...] = ("subject", "body")

    def answer(self, path, headers, body):
        place = urlsplit(path)
        asked = json.loads(body) if body else {name: got[0] for name, got in parse_qs(place.query).items()}
        self.requests.append((place.path, asked))
        if self.fails is not None:
            return self.fails
        if error := self._unauthorised(headers["Authorization"].removeprefix("Bearer ")):
            return error
        told = {"/v2/notifications": self._list, "/v2/notifications/email": self._take}[place.path](asked)
        return None if self.loses_reply and told[0] < 300 else told

    def _unauthorised(self, token):
        try:
            assert get_token_issuer(token) == SERVICE
            decode_jwt_token(token, KEY_SECRET)
        except (TokenError, AssertionError):
            return no(403, "AuthError", "Invalid token: API key not found")
        return None

    def _take(self, asked):
        if "@" not in asked["email_address"]:
            return no(400, "ValidationError", "email_address Not a valid email address")
        if asked["template_id"] != TEMPLATE:
            return no(400, "BadRequestError", "Template not found")
        if missing := [name for name in self.placeholders if name not in asked["personalisation"]]:
            return no(400, "BadRequestError", f"Missing personalisation: {', '.join(missing)}")
        if asked.get("email_reply_to_id") not in (None, REPLY_TO):
            said = f"email_reply_to_id {asked['email_reply_to_id']} does not exist in database for service id {SERVICE}"
            return no(400, "BadRequestError", said)
        if self.team and asked["email_address"] not in self.team:
            return no(400, "BadRequestError", "Can’t send to this recipient using a team-only API key")
        taken = {**asked, "id": str(uuid.uuid4()), "status": "created"}
        self.notifications.append(taken)
        content = {"subject": asked["personalisation"]["subject"], "body": asked["personalisation"]["body"]}
        return _json(201, {"id": taken["id"], "reference": asked["reference"], "content": content})

    def _list(self, asked):
        has = [one for one in self.notifications if one["reference"] == asked["reference"]]
        return _json(200, {"notifications": has, "links": {"current": f"{self.url}/v2/notifications"}})


def no(status, error, message):
    return _json(status, {"status_code": status, "errors": [{"error": error, "message": message}]})


def _json(status, told):
    return status, json.dumps(told).encode(), {"Content-Type": "application/json"}


@contextmanager
def notify_service():
    service = Service()
    with web_server(WebServer(answer=service.answer)) as there:
        service.url = there.url
        yield service
