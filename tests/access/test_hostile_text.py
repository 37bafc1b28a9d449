"""Hostile text in every input, looked for in every output: it arrives as text, or not at all.

Every form of every page is sent with it, and it is planted in every kind of record; then every page and file is read
as what it is: HTML, CSV, a workbook, a document, JSON, a calendar, a picture, mail.
"""

import csv
import email
import io
import json
import logging
import re
import uuid
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import default as MAIL_RULES
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar
from markupsafe import escape
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from surveyapp.access import StaffRole
from surveyapp.api import tokens
from surveyapp.api.models import ApiScope
from surveyapp.config import SETTINGS_KEY, Settings
from surveyapp.db import db
from surveyapp.definitions.service import publish_shipped
from surveyapp.directory.models import User
from surveyapp.interviews.interviewer_models import Interviewer
from surveyapp.invitations import links
from surveyapp.operation.worker import Worker
from surveyapp.web.headers import FIXED
from tests.access.forms_on_pages import Form, forms_on
from tests.access.planted import Ids, Place, plant
from tests.access.test_every_record import address, routes
from tests.access.test_every_route import guarded
from tests.api.test_leavers_api import NEWS
from tests.conftest import TESTER
from tests.responses.walking import SIGNED

ELEMENT, ATTRIBUTE, TEMPLATE, HEADER = "<hostile", "onhostile=", "H{{7*7}}H", "X-Hostile"
ONE_LINE = f"=1+1\"'>{ELEMENT} {ATTRIBUTE}x></textarea></title></script>{TEMPLATE}${{7*7}}%(x)s\u202e"
LINES = f"{ONE_LINE}\r\n{HEADER}: 1\r\nATTACH:hostile"
FORMULA = re.compile(r"^\s*[=+@\t\r-]")
NUMBER = re.compile(r"^-?[\d.,]+%?$")
NOT_MET = {"application/zip", "image/svg+xml", "text/plain"}
"""Kinds that this walk does not meet: exports of a person and pictures of a release have tests of their own."""
LEAVES = ("security.logout", "account.sign_out_everywhere", "users.close_account", "users.end_grant")
"""Acts that would end the walk; they take no text."""
Staff = Callable[..., User]
SignedIn = Callable[[User], FlaskClient]


@dataclass(frozen=True)
class Hostile(Place):
    """A place whose planted word is the hostile text."""

    @property
    def word(self) -> str:
        return ONE_LINE


class _Found(HTMLParser):
    """Collects elements, attributes and addresses that only the hostile text could have made."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        runs = [name for name, value in attrs if "hostile" in name or (value or "").startswith("javascript:")]
        self.faults += runs + ([tag] if tag == ELEMENT[1:] else [])


def in_html(text: str) -> Iterator[str]:
    """An element, an attribute, an address or a template that the text has become."""
    reader = _Found()
    reader.feed(text)
    yield from reader.faults
    yield from (one for one in (ELEMENT, "H49H") if one in text)


def in_csv(content: bytes) -> Iterator[str]:
    """A cell that a spreadsheet would work out."""
    for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))):
        yield from (cell for cell in row if FORMULA.match(cell) and not NUMBER.match(cell))


def in_workbook(content: bytes) -> Iterator[str]:
    """A formula or a link in a workbook."""
    for sheet in openpyxl.load_workbook(io.BytesIO(content)):
        for row in sheet.iter_rows():
            yield from (str(cell.value) for cell in row if cell.data_type == "f" or cell.hyperlink)


def in_archive(content: bytes) -> Iterator[str]:
    """Whatever the pages and texts of a ZIP file hold."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            yield from in_html(archive.read(name).decode()) if name.endswith("html") else ()
            yield from (name,) if ".." in name or "<" in name else ()


def in_pdf(content: bytes) -> Iterator[str]:
    """Something that runs or is opened in a PDF."""
    yield from (one for one in ("/JavaScript", "/Launch", "/OpenAction /") if one.encode() in content)


def in_json(content: bytes) -> Iterator[str]:
    """Nothing: text may stand in JSON as it is; that it can be read at all is what could go wrong."""
    json.loads(content)
    yield from ()


def in_calendar(content: bytes) -> Iterator[str]:
    """A property that a line break in some text has become."""
    Calendar.from_ical(content)
    unfolded = re.sub(rb"\r\n[ \t]", b"", content).decode()
    yield from (line for line in unfolded.splitlines() if line.startswith((HEADER, "ATTACH:hostile")))


