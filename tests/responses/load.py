"""A quick leaver over a real connection: one whole questionnaire, every answer timed."""

import http.client
import re
import time
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urlencode

CSRF = re.compile(r'name="csrf_token"[^>]* value="([^"]+)"')
SEEN = re.compile(r'name="seen" value="(\d+)"')
SIGNED = re.compile(r'name="code" value="([^"]+)"')
CODE = re.compile(r'id="receipt-code">([^<]+)<')
ACTION = re.compile(r'<form method="post" action="([^"]+)" id="answers"')
FIRST_CHOICE = re.compile(r'id="(q-[a-z0-9_]+(?:-[a-z0-9_]+)?)" name="\1" type="(?:radio|checkbox)" value="([^"]+)"')


@dataclass
class QuickLeaver:
    """One leaver; `seconds` holds how long each request took, `saved` the pages the server acknowledged."""

    port: int
    token: str
    seconds: list[float] = field(default_factory=list)
    saved: list[str] = field(default_factory=list)
    cookies: dict[str, str] = field(default_factory=dict)
    receipt: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)
    word: str = ""

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)

    def ask(
        self, method: str, path: str, values: dict[str, str] | None = None, *, expected: int = 0
    ) -> tuple[int, str, str]:
        """Status, where it redirects to, and the page."""
        headers = self.headers | {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if values is not None:
            body = urlencode(values)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        began = time.perf_counter()
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        page = answer.read().decode()
        self.seconds.append(time.perf_counter() - began)
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.split(";")[0].partition("=")
            self.cookies[name] = value
        if answer.status >= 500 or expected not in (0, answer.status):
            raise RuntimeError(f"{method} {answer.status}")
        return answer.status, answer.getheader("Location") or "", page

    def answer_everything(self) -> str:
        """From the link to the receipt code."""
        place = self.begin()
        while not place.endswith("/check"):
            place = self.save(place)
        _status, _place, page = self.ask("GET", place)
        _status, _place, page = self.ask("POST", "/a/send", self.form_of(page))
        shown = CODE.search(page)
        if shown is None:
            raise RuntimeError(page[:400])
        self.receipt = shown[1]
        return self.receipt

    def begin(self) -> str:
        """From the link to the first page saved; where it goes on."""
        _status, place, _page = self.ask("GET", f"/a/{self.token}")
        _status, _place, page = self.ask("GET", place)
        chosen = {"sharing": "confidential"} | ({"word": self.word} if self.word else {})
        _status, place, _page = self.ask("POST", "/a/begin", self.form_of(page) | chosen)
        return self.save(place)

    def save(self, place: str) -> str:
        """Fill in one page and save it; where it goes on."""
        _status, _place, page = self.ask("GET", place)
        action = ACTION.search(page)
        if action is None:
            raise RuntimeError(page[:400])
        typed = {name: words for name, words in self.typed.items() if f'name="{name}"' in page}
        _status, place, _page = self.ask("POST", unescape(action[1]), self.form_of(page) | typed)
        self.saved.append(action[1])
        return place

    def open_receipt(self) -> str:
        """What was sent, as the receipt code shows it."""
        form = self.form_of(self.ask("GET", "/receipt")[2])
        _status, place, _page = self.ask("POST", "/receipt", form | {"code": self.receipt})
        return self.ask("GET", place)[2]

    def form_of(self, page: str) -> dict[str, str]:
        """The hidden fields, and the first choice of every question."""
        values = {name: value for name, value in FIRST_CHOICE.findall(page)}
        for name, pattern in (("csrf_token", CSRF), ("seen", SEEN), ("code", SIGNED)):
            if found := pattern.search(page):
                values[name] = found[1]
        return values
