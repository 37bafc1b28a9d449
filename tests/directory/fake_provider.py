"""An identity provider of our own for tests: real HTTP on this machine, real signatures, codes that work once."""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from surveyapp.directory import provider_line

CLIENT_ID = "leaving-well"
CLIENT_SECRET = "only a test's secret"
Change = Callable[[dict[str, Any]], None]
BODIES = {
    "garbage": b"<html><h1>Bad gateway</h1></html>",
    "another shape": b"[1, 2]",
    "no text": b"\xff\xfe\x00\xd8",
    "endless": b"{" + b" " * 3_000_000 + b"}",
}
FAULTS = ("silent", "dripping", "hanging up", *BODIES)
"""What a path may do instead of answering: nothing at all, a byte now and then, close the line, or nonsense."""


@dataclass
class FakeProvider:
    """What it signs can be spoilt: `change` alters the claims, `forge` replaces the whole token."""

    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "first", "use": "sig"}))
    published: list[RSAKey] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    person: dict[str, Any] = field(default_factory=dict)
    change: Change = field(default=lambda claims: None)
    forge: Callable[[dict[str, Any]], str] | None = None
    codes_work_again: bool = False
    is_down: bool = False
    faults: dict[str, str] = field(default_factory=dict)
    released: threading.Event = field(default_factory=threading.Event)
    address: str = ""

    def sign_in(self, location: str) -> dict[str, str]:
        """What a browser brings back after signing in there: the query of the redirect."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
        assert asked["response_type"] == "code" and asked["code_challenge_method"] == "S256"
        assert asked["client_id"] == CLIENT_ID and "openid" in asked["scope"].split()
        code = secrets.token_urlsafe(16)
        self.codes[code] = {"nonce": asked["nonce"], "challenge": asked["code_challenge"], "to": asked["redirect_uri"]}
        return {"code": code, "state": asked["state"]}

    def description(self) -> dict[str, Any]:
        names = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
        return {
            "issuer": self.address,
            "end_session_endpoint": f"{self.address}/logout",
            **{name: f"{self.address}/{path}" for name, path in names.items()},
        }

    def exchange(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        shown = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        known = self.codes.get(form["code"]) if self.codes_work_again else self.codes.pop(form["code"], None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        proved = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if authorization != f"Basic {shown}" or known is None or known["challenge"] != proved:
            return 400, {"error": "invalid_grant"}
        if known["to"] != form["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        return 200, {"access_token": "unused", "token_type": "Bearer", "id_token": self.token(known["nonce"])}

    def token(self, nonce: str) -> str:
        now = int(time.time())
        claims = {"iss": self.address, "aud": CLIENT_ID, "iat": now, "exp": now + 300, "nonce": nonce, "sub": "sub-1"}
        claims |= {"tid": "tenant-1", "oid": "object-1", **self.person}
        self.change(claims)
        if self.forge is not None:
            return self.forge(claims)
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.key)

    def keys(self) -> dict[str, Any]:
        return {"keys": [key.as_dict(private=False) for key in self.published or [self.key]]}


def unsigned(claims: dict[str, Any]) -> str:
    """A token with `alg: none`, as a library that only decodes would take it."""
    parts = [json.dumps(one).encode() for one in ({"alg": "none", "typ": "JWT"}, claims)]
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts) + "."


@contextmanager
def running_provider() -> Iterator[FakeProvider]:
    """The provider on a free port of this machine; the product gives it all the time it needs."""
    fake = FakeProvider()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"fake": fake}))
    fake.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    with pytest.MonkeyPatch.context() as changed:
        changed.setattr(provider_line, "WAIT_SECONDS", (60, 60))
        changed.setattr(provider_line, "LONGEST_SECONDS", 60)
        yield fake
    fake.released.set()
    server.shutdown()
    thread.join()
    server.server_close()


class _Handler(BaseHTTPRequestHandler):
    """What the provider answers over HTTP, or how it fails to."""

    fake: FakeProvider
    headers_sent = False

    def do_GET(self) -> None:
        self.fake.asked.append(self.path)
        if self._fails():
            return
        found = {"/.well-known/openid-configuration": self.fake.description, "/keys": self.fake.keys}.get(self.path)
        if self.fake.is_down or found is None:
            self._answer(503, {})
        else:
            self._answer(200, found())

    def do_POST(self) -> None:
        self.fake.asked.append(self.path)
        if self._fails():
            return
        text = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(text).items()}
        self._answer(
            *(self.fake.exchange(form, self.headers.get("Authorization", "")) if not self.fake.is_down else (503, {}))
        )

    def _fails(self) -> bool:
        """Do what this path's fault says; False when it has none."""
        fault = self.fake.faults.get(self.path)
        if fault in BODIES:
            self._send(BODIES[fault])
        elif fault in ("silent", "dripping"):
            for _ in range(600):
                if self.fake.released.wait(0.1) or fault == "dripping" and not self._drip():
                    break
        self.close_connection = True
        return fault is not None

    def _drip(self) -> bool:
        """One more byte of an answer that never ends; False when nobody listens any more."""
        try:
            self.wfile.write(b"" if self.headers_sent else b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n")
            self.headers_sent = True
            self.wfile.write(b" ")
        except OSError:
            return False
        return True

    def _send(self, content: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        with suppress(OSError):
            self.wfile.write(content)

    def _answer(self, status: int, body: dict[str, Any]) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_args: Any) -> None:
        """Nothing: a test's output is no place for an access log."""
