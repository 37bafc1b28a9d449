"""A leaver answers from the link to the receipt, in either language, and what comes of it."""

import re

import pytest
from flask import Flask
from itsdangerous import URLSafeSerializer
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveyapp.encryption.sealed_box import ReleasePrivateKey
from surveyapp.invitations import links
from surveyapp.invitations.models import Invitation
from surveyapp.responses import ballot_box
from surveyapp.responses.models import Ballot, Draft, Receipt
from surveyapp.web.language import FIELD
from tests.responses.walking import SIGNED, Leaver, prepare

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


def test_an_unfinished_questionnaire_is_not_sent_and_nothing_is_noted(
    app: Flask, session: Session, organisation: str
) -> None:
    case, token = prepare(session)
    leaver = Leaver(app.test_client(), ANSWERS)
    leaver.enter(token)
    code = URLSafeSerializer("t" * 48, salt="receipt code").dumps("B" * 24)
    leaver.post("/a/send", {"code": code})
    assert leaver.address.endswith("/a/page/reasons") and count(session, Draft) == 1
    assert session.scalars(select(Invitation.answered_on).where(Invitation.case_id == case.id)).one() is None


def test_a_code_that_the_server_did_not_make_sends_nothing(app: Flask, session: Session, organisation: str) -> None:
    _case, token = prepare(session)
    leaver = Leaver(app.test_client(), ANSWERS)
    leaver.enter(token)
    leaver.to_check()
    leaver.post("/a/send", {"code": "BBBBBBBBBBBBBBBBBBBBBBBB"})
    assert leaver.address.endswith("/a/check") and count(session, Ballot) == 0


def test_sending_again_with_the_same_page_shows_the_same_code(app: Flask, session: Session, organisation: str) -> None:
    _case, token = prepare(session)
    leaver = Leaver(app.test_client(), ANSWERS)
    leaver.enter(token)
    check = leaver.to_check()
    first = leaver.send()
    leaver.page = check
    assert leaver.send() == first
    leaver.page = check
    assert leaver.send(**{FIELD: "cy"}) == first and '<html lang="cy"' in leaver.page
    assert count(session, Ballot) == 1


def test_a_second_tab_is_told_that_the_answers_were_sent(app: Flask, session: Session, organisation: str) -> None:
    _case, token = prepare(session)
    leaver = Leaver(app.test_client(), ANSWERS)
    leaver.enter(token)
    first_tab = leaver.to_check()
    second_tab = leaver.open("/a/check")
    leaver.page = first_tab
    leaver.send()
    signed = SIGNED.search(second_tab)
    assert signed
    assert "Your answers were sent before" in leaver.post("/a/send", {"code": signed[1]})
    assert count(session, Ballot) == 1


def test_switching_the_language_on_a_page_keeps_what_was_typed(app: Flask, session: Session, organisation: str) -> None:
    _case, token = prepare(session)
    leaver = Leaver(app.test_client())
    leaver.enter(token)
    page = leaver.post("/a/page/reasons", {"q-reasons": ["pay", "other"], "q-reasons-other": "Y bws", FIELD: "cy"})
    assert '<html lang="cy"' in page and 'value="Y bws"' in page and len(re.findall(r"<input[^>]* checked", page)) == 2


def test_the_leaver_comes_back_to_where_they_left(app: Flask, session: Session, organisation: str) -> None:
    _case, token = prepare(session)
    leaver = Leaver(app.test_client(), ANSWERS)
    leaver.enter(token)
    leaver.fill_in()
    left_at = leaver.address
    other_device = Leaver(app.test_client())
    assert "You have begun" in other_device.open(f"/a/{token}")
    other_device.open("/a/on")
    assert other_device.address == left_at
    assert re.search(r'value="workload"[^>]*checked', other_device.open("/a/page/reasons"))


def test_going_back_keeps_what_was_typed_and_the_page_is_still_to_be_done(
    app: Flask, session: Session, organisation: str
) -> None:
    _case, token = prepare(session)
    leaver = Leaver(app.test_client(), ANSWERS)
    leaver.enter(token)
    leaver.fill_in()
    leaver.post("/a/page/main_reason", {"q-main_reason": "pay", "seen": "0", "back": "1"})
    assert leaver.address.endswith("/a/page/reasons")
    leaver.open("/a/on")
    assert leaver.address.endswith("/a/page/main_reason") and re.search(r'value="pay"[^>]*checked', leaver.page)
    too_long = {"q-reasons": ["other"], "q-reasons-other": "x" * 2000}
    leaver.post("/a/page/reasons", {**too_long, "seen": "1", "back": "1"})
    assert leaver.address.endswith("/a") and "You have begun" in leaver.page
    leaver.post("/a/page/reasons?from=check", {"q-reasons": ["pay"], "seen": "2", "back": "1"})
    assert re.search(r'value="pay"[^>]*checked', leaver.open("/a/page/reasons"))