READERS: dict[str, Callable[[bytes], Iterator[str]]] = {
    "text/html": lambda content: in_html(content.decode()),
    "image/svg+xml": lambda content: in_html(content.decode()),
    "text/csv": in_csv,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": in_workbook,
    "application/zip": in_archive,
    "application/pdf": in_pdf,
    "application/json": in_json,
    "application/problem+json": in_json,
    "text/calendar": in_calendar,
    "text/plain": lambda _content: iter(()),
}


def faults_in(answer: TestResponse) -> list[str]:
    """What in an answer is more than text; a fault of ours and a missing header count too, whatever the kind."""
    found = ["a fault of ours"] if answer.status_code >= 500 and answer.status_code != 503 else []
    found += [f"the header {name}" for name, value in answer.headers if HEADER in name or "\n" in value]
    found += [f"no header {name}" for name in (*FIXED, "Content-Security-Policy") if name not in answer.headers]
    found += ["kept by caches"] if "public" in answer.headers.get("Cache-Control", "public") else []
    if answer.data:
        found += READERS[answer.mimetype](answer.data)
    return found


class Walk:
    """One person's way through every page and form; `faults` by where, `read` by kind of answer."""

    def __init__(self, app: Flask, browser: FlaskClient, ids: Ids) -> None:
        self.app, self.browser, self.ids = app, browser, ids
        self.faults: list[tuple[str, str]] = []
        self.read, self.pressed = Counter[str](), set[str]()

    def see(self, where: str, answer: TestResponse) -> TestResponse:
        self.faults += [(where, fault) for fault in faults_in(answer)]
        self.read[answer.mimetype] += answer.status_code == 200
        return answer

    def pages(self) -> Iterator[tuple[str, TestResponse]]:
        """Every page and file that opens, with one's own ids where it wants some."""
        plain = [route for route in guarded(self.app) if not route[0].arguments]
        for rule, method, _permission in [*plain, *routes(self.app)]:
            if method == "GET":
                path = address(self.app, rule, self.ids)
                yield path, self.see(rule.rule, self.browser.get(path))

    def press(self, path: str, form: Form, text: str) -> None:
        """Send one form with that text in every field."""
        target = form.action or path
        endpoint, _values = self.app.url_map.bind("").match(target.split("?")[0], form.method.upper())
        if endpoint in LEAVES or (endpoint, text) in self.pressed:
            return
        self.pressed |= {(endpoint, text)}
        data: dict[str, object] = dict(form.filled(text))
        for name in form.files:
            content = f"{text}\r\n".encode() * 3
            data[name] = (io.BytesIO(content), f"{text[:40]}.csv".replace("\r\n", ""))
        try:
            self.see(endpoint, self.browser.open(target, method=form.method.upper(), data=data))
        except Exception as fault:  # a fault reaches a test as it is: name the act, then go on
            db.session.rollback()
            self.faults.append((endpoint, f"{type(fault).__name__}: {fault}"[:200]))


def answer_as_leaver(walk: Walk, leaver: FlaskClient, token: str) -> None:
    """A questionnaire answered by name, the hostile text in every field that takes text."""
    leaver.get(f"/a/{token}")
    answer = leaver.post("/a/begin", data={"sharing": "named"})
    for _page in range(60):
        if answer.location.endswith("/check"):
            break
        page = walk.see("a leaver's page", leaver.get(answer.location))
        (form,) = (one for one in forms_on(page.text) if "/a/page/" in one.action)
        answer = leaver.post(form.action, data=form.filled(ONE_LINE))
        if not answer.location:
            walk.see("a leaver's page with an error", answer)
            (form,) = (one for one in forms_on(answer.text) if "/a/page/" in one.action)
            answer = leaver.post(form.action, data={"seen": form.values["seen"]})
    page = walk.see("a leaver's check page", leaver.get(answer.location))
    signed = SIGNED.search(page.text)
    assert signed and "hostile" in page.text, "the control: what was typed is shown"
    walk.see("a leaver's receipt", leaver.post("/a/send", data={"code": signed[1]}))


def send_as_hr_system(walk: Walk, system: FlaskClient, text: str) -> None:
    """News of a leaver by the API, the hostile text in one member after the other, then the list."""
    bearer = {"Authorization": f"Bearer {text}"}
    for name in NEWS:
        walk.see(f"the API's {name}", system.post("/api/v1/leavers", headers=bearer, json={**NEWS, name: ONE_LINE}))
    listed = walk.see("the API's list", system.get("/api/v1/leavers", headers=bearer))
    assert listed.json and listed.json["total"] > 1, "the control: news with a hostile name was taken"


