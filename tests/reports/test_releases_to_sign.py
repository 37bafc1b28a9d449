"""Whoever may sign is told on their own pages that a release waits for them, and nobody else is."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from surveyapp.access import StaffRole
from surveyapp.directory.models import User
from surveyapp.directory.queries import viewer_of
from surveyapp.reports.models import ReleaseState
from surveyapp.reports.signing import releases_to_sign
from tests.factories.releases import waiting_release

pytestmark = pytest.mark.one_backend

Staff = Callable[..., User]


@pytest.mark.parametrize(
    ("language", "told"),
    [("en", "Release 15 waits for a signature"), ("cy", "Mae datganiad 15 yn aros am lofnod")],
)
def test_a_signer_is_told_of_a_waiting_release_where_they_begin(
    session: Session,
    organisation: str,
    staff: Staff,
    signed_in: Callable[[User], FlaskClient],
    language: str,
    told: str,
) -> None:
    waiting_release(session, 15)
    session.commit()
    signer, reader = signed_in(staff(StaffRole.RELEASE_SIGNER)), signed_in(staff(StaffRole.RETENTION_LEAD))
    for client in (signer, reader):
        client.set_cookie("language", language)
    for address in ("/themes", "/reports"):
        assert f'href="/reports/releases#release-15">{told}</a>' in signer.get(address).text, address
        assert told not in reader.get(address).text, address
    assert 'id="release-15"' in signer.get("/reports/releases").text


def test_only_a_release_that_can_be_signed_waits_for_a_signature(
    session: Session, organisation: str, staff: Staff
) -> None:
    signer = viewer_of(staff(StaffRole.RELEASE_SIGNER))
    waiting_release(session, 1, "2026Q1", sign_off={})
    waiting_release(session, 2, "2026Q2", state=ReleaseState.REFUSED)
    waiting_release(session, 3, "2025Q4", state=ReleaseState.SIGNED)
    waiting_release(session, 4, "2025Q3", sign_off={"leaver": [{"may_be_signed": False}]})
    waiting_release(session, 5, "2026Q3", agency="css")
    assert releases_to_sign(signer, session, needs_two=False) == []
    release = waiting_release(session, 6, "2026Q3")
    assert releases_to_sign(signer, session, needs_two=False) == [release]


def test_under_the_two_person_rule_it_waits_for_somebody_else_once_one_has_signed(
    session: Session, organisation: str, staff: Staff
) -> None:
    first, second = staff(StaffRole.RELEASE_SIGNER), staff(StaffRole.RELEASE_SIGNER)
    release = waiting_release(session, 6, first_signed_by=first.email)
    assert releases_to_sign(viewer_of(first), session, needs_two=True) == []
    assert releases_to_sign(viewer_of(second), session, needs_two=True) == [release]
    assert releases_to_sign(viewer_of(first), session, needs_two=False) == [release]
