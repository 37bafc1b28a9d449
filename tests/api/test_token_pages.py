"""Tokens of HR systems on screen: shown once, within the administrator's own agency, stopped on the next request."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.access import StaffRole
from surveyapp.api.models import ApiToken
from surveyapp.directory.models import User

PAGE = "/settings/api-tokens/"
Staff = Callable[..., User]
SignedIn = Callable[[User], FlaskClient]


def make(browser: FlaskClient, **changes: object) -> tuple[int, str]:
    form = {"agency": "ncs", "name": "Payroll", "scopes": ["leavers:read"], "days": "30", **changes}
    answer = browser.post(PAGE, data=form)
    found = re.search(r"sva_[\w-]+", answer.text)
    return answer.status_code, found.group() if found else ""


def works(client: FlaskClient, text: str) -> bool:
    return client.get("/api/v1/leavers", headers={"Authorization": f"Bearer {text}"}).status_code == 200


def test_a_token_is_made_shown_once_rotated_and_revoked_on_the_next_request(
    client: FlaskClient, session: Session, staff: Staff, signed_in: SignedIn
) -> None:
    browser = signed_in(staff(StaffRole.ADMINISTRATOR, agency="ncs"))
    status, text = make(browser)
    assert status == 200 and works(client, text)
    page = browser.get(PAGE).text
    assert text not in page and "Payroll" in page and "Read who is leaving" in page
    old = session.scalars(select(ApiToken)).one()
    assert old.last_used_at is not None
    answer = browser.post(f"{PAGE}{old.id}/rotate").text
    found = re.search(r"sva_[\w-]+", answer)
    assert found and works(client, found.group()) and works(client, text)
    browser.post(f"{PAGE}{old.id}/revoke")
    assert not works(client, text) and works(client, found.group())
    assert browser.post(f"{PAGE}{old.id}/rotate").status_code == 302


@pytest.mark.one_backend
def test_another_agencys_tokens_are_not_found_and_a_form_says_what_to_mend(
    session: Session, staff: Staff, signed_in: SignedIn
) -> None:
    own, foreign = (signed_in(staff(StaffRole.ADMINISTRATOR, agency=code)) for code in ("ncs", "css"))
    make(own)
    token = session.scalars(select(ApiToken)).one()
    assert "Payroll" not in foreign.get(PAGE).text
    for verb in ("rotate", "revoke"):
        assert foreign.post(f"{PAGE}{token.id}/{verb}").status_code == 404
    assert make(foreign)[0] == 422 and make(own, name="")[0] == make(own, scopes=[])[0] == make(own, days="0")[0] == 422
    assert signed_in(staff(StaffRole.HR_LEAD)).get(PAGE).status_code == 404
