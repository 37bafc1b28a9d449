"""Sending is idempotent, named answers stay apart, receipts change and withdraw, HR keys in paper forms."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.access import StaffRole
from surveyapp.audit.models import AuditEvent
from surveyapp.directory.models import User
from surveyapp.directory.queries import viewer_of
from surveyapp.encryption.sealed_box import ReleasePrivateKey
from surveyapp.invitations.models import Invitation, LedgerState
from surveyapp.responses import ballot_box, batches, promises, queries
from surveyapp.responses.models import Ballot, Draft, NamedResponse, PromiseUse, Receipt
from surveyapp.responses.promises import PromiseWouldBeBroken, Settings
from tests.responses.walking import CODE, SIGNED, TESTER, Leaver, prepare

ANSWERS: dict[str, object] = {"q-reasons": ["workload", "pay"], "q-main_reason": "workload", "q-avoidable": "yes"}


def count(session: Session, table: type) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def ready_to_send(app: Flask, token: str, sharing: str = "confidential", **more: object) -> Leaver:
    leaver = Leaver(app.test_client(), ANSWERS)
    leaver.enter(token, sharing, **more)
    leaver.to_check()
    return leaver


def test_fifty_identical_submits_at_once_give_one_response_and_one_receipt(
    app: Flask, session: Session, organisation: str
) -> None:
    _case, token = prepare(session)
    page = ready_to_send(app, token).page
    signed = SIGNED.search(page)
    assert signed
    session.commit()

    def press(_n: int) -> tuple[int, str]:
        browser = FlaskClient(app, app.response_class, use_cookies=True)
        browser.set_cookie("leaver", token)
        answer = browser.post("/a/send", data={"code": signed[1]})
        code = CODE.search(answer.get_data(as_text=True))
        return answer.status_code, code[1] if code else ""

    with ThreadPoolExecutor(12) as pool:
        shown = list(pool.map(press, range(50)))
    assert {status for status, _ in shown} == {200}
    assert len({code for _, code in shown}) == 1 and shown[0][1]
    assert count(session, Ballot) == count(session, Receipt) == 1
    sent = select(func.count()).select_from(AuditEvent).where(AuditEvent.event == "questionnaire.answered")
    assert session.scalar(sent) == 1


def test_named_answers_never_enter_the_ballot_box_and_count_in_the_figures(
    app: Flask, session: Session, organisation: str, release_key: ReleasePrivateKey
) -> None:
    _case, token = prepare(session)
    ready_to_send(app, token, "named").send()
    named = session.scalars(select(NamedResponse)).one()
    assert count(session, Ballot) == 0 and b"workload" not in (named.content_cipher or b"")
    batch = ballot_box.open_batch(session, release_key, "ncs", named.batch_quarter)
    (row,) = batch.rows
    assert row.is_named and not row.is_secret and row.bands.role == "trainee_lawyer"
    ballot_box.move_batch(session, release_key, batch)
    session.commit()
    session.expire_all()
    assert named.is_counted and count(session, Receipt) == 0


@pytest.mark.parametrize(("ticked", "seen"), [(True, 1), (False, 0)])
def test_named_answers_are_shown_by_scope_and_every_look_is_logged(
    app: Flask, session: Session, organisation: str, staff: Callable[..., User], ticked: bool, seen: int
) -> None:
    case, token = prepare(session)
    ready_to_send(app, token, "named", **({"for_interviewer": "yes"} if ticked else {})).send()
    here, elsewhere = (viewer_of(staff(StaffRole.HR_ADVISER, areas=(area,))) for area in ("NM", "EV"))
    interviewer = viewer_of(staff(StaffRole.INTERVIEWER))
    (answers,) = queries.named_answers_for(here, session, case, "en")
    assert any("Too much work" in line for row in answers.groups[0].rows for line in row.lines)
    assert queries.named_answers_for(elsewhere, session, case, "en") == []
    assert queries.named_answers_for(interviewer, session, case, "en") == []
    assert len(queries.named_answers_for(interviewer, session, case, "en", is_interviewer=True)) == seen
    session.commit()
    looks = select(func.count()).select_from(AuditEvent).where(AuditEvent.event == "named_answers.read")
    assert session.scalar(looks) == 1 + seen


@pytest.mark.parametrize("sharing", ["confidential", "named"])
def test_a_receipt_opens_changes_and_withdraws_until_the_cut(
    app: Flask, session: Session, organisation: str, release_key: ReleasePrivateKey, sharing: str
) -> None:
    case, token = prepare(session)
    code = ready_to_send(app, token, sharing).send()
    holder = Leaver(app.test_client(), ANSWERS | {"q-main_reason": "pay"})
    assert "Too much work" in holder.post("/receipt", {"code": code.lower()})
    holder.post("/receipt/change", {})
    assert holder.address.endswith("/receipt/check")
    holder.open("/receipt/page/main_reason?from=check")
    holder.fill_in()
    holder.to_check()
    assert "Your answers are changed" in holder.post("/receipt/send", {"code": ""})
    quarter = batches.quarter_of(clock.today())
    session.expire_all()
    (row,) = ballot_box.open_batch(session, release_key, "ncs", quarter).rows
    assert "pay" in str(row.answers["main_reason"]) and row.is_named == (sharing == "named")
    assert count(session, Draft) == 0
    session.commit()
    assert "Your answers are deleted" in holder.post("/receipt/withdraw", {})
    assert ballot_box.open_batch(session, release_key, "ncs", quarter).rows == ()
    session.rollback()
    assert "Check the code" in holder.post("/receipt", {"code": code})
    ledger = session.scalars(select(Invitation).where(Invitation.case_id == case.id)).one()
    assert ledger.state is LedgerState.ANSWERED
    subjects = select(AuditEvent.subject_id).where(AuditEvent.event.in_(["response.changed", "response.withdrawn"]))
    assert set(session.scalars(subjects)) == {""}


def test_guesses_of_receipt_codes_are_limited_for_known_and_unknown_alike(
    app: Flask, session: Session, organisation: str
) -> None:
    browser = Leaver(app.test_client())
    told = [browser.post("/receipt", {"code": "BCDF" * 6}) for _ in range(21)]
    assert all("Check the code" in page for page in told[:20]) and "Too many tries" in told[20]


def test_hr_keys_in_a_paper_form_marked_and_wiped(
    app: Flask,
    session: Session,
    organisation: str,
    staff: Callable[..., User],
    signed_in: Callable[[User], FlaskClient],
    release_key: ReleasePrivateKey,
) -> None:
    case, _token = prepare(session)
    base = f"/cases/{case.id}/key-in/leaving"
    adviser = Leaver(signed_in(staff(StaffRole.HR_ADVISER, areas=("NM",))), ANSWERS)
    assert "Key in a questionnaire" in adviser.open(base)
    adviser.post(f"{base}/begin", {"sharing": "confidential"})
    adviser.to_check()
    signed = SIGNED.search(adviser.page)
    assert signed
    assert "Receipt code for the leaver" in adviser.post(f"{base}/send", {"code": signed[1]})
    assert count(session, Draft) == 0
    (row,) = ballot_box.open_batch(session, release_key, "ncs", batches.quarter_of(clock.today())).rows
    assert row.is_keyed_in and not row.is_secret
    session.commit()
    assert "cannot be sent twice" in adviser.open(base)


def test_another_areas_adviser_cannot_key_in(
    session: Session, organisation: str, staff: Callable[..., User], signed_in: Callable[[User], FlaskClient]
) -> None:
    case, _token = prepare(session)
    stranger = signed_in(staff(StaffRole.HR_ADVISER, areas=("EV",)))
    for path in ("", "/page/reasons", "/check"):
        assert stranger.get(f"/cases/{case.id}/key-in/leaving{path}").status_code == 404


def test_the_promise_is_stored_and_cannot_be_loosened_for_answers_given(
    app: Flask, session: Session, organisation: str
) -> None:
    promises.change_settings(session, "ncs", Settings(smallest_group=12), actor=TESTER)
    _case, token = prepare(session)
    assert "groups of 12 people or more" in Leaver(app.test_client()).open(f"/a/{token}")
    ready_to_send(app, token).send()
    assert count(session, PromiseUse) == 1
    for looser in (Settings(smallest_group=10), Settings(12, 20, 25)):
        with pytest.raises((PromiseWouldBeBroken, promises.OutsideLimits)):
            promises.change_settings(session, "ncs", looser, actor=TESTER)
    promises.change_settings(session, "ncs", Settings(15, 25, 12), actor=TESTER)
    assert promises.strictest(session, "ncs") == Settings(15, 25, 12)
    promises.change_settings(session, "css", Settings(smallest_group=10), actor=TESTER)


def test_the_code_works_for_at_least_thirty_days() -> None:
    day = clock.today()
    for _ in range(400):
        day += timedelta(days=1)
        until = batches.changeable_until(batches.quarter_of(day))
        assert until - day >= timedelta(days=30) and batches.cut_on(batches.quarter_of(day)) > until
