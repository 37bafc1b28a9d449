"""A lead turns a sentence into an action, moves it on and reads before and after; HR sees what figures are held."""

from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page
from sqlalchemy.orm import Session

from surveyapp.access import StaffRole
from surveyapp.actions import service
from surveyapp.directory import queries as directory
from surveyapp.directory.models import User
from surveyapp.encryption.sealed_box import ReleasePrivateKey
from tests.actions.agreed import agreed
from tests.browser import accessibility_faults
from tests.conftest import TESTER
from tests.context.test_context_files import take
from tests.factories.releases import signed_releases
from tests.journeys.conftest import DESK, PHONE, look_at

pytestmark = pytest.mark.one_backend


def test_an_action_is_agreed_moved_on_and_looked_back_at(
    session: Session,
    organisation: str,
    release_key: ReleasePrivateKey,
    staff: Callable[..., User],
    new_page: Callable[..., Page],
    sign_in_page: Callable[[Page, User], Page],
) -> None:
    signed_releases(session, release_key)
    areas = sorted(area.code for area in directory.areas_of(session, "ncs"))[:4]
    months = [f"{year}-{month:02d}" for year in (2025, 2026) for month in range(1, 13)][:18]
    take(session, *(f"headcount,{month},ncs,{area},,,80" for month in ("2024-12", *months) for area in areas))
    lead, national = staff(StaffRole.RETENTION_LEAD), staff(StaffRole.NATIONAL_HR)
    action = agreed(session, lead, areas=frozenset(areas[:1]))
    service.start_action(session, action, date(2025, 5, 12), TESTER)
    session.commit()
    page = sign_in_page(new_page(PHONE), lead)
    page.goto("/themes")
    page.get_by_role("link", name="Make this an action").first.click()
    assert accessibility_faults(page) == []
    page.get_by_label("What will be done?").fill("Lighter lists on Mondays")
    page.get_by_role("button", name="Agree the action").click()
    assert page.get_by_role("heading", name="Lighter lists on Mondays").is_visible()
    page.get_by_role("button", name="It has begun").click()
    assert page.get_by_text("The action has begun.").is_visible()
    for address in ("/actions", f"/actions/{action.id}", "/themes/leaving-rates", "/actions/new"):
        look_at(page, address)
    welsh = sign_in_page(new_page(DESK, language="cy"), national)
    for address in (f"/actions/{action.id}", "/settings/context", "/settings/context/import"):
        look_at(welsh, address)
