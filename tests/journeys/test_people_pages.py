"""The pages of sign-in, rights, disposal, tokens and emergencies: on a phone in English and on a desk in Welsh."""

from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page
from sqlalchemy.orm import Session

from surveyapp.access import StaffRole
from surveyapp.api import tokens
from surveyapp.api.models import ApiScope
from surveyapp.cases import service as cases
from surveyapp.definitions.service import publish_shipped
from surveyapp.directory.models import User
from surveyapp.invitations import links
from tests.access.planted import Place, plant
from tests.browser import accessibility_faults
from tests.conftest import TESTER
from tests.factories.cases import make_case
from tests.journeys.conftest import DESK, PHONE, scrolls_sideways

pytestmark = pytest.mark.one_backend
PAGES = (
    "/settings/",
    "/settings/account/",
    "/settings/account/second-step",
    "/settings/account/passkeys/add",
    "/settings/operation/",
    "/settings/permissions",
    "/settings/users/",
    "/settings/users/add",
    "/settings/single-sign-on/",
    "/settings/api-tokens/",
    "/settings/disposal",
    "/settings/disposal/ncs",
    "/cases/emergency",
    "/settings/audit/",
)


@pytest.mark.parametrize(("viewport", "language"), [(PHONE, "en"), (DESK, "cy")], ids=["phone", "desk"])
def test_the_pages_stand_on_a_narrow_and_a_wide_screen_without_a_fault_of_access(
    new_page: Callable[..., Page],
    sign_in_page: Callable[[Page, User], Page],
    session: Session,
    staff: Callable[..., User],
    viewport: dict[str, int],
    language: str,
) -> None:
    boss = staff(StaffRole.ADMINISTRATOR, StaffRole.HR_LEAD, agency=None)
    old = make_case(session, last_working_day=date(2025, 1, 17))
    cases.close_case(session, old, TESTER)
    ids = plant(session, Place("shown", "ncs", "NM", "case_lawyer", "G7"))
    tokens.make_token(session, "ncs", "Payroll", (ApiScope.READ, ApiScope.WRITE), TESTER)
    publish_shipped(session, actor=TESTER)
    token = links.mint(session, make_case(session).id, "invite").token
    session.commit()
    page = sign_in_page(new_page(viewport, language=language), boss)
    for path in (*PAGES, f"/cases/{ids['case_id']}"):
        page.goto(path)
        assert accessibility_faults(page) == [], path
        assert not scrolls_sideways(page), path
    leaver = new_page(viewport, language=language, javascript=False)
    leaver.goto(f"/a/{token}")
    leaver.goto("/a/looks")
    assert not scrolls_sideways(leaver)


LINES_OF_MOMENTS = """() => Math.max(...[...document.querySelectorAll("tbody tr td:nth-child(2)")].map((cell) => {
    const words = document.createRange();
    words.selectNodeContents(cell);
    return new Set([...words.getClientRects()].map((one) => Math.round(one.top))).size;
}))"""
"""Of the second column: over how many lines the longest cell runs."""


def test_when_something_happened_stands_on_two_lines_of_the_audit_log_at_most(
    new_page: Callable[..., Page],
    sign_in_page: Callable[[Page, User], Page],
    session: Session,
    staff: Callable[..., User],
) -> None:
    plant(session, Place("shown", "ncs", "NM", "case_lawyer", "G7"))
    session.commit()
    boss = staff(StaffRole.ADMINISTRATOR, agency=None)
    for language in ("en", "cy"):
        page = sign_in_page(new_page(language=language), boss)
        for viewport in (DESK, PHONE):
            page.set_viewport_size(viewport)  # type: ignore[arg-type]  # a plain dictionary does
            page.goto("/settings/audit/")
            assert page.evaluate(LINES_OF_MOMENTS) <= 2, (language, viewport)
