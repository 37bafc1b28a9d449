"""The ballot box: sealed, changed and withdrawn by receipt, opened once at the cut, moved without a trace."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveyapp.db import db
from surveyapp.encryption.ring import CannotDecrypt
from surveyapp.encryption.sealed_box import ReleasePrivateKey
from surveyapp.responses import ballot_box, ballots
from surveyapp.responses.ballots import OPENED, NothingToOpen
from surveyapp.responses.codes import ALPHABET, NotACode, ReceiptCode
from surveyapp.responses.contents import Bands, Content
from surveyapp.responses.models import Ballot, OpenedBallot, Receipt

QUARTER = "2026Q4"


def content(role: str = "lawyer", agency: str = "ncs", reason: str = "workload") -> Content:
    bands = Bands(agency, "NM", role, "senior", "2to4", "resignation", "yes", "leaving")
    answers = {"definition": "leaver/1", "language": "en", "answers": {"main_reason": reason}, "asked": ["main_reason"]}
    return Content(bands, "0" * 64, is_keyed_in=False, is_named=False, submission=answers)


def put_in(session: Session, key: ReleasePrivateKey, one: Content) -> ReceiptCode:
    code = ReceiptCode.new()
    ballots.put_in(session, key.public, one, code, QUARTER)
    return code


def count(session: Session, table: type) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_the_receipt_code_opens_its_own_response(session: Session, release_key: ReleasePrivateKey) -> None:
    code, other = (put_in(session, release_key, content(role)) for role in ("lawyer", "clerk"))
    assert ballots.open_copy(session, code)[1].bands.role == "lawyer"
    assert ballots.open_copy(session, other)[1].bands.role == "clerk"
    with pytest.raises(NothingToOpen):
        ballots.open_copy(session, ReceiptCode.new())


def test_a_changed_response_takes_the_place_of_the_old_one(session: Session, release_key: ReleasePrivateKey) -> None:
    code = put_in(session, release_key, content())
    before = session.scalars(select(Ballot)).one().id
    changed = replace(content(), submission={**content().submission, "answers": {"main_reason": "pay"}})
    ballots.replace_ballot(session, release_key.public, code, changed)
    after = session.scalars(select(Ballot)).one()
    assert after.id != before and after.batch_quarter == QUARTER
    assert ballots.open_copy(session, code)[1].submission["answers"] == {"main_reason": "pay"}


def test_a_withdrawn_response_leaves_nothing(session: Session, release_key: ReleasePrivateKey) -> None:
    code = put_in(session, release_key, content())
    ballots.take_out(session, code)
    assert count(session, Ballot) == count(session, Receipt) == 0
    with pytest.raises(NothingToOpen):
        ballots.take_out(session, code)


def test_a_ballot_is_closed_to_everything_but_the_release_key(session: Session, release_key: ReleasePrivateKey) -> None:
    put_in(session, release_key, content())
    box = session.scalars(select(Ballot.box)).one()
    assert b"workload" not in box and b"lawyer" not in box
    with pytest.raises(CannotDecrypt):
        ReleasePrivateKey.generate().open(box, ballots.BALLOT)


def test_ballots_of_one_bucket_have_one_length(session: Session, release_key: ReleasePrivateKey) -> None:
    put_in(session, release_key, content(reason="pay"))
    put_in(session, release_key, content(reason="health_condition_or_disability"))
    assert len({len(box) for box in session.scalars(select(Ballot.box))}) == 1


def test_the_cut_moves_one_agency_and_leaves_the_other(
    session: Session, organisation: str, release_key: ReleasePrivateKey
) -> None:
    codes = [put_in(session, release_key, content(agency=agency)) for agency in ("ncs", "ncs", "css")]
    before = set(session.scalars(select(Ballot.id)))
    batch = ballot_box.open_batch(session, release_key, "ncs", QUARTER)
    assert [row.bands.tenure_band for row in batch.rows] == ["2to4", "2to4"] and all(r.is_secret for r in batch.rows)
    assert ballot_box.move_batch(session, release_key, batch) == 2
    session.commit()
    ballot_box.wipe_free_pages(db.engine)
    assert count(session, Ballot) == count(session, Receipt) == 1
    assert ballots.open_copy(session, codes[2])[1].bands.agency == "css"
    with pytest.raises(NothingToOpen):
        ballots.open_copy(session, codes[0])
    assert not before & set(session.scalars(select(OpenedBallot.id)))


def test_grade_tenure_and_regretted_do_not_outlive_the_cut(
    session: Session, organisation: str, release_key: ReleasePrivateKey
) -> None:
    put_in(session, release_key, content())
    batch = ballot_box.open_batch(session, release_key, "ncs", QUARTER)
    ballot_box.move_batch(session, release_key, batch)
    session.expire_all()
    kept = Content.from_bytes(release_key.open(session.scalars(select(OpenedBallot.box)).one(), OPENED))
    bands = kept.bands
    assert {bands.grade_group, bands.tenure_band, bands.regretted} == {ballot_box.NOT_KEPT}
    assert (bands.area, bands.role, bands.leaving_type) == ("NM", "lawyer", "resignation")
    assert kept.submission["answers"] == {"main_reason": "workload"}


@pytest.mark.parametrize("write", [str.lower, lambda code: f" {code} ", lambda code: code.replace("-", " ")])
def test_a_code_is_read_however_it_is_typed(write: object) -> None:
    code = ReceiptCode.new()
    assert ReceiptCode.typed(write(code.in_groups)) == code  # type: ignore[operator]  # a str method or a lambda


@pytest.mark.parametrize("typed", ["", "ABCD", "O" * 24, "B" * 23, "B" * 25, "é" * 24])
def test_what_cannot_be_a_code_is_refused(typed: str) -> None:
    with pytest.raises(NotACode):
        ReceiptCode.typed(typed)


def test_codes_use_letters_that_cannot_be_mistaken() -> None:
    assert not set("01ILOUAEY") & set(ALPHABET) and len(set(ALPHABET)) == len(ALPHABET)
