"""A leaver answers from the link to the receipt, in either language, and what comes of it."""

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveyapp.encryption.sealed_box import ReleasePrivateKey
from surveyapp.invitations.models import Invitation
from surveyapp.responses import ballot_box
from surveyapp.responses.models import Ballot, Draft, Receipt
from tests.responses.walking import Leaver, prepare

ANSWERS = {"q-reasons": ["workload", "pay"], "q-main_reason": "workload", "q-avoidable": "yes"}


def count(session: Session, table: type) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


@pytest.mark.parametrize("language", ["en", "cy"])
def test_a_leaver_answers_checks_and_gets_a_receipt(
    app: Flask, session: Session, organisation: str, release_key: ReleasePrivateKey, language: str
) -> None:
    case, token = prepare(session, language=language)
    leaver = Leaver(app.test_client(), ANSWERS)
    start = leaver.open(f"/a/{token}")
    assert f'<html lang="{language}"' in start and token not in leaver.address
    leaver.enter(token)
    leaver.to_check()
    code = leaver.send()
    assert len(code.replace("-", "")) == 24
    assert count(session, Draft) == 0 and count(session, Ballot) == count(session, Receipt) == 1
    ledger = session.scalars(select(Invitation).where(Invitation.case_id == case.id)).one()
    assert ledger.begun_on and ledger.answered_on
    quarter = session.scalars(select(Ballot.batch_quarter)).one()
    (row,) = ballot_box.open_batch(session, release_key, "ncs", quarter).rows
    assert row.answers["main_reason"] == "workload" or "workload" in str(row.answers["main_reason"])
    assert row.language == language and row.bands.area == "NM" and row.is_secret
