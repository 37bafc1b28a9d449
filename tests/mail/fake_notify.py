"""A GOV.UK Notify of our own for tests: checks the token and the template, keeps what it takes, fails by recipient."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt

SERVICE = "26785a09-ab16-4eb0-8407-a37497a57506"
SECRET = "3d844edf-8d35-48ac-975b-e847b4f122b0"
API_KEY = f"team-{SERVICE}-{SECRET}"
TEMPLATE = "f33517ff-2a88-4f6e-b855-c550268ce08a"


@dataclass
class FakeNotify:
    """What it has taken; `limit` is how many it takes before it says "too many".

    `status` is what it says of everything it has taken.
    """

    url: str = ""
    taken: list[dict[str, Any]] = field(default_factory=list)
    n_asked: int = 0
    limit: int = 10_000
    status: str = "sending"

    def answer_to(self, told: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Status and body, as Notify's documentation gives them."""
        name = str(told.get("email_address", "")).partition("@")[0]
        if told.get("template_id") != TEMPLATE:
            return 400, _errors(400, "BadRequestError", "Template not found")
        if set(told.get("personalisation", {})) != {"subject", "body"}:
            return 400, _errors(400, "BadRequestError", "Missing personalisation: body")
        if name == "gone":
            return 400, _errors(400, "ValidationError", "email_address Not a valid email address")
        if name == "broken":
            return 500, _errors(500, "Exception", "Internal server error")
        if len(self.taken) >= self.limit:
            return 429, _errors(429, "RateLimitError", "Exceeded rate limit for key type TEAM of 3000 requests")
        self.taken.append(told)
        return 201, {"id": f"n{len(self.taken)}", "reference": told.get("reference"), "content": {}}


def _errors(status: int, kind: str, message: str) -> dict[str, Any]:
    return {"status_code": status, "errors": [{"error": kind, "message": message}]}


@contextmanager
def fake_notify() -> Iterator[FakeNotify]:
    """The server on a free port of this machine."""
    office = FakeNotify()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            office.n_asked += 1
            told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, body = self._refusal() or office.answer_to(told)
            if status == 201 and told["email_address"].startswith("lost"):
                self.close_connection = True  # taken, but the answer never arrives
                return
            self._send(status, body)

        def do_GET(self) -> None:
            reference = parse_qs(urlsplit(self.path).query).get("reference", [""])[0]
            found = [told | {"status": office.status} for told in office.taken if told["reference"] == reference]
            self._send(200, {"notifications": found, "links": {}})

        def _refusal(self) -> tuple[int, dict[str, Any]] | None:
            try:
                token = self.headers.get("Authorization", "").removeprefix("Bearer ")
                claims = jwt.decode(token, SECRET, algorithms=["HS256"], options={"require": ["iss", "iat"]})
            except jwt.PyJWTError:
                return 403, _errors(403, "AuthError", "Invalid token: signature, api token not found")
            return None if claims["iss"] == SERVICE else (403, _errors(403, "AuthError", "Invalid token: service"))

        def _send(self, status: int, body: dict[str, Any]) -> None:
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *arguments: object) -> None:
            """Nothing: a test's output is no place for an access log."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    office.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield office
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
