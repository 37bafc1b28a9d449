"""The message that a release is out: in the reader's language, with a link and without a figure."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.access import StaffRole
from surveyapp.directory.accounts import grant_staff_role
from surveyapp.encryption.sealed_box import ReleasePrivateKey
from surveyapp.mail.models import OutboxMessage
from surveyapp.operation.jobs import COMPOSERS
from tests.factories.releases import ACTOR, signed_releases

SUBJECTS = {
    "en": "Why people leave: release 6 is out",
    "cy": "Pam mae pobl yn gadael: mae datganiad 6 ar gael",
}


@pytest.mark.parametrize("language", ["en", "cy"])
def test_each_lead_is_told_of_a_signed_release_in_their_language(
    session: Session, organisation: str, release_key: ReleasePrivateKey, language: str
) -> None:
    lead = grant_staff_role(session, "lead@ncs.example", StaffRole.RETENTION_LEAD, "ncs", (), actor=ACTOR)
    lead.language = language
    numbers = signed_releases(session, release_key)
    queued = list(session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "release_signed")))
    assert len(queued) == len(numbers)
    newest = next(message for message in queued if int(message.ids["release"]) == numbers[-1])
    made = COMPOSERS[newest.kind](session, newest)
    assert made is not None
    assert made.subject == SUBJECTS[language]
    assert f"/themes?release={numbers[-1]}" in made.text
    assert "%" not in made.text


@pytest.mark.one_backend
def test_whoever_has_lost_the_right_meanwhile_is_not_told(
    session: Session, organisation: str, release_key: ReleasePrivateKey
) -> None:
    lead = grant_staff_role(session, "lead@ncs.example", StaffRole.RETENTION_LEAD, "ncs", (), actor=ACTOR)
    signed_releases(session, release_key)
    queued = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "release_signed")).first()
    assert queued is not None and COMPOSERS[queued.kind](session, queued) is not None
    lead.grants.clear()
    session.flush()
    assert COMPOSERS[queued.kind](session, queued) is None
