"""A retention lead reads what stands out, goes to the evidence, to a table and to why a figure is hidden."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page
from sqlalchemy.orm import Session

from surveyapp.access import StaffRole
from surveyapp.definitions.service import publish_shipped
from surveyapp.directory.models import User
from surveyapp.encryption.sealed_box import ReleasePrivateKey
from tests.actions.agreed import agreed
from tests.browser import accessibility_faults
from tests.conftest import TESTER
from tests.factories.published_agencies import publish_three
from tests.factories.releases import signed_releases
from tests.journeys.conftest import DESK, PHONE, look_at, scrolls_sideways

pytestmark = pytest.mark.one_backend

ACTIONS = {"en": "Actions to keep staff", "cy": "Camau i gadw staff"}
PAGES = ("/themes", "/themes/areas?reason=workload", "/themes/role-area", "/themes/time", "/themes/hidden", "/reports")


@pytest.mark.parametrize(("viewport", "language"), [(PHONE, "en"), (DESK, "cy")], ids=["phone-en", "desk-cy"])
def test_a_lead_reads_the_report_pages(
    session: Session,
    organisation: str,
    release_key: ReleasePrivateKey,
    staff: Callable[..., User],
    new_page: Callable[..., Page],
    sign_in_page: Callable[[Page, User], Page],
    viewport: dict[str, int],
    language: str,
) -> None:
    signed_releases(session, release_key)
    page = sign_in_page(new_page(viewport, language=language), staff(StaffRole.RETENTION_LEAD))
    for address in PAGES:
        session.commit()
        look_at(page, address)
    page.goto("/themes/areas?reason=workload")
    page.locator("#by-area-chart .xtick text").first.wait_for()
    ticks = page.locator("#by-area-chart .xtick text").evaluate_all(
        "found => found.map((one) => one.getAttribute('transform'))"
    )
    assert ticks and not [turn for turn in ticks if "rotate(" in turn and "rotate(0" not in turn], ticks
    page.locator("#by-area summary").click()
    assert page.locator("#by-area table").is_visible()


@pytest.mark.parametrize(("viewport", "language"), [(PHONE, "en"), (DESK, "cy")], ids=["phone-en", "desk-cy"])
def test_a_ministry_reads_all_agencies_together_and_a_whole_report(
    session: Session,
    organisation: str,
    staff: Callable[..., User],
    new_page: Callable[..., Page],
    sign_in_page: Callable[[Page, User], Page],
    viewport: dict[str, int],
    language: str,
) -> None:
    publish_shipped(session, actor=TESTER)
    publish_three(session)
    ministry = staff(StaffRole.RETENTION_LEAD, agency=None)
    agreed(session, ministry)
    page = sign_in_page(new_page(viewport, language=language), ministry)
    page.goto("/themes/all-agencies")
    page.wait_for_selector("#together-chart .main-svg")
    assert accessibility_faults(page) == [] and not scrolls_sideways(page)
    page.locator("#together summary").click()
    assert page.locator("#together table").is_visible()
    report = page.context.new_page()  # a file that was taken away: nothing of the service holds for it
    report.set_content(page.request.get("/reports/report.html?release=1").text())
    assert report.get_by_role("table", name=ACTIONS[language]).is_visible()
    assert accessibility_faults(report) == [] and not scrolls_sideways(report)
