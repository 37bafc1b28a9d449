"""What makes sending idempotent, guard by guard: any one of the three is enough, and without all three it is not."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text, true
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from surveyapp.db import is_postgresql
from surveyapp.invitations import ledger
from surveyapp.responses import drafts
from surveyapp.responses.models import Ballot, Receipt
from tests.responses.test_sending import ready_to_send
from tests.responses.walking import SIGNED, prepare

PRESSES = 8


def without_draft(_session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """A draft is neither held while it is sent nor destroyed with it."""
    monkeypatch.setattr(drafts, "_BY_HOLDER_LOCKED", drafts._BY_HOLDER)
    monkeypatch.setattr(drafts, "destroy_all_of", lambda *_who: 0)


def without_ledger(_session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """The ledger notes an answer whether or not there was one."""

    def mark(session: Session, case_id: UUID, occasion: str, **more: object) -> bool:
        return ledger._note_day(session, case_id, occasion, "answered", true(), **more)  # type: ignore[arg-type]

    monkeypatch.setattr(ledger, "mark_answered", mark)


def without_receipt(session: Session, _monkeypatch: pytest.MonkeyPatch) -> None:
    """Two receipts may have the same code."""
    if is_postgresql(session):
        session.execute(text("ALTER TABLE receipts DROP CONSTRAINT uq_receipts_verifier"))
    else:
        session.execute(text("ALTER TABLE receipts RENAME TO guarded"))
        session.execute(text("CREATE TABLE receipts AS SELECT * FROM guarded"))
        session.execute(text("DROP TABLE guarded"))
    session.commit()


GUARDS: dict[str, Callable[[Session, pytest.MonkeyPatch], None]] = {
    "draft": without_draft,
    "ledger": without_ledger,
    "receipt": without_receipt,
}


@pytest.mark.parametrize("left", [*GUARDS, "none"])
def test_each_guard_of_sending_is_enough_by_itself_and_none_is_not(
    app: Flask, session: Session, organisation: str, monkeypatch: pytest.MonkeyPatch, left: str
) -> None:
    """The database's refusal of a second receipt is the last one: whoever meets it is told to try again."""
    _case, token = prepare(session)
    signed = SIGNED.search(ready_to_send(app, token).page)
    assert signed
    session.commit()
    for name, take_away in GUARDS.items():
        if name != left:
            take_away(session, monkeypatch)

    def press(_n: int) -> int:
        browser = FlaskClient(app, app.response_class, use_cookies=True)
        browser.set_cookie("leaver", token)
        try:
            return browser.post("/a/send", data={"code": signed[1]}).status_code
        except IntegrityError:
            return 500

    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(press, range(PRESSES)))
    n_kept = session.scalar(select(func.count()).select_from(Ballot))
    assert n_kept == session.scalar(select(func.count()).select_from(Receipt))
    assert n_kept == (PRESSES if left == "none" else 1), told
    assert 200 in told
