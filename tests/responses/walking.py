"""A leaver without JavaScript: opens links, fills in what a page asks, follows redirects, as a browser would."""

import re
import uuid
from dataclasses import dataclass, field
from datetime import date
from html import unescape

from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from surveyapp import clock
from surveyapp.audit import Actor, ActorKind
from surveyapp.cases.details import CaseDetails
from surveyapp.cases.models import Case
from surveyapp.cases.service import create_case
from surveyapp.definitions.service import publish_shipped
from surveyapp.invitations import links

TESTER = Actor(ActorKind.COMMAND, "tester")
CODE = re.compile(r'id="receipt-code">([^<]+)<')
SIGNED = re.compile(r'name="code" value="([^"]+)"')
SEEN = re.compile(r'name="seen" value="(\d+)"')
ACTION = re.compile(r'<form method="post" action="([^"]+)" id="answers"')


def make_case(session: Session, **more: object) -> Case:
    """A resignation in the North Midlands Area of the demo agency, last day two weeks from today."""
    today = clock.today()
    values: dict[str, object] = {
        "staff_number": uuid.uuid4().hex[:8],
        "name": "Rhiannon Planted-Name",
        "agency": "ncs",
        "area": "NM",
        "job_role": "trainee_lawyer",
        "leaving_type": "resignation",
        "start_date": date(today.year - 3, 1, 1),
        "last_working_day": date.fromordinal(today.toordinal() + 14),
        "personal_email": "rhiannon@home.example",
    }
    case = create_case(session, CaseDetails(**(values | more)), TESTER)  # type: ignore[arg-type]  # fields by name
    session.commit()
    return case


def prepare(session: Session, **more: object) -> tuple[Case, str]:
    """Published questionnaires, a case, and a link's token."""
    publish_shipped(session, actor=TESTER)
    case = make_case(session, **more)
    token = links.mint(session, case.id, "test").token
    session.commit()
    return case, token


@dataclass
class Leaver:
    """One browser; `answers` are posted wherever a page has a field of that name."""

    client: FlaskClient
    answers: dict[str, object] = field(default_factory=dict)
    visited: list[str] = field(default_factory=list)
    page: str = ""
    address: str = ""

    def open(self, address: str) -> str:
        return self._followed(self.client.get(address))

    def post(self, address: str, values: dict[str, object]) -> str:
        return self._followed(self.client.post(address, data=values))

    def _followed(self, response: TestResponse) -> str:
        while response.status_code in (302, 303):
            self.address = response.headers["Location"]
            response = self.client.get(self.address)
        self.page = response.get_data(as_text=True)
        assert response.status_code < 500, self.page
        return self.page

    def enter(self, token: str, sharing: str = "confidential", **more: object) -> str:
        self.open(f"/a/{token}")
        return self.post("/a/begin", {"sharing": sharing, **more})

    def fill_in(self) -> str:
        """Post the page shown with whatever of `answers` it asks, and what says where it stands."""
        names = set(re.findall(r'name="(q-[^"]+)"', self.page))
        values: dict[str, object] = {name: value for name, value in self.answers.items() if name in names}
        values["seen"] = (SEEN.search(self.page) or [0, "0"])[1]
        action = ACTION.search(self.page)
        assert action, self.page
        self.visited.append(self.address)
        return self.post(unescape(action[1]), values)

    def to_check(self) -> str:
        """Answer every page up to the check page."""
        while not self.address.endswith("/check"):
            self.fill_in()
            assert len(self.visited) < 120, self.visited[-5:]
        return self.page

    def send(self, address: str = "/a/send", **more: object) -> str:
        """Send from the check page; returns the receipt code shown."""
        signed = SIGNED.search(self.page)
        assert signed, self.page
        self.post(address, {"code": signed[1], **more})
        code = CODE.search(self.page)
        assert code, self.page
        return code[1]