def test_the_later_of_two_devices_is_told_and_nothing_is_overwritten(
    app: Flask, session: Session, organisation: str
) -> None:
    _case, token = prepare(session)
    phone, laptop = Leaver(app.test_client()), Leaver(app.test_client())
    phone.enter(token)
    laptop.open(f"/a/{token}")
    laptop.open("/a/page/reasons")
    phone.post("/a/page/reasons", {"q-reasons": ["pay", "workload"], "seen": "0"})
    told = laptop.post("/a/page/reasons", {"q-reasons": ["leadership"], "seen": "0"})
    assert "You changed this page somewhere else" in told and re.search(r'value="leadership"[^>]*checked', told)
    kept = laptop.open("/a/page/reasons")
    assert re.search(r'value="pay"[^>]*checked', kept) and not re.search(r'value="leadership"[^>]*checked', kept)
    assert "moved on" not in phone.post("/a/page/reasons", {"q-reasons": ["pay", "workload"], "seen": "0"})


def test_another_link_of_the_case_says_that_a_draft_exists(app: Flask, session: Session, organisation: str) -> None:
    case, token = prepare(session)
    leaver = Leaver(app.test_client(), ANSWERS)
    leaver.enter(token)
    leaver.fill_in()
    again = links.mint(session, case.id, "reminder").token
    session.commit()
    elsewhere = Leaver(app.test_client(), ANSWERS)
    assert "You have begun with another link" in elsewhere.open(f"/a/{again}")
    elsewhere.post("/a/again", {})
    assert count(session, Draft) == 0
    elsewhere.enter(again)
    elsewhere.to_check()
    elsewhere.send()


def test_a_draft_locked_with_a_word_asks_for_it(app: Flask, session: Session, organisation: str) -> None:
    _case, token = prepare(session)
    leaver = Leaver(app.test_client(), ANSWERS)
    leaver.enter(token, word="Heron glas")
    left_at = leaver.fill_in() and leaver.address
    stranger = Leaver(app.test_client())
    stranger.open(f"/a/{token}")
    assert "Type the word you chose" in stranger.open("/a/page/reasons")
    assert "not the word you chose" in stranger.post("/a/word", {"word": "crane"})
    stranger.post("/a/word", {"word": " heron GLAS"})
    assert stranger.address == left_at


def test_declining_destroys_the_draft_and_is_counted_once(app: Flask, session: Session, organisation: str) -> None:
    case, token = prepare(session)
    leaver = Leaver(app.test_client(), ANSWERS)
    leaver.enter(token)
    leaver.fill_in()
    leaver.post("/a/begin", {"sharing": "not_at_all"})
    assert leaver.address.endswith("/a/decline")
    assert "You chose not to take part" in leaver.post("/a/decline", {"reason": "no_time"})
    assert count(session, Draft) == 0 and count(session, Ballot) == 0
    assert session.scalars(select(Invitation.declined_on).where(Invitation.case_id == case.id)).one()


def test_a_scanner_that_opens_the_link_uses_nothing_up(app: Flask, session: Session, organisation: str) -> None:
    _case, token = prepare(session)
    for method in ("get", "head", "get"):
        assert getattr(app.test_client(), method)(f"/a/{token}").status_code == 303
    assert count(session, Draft) == count(session, Invitation) == 0


def test_answers_that_a_change_of_mind_has_hidden_are_not_sent(
    app: Flask, session: Session, organisation: str, release_key: ReleasePrivateKey
) -> None:
    _case, token = prepare(session)
    leaver = Leaver(app.test_client(), ANSWERS | {"q-kept_by": ["more_pay"]})
    leaver.enter(token)
    leaver.to_check()
    page = leaver.open("/a/page/kept?from=check")
    assert 'action="/a/page/kept?from=check"' in page
    leaver.post("/a/page/kept?from=check", {"q-avoidable": "no", "seen": "1"})
    leaver.to_check()
    leaver.send()
    quarter = session.scalars(select(Ballot.batch_quarter)).one()
    (row,) = ballot_box.open_batch(session, release_key, "ncs", quarter).rows
    assert "kept_by" not in row.answers and "kept_by" not in row.asked