def read_calendar(walk: Walk, interviewer: FlaskClient) -> None:
    """The interviewer's own feed, with names."""
    page = interviewer.post("/interviews/mine/feed", data={"names": "y"}).text
    found = re.search(r"/interviews/feed/[\w-]+\.ics", page)
    assert found
    walk.see("the calendar feed", interviewer.get(found[0]))


def in_mail(message: EmailMessage) -> Iterator[str]:
    yield from (name for name in message if HEADER in name or name.lower() == "bcc")
    for part in message.walk():
        if not part.is_multipart():
            content = part.get_payload(decode=True) or b""
            yield from READERS[part.get_content_type()](bytes(content))


def mails(settings: Settings) -> list[EmailMessage]:
    """Every message that the file transport wrote."""
    folder = Path(settings.mail_url.removeprefix("file:"))
    return [email.message_from_bytes(one.read_bytes(), policy=MAIL_RULES) for one in folder.rglob("*.eml")]


@pytest.mark.one_backend
def test_hostile_text_in_every_input_is_only_text_in_every_output(
    app: Flask,
    session: Session,
    settings: Settings,
    staff: Staff,
    signed_in: SignedIn,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    publish_shipped(session, actor=TESTER)
    ids = plant(session, Hostile("own", "ncs", "NM", "case_lawyer", "G7"))
    browser = signed_in(staff(*StaffRole, agency=None))
    interviewer = signed_in(session.get_one(Interviewer, ids["interviewer_id"]).user)
    walk = Walk(app, browser, ids)
    token = links.mint(session, uuid.UUID(str(ids["case_id"])), "test").token
    _made, bearer = tokens.make_token(session, "ncs", "HR", (ApiScope.READ, ApiScope.WRITE), TESTER)
    session.commit()
    answer_as_leaver(walk, app.test_client(), token)
    send_as_hr_system(walk, app.test_client(), bearer)
    read_calendar(walk, interviewer)
    opened = list(walk.pages())
    for text in (ONE_LINE, LINES):
        for path, answer in opened:
            for form in forms_on(answer.text) if answer.mimetype == "text/html" else []:
                walk.press(path, form, text)
    list(walk.pages())
    for kind in ("csv", "xlsx", "pdf"):
        walk.see(f"the board as {kind}", browser.get(f"/compliance/board.{kind}"))
    db.session.commit()
    Worker(db.engine, app.config[SETTINGS_KEY], jobs=()).run_once()
    found = mails(settings)
    walk.faults += [(str(one["subject"]), fault) for one in found for fault in in_mail(one)]
    walk.faults += [("the log", line) for line in caplog.text.splitlines() if line.startswith(HEADER)]
    assert walk.faults == []
    assert len(walk.pressed) > 100 and found, "the control: forms were sent and messages written"
    assert set(walk.read) >= set(READERS) - NOT_MET, walk.read


@pytest.mark.parametrize("held", ["=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", " =1+1"])
def test_the_reader_of_csv_files_knows_a_formula(held: str) -> None:
    assert list(in_csv(f'a,"{held}"\r\n'.encode())) and not list(in_csv(f'-3,"\'{held}"\r\n'.encode()))


@pytest.mark.parametrize("page", [f"<p>{ONE_LINE}</p>", f'<input value="{ONE_LINE}">', f"<p title='{ONE_LINE}'>"])
def test_the_reader_of_pages_knows_text_that_was_not_escaped(page: str) -> None:
    """The mutants: what a page without escaping would look like."""
    assert list(in_html(page)) and not list(in_html(str(escape(page))))


def test_a_character_that_no_database_holds_is_refused_and_nothing_breaks(
    app: Flask, session: Session, staff: Staff, signed_in: SignedIn
) -> None:
    browser = signed_in(staff(*StaffRole, agency=None))
    form = {"where": "ncs/", "text_en": "A\0?", "text_cy": "B?"}
    assert browser.post("/interviews/guide", data=form).status_code == 400
    assert browser.post("/interviews/guide", data={**form, "text_en": "A?"}).status_code == 303
    assert browser.get("/cases?search=%00").status_code == 400
    assert browser.get("/password/%00").status_code == 404
    assert app.test_client().post("/api/v1/leavers", json={"name": "A\0"}).status_code == 400
