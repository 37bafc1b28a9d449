"""A retention lead reads what stands out, goes to the evidence, to a table and to why a figure is hidden."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page
from sqlalchemy.orm import Session

from surveyapp.access import StaffRole
from surveyapp.directory.models import User
from surveyapp.encryption.sealed_box import ReleasePrivateKey
from tests.browser import accessibility_faults
from tests.factories.releases import signed_releases
from tests.journeys.conftest import DESK, PHONE, scrolls_sideways

pytestmark = pytest.mark.one_backend

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
        page.goto(address)
        page.wait_for_load_state("networkidle")
        assert page.locator("h1").count() == 1
        assert accessibility_faults(page) == [], address
        assert not scrolls_sideways(page), address
    page.goto("/themes/areas?reason=workload")
    page.wait_for_selector("#by-area-chart .main-svg")
    page.locator("#by-area summary").click()
    assert page.locator("#by-area table").is_visible()
